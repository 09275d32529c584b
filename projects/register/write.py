"""A plan becomes rows, all of them or none."""

from collections import Counter as Count
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from core import codes
from core.codes import Code
from core.models import Counter, Event
from core.periods import day_of
from core.words import Refused
from programme.models import Activity
from projects import versions
from projects.models import Venture
from projects.register.check import Plan, check
from projects.register.read import Book
from projects.register.sheets import SHEETS
from projects.register.troubles import Troubles
from support_orgs.models import Organisation

KIND = "register.import"
BATCH = 500


@dataclass
class Outcome:
    """How an import ended: counts by sheet, or the errors that stopped it."""

    book: Book
    counts: dict[str, dict[str, int]]
    errors: Troubles
    warnings: Troubles
    written: bool

    def lines(self) -> list[str]:
        """The counts in words, a line for each sheet of the workbook."""
        said = []
        for sheet in SHEETS:
            if (count := self.counts.get(sheet.key)) is None:
                continue
            line = _("%(sheet)s: %(new)d mới")
            if count["known"]:
                line = _("%(sheet)s: %(new)d mới, %(known)d đã có")
            said.append(line % {"sheet": sheet.name, **count})
        return said

    def as_json(self) -> dict[str, Any]:
        """What a job keeps of it for the page."""
        return {
            "file": self.book.name,
            "sha256": self.book.sha256,
            "counts": said_counts(self.counts),
            "errors": self.errors.as_json(),
            "errors_more": self.errors.more,
            "warnings": self.warnings.as_json(),
            "warnings_more": self.warnings.more,
            "previews": [asdict(preview) for preview in self.book.previews if preview.rows],
            "written": self.written,
        }


def said_counts(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The counts under the names of their sheets, in the order of the contract."""
    return [{"sheet": s.name, **counts[s.key]} for s in SHEETS if s.key in counts]


def carry_out(
    book: Book, *, by: Any, now: datetime, dry_run: bool, job: int | None = None
) -> Outcome:
    """Check the rows against the database and write them in one transaction.

    A dry run does the same and takes it back. Where anything is wrong nothing
    is written and the outcome tells the errors. ``Refused`` for a file that was
    imported before. ``job`` is noted in the journal, so that a job that is
    carried out a second time finds what the first time did.
    """
    try:
        with translation.override("vi"), transaction.atomic():
            _one_at_a_time()
            if first := imported(book.sha256):
                raise Refused(
                    _("Tệp này đã nhập ngày %(day)s. Muốn nhập tiếp, dùng tệp chỉ có dòng mới.")
                    % {"day": f"{day_of(first.at):%d/%m/%Y}"}
                )
            plan, warnings = check(book, by=by, now=now)
            counts = {key: asdict(plan.tallies[key]) for key in book.rows}
            outcome = Outcome(book, counts, book.errors, warnings, written=False)
            if book.errors.count:
                transaction.set_rollback(True)
                return outcome
            _save(plan)
            _note(outcome, by=by, now=now, job=job)
            transaction.set_rollback(dry_run)
    except IntegrityError as error:
        raise Refused(
            _("Có người vừa ghi dữ liệu trùng với tệp này. Chưa ghi gì; kiểm tra lại tệp.")
        ) from error
    outcome.written = not dry_run
    return outcome


def imported(sha256: str) -> Event | None:
    """The import that took a file of this content, if any."""
    return Event.objects.filter(kind=KIND, data__sha256=sha256).order_by("pk").first()


def _one_at_a_time() -> None:
    """Two imports wait for each other: what one has written the other must see."""
    Counter.objects.get_or_create(name="register")
    Counter.objects.select_for_update().get(name="register")


def _note(outcome: Outcome, *, by: Any, now: datetime, job: int | None) -> None:
    data = {"sha256": outcome.book.sha256, "file": outcome.book.name, "counts": outcome.counts}
    if job:
        data["job"] = job
    Event.objects.create(kind=KIND, actor=by, subject=by, data=data, at=now, is_sample=by.is_sample)


def _save(plan: Plan) -> None:
    _number_ventures(plan)
    _number_clubs(plan)
    _number_activities(plan)
    for rows in (
        plan.ventures,
        [versions.imported(venture) for venture in plan.ventures],
        plan.recognitions,
        plan.formations,
        plan.supports,
        plan.clubs,
        plan.foundings,
        plan.activities,
    ):
        _create(rows)
    for level in set(plan.raised.values()):
        pks = [pk for pk, raised in plan.raised.items() if raised == level]
        for start in range(0, len(pks), BATCH):
            Venture.objects.filter(pk__in=pks[start : start + BATCH]).update(level=level)


def _create(rows: list[Any]) -> None:
    if rows:
        type(rows[0]).objects.bulk_create(rows, batch_size=BATCH)


def _numbers(
    series: str, model: Any, given: Iterable[tuple[int, int]], wanted: Count
) -> dict[int, int]:
    """The first free number of each year; later numbers begin behind all that were given."""
    highest: dict[int, int] = {}
    for year, number in given:
        highest[year] = max(highest.get(year, 0), number)
    first = {}
    for year in sorted({*highest, *wanted}):
        in_use = model.objects.filter(year=year).aggregate(most=Max("number"))["most"] or 0
        codes.reserve(f"{series}-{year}", max(highest.get(year, 0), in_use))
        if wanted[year]:
            first[year] = codes.take(f"{series}-{year}", wanted[year])
    return first


def _number_ventures(plan: Plan) -> None:
    given = [(v.year, v.number) for v in plan.ventures if id(v) not in plan.years]
    free = _numbers("venture", Venture, given, Count(plan.years.values()))
    for venture in plan.ventures:
        if (year := plan.years.get(id(venture))) is not None:
            venture.year, venture.number = year, free[year]
            free[year] += 1


def _number_activities(plan: Plan) -> None:
    given = [(a.year, a.number) for a in plan.activities if a.number]
    wanted = Count(a.year for a in plan.activities if not a.number)
    free = _numbers("activity", Activity, given, wanted)
    for activity in plan.activities:
        if not activity.number:
            activity.number = free[activity.year]
            free[activity.year] += 1


def _number_clubs(plan: Plan) -> None:
    for club in plan.clubs:
        given = Code.parse(club.code)
        if given and given.prefix == "CLB":
            codes.reserve(f"club-{given.year}", given.number)
    for club in plan.clubs:
        if (year := plan.club_years.get(id(club))) is not None:
            club.code = _free_club_code(year)


def _free_club_code(year: int) -> str:
    """Clubs' codes are free text elsewhere, so the next number may be taken."""
    while True:
        code = str(Code("CLB", year, codes.take(f"club-{year}")))
        if not Organisation.objects.filter(code=code).exists():
            return code
