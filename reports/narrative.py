"""The first draft of a report's words: sentences from records, for people to edit.

Nothing is said here that a record does not say. Where there is nothing, the
official way to say so is used. Vietnamese, whatever language the screen has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.utils import translation

from core.formats_vn import count, date_vn, number
from core.models import Configuration
from core.periods import day_of
from programme.models import Activity
from projects import ledger
from projects.models import Support, Venture
from reports.indicators import Figure
from reports.models import Report

K = Activity.Kind
NONE = "Trong kỳ chưa có kết quả được ghi nhận."
NO_PROPOSAL = "Không có kiến nghị, đề xuất."

GROUPS = (
    ("III.1", "Nâng cao nhận thức, văn hóa khởi nghiệp và liên kết các chủ thể",
     (K.CONFERENCE, K.FORUM, K.TALK, K.COMMUNICATION, K.DELEGATION)),
    ("III.2", "Triển khai chính sách thúc đẩy hình thành hệ sinh thái", ()),
    ("III.3", "Hình thành và phát triển hệ thống hỗ trợ", ()),
    ("III.4", "Phát triển nguồn nhân lực, huy động nguồn tài chính",
     (K.TRAINING, K.INVESTMENT)),
    ("III.5", "Nâng cao khả năng tiếp cận thị trường", (K.TRADE,)),
)  # fmt: skip


# How a sentence counts each kind: "02 lớp tập huấn", never "02 tập huấn".
COUNTED_AS = {
    K.CONFERENCE: "hội nghị",
    K.FORUM: "diễn đàn",
    K.TALK: "cuộc tọa đàm",
    K.TRAINING: "lớp tập huấn",
    K.COMMUNICATION: "hoạt động truyền thông",
    K.DELEGATION: "đoàn công tác",
    K.TRADE: "hoạt động xúc tiến thương mại",
    K.INVESTMENT: "hoạt động kết nối đầu tư",
    K.OTHER: "hoạt động khác",
}


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    text: str


def draft(report: Report, figures: Sequence[Figure]) -> list[Part]:
    """The sections in the outline of domain §4."""
    with translation.override("vi"):
        return [
            Part("opening", "Mở đầu", opening(report)),
            Part("I", "Công tác lãnh đạo, chỉ đạo, điều hành", steering(report)),
            Part("II", "Kết quả thực hiện các chỉ tiêu", targets(report, figures)),
            Part("III", "Kết quả thực hiện nhiệm vụ, giải pháp", ""),
            *(Part(key, title, group(report, key, kinds)) for key, title, kinds in GROUPS),
            Part("IV", "Đánh giá chung", judgement(report, figures)),
            Part("V", "Nhiệm vụ trọng tâm kỳ tới", ahead(report, figures)),
            Part("VI", "Kiến nghị, đề xuất", NO_PROPOSAL),
            Part("closing", "Kết thúc", closing(report)),
        ]


def _lines(sentences: Iterable[str]) -> str:
    return "\n".join(s for s in sentences if s)


def opening(report: Report) -> str:
    config = Configuration.objects.on(day_of(_as_of(report)))
    issuer = config.issuer or "Ban Chỉ đạo"
    return (
        "Thực hiện Chương trình hành động của Ban Thường vụ Thị ủy Đức Phổ thực hiện Nghị quyết "
        "số 08-NQ/TU ngày 20/5/2022 của Ban Thường vụ Tỉnh ủy về xây dựng hệ sinh thái khởi nghiệp "
        "đổi mới sáng tạo tỉnh Quảng Ngãi giai đoạn 2022 - 2025, định hướng đến năm 2030; "
        f"{issuer} báo cáo kết quả {report.quarter} như sau:"
    )


def _as_of(report: Report) -> datetime:
    if report.as_of is None:
        raise ValueError("a report is drafted after it was measured")
    return report.as_of


def steering(report: Report) -> str:
    """Ideas received in the window. Conferences are told once, under III.1."""
    window, as_of = report.window, _as_of(report)
    received = Venture.objects.filter(
        received_at__lte=as_of, received_on__gte=window.start, received_on__lt=window.end
    ).count()
    if not received:
        return NONE
    return f"Trong kỳ tiếp nhận {count(received)} ý tưởng khởi nghiệp đổi mới sáng tạo."


def targets(report: Report, figures: Sequence[Figure]) -> str:
    sentences = []
    for f in figures:
        if f.low is None:
            continue
        span = "chỉ tiêu ít nhất " + count(f.low) if f.high is None else (
            f"chỉ tiêu {count(f.low)}–{count(f.high)}"
        )  # fmt: skip
        phase = f.phase.code.replace("-", "–")
        last = min(report.window.last, f.phase.last)
        name = _inside(f.indicator.name)
        words = str(f.status[1]) if f.status else ""
        sentences.append(
            f"Giai đoạn {phase}, {name}: trong kỳ {count(f.in_period)}, lũy kế đến hết ngày "
            f"{date_vn(last)} là {count(f.cumulative)} {f.indicator.unit} ({span}), {words}."
        )
        if f.added or f.removed:
            sentences.append(f"So với báo cáo kỳ trước: {_restated(f)}.")
        if f.phase.is_closed(report.window.last) and f.in_period:
            sentences.append(f"Đây là kết quả ghi nhận muộn của giai đoạn {phase} đã kết thúc.")
    return _lines(sentences) or NONE


def _inside(name: str) -> str:
    """A name in the middle of a sentence: only its first letter becomes small."""
    return name[:1].lower() + name[1:]


def _restated(figure: Figure) -> str:
    unit = figure.indicator.unit
    added = f"bổ sung {count(figure.added)} {unit} ghi nhận muộn" if figure.added else ""
    removed = (
        f"giảm {count(figure.removed)} {unit} do hủy hoặc điều chỉnh việc đã ghi"
        if figure.removed
        else ""
    )
    return "; ".join(filter(None, (added, removed)))


def _activities(report: Report, kinds: Sequence[str]) -> list[tuple[str, int, int]]:
    """(kind in words, how many, people) of what was held in the window."""
    held = (
        Activity.objects.known(_as_of(report))
        .happened(report.window)
        .filter(kind__in=kinds)
        .values("kind")
        .annotate(times=Count("pk"), reached=Sum("people"))
        .order_by("kind")
    )
    return [(COUNTED_AS[K(row["kind"])], row["times"], row["reached"]) for row in held]


def _held(held: Sequence[tuple[str, int, int]]) -> str:
    parts = [
        f"{count(times)} {kind} với {count(reached)} lượt người tham dự"
        for kind, times, reached in held
    ]
    return f"Trong kỳ đã tổ chức {'; '.join(parts)}."


def group(report: Report, key: str, kinds: Sequence[str]) -> str:
    """What was held, and what support was given under the clauses of ``key``."""
    held = _activities(report, kinds) if kinds else []
    sentences = [_held(held)] if held else []
    given = ledger.lines(_as_of(report), period=report.window, clause=key)
    told = given.aggregate(
        times=Count("pk"),
        ventures=Count("venture", distinct=True),
        worth=Sum("value"),
        halves=Sum("half_hours"),
    )
    if told["times"]:
        kinds_given = set(given.order_by().values_list("kind", flat=True).distinct())
        labels = "; ".join(_inside(str(kind.label)) for kind in Support.Kind if kind in kinds_given)
        money = f", trị giá {number(told['worth'], 0)} đồng" if told["worth"] else ""
        hours = f", {number(told['halves'] / 2)} giờ" if told["halves"] else ""
        sentences.append(
            f"Hỗ trợ {count(told['times'])} lượt cho {count(told['ventures'])} dự án "
            f"({labels}){money}{hours}."
        )
    return _lines(sentences) or NONE


def judgement(report: Report, figures: Sequence[Figure]) -> str:
    """Which targets stand where; praise and causes are for people to write."""
    reached: list[str] = []
    short: list[str] = []
    for f in figures:
        if f.low is None or not f.phase.is_running(report.window.last):
            continue
        (reached if f.cumulative >= f.low else short).append(_inside(f.indicator.name))
    sentences = []
    if reached:
        sentences.append(f"Ưu điểm: đã đạt mức tối thiểu của chỉ tiêu {'; '.join(reached)}.")
    if short:
        sentences.append(
            f"Tồn tại, hạn chế: chưa đạt mức tối thiểu của chỉ tiêu {'; '.join(short)}."
        )
    return _lines(sentences) or NONE


def ahead(report: Report, figures: Sequence[Figure]) -> str:
    """What is still missing to the low end of each range of the running phase."""
    sentences = [
        f"Phấn đấu thêm {count(f.low - f.cumulative)} {f.indicator.unit} để đạt mức tối thiểu của "
        f"chỉ tiêu {_inside(f.indicator.name)} giai đoạn {f.phase.code.replace('-', '–')}."
        for f in figures
        if f.low is not None and f.cumulative < f.low and f.phase.is_running(report.window.last)
    ]
    as_of = _as_of(report)
    # Verified since then: at as-of it still waited, and a rebuilt draft says the same.
    still = Q(status=Support.Status.RECORDED) | Q(verified_at__gt=as_of)
    waiting = Support.objects.filter(still, recorded_at__lte=as_of).count()
    if waiting:
        sentences.append(f"Xác nhận {count(waiting)} khoản hỗ trợ đã ghi, đang chờ kiểm tra.")
    return _lines(sentences) or "Tiếp tục thực hiện các nhiệm vụ của Chương trình hành động."


def closing(report: Report) -> str:
    return (
        "Trên đây là báo cáo kết quả thực hiện Chương trình hành động xây dựng hệ sinh thái khởi "
        f"nghiệp đổi mới sáng tạo {report.quarter}"
    )
