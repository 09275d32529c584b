"""Verbs of entries: begun from a venture or from nothing, kept step by step, sent once."""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import consent_texts
from accounts.models import Consent, User
from accounts.services import ask_guardian, complete_profile
from contests import eligibility, phases
from contests.models import Board, Contest, Entry, EntryMember, LateCode
from contests.workflow import ENTRIES
from core import files
from core.kept_files import KeptFiles
from core.models import Event, StoredFile
from core.words import Refused
from projects.models import Venture

COPIED = ("title", "summary", "problem", "solution", "novelty", "field", "applicant")
MOST_FILES = 5
MOST_MEMBERS = 10
MOST_DRAFTS = 5  # of one person in one contest
GUARDIANS_A_DAY = 3  # letters to addresses that nobody has proved
UNTOUCHED: Any = object()
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is read as something else
CODE_LENGTH = 12
E = Entry.Status


class Conflict(Refused):
    """Another page saved the same step meanwhile; ``theirs`` is the entry as it is now."""

    def __init__(self, theirs: Entry) -> None:
        super().__init__(_("Bước này vừa được lưu ở một cửa sổ khác. Chữ của bạn vẫn còn ở đây."))
        self.theirs = theirs


class Sent(Refused):
    """The entry is with the organiser: nothing can be saved any more."""


@dataclass(frozen=True)
class Member:
    """A person of the team as the form tells it; ``pk`` of a row that is there already."""

    name: str
    birth_date: date | None
    role: str
    pk: int | None = None


# -- Beginning -------------------------------------------------------------------
def copied(venture: Venture, *, closed_too: bool) -> dict[str, Any]:
    """What a venture has written already; its confidential answers only when it is asked for."""
    told = {name: getattr(venture, name) for name in COPIED}
    told |= {"school": venture.workplace, "unit": venture.unit}
    of = {"workplace": "school"}
    if not closed_too:
        for name in venture.confidential:
            told.pop(of.get(name, name), None)
    return told


@transaction.atomic
def begin(
    contest: Contest, board: Board, *, key: Any, owner: User, at: datetime,
    venture: Venture | None = None, closed_too: bool = False,
) -> Entry:  # fmt: skip
    """The draft of this key: made at the first press of the button, found at the second.

    A venture is in a contest once: its draft is found again. Raises Refused.
    """
    if earlier := _there(contest, key, owner, venture):
        return earlier
    if reason := _cannot_begin(contest, board, owner, venture, at):
        raise Refused(reason)
    known: dict[str, Any] = {"unit": owner.unit}
    if venture is not None:
        known |= copied(venture, closed_too=closed_too) | {"venture": venture}
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                key=key, contest=contest, board=board, owner=owner, created_at=at, saved_at=at,
                is_sample=contest.is_sample or owner.is_sample, **known,
            )  # fmt: skip
    except IntegrityError:  # the same button, pressed in another window this very moment
        if (found := _there(contest, key, owner, venture)) is None:
            raise
        return found
    if venture is not None:
        _copy_team(entry, venture)
    return entry


def _cannot_begin(
    contest: Contest, board: Board, owner: User, venture: Venture | None, at: datetime
) -> str:
    """Who has a late code may write after the deadline, so that it is asked at sending."""
    if reason := phases.no_entry(contest, at, late=True):
        return reason
    if board not in eligibility.boards_for(contest, venture):
        return _("Bảng này không nhận hồ sơ ở cấp này. Chọn bảng khác.")
    if contest.entries.filter(owner=owner, status=E.DRAFT).count() >= MOST_DRAFTS:
        return _("Bạn đang viết dở nhiều bài. Viết nốt một bài trước.")
    return ""


def _there(contest: Contest, key: Any, owner: User, venture: Venture | None) -> Entry | None:
    """The entry of this key, or the one that the venture has already. Raises Refused."""
    if earlier := Entry.objects.filter(key=key, owner=owner).first():
        return earlier
    there = _of_venture(contest, venture) if venture is not None else None
    if there is not None and there.owner_id != owner.pk:
        raise Refused(_("Ý tưởng này đã có trong cuộc thi."))
    return there


def _of_venture(contest: Contest, venture: Venture) -> Entry | None:
    return contest.entries.filter(venture=venture).exclude(status=E.WITHDRAWN).first()


