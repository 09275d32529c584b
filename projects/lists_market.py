"""Lists beside those of ventures: the support ledger, products, certificates, what is asked for.

Each has its rows, its columns in Excel, and the names of its filter. Page and file read the same
function, as in ``lists``, which holds the table of all of them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.facts import Fact
from core.periods import Period, end_of
from core.spreadsheets import Column
from projects import ledger
from projects.models import Certificate, HelpRequest, Product, Support, Venture
from projects.models.certificate import STAGES
from projects.written import shows

Asked = Mapping[str, Any]
S = HelpRequest.Status


def titled(words: str, row: Any) -> str:
    """A name for a sheet; of a sample it says so, as the page does."""
    return f"{words} ({_('dữ liệu minh họa')})" if row.is_sample else words


def _venture(row: Any) -> str:
    return titled(row.venture.title, row.venture)


# -- Support -----------------------------------------------------------------------
def supports(user: Any, asked: Asked, today: date) -> QuerySet[Support]:
    """The verified lines of the whole ledger, the newest first.

    ``nguon``, ``loai`` and ``diem`` as in the address; ``tu`` and ``den`` are the days asked for,
    half-open, and ``tinh_den`` the day at whose end they are asked as they were known.
    """
    days = [date.fromisoformat(asked[name]) for name in ("tu", "den") if asked.get(name)]
    known = asked.get("tinh_den")
    rows = ledger.lines(
        min(end_of(today), end_of(date.fromisoformat(known))) if known else end_of(today),
        period=Period(*days) if len(days) == 2 else None,
        source=asked.get("nguon") or "",
        kind=asked.get("loai") or "",
        clause=asked.get("diem") or "",
    )
    return rows.select_related("venture", "clause").order_by("-happened_on", "-pk")


def _results(fact: Support) -> str:
    return "\n".join(row.text for row in fact.results.all())


WORTH = (
    Column(gettext_lazy("Nguồn"), lambda f: f.get_source_display(), 16),
    Column(gettext_lazy("Giá trị (đồng)"), lambda f: f.value or None, 18, "money"),
    Column(gettext_lazy("Số giờ"), lambda f: f.hours or None, 10, "number"),
    Column(gettext_lazy("Điểm"), ledger.clause_of, 12),
    Column(gettext_lazy("Kết quả"), _results, 44),
)


def support_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    return [
        Column(gettext_lazy("Việc hỗ trợ"), lambda f: f.get_kind_display(), 28),
        Column(gettext_lazy("Đơn vị hỗ trợ"), lambda f: f.provider, 36),
        Column(gettext_lazy("Dự án"), _venture, 44),
        Column(gettext_lazy("Mã"), lambda f: f.venture.code, 15),
        Column(gettext_lazy("Ngày"), lambda f: f.happened_on, 13, "day"),
        *WORTH,
        Column(gettext_lazy("Minh chứng"), lambda f: f.evidence_words, 36),
    ]


# -- Products ----------------------------------------------------------------------
def products(user: Any, asked: Asked, today: date) -> QuerySet[Product]:
    """The products that the reader may see, the newest first."""
    rows = Product.objects.visible_to(user, today).search(asked.get("q") or "")
    if field := asked.get("linh_vuc"):
        rows = rows.filter(venture__field=field)
    if asked.get("loc") == "dang-ban":
        rows = rows.filter(on_sale=True)
    elif asked.get("loc") == "chung-nhan":
        rows = rows.filter(Exists(valid(today).filter(product=OuterRef("pk"))))
    return rows.select_related("venture__unit", "picture").order_by("-pk")


def valid(today: date) -> QuerySet[Certificate]:
    """Certificates that are verified and not over."""
    return Certificate.objects.filter(status=Fact.Status.VERIFIED, expires_on__gte=today)


def product_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    def place(row: Product) -> str:
        unit = row.venture.unit
        return str(unit) if unit and shows(row.venture, "unit", user) else ""

    columns = [
        Column(gettext_lazy("Tên sản phẩm"), lambda p: titled(p.name, p), 40),
        Column(gettext_lazy("Mã"), lambda p: p.code, 15),
        Column(gettext_lazy("Là gì, dùng làm gì"), lambda p: p.about, 60),
        Column(gettext_lazy("Bán"), _sold, 16),
        Column(gettext_lazy("Dự án"), lambda p: p.venture.title, 44),
        Column(gettext_lazy("Xã, phường"), place, 30),
    ]
    if user.can("venture.list_queue"):
        columns.append(Column(gettext_lazy("Chủ cho công bố"), _agreed, 16))
    return columns


def _sold(row: Product) -> str:
    return _("Đang bán") if row.on_sale else _("Tạm không bán")


def _agreed(row: Product) -> str:
    return _("Có") if row.published_at else _("Không")


# -- Certificates ------------------------------------------------------------------
def certificates(user: Any, asked: Asked, today: date) -> QuerySet[Certificate]:
    """The certificates in force of what the reader may see, those that end first on top."""
    rows = Certificate.objects.in_force().filter(
        venture__in=Venture.objects.visible_to(user, today)
    )
    chosen = asked.get("loc")
    if chosen == "het-han":
        rows = rows.filter(expires_on__lt=today)
    elif chosen:
        rows = rows.ending(today, int(chosen)).filter(expires_on__gte=today)
    rows = rows.select_related("venture", "product").prefetch_related("reminders")
    return rows.order_by("expires_on", "pk")


def end_of_certificate(certificate: Certificate, today: date) -> dict[str, str]:
    """The chip of a certificate's end: what is left of it, in words."""
    left = certificate.days_left(today)
    if certificate.status != Fact.Status.VERIFIED:
        return {}
    if left < 0:
        return {"kind": "late", "words": _("Đã hết hạn")}
    if left <= STAGES[0]:
        some = ngettext("Còn %(n)d ngày", "Còn %(n)d ngày", left) % {"n": left}
        return {"kind": "soon", "words": some if left else _("Hết hạn hôm nay")}
    return {"kind": "ok", "words": _("Còn hạn")}


