"""What each person has to do now, and the facts that wait for a second pair of eyes."""

from django.db.models import Q, Value
from django.http import Http404  # noqa: TID251
from django.shortcuts import get_object_or_404, redirect, render  # noqa: TID251
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.facts import Fact
from core.formats_vn import date_vn
from core.models import Job
from core.web import buttons, require
from ducpho_portal import waiting
from projects import desk, timeline
from projects.models import (
    Closing,
    Investment,
    Milestone,
    Opinion,
    StageReached,
    Support,
    Venture,
)
from projects.models.venture import in_team
from projects.views.desk import take
from projects.views.fact_kinds import PAGES
from reports.models import Report
from reports.queries import report_in_hand
from support_orgs.models import ClubFounding

MOST = 50  # facts shown at once; when one is verified, the next appears


# -- Facts that wait ----------------------------------------------------------
@require_safe
def waiting_facts(request):
    """Facts that wait for this official, the oldest first; their own are for others to verify."""
    require(request.user, "fact.list_waiting")
    found = waiting.oldest(request.user, MOST + 1)
    rows = [
        {
            "prefix": f"{kind.name}-{fact.pk}-",
            "label": kind.label,
            "fact": fact,
            "title": _title(fact),
            "steps": _steps(kind, fact, request.user),
        }
        for kind, fact in found[:MOST]
    ]
    context = {"rows": rows, "more": len(found) > MOST, "returned": _returned(request.user)}
    return render(request, "office/waiting_facts.html", context)


def _title(fact) -> str:
    """What happened, without its day."""
    if isinstance(fact, Support):
        return f"{fact.get_kind_display()}, {fact.provider}"
    if isinstance(fact, (StageReached, Milestone, Investment)):
        return timeline.words(fact)
    if isinstance(fact, Closing):
        return f"{fact.formation.name}: {fact.get_kind_display()}"
    return str(fact.organisation) if isinstance(fact, ClubFounding) else fact.name


def _steps(kind, fact, user):
    """Facts with a page of their own are verified there, beside what proves them."""
    if kind.name not in waiting.STEPPED:
        return []
    return buttons(
        kind.workflow,
        fact,
        user,
        lambda step: reverse("fact_step", args=[kind.name, fact.pk, step]),
    )


@require_POST
def fact_step(request, kind, pk, step):
    """A step of an activity or of a club's founding."""
    if kind not in waiting.STEPPED:
        raise Http404(kind)
    require(request.user, "fact.list_waiting")
    workflow = waiting.STEPPED[kind]
    fact = get_object_or_404(workflow.model, pk=pk)
    take(request, workflow, fact, step, then=reverse("waiting_facts"), done=_("Đã ghi."))
    return redirect("waiting_facts")


# -- Role home ----------------------------------------------------------------
@require_safe
def home_work(request):
    """What waits for this person, by the roles in effect. Visitors sign in first."""
    user = request.user
    if not user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    today = timezone.localdate()
    context = {"today": today}
    if user.can("fact.list_waiting"):
        context["numbers"] = _numbers(user, today)
        context["facts_waiting"] = waiting.count(user)
        opinions = Opinion.objects.waiting_for(user).select_related("venture", "asked_by")
        context["opinions"] = list(opinions[:20])
    else:
        context["returned"] = _returned(user)  # officials are told beside what waits for them
    if user.can("report.build"):
        quarter, report = report_in_hand(today)
        context |= {"quarter": quarter, "report": report}
    if user.can("report.approve"):
        drafts = Report.objects.filter(status=Report.Status.DRAFT)
        context["to_approve"] = list(drafts.order_by("due_on", "pk")[:10])
    if user.can("admin.enter"):
        context["jobs_failed"] = Job.objects.filter(state=Job.State.FAILED).count()
    own = _own(user, today)
    if own or "numbers" not in context:
        context["ventures"] = own
    context["may_see_dashboard"] = user.can("dashboard.view")
    return render(request, "office/home_work.html", context)


FIRST = ("qua-han", "sap-han", "cho-phat-hanh", "cua-toi", "co-quan-toi", "")


def _numbers(user, today):
    """How many wait in each drawer of the queue, what cannot wait first."""
    drawers = desk.drawers(user, today, desk.holidays_around(today))
    numbers = desk.counted(user, today, drawers)
    return {name: numbers[name] for name in FIRST if numbers.get(name) or not name}


def _returned(user):
    """Addresses and kinds of what this person wrote about ventures and has to mend, at most ten.

    One statement over all kinds.
    """
    first, *others = (
        page.model.objects.filter(recorded_by=user, status=Fact.Status.RETURNED)
        .order_by()
        .values_list("recorded_at", Value(page.name), "pk")
        for page in PAGES.values()
    )
    rows = first.union(*others, all=True).order_by("-recorded_at")[:10]
    return [
        (reverse(f"projects:{kind}", args=[pk]), PAGES[kind].model._meta.verbose_name)
        for _at, kind, pk in rows
    ]


def _own(user, today):
    """One's own ventures, the newest first, with what to do next."""
    rows = Venture.objects.filter(Q(owner=user) | in_team(user)).order_by("-pk")[:20]
    return [(venture, _next_step(venture, today)) for venture in rows]


def _next_step(venture, today) -> str:
    """What the owner does or waits for now; unreleased decisions are not told."""
    if venture.level != Venture.Level.IDEA:
        return ""
    if venture.status == Venture.Status.DRAFT:
        return _("Viết tiếp rồi gửi.")
    if venture.status == Venture.Status.RETURNED:
        return _("Sửa các mục được nhắc rồi gửi lại.")
    if venture.status in Venture.WAITING_FOR_US and venture.promised_on:
        late = venture.promised_on < today
        words = (
            _("Đã quá ngày hẹn %(day)s. Chúng tôi đang trả lời bạn, xin lỗi vì chậm.")
            if late
            else _("Hẹn trả lời trước 17 giờ ngày %(day)s.")
        )
        return words % {"day": date_vn(venture.promised_on)}
    if venture.status == Venture.Status.DECLINED:
        return _("Đọc lý do và bước tiếp theo.")
    return ""
