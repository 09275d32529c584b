"""Reports: what was measured, said, approved and issued. Issued ones never change."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Sampled, StoredFile
from core.periods import Period, Quarter
from programme.models import Indicator, Phase


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.can("report.view_drafts"):
            return self
        return self.filter(status=Report.Status.ISSUED, is_public=True)

    def in_force(self):
        """Issued, and not replaced by a report that was issued after it."""
        replaced = Report.objects.filter(replaces=OuterRef("pk"), status=Report.Status.ISSUED)
        return self.filter(status=Report.Status.ISSUED).exclude(Exists(replaced))

    def of(self, quarter: Quarter):
        return self.filter(
            kind=Report.Kind.QUARTER, year=quarter.year, number=quarter.number
        ).order_by("-edition")


class Report(Sampled):
    class Kind(models.TextChoices):
        QUARTER = "quarter", _("Báo cáo quý")

    class Status(models.TextChoices):
        OPEN = "open", _("Đang mở")
        DRAFT = "draft", _("Dự thảo")
        RETURNED = "returned", _("Trả lại")
        APPROVED = "approved", _("Đã duyệt")
        ISSUED = "issued", _("Đã ban hành")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.QUARTER)
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveSmallIntegerField(_("quý"))
    edition = models.PositiveSmallIntegerField(_("bản"), default=1)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("thay thế"),
    )
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.OPEN, editable=False
    )
    due_on = models.DateField(_("ngày đến hạn"))
    as_of = models.DateTimeField(_("số liệu tính đến"), null=True, blank=True)
    built_at = models.DateTimeField(_("dựng lúc"), null=True, blank=True)
    return_note = models.TextField(_("lý do trả lại"), blank=True)
    replacement_reason = models.TextField(_("lý do thay thế"), blank=True)
    annexes = models.JSONField(default=list, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)

    # What issuing fixes.
    series = models.CharField(max_length=60, blank=True)  # "BC-BCĐ/2026"
    document_number = models.PositiveIntegerField(_("số"), null=True, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    snapshot = models.TextField(blank=True)  # canonical JSON
    sha256 = models.CharField(max_length=64, blank=True)
    docx = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    is_public = models.BooleanField(_("công khai"), default=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        ordering = ["-year", "-number", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "number", "edition"], name="one_report_an_edition"
            ),
            models.UniqueConstraint(
                fields=["series", "document_number"],
                condition=Q(document_number__isnull=False),
                name="one_document_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(status="issued")
                | Q(
                    document_number__isnull=False,
                    issued_at__isnull=False,
                    as_of__isnull=False,
                    approved_by__isnull=False,
                )
                & ~Q(sha256=""),
                name="issued_report_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, replaces__isnull=True)
                | Q(edition__gt=1, replaces__isnull=False),
                name="later_edition_names_what_it_replaces",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=4), name="report_number_is_a_quarter"
            ),
        ]

    def __str__(self):
        return str(self.quarter)

    def get_absolute_url(self):
        return reverse("reports:report", args=[self.year, self.number])

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.year, self.number)

    @property
    def window(self) -> Period:
        return self.quarter.window

    @property
    def is_issued(self) -> bool:
        """Issued, and open to the public."""
        return self.is_frozen and self.is_public

    @property
    def is_frozen(self) -> bool:
        return self.status == self.Status.ISSUED

    @property
    def is_editable(self) -> bool:
        return self.status in {self.Status.DRAFT, self.Status.RETURNED}

    @property
    def symbol(self) -> str:
        """``BC-BCĐ``, from the series the document was numbered in."""
        return self.series.rpartition("/")[0]

    @property
    def job_key(self) -> str:
        return f"report-{self.kind}-{self.year}-{self.number}"

    def is_overdue(self, today: date) -> bool:
        return not self.is_frozen and today > self.due_on


class Line(models.Model):
    """One indicator in one phase as it was measured: a copy, never recomputed once issued."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    low = models.PositiveIntegerField(null=True)
    high = models.PositiveIntegerField(null=True)
    in_period = models.BigIntegerField()
    added = models.BigIntegerField()
    removed = models.BigIntegerField()
    cumulative = models.BigIntegerField()
    counted = models.PositiveIntegerField(default=0)  # how many records are behind `cumulative`

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator", "phase"], name="one_line_an_indicator_and_phase"
            )
        ]

    def __str__(self):
        return f"{self.report}: {self.indicator} {self.phase}"


class LineRecord(models.Model):
    """A record that a line counted, as it was: the evidence behind the figure."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="records")
    object_id = models.PositiveBigIntegerField()
    code = models.CharField(max_length=30)
    on = models.DateField()
    value = models.BigIntegerField(default=1)
    in_period = models.BooleanField()

    class Meta:
        ordering = ["on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["line", "object_id"], name="one_record_a_line")
        ]
        indexes = [models.Index(fields=["line", "on"])]

    def __str__(self):
        return self.code


class Section(models.Model):
    """A part of the report's text. ``drafted`` is written from records, ``body`` by people."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="sections")
    key = models.CharField(max_length=20)  # "I", "III.2"
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("tiêu đề"), max_length=300)
    drafted = models.TextField(blank=True)
    body = models.TextField(_("nội dung"), blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["report", "key"], name="one_section_a_key"),
            models.CheckConstraint(
                condition=Q(edited_by__isnull=True, edited_at__isnull=True)
                | Q(edited_by__isnull=False, edited_at__isnull=False),
                name="section_edited_pair",
            ),
        ]

    def __str__(self):
        return f"{self.key} {self.title}"

    @property
    def text(self) -> str:
        """What the report says: the edited words where there are any, else the drafted ones."""
        return self.body if self.edited_at else self.drafted
