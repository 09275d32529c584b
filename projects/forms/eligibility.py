"""The self-check as a form: six answers that are told back and forgotten."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.eligibility import QUESTIONS, Question

YES, NO = "co", "khong"
ANSWER = _("Chọn “Có” hoặc “Không”.")


class SelfCheck(forms.Form):
    """A radio pair for each question of the table."""

    use_required_attribute = False
    show_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=question.ask,
                choices=[(YES, _("Có")), (NO, _("Không"))],
                widget=forms.RadioSelect,
                error_messages={"required": ANSWER, "invalid_choice": ANSWER},
            )

    def noes(self) -> list[Question]:
        """The questions that were answered with no."""
        return [q for q in QUESTIONS if self.cleaned_data.get(q.code) == NO]
