"""The few lines every view would otherwise repeat."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

PAGE = 25
MOST_COUNTED = 1001  # a count beyond this is shown as "hơn 1.000"


def require(user, permission, obj=None):
    """Go on, or answer 403 with the sentence that refuses."""
    if reason := user.why_not(permission, obj):
        raise PermissionDenied(reason)


class BoundedPaginator(Paginator):
    """A paginator whose count stops at ``MOST_COUNTED``: its cost does not grow with the table."""

    @property
    def count(self):
        if not hasattr(self, "_bounded"):
            rows = self.object_list.order_by().values("pk")[:MOST_COUNTED]
            self._bounded = rows.count()
        return self._bounded

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


def page_of(queryset, request):
    return BoundedPaginator(queryset, PAGE).get_page(request.GET.get("trang"))


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
