"""The organiser's desk of paper score sheets of a round."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contests import paper as papers
from contests import phases
from contests.forms.paper import PaperForm
from contests.models import ScoreSheet
from contests.views.sheets import ORDER, known_round
from core.fields import Owner
from core.web import render_list, require
from core.words import Refused

H = ScoreSheet.Status
SHOWN = {
    "chua-nhap": (gettext_lazy("Chưa nhập"), {"status": H.TO_DO}),
    "cho-kiem": (
        gettext_lazy("Chờ người thứ hai"),
        {"status": H.DONE, "entered_by__isnull": False, "checked_by": None},
    ),
    "da-kiem": (gettext_lazy("Đã kiểm"), {"status": H.DONE, "checked_by__isnull": False}),
}


@never_cache
@require_safe
def paper(request, slug, code):
    """The sheets that are still to be typed, to be checked, or checked; no points."""
    found = known_round(request, slug, code)
    require(request.user, "round.paper", found)
    shown = request.GET.get("xem")
    if shown not in SHOWN:
        shown = "chua-nhap"
    rows = found.sheets.filter(**SHOWN[shown][1])
    rows = rows.select_related("entry", "judge", "entered_by", "checked_by")
    context = {
        "round": found,
        "shown": shown,
        "tabs": [(key, label) for key, (label, _where) in SHOWN.items()],
        "reason": phases.no_score(found, timezone.now()),
    }
    return render_list(request, "contests/paper.html", rows.order_by(*ORDER), **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper_sheet(request, slug, code, pk):
    """One paper sheet: typed the first time, or typed again by another person as its check."""
    found = known_round(request, slug, code)
    require(request.user, "round.paper", found)
    rows = found.sheets.select_related("entry__board", "judge", "entered_by", "round__contest")
    sheet = get_object_or_404(rows, pk=pk)
    require(request.user, "scoresheet.enter", sheet)
    now = timezone.now()
    form = PaperForm(
        request.POST or None,
        request.FILES or None,
        criteria=found.criterion_list,
        owner=Owner(now, request.user),
    )
    differences = []
    if request.method == "POST" and form.is_valid():
        try:
            differences = papers.type_in(
                sheet,
                form.points(),
                by=request.user,
                at=now,
                photo=form.cleaned_data["photo"],
                replace="replace" in request.POST,
            )
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            if not differences:
                messages.success(request, _told(sheet))
                return redirect("contests:paper", slug, code)
    context = {
        "round": found,
        "sheet": sheet,
        "form": form,
        "differences": differences,
        "second": sheet.entered_by_id not in (None, request.user.pk),
    }
    failed = bool(form.errors or differences)
    return render(request, "contests/paper_sheet.html", context, status=422 if failed else 200)


def _told(sheet: ScoreSheet) -> str:
    sheet.refresh_from_db()
    if sheet.checked_by_id:
        return _("Hai lần nhập giống nhau. Phiếu đã được tính.")
    return _("Đã nhập. Phiếu được tính khi một người khác nhập lại và khớp.")
