"""The jury's papers of a locked round, ready to sign: summary and minutes.

Vietnamese whatever the language of the screen, as every document of the State is. What the
organiser signs stands in ``result_papers``.
"""

from collections import defaultdict
from typing import Any

from contests.models import Conflict, Standing
from contests.paper_data import H, Read, named, points
from core.documents import (
    Annex,
    Block,
    Bullets,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Signature,
    Table,
    padded,
)
from core.formats_vn import date_vn, number
from core.periods import LOCAL

MOST_COLUMNS = 12  # judges with a column of their own in the summary


def moment(at: Any) -> str:
    """``17 giờ 05 phút ngày 30/11/2026`` in the town's time; a dash for none."""
    if at is None:
        return "—"
    local = at.astimezone(LOCAL)
    return f"{local:%H} giờ {local:%M} phút ngày {date_vn(local.date())}"


def _subject(read: Read) -> str:
    return f"{read.round.name}\n{read.contest.title}"


def _copy_note(read: Read) -> list[Block]:
    words = read.said_of_mask()
    return [Paragraph(Run(words, italic=True))] if words else []


def _chair(read: Read) -> Signature:
    return Signature(["TRƯỞNG BAN GIÁM KHẢO"], read.chair.name if read.chair else "")


# -- Summary -------------------------------------------------------------------------
def summary(read: Read) -> Document:
    """Every entry with each judge's total, its score and its place, on landscape pages."""
    own_column = len(read.sitting) <= MOST_COLUMNS
    key = [f"GK{i}: {judge.name}" for i, judge in enumerate(read.sitting, 1)]
    body: list[Block] = [
        Paragraph(
            f"Điểm của từng phiếu và của bài tính trên 100, theo thể lệ: {_aggregate(read)}. "
            f"Có {padded(len(read.standings))} bài, {padded(len(read.sitting))} giám khảo."
        ),
        *_copy_note(read),
        Paragraph("KCĐ: giám khảo không chấm được. LQ: giám khảo có liên quan nên không tính."),
        Paragraph(Run("Ban giám khảo", bold=True)),
        Bullets(key or ["Chưa có giám khảo"]),
    ]
    blocks: list[Block] = [
        _summary_table(read, name, rows, own_column=own_column) for name, rows in read.boards
    ]
    return Document(
        letterhead=read.letterhead("TH-BGK"),
        kind="Bảng tổng hợp điểm",
        subject=_subject(read),
        body=body,
        signature=_chair(read),
        co_signature=Signature(["NGƯỜI TỔNG HỢP"]),
        annexes=[Annex("Điểm của các bài dự thi", blocks, landscape=True, label="Bảng điểm")],
        demo=read.contest.is_sample,
    )


def _summary_table(read: Read, board: str, rows: list[Standing], *, own_column: bool) -> Table:
    judges = read.sitting if own_column else []
    columns = [
        Column("TT", width_mm=10, align="center"),
        Column("Mã", width_mm=29),
        Column("Bài dự thi", weight=1),
        *(Column(f"GK{i}", width_mm=14, align="right", group="Điểm của giám khảo")
          for i in range(1, len(judges) + 1)),
        Column("Số phiếu", width_mm=15, align="right"),
        Column("Điểm bài", width_mm=18, align="right"),
        Column("Hạng", width_mm=15, align="center"),
        Column("Vào tiếp", width_mm=16, align="center"),
    ]  # fmt: skip
    table = []
    for i, standing in enumerate(rows, 1):
        sheets = read.by_entry.get(standing.entry_id, {})
        given = [_sheet_points(read, standing, sheets.get(judge.pk)) for judge in judges]
        table.append(
            [str(i), standing.entry.code, standing.entry.title, *given,
             str(standing.sheets), read.score(standing),
             read.hidden(standing.entry_id) or _place(standing),
             "Có" if standing.advances else ""]
        )  # fmt: skip
    return Table(columns, table, caption=board, font_pt=11)


def _sheet_points(read: Read, standing: Standing, sheet: Any) -> str:
    if sheet is None:
        return ""
    if hidden := read.hidden(standing.entry_id):
        return hidden
    if (sheet.judge_id, sheet.entry_id) in read.recused:
        return "LQ"
    return {H.DONE: points(sheet.total), H.UNABLE: "KCĐ", H.RECUSED: "LQ"}.get(sheet.status, "—")


def _place(standing: Standing) -> str:
    return str(standing.rank) if standing.rank else "—"


# -- Minutes -------------------------------------------------------------------------
def minutes(read: Read) -> Document:
    """The minutes of the jury: who sat, recusals, the rule, results, ties, overrides, the lock."""
    found = read.round
    body: list[Block] = [
        Paragraph(
            f"Hôm nay, {moment(found.locked_at)}, Ban giám khảo cuộc thi “{read.contest.title}” "
            f"lập biên bản kết quả {lower(found.name)}."
        ),
        *_copy_note(read),
        Heading(1, "Thành phần"),
        *_panel(read),
        Heading(1, "Giám khảo không chấm vì có liên quan"),
        *_recusals(read),
        Heading(1, "Quy tắc xét kết quả"),
        *_rule(read),
        Heading(1, "Kết quả"),
        *_results(read),
        Heading(1, "Bài bằng điểm"),
        *_ties(read),
        Heading(1, "Quyết định khác quy tắc"),
        *_overrides(read),
        Heading(1, "Phiếu không chấm được"),
        *_unable(read),
        Heading(1, "Khóa điểm"),
        Paragraph(
            f"{_name(found.asked_by)} đề nghị khóa điểm lúc {moment(found.asked_at)}. "
            f"{_name(found.locked_by)} đồng ý khóa lúc {moment(found.locked_at)}. "
            "Từ lúc đó không ai sửa được điểm."
        ),
        Paragraph("Biên bản đã đọc lại cho những người có mặt cùng nghe và ký tên"),
    ]
    return Document(
        letterhead=read.letterhead("BB-BGK"),
        kind="Biên bản",
        subject=f"Họp Ban giám khảo {lower(found.name)}\n{read.contest.title}",
        body=body,
        signature=_chair(read),
        co_signature=Signature(["ĐẠI DIỆN BAN TỔ CHỨC"], _name(found.locked_by, "")),
        distribution=[str(read.contest.organiser), "Lưu: VT, hồ sơ cuộc thi"],
        demo=read.contest.is_sample,
    )


