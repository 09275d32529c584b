"""What everybody reads of contests: which are on, one with its rules, and the prizes won."""

from itertools import zip_longest

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contests import in_words, phases, rules
from contests.models import Award, Contest
from contests.phases import Phase
from core import web
from core.models import Event
from core.periods import LOCAL
from core.web import require

MOST_SHOWN = 50  # of contests that are on, and of those that are over
MOST_VERSIONS = 50
C = Contest.Status
PLACES = {Phase.OPEN: "open", Phase.COMING: "coming", Phase.RESULTS: "results"}


@require_safe
def contests(request):
    """Open ones first, then those to come, judged, decided and over; then the prizes won."""
    now = timezone.now()
    shown = Contest.objects.visible_to(request.user)
    shown = shown.select_related("organiser").prefetch_related("rounds")
    groups: dict[str, list] = {name: [] for name in ("open", "coming", "judged", "results")}
    on = shown.filter(status=C.ANNOUNCED).order_by("closes_at", "pk")
    for contest in on[:MOST_SHOWN]:
        found = phases.stand(contest, now)
        groups[PLACES.get(found.phase, "judged")].append((contest, found))
    may_create = request.user.can("contest.create")
    rest = {"past": C.CLOSED, "drafts": C.DRAFT} if may_create else {"past": C.CLOSED}
    for name, status in rest.items():
        rows = shown.filter(status=status).order_by("-closes_at", "-pk")[:MOST_SHOWN]
        groups[name] = [(contest, phases.stand(contest, now)) for contest in rows]
    awards = Award.objects.order_by("-year", "order", "pk")
    return web.render_list(
        request, "contests/contests.html", awards, **groups, may_create=may_create,
        is_quiet=not any(groups.values()),
    )  # fmt: skip


def open_contests(now) -> list[Contest]:
    """A few contests that take entries now, the first to close first."""
    return list(Contest.objects.open_at(now).order_by("closes_at", "pk")[:3])


def _load(request, slug) -> Contest:
    rows = Contest.objects.visible_to(request.user).select_related("organiser", "clause")
    found = get_object_or_404(rows, slug=slug)
    require(request.user, "contest.view", found)
    return found


@require_safe
def contest(request, slug):
    """What it is, who may enter, where it stands, and a button while entries are taken."""
    found = _load(request, slug)
    now = timezone.now()
    version = found.versions.order_by("-number").first()
    context = {
        "contest": found,
        "stand": phases.stand(found, now),
        "stages": phases.stages(found, now),
        "no_entry": phases.no_entry(found, now),
        "rules": in_words.sheet(version.rules if version else rules.read(found)),
        "version": version,
        "why_cancelled": _why_cancelled(found),
        "may_run": request.user.can("contest.view_panel", found),
    }
    return render(request, "contests/contest.html", context)


def _why_cancelled(contest: Contest) -> str:
    if contest.status != C.CANCELLED:
        return ""
    events = Event.objects.about(contest).filter(kind="contest.cancel")
    event = events.order_by("-at", "-pk").first()
    return event.note if event else ""


@require_safe
def rules_page(request, slug):
    """The whole rules as they hold, or as an earlier version had them, and what each changed."""
    found = _load(request, slug)
    versions = list(found.versions.order_by("-number")[:MOST_VERSIONS])
    asked = request.GET.get("ban", "")
    version = next((v for v in versions if str(v.number) == asked), None) if asked else None
    if asked and version is None:
        raise Http404(asked)
    latest = versions[0] if versions else None
    text = version or latest
    context = {
        "contest": found,
        "rules": in_words.sheet(text.rules if text else rules.read(found)),
        "version": text,
        "latest": latest,
        "versions": [
            (row, rules.differences(before.rules, row.rules) if before else [])
            for row, before in zip_longest(versions, versions[1:])
        ],
        "may_edit": request.user.can("contest.edit" if found.is_draft else "contest.amend", found),
    }
    return render(request, "contests/rules.html", context)


@require_safe
def state(request, slug):
    """Where it stands, for programs; the same answer as the page's."""
    found = _load(request, slug)
    now = timezone.now()
    stand = phases.stand(found, now)
    no_entry = phases.no_entry(found, now)
    told = {
        "contest": found.slug,
        "title": found.title,
        "is_sample": found.is_sample,
        "at": now.astimezone(LOCAL).isoformat(timespec="seconds"),
        "phase": str(stand.phase.value),
        "phase_in_words": str(stand.phase.label),
        "round": stand.round.code if stand.round else None,
        "opens_at": _iso(found.opens_at),
        "closes_at": _iso(found.closes_at),
        "takes_entries": not no_entry,
        "why_not": no_entry,
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _iso(at):
    return at.astimezone(LOCAL).isoformat(timespec="seconds") if at else None
