"""Who judges what: even loads under hard constraints, exactly and always the same for one seed.

Nothing here reads or writes a row. Entries and judges are numbers; a *pair* is (entry, judge).
The search is a flow: units of work move from a judge to another along paths of judges, so that no
better plan exists for what it improves, in this order: as many seats filled as possible, loads as
even as possible. Then equal exchanges bring entries to judges who know their field.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

Pair = tuple[int, int]
NOBODY = -1  # the source of a path that fills an empty seat


@dataclass(frozen=True)
class Seat:
    """A judge: what they can take in one round. No boards: every board."""

    pk: int
    capacity: int
    boards: frozenset[int] = frozenset()
    expertise: frozenset[str] = frozenset()
    is_shadow: bool = False

    def takes(self, piece: "Piece") -> bool:
        return not self.boards or piece.board in self.boards


@dataclass(frozen=True)
class Piece:
    """An entry: its board and its field."""

    pk: int
    board: int
    field: str = ""


@dataclass(frozen=True)
class Panel:
    """All that a plan depends on beside the seed.

    ``barred``: pairs that must not be. ``fixed``: begun or done, they stay whatever else holds.
    ``before``: not begun yet, they stay where that is as good.
    """

    pieces: tuple[Piece, ...]
    seats: tuple[Seat, ...]
    each: int
    barred: frozenset[Pair] = frozenset()
    fixed: frozenset[Pair] = frozenset()
    before: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Plan:
    """The pairs to be, fixed ones among them, and by entry how many judges it still lacks."""

    pairs: frozenset[Pair]
    short: dict[int, int] = field(default_factory=dict)


def plan(panel: Panel, seed: int) -> Plan:
    """The plan of this panel; the same panel and seed give the same plan, whatever their order."""
    counting = _Search(panel, [s for s in panel.seats if not s.is_shadow], seed)
    counting.fill()
    counting.even()
    counting.suit()
    pairs = counting.pairs() | _copies(panel, seed)
    pieces = {piece.pk for piece in panel.pieces}
    known = {seat.pk for seat in panel.seats}
    gone = {pair for pair in panel.fixed if pair[0] in pieces and pair[1] not in known}
    return Plan(frozenset(pairs | gone), counting.short())


class _Search:
    """One run over the judges who count. Judges are few and entries many: paths go by judges."""

    def __init__(self, panel: Panel, seats: list[Seat], seed: int) -> None:
        self.each = panel.each
        self.pieces = {p.pk: p for p in sorted(panel.pieces, key=lambda p: p.pk)}
        self.seats = {s.pk: s for s in sorted(seats, key=lambda s: s.pk)}
        shadows = {s.pk for s in panel.seats if s.is_shadow}
        order = list(self.seats)
        Random(seed).shuffle(order)  # noqa: S311 - a shown seed, not a secret
        self.order = order
        self.turn = {pk: place for place, pk in enumerate(order)}
        self.barred = panel.barred
        self.fixed = {
            (e, j) for e, j in panel.fixed if e in self.pieces and j not in shadows
        }  # those of a judge who left count, and are nobody's load
        self.of_entry: dict[int, set[int]] = defaultdict(set)
        self.of_judge: dict[int, set[int]] = {pk: set() for pk in self.seats}  # what can move
        self.load = dict.fromkeys(self.seats, 0)
        for entry, judge in sorted(self.fixed):
            self.of_entry[entry].add(judge)
            if judge in self.load:
                self.load[judge] += 1
        for entry, judge in self._kept(panel.before):
            self._seat(entry, judge)

    def _kept(self, before: Iterable[Pair]) -> Iterable[Pair]:
        """What was planned before and still holds; where it is too much, the most loaded let go."""
        held = sorted(p for p in before if p not in self.fixed and self._may(*p))
        planned: dict[int, int] = dict(self.load)
        for _entry, judge in held:
            planned[judge] += 1
        wanted: dict[int, list[int]] = defaultdict(list)
        for entry, judge in held:
            wanted[entry].append(judge)
        for entry, judges in wanted.items():
            judges.sort(key=lambda j: (planned[j], self.turn[j]))
            room = max(0, self.each - len(self.of_entry[entry]))
            for judge in judges[room:]:
                planned[judge] -= 1
            for judge in judges[:room]:
                if self.load[judge] < self.seats[judge].capacity:
                    yield entry, judge

    def _may(self, entry: int, judge: int) -> bool:
        piece, seat = self.pieces.get(entry), self.seats.get(judge)
        if piece is None or seat is None or (entry, judge) in self.barred:
            return False
        return seat.takes(piece)

    def _open(self, entry: int, judge: int) -> bool:
        return self._may(entry, judge) and judge not in self.of_entry[entry]

    def _seat(self, entry: int, judge: int) -> None:
        self.of_entry[entry].add(judge)
        self.of_judge[judge].add(entry)
        self.load[judge] += 1

    def _move(self, entry: int, one: int, other: int) -> None:
        self.of_entry[entry].remove(one)
        self.of_judge[one].remove(entry)
        self.load[one] -= 1
        self._seat(entry, other)

    def _suits(self, entry: int, judge: int) -> int:
        """1 where the judge knows the entry's field."""
        return int(self.pieces[entry].field in self.seats[judge].expertise)

    # -- Filling --------------------------------------------------------------------
    def fill(self) -> None:
        """Every entry gets its judges, as far as any plan can: the least loaded first."""
        freedom = {
            entry: sum(self._may(entry, judge) for judge in self.order) for entry in self.pieces
        }
        order = sorted(self.pieces, key=lambda pk: (freedom[pk], pk))
        for level in range(1, self.each + 1):  # nobody waits for a first judge behind a third
            for entry in order:
                if len(self.of_entry[entry]) < level:
                    self._fill_one(entry)

    def _fill_one(self, entry: int) -> bool:
        """One more judge for the entry, directly or by moving others' work along a path."""
        open_to = [j for j in self.order if self._open(entry, j)]
        free = [j for j in open_to if self.load[j] < self.seats[j].capacity]
        if free:
            best = min(free, key=lambda j: (self.load[j], -self._suits(entry, j), self.turn[j]))
            self._seat(entry, best)
            return True
        path = self._path(open_to, lambda j: self.load[j] < self.seats[j].capacity)
        if path is None:
            return False
        self._shift(path)
        self._seat(entry, path[0])
        return True

    def _path(self, starts, wanted) -> list[int] | None:
        """The shortest chain of judges, each able to hand an entry to the next, to a wanted one."""
        came: dict[int, int] = dict.fromkeys(starts, NOBODY)
        waiting = deque(starts)
        while waiting:
            judge = waiting.popleft()
            if wanted(judge):
                path = [judge]
                while came[path[-1]] != NOBODY:
                    path.append(came[path[-1]])
                return path[::-1]
            for other in self.order:
                if other not in came and self._handed(judge, other) is not None:
                    came[other] = judge
                    waiting.append(other)
        return None

    def _handed(self, one: int, other: int) -> int | None:
        """The entry that ``one`` can best hand to ``other``; None where there is none."""
        best, gain = None, -2
        for entry in sorted(self.of_judge[one]):
            if self._open(entry, other):
                found = self._suits(entry, other) - self._suits(entry, one)
                if found > gain:
                    best, gain = entry, found
                if gain == 1:
                    break
        return best

    def _shift(self, path: list[int]) -> None:
        """Hand one entry on along the path, from its end: each gives before it takes."""
        for one, other in reversed(list(pairwise(path))):
            entry = self._handed(one, other)
            assert entry is not None  # the path was found over it  # noqa: S101
            self._move(entry, one, other)

    # -- Evening out ----------------------------------------------------------------
    def even(self) -> None:
        """Until no chain leads from a judge to another with at least two entries fewer."""
        moved = True
        while moved:
            moved = False
            for judge in sorted(self.order, key=lambda j: (-self.load[j], self.turn[j])):
                most = self.load[judge] - 2
                path = self._path([judge], lambda j, most=most: self._below(j, most))
                if path is not None:
                    self._shift(path)
                    moved = True
                    break

    def _below(self, judge: int, most: int) -> bool:
        return self.load[judge] <= most and self.load[judge] < self.seats[judge].capacity

    # -- Expertise ------------------------------------------------------------------
    def suit(self) -> None:
        """Judges exchange entries, or one hands over, while more entries meet who knows them."""
        moved = True
        while moved:
            moved = False
            for one in self.order:
                for other in self.order:
                    if one != other:
                        moved = self._exchange(one, other) or moved

    def _exchange(self, one: int, other: int) -> bool:
        """All gainful exchanges of two judges; loads stay as they are, or swap by one."""
        done = False
        while True:
            entry = self._gains(one, other, 1)
            if entry is None:
                return done
            if self.load[one] == self.load[other] + 1 and self._has_room(other):
                self._move(entry, one, other)
                done = True
                continue
            back = self._gains(other, one, 0)
            if back is None:
                return done
            self._move(entry, one, other)
            self._move(back, other, one)
            done = True

    def _has_room(self, judge: int) -> bool:
        return self.load[judge] < self.seats[judge].capacity

    def _gains(self, one: int, other: int, least: int) -> int | None:
        entry = self._handed(one, other)
        if entry is None or self._suits(entry, other) - self._suits(entry, one) < least:
            return None
        return entry

    # -- What came of it --------------------------------------------------------------
    def pairs(self) -> set[Pair]:
        found = {(entry, judge) for judge, entries in self.of_judge.items() for entry in entries}
        return found | self.fixed

    def short(self) -> dict[int, int]:
        lacks = {entry: self.each - len(self.of_entry[entry]) for entry in self.pieces}
        return {entry: lack for entry, lack in lacks.items() if lack > 0}


