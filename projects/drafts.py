"""Ideas being written: kept from the first step, saved by one at a time, sent once."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import consent_texts
from accounts.models import Consent, Guardianship, User
from accounts.services import ask_guardian, complete_profile
from core.models import AdminUnit, Event
from core.periods import day_of
from core.words import Refused
from projects import attachments, calls, publishing, services, written
from projects.models import Call, Venture
from projects.workflow import VENTURES

GUARDIANS_A_DAY = 3  # letters to addresses that nobody has proved
UNTOUCHED: Any = object()


class Conflict(Refused):
    """Another page saved the same step meanwhile; ``theirs`` is the draft as it is now."""

    def __init__(self, theirs: Venture) -> None:
        super().__init__(_("Bước này vừa được lưu ở một cửa sổ khác. Chữ của bạn vẫn còn ở đây."))
        self.theirs = theirs


class Sent(Refused):
    """The idea is with the officials: nothing can be saved any more."""


def open_names(venture: Venture, names: Iterable[str]) -> list[str]:
    """Those of these answers that the founder may change now."""
    mended = venture.status == Venture.Status.RETURNED
    return [name for name in names if not mended or name in venture.mend_fields]


def version(venture: Venture, names: Iterable[str]) -> str:
    """What these answers are now, in short: a form carries it to notice another's saving."""
    told = [str(getattr(venture, name)) for name in open_names(venture, names)]
    told += [name for name in names if name in venture.confidential]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


@transaction.atomic
def begin(key: Any, owner: User | None, at: datetime, call: Call | None = None) -> Venture:
    """The draft of this key: made at the first press of the button, found at the second.

    What the account knows of its person need not be typed again.
    """
    known: dict[str, Any] = {"created_at": at, "saved_at": at, "call": call}
    if owner is not None:
        known |= {
            "owner": owner,
            "is_sample": owner.is_sample,
            "contact_name": owner.full_name,
            "contact_birth_date": owner.birth_date,
            "contact_phone": owner.phone,
            "contact_email": owner.email,
            "unit": AdminUnit.objects.on(day_of(at)).filter(pk=owner.unit_id).first(),
        }
    draft, _created = Venture.objects.select_for_update().get_or_create(key=key, defaults=known)
    return draft


@transaction.atomic
def save(
    draft: Venture,
    answers: dict[str, Any],
    *,
    names: Collection[str],
    seen: Collection[str],
    at: datetime,
    attachment: Any = UNTOUCHED,
    marks: dict[str, bool] | None = None,
) -> Venture:
    """Write the answers of one step, whose columns are ``names``.

    ``marks`` says which of the answers are confidential from now on.
    ``seen`` are the versions the writer knew. Raises Conflict when the step is none of them and
    something would be overwritten, or what another took out would come back; Sent when the idea
    is no draft any more.
    """
    draft = _locked(draft)
    if not draft.is_open_to_change:
        raise Sent(_("Ý tưởng này đã gửi rồi, không sửa được nữa."))
    names = open_names(draft, names)
    if draft.status == Venture.Status.RETURNED and "attachment" not in draft.mend_fields:
        attachment = UNTOUCHED
    changes = {n: answers[n] for n in names if n in answers and answers[n] != getattr(draft, n)}
    overwritten = [name for name in changes if getattr(draft, name)]
    closed = written.marked(draft, marks or {})
    opened = set(draft.confidential) - set(closed)
    risky = overwritten or opened or (changes and any(seen))
    if risky and version(draft, names) not in seen:
        raise Conflict(draft)
    if closed != draft.confidential:
        changes["confidential"] = closed
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.saved_at = at
    draft.save(update_fields=[*changes, "saved_at"])
    if attachment is not UNTOUCHED:
        attachments.change(draft, attachment)
    return draft


def _locked(draft: Venture) -> Venture:
    rows = Venture.objects.select_for_update(of=("self",)).select_related("owner", "unit", "call")
    return rows.get(pk=draft.pk)


def reread(draft: Venture) -> Venture:
    """The draft as it stands now."""
    return Venture.objects.select_related("owner", "unit", "call").get(pk=draft.pk)


