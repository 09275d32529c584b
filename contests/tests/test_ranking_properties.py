"""Ranking against a second, slow calculation from the scores, over many made-up rounds."""

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import person
from contests import insight, ranking
from contests.models import Conflict, Contest, Criterion, Judge, Round, Score, ScoreSheet
from contests.tests.cast import announced, entered, judging

MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FEW = settings(MANY, max_examples=6)
# Thirds and sevenths beside easy ones: the last cannot be told apart by six decimals.
SCALES = ((10, 10, 10), (10, 5, 20), (7, 11, 13), (97, 89, 83))
WEIGHTS = st.sampled_from(["25", "10", "33.33", "0.07", "19.99", "1"])


@st.composite
def rounds(draw):
    """The rule, the criteria, and by entry its board and by judge its points."""
    criteria = [(draw(WEIGHTS), most) for most in draw(st.sampled_from(SCALES))]
    judges = draw(st.integers(1, 4))
    points = st.lists(st.integers(0, 14), min_size=3, max_size=3)  # halves of a point
    entries = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["y-tuong", "du-an"]),
                st.dictionaries(st.integers(0, judges - 1), points, max_size=judges),
            ),
            min_size=1,
            max_size=5,
        )
    )
    rule = {
        "aggregate": draw(st.sampled_from(Round.Aggregate.values)),
        "advance_top": draw(st.sampled_from([None, 1, 2])),
        "advance_min": draw(st.sampled_from([None, Decimal(50), Decimal("33.33")])),
        "no_zero": draw(st.booleans()),
        "tie_breaks": draw(st.sampled_from([[], ["c2"], ["c1", "c0"]])),
    }
    return {"criteria": criteria, "judges": judges, "entries": entries, "rule": rule}


@pytest.fixture
def town(an, em, now):
    contest = announced(em, now)
    panel = [person(f"Giám khảo {i}", f"gk{i}@example.vn") for i in range(6)]
    return contest, panel, an, em, now


def make(town, told, order=None):
    """The round as rows; ``order``: shuffles in which order everything is written."""
    contest, panel, an, em, now = town
    found = judging(contest.rounds.get(code="so-khao"))
    found.criteria.clear()
    for place, (weight, most) in enumerate(told["criteria"]):
        row = Criterion.objects.create(
            contest=contest, code=f"c{place}", name=f"C{place}", weight=Decimal(weight),
            most=most, order=place,
        )  # fmt: skip
        row.rounds.add(found)
    Round.objects.filter(pk=found.pk).update(**told["rule"])
    found = Round.objects.get(pk=found.pk)
    judges = [
        Judge(
            contest=contest,
            user=panel[i],
            name=f"GK {i}",
            email=f"gk{i}@example.vn",
            invited_by=em,
            status="accepted",
            answered_at=now,
        )
        for i in range(told["judges"])
    ]
    by_number = {int(j.name[3:]): j for j in Judge.objects.bulk_create(shuffled(judges, order))}
    entries = {
        number: entered(contest, an, f"Bài {number}", board=told["entries"][number][0])
        for number in shuffled(range(len(told["entries"])), order)
    }
    sheets = [
        (number, by, halves)
        for number, (_board, given_points) in enumerate(told["entries"])
        for by, halves in given_points.items()
    ]
    for number, by, halves in shuffled(sheets, order):
        write(found, entries[number], by_number[by], halves, now)
    return Round.objects.get(pk=found.pk), entries, by_number


def shuffled(rows, order):
    rows = list(rows)
    if order is not None:
        random.Random(order).shuffle(rows)
    return rows


def write(found, entry, by, halves, now):
    given_points = {
        c.pk: min(Decimal(h) / 2, Decimal(c.most))
        for c, h in zip(found.criterion_list, halves, strict=True)
    }
    sheet = ScoreSheet.objects.create(round=found, entry=entry, judge=by)
    Score.objects.bulk_create(
        Score(sheet=sheet, criterion_id=pk, points=points, saved_at=now)
        for pk, points in given_points.items()
    )
    ScoreSheet.objects.filter(pk=sheet.pk).update(
        status="done",
        total=ranking.rounded(ranking.total(found, given_points)),
        has_zero=0 in given_points.values(),
    )
    return ScoreSheet.objects.get(pk=sheet.pk)


def slowly(found):
    """By title (score, rank, advances by rule), from the scores and the rule alone."""
    criteria = list(found.criteria.order_by("order"))
    whole = sum(Fraction(c.weight) for c in criteria)
    entries = list(found.contest.entries.filter(status="complete"))
    told = {}
    for entry in entries:
        totals, points = [], defaultdict(list)
        for sheet in entry.sheets.filter(round=found, status="done", judge__is_shadow=False):
            if Conflict.objects.filter(judge=sheet.judge, entry=entry).exists():
                continue
            given_points = {s.criterion_id: Fraction(s.points) for s in sheet.scores.all()}
            totals.append(
                sum(100 * Fraction(c.weight) * given_points[c.pk] / c.most for c in criteria)
                / whole
            )
            for c in criteria:
                points[c.code].append(given_points[c.pk])
        means = {code: sum(v) / len(v) for code, v in points.items()}
        told[entry] = (ranking.aggregate(found.aggregate, totals), means)

    def key(entry):
        score, means = told[entry]
        return (score, *(means[code] for code in found.tie_breaks))

    answer = {}
    for entry, (score, means) in told.items():
        if score is None:
            answer[entry.title] = (None, None, False)
            continue
        above = [
            e for e in entries
            if e.board_id == entry.board_id and told[e][0] is not None and key(e) > key(entry)
        ]  # fmt: skip
        rank = len(above) + 1
        through = (
            (found.advance_min is None or score >= Fraction(found.advance_min))
            and not (found.no_zero and 0 in means.values())
            and (found.advance_top is None or rank <= found.advance_top)
        )
        answer[entry.title] = (score, rank, through)
    return answer


