"""Entries sent on to a higher contest: who may be chosen, what is sent, what comes back."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from contests.models import Award, Contest, Entry, Referral, ReferralOutcome, Round, Standing
from core import files
from core.fact_steps import lacks_evidence
from core.models import Event
from core.periods import day_of
from core.words import Refused

S = Referral.Status


def candidates(contest: Contest, user: Any) -> QuerySet[Entry]:
    """The entries that a published round let through or gave a prize, best board and place first.

    None of the person's own: nobody sends an own entry on.
    """
    good = Standing.objects.filter(
        Q(advances=True) | Q(prize__isnull=False),
        round__contest=contest,
        round__status=Round.Status.PUBLISHED,
    )
    chosen = contest.entries.taking_part().filter(pk__in=good.values("entry"))
    chosen = chosen.exclude(owner=user).exclude(members__user=user)
    return chosen.select_related("board").order_by("board__order", "title", "pk")


@transaction.atomic
def prepare(contest: Contest, told: dict[str, Any], *, by: Any, at: datetime) -> Referral:
    """Choose an entry for a higher contest. Choosing it twice is choosing it once.

    ``told``: entry, level, to_contest, to_body, deadline. Raises ``Refused``.
    """
    if reason := by.why_not("referral.prepare", contest):
        raise Refused(reason)
    entry = candidates(contest, by).filter(pk=told["entry"].pk).first()
    if entry is None:
        raise Refused(_("Chỉ chọn được bài vào tiếp hoặc có giải ở vòng đã công bố."))
    standing = Referral.objects.exclude(status=S.WITHDRAWN)
    same = {"entry": entry, "level": told["level"], "to_contest": told["to_contest"]}
    if earlier := standing.filter(**same).first():
        return earlier
    referral = Referral(
        **told, prepared_by=by, prepared_at=at, is_sample=contest.is_sample or by.is_sample
    )
    try:
        with transaction.atomic():
            referral.save()
    except IntegrityError:  # somebody else pressed a moment before
        return standing.get(**same)
    Event.objects.create(
        kind="referral.prepare",
        actor=by,
        subject=referral,
        target=referral.status,
        data={"entry": entry.code, "agreed": True},
        at=at,
        is_sample=referral.is_sample,
    )
    return referral


# -- What follows from the steps (contests/workflow.py) ----------------------------
def cannot_send(referral: Referral) -> str:
    if referral.entry.status != Entry.Status.COMPLETE:
        return _("Bài này không còn dự thi nên không gửi được.")
    return ""


def sent(referral: Referral, event: Event) -> None:
    """The day and the letter's number are what proves it. Raises ``Refused``."""
    day, number = event.data.get("on", ""), str(event.data.get("ref", "")).strip()
    if not day or not number:
        raise Refused(_("Ghi ngày gửi và số công văn."))
    referral.sent_on, referral.sent_ref = date.fromisoformat(day), number[:80]
    if referral.sent_on > day_of(event.at):
        raise Refused(_("Ngày này chưa tới. Chỉ ghi việc đã xảy ra."))
    referral.sent_by, referral.sent_at = event.actor, event.at


def cannot_withdraw(referral: Referral) -> str:
    if referral.outcomes.exclude(status=ReferralOutcome.Status.RETRACTED).exists():
        return _("Đã có kết quả nên không rút được. Hủy kết quả trước.")
    return ""


def withdrawn(referral: Referral, event: Event) -> None:
    referral.withdrawn_at = event.at


def entrant(referral: Referral) -> list[str]:
    return [referral.entry.owner.email]


def winner(outcome: ReferralOutcome) -> list[str]:
    return [outcome.referral.entry.owner.email]


# -- What came back ------------------------------------------------------------------
@transaction.atomic
def record(outcome: ReferralOutcome, *, by: Any, at: datetime) -> ReferralOutcome:
    """Write down what the higher contest gave; it counts when another person has verified it.

    A second press gets the first one's outcome. Raises ``Refused``.
    """
    referral = Referral.objects.select_for_update().get(pk=outcome.referral_id)
    earlier = referral.outcomes.exclude(status=ReferralOutcome.Status.RETRACTED).first()
    if earlier is not None:
        return earlier
    if not referral.is_sent or referral.sent_on is None:
        raise Refused(_("Ghi việc gửi hồ sơ trước, rồi mới ghi kết quả."))
    _in_time(outcome, referral.sent_on, at)
    outcome.recorded_by, outcome.recorded_at = by, at
    outcome.save()
    if outcome.evidence_id:
        files.attach(outcome.evidence, outcome)
    _tell(outcome, "record", by, at, {})
    return outcome


@transaction.atomic
def amend(
    outcome: ReferralOutcome, values: dict[str, Any], *, by: Any, at: datetime
) -> ReferralOutcome:
    """Correct an outcome that nobody has verified yet. Raises ``Refused``."""
    outcome = ReferralOutcome.objects.select_for_update().get(pk=outcome.pk)
    if reason := by.why_not("referraloutcome.edit", outcome):
        raise Refused(reason)
    before = {}
    for name, value in values.items():
        if getattr(outcome, name) != value:
            before[name] = str(getattr(outcome, name) or "")
            setattr(outcome, name, value)
    if before:
        _in_time(outcome, outcome.referral.sent_on, at)
        outcome.save()
        if outcome.evidence_id:
            files.attach(outcome.evidence, outcome)
        _tell(outcome, "edit", by, at, {"before": before})
    return outcome


def _in_time(outcome: ReferralOutcome, sent_on: date | None, at: datetime) -> None:
    if outcome.happened_on > day_of(at):
        raise Refused(_("Ngày này chưa tới. Chỉ ghi việc đã xảy ra."))
    if sent_on and outcome.happened_on < sent_on:
        raise Refused(_("Kết quả không thể có trước ngày gửi hồ sơ."))


def _tell(outcome: ReferralOutcome, verb: str, by: Any, at: datetime, data: dict[str, Any]) -> None:
    Event.objects.create(
        kind=f"referraloutcome.{verb}",
        actor=by,
        subject=outcome,
        target=outcome.status,
        data=data,
        at=at,
        is_sample=outcome.is_sample or by.is_sample,
    )


def proven(outcome: ReferralOutcome) -> str:
    """What is counted has evidence."""
    return lacks_evidence(outcome)


def tell_history(outcome: ReferralOutcome, event: Event) -> None:
    """A verified prize is a line in the history of prizes and in its venture's story; a
    retracted one is none. A line that was there before, written by hand, is left alone."""
    if outcome.status != ReferralOutcome.Status.VERIFIED:
        award, outcome.award = outcome.award, None
        if award is not None:
            ReferralOutcome.objects.filter(pk=outcome.pk).update(award=None)
            award.delete()
        return
    if not outcome.won:
        return
    referral, entry = outcome.referral, outcome.referral.entry
    with translation.override("vi"):
        level = str(referral.get_level_display())
    same = {
        "year": outcome.happened_on.year, "contest": referral.to_contest, "entry": entry.title,
    }  # fmt: skip
    award, is_new = Award.objects.get_or_create(
        **same,
        defaults={
            "level": level,
            "prize": outcome.prize,
            # Who it is by name is told only where they agreed; the organiser sent the entry.
            "holder": str(entry.contest.organiser),
            "source": outcome.evidence_words[:300],
            "venture": entry.venture,
            "is_sample": outcome.is_sample,
        },
    )
    if is_new:
        outcome.award = award
