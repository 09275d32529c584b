"""The officials' desk: the screening queue, one idea, its answer, and what waits for release."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core import web
from core.codes import Code
from core.models import StoredFile
from core.text import nfc
from core.web import require
from core.words import Refused
from projects import (
    assignment,
    calls,
    desk,
    lists,
    opinions,
    publishing,
    reasons,
    services,
    similar,
    versions,
)
from projects.forms.office import DeclineForm, ReturnForm
from projects.forms.screening import AssignForm, RemarkForm
from projects.models import Venture
from projects.views.desk import may, story, take
from projects.workflow import VENTURES
from projects.written import may_read, readable

LABELS = {
    "": gettext_lazy("Tất cả"),
    "cua-toi": gettext_lazy("Của tôi"),
    "co-quan-toi": gettext_lazy("Cơ quan tôi"),
    "chua-giao": gettext_lazy("Chưa giao"),
    "qua-han": gettext_lazy("Quá hạn"),
    "sap-han": gettext_lazy("Hạn trong 2 ngày"),
    "cho-bo-sung": gettext_lazy("Chờ bổ sung"),
    "cho-phat-hanh": gettext_lazy("Chờ phát hành"),
    "da-tra-loi": gettext_lazy("Đã trả lời"),
}
CHIPS = {
    "submitted": "wait",
    "screening": "do",
    "returned": "none",
    "accepted": "ok",
    "declined": "none",
}
MOST_RELEASED = 200
SHOWN = (  # of each idea in the queue
    "title", "year", "number", "level", "field", "applicant", "is_sample",
    "status", "promised_on", "unit__name", "escalated_at",
    "screener__full_name", "screener__email", "agency__name", "agency__short_name",
)  # fmt: skip


# -- The queue ----------------------------------------------------------------
@require_safe
def queue(request):
    """Ideas by the time left of their promise; ``?mo=`` opens one beside the list."""
    require(request.user, "venture.list_queue")
    today = timezone.localdate()
    days_off = desk.holidays_around(today)
    drawers = desk.drawers(request.user, today, days_off)
    drawer = request.GET.get("loc", "")
    drawer = drawer if drawer in drawers else ""
    words = nfc(request.GET.get("q", ""))[:200].strip()
    hands = desk.in_hands(request.user, today)
    chosen = lists.in_hands(request.GET)
    chosen_as = {chosen[0]: str(chosen[1])} if chosen[0] else {}
    numbers = desk.counted(request.user, today, drawers)
    rows = lists.queue(request.user, {"loc": drawer, "q": words, **chosen_as}, today)
    # Which ones first: sorting thousands together with their owners costs ten times as much.
    first = rows.values_list("pk", flat=True)
    page = web.page_of(first, request, count=None if words or chosen_as else numbers.get(drawer))
    shown = Venture.objects.filter(pk__in=list(page)).select_related("unit", "screener", "agency")
    page.object_list = list(shown.only(*SHOWN).order_by(*rows.query.order_by))
    items = [_row(venture, today, days_off) for venture in page]
    opened = _opened(request, today)
    context = {
        "page": page,
        "items": items,
        "all_samples": all(item["venture"].is_sample for item in items),
        "drawer": drawer,
        "drawers": [(name, LABELS[name], numbers.get(name)) for name in drawers],
        "words": words,
        "hands": hands,
        "chosen": chosen,
        "waiting": numbers[""],
        "may_assist": request.user.can("venture.assist"),
        "to_release": numbers["cho-phat-hanh"] if request.user.can("fact.list_waiting") else 0,
        "opened": opened,
    }
    if opened:
        context |= _panel(request, opened, today, days_off) | _beside(page, opened)
    return render(request, "projects/queue.html", context)


def _beside(page, opened):
    """The ideas before and after the opened one on this page of the list."""
    rows = list(page.object_list)
    at = next((i for i, row in enumerate(rows) if row.pk == opened.pk), None)
    if at is None:
        return {}
    return {
        "before": rows[at - 1] if at else None,
        "after": rows[at + 1] if at + 1 < len(rows) else None,
    }


def _row(venture, today, days_off):
    return {
        "venture": venture,
        "due": desk.due(venture, today, days_off),
        "chip": CHIPS.get(venture.status, "in"),
        "told_head": _told_head(venture),
        "state": lists.queue_state(venture),
    }


def _told_head(venture):
    """Whether the head was told that the promise has passed, and it still waits."""
    return bool(venture.escalated_at) and venture.status in Venture.WAITING_FOR_US


def _opened(request, today):
    """The idea named by ``?mo=``, if the reader may see it."""
    code = Code.parse(request.GET.get("mo", ""))
    if code is None:
        return None
    rows = desk.desk_of(request.user, today).filter(year=code.year, number=code.number)
    rows = rows.select_related("unit", "owner", "screener", "agency", "call")
    return rows.prefetch_related("members").first()


def _panel(request, venture, today, days_off):
    """What the panel and the page of an idea say alike."""
    near = desk.neighbours(venture, request.user, today)
    return {
        "venture": venture,
        "due": desk.due(venture, today, days_off),
        "chip": CHIPS.get(venture.status, "in"),
        "checks": desk.checks(venture, near.same_person),
        "same_person": near.same_person,
        "similar": near.similar,
        "alike": similar.for_desk(venture, request.user, today),
        "steps": _steps(venture, request.user),
        "letters": len(services.founder(venture)),
        "told_head": _told_head(venture),
        "decided": venture.status in Venture.DECIDED,
        "reason": reasons.told(venture.decline_reason),
        "compared": versions.last_changes(venture, request.user),
        "remark_form": RemarkForm(),
        "may_remark": request.user.can("venture.remark", venture),
        "may_ask": request.user.can("venture.ask_opinion", venture)
        and venture.status in Venture.WAITING_FOR_US,
        "me": request.user,
    } | opinions.said(venture, request.user)


def _steps(venture, user):
    """The buttons by the name of their step."""
    code = venture.code_as("YT")
    return {
        step["url"]: step | {"url": reverse("projects:idea_step", args=[code, step["url"]])}
        for step in web.buttons(VENTURES, venture, user, str)
    }


def _mend(venture):
    """The parts to be mended, as they are called in the form."""
    return [services.MENDABLE[name] for name in venture.mend_fields if name in services.MENDABLE]


# -- One idea -----------------------------------------------------------------
def idea(request, venture, *, remark_form=None, status=200):
    """Everything about an idea that the reader, an official, may see."""
    require(request.user, "venture.list_queue")
    today = timezone.localdate()
    decided = desk.decided_by([venture]) if venture.status in Venture.DECIDED else {}
    return render(
        request,
        "projects/idea_office.html",
        _panel(request, venture, today, desk.holidays_around(today))
        | {
            "answers": answers(venture, request.user),
            "files": files_of(venture, request.user),
            "public_words": publishing.told(venture, today),
            "events": story(VENTURES, venture),
            "decision": decided.get(venture.pk),
            "decision_label": _decision_label(decided.get(venture.pk)),
            "mend": _mend(venture),
        }
        | ({"remark_form": remark_form} if remark_form else {}),
        status=status,
    )


def _decision_label(event) -> str:
    """What was decided, in the words of its button."""
    step = event and VENTURES.step(event.kind.rpartition(".")[2], event.source)
    return str(step.label) if step else ""


def answers(venture, reader=None):
    """What the founder wrote, as ``reader`` may read it: (question, answer) as in the form."""
    labels = {f.name: f.verbose_name for f in Venture._meta.fields}
    shown = readable(venture, reader)
    names = (
        "summary", "field", "problem", "solution", "novelty", "ip_state", "ip_note", "stage",
        "applicant", "team", "workplace", "unit", "wanted", "wanted_note",
    )  # fmt: skip
    said = [(labels[name], shown[name]) for name in names]
    if venture.call is not None:
        said += [(labels["call"], venture.call.title), *calls.answers(venture)]
    return said


def files_of(venture, reader=None):
    """The files that came with the idea, for components/files.html; none for who may not read."""
    if not may_read(venture, "attachment", reader):
        return []
    kind = ContentType.objects.get_for_model(Venture)
    stored = StoredFile.objects.filter(content_type=kind, object_id=venture.pk).order_by("pk")
    return [{"name": f.name, "url": f.get_absolute_url(), "note": ""} for f in stored]


def load(request, code):
    """The venture behind a code of any prefix, if the reader may see it; else 404."""
    parsed = Code.parse(code)
    if parsed is None:
        raise Http404(code)
    rows = Venture.objects.visible_to(request.user, timezone.localdate())
    rows = rows.select_related("owner", "screener", "agency", "call", "unit__successor__successor")
    rows = rows.prefetch_related("members")
    return get_object_or_404(rows, year=parsed.year, number=parsed.number)


@require_http_methods(["GET", "HEAD", "POST"])
def idea_step(request, code, step):
    """Take a step; to return or decline an idea is a form of its own first."""
    venture = load(request, code)
    may(request, VENTURES, venture, step)
    if step in FORMS:
        return _answer(request, venture, step)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return take(
        request,
        VENTURES,
        venture,
        step,
        data={"seen": _seen(request)} if step == "accept" else None,
        then=_home(venture),
        done=str(DONE.get(step, "")),
    )


def _seen(request) -> str:
    """The waiting decision that stood on the page where the button was pressed; "" for none."""
    seen = request.POST.get("seen", "")
    return seen if seen in Venture.DECIDED else ""


FORMS = {"return": ReturnForm, "decline": DeclineForm, "assign": AssignForm}
HEADINGS = {
    "return": gettext_lazy("Cần bổ sung"),
    "decline": gettext_lazy("Chưa phù hợp"),
    "assign": gettext_lazy("Giao việc"),
}
DONE = {
    "screen": gettext_lazy("Bạn đã nhận xem ý tưởng này."),
    "accept": gettext_lazy("Đã ghi: đạt. Người gửi được báo khi bạn phát hành."),
    "release": gettext_lazy("Đã phát hành. Thư trả lời đang được gửi đi."),
    "recall": gettext_lazy("Đã bỏ quyết định. Ý tưởng trở lại hàng đợi."),
    "hand_back": gettext_lazy("Đã trả lại. Người khác nhận xem được."),
    "assign": gettext_lazy("Đã giao."),
    "reopen": gettext_lazy("Đã mở lại. Người gửi được báo bằng thư."),
}


def _home(venture):
    return reverse("projects:idea", args=[venture.code_as("YT")])


def _answer(request, venture, step):
    """The form of an answer that needs more than a press."""
    if reason := VENTURES.why_not(venture, step, request.user):
        messages.error(request, reason)
        return redirect(_home(venture))
    form = FORMS[step](request.POST if request.method == "POST" else None, **_lists(venture, step))
    if step == "return" and not (venture.call and venture.call.asked):
        form.leave_out("call_answers")
    if form.is_bound and form.is_valid():
        seen = {} if step == "assign" else {"seen": _seen(request)}
        return take(
            request,
            VENTURES,
            venture,
            step,
            note=form.cleaned_data["note"],
            data=form.told() | seen,
            then=_home(venture),
            done=str(DONE.get(step, _("Đã ghi. Người gửi được báo khi bạn phát hành."))),
        )
    context = {
        "venture": venture,
        "form": form,
        "step": step,
        "heading": HEADINGS[step],
        "up": _home(venture),
        # After an error: what the reader had seen when the form was opened.
        "seen": _seen(request) if form.is_bound else _standing(venture),
        "replaces": venture.get_status_display() if _standing(venture) else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/idea_office_answer.html", context, status=status)


def _standing(venture) -> str:
    """The decision that waits for release; "" where none does."""
    return venture.status if venture.status in Venture.DECIDED else ""


def _lists(venture, step):
    """Whom the form of a step offers to choose from."""
    if step != "assign":
        return {}
    today = timezone.localdate()
    people = assignment.officials(today).exclude(pk__in=venture.people_ids)
    return {"people": people, "agencies": assignment.agencies(today)}


# -- Release ------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def release(request):
    """What waits for release; released one by one, so that one refusal stops no other."""
    require(request.user, "venture.list_queue")
    today = timezone.localdate()
    rows = desk.desk_of(request.user, today).filter(status__in=Venture.DECIDED)
    rows = rows.select_related("owner", "unit").order_by("promised_on", "pk")
    rows = rows.prefetch_related("members")
    if request.method == "POST":
        require(request.user, "fact.list_waiting")
        _release(request)
        return redirect("projects:release")
    ventures = list(rows[:MOST_RELEASED])
    decided, days_off = desk.decided_by(ventures), desk.holidays_around(today)
    declined = any(v.decline_reason for v in ventures)
    reason_words = reasons.words_by_code() if declined else {}
    items = [
        _row(v, today, days_off)
        | {
            "decision": decided.get(v.pk),
            "may": request.user.can("venture.release", v),
            "mend": _mend(v),
            "reason": reason_words.get(v.decline_reason, v.decline_reason),
        }
        for v in ventures
    ]
    told = {address for i in items if i["may"] for address in services.founder(i["venture"])}
    return render(
        request,
        "projects/queue_release.html",
        {"items": items, "letters": len(told), "may": any(item["may"] for item in items)},
    )


def _release(request):
    """Release what was ticked, and say how many went and how many did not, with the reason."""
    keys = [Code.parse(text) for text in request.POST.getlist("ma")[:MOST_RELEASED]]
    if not any(keys):
        messages.error(request, _("Chọn ít nhất một trả lời để phát hành."))
        return
    now, sent, refused = timezone.now(), 0, []
    for code in dict.fromkeys(filter(None, keys)):
        rows = desk.desk_of(request.user, timezone.localdate())
        venture = rows.filter(year=code.year, number=code.number).first()
        if venture is None:
            refused.append(_("%(code)s: không tìm thấy.") % {"code": code})
            continue
        try:
            VENTURES.advance(venture, "release", by=request.user, at=now)
            sent += 1
        except Refused as reason:
            refused.append(f"{venture.code_as('YT')}: {reason}")
    if sent:
        words = ngettext("Đã phát hành %(n)d trả lời.", "Đã phát hành %(n)d trả lời.", sent)
        messages.success(request, words % {"n": sent})
    if refused:
        words = ngettext(
            "%(n)d trả lời không phát hành được.",
            "%(n)d trả lời không phát hành được.",
            len(refused),
        )
        messages.error(request, " ".join([words % {"n": len(refused)}, *refused[:5]]))
