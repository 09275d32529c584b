"""Ventures whose words are alike: three at most, by shared trigrams of the folded text.

PostgreSQL measures with pg_trgm over the index that search has. Elsewhere the same measure is
taken here, over a bounded number of candidates, so that the order is the same within reason.
"""

import re

from django.core.cache import cache
from django.db import connections
from django.db.models import BooleanField, F, FloatField, Func, Q, QuerySet, Value

from core.text import fold
from projects.models import Venture

MOST = 3
LEAST = 0.3  # of 1: pg_trgm's own threshold for "similar"
LONGEST = 400  # characters that are compared
FEWEST = 12  # trigrams below which everything short would look alike
LOOKED_AT = 300  # candidates measured without pg_trgm
WORDS = 6  # the longest ones choose the candidates
EXTENSION_SECONDS = 600


class _IsAlike(Func):
    """``a % b`` of pg_trgm, which its index answers."""

    arg_joiner = " %% "
    template = "(%(expressions)s)"
    output_field = BooleanField()


def trigrams(text: str) -> set[str]:
    """The trigrams of a folded text as pg_trgm makes them: word by word, padded with spaces."""
    return {
        padded[start : start + 3]
        for word in re.findall(r"[^\W_]+", text)
        for padded in [f"  {word} "]
        for start in range(len(padded) - 2)
    }


def likeness(one: set[str], other: set[str]) -> float:
    """Shared trigrams as a part of all: 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def alike(text: str, rows: QuerySet[Venture], *, most: int = MOST) -> list[Venture]:
    """Those of ``rows`` that are most alike the text, the likest first.

    The caller says by ``rows`` what its reader may see: public ventures, or ``visible_to``.
    """
    told = fold(text)[:LONGEST]
    grams = trigrams(told)
    if len(grams) < FEWEST:
        return []
    if _has_trigrams(rows.db):
        near = rows.filter(_IsAlike(F("search_text"), Value(told)))
        score = Func(
            F("search_text"), Value(told), function="similarity", output_field=FloatField()
        )
        return list(near.annotate(likeness=score).order_by("-likeness", "-pk")[:most])
    return _measured(told, grams, rows, most)


def _has_trigrams(alias: str) -> bool:
    """Whether this database measures itself; remembered for a while."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return False
    known = cache.get("pg_trgm-there")
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            known = bool(cursor.fetchone())
        cache.set("pg_trgm-there", known, EXTENSION_SECONDS)
    return known


def _measured(told: str, grams: set[str], rows: QuerySet[Venture], most: int) -> list[Venture]:
    """The same without pg_trgm: two statements, the newest candidates that share a long word."""
    words = sorted(set(told.split()), key=lambda word: (-len(word), word))[:WORDS]
    shared = Q(pk__in=[])
    for word in words:
        shared |= Q(search_text__contains=word)
    candidates = rows.filter(shared).order_by("-pk").values_list("pk", "search_text")[:LOOKED_AT]
    scored = [(likeness(grams, trigrams(found)), pk) for pk, found in candidates]
    best = sorted((row for row in scored if row[0] >= LEAST), reverse=True)[:most]
    by_key = rows.in_bulk([pk for _score, pk in best])
    return [by_key[pk] for _score, pk in best if pk in by_key]


def public_ones(venture: Venture, today) -> list[Venture]:
    """For a founder: what is public and like the idea being written, without that itself."""
    if not venture.summary:
        return []
    rows = Venture.objects.public(today)
    if venture.pk:
        rows = rows.exclude(pk=venture.pk)
    return alike(f"{venture.title} {venture.summary}", rows)


def for_desk(venture: Venture, user, today) -> list[Venture]:
    """For an official: what they may see and is like the idea on their desk."""
    rows = Venture.objects.visible_to(user, today).exclude(status=Venture.Status.DRAFT)
    return alike(f"{venture.title} {venture.summary}", rows.exclude(pk=venture.pk))
