"""The Word printer.

The package is written directly: a dozen small XML parts, of which this module knows every line.
That keeps out what a word processor's blank file brings along (theme fonts, 160 unused styles, a
thumbnail, an old compatibility mode), takes a tenth of the time, and makes the same document the
same bytes. Element order inside each property group is that of the standard (ISO/IEC 29500).
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.documents import layout
from core.documents.blocks import (
    Align,
    Annex,
    Blank,
    Box,
    Bullets,
    Content,
    Document,
    Figure,
    Heading,
    Paragraph,
    Signature,
    Table,
    Verification,
)
from core.documents.numbering import Numbered, annex_labels, numbered
from core.documents.pictures import png, png_size, qr_png

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINE = int(240 * layout.LINE_SPACING)


def to_docx(document: Document, *, made_at: datetime | None = None) -> bytes:
    """The document as a Word file.

    `made_at` (with time zone) is the time in the file's properties; without it the document's
    own date is taken, so that the same document always gives the same bytes.
    Raises ValueError for a figure that is no drawing.
    """
    return _Writer(document).package(layout.made_at(document, made_at))


def _esc(text: str) -> str:
    out = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return out.replace('"', "&quot;")


def _twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


def _run(text: str, *, bold: bool = False, italic: bool = False, pt: float = 0) -> str:
    """One run; `text` is cleaned already. Line breaks become breaks."""
    look = "<w:b/><w:bCs/>" if bold else ""
    look += "<w:i/><w:iCs/>" if italic else ""
    look += f'<w:sz w:val="{pt * 2:g}"/><w:szCs w:val="{pt * 2:g}"/>' if pt else ""
    words = "<w:br/>".join(
        f'<w:t xml:space="preserve">{_esc(line)}</w:t>' if line else "" for line in text.split("\n")
    )
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{words}</w:r>"


def _runs(content: Content, pt: float = 0) -> str:
    return "".join(
        _run(run.text, bold=run.bold, italic=run.italic, pt=pt)
        for run in layout.clean_runs(content)
    )


def _p(
    content: str,
    *,
    style: str = "",
    align: str = "",
    before: float | None = None,
    after: float | None = None,
    line: int = 0,
    left_mm: float = 0,
    first_mm: float | None = None,
    right_mm: float = 0,
    keep: bool = False,
    rule: bool = False,
    section: str = "",
) -> str:
    """One paragraph; sizes in points, indents in millimetres."""
    prop = f'<w:pStyle w:val="{style}"/>' if style else ""
    prop += "<w:keepNext/>" if keep else ""
    if rule:
        prop += '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    gap = f' w:before="{before * 20:g}"' if before is not None else ""
    gap += f' w:after="{after * 20:g}"' if after is not None else ""
    gap += f' w:line="{line}" w:lineRule="exact"' if line else ""
    prop += f"<w:spacing{gap}/>" if gap else ""
    if left_mm or right_mm or first_mm is not None:
        start = f' w:left="{_twips(left_mm)}" w:right="{_twips(right_mm)}"'
        if first_mm is not None:
            name, by = ("firstLine", first_mm) if first_mm >= 0 else ("hanging", -first_mm)
            start += f' w:{name}="{_twips(by)}"'
        prop += f"<w:ind{start}/>"
    prop += f'<w:jc w:val="{align}"/>' if align else ""
    prop += section
    return f"<w:p>{f'<w:pPr>{prop}</w:pPr>' if prop else ''}{content}</w:p>"


def _rule(width_mm: float, room_mm: float) -> str:
    """A centred rule: the lower border of an empty line, indented from both sides."""
    side = max((room_mm - width_mm) / 2, 0)
    return _p(
        _run("", pt=1), style="Plain", line=70, left_mm=side, right_mm=side, rule=True, after=4
    )


def _by_hand(block: Blank | Box, room_mm: float) -> str:
    """Where a pen writes: lines of dots, or a square and its words."""
    if isinstance(block, Box):
        words = _run(f"☐\u00a0\u00a0{layout.clean(block.text)}")
        return _p(words, style="Plain", left_mm=7, first_mm=-7, after=4)
    label = layout.clean(block.label)
    return _dotted(label, room_mm) + _dotted("", room_mm) * (block.lines - 1)


def _dotted(label: str, room_mm: float) -> str:
    """A line of dots to the right margin, after its label."""
    end = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{_twips(room_mm)}"/></w:tabs>'
    words = _run(f"{label} ") if label else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Plain"/>{end}<w:spacing w:before="80" w:after="80"/></w:pPr>'
        f"{words}<w:r><w:tab/></w:r></w:p>"
    )


def _cell(
    content: str,
    mm: float,
    *,
    span: int = 1,
    merge: str = "",
    middle: bool = False,
    head: bool = False,
) -> str:
    prop = f'<w:tcW w:w="{_twips(mm)}" w:type="dxa"/>'
    prop += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    prop += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    prop += '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if head else ""
    prop += '<w:vAlign w:val="center"/>' if middle else ""
    return f"<w:tc><w:tcPr>{prop}</w:tcPr>{content}</w:tc>"


def _row(cells: Iterable[str], *, header: bool = False) -> str:
    flags = "<w:cantSplit/>" + ("<w:tblHeader/>" if header else "")
    return f"<w:tr><w:trPr>{flags}</w:trPr>{''.join(cells)}</w:tr>"


def _table(rows: str, widths: Sequence[float], *, style: str, words: str = "") -> str:
    grid = "".join(f'<w:gridCol w:w="{_twips(mm)}"/>' for mm in widths)
    total = sum(_twips(mm) for mm in widths)
    caption = f'<w:tblCaption w:val="{_esc(words)}"/>' if words else ""
    look = 'w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{total}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" {look} w:noHBand="1" w:noVBand="1"/>'
        f"{caption}</w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


@dataclass
class _Writer:
    document: Document
    pictures: dict[bytes, str] = field(default_factory=dict)
    drawings: int = 0

    # The text, top to bottom

    def body(self) -> str:
        doc = self.document
        text = [self._letterhead(), *self._titles(), *self._recipients()]
        blocks = numbered(doc.text)
        for at, item in enumerate(blocks):
            last = at == len(blocks) - 1 and doc.signature is not None
            after = blocks[at + 1].block if at + 1 < len(blocks) else None
            keep = last or (doc.is_form and isinstance(after, Blank | Box))
            text.append(self._block(item, layout.TEXT_MM, keep=keep))
        text.append(self._ending())
        if doc.verification:
            text.append(self._verification(doc.verification))
        # A body may not end with a table: Word adds a full line after it, perhaps a page.
        if not doc.annexes:
            text.append(_p("", style="Plain", line=20))
        landscape = False
        for label, annex in zip(
            annex_labels(doc.annexes, doc.annex_word), doc.annexes, strict=True
        ):
            text.append(_p("", style="Plain", line=20, section=self._section(landscape)))
            landscape = annex.landscape
            text.append(self._annex(label, annex))
        text.append(self._section(landscape))
        return "".join(text)

    def _section(self, landscape: bool) -> str:
        """Page set-up: pages count from 1 in every section, and page 1 shows no number."""
        width, height = (_twips(mm) for mm in layout.PAGE_MM)
        size = f'w:w="{width}" w:h="{height}"'
        if landscape:
            size = f'w:w="{height}" w:h="{width}" w:orient="landscape"'
        wide = "Wide" if landscape else ""
        return (
            f'<w:sectPr><w:headerReference w:type="default" r:id="header{wide}"/>'
            f'<w:headerReference w:type="first" r:id="headerFirst{wide}"/>'
            f'<w:type w:val="nextPage"/><w:pgSz {size}/>'
            f'<w:pgMar w:top="{_twips(layout.TOP_MM)}" w:right="{_twips(layout.RIGHT_MM)}" '
            f'w:bottom="{_twips(layout.BOTTOM_MM)}" w:left="{_twips(layout.LEFT_MM)}" '
            f'w:header="{_twips(9)}" w:footer="{_twips(9)}" w:gutter="0"/>'
            '<w:pgNumType w:start="1"/><w:cols w:space="720"/><w:titlePg/></w:sectPr>'
        )

    def header(self, *, landscape: bool, first: bool) -> str:
        """The top margin: draft mark, page number in the middle, demo mark."""
        doc = self.document
        room = layout.LANDSCAPE_TEXT_MM if landscape else layout.TEXT_MM
        number = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
            ' PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            '<w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        tab = "<w:r><w:tab/></w:r>"
        content = _run(layout.DRAFT, bold=True) if doc.draft else ""
        content += tab + ("" if first else number) + tab
        content += _run(layout.DEMO, italic=True) if doc.demo else ""
        tabs = (
            f'<w:tabs><w:tab w:val="center" w:pos="{_twips(room / 2)}"/>'
            f'<w:tab w:val="right" w:pos="{_twips(room)}"/></w:tabs>'
        )
        line = f'<w:p><w:pPr><w:pStyle w:val="Header"/>{tabs}</w:pPr>{content}</w:p>'
        return f"{_XML}<w:hdr {_NS}>{line}</w:hdr>"

    def _letterhead(self) -> str:
        doc, head = self.document, self.document.letterhead
        left, right = layout.LETTERHEAD_MM
        small, running = layout.SMALL_PT, layout.RUNNING_PT

        def centred(text: str, pt: float, *, bold: bool = False, italic: bool = False) -> str:
            return _p(_run(text, bold=bold, italic=italic, pt=pt), style="Plain", align="center")

        parent, issuer = layout.capitals(head.parent), layout.capitals(head.issuer)
        room = left - 2
        west = centred(parent, small) if parent else ""
        west += centred(issuer, small, bold=True)
        west += _rule(layout.rule_mm(issuer, small, room), left)
        east = centred(layout.COUNTRY, small, bold=True)
        east += centred(layout.MOTTO, running, bold=True)
        east += _rule(layout.width_mm(layout.MOTTO, running), right)
        number = centred(layout.number_line(doc), running)
        if not doc.kind:
            number += centred(f"V/v {layout.clean(doc.subject)}", small)
        day = centred(layout.date_line(doc), running, italic=True)
        rows = _row((_cell(west, left), _cell(east, right)))
        if doc.is_form:
            return _table(rows, layout.LETTERHEAD_MM, style="Bare")
        rows += _row((_cell(number, left), _cell(day, right)))
        return _table(rows, layout.LETTERHEAD_MM, style="Bare")

    def _titles(self) -> list[str]:
        doc = self.document
        if not doc.kind:
            return [_p("", style="Plain")]
        subject = layout.clean(doc.subject)
        lines = [_run(layout.capitals(doc.kind), bold=True)]
        out = [_p(lines[0], style="Title", before=14)]
        out.append(_p(_run(subject, bold=True), style="Subject"))
        if doc.note_under_subject:
            note = _run(layout.clean(doc.note_under_subject), italic=True)
            out.append(_p(note, style="Plain", align="center"))
        room = layout.TEXT_MM
        out.append(_rule(layout.rule_mm(subject, layout.BODY_PT, room), room))
        return out

    def _recipients(self) -> list[str]:
        names = self.document.addressed_to
        if len(names) == 1:
            only = layout.clean(names[0]).rstrip(" .;")
            return [
                _p(_run(f"Kính gửi: {only}."), style="Plain", align="center", before=6, after=8)
            ]
        if not names:
            return [_p("", style="Plain", after=0)]
        out = [_p(_run("Kính gửi:"), style="Plain", left_mm=30, before=6, keep=True)]
        lines = layout.ended(names)
        for at, line in enumerate(lines):
            after = 8 if at == len(lines) - 1 else 0
            out.append(_p(_run(f"- {line}"), style="Plain", left_mm=53, first_mm=-2.5, after=after))
        return out

    def _block(self, item: Numbered, room_mm: float, *, keep: bool = False) -> str:
        label, block = item
        if isinstance(block, Heading):
            words = layout.clean(block.text)
            if block.level == 1:
                words = words.upper()
            return _p(_run(f"{label} {words}".strip()), style=f"Heading{block.level}")
        if isinstance(block, Paragraph):
            align, first = ("", None) if block.align == "justify" else (block.align, 0)
            words = _runs(block.runs)
            return _p(words, style="BodyText", align=align, first_mm=first, keep=keep)
        if isinstance(block, Bullets):
            return "".join(
                _p(_runs(runs), style="ListBullet", keep=keep and at == len(block.items) - 1)
                for at, runs in enumerate(block.items)
            )
        if isinstance(block, Blank | Box):
            return _by_hand(block, room_mm)
        if isinstance(block, Figure):
            return self._figure(block, room_mm)
        return self._data_table(block, room_mm)

    def _data_table(self, table: Table, room_mm: float) -> str:
        widths = layout.column_widths(table, room_mm)
        pt = table.font_pt

        def text(words: str, align: Align, *, bold: bool = False, italic: bool = False) -> str:
            run = _run(layout.clean(words), bold=bold, italic=italic, pt=pt)
            return _p(run, style="TableText", align=align)

        def title(words: str) -> str:
            return text(words, "center", bold=True)

        rows = ""
        upper, *lower = layout.header_rows(table)
        rows += _row(
            (
                _cell(
                    title(cell.text),
                    sum(widths[cell.column : cell.column + cell.colspan]),
                    span=cell.colspan,
                    merge="restart" if cell.rowspan > 1 else "",
                    middle=True,
                    head=True,
                )
                for cell in upper
            ),
            header=True,
        )
        for line in lower:
            named = {cell.column: cell.text for cell in line}
            rows += _row(
                (
                    _cell(title(named[at]), mm, middle=True, head=True)
                    if at in named
                    else _cell(title(""), mm, merge="continue", head=True)
                    for at, mm in enumerate(widths)
                ),
                header=True,
            )
        if table.column_numbers:
            rows += _row(
                (
                    _cell(text(f"({at})", "center", italic=True), mm)
                    for at, mm in enumerate(widths, start=1)
                ),
                header=True,
            )
        data = []
        for row in layout.table_rows(table):
            if len(row.cells) < len(widths):
                align: Align = "left" if table.rows else "center"
                words = text(row.cells[0], align, bold=row.bold)
                data.append(_row((_cell(words, sum(widths), span=len(widths)),)))
                continue
            data.append(
                _row(
                    _cell(text(words, column.align, bold=row.bold), mm)
                    for words, column, mm in zip(row.cells, table.columns, widths, strict=True)
                )
            )
        caption = layout.clean(table.caption)
        before = _p(_run(caption), style="Caption", keep=True) if caption else ""
        grid = _table(rows + "".join(data), widths, style="Grid", words=caption)
        return before + grid + _p("", style="Plain", line=120)

    def _figure(self, figure: Figure, room_mm: float) -> str:
        width = min(figure.width_mm, room_mm)
        drawing = self._drawing(png(figure.svg, width), width, figure.alt)
        caption = layout.clean(figure.caption)
        out = _p(drawing, style="Plain", align="center", after=6, keep=bool(caption))
        return out + (_p(_run(caption), style="Caption") if caption else "")

    def _drawing(self, data: bytes, width_mm: float, alt: str) -> str:
        name = self.pictures.setdefault(data, f"image{len(self.pictures) + 1}")
        self.drawings += 1
        dots = png_size(data)
        x = round(width_mm * 36000)
        y = round(x * dots[1] / dots[0])
        words = _esc(layout.clean(alt).replace("\n", " "))
        about = f'id="{self.drawings}" name="Hình {self.drawings}" descr="{words}"'
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{x}" cy="{y}"/><wp:docPr {about}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/>'
            "</wp:cNvGraphicFramePr><a:graphic>"
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f"<pic:pic><pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch>'
            '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="{x}" cy="{y}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _ending(self) -> str:
        """`Nơi nhận` on the left, level with the signature on the right."""
        doc = self.document
        if not (doc.signature or doc.co_signature or doc.distribution):
            return ""
        copies = ""
        if doc.distribution:
            copies = _p(
                _run(layout.COPIES, bold=True, italic=True, pt=layout.SMALL_PT), style="Plain"
            )
            copies += "".join(
                _p(_run(line, pt=layout.LIST_PT), style="Plain")
                for line in layout.distribution(doc)
            )
        empty = _p("", style="Plain")
        half = layout.TEXT_MM / 2
        right = self._signature(doc.signature) or empty
        left = self._signature(doc.co_signature)
        rows = _row((_cell(left or copies or empty, half), _cell(right, half)))
        if left and copies:
            rows += _row((_cell(empty + copies, half), _cell(empty, half)))
        return _p("", style="Plain", line=160, keep=True) + _table(rows, (half, half), style="Bare")

    def _signature(self, signature: Signature | None) -> str:
        if signature is None:
            return ""
        out = "".join(
            _p(_run(layout.capitals(line), bold=True), style="Plain", align="center")
            for line in signature.lines
        )
        out += _p("", style="Plain") * 4
        if signature.office:
            office = _run(layout.capitals(signature.office), bold=True, pt=layout.RUNNING_PT)
            out += _p(office, style="Plain", align="center")
        name = _run(layout.clean(signature.name), bold=True)
        return out + _p(name, style="Plain", align="center")

    def _verification(self, check: Verification) -> str:
        code = _p(self._drawing(qr_png(check.url), 20, layout.CHECK_ALT), style="Plain")
        words = "".join(
            _p(_run(f"{title} {layout.clean(value)}", pt=9), style="Plain")
            for title, value in (
                (layout.CHECK_SUM, check.sha256),
                (layout.CHECK_AT, check.url),
            )
        )
        widths = (24, layout.TEXT_MM - 24)
        row = _row((_cell(code, widths[0]), _cell(words, widths[1], middle=True)))
        return _p("", style="Plain", line=160) + _table(row, widths, style="Bare")

    def _annex(self, label: str, annex: Annex) -> str:
        room = layout.LANDSCAPE_TEXT_MM if annex.landscape else layout.TEXT_MM
        out = _p(_run(layout.clean(label)), style="AnnexTitle", keep=True)
        out += _p(_run(layout.capitals(annex.title)), style="Subject", keep=True)
        about = _run(layout.annex_reference(self.document), italic=True, pt=layout.RUNNING_PT)
        out += _p(about, style="Plain", align="center", after=8)
        return out + "".join(self._block(item, room) for item in numbered(annex.blocks))

    # The package around it

    def package(self, moment: datetime) -> bytes:
        body = f"{_XML}<w:document {_NS}><w:body>{self.body()}</w:body></w:document>"
        wide = any(annex.landscape for annex in self.document.annexes)
        headers = {"header": (False, False), "headerFirst": (False, True)}
        if wide:
            headers |= {"headerWide": (True, False), "headerFirstWide": (True, True)}
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": _content_types(headers),
            "_rels/.rels": _PACKAGE_RELS,
            "docProps/core.xml": _core(self.document, moment),
            "docProps/app.xml": _APP,
            "word/document.xml": body,
            "word/_rels/document.xml.rels": _document_rels(headers, self.pictures.values()),
            "word/styles.xml": _STYLES,
            "word/numbering.xml": _NUMBERING,
            "word/settings.xml": _SETTINGS,
            "word/fontTable.xml": _FONT_TABLE,
        }
        for name, (landscape, first) in headers.items():
            parts[f"word/{name}.xml"] = self.header(landscape=landscape, first=first)
        for data, name in self.pictures.items():
            parts[f"word/media/{name}.png"] = data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                info = zipfile.ZipInfo(name, moment.timetuple()[:6])
                # Fixed by hand: zipfile writes the machine it runs on into these two.
                info.create_system, info.external_attr = 3, 0o644 << 16
                stored = name.endswith(".png")
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(info, content)
        return out.getvalue()


def _core(document: Document, moment: datetime) -> str:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    issuer = " ".join(layout.clean(document.letterhead.issuer).split())
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_esc(layout.clean(document.title))}</dc:title>"
        f"<dc:creator>{_esc(issuer)}</dc:creator>"
        f"<cp:lastModifiedBy>{_esc(issuer)}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified>'
        "<dc:language>vi-VN</dc:language></cp:coreProperties>"
    )


def _content_types(headers: Iterable[str]) -> str:
    kinds = {
        "word/document.xml": f"{_MIME}.document.main+xml",
        "word/styles.xml": f"{_MIME}.styles+xml",
        "word/numbering.xml": f"{_MIME}.numbering+xml",
        "word/settings.xml": f"{_MIME}.settings+xml",
        "word/fontTable.xml": f"{_MIME}.fontTable+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    } | {f"word/{name}.xml": f"{_MIME}.header+xml" for name in headers}
    lines = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{lines}</Types>'
    )


def _relations(rows: Iterable[tuple[str, str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in rows
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _document_rels(headers: Iterable[str], pictures: Iterable[str]) -> str:
    names = ("styles", "numbering", "settings", "fontTable")
    rows = [(name, f"{_OFFICE}/{name}", f"{name}.xml") for name in names]
    rows += [(name, f"{_OFFICE}/header", f"{name}.xml") for name in headers]
    rows += [(name, f"{_OFFICE}/image", f"media/{name}.png") for name in pictures]
    return _relations(rows)


_PACKAGE_RELS = _relations(
    (
        ("document", f"{_OFFICE}/officeDocument", "word/document.xml"),
        ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ("app", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
    )
)

_APP = (
    f'{_XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Application>Microsoft Office Word</Application>'
    "<AppVersion>16.0000</AppVersion></Properties>"
)

# Compatibility mode 15 is the present one: Word opens the file without "[Compatibility Mode]".
_SETTINGS = (
    f'{_XML}<w:settings {_NS}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    + "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" '
        f'w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
    + '</w:compat><w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/>'
    '<w:listSeparator w:val=";"/></w:settings>'
)

_FONT_TABLE = (
    f'{_XML}<w:fonts {_NS}><w:font w:name="{layout.FONT}"><w:panose1 w:val="02020603050405020304"/>'
    '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)

# A dash set in like a paragraph's first line; the following lines start at the margin.
_NUMBERING = (
    f'{_XML}<w:numbering {_NS}><w:abstractNum w:abstractNumId="0">'
    '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:suff w:val="space"/><w:lvlText w:val="-"/><w:lvlJc w:val="left"/>'
    f'<w:pPr><w:ind w:left="0" w:firstLine="{_twips(layout.INDENT_MM)}"/></w:pPr>'
    f'<w:rPr><w:rFonts w:ascii="{layout.FONT}" w:hAnsi="{layout.FONT}" w:cs="{layout.FONT}"/>'
    '</w:rPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    "</w:numbering>"
)


def _style(
    name: str, title: str, para: str = "", look: str = "", *, base: str = "Normal", rank: int = 1
) -> str:
    above = "" if name == "Normal" else f'<w:basedOn w:val="{base}"/>'
    default = ' w:default="1"' if name == "Normal" else ""
    default += ' w:customStyle="1"' if title.startswith("Văn bản") else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>{above}'
        f'<w:uiPriority w:val="{rank}"/><w:qFormat/>'
        f"{f'<w:pPr>{para}</w:pPr>' if para else ''}{f'<w:rPr>{look}</w:rPr>' if look else ''}"
        "</w:style>"
    )


def _styles() -> str:
    font = " ".join(f'w:{kind}="{layout.FONT}"' for kind in ("ascii", "hAnsi", "eastAsia", "cs"))
    bold = "<w:b/><w:bCs/>"
    size = '<w:sz w:val="{0}"/><w:szCs w:val="{0}"/>'
    first = f'<w:ind w:firstLine="{_twips(layout.INDENT_MM)}"/>'
    after = layout.PARAGRAPH_GAP_PT * 20
    gap = f'<w:spacing w:before="0" w:after="{after}" w:line="{_LINE}" w:lineRule="auto"/>'
    tight = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    keep = "<w:keepNext/><w:keepLines/>"
    centre = '<w:jc w:val="center"/>'
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )

    def margins(mm: float) -> str:
        sides = (("top", 0.0), ("left", mm), ("bottom", 0.0), ("right", mm))
        cells = "".join(f'<w:{side} w:w="{_twips(by)}" w:type="dxa"/>' for side, by in sides)
        return f"<w:tblCellMar>{cells}</w:tblCellMar>"

    def table(name: str, title: str, prop: str) -> str:
        own = ' w:customStyle="1"' if title.startswith("Văn bản") else ""
        return (
            f'<w:style w:type="table" w:styleId="{name}"{own}><w:name w:val="{title}"/>'
            f'<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="39"/><w:pPr>{tight}</w:pPr>'
            f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{prop}</w:tblPr></w:style>'
        )

    return (
        f"{_XML}<w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {font}/>"
        f'<w:color w:val="000000"/>{size.format(28)}'
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{tight}</w:pPr></w:pPrDefault></w:docDefaults>"
        + _style("Normal", "Normal", tight, rank=0)
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{margins(0)}</w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        + _style("Plain", "Văn bản - dòng", tight)
        + _style("BodyText", "Body Text", f'{gap}{first}<w:jc w:val="both"/>')
        + _style(
            "ListBullet",
            "List Bullet",
            '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
            f'{gap}{first}<w:jc w:val="both"/>',
        )
        + _style("Title", "Title", f"{keep}{tight}{centre}", bold, rank=10)
        + _style("Subject", "Văn bản - trích yếu", f"{keep}{tight}{centre}", bold)
        + _style(
            "AnnexTitle",
            "Văn bản - phụ lục",
            f'{keep}{tight}{centre}<w:outlineLvl w:val="0"/>',
            bold,
        )
        + "".join(
            _style(
                f"Heading{level}",
                f"heading {level}",
                f'{keep}{gap}{first}<w:jc w:val="both"/><w:outlineLvl w:val="{level - 1}"/>',
                bold if level < 3 else "",
                rank=9,
            )
            for level in (1, 2, 3)
        )
        + _style("Header", "header", tight, size.format(layout.RUNNING_PT * 2), rank=99)
        + _style(
            "Caption",
            "caption",
            f'<w:spacing w:before="60" w:after="60"/>{centre}',
            f"{bold}{size.format(layout.RUNNING_PT * 2)}",
            rank=35,
        )
        + _style(
            "TableText",
            "Văn bản - ô bảng",
            '<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>',
            size.format(24),
        )
        + table("Grid", "Table Grid", f"<w:tblBorders>{lines}</w:tblBorders>{margins(1.5)}")
        + table("Bare", "Văn bản - khung không kẻ", margins(0))
        + "</w:styles>"
    )


_STYLES = _styles()
