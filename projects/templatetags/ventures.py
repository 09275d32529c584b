"""What letters and pages about a venture say: links, fields and reasons in words."""

from collections.abc import Iterable

from django import template
from django.conf import settings

from core.context import configuration
from projects.models import Venture
from projects.reasons import NEXT_STEP
from projects.services import MENDABLE

register = template.Library()


@register.simple_tag
def site_link(path: str) -> str:
    """An address of ours as a letter needs it: with the host."""
    return settings.SITE_URL + path


@register.simple_tag
def portal_name() -> str:
    """Who the letter is from; letters have no request, hence no context processors."""
    return configuration().portal_name


@register.filter
def mend_words(names: Iterable[str]) -> list[str]:
    """The fields to mend as the form calls them; a code that is none is left out."""
    return [str(MENDABLE[name]) for name in names or () if name in MENDABLE]


@register.filter
def reason_words(reason: str) -> str:
    """Why an idea was declined; "" for a code that is none."""
    return str(Venture.Reason(reason).label) if reason in Venture.Reason.values else ""


@register.filter
def next_step(reason: str) -> str:
    """What the founder of a declined idea can do now; "" for a code that is none."""
    return str(NEXT_STEP[Venture.Reason(reason)]) if reason in Venture.Reason.values else ""
