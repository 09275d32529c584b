"""How large a workbook may open, and that no cell holds a formula's error.

The reader lays each sheet out as one full rectangle and copies a shared text
into each cell that uses it, so a small file can ask for more memory than a
machine has. It also takes an error for an empty cell.
"""

import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.words import Refused

MOST_CELLS = 3_000_000  # of one sheet's rectangle; 50,000 rows of 20 columns are a third of it
MOST_TEXT = 60_000_000  # characters of all cells together
CHUNK = 256 * 1024
_NOT_XML = {".rels", ".vml", ".bin", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf"}


def check(stream: BinaryIO) -> None:
    """Walk through every part of the workbook; ``Refused`` when it would open too large."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = [m.filename for m in archive.infolist()]
            texts = _Texts()
            # Shared texts first: a sheet names them by their number.
            for wanted in (True, False):
                for name in names:
                    shared = PurePosixPath(name).name.lower() == "sharedstrings.xml"
                    if shared == wanted and not _is_other(name):
                        _walk(archive, name, texts)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, RuntimeError) as error:
        raise Refused(broken()) from error
    finally:
        stream.seek(0)


def broken() -> str:
    return _("Không đọc được tệp này. Mở tệp bằng Excel, lưu lại kiểu .xlsx rồi thử.")


def _is_other(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in _NOT_XML


def _too_large() -> str:
    return _("Tệp này mở ra quá lớn. Xóa dòng và cột thừa, hoặc chia thành nhiều tệp.")


class _Texts:
    """Lengths of the shared texts, by number, and the characters that all cells hold."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.total = 0

    def add(self, count: int) -> None:
        self.total += count
        if self.total > MOST_TEXT:
            raise Refused(_too_large())


def _walk(archive: zipfile.ZipFile, name: str, texts: _Texts) -> None:
    walker = _Walker(texts)
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            walker.parser.Parse(chunk, False)
        if walker.seen:
            walker.parser.Parse(b"", True)


class _Walker:
    """Follows one part: which cells hold something, and how much text they show."""

    def __init__(self, texts: _Texts) -> None:
        self.texts, self.seen = texts, False
        self.row = self.column = self.rows = self.columns = 0
        self.inside, self.shared = "", False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.seen = True
        tag = name.rpartition(":")[2]
        if tag == "row":
            self.row, self.column = _number(attributes.get("r")) or self.row + 1, 0
        elif tag == "c":
            self._cell(attributes)
        elif tag in {"v", "is", "f"} and self.column:
            self._filled()
        elif tag == "si":
            self._shared_text()
        self.inside = tag

    def _shared_text(self) -> None:
        self.texts.lengths.append(0)
        if len(self.texts.lengths) > MOST_CELLS:
            raise Refused(_too_large())

    def _cell(self, attributes: dict[str, str]) -> None:
        row, column = _place(attributes.get("r", ""))
        self.row, self.column = row or self.row or 1, column or self.column + 1
        self.shared = attributes.get("t") == "s"
        if attributes.get("t") == "e":
            raise Refused(
                _("Ô %(cell)s đang báo lỗi công thức (như #REF!). Sửa rồi lưu lại.")
                % {"cell": attributes.get("r", "")[:12]}
            )

    def _filled(self) -> None:
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if self.rows * self.columns > MOST_CELLS:
            raise Refused(_too_large())

    def _text(self, text: str) -> None:
        if self.inside == "v" and self.shared:
            number = _number(text)
            if number is not None and number < len(self.texts.lengths):
                self.texts.add(self.texts.lengths[number])
        elif self.inside == "t" and self.texts.lengths and not self.column:
            self.texts.lengths[-1] += len(text)
        elif self.inside in {"v", "t"}:
            self.texts.add(len(text))


def _number(text: str | None) -> int | None:
    shown = (text or "").strip()
    return int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 10 else None


def _place(reference: str) -> tuple[int | None, int | None]:
    """ "AB12" → (12, 28)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else 10**6
    return _number(reference[len(letters) :]), column or None
