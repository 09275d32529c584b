"""The small box under an answer: "only those who screen may read this"."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import CLOSABLE, Venture

BOX = "kin"
WRONG_ITEM = gettext_lazy("Có mục không công bố được. Chọn lại trong danh sách.")


def offer(form: forms.Form, venture: Venture) -> None:
    """Put the box under each answer of this form that can be closed; ticked as posted or kept.

    The fields carry it as attributes, from which ``ducpho/field.html`` draws it.
    """
    ticked = posted(form)
    if ticked is None:
        ticked = set(venture.confidential)
    for name, field in form.fields.items():
        if name in CLOSABLE:
            field.closable, field.closed = True, name in ticked


def posted(form: forms.Form) -> set[str] | None:
    """The boxes that were ticked; None where the page that was sent had none."""
    if not form.is_bound or BOX not in form.data:
        return None
    values = form.data.getlist(BOX) if hasattr(form.data, "getlist") else [form.data[BOX]]
    return {value for value in values if value}


def marks(form: forms.Form) -> dict[str, bool]:
    """Each answer of the page with whether it is closed now; {} leaves all as they are.

    A name that is none of them is an error of the form, and changes nothing.
    """
    ticked = posted(form)
    if ticked is None:
        return {}
    names = {name for name, field in form.fields.items() if getattr(field, "closable", False)}
    if ticked - names:
        form.add_error(None, _("Có ô đánh dấu kín không thuộc bước này. Tải lại trang rồi lưu."))
        return {}
    return {name: name in ticked for name in names}


class ItemsField(forms.MultipleChoiceField):
    """What is published besides title and field: the items offered for this very venture."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid_choice": WRONG_ITEM,
            "invalid_list": WRONG_ITEM,
        }
        super().__init__(required=False, error_messages=messages, **kwargs)
