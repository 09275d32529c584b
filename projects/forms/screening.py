"""What officials say to each other about an idea: whose it is, remarks, second opinions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency, User
from core.fields import CleanTextField
from projects.models import Opinion


class AssignForm(forms.Form):
    """One person or one agency."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Giao cho một người"),
        required=False,
        empty_label=gettext_lazy("Không chọn người"),
        error_messages={"invalid_choice": gettext_lazy("Chọn một người có trong danh sách.")},
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Hoặc giao cho một cơ quan"),
        help_text=gettext_lazy("Cán bộ của cơ quan đó bấm “Nhận xem”."),
        required=False,
        empty_label=gettext_lazy("Không chọn cơ quan"),
        error_messages={"invalid_choice": gettext_lazy("Chọn một cơ quan có trong danh sách.")},
    )
    note = CleanTextField(label=gettext_lazy("Lời dặn"), max_length=1000, required=False)

    def __init__(self, *args: Any, people: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("person")) == bool(cleaned.get("agency")):
            self.add_error("person", _("Chọn một người, hoặc một cơ quan."))
        return cleaned

    def told(self) -> dict[str, Any]:
        """What the journal keeps besides the sentence."""
        chosen = self.cleaned_data["person"] or self.cleaned_data["agency"]
        return {"person" if self.cleaned_data["person"] else "agency": chosen.pk}


class RemarkForm(forms.Form):
    """A word to colleagues."""

    text = CleanTextField(
        label=gettext_lazy("Nhận xét nội bộ"),
        help_text=gettext_lazy("Chỉ cán bộ đọc được. Không sửa, không xóa được."),
        max_length=2000,
    )


class AskForm(forms.Form):
    """Whom to ask, and what."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Hỏi ai"),
        empty_label=gettext_lazy("Chọn một người"),
        error_messages={
            "required": gettext_lazy("Chọn một người để hỏi."),
            "invalid_choice": gettext_lazy("Chọn một người có trong danh sách."),
        },
    )
    question = CleanTextField(
        label=gettext_lazy("Hỏi gì"),
        help_text=gettext_lazy("Một câu. Người được hỏi nhận một thư."),
        max_length=1000,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class OpinionForm(forms.Form):
    """What the one who was asked thinks."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Ý kiến của bạn"),
        choices=Opinion.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Chọn một ý kiến."),
            "invalid_choice": gettext_lazy("Chọn một ý kiến có trong danh sách."),
        },
    )
    words = CleanTextField(label=gettext_lazy("Nói rõ"), max_length=2000, required=False)
