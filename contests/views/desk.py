"""The organiser's page of a contest: where it stands, and a way to each of its desks."""

from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from contests import phases
from contests.models import Contest
from contests.workflow import CONTESTS
from core.web import buttons, require
from projects.views.desk import take


@dataclass(frozen=True)
class Link:
    """A desk: its name, its address (by the contest's slug) and who may open it."""

    label: Any  # a lazy string
    url_name: str
    permission: str


LINKS: tuple[Link, ...] = (
    Link(_("Trang công khai"), "contests:contest", "contest.view"),
    Link(_("Viết thể lệ"), "contests:setup", "contest.edit"),
    Link(_("Sửa thể lệ đã công bố"), "contests:setup", "contest.amend"),
)
DONE = {
    "announce": _("Đã phát động. Thể lệ từ nay chỉ sửa bằng bản sửa đổi có lý do."),
    "close": _("Đã tổng kết."),
    "cancel": _("Đã hủy. Người dự thi nhận được thư."),
}


def load(request, slug) -> Contest:
    """The contest, where the reader may know of it."""
    rows = Contest.objects.visible_to(request.user).select_related("organiser", "clause")
    return get_object_or_404(rows, slug=slug)


@require_safe
def desk(request, slug):
    """Only who organises, chairs the panel or supervises."""
    found = load(request, slug)
    require(request.user, "contest.view_panel", found)
    links = [link for link in LINKS if request.user.can(link.permission, found)]
    context = {
        "contest": found,
        "stand": phases.stand(found, timezone.now()),
        "links": [(link.label, reverse(link.url_name, args=[slug])) for link in links],
        "steps": buttons(
            CONTESTS, found, request.user, lambda name: reverse("contests:step", args=[slug, name])
        ),
    }
    return render(request, "contests/desk.html", context)


@require_POST
def step(request, slug, step):
    """Announce, close or cancel."""
    found = load(request, slug)
    return take(request, CONTESTS, found, step, done=str(DONE.get(step, "")))
