"""Pages of the foundation: health, files, jobs, errors."""

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from core import files
from core.models import Job, StoredFile
from core.web import require


@require_safe
def health(request):
    """200 when database, broker and worker answer; 503 naming the part otherwise."""
    parts = {"database": _database(), "broker": _broker()}
    parts["worker"] = (parts["broker"] == "ok" and _worker()) or "no answer"
    well = all(state == "ok" for state in parts.values())
    answer = JsonResponse(
        {"status": "ok" if well else "failing", "parts": parts}, status=200 if well else 503
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


def _broker() -> str:
    try:
        with current_app.connection_for_read() as connected:
            connected.ensure_connection(max_retries=1, timeout=2)
    except OSError as error:
        return type(error).__name__
    return "ok"


def _worker() -> str:
    """Asked at most every ten seconds: a ping wakes every worker."""
    known = cache.get("worker-answers")
    if known is None:
        answers = current_app.control.inspect(timeout=1).ping()
        known = "ok" if answers else "no answer"
        cache.set("worker-answers", known, 10)
    return known


@require_safe
def file(request, key):
    stored = get_object_or_404(StoredFile.objects.select_related("content_type"), key=key)
    if request.user.why_not("file.view", stored):
        raise Http404
    answer = FileResponse(stored.file.open("rb"))
    for name, value in files.headers(stored, inline="xem" in request.GET).items():
        answer.headers[name] = value
    return answer


@require_safe
def job(request, pk):
    found = get_object_or_404(Job, pk=pk)
    require(request.user, "job.view", found)
    name = "core/job.html#state" if request.htmx else "core/job.html"
    return render(request, name, {"job": found, "now": timezone.now()})


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


@require_safe
def language(request, code):
    """Remember the reader's language in a cookie and go back to where they were."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    then = request.GET.get("tiep", "/")
    # Without the slash it would be taken for the name of a view.
    if not (then.startswith("/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)):
        then = "/"
    answer = redirect(then)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


@require_safe
def security_txt(request):
    lines = [
        f"Contact: mailto:{settings.DEFAULT_FROM_EMAIL}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "Preferred-Languages: vi, en",
        f"Expires: {timezone.now().year + 1}-12-31T23:59:59+07:00",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def robots_txt(request):
    closed = ("/tai-khoan/", "/quan-tri/", "/viec-cua-toi/", "/y-tuong/", "/tim-kiem/", "/tep/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
