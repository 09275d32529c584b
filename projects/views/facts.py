"""The facts of a venture, one set of pages for all kinds: recorded by one person, verified by
another. A new kind is a row of ``PAGES``, its addresses (``urls.of_fact``) and a template."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
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
from core.facts import Fact
from core.fields import Owner
from core.web import require
from core.words import Refused
from core.workflow import Workflow
from programme.models import Clause
from projects import enterprises, ledger, recording
from projects.forms.office import FactForm, FormationForm, SupportForm, sending_key
from projects.forms.story import InvestmentForm, MilestoneForm, ResultForm, StageForm
from projects.models import (
    Formation,
    Investment,
    Milestone,
    MilestonePlan,
    StageReached,
    Support,
    Venture,
)
from projects.views.closings import of_visible, seen_venture
from projects.views.desk import story, take
from projects.views.office import load
from projects.workflow import FORMATIONS, INVESTMENTS, MILESTONES, STAGES, SUPPORTS


def nothing(venture: Venture, day: date) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """What differs between the kinds of fact."""

    name: str  # also the first half of its permissions and addresses, and its template
    model: type[Fact]
    workflow: Workflow
    form: type[FactForm]
    title: Any
    lede: Any
    edit_title: Any
    told: Callable[[Venture, date], dict[str, Any]] = nothing  # what else the form is told
    more: Callable[[Any, Any], dict[str, Any]] | None = None  # what else (fact, user) shows


def _support_choices(venture: Venture, day: date) -> dict[str, Any]:
    points = Clause.objects.filter(code__startswith="III.", kind=Clause.Kind.CLAUSE)
    return {
        "agencies": list(Agency.objects.on(day)),
        "clauses": list(points.order_by("order")),
    }


def _support_results(fact: Support, user: Any) -> dict[str, Any]:
    code = ledger.clause_of(fact)
    return {
        "results": list(fact.results.select_related("recorded_by").order_by("recorded_at", "pk")),
        "may_add_result": user.can("support.add_result", fact),
        "result_form": ResultForm(),
        "clause": Clause.objects.filter(code=code).first() if code else None,
    }


def _standing_plans(venture: Venture, day: date) -> dict[str, Any]:
    return {"plans": list(MilestonePlan.objects.open_of(venture))}


def _may_show(fact: Investment, user: Any) -> dict[str, Any]:
    return {"may_show": user.can("investment.show", fact)}


PAGES = {
    page.name: page
    for page in (
        Page(
            "support",
            Support,
            SUPPORTS,
            SupportForm,
            gettext_lazy("Ghi khoản hỗ trợ"),
            gettext_lazy(
                "Ghi một việc hỗ trợ đã xảy ra. Một cán bộ khác xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa khoản hỗ trợ"),
            told=_support_choices,
            more=_support_results,
        ),
        Page(
            "formation",
            Formation,
            FORMATIONS,
            FormationForm,
            gettext_lazy("Ghi việc hình thành doanh nghiệp"),
            gettext_lazy(
                "Ghi khi doanh nghiệp đã đăng ký và có căn cứ công nhận. "
                "Một cán bộ khác xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa điều đã ghi về doanh nghiệp"),
        ),
        Page(
            "stagereached",
            StageReached,
            STAGES,
            StageForm,
            gettext_lazy("Ghi giai đoạn đã tới"),
            gettext_lazy(
                "Ghi khi dự án đã tới một giai đoạn mới và có minh chứng. "
                "Cán bộ xem minh chứng, xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa giai đoạn đã ghi"),
        ),
        Page(
            "milestone",
            Milestone,
            MILESTONES,
            MilestoneForm,
            gettext_lazy("Ghi mốc đã đạt"),
            gettext_lazy(
                "Ghi một việc dự án đã làm được. Cán bộ xem minh chứng, xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa mốc đã ghi"),
            told=_standing_plans,
        ),
        Page(
            "investment",
            Investment,
            INVESTMENTS,
            InvestmentForm,
            gettext_lazy("Ghi khoản đầu tư"),
            gettext_lazy(
                "Ghi tiền đã góp vào dự án, hoặc đã cam kết góp. "
                "Cán bộ xem minh chứng, xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa khoản đầu tư"),
            more=_may_show,
        ),
    )
}
DONE = {
    "verify": gettext_lazy("Đã xác nhận. Từ giờ việc này được tính."),
    "return": gettext_lazy("Đã trả lại cho người ghi sửa."),
    "resend": gettext_lazy("Đã gửi lại để xác nhận."),
    "retract": gettext_lazy("Đã hủy. Dòng này vẫn còn đó, kèm lý do."),
}


# -- Recording ----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, code, kind):
    """Write a fact of a venture down."""
    page = PAGES[kind]
    venture = load(request, code)
    require(request.user, f"{page.name}.record", venture)
    if venture.level == Venture.Level.IDEA:
        messages.error(request, _("Ghi được sau khi ý tưởng đã thành dự án."))
        return redirect(venture)
    if request.method != "POST":
        return _form(request, page, _bound(request, page, venture), venture)
    key = sending_key(request.POST, request.FILES)
    now = timezone.now()
    if earlier := recording.recorded(page.model, key, by=request.user, at=now):
        return redirect(earlier)
    form = _bound(request, page, venture, at=now)
    if not form.is_valid():
        return _form(request, page, form, venture)
    try:
        fact = recording.record(
            page.model(venture=venture, **form.values()), by=request.user, at=now, key=key
        )
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, venture)
    messages.success(request, _("Đã ghi. Việc này chờ một cán bộ khác xác nhận."))
    return redirect(fact)


def _bound(request, page: Page, venture, *, at=None, fact=None):
    at = at or timezone.now()
    told: dict[str, Any] = {
        "owner": Owner(at=at, user=request.user),
        "today": timezone.localdate(at),
        "fact": fact,
    }
    told |= page.told(venture, told["today"])
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
def _load(request, pk, page: Page):
    """The fact, for those who may see all of its venture; for others it is not there."""
    if page.model is Formation:
        rows = Formation.objects.filter(of_visible(request.user)).distinct()
    else:
        rows = page.model.objects.filter(venture__in=Venture.objects.visible_to(request.user))
    fact = rows.select_related(
        "venture__owner", "recorded_by", "verified_by", "retracted_by", "evidence"
    ).filter(pk=pk).first()  # fmt: skip
    if fact is None or request.user.why_not(f"{page.name}.view_files", fact):
        raise Http404
    return fact


@require_safe
def show(request, pk, kind):
    """One fact with what proves it, and what can be done with it."""
    page = PAGES[kind]
    fact = _load(request, pk, page)
    # The desk's talk is not the founder's, but who wrote a fact down is told what to mend.
    me = request.user.pk
    own = fact.venture.people_ids | getattr(fact, "co_owner_ids", set())
    told = fact.recorded_by_id == me or me not in own
    events = story(page.workflow, fact) if told else []
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
    if page.more:
        context |= page.more(fact, request.user)
    if page.model is Formation:
        context["venture"] = seen_venture(request.user, fact)
        context["told"] = enterprises.one(fact, context["venture"], request.user)
    return render(request, f"projects/{page.name}.html", context)


def _blocked(page: Page, fact, user) -> str:
    """Why nobody, or not this official, verifies a waiting fact."""
    if fact.status != fact.Status.RECORDED or not user.can("fact.list_waiting"):
        return ""
    return page.workflow.why_not(fact, "verify", user)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk, kind):
    """Mend what nobody has verified yet."""
    page = PAGES[kind]
    fact = _load(request, pk, page)
    require(request.user, f"{page.name}.edit", fact)
    now = timezone.now()
    form = _bound(request, page, fact.venture, at=now, fact=fact)
    if request.method != "POST" or not form.is_valid():
        return _form(request, page, form, fact.venture, fact)
    try:
        recording.amend(fact, form.values(), by=request.user, at=now)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, fact.venture, fact)
    messages.success(request, _("Đã sửa."))
    return redirect(fact)


@require_POST
def step(request, pk, step, kind):
    """Verify, return, send again or retract."""
    page = PAGES[kind]
    fact = _load(request, pk, page)
    return take(request, page.workflow, fact, step, done=str(DONE.get(step, "")))
