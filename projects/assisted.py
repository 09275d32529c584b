"""Ideas entered for somebody without a phone: confirmed by them, by a code or on signed paper."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts import consent_texts
from accounts.models import Consent, User
from accounts.services import ask_guardian, proved_addresses, same_mailbox, six_digits
from core import files
from core.context import configuration
from core.models import Event, StoredFile
from core.periods import day_of
from core.words import Refused
from projects import drafts, services
from projects.models import AssistedConsent, AssistedEntry, Venture
from projects.workflow import VENTURES

CODE_LIVES = timedelta(minutes=30)  # the person may have to be called first
CODE_TRIES = 5
CODE_SENDS = 10  # an entry
CODE_AGAIN = timedelta(minutes=1)
Way = AssistedEntry.Way


@transaction.atomic
def begin(key: Any, answers: dict[str, Any], *, by: User, at: datetime) -> Venture:
    """The draft of this key, for the named person: made at the first press, found at the second.

    Raises Refused when ``by`` may not enter for others, or the key is another's.
    """
    if reason := by.why_not("venture.assist"):
        raise Refused(reason)
    if answers.get("contact_email"):
        _not_ones_own(answers["contact_email"], by)
    known = {**answers, "entered_by": by, "created_at": at, "saved_at": at}
    venture, created = Venture.objects.select_for_update(of=("self",)).get_or_create(
        key=key, defaults=known | {"is_sample": by.is_sample}
    )
    if created:
        AssistedEntry.objects.create(venture=venture, entered_at=at)
        _tell_journal(venture, "assist", by=by, at=at)
    elif venture.entered_by_id != by.pk:
        raise Refused(_("Trang này đã cũ. Mở lại trang rồi nhập."))
    return venture


def _not_ones_own(email: str, by: User) -> None:
    if any(same_mailbox(email, own) for own in {by.email, *proved_addresses(by)}):
        raise Refused(_("Đây là địa chỉ của bạn. Ghi địa chỉ của người có ý tưởng."))


# -- Confirming by code ----------------------------------------------------------
@transaction.atomic
def send_code(
    venture: Venture, *, email: str, purposes: Collection[str], by: User, at: datetime
) -> None:
    """Mail a code to the person, with what is sent and agreed to. Raises Refused, OSError.

    The code is worth something for exactly these words and consents. It is sent at once, as codes
    to sign in are: the outbox would keep it readable, and a late one is worth nothing.
    """
    venture, entry = _locked(venture)
    _may_send(venture, by)
    _not_ones_own(email, by)
    if entry.code_sends >= CODE_SENDS:
        raise Refused(_("Đã gửi mã nhiều lần. Dùng giấy có chữ ký."))
    if entry.code_sent_at and at - entry.code_sent_at < CODE_AGAIN:
        raise Refused(_("Mã vừa gửi đi. Chờ một phút rồi gửi mã khác."))
    code = six_digits()
    if venture.contact_email != email:
        venture.contact_email = email
        venture.save(update_fields=["contact_email"])
    entry.code_sent_at, entry.code_tries = at, 0
    entry.code_sends += 1
    entry.code_purposes = sorted(purposes)
    entry.code_hash = _hash(entry, venture, code)
    entry.save()
    told = {
        "code": code,
        "minutes": CODE_LIVES // timedelta(minutes=1),
        "helper": by.full_name,
        "venture": venture,
        "texts": [consent_texts.text(p) for p in Consent.Purpose.values if p in purposes],
        "portal": configuration(),
    }
    subject, _newline, body = (
        render_to_string("emails/assisted.code.txt", told).strip().partition("\n")
    )
    letter = EmailMessage(subject.strip(), body.strip(), settings.DEFAULT_FROM_EMAIL, [email])
    letter.send()


def confirm_by_code(venture: Venture, code: str, *, by: User, at: datetime) -> Venture:
    """Confirm with the code that the person read out, and send the idea. Raises Refused.

    A wrong try is counted whatever follows. Sent already: the idea as it is.
    """
    with transaction.atomic():
        venture, entry = _locked(venture)
        if not venture.is_open_to_change:
            return venture
        _may_send(venture, by)
        wrong = _wrong_code(entry, venture, code, at)
        if wrong:
            AssistedEntry.objects.filter(pk=entry.pk).update(code_tries=F("code_tries") + 1)
        else:
            return _confirm(venture, entry, Way.CODE, entry.code_purposes, by=by, at=at)
    raise Refused(wrong)


def _wrong_code(entry: AssistedEntry, venture: Venture, code: str, at: datetime) -> str:
    late = entry.code_sent_at is None or at - entry.code_sent_at > CODE_LIVES
    if late or entry.code_tries >= CODE_TRIES:
        return _("Mã đã hết hiệu lực. Gửi một mã mới.")
    typed = "".join(c for c in code if c.isdecimal() and c.isascii())
    if not constant_time_compare(entry.code_hash, _hash(entry, venture, typed)):
        return _("Mã không đúng, hoặc bài viết đã sửa sau khi gửi mã. Xem lại, hoặc gửi mã mới.")
    return ""


def _hash(entry: AssistedEntry, venture: Venture, code: str) -> str:
    told = (
        entry.pk, entry.code_sends, venture.contact_email, entry.code_purposes,
        services.fingerprint(venture), code,
    )  # fmt: skip
    return salted_hmac("projects.assisted", repr(told), algorithm="sha256").hexdigest()


# -- Confirming on paper -----------------------------------------------------------
@transaction.atomic
def confirm_on_paper(
    venture: Venture, paper: StoredFile, *, purposes: Collection[str], by: User, at: datetime
) -> Venture:
    """Keep the signed paper as the confirmation, and send the idea. Raises Refused."""
    venture, entry = _locked(venture)
    if not venture.is_open_to_change:
        return venture
    _may_send(venture, by)
    entry.paper = paper
    files.attach(paper, entry)
    return _confirm(venture, entry, Way.PAPER, purposes, by=by, at=at)


@transaction.atomic
def _confirm(
    venture: Venture,
    entry: AssistedEntry,
    way: Way,
    purposes: Collection[str],
    *,
    by: User,
    at: datetime,
) -> Venture:
    if Consent.Purpose.PROCESS not in purposes and venture.status == Venture.Status.DRAFT:
        raise Refused(_("Người có ý tưởng chưa đồng ý cho cán bộ đọc hồ sơ và liên hệ."))
    entry.way, entry.confirmed_at, entry.confirmed_by = way, at, by
    entry.fingerprint = services.fingerprint(venture)
    entry.code_hash, entry.code_sent_at = "", None
    entry.save()
    if venture.status == Venture.Status.DRAFT:
        for purpose in Consent.Purpose.values:
            if purpose in purposes:
                AssistedConsent.objects.create(
                    entry=entry,
                    purpose=purpose,
                    text=consent_texts.text(purpose),
                    version=consent_texts.VERSION,
                    way=way,
                    given_at=at,
                )
    told = {"way": way, "purposes": sorted(purposes), "fingerprint": entry.fingerprint}
    _tell_journal(venture, "confirm", by=by, at=at, data=told)
    VENTURES.advance(venture, "submit", by=by, at=at)
    if way == Way.CODE and (person := _account(venture.contact_email)):
        _give(venture, entry, person, at)
    return venture


def _account(email: str) -> User | None:
    """The open account of an address that was proved, now by the code and before by its holder."""
    proved = EmailAddress.objects.filter(email=User.objects.normalize(email), verified=True)
    found = proved.select_related("user").first()
    return found.user if found and found.user.is_active else None


# -- Claiming ------------------------------------------------------------------------
def to_claim(user: User) -> QuerySet[Venture]:
    """Sent ideas that were entered for this person and have no owner yet."""
    return Venture.objects.filter(
        owner__isnull=True,
        entered_by__isnull=False,
        contact_email__in=proved_addresses(user),
    ).exclude(status=Venture.Status.DRAFT)


@transaction.atomic
def claim(venture: Venture, *, by: User, at: datetime) -> Venture:
    """The person takes the idea into their account; a second time changes nothing.

    Raises Refused when the idea was not entered for an address of theirs.
    """
    venture, entry = _locked(venture)
    if venture.owner_id == by.pk:
        return venture
    if not to_claim(by).filter(pk=venture.pk).exists():
        raise Refused(_("Hồ sơ này không ghi địa chỉ thư điện tử của bạn."))
    _give(venture, entry, by, at)
    return venture


def _give(venture: Venture, entry: AssistedEntry, person: User, at: datetime) -> None:
    """Owner, consents as they were given, profile, guardian; from now on the helper is out."""
    venture.owner = person
    venture.save(update_fields=["owner"])
    entry.claimed_at = at
    entry.save(update_fields=["claimed_at"])
    for given in entry.consents.filter(withdrawn_at__isnull=True).order_by("pk"):
        Consent.objects.create(
            user=person,
            purpose=given.purpose,
            subject_kind="venture",
            subject_id=venture.pk,
            text=given.text,
            version=given.version,
            given_at=given.given_at,
        )
    known = drafts.remember_person(venture, person)
    if known.is_minor(day_of(at)) and venture.guardian_email and not known.guardianships.exists():
        ask_guardian(
            known,
            name=venture.guardian_name,
            email=venture.guardian_email,
            at=at,
            text=consent_texts.text("guardian"),
            version=consent_texts.VERSION,
        )
    _tell_journal(venture, "claim", by=person, at=at)


# -- Small parts ---------------------------------------------------------------------
def entered_by(user: User) -> QuerySet[Venture]:
    """What this helper entered and nobody has claimed yet."""
    return Venture.objects.filter(entered_by=user, owner__isnull=True)


def _locked(venture: Venture) -> tuple[Venture, AssistedEntry]:
    rows = Venture.objects.select_for_update(of=("self",)).select_related("owner", "unit")
    row = rows.get(pk=venture.pk)
    entry = AssistedEntry.objects.select_for_update(of=("self",)).get(venture=row)
    entry.venture = row
    return row, entry


def _may_send(venture: Venture, by: User) -> None:
    if reason := by.why_not("venture.send", venture):
        raise Refused(reason)


def _tell_journal(
    venture: Venture, verb: str, *, by: User, at: datetime, data: dict[str, Any] | None = None
) -> None:
    Event.objects.create(
        kind=f"venture.{verb}",
        actor=by,
        subject=venture,
        target=venture.status,
        data=data or {},
        at=at,
        is_sample=venture.is_sample,
    )
