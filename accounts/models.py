"""People, the agencies they act for, the roles they hold, and what they consented to."""

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear, Greatest, Lower
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from core.models import AdminUnit, Sampled
from core.periods import start_of, years_before
from core.text import name_sort_key, nfc

ADULT_AT = 18
ANY_EARLY_DAY = date(2026, 1, 1)
SYSTEM_EMAIL = "he-thong@cong.invalid"


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize(email), **fields)
        user.name_key = name_sort_key(user.full_name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str):
        return self.get(email=self.normalize(email))

    @staticmethod
    def normalize(email: str) -> str:
        return nfc(email).strip().lower()

    def system(self):
        """The portal itself, as the author of what the schedule or a command does."""
        user, _created = self.get_or_create(
            email=SYSTEM_EMAIL, defaults={"full_name": "Hệ thống", "is_active": False}
        )
        return user


class Access:
    """What every visitor has, signed in or not: roles and the three questions about rights."""

    roles: frozenset[str] = frozenset()

    def why_not(self, permission: str, obj=None) -> str:
        return permissions.why_not(self, permission, obj)

    def can(self, permission: str, obj=None) -> bool:
        return not self.why_not(permission, obj)


class Visitor(Access, AnonymousUser):
    """Somebody who has not signed in."""


class User(Access, AbstractBaseUser, PermissionsMixin, Sampled):
    email = models.EmailField(_("thư điện tử"), unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=80, blank=True)
    name_key = models.CharField(max_length=400, blank=True, editable=False)
    birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("xã, phường")
    )
    is_active = models.BooleanField(_("đang dùng"), default=True)
    date_joined = models.DateTimeField(_("tạo lúc"), default=timezone.now)
    asked_for_second_factor_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_an_address")]

    def __str__(self):
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """May enter Django's admin: like any official role, behind a second factor only."""
        if "administrator" in self.roles:
            return True
        return self.is_superuser and (self.has_second_factor or not settings.MFA_REQUIRED)

    def has_perm(self, perm, obj=None) -> bool:
        """Django's own permissions are used by its admin alone: all or nothing."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label) -> bool:
        return self.has_perm(app_label)

    @cached_property
    def memberships_today(self) -> list["Membership"]:
        held = self.memberships.on(timezone.localdate())
        return list(held.select_related("agency").order_by("role", "pk"))

    @cached_property
    def held_roles(self) -> frozenset[str]:
        """The roles given to this person, whether or not they can take effect yet."""
        return frozenset(m.role for m in self.memberships_today)

    @cached_property
    def has_second_factor(self) -> bool:
        return self.authenticator_set.exclude(type="recovery_codes").exists()

    @cached_property
    def roles(self) -> frozenset[str]:  # type: ignore[override]
        """The roles in effect: official ones only behind a second factor (TCVN 14423, level 2)."""
        if self.email == SYSTEM_EMAIL:
            return frozenset({"system"})
        if not self.held_roles or not settings.MFA_REQUIRED or self.has_second_factor:
            return self.held_roles
        return frozenset()

    def is_minor(self, today: date) -> bool:
        return self.birth_date is None or self.birth_date > years_before(today, ADULT_AT)


class AgencyQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Agency(Sampled):
    """A body that owns work. Bodies are renamed, merged, split: each has its days and successor."""

    class Kind(models.TextChoices):
        PARTY = "party", _("cơ quan Đảng")
        COUNCIL = "council", _("Hội đồng nhân dân")
        PEOPLES_COMMITTEE = "peoples_committee", _("Ủy ban nhân dân")
        FRONT = "front", _("Mặt trận Tổ quốc")
        UNION = "union", _("tổ chức chính trị - xã hội")
        DEPARTMENT = "department", _("phòng, ban, trung tâm")
        COMMUNE = "commune", _("xã, phường")
        SCHOOL = "school", _("trường học")
        COMMITTEE = "committee", _("Ban Chỉ đạo")
        PROVINCE = "province", _("cơ quan cấp tỉnh")
        OTHER = "other", _("khác")

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("tên"), max_length=160)
    short_name = models.CharField(_("tên ngắn"), max_length=80, blank=True)
    kind = models.CharField(_("loại"), max_length=20, choices=Kind, default=Kind.OTHER)
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("xã, phường")
    )
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("kế thừa bởi")
    )
    source = models.CharField(_("nguồn"), max_length=200, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan")
        verbose_name_plural = _("cơ quan")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="agency_ends_after_it_begins",
            )
        ]

    def __str__(self):
        return self.short_name or self.name


class MembershipQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Membership(models.Model):
    """A role that a person holds, for an agency, from a day to a day."""

    class Role(models.TextChoices):
        OFFICIAL = "official", _("Cán bộ cơ quan")
        HEAD = "head", _("Lãnh đạo cơ quan")
        SECRETARIAT = "secretariat", _("Tổ giúp việc")
        COMMITTEE = "committee", _("Ủy viên Ban Chỉ đạo")
        DEPUTY = "deputy", _("Phó Trưởng ban Chỉ đạo")
        CHAIR = "chair", _("Trưởng ban Chỉ đạo")
        SUPERVISOR = "supervisor", _("Giám sát")
        JUDGE = "judge", _("Giám khảo")
        MANAGER = "manager", _("Quản lý tổ chức hỗ trợ")
        ADMINISTRATOR = "administrator", _("Quản trị hệ thống")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("người")
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("cơ quan"),
    )
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò")
        verbose_name_plural = _("vai trò")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]
        indexes = [models.Index(fields=["user", "valid_from"])]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"


class ConsentQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_at__isnull=True)

    def withdraw(self, at):
        """End these at ``at``; one that was given a moment later, while this press waited for
        its turn, ends when it was given."""
        moment = models.Value(at, output_field=models.DateTimeField())
        return self.update(withdrawn_at=Greatest(F("given_at"), moment))

    def in_force(self, today: date):
        """What covers something today: given, not withdrawn, and not by who has grown up since.

        What a minor let be published rests from the 18th birthday on, whether or not anything
        has run on that day (see ``coming_of_age``). A day is compared as its number 20261124, so
        that the 29th of February is what ``years_before`` makes of it, on every database.
        """
        private = Q(purpose="process")
        minor = Q(user__birth_date__isnull=True)
        minor |= Q(user__birth_date__gt=years_before(today, ADULT_AT))
        # Spares nearly everybody the arithmetic: who was grown then and agreed later was grown.
        clearly = Q(
            user__birth_date__lte=years_before(ANY_EARLY_DAY, ADULT_AT),
            given_at__gte=start_of(ANY_EARLY_DAY),
        )
        given = _number_of("given_at") - ADULT_AT * 10_000
        by_an_adult = Q(LessThanOrEqual(_number_of("user__birth_date"), given))
        return self.standing().filter(private | minor | clearly | by_an_adult)


def _number_of(name: str) -> Any:
    """A day, or a moment's day here, as the number yyyymmdd."""
    return ExtractYear(name) * 10_000 + ExtractMonth(name) * 100 + ExtractDay(name)


