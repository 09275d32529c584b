"""Verbs of a venture's life: guards return a sentence or "", effects get (obj, event)."""

import hashlib
import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Consent
from core import codes
from core.facts import Fact
from core.models import Configuration, Event, Holiday
from core.periods import add_working_days, day_of, working_days_between
from core.words import Refused
from projects import answers, calls
from projects.models import (
    AssistedConsent,
    AssistedEntry,
    Recognition,
    Venture,
)
from projects.recording import level_of

MOST_FILES = 5  # of one idea
LEAST_DAYS = 3  # a mended idea is not promised an answer sooner than this
NEEDED = ("title", "field", "summary", "problem", "solution", "contact_name", "contact_birth_date")
MENDABLE = {
    "title": gettext_lazy("Tên ý tưởng"),
    "field": gettext_lazy("Lĩnh vực"),
    "summary": gettext_lazy("Tóm tắt"),
    "problem": gettext_lazy("Vấn đề"),
    "solution": gettext_lazy("Cách làm"),
    "novelty": gettext_lazy("Điểm mới"),
    "ip_state": gettext_lazy("Sáng chế, nhãn hiệu, bản quyền"),
    "ip_note": gettext_lazy("Nói thêm về sở hữu trí tuệ"),
    "attachment": gettext_lazy("Ảnh hoặc bản phác"),
    "stage": gettext_lazy("Giai đoạn"),
    "applicant": gettext_lazy("Người gửi là"),
    "team": gettext_lazy("Những người cùng làm"),
    "unit": gettext_lazy("Xã, phường"),
    "wanted": gettext_lazy("Hỗ trợ cần"),
    "call_answers": gettext_lazy("Câu hỏi của đợt"),
}
MENDABLE_ANSWERS = tuple(name for name in MENDABLE if name != "attachment")  # the columns


def founder(venture: Venture) -> list[str]:
    """Where letters about the venture go."""
    if venture.owner:
        return [venture.owner.email]
    return [venture.contact_email] if venture.contact_email else []


def holidays(start: date) -> Collection[date]:
    return set(Holiday.objects.filter(day__gte=start).values_list("day", flat=True))


def missing_parts(venture: Venture) -> str:
    """Why the idea cannot be sent yet."""
    labels = {f.name: f.verbose_name for f in Venture._meta.fields}
    missing = [str(labels[name]) for name in NEEDED if not getattr(venture, name)]
    missing += calls.unanswered(venture)
    if missing:
        return _("Còn thiếu: %(parts)s.") % {"parts": ", ".join(missing)}
    if venture.entered_by_id and venture.owner_id is None:
        return unconfirmed(venture)
    agreed = Consent.objects.standing().filter(
        purpose=Consent.Purpose.PROCESS, subject_kind="venture", subject_id=venture.pk
    )
    if not agreed.exists():
        return _("Bạn chưa đồng ý cho cán bộ đọc hồ sơ và liên hệ.")
    return ""


def unconfirmed(venture: Venture) -> str:
    """Why an idea entered for somebody cannot be sent: they have not confirmed these words."""
    entry = AssistedEntry.objects.filter(venture=venture).first()
    if entry is None or entry.fingerprint != fingerprint(venture):
        return _("Người có ý tưởng chưa xác nhận bản này, bằng mã hoặc giấy đã ký.")
    agreed = AssistedConsent.objects.filter(
        entry=entry, purpose=Consent.Purpose.PROCESS, withdrawn_at__isnull=True
    )
    if not agreed.exists():
        return _("Người có ý tưởng chưa đồng ý cho cán bộ đọc hồ sơ và liên hệ.")
    return ""


def sent_text(venture: Venture) -> str:
    """The answers as one line of JSON: the text whose SHA-256 is the fingerprint.

    The statement about rights came later than the others: where it is empty the text is as
    it was before, so that older fingerprints still prove what they proved.
    """
    names = {*MENDABLE_ANSWERS, "workplace", "wanted_note"} - {"unit", "call_answers"}
    told: dict[str, Any] = {name: getattr(venture, name) for name in names}
    told["unit"] = str(venture.unit or "")
    return one_line(venture, told | calls.fingerprinted(venture))


def one_line(venture: Venture, told: dict[str, Any]) -> str:
    """These answers and whose they are, as the fingerprint is taken of them."""
    told = {name: told[name] for name in told if told[name] or name not in {"ip_state", "ip_note"}}
    told["contact_name"] = venture.contact_name
    told["contact_birth_date"] = str(venture.contact_birth_date or "")
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(venture: Venture) -> str:
    """SHA-256 over the answers as sent: proves later what was sent."""
    return hashlib.sha256(sent_text(venture).encode()).hexdigest()


def receive(venture: Venture, event: Event) -> None:
    """Give the idea its number and its promise: an answer within so many working days."""
    if reason := calls.not_into(venture, event.at):
        raise Refused(reason)
    today = day_of(event.at)
    venture.year = today.year
    venture.number = codes.take(f"venture-{today.year}")
    venture.received_at, venture.received_on = event.at, today
    days = Configuration.objects.on(today).promise_days
    venture.promised_on = add_working_days(today, days, holidays(today))
    venture.fingerprint = fingerprint(venture)
    venture.note_words()
    event.data = {
        "fingerprint": venture.fingerprint,
        "promised_on": str(venture.promised_on),
        "days": days,
    }


