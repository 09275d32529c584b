"""The lock against scoring, against a second lock and against a decision; publishing twice."""

import pytest
from django.db import connection, transaction

from contests import ranking, results
from contests.models import Override, Round, Score, ScoreSheet, Standing
from contests.tests.cast import announced, entered, judge, scored
from contests.workflow import ROUNDS, SHEETS
from core.models import Event, OutboxMessage
from core.words import Refused
from projects.tests.test_threads import together

pytestmark = [
    pytest.mark.threads,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="rows are locked on PostgreSQL only"
    ),
]
R = Round.Status
TIMES = range(3)


@pytest.fixture
def town(an, em, giang, ha, khoa, binh, now):
    """A round within its days: Giang chairs, Hà and Khoa have each a sheet that is full."""
    contest = announced(em, now - (now - now.replace(day=8)))
    Round.objects.filter(code="so-khao").update(status=R.JUDGING)
    found = contest.rounds.get(code="so-khao")
    panel = [judge(contest, giang, em, is_chair=True), judge(contest, ha, em),
             judge(contest, khoa, em)]  # fmt: skip
    entry = entered(contest, an)
    sheets = [
        scored(found, entry, by, points, now) for by, points in zip(panel, (9, 5, 1), strict=True)
    ]
    ScoreSheet.objects.filter(pk__in=[s.pk for s in sheets[1:]]).update(status="started")
    people = (giang, ha, khoa, em, binh)
    for user in people:
        assert user.roles is not None  # read once, before the race
    return found, entry, sheets


def fresh(found):
    return Round.objects.select_related("contest").get(pk=found.pk)


def hand_in(sheet, by, at):
    """As contests.scoring does it: the round's row first, then the sheet's."""
    with transaction.atomic():
        Round.objects.select_for_update(no_key=True).get(pk=sheet.round_id)
        return SHEETS.advance(ScoreSheet.objects.get(pk=sheet.pk), "hand_in", by=by, at=at)


@pytest.mark.parametrize("_time", TIMES)
def test_what_is_handed_in_before_the_lock_is_in_it_and_nothing_after(
    town, giang, em, ha, khoa, now, _time
):
    found, _entry, sheets = town

    def work(i):
        if i == 0:
            ROUNDS.advance(fresh(found), "ask_lock", by=giang, at=now, note="Hết giờ.")
            return ROUNDS.advance(fresh(found), "lock", by=em, at=now)
        return hand_in(sheets[i], (None, ha, khoa)[i], now)

    told = together(3, work)
    assert fresh(found).status == R.LOCKED
    done = ScoreSheet.objects.filter(status="done").count()
    assert done == 1 + sum(not isinstance(x, Refused) for x in told[1:])
    standing = Standing.objects.get()
    assert standing.sheets == done
    assert standing.score == ranking.places(fresh(found), stored=False)[0].kept


@pytest.mark.parametrize("_time", TIMES)
def test_two_agree_to_the_lock_at_once_and_one_locks(town, giang, em, binh, now, _time):
    found, _entry, _sheets = town
    ROUNDS.advance(found, "ask_lock", by=giang, at=now, note="Hết giờ.")
    told = together(6, lambda i: ROUNDS.advance(fresh(found), "lock", by=(em, binh)[i % 2], at=now))
    assert sum(isinstance(x, Event) for x in told) == 1
    assert sum(isinstance(x, Refused) for x in told) == 5
    assert Standing.objects.count() == 1
    assert Event.objects.filter(kind="round.lock").count() == 1


@pytest.mark.parametrize("_time", TIMES)
def test_a_decision_is_in_the_lock_or_refused(town, giang, em, now, _time):
    found, entry, _sheets = town
    Score.objects.update(points=3)

    def work(i):
        if i == 0:
            ROUNDS.advance(fresh(found), "ask_lock", by=giang, at=now, note="Hết giờ.")
            return ROUNDS.advance(fresh(found), "lock", by=em, at=now)
        return results.override(fresh(found), entry, advances=True, reason="Mới.", by=giang, at=now)

    ScoreSheet.objects.update(total=30)
    told = together(2, work)
    assert fresh(found).status == R.LOCKED
    made = not isinstance(told[1], Refused)
    assert Override.objects.exists() == made
    assert Standing.objects.get().advances == made


def test_published_by_two_at_once_everybody_gets_one_letter(town, giang, em, binh, now):
    found, _entry, _sheets = town
    ROUNDS.advance(found, "ask_lock", by=giang, at=now, note="Hết giờ.")
    ROUNDS.advance(found, "lock", by=em, at=now)
    told = together(
        4, lambda i: ROUNDS.advance(fresh(found), "publish", by=(em, binh)[i % 2], at=now)
    )
    assert sum(isinstance(x, Event) for x in told) == 1
    assert OutboxMessage.objects.count() == 1
