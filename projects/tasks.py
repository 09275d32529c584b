"""What a worker does for ventures: the Excel register, reminders, quarterly check-ins."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import jobs
from core.models import Event, Job, StoredFile
from core.periods import day_of
from core.words import Refused
from projects import certificates, checkins
from projects.register import write
from projects.register.read import Progress, read

CHECK, IMPORT = "register.check", write.KIND
KINDS = (CHECK, IMPORT)


@jobs.handles(CHECK)
def check_register(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """Read and check the uploaded register; what it would write is taken back."""
    return _carry_out(job, now, progress, dry_run=True)


@jobs.handles(IMPORT)
def import_register(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """Import the uploaded register; a worker that died after it had written writes once."""
    if done := Event.objects.filter(kind=write.KIND, data__job=job.pk).first():
        return _told_by(done)
    return _carry_out(job, now, progress, dry_run=False)


def _carry_out(
    job: Job, now: datetime, progress: Callable[[int, int], None], *, dry_run: bool
) -> dict[str, Any]:
    stored = StoredFile.objects.filter(pk=job.params["file"]).first()
    if stored is None:
        raise Refused(_("Không còn tệp đã tải lên. Tải tệp lên lại."))
    with stored.file.open("rb") as stream:
        book = read(stream, stored.name, progress)
    by = job.created_by or User.objects.system()
    return write.carry_out(book, by=by, now=now, dry_run=dry_run, job=job.pk).as_json()


def _told_by(event: Event) -> dict[str, Any]:
    return {
        "file": event.data["file"],
        "sha256": event.data["sha256"],
        "counts": write.said_counts(event.data["counts"]),
        "errors": [],
        "errors_more": 0,
        "warnings": [],
        "warnings_more": 0,
        "previews": [],
        "written": True,
    }


@shared_task
def remind_of_certificates() -> None:
    """Tell owners of certificates that end soon. By what is true now: late is fine, twice too."""
    now = timezone.now()
    for certificate_id in certificates.untold(day_of(now)):
        certificates.remind(certificate_id, now)


@shared_task
def open_check_ins() -> None:
    """Ask every venture about the quarter that closed last; those asked are not asked again."""
    checkins.ask_all(timezone.now())
