"""The receipt: page, paper and the very text that its fingerprint was taken from."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import web
from projects import drafts, receipts, services
from projects.models import Venture
from projects.views import office
from projects.views.written import sections_of


def _load(request, code) -> Venture:
    """The sent idea behind the code, for those who read its own pages; 404 for others."""
    found = office.load(request, code)
    if not found.is_sent:
        raise Http404(code)
    web.require(request.user, "venture.view_private", found)
    return found


@require_safe
def receipt(request, code):
    """What was received and when, and the promised day; made for printing."""
    found = _load(request, code)
    if code != found.code_as("YT"):
        return redirect("projects:receipt", found.code_as("YT"))
    told = receipts.of(found)
    return render(
        request,
        "projects/receipt.html",
        {
            "venture": found,
            "code": told.code,
            "receipt": told,
            "at": told.at,
            "mended": told.is_mended,
            "promised": told.promised,
            "days": told.days,
            "fingerprint": told.fingerprint,
            "sections": sections_of(found, drafts.attached_to(found), request.user),
            "guardian": drafts.guardian_answer(found),
            "is_own": request.user.can("venture.view_team", found),
            "may_check": request.user.can("venture.view_confidential", found),
        },
    )


@require_safe
def pdf(request, code):
    """The receipt on paper; what the reader may not read on the page is not on the paper."""
    found = _load(request, code)
    sections = sections_of(found, drafts.attached_to(found), request.user)
    told = receipts.of(found)
    return _kept(receipts.paper(told, sections), "application/pdf", f"bien-nhan-{told.code}.pdf")


@require_safe
def source(request, code):
    """The text whose SHA-256 is the fingerprint, byte for byte; 404 while it is being mended."""
    found = _load(request, code)
    web.require(request.user, "venture.view_confidential", found)
    told = receipts.of(found)
    if not told.is_as_sent:
        raise Http404(code)
    text = services.sent_text(found).encode()
    return _kept(text, "application/json; charset=utf-8", f"ban-goc-{told.code}.json")


def _kept(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
