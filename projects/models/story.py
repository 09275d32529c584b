"""What a venture's story is told from: stages reached, milestones, money put in, and the groups
its people say they belong to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.facts import Fact
from projects.models.venture import Venture


class StageReached(Fact):
    """The venture reached a stage on a day, and something proves it."""

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="stages")
    stage = models.CharField(_("giai đoạn"), max_length=12, choices=Venture.Stage)
    content = models.TextField(_("bằng chứng nói lên điều gì"), max_length=600, blank=True)

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("giai đoạn đã qua")
        verbose_name_plural = _("giai đoạn đã qua")
        indexes = [models.Index(fields=["venture", "happened_on"])]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["venture", "stage"],
                condition=~Q(status="retracted"),
                name="one_standing_stage",
                violation_error_message=_("Giai đoạn này đã được ghi."),
            ),
        ]

    def __str__(self):
        return f"{self.get_stage_display()}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:stagereached", args=[self.pk])

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}


class MilestonePlanQuerySet(models.QuerySet):
    def open_of(self, venture):
        """What is still to be reached, the nearest first."""
        reached = Milestone.objects.standing().filter(plan=models.OuterRef("pk"))
        standing = self.filter(venture=venture, dropped_at__isnull=True)
        return standing.exclude(models.Exists(reached)).order_by("planned_on", "pk")


class MilestonePlan(models.Model):
    """A milestone that is still to be reached: what, and by which day. A plan proves nothing."""

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="plans")
    title = models.CharField(_("mốc"), max_length=160)
    planned_on = models.DateField(_("định đạt ngày"))
    planned_at = models.DateTimeField(_("ghi lúc"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )
    dropped_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)

    objects = MilestonePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("mốc dự định")
        verbose_name_plural = _("mốc dự định")
        ordering = ["planned_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["venture", "title", "planned_on"],
                condition=Q(dropped_at__isnull=True),
                name="one_standing_plan",
                violation_error_message=_("Mốc này đã có trong dự định."),
            )
        ]

    def __str__(self):
        return f"{self.title}, {self.planned_on:%d/%m/%Y}"

    @property
    def owner_id(self):
        return self.venture.owner_id


class Milestone(Fact):
    """A milestone that was reached, planned before or not."""

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="milestones")
    plan = models.ForeignKey(
        MilestonePlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reached",
        verbose_name=_("mốc dự định"),
    )
    title = models.CharField(_("mốc"), max_length=160)
    content = models.TextField(_("nội dung"), max_length=600, blank=True)

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("mốc đã đạt")
        verbose_name_plural = _("mốc đã đạt")
        indexes = [models.Index(fields=["venture", "happened_on"])]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan"],
                condition=~Q(status="retracted"),
                name="one_standing_milestone_a_plan",
                violation_error_message=_("Mốc này đã được ghi là đạt."),
            ),
        ]

    def __str__(self):
        return f"{self.title}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:milestone", args=[self.pk])

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}


class Investment(Fact):
    """Money that somebody put into the venture, or gave their word to put in."""

    class Kind(models.TextChoices):
        INVESTED = "invested", _("Đã góp vốn")
        COMMITTED = "committed", _("Đã cam kết")

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="investments")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    investor = models.CharField(_("người đầu tư"), max_length=200)
    value = models.PositiveBigIntegerField(_("số tiền (đồng)"))
    content = models.TextField(_("nội dung"), max_length=600, blank=True)
    # The founder's yes to showing it; no part of what was verified, and taken back at any time.
    shown_since = models.DateTimeField(_("công bố từ"), null=True, blank=True, editable=False)

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("khoản đầu tư")
        verbose_name_plural = _("khoản đầu tư")
        indexes = [models.Index(fields=["venture", "happened_on"])]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="investment_has_value",
                violation_error_message=_("Ghi số tiền của khoản đầu tư."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.investor}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:investment", args=[self.pk])

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}


class VentureGroup(models.Model):
    """The owner says that the venture is of a group, and agrees to being counted with it.

    Apart from the venture on purpose: nobody but the owner reads whose row it is. Taking the
    agreement back removes the row, so nothing is kept of those who are not counted.
    """

    class Group(models.TextChoices):
        WOMEN = "women", _("Phụ nữ làm chủ")
        YOUTH = "youth", _("Thanh niên làm chủ")
        PUPILS = "pupils", _("Học sinh, sinh viên")
        VULNERABLE = "vulnerable", _("Yếu thế, hoàn cảnh đặc thù")

    venture = models.ForeignKey(Venture, models.CASCADE, related_name="+")
    group = models.CharField(_("nhóm"), max_length=10, choices=Group)
    text = models.TextField(_("lời văn đã đọc"))
    version = models.CharField(_("phiên bản lời văn"), max_length=20)
    given_at = models.DateTimeField(_("đồng ý lúc"))

    class Meta:
        verbose_name = _("nhóm của hồ sơ")
        verbose_name_plural = _("nhóm của hồ sơ")
        constraints = [
            models.UniqueConstraint(fields=["venture", "group"], name="a_group_once_a_venture")
        ]

    def __str__(self):
        return str(self.get_group_display())
