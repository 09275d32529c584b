"""Whose draft it is: a person's, a helper's, or this browser's while it has no owner."""

import uuid

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.crypto import salted_hmac

from projects import drafts
from projects.models import Venture

DRAFTS_AN_HOUR = 60  # begun without an account from one address: a school shares one
FILES_AN_HOUR = 60
KEPT_DRAFTS = 20  # a browser without an account remembers so many


def kept_keys(request) -> list[str]:
    """The keys of the drafts begun in this browser without an account."""
    return request.session.get("drafts", [])


def load_draft(request, key) -> Venture:
    """A draft of this person, or of this browser while it has no owner; others find nothing."""
    rows = Venture.objects.select_related("owner", "unit", "call")
    found = get_object_or_404(rows, key=key)
    if found.owner_id is None and found.entered_by_id is not None:
        if request.user.why_not("venture.edit", found):  # a helper's, until it is sent
            raise Http404
        return found
    if found.owner_id is None:
        if str(found.key) not in kept_keys(request):
            raise Http404
        if request.user.is_authenticated:
            found = drafts.adopt(found, request.user)
    if found.owner_id is not None and request.user.why_not("venture.view_team", found):
        raise Http404
    return found


def proof(request, key: uuid.UUID) -> str:
    """Shows that this browser was given the key: its first answer, and with it the session's
    cookie, may have been lost when the button is pressed again."""
    return salted_hmac(
        "projects.intake", f"{request.META.get('CSRF_COOKIE', '')}:{key}", algorithm="sha256"
    ).hexdigest()


def may_begin(request) -> bool:
    """Without an account only so many drafts an hour from one address; a cache that is away
    stops nobody."""
    if request.user.is_authenticated:
        return True
    return counted(f"drafts-begun:{get_ip(request)}") <= DRAFTS_AN_HOUR


def may_upload(request) -> bool:
    """Without an account only so many files an hour from one address: a disk is finite."""
    if request.user.is_authenticated or not request.FILES:
        return True
    number = sum(len(request.FILES.getlist(name)) for name in request.FILES)
    return counted(f"drafts-files:{get_ip(request)}", number) <= FILES_AN_HOUR


def counted(name: str, by: int = 1) -> int:
    """How often this was done within the hour, this time included."""
    cache.add(name, 0, 3600)
    try:
        return cache.incr(name, by) or 0
    except ValueError:  # it lapsed this moment
        return 1


def remember(request, key: uuid.UUID) -> None:
    if str(key) not in kept_keys(request):
        request.session["drafts"] = [*kept_keys(request), str(key)][-KEPT_DRAFTS:]
