"""At 18 a person is asked anew: what they let be published as a minor rests until they confirm."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet

from accounts.models import ADULT_AT, Consent, User
from core import outbox
from core.context import configuration
from core.models import Event
from core.periods import day_of, years_before

PUBLISHING = (Consent.Purpose.PUBLISH_VENTURE, Consent.Purpose.PUBLISH_NAME)


def grown_up(today: date) -> QuerySet[User]:
    """Adults with a standing consent to publish who may have been minors when they gave it.

    Nobody who was 18 when the oldest such consent was given is among them, so that the list
    stays short however many accounts there are.
    """
    standing = Consent.objects.standing().filter(purpose__in=PUBLISHING)
    oldest = standing.aggregate(at=Min("given_at"))["at"]
    if oldest is None:
        return User.objects.none()
    return User.objects.filter(
        birth_date__lte=years_before(today, ADULT_AT),
        birth_date__gt=years_before(day_of(oldest), ADULT_AT),
        pk__in=standing.values("user"),
    ).order_by("pk")


@transaction.atomic
def ask_anew(user: User, now: datetime) -> bool:
    """Let the consents given as a minor rest, and ask by one letter; False when none is left.

    Safe to call twice and at any time: what rests is found no more.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.is_minor(day_of(now)):
        return False
    standing = Consent.objects.standing().select_for_update().filter(
        user=person, purpose__in=PUBLISHING
    )  # fmt: skip
    given = [c.pk for c in standing.order_by("pk") if person.is_minor(day_of(c.given_at))]
    if not given:
        return False
    Consent.objects.filter(pk__in=given).withdraw(now)
    event = Event.objects.create(
        kind="user.come_of_age",
        actor=User.objects.system(),
        subject=person,
        data={"consents": given},
        at=now,
        is_sample=person.is_sample,
    )
    outbox.post(
        event,
        person.email,
        name=person.full_name,
        portal=configuration(),
        link=f"{settings.SITE_URL}/y-tuong/cua-toi/",
    )
    return True
