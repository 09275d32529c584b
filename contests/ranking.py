"""Who stands where in a round, by the rule that was published, and why: exact, never floats.

Totals are read as whole numbers (``contests.scale``). Where six kept decimals cannot promise that,
or a kept total is no whole number of parts (the criteria were changed since), the scores
themselves are read.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum, Window
from django.db.models.functions import RowNumber
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _

from contests.models import (
    Conflict,
    Entry,
    EntryMember,
    Override,
    Round,
    Score,
    ScoreSheet,
    Standing,
)
from contests.scale import TOLD_APART, Scale, rounded, scale
from contests.scale import total as total  # asked of the ranking by those who keep sheets

H = ScoreSheet.Status
SETTLED = (Round.Status.LOCKED, Round.Status.REOPENING, Round.Status.PUBLISHED)


NONE: Mapping[int, Fraction] = MappingProxyType({})


@dataclass(slots=True)
class Line:
    """An entry in a round: its score of 100, its place on its board, and whether it advances."""

    entry_id: int
    board_id: int
    unit: int = 1
    parts: int | None = None  # of the sheets that make the score; None: nobody could judge it
    over: int = 1  # so many sheets make the score
    sheets: int = 0
    has_zero: bool = False
    breaks: tuple[Fraction, ...] = ()  # means that broke a tie; empty where there was none
    rank: int | None = None
    fate: str = "unscored"  # "" when the rule lets it through
    round: Round | None = None
    advances: bool = False
    override: Override | None = None
    means: Mapping[int, Fraction] = field(
        default_factory=lambda: NONE
    )  # by criterion, in points; by dress()
    entry: Entry = field(init=False, repr=False)  # by dress()

    @property
    def score(self) -> Fraction | None:
        return None if self.parts is None else Fraction(self.parts, self.unit * self.over)

    @property
    def kept(self) -> Decimal | None:
        """The score as it is kept and shown."""
        return rounded(self.score)

    @property
    def by_rule(self) -> bool:
        return not self.fate

    @property
    def why(self) -> str:
        """The sentence that says what the rule makes of it."""
        assert self.round is not None  # noqa: S101
        if self.fate == "low":
            return _("Điểm thấp hơn mức %(least)s.") % {"least": self.round.advance_min}
        if self.fate == "outside":
            return _("Ngoài %(top)s bài đứng đầu bảng.") % {"top": self.round.advance_top}
        if self.fate == "zero":
            return _("Có tiêu chí 0 điểm.")
        if self.fate == "unscored":
            return _("Chưa có phiếu nào tính điểm.")
        return _("Đủ điều kiện theo thể lệ.")


# -- What is read --------------------------------------------------------------------
def entries_of(found: Round) -> "QuerySet[Entry]":
    """The entries of a round: all that are complete, or those that the round before let through.

    Once it is locked: those that were ranked then, whatever became of them since.
    """
    if found.status in SETTLED and found.standings.exists():
        return found.contest.entries.filter(standings__round=found)
    rows = found.contest.entries.taking_part()
    earlier = found.contest.rounds.filter(order__lt=found.order).order_by("-order", "-pk").first()
    if earlier is not None:
        rows = rows.filter(standings__round=earlier, standings__advances=True)
    return rows


def competing(found: Round) -> list[Entry]:
    return list(entries_of(found).select_related("board", "owner").order_by("board__order", "pk"))


def sheets_that_count(found: Round) -> "QuerySet[ScoreSheet]":
    """Handed in, of judges who are no trainees nor recused nor of the entry's team, checked."""
    rows = found.sheets.filter(status=H.DONE, judge__is_shadow=False)
    rows = rows.filter(Q(entered_by__isnull=True) | Q(checked_by__isnull=False))
    if found.recused_sheets is None:
        found.recused_sheets = _recused(found)
    return rows.exclude(pk__in=found.recused_sheets)


