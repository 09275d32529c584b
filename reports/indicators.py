"""What each indicator counts: one table, one function ``measure``.

A row names the records of an indicator: a queryset that carries, for each
record, the day it counts on as known at one moment (``on``) and as known at an
earlier one (``was_on``), both empty where it does not count. All arithmetic
follows from these two days, so page, report, API and command agree.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from contests import counted
from core.codes import Code
from core.facts import known_q
from core.models import Configuration
from core.periods import Period, Quarter, end_of
from programme.models import Activity, Indicator, Phase, Target
from projects import queries as ventures
from projects.models import Support
from reports.models import Line, LineRecord, Report
from support_orgs.models import ClubFounding

K = Activity.Kind
Spans = list[tuple[Phase, Target | None]]
Condition = tuple[str, list[date]]  # SQL over the columns "on" and "was_on", and its days
Statement = tuple[str, tuple[Any, ...]]  # SQL and what is given to it
NOW = datetime(9000, 1, 1, tzinfo=UTC)  # where a statement that is kept takes its moments
BEFORE = datetime(9000, 1, 2, tzinfo=UTC)


def activities(*kinds: str) -> Callable[[datetime, datetime], QuerySet]:
    """Verified activities of ``kinds``, all kinds when none is named, each on its day."""

    def rows(now: datetime, before: datetime) -> QuerySet:
        known = Activity.objects.filter(verified_at__isnull=False)
        known = known.filter(kind__in=kinds) if kinds else known
        return known.annotate(on=_day(now), was_on=_day(before))

    return rows


def _day(moment: datetime) -> Case:
    return Case(When(known_q(moment), then=F("happened_on")), output_field=DateField())


def clubs_formed(now: datetime, before: datetime) -> QuerySet:
    """Clubs, each once: on the day of its founding decision (clause III.3.1)."""
    rows = ClubFounding.objects.filter(verified_at__isnull=False)
    return rows.values("organisation_id").annotate(
        on=Min("happened_on", filter=known_q(now)),
        was_on=Min("happened_on", filter=known_q(before)),
    )


def coded(prefix: str) -> Callable[..., str]:
    """The code of a record from its year and number."""
    return lambda year, number: str(Code(prefix, year, number))


@dataclass(frozen=True)
class Row:
    """One indicator: its records, the column that names each, what each is worth, its code."""

    code: str
    records: Callable[[datetime, datetime], QuerySet]
    key: str
    named_by: tuple[str, ...]
    name: Callable[..., str]
    value: str = ""  # the column summed; empty: each record is worth 1


OF_VENTURE = ("venture__year", "venture__number")
OF_ROW = ("year", "number")

TABLE = {
    row.code: row
    for row in (
        #    code                          records                                        key                code from            code
        Row("projects_supported",         ventures.projects_supported,                   "venture_id",      OF_VENTURE,           coded("DA")),
        Row("enterprises_formed",         ventures.enterprises_formed,                   "venture_id",      OF_VENTURE,           coded("DN")),
        Row("clubs_formed",               clubs_formed,                                  "organisation_id", ("organisation__code",), str),
        Row("ideas_received",             ventures.ideas_received,                       "pk",              OF_ROW,               coded("YT")),
        Row("forums_held",                activities(K.FORUM, K.TALK),                   "pk",              OF_ROW,               coded("HD")),
        Row("trainings_held",             activities(K.TRAINING),                        "pk",              OF_ROW,               coded("HD")),
        Row("people_reached",             activities(),                                  "pk",              OF_ROW,               coded("HD"), "people"),
        Row("support_value_state",        ventures.support_value(Support.Source.STATE),  "pk",              ("pk",),              "HT-{}".format, "value"),
        Row("support_value_socialised",   ventures.support_value(Support.Source.SOCIALISED), "pk",          ("pk",),              "HT-{}".format, "value"),
        Row("contests_held",              counted.contests_held,                         "contest_id",      ("contest__slug",),   str),
        Row("contest_entries",            counted.entries_received,                      "pk",              OF_ROW,               coded("DT")),
        Row("entries_referred",           counted.entries_referred,                      "pk",              ("pk",),              "GDT-{}".format),
        Row("prizes_won",                 counted.prizes_won,                            "pk",              ("referral_id",),     "GDT-{}".format),
    )
}  # fmt: skip


class Status:
    """The honest words of domain §2, rule 1, with the chip that shows each."""

    NONE = ("none", _("chưa có kết quả"))
    BELOW = ("below", _("dưới mức tối thiểu"))
    LOW = ("low", _("đạt mức tối thiểu"))
    WITHIN = ("within", _("trong khoảng chỉ tiêu"))
    HIGH = ("high", _("đạt mức tối đa"))
    ABOVE = ("above", _("vượt chỉ tiêu"))


def status(value: int, low: int | None, high: int | None) -> tuple[str, Any] | None:
    """Where ``value`` stands in the range; None where there is no target. ``high`` may be open."""
    if low is None:
        return None
    if value == 0:
        return Status.NONE
    if value < low:
        return Status.BELOW
    if high is not None and value >= high:
        return Status.HIGH if value == high else Status.ABOVE
    return Status.LOW if value == low else Status.WITHIN


@dataclass(frozen=True)
class Record:
    """A record that was counted: its code, the day it counts on, what it is worth."""

    id: int
    code: str
    on: date
    value: int
    in_period: bool


@dataclass(frozen=True)
class Figure:
    """One indicator in one phase, for one period, as known at one moment."""

    indicator: Indicator
    phase: Phase
    low: int | None
    high: int | None
    in_period: int
    added: int
    removed: int
    cumulative: int
    counted: Callable[[], list[Record]] = field(repr=False, compare=False)
    sized: Callable[[], int] = field(repr=False, compare=False)

    @property
    def status(self) -> tuple[str, Any] | None:
        return status(self.cumulative, self.low, self.high)

    @property
    def records(self) -> list[Record]:
        """The records behind ``cumulative``, by day and code."""
        return self.counted()

    @property
    def size(self) -> int:
        """How many records there are, without reading them."""
        return self.sized()


@dataclass(frozen=True)
class Before:
    """What the figures are compared with: the period before, as known at its own as-of."""

    at: datetime
    issued: Report | None = None  # its frozen lines count, where there is one

    def frozen(self, indicator: Indicator, phase: Phase) -> Line | None:
        if self.issued is None:
            return None
        return self.issued.lines.filter(indicator=indicator, phase=phase).first()


def due_moment(quarter: Quarter) -> datetime:
    """The end of the day on which the quarter's report is due, by the dated configuration."""
    day = Configuration.objects.on(quarter.window.last).report_due_day
    return end_of(quarter.due_on(day))


