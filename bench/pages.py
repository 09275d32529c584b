"""Every page by its statements, CPU and weight; lists also beside their own bare limit."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    override_settings,
    setup_test_environment,
    teardown_test_environment,
)
from django.utils import timezone

from accounts.models import User
from bench.bare import LIMITS
from bench.data import RARE
from bench.timing import in_turns, once, ratio, table
from programme.models import Activity
from projects.models import Venture

REACH = 2.0
RUNS = 11
SLOW = 0.5  # seconds; a page slower than this is measured fewer times
HOPELESS = 3.0  # seconds; a page slower than this is measured once


@dataclass(frozen=True)
class Page:
    """An address; for a list also the bare query of 25 of its rows."""

    name: str
    url: str
    signed_in: tuple[bool, ...] = (False, True)
    rows: Callable[[], QuerySet] | None = None


def newest() -> QuerySet:
    return Venture.objects.filter(level="project").select_related("unit").order_by("-pk")


def waiting() -> QuerySet:
    return Venture.objects.filter(status="submitted").order_by("status", "promised_on", "pk")


def activities() -> QuerySet:
    return Activity.objects.order_by("-happened_on", "-kind")


def pages() -> list[Page]:
    public = Venture.objects.public(timezone.localdate()).filter(level="project")
    code = public.order_by("-pk")[0].code
    return [
        Page("home", "/"),
        Page("progress", "/tien-do/"),
        Page("projects", "/du-an/", rows=newest),
        Page("projects, page 40", "/du-an/?trang=40", rows=newest),
        Page("projects, usual words", "/du-an/?q=mat+ong", rows=newest),
        Page("projects, rare word", f"/du-an/?q={RARE.replace(' ', '+')}", rows=newest),
        Page("projects, no such word", "/du-an/?q=xyzxyz", rows=newest),
        Page("a project", f"/du-an/{code}/"),
        Page("enterprises", "/doanh-nghiep/", rows=newest),
        Page("queue", "/y-tuong/", (True,), rows=waiting),
        Page("facts to verify", "/xac-nhan/", (True,)),
        Page("my work", "/viec-cua-toi/", (True,)),
        Page("dashboard", "/dieu-hanh/", (True,)),
        Page("reports", "/bao-cao/"),
        Page("a report", "/bao-cao/2026/quy-3/", (True,)),
        Page("programme", "/chuong-trinh/"),
        Page("activities", "/hoat-dong/", rows=activities),
        Page("search, usual words", "/tim-kiem/?q=mat+ong", rows=newest),
        Page("search, rare word", f"/tim-kiem/?q={RARE.replace(' ', '+')}", rows=newest),
        Page("search, one group", "/tim-kiem/?q=mat+ong&nhom=du-an", rows=newest),
        Page("search, a code", f"/tim-kiem/?q={code}", rows=newest),
    ]


def report() -> None:
    """Print the pages as anybody and as an official sees them, then the first visit's weight."""
    call_command("collectstatic", interactive=False, verbosity=0)
    try:
        with override_settings(ROOT_URLCONF="bench.urls"):
            _told()
    except ImportError as error:
        print(f"\nPages: the addresses cannot be loaded: {error}")


def _told() -> None:
    # A page that fails is told as such; the others are still measured.
    anybody, official = (
        Client(raise_request_exception=False, SERVER_NAME="localhost") for _visitor in range(2)
    )
    official.force_login(User.objects.get(email="secretariat@bench.invalid"))
    rows = [
        measured(page, official if signed_in else anybody, "official" if signed_in else "anybody")
        for page in pages()
        for signed_in in page.signed_in
    ]
    table(
        f"Pages; reach for lists and search: ratio ≤ {REACH:g} of the bare limit",
        ("page", "who", "statements", "ms", "CPU ms", "limit ms", "ratio", "bytes gz"),
        rows,
    )
    _first_visit(anybody)


def measured(page: Page, client: Client, who: str) -> tuple[object, ...]:
    cache.clear()
    statements, (seconds, first) = _counted(lambda: once(lambda: client.get(page.url)))
    print(".", end="", flush=True)
    if first.status_code != 200:
        word = "missing" if first.status_code == 404 else f"answers {first.status_code}"
        return (page.name, who, word, *("",) * 5)
    if seconds > HOPELESS:
        return (page.name, who, statements, f"{seconds * 1000:.0f}", "", "", "!", "")
    statements, again = _counted(lambda: client.get(page.url))
    works = [lambda: client.get(page.url)]
    if page.rows:
        limit = _limit(page, client)
        works.append(lambda: client.get(limit))
    trial = in_turns(works, 1)[0]
    taken = in_turns(works, 3 if trial.wall > SLOW else RUNS)
    beside = (taken[1].ms, ratio(taken[0], taken[1], REACH)) if page.rows else ("", "")
    weight = len(gzip.compress(again.content))
    return (page.name, who, statements, taken[0].ms, taken[0].cpu_ms, *beside, f"{weight:,}")


def _counted(work: Callable[[], Any]) -> tuple[int, Any]:
    """How many statements ``work`` sends, and what it answers."""
    with CaptureQueriesContext(connection) as asked:
        answer = work()
    return len(asked), answer  # at once: the next request empties the list


def _limit(page: Page, client: Client) -> str:
    """The address of the same template over one bare query."""
    setup_test_environment()  # only then do responses carry their context
    try:
        return LIMITS.add(client.get(page.url), page.rows())
    finally:
        teardown_test_environment()


def _first_visit(client: Client) -> None:
    """What a browser loads for the front page: HTML, styles, scripts."""
    html = client.get("/").content
    found = re.findall(r'(?:href|src)="([^"]+\.(?:css|js)(?:\?[^"]*)?)"', html.decode())
    weights = [("/", len(gzip.compress(html)))]
    for url in dict.fromkeys(found):
        path = urlsplit(url).path.removeprefix(settings.STATIC_URL)
        weights.append((path, len(gzip.compress((settings.STATIC_ROOT / path).read_bytes()))))
    weights.append((f"all, {len(weights)} requests", sum(size for _name, size in weights)))
    table(
        "First visit of the front page; reach: ≤ 51,200 bytes in ≤ 6 requests",
        ("part", "bytes gz"),
        [(name, f"{size:,}") for name, size in weights],
    )
