"""Word, Excel and PowerPoint: a plain zip that holds exactly one document and nothing that acts."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.files.kinds import EXCEL, SLIDES, WORD
from core.words import Refused

MOST_MEMBERS = 4000
MOST_BYTES = 200 * 1024 * 1024  # of all members together, unpacked
MOST_RATIO = 150  # unpacked to packed; long honest tables reach about 50
RATIO_FROM = 2 * 1024 * 1024  # below this a high ratio harms nobody
MOST_XML = 4 * 1024 * 1024  # of one part that is parsed
MOST_ELEMENTS = 50_000
MOST_EMBEDDED = 8 * 1024 * 1024  # of one workbook behind a chart
CHUNK = 64 * 1024

_MAIN = {
    "wordprocessingml.document.main+xml": WORD,
    "spreadsheetml.sheet.main+xml": EXCEL,
    "presentationml.presentation.main+xml": SLIDES,
}
_TYPES = "[Content_Types].xml"
_ACTIVE_TYPE = re.compile(r"macro|vba|activex|oleobject|ms-office\.control|xhtml|text/html|rtf|"
                          r"x-msdownload|javascript|x-shockwave", re.IGNORECASE)  # fmt: skip
_ACTIVE_RELATION = re.compile(
    r"macro|vba|activex|oleobject|/control$|afchunk|/frame$|subdocument|mailmerge",
    re.IGNORECASE,
)
_MAY_BE_OUTSIDE = re.compile(
    r"/(hyperlink|image|video|audio|media|externallink\w*|xlpathmissing)$", re.IGNORECASE
)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SCRIPT_ADDRESS = re.compile(
    r"\s*(javascript|vbscript|data|ms-\w+|mhtml|search-ms)\s*:", re.IGNORECASE
)
_ACTIVE_NAME = re.compile(
    r"(vbaproject|vbadata|activex)|\.(exe|dll|scr|com|pif|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|"
    r"hta|jar|lnk|php\d?|phtml|sh|py|html?|swf|chm|reg|docm|xlsm|pptm|doc|xls|ppt|rtf|mht)$",
    re.IGNORECASE,
)
_BAD_NAME = re.compile(r"^[/\\]|(^|[/\\])\.\.?([/\\]|$)|\\|[\x00-\x1f]|^[A-Za-z]:")
_ACTIVE_WORDS = re.compile(
    rb"DDEAUTO|<(\w+:)?ddeLink|ppaction://(program|macro|ole)|<!DOCTYPE|<!ENTITY", re.IGNORECASE
)
_SCRIPT = re.compile(rb"<(\w+:)?script|\bon\w+\s*=|javascript:", re.IGNORECASE)
_WATCHED = {".xml": _ACTIVE_WORDS, ".rels": _ACTIVE_WORDS, ".vml": _ACTIVE_WORDS, ".svg": _SCRIPT}
_MAGIC = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF", b"{\\rtf", b"<?php", b"#!/")
_OVERLAP = 32
_LOCAL = struct.Struct("<4s5H3I2H")


def inspect(stream: BinaryIO, size: int, *, inside: bool = False) -> str:
    """The kind of the Office file in ``stream``; ``Refused`` says what is wrong with it.

    ``inside`` is true for the workbook behind a chart, which may hold no other.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _check_frame(stream, size, archive)
            _check_members(members)
            _check_places(stream, members, archive.start_dir)
            parts = _read_all(stream, members, inside=inside)
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, UnicodeDecodeError) as error:
        raise Refused(_broken()) from error
    except (NotImplementedError, OSError, ValueError, EOFError, RuntimeError) as error:
        raise Refused(_broken()) from error
    return _check_parts(parts, {m.filename for m in members})


def _broken() -> str:
    return _("Tệp này hỏng hoặc không phải tệp Word, Excel, PowerPoint. Mở tệp, lưu lại rồi thử.")


def _mixed() -> str:
    return _("Tệp này có dữ liệu lạ bên trong. Mở tệp, lưu thành tệp mới rồi tải lên.")


def _active() -> str:
    return _("Tệp này có macro hoặc mã chạy được. Lưu lại không có macro rồi tải lên.")


def _too_big() -> str:
    return _("Tệp này mở ra quá lớn. Chia nhỏ tệp hoặc lưu thành PDF rồi tải lên.")


