"""Ventures whose words are alike: three at most, by shared trigrams of the folded text.

The candidates are a bounded number of ventures that share the longest words, found through the
trigram index that search has. PostgreSQL measures them with pg_trgm; elsewhere the same measure
is taken here, so that the order is the same.
"""

import re
from functools import reduce
from operator import or_

from django.core.cache import cache
from django.db import connections
from django.db.models import Case, F, FloatField, Func, Q, QuerySet, Value, When

from core.text import fold
from projects.models import Venture

MOST = 3
LEAST = 0.3  # of 1: pg_trgm's own threshold for "similar"
LONGEST = 400  # characters that are compared
FEWEST = 12  # trigrams below which everything short would look alike
LOOKED_AT = 300  # candidates that are measured
WORDS = 6  # the longest ones choose the candidates
SHARED = 2  # so many of them are shared at least
EXTENSION_SECONDS = 600


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
    chosen = _sharing_words(told, rows)
    if not _has_trigrams(rows.db):
        return _measured(grams, rows, chosen, most)
    score = Func(F("search_text"), Value(told), function="similarity", output_field=FloatField())
    near = rows.filter(pk__in=chosen.values("pk")).annotate(likeness=score)
    return list(near.filter(likeness__gte=LEAST).order_by("-likeness", "-pk")[:most])


def _sharing_words(told: str, rows: QuerySet[Venture]) -> QuerySet[Venture]:
    """At most ``LOOKED_AT`` candidates: those that share most of the longest words, then new ones.

    A word counts where it is found, whole or within another, as search does.
    """
    words = sorted(set(told.split()), key=lambda word: (-len(word), word))[:WORDS]
    shared = sum(
        (Case(When(search_text__contains=word, then=1), default=0) for word in words), Value(0)
    )
    some = reduce(or_, (Q(search_text__contains=word) for word in words))
    found = rows.filter(some).annotate(shared=shared).filter(shared__gte=min(SHARED, len(words)))
    return found.order_by("-shared", "-pk")[:LOOKED_AT]


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


def _measured(
    grams: set[str], rows: QuerySet[Venture], chosen: QuerySet[Venture], most: int
) -> list[Venture]:
    """The same without pg_trgm, in two statements."""
    candidates = chosen.values_list("pk", "search_text")
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
