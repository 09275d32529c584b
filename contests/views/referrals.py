"""Entries that go on to a higher contest: chosen, sent, answered, the answer verified."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import referral_papers, referrals, tasks
from contests.forms.referrals import OutcomeForm, ReferralForm, SendForm
from contests.models import Referral, ReferralOutcome
from contests.views.desk import load
from contests.views.papers import word
from contests.workflow import OUTCOMES, REFERRALS
from core import web
from core.fields import Owner
from core.tasks import start
from core.web import require
from core.words import Refused
from projects.views.desk import story, take
from projects.views.fact_kinds import DONE as FACT_DONE

DONE = {
    "send": gettext_lazy("Đã ghi là đã gửi. Người dự thi nhận được thư."),
    "withdraw": gettext_lazy("Đã rút."),
}
PAIRS = ("entry__contest__organiser", "entry__board", "entry__owner", "entry__unit")


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request, slug):
    """The entries of a contest that go on, by deadline; the organiser chooses another here."""
    contest = load(request, slug)
    require(request.user, "referral.list")
    may = request.user.can("referral.prepare", contest)
    if request.method == "POST":
        require(request.user, "referral.prepare", contest)
    entries = referrals.candidates(contest, request.user)
    form = ReferralForm(request.POST if request.method == "POST" else None, entries=entries)
    if form.is_valid():
        try:
            made = referrals.prepare(contest, form.told(), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã chọn. Tải hồ sơ, gửi đi rồi ghi số công văn."))
            return redirect(made)
    rows = Referral.objects.filter(entry__contest=contest).select_related("entry__contest")
    context = {
        "contest": contest,
        "page": web.page_of(rows.order_by("deadline", "pk"), request),
        "form": form if may and (form.is_bound or entries.exists()) else None,
        "may": may,
        "today": timezone.localdate(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/referrals.html", context, status=status)


def _load(request, pk) -> Referral:
    rows = Referral.objects.select_related(*PAIRS, "prepared_by", "sent_by")
    found = get_object_or_404(rows, pk=pk)
    if request.user.why_not("referral.view", found):
        raise Http404(pk)
    return found


@require_safe
def one(request, pk):
    """One entry on its way: what to do next, its papers, what came back."""
    found = _load(request, pk)
    user = request.user
    own = user.pk in found.people_ids
    outcomes = found.outcomes.select_related("recorded_by", "verified_by").order_by("-pk")
    if own:
        outcomes = outcomes.filter(status=ReferralOutcome.Status.VERIFIED)
    shown = list(outcomes[: web.PAGE])
    standing = any(o.status != ReferralOutcome.Status.RETRACTED for o in shown)
    context = {
        "referral": found,
        "contest": found.contest,
        "steps": web.buttons(
            REFERRALS,
            found,
            user,
            lambda name: reverse(
                "contests:referral_send" if name == "send" else "contests:referral_step",
                args=[pk] if name == "send" else [pk, name],
            ),
        ),
        "outcomes": shown,
        "may_pack": user.can("referral.pack", found) and found.status != "withdrawn",
        "may_record": not standing and found.is_sent and user.can("referraloutcome.record", found),
        "events": [] if own else story(REFERRALS, found),
        "is_staff": user.can("referral.list"),
    }
    return render(request, "contests/referral.html", context)


@require_POST
def step(request, pk, step):
    """Take it back, with a reason."""
    if step == "send":
        raise Http404(step)
    return take(request, REFERRALS, _load(request, pk), step, done=str(DONE.get(step, "")))


@require_http_methods(["GET", "HEAD", "POST"])
def send(request, pk):
    """Write down the letter with which the dossier went."""
    found = _load(request, pk)
    require(request.user, "referral.send", found)
    posted = request.POST if request.method == "POST" else None
    form = SendForm(posted, today=timezone.localdate())
    if form.is_valid():
        return take(request, REFERRALS, found, "send", data=form.told(), done=str(DONE["send"]))
    context = {"referral": found, "form": form, "title": _("Ghi đã gửi"), "back": found}
    return render(request, "contests/referral_form.html", context, status=422 if posted else 200)


@require_safe
def letter(request, pk):
    """The cover letter in Word."""
    found = _load(request, pk)
    require(request.user, "referral.pack", found)
    now = timezone.now()
    with translation.override("vi"):
        document = referral_papers.letter(found, now)
    return word(document, f"cong-van-{referral_papers.stem(found)}", now)


@require_POST
def package(request, pk):
    """The dossier as a zip, made by a job."""
    found = _load(request, pk)
    require(request.user, "referral.pack", found)
    key = f"{tasks.REFERRAL}:{request.user.pk}:{found.pk}"
    return redirect(start(tasks.REFERRAL, key=key, by=request.user, params={"referral": pk}))


# -- What came back ------------------------------------------------------------------
def _form(request, fact=None):
    now = timezone.now()
    told = {
        "owner": Owner(at=now, user=request.user),
        "today": timezone.localdate(now),
        "fact": fact,
    }
    if request.method == "POST":
        return OutcomeForm(request.POST, request.FILES, **told)
    return OutcomeForm(**told)


def _outcome(request, pk) -> ReferralOutcome:
    rows = ReferralOutcome.objects.select_related(
        "referral__entry__contest__organiser", "recorded_by", "verified_by", "retracted_by",
        "evidence",
    )  # fmt: skip
    found = get_object_or_404(rows, pk=pk)
    if request.user.why_not("referraloutcome.view_files", found):
        raise Http404(pk)
    own = request.user.pk in found.people_ids
    if own and found.status != ReferralOutcome.Status.VERIFIED:
        raise Http404(pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, pk):
    """Write down what the higher contest gave."""
    referral = _load(request, pk)
    require(request.user, "referraloutcome.record", referral)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        fact = ReferralOutcome(referral=referral, **form.values())
        try:
            fact = referrals.record(fact, by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã ghi. Việc này chờ một cán bộ khác xác nhận."))
            return redirect(fact)
    context = {
        "referral": referral,
        "form": form,
        "title": _("Ghi kết quả dự thi cấp trên"),
        "back": referral,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/referral_form.html", context, status=status)


@require_safe
def outcome(request, pk):
    """One outcome with what proves it, and what can be done with it."""
    found = _outcome(request, pk)
    user = request.user
    own = user.pk in found.people_ids
    context = {
        "fact": found,
        "referral": found.referral,
        "contest": found.contest,
        "events": [] if own else story(OUTCOMES, found),
        "may_edit": user.can("referraloutcome.edit", found),
        "blocked": _blocked(found, user),
        "steps": web.buttons(
            OUTCOMES, found, user, lambda n: reverse("contests:outcome_step", args=[pk, n])
        ),
    }
    return render(request, "contests/outcome.html", context)


def _blocked(fact: ReferralOutcome, user) -> str:
    """Why this official cannot verify what waits."""
    if fact.status != fact.Status.RECORDED or not user.can("fact.list_waiting"):
        return ""
    return OUTCOMES.why_not(fact, "verify", user)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Mend what nobody has verified yet."""
    found = _outcome(request, pk)
    require(request.user, "referraloutcome.edit", found)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            referrals.amend(found, form.values(), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã sửa."))
            return redirect(found)
    context = {
        "referral": found.referral,
        "form": form,
        "title": _("Sửa kết quả đã ghi"),
        "back": found,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/referral_form.html", context, status=status)


@require_POST
def outcome_step(request, pk, step):
    """Verify, return, send again or retract."""
    found = _outcome(request, pk)
    return take(request, OUTCOMES, found, step, done=str(FACT_DONE.get(step, "")))
