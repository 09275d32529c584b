"""Beside an idea: the next one, remarks, second opinions; and what was answered, in figures."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.codes import Code
from core.periods import Quarter
from core.web import require
from core.words import Refused
from projects import assignment, desk, honesty, opinions, reasons
from projects.forms.screening import AskForm, OpinionForm, RemarkForm
from projects.models import Opinion, Venture
from projects.views import office


def _home(venture: Venture) -> str:
    return reverse("projects:idea", args=[venture.code_as("YT")])


# -- The next idea -------------------------------------------------------------
@require_safe
def following(request):
    """On to the undecided idea after ``?sau=``, in the drawer ``?loc=``; else to the queue."""
    require(request.user, "venture.list_queue")
    today = timezone.localdate()
    drawers = desk.drawers(request.user, today, desk.holidays_around(today))
    name = request.GET.get("loc", "")
    name = name if name in drawers else ""
    code = Code.parse(request.GET.get("sau", ""))
    after = None
    if code:
        rows = desk.desk_of(request.user, today)
        after = rows.filter(year=code.year, number=code.number).first()
    found = desk.following(request.user, today, after, drawers[name])
    if found is None:
        messages.info(request, _("Không còn ý tưởng nào chờ bạn quyết định."))
        return redirect("projects:ideas")
    queue = reverse("projects:ideas")
    return redirect(
        f"{queue}?loc={name}&mo={found.code}#mo" if name else f"{queue}?mo={found.code}#mo"
    )


# -- Remarks and opinions ---------------------------------------------------------
@require_POST
def remark(request, code):
    """Write a remark down beside the idea."""
    venture = office.load(request, code)
    require(request.user, "venture.remark", venture)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return office.idea(request, venture, remark_form=form, status=422)
    try:
        opinions.remark(venture, by=request.user, at=timezone.now(), text=form.cleaned_data["text"])
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect(f"{_home(venture)}#noi-bo")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, code):
    """Ask a colleague for a second opinion."""
    venture = office.load(request, code)
    require(request.user, "venture.ask_opinion", venture)
    people = assignment.officials(timezone.localdate())
    people = people.exclude(pk__in=[request.user.pk, *venture.people_ids])
    form = AskForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            opinions.ask(
                venture,
                by=request.user,
                of=told["person"],
                question=told["question"],
                at=timezone.now(),
            )
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã hỏi. Người được hỏi nhận một thư."))
            return redirect(f"{_home(venture)}#noi-bo")
    context = {"venture": venture, "form": form, "up": _home(venture)}
    status = 422 if form.is_bound else 200
    return render(request, "projects/idea_office_ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request, code, pk):
    """Give the opinion one was asked for; others of the desk go to the idea."""
    venture = office.load(request, code)
    require(request.user, "venture.remark", venture)
    rows = Opinion.objects.select_related("asked_by", "venture")
    asked = get_object_or_404(rows, pk=pk, venture=venture)
    if request.method != "POST" and (not asked.is_open or asked.asked_of_id != request.user.pk):
        return redirect(f"{_home(venture)}#noi-bo")
    require(request.user, "opinion.answer", asked)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            opinions.give(
                asked,
                by=request.user,
                verdict=told["verdict"],
                words=told["words"],
                at=timezone.now(),
            )
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Đã ghi ý kiến của bạn."))
        return redirect(f"{_home(venture)}#noi-bo")
    context = {"venture": venture, "form": form, "opinion": asked, "up": _home(venture)}
    status = 422 if form.is_bound else 200
    return render(request, "projects/idea_office_opinion.html", context, status=status)


# -- Figures ------------------------------------------------------------------------
@require_safe
def times(request):
    """For everybody: how soon ideas were answered, quarter by quarter."""
    lines = honesty.lines(timezone.localdate())
    return render(request, "projects/answer_times.html", {"lines": lines})


@require_safe
def statistics(request):
    """For officials: answers and reasons of a quarter; each figure opens its list."""
    require(request.user, "venture.list_queue")
    today = timezone.localdate()
    quarters = honesty.quarters(today)
    try:
        quarter = Quarter.parse(request.GET.get("quy", quarters[0].code))
    except ValueError as error:
        raise Http404("quy") from error
    answers = honesty.final_answers(quarter)
    counts = honesty.outcomes(quarter)
    chosen, reason = request.GET.get("ket-qua", ""), request.GET.get("ly-do", "")
    chosen = chosen if chosen in counts else ""
    words = reasons.words_by_code()
    rows = answers.filter(outcome=chosen) if chosen else answers
    if reason:
        rows = answers.filter(outcome=Venture.Status.DECLINED, reason=reason[:30])
    rows = rows.filter(venture__in=Venture.objects.visible_to(request.user, today))
    page = web.page_of(rows.select_related("venture").order_by("-released_at", "-pk"), request)
    context = {
        "quarter": quarter,
        "quarters": quarters,
        "line": next((line for line in honesty.lines(today) if line.quarter == quarter), None),
        "outcomes": [(code, Venture.Status(code).label, n) for code, n in counts.items()],
        "total": sum(counts.values()),
        "reasons": _reasons(honesty.reasons(quarter), words),
        "chosen": chosen,
        "reason": reason,
        "page": page,
        "items": [(answer, words.get(answer.reason, answer.reason)) for answer in page],
    }
    return render(request, "projects/screening_figures.html", context)


def _reasons(counts, words):
    """(code, words, how many), the most frequent first, those never used last."""
    codes = {**dict.fromkeys(words, 0), **counts}
    rows = [(code, words.get(code, code), n) for code, n in codes.items()]
    return sorted(rows, key=lambda row: -row[2])
