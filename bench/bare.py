"""The limit of a list page: all middleware, its own template, one query by an index."""

import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import render


@dataclass
class Limit:
    """What a real page showed, and the query that stands for all of its own."""

    template: str
    context: dict[str, Any]
    rows: QuerySet


@dataclass
class Limits:
    known: list[Limit] = field(default_factory=list)

    def add(self, response: Any, rows: QuerySet) -> str:
        """The address that renders what ``response`` showed, after ``rows`` was read."""
        context = dict(response.context[0].flatten())
        for name in ("request", "csrf_token", "user", "perms", "messages", "view", "block"):
            context.pop(name, None)
        kept = {name: _evaluated(value) for name, value in context.items()}
        self.known.append(Limit(response.templates[0].name, kept, rows))
        return f"/bench/{len(self.known) - 1}/"


LIMITS = Limits()


def _evaluated(value: Any) -> Any:
    """Rows and pages as they were: rendering them again asks the database nothing."""
    if isinstance(value, QuerySet):
        list(value)
    if hasattr(value, "object_list"):
        value = copy.copy(value)
        value.object_list = list(value.object_list)
    return value


def show(request, number):
    limit = LIMITS.known[number]
    list(limit.rows[:25])
    return render(request, limit.template, limit.context)
