"""What a judge's page or device sends, read: points, when they were touched, and texts."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contests.models import Criterion
from contests.scoring import LONGEST_TEXT, TEXTS, Told
from core.fields import CleanTextField
from core.formats_vn import number

POINTS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
MOMENT = re.compile(r"[0-9]{1,14}")  # milliseconds since 1970
VERSION = re.compile(r"[0-9]{1,9}")
MOST_CHOICES = 21  # more than that are typed, not picked


def read(data: Any, criteria: Iterable[Criterion]) -> tuple[Told, dict[str, str]]:
    """What was sent, and the sentences about what cannot be read, by field.

    ``was-…`` is what the page or device knew before: what is still the same was not touched.
    """
    points: dict[int, Decimal] = {}
    touched: dict[int, datetime] = {}
    errors: dict[str, str] = {}
    for criterion in criteria:
        name = f"c{criterion.pk}"
        text = str(data.get(name, "")).strip()
        if not text or text == data.get(f"was-{name}"):
            continue
        if not POINTS.fullmatch(text):
            errors[name] = scale(criterion)
            continue
        points[criterion.pk] = Decimal(text.replace(",", "."))
        if MOMENT.fullmatch(told := data.get(f"at-{name}", "")):
            touched[criterion.pk] = datetime.fromtimestamp(int(told) / 1000, UTC)
    texts: dict[str, tuple[str, str]] = {}
    for name in TEXTS:
        if name in data:
            try:
                texts[name] = tuple(_text(data.get(key, "")) for key in (f"was-{name}", name))
            except ValidationError as error:
                errors[name] = error.messages[0]
    texts = {name: (was, now) for name, (was, now) in texts.items() if was != now}
    seen = data.get("version", "")
    version = int(seen) if VERSION.fullmatch(seen) else 0
    return Told(points, touched, texts, version), errors


def _text(value: str) -> str:
    return CleanTextField(max_length=LONGEST_TEXT, required=False).clean(value)


def scale(criterion: Criterion) -> str:
    """The sentence that says which points there are."""
    return _("%(name)s: điểm từ 0 đến %(most)s, mỗi bước %(step)s.") % {
        "name": criterion.name,
        "most": criterion.most,
        "step": number(criterion.step),
    }


def choices(criterion: Criterion) -> list[Decimal]:
    """Every number of points there is, where they are few enough to be picked."""
    count = int(criterion.most / criterion.step) + 1
    return [criterion.step * i for i in range(count)] if count <= MOST_CHOICES else []
