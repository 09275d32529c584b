"""Celery's side of outbox, jobs and journal. Each task may run twice and at any time."""

from contextlib import contextmanager

from celery import current_app, shared_task
from django.utils import timezone

from core import jobs, journal, outbox
from core.models import Job, OutboxMessage


@shared_task
def deliver(*, message_id):
    outbox.send(message_id, timezone.now())


@shared_task
def run_job(*, job_id):
    jobs.run(job_id, timezone.now)


@shared_task
def sweep():
    """Queue again what was lost: letters not sent, jobs that wait or whose worker died."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).order_by("pk")
    for message_id in waiting.values_list("pk", flat=True)[:500]:
        deliver.delay(message_id=message_id)
    for job_id in jobs.open_jobs(timezone.now()).order_by("pk").values_list("pk", flat=True):
        run_job.delay(job_id=job_id)


@shared_task
def seal_journal():
    journal.seal()


@contextmanager
def at_once():
    """Tasks queued inside run here and now: for a command that runs before any broker does."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    try:
        yield
    finally:
        current_app.conf.task_always_eager = before


def start(kind: str, *, key: str, by, params: dict | None = None) -> Job:
    """Make the job's row and hand it to a worker once the transaction is through."""
    job = jobs.start(kind, key=key, params=params or {}, by=by, now=timezone.now())
    run_job.delay_on_commit(job_id=job.pk)
    return job
