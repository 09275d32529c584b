"""The papers of a round: each as a Word file, all in one zip by a job."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contests import phases, result_papers, score_papers, tasks
from contests.models import Round
from contests.paper_data import Read, is_frozen, masked_for
from contests.views.desk import load
from core import web
from core.documents import Document, to_docx
from core.files.kinds import TYPES, WORD
from core.tasks import start
from core.web import require


def load_round(request, slug, code) -> Round:
    """The round of a contest that the reader may know of."""
    rows = Round.objects.filter(contest=load(request, slug))
    rows = rows.select_related("contest__organiser", "asked_by", "locked_by")
    return get_object_or_404(rows, code=code)


def _opened(request, slug, code) -> Round:
    found = load_round(request, slug, code)
    require(request.user, "contest.view_papers", found.contest)
    return found


def _locked(request, slug, code) -> Round:
    """The round, once its result is locked: before, its papers are nobody's."""
    found = _opened(request, slug, code)
    if not is_frozen(found):
        raise PermissionDenied(_("Khóa điểm rồi mới in được văn bản."))
    return found


@require_safe
def papers(request, slug, code):
    """What can be printed of the round now, and the letters page by page."""
    found = _opened(request, slug, code)
    frozen = is_frozen(found)
    may_send = frozen and request.user.can("contest.send_papers", found.contest)
    letters = found.standings.select_related("entry__board", "prize")
    letters = letters.exclude(entry__in=masked_for(found, request.user))
    context = {
        "contest": found.contest,
        "round": found,
        "frozen": frozen,
        "papers": result_papers.offered(found) if frozen else [],
        "judges": Read(found, timezone.now()).judges,
        "may_send": may_send,
        "page": web.page_of(
            (letters if may_send else letters.none()).order_by("entry__number", "pk"), request
        ),
    }
    return render(request, "contests/papers.html", context)


def word(document: Document, name: str, at) -> HttpResponse:
    answer = HttpResponse(to_docx(document, made_at=at), content_type=TYPES[WORD])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def paper(request, slug, code, key):
    """One of the papers of a locked round."""
    found = _locked(request, slug, code)
    wanted = next((p for p in result_papers.offered(found) if p.key == key), None)
    if wanted is None:
        raise Http404(key)
    now = timezone.now()
    with translation.override("vi"):
        document = wanted.make(Read(found, now, masked_for(found, request.user)))
    return word(document, f"{wanted.key}-{found.contest.slug}-{found.code}", now)


@require_safe
def sheet(request, slug, code, pk):
    """A judge's score sheets: filled once the round is locked, blank before."""
    found = _opened(request, slug, code)
    now = timezone.now()
    if phases.is_sealed(found.contest, now):
        raise PermissionDenied(_("Bài còn niêm phong. Mở niêm phong rồi mới in phiếu."))
    read = Read(found, now, masked_for(found, request.user))
    judge = next((j for j in read.judges if j.pk == pk), None)
    if judge is None:
        raise Http404(pk)
    with translation.override("vi"):
        if is_frozen(found):
            return word(score_papers.filled(read, judge), f"phieu-cham-{found.code}-{pk}", now)
        return word(score_papers.blank(read, judge), f"phieu-trong-{found.code}-{pk}", now)


@require_safe
def letter(request, slug, code, pk):
    """The letter to one entrant, for who sends it."""
    found = _locked(request, slug, code)
    require(request.user, "contest.send_papers", found.contest)
    now = timezone.now()
    masked = masked_for(found, request.user)
    rows = found.standings.select_related("entry__board", "entry__owner", "prize")
    standing = get_object_or_404(rows.exclude(entry__in=masked), pk=pk)
    with translation.override("vi"):
        document = result_papers.letter(Read(found, now), standing)
    return word(document, f"thu-{standing.entry.code}-{found.code}", now)


@require_POST
def package(request, slug, code):
    """All of them in one zip, made by a job; two presses are one job."""
    found = _locked(request, slug, code)
    key = f"{tasks.PAPERS}:{request.user.pk}:{found.pk}"
    return redirect(start(tasks.PAPERS, key=key, by=request.user, params={"round": found.pk}))
