"""The sums of support agree wherever they stand: page, file, indicator, report, venture.

What is expected is added up here, row by row, from what was written down; no sum of the portal's
own is believed.
"""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.formats_vn import count, number
from core.periods import Period, Quarter, end_of
from programme import services as programme
from programme.models import Indicator, Phase
from projects.ledger import CLAUSES, NO_CLAUSE, Total
from projects.models import Support
from projects.tests.desk_cast import project
from reports import annexes, narrative
from reports.indicators import Before, measure, phases_of
from reports.models import Report

K, SOURCES = Support.Kind, Support.Source.values
GROUPS = ("III.1", "III.2", "III.3", "III.4", "III.5")
BEFORE = datetime(2025, 10, 1, tzinfo=UTC)
# All of it lies behind every clock that a page reads.
LINE = st.fixed_dictionaries(
    {
        "on": st.dates(date(2025, 11, 1), date(2026, 6, 30)),
        "kind": st.sampled_from(K.values),
        "source": st.sampled_from(SOURCES),
        "amount": st.one_of(
            st.tuples(st.integers(0, 10**12), st.just(0)), st.tuples(st.just(0), st.integers(0, 99))
        ),
        "known": st.integers(0, 60),
        "gone": st.one_of(st.none(), st.integers(1, 60)),
        "whose": st.integers(0, 1),
    }
)
ASKED = [
    {}, {"nguon": "state"}, {"nguon": "socialised"}, {"loai": "mentoring"}, {"loai": "other"},
    {"nguon": "state", "diem": "III.4"}, {"diem": NO_CLAUSE}, *({"diem": key} for key in GROUPS),
    {"giai_doan": "2022-2025"}, {"giai_doan": "2026-2030"},
]  # fmt: skip


def written(venture, by, row):
    known = end_of(row["on"]) + timedelta(days=row["known"])
    gone = known + timedelta(days=row["gone"]) if row["gone"] else None
    told = {"retracted_at": gone, "retracted_by": by, "retraction_reason": "x"} if gone else {}
    Support.objects.create(
        venture=venture, happened_on=row["on"], kind=row["kind"], source=row["source"],
        provider="A", value=row["amount"][0], half_hours=row["amount"][1], evidence_ref="1",
        recorded_at=known, recorded_by=by, verified_at=known, verified_by=by,
        status="retracted" if gone else "verified", **told,
    )  # fmt: skip
    return row | {"known": known, "gone": gone, "under": CLAUSES.get(K(row["kind"]), "")}


def is_known(row, as_of):
    return row["known"] <= as_of and (row["gone"] is None or row["gone"] > as_of)


def is_under(row, clause):
    if clause == NO_CLAUSE:
        return not row["under"]
    return row["under"] == clause or row["under"].startswith(f"{clause}.")


def added(rows):
    return sum((Total(1, *row["amount"]) for row in rows), Total())


def asked_of(rows, asked, days):
    phase = Phase.objects.filter(code=asked.get("giai_doan", "")).first()
    return [
        row
        for row in rows
        if row["on"] in days
        and (phase is None or row["on"] in phase.period)
        and asked.get("nguon", row["source"]) == row["source"]
        and asked.get("loai", row["kind"]) == row["kind"]
        and ("diem" not in asked or is_under(row, asked["diem"]))
    ]


def in_file(answer):
    content = answer.getvalue() if answer.streaming else answer.content
    head, *rows = (
        openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    )
    of = {name: head.index(name) for name in head}
    if "Tình trạng" in of:
        rows = [row for row in rows if row[of["Tình trạng"]] == "Đã xác nhận"]
    return sum(
        (
            Total(1, row[of["Giá trị (đồng)"]] or 0, round((row[of["Số giờ"]] or 0) * 2))
            for row in rows
        ),
        Total(),
    )


def hours(total):
    return f", {number(total.half_hours / 2)} giờ" if total.half_hours else ""


@pytest.mark.parametrize("quarter", [Quarter(2026, 1), Quarter(2026, 2)])
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(LINE, max_size=9), moment=st.dates(date(2025, 12, 1), date(2026, 11, 20)))
def test_every_place_tells_the_same_sums(client, an, em, chi, quarter, rows, moment):
    with transaction.atomic():
        programme.seed()
        ventures = [project(an, em, BEFORE, title=f"Dự án {n}") for n in (0, 1)]
        rows = [written(ventures[row["whose"]], em, row) for row in rows]
        client.force_login(chi)
        as_of = end_of(moment)
        known = [row for row in rows if is_known(row, as_of)]
        the_ledger(client, known, quarter, moment)
        the_indicators(known, quarter, as_of)
        the_report(ventures, known, quarter, as_of)
        the_ventures(client, ventures, rows)
        transaction.set_rollback(True)


def the_ledger(client, known, quarter, moment):
    for asked in ASKED:
        query = {**asked, "quy": quarter.code, "tinh_den": moment.isoformat()}
        mine = asked_of(known, asked, quarter.window)
        page = client.get("/so-ho-tro/", query).context
        assert page["all"] == added(mine), asked
        assert [row["total"] for row in page["sources"]] == [
            added([row for row in mine if row["source"] == source]) for source in SOURCES
        ]
        assert sum((row["total"] for row in page["kinds"]), Total()) == page["all"]
        assert sum((row["total"] for row in page["clauses"]), Total()) == page["all"]
        assert in_file(client.get("/so-ho-tro/xuat.xlsx", query)) == page["all"], asked


def the_indicators(known, quarter, as_of):
    for source in SOURCES:
        indicator = Indicator.objects.get(code=f"support_value_{source}")
        spans = phases_of([indicator])[indicator.pk]
        mine = [row for row in known if row["source"] == source]
        for figure in measure(
            indicator, quarter.window, as_of, compared=Before(as_of), spans=spans
        ):
            days = figure.phase.period
            upto = Period(days.start, max(days.start, min(quarter.window.end, days.end)))
            assert figure.cumulative == added([r for r in mine if r["on"] in upto]).value
            both = [r for r in mine if r["on"] in quarter.window and r["on"] in days]
            assert figure.in_period == added(both).value


def the_report(ventures, known, quarter, as_of):
    report = Report(year=quarter.year, number=quarter.number, as_of=as_of)
    for key in GROUPS:
        total = added(asked_of(known, {"diem": key}, quarter.window))
        said = narrative.group(report, key, ())
        if not total.lines:
            assert "Hỗ trợ" not in said
            continue
        money = f", trị giá {number(total.value, 0)} đồng" if total.value else ""
        assert f"Hỗ trợ {count(total.lines)} lượt" in said
        assert said.endswith(f"){money}{hours(total)}.")
    upto = [row for row in known if row["on"] < quarter.window.end]
    told = {row[1].split()[0]: row[6] for row in annexes.ventures(quarter, as_of)["rows"]}
    for n, venture in enumerate(ventures):
        total = added([row for row in upto if row["whose"] == n])
        words = f"{count(total.lines)} lần, {number(total.value, 0)} đồng{hours(total)}"
        assert told[venture.code_as("DA")] == words


def the_ventures(client, ventures, rows):
    """Today: what was taken back by now is not added."""
    for n, venture in enumerate(ventures):
        mine = [row for row in rows if row["whose"] == n and row["gone"] is None]
        shown = client.get(venture.get_absolute_url()).context["totals"]
        assert sum((total for _label, total in shown), Total()) == added(mine)
        assert in_file(client.get(f"/du-an/{venture.code_as('DA')}/ho-tro/xuat.xlsx")) == added(
            mine
        )
