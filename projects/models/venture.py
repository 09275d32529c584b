"""The venture: one lifelong record from idea to enterprise, and the facts of its life."""

import uuid
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ADULT_AT, Agency, Consent, Guardianship
from core.codes import Code
from core.models import AdminUnit, Sampled
from core.periods import years_before
from core.text import fold
from projects.models.calls import Call
from projects.models.team import TeamMember
from projects.models.words import ALWAYS_PUBLIC, CLOSABLE, PUBLISHABLE, lists_only


def in_team(user) -> Q:
    """Ventures whose team this person belongs to; an invitation alone opens nothing."""
    mine = TeamMember.objects.standing().filter(user=user)
    return Q(pk__in=mine.values("venture"))


def behind(user) -> Q:
    """Ventures that are this person's own record: as lead, in the team, or entered by them."""
    return Q(owner=user) | Q(entered_by=user) | in_team(user)


@lru_cache(maxsize=8)
def is_public(today: date, *, of: str = "", row_by_row: bool = False) -> Q:
    """The condition of a day, put together once; ``of`` leads to the venture, as "venture__".

    ``row_by_row`` is for showing it beside few rows rather than choosing among many:
    PostgreSQL reads every consent to answer EXISTS in a column, however few rows are shown.
    """
    agreed = Consent.objects.in_force(today).filter(
        purpose=Consent.Purpose.PUBLISH_VENTURE,
        subject_kind="venture",
        subject_id=OuterRef(f"{of}pk"),
    )
    guarded = Guardianship.objects.filter(
        child=OuterRef(f"{of}owner"), answer=Guardianship.Answer.YES
    )
    grown = Q(**{f"{of}owner__birth_date__lte": years_before(today, ADULT_AT)})
    recognised = Q(**{f"{of}level__in": [Venture.Level.PROJECT, Venture.Level.ENTERPRISE]})
    if row_by_row:
        agreement = models.Subquery(agreed.values("pk")[:1])
        return recognised & (grown | Exists(guarded)) & Q(IsNull(agreement, False))
    return recognised & (grown | Exists(guarded)) & Exists(agreed)


class VentureQuerySet(models.QuerySet):
    def visible_to(self, user, today: date | None = None):
        """What the person may see at all; agrees, by test, with the permission venture.view."""
        today = today or timezone.localdate()
        if not user.is_authenticated:
            return self.public(today)
        mine = Q(owner=user) | in_team(user)
        if user.can("venture.list_queue"):
            return self.filter(mine | ~Q(status=Venture.Status.DRAFT))
        return self.filter(mine | is_public(today))

    def with_publicity(self, today: date):
        """Annotate ``is_public``: recognised, agreed to, by an adult or with a guardian's yes."""
        return self.annotate(
            is_public=models.Case(
                models.When(is_public(today, row_by_row=True), then=True),
                default=False,
                output_field=models.BooleanField(),
            )
        )

    def public(self, today: date):
        """Those that everybody may see. Asked as a condition, which the database can plan for."""
        return self.filter(is_public(today))

    def not_behind(self, user):
        """Those on which ``user`` may act officially."""
        return self.exclude(behind(user))

    def search(self, words: str, *, whole: bool = False):
        """Rows whose folded text holds every word; a code finds its venture whatever its prefix.

        ``whole``, for officials, looks through what is not published, too.
        """
        if code := Code.parse(words):
            return self.filter(year=code.year, number=code.number)
        rows = self
        for word in fold(words).split()[:8]:
            held = Q(search_text__contains=word)
            rows = rows.filter(held | Q(desk_text__contains=word) if whole else held)
        return rows

    def in_queue(self):
        return self.filter(status__in=Venture.WAITING_FOR_US)

    def overdue(self, today: date):
        return self.in_queue().filter(promised_on__lt=today)


