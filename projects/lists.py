"""The lists of ventures and of support: which rows a reader gets, on the screen and in Excel.

``LISTINGS`` is a table: a row names a list, its rows and its columns. The page and the file read
the same function, so they cannot differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.facts import Fact
from core.models import AdminUnit
from core.spreadsheets import Column
from projects import desk, lists_market
from projects.lists_market import titled
from projects.models import Support, Venture
from projects.models.enterprise import still_running
from projects.models.words import lists
from projects.written import shows

Asked = Mapping[str, Any]  # what the filter was asked for, by the names in the address
Level = Venture.Level
RUNNING, ENDED = "hoat-dong", "cham-dut"


# -- Rows -------------------------------------------------------------------------
def ventures(user: Any, asked: Asked, today: date, level: str) -> QuerySet[Venture]:
    """The ventures of one level that the reader may see, the newest first.

    A unit asked for has those of the units it was made of, too. What is not published is not
    found by it either, but by officials and its owner.
    """
    whole = user.can("venture.list_queue")
    rows = Venture.objects.visible_to(user, today).filter(level=level)
    if field := asked.get("linh_vuc"):
        rows = rows.filter(field=field)
    if code := asked.get("xa"):
        rows = rows.filter(found_by("unit", user), unit__in=unit_keys(code, today))
    if stage := asked.get("giai_doan"):
        rows = rows.filter(found_by("stage", user), stage=stage)
    if running := asked.get("con"):
        rows = rows.filter(still_running() if running == RUNNING else ~still_running())
    rows = rows.search(asked.get("q") or "", whole=whole).select_related("unit__successor")
    if whole:
        rows = rows.with_publicity(today)
    return rows.order_by("-pk")


def found_by(name: str, user: Any) -> Q:
    """The ventures whose answer ``name`` the reader of a list may see."""
    if user.can("venture.list_queue"):
        return Q()
    return lists("published", name) | Q(owner=user.pk)


def queue(user: Any, asked: Asked, today: date) -> QuerySet[Venture]:
    """The ideas of one drawer of the desk, by the time left of their promise."""
    drawer = asked.get("loc") or ""
    drawers = desk.drawers(user, today, desk.holidays_around(today))
    rows = desk.desk_of(user, today).filter(drawers.get(drawer, drawers[""]))
    name, key = in_hands(asked)
    if name == "nguoi":
        rows = rows.filter(screener=key)
    elif name == "co_quan":
        rows = rows.filter(agency=key, screener=None)
    if words := asked.get("q"):
        rows = rows.search(words, whole=True)
    return rows.order_by(*(("-pk",) if drawer == "da-tra-loi" else ("promised_on", "pk")))


def in_hands(asked: Asked) -> tuple[str, int | None]:
    """Whose ideas are asked for: ("nguoi", a person) or ("co_quan", an agency)."""
    for name in ("nguoi", "co_quan"):
        text = asked.get(name) or ""
        if text.isascii() and text.isdigit() and len(text) < 10:
            return name, int(text)
    return "", None


def ledger(venture: Venture, *, private: bool) -> QuerySet[Support]:
    """The support of a venture, the newest first; the public sees what was verified."""
    rows = venture.supports.select_related("evidence", "recorded_by", "clause")
    rows = rows if private else rows.filter(status=Fact.Status.VERIFIED)
    return rows.prefetch_related("results").order_by("-happened_on", "-pk")


def _ledger(user: Any, asked: Asked, today: date) -> QuerySet[Support]:
    visible = Venture.objects.visible_to(user, today).with_publicity(today)
    venture = visible.filter(pk=asked["venture"]).first()
    if venture is None:
        return Support.objects.none()
    private = user.can("venture.view_private", venture)
    if not private and "supports" not in venture.public_names:
        return Support.objects.none()
    return ledger(venture, private=private)


def unit_keys(code: str, today: date) -> list[int]:
    """A unit of today and all that became part of it; or a former one alone (``former_code``)."""
    every = all_units()
    former = {former_code(unit): [unit.pk] for unit in former_units(every, today)}
    return former.get(code) or units_of_today(today, every).get(code, (None, []))[1]


def all_units() -> dict[int, AdminUnit]:
    """Every unit there is or was by its key: some twenty rows, one statement."""
    return {unit.pk: unit for unit in AdminUnit.objects.all()}


def former_code(unit: AdminUnit) -> str:
    """The name of a former unit in addresses: its code went on to a unit of today."""
    return f"{unit.code}-{unit.valid_from:%Y}"


def former_units(every: Mapping[int, AdminUnit], today: date) -> list[AdminUnit]:
    """The units that are no more, in the order of their codes."""
    gone = [u for u in every.values() if u.valid_to is not None and u.valid_to < today]
    return sorted(gone, key=lambda u: (u.code, u.valid_from))


def units_of_today(
    today: date, every: Mapping[int, AdminUnit] | None = None
) -> dict[str, tuple[AdminUnit, list[int]]]:
    """Today's units by code, each with the keys of itself and of all that became part of it."""
    every = all_units() if every is None else every
    found: dict[str, tuple[AdminUnit, list[int]]] = {
        unit.code: (unit, [])
        for unit in every.values()
        if unit.valid_from <= today and (unit.valid_to is None or unit.valid_to >= today)
    }
    for unit in every.values():
        last = unit
        while last.successor_id:
            last = every[last.successor_id]
        if last.code in found and found[last.code][0] is last:
            found[last.code][1].append(unit.pk)
    return found


