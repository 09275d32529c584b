"""Thirty phones send three hundred ideas while the portal falls over beneath them.

The worker stands still all the while, the broker is away for part of it and the
web process is killed twice. A phone does what a person does: it presses again.
On SQLite, or on the PostgreSQL named by FAULTS_DATABASE_URL (empty, for this test).
"""

import http.client
import http.cookiejar
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from pathlib import Path

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from ducpho_portal.tests.portal import ROOT, Portal

pytestmark = pytest.mark.faults

PHONES = 30
IDEAS_EACH = 10
TOTAL = PHONES * IDEAS_EACH
NOW = "2026-12-01T08:00:00+07:00"
PATIENCE = 180  # seconds that a phone goes on pressing
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415478da63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
WHO = {"contact_name": "Người gửi", "contact_birth_date": "01/01/1990"}
PEOPLE = """
import json
from datetime import date
from django.test import Client
from accounts.models import User
told = []
for n in range({phones}):
    user = User.objects.create_user(
        email=f"may{{n}}@example.vn", full_name="Người gửi", birth_date=date(1990, 1, 1)
    )
    client = Client()
    client.force_login(user)
    told.append(client.cookies["sessionid"].value)
print(json.dumps(told))
"""
FOUND = """
import hashlib, json
from core.models import Event, OutboxMessage, StoredFile
from projects.models import Venture
mine = Venture.objects.filter(is_sample=False)
letters = OutboxMessage.objects.filter(event__is_sample=False)
files = []
for stored in StoredFile.objects.filter(object_id__in=mine.values("pk")):
    with stored.file.open("rb") as opened:
        whole = hashlib.sha256(opened.read()).hexdigest() == stored.sha256
    files.append([stored.object_id, whole])
print(json.dumps({
    "ventures": list(mine.values_list("pk", "number", "title", "status", "owner__email")),
    "sendings": [e.object_id for e in Event.objects.filter(kind="venture.submit", is_sample=False)],
    "letters": list(letters.values_list("event__object_id", "to", "state")),
    "files": files,
}))
"""