def _recused(found: Round) -> list[int]:
    """The few sheets of those who are behind the entry or said that they cannot judge it.

    Asked by itself: it starts from the short tables, and the long one is then read once.
    """
    judges = dict(found.contest.judges.filter(user__isnull=False).values_list("pk", "user"))
    conflicts = Conflict.objects.filter(judge__contest=found.contest_id)
    if found.status in SETTLED and found.locked_at:
        conflicts = conflicts.filter(at__lte=found.locked_at)
    pairs = set(conflicts.values_list("judge", "entry"))
    of_user = {user: pk for pk, user in judges.items()}
    own = Entry.objects.filter(contest=found.contest_id, owner__in=of_user)
    pairs |= {(of_user[user], entry) for entry, user in own.values_list("pk", "owner")}
    teams = EntryMember.objects.filter(entry__contest=found.contest_id, user__in=of_user)
    pairs |= {(of_user[user], entry) for entry, user in teams.values_list("entry", "user")}
    if not pairs:
        return []
    asked = found.sheets.filter(
        entry__in={entry for _judge, entry in pairs}, judge__in={judge for judge, _entry in pairs}
    )
    rows = asked.values_list("pk", "judge", "entry")
    return [pk for pk, judge, entry in rows if (judge, entry) in pairs]


def counting(found: Round) -> list[ScoreSheet]:
    return list(sheets_that_count(found).prefetch_related("scores").order_by("pk"))


def sheet_parts(found: Round, *, stored: bool = True) -> list[tuple[int, int, int]]:
    """(entry, judge, parts) of every sheet that counts; not ``stored``: from the scores."""
    used = scale(found)
    if stored and used.unit < TOLD_APART:
        rows = sheets_that_count(found).values_list("entry_id", "judge_id", "total")
        read = [(entry, judge, used.read(kept)) for entry, judge, kept in rows]
        if all(parts is not None for _entry, _judge, parts in read):
            return [(entry, judge, parts) for entry, judge, parts in read if parts is not None]
    return _from_scores(found, used)


def _from_scores(found: Round, used: Scale) -> list[tuple[int, int, int]]:
    sheets = dict[int, tuple[int, int]]()
    for pk, entry, judge in sheets_that_count(found).values_list("pk", "entry_id", "judge_id"):
        sheets[pk] = (entry, judge)
    points: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = Score.objects.filter(sheet__round=found.pk, criterion__in=used.factors)
    for sheet, criterion, given in rows.values_list("sheet_id", "criterion_id", "points"):
        points[sheet][criterion] = given
    told = ((*pair, used.parts(points.get(sheet, {}))) for sheet, pair in sheets.items())
    return [(entry, judge, parts) for entry, judge, parts in told if parts is not None]


# -- One score of many ---------------------------------------------------------------
def aggregate(kind: str, scores: Sequence[Any]) -> Fraction | None:
    """One score of several sheets, as the round's rule says."""
    if not scores:
        return None
    whole, over = combined(kind, sorted(scores))
    return Fraction(whole) / over


def combined(kind: str, ordered: Sequence[Any]) -> tuple[Any, int]:
    """The sum and the number of the scores, ascending, that make the one score."""
    if kind == Round.Aggregate.MEDIAN:
        middle = len(ordered) // 2
        if len(ordered) % 2:
            return ordered[middle], 1
        return ordered[middle - 1] + ordered[middle], 2
    if kind == Round.Aggregate.TRIMMED and len(ordered) > 2:
        ordered = ordered[1:-1]
    return sum(ordered), len(ordered)


Told = tuple[dict[int, tuple[int, int, int]], list[int]]
ZEROS = Count("pk", filter=Q(has_zero=True))


def _by_database(found: Round, used: Scale) -> Told | None:
    """By entry (parts, over, sheets), and the entries that may have a criterion at 0: a zero is
    on each of their sheets. None where the kept totals cannot promise to be exact."""
    if used.unit >= TOLD_APART:
        return None
    is_median = found.aggregate == Round.Aggregate.MEDIAN
    return _middles(found, used) if is_median else _summed(found, used)


