"""Small builders for tests of figures: phases, indicators, ventures and dated facts."""

from datetime import date, datetime

from accounts.models import User
from core.facts import Fact
from core.periods import start_of
from programme.models import Activity, Indicator, Phase, Target
from projects.models import Formation, Recognition, Support, Venture
from reports.indicators import TABLE

RANGES = {
    ("projects_supported", "2022-2025"): (2, 4),
    ("projects_supported", "2026-2030"): (2, 5),
    ("enterprises_formed", "2022-2025"): (1, 3),
    ("enterprises_formed", "2026-2030"): (1, 3),
    ("clubs_formed", "2022-2030"): (1, None),
}


def programme() -> None:
    """The phases, the indicators and the targets of domain §2."""
    for code, first, last in (
        ("2022-2025", 2022, 2025),
        ("2026-2030", 2026, 2030),
        ("2022-2030", 2022, 2030),
    ):
        Phase.objects.create(
            code=code,
            name=code,
            start=date(first, 1, 1),
            last=date(last, 12, 31),
            is_whole=code == "2022-2030",
        )
    for order, code in enumerate(TABLE):
        Indicator.objects.create(code=code, name=code, short_name=code, unit="dự án", order=order)
    for (indicator, phase), (low, high) in RANGES.items():
        Target.objects.create(
            indicator=Indicator.objects.get(code=indicator),
            phase=Phase.objects.get(code=phase),
            low=low,
            high=high,
        )


def dated(known: date | datetime, gone: date | datetime | None = None) -> dict:
    """Columns of a fact verified at ``known`` and retracted at ``gone``."""
    by = User.objects.system()
    known = known if isinstance(known, datetime) else start_of(known)
    columns = {
        "recorded_at": known,
        "recorded_by": by,
        "verified_at": known,
        "verified_by": by,
        "status": Fact.Status.VERIFIED,
        "evidence_ref": "QĐ 01",
    }
    if gone:
        columns |= {
            "retracted_at": gone if isinstance(gone, datetime) else start_of(gone),
            "retracted_by": by,
            "retraction_reason": "Ghi nhầm",
            "status": Fact.Status.RETRACTED,
        }
    return columns


def project(number: int, recognised: date | None = date(2026, 1, 10), year: int = 2026) -> Venture:
    """A venture, recognised as a project on the day given."""
    venture = Venture.objects.create(
        year=year,
        number=number,
        title=f"Dự án {number}",
        status=Venture.Status.ACCEPTED,
        level=Venture.Level.PROJECT,
    )
    if recognised:
        Recognition.objects.create(venture=venture, happened_on=recognised, **dated(recognised))
    return venture


def support(venture: Venture, on: date, known: date | None = None, gone=None, value=0) -> Support:
    return Support.objects.create(
        venture=venture,
        happened_on=on,
        kind=Support.Kind.TRAINING,
        source=Support.Source.STATE,
        provider="Phòng",
        value=value,
        **dated(known or on, gone),
    )


def formation(venture: Venture, on: date, known: date | None = None, gone=None) -> Formation:
    return Formation.objects.create(
        venture=venture,
        happened_on=on,
        name="Công ty",
        tax_code=f"0{venture.pk:09d}",
        basis=Formation.Basis.COMMITTEE,
        **dated(known or on, gone),
    )


def activity(number: int, on: date, kind=Activity.Kind.FORUM, people=10, known=None) -> Activity:
    return Activity.objects.create(
        year=on.year,
        number=number,
        kind=kind,
        name=f"Hoạt động {number}",
        happened_on=on,
        people=people,
        **dated(known or on),
    )
