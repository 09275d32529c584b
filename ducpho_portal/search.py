"""The one search: which kinds of rows it looks through, and how each is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from contests.models import Contest
from core.codes import Code
from core.formats_vn import date_vn
from core.periods import day_of
from core.search import matching
from programme import queries as programme
from programme.models import Activity, Clause
from projects.models import Product, Venture
from support_orgs import queries as organisations
from support_orgs.models import Organisation

SHOWN = 10  # of each group, before "see more"
OF_VENTURES = {"YT", "DA", "DN"}


@dataclass(frozen=True)
class Hit:
    """A row as the search shows it."""

    title: str
    url: str
    about: str  # code, place or day: what tells it from its like
    text: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Group:
    """A kind of rows: those that ``user`` may see and that ``text`` finds, in a stable order."""

    key: str
    label: Any  # a lazy string
    rows: Callable[[Any, str, date], QuerySet]
    hit: Callable[[Any], Hit]


def _ventures(user: Any, text: str, today: date) -> QuerySet:
    rows = Venture.objects.visible_to(user, today)
    code = Code.parse(text)
    if code and code.prefix not in OF_VENTURES:
        return rows.none()
    whole = user.can("venture.list_queue")
    shown = (
        "year", "number", "level", "title", "summary", "unit__name", "unit__kind", "is_sample",
        "published", "confidential",
    )  # fmt: skip
    reads_all = Case(When(owner=user.pk, then=True), default=whole) if user.pk else Value(False)
    return (
        rows.annotate(reads_all=reads_all)
        .search(text, whole=whole)
        .select_related("unit")
        .only(*shown)
        .order_by("-pk")
    )


def _venture(venture: Venture) -> Hit:
    names = {"summary", "unit"} if venture.reads_all else venture.public_names
    unit = venture.unit if "unit" in names else None
    named = (Venture.Level(venture.level).label, venture.code, unit)
    return Hit(
        title=venture.title,
        url=venture.get_absolute_url(),
        about=" · ".join(str(part) for part in named if part),
        text=venture.summary if "summary" in names else "",
        is_sample=venture.is_sample,
    )


def _products(user: Any, text: str, today: date) -> QuerySet:
    rows = Product.objects.visible_to(user, today).search(text)
    shown = ("year", "number", "name", "about", "is_sample", "venture__title")
    return rows.select_related("venture").only(*shown).order_by("-pk")


def _product(product: Product) -> Hit:
    return Hit(
        title=product.name,
        url=product.get_absolute_url(),
        about=f"{product.code} · {product.venture.title}",
        text=product.about,
        is_sample=product.is_sample,
    )


def _contests(user: Any, text: str, today: date) -> QuerySet:
    rows = matching(Contest.objects.visible_to(user), text).select_related("organiser")
    shown = ("slug", "title", "about", "status", "closes_at", "is_sample", "organiser__name")
    return rows.only(*shown).order_by("-closes_at", "-pk")


def _contest(contest: Contest) -> Hit:
    closes = contest.closes_at
    until = _("nhận hồ sơ đến %(day)s") % {"day": date_vn(day_of(closes))} if closes else ""
    named = (contest.organiser.name, Contest.Status(contest.status).label, until)
    return Hit(
        title=contest.title,
        url=contest.get_absolute_url(),
        about=" · ".join(str(part) for part in named if part),
        text=contest.about,
        is_sample=contest.is_sample,
    )


def _activities(user: Any, text: str, today: date) -> QuerySet:
    rows = programme.search(Activity.objects.visible_to(user), text)
    shown = ("year", "number", "kind", "name", "happened_on", "is_sample")
    return rows.only(*shown).order_by("-happened_on", "-pk")


def _activity(activity: Activity) -> Hit:
    named = (Activity.Kind(activity.kind).label, activity.code, date_vn(activity.happened_on))
    return Hit(
        title=activity.name,
        url=activity.get_absolute_url(),
        about=" · ".join(str(part) for part in named),
        is_sample=activity.is_sample,
    )


def _organisations(user: Any, text: str, today: date) -> QuerySet:
    rows = organisations.search(Organisation.objects.visible_to(user), text)
    shown = ("code", "kind", "name", "host", "is_sample")
    return rows.only(*shown).order_by("name", "pk")


def _organisation(organisation: Organisation) -> Hit:
    named = (Organisation.Kind(organisation.kind).label, organisation.host)
    return Hit(
        title=organisation.name,
        url=organisation.get_absolute_url(),
        about=" · ".join(str(part) for part in named if part),
        is_sample=organisation.is_sample,
    )


def _clauses(user: Any, text: str, today: date) -> QuerySet:
    return matching(Clause.objects.all(), text).order_by("order", "pk")


def _clause(clause: Clause) -> Hit:
    return Hit(
        title=programme.heading(clause),
        url=clause.get_absolute_url(),
        about=clause.code,
        text="" if clause.text.startswith(clause.title) else clause.text,
    )


GROUPS = (
    Group("du-an", _("Ý tưởng, dự án, doanh nghiệp"), _ventures, _venture),
    Group("san-pham", _("Sản phẩm"), _products, _product),
    Group("cuoc-thi", _("Cuộc thi"), _contests, _contest),
    Group("hoat-dong", _("Hoạt động"), _activities, _activity),
    Group("ho-tro", _("Câu lạc bộ, tổ chức hỗ trợ"), _organisations, _organisation),
    Group("chuong-trinh", _("Chương trình hành động"), _clauses, _clause),
)


@dataclass(frozen=True)
class Found:
    group: Group
    hits: list[Hit]
    has_more: bool


def everywhere(user: Any, text: str, today: date) -> list[Found]:
    """The first hits of each group that has any. One statement a group."""
    found = []
    for group in GROUPS:
        rows = list(group.rows(user, text, today)[: SHOWN + 1])
        if rows:
            hits = [group.hit(row) for row in rows[:SHOWN]]
            found.append(Found(group, hits, len(rows) > SHOWN))
    return found


def group_named(key: str) -> Group | None:
    return next((group for group in GROUPS if group.key == key), None)
