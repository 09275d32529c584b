"""The life of every fact is the same five rows; apps add whom it concerns."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.facts import Fact
from core.models import Event
from core.workflow import Step

S = Fact.Status


def lacks_evidence(fact: Fact) -> str:
    """Domain §2, rule 5: what is counted has evidence."""
    if fact.evidence_id or fact.evidence_ref:
        return ""
    return _("Chưa có minh chứng: thêm tệp hoặc số văn bản rồi mới xác nhận được.")


def verified(fact: Any, event: Event) -> None:
    fact.verified_at, fact.verified_by = event.at, event.actor


def retracted(fact: Any, event: Event) -> None:
    fact.retracted_at, fact.retracted_by = event.at, event.actor
    fact.retraction_reason = event.note


def fact_steps(
    model_name: str,
    *,
    guard: Callable[[Any], str] = lacks_evidence,
    after: Callable[[Any, Event], object] | None = None,
    tell: Callable[[Any], list[str]] | None = None,
    unless: Callable[[Any], str] | None = None,
) -> tuple[Step, ...]:
    """The rows of a fact's life. ``after`` runs when it is verified or retracted;
    ``unless`` gives the sentence that keeps it from being retracted."""

    def verify(fact: Any, event: Event) -> None:
        verified(fact, event)
        if after:
            after(fact, event)

    def retract(fact: Any, event: Event) -> None:
        retracted(fact, event)
        if after:
            after(fact, event)

    may = model_name
    return (
        Step("verify", gettext_lazy("Xác nhận"), (S.RECORDED,), S.VERIFIED, f"{may}.verify", guard, verify, tell, kind="main"),
        Step("return", gettext_lazy("Trả lại để sửa"), (S.RECORDED,), S.RETURNED, f"{may}.verify", asks="note"),
        Step("resend", gettext_lazy("Gửi lại"), (S.RETURNED,), S.RECORDED, f"{may}.edit"),
        Step("retract", gettext_lazy("Hủy việc đã ghi"), (S.RECORDED, S.RETURNED, S.VERIFIED), S.RETRACTED, f"{may}.retract", unless, retract, asks="note", kind="bad"),
    )  # fmt: skip
