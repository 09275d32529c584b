"""What an official document is made of. Plain data: nothing here knows Word, PDF or HTML.

Sequences may be given as lists; they are kept as tuples, so that a document never changes
after it was made and the same document always prints to the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date as calendar_date
from typing import ClassVar, Literal

Align = Literal["left", "center", "right"]
CLOSING = "./."


def _freeze(instance: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(instance, name, value)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


Content = str | Run | Sequence[str | Run]


def as_runs(content: Content) -> tuple[Run, ...]:
    """What people write (a string, a run, a sequence of both) as runs."""
    if isinstance(content, Run):
        return (content,)
    parts = (content,) if isinstance(content, str) else content
    return tuple(part if isinstance(part, Run) else Run(part) for part in parts)


@dataclass(frozen=True)
class Heading:
    """A title inside the text; its number (`I.`, `1.`, `a)`) comes from `numbered`."""

    block: ClassVar[str] = "heading"
    level: Literal[1, 2, 3]
    text: str
    is_numbered: bool = True

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3):
            raise ValueError(f"A heading has level 1, 2 or 3, not {self.level!r}.")


@dataclass(frozen=True)
class Paragraph:
    """Running text: a string, a `Run`, or a sequence of both."""

    block: ClassVar[str] = "paragraph"
    runs: Content
    align: Literal["justify", "left", "center", "right"] = "justify"

    def __post_init__(self) -> None:
        _freeze(self, runs=as_runs(self.runs))

    @property
    def plain(self) -> str:
        """The text without its styles."""
        return "".join(run.text for run in as_runs(self.runs))


@dataclass(frozen=True)
class Bullets:
    """A list with dashes; each item is written like a paragraph's runs."""

    block: ClassVar[str] = "bullets"
    items: Sequence[Content]

    def __post_init__(self) -> None:
        _freeze(self, items=tuple(as_runs(item) for item in self.items))


