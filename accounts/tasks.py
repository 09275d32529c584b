"""Celery's side of accounts. Each task may run twice and at any time."""

from celery import shared_task
from django.utils import timezone

from accounts.coming_of_age import ask_anew, grown_up
from core.periods import day_of


@shared_task
def ask_the_grown_up():
    """Ask everybody who has turned 18, whenever that was, to confirm what they let be shown."""
    now = timezone.now()
    for person in grown_up(day_of(now)):
        ask_anew(person, now)