def _copy_team(entry: Entry, venture: Venture) -> None:
    """The standing members of the venture's team; their birth dates stay with their accounts."""
    standing = venture.members.standing().select_related("user").order_by("pk")
    for order, member in enumerate(standing[:MOST_MEMBERS], start=1):
        if member.user is not None and member.user_id != entry.owner_id:
            EntryMember.objects.create(
                entry=entry, user=member.user, name=member.user.full_name or member.user.email,
                role=member.role, order=order,
            )  # fmt: skip


# -- Saving ------------------------------------------------------------------------
def open_names(entry: Entry, names: Iterable[str]) -> list[str]:
    """Those of these parts that the entrant may change now."""
    mended = entry.status == E.RETURNED
    return [name for name in names if not mended or name in entry.mend_fields]


def version(entry: Entry, names: Iterable[str]) -> str:
    """What these parts are now, in short: a form carries it to notice another's saving."""
    told = []
    for name in open_names(entry, names):
        if name == "members":
            rows = entry.members.order_by("order", "pk")
            told.append(str([(m.name, str(m.birth_date), m.role) for m in rows]))
        elif name != "files":
            value = getattr(entry, f"{name}_id" if name in {"unit", "board"} else name)
            told.append(json.dumps(value, sort_keys=True, default=str))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _locked(entry: Entry) -> Entry:
    rows = Entry.objects.select_for_update(of=("self",))
    return rows.select_related("owner", "contest", "board", "venture", "unit").get(pk=entry.pk)


@transaction.atomic
def save(
    entry: Entry, told: dict[str, Any], *, names: Collection[str], seen: str, by: User,
    at: datetime, attachment: Any = UNTOUCHED, members: list[Member] | None = None,
) -> Entry:  # fmt: skip
    """Write the parts of one step, whose names are ``names``.

    Raises Conflict when another page saved the step since it was shown with ``seen`` and
    something would be overwritten; Sent when the entry is no draft any more.
    """
    entry = _locked(entry)
    if by.why_not("entry.edit", entry):
        raise Sent(_("Bài này đã nộp rồi, không sửa được nữa."))
    names = open_names(entry, names)
    changes = {n: told[n] for n in names if n in told and told[n] != getattr(entry, n)}
    others = version(entry, names) != seen
    risky = any(getattr(entry, name) for name in changes) or members is not None
    if others and risky:
        raise Conflict(entry)
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.saved_at = at
    if attachment is not UNTOUCHED and "files" in names:
        _attach(entry, attachment)
    if "files" in names:
        there = {str(stored.key) for stored in eligibility.files_of(entry)}
        marked = told.get("clean_files", entry.clean_files)
        entry.clean_files = sorted(key for key in marked if key in there)
    if members is not None and "members" in names:
        _keep_members(entry, members)
    entry.save()
    return entry


def _attach(entry: Entry, outcome: KeptFiles) -> None:
    """Add the new files and let go those taken off, which are swept later. The row is locked."""
    there: list[StoredFile] = []
    for stored in eligibility.files_of(entry):
        if stored in outcome.removed:
            stored.subject = None
            stored.save(update_fields=["content_type", "object_id"])
        else:
            there.append(stored)
    for stored in outcome.added:
        # The same content again is the same press, heard twice over a broken line.
        if stored.sha256 in {one.sha256 for one in there}:
            continue
        if len(there) >= MOST_FILES:
            raise Refused(
                _("Mỗi bài giữ được %(n)d tệp. Bỏ bớt một tệp rồi thêm tệp khác.")
                % {"n": MOST_FILES}
            )
        files.attach(stored, entry)
        there.append(stored)


def _keep_members(entry: Entry, members: list[Member]) -> None:
    """Exactly these people, in this order; a row that is there keeps its account."""
    rows = {row.pk: row for row in entry.members.all()}
    kept = {member.pk for member in members if member.pk in rows}
    entry.members.exclude(pk__in=kept).delete()
    for order, member in enumerate(members[:MOST_MEMBERS], start=1):
        row = rows.get(member.pk or 0) or EntryMember(entry=entry)
        row.name, row.role, row.order = member.name, member.role, order
        row.birth_date = None if row.user_id else member.birth_date
        row.save()


def remember_person(owner: User, *, full_name: str, birth_date: date | None) -> User:
    """Fill what the account lacks; what the person once told us is not overwritten."""
    return complete_profile(owner, full_name=full_name, phone="", unit=None, birth_date=birth_date)


