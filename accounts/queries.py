"""Questions about people's consents."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from accounts.models import Consent, User


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