# -- Columns ----------------------------------------------------------------------
def _title(venture: Venture) -> str:
    return titled(venture.title, venture)


def _unit(venture: Venture) -> str:
    unit = venture.unit
    if unit is None:
        return ""
    words = str(unit)
    words = words[:1].upper() + words[1:]
    if unit.successor:
        words += f" ({_('nay là %(unit)s') % {'unit': unit.successor}})"
    return words


def _published(venture: Any) -> str:
    return _("Đã công bố") if venture.is_public else _("Chưa công bố")


def venture_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    def unit(venture: Venture) -> str:
        return _unit(venture) if shows(venture, "unit", user) else ""

    def stage(venture: Venture) -> str:
        return str(venture.get_stage_display()) if shows(venture, "stage", user) else ""

    columns = [
        Column(gettext_lazy("Tên"), _title, 44),
        Column(gettext_lazy("Mã"), lambda v: v.code, 15),
        Column(gettext_lazy("Lĩnh vực"), lambda v: v.get_field_display(), 30),
        Column(gettext_lazy("Xã, phường"), unit, 34),
        Column(gettext_lazy("Giai đoạn"), stage, 22),
    ]
    if user.can("venture.list_queue"):
        columns.append(Column(gettext_lazy("Công bố"), _published, 16))
    return columns


def queue_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    days_off = desk.holidays_around(today)

    def left(venture: Venture) -> str:
        due = desk.due(venture, today, days_off)
        return due.words if due else ""

    return [
        Column(gettext_lazy("Tên"), _title, 44),
        Column(gettext_lazy("Mã"), lambda v: v.code, 15),
        Column(gettext_lazy("Xã, phường"), lambda v: v.unit.name if v.unit else "", 22),
        Column(gettext_lazy("Lĩnh vực"), lambda v: v.get_field_display(), 30),
        Column(gettext_lazy("Người gửi là"), lambda v: v.get_applicant_display(), 22),
        Column(gettext_lazy("Tình trạng"), queue_state, 20),
        Column(gettext_lazy("Hẹn trả lời ngày"), lambda v: v.promised_on, 16, "day"),
        Column(gettext_lazy("Lời hẹn"), left, 18),
    ]


def queue_state(venture: Venture) -> str:
    """The status as the queue says it: a decision waits for its release."""
    if venture.status in Venture.DECIDED:
        return _("Chờ phát hành")
    return str(venture.get_status_display())


def ledger_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    visible = Venture.objects.visible_to(user, today).with_publicity(today)
    venture = visible.filter(pk=asked["venture"]).first()
    columns = [
        Column(gettext_lazy("Việc hỗ trợ"), lambda f: f.get_kind_display(), 28),
        Column(gettext_lazy("Đơn vị hỗ trợ"), lambda f: f.provider, 36),
        Column(gettext_lazy("Ngày"), lambda f: f.happened_on, 13, "day"),
    ]
    if venture is None or not user.can("venture.view_private", venture):
        return columns
    return [
        *columns,
        *lists_market.WORTH,
        Column(gettext_lazy("Minh chứng"), lambda f: f.evidence_words, 36),
        Column(gettext_lazy("Tình trạng"), lambda f: f.get_status_display(), 16),
    ]


# -- The table --------------------------------------------------------------------
@dataclass(frozen=True)
class Listing:
    """A list that can be taken away as Excel; ``may`` is the permission of its page, if any."""

    title: Any
    rows: Callable[[Any, Asked, date], QuerySet[Any]]
    columns: Callable[[Any, Asked, date], list[Column]]
    file: str
    may: str = ""
    related: tuple[str, ...] = ()  # what the columns need beside what the page shows
    prefetched: tuple[str, ...] = ()


LISTINGS = {
    "projects": Listing(
        gettext_lazy("Dự án"), partial(ventures, level=Level.PROJECT), venture_columns, "du-an"
    ),
    "enterprises": Listing(
        gettext_lazy("Doanh nghiệp"),
        partial(ventures, level=Level.ENTERPRISE),
        venture_columns,
        "doanh-nghiep",
    ),
    "queue": Listing(
        gettext_lazy("Sàng lọc ý tưởng"), queue, queue_columns, "y-tuong", "venture.list_queue",
        ("unit",),
    ),
    "ledger": Listing(gettext_lazy("Sổ hỗ trợ"), _ledger, ledger_columns, "so-ho-tro"),
    "supports": Listing(
        gettext_lazy("Sổ hỗ trợ"), lists_market.supports, lists_market.support_columns,
        "so-ho-tro", "ledger.view", ("evidence",), ("results",),
    ),
    "products": Listing(
        gettext_lazy("Sản phẩm"), lists_market.products, lists_market.product_columns, "san-pham",
    ),
    "certificates": Listing(
        gettext_lazy("Giấy chứng nhận"), lists_market.certificates,
        lists_market.certificate_columns, "chung-nhan", "certificate.list",
    ),
    "help_requests": Listing(
        gettext_lazy("Yêu cầu giúp đỡ"), lists_market.help_requests,
        lists_market.help_request_columns, "yeu-cau", "helprequest.list",
    ),
}  # fmt: skip
