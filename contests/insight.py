"""What the panel's chair sees beside the result: who has not scored, who is strict, what if.

Nothing here decides anything: the result is ``contests.ranking`` by the published rule.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum

from contests import ranking
from contests.models import Judge, Round, Score, ScoreSheet
from contests.ranking import Line

H = ScoreSheet.Status
KINDS = (Round.Aggregate.MEAN, Round.Aggregate.MEDIAN, Round.Aggregate.TRIMMED)
CORRECTED = "corrected"
Rows = Sequence[tuple[int, int, int]]  # entry, judge, parts


# -- Who has scored ------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    judge: Judge
    given: int
    done: int
    started: int
    unable: int
    unchecked: int  # typed from paper and not checked by a second person

    @property
    def left(self) -> int:
        return self.given - self.done - self.unable + self.unchecked


def progress(found: Round) -> list[Progress]:
    """By judge, those for training too: sheets given, handed in, refused, left."""
    of_round = Q(sheets__round=found.pk, sheets__entry__status="complete")
    unchecked = Q(sheets__entered_by__isnull=False, sheets__checked_by__isnull=True)
    judges = found.contest.judges.filter(sheets__round=found.pk).annotate(
        given=Count("sheets", filter=of_round),
        done=Count("sheets", filter=of_round & Q(sheets__status=H.DONE)),
        started=Count("sheets", filter=of_round & Q(sheets__status=H.STARTED)),
        unable=Count("sheets", filter=of_round & Q(sheets__status__in=[H.UNABLE, H.RECUSED])),
        unchecked=Count("sheets", filter=of_round & Q(sheets__status=H.DONE) & unchecked),
    )
    return [
        Progress(j, j.given, j.done, j.started, j.unable, j.unchecked)
        for j in judges.order_by("is_shadow", "name", "pk")
    ]


# -- Who is strict -------------------------------------------------------------------
@dataclass(frozen=True)
class Lean:
    """How far a judge's totals lie from those of the others on the same entries, on average."""

    parts: Fraction  # below 0: stricter than the others
    entries: int  # shared with at least one other judge


def leanings(rows: Rows) -> dict[int, Lean]:
    """By judge: the mean, over the entries shared with others, of (own total − others' mean)."""
    whole: dict[int, int] = defaultdict(int)
    sheets: dict[int, int] = defaultdict(int)
    for entry, _judge, parts in rows:
        whole[entry] += parts
        sheets[entry] += 1
    # own − (whole − own) / (n − 1) = (n·own − whole) / (n − 1): summed by n as whole numbers.
    sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    shared: dict[int, int] = defaultdict(int)
    for entry, judge, parts in rows:
        n = sheets[entry]
        if n > 1:
            sums[judge][n - 1] += n * parts - whole[entry]
            shared[judge] += 1
    return {
        judge: Lean(
            sum((Fraction(v, n) for n, v in told.items()), Fraction(0)) / shared[judge],
            shared[judge],
        )
        for judge, told in sums.items()
    }


def corrected(rows: Rows, leans: Mapping[int, Lean]) -> tuple[int, dict[int, tuple[int, int]]]:
    """What if every judge were as strict as the others: the mean of (total − the judge's lean).

    How many times finer the parts are, and by entry (parts, over).
    """
    finer = math.lcm(*(lean.parts.denominator for lean in leans.values()))
    off = {judge: int(lean.parts * finer) for judge, lean in leans.items()}
    told: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for entry, judge, parts in rows:
        mine = told[entry]
        mine[0] += parts * finer - off.get(judge, 0)
        mine[1] += 1
    return finer, {entry: (parts, over) for entry, (parts, over) in told.items()}


# -- What if -------------------------------------------------------------------------
def what_ifs(found: Round, lines: Sequence[Line], rows: Rows) -> dict[str, dict[int, Line]]:
    """By way of counting and entry: the line that it would have, with place and fate."""
    of_entry: dict[int, list[int]] = defaultdict(list)
    for entry, _judge, parts in rows:
        of_entry[entry].append(parts)
    for given in of_entry.values():
        given.sort()
    finer, fair = corrected(rows, leanings(rows))
    ways: dict[str, tuple[int, dict[int, tuple[int, int]]]] = {
        str(kind): (1, {pk: ranking.combined(kind, given) for pk, given in of_entry.items()})
        for kind in KINDS
    }
    ways[CORRECTED] = (finer, fair)
    return {way: _as_if(found, lines, *told) for way, told in ways.items()}