def default_as_of(quarter: Quarter, now: datetime) -> datetime:
    """The moment a quarter is measured at when none is named."""
    return min(now, due_moment(quarter))


def before(quarter: Quarter) -> Before:
    """The previous quarter at its own as-of: the issued report's where there is one."""
    issued = Report.objects.of(quarter.previous).in_force().first()
    if issued and issued.as_of:
        return Before(issued.as_of, issued)
    return Before(due_moment(quarter.previous))


def measure(
    indicator: Indicator, window: Period, as_of: datetime, *, compared: Before, spans: Spans
) -> list[Figure]:
    """The figures of one indicator for the days of ``window``, as known at ``as_of``.

    One figure for each phase that the window touches or in which something was
    restated. Always: cumulative = previous cumulative + in_period + added −
    removed. Values are counts, people or đồng, whole numbers.
    """
    row = TABLE[indicator.code]
    wanted = [span for span in spans if span[0].start < window.end]
    rows = partial(_rows, row, as_of, compared.at)
    sums: dict[str, Condition] = {}
    frozen = {}
    kept_rows = {}
    for phase, _target in wanted:
        p = phase.pk
        span = _Span(window, phase.period)
        line = frozen[p] = compared.frozen(indicator, phase)
        earlier_now = span.earlier("on")
        if line:
            kept = LineRecord.objects.filter(line=line, object_id=OuterRef(row.key))
            kept_rows[f"kept_{p}"] = Exists(kept)
            was: Condition = (f"kept_{p}", [])
        else:
            was = span.earlier("was_on")
            sums[f"was_{p}"] = was
        sums[f"in_{p}"] = span.inside("on")
        sums[f"early_{p}"] = earlier_now
        sums[f"both_{p}"] = (f"{earlier_now[0]} AND {was[0]}", [*earlier_now[1], *was[1]])
    if kept_rows:
        statement = rows().annotate(**kept_rows).query.sql_with_params()
    else:
        statement = _statement(row, as_of, compared.at)
    totals = _totals(statement, sums) if sums else {}

    figures = []
    for phase, target in wanted:
        p = phase.pk
        line = frozen[p]
        was_total = line.cumulative if line else totals[f"was_{p}"]
        span = _Span(window, phase.period)
        added = totals[f"early_{p}"] - totals[f"both_{p}"]
        removed = was_total - totals[f"both_{p}"]
        if not span.touches and not added and not removed:
            continue
        figures.append(
            Figure(
                indicator=indicator,
                phase=phase,
                low=target.low if target else None,
                high=target.high if target else None,
                in_period=totals[f"in_{p}"],
                added=added,
                removed=removed,
                cumulative=totals[f"early_{p}"] + totals[f"in_{p}"],
                counted=_records(row, rows, span),
                sized=_size(row, rows, span, totals[f"early_{p}"] + totals[f"in_{p}"]),
            )
        )
    return figures


def _rows(row: Row, now: datetime, before: datetime) -> QuerySet:
    """The records of ``row``, each with what it is ``worth``."""
    worth: Any = F(row.value) if row.value else Value(1)
    return row.records(now, before).annotate(worth=Cast(worth, BigIntegerField()))


def _size(
    row: Row, rows: Callable[[], QuerySet], span: "_Span", cumulative: int
) -> Callable[[], int]:
    """How many records were counted: the figure itself where each record is worth 1."""
    return (lambda: rows().filter(span.all("on")).count()) if row.value else (lambda: cumulative)


