"""What an entrant takes home: the judges' words, moderated, and a certificate that verifies."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contests.models.contest import Contest, Prize
from contests.models.entries import Entry, EntryMember
from contests.models.judging import ScoreSheet
from core.models import Sampled

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without signs that look alike on paper
GROUPS, LETTERS = 4, 4


def new_code() -> str:
    """``CN`` and sixteen signs of chance, 80 bits: nobody guesses one, and a hand can type it."""
    groups = ("".join(secrets.choice(ALPHABET) for _i in range(LETTERS)) for _g in range(GROUPS))
    return "-".join(["CN", *groups])


class Feedback(models.Model):
    """A judge's words on their way to the entrant: approved as they are, edited, or held back."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Chờ duyệt")
        APPROVED = "approved", _("Gửi người dự thi")
        HELD = "held", _("Giữ lại")

    sheet = models.OneToOneField(ScoreSheet, models.CASCADE, related_name="moderated")
    original = models.TextField(_("lời của giám khảo"), max_length=2000)
    text = models.TextField(_("lời gửi người dự thi"), max_length=2000)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("nhận xét đã duyệt")
        verbose_name_plural = _("nhận xét đã duyệt")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(original=""),
                name="feedback_says_something",
                violation_error_message=_("Lời nhận xét còn trống."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="feedback_decided_pair",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") | Q(decided_at__isnull=False),
                name="decided_feedback_has_decider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.get_status_display()}"

    @property
    def contest(self) -> Contest:
        return self.sheet.contest

    @property
    def recused_ids(self) -> set[int]:
        return self.sheet.recused_ids


class Diploma(Sampled):
    """A certificate of one person for one entry: a prize, or having taken part."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("Có giá trị")
        REVOKED = "revoked", _("Đã thu hồi")

    code = models.CharField(max_length=24, unique=True, default=new_code, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="diplomas")
    member = models.ForeignKey(  # null: the entry's owner
        EntryMember, models.PROTECT, null=True, blank=True, related_name="diplomas"
    )
    prize = models.ForeignKey(Prize, models.PROTECT, null=True, blank=True, related_name="+")
    # As printed, whatever changes later.
    holder = models.CharField(_("họ và tên"), max_length=80)
    title = models.CharField(_("tên bài dự thi"), max_length=120)
    prize_name = models.CharField(_("giải"), max_length=80, blank=True)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.ISSUED, editable=False
    )
    issued_on = models.DateField(_("ngày cấp"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_on = models.DateField(_("ngày thu hồi"), null=True, editable=False)
    revoke_reason = models.TextField(_("vì sao thu hồi"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("giấy chứng nhận dự thi")
        verbose_name_plural = _("giấy chứng nhận dự thi")
        ordering = ["entry", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "member"],
                condition=Q(status="issued", member__isnull=False),
                name="one_standing_diploma_a_member",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(status="issued", member__isnull=True),
                name="one_standing_diploma_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(holder="") & ~Q(title="") & ~Q(code=""), name="diploma_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(status="issued", revoked_on__isnull=True, revoke_reason="")
                | Q(status="revoked", revoked_on__isnull=False) & ~Q(revoke_reason=""),
                name="revoked_diploma_has_reason",
                violation_error_message=_("Ghi vì sao thu hồi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("contests:certificate", args=[self.code])

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
    def words(self) -> str:
        """What it is for: the prize's name, or having taken part."""
        return self.prize_name or str(_("Đã dự thi"))
