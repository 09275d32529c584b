"""The supervisor, with small real programs as its children."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import valkey
from core.supervisor import (
    CALM,
    LONGEST_PAUSE,
    Program,
    Refused,
    Supervisor,
    cannot_write,
    check_folder,
    check_port,
    how_it_ended,
    only_one,
    put_aside,
    tail,
)

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
PARENT = (
    "import subprocess, sys, time; "
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)"
    "; time.sleep(60)"
)


def python(name: str, code: str, **options: object) -> Program:
    return Program(name, [sys.executable, "-c", code], **options)  # type: ignore[arg-type]


def alive(pid: int) -> bool:
    """Runs, and is not merely waiting to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def until(holds: Callable[[], object], seconds: float = 10) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():
            return True
        time.sleep(0.02)
    return False


@contextlib.contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Do ``work`` in a thread while the supervisor has the main one, then ask it to stop."""
    problems: list[BaseException] = []

    def body() -> None:
        try:
            work()
        except BaseException as problem:  # raised again in the test's own thread
            problems.append(problem)
        finally:
            until(lambda: callable(signal.getsignal(signal.SIGTERM)))
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # should it be asked after its end
    thread = threading.Thread(target=body)
    thread.start()
    yield
    thread.join()
    signal.signal(signal.SIGTERM, before)
    if problems:
        raise problems[0]


def test_starts_in_order_and_stops_in_the_opposite_one(tmp_path):
    said: list[str] = []
    programs = [python("one", SLEEP), python("two", SLEEP)]
    supervisor = Supervisor(programs, logs=tmp_path, say=said.append)

    def work() -> None:
        assert until(lambda: programs[1].pid and "up" in log_text(tmp_path / "two.log"))

    with meanwhile(work):
        assert supervisor.run() == 0

    assert [line.split(" (")[0] for line in said if line[0] in "✓■"] == [
        "✓ one",
        "✓ two",
        "■ two",
        "■ one",
    ]
    assert programs[0].pid is None


def test_a_killed_child_comes_back_and_its_own_children_go(tmp_path):
    program = python("parent", PARENT)
    supervisor = Supervisor([program], logs=tmp_path, say=lambda text: None)
    seen: list[int] = []

    def work() -> None:
        assert until(lambda: log_text(tmp_path / "parent.log"))
        first, grandchild = program.pid, int(tail(tmp_path / "parent.log").split()[0])
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert until(lambda: program.pid not in {None, first})
        assert until(lambda: not alive(grandchild))
        seen.extend([first, program.pid or 0])

    with meanwhile(work):
        assert supervisor.run() == 0

    assert len(seen) == 2
    assert seen[0] != seen[1]
    assert not alive(seen[1])


def test_one_that_does_not_become_ready_ends_the_start_with_its_last_words(tmp_path):
    said: list[str] = []
    programs = [python("one", SLEEP), python("two", "raise SystemExit('no key')")]
    programs[1].ready = lambda: False
    assert Supervisor(programs, logs=tmp_path, say=said.append).run() == 1
    assert any("two không khởi động được" in line and "no key" in line for line in said)
    assert said[-1] == "■ one"


def test_a_program_too_slow_to_become_ready_is_given_up(tmp_path):
    slow = python("slow", SLEEP, ready=lambda: False, ready_within=0.3)
    assert Supervisor([slow], logs=tmp_path, say=lambda text: None).run() == 1
    assert slow.pid is None


def test_one_that_will_not_stop_is_killed(tmp_path):
    said: list[str] = []
    program = python("stubborn", STUBBORN, stop_within=0.3)
    pids: list[int] = []

    def work() -> None:
        assert until(lambda: "up" in log_text(tmp_path / "stubborn.log"))
        pids.append(program.pid or 0)

    with meanwhile(work):
        assert Supervisor([program], logs=tmp_path, say=said.append).run() == 0

    assert said[-1] == "■ stubborn: buộc dừng / killed"
    assert not alive(pids[0])


def log_text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_pauses_grow_to_a_limit_and_are_forgotten_after_calm():
    program = python("one", SLEEP)
    program._started = time.monotonic()
    pauses = [program.fell() for _ in range(8)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    assert not program.due()
    program._started = time.monotonic() - CALM - 1
    assert program.fell() == 0.5


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_children_end_when_the_supervisor_is_killed(tmp_path):
    code = f"""
