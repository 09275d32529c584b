"""The demonstration's products, certificates, fairs, check-ins: all invented and marked."""

from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import User
from core.periods import LOCAL, Quarter
from projects import certificates, checkins, products, recording
from projects.models import (
    Certificate,
    CheckIn,
    FairVisit,
    HelpRequest,
    Marketplace,
    Product,
    SupplyLink,
    Venture,
)
from projects.workflow import CERTIFICATES, FAIR_VISITS, HELP_REQUESTS, LISTINGS, SUPPLY_LINKS

D = date
SALT, DRYER = "Muối ớt rong biển đóng hũ nhỏ", "Tủ sấy cá cơm chạy bằng nắng"
TOUR = "Tua làm muối một ngày cho học sinh"
# venture, name, what it is, unit, since, on sale, the owner's tick
PRODUCTS = (
    (SALT, "Muối ớt rong biển (mẫu)", "Muối Sa Huỳnh trộn ớt và rong biển, chấm trái cây và hải sản.", "hũ 200 g", D(2024, 5, 1), True, True),
    (SALT, "Muối hột rang (mẫu)", "Muối hột rang khô cho bếp nhà hàng.", "kg", D(2025, 8, 15), False, True),
    (DRYER, "Tủ sấy nắng 30 kg (mẫu)", "Tủ sấy cá cơm cho tổ hợp tác, không tốn điện.", "tủ", D(2024, 9, 10), True, True),
    (TOUR, "Tua một ngày làm diêm dân (mẫu)", "Cào muối, nghe chuyện làng nghề, ăn cơm ruộng muối.", "chuyến", None, True, False),
)  # fmt: skip
# product, kind, stars, number, issued, ends; a later one of a kind renews the one before
CERTIFICATES_OF = (
    ("Muối ớt rong biển (mẫu)", "ocop", 3, "00/QĐ-MH (mẫu)", D(2023, 12, 20), D(2026, 12, 20)),
    ("Tủ sấy nắng 30 kg (mẫu)", "globalgap", None, "GG-00 (mẫu)", D(2024, 10, 1), D(2025, 10, 1)),
    ("Tủ sấy nắng 30 kg (mẫu)", "globalgap", None, "GG-01 (mẫu)", D(2025, 9, 20), D(2026, 12, 4)),
)  # fmt: skip
CHECK_INS = (
    (SALT, "under_100m", 5, 4, ["direct", "social", "marketplace"], "Bán gấp đôi dịp lễ (mẫu).", "packaging", "Cần nhãn phụ tiếng Anh để bán cho khách nước ngoài (mẫu)."),
    (DRYER, "under_300m", 7, 2, ["orders", "direct"], "Giao mười tủ cho tổ hợp tác (mẫu).", "capital", "Cần vay vốn mua vật tư cho đợt đặt hàng sắp tới (mẫu)."),
)  # fmt: skip
QUARTER = Quarter(2026, 3)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)


def seed(cast: dict[str, User], now: datetime) -> None:
    """Products and what followed, for the sample ventures that are there at ``now``."""
    found = {venture.title: venture for venture in Venture.objects.filter(is_sample=True)}
    grown = {t: v for t, v in found.items() if v.level != Venture.Level.IDEA}
    day = D(2026, 11, 2)
    if at(day) > now:
        return
    made = _products(grown, day)
    _certificates(made, cast, day)
    _facts(grown, cast, day)
    _check_ins(grown, cast)


def _products(grown: dict[str, Venture], day: date) -> dict[str, Product]:
    made = {}
    for title, name, about, unit, since, on_sale, ticked in PRODUCTS:
        if venture := grown.get(title):
            values: dict[str, Any] = {
                "name": name,
                "about": about,
                "unit": unit,
                "since": since,
                "on_sale": on_sale,
                "picture": None,
                "published_at": at(day) if ticked else None,
            }
            made[name] = products.add(venture, values, by=venture.owner, at=at(day))
    for product in list(made.values())[:1]:
        owner = product.venture.owner
        for code, step in (("tiki", "open"), ("foodmap", "")):
            marketplace = Marketplace.objects.get(code=code)
            # No such shop: the address shows how a link looks.
            url = f"https://{marketplace.host}/" if step else ""
            told = {"marketplace": marketplace, "url": url, "since": None}
            listing = products.put_on(product, told, by=owner, at=at(day, 10))
            if step:
                LISTINGS.advance(listing, step, by=owner, at=at(day, 11))
    return made


def _certificates(made: dict[str, Product], cast: dict[str, User], day: date) -> None:
    before: dict[tuple[str, str], Certificate] = {}
    for name, kind, level, number, issued, ends in CERTIFICATES_OF:
        if product := made.get(name):
            paper = Certificate(
                venture=product.venture,
                product=product,
                kind=kind,
                level=level,
                number=number,
                issuer="Nơi cấp minh họa",
                happened_on=issued,
                expires_on=ends,
                renews=before.get((name, kind)),
                evidence_ref=number,
            )
            certificates.record(paper, by=cast["chi"], at=at(day, 13))
            CERTIFICATES.advance(paper, "verify", by=cast["phong"], at=at(day, 15))
            before[name, kind] = paper


def _facts(grown: dict[str, Venture], cast: dict[str, User], day: date) -> None:
    if venture := grown.get(SALT):
        visit = FairVisit(
            venture=venture,
            name="Hội chợ hàng quê (mẫu)",
            place="Quảng Ngãi",
            happened_on=D(2026, 10, 8),
            last_on=D(2026, 10, 11),
            result="Gặp ba đại lý, ký một hợp đồng (mẫu).",
            value=25_000_000,
            evidence_ref="Giấy mời (mẫu)",
        )
        recording.record(visit, by=cast["chi"], at=at(day, 14))
        FAIR_VISITS.advance(visit, "verify", by=cast["phong"], at=at(day, 16))
    if venture := grown.get(DRYER):
        link = SupplyLink(
            venture=venture,
            lead_firm="Công ty đầu tàu minh họa",
            supplied="Cá cơm khô, 300 kg mỗi tháng (mẫu)",
            happened_on=D(2026, 9, 1),
            value=120_000_000,
            evidence_ref="Hợp đồng 00 (mẫu)",
        )
        recording.record(link, by=cast["chi"], at=at(day, 14))
        SUPPLY_LINKS.advance(link, "verify", by=cast["phong"], at=at(day, 16))


def _check_ins(grown: dict[str, Venture], cast: dict[str, User]) -> None:
    asked_at = at(QUARTER.window.end, 8)
    for venture in checkins.to_ask(QUARTER).filter(is_sample=True):
        checkins.ask(venture, QUARTER, asked_at)
    answered_at = asked_at + timedelta(days=5)
    for title, band, jobs, women, channels, well, needed, words in CHECK_INS:
        if venture := grown.get(title):
            row = CheckIn.objects.get(venture=venture)
            values = {
                "revenue_band": band,
                "jobs": jobs,
                "jobs_women": women,
                "channels": channels,
                "went_well": well,
                "needed": needed,
                "needed_words": words,
            }
            checkins.answer(row, values, at=answered_at)
    if taken := HelpRequest.objects.filter(kind="packaging").first():
        HELP_REQUESTS.advance(taken, "take", by=cast["chi"], at=answered_at + timedelta(days=2))
