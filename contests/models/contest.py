"""A contest and its rules: boards, rounds, criteria, prizes, questions; every version kept."""

import uuid
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from core.models import AdminUnit, Sampled
from core.questions import Question
from programme.models import Clause

HUNDRED = Decimal(100)


class ContestQuerySet(models.QuerySet["Contest"]):
    def visible_to(self, user: Any) -> "ContestQuerySet":
        """What the person may see at all; agrees, by test, with the permission contest.view."""
        if user.can("contest.list_drafts"):
            return self
        return self.exclude(status=Contest.Status.DRAFT)

    def open_at(self, at: Any) -> "ContestQuerySet":
        """Those that take entries at this moment; agrees, by test, with contests.phases."""
        announced = self.filter(status=Contest.Status.ANNOUNCED)
        return announced.filter(opens_at__lte=at, closes_at__gt=at)


class Contest(Sampled):
    """A contest of the town, or of a union or school among its own."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        ANNOUNCED = "announced", _("Đã phát động")
        CLOSED = "closed", _("Đã tổng kết")
        CANCELLED = "cancelled", _("Đã hủy")

    class Audience(models.TextChoices):
        PUPIL = "pupil", _("học sinh")
        STUDENT = "student", _("sinh viên")
        UNION_MEMBER = "union_member", _("đoàn viên, thanh niên")
        WOMAN = "woman", _("phụ nữ")
        ENTERPRISE = "enterprise", _("doanh nghiệp, hợp tác xã")
        ANYBODY = "anybody", _("mọi người")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True, editable=False)
    title = models.CharField(_("tên cuộc thi"), max_length=160)
    search_text = models.TextField(blank=True, default="", editable=False)  # the title, folded
    about = models.TextField(_("cuộc thi này để làm gì"), max_length=3000, blank=True)
    organiser = models.ForeignKey(
        Agency, models.PROTECT, related_name="contests", verbose_name=_("đơn vị tổ chức")
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, verbose_name=_("điểm của chương trình")
    )
    made_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, verbose_name=_("theo thể lệ của")
    )
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )

    # When entries are taken; the closing moment itself is too late.
    opens_at = models.DateTimeField(_("mở nhận hồ sơ"), null=True, blank=True)
    closes_at = models.DateTimeField(_("đóng nhận hồ sơ"), null=True, blank=True)
    sealed = models.BooleanField(
        _("niêm phong đến khi đóng"), default=False,
        help_text=_("Trước giờ đóng, không ai đọc được bài của người khác, kể cả ban tổ chức."),
    )  # fmt: skip
    unsealed_at = models.DateTimeField(_("mở niêm phong lúc"), null=True, editable=False)
    unsealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    # Who may enter
    audiences = models.JSONField(_("ai dự thi được"), default=list, blank=True)
    applicants = models.JSONField(_("loại người dự thi"), default=list, blank=True)
    min_age = models.PositiveSmallIntegerField(_("tuổi ít nhất"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("tuổi nhiều nhất"), null=True, blank=True)
    ages_on = models.DateField(_("tính tuổi đến ngày"), null=True, blank=True)
    units = models.ManyToManyField(AdminUnit, blank=True, verbose_name=_("địa bàn"))
    max_enterprise_years = models.PositiveSmallIntegerField(
        _("doanh nghiệp thành lập không quá (năm)"), null=True, blank=True
    )

    # Whose choice counts: the jury's and the public's results are kept apart, and joined so.
    has_public_vote = models.BooleanField(_("có bình chọn"), default=False)
    vote_weight = models.DecimalField(
        _("bình chọn chiếm (%)"), max_digits=5, decimal_places=2, default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tạo")
    )
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc thi")
        verbose_name_plural = _("cuộc thi")
        indexes = [models.Index(fields=["status", "closes_at", "id"], name="contest_by_closing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="contest_closes_after_it_opens",
                violation_error_message=_("Giờ đóng phải sau giờ mở."),
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="announced_contest_has_dates",
                violation_error_message=_("Ghi giờ mở và giờ đóng trước khi phát động."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug=""),
                name="contest_has_name",
                violation_error_message=_("Đặt tên cho cuộc thi."),
            ),
            models.CheckConstraint(
                condition=Q(vote_weight__gte=0, vote_weight__lte=100),
                name="contest_vote_weight",
                violation_error_message=_("Phần của bình chọn từ 0 đến 100%."),
            ),
            models.CheckConstraint(
                condition=Q(unsealed_at__isnull=True, unsealed_by__isnull=True)
                | Q(unsealed_at__isnull=False, unsealed_by__isnull=False),
                name="contest_unsealed_pair",
            ),
            models.CheckConstraint(
                condition=Q(min_age__isnull=True)
                | Q(max_age__isnull=True)
                | Q(max_age__gte=F("min_age")),
                name="contest_ages",
                violation_error_message=_("Tuổi nhiều nhất phải từ tuổi ít nhất trở lên."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contests:contest", args=[self.slug])

    @property
    def is_told(self) -> bool:
        """Whether everybody may know of it."""
        return self.status != self.Status.DRAFT

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def can_be_amended(self) -> bool:
        """Whether its rules are frozen, so that a change is an amendment."""
        return self.status == self.Status.ANNOUNCED

    @cached_property
    def round_list(self) -> list["Round"]:
        """Its rounds in their order, read once; prefetched ones are used."""
        return sorted(self.rounds.all(), key=lambda found: (found.order, found.pk))

    @cached_property
    def board_list(self) -> list["Board"]:
        return list(self.boards.order_by("order", "pk"))

    @cached_property
    def judge_ids(self) -> set[int]:
        """The accounts of the judges who said yes, those for training among them."""
        accepted = self.judges.filter(status="accepted", user__isnull=False)
        return set(accepted.values_list("user", flat=True))

    @cached_property
    def chair_ids(self) -> set[int]:
        """The account of the panel's chair, where there is one."""
        accepted = self.judges.filter(status="accepted", is_chair=True, user__isnull=False)
        return set(accepted.values_list("user", flat=True))


