"""What lies on an official's desk: the queue, counted and sorted, and what to check in an idea."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Event
from core.periods import add_working_days, working_days_between
from core.text import fold
from projects.models import Venture
from projects.services import NEEDED, holidays

SOON = 2  # working days
LOOK_BACK = timedelta(days=400)  # holidays that a late promise may have met
S = Venture.Status
DECISIONS = ("venture.accept", "venture.return", "venture.decline")
MOST_LOOKED_AT = 200
KEPT_SECONDS = 60
MANY = 1000  # so many waiting are not counted anew for every page
SHORT = ("cua-toi", "cho-bo-sung", "cho-phat-hanh")  # counted anew for every page


def holidays_around(today: date) -> Collection[date]:
    """The holidays that the time left of any promise in the queue may meet; kept a minute."""
    key = f"holidays-{today}"
    found = cache.get(key)
    if found is None:
        found = holidays(today - LOOK_BACK)
        cache.set(key, found, KEPT_SECONDS)
    return found


def drawers(user: Any, today: date, days_off: Collection[date]) -> dict[str, Q]:
    """The queue's filters, as they stand in the address; "" is what waits for us."""
    waiting = Q(status__in=Venture.WAITING_FOR_US)
    soon = add_working_days(today, SOON, days_off)
    return {
        "": waiting,
        "cua-toi": waiting & Q(screener=user),
        "co-quan-toi": waiting & Q(screener=None, agency__in=agencies_of(user)),
        "chua-giao": waiting & Q(screener=None, agency=None),
        "qua-han": waiting & Q(promised_on__lt=today),
        "sap-han": waiting & Q(promised_on__gte=today, promised_on__lte=soon),
        "cho-bo-sung": Q(status=S.RETURNED),
        "cho-phat-hanh": Q(status__in=Venture.DECIDED),
        "da-tra-loi": Q(status__in=[S.ACCEPTED, S.DECLINED]),
    }


def agencies_of(user: Any) -> list[int]:
    """The agencies for which ``user`` acts today."""
    return [held.agency_id for held in user.memberships_today if held.agency_id]


def desk_of(user: Any, today: date) -> QuerySet:
    """The ideas that ``user`` may look at as an official: what they see, without their own."""
    return Venture.objects.visible_to(user, today).not_behind(user)


def counted(user: Any, today: date, drawers: dict[str, Q]) -> dict[str, int]:
    """How many lie in each drawer but the last, which grows for ever. One statement.

    Of a long queue the numbers that its length makes are kept a minute; the short ones, which
    the person's own steps change, are counted every time.
    """
    key = f"desk-{user.pk}-{today}"
    kept = cache.get(key) or {}
    names = [name for name in drawers if name != "da-tra-loi" and name not in kept]
    told = {f"n_{i}": Count("pk", filter=drawers[name]) for i, name in enumerate(names)}
    rows = desk_of(user, today).filter(status__in=[*Venture.WAITING_FOR_US, S.RETURNED])
    if kept:
        rows = rows.filter(Q(screener=user) | Q(status__in=[*Venture.DECIDED, S.RETURNED]))
    numbers = kept | dict(zip(names, rows.aggregate(**told).values(), strict=True))
    if not kept and numbers[""] > MANY:
        long = {name: number for name, number in numbers.items() if name not in SHORT}
        cache.set(key, long, KEPT_SECONDS)
    return numbers


@dataclass(frozen=True)
class Hands:
    """Whose the waiting ideas are: (key, name, how many) of persons and of agencies."""

    people: list[tuple[int, str, int]]
    agencies: list[tuple[int, str, int]]


def in_hands(user: Any, today: date) -> Hands:
    """Persons and agencies with ideas that wait, those with most first. One statement.

    Of a long queue kept a minute, as its numbers are.
    """
    key = f"hands-{user.pk}-{today}"
    kept = cache.get(key)
    if kept is not None:
        return kept
    told = ("screener", "screener__full_name", "screener__email")
    told += ("agency", "agency__short_name", "agency__name")
    rows = desk_of(user, today).in_queue().order_by().values_list(*told).annotate(n=Count("pk"))
    people: dict[int, tuple[str, int]] = {}
    bodies: dict[int, tuple[str, int]] = {}
    every = 0
    for who, name, email, body, short, long, n in rows:
        every += n
        if who:
            people[who] = (name or email, people.get(who, ("", 0))[1] + n)
        elif body:
            bodies[body] = (short or long, bodies.get(body, ("", 0))[1] + n)

    def most_first(found: dict[int, tuple[str, int]]) -> list[tuple[int, str, int]]:
        return sorted(((k, name, n) for k, (name, n) in found.items()), key=lambda r: (-r[2], r[0]))

    hands = Hands(most_first(people), most_first(bodies))
    if every > MANY:
        cache.set(key, hands, KEPT_SECONDS)
    return hands


