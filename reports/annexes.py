"""The tables behind a report (domain §4): filled from records, kept with the report as built.

A report may be public, so a venture is named in it only as far as its founder agreed.
"""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import translation

from accounts.models import Consent
from contests.models import Contest, Entry, Referral, ReferralOutcome, Round, Standing
from core.formats_vn import count, date_vn, number
from core.models import AdminUnit
from core.periods import Quarter, day_of, start_of
from core.text import sort_key
from programme.models import Activity
from projects.models import Formation, Recognition, Support, Venture

HIDDEN = "(chưa công bố)"
MOST = 200  # rows of a printed table; what is older stays on the portal


def build(quarter: Quarter, as_of: datetime) -> list[dict[str, Any]]:
    """Biểu 03, 04, 05 and 07 where there is anything in them; Vietnamese, whoever builds."""
    with translation.override("vi"):
        made = (
            ventures(quarter, as_of),
            activities(quarter, as_of),
            contests(quarter, as_of),
            units(quarter, as_of),
        )
        return [annex for annex in made if annex["rows"]]


def ventures(quarter: Quarter, as_of: datetime) -> dict[str, Any]:
    """Biểu 03: projects and enterprises known at ``as_of``, up to the window's end."""
    recognised = Recognition.objects.known(as_of).filter(happened_on__lt=quarter.window.end)
    formed = Formation.objects.known(as_of).filter(happened_on__lt=quarter.window.end)
    found = Venture.objects.filter(
        Q(pk__in=recognised.values("venture")) | Q(pk__in=formed.values("venture"))
    )
    total = found.count()
    rows = list(
        found.with_publicity(day_of(as_of))
        .select_related("unit", "owner")
        .order_by("-year", "-number")[:MOST]
    )[::-1]
    shown = [venture.pk for venture in rows]
    helped = {
        key: given
        for key, *given in Support.objects.known(as_of)
        .filter(venture__in=shown, happened_on__lt=quarter.window.end)
        .order_by()
        .values_list("venture")
        .annotate(Count("pk"), Sum("value"), Sum("half_hours"))
    }
    bases: dict[int, Formation] = {f.venture_id: f for f in formed.filter(venture__in=shown)}
    joint = formed.filter(together_with__in=shown).annotate(further=F("together_with"))
    bases = {f.further: f for f in joint} | bases
    named = set(
        Consent.objects.in_force(day_of(as_of))
        .filter(purpose=Consent.Purpose.PUBLISH_NAME, subject_kind="venture", subject_id__in=shown)
        .values_list("subject_id", flat=True)
    )
    earlier = total - len(rows)
    said = f"{number(earlier, 0)} dự án, doanh nghiệp trước đó: xem danh sách trên Cổng."
    table = [[said]] if earlier else []
    for i, venture in enumerate(rows, 1 + earlier):
        names = venture.public_names if venture.is_public else frozenset()
        given = helped.get(venture.pk, (0, 0, 0))
        basis = bases.get(venture.pk)
        name = basis.name if basis else venture.title
        table.append(
            [
                str(i),
                f"{venture.code_as('DN' if basis else 'DA')} {name if names else HIDDEN}",
                venture.contact_name if names and venture.pk in named else HIDDEN,
                _cell(str(venture.unit or "—")) if "unit" in names else HIDDEN,
                str(venture.get_field_display() or "—") if names else HIDDEN,
                str(venture.get_stage_display() or "—") if "stage" in names else HIDDEN,
                _given(*given),
                str(basis.get_basis_display()) if basis else "Công nhận dự án",
            ]
        )
    return {
        "label": "Biểu 03",
        "title": "Dự án, doanh nghiệp khởi nghiệp đổi mới sáng tạo",
        "landscape": True,
        "columns": [
            {"title": "TT", "mm": 9, "align": "center"},
            {"title": "Dự án, doanh nghiệp", "weight": 2.4},
            {"title": "Chủ", "weight": 1.3},
            {"title": "Địa bàn", "weight": 1.2},
            {"title": "Lĩnh vực", "weight": 1.4},
            {"title": "Giai đoạn", "weight": 1},
            {"title": "Hỗ trợ", "weight": 1.5},
            {"title": "Căn cứ tính", "weight": 1.6},
        ],
        "rows": table,
    }


def _given(lines: int, worth: int, half_hours: int) -> str:
    hours = f", {number(half_hours / 2)} giờ" if half_hours else ""
    return f"{count(lines)} lần, {number(worth, 0)} đồng{hours}"


def activities(quarter: Quarter, as_of: datetime) -> dict[str, Any]:
    """Biểu 04: activities that happened in the window."""
    happened = Activity.objects.known(as_of).happened(quarter.window)
    held = list(happened.order_by("happened_on", "pk")[:MOST])
    more = happened.count() - len(held) if len(held) == MOST else 0
    rest = [[f"Còn {number(more, 0)} hoạt động khác: xem danh sách trên Cổng."]] if more else []
    return {
        "label": "Biểu 04",
        "title": "Hoạt động trong kỳ",
        "landscape": False,
        "columns": [
            {"title": "Ngày", "mm": 24},
            {"title": "Nội dung", "weight": 3},
            {"title": "Số người", "mm": 16, "align": "right"},
            {"title": "Nữ", "mm": 13, "align": "right"},
            {"title": "Học sinh", "mm": 16, "align": "right"},
            {"title": "Đoàn viên", "mm": 17, "align": "right"},
        ],
        "rows": [
            [
                date_vn(a.happened_on),
                f"{a.get_kind_display()}: {a.name}",
                count(a.people),
                count(a.women),
                count(a.pupils),
                count(a.members),
            ]
            for a in held
        ]
        + rest,
    }


