"""The programme as a document: its title, its tree, what follows a clause; its activities."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Max, Min, QuerySet

from core.codes import Code
from core.search import matching
from programme.models import Activity, Clause, Indicator, Phase, Target

SOURCE = Path(__file__).parent / "data" / "clauses.json"


@dataclass(frozen=True)
class Preface:
    """What stands before the first clause, and the notes under the clauses."""

    issuer: str
    subject: str
    opening: str
    abbreviations: dict[str, str]
    footnotes: dict[str, str]  # by clause code


@lru_cache(maxsize=1)
def preface() -> Preface:
    """The programme's own words, from the text that ships with the portal."""
    data: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return Preface(
        issuer=data["issuer"],
        subject=data["subject"],
        opening=data["opening"],
        abbreviations=data["abbreviations"],
        footnotes={
            row["code"]: f"{row['footnote']['mark']} {row['footnote']['text']}"
            for row in data["clauses"]
            if "footnote" in row
        },
    )


def heading(clause: Clause) -> str:
    """The title for the screen: sections are printed in capitals, which are hard to read."""
    return clause.title.capitalize() if clause.title.isupper() else clause.title


@dataclass
class Node:
    """A clause with what stands under it."""

    clause: Clause
    heading: str
    children: list["Node"] = field(default_factory=list)


def tree() -> list[Node]:
    """The sections, each with its groups and clauses, in the programme's order. One statement."""
    nodes: dict[int, Node] = {}
    roots: list[Node] = []
    for clause in Clause.objects.defer("text", "search_text").order_by("order", "pk"):
        node = nodes[clause.pk] = Node(clause, heading(clause))
        parent = nodes.get(clause.parent_id or 0)
        (parent.children if parent else roots).append(node)
    return roots


def above(clause: Clause) -> list[Clause]:
    """The clauses that ``clause`` stands under, the section first: a code is a path."""
    parts = clause.code.split(".")
    codes = [".".join(parts[:count]) for count in range(1, len(parts))]
    return list(Clause.objects.filter(code__in=codes).order_by("order", "pk"))


@dataclass(frozen=True)
class Followed:
    """An indicator in a phase: what a page of its records is about."""

    indicator: Indicator
    phase: Phase
    target: Target | None


def followed(clause: Clause) -> list[Followed]:
    """The figures that tell how a clause is carried out.

    A clause that sets targets has the figures of their phases; any other clause
    those of all phases in which its indicators are followed.
    """
    indicators = list(
        clause.indicators.prefetch_related("targets__phase").order_by("order", "code")
    )
    calendar = list(Phase.objects.filter(is_whole=False).order_by("-start")) if indicators else []
    found = []
    for indicator in indicators:
        targets = list(indicator.targets.all())
        own = [t for t in targets if t.clause_id == clause.pk]
        whole = [t for t in targets if t.phase.is_whole]
        if shown := own or whole:
            found += [Followed(indicator, t.phase, t) for t in shown]
        else:
            by_phase = {t.phase_id: t for t in targets}
            found += [Followed(indicator, p, by_phase.get(p.pk)) for p in calendar]
    return found


def search(rows: QuerySet[Activity], text: str) -> QuerySet[Activity]:
    """Activities by their code, or by the words they hold."""
    if code := Code.parse(text):
        if code.prefix != "HD":
            return rows.none()
        return rows.filter(year=code.year, number=code.number)
    return matching(rows, text)


def years(rows: QuerySet[Activity]) -> list[int]:
    """The years the activities span, newest first. One statement."""
    ends = rows.aggregate(first=Min("happened_on"), last=Max("happened_on"))
    if not ends["first"]:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))