def _copies(panel: Panel, seed: int) -> set[Pair]:
    """What judges in training score beside the others: an even share each, spread over entries."""
    shadows = sorted((s for s in panel.seats if s.is_shadow), key=lambda s: s.pk)
    counting = [s for s in panel.seats if not s.is_shadow]
    share = -(-len(panel.pieces) * panel.each // max(1, len(counting)))
    pieces = sorted(panel.pieces, key=lambda p: p.pk)
    Random(seed).shuffle(pieces)  # noqa: S311 - a shown seed, not a secret
    known = {p.pk for p in pieces}
    copies: dict[int, int] = defaultdict(int)
    found: set[Pair] = set()
    for seat in shadows:
        own = {e for e, j in panel.fixed if j == seat.pk and e in known}
        most = min(seat.capacity, share, len(pieces))
        before = {e for e, j in panel.before if j == seat.pk}
        wish = sorted(pieces, key=lambda p: (p.pk not in before, copies[p.pk]))
        for piece in wish:
            if len(own) >= most:
                break
            if (piece.pk, seat.pk) not in panel.barred and seat.takes(piece):
                own.add(piece.pk)
        for entry in own:
            copies[entry] += 1
        found |= {(entry, seat.pk) for entry in own}
    return found


def loads(pairs: Collection[Pair], judges: Iterable[int]) -> dict[int, int]:
    """By judge, how many entries; those without any are 0."""
    counted = dict.fromkeys(judges, 0)
    for _entry, judge in pairs:
        if judge in counted:
            counted[judge] += 1
    return counted