def receive_mended(venture: Venture, event: Event) -> None:
    """The clock goes on where it stopped."""
    today = day_of(event.at)
    left = max(venture.days_left or 0, LEAST_DAYS)
    venture.promised_on = add_working_days(today, left, holidays(today))
    venture.days_left = venture.escalated_at = None
    event.data = {"mended": venture.mend_fields, "before": venture.fingerprint}
    venture.mend_fields, venture.decision_note = [], ""
    venture.fingerprint = fingerprint(venture)
    venture.note_words()
    event.data["fingerprint"] = venture.fingerprint
    event.data |= {"promised_on": str(venture.promised_on), "days": left}


def claim(venture: Venture, event: Event) -> None:
    venture.screener = event.actor


def decide(venture: Venture, event: Event) -> None:
    """Note the decision; nobody is told before it is released.

    A decision that waits is replaced by another one. ``seen`` in the event's data is the
    waiting decision that the official saw; not given, it is not asked.
    """
    standing = event.source if event.source in Venture.DECIDED else ""
    if event.data.pop("seen", standing) != standing:
        raise Refused(_("Vừa có người ghi một quyết định khác. Đọc lại rồi quyết định."))
    before = (venture.decision_note, venture.decline_reason, venture.mend_fields)
    venture.screener = venture.screener or event.actor
    venture.decision_note = event.note
    venture.decline_reason = event.data.get("reason", "")
    venture.mend_fields = event.data.get("fields", [])
    if venture.status == Venture.Status.RETURNING and not (venture.mend_fields and event.note):
        raise Refused(_("Chọn ít nhất một mục cần sửa và viết một câu cho người gửi."))
    if venture.status == Venture.Status.DECLINING and not venture.decline_reason:
        raise Refused(_("Chọn một lý do để người gửi biết vì sao."))
    after = (venture.decision_note, venture.decline_reason, venture.mend_fields)
    if event.source == event.target and before == after:
        raise Refused(_("Quyết định này đã được ghi rồi."))


def forget_decision(venture: Venture, event: Event) -> None:
    venture.decision_note, venture.decline_reason, venture.mend_fields = "", "", []


def stop_clock(venture: Venture, event: Event) -> None:
    """While the founder mends, the promise waits; what is left of it is remembered."""
    today = day_of(event.at)
    if venture.promised_on:
        venture.days_left = working_days_between(today, venture.promised_on, holidays(today))
    event.note, event.data = venture.decision_note, {"fields": venture.mend_fields}
    answers.write(venture, event)


def close(venture: Venture, event: Event) -> None:
    """The journal keeps what the founder is told: the sentence, and the reason by its code."""
    event.note, event.data = venture.decision_note, {"reason": venture.decline_reason}
    answers.write(venture, event)


def is_project(venture: Venture) -> str:
    """Why an answered idea is not reopened: what it became has facts of its own."""
    if venture.level != Venture.Level.IDEA:
        return _("Ý tưởng này đã thành dự án. Hủy việc công nhận trước, rồi mở lại.")
    return ""


def reopen(venture: Venture, event: Event) -> None:
    """An answered idea is looked at again: a new promise, told to the founder with the reason."""
    today = day_of(event.at)
    days = Configuration.objects.on(today).promise_days
    venture.promised_on = add_working_days(today, days, holidays(today))
    venture.escalated_at = None
    forget_decision(venture, event)
    event.data = {"promised_on": str(venture.promised_on), "days": days}


def recognise(venture: Venture, event: Event) -> None:
    """The idea has become a project of the same number: the recognition is a fact of that day."""
    event.note = venture.decision_note
    answers.write(venture, event)
    if event.actor and not venture.recognitions.standing().exists():
        Recognition.objects.create(
            venture=venture,
            happened_on=day_of(event.at),
            status=Fact.Status.VERIFIED,
            recorded_at=event.at,
            recorded_by=event.actor,
            verified_at=event.at,
            verified_by=event.actor,
            evidence_ref=f"Trả lời sàng lọc {venture.code_as('YT')}",  # kept: not a screen's word
        )
    venture.level = level_of(venture)


@transaction.atomic(savepoint=False)
def agree(
    venture: Venture, *, user: Any, purposes: Collection[str], words: dict[str, str],
    version: str, at: datetime,
) -> None:  # fmt: skip
    """Keep exactly the consents in ``purposes``: give the new ones, withdraw the others.

    One that a minor gave and that has come to rest since is given anew.
    """
    theirs = {"user": user, "subject_kind": "venture", "subject_id": venture.pk}
    standing = {
        c.purpose: c for c in Consent.objects.standing().select_for_update().filter(**theirs)
    }
    kept: set[str] = set()
    if standing:
        holding = Consent.objects.in_force(day_of(at)).filter(**theirs)
        kept = set(holding.values_list("purpose", flat=True)) & set(purposes)
    withdrawn = [c.pk for purpose, c in standing.items() if purpose not in kept]
    if withdrawn:
        Consent.objects.filter(pk__in=withdrawn).withdraw(at)
    given = [
        Consent(
            user=user,
            purpose=purpose,
            subject_kind="venture",
            subject_id=venture.pk,
            text=words[purpose],
            version=version,
            given_at=at,
        )
        for purpose in Consent.Purpose.values
        if purpose in purposes and purpose not in kept
    ]
    Consent.objects.bulk_create(given)
