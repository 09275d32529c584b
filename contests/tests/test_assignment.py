"""Sharing out entries among judges: hard rules hold for any panel, and nothing moves twice."""

import time
from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from contests.assignment import Panel, Piece, Plan, Seat, loads, plan

calm = settings(deadline=None)  # other work on the machine is no failure
FIELDS = ("sea", "farm", "craft")


def counting(panel: Panel) -> set[int]:
    return {seat.pk for seat in panel.seats if not seat.is_shadow}


@st.composite
def panels(draw):
    boards = st.integers(1, 2)
    pieces = tuple(
        Piece(pk, draw(boards), draw(st.sampled_from(FIELDS)))
        for pk in range(1, draw(st.integers(0, 12)) + 1)
    )
    seats = tuple(
        Seat(
            pk=pk,
            capacity=draw(st.integers(1, 12)),
            boards=draw(st.sampled_from([frozenset(), frozenset({1}), frozenset({2})])),
            expertise=draw(st.frozensets(st.sampled_from(FIELDS), max_size=2)),
            is_shadow=draw(st.integers(0, 4)) == 0,
        )
        for pk in range(101, 101 + draw(st.integers(0, 6)))
    )
    pairs = [(piece.pk, seat.pk) for piece in pieces for seat in seats if seat.takes(piece)]
    some = st.frozensets(st.sampled_from(pairs)) if pairs else st.just(frozenset())
    barred = draw(some)
    fixed = draw(some) - barred
    before = draw(some) - barred - fixed
    return Panel(pieces, seats, draw(st.integers(1, 4)), barred, fixed, before)


@calm
@given(panels(), st.integers(0, 9))
def test_hard_rules_hold_for_any_panel(panel, seed):
    found = plan(panel, seed)
    assert found.pairs & panel.barred == frozenset()
    assert panel.fixed <= found.pairs
    pieces = {piece.pk: piece for piece in panel.pieces}
    load = loads(found.pairs, [seat.pk for seat in panel.seats])
    held = loads(panel.fixed, [seat.pk for seat in panel.seats])
    for seat in panel.seats:
        assert load[seat.pk] <= max(seat.capacity, held[seat.pk])
        assert all(seat.takes(pieces[e]) for e, j in found.pairs if j == seat.pk)
    own = Counter(e for e, j in found.pairs if j in counting(panel))
    kept = Counter(e for e, j in panel.fixed if j in counting(panel))
    for piece in panel.pieces:
        assert own[piece.pk] <= max(panel.each, kept[piece.pk])
        assert found.short.get(piece.pk, 0) == max(0, panel.each - own[piece.pk])


@calm
@given(panels(), st.integers(0, 9), st.randoms())
def test_the_order_of_entries_and_judges_never_matters(panel, seed, chance):
    pieces, seats = list(panel.pieces), list(panel.seats)
    chance.shuffle(pieces)
    chance.shuffle(seats)
    other = Panel(tuple(pieces), tuple(seats), panel.each, panel.barred, panel.fixed, panel.before)
    assert plan(other, seed) == plan(panel, seed)


@calm
@given(panels(), st.integers(0, 9), st.integers(0, 9))
def test_run_again_it_changes_nothing(panel, seed, later):
    first = plan(panel, seed)
    before = first.pairs - panel.fixed
    again = Panel(panel.pieces, panel.seats, panel.each, panel.barred, panel.fixed, before)
    assert plan(again, later) == Plan(first.pairs, first.short)


