"""Every indicator of a quarter as of a moment, beside the best single statement for its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from bench.timing import in_turns, once, ratio, table
from core.periods import Quarter
from programme.models import Indicator, Phase
from reports.indicators import TABLE, Before, default_as_of, measure, phases_of

REACH = 3.0
RUNS = 5


@dataclass(frozen=True)
class Asked:
    """What a statement is asked: the window, the phases it may touch, the two moments."""

    first: date
    end: date
    now: datetime
    before: datetime
    phases: tuple[Phase, ...]


def at(moment: datetime) -> str:
    return f"timestamptz '{moment.isoformat()}'"


def known(moment: datetime, alias: str = "") -> str:
    dot = f"{alias}." if alias else ""
    return (
        f"({dot}verified_at <= {at(moment)} AND "
        f"({dot}retracted_at IS NULL OR {dot}retracted_at > {at(moment)}))"
    )


def sums(asked: Asked, worth: str, now: str, was: str) -> str:
    """In period, cumulative, added and removed of each phase; ``now``, ``was``: days, or null."""
    columns = []
    for phase in asked.phases:
        start, stop = phase.period.start, phase.period.end
        middle = max(start, min(asked.first, stop))
        end = max(middle, min(asked.end, stop))

        def days(day: str, a: date, b: date) -> str:
            return f"({day} >= '{a}' AND {day} < '{b}')"

        early, then = days(now, start, middle), days(was, start, middle)
        conditions = (
            days(now, middle, end),
            days(now, start, end),
            f"{early} AND {then} IS NOT TRUE",
            f"{then} AND {early} IS NOT TRUE",
        )
        columns += [f"coalesce(sum({worth}) FILTER (WHERE {c}), 0)" for c in conditions]
    return "SELECT " + ",\n    ".join(columns)


def dated(table_name: str, worth: str, where: str) -> Any:
    """Facts that count each on its own day: one scan, no wider than the phases' days."""

    def statement(asked: Asked) -> Iterator[str]:
        start = min(phase.start for phase in asked.phases)
        yield f"""{sums(asked, "worth", "day_now", "day_was")}
        FROM (
            SELECT {worth} AS worth,
                CASE WHEN {known(asked.now)} THEN happened_on END AS day_now,
                CASE WHEN {known(asked.before)} THEN happened_on END AS day_was
            FROM {table_name}
            WHERE verified_at <= {at(max(asked.now, asked.before))} AND {where}
                AND happened_on >= '{start}' AND happened_on < '{asked.end}'
        ) f"""

    return statement


def first_of(table_name: str, key: str, where: str = "true") -> Any:
    """Things that count once, on the first day of a fact that stands."""

    def statement(asked: Asked) -> Iterator[str]:
        yield f"""{sums(asked, "1", "day_now", "day_was")}
        FROM (
            SELECT min(happened_on) FILTER (WHERE {known(asked.now)}) AS day_now,
                min(happened_on) FILTER (WHERE {known(asked.before)}) AS day_was
            FROM {table_name} WHERE verified_at IS NOT NULL AND {where} GROUP BY {key}
        ) f"""

    return statement


def received(asked: Asked) -> Iterator[str]:
    yield f"""{sums(asked, "1", "day_now", "day_was")}
    FROM (
        SELECT received_on AS day_now,
            CASE WHEN received_at <= {at(asked.before)} THEN received_on END AS day_was
        FROM projects_venture WHERE received_at <= {at(asked.now)}
    ) f"""


