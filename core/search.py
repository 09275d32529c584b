"""Search over the folded ``search_text`` column: the same rules for every list."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from core.text import fold, nfc

LONGEST = 100  # characters of a query that are read
MOST_WORDS = 8
SHORTEST = 2  # letters or digits without which everything would match

Row = TypeVar("Row", bound=Model)


def asked(text: str) -> str:
    """What the reader typed, as it is shown back: one line, bounded, no control characters."""
    return " ".join(nfc(text).split())[:LONGEST].strip()


def words(text: str) -> list[str]:
    """The folded words that rows must all hold."""
    return fold(asked(text)).split()[:MOST_WORDS]


def is_enough(text: str) -> bool:
    """Whether there is something to search for."""
    return sum(char.isalnum() for char in fold(asked(text))) >= SHORTEST


def matching(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """The rows whose ``search_text`` holds every word of ``text``; all rows for an empty one."""
    return rows.filter(holding(text))


def holding(text: str) -> Q:
    """The condition that ``matching`` sets, to be joined with others."""
    return Q(*(Q(search_text__contains=word) for word in words(text)))
