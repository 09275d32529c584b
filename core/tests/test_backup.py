"""Backup and restore: the same rows, the same files, the same seals, or a sentence."""

import errno
import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as real_settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import models

from accounts.models import User
from core import backup, journal
from core.models import Event, StoredFile
from core.words import Refused
from programme import services as programme
from projects.models import Venture
from reports import demo


def rows_of_everything():
    """Every row of every table, to the microsecond."""
    return {
        model._meta.label: list(models.QuerySet(model).order_by("pk").values())
        for model in backup.kept_models()
    }


def files_of_everything():
    found = {}
    for stored in StoredFile.objects.all():
        with stored.file.open("rb") as opened:
            found[stored.file.name] = hashlib.sha256(opened.read()).hexdigest()
    return found


def empty():
    """As after the first `migrate`: tables without rows; the uploads are gone, too."""
    for stored in StoredFile.objects.all():
        stored.file.delete(save=False)
    for model in backup.kept_models():
        rows = models.QuerySet(model)
        rows._raw_delete(rows.db)


@pytest.fixture
def media(settings, tmp_path):
    """A folder of its own for uploads."""
    folder = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        },
    }
    return folder


@pytest.fixture
def small(db, media, now):
    """A portal with the programme, one person, a sealed journal and one upload."""
    programme.seed()
    user = User.objects.system()
    stored = StoredFile(
        name="giay.pdf", content_type_name="application/pdf", size=4, uploaded_at=now
    )
    stored.sha256 = hashlib.sha256(b"giay").hexdigest()
    stored.file.save("giay.pdf", ContentFile(b"giay"))
    for micro in (0, 1, 999_999):
        at = now.replace(microsecond=micro)
        Event.objects.create(
            kind="user.test", actor=user, subject=user, note="Đã\u2028ghi\n", at=at
        )
    journal.seal()
    return stored


@pytest.fixture
def archive(small, tmp_path, now):
    return backup.save(tmp_path / "kho", now).path


