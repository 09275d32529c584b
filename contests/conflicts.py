"""What a judge must not judge: declared before anything is seen, set by the organiser, hinted."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contests import assigning, hints, ranking
from contests.models import Conflict, Declaration, Entry, Judge, Round, ScoreSheet
from contests.workflow import SHEETS
from core.models import Event
from core.text import fold, name_sort_key, sort_key
from core.words import Refused

R, H = Round.Status, ScoreSheet.Status
PEOPLE, SCHOOLS, UNITS = "people", "schools", "units"


def pledge() -> str:
    """The words that a judge agrees to; kept with the declaration as they were read."""
    return _(
        "Tôi đã đọc hết danh sách này. Tôi đã đánh dấu mọi người, trường và nơi ở mà tôi có quan "
        "hệ gia đình, công tác, góp vốn hoặc đã cố vấn, hỗ trợ. Tôi không chấm và không xem điểm "
        "của những bài có người đó. Nếu về sau thấy mình có liên quan, tôi báo ngay."
    )


# -- The list that a judge reads ------------------------------------------------------
@dataclass
class Name:
    """A person, school or unit of some entries; nothing here tells which."""

    kind: str
    label: str
    key: str
    entries: set[int] = field(default_factory=set)
    hints: set[str] = field(default_factory=set)


def key_of(found: Round, kind: str, label: str) -> str:
    """What the box of a name sends: it tells nothing of the entry, nor of how many there are."""
    told = f"{settings.SECRET_KEY}:{found.pk}:{kind}:{fold(label)}"
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def judged(judge: Judge, found: Round) -> list[Entry]:
    """The entries of the round that this judge could be given, with their people."""
    boards = {board.pk for board in judge.boards.all()}
    entries = [e for e in ranking.competing(found) if not boards or e.board_id in boards]
    return hints.with_people(entries)


def names(judge: Judge, found: Round) -> list[Name]:
    """People, schools and units of the round, each name once, in the order of the alphabet."""
    entries = judged(judge, found)
    rows: dict[str, Name] = {}
    for entry in entries:
        for kind, label in _names_of(entry):
            key = key_of(found, kind, label)
            rows.setdefault(key, Name(kind, label, key)).entries.add(entry.pk)
    told = defaultdict(set)
    for hint in hints.of(judge, entries):
        told[(hint.entry, fold(hint.name))].add(hint.words)
    for row in rows.values():
        for entry in row.entries:
            row.hints |= told[(entry, fold(row.label))]
    return sorted(rows.values(), key=lambda r: (r.kind, _order(r), r.key))


def _order(row: Name) -> str:
    return name_sort_key(row.label) if row.kind == PEOPLE else sort_key(row.label)


def _names_of(entry: Entry) -> Iterable[tuple[str, str]]:
    yield PEOPLE, entry.owner.full_name or str(_("Người chưa ghi tên"))
    for member in entry.members.all():
        yield PEOPLE, member.name
    if entry.school:
        yield SCHOOLS, entry.school
    for unit in {entry.unit, entry.owner.unit} - {None}:
        yield UNITS, str(unit)


# -- Declaring -------------------------------------------------------------------------
def has_declared(judge: Judge, found: Round) -> bool:
    return Declaration.objects.filter(judge=judge, round=found).exists()


@transaction.atomic
def declare(
    judge: Judge, found: Round, *, keys: Collection[str], reason: str, by: Any, at: datetime
) -> int:
    """Keep the judge's words and close the entries of the names; names can be added later.

    Twice is once. The number of names that were closed. Raises Refused.
    """
    judge = Judge.objects.select_for_update(no_key=True).get(pk=judge.pk)
    if reason_not := by.why_not("conflict.declare", judge):
        raise Refused(reason_not)
    if judge.status != Judge.Status.ACCEPTED:
        raise Refused(_("Bạn không còn trong ban giám khảo."))
    _not_while_locking(found)
    chosen = [row for row in names(judge, found) if row.key in set(keys)]
    _declaration, first = Declaration.objects.get_or_create(
        judge=judge, round=found, defaults={"text": pledge(), "made_at": at}
    )
    known = set(judge.conflicts.values_list("entry", flat=True))
    closing: dict[int, str] = {}
    for row in chosen:
        for entry in sorted(row.entries - known):
            closing.setdefault(entry, _reason(row.label, reason))
    for entry, words in closing.items():
        _record(judge, entry, Conflict.Source.DECLARED, words, by, at)
    if first or closing:
        _journal(judge, "declare", by, at, round=found.code, names=[row.label for row in chosen])
    _close(judge, closing, by=by, at=at)
    return len(chosen)


def _reason(label: str, told: str) -> str:
    said = _("Khai có liên quan: %(name)s.") % {"name": label}
    return f"{said} {told}".strip()[:300]


@transaction.atomic
def add(judge: Judge, entry: Entry, *, reason: str, by: Any, at: datetime) -> Conflict:
    """The organiser finds a conflict. A second time is the same one. Raises Refused."""
    judge = Judge.objects.select_for_update(no_key=True).get(pk=judge.pk)
    if reason_not := by.why_not("conflict.set", judge):
        raise Refused(reason_not)
    if entry.contest_id != judge.contest_id:
        raise Refused(_("Bài này không thuộc cuộc thi."))
    if by.pk in entry.people_ids:
        raise Refused(_("Đây là bài của bạn, nên người khác của ban tổ chức xác định."))
    if not reason.strip():
        raise Refused(_("Ghi lý do."))
    for found in judge.contest.rounds.all():
        _not_while_locking(found)
    standing = judge.conflicts.filter(entry=entry).first()
    if standing:
        return standing
    made = _record(judge, entry.pk, Conflict.Source.ORGANISER, reason.strip()[:300], by, at)
    _journal(judge, "conflict", by, at, note=made.reason, entry=entry.pk)
    _close(judge, {entry.pk: made.reason}, by=by, at=at)
    return made


def _not_while_locking(found: Round) -> None:
    """Raises Refused while a lock waits for its second person: the scores must not move then."""
    if found.status == R.LOCKING:
        raise Refused(_("Vòng này đang chờ khóa điểm. Báo trưởng ban giám khảo trước."))


def _record(judge: Judge, entry: int, source: str, reason: str, by: Any, at: datetime) -> Conflict:
    return Conflict.objects.create(
        judge=judge, entry_id=entry, source=source, reason=reason, by=by, at=at
    )


def _close(judge: Judge, closing: dict[int, str], *, by: Any, at: datetime) -> None:
    """What was begun is closed with its reason; what was not begun goes to another."""
    if not closing:
        return
    rows = judge.sheets.filter(entry__in=closing, round__status__in=assigning.OPEN)
    begun = rows.exclude(status__in=[H.RECUSED, H.TO_DO]).select_related("round__contest", "judge")
    for sheet in begun.order_by("pk"):
        SHEETS.advance(sheet, "recuse", by=by, at=at, note=closing[sheet.entry_id])
    assigning.refill(judge.contest_id, by=by, at=at)


def _journal(judge: Judge, verb: str, by: Any, at: datetime, note: str = "", **data: Any) -> None:
    Event.objects.create(
        kind=f"judge.{verb}", actor=by, subject=judge, target=judge.status, note=note, data=data,
        at=at, is_sample=judge.contest.is_sample,
    )  # fmt: skip
