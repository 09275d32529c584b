"""The organiser's page of the panel, and the letter's page where a judge says yes or no."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contests import conflicts, hints, panel, phases
from contests.forms.panel import ConflictForm, JudgeForm
from contests.models import Judge, ScoreSheet
from contests.views.desk import load
from contests.workflow import JUDGES
from core.text import nfc
from core.web import buttons, require
from core.words import Refused
from projects.views.desk import LONGEST_NOTE, story

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
J = Judge.Status
KINDS = {J.INVITED: "wait", J.ACCEPTED: "ok", J.DECLINED: "none", J.LEFT: "none"}
DONE = {
    "leave": gettext_lazy("Đã ghi. Phiếu đã nộp vẫn tính; bài còn lại giao cho người khác."),
    "again": gettext_lazy("Đã gửi lại thư mời."),
}
VERBS = {"leave": panel.leave, "again": panel.again}


# -- The organiser -------------------------------------------------------------------
@get_or_post
def judges(request, slug):
    """Who judges; the organiser asks others here."""
    found = load(request, slug)
    require(request.user, "contest.view_panel", found)
    invites = request.user.can("judge.invite", found)
    form = JudgeForm(request.POST if request.method == "POST" else None, contest=found)
    if request.method == "POST":
        require(request.user, "judge.invite", found)
        if form.is_valid():
            try:
                panel.invite(found, form.told(), by=request.user, at=timezone.now())
            except Refused as reason:
                form.add_error("email", str(reason))
            else:
                messages.success(request, _("Đã gửi thư mời. Người đó tự nhận lời hoặc từ chối."))
                return redirect("contests:panel", slug)
    told = Counter(ScoreSheet.objects.filter(round__contest=found).values_list("judge", "status"))
    rows = found.judges.prefetch_related("boards").order_by("-is_chair", "name", "pk")
    context = {
        "contest": found,
        "rows": [
            {"judge": judge, "kind": KINDS[judge.status], "sheets": _sheets(judge, told)}
            for judge in rows
        ],
        "form": form if invites else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/panel.html", context, status=status)


def _sheets(judge, told: Counter) -> dict[str, int]:
    mine = {status: n for (pk, status), n in told.items() if pk == judge.pk}
    return {"all": sum(mine.values()) - mine.get("recused", 0), "done": mine.get("done", 0)}


def _judge(found, pk) -> Judge:
    rows = found.judges.select_related("user__unit", "contest__organiser", "invited_by")
    return get_object_or_404(rows.prefetch_related("boards"), pk=pk)


@get_or_post
def judge(request, slug, pk):
    """One judge: what was said of them, hints and conflicts, leaving."""
    found = load(request, slug)
    require(request.user, "contest.view_panel", found)
    one = _judge(found, pk)
    _not_of_oneself(request, one)
    form = JudgeForm(request.POST if request.method == "POST" else None, contest=found, judge=one)
    if request.method == "POST":
        require(request.user, "judge.invite", found)
        if form.is_valid():
            try:
                panel.amend(one, form.told(), by=request.user, at=timezone.now())
            except Refused as reason:
                form.add_error(None, str(reason))
            else:
                messages.success(request, _("Đã sửa."))
                return redirect("contests:panel_judge", slug, pk)
    return _show(request, found, one, form=form)


def _not_of_oneself(request, one: Judge) -> None:
    """A judge's own conflicts are read on the page where they declare, not here."""
    if request.user.is_authenticated and one.user_id == request.user.pk:
        raise PermissionDenied(_("Đây là phần của bạn. Người khác của ban tổ chức lo việc này."))


def _entries(found, at):
    """The entries that conflicts can be about; none while they are sealed."""
    if phases.is_sealed(found, at):
        return []
    rows = found.entries.taking_part().select_related("board", "owner", "venture")
    return list(rows.order_by("board__order", "number", "pk"))


