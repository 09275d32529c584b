"""Verbs about people: accounts, roles, consents, guardians."""

import secrets
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, Guardianship, Membership, User, new_token
from core import outbox
from core.context import configuration
from core.models import AdminUnit, Event
from core.text import name_sort_key
from core.words import Refused


# -- Accounts -----------------------------------------------------------------
def six_digits() -> str:
    """A code to be typed from a letter."""
    return f"{secrets.randbelow(10**6):06}"


@transaction.atomic
def account_for(email: str) -> User | None:
    """The account of somebody who has proved that ``email`` is theirs; made when there is none.

    None when the account is closed. Whoever signed up with the address before,
    without proving it, may have been somebody else: their password is dropped.
    """
    email = User.objects.normalize(email)
    proved = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    if proved:
        user = proved.user
    else:
        user, _created = User.objects.get_or_create(
            email=email, defaults={"password": make_password(None)}
        )
    if not user.is_active:
        return None
    if not proved:
        addresses = EmailAddress.objects.filter(user=user)
        if not addresses.filter(verified=True).exists():
            user.set_unusable_password()
            user.save(update_fields=["password"])
        addresses.update_or_create(user=user, email=email, defaults={"verified": True})
        if not addresses.filter(primary=True, verified=True).exists():
            addresses.update(primary=False)
            addresses.filter(email=email).update(primary=True)
    return user


@transaction.atomic
def update_profile(
    user: User,
    *,
    full_name: str,
    phone: str,
    unit: AdminUnit | None,
    birth_date: date | None,
) -> None:
    """Keep what a person says of themselves. The birth date is told once: later only an
    administrator mends it, else a pupil could grow up with two clicks (Luật 91/2025/QH15)."""
    row = User.objects.select_for_update().get(pk=user.pk)
    row.full_name, row.name_key = full_name, name_sort_key(full_name)
    row.phone, row.unit = phone, unit
    row.birth_date = row.birth_date or birth_date
    row.save(update_fields=["full_name", "name_key", "phone", "unit", "birth_date"])


@transaction.atomic(savepoint=False)
def complete_profile(
    user: User, *, full_name: str, phone: str, unit: AdminUnit | None, birth_date: date | None
) -> User:
    """Fill what the account lacks, and answer it as it then is; what was told before stands."""
    row = User.objects.select_for_update().get(pk=user.pk)
    told = {
        "full_name": row.full_name or full_name,
        "phone": row.phone or phone,
        "unit_id": row.unit_id or (unit.pk if unit else None),
        "birth_date": row.birth_date or birth_date,
    }
    changed = [name for name, value in told.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, told[name])
    row.name_key = name_sort_key(row.full_name)
    row.save(update_fields=[*changed, "name_key"])
    return row


def put_off_second_factor(user: User, *, at: datetime) -> None:
    """Remember that the person was asked, so that they are not asked again.

    Raises Refused where the portal requires the second factor.
    """
    if settings.MFA_REQUIRED:
        raise Refused(_("Vai trò này cần lớp bảo vệ thứ hai. Không để sau được."))
    User.objects.filter(pk=user.pk).update(asked_for_second_factor_at=at)


# -- Roles --------------------------------------------------------------------
def why_not_grant(membership: Membership, by: Any) -> str:
    """Nobody gives a role to themselves, or changes one of their own."""
    if membership.user_id == by.pk:
        return _("Không ai tự giao vai trò cho mình. Nhờ một quản trị viên khác.")
    return ""


@transaction.atomic
def grant(membership: Membership, *, by: User, at: datetime) -> Event:
    """Give a role, or change its days, and write it into the journal. Raises Refused."""
    if reason := why_not_grant(membership, by):
        raise Refused(reason)
    kind = "membership.change" if membership.pk else "membership.grant"
    membership.save()
    return Event.objects.create(
        kind=kind,
        actor=by,
        subject=membership,
        data={
            "user": membership.user_id,
            "role": membership.role,
            "agency": membership.agency_id,
            "from": str(membership.valid_from),
            "to": str(membership.valid_to or ""),
        },
        at=at,
        is_sample=membership.user.is_sample,
    )


