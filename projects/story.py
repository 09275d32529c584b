"""Verbs of a venture's story besides its facts: results of support, plans, what is shown."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.models import Event
from core.words import Refused
from projects.models import (
    Investment,
    MilestonePlan,
    Support,
    SupportResult,
    Venture,
    VentureGroup,
)

MOST_PLANS = 20  # standing at once: a plan of more is none


def _tell_journal(subject: Any, kind: str, *, by: Any, at: datetime) -> None:
    is_sample = subject.venture.is_sample or by.is_sample
    Event.objects.create(kind=kind, actor=by, subject=subject, at=at, is_sample=is_sample)


@transaction.atomic
def add_result(support: Support, text: str, *, by: Any, at: datetime) -> SupportResult:
    """Write down what came of a verified support. The same words of one person are one row.

    The support itself stays as it was verified. Raises ``Refused``.
    """
    support = Support.objects.select_for_update().get(pk=support.pk)
    if reason := by.why_not("support.add_result", support):
        raise Refused(reason)
    earlier = SupportResult.objects.filter(support=support, recorded_by=by, text=text).first()
    if earlier:
        return earlier
    made = SupportResult.objects.create(support=support, text=text, recorded_by=by, recorded_at=at)
    _tell_journal(support, "support.result", by=by, at=at)
    return made


@transaction.atomic
def plan(venture: Venture, title: str, planned_on: date, *, by: Any, at: datetime) -> MilestonePlan:
    """Plan a milestone; the same one twice is one plan. Raises ``Refused``."""
    venture = Venture.objects.select_for_update().get(pk=venture.pk)
    standing = MilestonePlan.objects.filter(venture=venture, dropped_at__isnull=True)
    same = standing.filter(title=title, planned_on=planned_on).first()
    if same:
        return same
    if venture.level == Venture.Level.IDEA:
        raise Refused(_("Ghi được sau khi ý tưởng đã thành dự án."))
    if standing.count() >= MOST_PLANS:
        raise Refused(_("Đã có 20 mốc dự định. Bỏ bớt mốc cũ rồi ghi mốc mới."))
    try:
        with transaction.atomic():
            return MilestonePlan.objects.create(
                venture=venture, title=title, planned_on=planned_on, planned_by=by, planned_at=at
            )
    except IntegrityError as error:
        raise Refused(_("Mốc này đã có trong dự định.")) from error


@transaction.atomic
def drop(planned: MilestonePlan, *, at: datetime) -> None:
    """Take a plan back; one that was reached stays. Raises ``Refused``."""
    planned = MilestonePlan.objects.select_for_update().get(pk=planned.pk)
    if planned.reached.exclude(status="retracted").exists():
        raise Refused(_("Mốc này đã được ghi là đạt."))
    if planned.dropped_at is None:
        planned.dropped_at = at
        planned.save(update_fields=["dropped_at"])


@transaction.atomic
def show(investment: Investment, wanted: bool, *, by: Any, at: datetime) -> None:
    """The founder agrees to showing an investment, or takes that back; twice is once."""
    found = Investment.objects.select_for_update().get(pk=investment.pk)
    if bool(found.shown_since) == wanted:
        return
    found.shown_since = at if wanted else None
    found.save(update_fields=["shown_since"])
    kind = "investment.show" if wanted else "investment.hide"
    _tell_journal(found, kind, by=by, at=at)


@transaction.atomic
def belong(
    venture: Venture, groups: Collection[str], *, text: str, version: str, at: datetime
) -> None:
    """The owner is counted with exactly these groups from now on; of the others nothing is kept.

    Not told in the journal, which officials read.
    """
    Venture.objects.select_for_update().get(pk=venture.pk)
    mine = VentureGroup.objects.filter(venture=venture)
    mine.exclude(group__in=groups).delete()
    there = set(mine.values_list("group", flat=True))
    VentureGroup.objects.bulk_create(
        VentureGroup(venture=venture, group=group, text=text, version=version, given_at=at)
        for group in VentureGroup.Group.values
        if group in groups and group not in there
    )
