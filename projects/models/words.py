"""Which answers of a venture can be closed or published, by their names, and lists of such names.

Everything else is fixed: title, field and summary are what every official reads in the queue,
and whoever publishes a venture publishes at least its title and its field.
"""

from collections.abc import Collection
from functools import reduce
from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Replace
from django.db.models.lookups import Contains, Exact

# Read by the founder and those who screen this venture, when the founder marks them so.
CLOSABLE = (
    "problem", "solution", "novelty", "attachment", "ip_note", "workplace", "team", "wanted_note",
)  # fmt: skip
# Shown to everybody when the founder ticks them, one by one; "unit" is the place,
# "picture" the attachment where it is one, "supports" what help it was given, "market" its
# certificates, fairs and lead firms, "awards" what it won in contests.
PUBLISHABLE = (
    "summary", "unit", "stage", "team", "ip_state", "picture", "supports", "market", "awards",
)  # fmt: skip
ALWAYS_PUBLIC = ("title", "field")
# What a guardian's yes covers, by the words that the guardian reads.
PUBLISHABLE_OF_A_CHILD = ("summary", "unit")


def lists_only(column: str, names: Collection[str]) -> Any:
    """The condition that a JSON list holds nothing but these names; for every database."""
    rest = reduce(
        lambda text, name: Replace(text, Value(f'"{name}"'), Value(""), output_field=TextField()),
        names,
        Cast(column, TextField()),
    )
    bare = Replace(rest, Value(", "), Value(""), output_field=TextField())
    return Exact(bare, Value("[]"))


def lists(column: str, name: str) -> Q:
    """The condition that a JSON list of names holds this one; for every database."""
    return Q(Contains(Cast(column, TextField()), Value(f'"{name}"')))
