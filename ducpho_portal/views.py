"""Pages that speak of several apps: home and search."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contests.models import Award
from contests.views.public import open_contests
from core import web
from core.search import LONGEST, SHORTEST, asked, is_enough
from ducpho_portal import search as finder
from ducpho_portal.office import home_work, waiting_facts
from programme.models import Activity, Phase, Target
from projects.views.calls import open_calls
from reports.indicators import TABLE, measure_phase
from reports.views.progress import target_card

__all__ = ["home", "home_work", "search", "waiting_facts"]

TOLD_ON_HOME = 4  # activities
STORY_OF = 2021  # the year whose prizes the front page tells of


@require_safe
def home(request):
    """The front page. What needs the database is asked for by the template, and kept a while."""
    now = timezone.now()
    context = {
        "today": timezone.localdate(),
        "calls": lambda: open_calls(now),
        "contests": lambda: open_contests(now),
        "cards": lambda: _cards(now),
        "activities": _activities,
        "awards": _awards,
    }
    return render(request, "home.html", context)


def _cards(now):
    """The bands of the running phase and of the whole programme."""
    today = timezone.localtime(now).date()
    running = Phase.objects.filter(start__lte=today, last__gte=today)
    targets = Target.objects.filter(phase__in=running, indicator__code__in=TABLE)
    targets = targets.select_related("indicator", "phase").order_by(
        "phase__is_whole", "phase__start", "indicator__order", "pk"
    )
    return [target_card(measure_phase(t.indicator, t.phase, t, now), today) for t in targets]


def _activities():
    verified = Activity.objects.filter(status=Activity.Status.VERIFIED)
    return list(verified.order_by("-happened_on", "-pk")[:TOLD_ON_HOME])


def _awards():
    return list(Award.objects.filter(year=STORY_OF, is_sample=False).order_by("order", "pk"))


@require_safe
def search(request):
    """What the reader may see: each group's first hits, or with ``?nhom=`` one whole group."""
    text = asked(request.GET.get("q", ""))
    group = finder.group_named(request.GET.get("nhom", ""))
    context = {
        "text": text,
        "longest": LONGEST,
        "shortest": SHORTEST,
        "is_enough": is_enough(text),
        "group": group,
    }
    today = timezone.localdate()
    if not context["is_enough"]:
        return render(request, "search.html", context)
    if group is None:
        context["found"] = finder.everywhere(request.user, text, today)
        return render(request, "search.html", context)
    page = web.page_of(group.rows(request.user, text, today), request)
    return render(
        request, "search.html", context | {"page": page, "hits": [group.hit(row) for row in page]}
    )
