"""Why an idea is declined, and what its founder can do next: rows that the town edits."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LINK = RegexValidator(
    r"^(/[^/\s\\][^\s\\]*|https://[^\s\\]+)\Z",
    _("Đường dẫn bắt đầu bằng “/” (trang của cổng) hoặc “https://”."),
)


class DeclineReasonQuerySet(models.QuerySet):
    def offered(self):
        """Those that an official can choose now, in their order."""
        return self.filter(active=True).order_by("order", "pk")


class DeclineReason(models.Model):
    """A reason with its next step. A row in use is switched off, never deleted."""

    code = models.SlugField(_("mã"), max_length=30, unique=True)
    words = models.CharField(_("lý do"), max_length=160)
    next_step = models.CharField(_("bước tiếp theo"), max_length=400)
    place = models.CharField(_("hỏi ở đâu"), max_length=160, blank=True)
    link = models.CharField(_("đường dẫn"), max_length=300, blank=True, validators=[LINK])
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=100)
    active = models.BooleanField(_("đang dùng"), default=True)

    objects = DeclineReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lý do chưa phù hợp")
        verbose_name_plural = _("lý do chưa phù hợp")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(next_step=""),
                name="decline_reason_has_next_step",
                violation_error_message=_("Mỗi lý do cần lời và bước tiếp theo."),
            )
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The reason in the reader's language, where the words are still those of the seed."""
        return gettext(self.words)

    @property
    def step(self) -> str:
        """What to do next, with whom to ask."""
        words = gettext(self.next_step)
        return f"{words} ({gettext(self.place)})" if self.place else words
