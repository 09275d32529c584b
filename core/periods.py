"""Reporting periods. Every date range in the portal is one of these, half-open: ``[start, end)``.

Quarters follow the data windows of Nghị định 09/2019/NĐ-CP, Điều 12: Q1 runs
from 15/12 of the year before to 14/03, and so on. Phases of the programme
follow the calendar.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, order=True)
class Period:
    """Days from ``start`` up to, not including, ``end``."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def meet(self, other: "Period") -> "Period | None":
        """The days that both have, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


@dataclass(frozen=True, order=True)
class Quarter:
    """A reporting quarter of Nghị định 09/2019/NĐ-CP."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"no quarter {self.number}")
        if not 2000 <= self.year <= 2100:
            raise ValueError(f"no year {self.year}")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter whose data window holds ``day``."""
        months = day.year * 12 + day.month - 1 + (day.day >= 15)
        return cls(months // 12, months % 12 // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read ``2026-Q3``. Raises ValueError on anything else."""
        found = re.fullmatch(r"(\d{4})-Q([1-4])", text.strip().upper())
        if not found:
            raise ValueError(f"not a quarter: {text!r}; write it as 2026-Q3")
        return cls(int(found[1]), int(found[2]))

    @property
    def window(self) -> Period:
        """The days whose facts this quarter counts."""
        return Period(self._cut_off(self.number - 1), self._cut_off(self.number))

    def _cut_off(self, quarters: int) -> date:
        return date(self.year, 3 * quarters, 15) if quarters else date(self.year - 1, 12, 15)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def due_on(self, day_of_month: int = 25) -> date:
        """The day the town's report is due: by default the 25th of the quarter's last month."""
        return date(self.year, 3 * self.number, day_of_month)

    @property
    def roman(self) -> str:
        return ("I", "II", "III", "IV")[self.number - 1]

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    def __str__(self) -> str:
        return _("quý %(roman)s/%(year)s") % {"roman": self.roman, "year": self.year}


def end_of(day: date) -> datetime:
    """The last second of ``day`` in Việt Nam."""
    return datetime.combine(day, time(23, 59, 59), LOCAL)


def start_of(day: date) -> datetime:
    """The first moment of ``day`` in Việt Nam."""
    return datetime.combine(day, time(0), LOCAL)


def day_of(moment: datetime) -> date:
    """The day in Việt Nam on which ``moment`` falls."""
    return moment.astimezone(LOCAL).date()


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def add_working_days(day: date, count: int, holidays: Collection[date]) -> date:
    """The day ``count`` working days after ``day`` (which itself does not count)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def working_days_between(start: date, end: date, holidays: Collection[date]) -> int:
    """Working days after ``start`` up to and with ``end``; negative when ``end`` is past."""
    if end < start:
        return -working_days_between(end, start, holidays)
    days = (start + timedelta(days=i) for i in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier (28/02 for 29/02)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