@dataclass(frozen=True)
class Column:
    """A table column: a fixed width in millimetres, or a share (`weight`) of what is left.

    Neighbours with the same `group` get one spanning cell above their titles.
    """

    title: str
    width_mm: float | None = None
    weight: float = 1.0
    align: Align = "left"
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A table row. A row of one cell in a wider table spans all columns (a subtitle)."""

    cells: Sequence[str]
    bold: bool = False

    def __post_init__(self) -> None:
        _freeze(self, cells=tuple(self.cells))


@dataclass(frozen=True)
class Table:
    """A ruled table whose header is repeated on every page and whose rows are not split.

    `total`: the last row is a total, in bold. `column_numbers`: a row `(1) (2) …` under the
    titles. Short rows are filled with empty cells; a row with too many cells is an error.
    """

    block: ClassVar[str] = "table"
    columns: Sequence[Column]
    rows: Sequence[Row | Sequence[str]] = ()
    caption: str = ""
    total: bool = False
    column_numbers: bool = False
    font_pt: float = 12
    empty: str = "Không có số liệu."

    def __post_init__(self) -> None:
        columns = tuple(self.columns)
        if not columns:
            raise ValueError("A table needs at least one column.")
        rows = []
        for given in self.rows:
            row = given if isinstance(given, Row) else Row(given)
            if len(row.cells) > len(columns):
                raise ValueError(f"{len(row.cells)} cells in a table of {len(columns)} columns.")
            if len(row.cells) != 1:
                missing = ("",) * (len(columns) - len(row.cells))
                row = replace(row, cells=(*row.cells, *missing))
            rows.append(row)
        if self.total and rows:
            rows[-1] = replace(rows[-1], bold=True)
        _freeze(self, columns=columns, rows=tuple(rows))


@dataclass(frozen=True)
class Figure:
    """A drawing, as SVG text made by this project, with its words for those who cannot see it."""

    block: ClassVar[str] = "figure"
    svg: str
    alt: str
    width_mm: float = 160
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("A figure needs its description in words.")


@dataclass(frozen=True)
class Blank:
    """Dotted lines to write on by hand; `label` stands at the start of the first one."""

    block: ClassVar[str] = "blank"
    label: str = ""
    lines: int = 1

    def __post_init__(self) -> None:
        if self.lines < 1:
            raise ValueError("There is at least one line to write on.")


@dataclass(frozen=True)
class Box:
    """A square to tick by hand, and the words beside it."""

    block: ClassVar[str] = "box"
    text: str


Block = Heading | Paragraph | Bullets | Table | Figure | Blank | Box


@dataclass(frozen=True)
class Letterhead:
    """Who issues the document, under which number, where and when.

    `parent` and `issuer` are written as names ("Ban Chỉ đạo …"); print puts them in capitals.
    An empty `number` or no `date` prints as a blank to be filled in by hand.
    """

    parent: str
    issuer: str
    symbol: str
    place: str
    number: str | int = ""
    date: calendar_date | None = None


@dataclass(frozen=True)
class Signature:
    """`lines` above the signature ("TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"), `office` and name below it.

    `office` is the post held in the body whose seal is used, for a committee that has none.
    """

    lines: Sequence[str]
    name: str = ""
    office: str = ""

    def __post_init__(self) -> None:
        _freeze(self, lines=tuple(self.lines))


@dataclass(frozen=True)
class Annex:
    """An annex on its own pages, with its own page numbers. Without `label` it is numbered."""

    title: str
    blocks: Sequence[Block] = ()
    landscape: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        _freeze(self, blocks=tuple(self.blocks))


@dataclass(frozen=True)
class Verification:
    """How a reader of the paper checks it: the SHA-256 of the issued data and an address."""

    sha256: str
    url: str


@dataclass(frozen=True)
class Document:
    """An official document.

    `kind` is printed in capitals above the subject ("BÁO CÁO"); an official letter (công văn)
    has none, and its subject goes under the number as `V/v …`. `co_signature` is the left one
    of two (minutes). `annex_word` is "Biểu" (Biểu 01, 02 …) or "Phụ lục" (I, II …).
    """

    letterhead: Letterhead
    kind: str
    subject: str
    body: Sequence[Block] = ()
    note_under_subject: str = ""
    addressed_to: Sequence[str] = ()
    signature: Signature | None = None
    co_signature: Signature | None = None
    distribution: Sequence[str] = ()
    annexes: Sequence[Annex] = ()
    annex_word: Literal["Biểu", "Phụ lục"] = "Biểu"
    draft: bool = False
    demo: bool = False
    is_form: bool = False  # a paper that others fill in: no number, no day, no `./.`
    verification: Verification | None = field(default=None)

    def __post_init__(self) -> None:
        for name in ("body", "addressed_to", "distribution", "annexes"):
            _freeze(self, **{name: tuple(getattr(self, name))})

    @property
    def title(self) -> str:
        """One line that names the document, for file properties and lists."""
        subject = " ".join(self.subject.split())
        return f"{self.kind.capitalize()}: {subject}" if self.kind else subject

    @property
    def text(self) -> tuple[Block, ...]:
        """The body, ended by `./.` as the decree asks: on the last words, once."""
        if not self.body or self.is_form:
            return tuple(self.body)
        *before, last = self.body
        if isinstance(last, Paragraph):
            return (*before, replace(last, runs=_closed(last.runs)))
        if isinstance(last, Bullets) and last.items:
            return (*before, replace(last, items=(*last.items[:-1], _closed(last.items[-1]))))
        return (*self.body, Paragraph(CLOSING, align="right"))


def _closed(content: Content) -> tuple[Run, ...]:
    runs = as_runs(content)
    if not runs:
        return (Run(CLOSING),)
    *before, last = runs
    words = last.text.rstrip()
    words = words.removesuffix(CLOSING).rstrip().rstrip(".;")
    return (*before, replace(last, text=words + CLOSING))
