"""Letters. A letter is a row in the same transaction as what it tells of; sending comes later."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import Context, Engine
from django.utils import translation

from core.models import Event, OutboxMessage

GIVE_UP_AFTER = 8


def write(event: Event, to: str, **context: object) -> OutboxMessage:
    """The letter ``emails/<event.kind>.txt`` (first line is the subject), not kept yet."""
    with translation.override("vi"):
        told = {"event": event, "site_url": settings.SITE_URL, **context}
        # Plain text: an ampersand in a title stays one.
        template = Engine.get_default().get_template(f"emails/{event.kind}.txt")
        text = template.render(Context(told, autoescape=False))
    subject, _, body = text.strip().partition("\n")
    return OutboxMessage(event=event, to=to, subject=subject.strip()[:200], body=body.strip())


def post(event: Event, to: str, **context: object) -> OutboxMessage:
    """Put the letter of ``event`` into the outbox.

    The same event tells the same address once, however often this is called.
    """
    letter = write(event, to, **context)
    OutboxMessage.objects.bulk_create([letter], ignore_conflicts=True)
    return OutboxMessage.objects.get(event=event, to=to)


def send(message_id: int, now) -> bool:
    """Send one queued letter; True when this call sent it. Safe to call twice and at any time."""
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=OutboxMessage.State.QUEUED)
            .first()
        )
        if message is None:
            return False
        message.attempts += 1
        try:
            EmailMessage(message.subject, message.body, None, [message.to]).send()
        except OSError as error:
            message.error = f"{type(error).__name__}: {error}"
            if message.attempts >= GIVE_UP_AFTER:
                message.state = OutboxMessage.State.FAILED
        else:
            message.state, message.sent_at, message.error = OutboxMessage.State.SENT, now, ""
        message.save()
        return message.state == OutboxMessage.State.SENT
