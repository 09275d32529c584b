"""What a worker does for ventures: the register, reminders, check-ins, files for one person."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from celery import shared_task
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from core import jobs
from core.files.kinds import EXCEL, TYPES, WORD, ZIP_TYPE
from core.models import Event, Job, StoredFile
from core.periods import day_of
from core.words import Refused
from projects import assignment, certificates, checkins, dossier, exports
from projects.lists import LISTINGS
from projects.models import Venture
from projects.register import write
from projects.register.read import Progress, read

CHECK, IMPORT = "register.check", write.KIND
KINDS = (CHECK, IMPORT)


@shared_task
def escalate_overdue():
    """Tell the heads of what is overdue; each idea once."""
    assignment.escalate(timezone.now())


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


# -- Files for one person ---------------------------------------------------------
@jobs.handles(exports.DOSSIER)
def export_dossier(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """The dossier that somebody asked for; what may be handed out is asked again now."""
    user, wanted = job.created_by, job.params
    if user is None:
        raise Refused(_("Người yêu cầu không còn tài khoản."))
    if done := Event.objects.filter(kind="venture.export", data__job=job.pk).first():
        return dict(done.data["result"])
    rows = Venture.objects.visible_to(user, timezone.localdate(now))
    venture = rows.filter(pk=wanted["venture"]).first()
    if venture is None:
        raise Refused(_("Không tìm thấy hồ sơ này nữa."))
    if reason := user.why_not("venture.export", venture):
        raise Refused(reason)
    keys = [p.key for p in dossier.parts_for(venture, user) if p.key in wanted["parts"]]
    kept = [f for f in dossier.files_for(venture, user) if f.pk in wanted["files"]]
    docx = dossier.word(dossier.document(venture, user, keys, kept, now), now)
    name = dossier.stem(venture)
    is_word = wanted["as"] == "docx"
    ending, kind = ("docx", TYPES[WORD]) if is_word else ("zip", ZIP_TYPE)
    with tempfile.TemporaryFile() as content:
        if is_word:
            content.write(docx)
        else:
            dossier.package(content, venture, docx, kept, now, progress)
        return _handed_over(job, venture, content, f"{name}.{ending}", kind, now, keys, kept)


@transaction.atomic
def _handed_over(
    job: Job,
    venture: Venture,
    content: BinaryIO,
    name: str,
    kind: str,
    now: datetime,
    parts: list[str],
    kept: list[StoredFile],
) -> dict[str, Any]:
    """Keep the file and note in the journal what was handed out to whom."""
    result = exports.hand_over(job, content, name=name, content_type=kind, at=now)
    told = {"job": job.pk, "parts": parts, "files": [f.sha256 for f in kept], "result": result}
    Event.objects.create(
        kind="venture.export",
        actor=job.created_by,
        subject=venture,
        data=told,
        at=now,
        is_sample=venture.is_sample or job.created_by.is_sample,
    )
    return result


@jobs.handles(exports.LIST)
def export_list(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """A long list as Excel, with what its reader may see now."""
    user, wanted = job.created_by, job.params
    listing = LISTINGS[wanted["list"]]
    if user is None or (listing.may and not user.can(listing.may)):
        raise Refused(_("Bạn không còn quyền xem danh sách này."))
    with tempfile.TemporaryFile() as content, translation.override(wanted["language"]):
        exports.write_list(content, wanted["list"], user, wanted["asked"], now, progress)
        return exports.hand_over(
            job, content, name=f"{listing.file}.xlsx", content_type=TYPES[EXCEL], at=now
        )


@shared_task
def sweep_exports():
    exports.sweep(timezone.now())