def fair(found: Round) -> dict[int, Line]:
    """Every entry as if all judges were equally strict: score, place and fate."""
    lines = ranking.places(found)
    rows = ranking.sheet_parts(found)
    return _as_if(found, lines, *corrected(rows, leanings(rows)))


def _as_if(
    found: Round, lines: Sequence[Line], finer: int, told: Mapping[int, tuple[int, int]]
) -> dict[int, Line]:
    made = []
    for line in lines:
        other = Line(line.entry_id, line.board_id, line.unit * finer, round=found)
        other.sheets, other.has_zero = line.sheets, line.has_zero
        if line.entry_id in told:
            other.parts, other.over = told[line.entry_id]
        made.append(other)
    boards = by_board(made)
    ranking.tell_breaks(found, [x for rows in boards.values() for x in ranking.tied_of(rows)])
    for rows in boards.values():
        ranking.ranked(rows)
    ranking.judge_by_rule(found, made)
    return {line.entry_id: line for line in made}


def by_board(lines: Iterable[Line]) -> dict[int, list[Line]]:
    boards: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        boards[line.board_id].append(line)
    return boards


def spreads(rows: Rows) -> dict[int, int]:
    """By entry: the highest total less the lowest, in parts."""
    ends: dict[int, tuple[int, int]] = {}
    for entry, _judge, parts in rows:
        low, high = ends.get(entry, (parts, parts))
        ends[entry] = (min(low, parts), max(high, parts))
    return {entry: high - low for entry, (low, high) in ends.items()}


# -- How firm the cut-off is ---------------------------------------------------------
@dataclass
class Shift:
    """One point more (or less) on one criterion of one sheet, and whose fate that changes."""

    entry: int
    sign: int
    gains: frozenset[int]
    losses: frozenset[int]
    judges: set[int] = field(default_factory=set)
    criteria: set[int] = field(default_factory=set)

    @property
    def entries(self) -> set[int]:
        return {self.entry, *self.gains, *self.losses}


def has_cut(found: Round) -> bool:
    """Whether the rule turns anybody away by score."""
    return found.advance_top is not None or found.advance_min is not None or found.no_zero


def shifts(found: Round, lines: Sequence[Line]) -> list[Shift]:
    """Every change of one judge's points by 1 on one criterion that changes who advances by rule.

    Exact: each is recomputed, with ties, the least score, zeros and the scale's ends.
    """
    if not has_cut(found):
        return []
    used = ranking.scale(found)
    breaks = ranking.break_ids(found)
    told: dict[tuple[int, int, frozenset[int], frozenset[int]], Shift] = {}
    for board in by_board(line for line in lines if line.parts is not None).values():
        cut = _Cut(found, board, breaks)
        near = [line for line in board if cut.is_near(line, 100 * max(used.factors.values()))]
        if found.no_zero:
            near = _with_low_points(found, board, near)
        for sheet in _sheets(found, near):
            _try(found, used, cut, breaks, sheet, told)
    return sorted(told.values(), key=lambda s: (s.entry, s.sign))


@dataclass
class _Sheets:
    """The sheets of one entry: by judge, the points by criterion."""

    line: Line
    points: dict[int, dict[int, Decimal]] = field(default_factory=lambda: defaultdict(dict))


def _sheets(found: Round, lines: Sequence[Line]) -> list[_Sheets]:
    made = {line.entry_id: _Sheets(line) for line in lines}
    rows = Score.objects.filter(
        sheet__in=ranking.sheets_that_count(found).filter(entry__in=made),
        criterion__in=[c.pk for c in found.criterion_list],
    )
    for entry, judge, criterion, points in rows.values_list(
        "sheet__entry_id", "sheet__judge_id", "criterion_id", "points"
    ):
        made[entry].points[judge][criterion] = points
    return list(made.values())


def _with_low_points(found: Round, board: list[Line], near: list[Line]) -> list[Line]:
    """Those, too, whose points on a criterion add up to 1 at most: a point makes or ends a 0."""
    chosen = {line.entry_id for line in near}
    low = (
        Score.objects.filter(
            criterion__in=[c.pk for c in found.criterion_list],
            sheet__in=ranking.sheets_that_count(found),
        )
        .order_by()
        .values("sheet__entry_id", "criterion_id")
        .annotate(whole=Sum("points"))
        .filter(whole__lte=1)
    )
    chosen |= set(low.values_list("sheet__entry_id", flat=True))
    return [line for line in board if line.entry_id in chosen]


Key = tuple[Fraction, tuple[Fraction, ...]]


