"""Verbs of a venture's life: guards return a sentence or "", effects get (obj, event)."""

import hashlib
import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Consent
from core import codes, files
from core.fact_steps import lacks_evidence
from core.facts import Fact
from core.models import Configuration, Event, Holiday
from core.periods import add_working_days, day_of, working_days_between
from core.words import Refused
from projects import answers, calls
from projects.models import (
    AssistedConsent,
    AssistedEntry,
    Closing,
    Formation,
    Milestone,
    Recognition,
    StageReached,
    Venture,
)
from projects.models.enterprise import formed_by

SAME_SENDING = timedelta(days=1)  # how long a form that was sent is remembered
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
    "stage": gettext_lazy("Giai đoạn"),
    "applicant": gettext_lazy("Người gửi là"),
    "team": gettext_lazy("Những người cùng làm"),
    "unit": gettext_lazy("Xã, phường"),
    "wanted": gettext_lazy("Hỗ trợ cần"),
    "call_answers": gettext_lazy("Câu hỏi của đợt"),
}


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
    names = {*MENDABLE, "workplace", "wanted_note", "contact_name"} - {"unit", "call_answers"}
    told: dict[str, Any] = {name: getattr(venture, name) for name in names}
    told |= calls.fingerprinted(venture)
    for name in ("ip_state", "ip_note"):
        if not told[name]:
            del told[name]
    told["unit"] = str(venture.unit or "")
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
    venture.level = _level(venture)


def _level(venture: Venture, *, leaving: Fact | None = None, entering: Fact | None = None) -> str:
    def stands(facts: Any, kind: type[Fact]) -> bool:
        if isinstance(entering, kind):
            return True
        standing = facts.filter(status=Fact.Status.VERIFIED)
        return (standing.exclude(pk=leaving.pk) if isinstance(leaving, kind) else standing).exists()

    if stands(Formation.objects.filter(formed_by(venture)), Formation):
        return Venture.Level.ENTERPRISE
    if stands(venture.recognitions, Recognition):
        return Venture.Level.PROJECT
    return Venture.Level.IDEA


def refresh_level(fact: Any, event: Event) -> None:
    """After a recognition or formation was verified or retracted: what its ventures are now."""
    for venture in _locked(fact):
        if fact.status == Fact.Status.VERIFIED:
            venture.level = _level(venture, entering=fact)
        else:
            venture.level = _level(venture, leaving=fact)
        venture.save(update_fields=["level"])
        if venture.pk == fact.venture_id:
            fact.venture = venture


