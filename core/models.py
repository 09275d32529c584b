"""The tables under everything: journal, outbox, jobs, files, places, configuration."""

import uuid
from datetime import date

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Sampled(models.Model):
    """A row that may belong to the demonstration, and is then marked wherever it is shown."""

    is_sample = models.BooleanField(_("dữ liệu minh họa"), default=False, editable=False)

    class Meta:
        abstract = True


class EventQuerySet(models.QuerySet):
    def about(self, obj):
        content_type = ContentType.objects.get_for_model(obj)
        return self.filter(content_type=content_type, object_id=obj.pk)

    def update(self, **kwargs):
        raise TypeError("The journal only grows.")

    def delete(self):
        raise TypeError("The journal only grows.")


class Event(models.Model):
    """One line of the journal: who did what to which object, and when. Never edited.

    ``seq`` and ``seal`` are written once, by the sealing job: each seal covers
    the seal before it, so that a changed or missing line shows.
    """

    kind = models.CharField(_("việc"), max_length=60)  # "venture.accept"
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ai")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20, blank=True)
    note = models.TextField(_("lời ghi"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    is_sample = models.BooleanField(default=False)
    seq = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    seal = models.CharField(max_length=64, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        indexes = [
            models.Index(fields=["content_type", "object_id", "-at"]),
            models.Index(fields=["kind", "-at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seq__isnull=True, seal="") | Q(seq__isnull=False) & ~Q(seal=""),
                name="event_seal_has_number",
            )
        ]

    def __str__(self):
        return f"{self.kind} #{self.object_id}"


class Counter(models.Model):
    """The last number given in a series: codes of a year, documents of a year."""

    name = models.CharField(max_length=60, unique=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.name}: {self.value}"


class OutboxMessage(models.Model):
    """A letter that must not be lost: a row first, a task second."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Chờ gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")

    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="messages")
    to = models.EmailField(_("gửi đến"))
    subject = models.CharField(_("tiêu đề"), max_length=200)
    body = models.TextField(_("nội dung"))
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("thư")
        verbose_name_plural = _("thư đi")
        indexes = [models.Index(fields=["state", "created_at"])]
        constraints = [
            models.UniqueConstraint(fields=["event", "to"], name="one_letter_an_event_and_person"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="letter_sent_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.subject} → {self.to}"


class Job(models.Model):
    """Work that takes more than a second: its row tells how it goes, whatever dies meanwhile."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Đang chờ")
        RUNNING = "running", _("Đang làm")
        DONE = "done", _("Xong")
        FAILED = "failed", _("Không xong")

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)  # one job at a time for a key
    params = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)  # last sign of life
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("việc chạy nền")
        verbose_name_plural = _("việc chạy nền")
        indexes = [models.Index(fields=["state", "beat_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["queued", "running"]),
                name="one_job_at_a_time_for_a_key",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.key}: {self.get_state_display()}"

    def get_absolute_url(self):
        return reverse("core:job", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None


class StoredFile(models.Model):
    """A private file whose content was checked; served only by a view that checks its reader."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("tệp"), upload_to="%Y/%m/")
    name = models.CharField(_("tên tệp"), max_length=120)
    content_type_name = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("dung lượng (byte)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    subject = GenericForeignKey()

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("core:file", args=[self.key])


class AdminUnitQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class AdminUnit(models.Model):
    """A ward or commune. Codes were re-used, so (code, valid_from) is the key."""

    class Kind(models.TextChoices):
        WARD = "phuong", _("phường")
        COMMUNE = "xa", _("xã")

    code = models.CharField(_("mã"), max_length=10)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    name = models.CharField(_("tên"), max_length=80)
    valid_from = models.DateField(_("có từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("nay là"),
    )

    objects = AdminUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("xã, phường")
        verbose_name_plural = _("xã, phường")
        ordering = ["valid_from", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_key"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.Kind(self.kind).label} {self.name}"

    def today(self):
        """The unit that holds this territory now: the end of the line of successors."""
        unit = self
        while unit.successor_id:
            unit = unit.successor
        return unit


class Holiday(models.Model):
    """A public holiday: promises of an answer count working days only."""

    day = models.DateField(_("ngày"), unique=True)
    name = models.CharField(_("tên"), max_length=120)

    class Meta:
        verbose_name = _("ngày nghỉ lễ")
        verbose_name_plural = _("ngày nghỉ lễ")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.name}"


class ConfigurationQuerySet(models.QuerySet):
    def on(self, day: date) -> "Configuration":
        """The configuration in force on ``day``; the earliest one for days before all of them."""
        found = self.filter(valid_from__lte=day).order_by("-valid_from").first()
        return found or self.order_by("valid_from").first() or Configuration(valid_from=day)


class Configuration(models.Model):
    """Who the portal speaks for, from a day on. The newest row that has begun is in force."""

    valid_from = models.DateField(_("áp dụng từ ngày"), unique=True)
    portal_name = models.CharField(
        _("tên cổng"), max_length=120, default="Cổng khởi nghiệp đổi mới sáng tạo Đức Phổ"
    )
    short_name = models.CharField(_("tên ngắn"), max_length=60, default="Khởi nghiệp Đức Phổ")
    parent_body = models.CharField(_("cơ quan chủ quản"), max_length=160, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=160, blank=True)
    place_name = models.CharField(_("địa danh"), max_length=60, default="Đức Phổ")
    addressed_to = models.TextField(_("kính gửi, mỗi dòng một nơi"), blank=True)
    signing_for = models.CharField(_("ký thay mặt"), max_length=80, default="TM. BAN CHỈ ĐẠO")
    signatory_title = models.CharField(_("chức vụ người ký"), max_length=80, default="TRƯỞNG BAN")
    signatory_name = models.CharField(_("họ tên người ký"), max_length=80, blank=True)
    deputy_title = models.CharField(
        _("chức vụ người ký thay"), max_length=80, default="PHÓ TRƯỞNG BAN"
    )
    distribution = models.TextField(_("nơi nhận, mỗi dòng một nơi"), blank=True)
    number_symbol = models.CharField(_("ký hiệu văn bản"), max_length=30, default="BC-BCĐ")
    report_due_day = models.PositiveSmallIntegerField(_("ngày báo cáo đến hạn"), default=25)
    contribution_days = models.PositiveSmallIntegerField(
        _("số ngày làm việc để cơ quan nộp phần mình"), default=2
    )
    promise_days = models.PositiveSmallIntegerField(
        _("số ngày làm việc hẹn trả lời ý tưởng"), default=10
    )
    public_reports = models.BooleanField(_("công khai báo cáo đã ban hành"), default=True)
    confirmed = models.BooleanField(_("địa phương đã xác nhận"), default=False)

    objects = ConfigurationQuerySet.as_manager()

    class Meta:
        verbose_name = _("cấu hình")
        verbose_name_plural = _("cấu hình theo thời gian")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(report_due_day__gte=15, report_due_day__lte=28),
                name="report_due_day_in_every_month",
                violation_error_message=_("Ngày đến hạn nằm trong khoảng 15 đến 28."),
            )
        ]

    def __str__(self):
        return f"{self.short_name}, {self.valid_from:%d/%m/%Y}"
