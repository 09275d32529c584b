"""The receipt: page, paper and the very text that its fingerprint was taken from."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import web
from projects import attachments, drafts, receipts, services, versions
from projects.models import Venture, Version
from projects.views import office
from projects.views.written import sections_of, sections_of_version


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
            "sections": sections_of(found, attachments.attached_to(found), request.user),
            "guardian": drafts.guardian_answer(found),
            "is_own": request.user.can("venture.view_team", found),
            "may_check": request.user.can("venture.view_confidential", found),
            "versions": versions.all_of(found),
        },
    )


def _load_version(request, code, number) -> Version:
    """One version of the idea behind the code; its readers are those of the idea's own pages."""
    found = _load(request, code)
    version = get_object_or_404(Version, venture=found, number=number)
    version.venture = found
    return version


@require_safe
def version(request, code, number):
    """The receipt of one version, and its answers and files as they were handed in."""
    one = _load_version(request, code, number)
    found, told = one.venture, receipts.of_version(one)
    if code != told.code:
        return redirect("projects:version", told.code, number)
    return render(
        request,
        "projects/version.html",
        {
            "venture": found,
            "version": one,
            "receipt": told,
            "warning": "" if told.is_as_sent else _(receipts.warning(told)),
            "sections": sections_of_version(one, request.user),
            "is_own": request.user.can("venture.view_team", found),
            "may_check": request.user.can("venture.view_confidential", found),
            "versions": versions.all_of(found),
        },
    )


@require_safe
def version_pdf(request, code, number):
    """The receipt of one version on paper."""
    one = _load_version(request, code, number)
    told = receipts.of_version(one)
    content = receipts.paper(told, sections_of_version(one, request.user))
    return _kept(content, "application/pdf", f"bien-nhan-{told.code}-ban-{number}.pdf")


@require_safe
def version_source(request, code, number):
    """The text of one version, byte for byte; 404 where it is not kept as it was sent."""
    one = _load_version(request, code, number)
    web.require(request.user, "venture.view_confidential", one.venture)
    if not versions.is_whole(one):
        raise Http404(code)
    name = f"ban-goc-{one.venture.code_as('YT')}-ban-{number}.json"
    return _kept(versions.text_of(one).encode(), "application/json; charset=utf-8", name)


@require_safe
def pdf(request, code):
    """The receipt on paper; what the reader may not read on the page is not on the paper."""
    found = _load(request, code)
    sections = sections_of(found, attachments.attached_to(found), request.user)
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