def _show(request, found, one, *, form=None, conflict=None):
    # Who judges does not learn here who stands behind an entry.
    judges = request.user.pk in found.judge_ids
    entries = [] if judges else _entries(found, timezone.now())
    closed = {c.entry_id: c for c in one.conflicts.select_related("entry").order_by("pk")}
    by_entry = {entry.pk: entry for entry in entries}
    told: dict[int, list] = {}
    for hint in hints.of(one, hints.with_people(entries)):
        told.setdefault(hint.entry, []).append(hint)
    hinted = [
        {"entry": by_entry[pk], "hints": found_hints, "closed": pk in closed}
        for pk, found_hints in told.items()
    ]
    sets = request.user.can("conflict.set", one)
    allowed = request.user.can("judge.invite", found)
    bound = next((f for f in (form, conflict) if f is not None and f.is_bound), None)
    context = {
        "contest": found,
        "judge": one,
        "kind": KINDS[one.status],
        "form": (form or JudgeForm(contest=found, judge=one)) if allowed else None,
        "conflict_form": (conflict or ConflictForm(entries=entries)) if sets and entries else None,
        "hinted": hinted,
        "conflicts": closed.values() if entries else [],
        "steps": buttons(
            JUDGES, one, request.user,
            lambda name: reverse("contests:panel_step", args=[found.slug, one.pk, name]),
        ),
        "events": story(JUDGES, one, kinds=set(JUDGES.names)),
    }  # fmt: skip
    return render(request, "contests/panel_judge.html", context, status=422 if bound else 200)


@require_POST
def conflict(request, slug, pk):
    """The organiser finds that this judge is close to an entry."""
    found = load(request, slug)
    require(request.user, "contest.view_panel", found)
    one = _judge(found, pk)
    _not_of_oneself(request, one)
    require(request.user, "conflict.set", one)
    if request.user.pk in found.judge_ids:
        raise PermissionDenied(_("Bạn chấm cuộc thi này, nên người khác xác định."))
    entries = _entries(found, timezone.now())
    form = ConflictForm(request.POST, entries=entries)
    if form.is_valid():
        entry = next(e for e in entries if str(e.pk) == form.cleaned_data["entry"])
        reason = form.cleaned_data["reason"]
        try:
            conflicts.add(one, entry, reason=reason, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã ghi. Giám khảo này không chấm và không xem bài đó."))
            return redirect("contests:panel_judge", slug, pk)
    return _show(request, found, one, conflict=form)


@require_POST
def step(request, slug, pk, step):
    """A judge ends their work, or is asked again."""
    found = load(request, slug)
    require(request.user, "contest.view_panel", found)
    one = _judge(found, pk)
    if step not in VERBS:
        raise Http404
    require(request.user, {"leave": "judge.leave", "again": "judge.invite"}[step], one)
    note = {"note": nfc(request.POST.get("note", ""))[:LONGEST_NOTE]} if step == "leave" else {}
    try:
        VERBS[step](one, **note, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, str(DONE[step]))
    return redirect("contests:panel_judge", slug, pk)


# -- The letter's page -----------------------------------------------------------------
@never_cache
@get_or_post
def invitation(request, token):
    """What is asked of a judge; the letter's address answers, after it has signed in."""
    rows = Judge.objects.select_related("contest__organiser", "invited_by")
    one = get_object_or_404(rows.prefetch_related("boards"), token=token)
    if one.contest.status == one.contest.Status.CANCELLED:
        raise Http404
    ours = panel.is_theirs(one, request.user)
    if one.status != J.INVITED:
        if ours:
            return redirect("contests:judging")
        if one.status == J.ACCEPTED and not request.user.is_authenticated:
            return redirect(_sign_in(reverse("contests:judging")))  # the letter stays a way in
        raise Http404
    if request.method == "POST":
        return _answered(request, one, ours)
    context = {
        "judge": one,
        "contest": one.contest,
        "rounds": one.contest.round_list,
        "ours": ours,
        "sign_in": _sign_in(request.path),
    }
    return render(request, "contests/judge_invitation.html", context)


def _sign_in(then: str) -> str:
    return f"{reverse('accounts:code_sign_in')}?{urlencode({'tiep': then})}"


def _answered(request, one: Judge, ours: bool):
    if not ours:
        raise PermissionDenied(
            _("Lời mời này gửi đến một địa chỉ khác. Đăng nhập bằng đúng địa chỉ đó.")
        )
    try:
        if "khong" in request.POST:
            note = nfc(request.POST.get("note", "")).strip() or _("Không ghi lý do.")
            panel.decline(one, note=note, by=request.user, at=timezone.now())
            messages.success(request, _("Bạn đã từ chối. Ban tổ chức được báo."))
        else:
            panel.accept(one, by=request.user, at=timezone.now())
            messages.success(request, _("Bạn đã nhận lời làm giám khảo."))
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect("contests:judging")
