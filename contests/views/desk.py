"""The organiser's page of a contest: where it stands, and a way to each of its desks."""

from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from contests import phases
from contests.models import Contest, Round
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
    Link(_("Bình chọn"), "contests:contest_polls", "contest.view"),
    Link(_("Ban giám khảo và phân công"), "contests:panel", "contest.view_panel"),
    Link(_("Giấy chứng nhận"), "contests:diplomas", "diploma.issue"),
    Link(_("Gửi dự thi cấp trên"), "contests:referrals", "referral.list"),
    Link(_("Hồ sơ dự thi"), "contests:entries", "entry.list"),
    Link(_("Mã nộp muộn"), "contests:late_codes", "entry.late"),
    Link(_("Kết quả đã công bố"), "contests:results", "contest.view"),
)
ROUND_LINKS: tuple[Link, ...] = (
    Link(_("Phân công"), "contests:assign", "contest.view_panel"),
    Link(_("Phiếu giấy"), "contests:paper", "round.paper"),
    Link(_("Hội đồng và kết quả"), "contests:round", "round.view_panel"),
    Link(_("Văn bản"), "contests:papers", "contest.view_papers"),
    Link(_("Nhận xét gửi người dự thi"), "contests:feedback", "feedback.list"),
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


def _links(rows, user, obj, *args) -> list[tuple[Any, str]]:
    """Those that ``user`` may open, with their addresses; a round's has its code besides."""
    where = [*args, obj.code] if isinstance(obj, Round) else args
    return [
        (link.label, reverse(link.url_name, args=where))
        for link in rows
        if user.can(link.permission, obj)
    ]


@require_safe
def desk(request, slug):
    """Only who organises, chairs the panel or supervises."""
    found = load(request, slug)
    require(request.user, "contest.view_panel", found)
    context = {
        "contest": found,
        "stand": phases.stand(found, timezone.now()),
        "links": _links(LINKS, request.user, found, slug),
        "rounds": [(one, _links(ROUND_LINKS, request.user, one, slug)) for one in found.round_list],
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
