"""What a locked round came to: frozen standings, and what the jury decided against the rule."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models.contest import Prize, Round
from contests.models.entries import Entry


class Override(models.Model):
    """The jury lets an entry advance, or not, against the rule; its reason is in the minutes."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="overrides")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="overrides")
    advances = models.BooleanField(_("vào tiếp"))
    reason = models.TextField(_("lý do ghi vào biên bản"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("quyết định khác quy tắc")
        verbose_name_plural = _("quyết định khác quy tắc")
        constraints = [
            models.UniqueConstraint(fields=["round", "entry"], name="one_override_an_entry"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_has_reason",
                violation_error_message=_("Ghi lý do: lý do này được in vào biên bản."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.entry}"


class Standing(models.Model):
    """An entry's place in a locked round, as computed at the lock; rewritten only by a new lock."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="standings")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="standings")
    rank = models.PositiveSmallIntegerField(_("hạng"), null=True)  # null: nobody could judge it
    score = models.DecimalField(_("điểm"), max_digits=9, decimal_places=6, null=True)
    sheets = models.PositiveSmallIntegerField(_("số phiếu tính điểm"))
    has_zero = models.BooleanField(default=False)
    by_rule = models.BooleanField(_("vào tiếp theo quy tắc"))
    advances = models.BooleanField(_("vào tiếp"))
    why = models.CharField(_("giải thích"), max_length=300)
    prize = models.ForeignKey(Prize, models.PROTECT, null=True, related_name="standings")
    # Why the chair gave it, or none, where entries stood together; empty: by rank.
    prize_reason = models.TextField(_("lý do xếp giải"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("kết quả của vòng")
        verbose_name_plural = _("kết quả của vòng")
        ordering = ["round", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "entry"], name="one_standing_an_entry")
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.entry}"
