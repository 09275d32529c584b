"""Measures and fixed words of Decree 30/2020/NĐ-CP, Appendix I, for both printers.

Lengths are millimetres, type sizes points.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple

from core.documents.blocks import Content, Document, Row, Run, Table, as_runs
from core.documents.numbering import day_in_words, official_date, official_number

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 15
TEXT_MM = PAGE_MM[0] - LEFT_MM - RIGHT_MM
LANDSCAPE_TEXT_MM = PAGE_MM[1] - LEFT_MM - RIGHT_MM
LETTERHEAD_MM = (67, 98)
INDENT_MM = 12.7
BODY_PT, SMALL_PT, RUNNING_PT, LIST_PT = 14, 12, 13, 11
PARAGRAPH_GAP_PT = 6
LINE_SPACING = 1.1
FONT = "Times New Roman"

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
DEMO = "Dữ liệu minh họa"
COPIES = "Nơi nhận:"
CHECK_SUM = "Mã kiểm tra (SHA-256):"
CHECK_AT = "Kiểm tra tại:"
CHECK_ALT = "Mã QR dẫn đến trang kiểm tra văn bản"

# Earliest time that a zip archive can hold; used when a document has no date yet.
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)

# Times New Roman Bold, thousandths of an em, for rules that must fit the words above them.
_WIDTHS = dict.fromkeys("aăâgvxyoôơ0123456789", 500) | dict.fromkeys("ceêr", 444)
_WIDTHS |= (
    dict.fromkeys("ABCDĐRUVXY", 722) | dict.fromkeys("ELT", 667) | dict.fromkeys("GHKOQ", 778)
)
_WIDTHS |= {"i": 278, "l": 278, "t": 333, "s": 389, "m": 833, "M": 944, "I": 389, "P": 611}
_WIDTHS |= {" ": 250, "\u00a0": 250, ".": 250, ",": 250, "-": 333, "S": 556, "@": 930, "W": 1000}


def clean(text: str) -> str:
    """Text that both formats can hold: NFC, without control, private or direction-turning signs.

    Line breaks stay. Signs that turn the direction of writing could make a signed paper read
    differently from its data, so they go too.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in text if c == "\n" or not _unprintable(c))
    return unicodedata.normalize("NFC", "".join(kept))


def _unprintable(char: str) -> bool:
    if " " <= char <= "~":
        return False
    point = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}
        or point & 0xFFFE == 0xFFFE
        or 0x202A <= point <= 0x202E
        or 0x2066 <= point <= 0x2069
        or point in (0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB)
    )


def capitals(text: str) -> str:
    """Cleaned text in capitals, on as many lines as it was given."""
    return clean(text).upper()


def width_mm(text: str, size_pt: float) -> float:
    """About how long a bold line of this text is."""
    letters = (unicodedata.normalize("NFD", char)[0] for char in text)
    units = sum(_WIDTHS.get(char, 722 if char.isupper() else 556) for char in letters)
    return units / 1000 * size_pt * 25.4 / 72


def rule_mm(text: str, size_pt: float, limit_mm: float) -> float:
    """A rule of 0.4 of the line above it (the decree: between a third and a half)."""
    longest = max((width_mm(line, size_pt) for line in text.split("\n")), default=0.0)
    return round(0.4 * min(longest, limit_mm), 1)


def breakable(text: str, room_mm: float, size_pt: float) -> str:
    """Cleaned text whose over-long words may break anywhere, so that they stay in their cell."""

    def split(match: re.Match[str]) -> str:
        word = match.group()
        return "\u200b".join(word) if width_mm(word, size_pt) > room_mm else word

    return re.sub(r"\S{8,}", split, clean(text))


def visible(text: str) -> bool:
    """Whether anything of the text would be seen."""
    return any(not c.isspace() and unicodedata.category(c) not in {"Cf", "Mn"} for c in text)


class HeaderCell(NamedTuple):
    """A cell of a table's header: where it starts and how far it spans."""

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1