def _outside() -> str:
    return _("Tệp này lấy nội dung từ nơi khác khi mở. Lưu thành PDF rồi tải lên.")


def _locked() -> str:
    return _("Tệp này có mật khẩu. Bỏ mật khẩu rồi tải lên.")


def _check_frame(stream: BinaryIO, size: int, archive: zipfile.ZipFile) -> None:
    """Nothing before the first member, nothing after the directory, no comment, no ZIP64."""
    stream.seek(size - zipfile.sizeEndCentDir)
    end = stream.read(zipfile.sizeEndCentDir)
    if end[:4] != b"PK\x05\x06" or archive.comment:
        raise Refused(_mixed())
    directory_size, directory_start = struct.unpack("<2I", end[12:20])
    if directory_start + directory_size != size - zipfile.sizeEndCentDir:
        raise Refused(_mixed())
    if min((m.header_offset for m in archive.infolist()), default=1) != 0:
        raise Refused(_mixed())


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Refused(_too_big())
    packed = sum(m.compress_size for m in members)
    unpacked = sum(m.file_size for m in members)
    if unpacked > MOST_BYTES or _is_bomb(unpacked, packed):
        raise Refused(_too_big())
    if len({m.filename.lower() for m in members}) != len(members):
        raise Refused(_mixed())
    for member in members:
        _check_member(member)


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x2041:  # encrypted, strongly encrypted, masked directory
        raise Refused(_locked())
    name = member.orig_filename
    if _BAD_NAME.search(name) or stat.S_ISLNK(member.external_attr >> 16):
        raise Refused(_mixed())
    if _ACTIVE_NAME.search(name):
        raise Refused(_active())
    if _is_bomb(member.file_size, member.compress_size):
        raise Refused(_too_big())
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(_broken())


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1)


def _check_places(stream: BinaryIO, members: list[zipfile.ZipInfo], directory: int) -> None:
    """Members follow each other without overlap or hiding place; both of their names agree."""
    ordered = sorted(members, key=lambda m: m.header_offset)
    ends = [*(m.header_offset for m in ordered[1:]), directory]
    for member, end in zip(ordered, ends, strict=True):
        stream.seek(member.header_offset)
        head = _LOCAL.unpack(stream.read(_LOCAL.size))
        name = stream.read(head[9])
        if head[0] != b"PK\x03\x04" or name != _raw_name(member):
            raise Refused(_mixed())
        start = member.header_offset + _LOCAL.size + head[9] + head[10]
        gap = end - start - member.compress_size
        descriptor = 24 if member.flag_bits & 0x8 else 0
        if not 0 <= gap <= descriptor:
            raise Refused(_mixed())


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437")


def _read_all(stream: BinaryIO, members: list, *, inside: bool) -> dict[str, bytes]:
    """Unpack every member once, in pieces; keep only what is parsed afterwards."""
    kept: dict[str, bytes] = {}
    for member in members:
        name = member.filename
        parsed = name == _TYPES or name.lower().endswith(".rels")
        workbook = bool(re.search(r"/embeddings/[^/]+\.xlsx$", name, re.IGNORECASE))
        most = MOST_XML if parsed else MOST_EMBEDDED if workbook else None
        content = _read(stream, member, most)
        if parsed:
            kept[name] = content
        elif workbook:
            _check_workbook(content, inside=inside)
    return kept


def _check_workbook(content: bytes, *, inside: bool) -> None:
    """The table behind a chart is itself an Excel file, and holds no further one."""
    if inside or not content.startswith(b"PK\x03\x04"):
        raise Refused(_mixed())
    if inspect(io.BytesIO(content), len(content), inside=True) != EXCEL:
        raise Refused(_mixed())


def _read(stream: BinaryIO, member: zipfile.ZipInfo, most: int | None) -> bytes:
    """Check one member's real size, sum and content; its bytes when ``most`` is given."""
    if most is not None and member.file_size > most:
        raise Refused(_too_big())
    watched = _WATCHED.get(PurePosixPath(member.filename.lower()).suffix)
    count, crc, last, kept = 0, 0, b"", []
    for piece in _pieces(stream, member):
        if count == 0:
            _check_beginning(piece, embedded=most is not None)
        count += len(piece)
        crc = zlib.crc32(piece, crc)
        if count > member.file_size:
            raise Refused(_too_big())
        if most is not None:
            kept.append(piece)
        last = _check_words(last, piece, watched)
    if count != member.file_size or crc != member.CRC:
        raise Refused(_broken())
    return b"".join(kept)


