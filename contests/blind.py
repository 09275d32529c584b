"""What a judge may read of an entry in a round."""

from contests.models import Entry, Round

READ = ("summary", "problem", "solution", "novelty", "school")


def title(entry: Entry, found: Round) -> str:
    """How an entry is called in a round: by its number where its name is hidden."""
    return entry.code if found.is_blind and "title" in found.hidden else entry.title


def readable(entry: Entry, found: Round) -> list[tuple[str, str]]:
    """Label and text of what was written; in a blind round not what it hides, nor answers that
    may name somebody.
    """
    hidden = set(found.hidden) if found.is_blind else set()
    told = [
        (str(Entry._meta.get_field(name).verbose_name), getattr(entry, name))
        for name in READ
        if name not in hidden
    ]
    for question in entry.board.asked:
        if question.is_clean or not found.is_blind:
            answer = question.in_words(entry.answers.get(str(question.pk)))
            told.append((question.label, answer))
    return [(label, text) for label, text in told if text]
