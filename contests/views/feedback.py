"""The judges' words: read by the organiser first, then by the entrant."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from contests import feedback, moderation
from contests.models import Diploma, Entry, Feedback, Referral
from contests.views.papers import load_round
from contests.workflow import FEEDBACKS
from core import web
from core.text import nfc
from core.web import require
from core.words import Refused
from projects.views.desk import LONGEST_NOTE

DONE = {
    "approve": _("Đã duyệt. Người dự thi đọc được khi kết quả đã công bố."),
    "hold": _("Đã giữ lại. Người dự thi không đọc được lời này."),
}


@require_safe
def listed(request, slug, code):
    """The words of a round, page by page, with no judge's name."""
    found = load_round(request, slug, code)
    require(request.user, "feedback.list", found.contest)
    sheets = moderation.to_moderate(found, request.user)
    page = web.page_of(sheets, request)
    for sheet in page.object_list:
        decided = getattr(sheet, "moderated", None)
        if decided is not None and decided.original != sheet.feedback:
            decided = None  # the judge wrote anew: what was decided is no more
        sheet.decided, sheet.seen = decided, moderation.seen(sheet.feedback)
    context = {
        "contest": found.contest,
        "round": found,
        "page": page,
        "open": not found.takes_scores,
        "statuses": Feedback.Status,
    }
    return render(request, "contests/feedback.html", context)


@require_POST
def decide(request, slug, code, pk, step):
    """Approve, edited or not, or hold back."""
    found = load_round(request, slug, code)
    require(request.user, "feedback.list", found.contest)
    sheet = get_object_or_404(moderation.to_moderate(found, request.user), pk=pk)
    if step not in FEEDBACKS.names:
        return redirect(reverse("contests:feedback", args=[slug, code]))
    posted = request.POST
    try:
        feedback.decide(
            sheet,
            step,
            by=request.user,
            at=timezone.now(),
            text=nfc(posted.get("text", ""))[: moderation.LONGEST],
            note=nfc(posted.get("note", ""))[:LONGEST_NOTE],
            seen=posted.get("seen", ""),
        )
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, str(DONE[step]))
    page = posted.get("trang", "")
    tail = f"?trang={page}" if page.isdecimal() else ""
    return redirect(reverse("contests:feedback", args=[slug, code]) + tail + f"#phieu-{sheet.pk}")


@require_safe
def after(request, key):
    """What an entrant takes home: moderated words, certificates, what was sent on. Only its own
    people; for everybody else it is not there."""
    if not request.user.is_authenticated:
        raise Http404(key)
    mine = Entry.objects.filter(Q(owner=request.user) | Q(members__user=request.user))
    rows = mine.select_related("contest").distinct()
    entry = get_object_or_404(rows, key=key)
    context = {
        "entry": entry,
        "contest": entry.contest,
        "feedback": moderation.for_entrant(entry),
        "diplomas": list(
            entry.diplomas.filter(status=Diploma.Status.ISSUED).order_by("pk")[: web.PAGE]
        ),
        "referrals": list(
            entry.referrals.filter(status=Referral.Status.SENT).order_by("pk")[: web.PAGE]
        ),
    }
    return render(request, "contests/entry_after.html", context)
