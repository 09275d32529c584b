"""Voting, page by page: the poll, the code, the ballot, the receipt, and the check afterwards."""

import random

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import respond_429
from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Agency
from contests import addresses, votes
from contests.forms.polls import AskCodeForm, CardForm, MailedCodeForm, ReceiptForm
from contests.models import Ballot, Contest, Poll, VoteCode
from core import web
from core.models import Event
from core.web import require
from core.words import Refused

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
RECEIPT_COOKIE = "bien_nhan"
RECEIPT_SECONDS = 15 * 60
# Many people share one address of the net on the final night: wide there, narrow by mailbox
# (``votes.send_code``). A wrong card counts, a right one does not.
RATES = {"vote_code": "600/h/ip", "wrong_card": "60/10m/ip"}


def load(request, slug) -> Poll:
    """The poll, where the reader may know of it."""
    rows = Poll.objects.visible_to(request.user).select_related("organiser", "contest")
    found = get_object_or_404(rows, slug=slug)
    require(request.user, "poll.view", found)
    return found


def _allowed(request, action, *, dry_run=False) -> bool:
    told = {"app": "contests", "action": action, "config": RATES, "limit_get": True}
    return ratelimit.consume(request, **told, dry_run=dry_run) is not None


# -- Lists -------------------------------------------------------------------------
def _listed(request, rows, **context):
    organisers = Agency.objects.filter(pk__in=rows.order_by().values("organiser"))
    organisers = list(organisers.order_by("name", "pk")[: web.PAGE])
    wanted = request.GET.get("don-vi", "")[:60]
    if any(agency.code == wanted for agency in organisers):
        rows = rows.filter(organiser__code=wanted)
    return web.render_list(
        request,
        "contests/polls.html",
        rows.select_related("organiser").order_by("-closes_at", "-pk"),
        organisers=organisers,
        wanted=wanted,
        now=timezone.now(),
        may_make=request.user.can("poll.create"),
        **context,
    )


@require_safe
def polls(request):
    """All polls, those of one union or agency where one is picked."""
    return _listed(request, Poll.objects.visible_to(request.user))


@require_safe
def of_contest(request, slug):
    """The polls of one contest."""
    rows = Contest.objects.visible_to(request.user)
    contest = get_object_or_404(rows, slug=slug)
    require(request.user, "contest.view", contest)
    found = Poll.objects.visible_to(request.user).filter(contest=contest)
    return _listed(request, found, contest=contest)


# -- The poll ----------------------------------------------------------------------
@never_cache
@sensitive_post_parameters("card", "email")
@get_or_post
def poll(request, slug):
    """What is voted on and until when; the first step of voting; the result after the count."""
    found = load(request, slug)
    kind = AskCodeForm if found.kind == Poll.Kind.MAIL else CardForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        answer = _ask(request, found, form) if kind is AskCodeForm else _card(request, found, form)
        if answer is not None:
            return answer
    return _poll(request, found, form)


def _poll(request, found, form):
    now = timezone.now()
    options = list(found.option_list)
    random.shuffle(options)
    why = ""
    if found.status == Poll.Status.CANCELLED:
        event = Event.objects.about(found).filter(kind="poll.cancel").order_by("-pk").first()
        why = event.note if event else ""
    context = {
        "poll": found,
        "form": form,
        "phase": found.phase(now),
        "is_open": found.takes_ballots(now),
        "shut": votes.no_vote(found, now),
        "why_cancelled": why,
        "options": votes.result(found) if found.has_result else options,
        "annulments": list(found.annulments.all()) if found.has_result else [],
        "runs": request.user.can("poll.view_log", found),
    }
    return render(request, "contests/poll.html", context, status=422 if form.is_bound else 200)


def _ask(request, found, form):
    if not _allowed(request, "vote_code"):
        return respond_429(request)
    try:
        code = votes.send_code(found, form.cleaned_data["email"], at=timezone.now())
    except Refused as reason:
        form.add_error("email", str(reason))
    except OSError:
        form.add_error("email", _("Chưa gửi được thư. Thử lại sau ít phút."))
    else:
        return redirect("contests:poll_code", found.slug, code.key)
    return None


def _card(request, found, form):
    if not _allowed(request, "wrong_card", dry_run=True):
        return respond_429(request)
    try:
        given = votes.open_by_card(found, form.cleaned_data["card"], at=timezone.now())
    except Refused as reason:
        if isinstance(reason, votes.WrongCard):
            _allowed(request, "wrong_card")
        form.add_error("card", str(reason))
        return None
    return _ballot(request, found, given)


