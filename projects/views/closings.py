"""The end of an enterprise: recorded by one official, verified by another."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.fields import Owner
from core.web import require
from core.words import Refused
from projects import recording
from projects.forms.enterprise import ClosingForm
from projects.forms.office import sending_key
from projects.models import Closing, Formation, Venture
from projects.views.desk import story, take
from projects.workflow import CLOSINGS

PAGE = {
    "name": "closing",
    "lede": gettext_lazy(
        "Doanh nghiệp đã chấm dứt vẫn được tính là đã hình thành. "
        "Một cán bộ khác xác nhận thì trang của doanh nghiệp mới ghi."
    ),
}
DONE = {
    "verify": gettext_lazy("Đã xác nhận. Trang của doanh nghiệp đã ghi việc này."),
    "return": gettext_lazy("Đã trả lại cho người ghi sửa."),
    "resend": gettext_lazy("Đã gửi lại để xác nhận."),
    "retract": gettext_lazy("Đã hủy. Dòng này vẫn còn đó, kèm lý do."),
}


def of_visible(user, way: str = "") -> Q:
    """Facts of an enterprise that one of the reader's visible ventures formed."""
    visible = Venture.objects.visible_to(user).values("pk")
    return Q(**{f"{way}venture__in": visible}) | Q(**{f"{way}together_with__in": visible})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, pk):
    """Record that the enterprise of a verified formation has ended."""
    formation = Formation.objects.filter(of_visible(request.user), pk=pk).first()
    if formation is None or request.user.why_not("formation.view_files", formation):
        raise Http404
    require(request.user, "closing.record", formation)
    if request.method != "POST":
        return _form(request, _bound(request), formation)
    key, now = sending_key(request.POST, request.FILES), timezone.now()
    if earlier := recording.recorded(Closing, key, by=request.user, at=now):
        return redirect(earlier)
    form = _bound(request, at=now)
    if not form.is_valid():
        return _form(request, form, formation)
    closing = Closing(formation=formation, **form.values())
    try:
        closing = recording.record(closing, by=request.user, at=now, key=key)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, form, formation)
    messages.success(request, _("Đã ghi. Việc này chờ một cán bộ khác xác nhận."))
    return redirect(closing)


def _bound(request, *, at=None, fact=None):
    at = at or timezone.now()
    told = {
        "owner": Owner(at=at, user=request.user),
        "today": timezone.localdate(at),
        "fact": fact,
    }
    if request.method == "POST":
        return ClosingForm(request.POST, request.FILES, **told)
    return ClosingForm(**told)


def _form(request, form, formation, fact=None):
    context = {
        "page": PAGE,
        "form": form,
        "venture": formation.venture,
        "fact": fact,
        "title": _("Sửa việc chấm dứt") if fact else _("Ghi việc chấm dứt doanh nghiệp"),
        "back": fact or formation,
        "sending": get_random_string(22),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/facts_form.html", context, status=status)


def _load(request, pk) -> Closing:
    """The fact, for those who may see all of its enterprise; for others it is not there."""
    rows = Closing.objects.filter(of_visible(request.user, "formation__"), pk=pk)
    fact = rows.select_related(
        "formation__venture__owner", "recorded_by", "verified_by", "retracted_by", "evidence"
    ).first()
    if fact is None or request.user.why_not("closing.view_files", fact):
        raise Http404
    return fact


@require_safe
def closing(request, pk):
    fact = _load(request, pk)
    user = request.user
    own = user.pk in {fact.owner_id, *fact.co_owner_ids}  # the desk's talk is not the founder's
    waits = fact.status == fact.Status.RECORDED and user.can("fact.list_waiting")
    context = {
        "page": PAGE,
        "fact": fact,
        "venture": seen_venture(user, fact.formation),
        "events": [] if own else story(CLOSINGS, fact),
        "may_edit": user.can("closing.edit", fact),
        "edit_url": reverse("projects:closing_edit", args=[fact.pk]),
        "blocked": CLOSINGS.why_not(fact, "verify", user) if waits else "",
        "steps": web.buttons(
            CLOSINGS, fact, user, lambda name: reverse("projects:closing_step", args=[pk, name])
        ),
    }
    return render(request, "projects/closing.html", context)


def seen_venture(user, formation) -> Venture:
    """The venture through which this reader comes to the enterprise: its own first."""
    keys = [formation.venture_id, *(v.pk for v in formation.together)]
    rows = {v.pk: v for v in Venture.objects.visible_to(user).filter(pk__in=keys)}
    mine = [v for v in rows.values() if v.owner_id == user.pk]
    return next(iter([*mine, *(rows[pk] for pk in keys if pk in rows)]))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Mend what nobody has verified yet."""
    fact = _load(request, pk)
    require(request.user, "closing.edit", fact)
    now = timezone.now()
    form = _bound(request, at=now, fact=fact)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, fact.formation, fact)
    try:
        recording.amend(fact, form.values(), by=request.user, at=now)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _form(request, form, fact.formation, fact)
    messages.success(request, _("Đã sửa."))
    return redirect(fact)


@require_POST
def closing_step(request, pk, step):
    return take(request, CLOSINGS, _load(request, pk), step, done=str(DONE.get(step, "")))