class Plain:
    """Fills seats one by one, by plain augmenting over single seats: the most that any plan can."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.seats = {s.pk: s for s in panel.seats if not s.is_shadow}
        self.used = {pair for pair in panel.fixed if pair[1] in self.seats}

    def fill(self) -> int:
        moved = True
        while moved:
            moved = any(
                self.place(piece, set())
                for piece in self.panel.pieces
                if sum(e == piece.pk for e, _j in self.used) < self.panel.each
            )
        return len(self.used)

    def place(self, piece: Piece, seen: set[int]) -> bool:
        for seat in self.seats.values():
            pair = (piece.pk, seat.pk)
            if seat.pk in seen or not seat.takes(piece) or pair in self.used | self.panel.barred:
                continue
            seen.add(seat.pk)
            if sum(j == seat.pk for _e, j in self.used) < seat.capacity or self.free(seat, seen):
                self.used.add(pair)
                return True
        return False

    def free(self, seat: Seat, seen: set[int]) -> bool:
        for other in self.panel.pieces:
            pair = (other.pk, seat.pk)
            if pair in self.used - self.panel.fixed and self.place(other, seen):
                self.used.remove(pair)
                return True
        return False


@calm
@given(panels(), st.integers(0, 3))
def test_no_plan_fills_more_seats(panel, seed):
    found = plan(panel, seed)
    assert sum(j in counting(panel) for _e, j in found.pairs) == Plain(panel).fill()


@calm
@given(st.integers(1, 30), st.integers(2, 8), st.integers(1, 4), st.integers(0, 99))
def test_without_conflicts_loads_differ_by_one_at_most(entries, judges, each, seed):
    panel = Panel(
        tuple(Piece(pk, 1) for pk in range(entries)),
        tuple(Seat(pk, 100) for pk in range(judges)),
        min(each, judges),
    )
    load = loads(plan(panel, seed).pairs, range(judges)).values()
    assert max(load) - min(load) <= 1
    assert sum(load) == entries * panel.each


def test_a_newcomer_takes_only_what_evens_the_loads():
    pieces = tuple(Piece(pk, 1) for pk in range(1, 7))
    old = (Seat(101, 9), Seat(102, 9))
    first = plan(Panel(pieces, old, 1), 1)
    second = plan(Panel(pieces, (*old, Seat(103, 9)), 1, before=first.pairs), 1)
    assert sorted(loads(second.pairs, [101, 102, 103]).values()) == [2, 2, 2]
    assert len(first.pairs - second.pairs) == 2


def test_who_knows_the_field_gets_the_entry():
    pieces = (Piece(1, 1, "sea"), Piece(2, 1, "farm"), Piece(3, 1, "sea"), Piece(4, 1, "farm"))
    seats = (
        Seat(101, 9, expertise=frozenset({"farm"})),
        Seat(102, 9, expertise=frozenset({"sea"})),
    )
    for seed in range(20):
        assert plan(Panel(pieces, seats, 1), seed).pairs == {(1, 102), (2, 101), (3, 102), (4, 101)}


def test_where_seats_are_few_every_entry_gets_its_first_judge_before_a_second():
    pieces = tuple(Piece(pk, 1) for pk in range(1, 5))
    found = plan(Panel(pieces, (Seat(101, 3), Seat(102, 3)), 2), 5)
    assert Counter(found.short.values()) == {1: 2}


def test_a_trainee_gets_copies_and_nobody_less():
    pieces = tuple(Piece(pk, 1) for pk in range(1, 5))
    found = plan(Panel(pieces, (Seat(101, 9), Seat(102, 9, is_shadow=True)), 1), 5)
    assert loads(found.pairs, [101, 102]) == {101: 4, 102: 4}
    assert found.short == {}


def test_two_thousand_entries_and_fifteen_judges_take_seconds():
    chance = Random(1)
    fields = "abcde"
    pieces = tuple(Piece(pk, pk % 2, chance.choice(fields)) for pk in range(2000))
    seats = tuple(
        Seat(pk, 700, frozenset(), frozenset(chance.sample(fields, 2))) for pk in range(15)
    )
    barred = frozenset((chance.randrange(2000), chance.randrange(15)) for _n in range(500))
    begun = time.perf_counter()
    found = plan(Panel(pieces, seats, 5, barred), 7)
    assert time.perf_counter() - begun < 15  # about one second on an idle machine
    assert found.short == {}
    load = loads(found.pairs, range(15)).values()
    assert max(load) - min(load) <= 1
