"""What every step of the idea form does: what is right is kept, whatever else is missing."""

from datetime import date
from typing import Any

from django import forms

from core.models import StoredFile
from projects.forms import closing
from projects.models import Venture


class StepForm(forms.Form):
    """One step of a draft.

    ``kept`` holds every answer that is in order, also of a form with errors: a draft is saved
    with what is there. Only a ``complete`` step asks for what is missing, and asks last. Of an
    idea that was sent back only the parts to mend are fields.
    """

    needed: tuple[str, ...] = ()
    suggested: dict[str, Any] = {}
    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        venture: Venture,
        today: date,
        complete: bool = True,
        attached: list[StoredFile] | None = None,
        **kwargs: Any,
    ) -> None:
        self.venture, self.today, self.complete = venture, today, complete
        self.kept: dict[str, Any] = {}
        self.marks: dict[str, bool] = {}
        initial = {name: getattr(venture, name, None) for name in self.base_fields}
        for name, value in self.suggested.items():
            initial[name] = initial[name] or value
        initial["attachment"] = attached
        super().__init__(*args, initial=initial, **kwargs)
        if venture.status == Venture.Status.RETURNED:
            for name in set(self.fields) - set(venture.mend_fields):
                del self.fields[name]
        for name, field in self.fields.items():
            field.required = name in self.needed
        closing.offer(self, venture)

    def full_clean(self) -> None:
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True
        if self.is_bound:
            self.kept = dict(self.cleaned_data)
            self.marks = closing.marks(self)
            if self.complete:
                self.ask_for_the_rest()

    def ask_for_the_rest(self) -> None:
        for name, field in self.fields.items():
            if field.required and name not in self.errors and not self.kept.get(name):
                self.add_error(name, field.error_messages["required"])

    @classmethod
    def columns(cls) -> list[str]:
        """The answers that are columns of the venture."""
        return [name for name in cls.base_fields if hasattr(Venture, name)]

    @classmethod
    def is_done(cls, venture: Venture, today: date) -> bool:
        """Whether nothing needed is missing that the founder could still write."""
        return all(getattr(venture, name) for name in cls.needed if is_open(venture, name))


def is_open(venture: Venture, name: str) -> bool:
    """Whether the founder may still write this answer."""
    return venture.status != Venture.Status.RETURNED or name in venture.mend_fields
