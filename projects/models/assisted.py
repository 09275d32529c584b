"""Ideas entered for somebody else, and what that person agreed to by a code or on paper."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent
from core.models import StoredFile
from projects.models.venture import Venture


class AssistedEntry(models.Model):
    """How a venture entered by a helper was confirmed by the person whose idea it is."""

    class Way(models.TextChoices):
        CODE = "code", _("mã gửi qua thư điện tử")
        PAPER = "paper", _("giấy đã ký")

    venture = models.OneToOneField(
        Venture, models.CASCADE, related_name="assisted", verbose_name=_("hồ sơ")
    )
    entered_at = models.DateTimeField(_("nhập giúp lúc"), default=timezone.now)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    code_sends = models.PositiveSmallIntegerField(default=0, editable=False)
    code_purposes = models.JSONField(default=list, blank=True, editable=False)
    way = models.CharField(_("xác nhận bằng"), max_length=5, choices=Way, blank=True)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người ghi lời xác nhận"),
    )
    fingerprint = models.CharField(_("dấu vân bản đã xác nhận"), max_length=64, blank=True)
    paper = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("giấy")
    )
    claimed_at = models.DateTimeField(_("chủ hồ sơ nhận về lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("hồ sơ nhập giúp")
        verbose_name_plural = _("hồ sơ nhập giúp")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    way="", confirmed_at__isnull=True, confirmed_by__isnull=True, fingerprint=""
                )
                | ~Q(way="")
                & ~Q(fingerprint="")
                & Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="assisted_confirmed_whole",
                violation_error_message=_("Lời xác nhận phải có cách, người ghi và giờ."),
            ),
            models.CheckConstraint(
                condition=~Q(way="paper") | Q(paper__isnull=False),
                name="assisted_paper_is_there",
                violation_error_message=_("Xác nhận bằng giấy thì phải có tệp giấy đã ký."),
            ),
            models.CheckConstraint(
                condition=Q(code_hash="", code_sent_at__isnull=True)
                | ~Q(code_hash="") & Q(code_sent_at__isnull=False),
                name="assisted_code_pair",
                violation_error_message=_("Mã và giờ gửi mã đi cùng nhau."),
            ),
        ]

    def __str__(self):
        return str(self.venture)

    @property
    def owner_id(self):
        return self.venture.owner_id


class AssistedConsent(models.Model):
    """The yes of a person without an account; becomes their own ``Consent`` when they claim."""

    entry = models.ForeignKey(AssistedEntry, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("mục đích"), max_length=20, choices=Consent.Purpose)
    text = models.TextField(_("lời văn đã đọc"))
    version = models.CharField(_("phiên bản lời văn"), max_length=20)
    way = models.CharField(_("cách đồng ý"), max_length=5, choices=AssistedEntry.Way)
    given_at = models.DateTimeField(_("đồng ý lúc"))
    withdrawn_at = models.DateTimeField(_("rút lại lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("sự đồng ý khi nhập giúp")
        verbose_name_plural = _("sự đồng ý khi nhập giúp")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_assisted_consent",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="assisted_consent_withdrawn_later",
            ),
        ]

    def __str__(self):
        return f"{self.entry}: {self.get_purpose_display()}"
