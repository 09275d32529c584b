"""One table of transitions, one function: ``advance``.

An app writes its life cycle as a ``Workflow`` of ``Step`` rows (see
``projects/workflow.py``). Buttons, permission checks, the journal, letters, the
tables and diagrams in ``docs/`` and the test matrix are all read from those
rows. No other code moves a status.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import outbox, tasks
from core.models import Event
from core.words import Refused


class Blocked(Refused):
    """The step may not be taken now; ``str(error)`` tells the user why."""


@dataclass(frozen=True)
class Step:
    """A row: from which statuses a step leads to which, who may take it, what follows."""

    name: str
    label: Any  # the button: a verb (a lazy string)
    source: tuple[str, ...]
    target: str
    permission: str
    guard: Callable[[Any], str] | None = None  # the reason it is blocked, or ""
    effect: Callable[[Any, Event], object] | None = None  # runs in the same transaction
    tell: Callable[[Any], Iterable[str]] | None = None  # addresses that get emails/<kind>.txt
    asks: str = ""  # "note": a sentence is required; else the name of the form that is filled
    kind: str = ""  # how the button looks: "main", "bad" or quiet


class Workflow:
    """The life cycle of one model, whose ``status`` only this object moves."""

    def __init__(self, model: type[models.Model], *steps: Step) -> None:
        self.model = model
        self.name: str = model._meta.model_name or ""
        self.rows = steps
        self.names = tuple(dict.fromkeys(step.name for step in steps))

    def step(self, name: str, status: str) -> Step | None:
        """The row called ``name`` that leads away from ``status``."""
        return next((s for s in self.rows if s.name == name and status in s.source), None)

    def why_not(self, obj: Any, name: str, user: Any) -> str:
        """The reason ``user`` cannot take the step now; empty when they can."""
        step = self.step(name, obj.status)
        if step is None:
            return _("Hồ sơ đang ở tình trạng “%(status)s”, không làm được việc này.") % {
                "status": obj.get_status_display()
            }
        if denied := user.why_not(step.permission, obj):
            return str(denied)
        return str(step.guard(obj)) if step.guard else ""

    def open_steps(self, obj: Any, user: Any) -> list[Step]:
        """The steps ``user`` can take now: the buttons on the object's page."""
        return [
            step
            for step in self.rows
            if obj.status in step.source and not self.why_not(obj, step.name, user)
        ]

    @transaction.atomic
    def advance(
        self,
        obj: Any,
        name: str,
        *,
        by: Any,
        at: datetime,
        note: str = "",
        data: dict[str, Any] | None = None,
    ) -> Event:
        """Move ``obj`` along the named step, or raise ``Blocked`` and leave all as it was.

        The row is locked and read afresh first, so that of two opposite
        decisions taken at once exactly one is carried out.
        """
        obj.refresh_from_db(from_queryset=self.model._default_manager.select_for_update())
        if reason := self.why_not(obj, name, by):
            raise Blocked(reason)
        step = self.step(name, obj.status)
        assert step is not None  # why_not has refused otherwise  # noqa: S101
        if step.asks == "note" and not note.strip():
            raise Blocked(_("Ghi một câu lý do để người nhận biết phải làm gì."))

        source, obj.status = obj.status, step.target
        event = Event(
            kind=f"{self.name}.{name}",
            actor=by if by.is_authenticated else None,
            subject=obj,
            source=source,
            target=step.target,
            note=note.strip(),
            data=data or {},
            at=at,
            is_sample=bool(getattr(obj, "is_sample", False) or getattr(by, "is_sample", False)),
        )
        if step.effect:
            step.effect(obj, event)
        event.save()
        obj.save()  # the row is locked and freshly read: nothing is overwritten
        self._tell(step, obj, event)
        return event

    def _tell(self, step: Step, obj: Any, event: Event) -> None:
        for address in dict.fromkeys(step.tell(obj) if step.tell else ()):
            message = outbox.post(event, address, subject=obj)
            tasks.deliver.delay_on_commit(message_id=message.pk)

    def edges(self) -> Iterator[tuple[str, str, Step]]:
        for step in self.rows:
            for source in step.source:
                yield source, step.target, step

    def diagram(self) -> str:
        """The life cycle as a Mermaid state diagram."""
        rows = [f"    {source} --> {target}: {step.label}" for source, target, step in self.edges()]
        return "\n".join(["stateDiagram-v2", *rows])
