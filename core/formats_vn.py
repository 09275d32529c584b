"""How numbers, money and days are written, on pages and on paper alike.

The style is that of Vietnamese official documents and stays the same in English pages:
`1.234.567,89`, `05/09/2026`, counts below 10 with a leading zero.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOTHING = "—"
SPACE = "\u00a0"  # a number is not parted from its unit at the end of a line
Number = int | float | Decimal


def number(value: Number | None, places: int | None = None) -> str:
    """`1.234.567,89`; `places` decimals, or as many (two at most) as the value has."""
    if value is None:
        return NOTHING
    text = f"{value:,.{2 if places is None else places}f}"
    if places is None:
        text = text.rstrip("0").rstrip(".")
    sign = "−" if text.startswith("-") and text.strip("-0.,") else ""
    return sign + text.lstrip("-").translate(str.maketrans(",.", ".,"))


def count(value: int | None) -> str:
    """`03`, `12`, `1.234`; a dash where nothing is known."""
    if value is None:
        return NOTHING
    return f"{value:02d}" if 0 <= value < 10 else number(value, 0)


def dong(value: int | None) -> str:
    """A sum in đồng: `1.500.000 đồng`."""
    if value is None:
        return NOTHING
    return f"{number(value, 0)}{SPACE}{_('đồng')}"


def percent(value: Number | None) -> str:
    """A value that is already in hundredths, with one decimal at most: `150%`, `66,7%`."""
    if value is None:
        return NOTHING
    return f"{number(value, 1).removesuffix(',0')}%"


def share(part: Number | None, whole: Number | None) -> str:
    """`part` of `whole` as percent; a dash where there is no whole."""
    if part is None or not whole:
        return NOTHING
    return percent(Decimal(part) * 100 / Decimal(whole))


def date_vn(value: date | datetime | None) -> str:
    """`05/09/2026`; a moment is read on the clock of Vietnam."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(ZONE)
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
