"""Scores as judges give them: saved touch by touch, merged over devices, never after the lock.

Every writer of a score takes the round's row first and then the sheet's, the round's steps take
the round's row too: a score is either before a lock, and in it, or refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests import phases, ranking
from contests.models import Criterion, Entry, Round, Score, ScoreSheet
from contests.workflow import SHEETS
from core.formats_vn import number
from core.models import Event
from core.words import Refused

H = ScoreSheet.Status
TEXTS = ("feedback", "private_note")
LONGEST_TEXT = 2000
CLOSED = {
    H.DONE: gettext_lazy("Phiếu đã nộp. Bấm “Sửa phiếu” rồi mới đổi điểm."),
    H.UNABLE: gettext_lazy("Phiếu đang ghi là không chấm được. Bấm “Chấm được” rồi mới cho điểm."),
    H.RECUSED: gettext_lazy("Bạn không chấm bài này vì có liên quan."),
}


class Wrong(Refused):
    """What was sent is no score of this sheet; ``str(error)`` tells what is."""


@dataclass(frozen=True)
class Told:
    """What a device sends: points by criterion, when each was touched, and texts.

    ``touched`` is by the server's clock, as the device reckons it. ``texts`` holds for each text
    what the device last knew of it, and what it is to be.
    """

    points: Mapping[int, Decimal] = field(default_factory=dict)
    touched: Mapping[int, datetime] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    seen: int = 0


@dataclass(frozen=True)
class Saved:
    """What the sheet is after it: ``stale`` where another device had changed it before."""

    sheet: ScoreSheet
    scores: dict[int, Score]
    stale: bool


def hold(round_id: int) -> Round:
    """The round as it stands, kept from moving until the end of the transaction."""
    return Round.objects.select_for_update(no_key=True).get(pk=round_id)


def closed(sheet: ScoreSheet, at: datetime) -> str:
    """Why the judge cannot change a score now, for everybody alike; "" while they can."""
    if reason := phases.no_score(sheet.round, at):
        return reason
    if sheet.entered_by_id:
        return _("Phiếu này do ban tổ chức nhập từ phiếu giấy.")
    if sheet.entry.status in {Entry.Status.WITHDRAWN, Entry.Status.REFUSED}:
        return _("Bài này không còn dự thi.")
    return str(CLOSED.get(H(sheet.status), ""))


def check(criteria: Collection[Criterion], points: Mapping[int, Decimal]) -> None:
    """Raises Wrong unless all points are of these criteria, on their scale and in its steps."""
    known = {criterion.pk: criterion for criterion in criteria}
    for pk, value in points.items():
        criterion = known.get(pk)
        if criterion is None:
            raise Wrong(_("Tiêu chí này không có trong vòng thi."))
        fits = value.is_finite() and 0 <= value <= criterion.most
        if not fits or value % criterion.step:
            raise Wrong(
                _("%(name)s: điểm từ 0 đến %(most)s, mỗi bước %(step)s.")
                % {
                    "name": criterion.name,
                    "most": criterion.most,
                    "step": number(criterion.step),
                }
            )


@transaction.atomic
def save(sheet: ScoreSheet, told: Told, *, by: Any, at: datetime) -> Saved:
    """Keep what a device of the sheet's judge sent.

    A touch gives way only to a later touch of the same criterion. Raises Refused where the sheet
    takes no score, Wrong where what was sent is none.
    """
    found = hold(sheet.round_id)
    rows = ScoreSheet.objects.select_for_update(of=("self",)).select_related("entry", "judge")
    row = rows.get(pk=sheet.pk)
    if "criterion_list" in sheet.round.__dict__:
        found.criterion_list = sheet.round.criterion_list
    row.round = found
    if reason := closed(row, at) or str(by.why_not("scoresheet.score", row)):
        raise Refused(reason)
    check(found.criterion_list, told.points)
    before = row.version
    held = {score.criterion_id: score for score in row.scores.all()}
    fresh = [
        Score(sheet=row, criterion_id=pk, points=points, saved_at=min(told.touched.get(pk, at), at))
        for pk, points in told.points.items()
    ]
    fresh = [s for s in fresh if not _is_later(held.get(s.criterion_id), s)]
    texts = {name: _merged(row, name, *told.texts[name]) for name in TEXTS if name in told.texts}
    texts = {name: text for name, text in texts.items() if text != getattr(row, name)}
    if fresh or texts:
        if row.status == H.TO_DO:
            SHEETS.advance(row, "start", by=by, at=at)
            row.round = found
        write(row, held, fresh)
        keep(row, at, **texts)
    return Saved(row, held, stale=told.seen < before)


def _is_later(known: Score | None, fresh: Score) -> bool:
    return known is not None and known.saved_at > fresh.saved_at


def _merged(sheet: ScoreSheet, name: str, was: str, now: str) -> str:
    """The text with what another device wrote meanwhile, lest either be lost."""
    kept: str = getattr(sheet, name)
    if kept in {was, now} or kept in now:
        merged = now
    elif now in kept:
        merged = kept
    else:
        merged = f"{kept}\n{now}"
    if len(merged) > LONGEST_TEXT:
        raise Wrong(_("Chữ dài quá. Viết tối đa %(most)s chữ cái.") % {"most": LONGEST_TEXT})
    return merged


def write(sheet: ScoreSheet, held: dict[int, Score], fresh: list[Score]) -> None:
    """Put these scores on the locked sheet; ``held`` and the total follow."""
    Score.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["sheet", "criterion"],
        update_fields=["points", "saved_at"],
    )
    held.update({score.criterion_id: score for score in fresh})
    points = {pk: score.points for pk, score in held.items()}
    applies = {criterion.pk for criterion in sheet.round.criterion_list}
    sheet.total = ranking.rounded(ranking.total(sheet.round, points))
    sheet.has_zero = any(value == 0 for pk, value in points.items() if pk in applies)


def keep(sheet: ScoreSheet, at: datetime, **texts: str) -> None:
    sheet.version += 1
    sheet.saved_at = at
    for name, text in texts.items():
        setattr(sheet, name, text)
    names = ["total", "has_zero", "version", "saved_at", *texts]
    ScoreSheet.objects.filter(pk=sheet.pk).update(**{n: getattr(sheet, n) for n in names})


@transaction.atomic
def step(sheet: ScoreSheet, name: str, *, by: Any, at: datetime, note: str = "") -> Event:
    """Take a step of the sheet while its round cannot move. Raises Refused."""
    hold(sheet.round_id)
    return SHEETS.advance(sheet, name, by=by, at=at, note=note)
