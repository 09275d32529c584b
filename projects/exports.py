"""Files that the portal makes for one person: downloaded by that person only, gone after a day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import files, spreadsheets
from core.models import Event, Job, StoredFile
from projects.lists import LISTINGS, Asked

DOSSIER, LIST = "export.dossier", "export.list"
HANDED_OVER = "export."  # how the kinds of these jobs begin, in the apps above as well
KEPT = timedelta(days=1)
AT_ONCE = 2000  # rows; a longer list takes over a second, so a worker makes it
CHUNK = 1000


def hand_over(
    job: Job, content: BinaryIO, *, name: str, content_type: str, at: datetime
) -> dict[str, Any]:
    """Keep what a job made for the one who asked for it; gives the result of the job."""
    stored = files.keep(content, name=name, content_type=content_type, by=job.created_by, at=at)
    return {
        "file": stored.pk,
        "url": stored.get_absolute_url(),
        "sha256": stored.sha256,
        "for": job.created_by_id,
    }


def sweep(now: datetime) -> int:
    """Delete the files handed over more than a day ago; how many they were. May run twice."""
    old = Job.objects.filter(
        kind__startswith=HANDED_OVER, finished_at__lt=now - KEPT, result__file__isnull=False
    )
    swept = 0
    for job in old.order_by("pk").iterator():
        with transaction.atomic():
            stored = StoredFile.objects.filter(pk=job.result["file"]).first()
            if stored:
                stored.delete()
                transaction.on_commit(
                    lambda gone=stored: gone.file.storage.delete(gone.file.name)  # type: ignore[misc]
                )
                swept += 1
            job.result = {"swept": True, "for": job.result.get("for")}
            job.save(update_fields=["result"])
    return swept


# -- Lists ------------------------------------------------------------------------
def is_long(name: str, user: Any, asked: Asked, at: datetime) -> bool:
    """Whether the list has more rows than are written while somebody waits."""
    rows = LISTINGS[name].rows(user, asked, timezone.localdate(at))
    return rows.order_by().values("pk")[: AT_ONCE + 1].count() > AT_ONCE


def write_list(
    target: IO[bytes],
    name: str,
    user: Any,
    asked: Asked,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write exactly what ``user`` may see of a list as Excel; how many rows. Notes who took it."""
    listing, today = LISTINGS[name], timezone.localdate(at)
    rows = listing.rows(user, asked, today)
    if listing.related:
        rows = rows.select_related(*listing.related)
    if listing.prefetched:
        rows = rows.prefetch_related(*listing.prefetched)
    total = rows.order_by().count() if progress else 0
    about = [
        (_("Danh sách"), str(listing.title)),
        (_("Xuất lúc"), timezone.localtime(at).strftime("%H:%M %d/%m/%Y")),
        (_("Từ"), settings.SITE_URL),
        *((_("Điều kiện lọc"), f"{key}={value}") for key, value in asked.items() if value),
    ]
    written = spreadsheets.write(
        target,
        str(listing.title),
        listing.columns(user, asked, today),
        rows.iterator(chunk_size=CHUNK),
        about,
        (lambda done: progress(done, total)) if progress else None,
    )
    if user.is_authenticated:
        Event.objects.create(
            kind="list.export",
            actor=user,
            subject=user,
            data={"list": name, "asked": {k: v for k, v in asked.items() if v}, "rows": written},
            at=at,
            is_sample=user.is_sample,
        )
    return written
