"""The team of a venture: asked by letter, yes or no by each themselves, leaving, a new lead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import consent_texts
from accounts.models import Consent, Guardianship, User
from accounts.services import (
    ask_guardian,
    first_name,
    proved_addresses,
    same_mailbox,
    update_profile,
)
from core import outbox, tasks
from core.context import configuration
from core.models import Event
from core.periods import day_of
from core.words import Refused
from projects import drafts
from projects.models import TeamMember, Venture

SALT = "projects.team.invitation"
INVITATION_LIVES = timedelta(days=30)
MOST = 20  # people in a team, those who were asked among them
LETTERS_A_DAY = 10  # to addresses that nobody has proved
LETTER_AGAIN = timedelta(hours=1)
SUBJECT = "teammember"  # of a member's own consents
NAME = Consent.Purpose.PUBLISH_NAME


# -- Asking --------------------------------------------------------------------
def token(member: TeamMember) -> str:
    """The signed value in the letter's link."""
    return signing.dumps([member.pk, member.invited_at.isoformat()], salt=SALT)


def invited_by_token(value: str) -> TeamMember | None:
    """The invitation behind a link; None when it is not ours, too old, or was taken back."""
    try:
        pk, at = signing.loads(value, salt=SALT, max_age=INVITATION_LIVES)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = TeamMember.objects.open().select_related("venture__owner", "invited_by", "user")
    member = rows.filter(pk=pk).first()
    return member if member and member.invited_at.isoformat() == at else None


@transaction.atomic
def invite(
    venture: Venture, *, email: str, rights: str, role: str, by: User, at: datetime
) -> TeamMember:
    """Ask somebody by letter. A second time sends the letter again, not sooner than in an hour.

    Raises Refused.
    """
    venture = _lock(venture)
    _may(by, "venture.lead", venture)
    email = User.objects.normalize(email)
    if any(same_mailbox(email, own) for own in {by.email, *proved_addresses(by)}):
        raise Refused(_("Đây là địa chỉ của bạn. Ghi địa chỉ của người bạn muốn mời."))
    others = list(venture.members.open().order_by("pk"))
    member = next((m for m in others if m.email == email), None)
    if member is None:
        if len(others) >= MOST:
            raise Refused(_("Nhóm có tối đa %(n)d người.") % {"n": MOST})
        member = TeamMember(venture=venture, email=email, invited_by=by)
    elif member.is_standing:
        raise Refused(_("Người này đã ở trong nhóm."))
    elif at - member.invited_at < LETTER_AGAIN:
        raise Refused(_("Thư mời vừa gửi đến địa chỉ này. Chờ một giờ rồi mời lại."))
    asked = Event.objects.filter(kind="venture.invite", actor=by, at__gt=at - timedelta(days=1))
    if asked.count() >= LETTERS_A_DAY:
        raise Refused(_("Hôm nay bạn đã mời nhiều người. Ngày mai mời tiếp."))
    member.rights, member.role, member.invited_by, member.invited_at = rights, role, by, at
    member.save()
    event = _tell_journal(venture, "invite", by=by, at=at, member=member)
    path = reverse("projects:invitation", args=[token(member)])
    _post(event, email, name=first_name(by), link=settings.SITE_URL + path)
    return member


@dataclass(frozen=True)
class Answer:
    """What somebody who accepts says of themselves; only what the account lacks is taken."""

    full_name: str = ""
    birth_date: date | None = None
    guardian_name: str = ""
    guardian_email: str = ""
    show_name: bool = False


@transaction.atomic
def accept(member: TeamMember, *, by: User, answer: Answer, at: datetime) -> TeamMember:
    """Join the team with one's own consents. Twice is once. Raises Refused."""
    venture, member = _lock_both(member)
    if member.is_standing and member.user_id == by.pk:
        return member
    _addressed(member, by)
    if venture.owner_id == by.pk:
        raise Refused(_("Bạn là trưởng nhóm rồi."))
    if venture.members.standing().filter(user=by).exists():
        raise Refused(_("Bạn đã ở trong nhóm này, với một địa chỉ khác."))
    update_profile(
        by,
        full_name=by.full_name or answer.full_name,
        phone=by.phone,
        unit=by.unit,
        birth_date=answer.birth_date,
    )
    person = User.objects.get(pk=by.pk)
    if not person.full_name or not person.birth_date:
        raise Refused(_("Ghi họ tên và ngày sinh của bạn."))
    if person.is_minor(day_of(at)):
        guardian_asked(person, answer.guardian_name, answer.guardian_email, at)
    member.user, member.accepted_at = person, at
    member.save(update_fields=["user", "accepted_at"])
    _consent(member, Consent.Purpose.PROCESS, at)
    if answer.show_name:
        _consent(member, NAME, at)
    _tell_journal(venture, "join", by=person, at=at, member=member)
    return member


