"""Signs that a judge and an entry may know each other: a hint asks, only people decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from contests.models import Entry, Judge
from core.text import fold
from projects.models import Support

# Everybody may have an address there: the same one says nothing.
PUBLIC_DOMAINS = frozenset(
    {
        "aol.com", "fpt.vn", "gmail.com", "gmx.com", "googlemail.com", "hcm.vnn.vn", "hotmail.com",
        "icloud.com", "live.com", "mail.com", "me.com", "msn.com", "outlook.com", "outlook.com.vn",
        "proton.me", "protonmail.com", "vnn.vn", "yahoo.com", "yahoo.com.vn", "ymail.com",
        "zalo.me", "zoho.com",
    }
)  # fmt: skip
SHORTEST = 6  # letters of a workplace's name that are worth comparing


@dataclass(frozen=True, order=True)
class Hint:
    """Of one entry: the person, school or unit that it is about, and the sentence."""

    entry: int
    name: str
    kind: str
    words: str


def with_people(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries with the people, places and supports that hints look at, read at once."""
    held = Membership.objects.on(timezone.localdate()).select_related("agency")
    prefetch_related_objects(
        entries,
        "unit",
        "owner__unit",
        Prefetch("owner__memberships", held, to_attr="held_today"),
        "members__user",
        "venture__members",
        Prefetch("venture__supports", Support.objects.standing().select_related("agency")),
    )
    return list(entries)


def of(judge: Judge, entries: Iterable[Entry]) -> list[Hint]:
    """Every hint about this judge and these entries (of ``with_people``), in a fixed order."""
    user = judge.user
    agencies: dict[int, str] = {}
    if user is not None:
        agencies = {m.agency_id: str(m.agency) for m in user.memberships_today if m.agency_id}
    found: set[Hint] = set()
    for entry in entries:
        found |= set(_of_place(judge, entry))
        found |= set(_of_work(judge, agencies, entry))
        found |= set(_of_venture(judge, agencies, entry))
    return sorted(found)


def _of_place(judge: Judge, entry: Entry) -> Iterable[Hint]:
    """The same ward or commune, and within it the same family name."""
    unit = judge.user.unit_id if judge.user else None
    if unit is None:
        return
    if entry.unit_id == unit:
        words = _("Cùng ở %(unit)s.") % {"unit": entry.unit}
        yield Hint(entry.pk, str(entry.unit), "unit", words)
    for name, lives in _people(entry):
        if lives != unit:
            continue
        where = {"unit": judge.user.unit if judge.user else ""}
        yield Hint(entry.pk, name, "unit", _("Cùng ở %(unit)s.") % where)
        family = judge.name.split()[:1]
        if family and fold(family[0]) == fold(*name.split()[:1]):
            told = where | {"family": family[0]}
            words = _("Cùng họ %(family)s và cùng ở %(unit)s.") % told
            yield Hint(entry.pk, name, "family", words)


def _people(entry: Entry) -> Iterable[tuple[str, int | None]]:
    yield entry.owner.full_name, entry.owner.unit_id or entry.unit_id
    for member in entry.members.all():
        yield member.name, member.user.unit_id if member.user else entry.unit_id


def _of_work(judge: Judge, agencies: dict[int, str], entry: Entry) -> Iterable[Hint]:
    """The same agency, workplace or school, or letters under the same domain of one's own."""
    owner = entry.owner
    for held in owner.held_today:  # type: ignore[attr-defined]  # of with_people
        if held.agency_id in agencies:
            words = _("Cùng cơ quan: %(agency)s.") % {"agency": agencies[held.agency_id]}
            yield Hint(entry.pk, owner.full_name, "agency", words)
    school, title = fold(entry.school), fold(judge.title)
    places = [title, *map(fold, agencies.values())]
    if len(school) >= SHORTEST and any(_within(school, place) for place in places):
        words = _("Trùng nơi làm việc của giám khảo: %(school)s.") % {"school": entry.school}
        yield Hint(entry.pk, entry.school, "workplace", words)
    people = [(owner.full_name, owner.email)]
    people += [(m.name, m.user.email) for m in entry.members.all() if m.user]
    domain = _domain(judge.email)
    for name, email in people:
        if domain and domain == _domain(email):
            words = _("Cùng đuôi thư điện tử @%(domain)s.") % {"domain": domain}
            yield Hint(entry.pk, name, "domain", words)


def _within(one: str, other: str) -> bool:
    return one in other or (len(other) >= SHORTEST and other in one)


def _domain(email: str) -> str:
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in PUBLIC_DOMAINS else domain


def _of_venture(judge: Judge, agencies: dict[int, str], entry: Entry) -> Iterable[Hint]:
    """Was in the venture's team, advised it, or gave it help."""
    venture: Any = entry.venture
    if venture is None:
        return
    name, user = entry.owner.full_name, judge.user_id
    for member in venture.members.all():
        if user and member.user_id == user:
            yield Hint(entry.pk, name, "team", _("Từng ở trong nhóm của dự án này."))
    for support in venture.supports.all():
        told = {"kind": support.get_kind_display(), "by": support.provider}
        if user and support.recorded_by_id == user:
            words = _("Giám khảo đã ghi khoản hỗ trợ: %(kind)s.") % told
            yield Hint(entry.pk, name, "support", words)
        if fold(judge.name) in fold(support.provider, support.content):
            words = _("Giám khảo đã cố vấn hoặc hỗ trợ: %(kind)s (%(by)s).") % told
            yield Hint(entry.pk, name, "mentor", words)
        elif support.agency_id in agencies:
            words = _("Cơ quan của giám khảo đã hỗ trợ: %(kind)s (%(by)s).") % told
            yield Hint(entry.pk, name, "support", words)
