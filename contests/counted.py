"""What the indicators count of contests.

Each gives rows with ``on``, the day a record counts on as known at ``now``, and ``was_on``, the
same as known at ``before``; empty where it does not count.
"""

from datetime import datetime

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import TruncDate

from contests.models import Entry, Referral, ReferralOutcome, Round
from core.facts import known_q
from core.periods import LOCAL


def contests_held(now: datetime, before: datetime) -> QuerySet:
    """Contests, each once: on the day on which the result of its last round was published."""
    later = Round.objects.filter(contest=OuterRef("contest"), order__gt=OuterRef("order"))
    last = Round.objects.filter(~Exists(later), published_at__isnull=False)
    return last.annotate(on=_day("published_at", now), was_on=_day("published_at", before))


def entries_received(now: datetime, before: datetime) -> QuerySet:
    """Entries that were sent, each on the day it was received; known from that moment."""
    sent = Entry.objects.filter(received_at__isnull=False)
    return sent.annotate(on=_day("received_at", now), was_on=_day("received_at", before))


def _day(column: str, moment: datetime) -> Case:
    """The town's day of a moment that was known by ``moment``."""
    known = When(Q(**{f"{column}__lte": moment}), then=TruncDate(column, tzinfo=LOCAL))
    return Case(known, output_field=DateField())


def entries_referred(now: datetime, before: datetime) -> QuerySet:
    """Entries sent to the province, the region or the nation: on the day of the letter.

    Known from the moment its number was written down until it was taken back.
    """
    sent = Referral.objects.filter(sent_at__isnull=False)
    return sent.annotate(on=_sent_day(now), was_on=_sent_day(before))


def _sent_day(moment: datetime) -> Case:
    standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moment)
    known = Q(sent_at__lte=moment) & standing
    return Case(When(known, then=F("sent_on")), output_field=DateField())


def prizes_won(now: datetime, before: datetime) -> QuerySet:
    """Prizes that the entries sent on have won there: verified, on the day of the result."""
    won = ReferralOutcome.objects.filter(won=True, verified_at__isnull=False)
    return won.annotate(on=_fact_day(now), was_on=_fact_day(before))


def _fact_day(moment: datetime) -> Case:
    return Case(When(known_q(moment), then=F("happened_on")), output_field=DateField())
