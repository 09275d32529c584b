"""What an entry still lacks and why it may not take part: sentences, before and at sending.

Eligibility is data of the contest: audience, kind of applicant, age on a day, units, age of the
enterprise. The page of a draft and the step that sends it ask the same functions.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consent_texts import GUARDS_ENTRIES_FROM
from accounts.models import Consent, Guardianship
from contests.models import Board, Contest, Entry
from core.facts import Fact
from core.models import StoredFile
from core.periods import day_of, years_before
from projects.models import Formation, Venture
from projects.models.enterprise import formed_by

PURPOSE = Consent.Purpose.PROCESS  # its words are those of an entry: accounts.consent_texts
SUBJECT = "entry"
ANYBODY = Contest.Audience.ANYBODY
# The columns of each step of the form; what must be there is NEEDED.
PARTS = {
    "title": gettext_lazy("Tên bài dự thi"),
    "field": gettext_lazy("Lĩnh vực"),
    "summary": gettext_lazy("Tóm tắt"),
    "problem": gettext_lazy("Vấn đề"),
    "solution": gettext_lazy("Cách làm"),
    "novelty": gettext_lazy("Điểm mới"),
    "answers": gettext_lazy("Câu hỏi của bảng thi"),
    "files": gettext_lazy("Tệp kèm theo"),
    "applicant": gettext_lazy("Dự thi với tư cách"),
    "audience": gettext_lazy("Thuộc nhóm"),
    "school": gettext_lazy("Trường hoặc nơi làm việc"),
    "unit": gettext_lazy("Xã, phường"),
    "members": gettext_lazy("Người trong đội"),
}
NEEDED = ("title", "field", "summary", "problem", "solution", "applicant")


# -- The board -----------------------------------------------------------------
def boards_for(contest: Contest, venture: Venture | None) -> list[Board]:
    """The boards that take this venture, by its level; what is begun from nothing is an idea."""
    level = venture.level if venture else Venture.Level.IDEA
    return [board for board in contest.board_list if board.takes(level)]


# -- What is still to be written -------------------------------------------------
def asks_audience(contest: Contest) -> bool:
    return bool(contest.audiences) and ANYBODY not in contest.audiences


def unanswered(entry: Entry) -> list[str]:
    """The board's questions that must be answered and are not."""
    return [
        question.label
        for question in entry.board.asked
        if question.required and entry.answers.get(str(question.pk)) in (None, "")
    ]


def missing(entry: Entry) -> dict[str, list[str]]:
    """What still has to be written, in words, by the step where that is done."""
    needed = list(NEEDED)
    if asks_audience(entry.contest):
        needed.append("audience")
    if entry.contest.units.exists():
        needed.append("unit")
    lacking = [name for name in needed if not getattr(entry, name)]
    people = [name for name in ("applicant", "audience", "unit") if name in lacking]
    found = {
        "bai": [str(PARTS[name]) for name in lacking if name not in people],
        "cau-hoi": unanswered(entry),
        "doi": [str(PARTS[name]) for name in people],
    }
    if not entry.owner.full_name:
        found["doi"].append(_("Họ và tên của bạn"))
    if entry.owner.birth_date is None:
        found["doi"].append(_("Ngày sinh của bạn"))
    return {step: words for step, words in found.items() if words}


# -- Who may take part -----------------------------------------------------------
def counting_day(contest: Contest) -> date | None:
    """The day on which ages count: the named one, else the day on which entries close."""
    if contest.ages_on:
        return contest.ages_on
    return day_of(contest.closes_at) if contest.closes_at else None


def refusals(entry: Entry) -> list[str]:
    """Why this entry may not take part, a sentence each; what is not yet told refuses nothing."""
    contest = entry.contest
    level = entry.venture.level if entry.venture else Venture.Level.IDEA
    found = []
    if not entry.board.takes(level):
        found.append(
            _("Bảng “%(board)s” không nhận hồ sơ ở cấp này. Chọn bảng khác.")
            % {"board": entry.board.name}
        )
    if asks_audience(contest) and entry.audience and entry.audience not in contest.audiences:
        kinds = dict(Contest.Audience.choices)
        names = ", ".join(str(kinds[kind]) for kind in contest.audiences if kind in kinds)
        found.append(_("Cuộc thi này dành cho: %(names)s.") % {"names": names})
    if contest.applicants and entry.applicant and entry.applicant not in contest.applicants:
        known = dict(Venture.Applicant.choices)
        names = ", ".join(str(known[kind]).lower() for kind in contest.applicants if kind in known)
        found.append(_("Cuộc thi này nhận bài của: %(names)s.") % {"names": names})
    if entry.unit and (units := set(contest.units.values_list("pk", flat=True))):
        here = {entry.unit_id, entry.unit.successor_id}
        if not here & units:
            found.append(_("Cuộc thi này dành cho các xã, phường khác. Xem lại mục “Xã, phường”."))
    return [*found, *_ages(entry), *_enterprise_age(entry)]


