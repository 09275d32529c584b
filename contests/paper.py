"""Paper score sheets: typed by one person, typed again by another; they count once both agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from contests import scoring
from contests.models import Criterion, Score, ScoreSheet
from contests.workflow import SHEETS
from core import files
from core.models import StoredFile
from core.words import Refused


@dataclass(frozen=True)
class Difference:
    """A criterion that two people read differently from one paper."""

    criterion: Criterion
    first: Decimal
    second: Decimal


@transaction.atomic
def type_in(
    sheet: ScoreSheet,
    points: Mapping[int, Decimal],
    *,
    by: Any,
    at: datetime,
    photo: StoredFile | None = None,
    replace: bool = False,
) -> list[Difference]:
    """Keep what one person read from the paper, or check what another did.

    The second person's points are compared: the same ones check the sheet, others are answered
    as differences and change nothing, unless ``replace`` says that they are right; then another
    person has to check them. Raises Refused.
    """
    found = scoring.hold(sheet.round_id)
    row = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    row.round = found
    scoring.check(found.criterion_list, points)
    if missing := [c.name for c in found.criterion_list if c.pk not in points]:
        raise scoring.Wrong(", ".join(missing))
    held = {score.criterion_id: score for score in row.scores.all()}
    if row.entered_by_id and row.entered_by_id != by.pk and not replace:
        differences = [
            Difference(c, held[c.pk].points, points[c.pk])
            for c in found.criterion_list
            if held[c.pk].points != points[c.pk]
        ]
        if not differences:
            _step(row, "check", photo, by=by, at=at)
        return differences
    if reason := SHEETS.why_not(row, "enter", by):
        raise Refused(reason)
    fresh = [Score(sheet=row, criterion_id=pk, points=p, saved_at=at) for pk, p in points.items()]
    scoring.write(row, held, fresh)
    scoring.keep(row, at)
    _step(row, "enter", photo, by=by, at=at)
    return []


def _step(sheet: ScoreSheet, name: str, photo: StoredFile | None, *, by: Any, at: datetime) -> None:
    SHEETS.advance(sheet, name, by=by, at=at)
    if photo is not None:
        files.attach(photo, sheet)
