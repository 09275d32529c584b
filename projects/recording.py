"""Facts of a venture as they are written down, mended and counted in what it is."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import files
from core.facts import Fact
from core.models import Event
from core.periods import day_of
from core.words import Refused
from projects.formations import (
    closing_wrong,
    registration_taken,
    succession_wrong,
    together_wrong,
)
from projects.models import (
    Closing,
    Formation,
    Milestone,
    Recognition,
    StageReached,
    Venture,
)
from projects.models.enterprise import formed_by

SAME_SENDING = timedelta(days=1)  # how long a form that was sent is remembered


def level_of(venture: Venture, *, leaving: Fact | None = None, entering: Fact | None = None) -> str:
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
            venture.level = level_of(venture, entering=fact)
        else:
            venture.level = level_of(venture, leaving=fact)
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


def attach(fact: Any) -> None:
    """The evidence file belongs to the fact from now on: who may read it follows the fact."""
    if fact.evidence_id:
        files.attach(fact.evidence, fact)