def _name(user: Any, nobody: str = "—") -> str:
    return str(user.full_name or nobody) if user else nobody


def lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _panel(read: Read) -> list[Block]:
    lines = []
    for judge in read.judges:
        what = "trưởng ban giám khảo" if judge.is_chair else "giám khảo"
        what = "chấm tập sự, điểm không tính" if judge.is_shadow else what
        left = ", đã thôi" if judge.status == judge.Status.LEFT else ""
        where = f", {judge.title}" if judge.title else ""
        lines.append(f"{judge.name}{where}: {what}{left}")
    return [Bullets(lines)] if lines else [Paragraph("Không có giám khảo nào.")]


def _recusals(read: Read) -> list[Block]:
    lines = [
        f"{c.judge.name} không chấm bài {named(c.entry)}: {c.get_source_display()}, {_why(c)}"
        for c in read.conflicts
    ]
    return [Bullets(lines)] if lines else [Paragraph("Không có.")]


def _why(conflict: Conflict) -> str:
    return conflict.reason.strip().rstrip(".;")


def _aggregate(read: Read) -> str:
    return f"{read.round.get_aggregate_display()} của các phiếu"


def rule_lines(read: Read) -> list[str]:
    """The published rule of the round in words, one sentence a line."""
    found = read.round
    shares = found.shares
    weights = ", ".join(
        f"{lower(c.name)} {number(shares[c.pk], 2).removesuffix(',00')}%" for c in read.criteria
    )
    lines = []
    if version := read.rules:
        lines.append(
            f"Thể lệ bản số {padded(version.number)}, công bố ngày {date_vn(version.made_at)}"
        )
    lines += [f"Tiêu chí và tỷ trọng: {weights}", f"Điểm của bài là {_aggregate(read)}"]
    conditions = []
    if found.advance_top is not None:
        conditions.append(f"đứng trong {padded(found.advance_top)} bài đầu của bảng")
    if found.advance_min is not None:
        conditions.append(f"đạt từ {number(found.advance_min, 2).removesuffix(',00')} điểm")
    if found.no_zero:
        conditions.append("không có tiêu chí nào bằng 0")
    if conditions:
        lines.append(f"Bài vào tiếp khi {', '.join(conditions)}")
    names = {c.code: lower(c.name) for c in read.criteria}
    breaks = [names[code] for code in found.tie_breaks if code in names]
    if breaks:
        lines.append(
            f"Khi bằng điểm, xét lần lượt: {', '.join(breaks)}; vẫn bằng thì xếp cùng hạng"
        )
    else:
        lines.append("Bài bằng điểm xếp cùng hạng")
    return lines


def _rule(read: Read) -> list[Block]:
    return [Bullets(rule_lines(read))]


def _results(read: Read) -> list[Block]:
    columns = [
        Column("Hạng", width_mm=15, align="center"),
        Column("Bài dự thi", weight=1),
        Column("Số phiếu", width_mm=16, align="right"),
        Column("Điểm", width_mm=18, align="right"),
        Column("Kết quả", width_mm=38),
    ]
    blocks: list[Block] = []
    for board, rows in read.boards:
        table = [
            [read.hidden(s.entry_id) or _place(s), named(s.entry), str(s.sheets),
             read.score(s), _fate(read, s)]
            for s in rows
        ]  # fmt: skip
        blocks.append(Table(columns, table, caption=board, font_pt=12))
    return blocks or [Paragraph("Không có bài nào được chấm.")]


def _fate(read: Read, standing: Standing) -> str:
    if standing.prize:
        return standing.prize.name
    if read.is_last:
        return "Không có giải"
    return "Vào tiếp" if standing.advances else "Không vào tiếp"


def _ties(read: Read) -> list[Block]:
    """Entries that share a place after every declared criterion was asked."""
    lines = []
    for board, rows in read.boards:
        same: dict[int, list[Standing]] = defaultdict(list)
        for standing in rows:
            if standing.rank and standing.entry_id not in read.masked:
                same[standing.rank].append(standing)
        lines += [
            f"{board}, hạng {rank}: {'; '.join(named(s.entry) for s in together)}"
            for rank, together in sorted(same.items())
            if len(together) > 1
        ]
    return [Bullets(lines)] if lines else [Paragraph("Không có.")]


def _overrides(read: Read) -> list[Block]:
    lines = []
    for found in read.overrides:
        words = "cho vào tiếp" if found.advances else "không cho vào tiếp"
        reason = found.reason.strip().rstrip(".;")
        lines.append(f"{named(found.entry)}: {words}. Lý do: {reason} ({_name(found.by)})")
    if not lines:
        return [Paragraph("Không có. Kết quả theo đúng quy tắc đã công bố.")]
    return [Bullets(lines)]


def _unable(read: Read) -> list[Block]:
    lines = [
        f"{sheet.judge.name}, bài {named(sheet.entry)}: {sheet.reason.strip().rstrip('.;')}"
        for sheet in read.sheets
        if sheet.status == H.UNABLE
    ]
    return [Bullets(lines)] if lines else [Paragraph("Không có.")]
