"""Codes that people read out on the telephone: ``DA-2026-0007``."""

import re
from dataclasses import dataclass

from django.db import transaction

from core.models import Counter

_CODE = re.compile(r"([A-Z]{2,4})-(\d{4})-(\d{1,6})")


@dataclass(frozen=True)
class Code:
    prefix: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.number:04d}"

    @classmethod
    def parse(cls, text: str) -> "Code | None":
        """Read ``da-2026-7`` or ``DA-2026-0007``; None when it is no code."""
        found = _CODE.fullmatch(text.strip().upper())
        if not found or not int(found[3]) >= 1 or not 2000 <= int(found[2]) <= 2100:
            return None
        return cls(found[1], int(found[2]), int(found[3]))


@transaction.atomic(savepoint=False)
def take(series: str, count: int = 1) -> int:
    """The first of ``count`` new numbers of ``series``; the row's lock keeps takers apart."""
    counter = _locked(series)
    counter.value += count
    counter.save()
    return counter.value - count + 1


@transaction.atomic
def reserve(series: str, number: int) -> None:
    """Numbers up to ``number`` are in use: later ones begin after it."""
    counter = _locked(series)
    if counter.value < number:
        counter.value = number
        counter.save()


def _locked(series: str) -> Counter:
    """The series' row, made where there is none: whoever comes second waits for the first."""
    rows = Counter.objects.select_for_update()
    found = rows.filter(name=series).first()
    if found is None:
        Counter.objects.bulk_create([Counter(name=series)], ignore_conflicts=True)
        found = rows.get(name=series)
    return found
