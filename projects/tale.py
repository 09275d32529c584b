"""The story so far, as the founder is told it: nothing that was decided and not yet released."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats_vn import date_vn
from core.models import Event
from projects import reasons
from projects.models import Venture, Version
from projects.services import MENDABLE

S = Venture.Status
PLAIN = {
    "venture.join": gettext_lazy("Một người nhận lời vào nhóm."),
    "venture.leave": gettext_lazy("Một người rời nhóm."),
    "venture.take_lead": gettext_lazy("Nhóm có trưởng nhóm mới."),
    "venture.confirm": gettext_lazy("Người có ý tưởng xác nhận bản này."),
    "venture.claim": gettext_lazy("Chủ hồ sơ nhận ý tưởng về tài khoản của mình."),
}
OF_STEPS = ("venture.submit", "venture.screen", "venture.release", "venture.reopen")
TOLD = (*OF_STEPS, "venture.export", *PLAIN)
WITH_WORDS = {"venture.release", "venture.reopen"}


def told(venture: Venture) -> list[dict[str, Any]]:
    """The lines for components/story.html, newest first. Officials are not named."""
    events = Event.objects.about(venture).filter(kind__in=TOLD).order_by("-at", "-pk")
    lines = [
        {
            "at": event.at,
            "words": str(PLAIN.get(event.kind) or _words(venture, event)),
            "note": event.note if event.kind in WITH_WORDS else "",
        }
        for event in events
    ]
    if venture.created_at:
        lines.append({"at": venture.created_at, "words": _("Bạn bắt đầu viết ý tưởng.")})
    if lines:
        lines[0]["now"] = True
    return lines


def last_sending(venture: Venture) -> Event | None:
    """The journal's line of the newest sending; None where the idea came from a register."""
    events = Event.objects.about(venture).filter(kind="venture.submit")
    return events.order_by("-at", "-pk").first()


def sending_of(venture: Venture, version: Version) -> Event | None:
    """The journal's line of the sending that this version is of; None where it never was sent.

    A version that was kept later stands for the last sending of the same words.
    """
    events = Event.objects.about(venture).filter(kind="venture.submit").select_related("actor")
    events = events.order_by("-at", "-pk")
    same = [one for one in events if one.data.get("fingerprint", "") == version.fingerprint]
    return next((one for one in same if one.at == version.sent_at), same[0] if same else None)


def promised(event: Event) -> date | None:
    """The day promised at that sending."""
    day = event.data.get("promised_on")
    return date.fromisoformat(day) if day else None


def _words(venture: Venture, event: Event) -> str:
    if event.kind == "venture.export":
        if event.actor_id == venture.owner_id:
            return _("Bạn xuất hồ sơ ra tệp.")
        return _("Cán bộ xuất hồ sơ ra tệp, không kèm tên và liên hệ của bạn.")
    return _progress(venture, event)


def _progress(venture: Venture, event: Event) -> str:
    if event.kind == "venture.submit":
        return _sent(venture, event)
    if event.kind == "venture.screen":
        return _("Cán bộ bắt đầu xem ý tưởng của bạn.")
    if event.kind == "venture.reopen":
        return _("Cán bộ mở lại ý tưởng của bạn. Hẹn trả lời trước 17 giờ ngày %(day)s.") % {
            "day": date_vn(promised(event))
        }
    return _answered(venture, event)


def _answered(venture: Venture, event: Event) -> str:
    if event.target == S.ACCEPTED:
        return _("Ý tưởng đạt. Từ nay là dự án %(code)s.") % {"code": venture.code_as("DA")}
    if event.target == S.RETURNED:
        return _("Cán bộ nhờ bạn sửa: %(parts)s.") % {"parts": _parts(event.data.get("fields"))}
    reason = reasons.told(event.data.get("reason", ""))
    if not reason.words:
        return _("Lần này ý tưởng chưa phù hợp.")
    return _("Lần này ý tưởng chưa phù hợp: %(reason)s. Bước tiếp theo: %(step)s") % {
        "reason": reason.words,
        "step": reason.step,
    }


def _sent(venture: Venture, event: Event) -> str:
    day = date_vn(promised(event))
    if event.source == S.RETURNED:
        return _("Bạn gửi lại bản đã sửa: %(parts)s. Hẹn trả lời trước 17 giờ ngày %(day)s.") % {
            "parts": _parts(event.data.get("mended")),
            "day": day,
        }
    return _("Bạn gửi ý tưởng, mã %(code)s. Hẹn trả lời trước 17 giờ ngày %(day)s.") % {
        "code": venture.code_as("YT"),
        "day": day,
    }


def _parts(names: list[str] | None) -> str:
    return ", ".join(str(MENDABLE[name]) for name in names or [] if name in MENDABLE)
