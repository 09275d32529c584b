"""Support given and enterprises formed: recorded by one official, verified by another."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Agency
from core import web
from core.fields import Owner
from core.web import require
from core.words import Refused
from core.workflow import Workflow
from projects import services
from projects.forms.office import FormationForm, SupportForm, sending_key
from projects.models import Formation, Support, Venture
from projects.views.desk import story, take
from projects.views.office import load
from projects.workflow import FORMATIONS, SUPPORTS


@dataclass(frozen=True)
class Page:
    """What differs between the two kinds of fact."""

    name: str  # also the first half of its permissions and addresses
    model: type[Support] | type[Formation]
    workflow: Workflow
    form: type[SupportForm] | type[FormationForm]
    title: Any
    lede: Any
    edit_title: Any


SUPPORT = Page(
    "support",
    Support,
    SUPPORTS,
    SupportForm,
    gettext_lazy("Ghi khoản hỗ trợ"),
    gettext_lazy("Ghi một việc hỗ trợ đã xảy ra. Một cán bộ khác xác nhận thì mới được tính."),
    gettext_lazy("Sửa khoản hỗ trợ"),
)
FORMATION = Page(
    "formation",
    Formation,
    FORMATIONS,
    FormationForm,
    gettext_lazy("Ghi hình thành doanh nghiệp"),
    gettext_lazy(
        "Ghi khi doanh nghiệp đã đăng ký và có căn cứ công nhận. "
        "Một cán bộ khác xác nhận thì mới được tính."
    ),
    gettext_lazy("Sửa điều đã ghi về doanh nghiệp"),
)
DONE = {
    "verify": gettext_lazy("Đã xác nhận. Từ giờ việc này được tính."),
    "return": gettext_lazy("Đã trả lại cho người ghi sửa."),
    "resend": gettext_lazy("Đã gửi lại để xác nhận."),
    "retract": gettext_lazy("Đã hủy. Dòng này vẫn còn đó, kèm lý do."),
}


# -- Recording ----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def support_new(request, code):
    return _new(request, code, SUPPORT)


@require_http_methods(["GET", "HEAD", "POST"])
def formation_new(request, code):
    return _new(request, code, FORMATION)


def _new(request, code, page: Page):
    venture = load(request, code)
    require(request.user, f"{page.name}.record", venture)
    if venture.level == Venture.Level.IDEA:
        messages.error(request, _("Ghi được sau khi ý tưởng đã thành dự án."))
        return redirect(venture)
    if request.method != "POST":
        return _form(request, page, _bound(request, page), venture)
    key = sending_key(request.POST, request.FILES)
    now = timezone.now()
    if earlier := services.recorded(page.model, key, by=request.user, at=now):
        return redirect(earlier)
    form = _bound(request, page, at=now)
    if not form.is_valid():
        return _form(request, page, form, venture)
    try:
        fact = services.record(
            page.model(venture=venture, **form.values()), by=request.user, at=now, key=key
        )
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, venture)
    messages.success(request, _("Đã ghi. Việc này chờ một cán bộ khác xác nhận."))
    return redirect(fact)


def _bound(request, page: Page, *, at=None, fact=None):
    at = at or timezone.now()
    told: dict[str, Any] = {
        "owner": Owner(at=at, user=request.user),
        "today": timezone.localdate(at),
        "fact": fact,
    }
    if page is SUPPORT:
        told["agencies"] = list(Agency.objects.on(told["today"]))
    if request.method == "POST":
        return page.form(request.POST, request.FILES, **told)
    return page.form(**told)


def _form(request, page: Page, form, venture, fact=None):
    context = {
        "page": page,
        "form": form,
        "venture": venture,
        "fact": fact,
        "title": page.edit_title if fact else page.title,
        "sending": get_random_string(22),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/facts_form.html", context, status=status)


# -- One fact -----------------------------------------------------------------
@require_safe
def support(request, pk):
    return _show(request, pk, SUPPORT)


@require_safe
def formation(request, pk):
    return _show(request, pk, FORMATION)


def _load(request, pk, page: Page):
    """The fact, for those who may see all of its venture; for others it is not there."""
    rows = page.model.objects.filter(venture__in=Venture.objects.visible_to(request.user))
    fact = rows.select_related(
        "venture__owner", "recorded_by", "verified_by", "retracted_by", "evidence"
    ).filter(pk=pk).first()  # fmt: skip
    if fact is None or request.user.why_not(f"{page.name}.view_files", fact):
        raise Http404
    return fact


def _show(request, pk, page: Page):
    fact = _load(request, pk, page)
    own = request.user.pk in fact.venture.people_ids  # the desk's talk is not the founder's
    events = [] if own else story(page.workflow, fact)
    context = {
        "page": page,
        "fact": fact,
        "venture": fact.venture,
        "events": events,
        "may_edit": request.user.can(f"{page.name}.edit", fact),
        "edit_url": reverse(f"projects:{page.name}_edit", args=[fact.pk]),
        "blocked": _blocked(page, fact, request.user),
        "steps": web.buttons(
            page.workflow,
            fact,
            request.user,
            lambda name: reverse(f"projects:{page.name}_step", args=[fact.pk, name]),
        ),
    }
    return render(request, f"projects/{page.name}.html", context)


def _blocked(page: Page, fact, user) -> str:
    """Why nobody, or not this official, verifies a waiting fact."""
    if fact.status != fact.Status.RECORDED or not user.can("fact.list_waiting"):
        return ""
    return page.workflow.why_not(fact, "verify", user)


@require_http_methods(["GET", "HEAD", "POST"])
def support_edit(request, pk):
    return _edit(request, pk, SUPPORT)


@require_http_methods(["GET", "HEAD", "POST"])
def formation_edit(request, pk):
    return _edit(request, pk, FORMATION)


def _edit(request, pk, page: Page):
    """Mend what nobody has verified yet."""
    fact = _load(request, pk, page)
    require(request.user, f"{page.name}.edit", fact)
    now = timezone.now()
    form = _bound(request, page, at=now, fact=fact)
    if request.method != "POST" or not form.is_valid():
        return _form(request, page, form, fact.venture, fact)
    try:
        services.amend(fact, form.values(), by=request.user, at=now)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, fact.venture, fact)
    messages.success(request, _("Đã sửa."))
    return redirect(fact)


@require_POST
def support_step(request, pk, step):
    return _step(request, pk, step, SUPPORT)


@require_POST
def formation_step(request, pk, step):
    return _step(request, pk, step, FORMATION)


def _step(request, pk, step, page: Page):
    fact = _load(request, pk, page)
    return take(request, page.workflow, fact, step, done=str(DONE.get(step, "")))
