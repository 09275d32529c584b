"""An official makes a contest and writes its rules, a small form a page."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import rules, setup
from contests.forms import setup as forms
from contests.forms.setup_rows import ROW_FORMS
from contests.models import Board, Contest, EntryQuestion, Prize
from contests.views.desk import load
from contests.workflow import CONTESTS
from core.text import nfc
from core.web import buttons, require
from core.words import Refused

GET_POST = ["GET", "HEAD", "POST"]
# A part of the contest itself: its heading, its form and how its values are written.
PARTS = {
    "loi": (gettext_lazy("Tên và lời giới thiệu"), forms.WordsForm, setup.words),
    "ngay": (gettext_lazy("Ngày giờ"), forms.DatesForm, setup.dates),
    "doi-tuong": (gettext_lazy("Ai dự thi được"), forms.WhoForm, setup.columns),
    "binh-chon": (gettext_lazy("Bình chọn"), forms.VoteForm, setup.columns),
}
# A kind of rows: the heading of a new one and of one that is there.
KINDS = {
    "bang": (gettext_lazy("Thêm bảng thi"), gettext_lazy("Sửa bảng thi")),
    "vong": (gettext_lazy("Thêm vòng"), gettext_lazy("Sửa vòng")),
    "tieu-chi": (gettext_lazy("Thêm tiêu chí"), gettext_lazy("Sửa tiêu chí")),
    "giai": (gettext_lazy("Thêm giải"), gettext_lazy("Sửa giải")),
}
QUESTION = (gettext_lazy("Thêm câu hỏi"), gettext_lazy("Sửa câu hỏi"))


def _key(request) -> uuid.UUID:
    """The number under which the form was shown: two presses are one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@require_http_methods(GET_POST)
def new(request):
    """From the province's template or from an earlier contest."""
    require(request.user, "contest.create")
    now = timezone.now()
    form = forms.NewForm(
        request.POST if request.method == "POST" else None, user=request.user, at=now
    )
    key = _key(request)
    if form.is_bound and form.is_valid():
        try:
            made = setup.make(form.cleaned_data, key=key, by=request.user, at=now)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(
                request, _("Đã tạo bản nháp. Chọn ngày giờ, xem lại từng phần, rồi phát động.")
            )
            return redirect("contests:setup", made.slug)
    status = 422 if form.is_bound else 200
    return render(request, "contests/setup_new.html", {"form": form, "key": key}, status=status)


def _load(request, slug) -> Contest:
    """The contest, for somebody who may write its rules now."""
    contest = load(request, slug)
    require(request.user, "contest.edit" if contest.is_draft else "contest.amend", contest)
    return contest


@require_safe
def hub(request, slug):
    """Every part of the rules with a way to change it, and what is still missing."""
    contest = _load(request, slug)
    context = {
        "contest": contest,
        "parts": [
            (label, reverse("contests:setup_part", args=[slug, part]))
            for part, (label, *_rest) in PARTS.items()
        ],
        "boards": contest.boards.order_by("order", "pk").prefetch_related("questions"),
        "rounds": contest.round_list,
        "criteria": contest.criteria.order_by("order", "pk"),
        "prizes": contest.prizes.select_related("board").order_by("rank", "pk"),
        "missing": rules.cannot_announce(contest) if contest.is_draft else "",
        "steps": [
            step
            for step in buttons(
                CONTESTS, contest, request.user, lambda n: reverse("contests:step", args=[slug, n])
            )
            if step["kind"] == "main" and contest.is_draft
        ],
    }
    return render(request, "contests/setup.html", context)


@require_http_methods(GET_POST)
def part(request, slug, part):
    """A part of the contest itself, or a form for one more row of a kind."""
    contest = _load(request, slug)
    if part in PARTS:
        label, form, write = PARTS[part]
        return _answer(request, contest, form, contest, label, write)
    if part not in KINDS:
        raise Http404(part)
    return _add(request, contest, part, setup.ROWS[part](contest=contest), KINDS[part][0])


def _add(request, contest, kind, row, label, then=""):
    def write(values, *, seen=""):
        return setup.add(row, values)

    return _answer(request, contest, ROW_FORMS[kind], None, label, write, then)


