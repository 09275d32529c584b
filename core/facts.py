"""The fact: a dated, evidenced, verified thing that happened. Everything counted is one.

A fact has the day it happened and the moments the portal learned, verified
and, perhaps, retracted it; so "as known on 25/09/2026" can be asked again on
any later day and gives the same answer. A verified fact is never edited: it is
retracted with a reason, and a new one recorded.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from core.periods import Period


def known_q(as_of: datetime, prefix: str = "") -> Q:
    """Verified by ``as_of`` and not retracted by then; ``prefix`` is the way to the fact."""
    verified = Q(**{f"{prefix}verified_at__lte": as_of})
    standing = Q(**{f"{prefix}retracted_at__isnull": True}) | Q(
        **{f"{prefix}retracted_at__gt": as_of}
    )
    return verified & standing


class FactQuerySet(models.QuerySet):
    def known(self, as_of: datetime) -> "FactQuerySet":
        """Verified by ``as_of`` and not retracted by then."""
        return self.filter(known_q(as_of))

    def happened(self, period: Period) -> "FactQuerySet":
        return self.filter(happened_on__gte=period.start, happened_on__lt=period.end)

    def standing(self) -> "FactQuerySet":
        """Not retracted: verified ones and those waiting for it."""
        return self.exclude(status=Fact.Status.RETRACTED)

    def waiting(self) -> "FactQuerySet":
        return self.filter(status=Fact.Status.RECORDED)


class Fact(models.Model):
    class Status(models.TextChoices):
        RECORDED = "recorded", _("Chờ xác nhận")
        RETURNED = "returned", _("Cần sửa")
        VERIFIED = "verified", _("Đã xác nhận")
        RETRACTED = "retracted", _("Đã hủy")

    happened_on = models.DateField(_("ngày"))
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.RECORDED, editable=False
    )
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )
    verified_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người xác nhận"),
    )
    retracted_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người hủy"),
    )
    retraction_reason = models.TextField(_("lý do hủy"), blank=True)
    evidence = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tệp minh chứng"),
    )
    evidence_ref = models.CharField(_("số văn bản minh chứng"), max_length=200, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="%(class)s_verified_pair",
            ),
            models.CheckConstraint(
                condition=Q(
                    retracted_at__isnull=True, retracted_by__isnull=True, retraction_reason=""
                )
                | Q(retracted_at__isnull=False, retracted_by__isnull=False)
                & ~Q(retraction_reason=""),
                name="%(class)s_retracted_with_reason",
                violation_error_message=_("Hủy một việc đã ghi thì phải ghi lý do."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["recorded", "returned"], verified_at__isnull=True)
                | Q(status="verified", verified_at__isnull=False, retracted_at__isnull=True)
                | Q(status="retracted", retracted_at__isnull=False),
                name="%(class)s_status_tells_the_dates",
            ),
        ]

    @property
    def evidence_words(self) -> str:
        """What proves the fact, in words: the document's number or the file's name."""
        return self.evidence_ref or (self.evidence.name if self.evidence else "")
