"""Commendations (tuyên dương): who was commended by whom, for what, by which decision."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ADULT_AT, Agency, Guardianship
from core.models import Sampled
from core.periods import years_before
from projects.models import Venture
from projects.models.venture import is_public
from support_orgs.models import Organisation


def may_stand(today: date) -> Q:
    """The condition of a day: who is named may be named.

    A person said yes on their own page, and is grown up or has a guardian's yes that stands; a
    venture is public by its owner's choice; an organisation is a public body.
    """
    guarded = Guardianship.objects.filter(child=OuterRef("person"), answer=Guardianship.Answer.YES)
    grown = Q(person__birth_date__lte=years_before(today, ADULT_AT))
    person = Q(person__isnull=False, agreed_at__isnull=False) & (grown | Exists(guarded))
    venture = Q(venture__isnull=False) & is_public(today, of="venture__")
    return person | venture | Q(organisation__isnull=False)


class CommendationQuerySet(models.QuerySet["Commendation"]):
    def on_the_wall(self, today: date) -> "CommendationQuerySet":
        """What everybody reads."""
        return self.filter(may_stand(today), status=Commendation.Status.PUBLISHED)

    def visible_to(self, user: Any, today: date | None = None) -> "CommendationQuerySet":
        """What the person may open; agrees, by test, with the permission commendation.view."""
        if user.can("commendation.list"):
            return self
        wall = self.on_the_wall(today or timezone.localdate())
        if not user.is_authenticated:
            return wall
        return wall | self.filter(person=user)

    def with_publicity(self, today: date) -> "CommendationQuerySet":
        """Annotate ``is_on_wall``."""
        wall = Commendation.objects.on_the_wall(today).filter(pk=OuterRef("pk"))
        return self.annotate(is_on_wall=Exists(wall))


class Commendation(Sampled):
    """A person, a venture or an organisation was commended by a decision."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Chưa công bố")
        PUBLISHED = "published", _("Đã công bố")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(
        Agency, models.PROTECT, related_name="commendations", verbose_name=_("đơn vị tuyên dương")
    )
    union = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("tổ chức của người được tuyên dương"),
    )  # fmt: skip
    occasion = models.CharField(_("dịp"), max_length=160)
    citation = models.TextField(_("vì thành tích gì"), max_length=600)
    decision_number = models.CharField(_("số quyết định"), max_length=60)
    decided_on = models.DateField(_("ngày quyết định"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="commendations", verbose_name=_("người"),
    )  # fmt: skip
    venture = models.ForeignKey(
        Venture, models.PROTECT, null=True, blank=True, related_name="commendations",
        verbose_name=_("dự án, doanh nghiệp"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="commendations",
        verbose_name=_("tổ chức"),
    )  # fmt: skip
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    # The commended person's own yes to standing on the public wall, with the words they read.
    agreed_at = models.DateTimeField(_("đồng ý công bố lúc"), null=True, editable=False)
    agreed_text = models.TextField(blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )
    recorded_at = models.DateTimeField(_("ghi lúc"))

    objects = CommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("tuyên dương")
        verbose_name_plural = _("tuyên dương")
        indexes = [models.Index(fields=["status", "-decided_on", "-id"], name="commendation_wall")]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, venture__isnull=True, organisation__isnull=True)
                | Q(person__isnull=True, venture__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, venture__isnull=True, organisation__isnull=False),
                name="commendation_of_one",
                violation_error_message=_("Chọn một người, một dự án hoặc một tổ chức."),
            ),
            models.CheckConstraint(
                condition=~Q(occasion="") & ~Q(citation="") & ~Q(decision_number=""),
                name="commendation_is_told",
                violation_error_message=_("Ghi dịp, thành tích và số quyết định."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_text="")
                | Q(agreed_at__isnull=False, person__isnull=False) & ~Q(agreed_text=""),
                name="commendation_agreed_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}: {self.occasion}"

    def get_absolute_url(self) -> str:
        return reverse("contests:commendation", args=[self.key])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def receiver(self) -> str:
        """Who was commended, by name."""
        if self.person:
            return str(self.person.full_name or _("một người"))
        return str(self.venture or self.organisation)

    @property
    def people_ids(self) -> set[int]:
        """Whose own commendation this is: they do not handle it officially."""
        if self.person_id:
            return {self.person_id}
        if self.venture:
            return {*self.venture.people_ids, self.venture.owner_id or 0}
        return set()

    @property
    def is_public(self) -> bool:
        """Whether it stands on the wall today; lists bring it along as ``is_on_wall``."""
        if not hasattr(self, "is_on_wall"):
            today = timezone.localdate()
            self.is_on_wall = Commendation.objects.on_the_wall(today).filter(pk=self.pk).exists()
        return bool(self.is_on_wall)
