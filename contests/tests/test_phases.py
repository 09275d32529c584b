"""Where a contest stands, a second before and after each of its dates."""

from datetime import timedelta

import pytest

from contests import phases
from contests.models import Contest, Round
from contests.tests.cast import announced

P = phases.Phase
SECOND = timedelta(seconds=1)


@pytest.fixture
def contest(em, now):
    return announced(em, now)


def at(contest, moment):
    found = phases.stand(Contest.objects.get(pk=contest.pk), moment)
    return found.phase, found.round.code if found.round else None


def test_entries_are_taken_from_the_opening_until_before_the_closing(contest):
    assert at(contest, contest.opens_at - SECOND) == (P.COMING, None)
    assert at(contest, contest.opens_at) == (P.OPEN, None)
    assert at(contest, contest.closes_at - SECOND) == (P.OPEN, None)
    assert at(contest, contest.closes_at) == (P.CHECKING, "so-khao")
    assert phases.no_entry(contest, contest.closes_at - SECOND) == ""
    assert phases.no_entry(contest, contest.closes_at).startswith("Cuộc thi đã đóng nhận hồ sơ lúc")
    assert phases.no_entry(contest, contest.closes_at, late=True) == ""


def test_each_round_is_judged_between_its_dates(contest):
    first = contest.rounds.get(code="so-khao")
    assert at(contest, first.starts_at) == (P.CHECKING, "so-khao")  # nobody opened it yet
    Round.objects.filter(pk=first.pk).update(status="judging")
    first.refresh_from_db()
    assert at(contest, first.starts_at - SECOND) == (P.CHECKING, "so-khao")
    assert phases.no_score(first, first.starts_at - SECOND) == "Vòng này chưa bắt đầu chấm."
    assert at(contest, first.starts_at) == (P.JUDGING, "so-khao")
    assert phases.no_score(first, first.ends_at - SECOND) == ""
    assert at(contest, first.ends_at) == (P.DECIDING, "so-khao")
    assert phases.no_score(first, first.ends_at).startswith("Vòng này đã hết giờ chấm lúc")
    for status in ("locking", "locked", "reopening"):
        Round.objects.filter(pk=first.pk).update(status=status)
        assert at(contest, first.starts_at) == (P.DECIDING, "so-khao")
    Round.objects.filter(pk=first.pk).update(status="published")
    assert at(contest, first.ends_at) == (P.BETWEEN, "ban-ket")
    Round.objects.update(status="published")
    assert at(contest, first.ends_at) == (P.RESULTS, None)


@pytest.mark.parametrize(
    ("status", "phase"), [("draft", P.DRAFT), ("cancelled", P.CANCELLED), ("closed", P.RESULTS)]
)
def test_what_is_not_on_takes_nothing(contest, status, phase):
    Contest.objects.update(status=status)
    assert at(contest, contest.opens_at) == (phase, None)
    found = Contest.objects.get()
    assert phases.no_entry(found, contest.opens_at)


def test_a_sealed_contest_is_opened_by_a_person_after_the_deadline(contest, em):
    assert not phases.is_sealed(contest, contest.opens_at)
    contest.sealed = True
    assert phases.is_sealed(contest, contest.closes_at - SECOND)
    assert phases.is_sealed(contest, contest.closes_at)
    contest.unsealed_at, contest.unsealed_by = contest.closes_at, em
    assert not phases.is_sealed(contest, contest.closes_at)