class RulesVersion(models.Model):
    """The whole rules as they stood: frozen when the call opens, and again with each amendment."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("bản"))
    rules = models.JSONField(_("thể lệ"))  # as contests.rules.read gives them
    reason = models.TextField(_("vì sao đổi"), max_length=1000, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("bản thể lệ")
        verbose_name_plural = _("bản thể lệ")
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="rules_version_number"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="amendment_has_reason",
                violation_error_message=_("Ghi vì sao sửa thể lệ để người dự thi biết."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest}: {self.number}"


class Board(models.Model):
    """A group of entries that compete with each other: Ý tưởng, Dự án."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="boards")
    code = models.SlugField(_("mã"), max_length=30)
    name = models.CharField(_("tên bảng"), max_length=80)
    about = models.CharField(_("dành cho"), max_length=300, blank=True)
    levels = models.JSONField(_("nhận hồ sơ ở cấp"), default=list, blank=True)  # Venture.Level
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("bảng thi")
        verbose_name_plural = _("bảng thi")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "code"], name="board_code"),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="board_has_name",
                violation_error_message=_("Đặt tên cho bảng thi."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def takes(self, level: str) -> bool:
        """Whether a venture of this level may enter; an empty list takes all."""
        return not self.levels or level in self.levels

    @cached_property
    def asked(self) -> list["EntryQuestion"]:
        return list(self.questions.order_by("order", "pk"))


class Round(models.Model):
    """One judging of the entries that came so far; ``status`` moves in contests/workflow.py."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Chưa chấm")
        JUDGING = "judging", _("Đang chấm")
        LOCKING = "locking", _("Chờ người thứ hai đồng ý khóa")
        LOCKED = "locked", _("Đã khóa")
        REOPENING = "reopening", _("Chờ người thứ hai đồng ý mở lại")
        PUBLISHED = "published", _("Đã công bố")

    class Aggregate(models.TextChoices):
        MEAN = "mean", _("trung bình cộng")
        TRIMMED = "trimmed", _("trung bình, bỏ một điểm cao nhất và một điểm thấp nhất")
        MEDIAN = "median", _("trung vị")

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="rounds")
    code = models.SlugField(_("mã"), max_length=30)
    name = models.CharField(_("tên vòng"), max_length=80)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    starts_at = models.DateTimeField(_("chấm từ"), null=True, blank=True)
    ends_at = models.DateTimeField(_("chấm đến"), null=True, blank=True)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.PLANNED, editable=False
    )

    is_blind = models.BooleanField(_("chấm kín danh"), default=False)
    hidden = models.JSONField(_("mục che khi chấm kín"), default=list, blank=True)
    judges_per_entry = models.PositiveSmallIntegerField(
        _("số giám khảo mỗi bài"), default=3, validators=[MinValueValidator(1)]
    )

    aggregate = models.CharField(
        _("cách tính điểm bài"), max_length=8, choices=Aggregate, default=Aggregate.MEAN
    )
    advance_top = models.PositiveSmallIntegerField(
        _("số bài vào tiếp mỗi bảng"), null=True, blank=True
    )
    advance_min = models.DecimalField(
        _("điểm thấp nhất để vào tiếp"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    no_zero = models.BooleanField(_("loại bài có tiêu chí 0 điểm"), default=True)
    # Codes of criteria, first first: the higher score on it goes ahead; then together.
    tie_breaks = models.JSONField(_("khi bằng điểm, xét lần lượt"), default=list, blank=True)

    has_pitch = models.BooleanField(_("có thuyết trình"), default=False)
    pitch_minutes = models.PositiveSmallIntegerField(_("phút trình bày"), default=8)
    question_minutes = models.PositiveSmallIntegerField(_("phút hỏi đáp"), default=10)

    # The lock: asked for by one person and agreed to by another.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    locked_at = models.DateTimeField(_("khóa lúc"), null=True, editable=False)
    published_at = models.DateTimeField(_("công bố lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("vòng thi")
        verbose_name_plural = _("vòng thi")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "code"], name="round_code"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="round_ends_after_it_starts",
                violation_error_message=_("Giờ hết chấm phải sau giờ bắt đầu."),
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, asked_at__isnull=True)
                | Q(asked_by__isnull=False, asked_at__isnull=False),
                name="round_asked_pair",
            ),
            models.CheckConstraint(
                condition=Q(locked_by__isnull=True, locked_at__isnull=True)
                | Q(locked_by__isnull=False, locked_at__isnull=False)
                & Q(asked_by__isnull=False)
                & ~Q(locked_by=F("asked_by")),
                name="round_locked_by_two",
                violation_error_message=_("Khóa cần hai người khác nhau."),
            ),
            models.CheckConstraint(
                condition=Q(judges_per_entry__gte=1),
                name="round_has_judges",
                violation_error_message=_("Mỗi bài cần ít nhất một giám khảo."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contests:round", args=[self.contest.slug, self.code])

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def takes_scores(self) -> bool:
        """Whether the lock still lets a score in; the dates are asked of contests.phases."""
        return self.status == self.Status.JUDGING

    @cached_property
    def criterion_list(self) -> list["Criterion"]:
        """The criteria that apply in this round, in their order, read once."""
        return list(self.criteria.order_by("order", "pk"))

    @property
    def shares(self) -> dict[int, Decimal]:
        """By criterion: its part of 100, weights rescaled to those that apply in this round."""
        whole = sum((c.weight for c in self.criterion_list), Decimal(0))
        return {c.pk: HUNDRED * c.weight / whole for c in self.criterion_list} if whole else {}


class Criterion(models.Model):
    """What is judged, how much it weighs, and what each score means."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="criteria")
    code = models.SlugField(_("mã"), max_length=30)
    name = models.CharField(_("tiêu chí"), max_length=120)
    about = models.CharField(_("xét điều gì"), max_length=500, blank=True)
    weight = models.DecimalField(
        _("trọng số"),
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    most = models.PositiveSmallIntegerField(
        _("điểm cao nhất"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    step = models.DecimalField(
        _("bước điểm"), max_digits=3, decimal_places=2, default=Decimal("0.5")
    )
    anchors = models.JSONField(_("mốc điểm"), default=list, blank=True)  # [{"points", "words"}]
    rounds = models.ManyToManyField(
        Round, related_name="criteria", blank=True, verbose_name=_("áp dụng ở vòng")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("tiêu chí")
        verbose_name_plural = _("tiêu chí")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "code"], name="criterion_code"),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="criterion_weighs",
                violation_error_message=_("Trọng số phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1) & Q(step__gt=0),
                name="criterion_scale",
                violation_error_message=_("Thang điểm phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Prize(models.Model):
    """What can be won, by board or over all boards."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="prizes")
    board = models.ForeignKey(Board, models.CASCADE, null=True, blank=True, related_name="prizes")
    name = models.CharField(_("giải"), max_length=80)
    rank = models.PositiveSmallIntegerField(_("bậc"), default=1)  # 1 is the highest
    count = models.PositiveSmallIntegerField(_("số giải"), default=1)
    value = models.BigIntegerField(_("tiền thưởng (đồng)"), default=0)
    in_kind = models.CharField(_("hiện vật, quyền lợi"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("giải thưởng của cuộc thi")
        verbose_name_plural = _("giải thưởng của cuộc thi")
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & Q(count__gte=1) & Q(value__gte=0),
                name="prize_is_whole",
                violation_error_message=_(
                    "Giải cần có tên, số giải từ 1 và tiền thưởng từ 0 đồng."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class EntryQuestion(Question):
    """A question that a board asks beside what the venture's own record already says."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="questions")
    is_clean = models.BooleanField(_("cho giám khảo xem khi chấm kín"), default=True)

    class Meta(Question.Meta):
        verbose_name = _("câu hỏi của bảng thi")
        verbose_name_plural = _("câu hỏi của bảng thi")
        constraints = [
            models.CheckConstraint(
                condition=~Q(label="") & Q(max_length__gte=1, max_length__lte=3000),
                name="entry_question_asks",
                violation_error_message=_("Viết câu hỏi; câu trả lời dài từ 1 đến 3000 chữ cái."),
            )
        ]
