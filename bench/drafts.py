"""Drafts under load: what an autosave takes beside its own UPDATE; a long queue beside its rows."""

import itertools
import random
import statistics
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bench.data import insert, series
from bench.pages import Page, measured, waiting
from bench.timing import table
from projects import drafts
from projects.forms.idea_steps import ProblemStep
from projects.models import Venture

DRAFTS = 10_000
WAITING = 50_000
WRITERS = 100  # browsers, each with its session
SAVES = 2_000
ROUNDS = 10  # our saves and the bare ones in turns, so that noise hits both
WORDS = "Mùa mưa bà con không phơi được cá cơm, cá hỏng, phải bán rẻ. " * 8


def report() -> None:
    """Print the autosave's percentiles and ratios, then the queue's page."""
    call_command("collectstatic", interactive=False, verbosity=0)
    _fill()
    _autosaves()
    with override_settings(ROOT_URLCONF="bench.urls"):
        official = Client(raise_request_exception=False, SERVER_NAME="localhost")
        official.force_login(User.objects.get(email="secretariat@bench.invalid"))
        pages = (
            Page(f"queue of {WAITING:,}", "/y-tuong/", (True,), rows=waiting),
            Page("  page 40", "/y-tuong/?trang=40", (True,), rows=waiting),
        )
        rows = [measured(page, official, "official") for page in pages]
    table(
        "A long queue; reach: ratio ≤ 2 of the bare limit",
        ("page", "who", "statements", "ms", "CPU ms", "limit ms", "ratio", "bytes gz"),
        rows,
    )


def _fill() -> None:
    first = User.objects.filter(email__startswith="owner").order_by("pk").first()
    taken = Venture.objects.order_by("-number").values_list("number", flat=True)[0]
    common = {
        "key": "gen_random_uuid()",
        "owner_id": f"{first.pk} + i %% {WRITERS}",
        "title": "'Ý tưởng ' || i",
        "summary": "'Giúp bà con bán được hàng.'",
        "created_at": "now()",
        "saved_at": "now()",
    }
    insert(Venture, series(DRAFTS), **common, status="'draft'", level="'idea'")
    insert(
        Venture,
        series(WAITING),
        **common,
        status="'submitted'",
        level="'idea'",
        year="2027",
        number=f"{taken} + i",
        received_at="now()",
        received_on="current_date",
        promised_on="current_date + i %% 30",
        search_text="'y tuong ' || i",
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE projects_venture")


class Load:
    """Writers at their drafts: every save is another draft's, with its writer's own session."""

    def __init__(self) -> None:
        drafts_of = Venture.objects.filter(status="draft").select_related("owner").order_by("pk")
        chosen = list(drafts_of)
        random.Random(2026).shuffle(chosen)
        self.writers: dict[int, Client] = {}
        for owner in {draft.owner for draft in chosen}:
            self.writers[owner.pk] = Client(SERVER_NAME="localhost")
            self.writers[owner.pk].force_login(owner)
        self.turn = itertools.cycle(chosen)
        self.typed = (f"{WORDS}{number}" for number in itertools.count())

    def autosave(self) -> None:
        """The view, through all middleware, as the script calls it."""
        draft = next(self.turn)
        told = {
            "version": drafts.version(draft, ProblemStep.columns()),
            "tab": "bench",
            "problem": draft.problem,
            "solution": next(self.typed),
        }
        url = reverse("projects:draft", args=[draft.key, "van-de"])
        client = self.writers[draft.owner_id]
        answer = client.post(url, told, headers={"x-autosave": "1"})
        if answer.status_code != 200:
            raise RuntimeError(f"autosave answers {answer.status_code}")
        draft.solution = told["solution"]

    def bare(self) -> None:
        """One row by its key, the same columns."""
        draft = next(self.turn)
        draft.solution = next(self.typed)
        rows = Venture.objects.filter(pk=draft.pk)
        rows.update(solution=draft.solution, saved_at=timezone.now())

    def page(self) -> None:
        """What any small page of a signed-in person costs: session, account, roles, template."""
        self.writers[next(self.turn).owner_id].get("/tai-khoan/xac-thuc-hai-lop/")


def _autosaves() -> None:
    load = Load()
    works = {"autosave": load.autosave, "bare UPDATE": load.bare, "a small page": load.page}
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        _times(work, 20)
    for _round in range(ROUNDS):
        for name, work in works.items():
            taken[name] += _times(work, SAVES // ROUNDS)
    limit = _p95(taken["bare UPDATE"])
    rows = [
        (name, _ms(statistics.median(times)), _ms(_p95(times)), f"{_p95(times) / limit:.1f}")
        for name, times in taken.items()
    ]
    table(
        f"{SAVES:,} autosaves over {DRAFTS:,} drafts, {WRITERS} sessions, one after the other",
        ("what", "median ms", "p95 ms", "p95 / bare p95"),
        rows,
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}"


def _times(work: Callable[[], None], count: int) -> list[float]:
    times = []
    for _one in range(count):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
