"""What everybody may read of a venture: chosen by its owner item by item, nothing beforehand."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import consent_texts
from accounts.models import Consent
from core.models import Event
from core.periods import day_of
from core.words import Refused
from projects import services
from projects.models import PUBLISHABLE, PUBLISHABLE_OF_A_CHILD, Venture

PURPOSE = Consent.Purpose.PUBLISH_VENTURE
ITEMS = {
    "summary": gettext_lazy("Tóm tắt"),
    "unit": gettext_lazy("Xã, phường"),
    "stage": gettext_lazy("Giai đoạn"),
    "team": gettext_lazy("Những người cùng làm"),
    "ip_state": gettext_lazy("Tình trạng sở hữu trí tuệ"),
    "picture": gettext_lazy("Ảnh kèm theo"),
    "supports": gettext_lazy("Hỗ trợ đã nhận"),
    "market": gettext_lazy("Chứng nhận, hội chợ, doanh nghiệp đầu tàu"),
    "awards": gettext_lazy("Kết quả cuộc thi"),
}


def offered(venture: Venture, *, is_child: bool) -> list[str]:
    """What can be chosen: nothing that is confidential, and of a child what its guardian reads."""
    names = PUBLISHABLE_OF_A_CHILD if is_child else PUBLISHABLE
    closed = {"picture" if name == "attachment" else name for name in venture.confidential}
    return [name for name in names if name not in closed]


def in_words(names: Collection[str]) -> str:
    """Title and field, which are always there, and what was chosen."""
    chosen = [str(label).lower() for name, label in ITEMS.items() if name in names]
    return ", ".join([_("tên"), _("lĩnh vực"), *chosen])


def text(names: Collection[str]) -> str:
    """The words that are agreed to, ended by what was chosen: the consent keeps both."""
    chosen = _("Tôi chọn công bố: %(items)s.") % {"items": in_words(names)}
    return f"{consent_texts.text(PURPOSE)} {chosen}"


def agreed(venture: Venture, today: date) -> bool:
    """Whether the owner lets the venture be shown at all."""
    given = Consent.objects.in_force(today).filter(
        user=venture.owner_id, purpose=PURPOSE, subject_kind="venture", subject_id=venture.pk
    )
    return given.exists()


def told(venture: Venture, today: date) -> str:
    """What officials are told is, or may become, public; "" when the owner has not agreed."""
    return in_words(venture.public_names) if agreed(venture, today) else ""


@transaction.atomic
def choose(venture: Venture, names: Collection[str], *, by: Any, at: datetime) -> None:
    """Publish exactly these items: the only writer of the list. Raises Refused.

    The journal keeps each choice; search forgets at once what is no longer public.
    """
    is_child = venture.owner is not None and venture.owner.is_minor(day_of(at))
    can_be = offered(venture, is_child=is_child)
    if not set(names) <= set(can_be):
        raise Refused(_("Có mục không công bố được: mục đã đánh dấu kín, hoặc không có trong bài."))
    chosen = [name for name in PUBLISHABLE if name in names]
    if chosen == venture.published:
        return
    venture.published = chosen
    venture.note_words()
    venture.save(update_fields=["published", "search_text", "desk_text"])
    Event.objects.create(
        kind="venture.publish",
        actor=by,
        subject=venture,
        source=venture.status,
        target=venture.status,
        data={"fields": chosen},
        at=at,
        is_sample=venture.is_sample or by.is_sample,
    )


@transaction.atomic
def decide(
    venture: Venture, *, by: Any, wanted: bool, names: Collection[str], at: datetime
) -> Venture:
    """The owner's choice on their page: what is shown from now on, or nothing. Raises Refused.

    Another choice is another consent: the one before is closed, so that old words never cover
    what was added later.
    """
    rows = Venture.objects.select_for_update(of=("self",)).select_related("owner", "unit")
    venture = rows.get(pk=venture.pk)
    before = list(venture.published)
    choose(venture, names if wanted else (), by=by, at=at)
    rest = _others(venture, day_of(at))
    if wanted and venture.published != before:
        _keep(venture, rest, by=by, at=at)
    _keep(venture, rest | {PURPOSE.value} if wanted else rest, by=by, at=at)
    return venture


def _others(venture: Venture, today: date) -> set[str]:
    given = Consent.objects.in_force(today).filter(
        user=venture.owner_id, subject_kind="venture", subject_id=venture.pk
    )
    return set(given.exclude(purpose=PURPOSE).values_list("purpose", flat=True))


def _keep(venture: Venture, purposes: Collection[str], *, by: Any, at: datetime) -> None:
    words = {purpose: consent_texts.text(purpose) for purpose in Consent.Purpose.values}
    words[PURPOSE] = text(venture.published)
    services.agree(
        venture, user=by, purposes=purposes, words=words, version=consent_texts.VERSION, at=at
    )
