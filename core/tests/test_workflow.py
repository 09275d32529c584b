"""The engine: one door for every status, and every table of the portal is sound."""

import re
import threading
from collections import deque

import pytest
from django.conf import settings as real_settings
from django.db import IntegrityError, close_old_connections, connection, models
from django.template.loader import get_template

from accounts.permissions import RULES
from core.models import Event, OutboxMessage
from core.words import Refused
from core.workflow import Blocked, Step, Workflow
from projects.models import Venture
from projects.workflow import VENTURES
from reports.docs import all_workflows

S = Venture.Status


def blocked_when_untitled(venture):
    return "" if venture.title else "Chưa có tên."


def write_note(venture, event):
    venture.decision_note = event.note


def fail(venture, event):
    venture.title = "Đổi"
    Venture.objects.filter(pk=venture.pk).update(summary="Đổi")
    raise Blocked("Không làm được.")


def addresses(venture):
    return ["an@example.vn", "bao@example.vn", "an@example.vn"]


LIFE = Workflow(
    Venture,
    Step("look", "Xem", (S.SUBMITTED,), S.SCREENING, "venture.screen", blocked_when_untitled),
    Step(
        "close", "Đóng", (S.SUBMITTED,), S.ACCEPTED, "venture.screen", None, write_note, asks="note"
    ),
    Step("break", "Hỏng", (S.SUBMITTED,), S.ACCEPTED, "venture.screen", None, fail),
    Step("tell", "Báo", (S.SUBMITTED,), S.ACCEPTED, "venture.screen", tell=addresses),
)


@pytest.fixture
def venture(an, now):
    return Venture.objects.create(
        owner=an,
        title="Tủ sấy",
        status=S.SUBMITTED,
        year=2026,
        number=7,
        received_at=now,
        received_on=now.date(),
        promised_on=now.date(),
    )


@pytest.fixture
def letter(settings, tmp_path):
    """The letter that the step `tell` sends."""
    (tmp_path / "emails").mkdir()
    text = "Tin về {{ subject.title }}\n\nĐã xong.\n"
    (tmp_path / "emails" / "venture.tell.txt").write_text(text, encoding="utf-8")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]


