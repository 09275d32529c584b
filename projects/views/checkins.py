"""The quarterly check-in by its link: no password, one venture, one quarter, until the cut-off."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects import checkins
from projects.forms.checkin import CheckInForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkin(request, token):
    """Looking changes nothing, so that a mail scanner answers for nobody."""
    now = timezone.now()
    try:
        found = checkins.behind(token, now)
        if request.method != "POST":
            return _page(request, found, _filled(found))
        form = CheckInForm(request.POST)
        if not form.is_valid():
            return _page(request, found, form, status=422)
        checkins.answer(found, form.cleaned_data, at=now)
    except checkins.Unknown:
        raise Http404 from None
    except checkins.Expired as over:
        context = {"check_in": over.check_in}
        return render(request, "projects/checkin_over.html", context, status=410)
    messages.success(request, _("Đã lưu. Cảm ơn bạn. Sửa lại được đến hết ngày ghi bên dưới."))
    return redirect(request.path)


def _filled(found):
    if found.answered_at is None:
        return CheckInForm()
    return CheckInForm(initial={name: getattr(found, name) for name in checkins.ANSWERS})


def _page(request, found, form, status=200):
    context = {"check_in": found, "venture": found.venture, "form": form}
    return render(request, "projects/checkin.html", context, status=status)
