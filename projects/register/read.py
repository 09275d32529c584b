"""From a workbook to rows of values. Nothing here asks the database."""

import hashlib
import io
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.core.files.base import File
from django.utils import translation
from django.utils.translation import gettext as _
from python_calamine import CalamineSheet, CalamineWorkbook

from core import files
from core.files.kinds import EXCEL
from core.text import nfc
from core.words import Refused
from projects.register import bounds, cells
from projects.register.cells import Wrong
from projects.register.sheets import GUIDE, SHEETS, Column, Sheet
from projects.register.troubles import Troubles
from projects.register.words import plain

Progress = Callable[[int, int], None]
MOST_ROWS = 100_000  # of one sheet
PREVIEW = 5
STEP = 2000  # rows between two signs of progress
_BY_NAME = {plain(sheet.name): sheet for sheet in SHEETS}


@dataclass
class Row:
    """A row that says something: its number in Excel and what could be read of it."""

    number: int
    values: dict[str, Any]
    is_bad: bool = False

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)


@dataclass
class Preview:
    """The first rows of a sheet as the office wrote them."""

    sheet: str
    headings: list[str]
    rows: list[list[str]]


@dataclass
class Book:
    """A workbook that was read: rows by the key of their sheet, and what is wrong with it."""

    name: str
    sha256: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    previews: list[Preview] = field(default_factory=list)
    errors: Troubles = field(default_factory=Troubles)


def read(stream: BinaryIO, name: str, progress: Progress) -> Book:
    """Read a workbook; ``Refused`` where the file itself cannot be taken.

    ``progress(done, total)`` is told of rows.
    """
    checked = files.check(File(stream, name), {EXCEL})
    bounds.check(stream)
    stream.seek(0)
    content = stream.read()
    with translation.override("vi"):
        book = Book(checked.name, hashlib.sha256(content).hexdigest())
        tables = list(_tables(_open(content), book.errors))
        total = sum(len(table) for _sheet, table in tables)
        done = 0
        for sheet, table in tables:
            done = _read_sheet(book, sheet, table, lambda now: progress(now, total), done)
    return book


def _open(content: bytes) -> CalamineWorkbook:
    return _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))


def _guarded(work: Callable[[], Any]) -> Any:
    """The reader is native code: on a broken file it raises its own errors, or panics."""
    try:
        return work()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic is no Exception
        raise Refused(bounds.broken()) from error


def _tables(workbook: CalamineWorkbook, errors: Troubles) -> Iterator[tuple[Sheet, list[list]]]:
    """The known sheets with their cells, in the contract's order; others are refused by name."""
    names: dict[str, str] = {}
    for name in workbook.sheet_names:
        key = plain(nfc(name))
        if key == plain(GUIDE):
            continue
        if key not in _BY_NAME:
            known = ", ".join(sheet.name for sheet in SHEETS)
            sentence = _("không có trong mẫu. Các trang tính được nhận: %(known)s.") % {
                "known": known
            }
            errors.add(nfc(name), 0, "", sentence)
        elif key in names:
            errors.add(nfc(name), 0, "", _("có hai trang tính cùng tên. Gộp lại thành một."))
        else:
            names[key] = name
    if not names and not errors.count:
        errors.add("", 0, "", _("Tệp này không có trang tính nào của sổ theo dõi."))
    for key, sheet in _BY_NAME.items():
        if key in names:
            yield sheet, _guarded(lambda key=key: _cells(workbook.get_sheet_by_name(names[key])))


def _cells(sheet: CalamineSheet) -> list[list]:
    return sheet.to_python(skip_empty_area=False)


def _read_sheet(
    book: Book, sheet: Sheet, table: list[list], progress: Callable[[int], None], done: int
) -> int:
    rows = book.rows[sheet.key] = []
    places = _places(book.errors, sheet, table)
    if len(table) > MOST_ROWS:
        sentence = _("có quá %(most)d dòng. Chia thành nhiều tệp.") % {"most": MOST_ROWS}
        book.errors.add(sheet.name, 0, "", sentence)
        return done + len(table)
    if places is None:
        return done + len(table)
    book.previews.append(Preview(sheet.name, [column.name for _place, column in places], []))
    for number, written in enumerate(table[1:], start=2):
        if (done + number) % STEP == 0:
            progress(done + number)
        if all(cells.is_blank(cell) for cell in written):
            continue
        rows.append(_read_row(book.errors, sheet, places, number, written))
        if len(rows) <= PREVIEW:
            shown = [_shown(written[place]) for place, _column in places]
            book.previews[-1].rows.append(shown)
    done += len(table)
    progress(done)
    return done


def _shown(cell: Any) -> str:
    return nfc(cells.as_text(cell))[:80]


def _places(errors: Troubles, sheet: Sheet, table: list[list]) -> list[tuple[int, Column]] | None:
    """Where each column stands; None when the headings are not those of the register."""
    before = errors.count
    if not table:
        return []
    known = {plain(column.name): column for column in sheet.columns}
    found: dict[str, tuple[int, Column]] = {}
    for place, heading in enumerate(table[0]):
        name = "" if cells.is_blank(heading) else " ".join(_shown(heading).split())
        key = plain(name)
        if not name:
            is_used = any(not cells.is_blank(row[place]) for row in table[1:])
            sentence = _("cột này có dữ liệu mà thiếu tên cột.") if is_used else ""
            name = _letters(place)
        else:
            sentence = _heading_trouble(key, known, found)
        if sentence:
            errors.add(sheet.name, 1, name, sentence)
        elif key:
            found[key] = (place, known[key])
    for key, column in known.items():
        if column.needed and key not in found:
            errors.add(sheet.name, 1, column.name, _("thiếu cột này. Thêm cột vào dòng đầu."))
    return None if errors.count > before else list(found.values())


def _heading_trouble(key: str, known: Container[str], found: Container[str]) -> str:
    if key not in known:
        return _("cột này không có trong mẫu. Xóa cột, hoặc sửa lại tên cột cho đúng mẫu.")
    return _("có hai cột cùng tên. Giữ lại một cột.") if key in found else ""


def _letters(place: int) -> str:
    """0 → "A", 27 → "AB"."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _read_row(
    errors: Troubles, sheet: Sheet, places: list[tuple[int, Column]], number: int, written: list
) -> Row:
    row = Row(number, {})
    for place, column in places:
        cell, trouble = written[place], ""
        if cells.is_blank(cell):
            trouble = _("Ô này không được để trống.") if column.needed else ""
        else:
            try:
                row.values[column.key] = column.read(cell)
            except Wrong as wrong:
                trouble = str(wrong)
        if trouble:
            errors.add(sheet.name, number, column.name, trouble)
            row.is_bad = True
    return row
