"""The support ledger: one question for its lines, and one sum over them.

The indicators of support value, a venture's page and the officials' ledger all
count verified facts by the day they happened, as known at a moment; a test
holds their sums equal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from core.periods import Period
from projects.models import Support, Venture, VentureGroup

K = Support.Kind
NO_CLAUSE = "khong"  # asks for the lines that stand under no clause

# The clause of the programme that each kind of support carries out, where nobody named another.
CLAUSES = {
    K.TRAINING: "III.4.1",
    K.MENTORING: "III.3.1",
    K.CAPITAL: "III.4.2",
    K.EQUIPMENT: "III.4.2",
    K.INVESTORS: "III.4.3",
    K.LEGAL: "III.2.1",
    K.IP: "III.2.1",
    K.PACKAGING: "III.5.2",
    K.CERTIFICATE: "III.5.2",
    K.MARKET: "III.5.1",
    K.MARKETPLACE: "III.5.1",
    K.FAIR: "III.5.3",
    K.WORKSPACE: "III.3.2",
}


def clause_of(support: Support) -> str:
    """The code of the clause a support counts under; "" for other kinds without one."""
    return support.clause.code if support.clause else CLAUSES.get(K(support.kind), "")


def with_clause(rows: QuerySet[Support]) -> QuerySet:
    """Annotate ``under``: the same as ``clause_of``, in the database."""
    by_kind = Case(
        *(When(kind=kind, then=Value(code)) for kind, code in CLAUSES.items()),
        default=Value(""),
        output_field=CharField(),
    )
    return rows.annotate(under=Coalesce(F("clause__code"), by_kind))


def lines(
    as_of: datetime,
    *,
    period: Period | None = None,
    source: str = "",
    kind: str = "",
    clause: str = "",
    venture: Venture | None = None,
) -> QuerySet:
    """Verified support as known at ``as_of``; ``clause`` holds what stands under it, too."""
    rows = with_clause(Support.objects.known(as_of))
    if period is not None:
        rows = rows.filter(happened_on__gte=period.start, happened_on__lt=period.end)
    if source:
        rows = rows.filter(source=source)
    if kind:
        rows = rows.filter(kind=kind)
    if clause == NO_CLAUSE:
        rows = rows.filter(under="")
    elif clause:
        rows = rows.filter(Q(under=clause) | Q(under__startswith=f"{clause}."))
    if venture is not None:
        rows = rows.filter(venture=venture)
    return rows


@dataclass(frozen=True)
class Total:
    """How many lines, what they are worth in đồng, and how many half hours were given."""

    lines: int = 0
    value: int = 0
    half_hours: int = 0

    def __add__(self, other: "Total") -> "Total":
        return Total(
            self.lines + other.lines,
            self.value + other.value,
            self.half_hours + other.half_hours,
        )

    @property
    def hours(self) -> float:
        """Halves of a number are exact."""
        return self.half_hours / 2


@dataclass(frozen=True)
class Cell:
    """The total of one source, kind and clause."""

    source: str
    kind: str
    clause: str
    total: Total

    def is_under(self, clause: str) -> bool:
        if clause == NO_CLAUSE:
            return not self.clause
        return self.clause == clause or self.clause.startswith(f"{clause}.")


@dataclass(frozen=True)
class Totals:
    """The sums of a ledger's lines by source × kind × clause; every other sum is of these."""

    cells: tuple[Cell, ...]

    def of(self, source: str = "", kind: str = "", clause: str = "") -> Total:
        """The sum of the cells that are of all that is named."""
        return sum(
            (
                cell.total
                for cell in self.cells
                if (not source or cell.source == source)
                and (not kind or cell.kind == kind)
                and (not clause or cell.is_under(clause))
            ),
            Total(),
        )

    @property
    def all(self) -> Total:
        return self.of()

    def kinds(self) -> list[str]:
        """The kinds that have a line, in the order of the list of kinds."""
        found = {cell.kind for cell in self.cells}
        return [kind for kind in K.values if kind in found]

    def clauses(self) -> list[str]:
        """The clauses that have a line; ``NO_CLAUSE`` last, where some lines stand under none."""
        found = {cell.clause for cell in self.cells}
        return sorted(found - {""}) + [NO_CLAUSE] * ("" in found)


def totals(rows: QuerySet) -> Totals:
    """The sums over ``lines(…)``, in one statement."""
    grouped = (
        rows.order_by()
        .values("source", "kind", "under")
        .annotate(n=Count("pk"), worth=Sum("value"), halves=Sum("half_hours"))
    )
    return Totals(tuple(_cells(grouped)))


def summed(supports: Iterable[Support]) -> Total:
    """The sum over lines that are read already: as ``totals`` counts them, the verified ones."""
    verified = [fact for fact in supports if fact.is_verified]
    return Total(
        len(verified),
        sum(fact.value for fact in verified),
        sum(fact.half_hours for fact in verified),
    )


def _cells(grouped: QuerySet) -> Iterator[Cell]:
    for row in grouped:
        total = Total(row["n"], int(row["worth"] or 0), int(row["halves"] or 0))
        yield Cell(row["source"], row["kind"], row["under"], total)


FEWEST = 3  # a smaller number beside a group could name somebody


@dataclass(frozen=True)
class GroupCount:
    """How many supported ventures said that they are of a group; None where the number could
    name one of them: fewer than three, or every one there is."""

    label: str
    ventures: int | None


def groups(now: datetime) -> list[GroupCount]:
    """Ventures that had support, by the groups their owners agreed to be counted in.

    Never narrowed by kind, clause or days, nor asked as of another day than today: the
    difference of two such numbers could name one.
    """
    helped = Support.objects.known(now).values("venture")
    rows = VentureGroup.objects.filter(venture__in=helped)
    found = dict(rows.order_by().values_list("group").annotate(Count("pk")))
    told = range(FEWEST, helped.distinct().count())
    return [
        GroupCount(str(label), n if (n := found.get(group, 0)) in told else None)
        for group, label in VentureGroup.Group.choices
    ]