@transaction.atomic
def decline(member: TeamMember, *, by: User, at: datetime) -> None:
    """Say no: the link is worth nothing any more. Raises Refused."""
    venture, member = _lock_both(member)
    _addressed(member, by)
    member.declined_at = at
    member.save(update_fields=["declined_at"])
    _tell_journal(venture, "refuse", by=by, at=at, member=member)


def _addressed(member: TeamMember, by: User) -> None:
    if not member.is_waiting:
        raise Refused(_("Lời mời này không còn nữa."))
    if member.email not in proved_addresses(by):
        raise Refused(_("Lời mời này gửi đến một địa chỉ khác. Đăng nhập bằng đúng địa chỉ đó."))


def guardian_asked(child: User, name: str, email: str, at: datetime) -> None:
    """A letter to the guardian of a minor, unless one was asked already. Raises Refused."""
    asked = child.guardianships.exclude(answer=Guardianship.Answer.NO)
    if asked.exists():
        return
    if not name or not email:
        raise Refused(_("Bạn dưới 18 tuổi: ghi tên và thư điện tử của cha, mẹ hoặc người giám hộ."))
    ask_guardian(
        child,
        name=name,
        email=email,
        at=at,
        text=consent_texts.text("guardian"),
        version=consent_texts.VERSION,
    )


# -- Leaving -------------------------------------------------------------------
@transaction.atomic
def leave(member: TeamMember, *, by: User, at: datetime) -> None:
    """Leave by oneself; a second time changes nothing. Raises Refused."""
    venture, member = _lock_both(member)
    if member.user_id != by.pk:
        raise Refused(_("Chỉ chính người đó mới rời nhóm được."))
    if member.is_standing:
        _end(member, at)
        _tell_journal(venture, "leave", by=by, at=at, member=member)


@transaction.atomic
def remove(member: TeamMember, *, by: User, at: datetime) -> None:
    """The lead takes somebody, or an invitation, out; a second time changes nothing."""
    venture, member = _lock_both(member)
    _may(by, "venture.lead", venture)
    if member.is_standing or member.is_waiting:
        member.removed_by = by
        _end(member, at)
        _tell_journal(venture, "remove", by=by, at=at, member=member)


def _end(member: TeamMember, at: datetime) -> None:
    # Asked again while this press waited for its turn: they leave after that.
    member.left_at, member.lead_offered_at = max(at, member.invited_at), None
    member.save(update_fields=["left_at", "lead_offered_at", "removed_by"])
    _consents(member).withdraw(at)


@transaction.atomic
def set_rights(member: TeamMember, *, by: User, rights: str, at: datetime) -> None:
    """The lead gives somebody, or an invitation, other rights; they count from the next page on.

    The same rights again change nothing. Raises Refused.
    """
    venture, member = _lock_both(member)
    _may(by, "venture.lead", venture)
    if rights not in TeamMember.Rights.values:
        raise Refused(_("Chọn một quyền có trong danh sách."))
    if not (member.is_standing or member.is_waiting):
        raise Refused(_("Người này không còn ở trong nhóm."))
    if member.rights != rights:
        member.rights = rights
        member.save(update_fields=["rights"])
        _tell_journal(venture, "set_rights", by=by, at=at, member=member)


@transaction.atomic
def show_name(member: TeamMember, *, by: User, wanted: bool, at: datetime) -> None:
    """Give or take back the consent to one's own name beside the published venture."""
    _venture, member = _lock_both(member)
    if member.user_id != by.pk or not member.is_standing:
        raise Refused(_("Mỗi người chỉ quyết định tên của chính mình."))
    given = _consents(member).filter(purpose=NAME)
    if wanted and Consent.objects.in_force(day_of(at)).filter(pk__in=given.values("pk")).exists():
        return
    given.withdraw(at)
    if wanted:
        _consent(member, NAME, at)


# -- The lead ------------------------------------------------------------------
@transaction.atomic
def offer_lead(member: TeamMember, *, by: User, at: datetime) -> None:
    """Ask a member to become the lead; nothing changes before their yes. Raises Refused."""
    venture, member = _lock_both(member)
    _may(by, "venture.lead", venture)
    if not member.is_standing:
        raise Refused(_("Chỉ bàn giao cho người đang ở trong nhóm."))
    if member.lead_offered_at:
        return
    if venture.members.filter(lead_offered_at__isnull=False).exists():
        raise Refused(_("Đang chờ một người khác trả lời. Rút lời đề nghị đó trước."))
    member.lead_offered_at = at
    member.save(update_fields=["lead_offered_at"])
    event = _tell_journal(venture, "offer_lead", by=by, at=at, member=member)
    path = reverse("projects:lead", args=[reference(venture)])
    _post(event, member.email, title=venture.title, link=settings.SITE_URL + path)


@transaction.atomic
def drop_offer(member: TeamMember, *, by: User, at: datetime) -> None:
    """The lead takes the offer back, or the member says no."""
    venture, member = _lock_both(member)
    if by.pk != member.user_id:
        _may(by, "venture.lead", venture)
    if member.lead_offered_at:
        member.lead_offered_at = None
        member.save(update_fields=["lead_offered_at"])
        _tell_journal(venture, "drop_offer", by=by, at=at, member=member)


