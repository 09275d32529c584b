"""Certificates by their end: the list that the letters are about."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import web
from core.web import require
from projects import lists_market

FILTERS = {
    "": gettext_lazy("Tất cả"),
    "60": gettext_lazy("Còn 60 ngày trở xuống"),
    "14": gettext_lazy("Còn 14 ngày trở xuống"),
    "het-han": gettext_lazy("Đã hết hạn"),
}


@require_safe
def certificate_list(request):
    """The certificates in force, those that end first on top: what the letters are about, too."""
    require(request.user, "certificate.list")
    today = timezone.localdate()
    asked = request.GET.get("loc", "")
    asked = asked if asked in FILTERS else ""
    page = web.page_of(lists_market.certificates(request.user, {"loc": asked}, today), request)
    context = {
        "page": page,
        "rows": [
            {
                "fact": row,
                "end": lists_market.end_of_certificate(row, today),
                "told": lists_market.told_on(row),
            }
            for row in page
        ],
        "filters": [(code, label, code == asked) for code, label in FILTERS.items()],
        "asked": asked,
    }
    return render(request, "projects/certificates.html", context)
