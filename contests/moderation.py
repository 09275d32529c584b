"""The judges' words to entrants: read by the organiser first, sent without any judge's name."""

import hashlib
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from contests.models import Entry, Feedback, Round, ScoreSheet
from core.models import Event
from core.words import Refused

LONGEST = 2000


def to_moderate(found: Round, user: Any) -> QuerySet[ScoreSheet]:
    """The sheets of a round with words for the entrant; none about the reader's own entries.

    Sheets of judges for training are left out: what does not count is not sent.
    """
    rows = found.sheets.filter(status=ScoreSheet.Status.DONE, judge__is_shadow=False)
    rows = rows.exclude(feedback="").exclude(entry__conflicts__judge__user=user)
    rows = rows.exclude(entry__owner=user).exclude(entry__members__user=user)
    rows = rows.select_related("entry__board", "moderated__decided_by", "round__contest")
    return rows.order_by("entry__board__order", "entry__number", "pk")


def seen(words: str) -> str:
    """What tells one wording from another: a decision is about the words that were read."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def cannot_decide(feedback: Feedback) -> str:
    """The judges may still write until the scores are locked."""
    if feedback.sheet.round.takes_scores:
        return _("Khóa điểm rồi mới duyệt nhận xét.")
    return ""


def approved(feedback: Feedback, event: Event) -> None:
    """Raises ``Refused`` when nothing is left to send, or the judge wrote anew meanwhile."""
    text = str(event.data.get("text", "")).strip()
    if not text:
        raise Refused(_("Lời gửi người dự thi còn trống. Không gửi thì bấm “Giữ lại”."))
    _read(feedback, event)
    feedback.text = text[:LONGEST]


def held(feedback: Feedback, event: Event) -> None:
    _read(feedback, event)


def _read(feedback: Feedback, event: Event) -> None:
    if event.data.get("seen") != seen(feedback.sheet.feedback):
        raise Refused(_("Giám khảo vừa viết lại. Đọc lời mới rồi duyệt."))
    feedback.original = feedback.sheet.feedback
    feedback.decided_by, feedback.decided_at = event.actor, event.at


def for_entrant(entry: Entry) -> list[tuple[Round, list[str]]]:
    """What the entrant reads, round by round: approved, of published rounds, in no judge's order.

    Sorted by the words themselves, so that the place in the list tells nothing of who wrote.
    """
    rows = Feedback.objects.filter(
        sheet__entry=entry,
        sheet__round__status=Round.Status.PUBLISHED,
        status=Feedback.Status.APPROVED,
        original=F("sheet__feedback"),
    )
    rows = rows.select_related("sheet__round").order_by("sheet__round__order", "text", "pk")
    told: dict[Round, list[str]] = {}
    for row in rows:
        told.setdefault(row.sheet.round, []).append(row.text)
    return list(told.items())
