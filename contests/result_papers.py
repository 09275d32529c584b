"""What the organiser signs after a locked round: the list of those who go on, the draft decision
on prizes, the letters to entrants; and ``PAPERS``, the table of a round's papers.

Vietnamese whatever the language of the screen, as every document of the State is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from contests.models import Round, Standing
from contests.paper_data import Read, named, team
from contests.papers import lower, minutes, moment, summary
from core.documents import (
    Annex,
    Block,
    Column,
    Document,
    Paragraph,
    Row,
    Run,
    Signature,
    Table,
    padded,
)
from core.formats_vn import date_vn, dong, number

BY_JURY = "Ban giám khảo quyết định"


# -- List of those who go on ------------------------------------------------------------
def advancing(read: Read) -> Document:
    """The entries that go on, by board, with no name of a person on it."""
    columns = [
        Column("TT", width_mm=11, align="center"),
        Column("Mã", width_mm=32),
        Column("Bài dự thi", weight=1),
        Column("Ghi chú", width_mm=42),
    ]
    against = {o.entry_id for o in read.overrides if o.advances}
    body: list[Block] = [
        Paragraph(
            f"Theo thể lệ và biên bản của Ban giám khảo lập lúc {moment(read.round.locked_at)}:"
        )
    ]
    for board, rows in read.boards:
        table = [
            [
                s.entry.code,
                s.entry.title,
                "Ban giám khảo quyết định" if s.entry_id in against else "",
            ]
            for s in sorted(rows, key=lambda s: s.entry.code)
            if s.advances
        ]
        body.append(
            Table(
                columns,
                [[str(i), *cells] for i, cells in enumerate(table, 1)],
                caption=f"{board}: {padded(len(table))} bài",
                empty="Không có bài nào vào tiếp.",
            )
        )
    return Document(
        letterhead=read.letterhead("DS-BTC", dated=False),
        kind="Danh sách",
        subject=f"Bài dự thi vào tiếp sau {lower(read.round.name)}\n{read.contest.title}",
        body=body,
        signature=Signature(["TM. BAN TỔ CHỨC"]),
        distribution=["Như trên", "Lưu: VT, hồ sơ cuộc thi"],
        demo=read.contest.is_sample,
    )


# -- Draft decision on prizes ---------------------------------------------------------------
def decision(read: Read) -> Document:
    """The draft decision on prizes: what the organiser's head signs after reading."""
    organiser, contest = str(read.contest.organiser), read.contest.title
    jury = f"Biên bản họp Ban giám khảo {lower(read.round.name)}"
    grounds = [
        f"Căn cứ {jury} lập lúc {moment(read.round.locked_at)};",
        f"Theo đề nghị của Ban tổ chức cuộc thi “{contest}”,",
    ]
    if version := read.rules:
        rules = f"Thể lệ cuộc thi “{contest}”, bản số {padded(version.number)}"
        grounds.insert(0, f"Căn cứ {rules} công bố ngày {date_vn(version.made_at)};")
    winners = [s for s in read.standings if s.prize]
    winners.sort(key=lambda s: (s.prize.rank, s.entry.board.order, s.entry.code))  # type: ignore[union-attr]
    worth = sum(s.prize.value for s in winners if s.prize)
    money = f" Tổng số tiền thưởng: {dong(worth)}." if worth else ""
    articles = (
        (
            f"Trao {padded(len(winners))} giải của cuộc thi “{contest}” cho các bài có tên trong "
            f"danh sách kèm theo.{money}"
        ),
        f"{organiser} tổ chức trao giải theo quy định.",
        (
            "Quyết định này có hiệu lực từ ngày ký. Các đơn vị, cá nhân liên quan và những người "
            "có tên trong danh sách thi hành Quyết định này"
        ),
    )
    body: list[Block] = [
        *(Paragraph(Run(line, italic=True)) for line in grounds),
        Paragraph(Run("QUYẾT ĐỊNH:", bold=True), align="center"),
        *(
            Paragraph([Run(f"Điều {place}. ", bold=True), words])
            for place, words in enumerate(articles, 1)
        ),
    ]
    columns = [
        Column("TT", width_mm=11, align="center"),
        Column("Giải", width_mm=34),
        Column("Bài dự thi", weight=1.3),
        Column("Người dự thi", weight=1),
        Column("Tiền thưởng (đồng)", width_mm=28, align="right"),
    ]
    rows = [
        Row([str(i), s.prize.name if s.prize else "", named(s.entry), team(s.entry),
             number(s.prize.value, 0) if s.prize and s.prize.value else "—"])
        for i, s in enumerate(winners, 1)
    ]  # fmt: skip
    annex = Annex(
        "Danh sách đạt giải",
        [Table(columns, rows, empty="Chưa có bài nào được xếp giải.")],
        label="Phụ lục",
    )
    return Document(
        letterhead=read.letterhead("QĐ", dated=False),
        kind="Quyết định",
        subject=f"Về việc trao giải cuộc thi\n{contest}",
        body=body,
        signature=Signature(["THỦ TRƯỞNG ĐƠN VỊ"]),
        distribution=["Như Điều 3", "Lưu: VT, hồ sơ cuộc thi"],
        annexes=[annex],
        draft=True,
        demo=read.contest.is_sample,
    )


