"""A judge's round and score sheets: one entry a screen, saved at each touch."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import blind, phases, scoring
from contests.forms.scoring import choices, read
from contests.models import Contest, Declaration, Judge, Round, ScoreSheet
from contests.workflow import SHEETS
from core.formats_vn import number
from core.text import nfc
from core.web import buttons, page_of, require
from core.words import Refused
from projects.views.desk import LONGEST_NOTE, may

H = ScoreSheet.Status
START = datetime(1970, 1, 1, tzinfo=UTC)
STEPS = ("take_back", "unable", "able", "hand_in")
LEFT = (H.TO_DO, H.STARTED)
SHOWN = {
    "con-lai": (gettext_lazy("Còn lại"), LEFT),
    "da-nop": (gettext_lazy("Đã nộp"), (H.DONE,)),
    "khong-cham": (gettext_lazy("Không chấm"), (H.UNABLE, H.RECUSED)),
}
ORDER = ("entry__board__order", "entry__year", "entry__number", "pk")
DONE = {
    "take_back": gettext_lazy("Bạn đang sửa phiếu. Nhớ nộp lại."),
    "unable": gettext_lazy("Đã ghi là không chấm được. Phiếu này không tính là 0 điểm."),
    "able": gettext_lazy("Bạn chấm tiếp phiếu này được rồi."),
    "hand_in": gettext_lazy("Đã nộp phiếu."),
}


def known_round(request, slug, code) -> Round:
    """The round of a contest that the reader may know of."""
    rows = Round.objects.select_related("contest", "contest__organiser")
    seen = Contest.objects.visible_to(request.user)
    return get_object_or_404(rows, contest__slug=slug, code=code, contest__in=seen)


def _declaration(slug: str, code: str) -> str:
    """Where conflicts are declared, before anything is seen."""
    return f"/cham-thi/{slug}/{code}/khai/"


@never_cache
@require_safe
def sheets(request, slug, code):
    """The judge's entries of a round: left to do, handed in, not judged."""
    found = known_round(request, slug, code)
    mine = Judge.objects.filter(
        contest=found.contest_id, user=request.user.pk, status=Judge.Status.ACCEPTED
    )
    told = Declaration.objects.filter(judge=OuterRef("pk"), round=found)
    judge = mine.annotate(has_declared=Exists(told)).first()
    if judge is None:
        require(request.user, "scoresheet.list", found)
        raise Http404
    if not judge.has_declared:
        return redirect(_declaration(slug, code))
    rows = ScoreSheet.objects.filter(round=found, judge=judge)
    counts = rows.aggregate(
        **{key: Count("pk", filter=Q(status__in=held)) for key, (_label, held) in SHOWN.items()}
    )
    shown = request.GET.get("xem")
    if shown not in SHOWN:
        shown = "con-lai" if counts["con-lai"] or not counts["da-nop"] else "da-nop"
    rows = rows.filter(status__in=SHOWN[shown][1]).order_by(*ORDER)
    rows = rows.select_related("entry__board", "entry__owner").prefetch_related("entry__members")
    page = page_of(rows, request, count=counts[shown])
    context = {
        "page": page,
        "rows": [(one, blind.title(one.entry, found)) for one in page],
        "round": found,
        "judge": judge,
        "tabs": [(key, label, counts[key]) for key, (label, _held) in SHOWN.items()],
        "shown": shown,
        "count": sum(counts.values()),
        "done": counts["da-nop"],
        "reason": phases.no_score(found, timezone.now()),
    }
    return render(request, "contests/sheets.html", context)


def _load(request, pk) -> ScoreSheet:
    """A sheet that the reader may know of; 403 for a judge who must not see its scores."""
    rows = ScoreSheet.objects.select_related(
        "round__contest__organiser", "entry__board", "entry__owner", "judge"
    )
    sheet = get_object_or_404(rows, pk=pk)
    if not request.user.can("scoresheet.view", sheet):
        raise Http404
    if request.user.pk in sheet.recused_ids or sheet.status == H.RECUSED:
        raise PermissionDenied(_("Bạn không xem điểm của bài này vì có liên quan."))
    return sheet


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request, pk):
    """One entry with its criteria; a POST saves all that was filled in, and hands it in."""
    found = _load(request, pk)
    own = found.judge.user_id == request.user.pk
    if own and _undeclared(found):
        return redirect(_declaration(*_names(found)))
    if request.method != "POST":
        return _page(request, found)
    if not own:
        require(request.user, "scoresheet.score", found)
    told, errors = read(request.POST, found.round.criterion_list)
    if errors:
        return _page(request, found, errors=errors, status=422)
    try:
        return _save_all(request, found, told)
    except scoring.Wrong as reason:
        return _page(request, found, errors={"": str(reason)}, status=422)
    except Refused as reason:
        found.refresh_from_db()
        return _page(request, found, errors={"": str(reason)}, status=409)


def _save_all(request, found, told):
    """Save, or save and hand in and go on to the next."""
    now = timezone.now()
    scoring.save(found, told, by=request.user, at=now)
    if request.POST.get("then") != "hand_in":
        messages.success(request, _("Đã lưu."))
        return redirect(found)
    scoring.step(found, "hand_in", by=request.user, at=now)
    messages.success(request, str(DONE["hand_in"]))
    return redirect(_next_to_do(found) or reverse("contests:sheets", args=_names(found)))


def _undeclared(found: ScoreSheet) -> bool:
    return not Declaration.objects.filter(judge=found.judge_id, round=found.round_id).exists()


def _names(found: ScoreSheet) -> tuple[str, str]:
    return found.round.contest.slug, found.round.code


