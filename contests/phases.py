"""Where a contest stands at a moment: the one answer that buttons, lists and feeds follow."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Contest, Round
from core.formats_vn import date_vn
from core.periods import LOCAL

C, R = Contest.Status, Round.Status


class Phase(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Bản nháp")
    COMING = "coming", gettext_lazy("Sắp mở nhận hồ sơ")
    OPEN = "open", gettext_lazy("Đang nhận hồ sơ")
    CHECKING = "checking", gettext_lazy("Đã đóng nhận, đang kiểm tra hồ sơ")
    JUDGING = "judging", gettext_lazy("Đang chấm")
    DECIDING = "deciding", gettext_lazy("Đang xét kết quả")
    BETWEEN = "between", gettext_lazy("Chờ vòng sau")
    RESULTS = "results", gettext_lazy("Đã có kết quả")
    CANCELLED = "cancelled", gettext_lazy("Đã hủy")


BY_STATUS = {C.DRAFT: Phase.DRAFT, C.CANCELLED: Phase.CANCELLED, C.CLOSED: Phase.RESULTS}


@dataclass(frozen=True)
class Stand:
    """The phase, and the round that it is about where there is one."""

    phase: Phase
    round: Round | None = None


def stand(contest: Contest, at: datetime) -> Stand:
    """The phase of ``contest`` at this moment.

    A moment named in the rules belongs to what begins then: at ``closes_at`` itself nothing is
    taken any more, at ``starts_at`` judging has begun.
    """
    if contest.status in BY_STATUS:
        return Stand(BY_STATUS[C(contest.status)])
    # A constraint says that an announced contest has both dates.
    if contest.opens_at and at < contest.opens_at:
        return Stand(Phase.COMING)
    if contest.closes_at and at < contest.closes_at:
        return Stand(Phase.OPEN)
    for number, found in enumerate(contest.round_list):
        if found.status != R.PUBLISHED:
            return Stand(_phase_in(found, number, at), found)
    return Stand(Phase.RESULTS)


def _phase_in(found: Round, number: int, at: datetime) -> Phase:
    before = Phase.BETWEEN if number else Phase.CHECKING
    if found.status == R.PLANNED:
        return before
    if found.status != R.JUDGING:
        return Phase.DECIDING
    if found.starts_at and at < found.starts_at:
        return before
    return Phase.DECIDING if found.ends_at and at >= found.ends_at else Phase.JUDGING


def stages(contest: Contest, at: datetime) -> list[dict[str, str]]:
    """The way of a contest for components/stepper.html: entries, each round, the result."""
    now = stand(contest, at)
    rounds = contest.round_list
    place = rounds.index(now.round) if now.round else 0
    done = len(rounds) + 2 if now.phase == Phase.RESULTS else place + 1 if now.round else 0
    current = {Phase.OPEN: 0, Phase.JUDGING: place + 1, Phase.DECIDING: place + 1}.get(now.phase)
    spans = [
        (_("Nhận hồ sơ"), contest.opens_at, contest.closes_at),
        *[(found.name, found.starts_at, found.ends_at) for found in rounds],
        (_("Kết quả"), None, None),
    ]
    return [
        {
            "label": label,
            "note": f"{moment(starts)} – {moment(ends)}" if starts and ends else "",
            "state": "now" if n == current else "done" if n < done else "",
        }
        for n, (label, starts, ends) in enumerate(spans)
    ]


def moment(at: datetime) -> str:
    """``17:00 ngày 30/11/2026`` in the town's time."""
    local = at.astimezone(LOCAL)
    return _("%(hour)s ngày %(day)s") % {"hour": f"{local:%H:%M}", "day": date_vn(local.date())}


def no_entry(contest: Contest, at: datetime, *, late: bool = False) -> str:
    """Why nothing can be entered now, and since when or until when; "" while it can.

    ``late``: the entrant has a code that lets one entry in after the deadline, until judging.
    """
    phase = stand(contest, at).phase
    if phase == Phase.OPEN or (late and phase == Phase.CHECKING):
        return ""
    if phase == Phase.DRAFT:
        return _("Cuộc thi này chưa phát động.")
    if phase == Phase.CANCELLED:
        return _("Cuộc thi này đã hủy.")
    if phase == Phase.COMING and contest.opens_at:
        return _("Cuộc thi mở nhận hồ sơ lúc %(at)s.") % {"at": moment(contest.opens_at)}
    if contest.closes_at:
        return _("Cuộc thi đã đóng nhận hồ sơ lúc %(at)s.") % {"at": moment(contest.closes_at)}
    return _("Cuộc thi đã đóng nhận hồ sơ.")


def no_score(found: Round, at: datetime) -> str:
    """Why no score can be written in this round now; "" while it can."""
    if found.status == R.PLANNED or (found.starts_at and at < found.starts_at):
        return _("Vòng này chưa bắt đầu chấm.")
    if found.status != R.JUDGING:
        return _("Điểm của vòng này đã khóa.")
    if found.ends_at and at >= found.ends_at:
        return _("Vòng này đã hết giờ chấm lúc %(at)s.") % {"at": moment(found.ends_at)}
    return ""


def is_sealed(contest: Contest, at: datetime) -> bool:
    """Whether entries are still closed to everybody but their own people."""
    if not contest.sealed:
        return False
    before = contest.closes_at is None or at < contest.closes_at
    return before or contest.unsealed_at is None
