"""What screening leaves behind: versions as sent, remarks, second opinions, answers given."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models.venture import Venture


class Version(models.Model):
    """The answers as they were sent: the first sending is number 1."""

    venture = models.ForeignKey(Venture, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("bản số"))
    sent_at = models.DateTimeField(_("gửi lúc"))
    answers = models.JSONField(_("câu trả lời"), default=dict)
    # As the fingerprint was taken of them: {"call": …, "call_answers": {…}}; {} without a call.
    coded = models.JSONField(_("câu trả lời theo mã"), default=dict, blank=True)
    files = models.JSONField(_("tệp kèm theo"), default=list, blank=True)  # key, name, sha256
    fingerprint = models.CharField(_("dấu vân bản gửi"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("bản đã gửi")
        verbose_name_plural = _("bản đã gửi")
        ordering = ["venture", "number"]
        constraints = [
            models.UniqueConstraint(fields=["venture", "number"], name="version_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_from_one"),
        ]

    def __str__(self):
        return f"{self.venture}, {self.number}"

    @property
    def owner_id(self) -> int | None:
        return self.venture.owner_id

    @property
    def files_are_open(self) -> bool:
        """The files that were taken off since are as open, or closed, as those that stayed."""
        return self.venture.files_are_open


class GrowingQuerySet(models.QuerySet):
    """Rows that are written once."""

    def update(self, **kwargs):
        raise TypeError("Remarks only grow.")

    def delete(self):
        raise TypeError("Remarks only grow.")


class Remark(models.Model):
    """An official's word to officials. The founder never reads it; nobody changes it."""

    venture = models.ForeignKey(Venture, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))
    text = models.TextField(_("nhận xét"), max_length=2000)

    objects = GrowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhận xét nội bộ")
        verbose_name_plural = _("nhận xét nội bộ")
        indexes = [models.Index(fields=["venture", "-at"], name="remark_venture")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="remark_has_words",
                violation_error_message=_("Viết nhận xét rồi mới ghi."),
            )
        ]

    def __str__(self):
        return f"{self.venture}, {self.at:%d/%m/%Y}"


class OpinionQuerySet(models.QuerySet):
    def waiting_for(self, user):
        """What was asked of ``user``, is not answered, and still matters."""
        rows = self.filter(
            asked_of=user, answered_at__isnull=True, venture__status__in=Venture.WAITING_FOR_US
        )
        return rows.exclude(venture__owner=user).order_by("asked_at", "pk")


class Opinion(models.Model):
    """A second opinion: one official asks another. No decision waits for it."""

    class Verdict(models.TextChoices):
        FOR = "for", _("Nên đạt")
        MEND = "mend", _("Nên bổ sung")
        AGAINST = "against", _("Chưa nên")
        UNSURE = "unsure", _("Chưa rõ")

    venture = models.ForeignKey(Venture, models.CASCADE, related_name="opinions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("hỏi lúc"))
    question = models.TextField(_("câu hỏi"), max_length=1000)
    verdict = models.CharField(_("ý kiến"), max_length=10, choices=Verdict, blank=True)
    answer = models.TextField(_("nói rõ"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ý kiến thứ hai")
        verbose_name_plural = _("ý kiến thứ hai")
        indexes = [models.Index(fields=["asked_of", "answered_at"], name="opinion_asked")]
        constraints = [
            models.UniqueConstraint(
                fields=["venture", "asked_of"],
                condition=Q(answered_at__isnull=True),
                name="one_open_opinion_a_person",
                violation_error_message=_("Người này đã được hỏi và chưa trả lời."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, verdict="")
                | Q(answered_at__isnull=False) & ~Q(verdict=""),
                name="opinion_answer_pair",
                violation_error_message=_("Chọn một ý kiến."),
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("asked_of")),
                name="opinion_of_another",
                violation_error_message=_("Hỏi một người khác."),
            ),
        ]

    def __str__(self):
        return f"{self.venture}: {self.asked_of}"

    def get_absolute_url(self):
        return reverse("projects:opinion", args=[self.venture.code_as("YT"), self.pk])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class Answer(models.Model):
    """An answer that was released: when, whether in time, and how long the clock had run.

    ``days`` are working days from the receipt (or the reopening) to the release, without those
    on which the idea lay with its founder to be mended.
    """

    venture = models.ForeignKey(Venture, models.CASCADE, related_name="answers")
    outcome = models.CharField(_("kết quả"), max_length=12, choices=Venture.Status)
    reason = models.CharField(_("lý do"), max_length=30, blank=True)
    released_at = models.DateTimeField(_("trả lời lúc"))
    released_on = models.DateField(_("trả lời ngày"))
    promised_on = models.DateField(_("hẹn ngày"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("số ngày làm việc"))

    class Meta:
        verbose_name = _("lần trả lời")
        verbose_name_plural = _("lần trả lời")
        ordering = ["-released_at", "-pk"]
        indexes = [
            models.Index(fields=["released_on", "outcome"], name="answer_released"),
            models.Index(fields=["venture", "-released_at"], name="answer_venture"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "returned", "declined"]),
                name="answer_is_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="declined") | ~Q(reason=""), name="declined_answer_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.venture}, {self.released_on:%d/%m/%Y}"

    @property
    def in_time(self) -> bool:
        """Released on the promised day or before; an idea without a promise is not late."""
        return self.promised_on is None or self.released_on <= self.promised_on
