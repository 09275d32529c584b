"""What a report says, as plain data: the same for page, snapshot, Word and PDF."""

from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import charts
from core.documents import (
    Annex,
    Bullets,
    Column,
    Document,
    Figure,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    Table,
    Verification,
    official_date,
    official_number,
)
from core.formats_vn import count, date_vn, number, share
from core.models import Configuration
from core.periods import Quarter, day_of
from core.text import fold
from reports.indicators import status
from reports.models import Line, Report

MONEY = "đồng"


def of(report: Report) -> dict[str, Any]:
    """Everything the report says, ready for JSON. Vietnamese, whatever the reader's language."""
    with translation.override("vi"):
        return _of(report)


def _of(report: Report) -> dict[str, Any]:
    window = report.window
    if report.as_of is None:
        raise ValueError("a report says nothing before it was built")
    day = report.issued_on or day_of(report.as_of)
    config = Configuration.objects.on(day)
    addressed_to = _lines(config.addressed_to)
    lines = report.lines.select_related("indicator", "phase").prefetch_related("records")
    return {
        "kind": report.kind,
        "quarter": report.quarter.code,
        "edition": report.edition,
        "replaces": _replaced(report),
        "window": [window.start.isoformat(), window.last.isoformat()],
        "as_of": timezone.localtime(report.as_of).isoformat(),
        "number": report.document_number,
        "symbol": report.symbol or config.number_symbol,
        "issued_on": report.issued_on.isoformat() if report.issued_on else None,
        "parent_body": config.parent_body,
        "issuer": config.issuer,
        "place": config.place_name,
        "addressed_to": addressed_to,
        "distribution": _distribution(_lines(config.distribution), addressed_to),
        "signature": _signature(report, config),
        "is_sample": report.is_sample,
        "indicators": [line_json(line) for line in lines],
        "sections": [
            {"key": s.key, "title": s.title, "text": s.text} for s in report.sections.all()
        ],
        "annexes": report.annexes,
        "url": f"{settings.SITE_URL}{report.get_absolute_url()}",
    }


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _distribution(lines: list[str], addressed_to: list[str]) -> list[str]:
    """ "Như trên" means those under "Kính gửi": without them it would name nobody."""
    return [line for line in lines if addressed_to or fold(line).strip(" ;.") != "nhu tren"]


def _replaced(report: Report) -> dict[str, Any] | None:
    old = report.replaces
    if old is None or old.issued_on is None:
        return None
    return {
        "number": official_number(old.document_number, old.symbol),
        "issued_on": old.issued_on.isoformat(),
        "sha256": old.sha256,
        "reason": report.replacement_reason,
    }


def _signature(report: Report, config: Configuration) -> dict[str, Any]:
    signer = report.approved_by
    lines = [config.signing_for, config.signatory_title]
    name = config.signatory_name
    if signer:
        name = signer.full_name or name
        if "chair" not in signer.held_roles and "deputy" in signer.held_roles:
            lines = [config.signing_for, f"KT. {config.signatory_title}", config.deputy_title]
    return {"lines": lines, "name": name}


def line_json(line: Line) -> dict[str, Any]:
    """One line as ``indicators --json`` says it (interface.md)."""
    words = status(line.cumulative, line.low, line.high)
    return {
        "code": line.indicator.code,
        "name": line.indicator.name,
        "rule": line.indicator.rule,
        "unit": line.indicator.unit,
        "phase": line.phase.code,
        "low": line.low,
        "high": line.high,
        "in_period": line.in_period,
        "restated": {"added": line.added, "removed": line.removed},
        "cumulative": line.cumulative,
        "status": str(words[1]) if words else None,
        "counted": line.counted,
        "records": [
            {"code": r.code, "on": r.on.isoformat(), "in_period": r.in_period, "value": r.value}
            for r in line.records.all()
        ],
    }


# -- as an official document (Nghị định 30/2020/NĐ-CP) -------------------------


def document(told: dict[str, Any], *, sha256: str = "") -> Document:
    """The report as Word and PDF print it; a draft while it has no number."""
    with translation.override("vi"):
        return _document(told, sha256)


def _document(told: dict[str, Any], sha256: str) -> Document:
    quarter = Quarter.parse(told["quarter"])
    first, last = (date.fromisoformat(d) for d in told["window"])
    body: list[Any] = []
    for section in told["sections"]:
        level = _level(section["key"])
        if level:
            body.append(Heading(level, section["title"]))
        if section["key"] == "I" and told["replaces"]:
            body.insert(0, Paragraph(_replacement_words(told["replaces"])))
        paragraphs = [line for line in section["text"].splitlines() if line.strip()]
        body += [Paragraph(line.strip()) for line in paragraphs]
    return Document(
        letterhead=Letterhead(
            parent=told["parent_body"],
            issuer=told["issuer"],
            symbol=told["symbol"],
            place=told["place"],
            number=told["number"] or "",
            date=date.fromisoformat(told["issued_on"]) if told["issued_on"] else None,
        ),
        kind="BÁO CÁO",
        subject=(
            "Kết quả thực hiện Chương trình hành động xây dựng hệ sinh thái khởi nghiệp "
            f"đổi mới sáng tạo {quarter}"
        ),
        note_under_subject=f"(Số liệu từ ngày {date_vn(first)} đến ngày {date_vn(last)})",
        addressed_to=told["addressed_to"],
        body=body,
        signature=Signature(told["signature"]["lines"], told["signature"]["name"]),
        distribution=told["distribution"],
        annexes=[_targets_annex(told), *(_annex(a) for a in told["annexes"])],
        draft=told["number"] is None,
        demo=told["is_sample"],
        verification=Verification(sha256, told["url"]) if sha256 else None,
    )


