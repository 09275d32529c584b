"""What follows when somebody answers a venture's request."""

from core.models import Event
from projects import services
from projects.models import HelpRequest


def taken(request: HelpRequest, event: Event) -> None:
    request.taken_by = event.actor


def answered(request: HelpRequest, event: Event) -> None:
    """The journal's sentence is the answer that the founder reads."""
    request.taken_by = request.taken_by or event.actor
    request.answer = event.note


def asker(request: HelpRequest) -> list[str]:
    """Where letters about the request go."""
    return services.founder(request.venture)
