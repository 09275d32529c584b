"""What everybody may look through: projects and enterprises."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import web
from projects import lists
from projects.forms.public import VentureFilter
from projects.models import Venture
from projects.wards import wards


@require_safe
def projects(request):
    return _list(request, Venture.Level.PROJECT)


@require_safe
def enterprises(request):
    return _list(request, Venture.Level.ENTERPRISE)


def _list(request, level):
    """The ventures of one level that the reader may see, the newest first."""
    today = timezone.localdate()
    form = VentureFilter(request.GET, today=today, is_enterprises=level == Venture.Level.ENTERPRISE)
    return web.render_list(
        request,
        "projects/list.html",
        lists.ventures(request.user, form.cleaned_data, today, level),
        form=form,
        is_enterprises=level == Venture.Level.ENTERPRISE,
        sees_all=request.user.can("venture.list_queue"),
    )


@require_safe
def ward_map(request):
    """Projects and enterprises by ward as tiles and as a table; ``?don-vi=cu``: former units."""
    today, former = timezone.localdate(), request.GET.get("don-vi") == "cu"
    context = {
        "wards": wards(request.user, today, former=former),
        "former": former,
        "sees_all": request.user.can("venture.list_queue"),
    }
    return render(request, "projects/wards.html", context)
