"""A contest with its people for tests: announced from the template, judged by whom you like."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Agency
from contests import ranking, rules
from contests.models import Board, Contest, Entry, Judge, Round, Score, ScoreSheet
from contests.workflow import CONTESTS
from projects.models import Venture

DAY = timedelta(days=1)


def draft(by: Any, *, slug: str = "khoi-nghiep", title: str = "Khởi nghiệp Đức Phổ") -> Contest:
    """A draft from the template, without dates; organised by ``by``'s agency."""
    agency = by.memberships.first().agency or Agency.objects.first()
    contest = Contest.objects.create(slug=slug, title=title, organiser=agency, created_by=by)
    rules.write(contest, rules.template())
    return contest


def dated(contest: Contest, opens: datetime) -> Contest:
    """Ten days for entries from ``opens``, then a week a round, a day apart."""
    contest.opens_at, contest.closes_at = opens, opens + 10 * DAY
    contest.save()
    starts = contest.closes_at + DAY
    for found in contest.rounds.order_by("order"):
        found.starts_at, found.ends_at = starts, starts + 7 * DAY
        found.save()
        starts += 8 * DAY
    return Contest.objects.get(pk=contest.pk)


def announced(by: Any, opens: datetime, **told: Any) -> Contest:
    """Announced a day before it opens; read afresh."""
    contest = dated(draft(by, **told), opens)
    CONTESTS.advance(contest, "announce", by=by, at=opens - DAY)
    return Contest.objects.get(pk=contest.pk)


def entered(
    contest: Contest, owner: Any, title: str = "Tủ sấy cá", *, board: str = "y-tuong",
    status: str = Entry.Status.COMPLETE, **told: Any,
) -> Entry:  # fmt: skip
    """An entry as if sent on the opening day."""
    number = Entry.objects.count() + 1
    return Entry.objects.create(
        contest=contest, board=Board.objects.get(contest=contest, code=board), owner=owner,
        title=title, status=status, year=2026, number=number, received_at=contest.opens_at,
        applicant=Venture.Applicant.PERSON, **told,
    )  # fmt: skip


def judge(contest: Contest, user: Any, by: Any, **told: Any) -> Judge:
    """A judge who said yes."""
    return Judge.objects.create(
        contest=contest, user=user, name=user.full_name, email=user.email, invited_by=by,
        invited_at=contest.created_at, status=Judge.Status.ACCEPTED,
        answered_at=contest.created_at, **told,
    )  # fmt: skip


def judging(found: Round) -> Round:
    """The round as if it was opened."""
    Round.objects.filter(pk=found.pk).update(status=Round.Status.JUDGING)
    return Round.objects.get(pk=found.pk)


def scored(
    found: Round, entry: Entry, by: Judge, points: float | str | dict[str, Any], at: datetime
) -> ScoreSheet:
    """A sheet handed in: the same points for each criterion, or by the criterion's code."""
    sheet = ScoreSheet.objects.create(round=found, entry=entry, judge=by)
    given: dict[int, Decimal] = {}
    for criterion in found.criterion_list:
        told = points.get(criterion.code, 5) if isinstance(points, dict) else points
        given[criterion.pk] = Decimal(str(told))
        Score.objects.create(
            sheet=sheet, criterion=criterion, points=given[criterion.pk], saved_at=at
        )
    sheet.refresh_from_db()

    exact = ranking.total(found, given)
    has_zero = any(value == 0 for value in given.values())
    ScoreSheet.objects.filter(pk=sheet.pk).update(
        status=ScoreSheet.Status.DONE, total=ranking.rounded(exact), has_zero=has_zero, saved_at=at
    )
    return ScoreSheet.objects.get(pk=sheet.pk)
