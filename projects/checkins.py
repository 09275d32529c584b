"""The quarterly check-in: asked once, by a link that needs no password, answered in two minutes."""

from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from core import outbox
from core.facts import Fact
from core.models import Event
from core.periods import Quarter, day_of
from core.words import Refused
from projects import services
from projects.models import CheckIn, Formation, HelpRequest, Recognition, Venture
from projects.workflow import HELP_REQUESTS

SALT = "projects.checkin"  # a signature made for anything else opens nothing here
ANSWERS = (
    "revenue_band", "jobs", "jobs_women", "channels", "went_well", "needed", "needed_words",
)  # fmt: skip


class Unknown(Exception):
    """No check-in has this link."""


class Expired(Exception):
    """The link was one; its time is over. ``check_in`` says of which quarter."""

    def __init__(self, check_in: CheckIn) -> None:
        super().__init__(str(check_in))
        self.check_in = check_in


# -- The link -------------------------------------------------------------------
def link_of(check_in: CheckIn) -> str:
    """The path that answers this check-in, and no other: signed, for its owner's hand."""
    told = [check_in.pk, check_in.venture_id, check_in.quarter.code, check_in.owner_id]
    token = signing.Signer(salt=SALT).sign_object(told)
    return reverse("projects:checkin", args=[token])


def behind(token: str, now: datetime) -> CheckIn:
    """The check-in that the link opens. Raises ``Unknown`` or ``Expired``.

    A venture that changed hands has other links: the old ones open nothing.
    """
    try:
        key, venture, quarter, owner = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Unknown from error
    if not (isinstance(key, int) and isinstance(venture, int)):
        raise Unknown
    found = CheckIn.objects.select_related("venture__owner").filter(pk=key, venture=venture).first()
    if found is None or (found.quarter.code, found.owner_id) != (quarter, owner):
        raise Unknown
    if now >= found.expires_at:
        raise Expired(found)
    return found


# -- Asking ---------------------------------------------------------------------
def asked_about(today: date) -> Quarter:
    """The quarter that is asked about: the last one whose window has closed."""
    return Quarter.of(today).previous


def to_ask(quarter: Quarter) -> QuerySet[Venture]:
    """Projects and enterprises that were one when the quarter closed and were not asked yet.

    One that was asked about a later quarter is left alone: a clock set back asks nobody.
    """
    was = {"venture": OuterRef("pk"), "happened_on__lt": quarter.window.end}
    grown = [
        Exists(model.objects.filter(status=Fact.Status.VERIFIED, **was))
        for model in (Recognition, Formation)
    ]
    this = Q(year=quarter.year, number__gte=quarter.number) | Q(year__gt=quarter.year)
    asked = CheckIn.objects.filter(this, venture=OuterRef("pk"))
    return (
        Venture.objects.filter(level__in=[Venture.Level.PROJECT, Venture.Level.ENTERPRISE])
        .filter(grown[0] | grown[1])
        .filter(~Exists(asked))
        .order_by("pk")
    )


@transaction.atomic
def ask(venture: Venture, quarter: Quarter, at: datetime) -> CheckIn | None:
    """Open the venture's check-in and put its letter into the outbox; None when it is open."""
    check_in, created = CheckIn.objects.get_or_create(
        venture=venture, year=quarter.year, number=quarter.number, defaults={"asked_at": at}
    )
    if not created:
        return None
    event = Event.objects.create(
        kind="checkin.ask",
        subject=check_in,
        data={"quarter": quarter.code},
        at=at,
        is_sample=venture.is_sample,
    )
    for address in services.founder(venture):
        outbox.post(event, address, subject=check_in, path=link_of(check_in))
    return check_in


def ask_all(at: datetime) -> int:
    """Ask everybody who is to be asked; how many were. A later call goes on where one broke off."""
    quarter = asked_about(day_of(at))
    ventures = to_ask(quarter).select_related("owner")
    return sum(ask(venture, quarter, at) is not None for venture in ventures.iterator(200))


# -- Answering ------------------------------------------------------------------
@transaction.atomic
def answer(check_in: CheckIn, values: dict[str, Any], *, at: datetime) -> CheckIn:
    """Keep the answers; what is needed becomes a request. The same answers again change nothing.

    Raises ``Expired`` when the time ran out while the form was open.
    """
    row = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if at >= row.expires_at:
        raise Expired(row)
    changed = [name for name in ANSWERS if getattr(row, name) != values[name]]
    if row.answered_at and not changed:
        return row
    for name in ANSWERS:
        setattr(row, name, values[name])
    first = row.answered_at is None
    row.answered_at = at
    row.save()
    Event.objects.create(
        kind="checkin.answer" if first else "checkin.correct",
        actor=row.venture.owner,
        subject=row,
        data={"changed": changed, "by_link": True},  # what was answered is the owner's
        at=at,
        is_sample=row.is_sample,
    )
    _request(row, at)
    return row


def _request(row: CheckIn, at: datetime) -> None:
    """Bring the request in line with the answers: new, reworded while nobody took it, withdrawn."""
    requests = HelpRequest.objects.select_for_update().filter(check_in=row).order_by("-pk")
    last = requests.first()
    waits = last if last and last.status == HelpRequest.Status.OPEN else None
    if not row.needed:
        if waits and row.venture.owner:
            try:
                HELP_REQUESTS.advance(waits, "withdraw", by=row.venture.owner, at=at)
            except Refused:  # taken this very moment: then somebody helps
                return
        return
    if waits:
        waits.kind, waits.words = row.needed, row.needed_words
        waits.save(update_fields=["kind", "words"])
    elif last is None or (last.kind, last.words) != (row.needed, row.needed_words):
        made = HelpRequest.objects.create(
            venture=row.venture,
            check_in=row,
            kind=row.needed,
            words=row.needed_words,
            asked_at=at,
        )
        Event.objects.create(
            kind="helprequest.need",
            actor=row.venture.owner,
            subject=made,
            target=made.status,
            data={"check_in": row.pk},
            at=at,
            is_sample=row.is_sample,
        )