def series(
    indicator: Indicator, quarters: Sequence[Quarter], as_of: datetime, phases: Sequence[Phase]
) -> list[tuple[int, int, Phase]]:
    """For each quarter: what came in its window, and what stood at its end in that day's phase.

    As known at ``as_of``, in one statement whatever the number of quarters.
    Quarters that end outside all ``phases`` are left out.
    """
    dated = [
        (quarter.window, phase)
        for quarter in quarters
        for phase in phases
        if quarter.window.last in phase.period
    ]
    sums: dict[str, Condition] = {}
    for i, (window, phase) in enumerate(dated):
        sums[f"in_{i}"] = _days("on", window.start, window.end)
        sums[f"upto_{i}"] = _days("on", phase.start, window.end)
    totals = _totals(_statement(TABLE[indicator.code], as_of, as_of), sums) if sums else {}
    return [
        (totals[f"in_{i}"], totals[f"upto_{i}"], phase) for i, (_window, phase) in enumerate(dated)
    ]


def _statement(row: Row, now: datetime, before: datetime) -> Statement:
    """The SQL of ``_rows``: written by Django once for each indicator, then asked of any moments.

    On a young town's few records, writing it costs more than counting them.
    """
    sql, given = _written(row)
    adapt = connection.ops.adapt_datetimefield_value
    moments = {adapt(NOW): adapt(now), adapt(BEFORE): adapt(before)}
    return sql, tuple(moments.get(value, value) for value in given)


@cache
def _written(row: Row) -> Statement:
    return _rows(row, NOW, BEFORE).query.sql_with_params()


def _totals(statement: Statement, sums: dict[str, Condition]) -> dict[str, int]:
    """The worth of the rows of ``statement`` summed over each condition, in one statement.

    Written out because ``aggregate()`` spends more time on building its eight
    sums than the database on most indicators.
    """
    inner, given = statement
    columns = [f"COALESCE(SUM(worth) FILTER (WHERE {sql}), 0)" for sql, _days in sums.values()]
    days = [day for _sql, own in sums.values() for day in own]
    with connection.cursor() as cursor:
        # Nothing of the statement comes from outside: names are ours, days are parameters.
        cursor.execute(f"SELECT {', '.join(columns)} FROM ({inner}) AS counted", [*days, *given])  # noqa: S608
        found = cursor.fetchone()
    return {name: int(total) for name, total in zip(sums, found, strict=True)}


class _Span:
    """A window and a phase: the days before the window and those inside it, within the phase."""

    def __init__(self, window: Period, phase: Period) -> None:
        self.phase_start = phase.start
        self.middle = max(phase.start, min(window.start, phase.end))
        self.end = max(self.middle, min(window.end, phase.end))

    @property
    def touches(self) -> bool:
        return self.middle < self.end

    def earlier(self, day: str) -> Condition:
        return _days(day, self.phase_start, self.middle)

    def inside(self, day: str) -> Condition:
        return _days(day, self.middle, self.end)

    def all(self, day: str) -> Q:
        return Q(**{f"{day}__gte": self.phase_start, f"{day}__lt": self.end})


def _days(day: str, start: date, end: date) -> Condition:
    return f'"{day}" >= %s AND "{day}" < %s', [start, end]


def _records(row: Row, rows: Callable[[], QuerySet], span: _Span) -> Callable[[], list[Record]]:
    def read() -> list[Record]:
        columns = ("on", "worth", row.key, *row.named_by)
        counted = rows().filter(span.all("on")).order_by("on", *row.named_by).values_list(*columns)
        return [
            Record(key, row.name(*names), on, worth, on >= span.middle)
            for on, worth, key, *names in counted
        ]

    return read


def phases_of(indicators: Iterable[Indicator]) -> dict[int, Spans]:
    """By indicator: the phases it is followed in, each with its target where it has one."""
    phases = list(Phase.objects.order_by("start", "is_whole"))
    targets: dict[int, dict[int, Target]] = {}
    for target in Target.objects.filter(indicator__in=indicators):
        targets.setdefault(target.indicator_id, {})[target.phase_id] = target
    spans = {}
    for indicator in indicators:
        own = targets.get(indicator.pk, {})
        whole = [p for p in phases if p.is_whole and p.pk in own]
        followed = whole or [p for p in phases if not p.is_whole]
        spans[indicator.pk] = [(p, own.get(p.pk)) for p in followed]
    return spans


def measure_quarter(quarter: Quarter, as_of: datetime) -> list[Figure]:
    """Every indicator of the dictionary for one quarter, in the dictionary's order."""
    compared = before(quarter)
    followed = list(Indicator.objects.filter(code__in=TABLE))
    spans = phases_of(followed)
    return [
        figure
        for indicator in followed
        for figure in measure(
            indicator, quarter.window, as_of, compared=compared, spans=spans[indicator.pk]
        )
    ]


def measure_phase(
    indicator: Indicator, phase: Phase, target: Target | None, as_of: datetime
) -> Figure:
    """One indicator over all days of a phase as known at ``as_of``: what progress pages show."""
    # Nothing lies before a phase's own days, so there is nothing to compare with.
    compared = Before(as_of)
    return measure(indicator, phase.period, as_of, compared=compared, spans=[(phase, target)])[0]
