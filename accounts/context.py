"""The office menu: the rooms that this person may enter."""

from django.urls import reverse
from django.utils.translation import gettext as _


def office(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    rooms = [
        (_("Việc của tôi"), reverse("home_work"), True),
        (_("Sàng lọc"), reverse("projects:ideas"), user.can("venture.list_queue")),
        (_("Ý tưởng của tôi"), reverse("projects:ideas"), not user.can("venture.list_queue")),
        (_("Xác nhận"), reverse("waiting_facts"), user.can("fact.list_waiting")),
        (_("Yêu cầu"), reverse("projects:help_requests"), user.can("helprequest.list")),
        (_("Chấm thi"), reverse("contests:judging"), "judge" in user.roles),
        (_("Sổ hỗ trợ"), reverse("projects:ledger"), user.can("ledger.view")),
        (_("Báo cáo"), reverse("reports:reports"), user.can("report.view_drafts")),
        (_("Điều hành"), reverse("reports:dashboard"), user.can("dashboard.view")),
        (_("Nhập sổ"), reverse("projects:register"), user.can("register.import")),
        (_("Quản trị"), reverse("admin:index"), user.is_staff),
        (_("Hồ sơ của tôi"), reverse("accounts:profile"), True),
    ]
    return {
        "office_nav": [
            {"label": label, "url": url, "current": request.path.startswith(url)}
            for label, url, open_ in rooms
            if open_
        ],
        "office_role": _role(user),
    }


def _role(user) -> str:
    held = user.memberships_today
    if not held:
        return _("Người sáng lập")
    role = str(held[0].get_role_display())
    return role if user.roles else _("%(role)s (chưa có hiệu lực)") % {"role": role}
