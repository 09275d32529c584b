"""Dated calls for ideas, and the questions that each asks beyond the form's own."""

import uuid
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Sampled
from core.questions import Question


class CallQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What the person may see at all; agrees, by test, with the permission call.view."""
        if user.can("call.edit") or user.can("venture.list_queue"):
            return self
        return self.exclude(status=Call.Status.DRAFT)

    def open_at(self, moment: datetime):
        """The published calls that take ideas at this moment."""
        return self.filter(status=Call.Status.PUBLISHED, opens_at__lte=moment, closes_at__gt=moment)


class Call(Sampled):
    """A dated call for ideas, beside the box that is always open."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        PUBLISHED = "published", _("Đã công bố")
        WITHDRAWN = "withdrawn", _("Đã rút")

    class Phase(models.TextChoices):
        """Where a published call stands at a moment."""

        COMING = "coming", _("Sắp mở")
        OPEN = "open", _("Đang nhận")
        CLOSED = "closed", _("Đã đóng")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True, editable=False)
    title = models.CharField(_("tên đợt"), max_length=120)
    about = models.TextField(_("đợt này để làm gì"), max_length=2000)
    audience = models.CharField(_("ai gửi được"), max_length=300)
    applicants = models.JSONField(_("người gửi được nhận"), default=list, blank=True)
    opens_at = models.DateTimeField(_("mở lúc"))
    closes_at = models.DateTimeField(_("đóng lúc"))
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tạo")
    )
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt nhận ý tưởng")
        verbose_name_plural = _("đợt nhận ý tưởng")
        indexes = [models.Index(fields=["status", "closes_at", "id"], name="call_by_closing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message=_("Giờ đóng phải sau giờ mở."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug=""),
                name="call_has_name",
                violation_error_message=_("Đặt tên cho đợt này."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:call", args=[self.slug])

    @property
    def is_told(self) -> bool:
        """Whether everybody may know of it; who holds its address reads that it was withdrawn."""
        return self.status != self.Status.DRAFT

    def phase(self, at: datetime) -> "Call.Phase":
        """Before, within or after its time; the closing minute itself is too late."""
        if at < self.opens_at:
            return self.Phase.COMING
        return self.Phase.OPEN if at < self.closes_at else self.Phase.CLOSED

    def is_open(self, at: datetime) -> bool:
        """Whether an idea may be sent into it at this moment."""
        return self.status == self.Status.PUBLISHED and self.phase(at) == self.Phase.OPEN

    @cached_property
    def asked(self) -> list["CallQuestion"]:
        """Its questions in their order, read once."""
        return list(self.questions.order_by("order", "pk"))


class CallQuestion(Question):
    """A question that a call asks beyond the form's own; frozen when answers have come."""

    call = models.ForeignKey(
        Call, models.CASCADE, related_name="questions", verbose_name=_("đợt nhận ý tưởng")
    )

    class Meta(Question.Meta):
        verbose_name = _("câu hỏi của đợt")
        verbose_name_plural = _("câu hỏi của đợt")
        constraints = [
            models.CheckConstraint(
                condition=~Q(label=""),
                name="call_question_asks",
                violation_error_message=_("Viết câu hỏi."),
            ),
            models.CheckConstraint(
                condition=Q(max_length__gte=1, max_length__lte=3000),
                name="call_question_length",
                violation_error_message=_("Độ dài từ 1 đến 3000 chữ cái."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["short", "long", "choice", "number", "yes_no"]),
                name="call_question_kind",
                violation_error_message=_("Chọn một kiểu trả lời có trong danh sách."),
            ),
        ]
