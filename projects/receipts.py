"""The receipt of an idea: what page, paper and letter say alike, and the paper itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from core.documents import (
    Bullets,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Table,
    Verification,
    to_pdf,
)
from core.documents.blocks import Column
from core.formats_vn import date_vn
from core.models import Configuration, Event
from core.periods import day_of
from projects import services, tale, versions
from projects.models import Venture, Version

SYMBOL = "BN"
EMPTY = "Để trống"
REGISTERED = gettext_noop(
    "Hồ sơ này vào cổng từ sổ của cơ quan, không gửi qua cổng nên không có mã kiểm tra. "
    "Bản này chép lại những gì cổng giữ."
)
KEPT_LATER = gettext_noop(
    "Chữ dưới đây có thể khác bản đã gửi: cổng giữ nó sau ngày gửi, hoặc hồ sơ nay đứng tên "
    "người khác. Mã kiểm tra là của bản đã gửi."
)


@dataclass(frozen=True)
class Receipt:
    """One sending of an idea; ``number`` is that of its version, 0 for the newest one."""

    code: str
    title: str
    sender: str
    at: datetime | None
    is_mended: bool
    promised: date | None
    days: int | None
    fingerprint: str
    is_sample: bool
    is_as_sent: bool  # what is kept now is what was sent: false while it is being mended
    url: str
    number: int = 0


def of(venture: Venture) -> Receipt:
    """The receipt as it stands. One statement: the journal tells of the sending."""
    sending = tale.last_sending(venture)
    data = sending.data if sending else {}
    fingerprint = data.get("fingerprint", "") if sending else venture.fingerprint
    code = venture.code_as("YT")
    return Receipt(
        code=code,
        title=venture.title,
        sender=venture.contact_name,
        at=sending.at if sending else venture.received_at,
        is_mended=bool(sending) and sending.source == Venture.Status.RETURNED,
        promised=tale.promised(sending) if sending else venture.promised_on,
        days=data.get("days"),
        fingerprint=fingerprint,
        is_sample=venture.is_sample,
        is_as_sent=bool(fingerprint) and services.fingerprint(venture) == fingerprint,
        url=settings.SITE_URL + reverse("projects:receipt", args=[code]),
    )


def of_version(version: Version) -> Receipt:
    """The receipt of that very version, whatever was sent after it. One statement."""
    venture = version.venture
    sending, is_whole = tale.sending_of(venture, version), versions.is_whole(version)
    code = venture.code_as("YT")
    return Receipt(
        code=code,
        title=version.answers.get("title", ""),
        sender=venture.contact_name if is_whole else _signed(sending, venture),
        at=sending.at if sending else venture.received_at,
        is_mended=bool(sending) and sending.source == Venture.Status.RETURNED,
        promised=tale.promised(sending) if sending else None,
        days=sending.data.get("days") if sending else None,
        fingerprint=version.fingerprint,
        is_sample=venture.is_sample,
        is_as_sent=is_whole,
        url=settings.SITE_URL + reverse("projects:version", args=[code, version.number]),
        number=version.number,
    )


def _signed(sending: Event | None, venture: Venture) -> str:
    """Who sent it then, where another leads the record now."""
    if sending is None or sending.actor is None:
        return venture.contact_name
    return sending.actor.full_name


def paper(told: Receipt, sections: Sequence[dict[str, Any]]) -> bytes:
    """The receipt as PDF: Vietnamese, whoever asks, and the same bytes each time.

    ``sections`` are the answers as the reader may read them (``views.written.sections_of``).
    """
    with translation.override("vi"):
        return to_pdf(document(told, sections))


def document(told: Receipt, sections: Sequence[dict[str, Any]]) -> Document:
    """The receipt in the layout of an official paper; its number is the idea's own."""
    day = day_of(told.at) if told.at else None
    config = Configuration.objects.on(day) if day else Configuration()
    word = "bản đã sửa của ý tưởng" if told.is_mended else "ý tưởng"
    return Document(
        letterhead=Letterhead(
            parent=config.parent_body,
            issuer=config.issuer or config.portal_name,
            symbol=SYMBOL,
            place=config.place_name,
            number=told.code,
            date=day,
        ),
        kind="BIÊN NHẬN",
        subject=f"Đã nhận {word}\n“{told.title}”",
        body=[
            Table(
                [Column("Điều ghi nhận", width_mm=48), Column("Nội dung")],
                _facts(told),
                font_pt=12,
            ),
            *_copy(told, sections),
            *_how_to_check(told),
        ],
        demo=told.is_sample,
        verification=Verification(told.fingerprint, told.url) if told.fingerprint else None,
    )


