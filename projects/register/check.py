"""From rows to a plan: what the rows say together, and beside what the portal knows already.

What becomes of a row of ``Dự án``. With a recognition it is a project that was
accepted. Without one it is an idea that waits for an answer: it is being looked
at (``screening``), and its answer is promised from the day of the import on,
because a promise reckoned from a day years ago would be broken at once. An
idea of an enterprise that stands is accepted too: nobody waits for an answer.
A venture that is on the portal already keeps its fields and its status.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.facts import Fact
from core.models import Configuration
from core.periods import add_working_days, day_of, start_of
from core.text import fold
from programme.models import Activity
from projects import services
from projects.models import Formation, Recognition, Support, Venture
from projects.register.days import fact_fields
from projects.register.known import Known, Number, number_of
from projects.register.places import Places
from projects.register.read import Book, Row
from projects.register.sheets import BY_KEY, PARTS
from projects.register.troubles import Troubles
from support_orgs.models import ClubFounding, Organisation

S, L = Venture.Status, Venture.Level
RANK = {L.IDEA: 0, L.PROJECT: 1, L.ENTERPRISE: 2}


@dataclass
class Tally:
    """Rows of one sheet: new ones, and those that name what is there already."""

    new: int = 0
    known: int = 0


@dataclass
class Plan:
    """What an import will write. New ventures may still lack their number."""

    ventures: list[Venture] = field(default_factory=list)
    raised: dict[int, str] = field(default_factory=dict)  # level of ventures that were there
    recognitions: list[Recognition] = field(default_factory=list)
    supports: list[Support] = field(default_factory=list)
    formations: list[Formation] = field(default_factory=list)
    clubs: list[Organisation] = field(default_factory=list)
    foundings: list[ClubFounding] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    years: dict[int, int] = field(default_factory=dict)  # id of a venture without number → year
    club_years: dict[int, int] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)


def check(book: Book, *, by: Any, now: datetime) -> tuple[Plan, Troubles]:
    """The plan of the rows and its warnings; errors go into ``book.errors``.

    Reads the database: call it in the transaction that carries the plan out.
    """
    checker = _Checker(book, by, now)
    for key, one in checker.of_sheet.items():
        rows = book.rows.get(key, [])
        checker.plan.tallies[key] = Tally()
        for row in rows:
            one(row)
    return checker.plan, checker.warnings


class _Checker:
    def __init__(self, book: Book, by: Any, now: datetime) -> None:
        self.book, self.by, self.now, self.today = book, by, now, day_of(now)
        self.plan, self.warnings = Plan(), Troubles()
        self.places = Places()
        days = Configuration.objects.on(self.today).promise_days
        self.promise = add_working_days(self.today, days, services.holidays(self.today))
        self.of_sheet = {
            "projects": self._project,
            "enterprises": self._enterprise,
            "supports": self._support,
            "clubs": self._club,
            "activities": self._activity,
        }
        self.known = Known(book)
        self.listed: set[Number] = set()
        self.club_codes: set[str] = set()
        self.activity_codes: set[Number] = set()

    # -- words about a row ----------------------------------------------------
    def _error(self, sheet: str, row: Row, key: str, sentence: str) -> None:
        row.is_bad = True
        spec = BY_KEY[sheet]
        self.book.errors.add(spec.name, row.number, spec.column(key), sentence)

    def _warn(self, sheet: str, row: Row, key: str, sentence: str) -> None:
        spec = BY_KEY[sheet]
        self.warnings.add(spec.name, row.number, spec.column(key), sentence)

    def _free(self, sheet: str, row: Row, key: str, text: str, other: str) -> tuple[str, str]:
        """The code of a word, and the text with a word that has no code kept in front of it."""
        code, unknown = row.get(key) or ("", "")
        if not unknown:
            return code, text
        heading = BY_KEY[sheet].column(key)
        self._warn(
            sheet, row, key, _("“%(word)s” không có trong danh sách.") % {"word": unknown}
            + " " + _("Từ này được giữ lại trong phần mô tả."),
        )  # fmt: skip
        return other, f"{heading}: {unknown}. {text}".strip()

    def _evidence(self, row: Row) -> str:
        """What proves the fact; where an old register names nothing, it is the register itself."""
        return row.get("evidence") or _("Sổ theo dõi %(file)s, dòng %(row)d") % {
            "file": self.book.name,
            "row": row.number,
        }

    def _fact(self, sheet: str, row: Row) -> dict[str, Any]:
        """The fields that every fact has; where errors were told, the answer is of no use."""
        fields, wrong = fact_fields(row, by=self.by, now=self.now)
        for key, sentence in wrong:
            self._error(sheet, row, key, sentence)
        return {**fields, "evidence_ref": self._evidence(row)}

    # -- ventures -------------------------------------------------------------
    def _project(self, row: Row) -> None:
        sheet = "projects"
        for key in ("received_on", "recognised_on"):
            if (row.get(key) or self.today) > self.today:
                self._error(sheet, row, key, _("Ngày này ở tương lai."))
        if row.get("code") and self._is_repeated(row):
            return
        venture = self._known_project(row) or self._new_project(row)
        if recognised := row.get("recognised_on"):
            self._recognise(row, venture, recognised)

    def _is_repeated(self, row: Row) -> bool:
        number = number_of(row.get("code"))
        if repeated := number in self.listed:
            self._error(
                "projects", row, "code", _("Mã này đã có ở một dòng khác của trang tính này.")
            )
        self.listed.add(number)
        return repeated

    def _known_project(self, row: Row) -> Venture | None:
        """The venture that has the row's code already; its fields stay as they are."""
        venture = self.known.ventures.get(number_of(row.get("code"))) if row.get("code") else None
        if venture is None:
            return None
        title = row.get("title")
        if title and fold(title) != fold(venture.title):
            self._error(
                "projects", row, "code",
                _("Mã này đã thuộc hồ sơ “%(title)s”. Sửa mã hoặc sửa tên cho khớp.")
                % {"title": venture.title},
            )  # fmt: skip
        self.plan.tallies["projects"].known += 1
        return venture

    def _new_project(self, row: Row) -> Venture:
        number = number_of(row.get("code")) if row.get("code") else None
        received = row.get("received_on")
        day = received or row.get("recognised_on") or self.today
        summary = row.get("summary") or ""
        stage, summary = self._free("projects", row, "stage", summary, "")
        kind, summary = self._free("projects", row, "field", summary, Venture.Field.OTHER)
        unit, wrong = self.places.find(row.get("unit") or "", day)
        if wrong:
            self._error("projects", row, "unit", wrong)
        is_formed = number in self.known.formed
        venture = Venture(
            title=row.get("title") or "",
            level=_highest(L.PROJECT if row.get("recognised_on") else L.IDEA, is_formed),
            field=kind,
            stage=stage,
            summary=summary,
            unit=unit,
            contact_name=row.get("contact_name") or "",
            contact_phone=row.get("phone") or "",
            contact_email=row.get("email") or "",
            received_on=received,
            received_at=start_of(received) if received else None,
            **self._standing(bool(row.get("recognised_on")) or is_formed),
        )
        self.plan.tallies["projects"].new += 1
        return self._add(venture, number, day.year)

    def _standing(self, is_accepted: bool) -> dict[str, Any]:
        if is_accepted:
            return {"status": S.ACCEPTED}
        return {"status": S.SCREENING, "promised_on": self.promise}

    def _add(self, venture: Venture, number: Number | None, year: int) -> Venture:
        venture.created_at = venture.saved_at = self.now
        venture.is_sample = self.by.is_sample
        venture.note_words()
        if number:
            venture.year, venture.number = number
            self.known.ventures[number] = venture
        else:
            self.plan.years[id(venture)] = year
        self.plan.ventures.append(venture)
        return venture

    def _recognise(self, row: Row, venture: Venture, day: date) -> None:
        if venture.pk in self.known.recognised:
            self._warn(
                "projects", row, "recognised_on",
                _("Dự án này đã có ngày công nhận; ngày đã có được giữ nguyên."),
            )  # fmt: skip
            return
        known_at = start_of(day)
        self.plan.recognitions.append(
            Recognition(
                venture=venture,
                happened_on=day,
                status=Fact.Status.VERIFIED,
                recorded_at=known_at,
                recorded_by=self.by,
                verified_at=known_at,
                verified_by=self.by,
                evidence_ref=self._evidence(row),
            )
        )
        self._raise(venture, L.PROJECT)

    def _raise(self, venture: Venture, level: str) -> None:
        if venture.pk and RANK[level] > RANK[self.plan.raised.get(venture.pk, venture.level)]:
            self.plan.raised[venture.pk] = level

    def _named(self, sheet: str, row: Row, key: str) -> Venture | None:
        code = row.get(key)
        if code is None:
            return None
        venture = self.known.ventures.get(number_of(code))
        if venture is None:
            self._error(
                sheet, row, key,
                _("Không có dự án mang mã %(code)s, trong tệp này cũng như trên Cổng.")
                % {"code": code},
            )  # fmt: skip
        return venture

    # -- facts of a venture ---------------------------------------------------
    def _support(self, row: Row) -> None:
        sheet = "supports"
        venture = self._named(sheet, row, "project")
        text = row.get("content") or ""
        kind, content = self._free(sheet, row, "kind", text, Support.Kind.OTHER)
        if not row.get("provider"):
            self._warn(sheet, row, "provider", _("Ô này trống; Cổng ghi “chưa rõ”."))
        fact = self._fact(sheet, row)
        if row.is_bad or venture is None:
            return
        self.plan.supports.append(
            Support(
                venture=venture,
                kind=kind,
                source=row.get("source"),
                provider=row.get("provider") or _("chưa rõ"),
                value=row.get("value") or 0,
                content=content,
                **fact,
            )
        )
        self.plan.tallies[sheet].new += 1

    def _enterprise(self, row: Row) -> None:
        sheet = "enterprises"
        code, project = row.get("code"), row.get("project")
        fact = self._fact(sheet, row)
        if code and project and number_of(code) != number_of(project):
            self._error(sheet, row, "code", _("Mã và Mã dự án phải cùng năm, cùng số."))
        venture = self._named(sheet, row, "project") if project else self._by_own_code(row)
        if venture is None:
            return
        if fact["status"] == Fact.Status.VERIFIED:
            self._hold_tax_code(row, venture)
            self._raise(venture, L.ENTERPRISE)
        if row.is_bad:
            return
        self.plan.formations.append(
            Formation(
                venture=venture,
                name=row.get("name"),
                tax_code=row.get("tax_code"),
                basis=row.get("basis"),
                **fact,
            )
        )
        self.plan.tallies[sheet].new += 1

    def _by_own_code(self, row: Row) -> Venture:
        """The venture of the enterprise's number; a new one where there is none."""
        number = number_of(row.get("code")) if row.get("code") else None
        if number and number in self.known.ventures:
            return self.known.ventures[number]
        stands = number in self.known.formed if number else not row.get("retracted_on")
        venture = Venture(
            title=(row.get("name") or "")[:120],
            level=_highest(L.IDEA, stands),
            **self._standing(stands),
        )
        return self._add(venture, number, (row.get("happened_on") or self.today).year)

    def _hold_tax_code(self, row: Row, venture: Venture) -> None:
        """One tax code stands for one venture, and on each basis once."""
        tax, basis = row.get("tax_code"), row.get("basis")
        if not tax:
            return
        holder = venture.pk or f"new-{id(venture)}"
        name = venture.code_as("DN") or _("dòng %(row)d") % {"row": row.number}
        held_by, held_name = self.known.taxes.setdefault(tax, (holder, name))
        if held_by != holder:
            self._error(
                "enterprises", row, "tax_code",
                _("Mã số thuế này đã ghi cho doanh nghiệp khác (%(code)s).") % {"code": held_name},
            )  # fmt: skip
        elif basis and (tax, basis) in self.known.bases:
            self._error(
                "enterprises", row, "basis",
                _("Mã số thuế này đã có căn cứ đó. Một căn cứ chỉ ghi một lần."),
            )  # fmt: skip
        elif basis:
            self.known.bases.add((tax, basis))

    # -- clubs and activities -------------------------------------------------
    def _club(self, row: Row) -> None:
        sheet, code = "clubs", row.get("code")
        fact = self._fact(sheet, row)
        if code and code in self.club_codes:
            self._error(sheet, row, "code", _("Mã này đã có ở một dòng khác của trang tính này."))
        self.club_codes.add(code)
        club = self.known.clubs.get(code) if code else None
        if club and fold(row.get("name") or "") != fold(club.name):
            sentence = _("Mã này đã thuộc “%(title)s”. Sửa mã hoặc sửa tên cho khớp.")
            self._error(sheet, row, "code", sentence % {"title": club.name})
        if row.is_bad:
            return
        if club and club.pk in self.known.founded:
            self.plan.tallies[sheet].known += 1
            self._warn(sheet, row, "code", _("Câu lạc bộ này đã có trên Cổng; được giữ nguyên."))
            return
        self.plan.foundings.append(
            ClubFounding(organisation=club or self._new_club(row, code), **fact)
        )
        self.plan.tallies[sheet].new += 1

    def _new_club(self, row: Row, code: str | None) -> Organisation:
        club = Organisation(
            code=code or "",
            kind=Organisation.Kind.CLUB,
            name=row.get("name"),
            host=row.get("host") or "",
            search_text=fold(row.get("name"), row.get("host") or ""),
            is_sample=self.by.is_sample,
        )
        if not code:
            self.plan.club_years[id(club)] = row.get("happened_on").year
        self.plan.clubs.append(club)
        return club

    def _activity(self, row: Row) -> None:
        sheet = "activities"
        number = number_of(row.get("code")) if row.get("code") else None
        fact = self._fact(sheet, row)
        if number in self.known.activities:
            self._error(sheet, row, "code", _("Hoạt động mang mã này đã có trên Cổng."))
        elif number and number in self.activity_codes:
            self._error(sheet, row, "code", _("Mã này đã có ở một dòng khác của trang tính này."))
        if number:
            self.activity_codes.add(number)
        total = row.get("people") or 0
        for part in PARTS if total or not row.is_bad else ():  # a total that was unreadable
            if (row.get(part) or 0) > total:
                self._error(sheet, row, part, _("Số này lớn hơn Số người."))
        if row.is_bad:
            return
        year, no = number or (row.get("happened_on").year, None)
        self.plan.activities.append(
            Activity(
                year=year,
                number=no,
                kind=row.get("kind"),
                name=row.get("name"),
                host=row.get("host") or "",
                people=total,
                is_sample=self.by.is_sample,
                **{part: row.get(part) for part in PARTS},
                **fact,
            )
        )
        self.plan.tallies[sheet].new += 1


def _highest(level: str, is_formed: bool) -> str:
    return L.ENTERPRISE if is_formed else level
