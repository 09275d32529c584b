"""Many hands at once on a panel: one yes, one assignment, no begun sheet taken away."""

import pytest
from django.db import transaction

from conftest import person
from contests import assigning, conflicts, panel
from contests.models import Conflict, Declaration, Round, ScoreSheet
from contests.panel import Told
from contests.tests.cast import announced, entered, judge, judging
from contests.workflow import SHEETS
from core.models import Event
from core.words import Refused
from projects.tests.test_threads import needs_rows_that_lock, together

pytestmark = [pytest.mark.threads, needs_rows_that_lock]


@pytest.fixture
def found(em, an, now):
    contest = announced(em, now)
    for n in range(6):
        entered(contest, an, f"Bài {n}")
    for n in range(4):
        judge(contest, person(f"Giám Khảo {n}", f"gk{n}@example.vn"), em)
    return Round.objects.get(contest=contest, code="so-khao")


def test_accepted_by_many_presses_it_is_one_yes(em, giang, now):
    one = panel.invite(announced(em, now), Told(name="Đỗ Giang", email=giang.email), by=em, at=now)
    together(4, lambda _i: panel.accept(one, by=giang, at=now))
    assert Event.objects.filter(kind="judge.accept").count() == 1
    one.refresh_from_db()
    assert (one.status, one.user) == ("accepted", giang)


def test_invited_by_many_presses_it_is_one_judge(em, now):
    contest = announced(em, now)
    told = Told(name="Đỗ Giang", email="giang@example.vn")
    results = together(4, lambda _i: panel.invite(contest, told, by=em, at=now))
    assert sum(isinstance(r, Refused) for r in results) == 3
    assert contest.judges.count() == 1


def test_assigned_by_many_at_once_it_is_one_assignment(em, found, now):
    together(4, lambda i: assigning.assign(found, by=em, at=now, seed=i))
    assert found.sheets.count() == 18
    assert Event.objects.filter(kind="round.assign").count() == 1


def test_a_sheet_begun_meanwhile_is_not_taken_away(em, found, now):
    assigning.assign(found, by=em, at=now)
    found = judging(found)
    Round.objects.filter(pk=found.pk).update(starts_at=None, ends_at=None, judges_per_entry=1)
    sheets = list(found.sheets.select_related("judge__user").order_by("pk"))

    def act(i):
        if i == 0:
            return assigning.assign(found, by=em, at=now)
        sheet = ScoreSheet.objects.get(pk=sheets[i].pk)
        try:
            return SHEETS.advance(sheet, "start", by=sheet.judge.user, at=now)
        except ScoreSheet.DoesNotExist as gone:
            return gone

    results = together(5, act)
    started = [sheets[i].pk for i in range(1, 5) if isinstance(results[i], Event)]
    assert set(found.sheets.filter(status="started").values_list("pk", flat=True)) == set(started)
    assert not isinstance(results[0], Exception)


def test_declared_by_many_presses_while_it_is_shared_out(em, found, now):
    one = found.contest.judges.select_related("user").order_by("pk").first()
    keys = [conflicts.key_of(found, conflicts.PEOPLE, "Nguyễn Thị An")]

    def act(i):
        if i == 0:
            return assigning.assign(found, by=em, at=now)
        return conflicts.declare(one, found, keys=keys, reason="", by=one.user, at=now)

    together(4, act)
    assert Declaration.objects.count() == 1
    assert Conflict.objects.filter(judge=one).count() == 6
    with transaction.atomic():
        assigning.assign(found, by=em, at=now)
    assert one.sheets.count() == 0
    assert found.sheets.count() == 18
