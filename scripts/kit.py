"""From a fresh clone to a running or tested portal: what the Makefile's targets call.

Needs Python alone, no package: it makes .venv, installs the pinned packages and
compiles the catalogues, each only when something it depends on has changed.
"""

import errno
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.supervisor import DISK_TROUBLE, Refused, cannot_write, check_folder  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ROOM = {"run": 900, "dev": 1500}  # MB that a new .venv and pip's unpacking take
FILES = {"run": "requirements.txt", "dev": "requirements-dev.txt"}


def main() -> None:
    """``kit.py TARGET [ARGUMENT …]``."""
    target, *rest = sys.argv[1:] or ["help"]
    os.chdir(ROOT)
    try:
        sys.exit(TARGETS[target](rest))
    except Refused as refused:
        print(refused, file=sys.stderr)
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        print(cannot_write(error.filename or ROOT, error), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nĐã dừng. / Stopped.", file=sys.stderr)
    sys.exit(1)


# -- Targets ------------------------------------------------------------------


def run(rest: list[str]) -> int:
    """The running portal, with demo data."""
    set_up("run")
    os.execv(PYTHON, [str(PYTHON), "manage.py", "up", "--prepare", *rest])  # noqa: S606


def test(rest: list[str]) -> int:
    """The whole suite, on all cores."""
    set_up("dev")
    return call("pytest", "-n", "auto", *rest)


def check(rest: list[str]) -> int:
    """What CI runs. Every step runs, so that one run tells everything; any failure fails it."""
    set_up("dev")
    failed = [name for name, command in CHECKS.items() if step(name) or call(*command)]
    if step("pytest") or call("pytest", "-n", "auto", *rest):
        failed.append("pytest")
    print("Lỗi ở / failed: " + ", ".join(failed) if failed else "Tất cả đều đạt. / All passed.")
    return 1 if failed else 0


def journey(rest: list[str]) -> int:
    """The journey in Chromium and the Word files in LibreOffice."""
    set_up("dev")
    return call("pytest", "-m", "browser or libreoffice", *rest)


def faults(rest: list[str]) -> int:
    """Ideas sent while parts of the portal are killed."""
    set_up("dev")
    return call("pytest", "-m", "faults", *rest)


def tool(rest: list[str]) -> int:
    """Any program of .venv: ``kit.py tool ruff format``."""
    set_up("dev")
    return call(*rest)


def pins(rest: list[str]) -> int:
    """Write constraints.txt anew from what .venv holds."""
    set_up("dev")
    direct = set()
    for name in FILES.values():
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if "==" in line:
                direct.add(normal(line.split("==")[0].split("[")[0]))
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "freeze", "--exclude", "pip"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    kept = [line for line in listed if "==" in line and normal(line.split("==")[0]) not in direct]
    head = "# What the direct requirements pull in, pinned. Written by `make pins`.\n"
    (ROOT / "constraints.txt").write_text(head + "\n".join(kept) + "\n", encoding="utf-8")
    return 0


TARGETS = {
    "run": run,
    "test": test,
    "check": check,
    "journey": journey,
    "faults": faults,
    "tool": tool,
    "pins": pins,
}
CHECKS = {
    "ruff": ("ruff", "check", "--output-format", "concise", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "import-linter": ("lint-imports",),
    "djlint": ("djlint", "--lint", "--quiet", "."),
    "mypy": ("mypy",),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "messages": ("python", "manage.py", "messages", "--check"),
    "docs": ("python", "manage.py", "docs", "--check"),
}


# -- Set-up -------------------------------------------------------------------


def set_up(kind: str) -> None:
    """Environment, packages and catalogues for ``kind`` "run" or "dev"; raises Refused."""
    check_folder(Path(os.environ.get("VAR_DIR", ROOT / "var")))
    check_folder(ROOT)
    VENV.mkdir(exist_ok=True)
    with (VENV / ".kit.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make test` beside `make run`: one installs at a time
        wanted = stamp("dev") if kind == "dev" else stamp("run")
        if not installed(kind, wanted):
            make_venv(kind)
            install(kind)
            (VENV / f".{kind}.stamp").write_text(wanted, encoding="ascii")
        compile_catalogues()


def stamp(kind: str) -> str:
    """A hash of all that decides what .venv holds."""
    names = ["requirements.txt", "constraints.txt", FILES[kind]]
    parts = [(ROOT / name).read_bytes() for name in names]
    parts.append(f"{sys.version} {platform.machine()} {ROOT}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def installed(kind: str, wanted: str) -> bool:
    """Whether .venv works and holds what ``kind`` needs."""
    note = VENV / f".{kind}.stamp"
    return PYTHON.exists() and note.exists() and note.read_text(encoding="ascii") == wanted


def make_venv(kind: str) -> None:
    """Make .venv, or make it anew where its Python is gone or another one."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if PYTHON.exists():
        found = quietly([str(PYTHON), "-m", "pip", "--version"])
        if not found.returncode and f"(python {version})" in found.stdout:
            return
    free = shutil.disk_usage(ROOT).free // 1024**2
    if free < ROOM[kind]:
        raise Refused(
            f"Ổ đĩa chứa {ROOT} chỉ còn {free} MB, cần {ROOM[kind]} MB."
            f"\nThe disk that holds {ROOT} has {free} MB left, {ROOM[kind]} MB are needed."
        )
    say("Tạo môi trường Python (.venv)")
    made = quietly([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode:
        if "ensurepip" in made.stdout:
            package = f"python{version}-venv"
            raise Refused(
                f"Python này thiếu venv. Trên Debian, Ubuntu: sudo apt install {package}"
                f"\nThis Python lacks venv. On Debian or Ubuntu: sudo apt install {package}"
            )
        raise failure("python -m venv", made.stdout)


def install(kind: str) -> None:
    """Install the pinned packages."""
    say("Cài các gói (lần đầu mất khoảng một phút)")
    done = quietly(
        [
            *(str(PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--prefer-binary"),
            *("--disable-pip-version-check", "-c", "constraints.txt", "-r", FILES[kind]),
        ]
    )
    if done.returncode:
        raise failure("pip install", done.stdout)


def compile_catalogues() -> None:
    """Compile each .po of locale/ whose .mo is missing or older."""
    stale = [
        source
        for source in sorted((ROOT / "locale").glob("**/LC_MESSAGES/*.po"))
        if not (made := source.with_suffix(".mo")).exists()
        or made.stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        say("Biên dịch các bản dịch")
        done = quietly([str(PYTHON), "scripts/compile_catalogues.py", *map(str, stale)])
        if done.returncode:
            raise failure("compile_catalogues", done.stdout)


# -- Small helpers ------------------------------------------------------------


def say(text: str) -> None:
    """One line a step."""
    print(f"· {text}", flush=True)


def step(name: str) -> None:
    """The heading of a check."""
    print(f"── {name}", flush=True)


def call(program: str, *arguments: str) -> int:
    """Run a program of .venv in the foreground; answers its exit code."""
    return subprocess.run([VENV / "bin" / program, *arguments], check=False).returncode


def quietly(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command, keeping what it says for the case that it fails."""
    return subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def failure(what: str, output: str) -> Refused:
    """The sentence for a step that failed: a full disk by name, else its own last lines."""
    for text, number in (("No space left", errno.ENOSPC), ("Read-only file", errno.EROFS)):
        if text in output:
            return Refused(cannot_write(ROOT, OSError(number, "")))
    ending = "\n".join(output.strip().splitlines()[-12:])
    return Refused(f"{what} không xong. / {what} failed.\n{ending}")


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return name.strip().lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    main()
