"""The questions of a call as fields of a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import CleanCharField, CleanTextField, WholeDongField
from projects.models import Call, CallQuestion

K = CallQuestion.Kind
FEW = 7  # more choices than this are a list to open
CHOOSE = _("Chọn một mục.")


class WholeNumberField(WholeDongField):
    """A whole number from 0 on; thousands may be grouped by dots or spaces."""

    default_error_messages = {
        "required": _("Bạn chưa viết số nào."),
        "invalid": _("Viết bằng chữ số, không có chữ. Ví dụ: 1.500."),
        "least": _("Viết một số từ %(limit)s trở lên."),
        "most": _("Viết một số không quá %(limit)s."),
    }


def field_of(question: CallQuestion) -> forms.Field:
    """The field of one question."""
    told: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": question.required,
    }
    if question.kind == K.SHORT:
        return CleanCharField(max_length=question.max_length, **told)
    if question.kind == K.LONG:
        rows = forms.Textarea(attrs={"rows": 4})
        return CleanTextField(max_length=question.max_length, widget=rows, **told)
    if question.kind == K.NUMBER:
        return WholeNumberField(**told)
    told["error_messages"] = {"required": CHOOSE, "invalid_choice": _("Chọn trong danh sách.")}
    if question.kind == K.YES_NO:
        choices = [("yes", _("Có")), ("no", _("Không"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **told)
    named = [(words, words) for words in question.choices]
    if len(named) > FEW:
        return forms.ChoiceField(choices=[("", _("Chọn một mục")), *named], **told)
    return forms.ChoiceField(choices=named, widget=forms.RadioSelect, **told)


def fields_of(call: Call) -> dict[str, forms.Field]:
    """The fields of a call's own questions, by name, in their order."""
    return {question.name: field_of(question) for question in call.asked}
