"""What a worker does for contests: sharing out a large round, files for one person as zips."""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contests import assigning, diplomas, referral_papers, result_papers, score_papers
from contests.models import Contest, Referral, Round
from contests.paper_data import Read, is_frozen, masked_for
from core import jobs
from core.documents import to_docx
from core.files.kinds import ZIP_TYPE
from core.models import Event, Job
from core.words import Refused
from projects import exports
from projects.register.read import Progress

ASSIGN = "contest.assign"
PAPERS, DIPLOMAS, REFERRAL = "export.papers", "export.diplomas", "export.referral"


def _asker(job: Job) -> Any:
    if job.created_by is None:
        raise Refused(_("Người yêu cầu không còn tài khoản."))
    return job.created_by


def _allowed(user: Any, permission: str, obj: Any) -> None:
    if obj is None:
        raise Refused(_("Không tìm thấy hồ sơ này nữa."))
    if reason := user.why_not(permission, obj):
        raise Refused(reason)


def _handed(job: Job, content: Any, name: str, now: datetime, about: Any) -> dict[str, Any]:
    """Keep the zip for who asked, and note in the journal what was handed out."""
    result = exports.hand_over(job, content, name=name, content_type=ZIP_TYPE, at=now)
    Event.objects.create(
        kind=f"{about._meta.model_name}.export",
        actor=job.created_by,
        subject=about,
        data={"job": job.pk, "kind": job.kind, "sha256": result["sha256"]},
        at=now,
        is_sample=bool(getattr(about, "is_sample", False)),
    )
    return result


@jobs.handles(PAPERS)
def export_papers(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """All papers of a locked round; letters only for who may send them. Asked again now."""
    user = _asker(job)
    found = Round.objects.select_related("contest__organiser", "asked_by", "locked_by")
    one = found.filter(pk=job.params["round"]).first()
    _allowed(user, "contest.view_papers", one.contest if one else None)
    assert one is not None  # noqa: S101
    if not is_frozen(one):
        raise Refused(_("Khóa điểm rồi mới in được văn bản."))
    read = Read(one, now, masked_for(one, user))
    made: dict[str, Any] = {
        f"{place}-{paper.key}.docx": paper.make
        for place, paper in enumerate(result_papers.offered(one), 1)
    }
    folder = f"van-ban-{one.contest.slug}-{one.code}"
    letters = read.standings if user.can("contest.send_papers", one.contest) else []
    total = len(made) + len(read.judges) + len(letters)
    lines: list[str] = []
    with tempfile.TemporaryFile() as content:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as out:

            def add(name: str, document: Any) -> None:
                data = to_docx(document, made_at=now)
                when = timezone.localtime(now).timetuple()[:6]
                info = zipfile.ZipInfo(f"{folder}/{name}", when)
                info.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(info, data)
                lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}")
                progress(len(lines), total)

            for name, make in made.items():
                add(name, make(read))
            for place, judge in enumerate(read.judges, 1):
                add(f"phieu-cham/{place:02d}.docx", score_papers.filled(read, judge))
            for standing in letters:
                if standing.entry_id not in read.masked:
                    add(f"thu/{standing.entry.code}.docx", result_papers.letter(read, standing))
            listed = zipfile.ZipInfo(
                f"{folder}/danh-sach-sha256.txt", timezone.localtime(now).timetuple()[:6]
            )
            out.writestr(listed, "\n".join([*lines, ""]))
        return _handed(job, content, f"{folder}.zip", now, one)


@jobs.handles(DIPLOMAS)
def export_diplomas(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """All certificates of a contest as PDF."""
    user = _asker(job)
    contest = Contest.objects.filter(pk=job.params["contest"]).first()
    _allowed(user, "diploma.issue", contest)
    assert contest is not None  # noqa: S101
    with tempfile.TemporaryFile() as content:
        diplomas.package(content, contest, now, progress)
        return _handed(job, content, f"giay-chung-nhan-{contest.slug}.zip", now, contest)


@jobs.handles(REFERRAL)
def export_referral(job: Job, now: datetime, progress: Progress) -> dict[str, Any]:
    """The dossier of an entry that goes to a higher contest; its files asked for again now."""
    user = _asker(job)
    rows = Referral.objects.select_related(
        "entry__contest__organiser", "entry__board", "entry__owner", "entry__unit"
    )
    referral = rows.filter(pk=job.params["referral"]).first()
    _allowed(user, "referral.pack", referral)
    assert referral is not None  # noqa: S101
    kept = referral_papers.files_of(referral, user)
    with tempfile.TemporaryFile() as content:
        referral_papers.package(content, referral, kept, now, progress)
        name = f"{referral_papers.stem(referral)}.zip"
        return _handed(job, content, name, now, referral)


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
