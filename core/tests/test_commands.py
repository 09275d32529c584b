"""What every command says of a database that is not as it needs it."""

import os
import subprocess
import sys
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from core.management.commands.migrate import LOCK


@pytest.mark.parametrize("command", ["verify_journal", "seed_demo", "indicators"])
def test_a_database_that_was_never_migrated_is_refused_in_one_sentence(tmp_path, command):
    environ = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PYTEST_VERSION"}}
    environ |= {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ducpho_portal.settings"}
    ran = subprocess.run(
        [sys.executable, "manage.py", command],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr == (
        "CommandError: Cơ sở dữ liệu chưa theo kịp phiên bản này. "
        "Chạy trước: python manage.py migrate\n"
    )


@pytest.mark.threads
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has such locks")
@pytest.mark.django_db(transaction=True)
def test_a_second_migrate_waits_for_the_first(capsys):
    done = threading.Event()

    def deploy():
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.close()
        done.set()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        second = threading.Thread(target=deploy)
        second.start()
        assert not done.wait(1)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    second.join(60)
    assert done.is_set()


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PRODUCTION", "maybe", "PRODUCTION: say true or false, not 'maybe'."),
        ("MFA_REQUIRED", "ja", "MFA_REQUIRED: say true or false, not 'ja'."),
        ("PORT", "abc", "PORT: a whole number is wanted here."),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, variable, value, says):
    environ = {**os.environ, "VAR_DIR": str(tmp_path), variable: value}
    environ["DJANGO_SETTINGS_MODULE"] = "ducpho_portal.settings"
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr == f"Cấu hình chưa đúng / wrong settings: {says}\n"