def _facts(told: Receipt) -> list[tuple[str, str]]:
    rows = [("Mã hồ sơ", told.code), ("Người gửi", told.sender or "—")]
    if told.number:
        rows.insert(1, ("Bản số", str(told.number)))
    if told.at:
        rows.append(("Nhận lúc", f"{timezone.localtime(told.at):%H:%M} ngày {_day(told.at)}"))
    if told.promised:
        days = f", tức {told.days} ngày làm việc" if told.days else ""
        rows.append(("Hẹn trả lời", f"Trước 17 giờ ngày {date_vn(told.promised)}{days}"))
    return rows


def _day(at: datetime) -> str:
    return date_vn(day_of(at))


def _copy(told: Receipt, sections: Sequence[dict[str, Any]]) -> list[Any]:
    blocks: list[Any] = [Heading(1, "Bản đã gửi")]
    if not told.is_as_sent:
        blocks.append(Paragraph(Run(warning(told), italic=True)))
    for section in sections:
        rows = [(_asked(question, answer), said(answer)) for question, answer in section["rows"]]
        if section["files"]:
            rows.append(("Tệp kèm theo", ", ".join(f.name for f in section["files"])))
        if not rows:
            continue
        blocks.append(Heading(2, str(section["label"])))
        for question, answer in rows:
            blocks.append(Paragraph(Run(question, italic=True), align="left"))
            blocks += [Paragraph(line, align="left") for line in answer.splitlines() if line]
    return blocks


def warning(told: Receipt) -> str:
    """Why the words below may not be those that were sent."""
    if told.number and not told.fingerprint:
        return REGISTERED
    if told.number:
        return KEPT_LATER
    return (
        "Hồ sơ đang được sửa. Nội dung dưới đây là bản đang lưu, có thể khác bản đã gửi. "
        "Gửi lại xong, biên nhận mới ghi bản mới."
    )


def _asked(question: Any, answer: Any) -> str:
    return f"{question} (kín)" if getattr(answer, "is_closed", False) else str(question)


def said(answer: Any) -> str:
    """An answer as plain text."""
    return date_vn(answer) if isinstance(answer, date) else str(answer or EMPTY)


def _how_to_check(told: Receipt) -> list[Any]:
    if not told.fingerprint:
        return []
    return [
        Heading(1, "Cách kiểm tra bản đã gửi"),
        Paragraph(
            "Mã kiểm tra là chuỗi SHA-256 tính từ mọi chữ đã gửi. Đổi một chữ là chuỗi khác hẳn."
        ),
        Bullets(
            [
                (
                    "Mở trang biên nhận theo mã QR hoặc địa chỉ dưới đây, đăng nhập bằng tài khoản "
                    "đã gửi. Trang nói mã kiểm tra có khớp với bản đang lưu không."
                ),
                (
                    "Muốn tự tính: tải tệp bản gốc ở trang đó, rồi tính SHA-256 của tệp "
                    "(Windows: certutil -hashfile tệp SHA256; Linux, macOS: shasum -a 256 tệp). "
                    "Kết quả phải đúng bằng chuỗi in ở đây."
                ),
            ]
        ),
    ]
