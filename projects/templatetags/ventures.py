"""What letters and pages about a venture say: links, fields and reasons in words."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.context import configuration
from projects import attachments, honesty, reasons, receipts
from projects.models import Venture
from projects.services import MENDABLE
from projects.views.written import answers_of

register = template.Library()

# A letter lies in mailboxes for years: what names or finds a person stays on the portal.
NOT_MAILED = {
    "contact_birth_date", "contact_phone", "guardian_name", "guardian_email",
}  # fmt: skip


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
    return reasons.told(reason).words


@register.filter
def next_step(reason: str) -> str:
    """What the founder of a declined idea can do now; "" for a code that is none."""
    return reasons.told(reason).step


@register.simple_tag
def copy_for_letter(venture: Venture) -> list[tuple[str, str]]:
    """What was sent, as (question, answer); of what is confidential only that it is there."""
    told = []
    for name, (question, answer) in answers_of(venture).items():
        if not answer:
            continue
        words = receipts.said(answer)
        if getattr(answer, "is_hidden", False):
            words = _("(phần kín, xem trên Cổng)")
        elif name in NOT_MAILED:
            words = _("(không chép vào thư, xem trên Cổng)")
        told.append((str(question), words))
    if attached := attachments.attached_to(venture):
        hidden = not venture.files_are_open
        words = _("(phần kín, xem trên Cổng)") if hidden else ", ".join(f.name for f in attached)
        told.append((_("Tệp kèm theo"), words))
    return told


@register.filter
def next_link(reason: str) -> str:
    """Where that next step begins, as a full address; "" where there is none."""
    link = reasons.told(reason).link
    return settings.SITE_URL + link if link.startswith("/") else link


@register.inclusion_tag("projects/answer_line.html")
def answer_line() -> dict[str, honesty.Line]:
    """How soon ideas are answered, in one line for those who think of sending one."""
    return {"line": honesty.latest(timezone.localdate())}
