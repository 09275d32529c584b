"""Certificates: issued by the organiser, taken away by who earned them, checked by anybody."""

from allauth.core.internal.ratelimit import respond_429
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.web import allowed
from contests import diplomas, tasks
from contests.models import Diploma
from contests.views.desk import load
from contests.workflow import DIPLOMAS
from core import web
from core.models import Configuration
from core.tasks import start
from core.web import require
from core.words import Refused
from projects.views.desk import take

DONE = {"revoke": gettext_lazy("Đã thu hồi. Trang kiểm tra nói rõ giấy này không còn giá trị.")}


@require_safe
def check(request, code):
    """What anybody with the paper may check: contest, prize, title, day; a name only with
    consent, never a minor's. Guessing is slowed down."""
    if not allowed(request, "diploma"):
        return respond_429(request)
    found = diplomas.of_code(code)
    if found is None:
        raise Http404(code)
    today = timezone.localdate()
    context = {
        "diploma": found,
        "contest": found.contest,
        "shows_name": diplomas.shows_name(found, today),
        "may_download": request.user.can("diploma.view", found) and found.status == "issued",
    }
    answer = render(request, "contests/diploma.html", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def pdf(request, code):
    """The certificate itself: for its people, the organiser and supervisors. Others: not there."""
    found = diplomas.of_code(code)
    if found is None or found.status != Diploma.Status.ISSUED:
        raise Http404(code)
    if request.user.why_not("diploma.view", found):
        raise Http404(code)
    content = diplomas.pdf(found, Configuration.objects.on(found.issued_on))
    answer = HttpResponse(content, content_type="application/pdf")
    name = diplomas.file_name(found)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def listed(request, slug):
    """The certificates of a contest, for the organiser."""
    contest = load(request, slug)
    require(request.user, "diploma.issue", contest)
    rows = Diploma.objects.filter(entry__contest=contest).select_related("entry__contest")
    rows = rows.order_by("entry__number", "member__order", "pk")
    page = web.page_of(rows, request)
    for diploma in page.object_list:
        diploma.steps = _steps(diploma, request.user)
    context = {"contest": contest, "page": page, "blocked": diplomas.cannot_issue(contest)}
    return render(request, "contests/diplomas.html", context)


def _steps(diploma: Diploma, user) -> list[dict]:
    """The button to revoke; whether it is an own entry is asked when it is pressed."""
    if diploma.status != Diploma.Status.ISSUED:
        return []
    url = reverse("contests:diploma_step", args=[diploma.code, "revoke"])
    return [{"label": DIPLOMAS.rows[0].label, "url": url, "kind": "bad", "asks": "note"}]


@require_POST
def issue(request, slug):
    contest = load(request, slug)
    require(request.user, "diploma.issue", contest)
    try:
        made = diplomas.issue(contest, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        words = _("Đã cấp thêm %(n)d giấy.") % {"n": made}
        messages.success(request, words if made else _("Ai cũng đã có giấy rồi."))
    return redirect("contests:diplomas", slug)


@require_POST
def package(request, slug):
    """All of them as PDF in one zip, made by a job."""
    contest = load(request, slug)
    require(request.user, "diploma.issue", contest)
    key = f"{tasks.DIPLOMAS}:{request.user.pk}:{contest.pk}"
    return redirect(start(tasks.DIPLOMAS, key=key, by=request.user, params={"contest": contest.pk}))


@require_POST
def step(request, code, step):
    """Revoke one, with a reason that the page of its code does not print."""
    found = get_object_or_404(Diploma.objects.select_related("entry__contest"), code=code)
    if request.user.why_not("diploma.issue", found.contest):
        raise Http404(code)
    then = reverse("contests:diplomas", args=[found.contest.slug])
    return take(request, DIPLOMAS, found, step, then=then, done=str(DONE.get(step, "")))