def _born(entry: Entry) -> Iterator[tuple[str, date | None]]:
    yield entry.owner.full_name or str(_("Bạn")), entry.owner.birth_date
    for member in entry.members.select_related("user"):
        account = member.user.birth_date if member.user else None
        yield member.name, account or member.birth_date


def _ages(entry: Entry) -> Iterator[str]:
    """Owner and members alike must have the ages on the counting day."""
    contest, day = entry.contest, counting_day(entry.contest)
    if day is None or (contest.min_age is None and contest.max_age is None):
        return
    for name, born in _born(entry):
        told = {"name": name, "day": f"{day:%d/%m/%Y}"}
        if born is None:
            yield _("Chưa có ngày sinh của %(name)s. Cuộc thi này xét tuổi.") % told
        elif contest.min_age is not None and born > years_before(day, contest.min_age):
            told["age"] = str(contest.min_age)
            yield _("%(name)s chưa đủ %(age)s tuổi vào ngày %(day)s.") % told
        elif contest.max_age is not None and born <= years_before(day, contest.max_age + 1):
            told["age"] = str(contest.max_age)
            yield _("%(name)s đã quá %(age)s tuổi vào ngày %(day)s.") % told


def _enterprise_age(entry: Entry) -> Iterator[str]:
    """Counted from the first verified formation of the venture's enterprise."""
    years, day = entry.contest.max_enterprise_years, counting_day(entry.contest)
    if years is None or day is None or entry.venture is None:
        return
    formed = Formation.objects.filter(formed_by(entry.venture), status=Fact.Status.VERIFIED)
    first = formed.order_by("happened_on", "pk").first()
    if first is not None and first.happened_on < years_before(day, years):
        yield (
            _("Doanh nghiệp thành lập ngày %(on)s, quá %(years)d năm tính đến ngày %(day)s.")
            % {"on": f"{first.happened_on:%d/%m/%Y}", "years": years, "day": f"{day:%d/%m/%Y}"}
        )


# -- Consent and guardian ----------------------------------------------------------
def has_agreed(entry: Entry) -> bool:
    """Whether the owner's consent to take part stands."""
    given = Consent.objects.standing().filter(
        user=entry.owner_id, purpose=PURPOSE, subject_kind=SUBJECT, subject_id=entry.pk
    )
    return given.exists()


def needs_guardian(entry: Entry, at: datetime) -> bool:
    """Whether the owner is under 18 and no guardian has said yes to words about contests."""
    owner = entry.owner
    if owner.birth_date is None or not owner.is_minor(day_of(at)):
        return False
    yes = owner.guardianships.filter(
        answer=Guardianship.Answer.YES, version__gte=GUARDS_ENTRIES_FROM
    )
    return not yes.exists()


def cannot_send(entry: Entry, at: datetime) -> str:
    """The first reason why the entry cannot be sent at this moment; "" when it can."""
    if lacking := [words for step in missing(entry).values() for words in step]:
        return _("Còn thiếu: %(parts)s.") % {"parts": ", ".join(lacking)}
    if reasons := refusals(entry):
        return reasons[0]
    if needs_guardian(entry, at):
        return _("Bạn dưới 18 tuổi: cha, mẹ hoặc người giám hộ phải đồng ý trước khi nộp.")
    if not has_agreed(entry):
        return _("Bạn chưa đồng ý dự thi.")
    return ""


# -- What was sent -------------------------------------------------------------------
def files_of(entry: Entry) -> list[StoredFile]:
    """The entrant's files, in the order in which they came."""
    kind = ContentType.objects.get_for_model(Entry)
    return list(StoredFile.objects.filter(content_type=kind, object_id=entry.pk).order_by("pk"))


def sent_text(entry: Entry) -> str:
    """The entry as one line of JSON: the text whose SHA-256 is the fingerprint."""
    told: dict[str, Any] = {
        name: getattr(entry, name)
        for name in ("title", "summary", "problem", "solution", "novelty", "field", "applicant",
                     "audience", "school")
    }  # fmt: skip
    told |= {
        "contest": entry.contest.slug,
        "board": entry.board.code,
        "unit": str(entry.unit or ""),
        "answers": {
            str(question.pk): entry.answers.get(str(question.pk), "")
            for question in entry.board.asked
        },
        "members": [[member.name, member.role] for member in entry.members.all()],
        "files": [stored.sha256 for stored in files_of(entry)],
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(entry: Entry) -> str:
    """SHA-256 over the entry as sent: proves later what was sent."""
    return hashlib.sha256(sent_text(entry).encode()).hexdigest()
