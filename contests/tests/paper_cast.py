"""A contest judged to its end for the tests of papers, certificates and sendings."""

from datetime import timedelta
from decimal import Decimal

from contests import results
from contests.models import Override, Round, ScoreSheet, Standing
from contests.tests.cast import announced, entered, judge, scored
from core.models import Event

START = timedelta(days=60)


def locked(found, by, second, at, *, status=Round.Status.LOCKED):
    """The round as if both had agreed to the lock; its standings are computed by the rule."""
    event = Event(kind="round.lock", actor=second, subject=found, at=at)
    Round.objects.filter(pk=found.pk).update(asked_by=by, asked_at=at)
    found = Round.objects.select_related("contest").get(pk=found.pk)
    results.settle(found, event)
    Standing.objects.filter(round=found).update(prize=None)  # each test gives its own
    found.status = status
    found.published_at = at if status == Round.Status.PUBLISHED else None
    found.save()
    return Round.objects.select_related("contest__organiser", "asked_by", "locked_by").get(
        pk=found.pk
    )


def judged(em, giang, ha, an, lan, at, **told):
    """A contest that closed before ``at``: two judges, two entries, its first round scored."""
    contest = announced(em, at - START, **told)
    chair = judge(contest, giang, em, is_chair=True, title="Trường Đại học (mẫu)")
    other = judge(contest, ha, em)
    first = entered(contest, an, "Tủ sấy cá")
    second = entered(contest, lan, "Muối hạt to")
    found = contest.rounds.order_by("order").first()
    for entry, points in ((first, 8), (second, 6)):
        for one in (chair, other):
            scored(found, entry, one, points, at - timedelta(days=40))
    return contest, found, (first, second), (chair, other)


def finished(em, binh, giang, ha, an, lan, at, **told):
    """All three rounds published; the first entry wins the first prize."""
    contest, _found, entries, judges = judged(em, giang, ha, an, lan, at, **told)
    for place, one in enumerate(contest.rounds.order_by("order")):
        if place:
            for entry, points in zip(entries, (9, 7), strict=True):
                for who in judges:
                    scored(one, entry, who, points, at - timedelta(days=30 - place))
        last = locked(
            one, giang, em, at - timedelta(days=10 - place), status=Round.Status.PUBLISHED
        )
    prize = contest.prizes.order_by("rank").first()
    Standing.objects.filter(round=last, entry=entries[0]).update(prize=prize)
    return contest, entries, judges


def unable(found, entry, who, at, reason="Tệp không mở được"):
    return ScoreSheet.objects.create(
        round=found, entry=entry, judge=who, status="unable", reason=reason, saved_at=at
    )


def overridden(found, entry, by, at, *, advances=True, reason="Ý mới, làm được ngay"):
    return Override.objects.create(
        round=found, entry=entry, advances=advances, reason=reason, by=by, at=at
    )


def score_of(found, entry):
    return Standing.objects.get(round=found, entry=entry).score.quantize(Decimal("0.01"))
