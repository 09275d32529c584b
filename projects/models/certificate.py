"""Certificates of a venture's products, and the letters that tell of their end."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.facts import Fact, FactQuerySet
from core.models import Event
from projects.certificate_kinds import CHOICES, KINDS
from projects.models.products import Product, VentureFact

STAGES = (60, 14)  # days left when the owner is told


class CertificateQuerySet(FactQuerySet):
    def in_force(self) -> "CertificateQuerySet":
        """Verified, and no later one stands in its place."""
        renewals = Certificate.objects.filter(renews=OuterRef("pk")).exclude(
            status=Fact.Status.RETRACTED
        )
        return self.filter(~Exists(renewals), status=Fact.Status.VERIFIED)

    def ending(self, today: date, days: int) -> "CertificateQuerySet":
        """In force, and at most ``days`` from their last day; those past it included."""
        return self.in_force().filter(expires_on__lte=today + timedelta(days=days))

    def untold(self, today: date, stage: int) -> "CertificateQuerySet":
        """Ending ones whose owner has had no letter of ``stage``.

        A certificate that was over when it was verified is history and tells nobody.
        """
        told = CertificateReminder.objects.filter(certificate=OuterRef("pk"), stage=stage)
        alive = Q(expires_on__gte=today) | Q(verified_at__date__lte=F("expires_on"))
        return self.ending(today, stage).filter(alive, ~Exists(told))


class Certificate(VentureFact):
    """A paper of a certifier; ``happened_on`` is the day of issue, ``expires_on`` the last one."""

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("sản phẩm"),
    )
    kind = models.CharField(_("loại chứng nhận"), max_length=20, choices=CHOICES)
    level = models.PositiveSmallIntegerField(_("hạng sao"), null=True, blank=True)
    number = models.CharField(_("số giấy"), max_length=80)
    issuer = models.CharField(_("nơi cấp"), max_length=200)
    expires_on = models.DateField(_("có giá trị đến hết ngày"))
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("gia hạn giấy"),
    )

    objects = CertificateQuerySet.as_manager()

    class Meta(VentureFact.Meta):
        abstract = False
        verbose_name = _("giấy chứng nhận")
        verbose_name_plural = _("giấy chứng nhận")
        indexes = [
            models.Index(fields=["venture", "-happened_on"], name="certificate_of_venture"),
            models.Index(fields=["status", "expires_on"], name="certificate_ending"),
        ]
        constraints = [
            *VentureFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("happened_on")),
                name="certificate_ends_after_issue",
                violation_error_message=_("Ngày hết hạn phải sau ngày cấp."),
            ),
            models.CheckConstraint(
                condition=Q(kind="ocop", level__isnull=False, level__in=[3, 4, 5])
                | ~Q(kind="ocop") & Q(level=None),
                name="certificate_stars_are_of_ocop",
                violation_error_message=_("OCOP có 3, 4 hoặc 5 sao; loại khác không có sao."),
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=~Q(status="retracted"),
                name="one_standing_renewal",
                violation_error_message=_("Giấy này đã được gia hạn rồi."),
            ),
            models.CheckConstraint(
                condition=Q(renews=None) | ~Q(renews=F("id")), name="certificate_renews_another"
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.number}"

    def get_absolute_url(self):
        return reverse("projects:certificate", args=[self.pk])

    @property
    def name(self) -> str:
        """``OCOP 4 sao``: what stands on the label."""
        words = str(KINDS[self.kind].name)
        if not self.level:
            return words
        return gettext("%(kind)s hạng %(n)d sao") % {"kind": words, "n": self.level}

    @property
    def issued_on(self) -> date:
        return self.happened_on

    def days_left(self, today: date) -> int:
        """Days to the last day of validity, negative when it is past."""
        return (self.expires_on - today).days


class CertificateReminder(models.Model):
    """The owner was told at this stage: the row, not the calendar, keeps a second letter away."""

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="reminders")
    stage = models.PositiveSmallIntegerField(_("báo trước, ngày"))
    told_at = models.DateTimeField(_("báo lúc"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lời nhắc giấy chứng nhận")
        verbose_name_plural = _("lời nhắc giấy chứng nhận")
        constraints = [
            models.UniqueConstraint(fields=["certificate", "stage"], name="one_reminder_a_stage"),
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="reminder_stage_is_known"),
        ]

    def __str__(self):
        return f"{self.certificate}, {self.stage}"
