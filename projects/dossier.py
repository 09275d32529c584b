"""The dossier of a venture as Word, and a zip with its files: for the province, or for a bank.

``PARTS`` is a table: a row is a part that can be picked. To add one, write a function that gives
its blocks (an empty list where there is nothing to tell) and a row.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import documents
from core.documents import (
    Block,
    Bullets,
    Column,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    Table,
)
from core.facts import Fact
from core.formats_vn import date_vn, number
from core.models import Configuration, StoredFile
from core.periods import day_of
from core.words import Refused
from projects import dossier_market as market
from projects import enterprises
from projects.models import Closing, Formation, Support, Venture
from projects.models.enterprise import formed_by

MOST_BYTES = 300 * 2**20
MOST_FILES = 60
PROVED = ("supports", "certificates", "fairvisits", "supplylinks")  # whose evidence goes with it
ANSWERS = (
    "field", "stage", "applicant", "unit", "summary", "problem", "solution", "novelty",
    "wanted", "wanted_note",
)  # fmt: skip
CONTACT = (
    "contact_name", "contact_birth_date", "contact_phone", "contact_email", "workplace",
    "guardian_name", "guardian_email",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of the dossier. ``own``: only the founder may hand it out, and only by picking it."""

    key: str
    label: Any
    note: Any
    blocks: Callable[[Venture, Any], list[Block]]
    own: bool = False


def _facts(rows: Iterable[tuple[str, Any]]) -> list[Block]:
    """Question and answer, one paragraph each; what was left empty is left out."""
    return [
        Paragraph((Run(f"{label}: ", bold=True), str(value)), align="left")
        for label, value in rows
        if value
    ]


def confidential(venture: Venture) -> set[str]:
    """The answers that the founder keeps to the officials: handed out only by their own pick."""
    return set(getattr(venture, "confidential", None) or ())


def _labels() -> dict[str, str]:
    return {f.name: str(f.verbose_name)[:1].upper() + str(f.verbose_name)[1:]
            for f in Venture._meta.fields}  # fmt: skip


def _value(venture: Venture, name: str) -> Any:
    if name == "wanted":
        kinds = dict(Support.Kind.choices)
        return ", ".join(str(kinds.get(one, one)) for one in venture.wanted)
    value = getattr(venture, name)
    if name.endswith("_date"):
        return date_vn(value)
    shown = getattr(venture, f"get_{name}_display", None)
    return shown() if shown else value


def _answers(venture: Venture, user: Any) -> list[Block]:
    labels, hidden = _labels(), confidential(venture)
    return _facts((labels[n], _value(venture, n)) for n in ANSWERS if n not in hidden)


def _confidential(venture: Venture, user: Any) -> list[Block]:
    labels, hidden = _labels(), confidential(venture)
    return _facts((labels[n], _value(venture, n)) for n in ANSWERS if n in hidden)


def _contact(venture: Venture, user: Any) -> list[Block]:
    labels = _labels()
    return _facts((labels[n], _value(venture, n)) for n in CONTACT)


def _team(venture: Venture, user: Any) -> list[Block]:
    return [Paragraph(line, align="left") for line in venture.team.splitlines() if line.strip()]


def _stages(venture: Venture, user: Any) -> list[Block]:
    rows: list[tuple[Any, str]] = []
    if venture.received_on:
        rows.append((venture.received_on, _("Cổng nhận ý tưởng %(code)s.")
                     % {"code": venture.code_as("YT")}))  # fmt: skip
    recognised = venture.recognitions.filter(status=Fact.Status.VERIFIED)
    rows += [(fact.happened_on, _("Được công nhận là dự án.")) for fact in recognised]
    first = venture.supports.filter(status=Fact.Status.VERIFIED).order_by("happened_on").first()
    if first:
        rows.append((first.happened_on, _("Nhận khoản hỗ trợ đầu tiên: %(kind)s.")
                     % {"kind": first.get_kind_display()}))  # fmt: skip
    for told in _enterprises(venture, user):
        rows.append((told.formation.happened_on, _("Đăng ký doanh nghiệp %(name)s.")
                     % {"name": told.formation.name}))  # fmt: skip
        if told.closing:
            rows.append((told.closing.happened_on, f"{told.formation.name}: {told.closing.words}."))
    rows.sort(key=lambda row: row[0])
    return [Bullets([f"{date_vn(day)}: {words}" for day, words in rows])] if rows else []


