"""The support network: clubs and other organisations, and the fact of a club's founding."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.facts import Fact
from core.models import Sampled


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees a club whose founding is verified; officials see all."""
        if user.can("activity.record"):
            return self
        founded = ClubFounding.objects.filter(status=Fact.Status.VERIFIED)
        return self.filter(pk__in=founded.values("organisation"))


class Organisation(Sampled):
    class Kind(models.TextChoices):
        CLUB = "club", _("Câu lạc bộ")
        ORGANISATION = "organisation", _("Tổ chức hỗ trợ")

    code = models.CharField(_("mã"), max_length=30, unique=True)
    kind = models.CharField(_("loại"), max_length=20, choices=Kind, default=Kind.CLUB)
    name = models.CharField(_("tên"), max_length=200)
    host = models.CharField(_("đơn vị chủ quản"), max_length=200, blank=True)
    about = models.TextField(_("giới thiệu"), blank=True)
    search_text = models.TextField(blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("tổ chức hỗ trợ")
        verbose_name_plural = _("tổ chức hỗ trợ")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("support_orgs:organisation", args=[self.code])


class ClubFounding(Fact):
    """A club came into being by a decision: counts for ``clubs_formed`` (clause III.3.1)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="foundings")

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("thành lập câu lạc bộ")
        verbose_name_plural = _("thành lập câu lạc bộ")

    def __str__(self):
        return f"{self.organisation}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return self.organisation.get_absolute_url()
