"""Questions about people's consents."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from accounts.models import Consent, Guardianship, User


@dataclass(frozen=True)
class ConsentLine:
    """A consent, and the record it is about (None when that record is gone)."""

    consent: Consent
    subject: Any


def consents_of(user: User) -> list[ConsentLine]:
    """All consents of ``user``, standing ones first, newest first; three queries at most a kind."""
    rows = list(user.consents.order_by("-given_at", "pk"))
    rows.sort(key=lambda row: row.withdrawn_at is not None)
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.subject_kind and row.subject_id:
            wanted[row.subject_kind].add(row.subject_id)
    found: dict[tuple[str, int], Any] = {}
    for content_type in ContentType.objects.filter(model__in=wanted).order_by("pk"):
        model = content_type.model_class()
        if model is not None:
            for obj in model._default_manager.filter(pk__in=wanted[content_type.model]):
                found[content_type.model, obj.pk] = obj
    return [ConsentLine(row, found.get((row.subject_kind, row.subject_id or 0))) for row in rows]


def may_be_shown(user: User, on: date) -> bool:
    """Whether something of this person may be public on that day, as far as their age goes.

    Adults, and minors for whom a guardian has said yes; whoever has told no birth date counts as
    a minor. Their own consent is asked elsewhere, for each thing.
    """
    if not user.is_minor(on):
        return True
    return user.guardianships.filter(answer=Guardianship.Answer.YES).exists()


def why_not_shown(user: User, on: date) -> str:
    """The same as a guard: the sentence that stops publication or a contest entry, or ""."""
    if may_be_shown(user, on):
        return ""
    if user.birth_date is None:
        return _("Chưa biết bạn đủ 18 tuổi chưa. Ghi ngày sinh ở Hồ sơ của tôi trước.")
    return _("Bạn dưới 18 tuổi: cần cha, mẹ hoặc người giám hộ đồng ý trước. Hỏi ở Hồ sơ của tôi.")