def _ledger(venture: Venture, user: Any) -> list[Block]:
    facts = list(venture.supports.filter(status=Fact.Status.VERIFIED).order_by("happened_on", "pk"))
    if not facts:
        return []
    rows = [
        [date_vn(f.happened_on), str(f.get_kind_display()), f.provider,
         str(f.get_source_display()), number(f.value, 0) if f.value else "—"]
        for f in facts
    ]  # fmt: skip
    rows.append([_("Cộng"), "", "", "", number(sum(f.value for f in facts), 0)])
    columns = [
        Column(_("Ngày"), width_mm=24, align="center"),
        Column(_("Việc hỗ trợ"), weight=1.3),
        Column(_("Đơn vị hỗ trợ"), weight=1.6),
        Column(_("Nguồn"), width_mm=26),
        Column(_("Giá trị (đồng)"), width_mm=30, align="right"),
    ]
    return [Table(columns, rows, total=True)]


def _enterprises(venture: Venture, user: Any) -> list[enterprises.Told]:
    return enterprises.of(venture, user, private=False)


def _formation(venture: Venture, user: Any) -> list[Block]:
    blocks: list[Block] = []
    for told in _enterprises(venture, user):
        fact = told.formation
        blocks.append(Heading(2, fact.name))
        blocks += _facts(
            (
                (_("Mã số thuế"), fact.tax_code),
                (_("Ngày đăng ký lần đầu"), date_vn(fact.happened_on)),
                (_("Căn cứ công nhận"), fact.get_basis_display()),
                (_("Cùng hình thành"), ", ".join(f"{v.code} {v.title}" for v in told.together)),
                (_("Nối tiếp"), told.before[0].name if told.before else ""),
                (_("Nay là"), ", ".join(after.name for after, _venture in told.after)),
                (
                    _("Chấm dứt"),
                    f"{told.closing.words}, {date_vn(told.closing.happened_on)}"
                    if told.closing
                    else "",
                ),
            )
        )
    return blocks


_w = gettext_lazy
PARTS: tuple[Part, ...] = (
    Part(
        "answers",
        _w("Ý tưởng và cách làm"),
        _w("Những điều đã viết, không có tên và liên hệ."),
        _answers,
    ),
    Part("stages", _w("Các chặng đã qua"), _w("Ngày nhận, ngày công nhận, ngày đăng ký."), _stages),
    Part("ledger", _w("Sổ hỗ trợ"), _w("Các khoản hỗ trợ đã xác nhận."), _ledger),
    Part("formation", _w("Doanh nghiệp"), _w("Tên, mã số thuế, căn cứ công nhận."), _formation),
    Part("products", _w("Sản phẩm"), _w("Tên, dùng làm gì, còn bán không."), market.products),
    Part(
        "certificates",
        _w("Giấy chứng nhận"),
        _w("Các giấy đã xác nhận, có giá trị đến khi nào."),
        market.certificates,
    ),
    Part(
        "marketplaces",
        _w("Sàn thương mại điện tử"),
        _w("Sản phẩm bán trên sàn nào, đường dẫn."),
        market.marketplaces,
    ),
    Part("fairs", _w("Hội chợ"), _w("Các lần dự hội chợ đã xác nhận."), market.fairs),
    Part(
        "supplies",
        _w("Cung ứng cho doanh nghiệp đầu tàu"),
        _w("Các liên kết cung ứng đã xác nhận."),
        market.supplies,
    ),
    Part("awards", _w("Kết quả cuộc thi"), _w("Giải đã đạt, năm nào, nguồn."), market.awards),
    Part(
        "team",
        _w("Những người cùng làm"),
        _w("Có tên người khác: hỏi họ trước khi đưa ra ngoài."),
        _team,
        own=True,
    ),
    Part(
        "contact",
        _w("Họ tên, ngày sinh, liên hệ"),
        _w("Chỉ chủ hồ sơ mới đưa ra được."),
        _contact,
        own=True,
    ),
    Part(
        "confidential",
        _w("Phần đánh dấu kín"),
        _w("Những câu trả lời bạn đã chọn chỉ để cán bộ đọc."),
        _confidential,
        own=True,
    ),
)


def parts_for(venture: Venture, user: Any) -> list[Part]:
    """The parts that this person may hand out and that tell something now."""
    is_owner = venture.owner_id == user.pk
    return [p for p in PARTS if (is_owner or not p.own) and p.blocks(venture, user)]


def files_for(venture: Venture, user: Any) -> list[StoredFile]:
    """The files that came with the venture, and the evidence of what was verified; each once.

    Only those that this person may open.
    """
    kind = ContentType.objects.get_for_model(Venture)
    verified = {"status": Fact.Status.VERIFIED}
    formed = Formation.objects.filter(formed_by(venture), **verified)
    proving = Q()
    for kind_of_fact in PROVED:
        facts = getattr(venture, kind_of_fact).filter(**verified)
        proving |= Q(pk__in=facts.values("evidence"))
    kept = StoredFile.objects.filter(
        Q(content_type=kind, object_id=venture.pk)
        | proving
        | Q(pk__in=formed.values("evidence"))
        | Q(pk__in=Closing.objects.filter(formation__in=formed, **verified).values("evidence"))
    )
    rows = kept.select_related("content_type").order_by("pk")[:MOST_FILES]
    return [stored for stored in rows if user.can("file.view", stored)]


