"""The action programme as data: phases, clauses, targets, indicators, activities."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from core.codes import Code
from core.facts import Fact, FactQuerySet
from core.models import Sampled
from core.periods import Period
from core.text import fold


class Phase(models.Model):
    """A phase of the programme, by calendar dates; ``last`` belongs to it."""

    code = models.CharField(_("mã"), max_length=10, unique=True)  # "2026-2030"
    name = models.CharField(_("tên"), max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    start = models.DateField(_("ngày đầu"))
    last = models.DateField(_("ngày cuối"))
    is_whole = models.BooleanField(_("cả chương trình"), default=False)

    class Meta:
        verbose_name = _("giai đoạn")
        verbose_name_plural = _("giai đoạn")
        ordering = ["is_whole", "start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gt=F("start")), name="phase_ends_after_it_begins"
            )
        ]

    def __str__(self):
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def period(self) -> Period:
        return Period(self.start, self.last + timedelta(days=1))

    def is_closed(self, today: date) -> bool:
        return today > self.last

    def is_running(self, today: date) -> bool:
        return self.start <= today <= self.last


class Clause(models.Model):
    """A clause of the programme in its own words; its code is its place: ``III.1.2``."""

    class Kind(models.TextChoices):
        SECTION = "section", _("phần")
        GROUP = "group", _("nhóm")
        CLAUSE = "clause", _("điểm")

    code = models.CharField(_("mã"), max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    number = models.CharField(_("số"), max_length=10)
    title = models.CharField(_("tiêu đề"), max_length=200)
    text = models.TextField(_("nguyên văn"))
    order = models.PositiveIntegerField(_("thứ tự"))
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("điểm của chương trình")
        verbose_name_plural = _("điểm của chương trình")
        ordering = ["order"]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("programme:clause", args=[self.code])

    def searchable(self) -> str:
        """The folded text that search compares."""
        return fold(self.code, self.title, self.text)


class Indicator(models.Model):
    """The dictionary: what an indicator means. reports/indicators.py says how it is counted."""

    code = models.SlugField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    short_name = models.CharField(_("tên dễ hiểu"), max_length=120)
    unit = models.CharField(_("đơn vị tính"), max_length=40)
    definition = models.TextField(_("định nghĩa"))
    rule = models.TextField(_("cách tính"))
    source = models.CharField(_("nguồn"), max_length=200, blank=True)
    owner = models.CharField(_("cơ quan theo dõi"), max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    short_name_en = models.CharField(max_length=120, blank=True)
    unit_en = models.CharField(max_length=40, blank=True)
    definition_en = models.TextField(blank=True)
    rule_en = models.TextField(blank=True)
    clauses = models.ManyToManyField(Clause, blank=True, related_name="indicators")
    since = models.DateField(_("tính từ"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=100)

    class Meta:
        verbose_name = _("chỉ số")
        verbose_name_plural = _("chỉ số")
        ordering = ["order", "code"]

    def __str__(self):
        return self.said("name")

    def said(self, field: str) -> str:
        """The field in the reader's language, Vietnamese where there is no other."""
        english = getattr(self, f"{field}_en") if get_language() == "en" else ""
        return english or getattr(self, field)

    @property
    def words(self) -> dict[str, str]:
        return {f: self.said(f) for f in ("name", "short_name", "unit", "definition", "rule")}


class Target(models.Model):
    """What the programme promises for an indicator in a phase: a range, perhaps open above."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="targets")
    low = models.PositiveIntegerField(_("mức tối thiểu"))
    high = models.PositiveIntegerField(_("mức tối đa"), null=True, blank=True)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True)
    words = models.CharField(_("nguyên văn"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["phase__is_whole", "phase__start", "indicator__order"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "phase"], name="one_target_a_phase"),
            models.CheckConstraint(
                condition=Q(high__isnull=True) | Q(high__gte=F("low")),
                name="target_high_not_below_low",
                violation_error_message=_("Mức tối đa không thể thấp hơn mức tối thiểu."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.phase}"


class ActivityQuerySet(FactQuerySet):
    def visible_to(self, user):
        return self if user.can("activity.record") else self.filter(status="verified")


class Activity(Fact, Sampled):
    """A forum, a training … that took place. It counts when another official has verified it."""

    class Kind(models.TextChoices):
        CONFERENCE = "conference", _("Hội nghị")
        FORUM = "forum", _("Diễn đàn")
        TALK = "talk", _("Tọa đàm")
        TRAINING = "training", _("Tập huấn")
        COMMUNICATION = "communication", _("Truyền thông")
        DELEGATION = "delegation", _("Đoàn công tác")
        TRADE = "trade", _("Xúc tiến thương mại")
        INVESTMENT = "investment", _("Kết nối đầu tư")
        OTHER = "other", _("Khác")

    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(_("loại"), max_length=20, choices=Kind)
    name = models.CharField(_("tên"), max_length=300)
    host = models.CharField(_("đơn vị chủ trì"), max_length=200, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True)
    people = models.PositiveIntegerField(_("số người"), default=0)
    women = models.PositiveIntegerField(_("nữ"), null=True, blank=True)
    pupils = models.PositiveIntegerField(_("học sinh"), null=True, blank=True)
    members = models.PositiveIntegerField(_("đoàn viên"), null=True, blank=True)
    businesses = models.PositiveIntegerField(_("doanh nghiệp"), null=True, blank=True)
    officials = models.PositiveIntegerField(_("cán bộ"), null=True, blank=True)
    vulnerable = models.PositiveIntegerField(_("yếu thế"), null=True, blank=True)
    search_text = models.TextField(blank=True, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("hoạt động")
        verbose_name_plural = _("hoạt động")
        indexes = [models.Index(fields=["happened_on", "kind"])]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(fields=["year", "number"], name="activity_code"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programme:activity", args=[self.code])

    @property
    def code(self) -> str:
        return str(Code("HD", self.year, self.number))

    def searchable(self) -> str:
        """The folded text that search compares."""
        return fold(self.name, str(self.get_kind_display()), self.host)

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}
