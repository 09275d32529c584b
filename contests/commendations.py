"""Writing commendations down, and the commended person's own word on the public wall."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import why_not_shown
from contests.models import Commendation
from contests.polls import tell_journal
from core.periods import day_of
from core.words import Refused

CONSENT = gettext_lazy(
    "Tôi đồng ý ghi họ và tên tôi cùng lời tuyên dương này trên trang Tuyên dương của Cổng, ai "
    "cũng đọc được. Không công bố ngày sinh, điện thoại, thư điện tử của tôi. Công bố đến khi tôi "
    "rút lại ở chính trang này. Căn cứ: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15."
)


@transaction.atomic
def record(values: dict[str, Any], *, key: Any, by: Any, at: datetime) -> Commendation:
    """A new one, seen by officials and the commended only. Pressed twice, it is one.

    Raises Refused for a commendation of oneself.
    """
    if earlier := Commendation.objects.filter(key=key, recorded_by=by).first():
        return earlier
    made = Commendation(key=key, recorded_by=by, recorded_at=at, is_sample=by.is_sample, **values)
    if reason := by.why_not("commendation.edit", made):
        raise Refused(reason)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # the other press was a moment earlier
        return Commendation.objects.get(key=key, recorded_by=by)
    tell_journal(made, "record", by=by, at=at)
    return made


@transaction.atomic
def amend(found: Commendation, values: dict[str, Any], *, by: Any, at: datetime) -> None:
    """Correct one that is not published. Another receiver has agreed to nothing yet."""
    found = Commendation.objects.select_for_update().get(pk=found.pk)
    if reason := by.why_not("commendation.edit", found):
        raise Refused(reason)
    before = {n: str(getattr(found, n)) for n, v in values.items() if getattr(found, n) != v}
    if not before:
        return
    for name in before:
        setattr(found, name, values[name])
    if reason := by.why_not("commendation.edit", found):
        raise Refused(reason)
    if "person" in before or "citation" in before:
        found.agreed_at, found.agreed_text = None, ""
    found.save()
    tell_journal(found, "edit", by=by, at=at, before=before)


@transaction.atomic
def agree(found: Commendation, *, by: Any, at: datetime) -> None:
    """The commended person lets it stand on the wall. A second time changes nothing.

    Raises Refused for a minor whose guardian has not said yes.
    """
    found = Commendation.objects.select_for_update().get(pk=found.pk)
    if reason := by.why_not("commendation.agree", found):
        raise Refused(reason)
    if found.agreed_at is not None:
        return
    if reason := why_not_shown(by, day_of(at)):
        raise Refused(reason)
    found.agreed_at, found.agreed_text = at, str(CONSENT)
    found.save(update_fields=["agreed_at", "agreed_text"])
    tell_journal(found, "agree", by=by, at=at)


@transaction.atomic
def take_back(found: Commendation, *, by: Any, at: datetime) -> None:
    """The commended person takes their yes back: it is off the wall at once."""
    found = Commendation.objects.select_for_update().get(pk=found.pk)
    if reason := by.why_not("commendation.agree", found):
        raise Refused(reason)
    if found.agreed_at is None:
        return
    found.agreed_at, found.agreed_text = None, ""
    found.save(update_fields=["agreed_at", "agreed_text"])
    tell_journal(found, "take_back", by=by, at=at)


def commended(found: Commendation) -> Iterable[str]:
    """Who is asked by letter for their yes, while they have not given it."""
    return [found.person.email] if found.person and found.agreed_at is None else []


def what_lacks(found: Commendation) -> str:
    """Why a published one is not on the wall yet, for officials; "" when it is there."""
    if found.is_public:
        return ""
    if found.status != Commendation.Status.PUBLISHED:
        return _("Chưa công bố.")
    if found.person_id:
        return _("Chờ người được tuyên dương đồng ý.")
    return _("Chủ dự án chưa công bố dự án, nên chưa hiện ở đây.")
