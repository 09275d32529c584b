"""What everybody reads of contests: which are on, and the prizes that were won."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contests import phases, rules
from contests.models import Award, Contest
from core import web
from core.web import require


@require_safe
def contests(request):
    """The contests that are on, then the history of prizes."""
    now = timezone.now()
    shown = Contest.objects.visible_to(request.user).exclude(status=Contest.Status.CANCELLED)
    shown = shown.select_related("organiser").prefetch_related("rounds")
    found = list(shown.order_by("-closes_at", "-pk")[: web.PAGE])
    context = {"contests": [(contest, phases.stand(contest, now)) for contest in found]}
    awards = Award.objects.order_by("-year", "order", "pk")
    return web.render_list(request, "contests/contests.html", awards, **context)


@require_safe
def contest(request, slug):
    rows = Contest.objects.visible_to(request.user).select_related("organiser", "clause")
    found = get_object_or_404(rows, slug=slug)
    require(request.user, "contest.view", found)
    now = timezone.now()
    version = found.versions.order_by("-number").first()
    context = {
        "contest": found,
        "stand": phases.stand(found, now),
        "rules": version.rules if version else rules.read(found),
        "version": version,
    }
    return render(request, "contests/contest.html", context)