from pathlib import Path
import sys
from core.supervisor import Program, Supervisor
child = Program("one", [sys.executable, "-c", {SLEEP!r}])
Supervisor([child], logs=Path({str(tmp_path)!r}), say=lambda text: print(text, flush=True)).run()
"""
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE) as own:
        assert own.stdout is not None
        pid = int(own.stdout.readline().split()[-1].strip(b")"))
        assert until(lambda: "up" in log_text(tmp_path / "one.log"))
        assert alive(pid)
        own.kill()
    assert until(lambda: not alive(pid))


def test_a_second_supervisor_in_the_same_folder_is_refused(tmp_path):
    with (
        only_one(tmp_path),
        pytest.raises(Refused, match=f"tiến trình {os.getpid()}"),
        only_one(tmp_path),
    ):
        pytest.fail("two at once")
    with only_one(tmp_path):
        assert (tmp_path / "up.lock").read_text(encoding="ascii") == str(os.getpid())


def test_a_taken_port_is_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        with pytest.raises(Refused) as refused:
            check_port("127.0.0.1", port)
    assert str(refused.value).splitlines() == [
        f"Cổng {port} đang có chương trình khác dùng. Chọn cổng khác: PORT={port + 1} make run",
        f"Port {port} is taken. Choose another: PORT={port + 1} make run",
    ]
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [70000, -1])
def test_a_port_that_cannot_be_is_refused(port):
    with pytest.raises(Refused, match="PORT là số từ 1 đến 65535"):
        check_port("127.0.0.1", port)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(Refused, match="Không ghi được vào"):
        check_folder(tmp_path / "file" / "var")
    check_folder(tmp_path / "new" / "var")
    assert list((tmp_path / "new" / "var").iterdir()) == []


def test_a_full_disk_is_named():
    assert cannot_write("/var", OSError(errno.ENOSPC, "")).startswith("Ổ đĩa chứa /var đã đầy.")
    assert cannot_write("/var", OSError(errno.EROFS, "")).startswith("Không ghi được vào /var.")


def test_a_long_log_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("core.supervisor.LOG_LIMIT", 3)
    log = tmp_path / "web.log"
    put_aside(log)
    log.write_text("1234", encoding="ascii")
    put_aside(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").read_text(encoding="ascii") == "1234"


def test_how_it_ended():
    assert [how_it_ended(code) for code in (-9, 3, -99)] == ["SIGKILL", "mã 3", "mã -99"]


# -- Valkey -------------------------------------------------------------------


@pytest.mark.skipif(valkey.binary() is None, reason="no embedded Valkey for this machine")
def test_valkey_keeps_what_it_was_told_over_a_kill(tmp_path):
    listen, program = valkey.socket_path(tmp_path), valkey.binary()
    assert program is not None
    valkey.private_folder(tmp_path / "valkey")
    valkey.private_folder(listen.parent)
    assert listen.parent.stat().st_mode & 0o777 == 0o700

    def told(text: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(listen))
            client.sendall(text)
            return client.recv(100)

    child = Program(
        "valkey",
        valkey.command(program, tmp_path / "valkey", listen),
        ready=lambda: valkey.answers(listen),
    )
    answers: list[bytes] = []

    def work() -> None:
        assert until(lambda: valkey.answers(listen))
        answers.append(told(b"SET name An\r\n"))
        time.sleep(1.2)  # the append-only file is synced each second
        first = child.pid or 0
        os.kill(first, signal.SIGKILL)
        assert until(lambda: child.pid not in {None, first} and valkey.answers(listen))
        answers.append(told(b"GET name\r\n"))

    with meanwhile(work):
        assert Supervisor([child], logs=tmp_path, say=lambda text: None).run() == 0
    assert answers == [b"+OK\r\n", b"$2\r\nAn\r\n"]
    assert not valkey.answers(listen)


def test_a_deep_folder_gets_a_short_socket_of_its_own(tmp_path):
    near = Path("/srv/ducpho/var")
    assert valkey.socket_path(near) == near / "valkey" / "valkey.sock"
    deep = valkey.socket_path(tmp_path / ("x" * 120))
    assert len(os.fsencode(deep)) < 104
    assert deep.is_relative_to("/tmp")  # noqa: S108
    assert deep != valkey.socket_path(tmp_path / ("y" * 120))


def test_a_folder_behind_somebody_elses_link_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    with pytest.raises(PermissionError):
        valkey.private_folder(tmp_path / "link")
