"""The programme in its own words, the activities that carry it out, the terms of its data."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core import web
from core.codes import Code
from programme import forms, queries
from programme.models import Activity, Clause


@require_safe
def clauses(request):
    return render(
        request,
        "programme/clauses.html",
        {"preface": queries.preface(), "sections": queries.tree()},
    )


@require_safe
def clause(request, code):
    found = get_object_or_404(Clause, code=code)
    path = [(queries.heading(c), c.get_absolute_url()) for c in queries.above(found)]
    children = [(c, queries.heading(c)) for c in found.children.order_by("order", "pk")]
    return render(
        request,
        "programme/clause.html",
        {
            "clause": found,
            "heading": queries.heading(found),
            "path": path,
            "children": children,
            "followed": queries.followed(found),
            "footnote": queries.preface().footnotes.get(found.code, ""),
            "abbreviations": [
                (short, long)
                for short, long in queries.preface().abbreviations.items()
                if short in f"{found.title} {found.text}"
            ],
        },
    )


@require_safe
def activities(request):
    visible = Activity.objects.visible_to(request.user)
    form = forms.ActivityFilter(request.GET)
    rows = form.narrowed(visible)
    return web.render_list(
        request,
        "programme/activities.html",
        rows.order_by("-happened_on", "-pk"),
        form=form,
        kinds=Activity.Kind.choices,
        kind=form.chosen("loai") or "",
        years=queries.years(visible),
        year=form.chosen("nam"),
        is_narrowed=any(form.chosen(name) for name in form.fields),
        sees_all=request.user.can("activity.record"),
    )


@require_safe
def activity(request, code):
    named = Code.parse(code)
    if named is None or named.prefix != "HD":
        raise Http404(code)
    visible = Activity.objects.visible_to(request.user).select_related("evidence")
    found = get_object_or_404(visible, year=named.year, number=named.number)
    if found.code != code:
        return redirect(found, permanent=True)
    audience = ("women", "pupils", "members", "businesses", "officials", "vulnerable")
    numbers = [(Activity._meta.get_field(n).verbose_name, getattr(found, n)) for n in audience]
    may_open = found.evidence is not None and request.user.can("activity.view_files", found)
    return render(
        request,
        "programme/activity.html",
        {"activity": found, "numbers": numbers, "may_open": may_open},
    )


@require_safe
def privacy(request):
    """What is kept of people, why, how long, and how they ask about it."""
    return render(request, "privacy.html")
