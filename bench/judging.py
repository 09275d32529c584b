"""Judging under load: what keeping a sheet takes beside its bare rows."""

import itertools
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agency, User
from bench.timing import table
from contests import scoring
from contests.models import Board, Contest, Declaration, Entry, Judge, Round, Score, ScoreSheet
from contests.rules import template, write
from contests.scoring import Told

ENTRIES = 200
SAVES = 600
TURNS = 6  # ours and the bare ones in turns, so that noise hits both
REACH = 3
BEING_JUDGED = {"status": Round.Status.JUDGING}  # as if its steps were taken
STARTED = {"status": ScoreSheet.Status.STARTED}


def report() -> None:
    """Print the saving of a whole sheet beside its rows alone, and the judge's list."""
    call_command("collectstatic", interactive=False, verbosity=0)
    load = Load()
    works: dict[str, Callable[[], None]] = {
        "bare rows": load.bare,
        "scoring.save": load.save,
        "the page's touch": load.touch,
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    statements = {name: _statements(work) for name, work in works.items()}
    for _turn in range(TURNS):
        for name, work in works.items():
            taken[name] += [_seconds(work) for _save in range(SAVES // TURNS)]
    limit = statistics.median(taken["bare rows"])
    rows = []
    for name, times in taken.items():
        ratio = statistics.median(times) / limit
        mark = " !" if name == "scoring.save" and ratio > REACH else ""
        p95 = statistics.quantiles(times, n=20)[-1]
        rows.append(
            (name, statements[name], _ms(statistics.median(times)), _ms(p95), f"{ratio:.2f}{mark}")
        )
    table(
        f"{SAVES:,} sheets of {len(load.criteria)} criteria; reach: ratio ≤ {REACH} of the bare rows",
        ("what", "statements", "median ms", "p95 ms", "ratio"),
        rows,
    )
    shown = [(count, _statements(load.only(count))) for count in (50, 1)]
    table("A judge's list; reach: ≤ 9 statements, the same", ("rows", "statements"), shown)


class Load:
    """One judge with a sheet for each of many entries, in a round that is being judged."""

    def __init__(self) -> None:
        owner, user = User.objects.order_by("pk")[:2]
        now = timezone.now()
        self.by = user
        contest = Contest.objects.create(
            slug="bench", title="Bench", created_by=owner, status="announced",
            opens_at=now.replace(year=2020), closes_at=now.replace(year=2021),
            organiser=_agency(),
        )  # fmt: skip
        write(contest, template())
        rounds = Round.objects.filter(contest=contest)
        rounds.update(**BEING_JUDGED)
        self.round = rounds.order_by("order").select_related("contest")[0]
        self.criteria = self.round.criterion_list
        self.judge = Judge.objects.create(
            contest=contest, user=user, name="Bench", email=user.email, invited_by=owner,
            status="accepted", answered_at=now,
        )  # fmt: skip
        Declaration.objects.create(judge=self.judge, round=self.round, text="…", made_at=now)
        board = Board.objects.filter(contest=contest).order_by("order")[0]
        entries = Entry.objects.bulk_create(
            Entry(
                contest=contest, board=board, owner=owner, title=f"Bài {i}", status="complete",
                year=2020, number=i, received_at=now,
            )
            for i in range(1, ENTRIES + 1)
        )  # fmt: skip
        self.sheets = ScoreSheet.objects.bulk_create(
            ScoreSheet(round=self.round, entry=entry, judge=self.judge, **STARTED)
            for entry in entries
        )
        self.turn = itertools.cycle(self.sheets)
        self.points = itertools.cycle(Decimal(i) / 2 for i in range(1, 21))
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user)

    def given(self) -> dict[int, Decimal]:
        return {criterion.pk: next(self.points) for criterion in self.criteria}

    def bare(self) -> None:
        """The rows alone: one INSERT of all points and one UPDATE of the sheet, in a transaction."""
        sheet, now = next(self.turn), timezone.now()
        with transaction.atomic():
            Score.objects.bulk_create(
                [
                    Score(sheet_id=sheet.pk, criterion_id=pk, points=points, saved_at=now)
                    for pk, points in self.given().items()
                ],
                update_conflicts=True,
                unique_fields=["sheet", "criterion"],
                update_fields=["points", "saved_at"],
            )
            ScoreSheet.objects.filter(pk=sheet.pk).update(saved_at=now, version=1)

    def save(self) -> None:
        """As the portal keeps a sheet: locked, checked, merged, added up."""
        sheet = ScoreSheet(pk=next(self.turn).pk, round=self.round)
        scoring.save(sheet, Told(self.given()), by=self.by, at=timezone.now())

    def touch(self) -> None:
        """The same through all middleware, as the script calls it."""
        sheet = next(self.turn)
        told = {f"c{pk}": str(points) for pk, points in self.given().items()}
        answer = self.client.post(f"/cham-thi/phieu/{sheet.pk}/luu/", told)
        if answer.status_code != 200:
            raise RuntimeError(f"saving answers {answer.status_code}")

    def only(self, count: int) -> Callable[[], None]:
        """The judge's round with so many sheets left."""
        shown = [sheet.pk for sheet in self.sheets[:count]]
        ScoreSheet.objects.filter(judge=self.judge).exclude(pk__in=shown).delete()
        return self.list

    def list(self) -> None:
        if self.client.get(f"/cham-thi/bench/{self.round.code}/").status_code != 200:
            raise RuntimeError("the list is not there")


def _agency() -> Agency:
    return Agency.objects.order_by("pk").first() or Agency.objects.create(code="b", name="Bench")


def _statements(work: Callable[[], None]) -> int:
    work()
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}"