def following(user: Any, today: date, after: Venture | None, drawer: Q) -> Venture | None:
    """The undecided idea that comes after ``after`` in the queue; from the top where none does."""
    rows = desk_of(user, today).filter(drawer, status__in=[S.SUBMITTED, S.SCREENING])
    rows = rows.order_by("promised_on", "pk")
    if after is None:
        return rows.first()
    rows = rows.exclude(pk=after.pk)
    later = Q(promised_on__gt=after.promised_on) if after.promised_on else Q()
    later |= Q(promised_on=after.promised_on, pk__gt=after.pk)
    return rows.filter(later).first() or rows.first()


@dataclass(frozen=True)
class Due:
    """What is left of a promise: the chip's kind and its words."""

    kind: str
    words: str


def due(venture: Venture, today: date, days_off: Collection[date]) -> Due | None:
    """What is left of the promised answer; None when nothing is promised any more."""
    if venture.status == S.RETURNED:
        return Due("none", _("Tạm dừng"))
    if venture.status not in Venture.WAITING_FOR_US or venture.promised_on is None:
        return None
    left = working_days_between(today, venture.promised_on, days_off)
    if venture.promised_on < today:
        late = max(1, -left)
        return Due("late", ngettext("Quá hạn %(n)d ngày", "Quá hạn %(n)d ngày", late) % {"n": late})
    if left == 0:
        return Due("soon", _("Hạn hôm nay"))
    words = ngettext("Còn %(n)d ngày", "Còn %(n)d ngày", left) % {"n": left}
    return Due("soon" if left <= SOON else "in", words)


@dataclass(frozen=True)
class Look:
    """One thing that was checked without a person: ``state`` is "ok" or "ask"."""

    state: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Neighbours:
    """Other ventures to compare an idea with."""

    same_person: list[Venture]
    similar: list[tuple[Venture, str]]  # with the words in common


def checks(venture: Venture, same_person: list[Venture]) -> list[Look]:
    """Facts only; what is new, or fit, or forbidden is for a person to judge."""
    labels = {f.name: str(f.verbose_name) for f in Venture._meta.fields}
    missing = [labels[name] for name in NEEDED if not getattr(venture, name)]
    unit = venture.unit
    return [
        Look("ok", _("Có địa bàn ở Đức Phổ"), str(unit))
        if unit
        else Look("ask", _("Chưa ghi xã, phường"), _("Hỏi người gửi ở đâu")),
        Look("ask", _("Còn phần để trống"), ", ".join(missing))
        if missing
        else Look("ok", _("Đã điền đủ các phần cần có")),
        Look("ask", _("Người gửi có hồ sơ khác"), _("Xem có trùng không"))
        if same_person
        else Look("ok", _("Người gửi chưa có hồ sơ nào khác")),
    ]


def neighbours(venture: Venture, user: Any, today: date, most: int = 3) -> Neighbours:
    """The same person's other ventures, and those whose titles share most words: one statement.

    Compared with the newest ``MOST_LOOKED_AT`` that share a word, so that the cost is bounded.
    """
    words = _words(venture.title)
    if venture.owner_id:
        mine = Q(owner=venture.owner_id)
    elif venture.contact_email:
        mine = Q(contact_email=venture.contact_email)
    else:  # who has neither account nor address is found by the words alone
        mine = Q(pk__in=[])
    alike = Q(pk__in=[])
    for word in sorted(words, key=len, reverse=True)[:6]:
        alike |= Q(search_text__contains=word)
    rows = (
        Venture.objects.visible_to(user, today)
        .exclude(status=S.DRAFT)
        .exclude(pk=venture.pk)
        .filter(mine | alike)
        .order_by(Case(When(mine, then=0), default=1), "-pk")[:MOST_LOOKED_AT]
    )
    same_person, others = [], []
    for other in rows:
        shared = [word for word in _words(other.title) if word in words]
        if _same_person(other, venture):
            same_person.append(other)
        elif len(shared) >= 2:
            others.append((len(shared), other, ", ".join(shared)))
    others.sort(key=lambda row: (-row[0], -row[1].pk))
    return Neighbours(same_person[:5], [(other, shared) for _n, other, shared in others[:most]])


def _words(title: str) -> list[str]:
    return list(dict.fromkeys(word for word in fold(title).split() if len(word) > 1))


def _same_person(one: Venture, other: Venture) -> bool:
    if other.owner_id:
        return one.owner_id == other.owner_id
    return bool(other.contact_email) and one.contact_email == other.contact_email


def decided_by(ventures: Collection[Venture]) -> dict[int, Event]:
    """The last decision of each venture, with who took it: one statement."""
    if not ventures:
        return {}
    events = Event.objects.filter(
        content_type__app_label="projects",
        content_type__model="venture",
        object_id__in=[v.pk for v in ventures],
        kind__in=DECISIONS,
    )
    return {event.object_id: event for event in events.select_related("actor").order_by("at", "pk")}
