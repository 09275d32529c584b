"""The few lines every view would otherwise repeat."""

import hashlib

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

PAGE = 25
MOST_COUNTED = 1001  # a count beyond this is shown as "hơn 1.000"
REMEMBERED_SECONDS = 600


def require(user, permission, obj=None):
    """Go on, or answer 403 with the sentence that refuses."""
    if reason := user.why_not(permission, obj):
        raise PermissionDenied(reason)


class BoundedPaginator(Paginator):
    """A paginator whose count stops at ``MOST_COUNTED``: its cost does not grow with the table.

    That a list is longer than that is remembered under ``name`` for a while; a shorter one,
    whose number is shown, is counted every time.
    """

    def __init__(self, rows, per_page, *, name):
        super().__init__(rows, per_page)
        self.name = f"long-list-{name}"
        self.known = None

    @property
    def count(self):
        if self.known is None:
            self.known = cache.get(self.name)
        if self.known is None:
            rows = self.object_list.order_by().values("pk")[:MOST_COUNTED]
            self.known = rows.count()
            if self.is_capped:
                cache.set(self.name, self.known, REMEMBERED_SECONDS)
        return self.known

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


def page_of(queryset, request, count=None):
    """The page that ``?trang=`` names; ``count`` where the caller knows it.

    A list of one page is read, not counted.
    """
    asked = request.GET.copy()
    number = (asked.pop("trang", None) or ["1"])[-1]
    name = f"{request.user.pk}{request.path}?{asked.urlencode()}"
    paginator = BoundedPaginator(
        queryset, PAGE, name=hashlib.sha256(name.encode()).hexdigest()[:32]
    )
    paginator.known = count
    if number != "1":
        return paginator.get_page(number)
    rows = list(queryset[: PAGE + 1])
    if len(rows) <= PAGE:
        paginator.known = len(rows)
    return Page(rows[:PAGE], 1, paginator)


def render_list(request, template, queryset, **context):
    """A page of ``queryset``; htmx asks for the ``#rows`` partial only."""
    page = page_of(queryset, request)
    partial = request.htmx and not (request.htmx.boosted or request.htmx.history_restore_request)
    name = f"{template}#rows" if partial else template
    response = render(request, name, {"page": page, **context})
    patch_vary_headers(response, ["HX-Request"])
    return response


def buttons(workflow, obj, user, url):
    """What ``user`` can do with ``obj`` now, for components/steps_form.html; ``url(step name)``."""
    return [
        {"label": step.label, "url": url(step.name), "kind": step.kind, "asks": step.asks}
        for step in workflow.open_steps(obj, user)
    ]
