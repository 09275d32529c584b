"""Two people, two workers at once: on PostgreSQL, where rows are locked."""

import threading
from datetime import date, datetime

import pytest
from django.db import connection, connections
from django.utils import timezone

from core import jobs
from core.models import Configuration, Counter, Event, Job
from core.periods import LOCAL, Quarter
from core.words import Refused
from reports import services, tasks
from reports.models import Report
from reports.tests import builders as b
from reports.workflow import REPORTS

pytestmark = pytest.mark.threads
Q3 = Quarter(2026, 3)
CUT = datetime(2026, 9, 16, 8, 0, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def _on_postgresql(db, settings, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("the in-memory SQLite of the tests has one connection")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    b.programme()
    Configuration.objects.create(valid_from=date(2025, 7, 1), issuer="BAN CHỈ ĐẠO ĐỨC PHỔ")
    b.support(b.project(1), date(2026, 7, 3))


def together(count, work):
    """Run ``work(i)`` in ``count`` threads that start at the same moment; what each returned."""
    gate, results = threading.Barrier(count), [None] * count

    def run(i):
        gate.wait()
        try:
            results[i] = work(i)
        except Refused as refusal:
            results[i] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_twelve_that_open_a_quarter_get_the_same_report(em):
    opened = together(12, lambda i: services.open_report(Q3).pk)
    assert len(set(opened)) == 1
    assert Report.objects.count() == 1


def test_twelve_simultaneous_clicks_issue_one_report_with_one_number(em, dung):
    report = services.open_report(Q3)
    REPORTS.advance(report, "build", by=em, at=CUT)
    REPORTS.advance(report, "approve", by=dung, at=CUT)

    def press(i):
        return REPORTS.advance(Report.objects.get(pk=report.pk), "issue", by=dung, at=CUT).kind

    results = together(12, press)
    assert [r for r in results if r == "report.issue"] == ["report.issue"]
    assert Counter.objects.get(name="document BC-BCĐ/2026").value == 1
    assert Event.objects.filter(kind="report.issue").count() == 1
    report.refresh_from_db()
    assert (report.status, report.document_number) == ("issued", 1)


def test_two_reports_issued_at_once_get_two_numbers_without_a_gap(em, dung):
    reports = []
    for quarter in (Quarter(2026, 1), Quarter(2026, 2), Q3):
        report = services.open_report(quarter)
        for step, by in (("build", em), ("approve", dung)):
            REPORTS.advance(report, step, by=by, at=CUT)
        reports.append(report)
    together(3, lambda i: REPORTS.advance(reports[i], "issue", by=dung, at=CUT))
    numbers = Report.objects.order_by("document_number").values_list("document_number", flat=True)
    assert list(numbers) == [1, 2, 3]


def test_eight_workers_on_one_job_build_it_once(em):
    job = jobs.start(
        "report.build",
        key="report-quarter-2026-3",
        params={"year": 2026, "number": 3},
        by=em,
        now=timezone.now(),
    )
    together(8, lambda i: jobs.run(job.pk, timezone.now))
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)
    assert Event.objects.filter(kind="report.build").count() == 1


def test_eight_that_start_a_build_start_one_job(em):
    together(8, lambda i: tasks.start_build(Q3, by=em).pk)
    assert Job.objects.count() == 1


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(em):
    job = jobs.start(
        "report.build",
        key="report-quarter-2026-3",
        params={"year": 2026, "number": 3},
        by=em,
        now=CUT,
    )
    assert jobs.claim(job.pk, CUT)  # and then the worker dies
    assert list(jobs.open_jobs(CUT + jobs.LOST_AFTER / 2)) == []
    later = CUT + jobs.LOST_AFTER * 2
    assert [j.pk for j in jobs.open_jobs(later)] == [job.pk]
    jobs.run(job.pk, lambda: later)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert Report.objects.get().status == "draft"
