"""The journal: it only grows, and what is changed or taken away shows."""

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from core import journal, tasks
from core.models import Counter, Event


@pytest.fixture
def events(an, now):
    """Five sealed lines."""
    for number in range(5):
        add(an, now, note=f"việc {number}")
    assert journal.seal() == 5
    return list(Event.objects.order_by("seq"))


def add(subject, now, **told):
    return Event.objects.create(kind="user.test", actor=subject, subject=subject, at=now, **told)


def raw():
    """Straight into the table, past the queryset that refuses."""
    return models.QuerySet(Event)


def test_it_only_grows(events):
    with pytest.raises(TypeError, match="only grows"):
        Event.objects.all().delete()
    with pytest.raises(TypeError, match="only grows"):
        Event.objects.filter(seq=1).update(note="khác")
    assert Event.objects.count() == 5


def test_numbers_have_no_gaps_and_a_clean_journal_is_right(events):
    assert [e.seq for e in events] == [1, 2, 3, 4, 5]
    assert len({e.seal for e in events}) == 5
    assert journal.verify() == (5, [])


def test_sealing_twice_is_safe(events, an, now):
    seals = [e.seal for e in events]
    assert journal.seal() == 0
    tasks.seal_journal()
    assert [e.seal for e in Event.objects.order_by("seq")] == seals
    add(an, now)
    add(an, now)
    assert journal.seal() == 2
    assert journal.verify() == (7, [])


def test_sealing_in_parts_gives_one_chain(an, now):
    for _number in range(5):
        add(an, now)
    assert [journal.seal(limit=2) for _turn in range(4)] == [2, 2, 1, 0]
    assert journal.verify() == (5, [])


def test_samples_are_not_sealed(events, an, now):
    add(an, now, is_sample=True)
    assert journal.seal() == 0
    raw().filter(is_sample=True).delete()
    assert journal.verify() == (5, [])


@pytest.mark.parametrize(
    "change",
    [
        {"note": "khác"},
        {"kind": "user.other"},
        {"target": "verified"},
        {"source": "draft"},
        {"data": {"a": 1}},
        {"object_id": 99},
        {"actor": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_shows(events, change):
    raw().filter(seq=3).update(**change)
    assert journal.verify() == (5, ["Dòng nhật ký số 3 không khớp con dấu: đã bị sửa."])


def test_a_moved_time_shows_to_the_microsecond(events):
    line = events[2]
    raw().filter(seq=3).update(at=line.at.replace(microsecond=line.at.microsecond + 1))
    assert journal.verify()[1] == ["Dòng nhật ký số 3 không khớp con dấu: đã bị sửa."]


def test_a_line_that_was_sealed_anew_breaks_the_next(events):
    """Whoever changes a line and computes its seal again has to do so for all that follow."""
    line = events[2]
    line.note = "khác"
    seal = journal._digest(line, 3, events[1].seal)
    raw().filter(seq=3).update(note="khác", seal=seal)
    assert journal.verify()[1] == ["Dòng nhật ký số 4 không khớp con dấu: đã bị sửa."]


def test_a_line_taken_from_the_middle_shows(events):
    raw().filter(seq=3).delete()
    _checked, wrong = journal.verify()
    assert "Thiếu dòng nhật ký số 3 (gặp số 4)." in wrong


def test_lines_taken_from_the_beginning_show(events):
    raw().filter(seq__lte=2).delete()
    assert journal.verify()[1][0] == "Thiếu dòng nhật ký số 1 (gặp số 3)."


def test_lines_taken_from_the_end_show(events):
    raw().filter(seq__gte=4).delete()
    assert journal.verify() == (3, ["Thiếu 2 dòng ở cuối nhật ký."])


def test_all_lines_taken_show(events):
    raw().delete()
    assert journal.verify() == (0, ["Thiếu 5 dòng ở cuối nhật ký."])


def test_a_line_slipped_in_shows(events, an, now):
    """A line with a number of its own choosing but no right seal."""
    raw().filter(pk=add(an, now).pk).update(seq=6, seal="0" * 64)
    assert "Dòng nhật ký số 6 không khớp con dấu: đã bị sửa." in journal.verify()[1]


def test_the_command_says_what_it_saw(events, an, now, capsys):
    add(an, now)
    add(an, now, is_sample=True)
    call_command("verify_journal")
    said = capsys.readouterr().out
    assert "Đã kiểm tra 5 con dấu. 1 dòng chưa đóng dấu, 1 dòng minh họa" in said
    assert "Nhật ký đúng." in said


def test_the_command_fails_when_something_is_wrong(events, capsys):
    raw().filter(seq=3).update(note="khác")
    with pytest.raises(CommandError, match="số 3 không khớp con dấu"):
        call_command("verify_journal")
    assert "Nhật ký đúng" not in capsys.readouterr().out


def test_an_empty_journal_is_right(db):
    assert journal.verify() == (0, [])
    assert journal.seal() == 0
    assert Counter.objects.get(name="journal").value == 0
