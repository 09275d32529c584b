"""A judge's score sheets on paper: blank before the lock, to write on by hand; filled after it."""

from contests.models import Judge, ScoreSheet
from contests.paper_data import MASK, H, Read, named, points
from core.documents import (
    Blank,
    Block,
    Column,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    Table,
)
from core.formats_vn import number
from core.periods import day_of

ANCHORS = "Mốc điểm"


def filled(read: Read, judge: Judge) -> Document:
    """What a judge gave, entry by entry, to be signed by the judge."""
    body: list[Block] = [
        _who(judge),
        *([Paragraph(Run(words, italic=True))] if (words := read.said_of_mask()) else []),
    ]
    for sheet in read.by_judge.get(judge.pk, []):
        body += _filled(read, sheet)
    found = read.round
    return Document(
        letterhead=read.letterhead("PC-BGK"),
        kind="Phiếu chấm điểm",
        subject=f"{found.name}\n{read.contest.title}",
        body=body,
        signature=Signature(["GIÁM KHẢO"], judge.name),
        demo=read.contest.is_sample,
    )


def _who(judge: Judge) -> Paragraph:
    where = f", {judge.title}" if judge.title else ""
    trainee = " (chấm tập sự, điểm không tính)" if judge.is_shadow else ""
    return Paragraph([Run("Giám khảo: ", bold=True), f"{judge.name}{where}{trainee}"], align="left")


def _filled(read: Read, sheet: ScoreSheet) -> list[Block]:
    head = Heading(2, named(sheet.entry))
    if sheet.entry_id in read.masked:
        return [head, Paragraph(MASK)]
    if sheet.status in {H.UNABLE, H.RECUSED}:
        return [head, Paragraph(f"{sheet.get_status_display()}: {sheet.reason}")]
    if sheet.status != H.DONE:
        return [head, Paragraph("Không nộp phiếu.")]
    given = {score.criterion_id: score.points for score in sheet.scores.all()}
    shares = read.round.shares
    rows = [
        [c.name, _share(shares[c.pk]), str(c.most), points(given.get(c.pk)).removesuffix(",00")]
        for c in read.criteria
    ]
    rows.append(["Điểm của phiếu (trên 100)", "", "", points(sheet.total)])
    return [head, Table(_columns(), rows, total=True, font_pt=12)]


def _columns() -> list[Column]:
    return [
        Column("Tiêu chí", weight=1),
        Column("Tỷ trọng", width_mm=22, align="right"),
        Column("Cao nhất", width_mm=22, align="right"),
        Column("Điểm", width_mm=24, align="right"),
    ]


def _share(value: object) -> str:
    return f"{number(value, 2).removesuffix(',00')}%"  # type: ignore[arg-type]


def blank(read: Read, judge: Judge) -> Document:
    """The same sheets without a score, for who writes by hand; titles only, no names."""
    found = read.round
    body: list[Block] = [
        Paragraph([Run("Giám khảo: ", bold=True), judge.name], align="left"),
        Paragraph(
            "Ghi điểm mỗi tiêu chí, từ 0 đến điểm cao nhất. Không chấm được thì gạch chéo và ghi "
            "lý do; không ghi điểm 0."
        ),
        *_anchors(read),
    ]
    sheets = [s for s in read.by_judge.get(judge.pk, []) if s.status != H.RECUSED]
    shares = found.shares
    rows = [[c.name, _share(shares[c.pk]), str(c.most), ""] for c in read.criteria]
    for sheet in sheets:
        if sheet.entry_id in read.masked:
            continue
        body += [
            Heading(2, named(sheet.entry)),
            Table(_columns(), rows, font_pt=12),
            Blank("Nhận xét gửi người dự thi:", lines=2),
        ]
    if not sheets:
        body += [Heading(2, "Bài dự thi: …"), Table(_columns(), rows, font_pt=12)]
        body += [Blank("Nhận xét gửi người dự thi:", lines=2)]
    body += [Blank("Ngày chấm:"), Blank("Giám khảo ký, ghi rõ họ tên:", lines=2)]
    return Document(
        letterhead=Letterhead(
            parent=read.config.parent_body,
            issuer=str(read.contest.organiser),
            symbol="",
            place=read.config.place_name,
            date=day_of(read.at),
        ),
        kind="Phiếu chấm điểm",
        subject=f"{found.name}\n{read.contest.title}",
        body=body,
        is_form=True,
        demo=read.contest.is_sample,
    )


def _anchors(read: Read) -> list[Block]:
    lines = [
        [c.name, "; ".join(f"{a['points']}: {a['words']}" for a in c.anchors)]
        for c in read.criteria
        if c.anchors
    ]
    if not lines:
        return []
    return [Table([Column("Tiêu chí", width_mm=52), Column(ANCHORS, weight=1)], lines, font_pt=11)]
