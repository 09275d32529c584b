"""The organiser's list of entries: filter, Excel, the seal, and codes for who is late."""

import tempfile
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.http import FileResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contests import entries, phases
from contests.forms.entry_desk import EntryFilter, LateCodeForm
from contests.models import Contest, Entry
from contests.views.entries import CHIPS, load_contest
from core import spreadsheets, web
from core.files.kinds import EXCEL, TYPES
from core.models import Event
from core.spreadsheets import Column
from core.web import require
from core.words import Refused


def listed(contest: Contest, user: Any, asked: dict[str, str]) -> QuerySet[Entry]:
    """What was sent into the contest, the newest first, as the filter asks."""
    rows = Entry.objects.filter(contest=contest).exclude(status=Entry.Status.DRAFT)
    if asked.get("bang"):
        rows = rows.filter(board__code=asked["bang"])
    if asked.get("tinh_trang"):
        rows = rows.filter(status=asked["tinh_trang"])
    return rows.select_related("board", "owner", "unit", "venture").order_by("-received_at", "-pk")


def _counts(contest: Contest) -> list[tuple[str, int]]:
    """How many were sent, by board; nothing of what they say."""
    sent = contest.entries.exclude(status=Entry.Status.DRAFT).order_by()
    found = dict(sent.values_list("board").annotate(n=Count("pk")))
    return [(board.name, found.get(board.pk, 0)) for board in contest.board_list]


@never_cache
@require_safe
def listing(request, slug):
    """Counts only while the contest is sealed; else the entries."""
    contest = load_contest(request, slug)
    require(request.user, "entry.list", contest)
    now = timezone.now()
    sealed = phases.is_sealed(contest, now)
    form = EntryFilter(request.GET, contest=contest)
    asked = form.asked()
    rows = Entry.objects.none() if sealed else listed(contest, request.user, asked)
    return web.render_list(
        request,
        "contests/entries.html",
        rows,
        contest=contest,
        form=form,
        asked=urlencode({name: value for name, value in asked.items() if value}),
        sealed=sealed,
        counts=_counts(contest),
        chips=CHIPS,
        may_unseal=sealed
        and contest.closes_at is not None
        and now >= contest.closes_at
        and request.user.can("contest.unseal", contest),
        may_late=request.user.can("entry.late", contest),
    )


def _columns() -> list[Column]:
    return [
        Column(_("Mã bài"), lambda e: e.code, 16),
        Column(_("Bảng thi"), lambda e: e.board.name, 20),
        Column(_("Tên bài dự thi"), lambda e: e.title, 44),
        Column(_("Người dự thi"), lambda e: e.owner.full_name, 28),
        Column(_("Lĩnh vực"), lambda e: e.get_field_display(), 30),
        Column(_("Trường hoặc nơi làm việc"), lambda e: e.school, 30),
        Column(_("Xã, phường"), lambda e: str(e.unit or ""), 28),
        Column(_("Nộp ngày"), lambda e: timezone.localdate(e.received_at), 14, "day"),
        Column(_("Tình trạng"), lambda e: e.get_status_display(), 18),
    ]


@never_cache
@require_safe
def workbook(request, slug):
    """The same rows as the page, as Excel; who took them is noted."""
    contest = load_contest(request, slug)
    require(request.user, "entry.list", contest)
    now = timezone.now()
    asked = EntryFilter(request.GET, contest=contest).asked()
    if phases.is_sealed(contest, now):
        messages.error(request, _("Bài đang niêm phong nên chưa xuất được."))
        return redirect("contests:entries", slug)
    rows = listed(contest, request.user, asked)
    target = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    about = [
        (_("Danh sách"), _("Hồ sơ dự thi: %(contest)s") % {"contest": contest.title}),
        (_("Xuất lúc"), timezone.localtime(now).strftime("%H:%M %d/%m/%Y")),
        (_("Từ"), settings.SITE_URL),
        *((_("Điều kiện lọc"), f"{key}={value}") for key, value in asked.items() if value),
    ]
    written = spreadsheets.write(
        target, _("Hồ sơ dự thi"), _columns(), rows.iterator(chunk_size=1000), about
    )
    Event.objects.create(
        kind="list.export", actor=request.user, subject=request.user, at=now,
        data={"list": "entries", "asked": {"contest": slug, **asked}, "rows": written},
        is_sample=request.user.is_sample,
    )  # fmt: skip
    target.seek(0)
    return FileResponse(
        target,
        as_attachment=True,
        filename=f"ho-so-{slug}.xlsx",
        content_type=TYPES[EXCEL],
        headers={"Cache-Control": "private, no-store"},
    )


@require_POST
def unseal(request, slug):
    contest = load_contest(request, slug)
    require(request.user, "contest.unseal", contest)
    try:
        entries.unseal(contest, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã mở niêm phong. Tên bạn và giờ mở ở trong nhật ký."))
    return redirect("contests:entries", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def late_codes(request, slug):
    """Make a code for one late entry: it is on this answer alone, only its hash is kept."""
    contest = load_contest(request, slug)
    require(request.user, "entry.late", contest)
    now = timezone.now()
    form = LateCodeForm(
        request.POST if request.method == "POST" else None,
        initial={"until": timezone.localtime(now + timedelta(days=1)).replace(second=0)},
    )
    code = ""
    if form.is_valid():
        key = request.POST.get("key", "")[:40]
        if not cache.add(f"late-code-made:{request.user.pk}:{key}", 1, 86400):
            form.add_error(
                None, _("Mã đã tạo rồi và chỉ hiện một lần. Mở lại trang để tạo mã khác.")
            )
        else:
            try:
                code = entries.make_code(
                    contest, reason=form.cleaned_data["reason"], until=form.cleaned_data["until"],
                    by=request.user, at=now,
                )  # fmt: skip
            except Refused as reason:
                form.add_error("until", str(reason))
    context = {
        "contest": contest,
        "form": form,
        "code": code,
        "key": uuid.uuid4(),
        "now": now,
    }
    rows = contest.late_codes.select_related("made_by", "entry").order_by("-made_at", "-pk")
    answer = web.render_list(request, "contests/late_codes.html", rows, **context)
    answer.status_code = 422 if form.errors else 200
    return answer
