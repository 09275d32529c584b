"""Keeps a few programs running under one roof: start in order, restart, stop in order.

``manage.py up`` uses it for valkey, web, worker and beat. Nothing here knows
Django or the portal. What the operator reads is Vietnamese first, then English:
a terminal has no language switch.
"""

import contextlib
import errno
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LAUNCHER = Path(__file__).with_name("child.py")
TICK = 0.1  # seconds between two looks at the children
CALM = 60.0  # seconds after which a child counts as healthy again
LONGEST_PAUSE = 30.0  # seconds between two tries at most
LEAST_SPACE = 50 * 1024 * 1024  # bytes
LOG_LIMIT = 10 * 1024 * 1024  # bytes kept in a child's log before it is put aside at a start

DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}

Say = Callable[[str], None]


class Refused(Exception):
    """The portal cannot start here; the text is the sentence for the operator."""


@dataclass
class Program:
    """One child: what to run, when it counts as ready, how long it may take to stop."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] | None = None  # none: ready as soon as it runs
    ready_within: float = 60.0  # seconds
    stop_within: float = 10.0  # seconds, then it is killed
    if_orphaned: signal.Signals = signal.SIGTERM  # what it gets if the supervisor is killed
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started: float = 0.0
    _not_before: float = 0.0
    _falls: int = 0

    @property
    def pid(self) -> int | None:
        """The running process, or None."""
        return self._process.pid if self._process else None

    def start(self, log: Path, cwd: Path | None) -> None:
        """Start it in a process group of its own, its output going to ``log``."""
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
        family = [str(os.getpid()), str(int(self.if_orphaned))]
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command lines
                [*launcher, *family, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                process_group=0,
            )
        self._started = time.monotonic()

    def ended(self) -> int | None:
        """The exit code if it has just ended; what it left running is killed with it."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        self.signal_group(signal.SIGKILL)
        self._process = None
        return code

    def fell(self) -> float:
        """Note a fall; answers the pause in seconds before the next try, longer each time."""
        now = time.monotonic()
        self._falls = 1 if now - self._started > CALM else self._falls + 1
        pause = min(0.5 * 2 ** (self._falls - 1), LONGEST_PAUSE)
        self._not_before = now + pause
        return pause

    def due(self) -> bool:
        """Whether it is down and its pause is over."""
        return self._process is None and time.monotonic() >= self._not_before

    def signal_group(self, number: signal.Signals) -> None:
        """Signal the child and everything it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def stop(self, hurry: Callable[[], bool]) -> bool:
        """Ask it to end, wait, then kill; answers whether it ended by itself."""
        if self._process is None:
            return True
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        limit = time.monotonic() + self.stop_within
        while self._process.poll() is None and time.monotonic() < limit and not hurry():
            time.sleep(TICK / 2)
        orderly = self._process.poll() is not None
        self.signal_group(signal.SIGKILL)
        self._process.wait()
        self._process = None
        return orderly


class Supervisor:
    """Runs ``programs``: started in their order, stopped in the opposite one."""

    def __init__(
        self, programs: Sequence[Program], *, logs: Path, say: Say, cwd: Path | None = None
    ) -> None:
        self.programs = list(programs)
        self.logs = logs
        self.say = say
        self.cwd = cwd
        self._requests = 0  # how often somebody asked us to stop

    def run(self, when_up: Callable[[], None] | None = None) -> int:
        """Start everything, keep it running until SIGINT or SIGTERM, stop everything.

        Calls ``when_up`` once all are ready. Answers the exit code: 0 after an orderly
        stop, 1 if a program did not become ready at the first start.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._asked) for number in watched}
        try:
            if not self._bring_up():
                return 0 if self._requests else 1
            if when_up:
                when_up()
            while not self._requests:
                self._look_after()
                time.sleep(TICK)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0

    def log_of(self, program: Program) -> Path:
        """Where a program's output goes."""
        return self.logs / f"{program.name}.log"

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._requests += 1

    def _bring_up(self) -> bool:
        for program in self.programs:
            put_aside(self.log_of(program))
            program.start(self.log_of(program), self.cwd)
            if not self._wait_ready(program):
                return False
            self.say(f"✓ {program.name} (pid {program.pid})")
        return True

    def _wait_ready(self, program: Program) -> bool:
        limit = time.monotonic() + program.ready_within
        while not self._requests:
            if program.ended() is not None or time.monotonic() > limit:
                self.say(
                    f"{program.name} không khởi động được. Nhật ký: {self.log_of(program)}\n"
                    f"{program.name} did not start. Its log ends:\n{tail(self.log_of(program))}"
                )
                return False
            if program.ready is None or program.ready():
                return True
            time.sleep(TICK)
        return False

    def _look_after(self) -> None:
        for program in self.programs:
            code = program.ended()
            if code is not None:
                pause = program.fell()
                self.say(
                    f"{program.name} dừng ({how_it_ended(code)}), chạy lại sau {pause:g} giây"
                    f" / ended, starting again in {pause:g} s. {self.log_of(program)}"
                )
            elif program.due():
                program.start(self.log_of(program), self.cwd)
                self.say(f"✓ {program.name} (pid {program.pid})")

    def _stop_all(self) -> None:
        if self._requests:
            self.say("Đang dừng; Ctrl-C lần nữa: dừng ngay / stopping; once more: at once")
        for program in reversed(self.programs):
            if program.pid is None:
                continue
            if program.stop(hurry=lambda: self._requests > 1):
                self.say(f"■ {program.name}")
            else:
                self.say(f"■ {program.name}: buộc dừng / killed")


