"""What waits for a judge, contest by contest and round by round."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.services import proved_addresses
from contests import blind, phases
from contests.models import Contest, Declaration, Judge, Round, ScoreSheet

H, J = ScoreSheet.Status, Judge.Status


@dataclass(frozen=True)
class Work:
    """A round that a judge works in, or will."""

    judge: Judge
    round: Round
    declared: bool
    left: int
    done: int
    closed: str  # why no score can be given now; "" while it can

    @property
    def contest(self) -> Contest:
        return self.judge.contest

    @property
    def waits(self) -> bool:
        """Whether the judge can do something about it now."""
        return self.left > 0 and (not self.declared or not self.closed)

    @property
    def asks(self) -> bool:
        """Whether there is something to declare about: entries given, or judging on."""
        return self.left > 0 or self.done > 0 or not self.closed


def asked(user: Any) -> list[Judge]:
    """Invitations to this person's addresses that wait for an answer."""
    rows = Judge.objects.filter(status=J.INVITED, email__in=proved_addresses(user))
    rows = rows.exclude(contest__status=Contest.Status.CANCELLED).select_related("contest")
    return list(rows.order_by("pk"))


def work(user: Any, at: datetime) -> list[tuple[Judge, list[Work]]]:
    """Every panel of this person with its rounds; those of cancelled contests left out."""
    judges = Judge.objects.filter(user=user, status=J.ACCEPTED)
    judges = judges.exclude(contest__status=Contest.Status.CANCELLED)
    judges = judges.select_related("contest__organiser").prefetch_related("contest__rounds")
    declared = set(Declaration.objects.filter(judge__user=user).values_list("judge", "round"))
    told = blind.sheets(user).values_list("judge", "round", "status").order_by()
    counts = Counter(told)
    return [
        (
            judge,
            [
                Work(
                    judge=judge,
                    round=found,
                    declared=(judge.pk, found.pk) in declared,
                    left=_sum(counts, judge, found, (H.TO_DO, H.STARTED)),
                    done=_sum(counts, judge, found, (H.DONE,)),
                    closed=phases.no_score(found, at),
                )
                for found in judge.contest.round_list
            ],
        )
        for judge in judges.order_by("-contest__closes_at", "pk")
    ]


def _sum(counts: Counter[tuple[int, int, str]], judge: Judge, found: Round, kinds: Any) -> int:
    return sum(counts[(judge.pk, found.pk, str(kind))] for kind in kinds)
