"""The jury's score and the public's vote in a third list; both stay as they are beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contests.ranking import Line


@dataclass(frozen=True)
class Joined:
    """An entry's jury score and share of the votes, and both joined by the printed weight."""

    line: Line
    jury: Fraction  # of 100
    vote: Fraction  # of 100
    score: Fraction
    rank: int


def joined(lines: Iterable[Line], shares: Mapping[int, Fraction], weight: Decimal) -> list[Joined]:
    """A third list beside the jury's and the public's, which both stay as they are.

    ``shares``: by entry its part of the board's votes, from 0 to 1. ``weight``: how many per cent
    the vote weighs, as the contest's rules print it. Equal scores stand together.
    """
    part = Fraction(weight) / 100
    boards: dict[int, list[tuple[Fraction, Fraction, Fraction, Line]]] = defaultdict(list)
    for line in lines:
        if line.score is not None:
            vote = 100 * Fraction(shares.get(line.entry_id, 0))
            whole = (1 - part) * line.score + part * vote
            boards[line.board_id].append((whole, line.score, vote, line))
    told = []
    for rows in boards.values():
        rows.sort(key=lambda row: (-row[0], row[3].entry_id))
        place = 0
        for count, (whole, jury, vote, line) in enumerate(rows, start=1):
            if count == 1 or whole != rows[count - 2][0]:
                place = count
            told.append(Joined(line, jury, vote, whole, place))
    return told
