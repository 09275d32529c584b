"""What ventures ask for: the officials' list, and one request with its answer."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import web
from core.web import require
from projects import lists_market
from projects.models import HelpRequest, Support, Venture
from projects.views.desk import story, take
from projects.workflow import HELP_REQUESTS

S = HelpRequest.Status
CHIPS = {S.OPEN: "wait", S.TAKEN: "do", S.DONE: "ok", S.DECLINED: "none", S.WITHDRAWN: "none"}


def _visible(user, today):
    return HelpRequest.objects.filter(venture__in=Venture.objects.visible_to(user, today))


def asked_for(query):
    """The filter as it was understood."""
    chosen, kind = query.get("loc", ""), query.get("loai", "")
    return {
        "loc": chosen if chosen in lists_market.REQUESTS else "",
        "loai": kind if kind in Support.Kind.values else "",
    }


@require_safe
def help_requests(request):
    """Requests by how far they are and by what is asked for, the oldest first."""
    require(request.user, "helprequest.list")
    asked = asked_for(request.GET)
    kind = asked["loai"]
    page = web.page_of(
        lists_market.help_requests(request.user, asked, timezone.localdate()), request
    )
    context = {
        "page": page,
        "rows": [{"request": row, "chip": CHIPS[row.status]} for row in page],
        "filters": [
            (code, label, code == asked["loc"])
            for code, (label, _s) in lists_market.REQUESTS.items()
        ],
        "kinds": [("", _("Mọi loại"), not kind)]
        + [(code, label, code == kind) for code, label in Support.Kind.choices],
    }
    return render(request, "projects/help_requests.html", context)


def _load(request, pk):
    rows = _visible(request.user, timezone.localdate())
    found = rows.select_related("venture__owner", "taken_by", "check_in").filter(pk=pk).first()
    if found is None or request.user.why_not("helprequest.view", found):
        raise Http404
    return found


@require_safe
def help_request(request, pk):
    found = _load(request, pk)
    context = {
        "request_": found,
        "venture": found.venture,
        "chip": CHIPS[found.status],
        "events": story(HELP_REQUESTS, found),
        "is_own": found.owner_id == request.user.pk,
        "steps": web.buttons(
            HELP_REQUESTS,
            found,
            request.user,
            lambda name: reverse("projects:help_request_step", args=[found.pk, name]),
        ),
    }
    return render(request, "projects/help_request.html", context)


@require_POST
def help_request_step(request, pk, step):
    return take(request, HELP_REQUESTS, _load(request, pk), step, done=_("Đã ghi."))
