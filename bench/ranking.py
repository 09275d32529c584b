"""A round's ranking beside the best single statement over the sheets' kept totals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Agency, User
from bench.data import insert, series
from bench.timing import in_turns, once, ratio, table
from contests import insight, ranking, rules
from contests.models import Board, Contest, Criterion, Entry, Judge, Round, Score, ScoreSheet

ENTRIES, JUDGES, CRITERIA = 2_000, 15, 8
RUNS = 15
REACH, LIMIT = 1.4, 3.0

# What counts: handed in, by no trainee, checked where typed from paper, not by one recused.
COUNTS = """
    s.round_id = {round} AND s.status IN ('done') AND NOT j.is_shadow
    AND (s.entered_by_id IS NULL OR s.checked_by_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM contests_conflict c
                    WHERE c.judge_id = s.judge_id AND c.entry_id = s.entry_id)
"""
SHEETS = f"""FROM contests_scoresheet s JOIN contests_judge j ON j.id = s.judge_id WHERE {COUNTS}"""
RANKED = """
SELECT e.id, e.board_id, t.score, t.n,
    CASE WHEN t.score IS NOT NULL THEN
        rank() OVER (PARTITION BY e.board_id ORDER BY t.score DESC NULLS LAST{more}) END
FROM contests_entry e LEFT JOIN ({scored}) t ON t.entry_id = e.id
WHERE e.contest_id = {contest} AND e.status IN ('complete')
ORDER BY e.board_id, 5, e.id
"""
MEAN = f"SELECT s.entry_id, avg(s.total) AS score, count(*) AS n {SHEETS} GROUP BY 1"
TRIMMED = f"""
SELECT s.entry_id, count(*) AS n, CASE WHEN count(*) > 2
    THEN (sum(s.total) - min(s.total) - max(s.total)) / (count(*) - 2) ELSE avg(s.total) END AS score
{SHEETS} GROUP BY 1
"""
MEDIAN = f"""
SELECT entry_id, avg(total) AS score, min(n) AS n FROM (
    SELECT s.entry_id, s.total, count(*) OVER w AS n,
        row_number() OVER (PARTITION BY s.entry_id ORDER BY s.total, s.id) AS i
    {SHEETS} WINDOW w AS (PARTITION BY s.entry_id)
) x WHERE i IN ((n + 1) / 2, n / 2 + 1) GROUP BY 1
"""
CORRECTED = f"""
WITH sheet AS (
    SELECT s.entry_id, s.judge_id, s.total, sum(s.total) OVER w AS whole, count(*) OVER w AS n
    {SHEETS} WINDOW w AS (PARTITION BY s.entry_id)
), lean AS (
    SELECT judge_id, avg((n * total - whole) / (n - 1)) AS off FROM sheet WHERE n > 1 GROUP BY 1
)
SELECT entry_id, avg(total - coalesce(off, 0)) AS score, count(*) AS n
FROM sheet LEFT JOIN lean USING (judge_id) GROUP BY 1
"""
# Ties by two criteria: their means, only for entries that share their score on their board.
BROKEN = """
WITH scored AS ({mean}), tied AS (
    SELECT t.*, e.board_id, count(*) OVER (PARTITION BY e.board_id, t.score) > 1 AS is_tied
    FROM scored t JOIN contests_entry e ON e.id = t.entry_id
)
SELECT t.entry_id, t.score, t.n, b.one, b.two FROM tied t LEFT JOIN (
    SELECT s.entry_id, avg(p.points) FILTER (WHERE p.criterion_id = {first}) AS one,
        avg(p.points) FILTER (WHERE p.criterion_id = {second}) AS two
    FROM contests_score p JOIN contests_scoresheet s ON s.id = p.sheet_id
    JOIN contests_judge j ON j.id = s.judge_id
    JOIN tied ON tied.entry_id = s.entry_id AND tied.is_tied
    WHERE p.criterion_id IN ({first}, {second}) AND {counts} GROUP BY 1
) b ON b.entry_id = t.entry_id
"""


def report() -> None:
    """Rank 2,000 entries by each way in turns with its statement; print both."""
    taken, found = once(_fill)
    contest = found.contest
    print(f"\nranking: {ENTRIES:,} × {JUDGES} × {CRITERIA} scores in {taken:.1f} s")
    one, two = (c.pk for c in found.criterion_list[:2])
    counts = COUNTS.format(round=found.pk)
    rows = [
        _measured("mean, ties together", found, "mean", MEAN),
        _measured("trimmed", found, "trimmed", TRIMMED),
        _measured("median", found, "median", MEDIAN),
    ]
    broken = BROKEN.format(mean=MEAN.format(round=found.pk), first=one, second=two, counts=counts)
    codes = [c.code for c in found.criterion_list[:2]]
    rows.append(_measured("mean, ties by two criteria", found, "mean", broken, breaks=codes))
    rows.append(_corrected(found))
    fresh = Round.objects.get(pk=found.pk)
    taken, lines = once(lambda: ranking.places(fresh, stored=False))
    same = [(x.entry_id, x.rank) for x in lines] == [
        (x.entry_id, x.rank) for x in ranking.places(fresh)
    ]
    table(
        f"Ranking of {ENTRIES:,} entries, {contest.title}; reach: ratio ≤ {REACH:g}, "
        f"never above {LIMIT:g}",
        ("way", "ms", "best SQL ms", "ratio", "same order"),
        rows,
    )
    print(f"all scores again, as the lock does: {taken * 1000:.0f} ms, same order: {same}")
    taken, shifts = once(lambda: insight.shifts(fresh, ranking.places(fresh)))
    print(f"firmness of the cut: {taken * 1000:.0f} ms, {len(shifts)} changes")


def _measured(
    name: str, found: Round, kind: str, scored: str, breaks: list[str] | None = None
) -> tuple[str, ...]:
    Round.objects.filter(pk=found.pk).update(aggregate=kind, tie_breaks=breaks or [])
    more = ", t.one DESC NULLS LAST, t.two DESC NULLS LAST" if breaks else ""
    statement = RANKED.format(
        scored=scored.format(round=found.pk) if not breaks else scored,
        contest=found.contest_id,
        more=more,
    )

    def ours() -> list[ranking.Line]:
        return ranking.places(Round.objects.select_related("contest").get(pk=found.pk))

    theirs = ask(statement)
    same = {x.entry_id: x.rank for x in ours()} == {row[0]: row[4] for row in theirs}
    return _row(name, ours, lambda: ask(statement), same)


def _corrected(found: Round) -> tuple[str, ...]:
    Round.objects.filter(pk=found.pk).update(aggregate="mean", tie_breaks=[])
    statement = RANKED.format(
        scored=CORRECTED.format(round=found.pk), contest=found.contest_id, more=""
    )

    def ours() -> dict[int, ranking.Line]:
        fresh = Round.objects.select_related("contest").get(pk=found.pk)
        return insight.fair(fresh)

    # The statement's own divisions are rounded: nearly equal scores may change places in it.
    theirs = {row[0]: row[2] for row in ask(statement)}
    same = all(
        abs(kept - theirs[pk]) < 0.0001
        for pk, line in ours().items()
        if (kept := line.kept) is not None
    )
    return _row("severity-corrected", ours, lambda: ask(statement), same)


def _row(
    name: str, ours: Callable[[], Any], best: Callable[[], Any], same: object
) -> tuple[str, ...]:
    portal, limit = in_turns([ours, best], RUNS)
    return (name, portal.ms, limit.ms, ratio(portal, limit, REACH), "yes" if same else "MISMATCH")


def ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _fill() -> Round:
    """A round that is being judged, every sheet handed in, points in halves, some ties."""
    by = User.objects.order_by("pk").first()
    agency = Agency.objects.order_by("pk").first()
    contest = Contest.objects.create(
        slug="bench", title="Bench", organiser=agency, created_by=by, status="announced",
        opens_at=timezone.now(), closes_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    rules.write(contest, {**rules.template(), "opens_at": contest.opens_at.isoformat(),
                          "closes_at": contest.closes_at.isoformat()})  # fmt: skip
    found = contest.rounds.get(code="so-khao")
    Criterion.objects.filter(contest=contest).delete()
    for order, weight in enumerate((25, 20, 15, 10, 10, 10, 5, 5)[:CRITERIA]):
        criterion = Criterion.objects.create(
            contest=contest, code=f"c{order}", name=f"C{order}", weight=weight, order=order
        )
        criterion.rounds.add(found)
    Round.objects.filter(pk=found.pk).update(status="judging")
    boards = list(Board.objects.filter(contest=contest).order_by("pk").values_list("pk", flat=True))
    first = User.objects.filter(email__startswith="owner").order_by("pk").first().pk
    insert(
        Judge, series(JUDGES), contest_id=str(contest.pk), name="'GK ' || i",
        email="'gk' || i || '@bench.invalid'", user_id=f"{first} + i", status="'accepted'",
        answered_at="now()", invited_at="now()", invited_by_id=str(by.pk), token="'bench' || i",  # noqa: S106
    )  # fmt: skip
    insert(
        Entry, series(ENTRIES), key="gen_random_uuid()", contest_id=str(contest.pk),
        board_id=f"(ARRAY[{boards[0]}, {boards[1]}])[1 + i %% 2]", owner_id=f"{first} + 100 + i",
        status="'complete'", title="'Bài ' || i", year="2026", number="i", received_at="now()",
        created_at="now()", saved_at="now()",
    )  # fmt: skip
    insert(
        ScoreSheet,
        f"contests_entry e, contests_judge j WHERE e.contest_id = {contest.pk} "
        f"AND j.contest_id = {contest.pk}",
        round_id=str(found.pk), entry_id="e.id", judge_id="j.id", status="'done'", total="0",
    )  # fmt: skip
    insert(
        Score,
        "contests_scoresheet s, contests_criterion c WHERE s.round_id = "
        f"{found.pk} AND c.contest_id = {contest.pk}",
        sheet_id="s.id", criterion_id="c.id", saved_at="now()",
        points="least(10, greatest(0, round((random() * 4 + s.entry_id %% 11 * 0.5 + 1) * 2) / 2))",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE contests_scoresheet s SET total = t.total, has_zero = t.zero FROM (
                SELECT p.sheet_id, round(100 * sum(c.weight * p.points / c.most) / sum(c.weight), 6)
                    AS total, bool_or(p.points = 0) AS zero
                FROM contests_score p JOIN contests_criterion c ON c.id = p.criterion_id GROUP BY 1
            ) t WHERE t.sheet_id = s.id AND s.round_id = %s""",
            [found.pk],
        )
        for name in ("entry", "judge", "scoresheet", "score", "conflict", "criterion"):
            cursor.execute(f"VACUUM ANALYZE contests_{name}")
    return Round.objects.select_related("contest").get(pk=found.pk)