def document(
    venture: Venture, user: Any, parts: Collection[str], kept: Collection[StoredFile], at: datetime
) -> Document:
    """The dossier as it is printed; Vietnamese, whatever the reader's language."""
    with translation.override("vi"):
        return _document(venture, user, parts, kept, at)


def _document(
    venture: Venture, user: Any, parts: Collection[str], kept: Collection[StoredFile], at: datetime
) -> Document:
    day = day_of(at)
    config = Configuration.objects.on(day)
    is_owner = venture.owner_id == user.pk
    body: list[Block] = []
    for part in parts_for(venture, user):
        if part.key in parts:
            body += [Heading(1, str(part.label)), *part.blocks(venture, user)]
    if kept:
        body += [Heading(1, _("Tệp kèm theo")), _listed(kept)]
    head = enterprises.registered(_enterprises(venture, user))
    name = head.formation.name if head else venture.title
    letterhead = Letterhead(
        parent="" if is_owner else config.parent_body,
        issuer=name if is_owner else config.issuer or config.portal_name,
        symbol="",
        place=config.place_name,
        date=day,
    )
    said = _(
        "Xuất từ %(portal)s lúc %(at)s, mã hồ sơ %(code)s. Bản này không thay giấy tờ gốc."
    ) % {
        "portal": config.portal_name,
        "at": timezone.localtime(at).strftime("%H:%M %d/%m/%Y"),
        "code": venture.code,
    }
    names_owner = is_owner and "contact" in parts
    return Document(
        letterhead=letterhead,
        kind=_("Hồ sơ"),
        subject=f"{venture.get_level_display()} {venture.title}",
        body=[Paragraph(Run(said, italic=True)), *body],
        signature=Signature(
            lines=[_("CHỦ HỒ SƠ")], name=venture.contact_name if names_owner else ""
        )
        if is_owner
        else None,
        demo=venture.is_sample,
    )


def _listed(kept: Collection[StoredFile]) -> Table:
    columns = [
        Column("TT", width_mm=11, align="center"),
        Column(_("Tệp"), weight=2),
        Column(_("SHA-256 (16 chữ đầu)"), width_mm=46),
    ]
    rows = [[str(i), inside(i, f), f.sha256[:16]] for i, f in enumerate(kept, 1)]
    return Table(columns, rows, font_pt=11)


def inside(place: int, stored: StoredFile) -> str:
    """The name of a file in the zip: numbered, so that no two are alike."""
    return f"{place:02d}-{stored.name}"


def stem(venture: Venture) -> str:
    return f"ho-so-{venture.code}"


def word(document: Document, at: datetime) -> bytes:
    return documents.to_docx(document, made_at=at)


def package(
    target: IO[bytes],
    venture: Venture,
    docx: bytes,
    kept: Collection[StoredFile],
    at: datetime,
    progress: Callable[[int, int], None],
) -> None:
    """Write the zip: the Word file, the chosen files, and a list with the SHA-256 of each.

    Files go through in parts, so memory does not grow with them. Raises ``Refused``.
    """
    if sum(f.size for f in kept) > MOST_BYTES:
        raise Refused(
            _("Các tệp đã chọn lớn quá %(mb)d MB. Chọn ít tệp hơn.") % {"mb": MOST_BYTES // 2**20}
        )
    folder, when = stem(venture), timezone.localtime(at).timetuple()[:6]
    lines = [f"{hashlib.sha256(docx).hexdigest()}  {folder}.docx"]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:

        def entry(name: str) -> zipfile.ZipInfo:
            info = zipfile.ZipInfo(f"{folder}/{name}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            return info

        out.writestr(entry(f"{folder}.docx"), docx)
        for place, stored in enumerate(kept, 1):
            progress(place, len(kept) + 1)
            name = f"tep/{inside(place, stored)}"
            try:
                with stored.file.open("rb") as source, out.open(entry(name), "w") as sink:
                    shutil.copyfileobj(source, sink)
            except FileNotFoundError as error:
                raise Refused(
                    _("Không đọc được tệp %(name)s. Bỏ chọn tệp này rồi làm lại.")
                    % {"name": stored.name}
                ) from error
            lines.append(f"{stored.sha256}  {name}")
        out.writestr(entry("danh-sach-sha256.txt"), "\n".join([*lines, ""]))
