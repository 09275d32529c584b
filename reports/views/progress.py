"""Where the programme stands: for everybody, and on the committee's one screen."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import web
from core.formats_vn import count, share
from core.periods import Quarter, working_days_between
from core.web import require
from programme.models import Indicator, Phase, Target
from projects.services import holidays
from reports import content, queries
from reports.indicators import TABLE, Before, Figure, measure, measure_phase, phases_of, series
from reports.models import Report
from reports.views.studio import named


def target_card(figure: Figure, today) -> dict:
    """What the band of a target shows, and the words beside it."""
    closed = figure.phase.is_closed(today)
    words = figure.indicator.words
    status = str(figure.status[1]) if figure.status else ""
    missing = (figure.low or 0) - figure.cumulative
    if missing > 0 and not closed:
        note = _("Cần thêm %(n)s %(unit)s để đạt mức tối thiểu.") % {
            "n": count(missing),
            "unit": words["unit"],
        }
    elif figure.high is None:
        note = _("Chỉ tiêu chung cho cả chương trình 2022–2030.")
    else:
        note = _("Bằng %(low)s mức tối thiểu và %(high)s mức tối đa.") % {
            "low": share(figure.cumulative, figure.low),
            "high": share(figure.cumulative, figure.high),
        }
    return {
        "figure": figure,
        "words": words,
        "plan": content.plan(figure.low, figure.high),
        "status": status[:1].upper() + status[1:],
        "state": figure.status[0] if figure.status else "",
        "note": note,
        "closed": closed,
        "share_low": share(figure.cumulative, figure.low),
        "share_high": share(figure.cumulative, figure.high),
        "title": f"{words['short_name']}: {content.plan(figure.low, figure.high)}, "
        f"{count(figure.cumulative)}",
        "desc": f"{status}. {note}",
    }


def target_cards(now, phase: Phase | None = None) -> list[dict]:
    """The bands of all targets, or of one phase's, as known at ``now``."""
    today = timezone.localtime(now).date()
    targets = Target.objects.select_related("indicator", "phase")
    if phase:
        targets = targets.filter(phase=phase)
    return [
        target_card(measure_phase(t.indicator, t.phase, t, now), today)
        for t in targets.order_by("phase__start", "phase__is_whole", "indicator__order")
    ]


@require_safe
def progress(request):
    now = timezone.now()
    today = timezone.localdate()
    cards = target_cards(now)
    phases = []
    for phase in Phase.objects.order_by("is_whole", "-start"):
        own = [c for c in cards if c["figure"].phase.pk == phase.pk]
        if own:
            phases.append(
                {
                    "phase": phase,
                    "cards": own,
                    "closed": phase.is_closed(today),
                    "running": phase.is_running(today),
                    "year": today.year - phase.start.year + 1,
                    "years": phase.last.year - phase.start.year + 1,
                }
            )
    last = Report.objects.in_force().filter(is_public=True).order_by("-year", "-number").first()
    return render(
        request,
        "reports/progress.html",
        {
            "phases": phases,
            "today": today,
            "last": last,
            "others": _others(now, today),
            "rules": [c["words"] for c in phases[0]["cards"]] if phases else [],
        },
    )


def _others(now, today) -> list[dict]:
    """Indicators without a target, in the running phase."""
    phase = queries.running_phase(today)
    if phase is None:
        return []
    followed = Indicator.objects.filter(code__in=TABLE).exclude(targets__isnull=False)
    return [
        {
            "figure": figure,
            "words": indicator.words,
            "is_money": indicator.unit == content.MONEY,
        }
        for indicator in followed
        for figure in [measure_phase(indicator, phase, None, now)]
    ]


