"""PDF: whole, readable without a password, and without anything that acts by itself."""

import re
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.words import Refused

WALK = Path(__file__).with_name("pdf_walk.py")
PATIENCE = 60  # seconds on the clock; the walk's own limit counts its processor time
CHUNK = 256 * 1024
_OVERLAP = 64
_TAIL = 66_000
# Long names never occur by chance in compressed data, so that the raw file can be searched.
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|ImportData|GoToE|EmbeddedFiles?|FileAttachment|RichMedia|XFA)"
    rb"(?![A-Za-z0-9])"
)
_OTHER_LANGUAGE = re.compile(rb"<\?php|<script|<!doctype\s+html", re.IGNORECASE)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_VERDICTS = {
    b"JavaScript": "script",
    b"Launch": "launch",
    b"ImportData": "launch",
    b"RichMedia": "media",
    b"XFA": "xfa",
}


def inspect(stream: BinaryIO, size: int) -> None:
    """Raise ``Refused`` unless the PDF of ``size`` bytes is plain and whole."""
    if verdict := _ends(stream, size) or _raw(stream) or _walked(stream):
        raise Refused(sentence(verdict))


def sentence(verdict: str) -> str:
    """Why a PDF is refused, and what its owner can do."""
    return {
        "script": _("PDF này có mã lệnh bên trong. In lại thành PDF mới rồi tải lên."),
        "launch": _("PDF này tự mở chương trình khác. In lại thành PDF mới rồi tải lên."),
        "attachment": _("PDF này có tệp khác giấu bên trong. Bỏ tệp kèm rồi tải lên."),
        "media": _("PDF này có phim hoặc âm thanh bên trong. In lại thành PDF mới rồi tải lên."),
        "xfa": _("PDF này là mẫu điền động. In lại thành PDF mới rồi tải lên."),
        "encrypted": _("PDF này có mật khẩu. Bỏ mật khẩu rồi tải lên."),
        "mixed": _("PDF này có dữ liệu lạ ở đầu hoặc cuối. In lại thành PDF mới rồi tải lên."),
        "huge": _("PDF này quá phức tạp. Chia nhỏ hoặc in lại thành PDF mới rồi tải lên."),
    }.get(verdict, _("PDF này hỏng, không đọc được. Xuất lại PDF rồi tải lên."))


def _ends(stream: BinaryIO, size: int) -> str:
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    _before, mark, after = tail.rpartition(b"%%EOF")
    if not mark:
        return "unreadable"
    return "mixed" if after.strip(b"\r\n\t \0\x1a") or b"PK\x05\x06" in tail else ""


def _raw(stream: BinaryIO) -> str:
    """What shows without parsing, even in objects that no table of the file names."""
    stream.seek(0)
    last = b""
    while chunk := stream.read(CHUNK):
        text = last + chunk
        if _OTHER_LANGUAGE.search(text):
            return "mixed"
        plain = _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), text)
        if found := _ACTIVE.search(plain):
            return _VERDICTS.get(found[1], "attachment")
        last = text[-_OVERLAP:]
    return ""


def _walked(stream: BinaryIO) -> str:
    """The verdict of the walk over all objects, in a process of its own."""
    stream.seek(0)
    path = getattr(stream, "name", None)
    try:
        if isinstance(path, str):
            # An own handle: the child would otherwise move the position that we read from.
            with Path(path).open("rb") as own:
                done = _run(stdin=own)
        else:
            done = _run(input=stream.read())  # small: Django keeps larger uploads in files
    except subprocess.TimeoutExpired:
        return "huge"
    verdict = done.stdout.decode("ascii", "replace") if done.returncode == 0 else "huge"
    return "" if verdict == "ok" else verdict


def _run(**source) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own script, no words of the client
        [sys.executable, "-I", "-W", "ignore", str(WALK)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
        **source,
    )
