"""The facts of a venture's life: recognised, supported, registered as an enterprise."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from core.facts import Fact
from programme.models import Clause
from projects.models.venture import Venture


class Recognition(Fact):
    """The venture was recognised as a project. Known from the day itself."""

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="recognitions")

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("công nhận dự án")
        verbose_name_plural = _("công nhận dự án")
        indexes = [models.Index(fields=["venture", "happened_on"])]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["venture"],
                condition=~Q(status="retracted"),
                name="one_standing_recognition",
            ),
        ]

    def __str__(self):
        return f"{self.venture}, {self.happened_on:%d/%m/%Y}"

    @property
    def owner_id(self):
        return self.venture.owner_id


class Support(Fact):
    """Help that arrived: a line of the venture's ledger."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Đào tạo, tập huấn")
        MENTORING = "mentoring", _("Cố vấn")
        CAPITAL = "capital", _("Vốn")
        EQUIPMENT = "equipment", _("Máy móc, vật tư")
        INVESTORS = "investors", _("Giới thiệu nhà đầu tư")
        LEGAL = "legal", _("Pháp lý")
        IP = "ip", _("Sở hữu trí tuệ")
        PACKAGING = "packaging", _("Bao bì, nhãn hiệu")
        CERTIFICATE = "certificate", _("Chứng nhận sản phẩm")
        MARKET = "market", _("Thị trường, kênh bán")
        MARKETPLACE = "marketplace", _("Sàn thương mại điện tử")
        FAIR = "fair", _("Hội chợ, triển lãm")
        WORKSPACE = "workspace", _("Mặt bằng, nơi làm việc")
        OTHER = "other", _("Khác")

    class Source(models.TextChoices):
        STATE = "state", _("Nhà nước")
        SOCIALISED = "socialised", _("Xã hội hóa")

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="supports")
    kind = models.CharField(_("loại hỗ trợ"), max_length=12, choices=Kind)
    source = models.CharField(_("nguồn"), max_length=12, choices=Source)
    provider = models.CharField(_("đơn vị hỗ trợ"), max_length=200)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True)
    value = models.PositiveBigIntegerField(_("giá trị (đồng)"), default=0)
    # Whole numbers add up to the same sum whatever the order; a third of an hour is not asked.
    half_hours = models.PositiveIntegerField(_("số giờ (tính bằng nửa giờ)"), default=0)
    clause = models.ForeignKey(
        Clause,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("điểm của chương trình"),
    )
    content = models.TextField(_("nội dung"), max_length=1000, blank=True)

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("khoản hỗ trợ")
        verbose_name_plural = _("khoản hỗ trợ")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value=0) | Q(half_hours=0),
                name="support_in_dong_or_in_hours",
                violation_error_message=_("Ghi bằng đồng hoặc bằng giờ, không ghi cả hai."),
            ),
        ]
        indexes = [
            # "first support of each project, as known": read from the index alone
            models.Index(
                fields=["venture", "happened_on", "verified_at", "retracted_at"],
                name="support_first",
                condition=Q(verified_at__isnull=False),
            ),
            models.Index(fields=["status", "recorded_at"], name="support_waiting"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.provider}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:support", args=[self.pk])

    @property
    def code(self) -> str:
        return f"HT-{self.pk}"

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}

    @property
    def hours(self) -> float:
        """Halves of a number are exact."""
        return self.half_hours / 2

    @property
    def is_verified(self) -> bool:
        return self.status == self.Status.VERIFIED


class SupportResult(models.Model):
    """What came of a support, told later. A row of its own: the verified fact stays as it is."""

    support = models.ForeignKey(Support, models.PROTECT, related_name="results")
    text = models.TextField(_("kết quả"), max_length=1000)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )

    class Meta:
        verbose_name = _("kết quả hỗ trợ")
        verbose_name_plural = _("kết quả hỗ trợ")
        ordering = ["recorded_at", "pk"]

    def __str__(self):
        return self.text


class Formation(Fact):
    """An enterprise came into being: registered, and recognised on a basis. Domain §2, rule 3."""

    class Basis(models.TextChoices):
        DECREE_268 = "decree_268", _("Giấy công nhận theo Nghị định 268/2025/NĐ-CP")
        DECREE_80_1 = "decree_80_1", _("Tiêu chí (1), Điều 20 Nghị định 80/2021/NĐ-CP")
        DECREE_80_2 = "decree_80_2", _("Tiêu chí (2), Điều 20 Nghị định 80/2021/NĐ-CP")
        DECREE_80_3 = "decree_80_3", _("Tiêu chí (3), Điều 20 Nghị định 80/2021/NĐ-CP")
        AWARD = "award", _("Giải thưởng")
        COMMITTEE = "committee", _("Xác nhận của Ban Chỉ đạo")

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="formations")
    name = models.CharField(_("tên doanh nghiệp"), max_length=200)
    tax_code = models.CharField(_("mã số thuế"), max_length=14)
    basis = models.CharField(_("căn cứ công nhận"), max_length=12, choices=Basis)
    together_with = models.ManyToManyField(
        Venture,
        blank=True,
        related_name="joint_formations",
        verbose_name=_("các dự án cùng hình thành"),
    )
    succeeds = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("nối tiếp doanh nghiệp"),
    )

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("hình thành doanh nghiệp")
        verbose_name_plural = _("hình thành doanh nghiệp")
        indexes = [models.Index(fields=["venture", "happened_on"])]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["tax_code", "basis"],
                condition=~Q(status="retracted"),
                name="one_standing_basis_a_tax_code",
                violation_error_message=_("Căn cứ này đã được ghi cho mã số thuế đó."),
            ),
            models.CheckConstraint(
                condition=~Q(succeeds=F("pk")),
                name="enterprise_succeeds_another",
                violation_error_message=_("Doanh nghiệp không nối tiếp chính nó."),
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:formation", args=[self.pk])

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}

    @property
    def together(self) -> tuple[Venture, ...]:
        """The further projects that formed this enterprise; before it is saved, those named."""
        if self.pk is None and "_together" not in self.__dict__:
            return ()
        if "_together" not in self.__dict__:
            self._together = tuple(sorted(self.together_with.all(), key=lambda v: v.pk))
        return self._together

    @together.setter
    def together(self, ventures: Iterable[Venture]) -> None:
        self._together = tuple(sorted(ventures, key=lambda v: v.pk))

    @property
    def co_owner_ids(self) -> set[int]:
        """The founders of the further projects: theirs too, so not theirs to verify."""
        return {v.owner_id for v in self.together if v.owner_id}

    def refresh_from_db(self, *args, **kwargs):
        self.__dict__.pop("_together", None)
        super().refresh_from_db(*args, **kwargs)
