"""Letters: written with what they tell of, sent once, never lost, given up at last."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from core import outbox, tasks
from core.models import Event, OutboxMessage

S = OutboxMessage.State


@pytest.fixture
def event(an, now):
    return Event.objects.create(kind="venture.tell", subject=an, at=now)


@pytest.fixture(autouse=True)
def letter(settings, tmp_path):
    (tmp_path / "emails").mkdir()
    text = "{% load i18n %}  Chào {{ name }}\n\nDòng một.\nDòng hai.\n"
    (tmp_path / "emails" / "venture.tell.txt").write_text(text, encoding="utf-8")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]


@pytest.fixture
def message(event):
    return outbox.post(event, "an@example.vn", name="An")


@pytest.fixture
def dead_server(monkeypatch):
    """A mail server that hangs up."""

    def hang_up(backend, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(EmailBackend, "send_messages", hang_up)


def test_the_first_line_is_the_subject(message):
    assert (message.subject, message.body) == ("Chào An", "Dòng một.\nDòng hai.")
    assert (message.state, message.attempts, message.sent_at) == (S.QUEUED, 0, None)


def test_one_letter_an_event_and_address(event, message):
    again = outbox.post(event, "an@example.vn", name="Khác")
    assert again.pk == message.pk
    outbox.post(event, "bao@example.vn", name="Bảo")
    assert OutboxMessage.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.create(event=event, to="an@example.vn", subject="a", body="b")


def test_a_very_long_subject_fits(event):
    assert len(outbox.post(event, "an@example.vn", name="A" * 500).subject) == 200


def test_delivered_twice_is_sent_once(message, now, mailoutbox):
    assert outbox.send(message.pk, now) is True
    assert outbox.send(message.pk, now) is False
    tasks.deliver(message_id=message.pk)
    tasks.sweep()
    assert [(m.to, m.subject, m.body) for m in mailoutbox] == [
        (["an@example.vn"], "Chào An", "Dòng một.\nDòng hai.")
    ]
    message.refresh_from_db()
    assert (message.state, message.attempts, message.sent_at) == (S.SENT, 1, now)


def test_a_letter_that_is_gone_is_no_trouble(db, now, mailoutbox):
    assert outbox.send(999, now) is False
    assert mailoutbox == []


def test_a_failed_letter_waits_and_keeps_the_error(message, now, dead_server):
    assert outbox.send(message.pk, now) is False
    message.refresh_from_db()
    assert (message.state, message.attempts) == (S.QUEUED, 1)
    assert message.error == "SMTPServerDisconnected: Connection unexpectedly closed"


def test_the_sweeper_sends_what_failed_before(message, now, monkeypatch, mailoutbox):
    real = EmailBackend.send_messages

    def refuse(backend, messages):
        raise SMTPRecipientsRefused({"an@example.vn": (450, b"later")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    tasks.sweep()
    monkeypatch.setattr(EmailBackend, "send_messages", real)
    tasks.sweep()
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (S.SENT, 2, "")
    assert len(mailoutbox) == 1


def test_eight_tries_then_it_is_given_up(message, now, dead_server):
    for attempt in range(1, outbox.GIVE_UP_AFTER):
        outbox.send(message.pk, now)
        message.refresh_from_db()
        assert (message.state, message.attempts) == (S.QUEUED, attempt)
    for _extra in range(3):
        tasks.sweep()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (S.FAILED, 8)
    assert message.error == "SMTPServerDisconnected: Connection unexpectedly closed"
    assert message.sent_at is None


def test_a_mistake_in_our_own_code_is_not_swallowed(message, now, monkeypatch):
    def wrong(backend, messages):
        raise TypeError("ours")

    monkeypatch.setattr(EmailBackend, "send_messages", wrong)
    with pytest.raises(TypeError):
        outbox.send(message.pk, now)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (S.QUEUED, 0)
