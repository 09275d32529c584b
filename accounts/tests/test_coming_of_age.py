"""At 18 a person is asked anew; before, a guardian's answer decides what may be shown."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import coming_of_age, tasks
from accounts.models import Consent, Guardianship
from accounts.queries import may_be_shown, why_not_shown
from conftest import person
from core.models import Event, OutboxMessage
from core.periods import LOCAL

BORN = date(2008, 6, 15)
BEFORE = datetime(2026, 3, 1, 9, tzinfo=LOCAL)
AFTER = datetime(2026, 6, 16, 9, tzinfo=LOCAL)


@pytest.fixture
def ti(db):
    """Tí turned 18 on the 15th of June 2026."""
    return person("Lê Tí", "ti@example.vn", birth=BORN)


def agreed(user, purpose, at, subject=7):
    return Consent.objects.create(
        user=user, purpose=purpose, subject_kind="venture", subject_id=subject,
        text="…", version="1", given_at=at,
    )  # fmt: skip


def run(now):
    return [coming_of_age.ask_anew(user, now) for user in coming_of_age.grown_up(now.date())]


@pytest.mark.parametrize("late", [0, 1, 30, 400])
def test_whenever_the_schedule_comes_by_it_asks_once(ti, late):
    """Also after a month in which nothing ran: by what is, not by what day it is."""
    publish, name = agreed(ti, "publish_venture", BEFORE), agreed(ti, "publish_name", BEFORE)
    process = agreed(ti, "process", BEFORE)
    now = AFTER + timedelta(days=late)
    assert [run(now), run(now)] == [[True], []]
    standing = Consent.objects.standing()
    assert list(standing) == [process]
    event = Event.objects.get(kind="user.come_of_age")
    assert event.data == {"consents": [publish.pk, name.pk]}
    assert OutboxMessage.objects.get().to == "ti@example.vn"


def test_before_the_birthday_nothing_happens(ti):
    agreed(ti, "publish_venture", BEFORE)
    assert run(datetime(2026, 6, 14, 23, tzinfo=LOCAL)) == []
    assert not coming_of_age.ask_anew(ti, BEFORE)
    assert run(datetime(2026, 6, 15, 0, 1, tzinfo=LOCAL)) == [True]


def test_what_they_confirm_themselves_stays(ti):
    agreed(ti, "publish_venture", BEFORE)
    run(AFTER)
    own = agreed(ti, "publish_venture", AFTER)
    assert run(AFTER + timedelta(days=1)) == []
    assert list(Consent.objects.standing()) == [own]
    later = agreed(ti, "publish_name", AFTER, subject=8)
    assert run(AFTER + timedelta(days=40)) == []
    later.refresh_from_db()
    assert later.withdrawn_at is None


def test_who_was_always_grown_is_left_alone(ti, an):
    old = agreed(an, "publish_venture", BEFORE)
    agreed(ti, "publish_venture", BEFORE, subject=8)
    assert run(AFTER) == [True]
    old.refresh_from_db()
    assert old.withdrawn_at is None


def test_the_task_runs_daily_and_twice_is_once(ti):
    agreed(ti, "publish_venture", BEFORE)
    tasks.ask_the_grown_up()
    tasks.ask_the_grown_up()
    assert OutboxMessage.objects.count() == 1
    named = {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.ask_the_grown_up.name in named


def test_looking_costs_the_same_for_one_and_three(ti):
    costs = []
    for n in range(3):
        agreed(person("A", f"a{n}@example.vn", birth=BORN), "publish_venture", BEFORE)
        with CaptureQueriesContext(connection) as cost:
            list(coming_of_age.grown_up(AFTER.date()))
        costs.append(len(cost))
    assert costs == [2, 2, 2]


@pytest.mark.parametrize(
    ("born", "answer", "shown"),
    [
        (date(1985, 5, 5), "", True),
        (date(2008, 6, 16), "", True),
        (date(2008, 6, 17), "", False),
        (date(2011, 2, 3), "waiting", False),
        (date(2011, 2, 3), "no", False),
        (date(2011, 2, 3), "yes", True),
        (None, "", False),
    ],
)
def test_who_may_be_shown(db, born, answer, shown):
    user = person("Lê Tí", "ti@example.vn", birth=born)
    if answer:
        Guardianship.objects.create(
            child=user, guardian_name="Bảy", guardian_email="bay@example.vn", answer=answer,
            answered_at=None if answer == "waiting" else BEFORE,
        )  # fmt: skip
    assert may_be_shown(user, AFTER.date()) == shown
    assert (why_not_shown(user, AFTER.date()) == "") == shown