@require_safe
def figure(request, indicator, phase):
    """The list behind a figure: the same records that were counted."""
    if indicator not in TABLE:
        raise Http404
    meaning = get_object_or_404(Indicator, code=indicator)
    span = get_object_or_404(Phase, code=phase)
    followed = dict(phases_of([meaning])[meaning.pk])
    if span not in followed:
        raise Http404
    measured = _asked(request, meaning, span, followed[span])
    records = measured.records if measured else []
    page = web.Paginator(records, web.PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "reports/figure.html",
        {
            "indicator": meaning,
            "phase": span,
            "figure": measured,
            "card": target_card(measured, timezone.localdate())
            if measured and measured.low is not None
            else None,
            "page": page,
            "rows": named(page.object_list, request.user, indicator),
            "is_money": meaning.unit == content.MONEY,
            "quarter": request.GET.get("quy", ""),
        },
    )


def _asked(request, meaning: Indicator, span: Phase, target) -> Figure | None:
    """The whole phase, or with ``?quy=2026-Q3`` what stood at that quarter's end, as known now."""
    now = timezone.now()
    if not request.GET.get("quy"):
        return measure_phase(meaning, span, target, now)
    try:
        quarter = Quarter.parse(request.GET["quy"])
    except ValueError as error:
        raise Http404 from error
    found = measure(meaning, quarter.window, now, compared=Before(now), spans=[(span, target)])
    return found[0] if found else None


@require_safe
def dashboard(request):
    require(request.user, "dashboard.view")
    now, today = timezone.now(), timezone.localdate()
    phase = queries.running_phase(today)
    whole = Phase.objects.filter(is_whole=True).first()
    cards = (target_cards(now, phase) if phase else []) + (
        target_cards(now, whole) if whole else []
    )
    quarter, report = queries.report_in_hand(today)
    late = queries.overdue_ideas(today)
    days_off = holidays(late[0].promised_on) if late else ()
    return render(
        request,
        "reports/dashboard.html",
        {
            "cards": cards,
            "phase": phase,
            "year": today.year - phase.start.year + 1 if phase else None,
            "now": now,
            "today": today,
            "funnel": _funnel(phase, now, cards) if phase else None,
            "trend": _trend(today, now),
            "quarter": quarter,
            "report": report,
            "report_due": report.due_on if report else queries.due_on(quarter),
            "overdue": [
                {"venture": v, "days": working_days_between(v.promised_on, today, days_off)}
                for v in late
            ],
            "waiting": queries.waiting_facts(),
        },
    )


def _funnel(phase: Phase, now, cards) -> dict:
    ideas, screened, recognised = queries.funnel(phase.period, now)
    counted = {c["figure"].indicator.code: c["figure"].cumulative for c in cards}
    rows = [
        (_("Ý tưởng nhận được"), ideas),
        (_("Đã có trả lời"), screened),
        (_("Dự án được công nhận"), recognised),
        (_("Dự án được hỗ trợ"), counted.get("projects_supported", 0)),
        (_("Doanh nghiệp"), counted.get("enterprises_formed", 0)),
    ]
    return {"rows": rows, "desc": ", ".join(f"{label}: {count(n)}" for label, n in rows)}


def _trend(today, now) -> dict | None:
    """Ideas in each of the last quarters, and supported projects, cumulative in the phase."""
    ideas, supported = queries.indicator("ideas_received"), queries.indicator("projects_supported")
    if ideas is None or supported is None:
        return None
    phases = list(Phase.objects.filter(is_whole=False))
    quarters = [
        q for q in queries.last_quarters(today) if any(q.window.last in p.period for p in phases)
    ]
    came, stood = (series(i, quarters, now, phases) for i in (ideas, supported))
    rows = [
        {
            "label": f"{quarter.roman}/{quarter.year % 100:02d}"
            + ("*" if today in quarter.window else ""),
            "quarter": quarter,
            "ideas": came_in,
            "projects": cumulative,
            "phase": phase,
        }
        for quarter, (came_in, _all, _phase), (_new, cumulative, phase) in zip(
            quarters, came, stood, strict=True
        )
    ]
    return {
        "rows": rows,
        "bars": [(r["label"], r["ideas"], r["projects"]) for r in rows],
        "desc": "; ".join(
            _("%(quarter)s: %(ideas)s ý tưởng, %(projects)s dự án lũy kế")
            % {
                "quarter": r["quarter"],
                "ideas": count(r["ideas"]),
                "projects": count(r["projects"]),
            }
            for r in rows
        ),
    }
