"""The prizes of a contest's last round: by rank, board by board, within what the rules promise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from contests import ranking
from contests.models import Board, Prize, Round, Standing
from contests.ranking import Line


@dataclass
class Group:
    """Entries that stand together where one prize ends and the next begins: the chair decides."""

    board: Board | None
    lines: list[Line]
    prizes: list[Prize]  # those that are left for them, fewer than they or of several kinds


@dataclass
class Given:
    """Who gets what, and what is still to be decided."""

    prizes: dict[int, Prize] = field(default_factory=dict)  # by entry
    open: list[Group] = field(default_factory=list)


def is_last(found: Round) -> bool:
    """Whether this round gives the contest's prizes."""
    return not found.contest.rounds.filter(order__gt=found.order).exists()


def by_rank(
    found: Round, lines: Sequence[Line], decided: Mapping[int, Prize | None] | None = None
) -> Given:
    """Prizes over all boards first, then each board's among those who have none.

    Only entries that the rule (or an override) lets through can win. ``decided``: by entry what
    the chair chose where entries stand together.
    """
    promised: dict[int | None, list[Prize]] = defaultdict(list)
    for prize in found.contest.prizes.select_related("board").order_by("rank", "pk"):
        promised[prize.board_id] += [prize] * prize.count
    given = Given()
    waiting: set[int] = set()
    could = [line for line in lines if line.advances and line.parts is not None]
    for board in sorted(promised, key=lambda pk: pk or 0):  # 0: over all boards
        among = [
            line
            for line in could
            if board in (None, line.board_id)
            and line.entry_id not in given.prizes
            and line.entry_id not in waiting
        ]
        tied = [line for line in ranking.tied_of(among) if not line.breaks]
        ranking.tell_breaks(found, tied)
        left = list(promised[board])
        for _key, rows in groupby(ranking.in_order(among), key=lambda row: row[0]):
            group = [line for _key, line in rows]
            theirs, left = left[: len(group)], left[len(group) :]
            if not theirs:
                break
            if len(theirs) == len(group) and len(set(theirs)) == 1:
                given.prizes |= {line.entry_id: theirs[0] for line in group}
                continue
            if decided and all(line.entry_id in decided for line in group):
                chosen = {line.entry_id: decided[line.entry_id] for line in group}
                given.prizes |= {entry: prize for entry, prize in chosen.items() if prize}
                continue
            given.open.append(Group(theirs[0].board, group, theirs))
            waiting |= {line.entry_id for line in group}
    return given


def decided(found: Round) -> dict[int, Prize | None]:
    """What the chair decided since the round was locked."""
    rows = found.standings.exclude(prize_reason="").select_related("prize")
    return {standing.entry_id: standing.prize for standing in rows}


def of_round(found: Round) -> Given:
    """The prizes of a locked round as they stand now."""
    if not is_last(found):
        return Given()
    return by_rank(found, ranking.places(found, stored=False), decided(found))


def write(found: Round) -> Given:
    """Put each prize beside its standing; the round's lock is held by the caller."""
    given = of_round(found)
    changed: list[Standing] = []
    for standing in found.standings.all():
        prize = given.prizes.get(standing.entry_id)
        if standing.prize_id != (prize.pk if prize else None):
            standing.prize = prize
            changed.append(standing)
    Standing.objects.bulk_update(changed, ["prize"])
    return given
