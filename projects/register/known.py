"""What the portal knows already of the things that a workbook names."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from core.codes import Code
from programme.models import Activity
from projects.models import Formation, Recognition, Venture
from projects.register.read import Book
from support_orgs.models import ClubFounding, Organisation

CHUNK = 400  # values asked for in one query: SQLite takes a thousand
Number = tuple[int, int]  # year and number of a code


class Known:
    """Read once before the rows are checked; the checks add the new ventures and tax codes."""

    def __init__(self, book: Book) -> None:
        named = {
            number_of(row.values[key])
            for sheet in ("projects", "supports", "enterprises")
            for row in book.rows.get(sheet, [])
            for key in ("code", "project")
            if row.get(key)
        }
        self.ventures: dict[Number, Venture] = dict(_numbered(Venture.objects.all(), named))
        pks = [venture.pk for venture in self.ventures.values()]
        standing = Recognition.objects.standing()
        self.recognised = set(_within(standing, "venture_id", pks, "venture_id"))
        self._enterprises(book)
        self._clubs(book)
        activities = {number_of(code) for code in _values(book, "activities", "code")}
        self.activities = dict(_numbered(Activity.objects.all(), activities))

    def _enterprises(self, book: Book) -> None:
        """Numbers of ventures that the workbook forms; tax codes and bases that stand."""
        self.formed = {
            number_of(code)
            for row in book.rows.get("enterprises", [])
            if (code := row.get("project") or row.get("code")) and not row.get("retracted_on")
        }
        self.taxes: dict[str, tuple[Any, str]] = {}  # who holds it, and the code to tell
        self.bases: set[tuple[str, str]] = set()
        standing = Formation.objects.standing().select_related("venture")
        for found in _within(standing, "tax_code", _values(book, "enterprises", "tax_code")):
            self.taxes[found.tax_code] = (found.venture_id, found.venture.code_as("DN"))
            self.bases.add((found.tax_code, found.basis))

    def _clubs(self, book: Book) -> None:
        found = _within(Organisation.objects.all(), "code", _values(book, "clubs", "code"))
        self.clubs = {club.code: club for club in found}
        pks = [club.pk for club in self.clubs.values()]
        standing = ClubFounding.objects.standing()
        self.founded = set(_within(standing, "organisation_id", pks, "organisation_id"))


def number_of(code: Code) -> Number:
    """Year and number: what a venture keeps whatever its prefix."""
    return code.year, code.number


def _values(book: Book, sheet: str, key: str) -> list[Any]:
    return [row.values[key] for row in book.rows.get(sheet, []) if row.get(key)]


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(values)
    while part := list(islice(left, CHUNK)):
        yield part


def _numbered(rows: QuerySet, numbers: Collection[Number]) -> Iterator[tuple[Number, Any]]:
    for year in {year for year, _no in numbers}:
        for part in _chunks(sorted(no for of_year, no in numbers if of_year == year)):
            for found in rows.filter(year=year, number__in=part):
                yield (year, found.number), found


def _within(rows: QuerySet, column: str, values: Iterable[Any], wanted: str = "") -> Iterator[Any]:
    """The rows whose ``column`` is one of the values, asked in parts; or one column of them."""
    for part in _chunks(dict.fromkeys(values)):
        found = rows.filter(**{f"{column}__in": part})
        yield from found.values_list(wanted, flat=True) if wanted else found
