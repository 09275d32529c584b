"""Many hands at once: one number, one journal line, one letter, one decision."""

import threading
import time
from datetime import date
from itertools import pairwise

import pytest
from django.db import OperationalError, connection, connections

from accounts.models import Consent, User
from conftest import person
from core.models import Counter, Event, OutboxMessage
from core.words import Refused
from projects import assignment, drafts, opinions
from projects.models import Venture
from projects.workflow import VENTURES

pytestmark = pytest.mark.threads
S = Venture.Status
ROUNDS = 5
needs_rows_that_lock = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the in-memory SQLite of the tests has one connection"
)
GOOD = {
    "title": "Tủ sấy",
    "field": "food",
    "summary": "Sấy cá.",
    "problem": "Cá hỏng.",
    "solution": "Tủ sấy.",
    "contact_name": "Nguyễn Thị An",
    "contact_birth_date": date(1985, 5, 5),
}


def together(count, work):
    """Run ``work(i)`` in ``count`` threads that start at the same moment; what each returned."""
    gate, results = threading.Barrier(count), [None] * count

    def run(i):
        gate.wait(30)
        try:
            results[i] = work(i)
        except (Refused, OperationalError) as refusal:
            results[i] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def waiting(an, number, status=S.SCREENING):
    return Venture.objects.create(
        owner=an, status=status, year=2026, number=number, promised_on=date(2026, 12, 4), **GOOD
    )


@needs_rows_that_lock
@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
def test_two_decide_and_one_releases_and_one_letter_goes(an, binh, chi, em, now, number):
    """Bình says yes, Chi no, Em releases, each many times at once: the founder hears one answer,
    the one that the row holds, and the journal tells every change on the way to it."""
    venture = waiting(an, number)
    people = {"accept": binh, "decline": chi, "release": em}
    for official in people.values():
        assert official.can("venture.screen", venture)  # roles are read once, before the race

    def press(i):
        step = ("accept", "decline", "release")[i % 3]
        mine, data = Venture.objects.get(pk=venture.pk), {"reason": "not_new"}
        told = data if step == "decline" else {}
        VENTURES.advance(mine, step, by=people[step], at=now, data=told)
        return step

    together(36, press)
    venture.refresh_from_db()
    events = list(Event.objects.about(venture).order_by("pk"))
    for before, after in pairwise(events):
        assert before.target == after.source
    assert events[-1].target == venture.status
    released = [event for event in events if event.kind == "venture.release"]
    assert len(released) == OutboxMessage.objects.count() == venture.answers.count() <= 1
    assert venture.recognitions.count() == (venture.status == S.ACCEPTED)
    if not released:  # every release came before the first decision
        VENTURES.advance(venture, "release", by=em, at=now)
        assert OutboxMessage.objects.count() == 1


@needs_rows_that_lock
@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
def test_of_forty_decisions_that_saw_none_one_stands(an, binh, chi, now, number):
    """Two forms that were opened before any decision: the second is told to read again."""
    venture = waiting(an, number)
    for official in (binh, chi):
        assert official.can("venture.screen", venture)
    words = {"accept": binh, "decline": chi}

    def decide(i):
        step = ("accept", "decline")[i % 2]
        told = {"reason": "not_new", "seen": ""}
        mine = Venture.objects.get(pk=venture.pk)
        VENTURES.advance(mine, step, by=words[step], at=now, data=told)
        return step

    results = together(40, decide)
    (won,) = [r for r in results if isinstance(r, str)]
    (event,) = Event.objects.about(venture)
    venture.refresh_from_db()
    assert (event.kind, venture.status) == (f"venture.{won}", event.target)
    assert venture.screener == words[won]


@needs_rows_that_lock
def test_twenty_runs_tell_the_head_once(an, binh, standing_agency, now):
    head = person("Phong", "phong@example.vn", "head", agency=standing_agency)
    for number in range(1, 6):
        late = waiting(an, number)
        Venture.objects.filter(pk=late.pk).update(promised_on=date(2026, 11, 2), screener=binh)
    told = together(20, lambda i: assignment.escalate(now))
    assert sum(told) == 5
    assert list(OutboxMessage.objects.values_list("to", flat=True)) == [head.email] * 5