def _edit(request, contest, kind, row, label, then=""):
    def write(values, *, seen=""):
        return setup.edit(row, values, seen=seen)

    return _answer(request, contest, ROW_FORMS[kind], row, label, write, then)


def _answer(request, contest, form_class, row, label, write, then=""):
    """Show the form, or write what it says and go back; a refusal keeps what was typed."""
    posted = request.POST if request.method == "POST" else None
    form = form_class(posted, contest=contest, row=row)
    seen = request.POST.get("seen", "")[:16]
    if form.is_bound and form.is_valid():
        apply = write(form.values(), seen=seen)
        try:
            changed = _change(request, contest, apply, form.cleaned_data.get("reason", ""))
        except Refused as reason:
            # It may have been announced meanwhile: then the form asks for a reason from now on.
            form = form_class(posted, contest=load(request, contest.slug), row=row)
            form.add_error(None, str(reason))
        else:
            _say(request, contest, changed)
            return redirect(then or reverse("contests:setup", args=[contest.slug]))
    own = row if row is not None and row != contest else None
    context = {
        "contest": contest,
        "form": form,
        "label": label,
        "row": own,
        "seen": seen or form.seen,
        "key": request.POST.get("key", "") or uuid.uuid4(),
        "back": then or reverse("contests:setup", args=[contest.slug]),
        "is_board": isinstance(own, Board),
        "url": request.path,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/setup_form.html", context, status=status)


def _change(request, contest, apply, reason):
    return setup.change(contest, apply, by=request.user, at=timezone.now(), reason=reason)


def _say(request, contest, changed):
    if not changed:
        messages.info(request, _("Không có gì thay đổi."))
    elif contest.is_draft:
        messages.success(request, _("Đã lưu."))
    else:
        messages.success(request, _("Đã ra bản thể lệ mới. Người dự thi nhận được thư."))


def _row(contest, kind, ref):
    if kind not in KINDS:
        raise Http404(kind)
    rows = setup.ROWS[kind].objects.filter(contest=contest)
    if kind != "giai":
        return get_object_or_404(rows, code=ref)
    return get_object_or_404(rows, pk=int(ref) if ref.isdecimal() and len(ref) < 10 else 0)


@require_http_methods(GET_POST)
def row(request, slug, part, ref):
    """A board, round, criterion or prize that is there."""
    contest = _load(request, slug)
    return _edit(request, contest, part, _row(contest, part, ref), KINDS[part][1])


@require_POST
def row_verb(request, slug, part, ref, verb):
    """Up, down, or away."""
    contest = _load(request, slug)
    return _verb(
        request, contest, _row(contest, part, ref), verb, reverse("contests:setup", args=[slug])
    )


def _verb(request, contest, found, verb, then):
    verbs = {
        "len": lambda: setup.shift(found, -1),
        "xuong": lambda: setup.shift(found, 1),
        "bo": lambda: setup.drop(found),
    }
    if verb not in verbs or (verb != "bo" and isinstance(found, Prize)):
        raise Http404(verb)
    try:
        changed = _change(
            request, contest, verbs[verb](), nfc(request.POST.get("reason", ""))[:1000]
        )
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        _say(request, contest, changed)
    return redirect(then)


# -- The questions of a board -----------------------------------------------------------
def _board(request, slug, code):
    contest = _load(request, slug)
    board = get_object_or_404(Board, contest=contest, code=code)
    return contest, board, reverse("contests:setup_row", args=[slug, "bang", code])


@require_http_methods(GET_POST)
def question_new(request, slug, code):
    contest, board, then = _board(request, slug, code)
    made = EntryQuestion(board=board, key=_key(request))
    return _add(request, contest, "cau-hoi", made, QUESTION[0], then)


@require_http_methods(GET_POST)
def question(request, slug, code, pk):
    contest, board, then = _board(request, slug, code)
    found = get_object_or_404(EntryQuestion, board=board, pk=pk)
    return _edit(request, contest, "cau-hoi", found, QUESTION[1], then)


@require_POST
def question_verb(request, slug, code, pk, verb):
    contest, board, then = _board(request, slug, code)
    return _verb(request, contest, get_object_or_404(EntryQuestion, board=board, pk=pk), verb, then)