class _Cut:
    """Where one board is cut, and what a changed key of one entry would do there."""

    def __init__(self, found: Round, board: list[Line], breaks: list[int]) -> None:
        means = ranking.points_by_criterion(found, [x.entry_id for x in board], breaks)
        self.found = found
        self.lines = board
        self.keys: dict[int, Key] = {}
        for line in board:
            score = line.score
            assert score is not None  # noqa: S101
            told = means.get(line.entry_id, {})
            self.keys[line.entry_id] = (score, tuple(told.get(pk, Fraction(0)) for pk in breaks))
        self.up = sorted(self.keys.values())
        self.by_key: dict[Key, list[Line]] = defaultdict(list)
        for line in board:
            self.by_key[self.keys[line.entry_id]].append(line)

    def better(self, key: Key, than: Key | None = None) -> int:
        """How many stand above ``key``; ``than``: the key of the entry that is left out."""
        count = len(self.up) - bisect_right(self.up, key)
        return count - 1 if than is not None and than > key else count

    def edge(self, without: Key) -> Key | None:
        """The key of the last place that advances, among the others; None: room for all."""
        top = self.found.advance_top
        if top is None or len(self.up) - 1 < top:
            return None
        # Descending and without one: the top-th is one further down if that one stood above.
        at = self.up[-top]
        return self.up[-top - 1] if without >= at else at

    def is_near(self, line: Line, most: int) -> bool:
        """Whether one point on the heaviest criterion can reach a limit; ``most``: in parts."""
        score = self.keys[line.entry_id][0]
        reach = Fraction(most, line.unit * line.over)
        limits = []
        if self.found.advance_min is not None:
            limits.append(Fraction(self.found.advance_min))
        if (edge := self.edge(self.keys[line.entry_id])) is not None:
            limits.append(edge[0])
        return any(abs(score - limit) <= reach for limit in limits)

    def passes(self, score: Fraction, *, has_zero: bool) -> bool:
        """The rule without the number of places."""
        least = self.found.advance_min
        if least is not None and score < Fraction(least):
            return False
        return not (self.found.no_zero and has_zero)

    def changes(self, line: Line, key: Key, *, has_zero: bool) -> tuple[set[int], set[int]]:
        """Who comes in and who goes out when ``line`` has this key instead of its own."""
        top, own = self.found.advance_top, self.keys[line.entry_id]
        gains, losses = set[int](), set[int]()
        rank = self.better(key, own) + 1
        is_in = self.passes(key[0], has_zero=has_zero) and (top is None or rank <= top)
        if is_in != line.by_rule:
            (gains if is_in else losses).add(line.entry_id)
        edge = self.edge(own)
        if top is None or edge is None or self.better(edge, own) != top - 1:
            return gains, losses
        # Those at the edge are in exactly while this entry does not stand above them.
        was, now = own > edge, key > edge
        if was != now:
            for other in self.by_key[edge]:
                if other is line:
                    continue
                score = self.keys[other.entry_id][0]
                if self.passes(score, has_zero=other.has_zero):
                    (losses if now else gains).add(other.entry_id)
        return gains, losses


def _try(
    found: Round,
    used: ranking.Scale,
    cut: _Cut,
    breaks: list[int],
    sheets: _Sheets,
    told: dict[tuple[int, int, frozenset[int], frozenset[int]], Shift],
) -> None:
    line = sheets.line
    read = ((judge, used.parts(points)) for judge, points in sheets.points.items())
    totals = {judge: parts for judge, parts in read if parts is not None}
    given = {judge: sheets.points[judge] for judge in totals}
    whole = {pk: sum((p[pk] for p in given.values()), Decimal(0)) for pk in used.factors}
    for judge, points in given.items():
        others = [parts for other, parts in totals.items() if other != judge]
        for criterion in found.criterion_list:
            for sign in (1, -1):
                if not 0 <= points[criterion.pk] + sign <= criterion.most:
                    continue
                changed = totals[judge] + sign * 100 * used.factors[criterion.pk]
                parts, over = ranking.combined(found.aggregate, sorted([*others, changed]))
                sums = whole | {criterion.pk: whole[criterion.pk] + sign}
                key = (
                    Fraction(parts, used.unit * over),
                    tuple(Fraction(sums[pk]) / len(totals) for pk in breaks),
                )
                gains, losses = cut.changes(line, key, has_zero=not all(sums.values()))
                if gains or losses:
                    name = (line.entry_id, sign, frozenset(gains), frozenset(losses))
                    shift = told.setdefault(name, Shift(*name))
                    shift.judges.add(judge)
                    shift.criteria.add(criterion.pk)