def _summed(found: Round, used: Scale) -> Told | None:
    """The sum of each entry's totals; trimmed ones without the highest and the lowest."""
    is_trimmed = found.aggregate == Round.Aggregate.TRIMMED
    sums: dict[str, Any] = {"n": Count("pk"), "zeros": ZEROS, "whole": Sum("total")}
    if is_trimmed:
        sums |= {"low": Min("total"), "high": Max("total")}
    rows = sheets_that_count(found).order_by().values("entry_id").annotate(**sums)
    read: dict[int, tuple[int, int, int]] = {}
    doubtful = []
    for entry, n, zeros, kept, *ends in rows.values_list("entry_id", *sums):
        parts = used.read(kept, n) if n * used.unit < TOLD_APART else None
        if parts is None:
            return None
        over = n
        if is_trimmed and n > 2:
            low, high = (used.read(end) for end in ends)
            if low is None or high is None:
                return None
            parts, over = parts - low - high, n - 2
        read[entry] = (parts, over, n)
        if zeros == n:
            doubtful.append(entry)
    return read, doubtful


def _middles(found: Round, used: Scale) -> Told | None:
    """The one or two totals in the middle of each entry's."""
    of_entry = {"partition_by": F("entry_id")}
    rows = sheets_that_count(found).annotate(
        place=Window(RowNumber(), order_by=[F("total").asc(), F("pk").asc()], **of_entry),
        n=Window(Count("pk"), **of_entry),
        zeros=Window(ZEROS, **of_entry),
    )
    rows = rows.filter(Q(place=(F("n") + 1) / 2) | Q(place=F("n") / 2 + 1)).order_by()
    read: dict[int, tuple[int, int, int]] = {}
    doubtful = []
    for entry, n, zeros, kept in rows.values_list("entry_id", "n", "zeros", "total"):
        parts = used.read(kept)
        if parts is None:
            return None
        before, over, _n = read.get(entry, (0, 0, n))
        read[entry] = (before + parts, over + 1, n)
        if zeros == n and not over:
            doubtful.append(entry)
    return read, doubtful


def _each(found: Round, *, stored: bool) -> Told:
    """The same, sheet by sheet; not ``stored``: nothing but the scores is believed."""
    of_entry: dict[int, list[int]] = defaultdict(list)
    for entry, _judge, parts in sheet_parts(found, stored=stored):
        of_entry[entry].append(parts)
    doubtful = list(of_entry)
    if stored:
        rows = sheets_that_count(found).order_by().values("entry_id").annotate(zeros=ZEROS)
        rows = rows.annotate(n=Count("pk")).filter(n=F("zeros"))
        doubtful = list(rows.values_list("entry_id", flat=True))
    read = {
        entry: (*combined(found.aggregate, sorted(given)), len(given))
        for entry, given in of_entry.items()
    }
    return read, doubtful


# -- Places --------------------------------------------------------------------------
def places(found: Round, *, stored: bool = True) -> list[Line]:
    """The whole ranking: every competing entry's score, place and fate, best first.

    ``stored`` False reads every score again instead of the sheets' kept totals: the same answer.
    """
    found.recused_sheets = None
    used = scale(found) if found.criterion_list else Scale(1, {})
    told, doubtful = (_by_database(found, used) if stored else None) or _each(found, stored=stored)
    rows = entries_of(found).order_by("board__order", "pk").values_list("pk", "board_id")
    boards: dict[int, list[Line]] = {}
    for entry, board in rows:
        line = Line(entry, board, used.unit, round=found)
        if entry in told:
            line.parts, line.over, line.sheets = told[entry]
        boards.setdefault(board, []).append(line)
    lines = [line for of_board in boards.values() for line in of_board]
    zero = _at_zero(found, doubtful)
    for line in lines:
        line.has_zero = line.entry_id in zero
    tied = [line for of_board in boards.values() for line in tied_of(of_board)]
    tell_breaks(found, tied)
    for of_board in boards.values():
        ranked(of_board)
    judge_by_rule(found, lines)
    overrides = {o.entry_id: o for o in Override.objects.filter(round=found)}
    for line in lines:
        line.override = overrides.get(line.entry_id)
        line.advances = line.override.advances if line.override else not line.fate
    last = len(lines) + 1
    return [
        line
        for of_board in boards.values()
        for line in sorted(of_board, key=lambda line: (line.rank or last, line.entry_id))
    ]


