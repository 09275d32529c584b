"""Dated calls: the list, one call, and the officials' forms for it and its questions."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.web import require
from core.words import Refused
from projects import calls, desk
from projects.forms.calls import CallForm, QuestionForm
from projects.models import Call
from projects.views.desk import story, take
from projects.workflow import CALLS

MOST_SHOWN = 50  # open or coming at one time
DONE = {
    "publish": gettext_lazy("Đã công bố. Trang này ai cũng xem được."),
    "withdraw": gettext_lazy("Đã rút. Đợt này thôi nhận bài từ bây giờ."),
}


# -- For everybody ------------------------------------------------------------
@require_safe
def listed(request):
    """Open calls first, those to come, and a page of the closed ones; officials see all."""
    now = timezone.now()
    rows = Call.objects.visible_to(request.user)
    told = rows.filter(status=Call.Status.PUBLISHED)
    may_edit = request.user.can("call.create")
    others = rows.exclude(status=Call.Status.PUBLISHED).order_by("-pk")[:MOST_SHOWN]
    return web.render_list(
        request,
        "projects/calls.html",
        told.filter(closes_at__lte=now).order_by("-closes_at", "-pk"),
        open=list(told.open_at(now).order_by("closes_at", "pk")[:MOST_SHOWN]),
        coming=list(told.filter(opens_at__gt=now).order_by("opens_at", "pk")[:MOST_SHOWN]),
        others=list(others) if may_edit else [],
        may_edit=may_edit,
    )


def _load(request, slug) -> Call:
    return get_object_or_404(Call.objects.visible_to(request.user), slug=slug)


@require_safe
def one(request, slug):
    """What a call is for and until when; for officials also what came in, and the buttons."""
    call = _load(request, slug)
    now = timezone.now()
    may_edit = request.user.can("call.edit", call)
    sees = request.user.can("venture.list_queue")
    context = {
        "call": call,
        "sees": sees,
        "base": "base_office.html" if sees else "base_public.html",
        "phase": call.phase(now),
        "is_open": call.is_open(now),
        "shut": calls.shut(call, now),
        "why_withdrawn": calls.why_withdrawn(call),
        "kinds": calls.applicants_in_words(call),
        "others": [] if call.is_open(now) else open_calls(now),
        "may_edit": may_edit,
    }
    if not sees:
        return render(request, "projects/call.html", context)
    context |= {
        "steps": web.buttons(
            CALLS, call, request.user, lambda n: reverse("projects:call_step", args=[slug, n])
        ),
        "blocked": calls.cannot_publish(call) if call.status != Call.Status.PUBLISHED else "",
        "events": story(CALLS, call),
    }
    received = desk.desk_of(request.user, timezone.localdate(now)).filter(call=call)
    return web.render_list(request, "projects/call.html", received.order_by("-pk"), **context)


def open_calls(now) -> list[Call]:
    """A few calls that take ideas now, the first to close first."""
    return list(Call.objects.open_at(now).order_by("closes_at", "pk")[:3])


def asked_for(request) -> Call | None:
    """The call that ``dot`` names, on the way to a new idea."""
    slug = (request.POST if request.method == "POST" else request.GET).get("dot", "")
    if not slug or "\0" in slug:
        return None
    return Call.objects.visible_to(request.user).filter(slug=slug[:80]).first()


def if_open(request, call: Call | None) -> Call | None:
    """The call while it takes ideas; else a word why not, and the idea goes into the open box."""
    if call is None or not (reason := calls.shut(call, timezone.now())):
        return call
    words = _("%(reason)s Ý tưởng viết ở đây đi vào hộp ý tưởng luôn mở.") % {"reason": reason}
    messages.info(request, words)
    return None


# -- For officials ------------------------------------------------------------
def _key(request) -> uuid.UUID:
    """The number under which the form was shown: two presses are one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    require(request.user, "call.create")
    form = CallForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = calls.make(form.values(), key=_key(request), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã lưu nháp. Thêm câu hỏi nếu cần, rồi công bố."))
            return redirect("projects:call_questions", made.slug)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug):
    call = _load(request, slug)
    require(request.user, "call.edit", call)
    form = CallForm(request.POST if request.method == "POST" else None, call=call)
    if form.is_bound and form.is_valid():
        calls.amend(call, form.values(), by=request.user, at=timezone.now())
        messages.success(request, _("Đã sửa."))
        return redirect(call)
    return _form(request, form, call)


def _form(request, form, call):
    key = request.POST.get("key", "") if form.is_bound else ""
    context = {"form": form, "call": call, "key": key or uuid.uuid4()}
    status = 422 if form.is_bound else 200
    return render(request, "projects/call_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request, slug, step):
    """Publish or withdraw."""
    call = _load(request, slug)
    if request.method != "POST":
        return redirect(call)
    return take(request, CALLS, call, step, done=str(DONE.get(step, "")))


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request, slug):
    """The questions in their order, and a form for one more."""
    call = _load(request, slug)
    require(request.user, "call.edit", call)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            calls.ask(call, form.values(), key=_key(request), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã thêm câu hỏi."))
            return redirect("projects:call_questions", slug)
    return _questions(request, call, form)


def _questions(request, call, form, question=None):
    key = request.POST.get("key", "") if form.is_bound else ""
    context = {
        "call": call,
        "form": form,
        "question": question,
        "frozen": calls.has_answers(call),
        "key": key or uuid.uuid4(),
        "most": calls.MOST_QUESTIONS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/call_questions.html", context, status=status)


def _question(request, slug, pk):
    call = _load(request, slug)
    require(request.user, "call.edit", call)
    question = next((q for q in call.asked if q.pk == pk), None)
    if question is None:
        raise Http404(pk)
    return call, question


@require_http_methods(["GET", "HEAD", "POST"])
def question(request, slug, pk):
    """Reword one question that nobody has answered yet."""
    call, found = _question(request, slug, pk)
    form = QuestionForm(request.POST if request.method == "POST" else None, question=found)
    if form.is_bound and form.is_valid():
        try:
            calls.reword(found, form.values(), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã sửa câu hỏi."))
            return redirect("projects:call_questions", slug)
    return _questions(request, call, form, found)


@require_POST
def question_verb(request, slug, pk, verb):
    """Up, down, or away."""
    if verb not in calls.VERBS:
        raise Http404(verb)
    _call, found = _question(request, slug, pk)
    try:
        calls.VERBS[verb](found, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect("projects:call_questions", slug)