@transaction.atomic
def adopt(draft: Venture, owner: User) -> Venture:
    """A draft begun without an account becomes the signed-in person's."""
    draft = _locked(draft)
    nobodys = draft.owner_id is None and draft.entered_by_id is None
    if nobodys and draft.status == Venture.Status.DRAFT:
        draft.owner, draft.is_sample = owner, owner.is_sample
        draft.contact_email = owner.email
        draft.save(update_fields=["owner", "is_sample", "contact_email"])
    return draft


@transaction.atomic
def send(
    draft: Venture, *, by: User, purposes: Collection[str], at: datetime,
    published: Collection[str] = (), to_box: bool = False,
) -> Venture:  # fmt: skip
    """Owner, consents, profile, number, journal, letters: all of it or nothing.

    ``to_box`` sends a draft of a call into the box that is always open instead. Sent already:
    the idea as it is, so that pressing twice is one idea. Raises Refused.
    """
    venture = _locked(draft)
    if not venture.is_open_to_change:
        return venture
    if venture.owner_id is None:
        venture = adopt(venture, by)
    if to_box and venture.status == Venture.Status.DRAFT and venture.call_id is not None:
        venture.save(update_fields=calls.leave(venture))
    mended = venture.status == Venture.Status.RETURNED
    told = (
        {*purposes, *standing(venture, day_of(at))}
        if mended
        else {*purposes} - {publishing.PURPOSE}
    )
    agree(venture, by=by, purposes=told, at=at)
    person = remember_person(venture, by)
    if not mended and person.is_minor(day_of(at)):
        _ask_guardian(venture, person, at)
    if not mended and publishing.PURPOSE in purposes:
        publishing.decide(venture, by=by, wanted=True, names=published, at=at)
    VENTURES.advance(venture, "submit", by=by, at=at)
    return venture


def standing(venture: Venture, today: date) -> set[str]:
    """The purposes that the owner has agreed to, and that hold today."""
    given = Consent.objects.in_force(today).filter(
        user=venture.owner_id, subject_kind="venture", subject_id=venture.pk
    )
    return set(given.values_list("purpose", flat=True))


def agree(venture: Venture, *, by: User, purposes: Collection[str], at: datetime) -> None:
    """Keep exactly these consents, with the words that were on the page."""
    words = {purpose: consent_texts.text(purpose) for purpose in Consent.Purpose.values}
    words[publishing.PURPOSE] = publishing.text(venture.published)
    services.agree(
        venture, user=by, purposes=purposes, words=words, version=consent_texts.VERSION, at=at
    )


@transaction.atomic
def publish(venture: Venture, *, by: User, purpose: str, wanted: bool, at: datetime) -> None:
    """Give or withdraw one consent to publish; the others stay as they are."""
    venture = _locked(venture)
    rest = standing(venture, day_of(at)) - {purpose}
    agree(venture, by=by, purposes=rest | {purpose} if wanted else rest, at=at)


def remember_person(venture: Venture, user: User) -> User:
    """Fill what the account lacks; what the person once told us is not overwritten."""
    return complete_profile(
        user,
        full_name=venture.contact_name,
        phone=venture.contact_phone,
        unit=venture.unit,
        birth_date=venture.contact_birth_date,
    )


def _ask_guardian(venture: Venture, child: User, at: datetime) -> None:
    """A letter to the guardian, unless one has said yes, or too many were written today."""
    if child.guardianships.filter(answer=Guardianship.Answer.YES).exists():
        return
    if not venture.guardian_email:
        raise Refused(_("Bạn dưới 18 tuổi. Ghi cha, mẹ hoặc người giám hộ ở bước “Người làm”."))
    asked = Event.objects.filter(
        kind="guardianship.ask", actor=child, at__gt=at - timedelta(days=1)
    )
    if asked.count() >= GUARDIANS_A_DAY:
        return
    ask_guardian(
        child,
        name=venture.guardian_name,
        email=venture.guardian_email,
        at=at,
        text=consent_texts.text("guardian"),
        version=consent_texts.VERSION,
    )


def guardian_answer(venture: Venture) -> str:
    """The latest answer of a guardian of the founder, or ""."""
    latest = Guardianship.objects.filter(child=venture.owner_id).order_by("-pk").first()
    return latest.answer if latest else ""
