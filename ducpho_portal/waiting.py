"""The facts that wait for a second pair of eyes, of every kind: which ones, and how many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.utils.translation import gettext_lazy

from contests.models import Entry, ReferralOutcome
from contests.workflow import OUTCOMES
from core.workflow import Workflow
from programme.workflow import ACTIVITIES
from projects.models import Closing, Formation, Venture
from projects.workflow import (
    CERTIFICATES,
    CLOSINGS,
    FAIR_VISITS,
    FORMATIONS,
    INVESTMENTS,
    MILESTONES,
    STAGES,
    SUPPLY_LINKS,
    SUPPORTS,
)
from support_orgs.workflow import FOUNDINGS


@dataclass(frozen=True)
class Kind:
    """A kind of fact. ``others``: its facts that are not of this person's own record."""

    name: str
    label: Any
    workflow: Workflow
    others: Callable[[Workflow, Any], QuerySet]
    related: tuple[str, ...] = ("venture",)  # what a row of the list shows besides


def _of_ventures(workflow: Workflow, user: Any) -> QuerySet:
    return workflow.model.objects.filter(venture__in=Venture.objects.not_behind(user))


def _formations(workflow: Workflow, user: Any) -> QuerySet:
    mine = Formation.together_with.through.objects.filter(venture__owner=user)
    return _of_ventures(workflow, user).exclude(pk__in=mine.values("formation"))


def _closings(workflow: Workflow, user: Any) -> QuerySet:
    return Closing.objects.filter(formation__in=_formations(FORMATIONS, user))


def _outcomes(workflow: Workflow, user: Any) -> QuerySet:
    mine = Entry.objects.filter(Q(owner=user) | Q(members__user=user))
    return ReferralOutcome.objects.exclude(referral__entry__in=mine.values("pk"))


def _all(workflow: Workflow, user: Any) -> QuerySet:
    return workflow.model.objects.all()


_w = gettext_lazy
KINDS = {
    kind.name: kind
    for kind in (
        Kind("support", _w("Khoản hỗ trợ"), SUPPORTS, _of_ventures),
        Kind("formation", _w("Doanh nghiệp"), FORMATIONS, _formations),
        Kind("closing", _w("Chấm dứt doanh nghiệp"), CLOSINGS, _closings, ("formation__venture",)),
        Kind("certificate", _w("Giấy chứng nhận"), CERTIFICATES, _of_ventures),
        Kind("fairvisit", _w("Hội chợ"), FAIR_VISITS, _of_ventures),
        Kind("supplylink", _w("Liên kết cung ứng"), SUPPLY_LINKS, _of_ventures),
        Kind("stagereached", _w("Giai đoạn"), STAGES, _of_ventures),
        Kind("milestone", _w("Mốc đã đạt"), MILESTONES, _of_ventures),
        Kind("investment", _w("Đầu tư"), INVESTMENTS, _of_ventures),
        Kind(
            "referraloutcome", _w("Kết quả dự thi cấp trên"), OUTCOMES, _outcomes,
            ("referral__entry__venture",),
        ),
        Kind("hoat-dong", _w("Hoạt động"), ACTIVITIES, _all, ()),
        Kind("cau-lac-bo", _w("Câu lạc bộ"), FOUNDINGS, _all, ("organisation",)),
    )
}  # fmt: skip
STEPPED = {"hoat-dong": ACTIVITIES, "cau-lac-bo": FOUNDINGS}  # verified on the list itself


def _keys(user: Any) -> QuerySet:
    """What this official may verify, by kind and key: one statement over all kinds.

    The conditions are those of the permissions ``….verify``; a test holds them equal.
    """
    first, *others = (
        kind.others(kind.workflow, user)
        .filter(status="recorded")
        .exclude(recorded_by=user)
        .order_by()
        .annotate(which=Value(kind.name, output_field=CharField()))
        .values_list("recorded_at", "which", "pk")
        for kind in KINDS.values()
    )
    return first.union(*others, all=True)


def count(user: Any) -> int:
    """How many facts this official may verify."""
    return _keys(user).count()


def oldest(user: Any, most: int) -> list[tuple[Kind, Any]]:
    """The facts that wait longest for this official: one more statement for each kind there is."""
    rows = _keys(user).order_by("recorded_at", "which", "pk")[:most]
    keys = [(which, pk) for _at, which, pk in rows]
    facts = {}
    for name in {which for which, _pk in keys}:
        kind, wanted = KINDS[name], [pk for which, pk in keys if which == name]
        found = kind.workflow.model.objects.filter(pk__in=wanted)
        for fact in found.select_related("recorded_by", "evidence", *kind.related):
            facts[name, fact.pk] = fact
    return [(KINDS[key[0]], facts[key]) for key in keys if key in facts]
