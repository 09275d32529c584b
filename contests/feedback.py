"""The organiser decides on a judge's words: approved, edited with the original kept, held back."""

from datetime import datetime
from typing import Any

from django.db import transaction

from contests.models import Feedback, ScoreSheet
from contests.workflow import FEEDBACKS


@transaction.atomic
def decide(
    sheet: ScoreSheet, step: str, *, by: Any, at: datetime, text: str = "", note: str = "",
    seen: str = "",
) -> Feedback:  # fmt: skip
    """Take ``step`` (approve, hold) for the words of ``sheet``; ``seen`` says which were read.

    Pressing twice decides once: the sheet's row is held meanwhile. Raises ``Refused``.
    """
    sheet = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    feedback, _new = Feedback.objects.get_or_create(
        sheet=sheet, defaults={"original": sheet.feedback, "text": sheet.feedback}
    )
    data = {"text": text, "seen": seen}
    FEEDBACKS.advance(feedback, step, by=by, at=at, note=note, data=data)
    return feedback