def header_rows(table: Table) -> list[list[HeaderCell]]:
    """One row of titles, or two where columns are grouped."""
    columns = table.columns
    if not any(column.group for column in columns):
        return [[HeaderCell(column.title, at) for at, column in enumerate(columns)]]
    upper: list[HeaderCell] = []
    lower: list[HeaderCell] = []
    at = 0
    while at < len(columns):
        group, end = columns[at].group, at + 1
        if not group:
            upper.append(HeaderCell(columns[at].title, at, rowspan=2))
        else:
            while end < len(columns) and columns[end].group == group:
                end += 1
            upper.append(HeaderCell(group, at, colspan=end - at))
            lower += [HeaderCell(columns[n].title, n) for n in range(at, end)]
        at = end
    return [upper, lower]


def table_rows(table: Table) -> Sequence[Row]:
    """The rows to print: an empty table says so in one spanning row."""
    rows = [row if isinstance(row, Row) else Row(row) for row in table.rows]
    return rows or [Row((table.empty,))]


def column_widths(table: Table, room_mm: float) -> list[float]:
    """Widths in millimetres that fill the line exactly: fixed ones first, the rest by weight."""
    fixed = sum(column.width_mm or 0 for column in table.columns)
    weights = sum(column.weight for column in table.columns if column.width_mm is None)
    # Columns by weight keep a fifth of the line even when the fixed ones ask for all of it.
    for_fixed = min(fixed, room_mm * 0.8) if weights else room_mm
    scale = for_fixed / fixed if fixed else 0
    share = (room_mm - for_fixed) / weights if weights else 0
    return [
        round(column.weight * share if column.width_mm is None else column.width_mm * scale, 3)
        for column in table.columns
    ]


def number_line(document: Document) -> str:
    """`Số: 05/BC-BCĐ`; a draft has no number yet, a paper of no series none at all."""
    head = document.letterhead
    if not head.symbol and not head.number:
        return ""
    number = "" if document.draft else clean(str(head.number))
    return official_number(number, clean(head.symbol))


def date_line(document: Document) -> str:
    """`Đức Phổ, ngày … tháng … năm …`; a draft has no date yet."""
    head = document.letterhead
    return official_date(clean(head.place), None if document.draft else head.date)


def annex_reference(document: Document) -> str:
    """The decree's pointer under an annex's title to the document it belongs to."""
    number = number_line(document).removeprefix("Số: ")
    day = day_in_words(None if document.draft else document.letterhead.date)
    kind = clean(document.kind).capitalize() or "Công văn"
    issuer = " ".join(clean(document.letterhead.issuer).split())
    return f"(Kèm theo {kind} số {number} {day} của {issuer})"


def ended(lines: Sequence[str]) -> list[str]:
    """List items as the decree ends them: `;` after each, `.` after the last."""
    bare = [clean(line).strip().removeprefix("- ").rstrip(" ;.") for line in lines]
    # The file's own line ("Lưu: VT, …") may end in dots for a name not yet known.
    return [f"{line}{'.' if at == len(bare) - 1 else ';'}" for at, line in enumerate(bare)]


def distribution(document: Document) -> list[str]:
    """The lines under `Nơi nhận`, with dash and ending."""
    return [f"- {line}" for line in ended(document.distribution)]


def clean_runs(content: Content) -> list[Run]:
    """Cleaned runs, without empty ones."""
    tidy = (Run(clean(run.text), run.bold, run.italic) for run in as_runs(content))
    return [run for run in tidy if run.text]


def made_at(document: Document, moment: datetime | None) -> datetime:
    """The time written into the file: the one given, else the document's day, never the clock.

    Raises ValueError for a moment without time zone.
    """
    if moment is not None:
        if moment.tzinfo is None:
            raise ValueError("The moment needs a time zone.")
        return max(moment.astimezone(UTC).replace(microsecond=0), _NO_DATE)
    day = None if document.draft else document.letterhead.date
    return datetime.combine(day, time(), UTC) if day and day.year >= 1980 else _NO_DATE
