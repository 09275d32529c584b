"""A whole portal in a folder of its own, on a day of its own, for the journey."""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """``manage.py up`` with web, worker, beat and embedded Valkey."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.own = environment  # besides what every journey's portal is given
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen | None = None

    def environment(self, now: str) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}},
            "DJANGO_SETTINGS_MODULE": "ducpho_portal.settings_journey",
            "JOURNEY_NOW": now,
            "VAR_DIR": str(self.folder),
            "PORT": str(self.port),
            "EMAIL_URL": "filemail://",
            "MFA_REQUIRED": "false",
            "WEB_WORKERS": "1",
            "WORKER_CONCURRENCY": "1",
        } | {name: value for name, value in self.own.items() if value}

    def start(self, now: str) -> None:
        """Bring everything up as it is at ``now``; returns when /healthz is well."""
        command = [sys.executable, "manage.py", "up", "--prepare"]
        with (self.folder.parent / "portal.log").open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(now), stdout=log, stderr=log
            )
        deadline = time.monotonic() + 300  # a busy machine is slow to fill the demo
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        self.stop()
        raise AssertionError((self.folder.parent / "portal.log").read_text()[-3000:])

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def letters(self, to: str) -> list[str]:
        """The letters sent to an address, oldest first."""
        found = []
        for path in sorted((self.folder / "mail").glob("*.log"), key=lambda p: p.stat().st_mtime):
            for part in path.read_bytes().split(b"-" * 79 + b"\n"):
                letter = email.message_from_bytes(part, policy=email.policy.default)
                if letter["To"] == to:
                    found.append(f"{letter['Subject']}\n{letter.get_content()}")
        return found

    def code_for(self, to: str) -> str:
        """The six-digit code in the newest letter to an address; waits for it a while."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for letter in reversed(self.letters(to)):
                if code := re.search(r"\b\d{6}\b", letter):
                    return code[0]
            time.sleep(0.3)
        raise AssertionError(f"no code for {to}: {self.letters(to)}")

    def link_for(self, to: str, part: str) -> str:
        """The path of a link in the newest letter to an address; waits for the letter a while."""
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            for letter in reversed(self.letters(to)):
                if found := re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", letter):
                    return found[1]
            time.sleep(0.3)
        raise AssertionError(f"no letter with {part} for {to}: {self.letters(to)}")