# -- Letters --------------------------------------------------------------------------------
def letter(read: Read, standing: Standing) -> Document:
    """What the organiser writes to one entrant about the result, kindly and without others'
    scores."""
    entry = standing.entry
    if standing.prize:
        said = (
            f"Ban tổ chức vui mừng báo tin: bài của bạn đạt {lower(standing.prize.name)}. "
            "Thời gian và nơi trao giải sẽ được báo sau."
        )
    elif standing.advances and not read.is_last:
        said = (
            "Ban tổ chức vui mừng báo tin: bài của bạn được vào vòng tiếp theo. Việc cần chuẩn bị "
            "có ở trang của cuộc thi."
        )
    else:
        said = (
            "Lần này bài của bạn chưa được chọn. Ban giám khảo ghi nhận công sức của bạn. Ý tưởng "
            "vẫn gửi được vào Cổng bất cứ lúc nào để được hướng dẫn làm tiếp."
        )
    place = f"hạng {standing.rank} của {lower(entry.board.name)}, " if standing.rank else ""
    score = read.score(standing)
    body: list[Block] = [
        Paragraph(
            f"Cảm ơn bạn đã gửi bài “{entry.title}” (mã {entry.code}) dự {lower(read.round.name)} "
            f"cuộc thi “{read.contest.title}”."
        ),
        Paragraph(said),
        Paragraph(
            f"Kết quả của bài: {place}điểm {score} trên 100, tính từ {padded(standing.sheets)} "
            "phiếu chấm theo thể lệ đã công bố."
        ),
        Paragraph(
            "Nhận xét của Ban giám khảo, nếu có, bạn đọc ở trang bài dự thi trên Cổng sau khi kết "
            "quả được công bố. Chúc bạn mạnh khỏe và đi tiếp với ý tưởng của mình"
        ),
    ]
    return Document(
        letterhead=read.letterhead("BTC", dated=False),
        kind="",
        subject=f"kết quả {lower(read.round.name)}",
        addressed_to=[team(entry) or entry.title],
        body=body,
        signature=Signature(["TM. BAN TỔ CHỨC"]),
        distribution=["Như trên", "Lưu: VT, hồ sơ cuộc thi"],
        demo=read.contest.is_sample,
    )


# -- The table --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Paper:
    """A paper of a locked round."""

    key: str  # its address and its file's name
    label: Any
    note: Any
    make: Callable[[Read], Document]
    last_only: bool = False  # of the round that gives the prizes


_w = gettext_lazy
PAPERS: tuple[Paper, ...] = (
    Paper(
        "tong-hop",
        _w("Bảng tổng hợp điểm"),
        _w("Điểm từng phiếu, điểm bài, hạng; khổ ngang."),
        summary,
    ),
    Paper(
        "bien-ban",
        _w("Biên bản họp Ban giám khảo"),
        _w("Ai chấm, ai không chấm, quy tắc, kết quả, lý do."),
        minutes,
    ),
    Paper(
        "vao-tiep",
        _w("Danh sách vào tiếp"),
        _w("Theo bảng thi, không có tên người."),
        advancing,
    ),
    Paper(
        "quyet-dinh",
        _w("Dự thảo quyết định trao giải"),
        _w("Kèm danh sách đạt giải, để người có thẩm quyền ký."),
        decision,
        last_only=True,
    ),
)


def offered(found: Round) -> list[Paper]:
    """The papers that this round has."""
    last = not found.contest.rounds.filter(order__gt=found.order).exists()
    return [p for p in PAPERS if (last or not p.last_only) and not (last and p.key == "vao-tiep")]
