"""Votes at once: a real gunicorn with threads on PostgreSQL, none lost, none doubled."""

import http.client
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection, connections
from django.utils import timezone

from accounts.models import Agency, User
from bench.timing import table
from contests import addresses, votes
from contests.models import Ballot, Poll, PollOption
from contests.workflow import POLLS

VOTES = 10_000
TWICE = 10  # every tenth voter presses twice
OPTIONS = 12
SENDERS = 2  # processes
LINES = 8  # connections of each
REACH = 500
CSRF = "b" * 32


def report() -> None:
    """Print the rate, the CPU of a vote, and what stands in the database afterwards."""
    poll = _poll()
    passes = [
        votes.Pass(
            poll.pk, addresses.voter_of(poll, f"v{n}@bench.invalid"), "gmail.com",
            votes.random_signs(votes.RECEIPT_SIGNS), int(timezone.now().timestamp()),
        )
        for n in range(VOTES)
    ]  # fmt: skip
    keys = [option.pk for option in poll.option_list]
    work = []
    for place, given in enumerate(passes):
        body = _body(given, keys[place % OPTIONS])
        work += [body] * (2 if place % TWICE == 0 else 1)
    connections.close_all()
    with _Gunicorn() as server:
        before = _cpu_of_children()
        warm = work[:100]
        _send_all(server.port, poll.slug, warm)
        started = time.perf_counter()
        answers = _send_all(server.port, poll.slug, work)
        taken = time.perf_counter() - started
    cpu = _cpu_of_children() - before
    _tell(poll, passes, answers, taken, cpu, len(work))


def _poll() -> Poll:
    now = timezone.now()
    by = User.objects.get(email="secretariat@bench.invalid")
    agency = Agency.objects.order_by("pk")[0]
    poll = Poll.objects.create(
        slug="bench", title="Bench", organiser=agency, created_by=by, status="announced",
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1),
    )  # fmt: skip
    for order in range(OPTIONS):
        PollOption.objects.create(poll=poll, title=f"Bài {order}", order=order)
    return poll


def _body(given: votes.Pass, key: int) -> bytes:
    told = {"csrfmiddlewaretoken": CSRF, "token": given.signed(), "chon": key, "bo": "1"}
    return urlencode(told).encode()


class _Gunicorn:
    """The portal as it runs for people: two processes with four threads."""

    def __enter__(self) -> "_Gunicorn":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {
            "PORT": str(self.port), "WEB_WORKERS": "2", "WEB_THREADS": "4", "DATABASE_POOL": "5",
        }  # fmt: skip
        command = [
            sys.executable, "-m", "gunicorn", "-c", "ducpho_portal/gunicorn_conf.py",
            "--max-requests", "0", "--log-level", "error", "ducpho_portal.wsgi",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, env=environment)
        for _try in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        raise RuntimeError("gunicorn does not answer")

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def _send_all(port: int, slug: str, work: Sequence[bytes]) -> Counter[int]:
    """Send all of it over several connections from several processes; answers by status."""
    lines = SENDERS * LINES
    parts = [(port, slug, list(work[place::lines])) for place in range(lines)]
    with multiprocessing.get_context("fork").Pool(lines) as pool:
        return sum(pool.map(_send, parts, chunksize=1), Counter())


def _send(part: tuple[int, str, list[bytes]]) -> Counter[int]:
    port, slug, work = part
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}",
        "Host": "localhost",
    }  # fmt: skip
    said: Counter[int] = Counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in work:
        for last in (False, True):
            try:
                line.request("POST", f"/binh-chon/{slug}/phieu/", body, headers)
                answer = line.getresponse()
                answer.read()
            except (http.client.HTTPException, OSError):
                line.close()  # a connection that was idle too long: a browser asks again, too
                if last:
                    said[0] += 1
                continue
            is_taken = (answer.getheader("Location") or "").endswith("/da-bo/")
            said[answer.status if is_taken else -answer.status] += 1
            break
    return said


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tell(
    poll: Poll, passes: list[votes.Pass], answers: Counter[int], taken: float, cpu: float, sent: int
) -> None:
    connection.ensure_connection()
    kept = Counter(Ballot.objects.filter(poll=poll).values_list("receipt_hash", flat=True))
    verifiable = sum(addresses.receipt_hash(given.receipt) in kept for given in passes)
    Poll.objects.filter(pk=poll.pk).update(
        opens_at=timezone.now() - timedelta(hours=2),
        closes_at=timezone.now() - votes.COUNT_AFTER - timedelta(seconds=1),
    )
    started = time.perf_counter()
    by: Any = User.objects.get(email="secretariat@bench.invalid")
    POLLS.advance(poll, "close", by=by, at=timezone.now())
    counting = time.perf_counter() - started
    rate = sent / taken
    rows = [
        ("votes a second", f"{rate:,.0f}{'' if rate >= REACH else ' !'}"),
        ("sent, of these pressed twice", f"{sent:,} / {sent - len(passes):,}"),
        ("taken with a receipt (302)", f"{answers[302]:,}"),
        ("other answers", f"{sent - answers[302]:,}"),
        ("ballots kept", f"{sum(kept.values()):,}"),
        ("lost", f"{len(passes) - verifiable:,}"),
        ("doubled", f"{sum(kept.values()) - len(passes):,}"),
        ("receipts that are in the list", f"{verifiable:,}"),
        ("CPU ms of a vote, server and sender", f"{cpu / sent * 1000:.2f}"),
        ("counted", f"{poll.counted:,} in {counting:.2f} s"),
    ]
    title = (
        f"Votes through gunicorn (2 × 4 threads) on {os.cpu_count()} cores; reach: {REACH} a second"
    )
    table(title, ("what", "value"), rows)
