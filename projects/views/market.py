"""Certificates, fairs and supply: recorded by one official, verified by another."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.facts import Fact
from core.fields import Owner
from core.web import require
from core.words import Refused
from core.workflow import Workflow
from projects import certificates, recording
from projects.forms.market import CertificateForm, FairVisitForm, SupplyLinkForm, VentureFactForm
from projects.forms.office import sending_key
from projects.models import Certificate, Venture
from projects.models.certificate import STAGES
from projects.views.desk import story, take
from projects.views.facts import DONE
from projects.views.office import load
from projects.workflow import CERTIFICATES, FAIR_VISITS, SUPPLY_LINKS


@dataclass(frozen=True)
class Page:
    """What differs between the kinds; ``name`` begins permissions, addresses and templates."""

    name: str
    workflow: Workflow
    form: type[VentureFactForm]
    title: Any
    lede: Any
    edit_title: Any
    record: Any = recording.record
    amend: Any = recording.amend

    @property
    def model(self) -> Any:
        return self.workflow.model


PAGES = {
    page.name: page
    for page in (
        Page(
            "certificate",
            CERTIFICATES,
            CertificateForm,
            gettext_lazy("Ghi giấy chứng nhận"),
            gettext_lazy(
                "Ghi đúng như trên giấy gốc. Một cán bộ khác xác nhận thì giấy mới hiện ra."
            ),
            gettext_lazy("Sửa giấy chứng nhận"),
            certificates.record,
            certificates.amend,
        ),
        Page(
            "fairvisit",
            FAIR_VISITS,
            FairVisitForm,
            gettext_lazy("Ghi lần dự hội chợ"),
            gettext_lazy("Ghi hội chợ đã dự. Một cán bộ khác xác nhận thì mới được tính."),
            gettext_lazy("Sửa lần dự hội chợ"),
        ),
        Page(
            "supplylink",
            SUPPLY_LINKS,
            SupplyLinkForm,
            gettext_lazy("Ghi liên kết cung ứng"),
            gettext_lazy(
                "Ghi việc cung ứng cho một doanh nghiệp đầu tàu. "
                "Một cán bộ khác xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa liên kết cung ứng"),
        ),
    )
}


# -- Recording ----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, code, kind):
    page, venture = PAGES[kind], load(request, code)
    require(request.user, f"{kind}.record", venture)
    if venture.level == Venture.Level.IDEA:
        messages.error(request, _("Ghi được sau khi ý tưởng đã thành dự án."))
        return redirect(venture)
    now = timezone.now()
    key = sending_key(request.POST, request.FILES) if request.method == "POST" else ""
    if earlier := recording.recorded(page.model, key, by=request.user, at=now):
        return redirect(earlier)
    form = _bound(request, page, venture, now)
    if not form.is_bound or not form.is_valid():
        return _form(request, page, form, venture)
    try:
        fact = page.record(
            page.model(venture=venture, **form.values()), by=request.user, at=now, key=key
        )
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, venture)
    messages.success(request, _("Đã ghi. Việc này chờ một cán bộ khác xác nhận."))
    return redirect(fact)


def _bound(request, page, venture, now, fact=None):
    told = {
        "owner": Owner(at=now, user=request.user),
        "today": timezone.localdate(now),
        "venture": venture,
        "fact": fact,
    }
    if request.method == "POST":
        return page.form(request.POST, request.FILES, **told)
    return page.form(**told)


def _form(request, page, form, venture, fact=None):
    context = {
        "page": page,
        "form": form,
        "venture": venture,
        "fact": fact,
        "title": page.edit_title if fact else page.title,
        "sending": get_random_string(22),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/market_form.html", context, status=status)


# -- One fact -----------------------------------------------------------------
def _load(request, pk, kind):
    """The fact, for those who may see all of its venture; for others it is not there."""
    rows = PAGES[kind].model.objects.filter(venture__in=Venture.objects.visible_to(request.user))
    more = ("product", "renews") if kind == "certificate" else ()
    fact = rows.select_related(
        "venture__owner", "recorded_by", "verified_by", "retracted_by", "evidence", *more
    ).filter(pk=pk).first()  # fmt: skip
    if fact is None or request.user.why_not(f"{kind}.view_files", fact):
        raise Http404
    return fact


@require_safe
def show(request, pk, kind):
    page, fact = PAGES[kind], _load(request, pk, kind)
    user, today = request.user, timezone.localdate()
    own = fact.venture.owner_id == user.pk  # the desk's talk is not the founder's
    waits = fact.status == Fact.Status.RECORDED and user.can("fact.list_waiting")
    context = {
        "page": page,
        "fact": fact,
        "venture": fact.venture,
        "events": [] if own else story(page.workflow, fact),
        "may_edit": user.can(f"{kind}.edit", fact),
        "edit_url": reverse(f"projects:{kind}_edit", args=[fact.pk]),
        "blocked": page.workflow.why_not(fact, "verify", user) if waits else "",
        "steps": web.buttons(
            page.workflow,
            fact,
            user,
            lambda name: reverse(f"projects:{kind}_step", args=[fact.pk, name]),
        ),
    }
    if kind == "certificate":
        links = certificates.chain(fact)
        context |= {"chain": links if len(links) > 1 else [], "end": end_of(fact, today)}
    return render(request, f"projects/{kind}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk, kind):
    """Mend what nobody has verified yet."""
    page, fact = PAGES[kind], _load(request, pk, kind)
    require(request.user, f"{kind}.edit", fact)
    now = timezone.now()
    form = _bound(request, page, fact.venture, now, fact)
    if not form.is_bound or not form.is_valid():
        return _form(request, page, form, fact.venture, fact)
    try:
        page.amend(fact, form.values(), by=request.user, at=now)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, page, form, fact.venture, fact)
    messages.success(request, _("Đã sửa."))
    return redirect(fact)


@require_POST
def step(request, pk, kind, step):
    fact = _load(request, pk, kind)
    return take(request, PAGES[kind].workflow, fact, step, done=str(DONE.get(step, "")))


# -- Certificates by their end --------------------------------------------------
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