def _of_judge(found: ScoreSheet) -> list[tuple[int, str]]:
    """The judge's sheets of the round in their order: primary key and status."""
    rows = ScoreSheet.objects.filter(round=found.round_id, judge=found.judge_id)
    return list(rows.order_by(*ORDER).values_list("pk", "status"))


def _next_to_do(found: ScoreSheet) -> str:
    rows = _of_judge(found)
    here = [pk for pk, _status in rows].index(found.pk)
    left = [pk for pk, status in rows[here + 1 :] + rows[:here] if status in LEFT]
    return reverse("contests:sheet", args=left[:1]) if left else ""


def _page(request, found, *, errors=None, status=200):
    """The sheet; after a refusal with what was typed, so that it can still be read."""
    own = found.judge.user_id == request.user.pk
    around = _of_judge(found)
    here = [pk for pk, _status in around].index(found.pk)
    now = timezone.now()
    reason = scoring.closed(found, now)
    typed = request.POST if errors else {}
    criteria = _criteria(found, typed, errors or {})
    note = found.private_note if own else ""
    context = {
        "sheet": found,
        "round": found.round,
        "contest": found.round.contest,
        "own": own,
        "reason": reason,
        "can_score": own and not reason,
        "criteria": criteria,
        "left": sum(1 for row in criteria if row["value"] == ""),
        "texts": {"feedback": found.feedback, "private_note": note},
        "typed": {name: typed.get(name, "") for name in scoring.TEXTS},
        "entry_name": blind.title(found.entry, found.round),
        "read": blind.readable(found.entry, found.round),
        "errors": errors,
        "number": here + 1,
        "count": len(around),
        "done": sum(1 for _pk, held in around if held not in LEFT),
        "before": around[here - 1][0] if here else None,
        "after": around[here + 1][0] if here + 1 < len(around) else None,
        "now": millis(now),
        "known": _known(criteria, found.feedback, note),
        "steps": _steps(request, found) if own else [],
    }
    return render(request, "contests/sheet.html", context, status=status)


def _known(criteria, feedback, note):
    """What static/js/score.js starts from: each point with its moment, and the texts."""
    held = {row["name"]: [row["value"], row["at"]] for row in criteria if row["value"] != ""}
    return json.dumps({**held, "feedback": feedback, "private_note": note})


def _steps(request, found):
    """The judge's steps beside handing in, which is the form's own button."""

    def url(name):
        return reverse("contests:sheet_step", args=[found.pk, name])

    rows = buttons(SHEETS, found, request.user, url)
    return [row for row in rows if row["url"] in {url(name) for name in STEPS[:3]}]


def _criteria(found, typed, errors):
    """A row for each criterion: its share of 100, its points, and what each of them means."""
    held = {score.criterion_id: score for score in found.scores.all()}
    shares = found.round.shares
    rows = []
    for criterion in found.round.criterion_list:
        name = f"c{criterion.pk}"
        score = held.get(criterion.pk)
        value = plain(score.points) if score else ""
        rows.append(
            {
                "criterion": criterion,
                "name": name,
                "share": shares[criterion.pk],
                "choices": [(plain(one), number(one)) for one in choices(criterion)],
                "value": value,
                "label": number(score.points) if score else "",
                "shown": typed.get(name, value) if typed.get(name) else value,
                "unsent": typed.get(name, "") if typed.get(name, value) != value else "",
                "at": millis(score.saved_at) if score else 0,
                "error": errors.get(name, ""),
            }
        )
    return rows


@require_POST
def save(request, pk):
    """What a device touched, as JSON: 200 with the sheet as it is now, 409 where it is closed."""
    found = _load(request, pk)
    if found.judge.user_id != request.user.pk:
        require(request.user, "scoresheet.score", found)
    if _undeclared(found):
        raise PermissionDenied(_("Khai xung đột lợi ích trước khi chấm."))
    now = timezone.now()
    told, errors = read(request.POST, found.round.criterion_list)
    if errors:
        return JsonResponse({"error": " ".join(errors.values())}, status=422)
    try:
        saved = scoring.save(found, told, by=request.user, at=now)
    except scoring.Wrong as reason:
        return JsonResponse({"error": str(reason)}, status=422)
    except Refused as reason:
        return JsonResponse({"error": str(reason)}, status=409)
    row = saved.sheet
    answer = {
        "version": row.version,
        "stale": saved.stale,
        "total": number(row.total) if row.total is not None else None,
        "saved": f"{timezone.localtime(now):%H:%M}",
        "scores": {pk: [plain(s.points), millis(s.saved_at)] for pk, s in saved.scores.items()},
        "texts": {name: getattr(row, name) for name in scoring.TEXTS},
        "now": millis(now),
    }
    return JsonResponse(answer)


def plain(points: Decimal) -> str:
    """``7.5``: as the fields send it."""
    return f"{points.normalize():f}"


def millis(at: datetime) -> int:
    """Milliseconds since 1970, rounded up: what follows is never read as earlier."""
    return -((START - at) // timedelta(milliseconds=1))


@require_POST
def step(request, pk, step):
    """Hand in, take back, cannot be judged, can be judged."""
    if step not in STEPS:
        raise Http404(step)
    found = _load(request, pk)
    may(request, SHEETS, found, step)
    note = nfc(request.POST.get("note", ""))[:LONGEST_NOTE]
    try:
        scoring.step(found, step, by=request.user, at=timezone.now(), note=note)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(found)
    messages.success(request, str(DONE[step]))
    if step == "unable":
        return redirect("contests:sheets", *_names(found))
    return redirect(found)
