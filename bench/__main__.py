"""``python -m bench [part]…``: all parts where none is named."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def place() -> Iterator[None]:
    """A database, a cache and a folder for the bench alone, named by the environment."""
    from bench import servers  # noqa: PLC0415 - settings are read when it is imported

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ducpho-bench-"))
        os.environ["VAR_DIR"] = folder
        os.environ["EMAIL_URL"] = "memorymail://"
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        os.environ["DJANGO_SETTINGS_MODULE"] = "ducpho_portal.settings"
        if os.environ.get("BENCH_USE_DATABASE") != "1":
            os.environ["DATABASE_URL"] = stack.enter_context(servers.postgresql())
        elif not os.environ.get("DATABASE_URL", "").startswith("postgres"):
            raise servers.Missing(
                "BENCH_USE_DATABASE=1 cần DATABASE_URL=postgres://… của một cơ sở dữ liệu trống.\n"
                "BENCH_USE_DATABASE=1 needs DATABASE_URL=postgres://… of an empty database."
            )
        stack.enter_context(servers.cache(Path(folder)))
        yield


def measure(parts: list[str]) -> None:
    """Prepare the database and print the tables that are asked for."""
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from django.db import connections  # noqa: PLC0415

    from bench import (  # noqa: PLC0415 - need the apps
        data,
        drafts,
        figures,
        judging,
        pages,
        papers,
        ranking,
        timing,
        votes,
    )
    from core.periods import Quarter, start_of  # noqa: PLC0415

    quarter = Quarter(2026, 3)
    now = start_of(quarter.next.window.start).replace(month=11, day=20, hour=12)
    taken, _none = timing.once(lambda: call_command("migrate", interactive=False, verbosity=0))
    print(f"migrate: {taken:.1f} s", flush=True)
    call_command("seed_programme", verbosity=0)
    data.refuse_unless_empty()
    taken, facts = timing.once(data.fill)
    print(f"data: {data.PROJECTS:,} projects, {facts:,} facts in {taken:.1f} s", flush=True)
    work = {
        "figures": lambda: figures.report(quarter, now),
        "papers": lambda: papers.report(quarter, now),
        "pages": pages.report,  # after papers: one of the pages shows the report
        "votes": votes.report,
        "judging": judging.report,
        "ranking": ranking.report,
        "drafts": drafts.report,  # last: it makes the queue long
    }
    try:
        for name in parts or work:
            work[name]()
    finally:
        connections.close_all()
        for connection in connections.all(initialized_only=True):
            if hasattr(connection, "close_pool"):
                connection.close_pool()


def main() -> None:
    """Exit with 1 and one sentence where there is no PostgreSQL."""
    from bench.servers import Missing  # noqa: PLC0415

    try:
        with place():
            measure(sys.argv[1:])
    except Missing as missing:
        print(missing, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
