"""Who looks at an idea: assigned to a person or an agency, handed back, told to the head."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agency, Membership, User
from accounts.permissions import OFFICIALS
from core import outbox, tasks
from core.models import Event
from core.periods import day_of
from core.words import Refused
from projects.models import Venture

AT_ONCE = 500  # escalations of one run; the rest waits for the next


# -- Assignment ------------------------------------------------------------------
def officials(today: date) -> QuerySet[User]:
    """Those who hold an official role on this day, by name."""
    held = Membership.objects.on(today).filter(role__in=OFFICIALS)
    rows = User.objects.filter(is_active=True, pk__in=held.values("user_id"))
    return rows.order_by("name_key", "pk")


def agencies(today: date) -> QuerySet[Agency]:
    """The agencies that have an official on this day."""
    held = Membership.objects.on(today).filter(role__in=OFFICIALS, user__is_active=True)
    return Agency.objects.on(today).filter(pk__in=held.values("agency_id")).order_by("name", "pk")


def assign(venture: Venture, event: Event) -> None:
    """Give the idea to the person or the agency named in the event's data, exactly one of them.

    An agency's idea is claimed by one of its officials. Raises ``Refused``.
    """
    person, agency = event.data.get("person"), event.data.get("agency")
    venture.given_by_id = event.actor_id
    today = day_of(event.at)
    if bool(person) == bool(agency):
        raise Refused(_("Chọn một người, hoặc một cơ quan."))
    if agency:
        if venture.agency_id == agency and venture.screener_id is None:
            raise Refused(_("Ý tưởng này đã giao cho cơ quan đó rồi."))
        venture.agency = agencies(today).filter(pk=agency).first()
        venture.screener = None
        if venture.agency is None:
            raise Refused(_("Cơ quan này không có cán bộ nào đang làm việc trên Cổng."))
        return
    found = officials(today).filter(pk=person).first()
    if found is None or (reason := found.why_not("venture.screen", venture)):
        raise Refused(
            _("Không giao được cho người này. %(reason)s") % {"reason": reason}
            if found
            else _("Không có cán bộ này.")
        )
    if venture.screener_id == found.pk:  # pressed twice: given, and told, once
        raise Refused(_("Ý tưởng này đã giao cho người đó rồi."))
    venture.screener, venture.agency = found, None


def assignee(venture: Venture) -> list[str]:
    """Who is told of an assignment by letter: the person, unless they took it themselves.

    Officials of an agency find what is their agency's in a drawer of the queue.
    """
    if venture.screener is None or venture.screener_id == venture.given_by_id:
        return []
    return [venture.screener.email]


def free(venture: Venture) -> str:
    """Why there is nothing to hand back."""
    if venture.screener_id or venture.agency_id:
        return ""
    return _("Ý tưởng này chưa giao cho ai.")


def let_go(venture: Venture, event: Event) -> None:
    """The person's hands are free: the idea is its agency's again, or everybody's."""
    if venture.screener_id:
        event.data = {"person": venture.screener_id}
        venture.screener = None
    else:
        event.data = {"agency": venture.agency_id}
        venture.agency = None


# -- Overdue: the head is told ------------------------------------------------------
def escalate(now: datetime) -> int:
    """Tell the head of each overdue idea that has not been told of; how many ideas.

    Asks what is so, not what day it is: a run that was missed is made up by the next one, a
    second run finds nothing, and an answered idea is silent at once. An idea whose head
    nobody is stays on the list for the next run.
    """
    today = day_of(now)
    rows = Venture.objects.overdue(today).filter(escalated_at__isnull=True)
    heads, told = _Heads(today), 0
    for pk in rows.order_by("promised_on", "pk").values_list("pk", flat=True)[:AT_ONCE]:
        told += _escalate(pk, heads, now, today)
    return told


@transaction.atomic
def _escalate(pk: int, heads: "_Heads", now: datetime, today: date) -> bool:
    """One idea: its row, its line in the journal and its letters, all or nothing."""
    rows = Venture.objects.overdue(today).filter(pk=pk, escalated_at__isnull=True)
    venture = rows.select_for_update(skip_locked=True).first()
    found = heads.of(venture) if venture else []
    if venture is None or not found:
        return False
    event = Event.objects.create(
        kind="venture.escalate",
        actor=User.objects.system(),
        subject=venture,
        target=venture.status,
        data={"promised_on": str(venture.promised_on), "to": [head.pk for head in found]},
        at=now,
        is_sample=venture.is_sample,
    )
    for address in dict.fromkeys(head.email for head in found):
        letter = outbox.post(event, address, subject=venture)
        tasks.deliver.delay_on_commit(message_id=letter.pk)
    venture.escalated_at = now
    venture.save(update_fields=["escalated_at"])
    return True


class _Heads:
    """The heads of all agencies on a day, read once for a run."""

    def __init__(self, today: date) -> None:
        self.today = today
        held = Membership.objects.on(today).filter(user__is_active=True)
        held = held.filter(role__in=("head", "secretariat")).select_related("user")
        self.rows = list(held.order_by("pk"))

    def of(self, venture: Venture) -> list[User]:
        """The head of the agency whose idea it is; else any head; else the secretariat.

        Only who may answer the idea is told of it: nobody of their own.
        """
        theirs = self._agencies(venture)
        for chosen in (
            [m for m in self.rows if m.role == "head" and m.agency_id in theirs],
            [m for m in self.rows if m.role == "head"],
            [m for m in self.rows if m.role == "secretariat"],
        ):
            found = list(_may(dict.fromkeys(m.user for m in chosen), venture))
            if found:
                return found
        return []

    def _agencies(self, venture: Venture) -> set[int]:
        if venture.agency_id:
            return {venture.agency_id}
        if not venture.screener_id:
            return set()
        held = Membership.objects.on(self.today).filter(user=venture.screener_id)
        held = held.filter(role__in=OFFICIALS, agency__isnull=False)
        return set(held.values_list("agency_id", flat=True))


def _may(people: Iterable[Any], venture: Venture) -> Iterable[User]:
    return (one for one in people if one.can("venture.screen", venture))
