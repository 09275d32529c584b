"""What a judge may read of an entry in a round: the one answer for pages, papers and lists."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from contests.models import Declaration, Entry, Judge, Round, ScoreSheet
from core.models import StoredFile

# What an entry says of itself, in the order in which it is read.
TEXTS = ("summary", "problem", "solution", "novelty", "field", "applicant", "audience")
WHO = ("school", "unit")  # never in a blind round
COVERED = "▇▇▇"
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_PHONE = re.compile(r"(?<!\d)(?:\+84|0)(?:[ .\-]?\d){9}(?!\d)")


def title(entry: Entry, found: Round) -> str:
    """How the entry is called there; a hidden title is called by its number."""
    if not found.is_blind:
        return entry.title
    return entry.code if "title" in found.hidden else _covered(entry, entry.title)


def readable(entry: Entry, found: Round) -> list[tuple[str, str]]:
    """Label and text of what was written, where there is text.

    In a blind round without who made it, without what the round hides, without questions that
    may tell, and with names, addresses and phones covered where they stand inside a text.
    """
    told = [(_label(name), _value(entry, name)) for name in TEXTS if _is_read(name, found)]
    told += [
        (question.label, question.in_words(entry.answers.get(str(question.pk))))
        for question in entry.board.asked
        if question.is_clean or not found.is_blind
    ]
    if found.is_blind:
        told = [(label, _covered(entry, text)) for label, text in told]
    else:
        told += [(_label(name), _value(entry, name)) for name in WHO if _is_read(name, found)]
    return [(label, text) for label, text in told if text]


def people(entry: Entry, found: Round) -> list[str]:
    """Who made the entry; nobody in a blind round."""
    if found.is_blind:
        return []
    return [
        name for name in (entry.owner.full_name, *(m.name for m in entry.members.all())) if name
    ]


def _is_read(name: str, found: Round) -> bool:
    return not (found.is_blind and name in found.hidden)


def _label(name: str) -> str:
    return str(Entry._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def _value(entry: Entry, name: str) -> str:
    display = getattr(entry, f"get_{name}_display", None)
    value = display() if display else getattr(entry, name)
    return str(value) if value else ""


def _covered(entry: Entry, text: str) -> str:
    """The text without the names of its people, their school, mail addresses and phones."""
    known = [entry.owner.full_name, entry.school, *(m.name for m in entry.members.all())]
    text = unicodedata.normalize("NFC", text)
    for name in sorted((n for n in known if len(n.split()) > 1), key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in unicodedata.normalize("NFC", name).split())
        text = re.sub(words, COVERED, text, flags=re.IGNORECASE)
    return _PHONE.sub(COVERED, _ADDRESS.sub(COVERED, text))


# -- Files --------------------------------------------------------------------------
@dataclass(frozen=True)
class Paper:
    """A file as a judge gets it: its name there, which in a blind round tells nothing."""

    stored: StoredFile
    name: str


def files(entry: Entry, found: Round) -> list[Paper]:
    """The entry's files; in a blind round only those marked as telling nobody."""
    kind = ContentType.objects.get_for_model(Entry)
    rows = StoredFile.objects.filter(content_type=kind, object_id=entry.pk).order_by("pk")
    if not found.is_blind:
        return [Paper(stored, stored.name) for stored in rows]
    clean = {str(key) for key in entry.clean_files}
    kept = [stored for stored in rows if str(stored.key) in clean]
    return [
        Paper(stored, f"tep-{place}{PurePath(stored.name).suffix.lower()}")
        for place, stored in enumerate(kept, start=1)
    ]


# -- Whose eyes -----------------------------------------------------------------------
def sheets(user: Any) -> QuerySet[ScoreSheet]:
    """The sheets that this person was given as a judge and may open: no conflict, not left."""
    if not user.is_authenticated:
        return ScoreSheet.objects.none()
    rows = ScoreSheet.objects.filter(judge__user=user, judge__status=Judge.Status.ACCEPTED)
    rows = rows.exclude(status=ScoreSheet.Status.RECUSED)
    rows = rows.exclude(judge__conflicts__entry_id=F("entry_id"))
    return rows.exclude(entry__owner=user).exclude(entry__members__user=user)


def why_not_read(sheet: ScoreSheet, user: Any, at: datetime) -> str:
    """Why this judge cannot read the entry of the sheet now; "" when they can."""
    if reason := user.why_not("scoresheet.view", sheet):
        return str(reason)
    if sheet.judge.user_id != user.pk:
        return ""
    found = sheet.round
    if sheet.status == ScoreSheet.Status.RECUSED:
        return _("Bạn không chấm bài này vì có liên quan.")
    if found.status == Round.Status.PLANNED or (found.starts_at and at < found.starts_at):
        return _("Vòng này chưa bắt đầu chấm.")
    if not Declaration.objects.filter(judge=sheet.judge, round=found).exists():
        return _("Khai xung đột lợi ích trước khi xem bài.")
    return ""