def contests(quarter: Quarter, as_of: datetime) -> dict[str, Any]:
    """Biểu 05: contests in which something happened in the window; no names of persons.

    Entries, prizes, sendings and what came back are those of the window, as known at ``as_of``.
    """
    first, end = start_of(quarter.window.start), min(start_of(quarter.window.end), as_of)
    received = Entry.objects.filter(received_at__gte=first, received_at__lt=end)
    published = Round.objects.filter(published_at__gte=first, published_at__lt=end)
    prizes = Standing.objects.filter(round__in=published, prize__isnull=False)
    sent = Referral.objects.filter(sent_at__lte=as_of).filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=as_of),
        sent_on__gte=quarter.window.start,
        sent_on__lt=quarter.window.end,
    )
    won = ReferralOutcome.objects.known(as_of).happened(quarter.window).filter(won=True)
    counted = [
        _by_contest(received, "contest"),
        _by_contest(prizes, "round__contest"),
        _by_contest(sent, "entry__contest"),
        _by_contest(won, "referral__entry__contest"),
    ]
    rounds: dict[int, list[str]] = {}
    for contest, name in published.order_by("order", "pk").values_list("contest", "name"):
        rounds.setdefault(contest, []).append(name)
    keys = set(rounds).union(*counted)
    found = Contest.objects.filter(pk__in=keys).select_related("organiser")
    shown = list(found.order_by("opens_at", "pk")[:MOST])
    rows = [
        [
            str(i),
            contest.title,
            str(contest.organiser),
            count(counted[0].get(contest.pk, 0)),
            ", ".join(rounds.get(contest.pk, [])) or "—",
            *(count(numbers.get(contest.pk, 0)) for numbers in counted[1:]),
        ]
        for i, contest in enumerate(shown, 1)
    ]
    if more := len(keys) - len(shown):
        rows.append([f"Còn {number(more, 0)} cuộc thi khác: xem danh sách trên Cổng."])
    return {
        "label": "Biểu 05",
        "title": "Cuộc thi trong kỳ",
        "landscape": True,
        "columns": [
            {"title": "TT", "mm": 9, "align": "center"},
            {"title": "Cuộc thi", "weight": 2.4},
            {"title": "Đơn vị tổ chức", "weight": 1.6},
            {"title": "Bài nhận", "mm": 18, "align": "right"},
            {"title": "Vòng đã công bố", "weight": 1.6},
            {"title": "Giải đã xếp", "mm": 20, "align": "right"},
            {"title": "Bài gửi cấp trên", "mm": 22, "align": "right"},
            {"title": "Giải cấp trên", "mm": 20, "align": "right"},
        ],
        "rows": rows,
    }


def _by_contest(rows: QuerySet[Any], way: str) -> dict[int, int]:
    """How many rows each contest has; ``way`` leads from a row to it."""
    return dict(rows.order_by().values_list(way).annotate(Count("pk")))


def units(quarter: Quarter, as_of: datetime) -> dict[str, Any]:
    """Biểu 07: ideas and projects by today's wards and communes; old units count to successors."""
    counted: dict[str, list[int]] = {}
    now = {u.pk: u.today() for u in AdminUnit.objects.select_related("successor")}
    ideas = Venture.objects.filter(
        received_at__lte=as_of,
        received_on__gte=quarter.window.start,
        received_on__lt=quarter.window.end,
        unit__isnull=False,
    )
    known = Recognition.objects.known(as_of).filter(
        happened_on__lt=quarter.window.end, venture__unit__isnull=False
    )
    for column, rows, unit in ((0, ideas, "unit"), (1, known, "venture__unit")):
        for key, n in rows.order_by().values_list(unit).annotate(Count("pk")):
            counted.setdefault(str(now[key]), [0, 0])[column] += n
    return {
        "label": "Biểu 07",
        "title": "Kết quả theo xã, phường",
        "landscape": False,
        "columns": [
            {"title": "Xã, phường", "weight": 2},
            {"title": "Ý tưởng nhận trong kỳ", "weight": 1, "align": "right"},
            {"title": "Dự án đã công nhận, lũy kế", "weight": 1, "align": "right"},
        ],
        "rows": [
            [_cell(name), count(a), count(b)]
            for name, (a, b) in sorted(counted.items(), key=lambda item: sort_key(item[0]))
        ],
    }


def _cell(name: str) -> str:
    """A name that begins a cell: "phường Đức Phổ" → "Phường Đức Phổ"."""
    return name[:1].upper() + name[1:]
