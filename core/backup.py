"""Backup and restore: the whole database and all files in one zip, the same on any database.

Rows lie in it as JSON lines, one member a model; uploads as they are; and
``manifest.json`` counts and hashes everything. A backup of SQLite is restored
into PostgreSQL and back. Sessions are left out: people sign in again.
"""

import contextlib
import errno
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import localtime

from core import journal
from core.models import Event, Job, OutboxMessage, StoredFile
from core.words import Refused

VERSION = "1.0.0"  # the portal's, as in CHANGELOG.md
FORMAT = 1  # the backup's own
LEFT_OUT = {"sessions.session"}
BATCH = 500
CHUNK = 1024 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


# What a zip that was cut, changed or never a backup of ours makes of itself.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    json.JSONDecodeError,
    UnicodeDecodeError,
    DeserializationError,
    SuspiciousFileOperation,
)


class Exact(DjangoJSONEncoder):
    """Keeps microseconds, which Django's own encoder drops: the journal's seals cover them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


@dataclass
class Done:
    """What was saved or restored, for the sentence at the end."""

    path: Path
    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)  # uploads that are not on the disk
    seals: int = 0
    wrong: list[str] = field(default_factory=list)  # what the journal says


def kept_models() -> list[type[models.Model]]:
    """Every table that is backed up, the ones between two models included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]


def migration_state() -> list[str]:
    """The migrations that made these tables: a backup fits the same ones only."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


# -- Saving -------------------------------------------------------------------


def save(folder: Path, now: datetime) -> Done:
    """Write ``folder``/ducpho-<day>-<time>.zip, whole or not at all, readable by its owner alone.

    Raises ``Refused`` with one sentence where the disk is full or the folder not writable.
    """
    path = folder / f"ducpho-{localtime(now):%Y-%m-%d-%H%M%S}.zip"
    draft = path.with_suffix(".zip.part")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            try:
                done = _write(stream, path, now)
                stream.flush()
                os.fsync(stream.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    except FileExistsError as error:
        raise Refused(f"{error.filename} đã có: chọn một thư mục khác.") from error
    except OSError as error:
        raise Refused(_disk_sentence(folder, error)) from error
    return done


def _write(stream: IO[bytes], path: Path, now: datetime) -> Done:
    done = Done(path)
    members: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, _one_view():
        for model in kept_models():
            name = f"data/{model._meta.label_lower}.jsonl"
            with _member(archive, name, members) as out:
                rows = out.lines(model)
            members[name]["rows"] = rows
            done.rows += rows
        for stored in StoredFile.objects.order_by("pk").iterator():
            _add_file(archive, stored, members, done)
        manifest = {
            "format": FORMAT,
            "portal": VERSION,
            "created_at": now.isoformat(),
            "database": connection.vendor,
            "migrations": migration_state(),
            "missing": done.missing,
            "members": members,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        archive.writestr("manifest.json", text)
    return done


class _Hashed:
    """A member being written: everything that goes in is hashed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.sha256, self.size = stream, hashlib.sha256(), 0

    def write(self, data: str | bytes) -> None:
        raw = data.encode() if isinstance(data, str) else data
        self.stream.write(raw)
        self.sha256.update(raw)
        self.size += len(raw)

    def lines(self, model: type[models.Model]) -> int:
        """All rows of ``model``, a line each; how many."""
        count = 0

        def counted() -> Iterator[models.Model]:
            nonlocal count
            for row in models.QuerySet(model).order_by("pk").iterator(2000):
                count += 1
                yield row

        columns = [f.name for f in model._meta.concrete_fields if not f.generated]
        serializers.serialize("jsonl", counted(), stream=self, fields=columns, cls=Exact)
        return count


@contextlib.contextmanager
def _member(
    archive: zipfile.ZipFile,
    name: str,
    members: dict[str, dict[str, Any]],
    how: int = zipfile.ZIP_DEFLATED,
) -> Iterator[_Hashed]:
    info = zipfile.ZipInfo(name)
    info.compress_type, info.external_attr = how, 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as stream:
        hashed = _Hashed(stream)
        yield hashed
    members[name] = {"sha256": hashed.sha256.hexdigest(), "size": hashed.size}


def _add_file(
    archive: zipfile.ZipFile,
    stored: StoredFile,
    members: dict[str, dict[str, Any]],
    done: Done,
) -> None:
    try:
        opened = stored.file.open("rb")
    except FileNotFoundError:
        done.missing.append(stored.file.name)
        return
    # Pictures, PDF and Word files are packed already.
    name = f"files/{stored.file.name}"
    with opened, _member(archive, name, members, zipfile.ZIP_STORED) as out:
        for chunk in iter(lambda: opened.read(CHUNK), b""):
            out.write(chunk)
    if members[name]["sha256"] != stored.sha256:
        done.missing.append(f"{stored.file.name} (khác mã SHA-256 đã ghi)")
    done.files += 1


@contextlib.contextmanager
def _one_view() -> Iterator[None]:
    """All rows as of one moment, without making writers wait."""
    connection.ensure_connection()  # which sets the mode from the settings
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # reads only: WAL gives a view that stands still
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql" and len(connection.atomic_blocks) == 1:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def _disk_sentence(path: Path, error: OSError) -> str:
    if error.errno in NO_ROOM:
        return f"Ổ đĩa chứa {path} đã đầy: xóa bớt rồi làm lại."
    return f"Không ghi được vào {path} ({error.strerror}): chọn thư mục ghi được."


