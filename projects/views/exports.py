"""Lists taken away as Excel: with the filters of the address, exactly what the reader may see."""

import hashlib
import json
import tempfile

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from core import tasks
from core.files.kinds import EXCEL, TYPES
from core.text import nfc
from core.web import require
from projects import exports
from projects.forms.products import ProductFilter
from projects.forms.public import VentureFilter
from projects.lists import LISTINGS
from projects.views.certificates import FILTERS as ENDINGS
from projects.views.help_requests import asked_for as requests_asked
from projects.views.ledger import filter_of
from projects.views.office import load
from projects.views.products import asked_for as products_asked

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def projects(request):
    form = VentureFilter(request.GET, today=timezone.localdate())
    return _list(request, "projects", form.cleaned_data)


@require_http_methods(METHODS)
def enterprises(request):
    form = VentureFilter(request.GET, today=timezone.localdate(), is_enterprises=True)
    return _list(request, "enterprises", form.cleaned_data)


@require_http_methods(METHODS)
def queue(request):
    require(request.user, "venture.list_queue")
    words = nfc(request.GET.get("q", ""))[:200].strip()
    asked = {name: request.GET.get(name, "") for name in ("loc", "nguoi", "co_quan")}
    return _list(request, "queue", asked | {"q": words})


@require_http_methods(METHODS)
def ledger(request, code):
    venture = load(request, code)
    return _list(request, "ledger", {"venture": venture.pk}, f"so-ho-tro-{venture.code}")


@require_http_methods(METHODS)
def supports(request):
    require(request.user, "ledger.view")
    return _list(request, "supports", filter_of(request, timezone.now()).asked())


@require_http_methods(METHODS)
def products(request):
    return _list(request, "products", products_asked(ProductFilter(request.GET)))


@require_http_methods(METHODS)
def certificates(request):
    require(request.user, "certificate.list")
    chosen = request.GET.get("loc", "")
    return _list(request, "certificates", {"loc": chosen if chosen in ENDINGS else ""})


@require_http_methods(METHODS)
def help_requests(request):
    require(request.user, "helprequest.list")
    return _list(request, "help_requests", requests_asked(request.GET))


def _list(request, name, asked, file=""):
    """The file at once; a long list is made by a worker, for a person who is signed in."""
    user, now = request.user, timezone.now()
    listing = LISTINGS[name]
    if exports.is_long(name, user, asked, now):
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method != "POST":
            return render(request, "projects/export_long.html", {"title": listing.title})
        params = {"list": name, "asked": asked, "language": translation.get_language()}
        told = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:16]
        key = f"{exports.LIST}:{user.pk}:{told}"
        return redirect(tasks.start(exports.LIST, key=key, by=user, params=params))
    target = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    exports.write_list(target, name, user, asked, now)
    target.seek(0)
    return FileResponse(
        target,
        as_attachment=True,
        filename=f"{file or listing.file}.xlsx",
        content_type=TYPES[EXCEL],
        headers={"Cache-Control": "private, no-store"},
    )
