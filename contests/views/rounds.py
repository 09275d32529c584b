"""The panel's page of a round: for its chair and the organisers; and what they decide there."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import insight, prizes, queries, ranking, results, rule_words
from contests.forms.rounds import IN, OUT, OverrideForm, PrizesForm
from contests.models import Contest, Entry, Judge, Round
from contests.ranking import Line
from contests.workflow import ROUNDS
from core.web import buttons, page_of, require
from core.words import Refused
from projects.views.desk import story, take

R = Round.Status
DONE = {
    "open": gettext_lazy("Vòng này đã bắt đầu chấm."),
    "ask_lock": gettext_lazy("Đã đề nghị khóa. Từ bây giờ không ai ghi điểm được nữa."),
    "lock": gettext_lazy("Đã khóa điểm. Kết quả đã được ghi lại."),
    "refuse_lock": gettext_lazy("Chưa khóa. Giám khảo lại ghi điểm được."),
    "ask_reopen": gettext_lazy("Đã đề nghị mở lại điểm. Cần người thứ hai đồng ý."),
    "reopen": gettext_lazy("Đã mở lại điểm."),
    "keep": gettext_lazy("Giữ nguyên điểm đã khóa."),
    "publish": gettext_lazy("Đã công bố. Người dự thi nhận được thư."),
}
MOST_SHIFTS = 30
WAYS = (
    ("mean", gettext_lazy("Trung bình")),
    ("median", gettext_lazy("Trung vị")),
    ("trimmed", gettext_lazy("Bỏ cao nhất, thấp nhất")),
    (insight.CORRECTED, gettext_lazy("Hiệu chỉnh")),
)


def load(request, slug: str, code: str) -> Round:
    """The round of a contest that the reader may know of."""
    contest = get_object_or_404(Contest.objects.visible_to(request.user), slug=slug)
    found = get_object_or_404(contest.rounds, code=code)
    found.contest = contest
    return found


@dataclass
class Row:
    """An entry as the page shows it; closed to a reader who has to do with it."""

    line: Line
    closed: bool = False
    spread: Decimal | None = None
    # By way of counting: label, score, place, whether its fate would be another.
    ways: list[tuple[Any, Decimal | None, int | None, bool]] = field(default_factory=list)


@require_safe
def panel(request, slug, code):
    """Progress, the result by the rule, strictness, what-ifs, firmness; and the steps."""
    found = load(request, slug, code)
    require(request.user, "round.view_panel", found)
    closed = queries.closed_to(request.user, found.contest)
    lines = ranking.places(found)
    # Where a closed entry stands would tell of its score: it comes after all others.
    lines.sort(key=lambda line: line.entry_id in closed)
    page = page_of(lines, request, count=len(lines))
    shown = list(page.object_list)
    ranking.dress(found, shown)
    rows = [row for row in ranking.sheet_parts(found) if row[0] not in closed]
    open_lines = [line for line in lines if line.entry_id not in closed]
    judges = {judge.pk: judge for judge in found.contest.judges.all()}
    firm, hidden = firmness(found, lines, closed, judges)
    lacking = results.incomplete(found) if found.status in {R.JUDGING, R.LOCKING} else ""
    leans = _leans(rows, judges, open_lines)
    context = {
        "round": found,
        "contest": found.contest,
        "rows": _rows(found, shown, open_lines, rows, closed),
        "page": page,
        "some_closed": any(line.entry_id in closed for line in lines),
        "progress": insight.progress(found),
        "lacking": lacking,
        "how": rule_words.how(found),
        "weights": rule_words.weights(found),
        "crowded": _crowded(found, lines),
        "ways": [label for _way, label in WAYS],
        "leans": leans,
        "drawn": [(str(judge), lean) for judge, lean, _n in leans],
        "has_cut": insight.has_cut(found),
        "firm": firm[:MOST_SHIFTS],
        "more_firm": max(0, len(firm) - MOST_SHIFTS),
        "hidden_firm": hidden,
        "may_override": not request.user.why_not("round.override", found)
        and found.status == R.JUDGING,
        "steps": _steps(request, found, lacking),
        "may_decide": not request.user.why_not("round.override", found),
        "groups": _groups(found) if found.status == R.LOCKED else [],
        "events": story(ROUNDS, found),
    }
    return render(request, "contests/round.html", context)


def _steps(request, found: Round, lacking: str) -> list[dict[str, Any]]:
    """The steps that can be taken now; a lock that leaves sheets out asks why."""
    made = buttons(
        ROUNDS,
        found,
        request.user,
        lambda name: reverse("contests:round_step", args=[found.contest.slug, found.code, name]),
    )
    for step in made:
        if lacking and step["url"].endswith("/ask_lock/"):
            step["asks"] = "note"
    return made


def _rows(
    found: Round,
    shown: list[Line],
    open_lines: list[Line],
    sheets: insight.Rows,
    closed: set[int],
) -> list[Row]:
    spreads = insight.spreads(sheets)
    others = insight.what_ifs(found, open_lines, sheets)
    made = []
    for line in shown:
        row = Row(line, closed=line.entry_id in closed)
        if not row.closed:
            if line.entry_id in spreads:
                row.spread = ranking.rounded(Fraction(spreads[line.entry_id], line.unit))
            for way, label in WAYS:
                other = others[way][line.entry_id]
                row.ways.append((label, other.kept, other.rank, other.by_rule != line.by_rule))
        made.append(row)
    return made


def _leans(
    rows: insight.Rows, judges: dict[int, Judge], lines: list[Line]
) -> list[tuple[Judge, Decimal, int]]:
    """Each judge, how far they lean in points of 100, and over how many shared entries."""
    unit = lines[0].unit if lines else 1
    told = insight.leanings(rows).items()
    made = [
        (judges[pk], kept, lean.entries)
        for pk, lean in told
        if (kept := ranking.rounded(lean.parts / unit)) is not None
    ]
    return sorted(made, key=lambda row: (row[1], row[0].pk))


def _crowded(found: Round, lines: list[Line]) -> list[str]:
    """Boards on which entries that stand together take more places than the rule names."""
    top = found.advance_top
    if top is None:
        return []
    names = {board.pk: board.name for board in found.contest.board_list}
    told = []
    for board, rows in insight.by_board(lines).items():
        through = sum(line.by_rule for line in rows)
        if through > top:
            told.append(
                _("%(board)s: %(count)s bài vào tiếp vì có bài cùng hạng %(top)s.")
                % {"board": names[board], "count": through, "top": top}
            )
    return told


def firmness(
    found: Round, lines: list[Line], closed: set[int], judges: dict[int, Judge]
) -> tuple[list[str], int]:
    """The changes that one point would make, in words; how many are closed to the reader."""
    shifts = insight.shifts(found, lines)
    told = [shift for shift in shifts if not shift.entries & closed]
    pks = {pk for shift in told for pk in shift.entries}
    titles = {e.pk: f"“{e.title}” ({e.code})" for e in Entry.objects.filter(pk__in=pks)}
    criteria = {c.pk: c.name for c in found.criterion_list}

    def names(entries) -> str:
        return ", ".join(titles[pk] for pk in sorted(entries))

    sentences = []
    for shift in told:
        words = {
            "judges": ", ".join(sorted(str(judges[pk]) for pk in shift.judges)),
            "entry": titles[shift.entry],
            "criteria": ", ".join(criteria[pk] for pk in sorted(shift.criteria)),
        }
        if shift.sign > 0:
            first = _("%(judges)s cho %(entry)s thêm 1 điểm ở một tiêu chí (%(criteria)s):")
        else:
            first = _("%(judges)s cho %(entry)s bớt 1 điểm ở một tiêu chí (%(criteria)s):")
        parts = [first % words]
        if shift.gains:
            parts.append(_("%(names)s được vào tiếp.") % {"names": names(shift.gains)})
        if shift.losses:
            parts.append(_("%(names)s không vào tiếp nữa.") % {"names": names(shift.losses)})
        sentences.append(" ".join(parts))
    return sentences, len(shifts) - len(told)


def _groups(found: Round) -> list[prizes.Group]:
    groups = prizes.of_round(found).open
    ranking.dress(found, [line for group in groups for line in group.lines])
    return groups


@require_POST
def step(request, slug, code, step):
    """Open, ask for the lock, agree to it, reopen, publish."""
    found = load(request, slug, code)
    return take(request, ROUNDS, found, step, done=str(DONE.get(step, "")))


# -- Against the rule ----------------------------------------------------------------
def _entry(request, found: Round, key) -> Entry:
    """An entry of the round, for the chair who may decide about it."""
    require(request.user, "round.override", found)
    entry = get_object_or_404(ranking.entries_of(found).select_related("contest", "owner"), key=key)
    if request.user.pk in entry.recused_ids:
        raise Http404(key)
    return entry


@require_http_methods(["GET", "HEAD", "POST"])
def override(request, slug, code, key):
    """One entry through, or not, against the rule."""
    found = load(request, slug, code)
    entry = _entry(request, found, key)
    line = next(x for x in ranking.places(found) if x.entry_id == entry.pk)
    form = OverrideForm(
        request.POST if request.method == "POST" else None,
        initial={"decision": OUT if line.by_rule else IN},
    )
    if form.is_bound and form.is_valid():
        try:
            results.override(
                found, entry, advances=form.advances, reason=form.cleaned_data["reason"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã ghi quyết định. Lý do được in vào biên bản."))
            return redirect(found)
    context = {
        "round": found,
        "contest": found.contest,
        "entry": entry,
        "line": line,
        "form": form,
        "blocked": results.cannot_override(found, entry, request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/round_override.html", context, status=status)


@require_POST
def drop_override(request, slug, code, key):
    """The rule counts again."""
    found = load(request, slug, code)
    entry = _entry(request, found, key)
    try:
        results.drop_override(found, entry, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã bỏ quyết định: bài này lại theo quy tắc."))
    return redirect(found)


# -- Prizes --------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def decide_prizes(request, slug, code):
    """Who gets which prize where entries stand together: one group at a time."""
    found = load(request, slug, code)
    require(request.user, "round.override", found)
    groups = _groups(found) if found.status == R.LOCKED else []
    closed = queries.closed_to(request.user, found.contest)
    groups = [g for g in groups if not closed & {line.entry_id for line in g.lines}]
    if not groups:
        messages.info(request, _("Không có bài nào chờ bạn xếp giải."))
        return redirect(found)
    form = PrizesForm(request.POST if request.method == "POST" else None, group=groups[0])
    if form.is_bound and form.is_valid():
        try:
            results.decide_prizes(
                found, form.chosen(), reason=form.cleaned_data["reason"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã xếp giải. Lý do được in vào biên bản."))
            return redirect(found)
    context = {
        "round": found,
        "contest": found.contest,
        "group": groups[0],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contests/round_prizes.html", context, status=status)
