"""Two judges and the chair at once: no score is lost, none comes after the lock was asked for."""

import time
from decimal import Decimal

import pytest
from django.db import connection

from conftest import person
from contests import scoring
from contests.models import Declaration, Round, Score, ScoreSheet, Standing
from contests.scoring import Told
from contests.tests.cast import announced, entered, judge, judging, scored
from contests.workflow import ROUNDS
from core.words import Refused
from projects.tests.test_threads import together

pytestmark = [
    pytest.mark.threads,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="rows are locked on PostgreSQL only"
    ),
]


@pytest.fixture
def found(an, em, now):
    contest = announced(em, now - 12 * (now - now.replace(day=19)))
    return judging(contest.rounds.get(code="so-khao"))


def panel(found, em, now, *, count=2, entries=3):
    """Judges with a sheet for each entry, declared."""
    owner = person("Chủ", "chu@example.vn")
    bodies = [entered(found.contest, owner, f"Bài {i}") for i in range(entries)]
    sheets = {}
    for i in range(count):
        one = judge(found.contest, person(f"Giám khảo {i}", f"g{i}@example.vn"), em)
        Declaration.objects.create(judge=one, round=found, text="…", made_at=now)
        for entry in bodies:
            sheets[i, entry.pk] = ScoreSheet.objects.create(round=found, entry=entry, judge=one)
    return sheets


def fresh(sheet):
    return ScoreSheet.objects.select_related("judge__user", "round").get(pk=sheet.pk)


def test_every_touch_of_two_judges_and_two_devices_is_there(found, em, now):
    """Each criterion of six sheets is touched by its own hand, all at the same moment."""
    sheets = list(panel(found, em, now).values())
    criteria = found.criterion_list
    jobs = [(s, c, (i + j) % 10 + 1) for i, s in enumerate(sheets) for j, c in enumerate(criteria)]

    def touch(i):
        sheet, criterion, points = jobs[i]
        mine = fresh(sheet)
        scoring.save(mine, Told({criterion.pk: Decimal(points)}), by=mine.judge.user, at=now)
        return "saved"

    assert together(len(jobs), touch) == ["saved"] * len(jobs)
    kept = {(s.sheet_id, s.criterion_id): s.points for s in Score.objects.all()}
    assert kept == {(s.pk, c.pk): points for s, c, points in jobs}
    for sheet in sheets:
        sheet.refresh_from_db()
        assert (sheet.version, sheet.status) == (len(criteria), "started")
        assert sheet.total is not None


@pytest.mark.parametrize("number", range(4))
def test_no_score_after_the_lock_was_asked_for(found, em, now, number):
    """Saving, handing in and asking for the lock at once: what came through is what is there."""
    sheets = list(panel(found, em, now, count=3).values())
    chair = judge(found.contest, person("Trưởng ban", "truong@example.vn"), em, is_chair=True)
    criteria = found.criterion_list
    assert em.can("round.agree", found)  # roles are read once, before the race
    asked = []

    def act(i):
        if i == 0:
            time.sleep(0.02 * number)
            ROUNDS.advance(
                Round.objects.get(pk=found.pk),
                "ask_lock",
                by=chair.user,
                at=now,
                note="Thiếu phiếu.",
            )
            asked.append(dict(Score.objects.values_list("pk", "points")))
            ROUNDS.advance(Round.objects.get(pk=found.pk), "lock", by=em, at=now)
            return "locked"
        mine = fresh(sheets[i % len(sheets)])
        given = {c.pk: Decimal(i % 10 + 1) for c in criteria}
        scoring.save(mine, Told(given), by=mine.judge.user, at=now)
        scoring.step(mine, "hand_in", by=mine.judge.user, at=now)
        return "handed in"

    results = together(28, act)
    assert results[0] == "locked"
    refused = [r for r in results if isinstance(r, Exception)]
    assert all(isinstance(r, Refused) for r in refused)
    assert dict(Score.objects.values_list("pk", "points")) == asked[0]
    # What was frozen is what the sheets that counted say.
    for standing in Standing.objects.filter(round=found):
        done = ScoreSheet.objects.filter(entry=standing.entry, status="done")
        assert standing.sheets == done.count()
        totals = [sheet.total for sheet in done]
        mean = sum(totals) / len(totals) if totals else None
        assert (standing.score is None) == (mean is None)
        assert mean is None or abs(standing.score - mean) < Decimal("0.00001")
    mine, late = fresh(sheets[0]), Told({criteria[0].pk: Decimal(1)})
    with pytest.raises(Refused, match="đã khóa"):
        scoring.save(mine, late, by=mine.judge.user, at=now)


def test_a_touch_waits_for_the_chair_and_is_refused(found, em, now):
    """The chair's step is under way when the touch comes: it sees the step's outcome."""
    (sheet,) = panel(found, em, now, count=1, entries=1).values()
    other = judge(found.contest, person("Hai", "hai@example.vn"), em)
    body = entered(found.contest, person("Chủ hai", "chu2@example.vn"), "Bài khác")
    scored(found, body, other, 7, now)
    chair = judge(found.contest, person("Trưởng ban", "truong@example.vn"), em, is_chair=True)
    before = Score.objects.count()

    def act(i):
        if i == 0:
            ROUNDS.advance(
                Round.objects.get(pk=found.pk),
                "ask_lock",
                by=chair.user,
                at=now,
                note="Thiếu phiếu.",
            )
            return "asked"
        time.sleep(0.3)
        mine = fresh(sheet)
        Round.objects.filter(pk=found.pk).exists()
        given = {found.criterion_list[0].pk: Decimal(4)}
        scoring.save(mine, Told(given), by=mine.judge.user, at=now)
        return "saved"

    asked, late = together(2, act)
    assert asked == "asked"
    assert isinstance(late, Refused)
    assert Score.objects.count() == before