class Consent(models.Model):
    """One person's yes to one purpose, with the words they saw. Luật 91/2025/QH15."""

    class Purpose(models.TextChoices):
        PROCESS = "process", _("xem xét hồ sơ và liên hệ")
        PUBLISH_VENTURE = "publish_venture", _("công bố dự án: tên, lĩnh vực, mục đã chọn")
        PUBLISH_NAME = "publish_name", _("công bố tên chủ dự án")

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("mục đích"), max_length=20, choices=Purpose)
    subject_kind = models.CharField(max_length=20, blank=True)  # "venture"
    subject_id = models.PositiveBigIntegerField(null=True, blank=True)
    text = models.TextField(_("lời văn đã đọc"))
    version = models.CharField(_("phiên bản lời văn"), max_length=20)
    given_at = models.DateTimeField(_("đồng ý lúc"))
    withdrawn_at = models.DateTimeField(_("rút lại lúc"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("sự đồng ý")
        verbose_name_plural = _("sự đồng ý")
        indexes = [models.Index(fields=["subject_kind", "subject_id", "purpose"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose", "subject_kind", "subject_id"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_consent_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_purpose_display()}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Guardianship(models.Model):
    """A guardian asked by letter to answer for a person under 18: nothing is public before yes."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Đang chờ trả lời")
        YES = "yes", _("Đồng ý")
        NO = "no", _("Không đồng ý")

    child = models.ForeignKey(User, models.CASCADE, related_name="guardianships")
    guardian_name = models.CharField(_("họ tên cha, mẹ hoặc người giám hộ"), max_length=80)
    guardian_email = models.EmailField(_("thư điện tử của người giám hộ"))
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    text = models.TextField(_("lời văn đã đọc"), blank=True)
    version = models.CharField(max_length=20, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    asked_at = models.DateTimeField(_("hỏi lúc"), default=timezone.now)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("ý kiến người giám hộ")
        verbose_name_plural = _("ý kiến người giám hộ")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_at__isnull=True)
                | ~Q(answer="waiting") & Q(answered_at__isnull=False),
                name="guardian_answer_has_time",
            )
        ]

    def __str__(self):
        return f"{self.guardian_name} → {self.child}"

    def get_absolute_url(self):
        return reverse("accounts:guardian", args=[self.token])