def points_by_criterion(
    found: Round, entries: Iterable[int], criteria: Iterable[int]
) -> dict[int, dict[int, Fraction]]:
    """By entry and criterion: the mean of the points on the sheets that count."""
    rows = (
        Score.objects.filter(criterion__in=criteria, sheet__entry__in=entries)
        .filter(sheet__in=sheets_that_count(found))
        .order_by()
        .values("sheet__entry_id", "criterion_id")
        .annotate(whole=Sum("points"), n=Count("pk"))
    )
    means: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for row in rows:
        mean = Fraction(int((row["whole"] * 100).to_integral_value()), 100 * row["n"])
        means[row["sheet__entry_id"]][row["criterion_id"]] = mean
    return means


def _at_zero(found: Round, doubtful: list[int]) -> set[int]:
    """Those of the entries that have a criterion at which every judge gave 0."""
    if not doubtful:
        return set()
    means = points_by_criterion(found, doubtful, [c.pk for c in found.criterion_list])
    return {entry for entry, told in means.items() if not all(told.values())}


def tied_of(lines: Sequence[Line]) -> list[Line]:
    """Those that share their score with another."""
    common = math.lcm(*{line.over for line in lines})
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.parts is not None:
            groups[line.parts * (common // line.over)].append(line)
    return [line for group in groups.values() if len(group) > 1 for line in group]


def tell_breaks(found: Round, tied: Sequence[Line]) -> None:
    """Give these lines what breaks their ties."""
    breaks = break_ids(found)
    if not tied or not breaks:
        return
    means = points_by_criterion(found, [line.entry_id for line in tied], breaks)
    for line in tied:
        told = means.get(line.entry_id, {})
        line.breaks = tuple(told.get(pk, Fraction(0)) for pk in breaks)


def break_ids(found: Round) -> list[int]:
    """The criteria that break ties, first first."""
    by_code = {c.code: c.pk for c in found.criterion_list}
    return [by_code[code] for code in found.tie_breaks if code in by_code]


Key = tuple[int, tuple[Fraction, ...]]


def in_order(lines: Iterable[Line]) -> list[tuple[Key, Line]]:
    """Those with a score and what they are ranked by, best first: score, then what breaks ties."""
    scored = [(line.parts, line) for line in lines if line.parts is not None]
    common = math.lcm(*{line.over for _parts, line in scored})
    rows = [((parts * (common // line.over), line.breaks), line) for parts, line in scored]
    rows.sort(key=lambda row: row[0], reverse=True)
    return rows


def ranked(lines: Iterable[Line]) -> None:
    """Ranks of one board: by score, then by the declared criteria, then together."""
    place, before = 0, None
    for count, (key, line) in enumerate(in_order(lines), start=1):
        if key != before:
            place, before = count, key
        line.rank = place


def judge_by_rule(found: Round, lines: Iterable[Line]) -> None:
    """What the rule makes of each: the first thing in its way, or nothing."""
    least = None if found.advance_min is None else int(found.advance_min * 100)
    for line in lines:
        if line.parts is None or line.rank is None:
            line.fate = "unscored"
        elif least is not None and line.parts * 100 < least * line.unit * line.over:
            line.fate = "low"
        elif found.no_zero and line.has_zero:
            line.fate = "zero"
        elif found.advance_top is not None and line.rank > found.advance_top:
            line.fate = "outside"
        else:
            line.fate = ""


def table(found: Round, *, stored: bool = True) -> list[Line]:
    """``places`` with the entries themselves and their means by criterion."""
    lines = places(found, stored=stored)
    dress(found, lines)
    return lines


def dress(found: Round, lines: Sequence[Line]) -> None:
    """Give these lines their entries and their means by criterion."""
    ids = [line.entry_id for line in lines]
    entries = Entry.objects.select_related("board", "owner", "venture").in_bulk(ids)
    means = points_by_criterion(found, ids, [c.pk for c in found.criterion_list])
    for line in lines:
        line.entry = entries[line.entry_id]
        line.means = means.get(line.entry_id, {})


def standings(found: Round, lines: Iterable[Line]) -> list[Standing]:
    return [
        Standing(
            round=found,
            entry_id=line.entry_id,
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
