"""Lists as Excel: written row by row, so that memory does not grow with the list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

DAY_FORMAT, MONEY_FORMAT = "dd/mm/yyyy", "#,##0"
_ACTS = ("=", "+", "-", "@", "\t", "\r")
TOLD_EVERY = 500  # rows between two signs of life


@dataclass(frozen=True)
class Column:
    """A column: its heading, what a row has there, how wide it is in characters."""

    label: Any
    value: Callable[[Any], Any]
    width: int = 22
    kind: Literal["text", "day", "money"] = "text"


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

    Days are days, money is whole numbers of đồng, anything else is text.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.append([_heading(page, str(column.label)) for column in columns])
    written = 0
    for row in rows:
        page.append([_cell(page, column, row) for column in columns])
        written += 1
        if progress and written % TOLD_EVERY == 0:
            progress(written)
    if about:
        told = book.create_sheet("Ghi chú")
        told.column_dimensions["A"].width, told.column_dimensions["B"].width = 28, 70
        for label, words in about:
            told.append([safe(label), safe(words)])
    book.save(target)
    return written


def _heading(page: Any, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, safe(words))
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="0B5A61")
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(page: Any, column: Column, row: Any) -> Any:
    value = column.value(row)
    if value is None or value == "":
        return None
    if column.kind == "text":
        return safe(str(value))
    cell = WriteOnlyCell(page, value if isinstance(value, date) else int(value))
    cell.number_format = DAY_FORMAT if column.kind == "day" else MONEY_FORMAT
    return cell