def supported(asked: Asked) -> Iterator[str]:
    """Two ways: each table grouped by itself, then joined; or a look into the index for each."""

    def day(moment: str) -> str:
        both = f"s.first_{moment} IS NOT NULL AND r.first_{moment} IS NOT NULL"
        return f"CASE WHEN {both} THEN greatest(s.first_{moment}, r.first_{moment}) END"

    def grouped(name: str) -> str:
        return f"""(
            SELECT venture_id, min(happened_on) FILTER (WHERE {known(asked.now)}) AS first_now,
                min(happened_on) FILTER (WHERE {known(asked.before)}) AS first_was
            FROM {name} WHERE verified_at IS NOT NULL GROUP BY venture_id
        )"""

    yield f"""{sums(asked, "1", "day_now", "day_was")}
    FROM (
        SELECT {day("now")} AS day_now, {day("was")} AS day_was
        FROM {grouped("projects_support")} s
        JOIN {grouped("projects_recognition")} r USING (venture_id)
    ) f"""

    def looked_up(moment: datetime) -> str:
        return f"""(
            SELECT happened_on FROM projects_support x
            WHERE x.venture_id = r.venture_id AND {known(moment, "x")}
            ORDER BY happened_on LIMIT 1
        )"""

    yield f"""{sums(asked, "1", "day_now", "day_was")}
    FROM (
        SELECT {day("now")} AS day_now, {day("was")} AS day_was
        FROM {grouped("projects_recognition")} r,
        LATERAL (
            SELECT {looked_up(asked.now)} AS first_now, {looked_up(asked.before)} AS first_was
        ) s
    ) f"""


BEST = {
    "projects_supported": supported,
    "enterprises_formed": first_of("projects_formation", "venture_id", "succeeds_id IS NULL"),
    "clubs_formed": first_of("support_orgs_clubfounding", "organisation_id"),
    "ideas_received": received,
    "forums_held": dated("programme_activity", "1", "kind IN ('forum', 'talk')"),
    "trainings_held": dated("programme_activity", "1", "kind = 'training'"),
    "people_reached": dated("programme_activity", "people", "true"),
    "support_value_state": dated("projects_support", "value", "source = 'state'"),
    "support_value_socialised": dated("projects_support", "value", "source = 'socialised'"),
}


def ask(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(int(value) for value in cursor.fetchone())


def report(quarter: Quarter, now: datetime) -> None:
    """Measure every row of the table in turns with its best statement; print both."""
    as_of = default_as_of(quarter, now)
    compared = Before(default_as_of(quarter.previous, now))
    window = quarter.window
    rows = []
    total = [0.0, 0.0]
    for code in TABLE:
        indicator = Indicator.objects.get(code=code)
        spans = [s for s in phases_of([indicator])[indicator.pk] if s[0].start < quarter.window.end]
        phases = tuple(phase for phase, _target in spans)
        asked = Asked(window.start, window.end, as_of, compared.at, phases)

        def ours(indicator=indicator, spans=spans) -> tuple[int, ...]:
            found = {
                f.phase.pk: (f.in_period, f.cumulative, f.added, f.removed)
                for f in measure(indicator, window, as_of, compared=compared, spans=spans)
            }
            return tuple(n for phase, _t in spans for n in found.get(phase.pk, (0,) * 4))

        if code not in BEST:
            print(f"no statement is written for {code}: add one to bench/figures.py")
            continue
        candidates = list(BEST[code](asked))
        for statement in candidates:
            ask(statement)  # the first run warms the cache
        best = min(candidates, key=lambda s: once(lambda s=s: ask(s))[0])
        mine, theirs = ours(), ask(best)
        # A phase that is over and in which nothing was restated has no figure of ours to compare.
        shown = {
            f.phase.pk for f in measure(indicator, window, as_of, compared=compared, spans=spans)
        }
        expected = tuple(
            n
            for i, phase in enumerate(phases)
            for n in (theirs[4 * i : 4 * i + 4] if phase.pk in shown else (0,) * 4)
        )
        same = "yes" if mine == expected else "MISMATCH"
        if same != "yes":
            print(f"\n*** MISMATCH in {code}: measure {mine}, statement {expected}\n{best}")
        portal, limit = in_turns([ours, lambda best=best: ask(best)], RUNS)
        total[0] += portal.wall
        total[1] += limit.wall
        last = mine[-4:]
        rows.append((code, portal.ms, limit.ms, ratio(portal, limit, REACH), same, *last))
    rows.append(
        ("all", f"{total[0] * 1000:.1f}", f"{total[1] * 1000:.1f}", f"{total[0] / total[1]:.2f}")
        + ("",) * 5
    )
    table(
        f"Indicators, {quarter.code} as of {as_of:%d/%m/%Y}; reach: ratio ≤ {REACH:g}",
        ("indicator", "ms", "best SQL ms", "ratio", "same", "in period", "cumulative", "+", "−"),
        rows,
    )
