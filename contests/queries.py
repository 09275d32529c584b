"""Questions about results: what a reader must not see, and whose name everybody may read."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import Consent
from contests.models import Contest, Entry
from projects.models import Venture


def closed_to(user: Any, contest: Contest) -> set[int]:
    """The entries whose scores this person never sees: own ones, and those they stepped back from.

    Agrees, by test, with ``Entry.recused_ids``.
    """
    rows = contest.entries.filter(
        Q(owner=user) | Q(members__user=user) | Q(conflicts__judge__user=user)
    )
    return set(rows.values_list("pk", flat=True))


def own_entries(user: Any, contest: Contest) -> list[int]:
    """The entries that this person sent or is in the team of."""
    rows = contest.entries.filter(Q(owner=user) | Q(members__user=user))
    return sorted(set(rows.values_list("pk", flat=True)))


def public_names(entries: Collection[Entry], today: date) -> dict[int, str]:
    """By entry: its owner's name, where the venture's own page shows it to everybody."""
    ventures = {entry.venture_id for entry in entries if entry.venture_id}
    if not ventures:
        return {}
    public = Venture.objects.public(today).filter(pk__in=ventures)
    owners = dict(public.values_list("pk", "owner"))
    agreed = (
        Consent.objects.standing()
        .filter(purpose=Consent.Purpose.PUBLISH_NAME, subject_kind="venture", subject_id__in=owners)
        .values_list("subject_id", "user")
    )
    named = {venture for venture, user in agreed if owners[venture] == user}
    return {
        entry.pk: entry.owner.full_name
        for entry in entries
        if entry.venture_id in named and owners[entry.venture_id] == entry.owner_id
    }
