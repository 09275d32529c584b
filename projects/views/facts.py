"""The facts of a venture, one set of pages for all kinds: recorded by one person, verified by
another. What differs between the kinds stands in ``projects/views/fact_kinds.py``."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.fields import Owner
from core.web import require
from core.words import Refused
from projects import recording
from projects.forms.office import sending_key
from projects.models import Venture
from projects.views.desk import story, take
from projects.views.fact_kinds import PAGES, Page
from projects.views.office import load


# -- Recording ----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, code, kind):
    """Write a fact of a venture down."""
    return _new(request, PAGES[kind], load(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def new_closing(request, pk):
    """Write down that the enterprise of a formation has ended."""
    return _new(request, PAGES["closing"], _load(request, pk, PAGES["formation"]))


def _new(request, page: Page, about):
    """``about``: what the fact is written down about, a venture or one of its facts."""
    require(request.user, f"{page.name}.record", about)
    venture = _venture(about)
    if venture.level == Venture.Level.IDEA:
        messages.error(request, _("Ghi được sau khi ý tưởng đã thành dự án."))
        return redirect(venture)
    now = timezone.now()
    if request.method != "POST":
        return _form(request, page, _bound(request, page, venture, now), about)
    key = sending_key(request.POST, request.FILES)
    if earlier := recording.recorded(page.model, key, by=request.user, at=now):
        return redirect(earlier)
    form = _bound(request, page, venture, now)
    if not form.is_valid():
        return _form(request, page, form, about)
    fact = page.model(**{page.about: about}, **form.values())
    try:
        fact = page.record(fact, by=request.user, at=now, key=key)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, about)
    messages.success(request, _("Đã ghi. Việc này chờ một cán bộ khác xác nhận."))
    return redirect(fact)


def _venture(about) -> Venture:
    return about if isinstance(about, Venture) else about.venture


def _bound(request, page: Page, venture, now, fact=None):
    told: dict[str, Any] = {
        "owner": Owner(at=now, user=request.user),
        "today": timezone.localdate(now),
        "fact": fact,
    }
    told |= page.told(venture, told["today"])
    if request.method == "POST":
        return page.form(request.POST, request.FILES, **told)
    return page.form(**told)


def _form(request, page: Page, form, about, fact=None):
    context = {
        "page": page,
        "form": form,
        "venture": _venture(about),
        "fact": fact,
        "title": page.edit_title if fact else page.title,
        "back": fact or about,
        "sending": get_random_string(22),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/facts_form.html", context, status=status)


# -- One fact -----------------------------------------------------------------
def _load(request, pk, page: Page):
    """The fact, for those who may see all of its venture; for others it is not there."""
    fact = (
        page.model.objects.filter(page.seen(request.user), pk=pk)
        .select_related(
            f"{page.venture}__owner",
            "recorded_by",
            "verified_by",
            "retracted_by",
            "evidence",
            *page.related,
        )
        .first()
    )
    if fact is None or request.user.why_not(f"{page.name}.view_files", fact):
        raise Http404
    return fact


@require_safe
def show(request, pk, kind):
    """One fact with what proves it, and what can be done with it."""
    page = PAGES[kind]
    fact = _load(request, pk, page)
    # The desk's talk is not the founder's, but who wrote a fact down is told what to mend.
    me = request.user.pk
    own = fact.venture.people_ids | getattr(fact, "co_owner_ids", set())
    told = fact.recorded_by_id == me or me not in own
    context = {
        "page": page,
        "fact": fact,
        "venture": fact.venture,
        "events": story(page.workflow, fact) if told else [],
        "may_edit": request.user.can(f"{page.name}.edit", fact),
        "edit_url": reverse(f"projects:{page.name}_edit", args=[fact.pk]),
        "blocked": _blocked(page, fact, request.user),
        "steps": web.buttons(
            page.workflow,
            fact,
            request.user,
            lambda name: reverse(f"projects:{page.name}_step", args=[fact.pk, name]),
        ),
    }
    context |= page.more(fact, request.user, timezone.localdate())
    return render(request, f"projects/{page.name}.html", context)


def _blocked(page: Page, fact, user) -> str:
    """Why nobody, or not this official, verifies a waiting fact."""
    if fact.status != fact.Status.RECORDED or not user.can("fact.list_waiting"):
        return ""
    return page.workflow.why_not(fact, "verify", user)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk, kind):
    """Mend what nobody has verified yet."""
    page = PAGES[kind]
    fact = _load(request, pk, page)
    require(request.user, f"{page.name}.edit", fact)
    now = timezone.now()
    form = _bound(request, page, fact.venture, now, fact)
    if request.method != "POST" or not form.is_valid():
        return _form(request, page, form, fact.venture, fact)
    try:
        page.amend(fact, form.values(), by=request.user, at=now)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, fact.venture, fact)
    messages.success(request, _("Đã sửa."))
    return redirect(fact)


@require_POST
def step(request, pk, step, kind):
    """Verify, return, send again or retract."""
    page = PAGES[kind]
    return take(request, page.workflow, _load(request, pk, page), step, done=page.done(step))
