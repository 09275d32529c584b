"""One report: its state, its figures, its words, its files."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import web
from core.documents import numbered
from core.formats_vn import share
from core.models import Event, Job
from core.periods import Quarter
from core.web import require
from core.words import Refused
from projects.models import Venture
from projects.views.desk import take
from reports import content, services, tasks
from reports.forms import SectionForm, VerifyForm
from reports.models import Line, Report
from reports.services import TYPES
from reports.workflow import REPORTS


def _quarter(year: int, number: int) -> Quarter:
    try:
        return Quarter(year, number)
    except ValueError as error:
        raise Http404 from error


def _load(request, year: int, number: int) -> Report:
    """The edition asked for by ``?ban=``, else the one in force, or, for officials, the newest."""
    quarter = _quarter(year, number)
    editions = Report.objects.visible_to(request.user).of(quarter)
    editions = editions.select_related("replaces", "approved_by", "docx", "pdf")
    asked = request.GET.get("ban", "")
    if asked.isdecimal() and len(asked) < 4:
        return get_object_or_404(editions, edition=int(asked))
    newest = request.user.can("report.view_drafts")
    found = (editions if newest else editions.in_force()).first()
    if found is None:
        raise Http404
    return found


@require_safe
def reports(request):
    visible = Report.objects.visible_to(request.user).select_related("replaces")
    visible = visible.defer("annexes", "snapshot")
    running = Quarter.of(timezone.localdate())
    return web.render_list(
        request,
        "reports/reports.html",
        visible.order_by("-year", "-number", "-edition", "pk"),
        running=running,
        has_running=Report.objects.of(running).exists(),
        may_build=request.user.can("report.build"),
        today=timezone.localdate(),
    )


@require_safe
def report(request, year, number):
    found = _load(request, year, number)
    job = Job.objects.filter(key=found.job_key).order_by("-pk").first()
    if request.htmx and job and not request.htmx.boosted:
        return render(request, "reports/report.html#job", {"job": job, "report": found})
    lines = _lines(found)
    buttons = web.buttons(
        REPORTS,
        found,
        request.user,
        lambda name: reverse("reports:step", args=[year, number, name]),
    )
    may_build = any(b["url"].endswith("/build/") for b in buttons)
    return render(
        request,
        "reports/report.html",
        {
            "report": found,
            "quarter": found.quarter,
            "window": found.window,
            "lines": lines,
            "sections": [] if found.is_frozen else list(found.sections.all()),
            "text": _text(found),
            "stages": _stages(found),
            "steps": [b for b in buttons if not b["url"].endswith("/build/")],
            "may_build": may_build,
            "may_edit": found.is_editable and request.user.can("report.edit", found),
            "may_replace": found.is_frozen
            and request.user.can("report.replace", found)
            and not Report.objects.filter(replaces=found).exists(),
            "replaced_by": _replaced_by(found, request.user),
            "job": job if request.user.can("report.view_drafts") else None,
            "events": Event.objects.about(found).select_related("actor").order_by("-at", "-pk")[:50]
            if request.user.can("report.view_drafts")
            else [],
            "today": timezone.localdate(),
        },
    )


def _stages(found: Report) -> list[dict]:
    """The report's way, for components/stepper.html."""
    order = ["open", "draft", "approved", "issued"]
    at = order.index("draft" if found.status == "returned" else found.status)
    notes = {
        "draft": f"{timezone.localtime(found.built_at):%H:%M %d/%m/%Y}" if found.built_at else "",
        "approved": str(found.approved_by) if found.approved_by else "",
        "issued": f"{found.issued_on:%d/%m/%Y}" if found.issued_on else "",
    }
    labels = [_("Mở kỳ"), _("Dự thảo"), _("Phê duyệt"), _("Ban hành")]
    return [
        {
            "label": label,
            "note": notes.get(name, ""),
            "state": "done" if i < at or found.is_frozen else "now" if i == at else "",
        }
        for i, (name, label) in enumerate(zip(order, labels, strict=True))
    ]


def _text(found: Report) -> list:
    """The report's words with the numbers that Word and PDF print: the frozen ones once issued."""
    if not found.built_at:
        return []
    told = json.loads(found.snapshot) if found.is_frozen else content.of(found)
    return list(numbered(content.document(told).text))


def _lines(found: Report) -> list[dict]:
    lines = found.lines.select_related("indicator", "phase")
    return [
        {
            "line": line,
            "plan": content.plan(line.low, line.high),
            "share_low": share(line.cumulative, line.low),
            "share_high": share(line.cumulative, line.high),
            "status": content.status(line.cumulative, line.low, line.high),
            "is_money": line.indicator.unit == content.MONEY,
            "records": line.counted,
        }
        for line in lines
    ]


def _replaced_by(found: Report, user) -> Report | None:
    return Report.objects.visible_to(user).filter(replaces=found, status="issued").first()


