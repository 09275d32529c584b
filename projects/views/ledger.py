"""The officials' support ledger: its sums, and behind every sum the lines it counted."""

from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import web
from core.formats_vn import date_vn
from core.models import Configuration
from core.periods import Quarter
from core.web import require
from programme.models import Clause, Phase
from projects import ledger as book
from projects import lists_market
from projects.forms.ledger import LedgerFilter
from projects.models import Support

QUARTERS = 6  # as links; any other is an address one can write
LINES = "dong"  # where the list begins


def filter_of(request, now):
    """The filter of the ledger as the address has it; its page and its file read the same."""
    return LedgerFilter(
        request.GET,
        clauses=list(Clause.objects.filter(code__startswith="III").order_by("order")),
        phases=list(Phase.objects.order_by("is_whole", "start")),
        now=now,
    )


@require_safe
def ledger(request):
    """``/so-ho-tro/``: totals by source, kind, clause and period, and the lines they are of."""
    require(request.user, "ledger.view")
    now = timezone.now()
    form = filter_of(request, now)
    rows = book.lines(form.as_of, **form.narrowed())
    sums = book.totals(rows)
    at = _Address(request.path, form.named())
    listed = lists_market.supports(request.user, form.asked(), timezone.localdate(now))
    return web.render_list(
        request,
        "projects/ledger.html",
        listed,
        form=form,
        all=sums.all,
        sources=[
            {"label": label, "total": sums.of(source=source), "url": at(nguon=source)}
            for source, label in Support.Source.choices
        ],
        kinds=[_kind_row(sums, kind, at) for kind in sums.kinds()],
        clauses=[_clause_row(sums, code, form.clauses, at) for code in sums.clauses()],
        every=at(),
        facets=_facets(form, list(form.phases.values()), timezone.localdate(now), at),
        groups=book.groups(now),
        as_of=form.as_of,
        narrowed=bool(form.named()),
    )


class _Address:
    """This page with some of its filter changed; a number's address ends at the list."""

    def __init__(self, path, named):
        self.path, self.named = path, named

    def __call__(self, *, to=LINES, **changes):
        told = {name: value for name, value in (self.named | changes).items() if value}
        query = f"?{urlencode(told)}" if told else ""
        return f"{self.path}{query}{f'#{to}' if to else ''}"


def _kind_row(sums, kind, at):
    return {
        "label": Support.Kind(kind).label,
        "total": sums.of(kind=kind),
        "url": at(loai=kind),
        "cells": [
            {
                "label": label,
                "total": sums.of(kind=kind, source=source),
                "url": at(loai=kind, nguon=source),
            }
            for source, label in Support.Source.choices
        ],
    }


def _clause_row(sums, code, clauses, at):
    label = _("Chưa gắn với điểm nào") if code == book.NO_CLAUSE else code
    if code in clauses:
        label = f"{code} {clauses[code].title}"
    return {"label": label, "total": sums.of(clause=code), "url": at(diem=code)}


def _facets(form, phases, today, at):
    """The filters as links: [(label, [(words, address, whether chosen)])]."""
    named = form.named()

    def facet(label, name, choices, every):
        chosen = named.get(name, "")
        links = [(every, at(to="", **{name: ""}), not chosen)]
        links += [(words, at(to="", **{name: value}), value == chosen) for value, words in choices]
        return label, links

    due = Configuration.objects.on(today).report_due_day
    recent = [Quarter.of(today)]
    while len(recent) < QUARTERS:
        recent.append(recent[-1].previous)
    if form.quarter and form.quarter not in recent:
        recent.append(form.quarter)
    known = [quarter.due_on(due) for quarter in recent if quarter.due_on(due) < today][:4]
    if form.day and form.day not in known:
        known.append(form.day)
    return [
        facet(_("Nguồn"), "nguon", Support.Source.choices, _("Mọi nguồn")),
        facet(_("Loại"), "loai", Support.Kind.choices, _("Mọi loại")),
        facet(
            _("Nhóm nhiệm vụ"),
            "diem",
            [(c.code, c.code) for c in form.clauses.values() if c.kind == Clause.Kind.GROUP]
            + _asked_clause(form),
            _("Cả chương trình"),
        ),
        facet(_("Giai đoạn"), "giai_doan", [(p.code, str(p)) for p in phases], _("Mọi lúc")),
        facet(_("Quý"), "quy", [(q.code, _quarter(q)) for q in recent], _("Mọi quý")),
        facet(
            _("Số liệu tính đến"),
            "tinh_den",
            [(d.isoformat(), date_vn(d)) for d in known],
            _("Hôm nay"),
        ),
    ]


def _asked_clause(form):
    """A clause that is no group is among the links while it is asked for."""
    if not form.under or (form.clause and form.clause.kind == Clause.Kind.GROUP):
        return []
    words = _("Chưa gắn với điểm nào") if form.under == book.NO_CLAUSE else form.under
    return [(form.under, words)]


def _quarter(quarter):
    return f"{quarter.roman}/{quarter.year}"
