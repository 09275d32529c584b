"""Loading the programme from its own text. Safe to run at any time, in production too.

What is missing is added; what is there is left as the town has made it.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import holidays as calendar
from django.db import models, transaction

from accounts.models import Agency
from core.models import AdminUnit, Configuration, Holiday
from core.text import fold
from programme.models import Clause, Indicator, Phase, Target

DATA = Path(__file__).parent / "data"
HOLIDAY_YEARS = range(2022, 2032)

# Rows that apps above this one begin with: {kind: (what they are called, add what is missing)}.
OTHERS: dict[str, tuple[str, Callable[[], int]]] = {}


def also_seeds(kind: str, words: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Let ``seed`` call the function below, too; it adds what is missing and says how many."""

    def register(add: Callable[[], int]) -> Callable[[], int]:
        OTHERS[kind] = (words, add)
        return add

    return register


def _read(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def seed() -> dict[str, int]:
    """Add what the database lacks of the programme; how many rows of each kind were added."""
    return {
        "units": units(),
        "holidays": public_holidays(),
        "configuration": configuration(),
        "agencies": agencies(),
        "phases": phases(),
        "clauses": clauses(),
        "indicators": indicators(),
        "targets": targets(),
        **{kind: add() for kind, (_words, add) in OTHERS.items()},
    }


def _add(model: type[models.Model], key: dict[str, Any], **fields: Any) -> bool:
    _row, created = model._default_manager.get_or_create(**key, defaults=fields)
    return created


def units() -> int:
    """Wards and communes, the fifteen of 2020 and the five of 01/07/2025, with successors."""
    rows = _read("admin_units")["units"]
    added = 0
    for row in sorted(rows, key=lambda r: r["valid_from"], reverse=True):
        successor = None
        if row["successor"]:
            code, since = row["successor"]
            successor = AdminUnit.objects.get(code=code, valid_from=since)
        added += _add(
            AdminUnit,
            {"code": row["code"], "valid_from": _day(row["valid_from"])},
            kind=row["kind"],
            name=row["name"],
            valid_to=_day(row["valid_to"]),
            successor=successor,
        )
    return added


def public_holidays() -> int:
    """Vietnam's public holidays, lunar ones included; the town adds the days given in exchange."""
    known = calendar.country_holidays("VN", years=HOLIDAY_YEARS, language="vi")
    return sum(_add(Holiday, {"day": day}, name=name[:120]) for day, name in sorted(known.items()))


def configuration() -> int:
    """Who the portal speaks for, from which day. The town confirms what is not published."""
    added = 0
    for row in _read("configuration")["entries"]:
        signing = row["signatory_titles"]
        added += _add(
            Configuration,
            {"valid_from": _day(row["valid_from"])},
            portal_name=row["portal_name"],
            short_name=row["short_name"],
            issuer=row["issuing_body"],
            parent_body=row["parent_body"],
            place_name=row["place_name"],
            signing_for=signing[0],
            signatory_title=signing[1],
            deputy_title=row["deputy_signatory_titles"][-1],
            signatory_name=row["signatory_name"],
            distribution="\n".join(row["distribution_list"]),
            number_symbol=row["number_symbol"],
            report_due_day=row["report_due_day"],
            contribution_days=row["contribution_working_days"],
            promise_days=row["promise_working_days"],
            confirmed=row["confirmed"],
        )
    return added


def agencies() -> int:
    """The bodies that the programme names, with their days and successors."""
    rows = _read("agencies")["agencies"]
    new = set()
    for row in rows:
        unit = None
        if row["unit"]:
            code, since = row["unit"]
            unit = AdminUnit.objects.get(code=code, valid_from=since)
        if _add(
            Agency,
            {"code": row["code"]},
            name=row["name"],
            short_name=row["short_name"] or "",
            kind=row["kind"],
            unit=unit,
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"] or "",
        ):
            new.add(row["code"])
    for row in rows:
        if row["successor"] and row["code"] in new:
            Agency.objects.filter(code=row["code"]).update(
                successor=Agency.objects.get(code=row["successor"])
            )
    return len(new)


def phases() -> int:
    return sum(
        _add(
            Phase,
            {"code": row["code"]},
            name=row["name"].replace(" - ", "–"),
            name_en=row["name_en"],
            start=_day(row["start"]),
            last=_day(row["end"]),
            is_whole=row["clause"] is None,
        )
        for row in _read("programme")["phases"]
    )


def clauses() -> int:
    """Sections I–IV as a tree, in the programme's own words."""
    added = 0
    for order, row in enumerate(_read("clauses")["clauses"], 1):
        parent = Clause.objects.get(code=row["parent"]) if row["parent"] else None
        added += _add(
            Clause,
            {"code": row["code"]},
            parent=parent,
            kind=row["kind"],
            number=row["number"],
            title=row["title"],
            text=row["text"],
            order=order,
            search_text=fold(row["code"], row["title"], row["text"]),
        )
    return added


def indicators() -> int:
    """The dictionary of indicators, in Vietnamese and English."""
    owners = dict(Agency.objects.values_list("code", "name"))
    added = 0
    for row in _read("indicators")["indicators"]:
        indicator, created = Indicator.objects.get_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "short_name": row["short"],
                "unit": row["unit"],
                "definition": row["definition"],
                "rule": row["rule"],
                "source": row["source"],
                "owner": owners.get(row["owner"], ""),
                "since": _day(row["since"]),
                "order": row["order"],
                "name_en": row["name_en"],
                "short_name_en": row["short_en"],
                "unit_en": row["unit_en"],
                "definition_en": row["definition_en"],
                "rule_en": row["rule_en"],
            },
        )
        if created:
            indicator.clauses.set(Clause.objects.filter(code__in=row["clauses"]))
        added += created
    return added


def targets() -> int:
    return sum(
        _add(
            Target,
            {
                "indicator": Indicator.objects.get(code=row["indicator"]),
                "phase": Phase.objects.get(code=row["phase"]),
            },
            low=row["low"],
            high=row["high"],
            clause=Clause.objects.filter(code=row["clause"]).first(),
            words=row["words"],
        )
        for row in _read("programme")["targets"]
    )
