"""Who works on a venture beside its lead: asked by letter, each answering for themselves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TeamMemberQuerySet(models.QuerySet):
    def open(self):
        """Members, and those who were asked and have not answered."""
        return self.filter(declined_at__isnull=True, left_at__isnull=True)

    def standing(self):
        """Those who said yes and are still there."""
        return self.filter(accepted_at__isnull=False, left_at__isnull=True)


class TeamMember(models.Model):
    """A person asked to work on a venture: has rights from their own yes until they leave."""

    class Rights(models.TextChoices):
        VIEW = "view", _("Chỉ xem")
        EDIT = "edit", _("Xem và sửa")

    venture = models.ForeignKey(
        "projects.Venture", models.CASCADE, related_name="members", verbose_name=_("hồ sơ")
    )
    email = models.EmailField(_("thư điện tử"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="team_memberships",
        verbose_name=_("người"),
    )
    rights = models.CharField(_("quyền"), max_length=4, choices=Rights, default=Rights.VIEW)
    role = models.CharField(_("việc trong nhóm"), max_length=80, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người mời")
    )
    invited_at = models.DateTimeField(_("mời lúc"), default=timezone.now)
    accepted_at = models.DateTimeField(_("nhận lời lúc"), null=True, blank=True)
    declined_at = models.DateTimeField(_("từ chối lúc"), null=True, blank=True)
    left_at = models.DateTimeField(_("rời nhóm lúc"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người đưa ra khỏi nhóm"),
    )
    lead_offered_at = models.DateTimeField(_("được mời làm trưởng nhóm lúc"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("thành viên nhóm")
        verbose_name_plural = _("thành viên nhóm")
        indexes = [models.Index(fields=["user", "venture"], name="team_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["venture", "email"],
                condition=Q(declined_at__isnull=True, left_at__isnull=True),
                name="one_standing_membership_an_address",
                violation_error_message=_("Địa chỉ này đã ở trong nhóm, hoặc đã được mời."),
            ),
            models.UniqueConstraint(
                fields=["venture", "user"],
                condition=Q(user__isnull=False, left_at__isnull=True),
                name="one_standing_membership_a_person",
                violation_error_message=_("Người này đã ở trong nhóm."),
            ),
            models.UniqueConstraint(
                fields=["venture"],
                condition=Q(lead_offered_at__isnull=False),
                name="one_offer_of_the_lead",
                violation_error_message=_(
                    "Đang chờ một người khác trả lời về việc làm trưởng nhóm."
                ),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True, accepted_at__isnull=True)
                | Q(user__isnull=False, accepted_at__isnull=False),
                name="member_accepted_pair",
                violation_error_message=_("Người nhận lời và giờ nhận lời đi cùng nhau."),
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True)
                | Q(accepted_at__isnull=True, left_at__isnull=True),
                name="member_accepts_or_declines",
                violation_error_message=_("Một lời mời chỉ có một câu trả lời."),
            ),
            models.CheckConstraint(
                condition=Q(removed_by__isnull=True) | Q(left_at__isnull=False),
                name="removed_member_has_left",
                violation_error_message=_("Người bị đưa ra khỏi nhóm phải có giờ rời nhóm."),
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("invited_at")),
                name="member_leaves_after_invitation",
                violation_error_message=_("Giờ rời nhóm phải sau giờ mời."),
            ),
            models.CheckConstraint(
                condition=Q(lead_offered_at__isnull=True)
                | Q(accepted_at__isnull=False, left_at__isnull=True),
                name="lead_is_offered_to_a_member",
                violation_error_message=_("Chỉ mời người đang ở trong nhóm làm trưởng nhóm."),
            ),
        ]

    def __str__(self):
        return str(self.venture)

    @property
    def is_standing(self) -> bool:
        return self.accepted_at is not None and self.left_at is None

    @property
    def is_waiting(self) -> bool:
        """Asked, and not yet answered."""
        return self.accepted_at is None and self.declined_at is None and self.left_at is None
