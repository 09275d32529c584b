"""Products, certificates and check-ins at each point of their lives, for their tests."""

from datetime import timedelta

from core.periods import day_of
from projects import certificates, checkins, products, recording
from projects.models import Certificate, FairVisit, SupplyLink
from projects.workflow import CERTIFICATES

ANSWERS = {
    "revenue_band": "under_30m",
    "jobs": 3,
    "jobs_women": 2,
    "channels": ["direct", "social"],
    "went_well": "Bán hết hàng Tết.",
    "needed": "",
    "needed_words": "",
}


def product(venture, by, at, *, published=False, **fields):
    told = {
        "name": "Muối ớt rong biển",
        "about": "Muối Sa Huỳnh trộn ớt và rong biển.",
        "unit": "hũ 200 g",
        "since": None,
        "on_sale": True,
        "picture": None,
        "published_at": at if published else None,
    } | fields
    return products.add(venture, told, by=by, at=at)


def certificate(venture, by, at, *, left=30, verified_by=None, **fields):
    """A certificate with ``left`` days to its last one."""
    today = day_of(at)
    told = {
        "happened_on": today - timedelta(days=700),
        "expires_on": today + timedelta(days=left),
        "kind": "standard",
        "number": "01/HC",
        "issuer": "Trung tâm chứng nhận",
        "evidence_ref": "01/HC",
    } | fields
    made = certificates.record(Certificate(venture=venture, **told), by=by, at=at)
    if verified_by:
        CERTIFICATES.advance(made, "verify", by=verified_by, at=at)
    return made


def fair(venture, by, at, **fields):
    told = {
        "name": "Hội chợ hàng Việt",
        "place": "Quảng Ngãi",
        "happened_on": day_of(at) - timedelta(days=9),
        "last_on": day_of(at) - timedelta(days=5),
        "value": 20_000_000,
        "evidence_ref": "3/GM",
    } | fields
    return recording.record(FairVisit(venture=venture, **told), by=by, at=at)


def supply(venture, by, at, **fields):
    told = {
        "lead_firm": "Công ty Biển Xanh",
        "supplied": "Rong biển khô",
        "happened_on": day_of(at) - timedelta(days=9),
        "value": 50_000_000,
        "evidence_ref": "5/HĐ",
    } | fields
    return recording.record(SupplyLink(venture=venture, **told), by=by, at=at)


def asked(venture, at):
    """The check-in that is open at ``at``."""
    return checkins.ask(venture, checkins.asked_about(day_of(at)), at)


def answered(check_in, at, **fields):
    return checkins.answer(check_in, ANSWERS | fields, at=at)