@transaction.atomic
def ask_a_guardian(child: User, *, name: str, email: str, at: datetime) -> None:
    """A letter to the guardian, unless too many were written today. Raises Refused."""
    asked = Event.objects.filter(
        kind="guardianship.ask", actor=child, at__gt=at - timedelta(days=1)
    )
    if asked.count() >= GUARDIANS_A_DAY:
        raise Refused(_("Hôm nay đã gửi nhiều thư hỏi. Ngày mai gửi lại được."))
    ask_guardian(
        child, name=name, email=email, at=at,
        text=consent_texts.text("guardian"), version=consent_texts.VERSION,
    )  # fmt: skip


# -- Sending -------------------------------------------------------------------------
@transaction.atomic
def send(entry: Entry, *, by: User, agreed: bool, at: datetime, code: str = "") -> Entry:
    """Consent, number, journal, letter: all of it or nothing.

    ``code`` lets one entry in after the deadline. Sent already: the entry as it is, so that
    pressing twice is one entry. Raises Refused.
    """
    entry = _locked(entry)
    if not entry.is_open_to_change:
        return entry
    if agreed and not eligibility.has_agreed(entry):
        Consent.objects.create(
            user=entry.owner, purpose=eligibility.PURPOSE, subject_kind=eligibility.SUBJECT,
            subject_id=entry.pk, text=consent_texts.text("entry"), version=consent_texts.VERSION,
            given_at=at,
        )  # fmt: skip
    if code and entry.late_code_id is None and phases.no_entry(entry.contest, at):
        entry.late_code = _free_code(entry.contest, code, at)
        entry.save(update_fields=["late_code"])
    ENTRIES.advance(entry, "submit", by=by, at=at)
    return entry


# -- Late codes ------------------------------------------------------------------------
def _digest(contest: Contest, code: str) -> str:
    plain = "".join(c for c in code.upper() if c in ALPHABET)
    salted = salted_hmac("contests.late_code", f"{contest.pk}:{plain}", algorithm="sha256")
    return salted.hexdigest()


@transaction.atomic
def make_code(contest: Contest, *, reason: str, until: datetime, by: User, at: datetime) -> str:
    """A new access code for one late entry: told here, once; only its hash is kept.

    Raises Refused when it would end before it begins.
    """
    if denied := by.why_not("entry.late", contest):
        raise Refused(denied)
    if until <= at:
        raise Refused(_("Giờ hết hạn phải ở phía trước."))
    code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    LateCode.objects.create(
        contest=contest, digest=_digest(contest, code), reason=reason, made_by=by, made_at=at,
        expires_at=until,
    )  # fmt: skip
    _tell_journal(contest, "late_code", by=by, at=at, note=reason, data={"until": str(until)})
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def _free_code(contest: Contest, code: str, at: datetime) -> LateCode:
    """The code, held; unknown, used and expired ones are refused alike. Raises Refused."""
    held = LateCode.objects.select_for_update().filter(
        contest=contest, digest=_digest(contest, code), expires_at__gt=at
    )
    found = held.first()
    if found is None or Entry.objects.filter(late_code=found).exists():
        raise Refused(_("Mã này không dùng được: sai, đã dùng, hoặc hết hạn. Hỏi lại ban tổ chức."))
    return found


# -- The seal --------------------------------------------------------------------------
@transaction.atomic
def unseal(contest: Contest, *, by: User, at: datetime) -> Contest:
    """Open what was sealed until the deadline: once, by a person, journalled. Raises Refused."""
    contest = Contest.objects.select_for_update(of=("self",)).get(pk=contest.pk)
    if denied := by.why_not("contest.unseal", contest):
        raise Refused(denied)
    if contest.closes_at is None or at < contest.closes_at:
        raise Refused(_("Chưa hết giờ nhận hồ sơ nên chưa mở niêm phong được."))
    if not contest.sealed or contest.unsealed_at is not None:
        return contest
    contest.unsealed_at, contest.unsealed_by = at, by
    contest.save(update_fields=["unsealed_at", "unsealed_by"])
    _tell_journal(contest, "unseal", by=by, at=at)
    return contest


def _tell_journal(
    contest: Contest, verb: str, *, by: User, at: datetime, note: str = "",
    data: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    Event.objects.create(
        kind=f"contest.{verb}", actor=by, subject=contest, source=contest.status,
        target=contest.status, note=note, data=data or {}, at=at,
        is_sample=contest.is_sample or by.is_sample,
    )  # fmt: skip
