"""Celery's side of reports: open quarters at their cut-off, build drafts."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from core import jobs
from core.periods import Quarter, day_of
from core.tasks import start
from reports import services
from reports.models import Report
from reports.workflow import REPORTS


@jobs.handles("report.build")
def build(job, now: datetime, progress) -> dict:
    """Build (or rebuild the draft of) one quarter's report for whoever asked, or the schedule."""
    progress(0, 2)
    quarter = Quarter(job.params["year"], job.params["number"])
    report = services.open_report(quarter)
    progress(1, 2)
    by = job.created_by or User.objects.system()
    REPORTS.advance(report, "build", by=by, at=now, data={"as_of": job.params.get("as_of")})
    progress(2, 2)
    return {"report": report.pk, "url": report.get_absolute_url()}


def start_build(quarter: Quarter, *, by, as_of: datetime | None = None):
    """The job that builds the quarter: one at a time, whoever asks and however often."""
    params = {"year": quarter.year, "number": quarter.number}
    if as_of:
        params["as_of"] = as_of.isoformat()
    key = f"report-{Report.Kind.QUARTER}-{quarter.year}-{quarter.number}"
    return start("report.build", key=key, by=by, params=params)


@shared_task
def open_due_quarters():
    """Open and build every quarter whose cut-off has passed. State, not dates: late is fine."""
    for quarter in services.quarters_to_build(day_of(timezone.now())):
        services.open_report(quarter)
        start_build(quarter, by=User.objects.system())
