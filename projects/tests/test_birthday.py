"""On the 18th birthday nothing that a minor let be published is public until asked and answered."""

from datetime import date, datetime, timedelta

import pytest

from accounts import coming_of_age
from accounts.models import Consent, Guardianship, Visitor
from conftest import person
from core.models import OutboxMessage
from core.periods import LOCAL
from projects import drafts, publishing, services, team
from projects.models import Venture
from projects.tests.desk_cast import consent

BORN = date(2008, 6, 15)
BIRTHDAY = date(2026, 6, 15)
GIVEN = datetime(2026, 3, 1, 9, tzinfo=LOCAL)


def at_noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def pupil(born=BORN, answer="yes"):
    child = person("Lê Tí", "ti@example.vn", birth=born)
    Guardianship.objects.create(
        child=child, guardian_name="Bảy", guardian_email="bay@example.vn", answer=answer,
        answered_at=None if answer == "waiting" else GIVEN,
    )  # fmt: skip
    return child


def recognised(owner, *purposes, at=GIVEN):
    venture = Venture.objects.create(
        owner=owner, title="Vòng tay", level="project", status="accepted", year=2026, number=1,
        field="craft", contact_name="Lê Tí",
    )  # fmt: skip
    consent(owner, venture, *(purposes or ("process", "publish_venture")), at=at)
    return venture


def is_public(on):
    """By the list, by the annotation beside a row, and by what a visitor may see: all alike."""
    told = {
        Venture.objects.public(on).exists(),
        Venture.objects.with_publicity(on).get().is_public,
        Venture.objects.visible_to(Visitor(), on).exists(),
    }
    assert len(told) == 1
    return told.pop()


@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        (date(2008, 6, 15), date(2026, 6, 14)),
        (date(2008, 2, 29), date(2026, 2, 28)),  # there is no 29th: grown on the 1st of March
        (date(2008, 3, 1), date(2026, 2, 28)),
        (date(2008, 2, 28), date(2026, 2, 27)),
        (date(2010, 3, 1), date(2028, 2, 29)),
        (date(2010, 2, 28), date(2028, 2, 27)),
        (date(2008, 12, 31), date(2026, 12, 30)),
        (date(2009, 1, 1), date(2026, 12, 31)),
    ],
)
def test_public_until_the_eve_and_not_on_the_day(db, born, last_day):
    child = pupil(born)
    recognised(child, at=at_noon(date(2026, 1, 15)))
    days = [last_day - timedelta(days=1), last_day, *(last_day + timedelta(days=n) for n in (1, 2))]
    assert [child.is_minor(day) for day in days] == [True, True, False, False]
    assert [is_public(day) for day in days] == [True, True, False, False]
    assert not is_public(last_day + timedelta(days=400))  # however late the task is


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (datetime(2026, 6, 14, 23, 59, tzinfo=LOCAL), False),
        (datetime(2026, 6, 15, 0, 1, tzinfo=LOCAL), True),
    ],
)
def test_by_the_day_here_not_in_greenwich(db, given, holds):
    recognised(pupil(), at=given)
    assert is_public(BIRTHDAY) == holds


@pytest.mark.parametrize("given", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)])
@pytest.mark.parametrize("born", [date(2010, 2, 28), date(2010, 3, 1), date(2008, 2, 29)])
def test_given_on_a_leap_day_it_agrees_with_the_age_of_that_day(db, born, given):
    child = pupil(born)
    recognised(child, at=at_noon(given))
    held = Consent.objects.in_force(date(2030, 1, 1)).filter(purpose="publish_venture")
    assert held.exists() == (not child.is_minor(given))


def test_an_adults_yes_and_a_yes_without_a_birth_date_stay_what_they_were(db):
    recognised(person("Mơ", "mo@example.vn", birth=date(1970, 1, 1)))
    assert is_public(BIRTHDAY)
    Venture.objects.all().delete()
    unknown = pupil(None)
    recognised(unknown)
    assert is_public(BIRTHDAY)  # the guardian answers for who has told no birth date


@pytest.mark.parametrize("answer", ["waiting", "no"])
def test_without_a_guardians_yes_nothing_ever_was(db, answer):
    recognised(pupil(answer=answer))
    assert [is_public(BIRTHDAY + timedelta(days=n)) for n in (-1, 0)] == [False, False]


def test_to_be_read_by_officials_is_not_withdrawn_by_a_birthday(db):
    venture = recognised(pupil(), "process", "publish_venture", "publish_name")
    assert drafts.standing(venture, BIRTHDAY - timedelta(days=1)) == {
        "process", "publish_venture", "publish_name",
    }  # fmt: skip
    assert drafts.standing(venture, BIRTHDAY) == {"process"}
    assert not publishing.agreed(venture, BIRTHDAY)
    assert publishing.told(venture, BIRTHDAY) == ""


def test_who_answers_before_the_task_came_by_is_public_and_not_asked(db):
    """The old yes is closed and a new one given, in their own words of that day."""
    child = pupil()
    venture = recognised(child)
    morning = datetime(2026, 6, 15, 6, tzinfo=LOCAL)
    publishing.decide(venture, by=child, wanted=True, names=(), at=morning)
    assert is_public(BIRTHDAY)
    kept = Consent.objects.filter(purpose="publish_venture").order_by("pk")
    assert [row.withdrawn_at for row in kept] == [morning, None]
    assert not coming_of_age.ask_anew(child, morning + timedelta(hours=1))
    assert OutboxMessage.objects.count() == 0
    assert Consent.objects.standing().filter(purpose="process").count() == 1


def test_whom_the_task_asks_is_public_again_only_after_the_answer(db):
    child = pupil()
    venture = recognised(child)
    morning = datetime(2026, 6, 15, 6, tzinfo=LOCAL)
    assert coming_of_age.ask_anew(child, morning)
    assert not is_public(BIRTHDAY)
    publishing.decide(venture, by=child, wanted=True, names=(), at=morning + timedelta(days=1))
    assert is_public(BIRTHDAY + timedelta(days=1))


def test_agreeing_twice_keeps_the_first_of_two_yeses(db):
    child = person("Mơ", "mo@example.vn", birth=date(1970, 1, 1))
    venture = recognised(child)
    for _press in range(2):
        services.agree(
            venture, user=child, purposes={"process", "publish_venture"}, words={}, version="2",
            at=at_noon(BIRTHDAY),
        )  # fmt: skip
    assert list(Consent.objects.values_list("version", "withdrawn_at")) == [("1", None)] * 2


def test_the_name_of_a_member_rests_on_the_same_day(db, an):
    child = pupil()
    venture = recognised(an)
    member = venture.members.create(
        email=child.email, user=child, rights="view", invited_by=an, invited_at=GIVEN,
        accepted_at=GIVEN,
    )  # fmt: skip
    Consent.objects.create(
        user=child, purpose="publish_name", subject_kind=team.SUBJECT, subject_id=member.pk,
        text="…", version="1", given_at=GIVEN,
    )  # fmt: skip
    eve = BIRTHDAY - timedelta(days=1)
    assert [team.shown_publicly(venture, day) for day in (eve, BIRTHDAY)] == [["Lê Tí"], []]
    assert [team.names_given(venture, day) for day in (eve, BIRTHDAY)] == [{member.pk}, set()]
    team.show_name(member, by=child, wanted=True, at=at_noon(BIRTHDAY))
    assert team.shown_publicly(venture, BIRTHDAY) == ["Lê Tí"]
    team.show_name(member, by=child, wanted=False, at=at_noon(BIRTHDAY))
    assert team.shown_publicly(venture, BIRTHDAY) == []