def refuses(venture, step, by, now, **more):
    """The sentence; and nothing has changed."""
    before = models.QuerySet(Venture).values().get(pk=venture.pk)
    with pytest.raises(Blocked) as refusal:
        LIFE.advance(venture, step, by=by, at=now, **more)
    assert models.QuerySet(Venture).values().get(pk=venture.pk) == before
    assert (Event.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    return str(refusal.value)


# -- The engine ---------------------------------------------------------------


def test_a_step_moves_the_status_and_writes_the_journal(venture, binh, an, now):
    event = LIFE.advance(venture, "close", by=binh, at=now, note=" Được. ", data={"x": 1})
    venture.refresh_from_db()
    assert (venture.status, venture.decision_note) == (S.ACCEPTED, "Được.")
    assert list(Event.objects.about(venture)) == [event]
    told = (event.kind, event.actor, event.source, event.target, event.note, event.data, event.at)
    assert told == ("venture.close", binh, "submitted", "accepted", "Được.", {"x": 1}, now)
    assert event.is_sample is False


def test_an_unknown_step(venture, binh, now):
    assert "không làm được việc này" in refuses(venture, "fly", binh, now)


def test_a_step_from_another_status_names_the_status(venture, binh, now):
    LIFE.advance(venture, "look", by=binh, at=now)
    with pytest.raises(Blocked, match="“Đang xem”"):
        LIFE.advance(venture, "look", by=binh, at=now)
    assert Event.objects.count() == 1


def test_who_may_not(venture, an, lan, now):
    sentence = "Chỉ cán bộ phụ trách (không phải hồ sơ của mình) mới làm được việc này."
    assert refuses(venture, "look", an, now) == sentence
    assert refuses(venture, "look", lan, now) == sentence


def test_nobody_acts_on_their_own_record(venture, binh, now):
    Venture.objects.update(owner=binh)
    assert "không phải hồ sơ của mình" in refuses(venture, "look", binh, now)


def test_a_guard_refuses_with_its_sentence(venture, binh, now):
    Venture.objects.update(title="")
    assert refuses(venture, "look", binh, now) == "Chưa có tên."


@pytest.mark.parametrize("note", ["", "  \n "])
def test_a_note_that_is_asked_for(venture, binh, now, note):
    assert "Ghi một câu lý do" in refuses(venture, "close", binh, now, note=note)


def test_an_effect_that_refuses_leaves_nothing(venture, binh, now):
    assert refuses(venture, "break", binh, now) == "Không làm được."


def test_a_stale_copy_does_not_overwrite(venture, binh, now):
    """What somebody else saved meanwhile stays: the row is read afresh under its lock."""
    stale = Venture.objects.get(pk=venture.pk)
    Venture.objects.update(summary="Của người khác")
    LIFE.advance(stale, "look", by=binh, at=now)
    venture.refresh_from_db()
    assert (venture.summary, venture.status) == ("Của người khác", S.SCREENING)


def test_a_stale_status_does_not_decide(venture, binh, now):
    stale = Venture.objects.get(pk=venture.pk)
    LIFE.advance(venture, "look", by=binh, at=now)
    with pytest.raises(Blocked):
        LIFE.advance(stale, "close", by=binh, at=now, note="Muộn")
    assert Venture.objects.get().status == S.SCREENING


def test_each_address_gets_one_letter(venture, binh, now, letter, mailoutbox):
    with_letters = LIFE.advance(venture, "tell", by=binh, at=now)
    letters = OutboxMessage.objects.filter(event=with_letters).order_by("to")
    assert [(m.to, m.subject, m.body) for m in letters] == [
        ("an@example.vn", "Tin về Tủ sấy", "Đã xong."),
        ("bao@example.vn", "Tin về Tủ sấy", "Đã xong."),
    ]


def test_letters_leave_after_the_commit(
    venture, binh, now, letter, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        LIFE.advance(venture, "tell", by=binh, at=now)
        assert mailoutbox == []
    assert sorted(m.to[0] for m in mailoutbox) == ["an@example.vn", "bao@example.vn"]


def test_events_about_samples_are_samples(venture, binh, now):
    Venture.objects.update(is_sample=True)
    assert LIFE.advance(venture, "look", by=binh, at=now).is_sample is True


def test_buttons_are_the_steps_that_would_work(venture, binh, an, lan):
    assert [s.name for s in LIFE.open_steps(venture, binh)] == ["look", "close", "break", "tell"]
    assert LIFE.open_steps(venture, an) == LIFE.open_steps(venture, lan) == []
    venture.title = ""
    assert [s.name for s in LIFE.open_steps(venture, binh)] == ["close", "break", "tell"]


def test_the_diagram_has_an_edge_for_each_source():
    two = Step("two", "Gộp", (S.DRAFT, S.RETURNED), S.SUBMITTED, "venture.edit")
    assert Workflow(Venture, two).diagram().splitlines() == [
        "stateDiagram-v2",
        "    draft --> submitted: Gộp",
        "    returned --> submitted: Gộp",
    ]


# -- The portal's own tables --------------------------------------------------

TABLES = all_workflows()
EDGES = [(w, step) for w in TABLES for step in w.rows]
# Statuses that no row leads to, and why.
NOT_REACHED = {
    # A founding has no form to mend it in: a wrong one is retracted and recorded anew.
    ("clubfounding", "returned"),
    # A recognition is recorded and verified in one act: the release of the screening's answer.
    ("recognition", "recorded"),
    ("recognition", "returned"),
}
BORN_AS = {"recognition": "verified"}


def ids(pair):
    return f"{pair[0].name}.{pair[1].name}" if isinstance(pair, tuple) else pair.name


@pytest.mark.parametrize("pair", EDGES, ids=ids)
def test_a_row_names_what_exists(pair):
    workflow, step = pair
    statuses = set(dict(workflow.model._meta.get_field("status").choices))
    assert step.permission in RULES
    assert step.source
    assert {*step.source, step.target} <= statuses
    assert step.kind in {"", "main", "bad"}
    words = str(step.label)
    assert words.strip()
    assert words[0].isupper()
    if step.tell:
        assert get_template(f"emails/{workflow.name}.{step.name}.txt")


@pytest.mark.parametrize("workflow", TABLES, ids=ids)
def test_one_row_a_step_and_status(workflow):
    pairs = [(step.name, source) for source, _target, step in workflow.edges()]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("workflow", TABLES, ids=ids)
def test_every_status_is_reached(workflow):
    field = workflow.model._meta.get_field("status")
    reached = {BORN_AS.get(workflow.name, field.default)}
    waiting = deque(reached)
    while waiting:
        status = waiting.popleft()
        new = {t for s, t, _step in workflow.edges() if s == status} - reached
        reached |= new
        waiting.extend(new)
    excused = {status for name, status in NOT_REACHED if name == workflow.name}
    assert set(dict(field.choices)) - reached == excused


@pytest.mark.parametrize("workflow", TABLES, ids=ids)
def test_the_field_is_not_in_any_form(workflow):
    assert workflow.model._meta.get_field("status").editable is False


# -- One writer ---------------------------------------------------------------

WRITES = re.compile(r"\.status\s*=[^=]|setattr\([^)]*[\"']status[\"']|update\([^)]*\bstatus=")
# Files that may write a status outside the engine, each with its reason.
MAY_WRITE = {
    "core/workflow.py": "the engine",
    "bench/ranking.py": "fills a database of its own with a contest of 2,000 entries",
}
# A new fact's first status, given while it is created, moves nothing.


def test_only_the_engine_moves_a_status():
    root = real_settings.BASE_DIR
    found = set()
    for path in root.glob("*/**/*.py"):
        name = path.relative_to(root).as_posix()
        if name.startswith((".venv", "var/")) or "/tests/" in name or "/migrations/" in name:
            continue
        if WRITES.search(path.read_text(encoding="utf-8")):
            found.add(name)
    assert found == set(MAY_WRITE)


def test_the_search_finds_what_it_looks_for():
    for line in ("venture.status = x", "setattr(a, 'status', x)", "rows.update(a=1, status=x)"):
        assert WRITES.search(line)
    for line in ("venture.status == x", "filter(status=x)", "return obj.status"):
        assert not WRITES.search(line)


# -- At the same time ---------------------------------------------------------

AT_ONCE, ROUNDS = 40, 5


@pytest.mark.threads
@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="40 connections need a server: in-memory SQLite has one. Run with DATABASE_URL.",
)
def test_of_opposite_decisions_exactly_one_wins(an, binh, now):
    """Twenty say yes while twenty say no to the same idea, five times over."""
    assert binh.can("venture.screen", Venture(owner=an))  # roles are read once, here
    for number in range(1, ROUNDS + 1):
        venture = Venture.objects.create(
            owner=an,
            title="Tủ sấy",
            status=S.SCREENING,
            year=2026,
            number=number,
            promised_on=now.date(),
        )
        gate, outcomes = threading.Barrier(AT_ONCE), []

        def decide(step, reason, pk=venture.pk, gate=gate, outcomes=outcomes):
            try:
                mine = Venture.objects.get(pk=pk)
                gate.wait(30)
                told = {**reason, "seen": ""}  # no decision stood when the form was opened
                VENTURES.advance(mine, step, by=binh, at=now, data=told, note=step)
                outcomes.append(step)
            except (Blocked, Refused):
                outcomes.append("refused")
            except Exception as error:  # told to the assertion below
                outcomes.append(repr(error))
                gate.abort()
            finally:
                close_old_connections()
                connection.close()

        both = [("accept", {}), ("decline", {"reason": "unclear"})] * (AT_ONCE // 2)
        threads = [threading.Thread(target=decide, args=decision) for decision in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert outcomes.count("refused") == AT_ONCE - 1
        (won,) = [o for o in outcomes if o != "refused"]
        (event,) = Event.objects.about(venture)
        venture.refresh_from_db()
        assert event.kind == f"venture.{won}"
        assert venture.status == event.target
        assert (venture.decision_note, event.note) == (won, won)
        assert venture.decline_reason == ("unclear" if won == "decline" else "")


@pytest.mark.django_db
def test_a_status_the_row_cannot_have_is_refused_by_the_database(an):
    """The last line of defence is the table itself."""
    with pytest.raises(IntegrityError):
        Venture.objects.create(owner=an, title="a", status=S.DECLINED, year=2026, number=1)
