"""Numbers and days in the style of Vietnamese documents."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core import formats_vn as f


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (0, "00"), (3, "03"), (12, "12"), (1234, "1.234"), (-3, "−3")],
)
def test_count(value, text):
    assert f.count(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234567.89, None, "1.234.567,89"),
        (Decimal("2.50"), None, "2,5"),
        (1000, None, "1.000"),
        (0, None, "0"),
        (-0.001, None, "0"),
        (2, 2, "2,00"),
        (-1500, 0, "−1.500"),
        (None, None, "—"),
    ],
)
def test_number(value, places, text):
    assert f.number(value, places) == text


def test_sums_and_shares():
    assert f.dong(1_500_000) == "1.500.000\u00a0đồng"
    assert f.dong(None) == "—"
    assert f.percent(150) == "150%"
    assert f.percent(66.666) == "66,7%"
    assert f.share(2, 3) == "66,7%"
    assert f.share(2, 0) == "—"


def test_days_are_read_on_the_clock_of_vietnam():
    assert f.date_vn(date(2026, 9, 5)) == "05/09/2026"
    assert f.date_vn(datetime(2026, 9, 4, 18, 0, tzinfo=UTC)) == "05/09/2026"
    assert f.date_vn(None) == "—"
