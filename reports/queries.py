"""What the committee's screen and the public progress ask."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Q, When

from core.facts import Fact
from core.models import Configuration
from core.periods import Period, Quarter
from programme.models import Activity, Indicator, Phase
from projects.models import (
    Certificate,
    Closing,
    FairVisit,
    Formation,
    Investment,
    Milestone,
    Recognition,
    StageReached,
    SupplyLink,
    Support,
    Venture,
)
from reports.models import Report

FACTS = (
    Support,
    Formation,
    Closing,
    Activity,
    Certificate,
    FairVisit,
    SupplyLink,
    StageReached,
    Milestone,
    Investment,
)


@dataclass(frozen=True)
class Overdue:
    """Something late, in the words and with the link of its own page."""

    what: str
    url: str
    days: int


def running_phase(today: date) -> Phase | None:
    return Phase.objects.filter(is_whole=False, start__lte=today, last__gte=today).first()


def overdue_ideas(today: date, most: int = 5) -> list[Venture]:
    """Ideas whose promised answer is late, the latest first."""
    return list(Venture.objects.overdue(today).order_by("promised_on", "pk")[:most])


def waiting_facts() -> int:
    """Facts that were recorded and that nobody has verified yet."""
    return sum(model.objects.filter(status=Fact.Status.RECORDED).count() for model in FACTS)


def report_in_hand(today: date) -> tuple[Quarter, Report | None]:
    """The quarter whose report is due next: the oldest one not issued, else the running one."""
    running = Quarter.of(today)
    issued = Q(status=Report.Status.ISSUED)
    of_it = Q(kind=Report.Kind.QUARTER, year=running.year, number=running.number)
    rows = Report.objects.filter(~issued | of_it)
    last = Case(When(issued, then=1), default=0)
    report = rows.order_by(last, "year", "number", "-edition").first()
    return (report.quarter, report) if report else (running, None)


def last_quarters(today: date, count: int = 6) -> list[Quarter]:
    """The running quarter and those before it, oldest first."""
    quarter = Quarter.of(today)
    found = [quarter]
    while len(found) < count:
        quarter = quarter.previous
        found.append(quarter)
    return found[::-1]


def funnel(phase: Period, as_of: datetime) -> tuple[int, int, int]:
    """How many ideas came in, and how many projects were recognised, within the phase."""
    ideas = Venture.objects.filter(
        received_at__lte=as_of, received_on__gte=phase.start, received_on__lt=phase.end
    )
    screened = ideas.filter(status__in=[Venture.Status.ACCEPTED, Venture.Status.DECLINED])
    recognised = Recognition.objects.known(as_of).happened(phase)
    return ideas.count(), screened.count(), recognised.values("venture").distinct().count()


def due_on(quarter: Quarter) -> date:
    return quarter.due_on(Configuration.objects.on(quarter.window.last).report_due_day)


def indicator(code: str) -> Indicator | None:
    return Indicator.objects.filter(code=code).first()
