"""Small verbs of a story: results of support, plans, what is shown, groups."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import consent_texts
from core.web import require
from core.words import Refused
from projects import story
from projects.forms.people_step import is_child
from projects.forms.story import GroupsForm, PlanForm, ResultForm
from projects.models import Investment, MilestonePlan, Support, Venture
from projects.views.office import load


def _of_seen(request, model, pk, permission):
    """The row of a venture that the reader may see all of; else it is not there."""
    rows = model.objects.filter(venture__in=Venture.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("venture__owner"), pk=pk)
    if request.user.why_not(permission, found):
        raise Http404
    return found


@require_POST
def result(request, pk):
    """Add what came of a support; the verified fact is not touched."""
    support = _of_seen(request, Support, pk, "support.view_files")
    require(request.user, "support.add_result", support)
    form = ResultForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "fact": support, "venture": support.venture}
        return render(request, "projects/support_result.html", context, status=422)
    try:
        story.add_result(support, form.cleaned_data["text"], by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã ghi kết quả."))
    return redirect(support)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request, code):
    """Plan a milestone."""
    venture = load(request, code)
    require(request.user, "milestone.plan", venture)
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, today=timezone.localdate(now))
    if posted is not None and form.is_valid():
        try:
            story.plan(venture, **form.cleaned_data, by=request.user, at=now)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã ghi mốc dự định."))
            return redirect(venture)
    status = 422 if form.is_bound else 200
    return render(
        request, "projects/plan_form.html", {"form": form, "venture": venture}, status=status
    )


@require_POST
def drop(request, pk):
    """Take a plan back."""
    planned = _of_seen(request, MilestonePlan, pk, "milestone.plan")
    try:
        story.drop(planned, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Đã bỏ mốc này khỏi dự định."))
    return redirect(planned.venture)


@require_POST
def investment_show(request, pk):
    """The founder lets an investment be seen, or takes that back."""
    investment = _of_seen(request, Investment, pk, "investment.view_files")
    require(request.user, "investment.show", investment)
    wanted = "give" in request.POST
    story.show(investment, wanted, by=request.user, at=timezone.now())
    messages.success(
        request,
        _("Đã ghi: khoản này hiện trên trang công khai của dự án khi đã xác nhận.")
        if wanted
        else _("Đã rút lại. Việc này có hiệu lực ngay."),
    )
    return redirect(investment)


@require_POST
def groups(request, code):
    """With which groups the owner agrees to be counted; nothing chosen takes all back."""
    venture = load(request, code)
    require(request.user, "venture.tell_groups", venture)
    now = timezone.now()
    page = redirect("projects:idea", venture.code_as("YT"))
    form = GroupsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nhóm này không có trong danh sách."))
        return page
    chosen = form.cleaned_data["groups"]
    if chosen and is_child(venture, venture.contact_birth_date, timezone.localdate(now)):
        messages.error(request, _("Cổng không hỏi phần này khi bạn chưa đủ 18 tuổi."))
        return page
    story.belong(
        venture,
        chosen,
        text=consent_texts.text("groups"),
        version=consent_texts.VERSION,
        at=now,
    )
    messages.success(
        request,
        _("Đã ghi. Chỉ con số chung được tính.")
        if chosen
        else _("Đã rút lại. Cổng không giữ gì về nhóm của bạn."),
    )
    return page