def _locked(fact: Any) -> list[Venture]:
    """The ventures that a fact concerns, locked in one order, so that nobody waits in a ring."""
    together = fact.together if isinstance(fact, Formation) else ()
    keys = {fact.venture_id, *(venture.pk for venture in together)}
    return list(Venture.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _hold_named(fact: Any) -> None:
    """Lock the enterprise that the fact goes on from or ends, as it is now.

    Before the ventures, as when that enterprise is retracted: the two wait for each other, never
    in a ring.
    """
    named = fact.formation if isinstance(fact, Closing) else getattr(fact, "succeeds", None)
    if named is not None:
        named.refresh_from_db(from_queryset=Formation.objects.select_for_update())


def formation_blocked(formation: Formation) -> str:
    """Why the formation cannot be verified: no evidence, or what it names does not stand."""
    return (
        lacks_evidence(formation)
        or tax_code_taken(formation.tax_code, formation.venture_id)
        or together_wrong(formation)
        or succession_wrong(formation)
    )


def together_wrong(formation: Formation) -> str:
    """Why a further project cannot have formed the enterprise."""
    for venture in formation.together:
        if venture.pk == formation.venture_id:
            return _("%(code)s là dự án đang ghi, không cần ghi lại.") % {"code": venture.code}
        if venture.level == Venture.Level.IDEA:
            return _("%(code)s chưa phải là dự án.") % {"code": venture.code}
    return ""


def succession_wrong(formation: Formation) -> str:
    """Why the enterprise cannot go on from the one it names."""
    before = formation.succeeds
    if before is None:
        return ""
    if before.status != Fact.Status.VERIFIED:
        return _("Doanh nghiệp trước chưa được xác nhận.")
    if before.tax_code == formation.tax_code:
        return _("Cùng mã số thuế là cùng một doanh nghiệp: để trống ô doanh nghiệp trước.")
    if formation.happened_on < before.happened_on:
        return _("Doanh nghiệp nối tiếp không thể đăng ký trước doanh nghiệp trước đó.")
    return ""


def still_referred_to(formation: Formation) -> str:
    """Why the formation cannot be retracted: something that stands is built on it."""
    if formation.successors.exclude(status=Fact.Status.RETRACTED).exists():
        return _("Đã ghi một doanh nghiệp nối tiếp. Hủy việc đó trước.")
    if formation.closings.exclude(status=Fact.Status.RETRACTED).exists():
        return _("Đã ghi việc chấm dứt doanh nghiệp này. Hủy việc đó trước.")
    return ""


def closing_blocked(closing: Closing) -> str:
    """Why the end of an enterprise cannot be verified."""
    return lacks_evidence(closing) or closing_wrong(closing)


def closing_wrong(closing: Closing) -> str:
    """Why this end of an enterprise cannot be written down."""
    formation = closing.formation
    if formation.status != Fact.Status.VERIFIED:
        return _("Ghi được sau khi việc hình thành doanh nghiệp đã được xác nhận.")
    if closing.happened_on < formation.happened_on:
        return _("Ngày chấm dứt không thể trước ngày đăng ký.")
    same = Closing.objects.standing().filter(formation__tax_code=formation.tax_code)
    if same.exclude(pk=closing.pk).exists():
        return _("Việc chấm dứt doanh nghiệp này đã được ghi.")
    return ""


def tax_code_taken(tax_code: str, venture_id: int) -> str:
    other = (
        Formation.objects.standing()
        .filter(tax_code=tax_code)
        .exclude(venture_id=venture_id)
        .select_related("venture")
        .first()
    )
    if other is None:
        return ""
    return _("Mã số thuế này đã ghi cho %(code)s.") % {"code": other.venture.code}


def recorded(model: type[Fact], key: str, *, by: Any, at: datetime) -> Any:
    """The fact that ``by`` wrote down with this very sending of a form, or None.

    ``key`` stands in the journal, so that a second press finds the first one's fact
    whatever happened to the session or the cache.
    """
    if not key:
        return None
    event = Event.objects.filter(
        kind=f"{model._meta.model_name}.record", actor=by, at__gte=at - SAME_SENDING, data__key=key
    ).first()
    return model.objects.filter(pk=event.object_id).first() if event else None


@transaction.atomic
def record(fact: Any, *, by: Any, at: datetime, key: str = "") -> Any:
    """Write a new fact of a venture down; it counts when another official has verified it.

    The lock on the venture lets two presses of one button through one after the other: the
    second, with the same ``key``, gets the first one's fact. Raises ``Refused``.
    """
    _hold_named(fact)
    venture = next(v for v in _locked(fact) if v.pk == fact.venture_id)
    if earlier := recorded(type(fact), key, by=by, at=at):
        return earlier
    if venture.level == Venture.Level.IDEA:
        raise Refused(_("Ghi được sau khi ý tưởng đã thành dự án."))
    fact.recorded_by, fact.recorded_at = by, at
    _keep(fact, at)
    _tell_journal(fact, "record", by=by, at=at, data={"key": key} if key else {})
    return fact


@transaction.atomic
def amend(fact: Any, values: dict[str, Any], *, by: Any, at: datetime) -> Any:
    """Correct a fact that nobody has verified yet; what stood there before goes into the journal.

    The row is locked and the right asked again: a verified fact is never edited, not even by a
    form that was opened before. Raises ``Refused``.
    """
    model = type(fact)
    fact = model.objects.select_for_update().get(pk=fact.pk)
    if reason := by.why_not(f"{model._meta.model_name}.edit", fact):
        raise Refused(reason)
    before = {}
    for name, value in values.items():
        if getattr(fact, name) != value:
            before[name] = _in_words(getattr(fact, name))
            setattr(fact, name, value)
    if before:
        _keep(fact, at)
        _tell_journal(fact, "edit", by=by, at=at, data={"before": before})
    return fact


def _in_words(value: Any) -> str:
    """What stood in a fact, for the journal: ventures by their codes."""
    if isinstance(value, tuple):
        return ", ".join(venture.code for venture in value)
    return str(value or "")


def _keep(fact: Any, at: datetime) -> None:
    if fact.happened_on > day_of(at):
        raise Refused(_("Ngày này chưa tới. Chỉ ghi việc đã xảy ra."))
    if taken := there_already(fact):
        raise Refused(taken)
    try:
        with transaction.atomic():
            fact.save()
            if isinstance(fact, Formation):
                fact.together_with.set(fact.together)
    except IntegrityError as error:  # another venture's official was a moment quicker
        if taken := there_already(fact):
            raise Refused(taken) from error
        raise
    attach(fact)


def there_already(fact: Any) -> str:
    """Why this fact cannot be written down beside those that stand; "" when it can."""
    if isinstance(fact, Formation):
        return registration_taken(fact) or together_wrong(fact) or succession_wrong(fact)
    if isinstance(fact, Closing):
        return closing_wrong(fact)
    if isinstance(fact, StageReached):
        same = StageReached.objects.standing().filter(venture=fact.venture_id, stage=fact.stage)
        return _("Giai đoạn này đã được ghi.") if same.exclude(pk=fact.pk).exists() else ""
    if isinstance(fact, Milestone) and fact.plan_id:
        same = Milestone.objects.standing().filter(plan=fact.plan_id)
        return _("Mốc này đã được ghi là đạt.") if same.exclude(pk=fact.pk).exists() else ""
    return ""


def _tell_journal(fact: Any, verb: str, *, by: Any, at: datetime, data: dict[str, Any]) -> None:
    Event.objects.create(
        kind=f"{fact._meta.model_name}.{verb}",
        actor=by,
        subject=fact,
        target=fact.status,
        data=data,
        at=at,
        is_sample=fact.venture.is_sample or by.is_sample,
    )


def registration_taken(formation: Formation) -> str:
    """Why this enterprise cannot be written down: its tax code, or this basis for it, is there."""
    if taken := tax_code_taken(formation.tax_code, formation.venture_id):
        return taken
    same = Formation.objects.standing().filter(tax_code=formation.tax_code, basis=formation.basis)
    if same.exclude(pk=formation.pk).exists():
        return _("Căn cứ này đã được ghi cho mã số thuế đó.")
    return ""


def attach(fact: Any) -> None:
    """The evidence file belongs to the fact from now on: who may read it follows the fact."""
    if fact.evidence_id:
        files.attach(fact.evidence, fact)


@transaction.atomic(savepoint=False)
def agree(
    venture: Venture, *, user: Any, purposes: Collection[str], words: dict[str, str],
    version: str, at: datetime,
) -> None:  # fmt: skip
    """Keep exactly the consents in ``purposes``: give the new ones, withdraw the others."""
    standing = {
        c.purpose: c
        for c in Consent.objects.standing()
        .select_for_update()
        .filter(user=user, subject_kind="venture", subject_id=venture.pk)
    }
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
        if purpose in purposes and purpose not in standing
    ]
    Consent.objects.bulk_create(given)
    withdrawn = [c.pk for purpose, c in standing.items() if purpose not in purposes]
    if withdrawn:
        Consent.objects.filter(pk__in=withdrawn).withdraw(at)
