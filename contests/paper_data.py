"""What the papers of a round are made of, read once; and what a reader may not see of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q

from contests.models import (
    Conflict,
    Criterion,
    Entry,
    Judge,
    Override,
    Round,
    RulesVersion,
    ScoreSheet,
    Standing,
)
from core.documents import Letterhead
from core.formats_vn import number
from core.models import Configuration
from core.periods import day_of

R, H = Round.Status, ScoreSheet.Status
FROZEN = frozenset({R.LOCKED, R.REOPENING, R.PUBLISHED})
MASK = "(che)"


def is_frozen(found: Round) -> bool:
    """Whether the round's result is locked, so that its papers may be printed."""
    return found.status in FROZEN


def masked_for(found: Round, user: Any) -> frozenset[int]:
    """The entries whose scores this reader never sees: their own, and those they are recused of."""
    own = Q(owner=user) | Q(members__user=user) | Q(conflicts__judge__user=user)
    rows = Entry.objects.filter(own, contest=found.contest_id)
    return frozenset(rows.values_list("pk", flat=True))


@dataclass
class Read:
    """A round with everything that its papers tell; ``masked`` are entries without scores here."""

    round: Round
    at: datetime
    masked: frozenset[int] = frozenset()
    config: Configuration = field(init=False)

    def __post_init__(self) -> None:
        self.config = Configuration.objects.on(day_of(self.at))

    @property
    def contest(self) -> Any:
        return self.round.contest

    @cached_property
    def criteria(self) -> list[Criterion]:
        return self.round.criterion_list

    @cached_property
    def judges(self) -> list[Judge]:
        """The panel as it sat: who accepted, or has sheets here though they left later."""
        rows = self.contest.judges.filter(
            Q(status=Judge.Status.ACCEPTED) | Q(sheets__round=self.round)
        )
        return list(rows.distinct().order_by("-is_chair", "is_shadow", "name", "pk"))

    @cached_property
    def sitting(self) -> list[Judge]:
        """Those whose scores count."""
        return [judge for judge in self.judges if not judge.is_shadow]

    @cached_property
    def chair(self) -> Judge | None:
        return next((judge for judge in self.judges if judge.is_chair), None)

    @cached_property
    def sheets(self) -> list[ScoreSheet]:
        rows = self.round.sheets.select_related("judge", "entry__board")
        return list(
            rows.prefetch_related("scores").order_by("entry__board__order", "entry__number", "pk")
        )

    @cached_property
    def by_judge(self) -> dict[int, list[ScoreSheet]]:
        found: dict[int, list[ScoreSheet]] = defaultdict(list)
        for sheet in self.sheets:
            found[sheet.judge_id].append(sheet)
        return found

    @cached_property
    def by_entry(self) -> dict[int, dict[int, ScoreSheet]]:
        """By entry and judge."""
        found: dict[int, dict[int, ScoreSheet]] = defaultdict(dict)
        for sheet in self.sheets:
            found[sheet.entry_id][sheet.judge_id] = sheet
        return found

    @cached_property
    def standings(self) -> list[Standing]:
        """The frozen result, board by board, best first."""
        rows = self.round.standings.select_related("entry__board", "entry__owner", "prize")
        last = 10**6
        return sorted(
            rows.prefetch_related("entry__members"),
            key=lambda s: (s.entry.board.order, s.entry.board_id, s.rank or last, s.entry_id),
        )

    @cached_property
    def boards(self) -> list[tuple[str, list[Standing]]]:
        found: dict[str, list[Standing]] = {}
        for standing in self.standings:
            found.setdefault(standing.entry.board.name, []).append(standing)
        return list(found.items())

    @cached_property
    def overrides(self) -> list[Override]:
        rows = self.round.overrides.select_related("entry", "by")
        return list(rows.order_by("entry__number", "pk"))

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Recusals that bear on this round: of a judge who sat, about an entry that was judged."""
        judged = [standing.entry_id for standing in self.standings]
        rows = Conflict.objects.filter(judge__in=self.judges, entry__in=judged)
        return list(rows.select_related("judge", "entry").order_by("entry__number", "pk"))

    @cached_property
    def recused(self) -> set[tuple[int, int]]:
        """Judge and entry of each recusal."""
        return {(found.judge_id, found.entry_id) for found in self.conflicts}

    @cached_property
    def rules(self) -> RulesVersion | None:
        return self.contest.versions.order_by("-number").first()

    @cached_property
    def is_last(self) -> bool:
        return not self.contest.rounds.filter(order__gt=self.round.order).exists()

    def letterhead(self, symbol: str, *, dated: bool = True) -> Letterhead:
        """Of the organiser; the number is written by hand, the day is that of the lock."""
        locked = self.round.locked_at
        return Letterhead(
            parent=self.config.parent_body,
            issuer=str(self.contest.organiser),
            symbol=symbol,
            place=self.config.place_name,
            date=day_of(locked) if dated and locked else None,
        )

    def score(self, standing: Standing, places: int = 2) -> str:
        """An entry's score as printed; masked where this reader may not see it."""
        return self.hidden(standing.entry_id) or points(standing.score, places)

    def hidden(self, entry_id: int) -> str:
        return MASK if entry_id in self.masked else ""

    def said_of_mask(self) -> str:
        """The sentence that a copy with masked scores carries; "" for a whole one."""
        here = {sheet.entry_id for sheet in self.sheets} | {s.entry_id for s in self.standings}
        hidden = len(here & self.masked)
        if not hidden:
            return ""
        return (
            f"Bản này che điểm của {hidden:02d} bài vì người tải có liên quan đến bài đó. "
            "Bản đủ do người khác của ban tổ chức tải."
        )


def points(value: Decimal | None, places: int = 2) -> str:
    return "—" if value is None else number(value, places)


def named(entry: Entry) -> str:
    """An entry as papers name it: its code and its title, never a person."""
    return f"{entry.code} {entry.title}".strip()


def team(entry: Entry) -> str:
    """The names of an entry's people, its owner first."""
    names = [entry.owner.full_name]
    members = sorted(entry.members.all(), key=lambda m: (m.order, m.pk))
    names += [m.name for m in members if m.user_id != entry.owner_id]
    return ", ".join(name for name in names if name)
