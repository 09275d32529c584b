"""The words that a register may use for stored codes, compared without case, marks or signs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.utils import translation

from core.text import fold
from projects.models import Formation

_SIGNS = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """ "Xã hội hoá" and "xã hội hóa" are both ``xa hoi hoa``; signs become spaces."""
    return _SIGNS.sub(" ", fold(text)).strip()


@dataclass(frozen=True)
class Words:
    """The Vietnamese labels of some choices; each part of "Máy móc, vật tư" is a word too.

    Registers are kept for years: a label that was changed stays a word.
    """

    choices: type[TextChoices]
    earlier: tuple[tuple[str, str], ...] = ()  # (a label of before, its code)

    def find(self, text: str) -> str | None:
        """The stored code, or None for an unknown word."""
        return self._codes.get(plain(text))

    @cached_property
    def shown(self) -> list[str]:
        """One short word for each code: without a comma, which parts the items of Excel's lists."""
        return [label.split(",")[0] for _code, label in self._labels]

    @cached_property
    def _labels(self) -> list[tuple[str, str]]:
        with translation.override("vi"):
            return [(code, str(label)) for code, label in self.choices.choices]

    @cached_property
    def _codes(self) -> dict[str, str]:
        parts = {plain(p): code for code, label in self._labels for p in label.split(",")}
        before = {plain(label): code for label, code in self.earlier}
        return parts | before | {plain(label): code for code, label in self._labels}


@dataclass(frozen=True)
class BasisWords:
    """The bases of a formation: full label or short form, known by what only that basis names."""

    shown = (
        "NĐ 268/2025",
        "NĐ 80/2021 (1)",
        "NĐ 80/2021 (2)",
        "NĐ 80/2021 (3)",
        "Giải thưởng",
        "Xác nhận của Ban Chỉ đạo",
    )

    def find(self, text: str) -> str | None:
        """The stored code; None for an unknown word and for one that names two bases."""
        found = {code for code, says in self._signs() if says(f" {plain(text)} ")}
        return found.pop() if len(found) == 1 else None

    @staticmethod
    def _signs() -> Iterable[tuple[str, Callable[[str], bool]]]:
        basis = Formation.Basis
        yield basis.DECREE_268, lambda text: " 268 " in text
        yield basis.AWARD, lambda text: text.startswith(" giai thuong ")
        yield basis.COMMITTEE, lambda text: " ban chi dao " in text
        for number, code in enumerate((basis.DECREE_80_1, basis.DECREE_80_2, basis.DECREE_80_3), 1):
            sign = f" {number} "
            yield code, lambda text, sign=sign: " 80 " in text and sign in text
