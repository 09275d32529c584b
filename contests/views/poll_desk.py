"""Running a poll: its words and options, cards, the log of patterns, annulling, the steps."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import ballot_sheets, polls, votes
from contests.forms.polls import AnnulForm, CardsForm, OptionForm, PollForm, VoidForm
from contests.models import CodeBatch, Entry
from contests.views.polls import load
from contests.workflow import POLLS
from core import web
from core.web import require
from core.words import Refused
from projects.views.desk import take

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
DONE = {
    "announce": gettext_lazy("Đã công bố. Từ nay không sửa được nữa."),
    "close": gettext_lazy("Đã kiểm phiếu. Mọi người đọc được kết quả và danh sách biên nhận."),
    "cancel": gettext_lazy("Đã hủy."),
}
MOST_BATCHES = 50


def _key(request) -> uuid.UUID:
    """The number under which the form was shown: two presses are one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _form(request, form, poll):
    key = request.POST.get("key", "") if form.is_bound else ""
    context = {"form": form, "poll": poll, "key": key or uuid.uuid4()}
    status = 422 if form.is_bound else 200
    return render(request, "contests/poll_form.html", context, status=status)


@get_or_post
def new(request):
    require(request.user, "poll.create")
    form = PollForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            made = polls.make(form.values(), key=_key(request), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã lưu nháp. Thêm lựa chọn, rồi công bố."))
            return redirect("contests:poll_desk", made.slug)
    return _form(request, form, None)


@get_or_post
def edit(request, slug):
    poll = load(request, slug)
    require(request.user, "poll.edit", poll)
    posted = request.POST if request.method == "POST" else None
    form = PollForm(posted, user=request.user, poll=poll)
    if form.is_bound and form.is_valid():
        try:
            polls.amend(poll, form.values(), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã sửa."))
            return redirect("contests:poll_desk", slug)
    return _form(request, form, poll)


@never_cache
@require_safe
def desk(request, slug):
    """Where the poll stands, for who runs it: no tally before the count."""
    poll = load(request, slug)
    require(request.user, "poll.view_log", poll)
    return _desk(request, poll)


def _desk(request, poll, *, option_form=None, cards_form=None):
    user, now = request.user, timezone.now()
    bound = any(form is not None and form.is_bound for form in (option_form, cards_form))
    entries = Entry.objects.none()
    may_edit = user.can("poll.edit", poll)
    if may_edit and poll.contest:
        entries = _entries(user, poll)
    context = {
        "poll": poll,
        "phase": poll.phase(now),
        "counts": votes.counts(poll),
        "patterns": _with_links(poll, may_annul=user.can("poll.annul", poll)),
        "annulments": list(poll.annulments.select_related("by")),
        "batches": list(poll.batches.select_related("made_by")[:MOST_BATCHES]),
        "may_edit": may_edit,
        "may_print": poll.kind == "paper" and user.can("poll.print", poll) and poll.counted is None,
        "may_annul": user.can("poll.annul", poll),
        "new_entries": entries.exclude(poll_options__poll=poll).count() if may_edit else 0,
        "option_form": option_form or OptionForm(),
        "cards_form": cards_form or CardsForm(),
        "key": uuid.uuid4(),
        "blocked": votes.cannot_announce(poll) if poll.is_draft else "",
        "steps": web.buttons(
            POLLS, poll, user, lambda name: reverse("contests:poll_step", args=[poll.slug, name])
        ),
    }
    return render(request, "contests/poll_desk.html", context, status=422 if bound else 200)


def _entries(user, poll):
    return Entry.objects.visible_to(user).taking_part().filter(contest=poll.contest)


def _with_links(poll, *, may_annul):
    """The three logs, each line with the way to annulling its ballots."""
    titles = {
        "minutes": _("Theo phút"),
        "networks": _("Theo mạng"),
        "domains": _("Theo nhà cung cấp thư"),
    }
    url = reverse("contests:poll_annul", args=[poll.slug])
    return [
        (
            titles[name],
            [(line, f"{url}?{urlencode(line.query)}" if may_annul else "") for line in lines],
        )
        for name, lines in polls.patterns(poll).items()
    ]


@require_POST
def step(request, slug, step):
    """Announce, count, or cancel."""
    poll = load(request, slug)
    then = reverse("contests:poll_desk", args=[slug])
    return take(request, POLLS, poll, step, then=then, done=str(DONE.get(step, "")))


# -- Options -----------------------------------------------------------------------
@require_POST
def option(request, slug):
    """One more option of its own."""
    poll = load(request, slug)
    require(request.user, "poll.edit", poll)
    form = OptionForm(request.POST)
    if form.is_valid():
        try:
            polls.add_option(poll, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã thêm."))
            return redirect("contests:poll_desk", slug)
    return _desk(request, poll, option_form=form)


@require_POST
def entries(request, slug):
    """All complete entries of the contest become options."""
    poll = load(request, slug)
    require(request.user, "poll.edit", poll)
    try:
        added = polls.add_entries(
            poll, _entries(request.user, poll), by=request.user, at=timezone.now()
        )
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã thêm %(n)d bài dự thi.") % {"n": added})
    return redirect("contests:poll_desk", slug)


@require_POST
def drop_option(request, slug, pk):
    poll = load(request, slug)
    require(request.user, "poll.edit", poll)
    try:
        polls.drop_option(poll, pk, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect("contests:poll_desk", slug)


# -- Cards -------------------------------------------------------------------------
@require_POST
def cards(request, slug):
    """Make cards and hand their sheet over at once: afterwards nobody can print them again."""
    poll = load(request, slug)
    require(request.user, "poll.print", poll)
    form = CardsForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            batch, codes = polls.make_cards(
                poll, form.cleaned_data["count"], form.cleaned_data["purpose"],
                key=_key(request), by=request.user, at=now,
            )  # fmt: skip
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            pdf = ballot_sheets.to_pdf(poll, codes, now)
            response = HttpResponse(pdf, content_type="application/pdf")
            name = f"the-binh-chon-{poll.slug}-{batch.pk}.pdf"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            response["Cache-Control"] = "no-store, private"
            return response
    return _desk(request, poll, cards_form=form)


@require_POST
def void(request, slug, pk):
    """Lost cards can no longer vote."""
    poll = load(request, slug)
    require(request.user, "poll.print", poll)
    batch = get_object_or_404(CodeBatch, poll=poll, pk=pk)
    form = VoidForm({"reason": request.POST.get("note", "")})
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["reason"]))
        return redirect("contests:poll_desk", slug)
    try:
        polls.void_cards(batch, form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã hủy tập thẻ. Thẻ chưa dùng không bỏ phiếu được nữa."))
    return redirect("contests:poll_desk", slug)


# -- Annulling ---------------------------------------------------------------------
@never_cache
@get_or_post
def annul(request, slug):
    """Which ballots, how many they are, and why they do not count."""
    poll = load(request, slug)
    require(request.user, "poll.annul", poll)
    if request.method != "POST":
        told = {name: request.GET.get(name, "")[:60] for name in ("mang", "mien", "phut")}
        if "\0" in "".join(told.values()):
            raise Http404
        looked = AnnulForm(told)
        looked.is_valid()
        return _annul(request, poll, AnnulForm(initial=told), looked)
    form = AnnulForm(request.POST)
    if form.is_valid():
        try:
            count = polls.annul(
                poll, form.which(), form.cleaned_data["reason"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã loại %(n)d phiếu.") % {"n": count})
            return redirect("contests:poll_desk", slug)
    return _annul(request, poll, form, form)


def _annul(request, poll, form, looked):
    which = looked.which()
    context = {
        "poll": poll,
        "form": form,
        "count": which.of(poll).count(),
        "since": which.since,
        "named": which != polls.Which(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/poll_annul.html", context, status=status)
