"""The visitor has rights too, and official roles wait for a second factor."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from accounts.models import Visitor

# Pages that are read, not worked in, and what is no page at all.
OPEN_TO_ALL = (
    "/tai-khoan/",
    "/static/",
    "/healthz",
    "/ngon-ngu/",
    "/tep/",
    "/tien-do/",
    "/tin-tuc/",
    "/chinh-sach/",
    "/du-lieu-mo/",
    "/api/",
    "/robots.txt",
    "/favicon.ico",
    "/.well-known/",
)


def official_access(get_response):
    """Give everybody ``why_not``; show officials the second-factor page before their first work.

    This only leads the way: that a role has no effect without the second factor is
    decided in ``User.roles``.
    """

    def middleware(request):
        known = request.user
        request.user = SimpleLazyObject(lambda: known if known.is_authenticated else Visitor())
        if _asks_for_second_factor(request):
            query = urlencode({"tiep": request.get_full_path()})
            url = f"{reverse('accounts:second_factor')}?{query}"
            if request.htmx:
                return HttpResponse(headers={"HX-Redirect": url})
            return redirect(url)
        return get_response(request)

    return middleware


def _asks_for_second_factor(request) -> bool:
    if request.method != "GET" or request.path == "/" or request.path.startswith(OPEN_TO_ALL):
        return False
    user = request.user
    if not user.is_authenticated or not (user.held_roles or user.is_superuser):
        return False
    due = settings.MFA_REQUIRED or user.asked_for_second_factor_at is None
    return due and not user.has_second_factor
