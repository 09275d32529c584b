"""What became of an enterprise: that it ended, and which ventures are still running."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.facts import Fact
from projects.models.facts import Formation
from projects.models.venture import Venture


class Closing(Fact):
    """An enterprise ended. It was formed all the same, so no figure loses it.

    A pause (tạm ngừng kinh doanh) is no end: the enterprise stands in the register.
    """

    class Kind(models.TextChoices):
        DISSOLVED = "dissolved", _("Giải thể")
        BANKRUPT = "bankrupt", _("Phá sản")
        MERGED = "merged", _("Sáp nhập, hợp nhất")
        DIVIDED = "divided", _("Chia doanh nghiệp")

    formation = models.ForeignKey(
        Formation, models.PROTECT, related_name="closings", verbose_name=_("doanh nghiệp")
    )
    kind = models.CharField(_("chấm dứt vì"), max_length=10, choices=Kind)

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("chấm dứt doanh nghiệp")
        verbose_name_plural = _("chấm dứt doanh nghiệp")
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["formation"],
                condition=~Q(status="retracted"),
                name="one_standing_closing",
                violation_error_message=_("Việc chấm dứt doanh nghiệp này đã được ghi."),
            ),
        ]

    def __str__(self):
        return f"{self.formation.name}: {self.get_kind_display()}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:closing", args=[self.pk])

    @property
    def venture(self) -> Venture:
        return self.formation.venture

    @property
    def venture_id(self) -> int:
        return self.formation.venture_id

    @property
    def owner_id(self):
        return self.formation.owner_id

    @property
    def co_owner_ids(self) -> set[int]:
        return self.formation.co_owner_ids

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}

    @property
    def words(self) -> str:
        """What a page says before the day."""
        return str(CLOSED_WORDS[self.kind])


CLOSED_WORDS = {
    Closing.Kind.DISSOLVED: _("Đã giải thể"),
    Closing.Kind.BANKRUPT: _("Đã phá sản"),
    Closing.Kind.MERGED: _("Đã sáp nhập, hợp nhất"),
    Closing.Kind.DIVIDED: _("Đã chia thành doanh nghiệp khác"),
}


def formed_by(venture: Venture) -> Q:
    """Formations of this venture: those it leads and those that name it as a further one."""
    named = Formation.together_with.through.objects.filter(venture=venture.pk)
    return Q(venture=venture.pk) | Q(pk__in=named.values("formation"))


def still_running() -> Q:
    """Ventures with an enterprise that neither ended nor goes on as another one."""
    ended = Closing.objects.filter(
        status=Fact.Status.VERIFIED, formation__tax_code=OuterRef("tax_code")
    )
    followed = Formation.objects.filter(
        status=Fact.Status.VERIFIED, succeeds__tax_code=OuterRef("tax_code")
    )
    running = Formation.objects.filter(status=Fact.Status.VERIFIED).exclude(
        Exists(ended) | Exists(followed)
    )
    named = Formation.together_with.through.objects.filter(formation__in=running)
    return Q(pk__in=running.values("venture")) | Q(pk__in=named.values("venture"))
