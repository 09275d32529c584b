"""Numbers and dates as Decree 30/2020/NĐ-CP, Appendix I, wants them written."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from core.documents.blocks import Annex, Block, Heading

# The order of Vietnamese lettering: đ follows d; f, j, w and z are not used.
LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
BLANK = "\u00a0" * 6


class Numbered(NamedTuple):
    """A block with its number label (`"I."`, `"1."`, `"a)"`, or `""`)."""

    label: str
    block: Block


def padded(number: int) -> str:
    """A count in official prose: `05` below 10, `12` from there on."""
    return f"{number:02d}" if 0 <= number < 10 else str(number)


def roman(number: int) -> str:
    """A positive number in Roman capitals."""
    if number < 1:
        raise ValueError(f"There is no Roman numeral for {number}.")
    out = ""
    for value, sign in _ROMAN:
        out += sign * (number // value)
        number %= value
    return out


def letter(number: int) -> str:
    """The letter of point `number` (1 is `a`, 5 is `đ`); after `y` comes `aa`."""
    if number < 1:
        raise ValueError(f"There is no letter for {number}.")
    out = ""
    while number:
        number, rest = divmod(number - 1, len(LETTERS))
        out = LETTERS[rest] + out
    return out


def official_number(number: str | int | None, symbol: str) -> str:
    """`Số: 05/BC-BCĐ`; without a number, a blank to be filled in: `Số:      /BC-BCĐ`."""
    given = str(number if number is not None else "").strip()
    if given.isdecimal():
        given = padded(int(given))
    return f"Số: {given or BLANK}/{symbol}"


def day_in_words(day: date | None) -> str:
    """`ngày 05 tháng 01 năm 2027`: days below 10 and the months 1 and 2 are padded."""
    if day is None:
        return "ngày … tháng … năm …"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def official_date(place: str, day: date | None) -> str:
    """`Đức Phổ, ngày 05 tháng 01 năm 2027`; dots where the day is not known yet."""
    return f"{place}, {day_in_words(day)}" if place else day_in_words(day)


def numbered(blocks: Iterable[Block]) -> list[Numbered]:
    """The blocks with their labels; every renderer takes its numbers from here.

    A heading restarts the levels below it. Each annex is numbered by a call of its own.
    """
    counts = [0, 0, 0]
    out = []
    for block in blocks:
        label = ""
        if isinstance(block, Heading) and block.is_numbered:
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            count = counts[block.level - 1]
            label = (f"{roman(count)}.", f"{count}.", f"{letter(count)})")[block.level - 1]
        out.append(Numbered(label, block))
    return out


def annex_labels(annexes: Sequence[Annex], word: str = "Biểu") -> list[str]:
    """`Biểu 01`, `Biểu 02` …; `Phụ lục I`, `Phụ lục II` …, a single `Phụ lục` without number."""
    out = []
    for count, annex in enumerate(annexes, start=1):
        if annex.label:
            out.append(annex.label)
        elif word != "Phụ lục":
            out.append(f"{word} {padded(count)}")
        else:
            out.append(f"{word} {roman(count)}" if len(annexes) > 1 else word)
    return out
