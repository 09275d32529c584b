"""A link by mail to go on writing a draft on another device."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import outbox
from core.context import configuration
from core.models import Event, OutboxMessage
from core.words import Refused
from projects.models import Venture

KIND = "venture.resume"
LIVES = timedelta(days=30)
SAME_PRESS = timedelta(minutes=2)  # the button pressed again: the letter is on its way
LETTERS_A_DRAFT = 3  # a day
LETTERS_A_MAILBOX = 5  # a day, whatever the drafts: nobody's mailbox is filled from here


class Unknown(Refused):
    """The link was never made here, was changed on its way, or is too old."""


def _signer() -> Signer:
    return Signer(salt="projects.resume")  # good for this purpose and no other


def token(draft: Venture, at: datetime) -> str:
    """What the link carries: whose draft and until when, signed."""
    return _signer().sign_object([draft.key.hex, int((at + LIVES).timestamp())])


def find(text: str, at: datetime) -> Venture:
    """The draft, or by now the sent idea, of a link. Raises Unknown."""
    words = _("Đường dẫn này không dùng được, hoặc đã quá 30 ngày.")
    try:
        key, until = _signer().unsign_object(text)
        if at.timestamp() >= until:
            raise Unknown(words)
        return Venture.objects.get(key=UUID(key))
    except (BadSignature, ValueError, Venture.DoesNotExist) as error:
        raise Unknown(words) from error


@transaction.atomic
def post(draft: Venture, email: str, *, by: User | None, at: datetime) -> OutboxMessage:
    """One letter with the link into the outbox. Raises Refused when there were too many.

    Pressed again at once it is the same letter. The letter tells neither title nor name:
    nobody has proved whose address it is.
    """
    draft = Venture.objects.select_for_update().get(pk=draft.pk)
    if not draft.is_open_to_change:
        raise Refused(_("Ý tưởng này đã gửi rồi, không sửa được nữa."))
    email = User.objects.normalize(email)
    today = at - timedelta(days=1)
    about = Event.objects.about(draft).filter(kind=KIND, at__gt=today)
    again = OutboxMessage.objects.filter(to=email, event__in=about.filter(at__gt=at - SAME_PRESS))
    if sent := again.order_by("-pk").first():
        return sent
    if about.count() >= LETTERS_A_DRAFT:
        raise Refused(
            _("Hôm nay Cổng đã gửi nhiều thư cho bản nháp này. Xem lại hộp thư, hoặc chờ đến mai.")
        )
    letters = OutboxMessage.objects.filter(to=email, event__kind=KIND, event__at__gt=today)
    if letters.count() >= LETTERS_A_MAILBOX:
        raise Refused(
            _("Hôm nay địa chỉ này đã nhận nhiều thư. Xem lại hộp thư, hoặc chờ đến mai.")
        )
    event = Event.objects.create(
        kind=KIND, actor=by, subject=draft, at=at, is_sample=draft.is_sample
    )
    link = settings.SITE_URL + reverse("projects:resume", args=[token(draft, at)])
    return outbox.post(
        event, email, link=link, until=at + LIVES, portal=configuration(), owned=draft.owner_id
    )
