"""Contests: for now the prizes that were won, and that none is open."""

from django.views.decorators.http import require_safe

from contests.models import Award
from core import web


@require_safe
def contests(request):
    awards = Award.objects.order_by("-year", "order", "pk")
    return web.render_list(request, "contests/contests.html", awards)
