"""Which broker and cache the portal talks to. Free of Django: settings ask it.

With ``REDIS_URL``: that server. Without: the embedded Valkey on a unix socket,
started by ``manage.py up``. Where that has no build: Celery's queue in files,
slower, and a task that runs at a power cut waits for the sweeper.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from core import valkey

# Longer than any task may run (CELERY_TASK_TIME_LIMIT), or a running one would be handed out twice.
VISIBILITY_TIMEOUT = 1200  # seconds


def socket_path(var_dir: Path) -> Path:
    """The embedded Valkey's unix socket."""
    return valkey.socket_path(var_dir)


def has_server(redis_url: str) -> bool:
    """Whether there is a Redis or Valkey at all, for the cache's sake."""
    return bool(redis_url) or valkey.binary() is not None


def broker_url(var_dir: Path, redis_url: str) -> str:
    """Celery's broker: ``redis_url``, else the embedded socket, else the file queue."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    if redis_url:
        return redis_url
    if has_server(redis_url):
        return "redis+socket://" + quote(str(socket_path(var_dir)))
    return "filesystem://"


def transport_options(var_dir: Path, redis_url: str) -> dict[str, Any]:
    """Celery's transport options for ``broker_url``.

    Short waits and one try: a page that enqueues must not hang while the broker
    is away. The row is what counts; the sweeper queues it again.
    """
    if has_server(redis_url):
        return {
            "visibility_timeout": VISIBILITY_TIMEOUT,
            "socket_connect_timeout": 1,
            "socket_timeout": 3,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
        }
    folders = file_queue(var_dir)
    return {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "processed_folder": str(folders["processed"]),
        "control_folder": folders["control"],
        "store_processed": False,
    }


def file_queue(var_dir: Path) -> dict[str, Path]:
    """The folders of the file queue; ``manage.py up`` makes them."""
    return {name: var_dir / "queue" / name for name in ("messages", "processed", "control")}


def cache_url(var_dir: Path, redis_url: str) -> str:
    """The shared cache, for django-redis: beside the broker, in a database of its own."""
    return redis_url or f"unix://{quote(str(socket_path(var_dir)))}?db=1"
