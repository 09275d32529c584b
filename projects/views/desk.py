"""Parts that the officials' pages of ventures and of their facts share."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.text import nfc
from core.web import require
from core.words import Refused
from core.workflow import Workflow

LONGEST_NOTE = 2000
TOLD = {
    "record": _("Ghi vào Cổng"),
    "edit": _("Sửa điều đã ghi"),
    "publish": _("Chủ hồ sơ chọn mục công bố"),
    "create": _("Tạo đợt nhận"),
    "need": _("Gửi yêu cầu"),
    "ask": _("Thêm câu hỏi"),
    "reword": _("Sửa câu hỏi"),
    "drop": _("Bỏ câu hỏi"),
    "order": _("Xếp lại câu hỏi"),
    "assist": _("Bắt đầu nhập giúp"),
    "confirm": _("Ghi lời xác nhận của người có ý tưởng"),
    "claim": _("Chủ hồ sơ nhận về tài khoản của mình"),
    "invite": _("Mời một người vào nhóm"),
    "join": _("Nhận lời vào nhóm"),
    "refuse": _("Từ chối lời mời vào nhóm"),
    "leave": _("Rời nhóm"),
    "remove": _("Đưa một người ra khỏi nhóm"),
    "set_rights": _("Đổi quyền của một người trong nhóm"),
    "offer_lead": _("Đề nghị bàn giao vai trưởng nhóm"),
    "drop_offer": _("Rút lời đề nghị"),
    "take_lead": _("Nhận vai trưởng nhóm"),
    "result": _("Ghi kết quả về sau"),
    "show": _("Chủ dự án cho công bố"),
    "hide": _("Chủ dự án rút lại việc công bố"),
    "export": _("Xuất hồ sơ ra tệp"),
    "prepare": _("Chọn bài gửi đi"),
    "escalate": _("Quá hạn: đã báo lãnh đạo"),
    "remark": _("Ghi nhận xét nội bộ"),
    "opinion": _("Hỏi ý kiến thứ hai"),
    "override": _("Quyết định khác quy tắc"),
    "drop_override": _("Bỏ quyết định khác quy tắc"),
    "prize": _("Xếp giải cho bài đồng hạng"),
    "opinion_given": _("Trả lời ý kiến thứ hai"),
}


def may(request, workflow: Workflow, obj, step: str) -> None:
    """404 for a step that is none, 403 with the sentence for a person who may not take it."""
    rows = [row for row in workflow.rows if row.name == step]
    if not rows:
        raise Http404(step)
    require(request.user, (workflow.step(step, obj.status) or rows[0]).permission, obj)


def take(
    request,
    workflow: Workflow,
    obj,
    step: str,
    *,
    note: str | None = None,
    data: dict[str, Any] | None = None,
    then: Any = None,
    done: str = "",
):
    """Take the step for the person who pressed its button, and go on to ``then``, or the object.

    Not theirs to take: 403. Not possible now: the reason as a message.
    """
    may(request, workflow, obj, step)
    if note is None:
        note = nfc(request.POST.get("note", ""))[:LONGEST_NOTE]
    try:
        workflow.advance(obj, step, by=request.user, at=timezone.now(), note=note, data=data)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        if done:
            messages.success(request, done)
    return redirect(then or obj)


def story(workflow: Workflow, obj, *, kinds: set[str] | None = None) -> list[dict[str, Any]]:
    """The journal of one object for components/story.html, newest first; at most 50 lines.

    ``kinds`` keeps only these verbs: an owner is not told decisions before their release.
    """
    events = Event.objects.about(obj).select_related("actor").order_by("-at", "-pk")
    if kinds is not None:
        events = events.filter(kind__in=[f"{workflow.name}.{verb}" for verb in kinds])
    statuses = dict(workflow.model.Status.choices)
    return [
        {
            "at": event.at,
            "words": _words(workflow, event, statuses),
            "by": event.actor or "",
            "note": event.note,
            "now": place == 0,
        }
        for place, event in enumerate(events[:50])
    ]


def _words(workflow: Workflow, event: Event, statuses: dict[str, Any]) -> str:
    verb = event.kind.rpartition(".")[2]
    if step := workflow.step(verb, event.source):
        return f"{step.label} → {statuses[step.target]}"
    return str(TOLD.get(verb, event.kind))
