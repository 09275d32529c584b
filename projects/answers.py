"""Answers as rows: what was released, when, and how many working days the clock had run."""

from datetime import date

from core.models import Event, Holiday
from core.periods import day_of, end_of, working_days_between
from projects.models import Answer, Venture

STARTS = ("venture.submit", "venture.reopen")  # what sets the clock going
RETURNED = Venture.Status.RETURNED


def write(venture: Venture, event: Event) -> Answer:
    """The row of this release, written with it: figures need not read the journal."""
    today = day_of(event.at)
    return Answer.objects.create(
        venture=venture,
        outcome=event.target,
        reason=venture.decline_reason if event.target == Venture.Status.DECLINED else "",
        released_at=event.at,
        released_on=today,
        promised_on=venture.promised_on,
        days=days_run(venture, today),
    )


def days_run(venture: Venture, today: date) -> int:
    """Working days since the idea was received or reopened, without those it lay to be mended."""
    starts = Event.objects.about(venture).filter(kind__in=STARTS, at__lte=end_of(today))
    start = starts.order_by("-at", "-pk").first()
    began = day_of(start.at) if start else venture.received_on or today
    before = 0
    if start and start.source == RETURNED:  # the clock went on: what had run before counts
        last = venture.answers.order_by("-released_at", "-pk").first()
        before = last.days if last and last.outcome == RETURNED else 0
    off = set(Holiday.objects.filter(day__gte=began).values_list("day", flat=True))
    return before + max(0, working_days_between(began, today, off))
