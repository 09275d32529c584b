"""A venture's story as dated sentences, the oldest first, told from its facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.formats_vn import dong
from projects.models import Formation, Investment, Milestone, StageReached, Support, Venture


@dataclass(frozen=True)
class Moment:
    """One line of the story; ``fact`` is what it tells of, where there is one."""

    on: date
    words: str
    fact: Any = None
    is_plan: bool = False


def told(
    venture: Venture,
    *,
    recognised: Any = None,
    facts: Iterable[Any] = (),
    plans: Iterable[Any] = (),
    with_idea: bool = False,
) -> list[Moment]:
    """The moments in the order of their days; of the supports only the first is told.

    ``facts`` are those that the reader may see. Plans come after all that has happened.
    """
    moments = []
    if with_idea and venture.received_on:
        moments.append(Moment(venture.received_on, _("Ý tưởng được gửi đến Cổng.")))
    if recognised:
        moments.append(Moment(recognised.happened_on, _("Được công nhận là dự án.")))
    standing = [fact for fact in facts if fact.status != fact.Status.RETRACTED]
    supports = [fact for fact in standing if isinstance(fact, Support)]
    first = min(supports, key=lambda fact: (fact.happened_on, fact.pk), default=None)
    moments += [
        Moment(fact.happened_on, words(fact), fact)
        for fact in standing
        if not isinstance(fact, Support) or fact is first
    ]
    moments.sort(key=lambda moment: moment.on)
    return moments + [Moment(plan.planned_on, plan.title, is_plan=True) for plan in plans]


def words(fact: Any) -> str:
    """What happened, without its day."""
    if isinstance(fact, Milestone):
        return fact.title
    if isinstance(fact, Investment):
        told = {"who": fact.investor, "money": dong(fact.value)}
        if fact.kind == Investment.Kind.INVESTED:
            return _("%(who)s góp vốn %(money)s.") % told
        return _("%(who)s cam kết góp %(money)s.") % told
    if isinstance(fact, StageReached):
        return _("Tới giai đoạn: %(stage)s.") % {"stage": fact.get_stage_display()}
    if isinstance(fact, Formation):
        return _("Thành doanh nghiệp: %(name)s.") % {"name": fact.name}
    return _("Lần đầu được hỗ trợ: %(kind)s, %(provider)s.") % {
        "kind": fact.get_kind_display(),
        "provider": fact.provider,
    }