# -- Consents -----------------------------------------------------------------
@transaction.atomic
def withdraw_consent(consent: Consent, at: datetime) -> None:
    """Withdraw, and write it into the journal; a second time changes nothing."""
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = max(at, row.given_at)
    row.save(update_fields=["withdrawn_at"])
    person = row.user
    Event.objects.create(
        kind="consent.withdraw",
        actor=person,
        subject=row,
        data={"purpose": row.purpose, "version": row.version},
        at=at,
        is_sample=person.is_sample,
    )


# -- Guardians ----------------------------------------------------------------
def _mailbox(email: str) -> str:
    """Where letters to an address arrive: what follows a plus sign names no other mailbox."""
    local, _at, host = email.rpartition("@")
    return f"{local.partition('+')[0]}@{host}"


def same_mailbox(one: str, other: str) -> bool:
    """Whether letters to both addresses arrive at one place."""
    return _mailbox(User.objects.normalize(one)) == _mailbox(User.objects.normalize(other))


def proved_addresses(user: User) -> set[str]:
    """The addresses that this person has shown to be theirs."""
    proved = EmailAddress.objects.filter(user=user, verified=True)
    return {User.objects.normalize(email) for email in proved.values_list("email", flat=True)}


@transaction.atomic
def ask_guardian(
    child: User, name: str, email: str, at: datetime, text: str, version: str
) -> Guardianship:
    """Ask a guardian by letter; a child has one open request.

    The same address and the same words again: nothing new is sent. Another address
    or new words: the open request moves there and the old link dies. The letter
    waits in the outbox, which the sweep sends. Raises Refused when the address is the child's own.
    """
    child = User.objects.select_for_update().get(pk=child.pk)
    email = User.objects.normalize(email)
    known = EmailAddress.objects.filter(user=child).values_list("email", flat=True)
    if _mailbox(email) in {_mailbox(own) for own in (child.email, *known)}:
        raise Refused(_("Địa chỉ này là của bạn. Ghi thư điện tử của cha, mẹ hoặc người giám hộ."))
    row = child.guardianships.filter(answer=Guardianship.Answer.WAITING).order_by("pk").last()
    if row is None:
        row = Guardianship(child=child)
    elif row.guardian_email == email and row.version == version:
        return row
    row.guardian_name, row.guardian_email, row.token = name, email, new_token()
    row.text, row.version, row.asked_at = text, version, at
    row.save()
    event = _tell_journal(row, "guardianship.ask", at, actor=child)
    outbox.post(
        event,
        email,
        guardianship=row,
        child=first_name(child),
        portal=configuration(),
        link=settings.SITE_URL + row.get_absolute_url(),
    )
    return row


@transaction.atomic
def answer_guardian(
    guardianship: Guardianship, answer: str, *, name: str, text: str, version: str, at: datetime
) -> Guardianship:
    """Keep the guardian's answer with the words they read, and tell the child.

    A yes may be turned into a no at any time (that is withdrawal); after a no the
    child has to ask again. Raises Refused then. The same answer again changes nothing.
    """
    row = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
    if answer == row.answer:
        return row
    if row.answer == Guardianship.Answer.NO:
        raise Refused(_("Câu trả lời trước là không đồng ý. Nhờ con gửi lại thư hỏi."))
    withdrawn = row.answer == Guardianship.Answer.YES
    row.answer, row.answered_at = answer, at
    row.guardian_name, row.text, row.version = name, text, version
    row.save()
    kind = "guardianship.withdraw" if withdrawn else "guardianship.answer"
    event = _tell_journal(row, kind, at, text=text)
    outbox.post(
        event,
        row.child.email,
        guardianship=row,
        agreed=answer == Guardianship.Answer.YES,
        portal=configuration(),
        link=settings.SITE_URL,
    )
    return row


def first_name(child: User) -> str:
    """The given name only: all that a letter to an address nobody has proved may tell."""
    words = child.full_name.split()
    told = words and words[-1].replace("-", "").isalpha()  # never a link made to look like a name
    return words[-1] if told else _("một bạn trẻ")


def _tell_journal(
    row: Guardianship, kind: str, at: datetime, *, actor: User | None = None, **data: str
) -> Event:
    told = {"answer": row.answer, "name": row.guardian_name, "version": row.version, **data}
    return Event.objects.create(
        kind=kind, actor=actor, subject=row, data=told, at=at, is_sample=row.child.is_sample
    )
