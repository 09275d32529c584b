"""The step of a call's own questions."""

from datetime import date
from typing import Any

from projects import calls
from projects.forms.call_fields import fields_of
from projects.forms.steps import StepForm, is_open
from projects.models import Venture


class CallStep(StepForm):
    """The questions of the call that the draft was begun in: all of them one column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.venture.call and is_open(self.venture, "call_answers"):
            self.fields |= fields_of(self.venture.call)
            given = self.venture.call_answers
            self.initial |= {q.name: given.get(str(q.pk)) for q in self.venture.call.asked}

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or self.venture.call is None:
            return
        answers = dict(self.venture.call_answers)
        for question in self.venture.call.asked:
            if question.name in self.kept:
                answers[str(question.pk)] = self.kept[question.name]
        told = {key: value for key, value in answers.items() if value not in (None, "")}
        # In the order in which PostgreSQL gives them back: a version compares their text.
        self.kept = {"call_answers": dict(sorted(told.items(), key=lambda row: int(row[0])))}

    def ask_for_the_rest(self) -> None:
        for name, field in self.fields.items():
            if field.required and name not in self.errors and self.kept.get(name) in (None, ""):
                self.add_error(name, field.error_messages["required"])

    @classmethod
    def columns(cls) -> list[str]:
        return ["call_answers"]

    @classmethod
    def is_done(cls, venture: Venture, today: date) -> bool:
        return not is_open(venture, "call_answers") or not calls.unanswered(venture)
