"""Questions about ventures that are more than one model's list: what indicators count.

Each gives rows with ``on``, the day a record counts on as known at ``now``, and
``was_on``, the same as known at ``before``; empty where it does not count.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Case, DateField, F, Min, Q, QuerySet, When
from django.db.models.functions import Greatest

from core.facts import known_q
from projects.models import Formation, Support, Venture


def ideas_received(now: datetime, before: datetime) -> QuerySet:
    """Ideas that were sent, each on the day it was received; known from that moment."""
    return Venture.objects.filter(received_on__isnull=False).annotate(
        on=_day(Q(received_at__lte=now)), was_on=_day(Q(received_at__lte=before))
    )


def _day(condition: Q) -> Case:
    return Case(When(condition, then=F("received_on")), output_field=DateField())


def projects_supported(now: datetime, before: datetime) -> QuerySet:
    """Projects, each once: on the day of its first support, or of its recognition when later.

    Domain §2, rule 2. A row for each venture that ever had a verified support.
    """
    recognised = "venture__recognitions__"
    rows = Support.objects.filter(verified_at__isnull=False).values("venture_id")
    return rows.annotate(
        first_now=Min("happened_on", filter=known_q(now)),
        first_was=Min("happened_on", filter=known_q(before)),
        from_now=Min(f"{recognised}happened_on", filter=known_q(now, recognised)),
        from_was=Min(f"{recognised}happened_on", filter=known_q(before, recognised)),
    ).annotate(on=_later("now"), was_on=_later("was"))


def _later(moment: str) -> Case:
    both = Q(**{f"first_{moment}__isnull": False, f"from_{moment}__isnull": False})
    return Case(
        When(both, then=Greatest(f"first_{moment}", f"from_{moment}")), output_field=DateField()
    )


def enterprises_formed(now: datetime, before: datetime) -> QuerySet:
    """Enterprises, each once: on the day of first registration. Domain §2, rule 3.

    One that several projects formed is a fact of one of them, which names the others. One that
    continues another under a new tax code was formed before, so its own registration is left out;
    one that ended was formed all the same.
    """
    formed = Formation.objects.filter(verified_at__isnull=False, succeeds__isnull=True)
    rows = formed.values("venture_id")
    return rows.annotate(
        on=Min("happened_on", filter=known_q(now)),
        was_on=Min("happened_on", filter=known_q(before)),
    )


def support_value(source: str) -> Callable[[datetime, datetime], QuerySet]:
    """Verified support of ``source``, each line of the ledger with its value in đồng."""

    def rows(now: datetime, before: datetime) -> QuerySet:
        def day(moment: datetime) -> Case:
            return Case(When(known_q(moment), then=F("happened_on")), output_field=DateField())

        ledger = Support.objects.filter(source=source, verified_at__isnull=False)
        return ledger.annotate(on=day(now), was_on=day(before))

    return rows
