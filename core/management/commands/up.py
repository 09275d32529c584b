"""The whole portal in one command: valkey, web, worker and beat until Ctrl-C."""

import hashlib
import io
import os
import signal
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from core import supervisor, valkey
from core.supervisor import Program, Refused, Supervisor

QUEUES = "default,mail,reports"


class Command(BaseCommand):
    """``--prepare`` also brings database, static files and demo data up to date first."""

    help = "Runs the whole portal: valkey (unless REDIS_URL is set), web, worker, beat."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One flag: the two-command kit prepares, a service manager does not."""
        parser.add_argument(
            "--prepare", action="store_true", help="migrate, collect static files, seed the demo"
        )

    def handle(self, *args: Any, prepare: bool, **options: Any) -> None:
        """Exit with 1 and one sentence where the portal cannot start."""
        self.host = os.environ.get("BIND", "127.0.0.1")
        try:
            supervisor.check_folder(settings.VAR_DIR)
            with supervisor.only_one(settings.VAR_DIR):
                supervisor.check_port(self.host, settings.PORT)
                greeting = self.prepare() if prepare else ""
                code = self.run(greeting)
        except Refused as refused:
            self.stderr.write(str(refused))
            sys.exit(1)
        except OSError as error:
            if error.errno not in supervisor.DISK_TROUBLE:
                raise
            self.stderr.write(supervisor.cannot_write(error.filename or settings.VAR_DIR, error))
            sys.exit(1)
        sys.exit(code)

    def say(self, text: str) -> None:
        """A line with the time of day, at once."""
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {text}")
        self.stdout.flush()

    def step(self, text: str) -> None:
        """A line of the preparation, in the look of scripts/kit.py."""
        self.stdout.write(f"· {text}")
        self.stdout.flush()

    # -- what has to be there first -------------------------------------------

    def prepare(self) -> str:
        """Bring everything up to date; answers the demo accounts, to be shown at the end."""
        self.step("Cập nhật cơ sở dữ liệu")
        call_command("migrate", interactive=False, verbosity=0)
        self.collect_static()
        self.step("Nạp chương trình hành động")
        call_command("seed_programme", stdout=io.StringIO(), verbosity=0)
        self.step("Nạp dữ liệu mẫu")
        accounts = io.StringIO()
        try:
            call_command("seed_demo", unless_removed=True, stdout=io.StringIO(), verbosity=0)
            call_command("seed_demo", "--accounts", stdout=accounts)
        except CommandError as refusal:  # real data is there: the demo stays out, the portal runs
            self.step(str(refusal))
        # Neither connections nor a pool's threads may live on in what is only a supervisor.
        connections.close_all()
        for connection in connections.all(initialized_only=True):
            if hasattr(connection, "close_pool"):
                connection.close_pool()
        return accounts.getvalue()

    def collect_static(self) -> None:
        """Collect, hash and compress static files, only if one of them has changed."""
        seen = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list(None):
                state = Path(storage.path(name)).stat()
                seen.update(f"{name} {state.st_mtime_ns} {state.st_size}\n".encode())
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        if stamp.exists() and stamp.read_text(encoding="ascii") == seen.hexdigest():
            return
        self.step("Nén tệp tĩnh")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(seen.hexdigest(), encoding="ascii")

    # -- running --------------------------------------------------------------

    def run(self, greeting: str) -> int:
        """Supervise until asked to stop; answers the exit code."""
        logs = settings.VAR_DIR / "log"

        def when_up() -> None:
            self.say(f"Cổng thông tin đang chạy / the portal runs: {settings.SITE_URL}")
            if greeting:
                self.stdout.write("\n" + greeting)
            self.stdout.write(
                f"Nhật ký / logs: {logs}. Nhấn Ctrl-C để dừng / press Ctrl-C to stop."
            )
            self.stdout.flush()

        programs = [*self.broker(), *self.portal()]
        return Supervisor(programs, logs=logs, say=self.say, cwd=settings.BASE_DIR).run(when_up)

    def broker(self) -> list[Program]:
        """The embedded Valkey; none with REDIS_URL, or where it has no build."""
        if settings.REDIS_URL:
            return []
        program, address = valkey.binary(), urlsplit(settings.CELERY_BROKER_URL)
        if program is None or address.scheme != "redis+socket":
            self.say(
                "Máy này không có Valkey kèm theo: hàng đợi nằm trong thư mục, chậm hơn."
                " / No embedded Valkey for this machine: the queue is kept in files, slower."
            )
            for name, folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.items():
                if name.startswith("data_folder") or name.endswith("_folder"):
                    Path(folder).mkdir(parents=True, exist_ok=True)
            return []
        listen, data = Path(unquote(address.path)), settings.VAR_DIR / "valkey"
        valkey.private_folder(data)
        valkey.private_folder(listen.parent)
        # One left by a killed supervisor still writes its file; it has been told to stop.
        limit = time.monotonic() + 15
        while valkey.answers(listen) and time.monotonic() < limit:
            time.sleep(0.1)
        return [
            Program(
                "valkey",
                valkey.command(program, data, listen),
                ready=lambda: valkey.answers(listen),
            )
        ]

    def portal(self) -> list[Program]:
        """Web, worker and beat, in the order in which they start."""
        here = [sys.executable, "-m"]
        celery = [*here, "celery", "-A", "ducpho_portal"]
        concurrency = os.environ.get("WORKER_CONCURRENCY", "2")
        level = ["--loglevel", os.environ.get("LOG_LEVEL", "INFO")]
        schedule = settings.VAR_DIR / "beat" / "schedule"
        schedule.parent.mkdir(parents=True, exist_ok=True)
        gunicorn = [*here, "gunicorn", "-c", "ducpho_portal/gunicorn_conf.py"]
        worker = [*celery, "worker", "-Q", QUEUES, "-c", concurrency, "-n", "portal@%h"]
        return [
            Program(
                "web",
                [*gunicorn, "ducpho_portal.wsgi:application"],
                ready=lambda: supervisor.http_answers(self.host, settings.PORT, "/healthz"),
                stop_within=15,
            ),
            Program(
                "worker",
                [*worker, "--without-gossip", "--without-mingle", *level],
                stop_within=20,
                if_orphaned=signal.SIGQUIT,  # at once: a long task is handed out again anyway
            ),
            Program("beat", [*celery, "beat", "-s", str(schedule), "--pidfile", "", *level]),
        ]
