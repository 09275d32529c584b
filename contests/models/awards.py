"""The history of prizes that were won."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Sampled
from projects.models import Venture


class Award(Sampled):
    """A prize that was won, with the document that says so."""

    year = models.PositiveSmallIntegerField(_("năm"))
    contest = models.CharField(_("cuộc thi"), max_length=200)
    level = models.CharField(_("cấp"), max_length=80)
    entry = models.CharField(_("sản phẩm"), max_length=200)
    prize = models.CharField(_("giải"), max_length=80)
    holder = models.CharField(_("đơn vị đoạt giải"), max_length=200)
    source = models.CharField(_("nguồn"), max_length=300)
    venture = models.ForeignKey(
        Venture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name=_("hồ sơ"),
        help_text=_("Hồ sơ đã dự thi, nếu có trên cổng."),
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("giải thưởng")
        verbose_name_plural = _("giải thưởng")
        ordering = ["-year", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "contest", "entry"], name="one_award_an_entry")
        ]

    def __str__(self):
        return f"{self.entry}: {self.prize}"
