"""Who can help: clubs and other organisations."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core import web
from support_orgs import queries
from support_orgs.forms import OrganisationSearch
from support_orgs.models import Organisation

Kind = Organisation.Kind


@require_safe
def directory(request):
    numbers = queries.counted(Organisation.objects.visible_to(request.user))
    return render(
        request,
        "support_orgs/directory.html",
        {"clubs": numbers.get(Kind.CLUB, 0), "others": numbers.get(Kind.ORGANISATION, 0)},
    )


@require_safe
def clubs(request):
    return _list(request, Kind.CLUB)


@require_safe
def organisations(request):
    return _list(request, Kind.ORGANISATION)


def _list(request, kind):
    form = OrganisationSearch(request.GET)
    visible = Organisation.objects.visible_to(request.user).filter(kind=kind)
    rows = queries.search(visible, form.text).order_by("name", "pk")
    return web.render_list(
        request,
        "support_orgs/list.html",
        rows,
        form=form,
        is_narrowed=bool(form.text),
        is_clubs=kind == Kind.CLUB,
    )


@require_safe
def organisation(request, code):
    found = get_object_or_404(Organisation.objects.visible_to(request.user), code=code)
    return render(
        request,
        "support_orgs/organisation.html",
        {"organisation": found, "founding": queries.founding(found)},
    )
