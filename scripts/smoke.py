"""`make run` as a person meets it: comes up, brings a killed worker back, leaves nothing behind.

In a folder and on a port of its own; prints pytest-like what passed and what failed.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOPPED = (0, 130, -signal.SIGINT)  # make reports the Ctrl-C that it got too


def main() -> int:
    """Exit code 0 if every step held."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ducpho-smoke-") as var:
        mine = {"VAR_DIR": var, "PORT": str(port)}
        others = ("DATABASE_URL", "REDIS_URL", "SITE_URL")
        environment = {k: v for k, v in os.environ.items() if k not in others} | mine
        results = []
        for name, step in (("first start", first), ("second start", second)):
            held = step(environment, port, Path(var))
            results.append(held)
            print(f"{'ok' if held else 'NOT OK'}  {name}", flush=True)
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


def first(environment: dict[str, str], port: int, var: Path) -> bool:
    """Up with demo data; a killed worker and a killed broker come back; Ctrl-C ends all."""
    portal = start(environment)
    try:
        if not until(lambda: portal.poll() is not None or answers(port), 180):
            return complain(portal, var, "no answer")
        if portal.poll() is not None:
            return complain(portal, var, "make run has ended")
        for name in ("worker", "valkey"):
            known = pids(var, name)
            if not known:
                continue
            os.kill(known[-1], signal.SIGKILL)
            if not until(lambda name=name, known=known: len(pids(var, name)) > len(known), 30):
                return complain(portal, var, f"{name} did not come back")
        if not until(lambda: healthy(port), 60):
            return complain(portal, var, "/healthz stays unhappy")
    finally:
        code = stop(portal)
    return code in STOPPED and not left(portal.pid) and not answers(port)


def second(environment: dict[str, str], port: int, var: Path) -> bool:
    """A second start keeps the data and takes seconds."""
    before = (var / "db.sqlite3").stat().st_size
    begun = time.monotonic()
    portal = start(environment)
    try:
        if not until(lambda: portal.poll() is not None or answers(port), 60) or portal.poll():
            return complain(portal, var, "no answer")
        print(f"    {time.monotonic() - begun:.1f} s")
    finally:
        code = stop(portal)
    return code in STOPPED and (var / "db.sqlite3").stat().st_size >= before


def start(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """`make run` in a session of its own, output into VAR_DIR/out."""
    out = (Path(environment["VAR_DIR"]) / "out").open("ab")
    with out:
        return subprocess.Popen(
            ["make", "run"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(portal: "subprocess.Popen[bytes]") -> int:
    """Ctrl-C, as a terminal gives it: to the whole foreground group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(portal.pid, signal.SIGINT)
    try:
        return portal.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(portal.pid, signal.SIGKILL)
        return 1


def pids(var: Path, name: str) -> list[int]:
    """The process ids that the supervisor has named for a program, oldest first."""
    said = (var / "out").read_text(encoding="utf-8")
    return [int(pid) for pid in re.findall(rf"✓ {name} \(pid (\d+)\)", said)]


def left(session: int) -> list[str]:
    """Processes of the session that still run."""
    listed = subprocess.run(
        ["ps", "-s", str(session), "-o", "args="], check=False, capture_output=True, text=True
    )
    return listed.stdout.split("\n")[:-1]


def answers(port: int) -> bool:
    """Whether the home page is there."""
    return fetch(port, "/") == 200


def healthy(port: int) -> bool:
    """Whether database, broker and worker are all there."""
    return fetch(port, "/healthz") == 200


def fetch(port: int, path: str) -> int:
    """The status of a page; 0 without an answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait for something, up to a limit."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():
            return True
        time.sleep(0.2)
    return False


def complain(portal: "subprocess.Popen[bytes]", var: Path, what: str) -> bool:
    """Say what went wrong, with the last that `make run` said."""
    print(f"    {what} (make run: {portal.poll()})")
    print((var / "out").read_text(encoding="utf-8")[-2000:])
    return False


if __name__ == "__main__":
    sys.exit(main())
