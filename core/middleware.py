"""Small things that every answer needs."""

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def chosen_language(get_response):
    """Vietnamese, unless the reader has chosen otherwise: the browser's wish is not asked."""
    known = dict(settings.LANGUAGES)

    def middleware(request):
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = wanted if wanted in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):  # the thread's next work has a language of its own
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def plain_errors(get_response):
    """What no form could foresee (a NUL in an address, a number the database cannot hold): 400."""

    def middleware(request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(render_to_string("400.html"))
        if _is_unreadable(request):
            return HttpResponseBadRequest(render_to_string("400.html"))
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, (DataError, OverflowError, SuspiciousOperation)):
            log.warning("refused input: %s", type(exception).__name__)
            return render(request, "400.html", status=400)
        return None

    middleware.process_exception = process_exception
    return middleware


def _is_unreadable(request) -> bool:
    """A form in another encoding: Django stumbles over it twice, the second time over its own 400
    page, and the reader would get the server's bare error."""
    is_form = request.content_type == "application/x-www-form-urlencoded"
    return is_form and (request.encoding or "utf-8").lower() != "utf-8"


def private_pages(get_response):
    """Pages of somebody signed in are kept by no cache; idle sessions end."""

    def middleware(request):
        if request.user.is_authenticated and _is_idle(request):
            logout(request)
            messages.info(request, _("Bạn đã rời máy khá lâu. Đăng nhập lại để làm tiếp."))
            return redirect_to_login(request.get_full_path())
        response = get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "no-store, private"
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def _is_idle(request) -> bool:
    """Whether the session slept too long; remembers, once a minute, that it is awake."""
    now = int(timezone.now().timestamp())
    seen = request.session.get("seen", now)
    role = "administrator" if "administrator" in request.user.held_roles else "user"
    if now - seen > 60 * settings.IDLE_MINUTES[role]:
        return True
    if now - seen > 60 or "seen" not in request.session:
        request.session["seen"] = now
    return False
