"""How one cell is read: a reader makes a value of what Excel holds, or raises ``Wrong``."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.codes import Code
from core.fields import (
    CleanCharField,
    CleanTextField,
    TaxCodeField,
    VietnamesePhoneField,
    WholeDongField,
    grouped,
)
from projects.register.words import BasisWords, Words

# An enterprise may be older than the programme: it is kept, and counts in no phase.
EARLIEST, LATEST = date(2000, 1, 1), date(2030, 12, 31)
MOST_PEOPLE = 1_000_000
MOST_NUMBER = 99_999  # of a code: the series goes on behind the highest number given
Reader = Callable[[Any], Any]

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_CLUB = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}")


class Wrong(Exception):
    """The cell cannot be read; ``str(error)`` is the sentence."""


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    """What the cell shows: Excel keeps whole numbers as floats and turns some words into days."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _clean(field: forms.Field, value: Any) -> Any:
    try:
        return field.clean(as_text(value))
    except ValidationError as error:
        raise Wrong(str(error.messages[0])) from error


def _of(field: forms.Field) -> Reader:
    return lambda value: _clean(field, value)


def line(limit: int) -> Reader:
    """One line of text of at most ``limit`` characters."""
    return _of(CleanCharField(max_length=limit))


def lines(limit: int) -> Reader:
    """Text of several lines, at most ``limit`` characters."""
    return _of(CleanTextField(max_length=limit))


phone = _of(VietnamesePhoneField())
email = _of(
    forms.EmailField(error_messages={"invalid": gettext_lazy("Thư điện tử này không đúng.")})
)


def day(value: Any) -> date:
    """An Excel date, ``dd/mm/yyyy`` or ISO; 2000 to 2030."""
    found = value.date() if isinstance(value, datetime) else value
    if isinstance(found, str):
        found = _written_day(found.strip())
    if not isinstance(found, date):
        raise Wrong(_("Ngày này không đúng. Viết theo ngày/tháng/năm, ví dụ: 05/09/2026."))
    if not EARLIEST <= found <= LATEST:
        raise Wrong(
            _("Ngày %(day)s nằm ngoài khoảng từ %(first)s đến %(last)s.")
            % {
                "day": f"{found:%d/%m/%Y}",
                "first": f"{EARLIEST:%d/%m/%Y}",
                "last": f"{LATEST:%d/%m/%Y}",
            }
        )
    return found


def _written_day(text: str) -> date | None:
    if found := _DAY.fullmatch(text):
        parts = int(found[3]), int(found[2]), int(found[1])
    elif found := _ISO_DAY.fullmatch(text):
        parts = int(found[1]), int(found[2]), int(found[3])
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


_money = WholeDongField()


def money(value: Any) -> int:
    """Whole đồng, 0 to 10^15: a number, or text such as ``1.500.000``."""
    if isinstance(value, float) and not value.is_integer():
        raise Wrong(_("Số tiền phải là số đồng nguyên, không có phần lẻ."))
    if isinstance(value, int | float) and value < 0:
        raise Wrong(_("Số tiền không được âm."))
    return _clean(_money, value)


def people(value: Any) -> int:
    """A whole number of people, 0 to a million."""
    shown = as_text(value).strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{3})+|\d{1,9}", shown, re.ASCII) or (
        isinstance(value, float) and not value.is_integer()
    ):
        raise Wrong(_("Viết một số nguyên, từ 0 trở lên."))
    count = int(shown.replace(".", ""))
    if count > MOST_PEOPLE:
        raise Wrong(_("Số này lớn quá. Nhiều nhất là %(most)s.") % {"most": grouped(MOST_PEOPLE)})
    return count


_tax = TaxCodeField()


def tax_code(value: Any) -> str:
    """A tax code; a leading zero that Excel dropped from a number is put back."""
    shown = as_text(value)
    if isinstance(value, int | float) and len(shown) in {9, 12}:
        shown = f"0{shown}"
    return _clean(_tax, shown)


def code(*prefixes: str) -> Reader:
    """A code with one of the prefixes; any of them names the same number."""

    def read(value: Any) -> Code:
        found = Code.parse(as_text(value))
        if found is None or found.prefix not in prefixes or found.number > MOST_NUMBER:
            raise Wrong(
                _("Mã này không đúng. Viết như %(example)s, hoặc để trống nếu chưa có mã.")
                % {"example": f"{prefixes[0]}-2026-0007"}
            )
        return found

    return read


def club_code(value: Any) -> str:
    """``CLB-2026-0001``, or another code of capital letters, digits and hyphens."""
    shown = as_text(value).strip().upper()
    found = Code.parse(shown)
    if found and found.prefix == "CLB" and found.number <= MOST_NUMBER:
        return str(found)
    if (found and found.prefix == "CLB") or not _CLUB.fullmatch(shown):
        raise Wrong(_("Mã câu lạc bộ viết như CLB-2026-0001, chỉ gồm chữ không dấu, số và gạch."))
    return shown


def one_of(words: Words | BasisWords) -> Reader:
    """The stored code of a known word; the sentence about an unknown one lists them."""

    def read(value: Any) -> str:
        shown = as_text(value)
        found = words.find(shown)
        if found is None:
            raise Wrong(
                _("Không hiểu “%(word)s”. Dùng một trong các từ: %(words)s.")
                % {"word": shown.strip()[:60], "words": " · ".join(words.shown)}
            )
        return found

    return read


def word(words: Words, limit: int = 80) -> Reader:
    """``(code, "")`` for a known word, ``("", the word)`` for a free one: registers have both."""
    read_text = line(limit)

    def read(value: Any) -> tuple[str, str]:
        text = read_text(value)
        found = words.find(text)
        return (found, "") if found is not None else ("", text)

    return read
