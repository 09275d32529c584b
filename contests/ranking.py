"""Who stands where in a round, by the rule that was published, and why: exact, never floats."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import F, Q
from django.utils.translation import gettext as _

from contests.models import Entry, Override, Round, ScoreSheet, Standing
from core.models import Event

PLACES = Decimal("0.000001")
H = ScoreSheet.Status


@dataclass
class Line:
    """An entry in a round: its score of 100, its place on its board, and whether it advances."""

    entry: Entry
    score: Fraction | None = None  # None: nobody could judge it
    sheets: int = 0
    means: dict[int, Fraction] = field(default_factory=dict)  # by criterion, in points
    has_zero: bool = False
    rank: int | None = None
    by_rule: bool = False
    advances: bool = False
    why: str = ""


def competing(found: Round) -> list[Entry]:
    """The entries of a round: all that are complete, or those that the round before let through."""
    rows = found.contest.entries.taking_part().select_related("board", "owner")
    earlier = found.contest.rounds.filter(order__lt=found.order).order_by("-order", "-pk").first()
    if earlier is not None:
        rows = rows.filter(standings__round=earlier, standings__advances=True)
    return list(rows.order_by("board__order", "pk"))


def counting(found: Round) -> list[ScoreSheet]:
    """The sheets that count: handed in, of judges who are no trainees nor recused, checked."""
    rows = found.sheets.filter(status=H.DONE, judge__is_shadow=False)
    rows = rows.filter(Q(entered_by__isnull=True) | Q(checked_by__isnull=False))
    rows = rows.exclude(judge__conflicts__entry_id=F("entry_id"))
    return list(rows.prefetch_related("scores").order_by("pk"))


def total(found: Round, points: dict[int, Decimal]) -> Fraction | None:
    """A sheet's score of 100, by the criteria's weights; None while one has no points."""
    whole = Fraction(0)
    weights = Fraction(0)
    for criterion in found.criterion_list:
        if criterion.pk not in points:
            return None
        weight = Fraction(criterion.weight)
        weights += weight
        whole += weight * Fraction(points[criterion.pk]) / criterion.most
    return 100 * whole / weights if weights else None


def aggregate(kind: str, scores: Sequence[Fraction]) -> Fraction | None:
    """One score of several sheets, as the round's rule says."""
    if not scores:
        return None
    ordered = sorted(scores)
    if kind == Round.Aggregate.MEDIAN:
        middle = len(ordered) // 2
        if len(ordered) % 2:
            return ordered[middle]
        return (ordered[middle - 1] + ordered[middle]) / 2
    if kind == Round.Aggregate.TRIMMED and len(ordered) > 2:
        ordered = ordered[1:-1]
    return sum(ordered, Fraction(0)) / len(ordered)


def table(found: Round) -> list[Line]:
    """Every competing entry with its score, place and fate, board by board, best first."""
    lines = {entry.pk: Line(entry) for entry in competing(found)}
    points: dict[int, list[dict[int, Decimal]]] = defaultdict(list)
    for sheet in counting(found):
        points[sheet.entry_id].append({s.criterion_id: s.points for s in sheet.scores.all()})
    for pk, line in lines.items():
        _score(found, line, points.get(pk, []))
    boards: dict[int, list[Line]] = defaultdict(list)
    for line in lines.values():
        boards[line.entry.board_id].append(line)
    for of_board in boards.values():
        _place(found, of_board)
    overrides = {o.entry_id: o for o in Override.objects.filter(round=found)}
    for line in lines.values():
        line.advances = line.by_rule
        if override := overrides.get(line.entry.pk):
            line.advances = override.advances
    last = 10**9
    return sorted(
        lines.values(), key=lambda line: (line.entry.board.order, line.rank or last, line.entry.pk)
    )


def _score(found: Round, line: Line, sheets: list[dict[int, Decimal]]) -> None:
    totals = [t for sheet in sheets if (t := total(found, sheet)) is not None]
    line.sheets = len(totals)
    line.score = aggregate(found.aggregate, totals)
    if not totals:
        return
    for criterion in found.criterion_list:
        given = [Fraction(sheet[criterion.pk]) for sheet in sheets if criterion.pk in sheet]
        line.means[criterion.pk] = sum(given, Fraction(0)) / len(given)
        line.has_zero = line.has_zero or line.means[criterion.pk] == 0


def _place(found: Round, lines: list[Line]) -> None:
    """Ranks of one board: by score, then by the declared criteria, then together."""
    by_code = {c.code: c.pk for c in found.criterion_list}
    breaks = [by_code[code] for code in found.tie_breaks if code in by_code]

    def key(line: Line) -> tuple[Fraction, ...]:
        assert line.score is not None  # noqa: S101
        return (-line.score, *(-line.means[pk] for pk in breaks))

    scored = sorted((line for line in lines if line.score is not None), key=key)
    place, before = 0, None
    for count, line in enumerate(scored, start=1):
        if key(line) != before:
            place, before = count, key(line)
        line.rank = place
    for line in lines:
        line.by_rule, line.why = _verdict(found, line)


def _verdict(found: Round, line: Line) -> tuple[bool, str]:
    """Whether the rule lets the entry through, and the sentence that says why."""
    if line.score is None or line.rank is None:
        return False, _("Chưa có phiếu nào tính điểm.")
    if found.advance_min is not None and line.score < Fraction(found.advance_min):
        return False, _("Điểm thấp hơn mức %(least)s.") % {"least": found.advance_min}
    if found.no_zero and line.has_zero:
        return False, _("Có tiêu chí 0 điểm.")
    if found.advance_top is not None and line.rank > found.advance_top:
        return False, _("Ngoài %(top)s bài đứng đầu bảng.") % {"top": found.advance_top}
    return True, _("Đủ điều kiện theo thể lệ.")


def rounded(score: Fraction | None) -> Decimal | None:
    """A score as it is kept and shown: six places, half up."""
    if score is None:
        return None
    exact = Decimal(score.numerator) / Decimal(score.denominator)
    return exact.quantize(PLACES, ROUND_HALF_UP)


def settle(found: Round, event: Event) -> None:
    """Freeze the round's standings as its lock is agreed to."""
    found.locked_by, found.locked_at = event.actor, event.at
    found.standings.all().delete()
    Standing.objects.bulk_create(standings(found, table(found)))


def standings(found: Round, lines: Iterable[Line]) -> list[Standing]:
    return [
        Standing(
            round=found,
            entry=line.entry,
            rank=line.rank,
            score=rounded(line.score),
            sheets=line.sheets,
            has_zero=line.has_zero,
            by_rule=line.by_rule,
            advances=line.advances,
            why=line.why,
        )
        for line in lines
    ]