# -- Before anything starts ---------------------------------------------------


@contextlib.contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Hold ``var_dir`` for this process; raises Refused while another one holds it.

    The lock is the kernel's: it goes with the process, however that ends.
    """
    path = var_dir / "up.lock"
    with path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            lock.seek(0)
            pid = lock.read().strip() or "?"
            raise Refused(
                f"Cổng thông tin đang chạy với thư mục {var_dir} (tiến trình {pid})."
                f" Dừng nó trước.\nThe portal already runs in {var_dir} (process {pid})."
                " Stop that one first."
            ) from held
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def check_folder(folder: Path) -> None:
    """Raise Refused unless files can be written in ``folder`` and there is room for some."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"\0" * 65536)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(cannot_write(folder, error)) from error
    if shutil.disk_usage(folder).free < LEAST_SPACE:
        raise Refused(cannot_write(folder, OSError(errno.ENOSPC, "")))


def cannot_write(path: Path | str, error: OSError) -> str:
    """The sentence for a full or read-only disk, or for missing rights."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"Ổ đĩa chứa {path} đã đầy. Xóa bớt tệp rồi chạy lại."
            f"\nThe disk that holds {path} is full. Free some space and run again."
        )
    return (
        f"Không ghi được vào {path}. Dùng thư mục ghi được (dữ liệu: đặt VAR_DIR)."
        f"\nCannot write to {path}. Use a folder that you can write (for data: set VAR_DIR)."
    )


def check_port(host: str, port: int) -> None:
    """Raise Refused unless ``host``:``port`` can be listened on."""
    if not 0 < port < 65536:  # the system would quietly take the remainder
        raise Refused(
            f"PORT là số từ 1 đến 65535, không phải {port}."
            f"\nPORT is a number from 1 to 65535, not {port}."
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refused(
                f"Cổng {port} đang có chương trình khác dùng. Chọn cổng khác:"
                f" PORT={port + 1} make run"
                f"\nPort {port} is taken. Choose another: PORT={port + 1} make run"
            ) from error
        raise Refused(
            f"Không mở được {host}:{port} ({error}). Chọn PORT hoặc BIND khác."
            f"\nCannot listen on {host}:{port}. Choose another PORT or BIND."
        ) from error


# -- Small helpers ------------------------------------------------------------


def http_answers(host: str, port: int, path: str = "/") -> bool:
    """Whether a web server answers there at all, whatever the status."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        connection.getresponse().read(1)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def put_aside(log: Path) -> None:
    """Rename a log that has grown too long; the one before is forgotten."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def how_it_ended(code: int) -> str:
    """An exit code in words: ``SIGKILL`` or ``mã 3``."""
    try:
        return signal.Signals(-code).name if code < 0 else f"mã {code}"
    except ValueError:
        return f"mã {code}"
