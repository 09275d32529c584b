"""What the dossier of a venture tells of its market: products, certificates, where it sells."""

from typing import Any

from django.utils.translation import gettext as _

from core.documents import Block, Column, Table
from core.facts import Fact
from core.formats_vn import date_vn, number
from projects.models import Listing, Venture

VERIFIED = Fact.Status.VERIFIED
# Every reader of a dossier reads all of the venture's page; like it, parts tell what is verified.


def _table(columns: list[Column], rows: list[list[str]]) -> list[Block]:
    return [Table(columns, rows)] if rows else []


def _dong(value: int) -> str:
    return number(value, 0) if value else "—"


def products(venture: Venture, user: Any) -> list[Block]:
    columns = [
        Column(_("Sản phẩm"), weight=1.2),
        Column(_("Là gì, dùng làm gì"), weight=2),
        Column(_("Đơn vị tính"), width_mm=28),
        Column(_("Tình trạng"), width_mm=28),
    ]
    rows = [
        [one.name, one.about, one.unit or "—", _("Đang bán") if one.on_sale else _("Tạm không bán")]
        for one in venture.products.order_by("pk")
    ]
    return _table(columns, rows)


def certificates(venture: Venture, user: Any) -> list[Block]:
    columns = [
        Column(_("Giấy chứng nhận"), weight=1.4),
        Column(_("Số giấy"), weight=1),
        Column(_("Nơi cấp"), weight=1.4),
        Column(_("Ngày cấp"), width_mm=24, align="center"),
        Column(_("Có giá trị đến hết"), width_mm=26, align="center"),
    ]
    facts = venture.certificates.filter(status=VERIFIED).select_related("product")
    rows = [
        [
            f"{fact.name}, {fact.product.name}" if fact.product else fact.name,
            fact.number,
            fact.issuer,
            date_vn(fact.happened_on),
            date_vn(fact.expires_on),
        ]
        for fact in facts.order_by("happened_on", "pk")
    ]
    return _table(columns, rows)


def marketplaces(venture: Venture, user: Any) -> list[Block]:
    columns = [
        Column(_("Sản phẩm"), weight=1.2),
        Column(_("Sàn"), weight=1),
        Column(_("Đường dẫn"), weight=2),
        Column(_("Tình trạng"), width_mm=28),
    ]
    listings = (
        Listing.objects.filter(product__venture=venture)
        .exclude(status=Listing.Status.REMOVED)
        .select_related("product", "marketplace")
        .order_by("product", "marketplace__order", "pk")
    )
    rows = [
        [one.product.name, one.marketplace.name, one.url or "—", str(one.get_status_display())]
        for one in listings
    ]
    return _table(columns, rows)


def fairs(venture: Venture, user: Any) -> list[Block]:
    columns = [
        Column(_("Hội chợ"), weight=1.4),
        Column(_("Nơi tổ chức"), weight=1.2),
        Column(_("Từ ngày"), width_mm=24, align="center"),
        Column(_("Đến ngày"), width_mm=24, align="center"),
        Column(_("Giá trị hợp đồng (đồng)"), width_mm=32, align="right"),
    ]
    rows = [
        [
            fact.name,
            fact.place,
            date_vn(fact.happened_on),
            date_vn(fact.last_on),
            _dong(fact.value),
        ]
        for fact in venture.fairvisits.filter(status=VERIFIED).order_by("happened_on", "pk")
    ]
    return _table(columns, rows)


def supplies(venture: Venture, user: Any) -> list[Block]:
    columns = [
        Column(_("Doanh nghiệp đầu tàu"), weight=1.4),
        Column(_("Cung ứng gì"), weight=1.4),
        Column(_("Từ ngày"), width_mm=24, align="center"),
        Column(_("Đến ngày"), width_mm=24, align="center"),
        Column(_("Giá trị hợp đồng (đồng)"), width_mm=32, align="right"),
    ]
    rows = [
        [
            fact.lead_firm,
            fact.supplied,
            date_vn(fact.happened_on),
            date_vn(fact.until) if fact.until else "—",
            _dong(fact.value),
        ]
        for fact in venture.supplylinks.filter(status=VERIFIED).order_by("happened_on", "pk")
    ]
    return _table(columns, rows)


def awards(venture: Venture, user: Any) -> list[Block]:
    """What it won; the rows are of the contests, which stand on this app."""
    columns = [
        Column(_("Năm"), width_mm=18, align="center"),
        Column(_("Cuộc thi"), weight=1.6),
        Column(_("Sản phẩm dự thi"), weight=1.4),
        Column(_("Giải"), weight=1),
        Column(_("Nguồn"), weight=1.4),
    ]
    rows = [
        [str(one.year), f"{one.contest}, {one.level}", one.entry, one.prize, one.source]
        for one in venture.awards.order_by("year", "order", "pk")
    ]
    return _table(columns, rows)
