"""The team's page, the invitation's page, and the page on which the lead changes hands."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import may_be_shown
from accounts.services import first_name, proved_addresses
from core.web import require
from core.words import Refused
from projects import attachments, team
from projects.forms.team import AnswerForm, InviteForm, LeadForm
from projects.models import Venture
from projects.views.office import load
from projects.views.written import mend_of, sections_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _load(request, reference: str) -> Venture:
    """The venture by its code, or a draft by its key, if the reader may see it; else 404."""
    try:
        key = uuid.UUID(reference)
    except ValueError:
        found = load(request, reference)
    else:
        rows = Venture.objects.visible_to(request.user, timezone.localdate())
        found = get_object_or_404(rows.select_related("owner"), key=key)
    if found.owner_id is None:
        raise Http404
    return found


def _member(found: Venture, pk: int):
    return get_object_or_404(found.members.open(), pk=pk)


def _own(request, found: Venture):
    return get_object_or_404(found.members.standing(), user=request.user)


def _home(found: Venture):
    return redirect("projects:team", team.reference(found))


# -- The team ------------------------------------------------------------------
@login_required
@get_or_post
def page(request, reference):
    """Who is in the team; the lead asks others here."""
    found = _load(request, reference)
    require(request.user, "venture.view_team", found)
    form = InviteForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        require(request.user, "venture.lead", found)
        status = 422
        if form.is_valid():
            try:
                team.invite(found, **form.cleaned_data, by=request.user, at=timezone.now())
            except Refused as reason:
                form.add_error("email", str(reason))
            else:
                messages.success(request, _("Đã gửi thư mời. Người đó tự nhận lời hoặc từ chối."))
                return _home(found)
    return _show(request, found, form, status)


def _show(request, found: Venture, form: InviteForm, status: int):
    members = list(
        found.members.open().select_related("user").order_by("accepted_at", "invited_at", "pk")
    )
    shown = team.names_given(found, timezone.localdate())
    leads = request.user.can("venture.lead", found)
    mine = next((m for m in members if m.user_id == request.user.pk), None)
    context = {
        "venture": found,
        "reference": team.reference(found),
        "lead": found.owner,
        "members": [
            {"member": m, "shown": m.pk in shown}
            for m in members
            if leads or m.is_standing  # who was asked and has not answered is the lead's business
        ],
        "mine": mine,
        "mine_shown": mine is not None and mine.pk in shown,
        "leads": leads,
        "offered": next((m for m in members if m.lead_offered_at), None),
        "form": form,
        "may_be_shown": mine is None or may_be_shown(request.user, timezone.localdate()),
    }
    return render(request, "projects/team.html", context, status=status)


def _carry_out(request, found: Venture, verb, done: str, **told):
    """One verb for the person who pressed its button; a refusal is a message."""
    try:
        verb(**told, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, done)
    return _home(found)


@login_required
@require_POST
def remove(request, reference, pk):
    found = _load(request, reference)
    require(request.user, "venture.lead", found)
    member = _member(found, pk)
    return _carry_out(request, found, team.remove, _("Đã đưa ra khỏi nhóm."), member=member)


@login_required
@require_POST
def rights(request, reference, pk):
    """Let this member edit, or only read."""
    found = _load(request, reference)
    require(request.user, "venture.lead", found)
    member, wanted = _member(found, pk), request.POST.get("rights", "")
    done = _("Đã đổi quyền.")
    return _carry_out(request, found, team.set_rights, done, member=member, rights=wanted)


@login_required
@require_POST
def offer(request, reference, pk):
    """Offer the lead to this member, or take the offer back."""
    found = _load(request, reference)
    require(request.user, "venture.lead", found)
    member = _member(found, pk)
    if "thoi" in request.POST:
        return _carry_out(request, found, team.drop_offer, _("Đã rút lời đề nghị."), member=member)
    done = _("Đã gửi thư đề nghị. Bạn vẫn là trưởng nhóm cho đến khi người đó nhận.")
    return _carry_out(request, found, team.offer_lead, done, member=member)


@login_required
@require_POST
def leave(request, reference):
    found = _load(request, reference)
    member = _own(request, found)
    try:
        team.leave(member, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
        return _home(found)
    messages.success(request, _("Bạn đã rời nhóm. Những điều bạn đồng ý đã được rút lại."))
    return redirect("projects:own_ideas")


@login_required
@require_POST
def show_name(request, reference):
    found = _load(request, reference)
    wanted = "give" in request.POST
    done = _("Đã ghi: bạn đồng ý.") if wanted else _("Đã rút lại. Việc này có hiệu lực ngay.")
    member = _own(request, found)
    return _carry_out(request, found, team.show_name, done, member=member, wanted=wanted)


# -- The lead changes hands -------------------------------------------------------
@login_required
@get_or_post
def lead(request, reference):
    """The member who is asked to lead: yes with one's own consents, or no."""
    found = _load(request, reference)
    member = _own(request, found)
    if not member.lead_offered_at:
        messages.info(request, _("Không còn lời đề nghị làm trưởng nhóm."))
        return _home(found)
    if "khong" in request.POST:
        return _carry_out(request, found, team.drop_offer, _("Bạn đã từ chối."), member=member)
    form = LeadForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            team.take_lead(member, by=request.user, purposes=form.purposes, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Bạn là trưởng nhóm từ nay."))
            return _home(found)
    context = {"venture": found, "reference": team.reference(found), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "projects/team_lead.html", context, status=status)


# -- The invitation -----------------------------------------------------------------
@never_cache
@get_or_post
def invitation(request, token):
    """Who invites to what; the address in the letter answers, after it has signed in."""
    member = team.invited_by_token(token)
    if member is None:
        raise Http404
    user = request.user
    if member.is_standing:
        if user.is_authenticated and member.user_id == user.pk:
            return _home(member.venture)
        raise Http404
    ours = user.is_authenticated and member.email in proved_addresses(user)
    form = None
    if ours:
        answered = request.method == "POST" and "khong" not in request.POST
        form = AnswerForm(request.POST if answered else None, user=user, today=timezone.localdate())
        if request.method == "POST" and (done := _answer(request, member, form)):
            return done
    context = {
        "member": member,
        "venture": member.venture,
        "who": _who_invites(member, ours),
        "form": form,
        "sign_in": f"{reverse('accounts:code_sign_in')}?{urlencode({'tiep': request.path})}",
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "projects/team_invitation.html", context, status=status)


def _who_invites(member, ours: bool) -> str:
    """Before the letter's address has signed in, of a minor the given name only."""
    lead = member.invited_by
    if ours or not lead.is_minor(timezone.localdate()):
        return lead.full_name or first_name(lead)
    return first_name(lead)


def _answer(request, member, form: AnswerForm):
    """Where to go after the answer; None when the form has to be looked at again."""
    try:
        if "khong" in request.POST:
            team.decline(member, by=request.user, at=timezone.now())
            messages.success(request, _("Bạn đã từ chối lời mời."))
            return redirect("projects:own_ideas")
        if form.is_valid():
            team.accept(member, by=request.user, answer=form.answer, at=timezone.now())
            messages.success(request, _("Bạn đã vào nhóm."))
            return _home(member.venture)
    except Refused as reason:
        if "khong" in request.POST:
            messages.error(request, str(reason))
            return redirect("projects:own_ideas")
        form.add_error(None, str(reason))
    return None


# -- Reading a draft ------------------------------------------------------------------
def read(request, found: Venture):
    """A draft, or an idea that was sent back, for those of the team who may not change it."""
    context = {
        "venture": found,
        "sections": sections_of(found, attachments.attached_to(found), request.user),
        "mend": mend_of(found),
        "reference": team.reference(found),
    }
    for section in context["sections"]:
        section["url"] = ""
    return render(request, "projects/draft_read.html", context)