def _level(key: str) -> Literal[0, 1, 2]:
    if key in {"opening", "closing"}:
        return 0
    return 2 if "." in key else 1


def _replacement_words(replaced: dict[str, Any]) -> str:
    day = official_date("", date.fromisoformat(replaced["issued_on"]))
    number = replaced["number"].removeprefix("Số:").strip()
    return f"Báo cáo này thay thế Báo cáo số {number} {day}. Lý do: {replaced['reason']}"


def plan(low: int | None, high: int | None) -> str:
    """The range in words: ``02–05``, ``ít nhất 01``, ``—`` without a target."""
    if low is None:
        return "—"
    return _("ít nhất %(n)s") % {"n": count(low)} if high is None else f"{count(low)}–{count(high)}"


def told_value(line: dict[str, Any], value: int) -> str:
    return number(value, 0) if line["unit"] == MONEY else count(value)


def _targets_annex(told: dict[str, Any]) -> Annex:
    lines = told["indicators"]
    rows = [
        (
            str(i),
            f"{line['name']} (giai đoạn {line['phase'].replace('-', '–')})",
            line["unit"],
            plan(line["low"], line["high"]),
            told_value(line, line["in_period"]),
            told_value(line, line["cumulative"]),
            share(line["cumulative"], line["low"]),
            share(line["cumulative"], line["high"]),
            (line["status"] or "—").capitalize(),
            _evidence(line),
        )
        for i, line in enumerate(lines, 1)
    ]
    columns = [
        Column("TT", width_mm=9, align="center"),
        Column("Chỉ tiêu", weight=3.2),
        Column("ĐVT", width_mm=19, align="center"),
        Column("Kế hoạch giai đoạn", width_mm=22, align="center"),
        Column("Thực hiện trong kỳ", width_mm=24, align="right"),
        Column("Lũy kế giai đoạn", width_mm=25, align="right"),
        Column("% so mức thấp", width_mm=17, align="right"),
        Column("% so mức cao", width_mm=17, align="right"),
        Column("Đánh giá", width_mm=25),
        Column("Minh chứng", weight=1.6),
    ]
    blocks: list[Any] = [Table(columns, rows, font_pt=11)]
    blocks += [
        Figure(
            line_band(line, quarter=Quarter.parse(told["quarter"])),
            alt=f"{line['name']}: {plan(line['low'], line['high'])}, lũy kế "
            f"{count(line['cumulative'])}, {line['status']}",
            width_mm=100,
            caption=f"{line['name']}, giai đoạn {line['phase'].replace('-', '–')}",
        )
        for line in lines
        if line["low"] is not None
    ]
    restated = [line for line in lines if any(line["restated"].values())]
    blocks += [
        Paragraph(
            f"Bổ sung, điều chỉnh kỳ trước: {line['name']} (giai đoạn "
            f"{line['phase'].replace('-', '–')}) {_restated(line)}."
        )
        for line in restated
    ]
    blocks += _rules(lines)
    return Annex("Kết quả thực hiện các chỉ tiêu", blocks, landscape=True, label="Biểu 01")


def _restated(line: dict[str, Any]) -> str:
    """ "tăng 01 dự án, giảm 02 dự án": what did not change is not told."""
    parts = (("tăng", line["restated"]["added"]), ("giảm", line["restated"]["removed"]))
    return ", ".join(f"{verb} {told_value(line, n)} {line['unit']}" for verb, n in parts if n)


def _rules(lines: list[dict[str, Any]]) -> list[Any]:
    """How each indicator is counted, once: printed under the figures (domain §2)."""
    rules = {line["name"]: line["rule"] for line in lines if line["rule"]}
    if not rules:
        return []
    told = Bullets([f"{name}: {rule}" for name, rule in rules.items()])
    return [Paragraph(Run("Cách tính:", bold=True)), told]


def line_band(line: dict[str, Any], *, quarter: Quarter) -> str:
    """The band of a line, marked with the quarter it was measured for."""
    return charts.band(
        line["cumulative"],
        line["low"],
        line["high"],
        title=f"{line['name']}, giai đoạn {line['phase']}",
        desc=f"Lũy kế {count(line['cumulative'])}, {line['status']}",
        today_label=f"Quý {quarter.roman}/{quarter.year}",
        key=f"{line['code']}-{line['phase']}",
    )


def _evidence(line: dict[str, Any]) -> str:
    if line["counted"] > 4:
        return f"{count(line['counted'])} hồ sơ trong số liệu kèm theo"
    return ", ".join(r["code"] for r in line["records"]) or "—"


def _annex(stored: dict[str, Any]) -> Annex:
    columns = [Column(c["title"], c.get("mm"), c.get("weight", 1.0), c.get("align", "left")) for c in stored["columns"]]  # noqa: E501  # fmt: skip
    return Annex(
        stored["title"],
        [Table(columns, stored["rows"], font_pt=11)],
        landscape=stored["landscape"],
        label=stored["label"],
    )