class Phone:
    """A browser with a session, on a connection that may break at any moment."""

    def __init__(self, url: str, session: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.opener.addheaders = [("Cookie", f"sessionid={session}")]
        self.jar, self.session = jar, session
        self.pressed_again = 0
        self.fell = Counter()

    def press(self, path: str, fields: dict | None = None) -> tuple[str, str]:
        """The address and the page that answer at last, however often the line breaks."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            try:
                return self._ask(path, fields)
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from error
                self.fell[error.code] += 1
            except (urllib.error.URLError, OSError, EOFError, http.client.HTTPException):
                pass
            self.pressed_again += 1
            time.sleep(0.3)
        raise AssertionError(f"no answer from {path} within {PATIENCE} s")

    def _ask(self, path: str, fields: dict | None) -> tuple[str, str]:
        cookies = {"sessionid": self.session} | {c.name: c.value for c in self.jar}
        header = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
        body = None
        if fields is not None:
            token = {"csrfmiddlewaretoken": cookies.get("csrftoken", "")}
            body = encode_multipart(BOUNDARY, fields | token)
            header["Content-Type"] = MULTIPART_CONTENT
        request = urllib.request.Request(f"{self.url}{path}", data=body, headers=header)  # noqa: S310
        with self.opener.open(request, timeout=30) as answer:
            return answer.url, answer.read().decode()

    def send_an_idea(self, title: str) -> str:
        """The code on the receipt."""
        key = str(uuid.uuid4())
        step = f"/y-tuong/nhap/{key}"
        picture = type(
            "Upload", (), {"name": "anh.png", "read": lambda _self: PNG + title.encode()}
        )
        self.press("/y-tuong/moi/")
        self.press(
            "/y-tuong/moi/",
            {"key": key, "title": title, "field": "food", "summary": "Sấy cá bằng nắng."},
        )
        told = {"problem": "Mưa thì cá hỏng.", "solution": "Làm tủ.", "attachment": picture()}
        self.press(f"{step}/van-de/", told)
        self.press(f"{step}/nguoi-lam/", {"applicant": "person", **WHO})
        self.press(f"{step}/ho-tro/", {"stage": "idea"})
        address, page = self.press(f"{step}/gui/", {"process": "on"})
        code = urllib.parse.urlsplit(address).path.split("/")[2]
        assert code.startswith("YT-2026-"), f"no receipt: {address} {page[:3000]}"
        assert code in page
        return code


class Faults:
    """What goes wrong: found by the command lines of the supervisor's children."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def pids(self, word: str) -> list[int]:
        """Leaders of the process groups beneath the supervisor whose command has ``word``."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, UnicodeDecodeError):
                continue
            if parent == self.portal.process.pid and word in command:
                found.append(int(folder.name))
        return found

    def signal(self, word: str, number: signal.Signals, *, wanted: bool = True) -> None:
        """Signal a child and all that it started; fails where a ``wanted`` one is not there."""
        pids = self.pids(word)
        assert pids or not wanted, f"no {word}"
        for pid in pids:
            os.killpg(pid, number)


def asked_of(portal: Portal, code: str):
    """What a script in the portal's own shell prints."""
    ran = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT, env=portal.environment(NOW), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


@pytest.fixture
def portal(tmp_path):
    running = Portal(
        tmp_path / "var",
        DATABASE_URL=os.environ.get("FAULTS_DATABASE_URL", ""),
        WEB_WORKERS="2",
    )
    running.start(NOW)
    yield running
    running.stop()


def test_what_has_a_receipt_is_there_once_whatever_falls_over(portal, capsys):
    faults = Faults(portal)
    sessions = asked_of(portal, PEOPLE.format(phones=PHONES))
    phones = [Phone(portal.url, session) for session in sessions]
    receipts: dict[str, tuple[int, str]] = {}
    wrong: list[str] = []

    def use(n: int) -> None:
        try:
            for i in range(IDEAS_EACH):
                title = f"Tủ sấy {n}-{i}"
                receipts[phones[n].send_an_idea(title)] = (n, title)
        except Exception as error:  # a thread's failure is told at the end
            wrong.append(f"phone {n}: {error!r}")

    faults.signal("celery -A ducpho_portal worker", signal.SIGSTOP)
    started = time.monotonic()
    threads = [threading.Thread(target=use, args=(n,)) for n in range(PHONES)]
    for thread in threads:
        thread.start()
    happened = _break(faults, receipts, threads)
    for thread in threads:
        thread.join()
    taken = time.monotonic() - started
    assert wrong == []
    assert happened == ["web", "broker", "web"]
    assert len(receipts) == TOTAL
    assert sum((phone.fell for phone in phones), Counter()) == Counter()

    faults.signal("celery -A ducpho_portal worker", signal.SIGKILL)  # a new one comes up
    found = _recovered(portal)
    with capsys.disabled():
        again = sum(phone.pressed_again for phone in phones)
        sys.stdout.write(f"\n{TOTAL} ideas in {taken:.0f} s, pressed again {again} times\n")
    _each_once(found, receipts)


def _break(faults: Faults, receipts: dict, threads: list[threading.Thread]) -> list[str]:
    """The web falls at a fifth and at three fifths of the work; the broker is away between."""
    happened: list[str] = []
    while any(thread.is_alive() for thread in threads):
        sent = len(receipts)
        if sent >= TOTAL // 5 and not happened:
            faults.signal("gunicorn", signal.SIGKILL)
            happened.append("web")
        if sent >= TOTAL * 2 // 5 and happened == ["web"]:
            happened.append("broker")
        if len(happened) == 2:
            # Again and again: the supervisor brings it back, after longer and longer pauses.
            faults.signal("valkey", signal.SIGKILL, wanted=False)
            if sent >= TOTAL * 3 // 5:
                faults.signal("gunicorn", signal.SIGKILL)
                happened.append("web")
        time.sleep(0.1)
    return happened


def _recovered(portal: Portal) -> dict:
    """What is there when every letter has left, or after two minutes."""
    limit = time.monotonic() + 120
    while True:
        found = asked_of(portal, FOUND)
        states = Counter(state for _venture, _to, state in found["letters"])
        if states == {"sent": TOTAL} or time.monotonic() > limit:
            return found
        time.sleep(2)


def _each_once(found: dict, receipts: dict[str, tuple[int, str]]) -> None:
    told = {
        f"YT-2026-{number:04}": (title, email, status)
        for _pk, number, title, status, email in found["ventures"]
        if number is not None
    }
    assert told == {
        code: (title, f"may{n}@example.vn", "submitted") for code, (n, title) in receipts.items()
    }
    ventures = {pk for pk, *_rest in found["ventures"]}
    assert len(found["ventures"]) == len(receipts)  # no second draft of any
    assert Counter(found["sendings"]) == Counter(dict.fromkeys(ventures, 1))
    assert Counter((venture, state) for venture, _to, state in found["letters"]) == Counter(
        dict.fromkeys(((pk, "sent") for pk in ventures), 1)
    )
    kept = Counter((venture, whole) for venture, whole in found["files"])
    assert kept == Counter(dict.fromkeys(((pk, True) for pk in ventures), 1))