def quickly(found, **how):
    lines = ranking.table(Round.objects.get(pk=found.pk), **how)
    return {line.entry.title: (line.score, line.rank, line.by_rule) for line in lines}


class undone:  # noqa: N801 - reads as a word
    """What is written inside is taken back: each example begins anew."""

    def __enter__(self):
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.block.__exit__(*error)


@MANY
@given(told=rounds())
def test_kept_totals_give_exactly_what_the_scores_give(town, told):
    with undone():
        found, _entries, _judges = make(town, told)
        expected = slowly(found)
        assert quickly(found) == expected
        assert quickly(found, stored=False) == expected


@MANY
@given(told=rounds(), order=st.integers(0, 1000))
def test_the_order_of_scoring_of_judges_and_of_entries_never_matters(town, told, order):
    with undone():
        first = quickly(make(town, told)[0])
    with undone():
        assert quickly(make(town, told, order)[0]) == first


@MANY
@given(told=rounds(), by=st.integers(0, 3), on=st.integers(0, 4), data=st.data())
def test_a_recused_score_never_counts(town, told, by, on, data):
    """Whatever a recused judge gave, before or after saying so, the result is without it."""
    by, on = by % told["judges"], on % len(told["entries"])
    halves = data.draw(st.lists(st.integers(0, 14), min_size=3, max_size=3))
    without = {**told, "entries": list(told["entries"])}
    board, points = told["entries"][on]
    without["entries"][on] = (board, {j: p for j, p in points.items() if j != by})
    with undone():
        expected = quickly(make(town, without)[0])
    with undone():
        found, entries, judges = make(town, without)
        write(found, entries[on], judges[by], halves, town[4])
        Conflict.objects.create(
            judge=judges[by], entry=entries[on], source="declared", reason="Họ hàng",
            by=town[3], at=town[4],
        )  # fmt: skip
        assert quickly(found) == expected
        assert quickly(found, stored=False) == expected


@MANY
@given(told=rounds(), halves=st.lists(st.integers(0, 14), min_size=3, max_size=3))
def test_adding_a_trainee_changes_nothing(town, told, halves):
    with undone():
        found, entries, _judges = make(town, told)
        before = quickly(found)
        trainee = Judge.objects.create(
            contest=town[0], user=town[1][5], name="Tập sự", email="gk5@example.vn",
            invited_by=town[3], status="accepted", answered_at=town[4], is_shadow=True,
        )  # fmt: skip
        for entry in entries.values():
            write(found, entry, trainee, halves, town[4])
        assert quickly(found) == before


@FEW
@given(told=rounds())
def test_the_firmness_of_the_cut_is_what_trying_each_point_shows(town, told):
    with undone():
        found, _entries, _judges = make(town, told)
        found = Round.objects.get(pk=found.pk)
        said = {
            (s.entry, s.sign, s.gains, s.losses, judge, criterion)
            for s in insight.shifts(found, ranking.places(found))
            for judge in s.judges
            for criterion in s.criteria
        }
        tried = set(trying(found))
        # Which judge goes with which criterion is told apart only where it is one change.
        assert {row[:4] for row in said} == {row[:4] for row in tried}
        assert tried <= said


def trying(found):
    def through(fresh):
        return {x.entry_id for x in ranking.places(fresh, stored=False) if x.by_rule}

    before = through(found)
    rows = Score.objects.filter(sheet__round=found).select_related("sheet", "criterion")
    for score in rows:
        for sign in (1, -1):
            if not 0 <= score.points + sign <= score.criterion.most:
                continue
            Score.objects.filter(pk=score.pk).update(points=score.points + sign)
            after = through(Round.objects.get(pk=found.pk))
            Score.objects.filter(pk=score.pk).update(points=score.points)
            if after != before:
                yield (
                    score.sheet.entry_id, sign, frozenset(after - before),
                    frozenset(before - after), score.sheet.judge_id, score.criterion_id,
                )  # fmt: skip


def test_a_changed_weight_is_noticed_and_the_scores_are_read_again(town):
    """Kept totals of earlier weights are no whole number of the new parts."""
    told = {
        "criteria": [("25", 10), ("10", 10), ("10", 10)], "judges": 1,
        "entries": [("y-tuong", {0: [14, 3, 5]}), ("y-tuong", {0: [3, 14, 9]})],
        "rule": {"tie_breaks": []},
    }  # fmt: skip
    found, _entries, _judges = make(town, told)
    Criterion.objects.filter(code="c1").update(weight=Decimal("99.97"))
    assert quickly(found) == slowly(Round.objects.get(pk=found.pk))


def test_the_scale_makes_every_total_whole():
    contest = Contest()
    found = Round(contest=contest)
    found.criterion_list = [
        Criterion(pk=1, weight=Decimal(25), most=10), Criterion(pk=2, weight=Decimal(20), most=10)
    ]  # fmt: skip
    used = ranking.scale(found)
    assert (used.unit, used.factors) == (90, {1: 5, 2: 4})
    assert used.parts({1: Decimal(10), 2: Decimal(10)}) == 100 * used.unit
    assert used.parts({1: Decimal(1)}) is None
    assert used.read(Decimal("33.333333")) == 3000
    assert used.read(Decimal("33.3339")) is None
