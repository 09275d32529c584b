"""A question written as a row: what a dated call or a contest's board asks beyond its form."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Question(models.Model):
    """A question with its kind of answer; answers are kept under ``str(pk)`` by who is asked."""

    class Kind(models.TextChoices):
        SHORT = "short", _("Một dòng chữ")
        LONG = "long", _("Nhiều dòng chữ")
        CHOICE = "choice", _("Chọn một trong danh sách")
        NUMBER = "number", _("Số")
        YES_NO = "yes_no", _("Có hoặc không")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    label = models.CharField(_("câu hỏi"), max_length=200)
    help = models.CharField(_("lời giải thích"), max_length=300, blank=True)
    kind = models.CharField(_("kiểu trả lời"), max_length=8, choices=Kind, default=Kind.SHORT)
    choices = models.JSONField(_("các lựa chọn"), default=list, blank=True)
    required = models.BooleanField(_("phải trả lời"), default=False)
    max_length = models.PositiveSmallIntegerField(_("dài nhất"), default=500)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """Its field on the form."""
        return f"q{self.pk}"

    def in_words(self, value: Any) -> str:
        """An answer as people read it."""
        if self.kind == self.Kind.YES_NO:
            return {"yes": str(_("Có")), "no": str(_("Không"))}.get(value, "")
        if self.kind == self.Kind.NUMBER and isinstance(value, int):
            return f"{value:,}".replace(",", ".")
        return "" if value is None else str(value)