# -- Restoring ----------------------------------------------------------------


def restore(path: Path) -> Done:
    """Fill an empty portal from a backup: everything or, with ``Refused``, nothing.

    Checks hashes, counts and migrations before the first row is written, and the
    journal's seals after the last.
    """
    written: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            _check_place(manifest)
            _check_members(archive, manifest)
            with transaction.atomic():
                done = _load(archive, manifest, path)
                done.seals, done.wrong = journal.verify()
                _put_files(archive, manifest, done, written)
    except BaseException as error:
        for name in written:
            default_storage.delete(name)
        if sentence := _why(path, error):
            raise Refused(sentence) from error
        raise
    return done


def _why(path: Path, error: BaseException) -> str:
    """The sentence for what may go wrong; empty for what nobody foresaw."""
    if isinstance(error, BROKEN):
        return f"Tệp {path} hỏng hoặc không phải bản sao lưu của cổng ({type(error).__name__})."
    if isinstance(error, IntegrityError):
        return f"Tệp {path} hỏng: các dòng trong đó không khớp nhau."
    if isinstance(error, OperationalError) and any(w in str(error) for w in ("full", "No space")):
        return "Ổ đĩa chứa cơ sở dữ liệu đã đầy: xóa bớt rồi khôi phục lại."
    if isinstance(error, FileNotFoundError) and str(error.filename) == str(path):
        return f"Không có tệp {path}."
    if isinstance(error, OSError):
        return _disk_sentence(Path(error.filename or path), error)
    return ""


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise Refused(f"Bản sao lưu ghi theo lối {manifest['format']}, cổng này đọc lối {FORMAT}.")
    return manifest


def _check_place(manifest: dict[str, Any]) -> None:
    here, there = set(migration_state()), set(manifest["migrations"])
    if here != there:
        differ = ", ".join(sorted(here ^ there)[:5])
        raise Refused(
            f"Bản sao lưu của phiên bản cổng khác ({manifest['portal']}): cấu trúc dữ liệu lệch ở "
            f"{differ}. Cài đúng phiên bản đó rồi khôi phục."
        )
    user = get_user_model()
    for model in (user, Event, StoredFile, Job, OutboxMessage):
        if count := models.QuerySet(model).count():
            raise Refused(
                f"Nơi này đã có dữ liệu ({count} {model._meta.verbose_name}): "
                "chỉ khôi phục vào cổng còn trống."
            )


def _check_members(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    members = manifest["members"]
    if {*members, "manifest.json"} != set(archive.namelist()):
        raise Refused("Bản sao lưu hỏng: số tệp bên trong không khớp bản kê.")
    for name, told in members.items():
        digest, rows = hashlib.sha256(), 0
        with archive.open(name) as stream:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                digest.update(chunk)
                rows += chunk.count(b"\n")
        if digest.hexdigest() != told["sha256"]:
            raise Refused(f"Bản sao lưu hỏng: {name} không khớp mã SHA-256 trong bản kê.")
        if rows != told.get("rows", rows):
            raise Refused(f"Bản sao lưu hỏng: {name} có {rows} dòng, bản kê ghi {told['rows']}.")


def _load(archive: zipfile.ZipFile, manifest: dict[str, Any], path: Path) -> Done:
    """Replace all rows by the backup's. Foreign keys are checked when the transaction ends."""
    done = Done(path, missing=manifest["missing"])
    kept = kept_models()
    for model in kept:
        rows = models.QuerySet(model)
        rows._raw_delete(rows.db)  # noqa: SLF001  # only what set-up wrote: nothing cascades
    for model in kept:
        name = f"data/{model._meta.label_lower}.jsonl"
        with archive.open(name) as stream:
            rows = serializers.deserialize("jsonl", stream)
            while batch := [row.object for row in islice(rows, BATCH)]:
                models.QuerySet(model).bulk_create(batch)
        count, told = models.QuerySet(model).count(), manifest["members"][name]["rows"]
        if count != told:
            raise Refused(f"Nạp {name} được {count} dòng, bản kê ghi {told}.")
        done.rows += count
    connection.check_constraints()
    ContentType.objects.clear_cache()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept):
            cursor.execute(statement)
    return done


def _put_files(
    archive: zipfile.ZipFile, manifest: dict[str, Any], done: Done, written: list[str]
) -> None:
    for stored in StoredFile.objects.order_by("pk").iterator():
        name = stored.file.name
        if f"files/{name}" not in manifest["members"]:
            continue
        if default_storage.exists(name):
            default_storage.delete(name)  # no row of the empty portal speaks of it
        written.append(name)
        with archive.open(f"files/{name}") as stream:
            kept_as = default_storage.save(name, stream)
        if kept_as != name:
            raise Refused(f"Không ghi được tệp {name} đúng tên.")
        with default_storage.open(name) as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        if digest != manifest["members"][f"files/{name}"]["sha256"]:
            raise Refused(f"Tệp {name} ghi ra đĩa không khớp mã SHA-256.")
        done.files += 1
