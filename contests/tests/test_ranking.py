"""Ranking: golden cases for means, ties, zeros, absences and recusals."""

from decimal import Decimal
from fractions import Fraction

import pytest

from contests import ranking
from contests.joined import joined
from contests.models import Conflict, Contest, Criterion, Judge, Override, ScoreSheet
from contests.tests.cast import announced, entered, judge, judging, scored


@pytest.fixture
def town(em, giang, ha, khoa, now):
    """An announced contest, its first round being judged, and three judges."""
    contest = announced(em, now)
    panel = [judge(contest, user, em) for user in (giang, ha, khoa)]
    return contest, judging(contest.rounds.get(code="so-khao")), panel


def told(found):
    return [
        (line.entry.title, line.rank, line.advances)
        for line in ranking.table(type(found).objects.get(pk=found.pk))
    ]


def test_the_mean_of_the_weighted_scores(town, an, now):
    contest, found, panel = town
    entry = entered(contest, an)
    scored(
        found,
        entry,
        panel[0],
        {"doi-moi": 10, "thuong-mai": 8, "ke-hoach": 6, "dinh-huong": 4, "tac-dong": 2},
        now,
    )
    scored(found, entry, panel[1], 5, now)
    line = ranking.table(found)[0]
    first = Fraction(25 * 10 + 25 * 8 + 20 * 6 + 10 * 4 + 10 * 2, 90) * 10
    assert line.score == (first + 50) / 2
    assert (line.rank, line.sheets, line.advances) == (1, 2, True)


def test_ties_are_broken_in_the_declared_order_then_stand_together(town, an, now):
    contest, found, panel = town
    rows = {name: entered(contest, an, name) for name in ("A", "B", "C")}
    scored(found, rows["A"], panel[0], {"doi-moi": 6, "thuong-mai": 4}, now)
    scored(found, rows["B"], panel[0], 5, now)
    scored(found, rows["C"], panel[0], 5, now)
    assert told(found) == [("A", 1, True), ("B", 2, True), ("C", 2, True)]


def test_below_the_least_score_or_with_a_zero_nobody_advances(town, an, now):
    contest, found, panel = town
    low, zero, unseen = (entered(contest, an, name) for name in ("Thấp", "Không", "Chưa chấm"))
    scored(found, low, panel[0], "4.5", now)
    scored(
        found,
        zero,
        panel[0],
        {"doi-moi": 10, "thuong-mai": 10, "ke-hoach": 10, "dinh-huong": 0},
        now,
    )
    assert [
        (line.entry.title, line.rank, line.by_rule, line.why) for line in ranking.table(found)
    ] == [
        (zero.title, 1, False, "Có tiêu chí 0 điểm."),
        (low.title, 2, False, "Điểm thấp hơn mức 50.00."),
        (unseen.title, None, False, "Chưa có phiếu nào tính điểm."),
    ]


def test_recused_unfinished_trainees_and_unchecked_paper_do_not_count(town, an, em, chi, dung, now):
    contest, found, panel = town
    entry = entered(contest, an)
    trainee = judge(contest, chi, em, is_shadow=True)
    paper = judge(contest, dung, em)
    for number, by in enumerate([*panel, trainee, paper], start=1):
        scored(found, entry, by, number, now)
    ScoreSheet.objects.filter(judge=panel[1]).update(status="started")
    Conflict.objects.create(
        judge=panel[2], entry=entry, source="organiser", reason="Họ hàng", by=em, at=now
    )
    ScoreSheet.objects.filter(judge=paper).update(entered_by=em, entered_at=now)
    line = ranking.table(found)[0]
    assert (line.score, line.sheets) == (10, 1)
    ScoreSheet.objects.filter(judge=paper).update(checked_by=chi, checked_at=now)
    assert ranking.table(found)[0].score == 30


def test_a_panels_override_goes_against_the_rule_and_says_so(town, an, em, now):
    contest, found, panel = town
    entry = entered(contest, an)
    scored(found, entry, panel[0], 4, now)
    Override.objects.create(
        round=found, entry=entry, advances=True, reason="Có lý do.", by=em, at=now
    )
    line = ranking.table(found)[0]
    assert (line.by_rule, line.advances) == (False, True)


@pytest.mark.parametrize(
    ("kind", "score"), [("mean", Fraction(160, 3)), ("median", 60), ("trimmed", 60)]
)
def test_the_rounds_own_rule_makes_one_score_of_many(kind, score):
    assert ranking.aggregate(kind, [Fraction(60), Fraction(10), Fraction(90)]) == score
    assert ranking.aggregate(kind, [Fraction(7)]) == 7
    assert ranking.aggregate(kind, []) is None


def test_weights_need_not_sum_to_a_hundred(town, an, now):
    contest, found, panel = town
    Criterion.objects.filter(contest=contest).update(weight=3)
    entry = entered(contest, an)
    scored(Contest.objects.get().rounds.get(code="so-khao"), entry, panel[0], 7, now)
    assert ranking.table(found)[0].score == 70
    assert Judge.objects.count() == 3


def test_one_judge_only_and_entries_that_nobody_judged(town, an, now):
    contest, found, panel = town
    seen, unseen = (entered(contest, an, name) for name in ("Có", "Chưa"))
    scored(found, seen, panel[0], "7.25", now)
    lines = {line.entry_id: line for line in ranking.places(found)}
    assert (lines[seen.pk].score, lines[seen.pk].rank, lines[seen.pk].sheets) == (72.5, 1, 1)
    assert (lines[unseen.pk].score, lines[unseen.pk].rank, lines[unseen.pk].sheets) == (
        None,
        None,
        0,
    )


def test_a_criterion_is_at_zero_when_every_judge_gave_zero(town, an, now):
    contest, found, panel = town
    entry = entered(contest, an)
    nought = {"doi-moi": 0, "thuong-mai": 10, "ke-hoach": 10, "dinh-huong": 10, "tac-dong": 10}
    scored(found, entry, panel[0], nought, now)
    assert ranking.places(found)[0].fate == "zero"
    scored(found, entry, panel[1], nought | {"doi-moi": "0.5"}, now)
    assert ranking.places(found)[0].fate == ""


def test_jury_and_vote_stay_apart_and_a_third_list_joins_them_by_the_printed_weight(town, an, now):
    contest, found, panel = town
    rows = {name: entered(contest, an, name) for name in ("A", "B", "C")}
    for name, points in (("A", 8), ("B", 7), ("C", 6)):
        scored(found, rows[name], panel[0], points, now)
    lines = ranking.places(found)
    shares = {rows["A"].pk: Fraction(1, 10), rows["B"].pk: Fraction(1, 2)}
    told = joined(lines, shares, Decimal(20))
    assert [(j.line.entry_id, j.jury, j.vote, j.score, j.rank) for j in told] == [
        (rows["A"].pk, 80, 10, 66, 1), (rows["B"].pk, 70, 50, 66, 1), (rows["C"].pk, 60, 0, 48, 3)
    ]  # fmt: skip
    assert [line.entry_id for line in lines] == [rows[n].pk for n in "ABC"]
    assert [line.rank for line in lines] == [1, 2, 3]
