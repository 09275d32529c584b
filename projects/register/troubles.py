"""What is wrong with a workbook, each with its place: a bounded list, and how many more."""

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

MOST = 200


@dataclass(frozen=True)
class Trouble:
    """A sentence about one place; ``row`` 0, ``column`` "" where it is about more than a cell."""

    sheet: str
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        place = [_("Trang tính “%(name)s”") % {"name": self.sheet}] if self.sheet else []
        place += [_("dòng %(row)d") % {"row": self.row}] if self.row else []
        place += [_("cột “%(name)s”") % {"name": self.column}] if self.column else []
        return f"{', '.join(place)}: {self.sentence}" if place else self.sentence


@dataclass
class Troubles:
    """The first ``MOST`` troubles; the others are only counted."""

    kept: list[Trouble] = field(default_factory=list)
    count: int = 0

    def add(self, sheet: str, row: int, column: str, sentence: str) -> None:
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(Trouble(sheet, row, column, sentence))

    @property
    def more(self) -> int:
        return self.count - len(self.kept)

    def lines(self) -> list[str]:
        """One line for each, and a last one that counts the rest."""
        rest = [_("và %(count)d lỗi khác") % {"count": self.more}] if self.more else []
        return [*map(str, self.kept), *rest]

    def as_json(self) -> list[dict]:
        return [asdict(trouble) for trouble in self.kept]