class Venture(Sampled):
    """An idea, then a project, then an enterprise: the number stays, only the prefix changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        SUBMITTED = "submitted", _("Mới gửi")
        SCREENING = "screening", _("Đang xem")
        ACCEPTING = "accepting", _("Chờ phát hành: đạt")
        RETURNING = "returning", _("Chờ phát hành: cần bổ sung")
        DECLINING = "declining", _("Chờ phát hành: chưa phù hợp")
        RETURNED = "returned", _("Cần bổ sung")
        ACCEPTED = "accepted", _("Đạt")
        DECLINED = "declined", _("Chưa phù hợp")

    class Level(models.TextChoices):
        IDEA = "idea", _("Ý tưởng")
        PROJECT = "project", _("Dự án")
        ENTERPRISE = "enterprise", _("Doanh nghiệp")

    class Field(models.TextChoices):
        AGRICULTURE = "agriculture", _("Nông nghiệp, thủy sản, nghề muối")
        FOOD = "food", _("Chế biến thực phẩm")
        TOURISM = "tourism", _("Du lịch, văn hóa")
        COMMUNITY = "community", _("Giáo dục, sức khỏe, cộng đồng")
        TECHNOLOGY = "technology", _("Phần mềm, thiết bị")
        ENVIRONMENT = "environment", _("Môi trường, năng lượng")
        CRAFT = "craft", _("Thủ công, công nghiệp nông thôn")
        TRADE = "trade", _("Thương mại, dịch vụ")
        OTHER = "other", _("Khác")

    class Stage(models.TextChoices):
        IDEA = "idea", _("Ý tưởng")
        PROTOTYPE = "prototype", _("Mẫu thử")
        PRODUCT = "product", _("Sản phẩm hoàn thiện")
        REVENUE = "revenue", _("Có doanh thu")
        GROWTH = "growth", _("Tăng trưởng")

    class Applicant(models.TextChoices):
        PERSON = "person", _("Cá nhân")
        GROUP = "group", _("Nhóm")
        ORGANISATION = "organisation", _("Tổ chức, hộ kinh doanh, doanh nghiệp")

    class Ip(models.TextChoices):
        """Whether what is new has been registered as somebody's own."""

        NONE = "none", _("Không có gì riêng")
        UNREGISTERED = "unregistered", _("Có, chưa đăng ký")
        FILED = "filed", _("Đã nộp đơn")
        GRANTED = "granted", _("Đã được cấp")

    WAITING_FOR_US = (
        Status.SUBMITTED,
        Status.SCREENING,
        Status.ACCEPTING,
        Status.RETURNING,
        Status.DECLINING,
    )
    DECIDED = (Status.ACCEPTING, Status.RETURNING, Status.DECLINING)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ventures",
        verbose_name=_("chủ hồ sơ"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người nhập giúp"),
    )
    status = models.CharField(
        _("tình trạng"), max_length=12, choices=Status, default=Status.DRAFT, editable=False
    )
    level = models.CharField(
        _("cấp độ"), max_length=12, choices=Level, default=Level.IDEA, editable=False
    )

    title = models.CharField(_("tên ý tưởng"), max_length=120)
    field = models.CharField(_("lĩnh vực"), max_length=20, choices=Field, blank=True)
    summary = models.TextField(_("tóm tắt"), max_length=600, blank=True)
    problem = models.TextField(_("vấn đề"), max_length=1500, blank=True)
    solution = models.TextField(_("cách làm"), max_length=3000, blank=True)
    novelty = models.TextField(_("điểm mới"), max_length=1500, blank=True)
    ip_state = models.CharField(
        _("sáng chế, nhãn hiệu, bản quyền"), max_length=12, choices=Ip, blank=True
    )
    ip_note = models.TextField(_("nói thêm về sở hữu trí tuệ"), max_length=600, blank=True)
    stage = models.CharField(_("giai đoạn"), max_length=12, choices=Stage, blank=True)
    applicant = models.CharField(_("người gửi là"), max_length=14, choices=Applicant, blank=True)
    team = models.TextField(_("những người cùng làm"), max_length=1000, blank=True)
    workplace = models.CharField(_("trường hoặc nơi làm việc"), max_length=160, blank=True)
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("xã, phường")
    )
    wanted = models.JSONField(_("hỗ trợ cần"), default=list, blank=True)
    wanted_note = models.TextField(_("nói thêm về hỗ trợ cần"), max_length=1000, blank=True)
    call = models.ForeignKey(
        Call,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ventures",
        verbose_name=_("đợt nhận ý tưởng"),
    )
    # By the question's key: {"12": "…"}; the questions are rows and freeze with the first answer.
    call_answers = models.JSONField(_("câu hỏi của đợt"), default=dict, blank=True)

    contact_name = models.CharField(_("họ và tên"), max_length=80, blank=True)
    contact_birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    contact_phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    contact_email = models.EmailField(_("thư điện tử"), blank=True)
    guardian_name = models.CharField(_("họ tên người giám hộ"), max_length=80, blank=True)
    guardian_email = models.EmailField(_("thư điện tử người giám hộ"), blank=True)

    created_at = models.DateTimeField(_("bắt đầu lúc"), default=timezone.now)
    saved_at = models.DateTimeField(_("lưu lúc"), default=timezone.now)
    received_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    received_on = models.DateField(_("gửi ngày"), null=True, blank=True)
    promised_on = models.DateField(_("hẹn trả lời ngày"), null=True, blank=True)
    days_left = models.SmallIntegerField(null=True, blank=True, editable=False)  # clock stopped
    screener = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người xem"),
    )
    agency = models.ForeignKey(
        Agency,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan được giao"),
    )
    escalated_at = models.DateTimeField(_("báo lãnh đạo lúc"), null=True, editable=False)
    mend_fields = models.JSONField(_("mục cần sửa"), default=list, blank=True)
    decision_note = models.TextField(_("lời trả lời"), blank=True)
    decline_reason = models.CharField(_("lý do"), max_length=30, blank=True)  # DeclineReason.code
    fingerprint = models.CharField(_("dấu vân bản gửi"), max_length=64, blank=True)
    confidential = models.JSONField(_("phần kín"), default=list, blank=True, editable=False)
    published = models.JSONField(_("mục được công bố"), default=list, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    desk_text = models.TextField(blank=True, default="", editable=False)

    given_by_id: int | None = None  # not kept: who has just assigned it

    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        indexes = [
            models.Index(fields=["status", "promised_on", "id"], name="venture_queue"),
            # In the order of the queue, whatever the status: no sorting of all that wait.
            models.Index(
                fields=["promised_on", "id"],
                condition=Q(
                    status__in=["submitted", "screening", "accepting", "returning", "declining"]
                ),
                name="venture_waiting",
            ),
            models.Index(fields=["owner", "-id"], name="venture_own"),
            models.Index(fields=["level", "-id"], name="venture_level"),
            models.Index(fields=["received_on"], name="venture_received"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="venture_code"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(number__isnull=False, year__isnull=False),
                name="sent_venture_has_code",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_on__isnull=True)
                | Q(received_at__isnull=False, received_on__isnull=False),
                name="venture_received_pair",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "screening"]) | Q(promised_on__isnull=False),
                name="waiting_venture_has_promise",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declining", "declined"]) | ~Q(decline_reason=""),
                name="declined_venture_has_reason",
                violation_error_message=_("Chọn một lý do để người gửi biết vì sao."),
            ),
            models.CheckConstraint(
                condition=lists_only("confidential", CLOSABLE),
                name="venture_closes_answers",
                violation_error_message=_("Mục này không đánh dấu kín được."),
            ),
            models.CheckConstraint(
                condition=lists_only("published", PUBLISHABLE),
                name="venture_publishes_answers",
                violation_error_message=_("Mục này không công bố được."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.number is None:
            return reverse("projects:draft", args=[self.key, "y-tuong"])
        if self.level == self.Level.ENTERPRISE:
            return reverse("projects:enterprise", args=[self.code])
        if self.level == self.Level.PROJECT:
            return reverse("projects:project", args=[self.code])
        return reverse("projects:idea", args=[self.code])

    def code_as(self, prefix: str) -> str:
        return str(Code(prefix, self.year, self.number)) if self.number else ""

    @property
    def code(self) -> str:
        """``YT-…`` as an idea, ``DA-…`` as a project, ``DN-…`` as an enterprise."""
        return self.code_as({"idea": "YT", "project": "DA", "enterprise": "DN"}[self.level])

    @property
    def is_sent(self) -> bool:
        return self.status != self.Status.DRAFT

    @property
    def is_open_to_change(self) -> bool:
        return self.status in {self.Status.DRAFT, self.Status.RETURNED}

    @property
    def team_rights(self) -> dict[int, str]:
        """What each standing member of the team may do; read anew unless prefetched."""
        if self.pk is None:
            return {}
        return {m.user_id: m.rights for m in self.members.all() if m.is_standing}

    @property
    def people_ids(self) -> set[int]:
        """Whose own record this is: they do not act on it officially."""
        return {*self.team_rights, *filter(None, (self.owner_id, self.entered_by_id))}

    @property
    def founder_status(self) -> str:
        """The status as its owner is told it: a decision that is not released is not there yet."""
        shown = self.Status.SCREENING if self.status in self.DECIDED else self.status
        return str(self.Status(shown).label)

    @property
    def files_are_open(self) -> bool:
        """Whether everybody who reads the venture's own pages reads its files, too."""
        return "attachment" not in self.confidential

    @property
    def public_names(self) -> frozenset[str]:
        """The answers that everybody may read once the venture is public: the one list of them."""
        closed = {"picture" if name == "attachment" else name for name in self.confidential}
        return frozenset(ALWAYS_PUBLIC).union(self.published) - closed

    def searchable(self) -> str:
        """The folded text that everybody's search compares: only what may become public."""
        return fold(self.title, *self._places_and_summary(published=True))

    def searchable_inside(self) -> str:
        """The folded text that officials search besides: what every official may read."""
        return fold(*self._places_and_summary(published=False))

    def note_words(self) -> None:
        """Write down what search compares; to be saved by whoever changed the words."""
        self.search_text, self.desk_text = self.searchable(), self.searchable_inside()

    def _places_and_summary(self, *, published: bool) -> list[str]:
        told = {"summary": self.summary, "unit": str(self.unit or "")}
        return [text for name, text in told.items() if (name in self.public_names) is published]
