"""Judges, what they may not judge, and what they gave: sheets of scores."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import new_token
from contests.models.contest import Board, Contest, Criterion, Round
from contests.models.entries import Entry


class Judge(models.Model):
    """A person invited to a contest's panel; a judge for training (``is_shadow``) never counts."""

    class Status(models.TextChoices):
        INVITED = "invited", _("Đã mời")
        ACCEPTED = "accepted", _("Nhận lời")
        DECLINED = "declined", _("Từ chối")
        LEFT = "left", _("Đã thôi")

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="judges")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="judging"
    )
    name = models.CharField(_("họ và tên"), max_length=80)
    email = models.EmailField(_("thư điện tử"))
    title = models.CharField(_("chức vụ, nơi làm việc"), max_length=160, blank=True)
    expertise = models.JSONField(_("lĩnh vực am hiểu"), default=list, blank=True)  # Venture.Field
    boards = models.ManyToManyField(Board, blank=True, verbose_name=_("chấm bảng"))  # none: all
    capacity = models.PositiveSmallIntegerField(
        _("chấm được nhiều nhất (bài mỗi vòng)"), default=20, validators=[MinValueValidator(1)]
    )
    is_chair = models.BooleanField(_("trưởng ban giám khảo"), default=False)
    is_shadow = models.BooleanField(_("chấm tập sự, không tính điểm"), default=False)
    status = models.CharField(
        _("trả lời"), max_length=10, choices=Status, default=Status.INVITED, editable=False
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("mời lúc"), default=timezone.now)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    note = models.CharField(_("lời nhắn"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("giám khảo")
        verbose_name_plural = _("giám khảo")
        ordering = ["-is_chair", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "email"],
                name="judge_once_a_contest",
                violation_error_message=_("Người này đã được mời."),
            ),
            models.UniqueConstraint(
                fields=["contest"],
                condition=Q(is_chair=True, status__in=["invited", "accepted"]),
                name="one_chair_a_contest",
                violation_error_message=_("Cuộc thi chỉ có một trưởng ban giám khảo."),
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(user__isnull=False),
                name="accepted_judge_has_account",
            ),
            models.CheckConstraint(
                condition=Q(status="invited", answered_at__isnull=True)
                | ~Q(status="invited") & Q(answered_at__isnull=False),
                name="judge_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(is_chair=True, is_shadow=True),
                name="chair_is_no_trainee",
                violation_error_message=_("Trưởng ban giám khảo không chấm tập sự."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contests:judge_invitation", args=[self.token])


class Declaration(models.Model):
    """A judge said of a round, before seeing anything of it, whom they cannot judge."""

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="declarations")
    round = models.ForeignKey(Round, models.CASCADE, related_name="declarations")
    text = models.TextField(_("lời cam kết đã đọc"))
    made_at = models.DateTimeField(_("khai lúc"))

    class Meta:
        verbose_name = _("lời khai xung đột lợi ích")
        verbose_name_plural = _("lời khai xung đột lợi ích")
        constraints = [
            models.UniqueConstraint(fields=["judge", "round"], name="declared_once_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.judge}: {self.round}"


class Conflict(models.Model):
    """A judge does not judge an entry, and never sees its scores."""

    class Source(models.TextChoices):
        DECLARED = "declared", _("giám khảo tự khai")
        ORGANISER = "organiser", _("ban tổ chức xác định")

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="conflicts")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="conflicts")
    source = models.CharField(_("do đâu"), max_length=10, choices=Source)
    reason = models.CharField(_("lý do"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("xung đột lợi ích")
        verbose_name_plural = _("xung đột lợi ích")
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry"], name="conflict_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="conflict_has_reason",
                violation_error_message=_("Ghi lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge} – {self.entry}"


class ScoreSheet(models.Model):
    """One judge's scores of one entry in one round: assigned, scored, handed in."""

    class Status(models.TextChoices):
        TO_DO = "to_do", _("Chưa chấm")
        STARTED = "started", _("Đang chấm")
        DONE = "done", _("Đã chấm")
        UNABLE = "unable", _("Không chấm được")
        RECUSED = "recused", _("Không chấm vì xung đột lợi ích")

    round = models.ForeignKey(Round, models.PROTECT, related_name="sheets")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="sheets")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="sheets")
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.TO_DO, editable=False
    )
    # Out of 100, by the round's shares; null until every criterion has its points.
    total = models.DecimalField(
        _("điểm"), max_digits=9, decimal_places=6, null=True, editable=False
    )
    has_zero = models.BooleanField(default=False, editable=False)
    feedback = models.TextField(_("nhận xét gửi người dự thi"), max_length=2000, blank=True)
    private_note = models.TextField(_("ghi chú riêng"), max_length=2000, blank=True)
    reason = models.CharField(_("vì sao không chấm được"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(_("lưu lúc"), null=True, editable=False)
    # A paper sheet: typed in by one person and checked by another.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    entered_at = models.DateTimeField(null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    checked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("phiếu chấm")
        verbose_name_plural = _("phiếu chấm")
        indexes = [models.Index(fields=["judge", "round", "status", "id"], name="sheet_of_judge")]
        constraints = [
            models.UniqueConstraint(fields=["round", "entry", "judge"], name="one_sheet_a_judge"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(total__isnull=False),
                name="done_sheet_has_total",
                violation_error_message=_("Chấm đủ các tiêu chí rồi mới gửi phiếu."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["unable", "recused"]) | ~Q(reason=""),
                name="unscored_sheet_has_reason",
                violation_error_message=_("Ghi vì sao không chấm được."),
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | Q(entered_by__isnull=False) & ~Q(checked_by=models.F("entered_by")),
                name="paper_sheet_by_two",
                violation_error_message=_("Người kiểm phải khác người nhập."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge} – {self.entry}"

    def get_absolute_url(self) -> str:
        return reverse("contests:sheet", args=[self.pk])

    @property
    def contest(self) -> Contest:
        return self.round.contest

    @property
    def recused_ids(self) -> set[int]:
        return self.entry.recused_ids

    @property
    def takes_scores(self) -> bool:
        return self.round.takes_scores

    @property
    def counts(self) -> bool:
        """Whether it enters the result: handed in, by a judge who is no trainee."""
        checked = self.entered_by_id is None or self.checked_by_id is not None
        return self.status == self.Status.DONE and not self.judge.is_shadow and checked


class Score(models.Model):
    """The points of one criterion on one sheet."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    points = models.DecimalField(
        _("điểm"), max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    saved_at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("điểm")
        verbose_name_plural = _("điểm")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="one_score_a_criterion"),
            models.CheckConstraint(
                condition=Q(points__gte=0),
                name="score_is_not_negative",
                violation_error_message=_("Điểm từ 0 trở lên."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
