"""Entries that go on to a contest of the province, the region or the nation, and what came back."""

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contests.models.awards import Award
from contests.models.contest import Contest
from contests.models.entries import Entry
from core.facts import Fact
from core.models import Sampled


class Referral(Sampled):
    """An entry chosen from a published result for a higher contest: prepared, sent, answered."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("cấp tỉnh")
        REGION = "region", _("cấp vùng")
        NATION = "nation", _("cấp quốc gia")

    class Status(models.TextChoices):
        PREPARED = "prepared", _("Đang chuẩn bị")
        SENT = "sent", _("Đã gửi")
        WITHDRAWN = "withdrawn", _("Đã rút")

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="referrals", verbose_name=_("bài dự thi")
    )
    level = models.CharField(_("cấp"), max_length=10, choices=Level)
    to_contest = models.CharField(_("cuộc thi"), max_length=160, validators=[MinLengthValidator(3)])
    to_body = models.CharField(_("nơi nhận hồ sơ"), max_length=160)
    deadline = models.DateField(_("hạn nộp"))
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.PREPARED, editable=False
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người chọn")
    )
    prepared_at = models.DateTimeField(_("chọn lúc"))
    sent_on = models.DateField(_("ngày gửi"), null=True, blank=True)
    sent_ref = models.CharField(_("số công văn"), max_length=80, blank=True)
    sent_at = models.DateTimeField(_("ghi việc gửi lúc"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("việc gửi dự thi cấp trên")
        verbose_name_plural = _("việc gửi dự thi cấp trên")
        ordering = ["deadline", "pk"]
        indexes = [models.Index(fields=["status", "deadline", "id"], name="referral_by_deadline")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "level", "to_contest"],
                condition=~Q(status="withdrawn"),
                name="one_referral_a_contest",
                violation_error_message=_("Bài này đã được chọn gửi cuộc thi đó."),
            ),
            models.CheckConstraint(
                condition=~Q(to_contest="") & ~Q(to_body=""),
                name="referral_goes_somewhere",
                violation_error_message=_("Ghi tên cuộc thi và nơi nhận hồ sơ."),
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sent_on__isnull=True)
                & Q(sent_ref="")
                | Q(sent_at__isnull=False, sent_by__isnull=False, sent_on__isnull=False)
                & ~Q(sent_ref=""),
                name="referral_sent_whole",
                violation_error_message=_("Ghi ngày gửi và số công văn."),
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False),
                name="sent_referral_has_day",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | ~Q(status="withdrawn") & Q(withdrawn_at__isnull=True),
                name="referral_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(sent_at__isnull=True)
                | Q(withdrawn_at__gte=F("sent_at")),
                name="referral_withdrawn_after_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} → {self.to_contest}"

    def get_absolute_url(self) -> str:
        return reverse("contests:referral", args=[self.pk])

    @property
    def code(self) -> str:
        return f"GDT-{self.pk}"

    @property
    def contest(self) -> Contest:
        return self.entry.contest

    @property
    def owner_id(self) -> int:
        return self.entry.owner_id

    @property
    def people_ids(self) -> set[int]:
        return self.entry.people_ids

    @property
    def is_sent(self) -> bool:
        return self.status == self.Status.SENT


class ReferralOutcome(Fact):
    """What the higher contest gave: a prize, or none. Counts when another person verified it."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="outcomes")
    won = models.BooleanField(_("có giải"))
    prize = models.CharField(_("giải"), max_length=80, blank=True)
    # The line in the history of prizes that its verification wrote, taken back with it.
    award = models.OneToOneField(
        Award, models.SET_NULL, null=True, related_name="outcome", editable=False
    )

    class Meta(Fact.Meta):
        abstract = False
        verbose_name = _("kết quả dự thi cấp trên")
        verbose_name_plural = _("kết quả dự thi cấp trên")
        indexes = [models.Index(fields=["status", "recorded_at"], name="outcome_waiting")]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["referral"],
                condition=~Q(status="retracted"),
                name="one_standing_outcome",
                violation_error_message=_("Kết quả của bài này đã được ghi."),
            ),
            models.CheckConstraint(
                condition=Q(won=True) & ~Q(prize="") | Q(won=False, prize=""),
                name="outcome_names_its_prize",
                violation_error_message=_("Có giải thì ghi tên giải; không có thì để trống."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.words}"

    def get_absolute_url(self) -> str:
        return reverse("contests:outcome", args=[self.pk])

    @property
    def name(self) -> str:
        """What happened, without its day: in the list of what waits."""
        return f"{self.referral.entry.title}: {self.words}"

    @property
    def words(self) -> str:
        return self.prize or str(_("không có giải"))

    @property
    def contest(self) -> Contest:
        return self.referral.contest

    @property
    def owner_id(self) -> int:
        return self.referral.owner_id

    @property
    def people_ids(self) -> set[int]:
        return self.referral.people_ids

    @property
    def is_sample(self) -> bool:
        return self.referral.is_sample

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}
