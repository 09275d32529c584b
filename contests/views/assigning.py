"""The organiser's page of who judges what in a round."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from contests import assigning, assignment, tasks
from contests.models import Declaration, Judge, Round, ScoreSheet
from contests.views.desk import load
from core import tasks as core_tasks
from core import web
from core.web import require
from core.words import Refused

H = ScoreSheet.Status


def load_round(request, slug, code) -> Round:
    found = load(request, slug)
    rows = Round.objects.select_related("contest__organiser")
    return get_object_or_404(rows, contest=found, code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, slug, code):
    """Judges with their numbers, entries short of judges, and the button that shares out."""
    found = load_round(request, slug, code)
    require(request.user, "contest.view_panel", found)
    if request.method == "POST":
        require(request.user, "round.assign", found)
        return _share(request, found)
    now = assigning.desk(found)
    lacks = assigning.lacks(now)
    only_short = request.GET.get("xem") == "thieu"
    closed = now.closed_to(request.user.pk)
    shown = [
        e for pk, e in now.entries.items() if pk not in closed and (pk in lacks or not only_short)
    ]
    page = web.page_of(shown, request, count=len(shown))
    page.object_list = assigning.lines(now, list(page.object_list), lacks)
    context = {
        "contest": found.contest,
        "round": found,
        "rounds": found.contest.round_list,
        "judges": _judges(now),
        "page": page,
        "total": len(now.entries),
        "lacks": sum(lacks.values()),
        "short": len(lacks),
        "only_short": only_short,
        "lacking": assigning.lacking(now, assignment.Plan(now.pairs, lacks)) if lacks else [],
        "assigned": now.seed is not None,
        "seed": now.seed,
        "may": request.user.can("round.assign", found) and found.status in assigning.OPEN,
    }
    return render(request, "contests/assign.html", context)


def _judges(now: assigning.Desk) -> list[dict]:
    """The accepted judges with how much they have, have done, and whether they declared."""
    declared = set(Declaration.objects.filter(round=now.round).values_list("judge", flat=True))
    done = assigning.done_by_judge(now.round)
    judges = sorted(now.judges.values(), key=lambda j: (j.is_shadow, j.name, j.pk))
    return [
        {
            "judge": judge,
            "load": now.load[judge.pk],
            "done": done.get(judge.pk, 0),
            "declared": judge.pk in declared,
        }
        for judge in judges
    ]


def _share(request, found: Round):
    seats = len(assigning.desk(found).entries) * found.judges_per_entry
    if seats > assigning.AT_ONCE:
        params = {"round": found.pk, "seed": assigning.new_seed()}
        key = f"{tasks.ASSIGN}-{found.pk}"
        return redirect(core_tasks.start(tasks.ASSIGN, key=key, by=request.user, params=params))
    try:
        done = assigning.assign(found, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        _tell(request, done)
    return redirect("contests:assign", found.contest.slug, found.code)


def _tell(request, done: assigning.Outcome) -> None:
    if not done.added and not done.removed:
        messages.info(request, _("Không có gì phải đổi."))
    else:
        words = ngettext("Đã giao %(n)d phiếu.", "Đã giao %(n)d phiếu.", done.added)
        messages.success(request, words % {"n": done.added})
    for sentence in done.lacking:
        messages.warning(request, sentence)


@require_POST
def move(request, slug, code):
    """Give one untouched sheet to another judge."""
    found = load_round(request, slug, code)
    require(request.user, "contest.view_panel", found)
    require(request.user, "round.assign", found)
    numbers = [request.POST.get(name, "") for name in ("entry", "one", "other")]
    if not all(n.isascii() and n.isdigit() and len(n) < 12 for n in numbers):
        messages.error(request, _("Chọn bài, người đang giữ và người nhận."))
        return redirect("contests:assign", slug, code)
    entry, one, other = map(int, numbers)
    try:
        assigning.move(found, entry=entry, one=one, other=other, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        to = Judge.objects.get(pk=other)
        messages.success(request, _("Đã giao bài cho %(name)s.") % {"name": to.name})
    return redirect("contests:assign", slug, code)
