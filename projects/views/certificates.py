"""Certificates by their end: the list that the letters are about, and the chip of one."""

from typing import Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from core import web
from core.facts import Fact
from core.web import require
from projects.models import Certificate, Venture
from projects.models.certificate import STAGES

FILTERS = {
    "": gettext_lazy("Tất cả"),
    "60": gettext_lazy("Còn 60 ngày trở xuống"),
    "14": gettext_lazy("Còn 14 ngày trở xuống"),
    "het-han": gettext_lazy("Đã hết hạn"),
}


def end_of(certificate: Certificate, today) -> dict[str, Any]:
    """The chip of a certificate's end: what is left of it, in words."""
    left = certificate.days_left(today)
    if certificate.status != Fact.Status.VERIFIED:
        return {}
    if left < 0:
        return {"kind": "late", "words": _("Đã hết hạn")}
    if left <= STAGES[0]:
        some = ngettext("Còn %(n)d ngày", "Còn %(n)d ngày", left) % {"n": left}
        words = some if left else _("Hết hạn hôm nay")
        return {"kind": "soon", "words": words}
    return {"kind": "ok", "words": _("Còn hạn")}


@require_safe
def certificate_list(request):
    """The certificates in force, those that end first on top: what the letters are about, too."""
    require(request.user, "certificate.list")
    today = timezone.localdate()
    asked = request.GET.get("loc", "")
    asked = asked if asked in FILTERS else ""
    rows = Certificate.objects.in_force().filter(
        venture__in=Venture.objects.visible_to(request.user, today)
    )
    if asked == "het-han":
        rows = rows.filter(expires_on__lt=today)
    elif asked:
        rows = rows.ending(today, int(asked)).filter(expires_on__gte=today)
    rows = rows.select_related("venture", "product").prefetch_related("reminders")
    page = web.page_of(rows.order_by("expires_on", "pk"), request)
    context = {
        "page": page,
        "rows": [
            {
                "fact": row,
                "end": end_of(row, today),
                "told": max((one.told_at for one in row.reminders.all()), default=None),
            }
            for row in page
        ],
        "filters": [(code, label, code == asked) for code, label in FILTERS.items()],
        "asked": asked,
    }
    return render(request, "projects/certificates.html", context)
