"""How a venture fares each quarter, in two minutes, and what it asks for."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.periods import Quarter, start_of
from projects.models.facts import Support
from projects.models.venture import Venture


class CheckIn(models.Model):
    """The questions of one quarter to one venture. The owner and officials read the answers."""

    class Revenue(models.TextChoices):
        NONE = "none", _("Chưa có doanh thu")
        UNDER_30M = "under_30m", _("Dưới 30 triệu đồng")
        UNDER_100M = "under_100m", _("Từ 30 đến dưới 100 triệu đồng")
        UNDER_300M = "under_300m", _("Từ 100 đến dưới 300 triệu đồng")
        UNDER_1B = "under_1b", _("Từ 300 triệu đến dưới 1 tỷ đồng")
        OVER_1B = "over_1b", _("Từ 1 tỷ đồng trở lên")

    class Channel(models.TextChoices):
        DIRECT = "direct", _("Bán tại chỗ, chợ, cửa hàng")
        DEALERS = "dealers", _("Đại lý, siêu thị")
        SOCIAL = "social", _("Mạng xã hội")
        MARKETPLACE = "marketplace", _("Sàn thương mại điện tử")
        ORDERS = "orders", _("Đơn đặt của doanh nghiệp, cơ quan")
        EXPORT = "export", _("Xuất khẩu")

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="check_ins")
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveSmallIntegerField(_("quý"))
    asked_at = models.DateTimeField(_("hỏi lúc"))
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    revenue_band = models.CharField(
        _("doanh thu trong quý"), max_length=10, choices=Revenue, blank=True
    )
    jobs = models.PositiveIntegerField(_("số người có việc"), null=True, blank=True)
    jobs_women = models.PositiveIntegerField(_("trong đó nữ"), null=True, blank=True)
    channels = models.JSONField(_("bán ở đâu"), default=list, blank=True)
    went_well = models.TextField(_("việc làm được"), max_length=500, blank=True)
    needed = models.CharField(_("cần giúp"), max_length=12, choices=Support.Kind, blank=True)
    needed_words = models.TextField(_("nói rõ điều cần"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lời hỏi thăm mỗi quý")
        verbose_name_plural = _("lời hỏi thăm mỗi quý")
        constraints = [
            models.UniqueConstraint(
                fields=["venture", "year", "number"], name="one_check_in_a_quarter"
            ),
            models.CheckConstraint(condition=Q(number__in=[1, 2, 3, 4]), name="check_in_quarter"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, revenue_band="", jobs__isnull=True)
                | Q(answered_at__isnull=False, jobs__isnull=False) & ~Q(revenue_band=""),
                name="answered_check_in_has_answers",
            ),
            models.CheckConstraint(
                condition=Q(jobs_women__isnull=True) | Q(jobs_women__lte=F("jobs")),
                name="women_are_among_the_jobs",
                violation_error_message=_("Số nữ không thể nhiều hơn số người có việc."),
            ),
        ]

    def __str__(self):
        return f"{self.venture}, {self.quarter}"

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.year, self.number)

    @property
    def expires_at(self) -> datetime:
        """The moment of the next quarter's cut-off: from then on nothing is changed."""
        return start_of(self.quarter.next.window.end)

    @property
    def last_day(self) -> date:
        """The last day on which it can be answered."""
        return self.quarter.next.window.last

    @property
    def channel_words(self) -> str:
        known = dict(self.Channel.choices)
        return ", ".join(str(known[one]) for one in self.channels if one in known)

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_sample(self) -> bool:
        return self.venture.is_sample


class HelpRequest(models.Model):
    """What a venture asks for, until somebody has helped or said why not."""

    class Status(models.TextChoices):
        OPEN = "open", _("Chờ người nhận")
        TAKEN = "taken", _("Đã có người nhận")
        DONE = "done", _("Đã giúp xong")
        DECLINED = "declined", _("Chưa giúp được")
        WITHDRAWN = "withdrawn", _("Người hỏi đã rút")

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="help_requests")
    check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, blank=True, related_name="help_requests"
    )
    kind = models.CharField(_("cần giúp"), max_length=12, choices=Support.Kind)
    words = models.TextField(_("nói rõ điều cần"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("hỏi lúc"))
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.OPEN, editable=False
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người nhận"),
    )
    answer = models.TextField(_("lời trả lời"), blank=True)

    class Meta:
        verbose_name = _("yêu cầu giúp đỡ")
        verbose_name_plural = _("yêu cầu giúp đỡ")
        indexes = [models.Index(fields=["status", "asked_at"], name="help_request_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in"], condition=Q(status="open"), name="one_open_request_a_check_in"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["taken", "done"]) | Q(taken_by__isnull=False),
                name="taken_request_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["done", "declined"]) | ~Q(answer=""),
                name="closed_request_has_an_answer",
                violation_error_message=_("Ghi một câu trả lời cho người hỏi."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.venture}"

    def get_absolute_url(self):
        return reverse("projects:help_request", args=[self.pk])

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_sample(self) -> bool:
        return self.venture.is_sample
