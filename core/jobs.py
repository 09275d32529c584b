"""Jobs: rows that a worker picks up. Claimed by one worker at a time, tried again after a crash."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core.models import Job
from core.words import Refused

LOST_AFTER = timedelta(minutes=3)  # no sign of life for so long: the worker died
MOST_ATTEMPTS = 5

HANDLERS: dict[str, Callable[..., dict]] = {}


def handles(kind: str):
    """Register ``handler(job, now, progress) -> result`` for jobs of ``kind``."""

    def register(handler: Callable[..., dict]):
        HANDLERS[kind] = handler
        return handler

    return register


def start(kind: str, *, key: str, params: dict, by, now: datetime) -> Job:
    """The open job for ``key``: the one that is there, or a new row. Two starters get the same."""
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=kind, key=key, params=params, created_by=by, created_at=now
            )
    except IntegrityError:
        return Job.objects.get(key=key, state__in=[Job.State.QUEUED, Job.State.RUNNING])


def open_jobs(now: datetime):
    """Jobs that wait, and jobs whose worker shows no sign of life any more."""
    lost = Q(state=Job.State.RUNNING, beat_at__lt=now - LOST_AFTER)
    return Job.objects.filter(Q(state=Job.State.QUEUED) | lost)


def claim(job_id: int, now: datetime) -> Job | None:
    """Take the job for this worker; None when another has it or it is over."""
    taken = (
        open_jobs(now)
        .filter(pk=job_id)
        .update(
            state=Job.State.RUNNING,
            attempts=F("attempts") + 1,
            started_at=now,
            beat_at=now,
            done=0,
        )
    )
    return Job.objects.get(pk=job_id) if taken else None


def run(job_id: int, clock: Callable[[], datetime]) -> Job | None:
    """Claim and carry out one job; its row tells the end, good or bad."""
    job = claim(job_id, clock())
    if job is None:
        return None

    def progress(done: int, total: int) -> None:
        Job.objects.filter(pk=job.pk).update(done=done, total=total, beat_at=clock())

    if job.attempts > MOST_ATTEMPTS:
        tried = _("Đã thử %(n)d lần mà không xong.") % {"n": MOST_ATTEMPTS}
        return _close(job, clock(), Job.State.FAILED, error=tried)
    try:
        result = HANDLERS[job.kind](job, clock(), progress)
    except Refused as refusal:
        return _close(job, clock(), Job.State.FAILED, error=str(refusal))
    except Exception as error:
        _close(job, clock(), Job.State.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    return _close(job, clock(), Job.State.DONE, result=result or {})


def _close(job: Job, now: datetime, state: str, *, error: str = "", result: dict | None = None):
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(
        state=state, error=error, result=result or {}, finished_at=now, beat_at=now
    )
    job.refresh_from_db()
    return job
