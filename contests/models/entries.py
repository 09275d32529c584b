"""What is entered for a contest: by whom, with what, and whether it is complete."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contests.models.contest import Board, Contest
from core.codes import Code
from core.models import AdminUnit, Sampled
from projects.models import Venture


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: Any) -> "EntryQuerySet":
        """What the person may open as an entrant or organiser; agrees with entry.view.

        Judges read entries through their score sheets only, the public through results.
        """
        if not user.is_authenticated:
            return self.none()
        mine = Q(owner=user) | Q(members__user=user)
        if user.can("entry.list"):
            mine |= ~Q(status=Entry.Status.DRAFT)
        return self.filter(mine).distinct()

    def taking_part(self) -> "EntryQuerySet":
        """Those that are judged: complete, and neither withdrawn nor turned away."""
        return self.filter(status=Entry.Status.COMPLETE)


class Entry(Sampled):
    """An idea, project or enterprise in one board of one contest."""

    PREFIX = "DT"

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        SUBMITTED = "submitted", _("Đã nộp")
        RETURNED = "returned", _("Cần bổ sung")
        COMPLETE = "complete", _("Hợp lệ")
        REFUSED = "refused", _("Không hợp lệ")
        WITHDRAWN = "withdrawn", _("Đã rút")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    contest = models.ForeignKey(
        Contest, models.PROTECT, related_name="entries", verbose_name=_("cuộc thi")
    )
    board = models.ForeignKey(
        Board, models.PROTECT, related_name="entries", verbose_name=_("bảng thi")
    )
    venture = models.ForeignKey(
        Venture, models.PROTECT, null=True, blank=True, related_name="entries",
        verbose_name=_("ý tưởng, dự án"),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contest_entries",
        verbose_name=_("người dự thi"),
    )  # fmt: skip
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )

    # Copied from the venture when the entry is begun, and the entrant's own from then on.
    title = models.CharField(_("tên bài dự thi"), max_length=120)
    summary = models.TextField(_("tóm tắt"), max_length=600, blank=True)
    problem = models.TextField(_("vấn đề"), max_length=1500, blank=True)
    solution = models.TextField(_("cách làm"), max_length=3000, blank=True)
    novelty = models.TextField(_("điểm mới"), max_length=1500, blank=True)
    field = models.CharField(_("lĩnh vực"), max_length=20, choices=Venture.Field, blank=True)
    applicant = models.CharField(
        _("dự thi với tư cách"), max_length=14, choices=Venture.Applicant, blank=True
    )
    audience = models.CharField(
        _("thuộc nhóm"), max_length=14, choices=Contest.Audience, blank=True
    )
    school = models.CharField(_("trường hoặc nơi làm việc"), max_length=160, blank=True)
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("xã, phường")
    )
    answers = models.JSONField(_("câu hỏi của bảng thi"), default=dict, blank=True)
    clean_files = models.JSONField(_("tệp không lộ danh tính"), default=list, blank=True)

    created_at = models.DateTimeField(_("bắt đầu lúc"), default=timezone.now)
    saved_at = models.DateTimeField(_("lưu lúc"), default=timezone.now)
    received_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    late_code = models.OneToOneField(
        "contests.LateCode", models.PROTECT, null=True, blank=True, related_name="entry"
    )
    mend_fields = models.JSONField(_("mục cần sửa"), default=list, blank=True)
    note = models.TextField(_("lời của ban tổ chức"), blank=True)
    fingerprint = models.CharField(_("dấu vân bản nộp"), max_length=64, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ dự thi")
        verbose_name_plural = _("hồ sơ dự thi")
        indexes = [
            models.Index(fields=["contest", "status", "id"], name="entry_of_contest"),
            models.Index(fields=["owner", "-id"], name="entry_own"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="entry_code"),
            models.UniqueConstraint(
                fields=["contest", "venture"],
                condition=Q(venture__isnull=False) & ~Q(status="withdrawn"),
                name="one_entry_a_venture",
                violation_error_message=_("Ý tưởng này đã có trong cuộc thi."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(number__isnull=False, year__isnull=False, received_at__isnull=False),
                name="sent_entry_has_code",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contests:entry", args=[self.key])

    @property
    def code(self) -> str:
        return str(Code(self.PREFIX, self.year, self.number)) if self.number else ""

    @property
    def is_sent(self) -> bool:
        return self.status != self.Status.DRAFT

    @property
    def is_open_to_change(self) -> bool:
        return self.status in {self.Status.DRAFT, self.Status.RETURNED}

    @property
    def is_unsealed(self) -> bool:
        """Whether the organiser opened what was sealed until the deadline, or nothing was."""
        return not self.contest.sealed or self.contest.unsealed_at is not None

    @property
    def recused_ids(self) -> set[int]:
        """The accounts of the judges who must not judge it nor see its scores."""
        found = self.conflicts.filter(judge__user__isnull=False)
        team = self.members.filter(user__isnull=False).order_by().values_list("user", flat=True)
        return {self.owner_id, *found.values_list("judge__user", flat=True).union(team)}

    @property
    def people_ids(self) -> set[int]:
        """Whose own entry this is: they neither judge nor handle it officially."""
        ids = set(self.members.filter(user__isnull=False).values_list("user", flat=True))
        return ids | {self.owner_id}


class EntryMember(models.Model):
    """A person of the entry's team beside its owner, as printed on certificates."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("họ và tên"), max_length=80)
    birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    role = models.CharField(_("việc trong nhóm"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("thành viên dự thi")
        verbose_name_plural = _("thành viên dự thi")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="entry_member_has_name",
                violation_error_message=_("Ghi họ và tên."),
            ),
            models.UniqueConstraint(
                fields=["entry", "user"],
                condition=Q(user__isnull=False),
                name="entry_member_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LateCode(models.Model):
    """Lets one entry in after the deadline; only its hash is kept."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="late_codes")
    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("vì sao cho nộp muộn"), max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("dùng được đến"))

    class Meta:
        verbose_name = _("mã nộp muộn")
        verbose_name_plural = _("mã nộp muộn")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="late_code_has_reason",
                violation_error_message=_("Ghi vì sao cho nộp muộn."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.contest}: {self.reason}"
