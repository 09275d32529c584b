"""What everybody may look through: projects and enterprises."""

from django.utils import timezone
from django.views.decorators.http import require_safe

from core import web
from projects import lists
from projects.forms.public import VentureFilter
from projects.models import Venture


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