def rewritten(path, change):
    """The backup with its members changed by ``change(dict of bytes)``."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)


def test_the_whole_demonstration_comes_back(db, media, tmp_path, now):
    demo.seed(now)
    journal.seal()
    rows, files = rows_of_everything(), files_of_everything()
    assert len(rows["projects.Venture"]) > 5
    assert len(rows["programme.Indicator_clauses"]) > 5
    assert len(files) > 1
    done = backup.save(tmp_path / "kho", now)
    assert done.rows == sum(map(len, rows.values()))
    assert (done.files, done.missing) == (len(files), [])

    empty()
    assert not any(rows_of_everything().values())
    back = backup.restore(done.path)
    assert rows_of_everything() == rows
    assert files_of_everything() == files
    assert (back.rows, back.files, back.wrong) == (done.rows, done.files, [])


def test_seals_are_checked_with_their_microseconds(archive):
    empty()
    back = backup.restore(archive)
    assert (back.seals, back.wrong) == (3, [])
    assert [e.at.microsecond for e in Event.objects.order_by("pk")] == [0, 1, 999_999]


def test_new_rows_get_new_numbers_after_a_restore(archive):
    highest = User.objects.order_by("pk").last().pk
    empty()
    backup.restore(archive)
    assert User.objects.create_user("moi@example.vn").pk > highest


def test_a_programme_that_set_up_wrote_is_replaced(archive):
    rows = rows_of_everything()
    empty()
    programme.seed()
    backup.restore(archive)
    assert rows_of_everything() == rows


def test_the_backup_is_private_and_leaves_no_draft(archive, tmp_path):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert os.listdir(archive.parent) == [archive.name]
    assert archive.name == "ducpho-2026-11-20-120000.zip"


def test_the_manifest_tells_all(archive, now):
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        for name, told in manifest["members"].items():
            data = opened.read(name)
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (told["sha256"], told["size"])
    assert manifest["portal"] == backup.VERSION
    assert manifest["created_at"] == now.isoformat()
    assert manifest["migrations"] == backup.migration_state()
    assert manifest["members"]["data/core.event.jsonl"]["rows"] == 3
    assert "data/sessions.session.jsonl" not in manifest["members"]


def test_a_journal_that_was_changed_before_is_told_of(small, tmp_path, now):
    models.QuerySet(Event).filter(seq=2).update(note="Khác")
    path = backup.save(tmp_path / "kho", now).path
    empty()
    with pytest.raises(CommandError, match="Dòng nhật ký số 2 không khớp con dấu"):
        call_command("restore", path)
    assert Event.objects.count() == 3


def test_an_upload_that_is_gone_is_told_of(small, tmp_path, now):
    default_storage.delete(small.file.name)
    done = backup.save(tmp_path / "kho", now)
    assert (done.files, done.missing) == (0, [small.file.name])
    empty()
    assert backup.restore(done.path).missing == [small.file.name]


def refused(path):
    """The sentence; and nothing was written."""
    empty()
    with pytest.raises(Refused) as refusal:
        backup.restore(path)
    assert not any(rows_of_everything().values())
    assert not any(files for _dir, _dirs, files in os.walk(default_storage.location))
    return str(refusal.value)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_a_cut_file_is_refused(archive, part):
    os.truncate(archive, int(archive.stat().st_size * part))
    assert "hỏng hoặc không phải bản sao lưu" in refused(archive)


def test_a_flipped_byte_is_refused(archive):
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    archive.write_bytes(data)
    assert "hỏng" in refused(archive)


def test_a_zip_of_something_else_is_refused(db, media, tmp_path):
    path = tmp_path / "khac.zip"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("a.txt", "a")
    assert "không phải bản sao lưu" in refused(path)


def test_a_changed_row_is_refused(archive):
    def change(members):
        name = "data/core.event.jsonl"
        members[name] = members[name].replace(b"user.test", b"user.tost")

    rewritten(archive, change)
    assert "data/core.event.jsonl không khớp mã SHA-256" in refused(archive)


def test_a_row_too_few_is_refused(archive):
    def change(members):
        manifest = json.loads(members["manifest.json"])
        manifest["members"]["data/core.event.jsonl"]["rows"] = 4
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(archive, change)
    assert "có 3 dòng, bản kê ghi 4" in refused(archive)


def test_a_member_that_is_not_listed_is_refused(archive):
    rewritten(archive, lambda members: members.update({"them.txt": b"a"}))
    assert "không khớp bản kê" in refused(archive)


def test_a_row_that_points_nowhere_is_refused(archive):
    def change(members):
        name = "data/accounts.user.jsonl"
        members[name] = b""
        manifest = json.loads(members["manifest.json"])
        manifest["members"][name] |= {"rows": 0, "sha256": hashlib.sha256(b"").hexdigest()}
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(archive, change)
    assert "các dòng trong đó không khớp nhau" in refused(archive)


def test_an_upload_never_leaves_its_folder(archive, small, tmp_path):
    def change(members):
        name = "data/core.storedfile.jsonl"
        members[name] = members[name].replace(small.file.name.encode(), b"../ngoai.pdf")
        members["files/../ngoai.pdf"] = members.pop(f"files/{small.file.name}")
        manifest = json.loads(members["manifest.json"])
        told = manifest["members"]
        told["files/../ngoai.pdf"] = told.pop(f"files/{small.file.name}")
        told[name]["sha256"] = hashlib.sha256(members[name]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(archive, change)
    assert "hỏng" in refused(archive)
    assert not (tmp_path / "ngoai.pdf").exists()


def test_another_version_is_refused(archive):
    def change(members):
        manifest = json.loads(members["manifest.json"])
        manifest["migrations"].append("core.9999_later")
        members["manifest.json"] = json.dumps(manifest).encode()

    rewritten(archive, change)
    assert "lệch ở core.9999_later" in refused(archive)


def test_a_portal_in_use_is_refused(archive):
    with pytest.raises(CommandError, match="chỉ khôi phục vào cổng còn trống"):
        call_command("restore", archive)
    assert Event.objects.count() == 3


def test_no_such_file(db, tmp_path):
    with pytest.raises(CommandError, match="Không có tệp"):
        call_command("restore", tmp_path / "khong-co.zip")


def test_a_folder_that_is_a_file(small, tmp_path, now):
    (tmp_path / "tep").write_text("a")
    with pytest.raises(CommandError, match="đã có: chọn một thư mục khác"):
        call_command("backup", tmp_path / "tep")


def test_a_folder_that_cannot_be_written(small, now):
    """Below /proc nobody makes a folder, not even root."""
    with pytest.raises(Refused, match="Không ghi được vào /proc/kho"):
        backup.save(Path("/proc/kho"), now)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_leaves_nothing(small, tmp_path, now, monkeypatch):
    """The draft is opened on the device that is always full."""
    opened = os.open
    monkeypatch.setattr(
        backup.os, "open", lambda path, flags, mode: opened("/dev/full", os.O_WRONLY)
    )
    with pytest.raises(Refused, match="đã đầy"):
        backup.save(tmp_path / "kho", now)
    assert os.listdir(tmp_path / "kho") == []


def test_a_full_disk_while_restoring_leaves_nothing(archive, monkeypatch):
    def full(storage, name, content):
        raise OSError(errno.ENOSPC, "No space left on device", name)

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    assert "đã đầy" in refused(archive)


def test_the_commands_say_what_they_did(archive, tmp_path, capsys):
    call_command("backup", tmp_path / "hai")
    (second,) = (tmp_path / "hai").iterdir()
    empty()
    call_command("restore", second)
    said = capsys.readouterr().out
    assert "1 tệp" in said
    assert "Nhật ký đúng: đã kiểm tra 3 con dấu." in said


def test_uploads_lie_in_one_table_only():
    """Every file column must be one that the backup carries."""
    found = {
        f"{model._meta.label}.{f.name}"
        for model in apps.get_models()
        for f in model._meta.concrete_fields
        if isinstance(f, models.FileField)
    }
    assert found == {"core.StoredFile.file"}


def test_the_version_is_the_one_of_the_changelog():
    told = (real_settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {backup.VERSION}" in told


def test_a_venture_is_found_after_a_restore(db, media, tmp_path, now):
    """What pages ask for still works: the row, its owner, its journal."""
    demo.seed(now)
    code = Venture.objects.filter(level="enterprise").first().code
    path = backup.save(tmp_path / "kho", now).path
    empty()
    backup.restore(path)
    venture = Venture.objects.search(code).get()
    assert venture.owner.email.endswith(demo.HOST)
    assert Event.objects.about(venture).filter(kind="venture.release").count() == 1


def test_writers_do_not_wait_for_a_backup(tmp_path):
    """On a SQLite file, too: the view is a reading one, whatever the settings say of writers."""
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "from django.db import connection\n"
        "from core import backup\n"
        "from core.models import Counter\n"
        "call_command('migrate', 'core', verbosity=0)\n"
        "with backup._one_view():\n"
        "    Counter.objects.count()\n"
        "    other = connection.copy()\n"
        "    with other.cursor() as cursor:\n"
        "        cursor.execute('INSERT INTO core_counter (name, value) VALUES (%s, 1)', ['a'])\n"
        "    print(Counter.objects.count())\n"
        "print(Counter.objects.count(), connection.transaction_mode)\n"
        "other.close()\n"
    )
    environ = {**os.environ, "VAR_DIR": str(tmp_path)}
    environ["DJANGO_SETTINGS_MODULE"] = "ducpho_portal.settings"
    environ["DATABASE_URL"] = f"sqlite:///{tmp_path}/db.sqlite3"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    assert ran.stdout.split("\n") == ["0", "1 IMMEDIATE", ""], ran.stderr