@needs_rows_that_lock
def test_twenty_presses_claim_once_and_ask_once(an, binh, chi, now):
    venture = waiting(an, 1, S.SUBMITTED)
    for official in (binh, chi):
        assert official.can("venture.claim", venture)

    def claim(i):
        VENTURES.advance(
            Venture.objects.get(pk=venture.pk), "screen", by=(binh, chi)[i % 2], at=now
        )
        return "claimed"

    def ask(i):
        return opinions.ask(venture, by=binh, of=chi, question="Sao?", at=now).pk

    assert [r for r in together(20, claim) if isinstance(r, str)] == ["claimed"]
    assert len([r for r in together(20, ask) if isinstance(r, int)]) == 1
    assert OutboxMessage.objects.count() == 1


@needs_rows_that_lock
@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
def test_of_forty_releases_and_recalls_one_wins(an, binh, now, number):
    venture = waiting(an, number, S.ACCEPTING)
    assert binh.can("venture.release", venture)

    def press(i):
        step = ("release", "recall")[i % 2]
        VENTURES.advance(Venture.objects.get(pk=venture.pk), step, by=binh, at=now)
        return step

    results = together(40, press)
    (won,) = [r for r in results if isinstance(r, str)]
    assert Event.objects.about(venture).count() == 1
    letters = OutboxMessage.objects.filter(event__kind="venture.release").count()
    recognitions = venture.recognitions.count()
    assert (letters, recognitions) == ((1, 1) if won == "release" else (0, 0))


def draft_of(owner):
    return Venture.objects.create(owner=owner, **GOOD)


@needs_rows_that_lock
def test_twenty_presses_send_one_idea(an, now):
    draft = draft_of(None)
    results = together(
        20,
        lambda i: (
            drafts.send(Venture.objects.get(pk=draft.pk), by=an, purposes=["process"], at=now).code
        ),
    )
    assert results == ["YT-2026-0001"] * 20
    assert Counter.objects.get(name="venture-2026").value == 1
    assert Event.objects.filter(kind="venture.submit").count() == 1
    assert OutboxMessage.objects.count() == 1
    assert Consent.objects.count() == 1
    assert User.objects.get(pk=an.pk).full_name == "Nguyễn Thị An"


@needs_rows_that_lock
def test_twenty_ideas_get_twenty_numbers_without_a_gap(an, now):
    ventures = [draft_of(an) for _ in range(20)]
    together(20, lambda i: drafts.send(ventures[i], by=an, purposes=["process"], at=now))
    numbers = Venture.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 21))


@needs_rows_that_lock
def test_twenty_first_presses_begin_one_draft(an, now):
    key = "6f1f4a52-6c1c-4d0e-9a38-0d9f1c6b7a10"
    results = together(20, lambda i: drafts.begin(key, an, now).pk)
    assert len(set(results)) == 1
    assert Venture.objects.count() == 1


@needs_rows_that_lock
def test_of_twenty_pages_that_save_one_is_kept_and_the_others_told(an, now):
    draft = Venture.objects.create(owner=an, **GOOD | {"title": "Cũ"})
    names = ["title"]
    seen = drafts.version(draft, names)

    def save(i):
        return drafts.save(draft, {"title": f"Tên {i}"}, names=names, seen={seen}, at=now).title

    results = together(20, save)
    (kept,) = [r for r in results if isinstance(r, str)]
    assert sum(isinstance(r, drafts.Conflict) for r in results) == 19
    draft.refresh_from_db()
    assert draft.title == kept


@needs_rows_that_lock
def test_a_draft_has_one_new_owner(an, lan, now):
    draft = draft_of(None)
    owners = together(20, lambda i: drafts.adopt(draft, (an, lan)[i % 2]).owner_id)
    assert len(set(owners)) == 1


@pytest.mark.skipif(connection.vendor == "postgresql", reason="threads tell more there")
def test_presses_one_after_the_other_send_one_idea(an, now):
    """What SQLite can tell: presses queue up, and the later ones find the idea sent."""
    draft, began = draft_of(an), time.monotonic()
    codes = {drafts.send(draft, by=an, purposes=["process"], at=now).code for _press in range(20)}
    assert codes == {"YT-2026-0001"}
    assert (Event.objects.count(), OutboxMessage.objects.count()) == (1, 1)
    assert time.monotonic() - began < 30
