"""Lists as Excel: written row by row, so that memory does not grow with the list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

DAY_FORMAT, MONEY_FORMAT = "dd/mm/yyyy", "#,##0"
A4 = 9  # as Excel counts paper
FORMATS = {"day": DAY_FORMAT, "money": MONEY_FORMAT, "number": "#,##0.#"}
_ACTS = ("=", "+", "-", "@", "\t", "\r")
TOLD_EVERY = 500  # rows between two signs of life


@dataclass(frozen=True)
class Column:
    """A column: its heading, what a row has there, how wide it is in characters."""

    label: Any
    value: Callable[[Any], Any]
    width: int = 22
    kind: Literal["text", "day", "money", "number"] = "text"


def safe(text: str) -> str:
    """The text for a cell: what Excel would take for a formula begins with an apostrophe."""
    return f"'{text}" if text.startswith(_ACTS) else text


def write(
    target: IO[bytes],
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    about: Sequence[tuple[str, str]] = (),
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a workbook of one list, and a sheet that tells where it is from; how many rows.

    Days are days, money is whole numbers of đồng, numbers are numbers, anything else is text.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    _for_paper(page)
    for place, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.append([_heading(page, column) for column in columns])
    written = 0
    for row in rows:
        page.append(_line(page, columns, row))
        written += 1
        if progress and written % TOLD_EVERY == 0:
            progress(written)
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{written + 1}"
    if about:
        told = book.create_sheet("Ghi chú")
        told.column_dimensions["A"].width, told.column_dimensions["B"].width = 28, 70
        for label, words in about:
            told.append([safe(label), safe(words)])
    book.save(target)
    return written


def _for_paper(page: Any) -> None:
    """Printed, a list lies across as wide as one sheet, its headings on every page."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"


def _heading(page: Any, column: Column) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, safe(str(column.label)))
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="0B5A61")
    side = "left" if column.kind == "text" else "right"  # over its days and numbers
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    return cell


def _line(page: Any, columns: Sequence[Column], row: Any) -> list[Any]:
    """A row's cells: a text longer than its column is wide wraps, and all then stand at the top.

    Other texts go without a cell of their own: a list may have 50,000 rows.
    """
    values = [_value(column, row) for column in columns]
    pairs = list(zip(columns, values, strict=True))
    is_tall = any(isinstance(value, str) and len(value) > column.width for column, value in pairs)
    return [_cell(page, column, value, is_tall) for column, value in pairs]


def _value(column: Column, row: Any) -> str | date | float | None:
    value = column.value(row)
    if value is None or value == "":
        return None
    if column.kind == "text":
        return safe(str(value))
    return int(value) if column.kind == "money" else value


def _cell(page: Any, column: Column, value: str | date | float | None, is_tall: bool) -> Any:
    if value is None or (isinstance(value, str) and not is_tall):
        return value
    cell = WriteOnlyCell(page, value)
    if column.kind != "text":
        cell.number_format = FORMATS[column.kind]
    if is_tall:
        cell.alignment = Alignment(wrap_text=column.kind == "text", vertical="top")
    return cell
