"""A judge's home, the declaration before a round, and the files that a judge may read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import blind, conflicts, judging, panel, phases
from contests.forms.panel import DeclarationForm
from contests.models import Contest, Judge, Round, ScoreSheet
from core import files
from core.text import nfc
from core.words import Refused
from projects.views.desk import LONGEST_NOTE

MOST_BOXES = 5000


@never_cache
@login_required
@require_safe
def home(request):
    """What waits for this judge: invitations, declarations, sheets; contest by contest."""
    context = {
        "asked": judging.asked(request.user),
        "work": judging.work(request.user, timezone.now()),
    }
    return render(request, "contests/judging.html", context)


def _own(request, slug, code) -> tuple[Judge, Round]:
    """The judge that the reader is in this contest, and the round; 404 for all others."""
    rows = Judge.objects.filter(user=request.user.pk, status=Judge.Status.ACCEPTED)
    rows = rows.exclude(contest__status=Contest.Status.CANCELLED)
    rows = rows.select_related("contest__organiser", "user__unit").prefetch_related("boards")
    judge = get_object_or_404(rows, contest__slug=slug)
    return judge, get_object_or_404(Round, contest=judge.contest, code=code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request, slug, code):
    """Names of people, schools and units; a marked one closes its entries and tells not which."""
    judge, found = _own(request, slug, code)
    at = timezone.now()
    sealed = phases.is_sealed(judge.contest, at)
    rows = [] if sealed else conflicts.names(judge, found)
    declared = conflicts.has_declared(judge, found)
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    keys = set(request.POST.getlist("name")[:MOST_BOXES])
    if form.is_valid() and rows:
        try:
            conflicts.declare(
                judge, found, keys=keys, reason=form.cleaned_data["reason"], by=request.user, at=at
            )
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã ghi lời khai. Bài có người bạn đánh dấu đã được cất."))
            return redirect("contests:judging")
    closed = set(judge.conflicts.values_list("entry", flat=True)) if declared else set()
    context = {
        "judge": judge,
        "contest": judge.contest,
        "round": found,
        "groups": _groups(rows, keys, closed),
        "pledge": conflicts.pledge(),
        "declared": declared,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/declare.html", context, status=status)


def _groups(rows, keys, closed):
    """The three lists with their headings. Marked before: all of its entries are closed."""
    heads = [
        (conflicts.PEOPLE, _("Người dự thi")),
        (conflicts.SCHOOLS, _("Trường, nơi làm việc")),
        (conflicts.UNITS, _("Xã, phường")),
    ]
    return [
        (
            label,
            [
                {
                    "row": row,
                    "hints": sorted(row.hints),
                    "marked": row.key in keys,
                    "closed": row.entries <= closed,
                }
                for row in rows
                if row.kind == kind
            ],
        )
        for kind, label in heads
    ]


@login_required
@require_POST
def leave(request, slug):
    """The judge ends their work in a contest, with a sentence for the organiser."""
    rows = Judge.objects.select_related("contest__organiser", "invited_by")
    judge = get_object_or_404(
        rows, contest__slug=slug, user=request.user.pk, status=Judge.Status.ACCEPTED
    )
    note = nfc(request.POST.get("note", ""))[:LONGEST_NOTE]
    try:
        panel.leave(judge, note=note, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã ghi. Cảm ơn bạn đã chấm."))
    return redirect("contests:judging")


@never_cache
@require_safe
def file(request, pk, key):
    """A file of the entry of one's own sheet, under a name that tells nothing where it is blind."""
    rows = ScoreSheet.objects.select_related(
        "round__contest__organiser", "entry__owner", "entry__board", "judge"
    )
    sheet = get_object_or_404(rows, pk=pk)
    if blind.why_not_read(sheet, request.user, timezone.now()):
        raise Http404
    paper = next((p for p in blind.files(sheet.entry, sheet.round) if p.stored.key == key), None)
    if paper is None:
        raise Http404
    answer = FileResponse(paper.stored.file.open("rb"))
    paper.stored.name = paper.name  # in this answer only
    for name, value in files.headers(paper.stored, inline="xem" in request.GET).items():
        answer.headers[name] = value
    return answer


def file_url(sheet: ScoreSheet, paper: blind.Paper) -> str:
    return reverse("contests:sheet_file", args=[sheet.pk, paper.stored.key])
