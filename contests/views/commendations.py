"""Commendations: the public wall, one of them, and the officials' form."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Agency
from contests import commendations
from contests.forms.commendations import CommendationForm
from contests.models import Commendation
from contests.workflow import COMMENDATIONS
from core import web
from core.web import require
from core.words import Refused
from projects.views.desk import take

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
DONE = {
    "publish": gettext_lazy("Đã công bố. Ai được nêu tên phải đồng ý thì tên mới hiện."),
    "retract": gettext_lazy("Đã thôi công bố."),
}
VERBS = {"dong-y": commendations.agree, "rut-lai": commendations.take_back}


def _rows(request):
    today = timezone.localdate()
    rows = Commendation.objects.visible_to(request.user, today).with_publicity(today)
    return rows.select_related("issuer", "union", "person", "venture", "organisation")


@require_safe
def wall(request):
    """What everybody reads; officials also those that wait, each marked."""
    rows = _rows(request)
    unions = Agency.objects.filter(pk__in=rows.order_by().values("union"))
    unions = list(unions.order_by("name", "pk")[: web.PAGE])
    wanted = request.GET.get("doan-the", "")[:60]
    if any(agency.code == wanted for agency in unions):
        rows = rows.filter(union__code=wanted)
    return web.render_list(
        request,
        "contests/commendations.html",
        rows.order_by("-decided_on", "-pk"),
        unions=unions,
        wanted=wanted,
        may_make=request.user.can("commendation.create"),
    )


def _load(request, key) -> Commendation:
    return get_object_or_404(_rows(request), key=key)


@require_safe
def one(request, key):
    found = _load(request, key)
    require(request.user, "commendation.view", found)
    is_own = request.user.can("commendation.agree", found)
    staff = request.user.can("commendation.list")
    context = {
        "found": found,
        "is_own": is_own,
        "consent": found.agreed_text or str(commendations.CONSENT),
        "lacks": commendations.what_lacks(found) if staff or is_own else "",
        "may_edit": request.user.can("commendation.edit", found),
        "steps": web.buttons(
            COMMENDATIONS, found, request.user,
            lambda name: reverse("contests:commendation_step", args=[key, name]),
        ),
    }  # fmt: skip
    return render(request, "contests/commendation.html", context)


def _key(request) -> uuid.UUID:
    """The number under which the form was shown: two presses are one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _form(request, form, found):
    key = request.POST.get("key", "") if form.is_bound else ""
    context = {"form": form, "found": found, "key": key or uuid.uuid4()}
    status = 422 if form.is_bound else 200
    return render(request, "contests/commendation_form.html", context, status=status)


@get_or_post
def new(request):
    require(request.user, "commendation.create")
    form = CommendationForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            made = commendations.record(
                form.values(), key=_key(request), by=request.user, at=timezone.now()
            )
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã ghi. Xem lại rồi công bố."))
            return redirect(made)
    return _form(request, form, None)


@get_or_post
def edit(request, key):
    found = _load(request, key)
    require(request.user, "commendation.edit", found)
    posted = request.POST if request.method == "POST" else None
    form = CommendationForm(posted, user=request.user, found=found)
    if form.is_bound and form.is_valid():
        try:
            commendations.amend(found, form.values(), by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã sửa."))
            return redirect(found)
    return _form(request, form, found)


@require_POST
def step(request, key, step):
    """Publish, or take off."""
    found = _load(request, key)
    return take(request, COMMENDATIONS, found, step, done=str(DONE.get(step, "")))


@require_POST
def word(request, key, verb):
    """The commended person's own yes, or taking it back."""
    if verb not in VERBS:
        raise Http404(verb)
    found = _load(request, key)
    require(request.user, "commendation.agree", found)
    try:
        VERBS[verb](found, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect(found)