def _check_words(last: bytes, piece: bytes, watched: re.Pattern[bytes] | None) -> bytes:
    """Look for what acts, across the seam of two pieces; the end of the text seen."""
    if watched is None:
        return b""
    text = last + piece.replace(b"\0", b"")  # UTF-16 would hide the words between zero bytes
    if watched.search(text):
        raise Refused(_active())
    return text[-_OVERLAP:]


def _check_beginning(piece: bytes, *, embedded: bool) -> None:
    if piece.startswith(_MAGIC):
        raise Refused(_active())
    if piece.startswith((b"PK\x03\x04", b"%PDF", b"Rar!", b"7z\xbc\xaf")) and not embedded:
        raise Refused(_mixed())


def _pieces(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes, never more than a chunk at a time, whatever the header promises."""
    stream.seek(member.header_offset)
    head = _LOCAL.unpack(stream.read(_LOCAL.size))
    stream.seek(head[9] + head[10], io.SEEK_CUR)
    packed = _packed(stream, member.compress_size)
    return packed if member.compress_type == zipfile.ZIP_STORED else _inflated(packed)


def _packed(stream: BinaryIO, left: int) -> Iterator[bytes]:
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            raise Refused(_broken())
        left -= len(chunk)
        yield chunk


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        waiting = chunk
        while waiting and not unpacker.eof:
            if piece := unpacker.decompress(waiting, CHUNK):
                yield piece
            waiting = unpacker.unconsumed_tail
        if waiting or unpacker.unused_data:
            raise Refused(_mixed())  # bytes behind the end of the packed data
    while not unpacker.eof:
        piece = unpacker.decompress(b"", CHUNK)
        if not piece:
            raise Refused(_broken())
        yield piece


def _check_parts(parts: dict[str, bytes], names: set[str]) -> str:
    """The kind that the content types and the relationships agree on."""
    if _TYPES not in parts or "_rels/.rels" not in parts:
        raise Refused(_broken())
    types, main_type = _content_types(parts[_TYPES]), ""
    for name, content in parts.items():
        if name == _TYPES:
            continue
        for relation in _elements(content, "Relationship"):
            _check_relation(relation)
            is_main = relation.get("Type", "").endswith("/officeDocument")
            if name == "_rels/.rels" and is_main:
                main = relation.get("Target", "").lstrip("/")
                if main_type or main not in names:
                    raise Refused(_broken())
                main_type = types.get(f"/{main}", "")
    kind = next((kind for end, kind in _MAIN.items() if main_type.endswith("." + end)), "")
    if not kind:
        raise Refused(_broken())
    return kind


def _content_types(content: bytes) -> dict[str, str]:
    types = {}
    for entry in _elements(content, "Override", "Default"):
        if _ACTIVE_TYPE.search(entry.get("ContentType", "")):
            raise Refused(_active())
        if "PartName" in entry:
            types[entry["PartName"]] = entry.get("ContentType", "")
    return types


def _check_relation(relation: dict[str, str]) -> None:
    kind, target = relation.get("Type", ""), relation.get("Target", "")
    if _ACTIVE_RELATION.search(kind):
        raise Refused(_active())
    if relation.get("TargetMode", "").lower() != "external":
        if _BAD_NAME.search(target.lstrip("/").replace("../", "")) or "://" in target:
            raise Refused(_mixed())
        return
    if not _MAY_BE_OUTSIDE.search(kind) or _SCRIPT_ADDRESS.match(target):
        raise Refused(_outside())
    # Merely opening the file fetches these: from the web at most, never from a share.
    fetched = not re.search(r"/(hyperlink|externallink\w*|xlpathmissing)$", kind, re.IGNORECASE)
    if fetched and not _WEB.match(target):
        raise Refused(_outside())


def _elements(content: bytes, *wanted: str) -> list[dict[str, str]]:
    """The attributes of the wanted elements, whatever their prefix; no DTD, bounded."""
    found: list[dict[str, str]] = []
    seen = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if seen > MOST_ELEMENTS:
            raise Refused(_too_big())
        if name.rpartition(":")[2] in wanted:
            found.append(attributes)

    def doctype(*_args) -> None:
        raise Refused(_active())

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refused(_broken()) from error
    return found
