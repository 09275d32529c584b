from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import (
    Period,
    Quarter,
    add_working_days,
    is_working_day,
    working_days_between,
    years_before,
)

DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        (1, date(2025, 12, 15), date(2026, 3, 14)),
        (2, date(2026, 3, 15), date(2026, 6, 14)),
        (3, date(2026, 6, 15), date(2026, 9, 14)),
        (4, date(2026, 9, 15), date(2026, 12, 14)),
    ],
)
def test_quarters_have_the_windows_of_decree_09(number, first, last):
    window = Quarter(2026, number).window
    assert (window.start, window.last) == (first, last)


@given(DAYS)
def test_every_day_is_in_exactly_its_own_quarter(day):
    quarter = Quarter.of(day)
    assert day in quarter.window
    assert day not in quarter.next.window
    assert day not in quarter.previous.window
    assert quarter.next.previous == quarter
    assert quarter.window.end == quarter.next.window.start


@pytest.mark.parametrize("text", ["2026-Q5", "2026Q1", "Q1-2026", "", "26-Q1", "2026-Q1x"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(ValueError, match="quarter"):
        Quarter.parse(text)


def test_a_quarter_is_read_and_written_alike():
    assert Quarter.parse("2026-q3") == Quarter(2026, 3)
    assert Quarter(2026, 3).code == "2026-Q3"
    assert str(Quarter(2026, 4)) == "quý IV/2026"


def test_a_report_is_due_on_the_25th():
    assert Quarter(2026, 3).due_on() == date(2026, 9, 25)


def test_weekends_and_holidays_are_no_working_days():
    tet = {date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18)}
    friday = date(2026, 2, 13)
    assert add_working_days(friday, 1, tet) == date(2026, 2, 19)
    assert working_days_between(friday, date(2026, 2, 20), tet) == 2
    assert working_days_between(date(2026, 2, 20), friday, tet) == -2


@given(DAYS, st.integers(1, 60))
def test_adding_working_days_and_counting_them_agree(day, count):
    later = add_working_days(day, count, ())
    assert working_days_between(day, later, ()) == count
    assert is_working_day(later, ())


def test_periods_meet():
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    assert Quarter(2026, 1).window.meet(year) == Period(date(2026, 1, 1), date(2026, 3, 15))
    assert Quarter(2025, 1).window.meet(year) is None
    assert year.last + timedelta(days=1) == year.end


def test_years_before_the_29th_of_february():
    assert years_before(date(2028, 2, 29), 18) == date(2010, 2, 28)
