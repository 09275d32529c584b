"""What goes with an entry to a higher contest: the cover letter, the entry, the minutes' part.

Vietnamese whatever the language of the screen.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contests.models import Entry, Referral, Round, Standing
from contests.paper_data import Read, named, points, team
from contests.papers import moment, rule_lines
from core.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    to_docx,
)
from core.formats_vn import date_vn
from core.models import Configuration, StoredFile
from core.periods import day_of
from core.words import Refused

MOST_BYTES = 300 * 2**20
MOST_FILES = 60
ANSWERS = ("summary", "problem", "solution", "novelty")


def stem(referral: Referral) -> str:
    return f"gui-du-thi-{referral.entry.code or referral.pk}"


def letter(referral: Referral, at: datetime) -> Document:
    """The official letter to the body that takes the entries; number and day by hand."""
    with translation.override("vi"):
        entry, contest = referral.entry, referral.contest
        config = Configuration.objects.on(day_of(at))
        told = _gained(entry)
        body: list[Block] = [
            Paragraph(
                f"{contest.organiser} đã tổ chức cuộc thi “{contest.title}”. Từ kết quả đã công "
                f"bố, {contest.organiser} chọn bài sau gửi dự thi {referral.get_level_display()}, "
                f"cuộc thi “{referral.to_contest}”:"
            ),
            Bullets(
                [
                    [Run("Bài dự thi: ", bold=True), named(entry)],
                    [Run("Người dự thi: ", bold=True), team(entry)],
                    [Run("Bảng thi: ", bold=True), entry.board.name],
                    [Run("Kết quả: ", bold=True), told or "đã dự thi"],
                ]
            ),
            Paragraph(
                "Người dự thi đã đồng ý gửi hồ sơ. Hồ sơ kèm theo gồm: bài dự thi, các tệp của bài "
                "và trích biên bản của Ban giám khảo."
            ),
            Paragraph(
                f"Hạn nộp hồ sơ là ngày {date_vn(referral.deadline)}. Kính đề nghị quý cơ quan "
                f"tiếp nhận và báo kết quả để {contest.organiser} ghi nhận"
            ),
        ]
        return Document(
            letterhead=Letterhead(
                parent=config.parent_body,
                issuer=str(contest.organiser),
                symbol="CV",
                place=config.place_name,
                number=referral.sent_ref if referral.sent_ref.isdecimal() else "",
                date=referral.sent_on,
            ),
            kind="",
            subject=f"gửi bài dự thi {referral.get_level_display()}",
            addressed_to=[referral.to_body],
            body=body,
            signature=Signature(["THỦ TRƯỞNG ĐƠN VỊ"]),
            distribution=["Như trên", "Lưu: VT, hồ sơ cuộc thi"],
            demo=referral.is_sample,
        )


def _published(entry: Entry) -> list[Standing]:
    rows = Standing.objects.filter(entry=entry, round__status=Round.Status.PUBLISHED)
    rows = rows.select_related("round__contest", "prize", "entry__board")
    return list(rows.order_by("round__order", "pk"))


def _gained(entry: Entry) -> str:
    """What the entry reached, in words: its prize, or the last round that let it through."""
    standings = _published(entry)
    for standing in reversed(standings):
        if standing.prize:
            return standing.prize.name
    through = [s.round.name for s in standings if s.advances]
    return f"vào tiếp sau {through[-1][:1].lower()}{through[-1][1:]}" if through else ""


def entry_paper(referral: Referral, at: datetime) -> Document:
    """The entry as it was sent, with the names of its people."""
    with translation.override("vi"):
        entry = referral.entry
        config = Configuration.objects.on(day_of(at))
        labels = {f.name: str(f.verbose_name) for f in Entry._meta.fields}
        body: list[Block] = [
            *_facts(
                [
                    ("Mã", entry.code),
                    ("Cuộc thi", entry.contest.title),
                    ("Bảng thi", entry.board.name),
                    ("Người dự thi", team(entry)),
                    ("Thư điện tử liên hệ", entry.owner.email),
                    ("Lĩnh vực", entry.get_field_display()),
                    ("Trường hoặc nơi làm việc", entry.school),
                    ("Xã, phường", str(entry.unit or "")),
                ]
            )
        ]
        for name in ANSWERS:
            if words := getattr(entry, name):
                body.append(Heading(1, labels[name]))
                body += [Paragraph(line) for line in words.splitlines() if line.strip()]
        asked = [
            (q.label, q.in_words(entry.answers.get(str(q.pk), entry.answers.get(q.name))))
            for q in entry.board.asked
        ]
        if answered := [(label, words) for label, words in asked if words]:
            body += [Heading(1, "Câu hỏi của bảng thi"), *_facts(answered)]
        return Document(
            letterhead=Letterhead(
                parent=config.parent_body,
                issuer=str(entry.contest.organiser),
                symbol="",
                place=config.place_name,
                date=day_of(at),
            ),
            kind="Bài dự thi",
            subject=entry.title,
            body=body,
            demo=referral.is_sample,
        )


def _facts(rows: list[tuple[str, Any]]) -> list[Block]:
    return [
        Paragraph((Run(f"{label}: ", bold=True), str(value)), align="left")
        for label, value in rows
        if value
    ]


def excerpt(referral: Referral, at: datetime) -> Document:
    """What the minutes of each published round say of this entry, and nothing of the others."""
    with translation.override("vi"):
        entry = referral.entry
        config = Configuration.objects.on(day_of(at))
        body: list[Block] = [Paragraph(f"Bài dự thi: {named(entry)}, {entry.board.name}.")]
        for standing in _published(entry):
            found = standing.round
            same = found.standings.filter(entry__board=entry.board_id).count()
            read = Read(found, at)
            result = f"Điểm {points(standing.score)} trên 100, từ {standing.sheets} phiếu; " + (
                f"hạng {standing.rank} trong {same} bài của bảng"
                if standing.rank
                else "không xếp hạng"
            )
            lines = [f"Lập lúc {moment(found.locked_at)}", *rule_lines(read), result]
            if standing.prize:
                lines.append(f"Đạt {standing.prize.name[:1].lower()}{standing.prize.name[1:]}")
            for override in found.overrides.filter(entry=entry):
                words = "cho vào tiếp" if override.advances else "không cho vào tiếp"
                lines.append(f"Ban giám khảo quyết định {words}. Lý do: {override.reason}")
            body += [Heading(1, found.name), Bullets(lines)]
        return Document(
            letterhead=Letterhead(
                parent=config.parent_body,
                issuer=str(entry.contest.organiser),
                symbol="TrB-BGK",
                place=config.place_name,
                date=day_of(at),
            ),
            kind="Trích biên bản",
            subject=f"Họp Ban giám khảo\n{entry.contest.title}",
            body=body,
            signature=Signature(["TM. BAN TỔ CHỨC"]),
            demo=referral.is_sample,
        )


# -- The dossier ----------------------------------------------------------------------
def files_of(referral: Referral, user: Any) -> list[StoredFile]:
    """The files of the entry that this person may open, in the order in which they came."""
    kind = ContentType.objects.get_for_model(Entry)
    rows = StoredFile.objects.filter(content_type=kind, object_id=referral.entry_id)
    rows = rows.select_related("content_type").order_by("pk")[:MOST_FILES]
    return [stored for stored in rows if user.can("file.view", stored)]


def package(
    target: IO[bytes],
    referral: Referral,
    kept: list[StoredFile],
    at: datetime,
    progress: Callable[[int, int], None],
) -> None:
    """The zip: letter, entry, minutes' part, the entry's files, and the SHA-256 of each.

    Files go through in parts, so memory does not grow with them. Raises ``Refused``.
    """
    if sum(stored.size for stored in kept) > MOST_BYTES:
        raise Refused(_("Các tệp của bài lớn quá %(mb)d MB.") % {"mb": MOST_BYTES // 2**20})
    folder, when = stem(referral), timezone.localtime(at).timetuple()[:6]
    papers = {
        "1-cong-van.docx": letter(referral, at),
        "2-bai-du-thi.docx": entry_paper(referral, at),
        "3-trich-bien-ban.docx": excerpt(referral, at),
    }
    lines = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:

        def entry(name: str) -> zipfile.ZipInfo:
            info = zipfile.ZipInfo(f"{folder}/{name}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            return info

        for name, paper in papers.items():
            data = to_docx(paper, made_at=at)
            out.writestr(entry(name), data)
            lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}")
        for place, stored in enumerate(kept, 1):
            progress(place, len(kept) + 1)
            name = f"tep/{place:02d}-{stored.name}"
            try:
                with stored.file.open("rb") as source, out.open(entry(name), "w") as sink:
                    shutil.copyfileobj(source, sink)
            except FileNotFoundError as error:
                raise Refused(_("Không đọc được tệp %(name)s.") % {"name": stored.name}) from error
            lines.append(f"{stored.sha256}  {name}")
        out.writestr(entry("danh-sach-sha256.txt"), "\n".join([*lines, ""]))
