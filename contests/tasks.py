"""Long work of contests: sharing out the entries of a large round."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse

from contests import assigning
from contests.models import Round
from core import jobs
from core.models import Job
from core.words import Refused

ASSIGN = "contest.assign"


@jobs.handles(ASSIGN)
def assign(job: Job, now: datetime, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """One assignment; tried again after a crash it finds what is done and does the rest."""
    found = Round.objects.select_related("contest__organiser").get(pk=job.params["round"])
    if reason := job.created_by.why_not("round.assign", found):
        raise Refused(reason)
    progress(0, 1)
    done = assigning.assign(found, by=job.created_by, at=now, seed=job.params["seed"])
    progress(1, 1)
    return {
        "added": done.added,
        "removed": done.removed,
        "url": reverse("contests:assign", args=[found.contest.slug, found.code]),
    }