@never_cache
@sensitive_post_parameters("code")
@get_or_post
def code(request, slug, key):
    """The code from the letter. The address of this page is of no use without it."""
    found = load(request, slug)
    sent = get_object_or_404(VoteCode, poll=found, key=key)
    sent.poll = found
    form = MailedCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            given = votes.open_by_code(sent, form.cleaned_data["code"], at=timezone.now())
        except Refused as reason:
            form.add_error("code", str(reason))
        else:
            return _ballot(request, found, given)
    status = 422 if form.is_bound else 200
    context = {"poll": found, "form": form, "minutes": VoteCode.LIVES.seconds // 60}
    return render(request, "contests/poll_code.html", context, status=status)


# -- The ballot --------------------------------------------------------------------
def _ballot(request, found, given, *, picked=(), error=""):
    context = {
        "poll": found,
        "options": votes.in_their_order(found, given.voter),
        "token": given.signed(),
        "picked": set(picked),
        "error": error,
    }
    status = 422 if error else 200
    return render(request, "contests/poll_ballot.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@get_or_post
def ballot(request, slug):
    """Choose, look again, put it in. The token in the form is all that is known of the voter."""
    if request.method != "POST":
        return redirect("contests:poll", slug)
    now = timezone.now()
    found = votes.standing(slug, now) or load(request, slug)
    require(request.user, "poll.view", found)
    try:
        given = votes.read_pass(found, request.POST.get("token", ""), now)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(found)
    keys = request.POST.getlist("chon")[:100]
    try:
        picked = votes.chosen(found, keys)
    except Refused as reason:
        return _ballot(request, found, given, picked=keys, error=str(reason))
    if "sua" in request.POST:
        return _ballot(request, found, given, picked=keys)
    if "bo" not in request.POST:
        context = {"poll": found, "picked": picked, "token": given.signed()}
        return render(request, "contests/poll_confirm.html", context)
    return _cast(request, found, given, picked, now)


def _cast(request, found, given, picked, now):
    network = addresses.network_of(found, get_adapter().get_client_ip(request))
    try:
        votes.cast(found, given, picked, network=network, at=now)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(found)
    # Not in the address: that would stand in histories and logs.
    response = redirect("contests:poll_receipt", found.slug)
    response.set_signed_cookie(
        RECEIPT_COOKIE, given.receipt, salt=found.slug, max_age=RECEIPT_SECONDS, httponly=True,
        path=reverse("contests:poll_receipt", args=[found.slug]), secure=request.is_secure(),
        samesite="Lax",
    )  # fmt: skip
    return response


@never_cache
@require_safe
def receipt(request, slug):
    """The receipt, for a quarter of an hour on the device that voted."""
    found = load(request, slug)
    told = request.get_signed_cookie(RECEIPT_COOKIE, "", salt=slug, max_age=RECEIPT_SECONDS)
    if not told:
        messages.info(request, _("Biên nhận chỉ hiện một lúc sau khi bỏ phiếu."))
        return redirect(found)
    context = {"poll": found, "receipt": told, "hash": addresses.receipt_hash(told)}
    return render(request, "contests/poll_receipt.html", context)


# -- Afterwards --------------------------------------------------------------------
@sensitive_post_parameters("receipt")
@get_or_post
def receipts(request, slug):
    """After the count: every ballot's hash with what it chose; type a receipt to find one's own."""
    found = load(request, slug)
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    mine, digest = None, ""
    if form.is_bound and form.is_valid():
        digest = addresses.receipt_hash(form.cleaned_data["receipt"])
        mine = _published(found).filter(receipt_hash=digest).first()
        if not found.has_result:
            form.add_error(
                "receipt", _("Danh sách có sau khi kiểm phiếu. Giữ biên nhận đến lúc đó.")
            )
        elif mine is None:
            form.add_error("receipt", _("Không có phiếu nào mang biên nhận này. Xem lại từng chữ."))
    response = web.render_list(
        request, "contests/poll_receipts.html", _published(found),
        poll=found, form=form, mine=mine, digest=digest,
    )  # fmt: skip
    if form.errors:
        response.status_code = 422
    return response


def _published(found):
    """The ballots by the hash of their receipt, which says nothing of when they came."""
    if not found.has_result:
        return Ballot.objects.none()
    return found.ballots.select_related("annulment").order_by("receipt_hash", "pk")


@require_safe
def receipts_text(request, slug):
    """The whole list as text, to be counted again by whoever likes."""
    found = load(request, slug)
    rows = _published(found)
    number = {option.pk: place for place, option in enumerate(found.option_list, start=1)}

    def lines():
        for option in found.option_list:
            yield f"# {number[option.pk]} = {option.title}\n"
        for row in rows.iterator(chunk_size=2000):
            picked = ",".join(str(number[pk]) for pk in row.choices)
            out = f"\t{_('bị loại')}: {row.annulment.reason}" if row.annulment else ""
            yield f"{row.receipt_hash}\t{picked}{out}\n"

    response = StreamingHttpResponse(lines(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bien-nhan-{found.slug}.txt"'
    return response