def told_on(certificate: Certificate) -> Any:
    """When its owner was last reminded; None when never."""
    return max((one.told_at for one in certificate.reminders.all()), default=None)


def certificate_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    def told(row: Certificate) -> date | None:
        moment = told_on(row)
        return timezone.localtime(moment).date() if moment else None

    return [
        Column(gettext_lazy("Giấy"), lambda c: c.name, 34),
        Column(gettext_lazy("Số giấy"), lambda c: c.number, 22),
        Column(gettext_lazy("Dự án"), _venture, 44),
        Column(gettext_lazy("Mã"), lambda c: c.venture.code, 15),
        Column(gettext_lazy("Sản phẩm"), lambda c: c.product.name if c.product else "", 30),
        Column(gettext_lazy("Hết hạn"), lambda c: c.expires_on, 13, "day"),
        Column(
            gettext_lazy("Tình trạng"),
            lambda c: end_of_certificate(c, today).get("words", ""),
            18,
        ),
        Column(gettext_lazy("Đã nhắc"), told, 13, "day"),
    ]


# -- What is asked for -------------------------------------------------------------
REQUESTS = {  # by the name of the filter
    "": (gettext_lazy("Chờ người nhận"), [S.OPEN]),
    "dang-giup": (gettext_lazy("Đang giúp"), [S.TAKEN]),
    "cua-toi": (gettext_lazy("Tôi nhận"), [S.TAKEN]),
    "da-xong": (gettext_lazy("Đã trả lời"), [S.DONE, S.DECLINED]),
    "tat-ca": (gettext_lazy("Tất cả"), list(S)),
}


def help_requests(user: Any, asked: Asked, today: date) -> QuerySet[HelpRequest]:
    """Requests by how far they are and by what is asked for, the oldest first."""
    chosen = asked.get("loc") or ""
    rows = HelpRequest.objects.filter(
        venture__in=Venture.objects.visible_to(user, today), status__in=REQUESTS[chosen][1]
    )
    if chosen == "cua-toi":
        rows = rows.filter(taken_by=user)
    if kind := asked.get("loai"):
        rows = rows.filter(kind=kind)
    return rows.select_related("venture", "taken_by").order_by("asked_at", "pk")


def help_request_columns(user: Any, asked: Asked, today: date) -> list[Column]:
    return [
        Column(gettext_lazy("Cần giúp"), lambda r: r.get_kind_display(), 28),
        Column(gettext_lazy("Nói rõ điều cần"), lambda r: r.words, 60),
        Column(gettext_lazy("Tình trạng"), lambda r: r.get_status_display(), 20),
        Column(gettext_lazy("Dự án"), _venture, 44),
        Column(gettext_lazy("Mã"), lambda r: r.venture.code, 15),
        Column(gettext_lazy("Ngày"), lambda r: timezone.localtime(r.asked_at).date(), 13, "day"),
        Column(gettext_lazy("Người nhận"), lambda r: str(r.taken_by or ""), 28),
    ]