@transaction.atomic
def take_lead(member: TeamMember, *, by: User, purposes: Collection[str], at: datetime) -> Venture:
    """Become the lead with one's own consents; the lead until now stays as a member who edits.

    What the lead until now agreed to ends here: nothing of the venture is public before the new
    lead agrees. Raises Refused.
    """
    venture, member = _lock_both(member)
    if venture.owner_id == by.pk:
        return venture
    if member.user_id != by.pk or not member.is_standing or not member.lead_offered_at:
        raise Refused(_("Không còn lời đề nghị làm trưởng nhóm."))
    if Consent.Purpose.PROCESS not in purposes:
        raise Refused(_("Bạn chưa đồng ý cho cán bộ đọc hồ sơ và liên hệ."))
    person = User.objects.get(pk=by.pk)
    if not person.full_name or not person.birth_date:
        raise Refused(_("Ghi họ tên và ngày sinh ở Hồ sơ của tôi trước."))
    before = venture.owner
    drafts.agree(venture, by=before, purposes=(), at=at)
    _end(member, at)
    venture.owner = person
    venture.contact_name, venture.contact_birth_date = person.full_name, person.birth_date
    venture.contact_phone, venture.contact_email = person.phone, person.email
    venture.guardian_name = venture.guardian_email = ""
    venture.save(
        update_fields=[
            "owner", "contact_name", "contact_birth_date", "contact_phone", "contact_email",
            "guardian_name", "guardian_email",
        ]
    )  # fmt: skip
    drafts.agree(venture, by=person, purposes=purposes, at=at)
    stays = TeamMember.objects.create(
        venture=venture,
        email=before.email,
        user=before,
        rights=TeamMember.Rights.EDIT,
        invited_by=person,
        invited_at=at,
        accepted_at=at,
    )
    _consent(stays, Consent.Purpose.PROCESS, at)
    _tell_journal(venture, "take_lead", by=person, at=at, member=stays)
    return venture


# -- What pages show -------------------------------------------------------------
def reference(venture: Venture) -> str:
    """How the venture is called in an address: its code, or a draft's key."""
    return venture.code_as("YT") or str(venture.key)


def shown_publicly(venture: Venture, on: date) -> list[str]:
    """Names of members that everybody may read: their own consent, and grown or with a yes."""
    if not venture.team_rights:
        return []
    agreed = Consent.objects.in_force(on).filter(purpose=NAME, subject_kind=SUBJECT)
    members = (
        venture.members.standing()
        .filter(pk__in=agreed.values("subject_id"))
        .select_related("user")
        .order_by("accepted_at", "pk")
    )
    people = [m.user for m in members]
    guarded = set(
        Guardianship.objects.filter(child__in=people, answer=Guardianship.Answer.YES).values_list(
            "child_id", flat=True
        )
    )
    return [p.full_name for p in people if not p.is_minor(on) or p.pk in guarded]


def names_given(venture: Venture, on: date) -> set[int]:
    """The members who let their name be shown."""
    members = venture.members.standing().values("pk")
    return set(
        Consent.objects.in_force(on)
        .filter(purpose=NAME, subject_kind=SUBJECT, subject_id__in=members)
        .values_list("subject_id", flat=True)
    )


# -- Small parts -------------------------------------------------------------------
def _lock(venture: Venture) -> Venture:
    rows = Venture.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=venture.pk)


def _lock_both(member: TeamMember) -> tuple[Venture, TeamMember]:
    """The venture first, as everywhere: two people at once wait for each other, never for ever."""
    venture = _lock(member.venture)
    row = TeamMember.objects.select_for_update().get(pk=member.pk)
    row.venture = venture
    return venture, row


def _may(by: User, permission: str, venture: Venture) -> None:
    if reason := by.why_not(permission, venture):
        raise Refused(reason)


def _consents(member: TeamMember) -> Any:
    return Consent.objects.standing().filter(subject_kind=SUBJECT, subject_id=member.pk)


def _consent(member: TeamMember, purpose: str, at: datetime) -> None:
    words = "member_name" if purpose == NAME else "member_process"
    Consent.objects.create(
        user=member.user,
        purpose=purpose,
        subject_kind=SUBJECT,
        subject_id=member.pk,
        text=consent_texts.text(words),
        version=consent_texts.VERSION,
        given_at=at,
    )


def _tell_journal(
    venture: Venture, verb: str, *, by: User, at: datetime, member: TeamMember
) -> Event:
    return Event.objects.create(
        kind=f"venture.{verb}",
        actor=by,
        subject=venture,
        target=venture.status,
        data={"member": member.pk, "rights": member.rights},
        at=at,
        is_sample=venture.is_sample,
    )


def _post(event: Event, to: str, **told: Any) -> None:
    message = outbox.post(event, to, portal=configuration(), **told)
    tasks.deliver.delay_on_commit(message_id=message.pk)
