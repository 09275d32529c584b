"""Files that the portal makes for one person: downloaded by that person only, gone after a day."""

from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import transaction

from core import files
from core.models import Job, StoredFile

DOSSIER, LIST = "export.dossier", "export.list"
KINDS = (DOSSIER, LIST)
KEPT = timedelta(days=1)


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
    old = Job.objects.filter(kind__in=KINDS, finished_at__lt=now - KEPT, result__file__isnull=False)
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
