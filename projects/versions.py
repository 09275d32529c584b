"""Versions of an idea as it was sent, and what changed between two of them, word by word."""

import difflib
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.models import Event, StoredFile
from projects import attachments, calls, services
from projects.models import Support, Venture, Version
from projects.services import MENDABLE, MENDABLE_ANSWERS
from projects.written import may_read, shown_to

KEPT = (*MENDABLE_ANSWERS, "workplace", "wanted_note")  # no names, no birth dates, no addresses
MOST_PAIRS = 60_000  # of equal words: beyond this two texts are shown one after the other


def answers_of(venture: Venture) -> dict[str, Any]:
    """What was told of the idea itself, as JSON can hold it; codes stay codes."""
    told = {name: getattr(venture, name) for name in KEPT if name not in {"unit", "call_answers"}}
    asked = "\n".join(f"{question} {answer}" for question, answer in calls.answers(venture))
    return told | {"unit": str(venture.unit or ""), "call_answers": asked}


def receive(venture: Venture, event: Event) -> None:
    """An idea is sent: its number, its promise and its first version."""
    services.receive(venture, event)
    _keep(venture, event, 1)


def receive_mended(venture: Venture, event: Event) -> None:
    """A mended idea is sent: the clock goes on, and there is a version more."""
    services.receive_mended(venture, event)
    last = venture.versions.order_by("-number").first()
    _keep(venture, event, last.number + 1 if last else 1)


def imported(venture: Venture) -> Version:
    """The first version of what came from a register, unsaved: it was never sent as a form."""
    return Version(
        venture=venture,
        number=1,
        sent_at=venture.received_at or venture.saved_at,
        answers=answers_of(venture),
    )


def _keep(venture: Venture, event: Event, number: int) -> None:
    Version.objects.create(
        venture=venture,
        number=number,
        sent_at=event.at,
        answers=answers_of(venture),
        coded=calls.fingerprinted(venture),
        files=attachments.named(venture),
        fingerprint=venture.fingerprint,
    )


# -- One version, read again ---------------------------------------------------
def all_of(venture: Venture) -> list[Version]:
    """Every version, the first one first."""
    return list(Version.objects.filter(venture=venture).order_by("number"))


def text_of(version: Version) -> str:
    """The text whose SHA-256 is the version's fingerprint, put together again."""
    told = {name: answer for name, answer in version.answers.items() if name != "call_answers"}
    return services.one_line(version.venture, told | version.coded)


def is_whole(version: Version) -> bool:
    """Whether what is kept of it is what was sent, to the letter.

    Not so where versions began after the idea was sent, or its sender is named otherwise now.
    """
    found = hashlib.sha256(text_of(version).encode()).hexdigest()
    return bool(version.fingerprint) and found == version.fingerprint


def said(version: Version, reader: Any) -> dict[str, tuple[str, str]]:
    """The answers that were given in it, in words: {name: (question, answer)}.

    What is confidential now is hidden from those who may not read it, in old versions, too.
    """
    told = {}
    for name, answer in version.answers.items():
        if words := _words(name, answer):
            told[name] = (_question(name), shown_to(version.venture, name, words, reader))
    return told


def files_of(version: Version, reader: Any) -> list[StoredFile]:
    """The files that came with it, for those who may read them."""
    if not may_read(version.venture, "attachment", reader):
        return []
    return attachments.of_version(version)


# -- What changed --------------------------------------------------------------
@dataclass(frozen=True)
class Piece:
    """A run of words that both versions have ("same"), only the old ("del") or the new ("ins")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One answer that is not what it was."""

    question: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Changes:
    """What the newest version changed against the one before it."""

    before: Version
    after: Version
    changes: list[Change]


def last_changes(venture: Venture, reader: Any) -> Changes | None:
    """The last two versions compared; None where there are not two.

    What is confidential now is compared only for those who may read it.
    """
    rows = list(Version.objects.filter(venture=venture).order_by("-number")[:2])
    if len(rows) < 2:
        return None
    after, before = rows
    changed = []
    for name in dict.fromkeys([*KEPT, *before.answers, *after.answers]):
        if not may_read(venture, name, reader):
            continue
        old, new = (_words(name, row.answers.get(name)) for row in (before, after))
        if old.split() != new.split():
            changed.append(Change(_question(name), compare(old, new)))
    if may_read(venture, "attachment", reader):
        changed += _files_changed(before, after)
    return Changes(before, after, changed)


def _files_changed(before: Version, after: Version) -> list[Change]:
    """The files as one answer, where they are not the same ones."""
    old, new = ({told["sha256"]: told["name"] for told in row.files} for row in (before, after))
    if old.keys() == new.keys():
        return []
    kinds = {**dict.fromkeys(old, "del"), **dict.fromkeys(new, "ins")}
    kinds |= dict.fromkeys(old.keys() & new.keys(), "same")
    pieces = [Piece(kind, f"{(old | new)[sha256]}\n") for sha256, kind in kinds.items()]
    return [Change(_question("attachment"), pieces)]


def _question(name: str) -> str:
    if name in MENDABLE:
        return str(MENDABLE[name])
    known = {f.name: f for f in Venture._meta.fields}
    return str(known[name].verbose_name) if name in known else name


def _words(name: str, value: Any) -> str:
    """A stored answer in words."""
    if isinstance(value, list):
        kinds = dict(Support.Kind.choices)
        return ", ".join(str(kinds.get(one, one)) for one in value)
    choices = {f.name: dict(f.flatchoices) for f in Venture._meta.fields if f.choices}
    return str(choices.get(name, {}).get(value, value) or "")


def compare(old: str, new: str) -> list[Piece]:
    """Both texts as one, in pieces: all but "del" give ``new``; all but "ins" give the words of
    ``old``. Room between words is not compared."""
    a, b = _tokens(old), _tokens(new)
    bare_a, bare_b = [t.strip() for t in a], [t.strip() for t in b]
    counts, theirs = Counter(bare_a), Counter(bare_b)
    if sum(n * theirs[word] for word, n in counts.items()) > MOST_PAIRS:
        return _joined([("del", old), ("ins", new)])
    pieces: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, bare_a, bare_b, autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(b[b1:b2])))
        else:
            pieces += [("del", "".join(a[a1:a2])), ("ins", "".join(b[b1:b2]))]
    return _joined(pieces)


def _joined(pieces: list[tuple[str, str]]) -> list[Piece]:
    return [Piece(kind, text) for kind, text in pieces if text]


def _tokens(text: str) -> list[str]:
    """Words and marks, each with the room after it."""
    return re.findall(r"\w+\s*|[^\w\s]\s*|\s+", text)