@require_POST
def build(request, year, number):
    quarter = _quarter(year, number)
    require(request.user, "report.build")
    if quarter.window.start > timezone.localdate():
        messages.error(request, _("Quý này chưa bắt đầu, chưa có số liệu để dựng."))
        return redirect("reports:reports")
    found = services.open_report(quarter)
    if found.is_frozen:
        messages.error(request, _("Báo cáo đã ban hành, không dựng lại được."))
    else:
        tasks.start_build(quarter, by=request.user)
        messages.success(request, _("Đang dựng dự thảo. Trang tự báo khi xong."))
    return redirect(found)


@require_POST
def step(request, year, number, step):
    found = _load(request, year, number)
    if step == "build":
        raise Http404
    return take(request, REPORTS, found, step)


def section(request, year, number, key):
    found = _load(request, year, number)
    part = get_object_or_404(found.sections, key=key)
    require(request.user, "report.edit", found)
    initial = {"body": part.text, "version": part.version}
    form = SectionForm(request.POST or None, initial=initial)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_section(
                found,
                key,
                form.cleaned_data["body"],
                version=form.cleaned_data["version"],
                by=request.user,
                at=timezone.now(),
            )
        except services.Conflict as conflict:
            theirs = conflict.theirs
            if theirs.text == form.cleaned_data["body"]:  # the same words: pressed twice
                return _section_saved(request, found, part)
            form.add_error(None, str(conflict))
            form.data = form.data.copy()
            form.data["version"] = theirs.version
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _section_saved(request, found, part)
    status = 409 if theirs else 422 if form.errors else 200
    context = {"report": found, "section": part, "form": form, "theirs": theirs}
    return render(request, "reports/section.html", context, status=status)


def _section_saved(request, found: Report, part):
    messages.success(request, _("Đã lưu mục %(title)s.") % {"title": part.title})
    return redirect(f"{found.get_absolute_url()}#muc-{part.key}")


@require_POST
def replace(request, year, number):
    found = _load(request, year, number)
    require(request.user, "report.replace", found)
    try:
        new = services.open_replacement(
            found, by=request.user, reason=request.POST.get("note", "")[:1000], at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    tasks.start_build(new.quarter, by=request.user)
    return redirect(new)


@require_safe
def line(request, year, number, indicator, phase):
    """The list behind a figure of a report: as it was counted, for ever."""
    found = _load(request, year, number)
    counted = get_object_or_404(
        Line.objects.select_related("indicator", "phase"),
        report=found,
        indicator__code=indicator,
        phase__code=phase,
    )
    if counted.counted > services.KEPT_AT_BUILD and not found.is_frozen:
        live = reverse("reports:figure", args=[indicator, phase])
        return redirect(f"{live}?quy={found.quarter.code}")
    records = counted.records.order_by("on", "code", "pk")
    page = web.page_of(records, request)
    return render(
        request,
        "reports/line.html",
        {
            "report": found,
            "line": counted,
            "page": page,
            "rows": named(page, request.user, indicator),
            "is_money": counted.indicator.unit == content.MONEY,
        },
    )


OF_VENTURES = {"projects_supported", "enterprises_formed", "ideas_received"}


def named(records, user, indicator: str) -> list[dict]:
    """Records with the name and link that this reader may see: a venture not public has neither."""
    rows = [{"record": r, "title": "", "url": ""} for r in records]
    if indicator in OF_VENTURES:
        ids = [_id(r) for r in records]
        seen = {v.pk: v for v in Venture.objects.visible_to(user).filter(pk__in=ids)}
        for row in rows:
            if venture := seen.get(_id(row["record"])):
                row["title"], row["url"] = venture.title, venture.get_absolute_url()
    return rows


def _id(record) -> int:
    return getattr(record, "object_id", None) or record.id


def _file(request, year, number, name: str):
    found = _load(request, year, number)
    if not found.built_at:
        raise Http404
    answer = HttpResponse(
        services.files(found)[name],
        content_type=TYPES.get(name.rpartition(".")[2], "application/json; charset=utf-8"),
    )
    kept = f"bao-cao-{found.year}-quy-{found.number}"
    ending = name.rpartition(".")[2]
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept}.{ending}"'
    if ending == "json":
        del answer.headers["Content-Disposition"]
    return answer


@require_safe
def docx(request, year, number):
    return _file(request, year, number, "bao-cao.docx")


@require_safe
def pdf(request, year, number):
    return _file(request, year, number, "bao-cao.pdf")


@require_safe
def figures_json(request, year, number):
    return _file(request, year, number, "so-lieu.json")


@require_safe
def verify(request):
    """Anyone with a SHA-256 sees whether it is an issued report's."""
    form = VerifyForm(request.GET or None)
    found = None
    if form.is_valid():
        wanted = form.cleaned_data["sha256"].strip().lower()
        found = (
            Report.objects.filter(status=Report.Status.ISSUED, sha256=wanted)
            .select_related("replaces")
            .first()
        )
    return render(
        request,
        "reports/verify.html",
        {"form": form, "found": found, "asked": form.is_bound and form.is_valid()},
    )
