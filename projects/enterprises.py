"""What a venture's page tells of its enterprises: who else formed them, what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from core.facts import Fact
from projects.models import Closing, Formation, Venture
from projects.models.enterprise import formed_by

VERIFIED = Fact.Status.VERIFIED


@dataclass(frozen=True)
class Told:
    """One enterprise as one reader is told it; ventures are those that the reader may see."""

    formation: Formation
    closing: Closing | None  # the verified end
    waiting: Closing | None  # an end that nobody has verified yet; for its own people
    together: list[Venture]  # the other projects that formed it
    before: tuple[Formation, Venture | None] | None
    after: list[tuple[Formation, Venture | None]]
    may_close: bool

    @property
    def is_closed(self) -> bool:
        return self.closing is not None


def of(venture: Venture, user: Any, *, private: bool) -> list[Told]:
    """The enterprises of a venture, the first registered on top.

    ``private``: also what nobody has verified yet. The same number of statements for one and three.
    """
    rows = Formation.objects.filter(formed_by(venture))
    if not private:
        rows = rows.filter(status=VERIFIED)
    return _read(rows, venture, user, private=private)


def one(formation: Formation, venture: Venture, user: Any) -> Told:
    """One formation for those who may see all of it, told from ``venture``'s side."""
    return _read(Formation.objects.filter(pk=formation.pk), venture, user, private=True)[0]


def _read(rows: QuerySet[Formation], venture: Venture, user: Any, *, private: bool) -> list[Told]:
    standing = Closing.objects.standing().select_related("evidence", "formation")
    following = Formation.objects.filter(status=VERIFIED).order_by("happened_on", "pk")
    formations = list(
        rows.select_related("evidence", "succeeds", "venture", "recorded_by")
        .prefetch_related(
            "together_with",
            Prefetch("closings", queryset=standing),
            Prefetch("successors", queryset=following),
        )
        .order_by("happened_on", "pk")
    )
    for formation in formations:
        if formation.venture_id == venture.pk:
            formation.venture = venture  # its people are known already
    seen = _seen(venture, formations, user)
    return [_told(venture, formation, seen, user, private=private) for formation in formations]


def _seen(venture: Venture, formations: Iterable[Formation], user: Any) -> dict[int, Venture]:
    """Those of the other ventures around these enterprises that the reader may see.

    One statement, and none where there is no other.
    """
    keys: set[int] = set()
    for formation in formations:
        keys |= {formation.venture_id, *(v.pk for v in formation.together)}
        keys |= {f.venture_id for f in formation.successors.all()}
        if formation.succeeds:
            keys.add(formation.succeeds.venture_id)
    keys.discard(venture.pk)
    if not keys:
        return {}
    return {v.pk: v for v in Venture.objects.visible_to(user).filter(pk__in=keys)}


def _told(
    venture: Venture, formation: Formation, seen: dict[int, Venture], user: Any, *, private: bool
) -> Told:
    standing = list(formation.closings.all())
    closing = next((c for c in standing if c.status == VERIFIED), None)
    waiting = next((c for c in standing if c.status != VERIFIED), None) if private else None
    others = {formation.venture_id, *(v.pk for v in formation.together)} - {venture.pk}
    before = formation.succeeds
    return Told(
        formation=formation,
        closing=closing,
        waiting=waiting,
        together=[seen[pk] for pk in sorted(others) if pk in seen],
        before=(before, seen.get(before.venture_id)) if before else None,
        after=[(f, seen.get(f.venture_id)) for f in formation.successors.all()],
        may_close=(
            not standing and formation.status == VERIFIED and user.can("closing.record", formation)
        ),
    )


def registered(told: Iterable[Told]) -> Told | None:
    """The enterprise that the head of the page names: one that runs, else the first registered."""
    standing = [t for t in told if t.formation.status == VERIFIED]
    running = [t for t in standing if not t.is_closed and not t.after]
    return next(iter(running or standing), None)
