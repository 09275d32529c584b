"""Uploads: checked by their content, pictures written anew, names rebuilt, kept in private."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ManyToOneRel, Model, ProtectedError, QuerySet
from django.utils.translation import gettext as _
from PIL.Image import Image

from core.files import names, office, pdf, pictures
from core.files.kinds import (
    ALL,
    DOCUMENTS,
    INLINE_TYPES,
    JPEG,
    KIND_OF_TYPE,
    PDF,
    PICTURES,
    PNG,
    TYPES,
    WEBP,
    ZIP_TYPE,
    Checked,
    accept,
    in_words,
)
from core.models import StoredFile
from core.words import Refused

__all__ = [
    "ALL",
    "DOCUMENTS",
    "PICTURES",
    "Checked",
    "accept",
    "attach",
    "check",
    "headers",
    "in_words",
    "is_of",
    "keep",
    "store",
    "sweep_unattached",
]

_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 16


def check(upload: UploadedFile, kinds: Collection[str] = ALL) -> Checked:
    """What the upload is, by its content; ``Refused`` says in one sentence why it is not taken."""
    checked, _picture = _inspect(upload, kinds)
    return checked


def store(
    upload: UploadedFile, *, by: Any, at: datetime, kinds: Collection[str] = ALL
) -> StoredFile:
    """Check the upload and keep it, not yet attached to anything.

    ``by`` is a user, or None for a visitor. Raises ``Refused``.
    """
    checked, picture = _inspect(upload, kinds)
    content = pictures.encode(picture, checked.kind) if picture else _stream(upload)
    try:
        content.seek(0)
        stored = StoredFile(
            name=checked.name,
            content_type_name=checked.content_type,
            sha256=hashlib.file_digest(content, "sha256").hexdigest(),
            size=content.seek(0, 2),
            uploaded_by=by if by is not None and by.is_authenticated else None,
            uploaded_at=at,
        )
        content.seek(0)
        # On the disk only the key: what the client calls its file never becomes a path.
        stored.file.save(f"{stored.key}.{checked.kind}", File(content), save=False)
    finally:
        if picture:
            content.close()
    try:
        with transaction.atomic():
            stored.save()
    except BaseException:
        stored.file.storage.delete(stored.file.name)
        raise
    return stored


def keep(content: BinaryIO, *, name: str, content_type: str, by: Any, at: datetime) -> StoredFile:
    """Keep a file that the portal itself made for one person, who alone may open it."""
    content.seek(0)
    stored = StoredFile(
        name=name,
        content_type_name=content_type,
        sha256=hashlib.file_digest(content, "sha256").hexdigest(),
        size=content.seek(0, 2),
        uploaded_by=by,
        uploaded_at=at,
    )
    content.seek(0)
    ending = name.rpartition(".")[2]
    stored.file.save(f"{stored.key}.{ending}", File(content), save=False)
    try:
        with transaction.atomic():
            stored.save()
    except BaseException:
        stored.file.storage.delete(stored.file.name)
        raise
    return stored


def is_of(stored: StoredFile, kinds: Collection[str]) -> bool:
    """Whether a kept file is of one of these kinds."""
    return KIND_OF_TYPE.get(stored.content_type_name) in kinds


def attach(stored: StoredFile, subject: Model) -> None:
    """Give the file to its object, once; ``Refused`` when another object has it already."""
    place = {
        "content_type": ContentType.objects.get_for_model(subject),
        "object_id": subject.pk,
    }
    free = StoredFile.objects.filter(pk=stored.pk, object_id__isnull=True)
    if not free.update(**place) and not StoredFile.objects.filter(pk=stored.pk, **place).exists():
        raise Refused(_("Tệp này đã được dùng ở hồ sơ khác. Chọn lại tệp rồi gửi."))
    stored.content_type, stored.object_id = place["content_type"], place["object_id"]


def sweep_unattached(before: datetime) -> int:
    """Delete the files uploaded before this moment and never used; how many they were."""
    swept = 0
    stale = StoredFile.objects.filter(uploaded_at__lt=before, object_id__isnull=True)
    for pointer in _pointers():
        stale = stale.exclude(pk__in=pointer)
    for stored in stale.order_by("pk").iterator():
        with transaction.atomic():
            try:
                # Asked again at the moment of deleting: somebody may have attached it meanwhile.
                deleted, _rows = stale.filter(pk=stored.pk).delete()
            except ProtectedError:
                continue
            if deleted:
                transaction.on_commit(partial(stored.file.storage.delete, stored.file.name))
        swept += bool(deleted)
    return swept


def headers(stored: StoredFile, *, inline: bool = False) -> dict[str, str]:
    """The headers under which a private file may leave; its reader was checked before.

    ``inline`` is honoured for pictures and PDF only.
    """
    known = stored.content_type_name in {*KIND_OF_TYPE, ZIP_TYPE}
    shown = inline and stored.content_type_name in INLINE_TYPES
    plain = names.ascii_name(stored.name)
    policy = "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
    if shown and stored.content_type_name == TYPES[PDF]:
        # Browsers draw a PDF with a plug-in of their own, which a sandbox would stop.
        policy += "; object-src 'self'; style-src 'unsafe-inline'"
    else:
        policy += "; sandbox"
    return {
        "Content-Type": stored.content_type_name if known else "application/octet-stream",
        "Content-Disposition": (
            f"{'inline' if shown else 'attachment'}; "
            f"filename=\"{plain}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def _inspect(upload: UploadedFile, kinds: Collection[str]) -> tuple[Checked, Image | None]:
    stream = _stream(upload)
    size = stream.seek(0, 2)
    if size == 0:
        raise Refused(_("Tệp này rỗng. Chọn tệp khác."))
    if size > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 2**20
        raise Refused(_("Tệp này quá lớn. Mỗi tệp tối đa %(limit)d MB.") % {"limit": limit})
    stream.seek(0)
    kind, picture = _kind(stream.read(_HEAD), kinds), None
    if kind == "zip":
        kind = office.inspect(stream, size)
    elif kind == PDF:
        pdf.inspect(stream, size)
    if kind not in kinds:
        raise Refused(_not_taken(kinds))
    if kind in PICTURES:
        picture = pictures.decode(stream, kind)
    stream.seek(0)
    return Checked(kind, names.rebuild(upload.name or "", kind), size), picture


def _kind(head: bytes, kinds: Collection[str]) -> str:
    """By the first bytes only; each kind is then read whole by its own module."""
    if head.startswith(_OLE):
        raise Refused(
            _("Tệp này kiểu cũ hoặc có mật khẩu. Lưu lại kiểu mới, không mật khẩu, rồi tải lên.")
        )
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        raise Refused(_("Cổng chưa đọc được ảnh HEIC. Đổi ảnh sang JPG rồi tải lên."))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    starts = {
        b"%PDF-": PDF,
        b"PK\x03\x04": "zip",
        b"\xff\xd8\xff": JPEG,
        b"\x89PNG\r\n\x1a\n": PNG,
    }
    for start, kind in starts.items():
        if head.startswith(start):
            return kind
    raise Refused(_not_taken(kinds))


def _not_taken(kinds: Collection[str]) -> str:
    return _("Không nhận loại tệp này. Chọn tệp %(kinds)s.") % {"kinds": in_words(kinds)}


def _stream(upload: UploadedFile) -> BinaryIO:
    """The file behind the upload: in memory when small, a temporary file when large."""
    upload.seek(0)
    return upload.file


def _pointers() -> Iterator[QuerySet]:
    """For each model that points at files by a key of its own: the files that it holds."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            name = relation.field.attname
            holders = QuerySet(relation.related_model).filter(**{f"{name}__isnull": False})
            yield holders.values(name)
