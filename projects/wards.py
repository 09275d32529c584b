"""The map of wards and communes as tiles: where each lies, what is in it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, When

from core.models import AdminUnit
from projects.lists import all_units, former_code, former_units, found_by, units_of_today
from projects.models import Venture

# Column and row of each tile, by code and year of beginning. The places are our own choice: north
# is on top, the sea to the right; they tell who lies beside whom, not how far or how large.
PLACES = {
    ("21445", 2020): (1, 1), ("21448", 2020): (2, 1), ("21442", 2020): (3, 1),
    ("21457", 2020): (1, 2), ("21451", 2020): (2, 2), ("21454", 2020): (3, 2),
    ("21460", 2020): (1, 3), ("21439", 2020): (2, 3), ("21463", 2020): (3, 3),
    ("21469", 2020): (2, 4), ("21466", 2020): (3, 4),
    ("21472", 2020): (2, 5), ("21475", 2020): (3, 5),
    ("21478", 2020): (3, 6),
    ("21481", 2020): (3, 7),
    ("21457", 2025): (1, 1), ("21451", 2025): (2, 1),
    ("21439", 2025): (2, 2),
    ("21472", 2025): (2, 3),
    ("21478", 2025): (3, 4),
}  # fmt: skip
SHADES = (1, 3)  # from so many projects and enterprises on, a tile is darker


@dataclass(frozen=True)
class Tile:
    """A unit with its place on the map and what the reader may see in it."""

    unit: AdminUnit
    code: str  # what the filter of the lists calls it
    projects: int
    enterprises: int
    column: int
    row: int
    now: AdminUnit | None  # the unit that holds a former one's place

    @property
    def shade(self) -> int:
        return sum(self.projects + self.enterprises >= least for least in SHADES)


@dataclass(frozen=True)
class Wards:
    """The tiles from north to south, and what lies in none of them."""

    tiles: list[Tile]
    projects: int
    enterprises: int
    elsewhere: tuple[int, int]  # projects and enterprises that name no unit of this map


def wards(user: Any, today: date, *, former: bool) -> Wards:
    """What ``user`` may see in each unit; two statements.

    ``former``: the units before they were joined. A venture written down under a unit of today
    is in none of those.
    """
    every = all_units()
    counted: Counter[tuple[int | None, str]] = Counter()
    levels = [Venture.Level.PROJECT, Venture.Level.ENTERPRISE]
    rows = Venture.objects.visible_to(user, today).filter(level__in=levels)
    # A place that is not published counts as none, as in the list behind the tile.
    whole = user.can("venture.list_queue")
    place = F("unit") if whole else Case(When(found_by("unit", user), then=F("unit")))
    rows = rows.order_by().annotate(place=place)
    for unit, level, n in rows.values_list("place", "level").annotate(n=Count("pk")):
        counted[unit, level] += n
    if former:
        named = [(former_code(unit), unit, [unit.pk]) for unit in former_units(every, today)]
    else:
        named = [(code, *told) for code, told in units_of_today(today, every).items()]
    tiles = sorted(
        (_tile(code, unit, keys, counted, every) for code, unit, keys in named),
        key=lambda tile: (tile.row or 99, tile.column, tile.code),
    )
    total = [sum(n for (_unit, level), n in counted.items() if level == one) for one in levels]
    shown = sum(tile.projects for tile in tiles), sum(tile.enterprises for tile in tiles)
    return Wards(tiles, total[0], total[1], (total[0] - shown[0], total[1] - shown[1]))


def _tile(
    code: str,
    unit: AdminUnit,
    keys: Collection[int],
    counted: Counter[tuple[int | None, str]],
    every: Mapping[int, AdminUnit],
) -> Tile:
    column, row = PLACES.get((unit.code, unit.valid_from.year), (0, 0))
    return Tile(
        unit=unit,
        code=code,
        projects=sum(counted[key, Venture.Level.PROJECT] for key in keys),
        enterprises=sum(counted[key, Venture.Level.ENTERPRISE] for key in keys),
        column=column,
        row=row,
        now=every.get(unit.successor_id) if unit.successor_id else None,
    )
