"""Pictures are decoded and written anew: nothing but the picture itself survives."""

import tempfile
import threading
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.files.kinds import JPEG, PNG, WEBP
from core.words import Refused

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
MOST_SCANS = 200  # a progressive JPEG has about ten; thousands of empty ones only burn time
CHUNK = 64 * 1024
_FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
_SAVE = {
    JPEG: {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
    PNG: {"format": "PNG", "optimize": False},
    WEBP: {"format": "WEBP", "quality": 85, "method": 4},
}
_ONE_AT_A_TIME = threading.BoundedSemaphore()  # 40 megapixels unpacked take 160 MB
_IN_MEMORY = 2 * 1024 * 1024


def decode(stream: BinaryIO, kind: str) -> Image.Image:
    """The picture upright, at most 2560 px long, without any metadata.

    Raises ``Refused`` when it is broken, of another format, or above 40 megapixels.
    """
    if kind == JPEG and _scans(stream) > MOST_SCANS:
        raise Refused(_("Ảnh này hỏng hoặc không đúng chuẩn. Mở ảnh, lưu lại rồi tải lên."))
    stream.seek(0)
    try:
        with _ONE_AT_A_TIME, Image.open(stream, formats=["JPEG", "PNG", "WEBP"]) as picture:
            fault = _fault(picture, kind)
            if not fault:
                picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return _bare(ImageOps.exif_transpose(picture), kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_too_large()) from error
    except Exception as error:  # decoders fail in every way there is on a hostile file
        raise Refused(_unreadable()) from error
    raise Refused(fault)


def _fault(picture: Image.Image, kind: str) -> str:
    """What the header alone tells, before a single pixel is unpacked."""
    if _FORMATS[picture.format or ""] != kind:
        return _unreadable()
    return _too_large() if picture.width * picture.height > MOST_PIXELS else ""


def encode(picture: Image.Image, kind: str) -> BinaryIO:
    """A temporary file with the picture written anew, at its beginning."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes
    picture.save(target, **_SAVE[kind])
    target.seek(0)
    return target


def _bare(picture: Image.Image, kind: str) -> Image.Image:
    """Only the pixels, in a mode that every browser shows."""
    transparent = kind != JPEG and picture.has_transparency_data
    mode = "RGBA" if transparent else "L" if picture.mode in {"1", "L", "I;16"} else "RGB"
    pixels = picture.convert(mode)
    bare = Image.new(mode, pixels.size)
    bare.paste(pixels)
    return bare


def _scans(stream: BinaryIO) -> int:
    stream.seek(0)
    count, last = 0, b""
    while chunk := stream.read(CHUNK):
        count += (last + chunk).count(b"\xff\xda")
        last = b"\xff" if chunk.endswith(b"\xff") else b""
    return count


def _too_large() -> str:
    return _("Ảnh này quá lớn. Thu nhỏ ảnh xuống dưới 40 triệu điểm ảnh rồi tải lên.")


def _unreadable() -> str:
    return _("Ảnh này hỏng, không mở được. Chụp hoặc lưu lại ảnh rồi tải lên.")
