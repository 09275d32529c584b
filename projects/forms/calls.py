"""What officials fill in about a call and its questions."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.fields import CleanCharField, CleanTextField
from projects.models import Call, CallQuestion, Venture

MOST_CHOICES = 30
LONGEST_CHOICE = 100
LENGTHS = {CallQuestion.Kind.SHORT: 200, CallQuestion.Kind.LONG: 1500}
CHOOSE = _("Chọn một mục.")


class MomentField(forms.DateTimeField):
    """A day and an hour of here: from the browser's own input, or ``30/11/2026 17:00`` typed."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "required": _("Ghi ngày và giờ."),
        "invalid": _("Ngày giờ này không đúng. Viết như: 30/11/2026 17:00."),
        "far": _("Chọn một ngày từ năm 2020 đến năm 2100."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%d/%m/%Y %H:%M", "%d/%m/%Y %H giờ"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment is not None and not 2020 <= moment.year <= 2100:
            raise ValidationError(self.error_messages["far"], code="far")
        return moment


class CallForm(forms.Form):
    """A call in its own words, for whom, and from when to when."""

    NAMES = ("title", "about", "audience", "applicants", "opens_at", "closes_at")

    title = CleanCharField(
        label=_("Tên đợt"),
        help_text=_("Ngắn. Ví dụ: “Ý tưởng cho mùa du lịch biển”. Địa chỉ trang lấy từ tên này."),
        max_length=120,
    )
    about = CleanTextField(
        label=_("Đợt này để làm gì"),
        help_text=_("Tìm ý tưởng gì, ý tưởng được chọn thì được gì. Viết cho người dân đọc."),
        max_length=2000,
    )
    audience = CleanCharField(
        label=_("Ai gửi được"),
        help_text=_("Một câu. Ví dụ: “Học sinh, sinh viên sống hoặc học ở Đức Phổ”."),
        max_length=300,
    )
    applicants = forms.MultipleChoiceField(
        label=_("Chỉ nhận bài của"),
        help_text=_("Để trống thì nhận của mọi người gửi. Cổng từ chối bài không đúng mục này."),
        choices=Venture.Applicant.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": _("Chọn trong danh sách."),
            "invalid_list": _("Chọn trong danh sách."),
        },
    )
    opens_at = MomentField(label=_("Mở lúc"))
    closes_at = MomentField(
        label=_("Đóng lúc"),
        help_text=_("Đúng giờ này Cổng thôi nhận, không gia hạn thêm phút nào."),
    )

    def __init__(self, *args: Any, call: Call | None = None, **kwargs: Any) -> None:
        if call is not None:
            kwargs["initial"] = {name: getattr(call, name) for name in self.NAMES}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _t("Giờ đóng phải sau giờ mở."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the form says of the call, by the names of its columns."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


class QuestionForm(forms.Form):
    """One question of a call."""

    label = CleanCharField(label=_("Câu hỏi"), max_length=200)
    help = CleanCharField(
        label=_("Lời giải thích"),
        help_text=_("Hiện dưới câu hỏi. Một ví dụ thường giúp nhiều hơn một lời dặn."),
        max_length=300,
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Kiểu trả lời"),
        choices=CallQuestion.Kind.choices,
        widget=forms.RadioSelect,
        initial=CallQuestion.Kind.SHORT,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    choices = CleanTextField(
        label=_("Các lựa chọn"),
        help_text=_("Chỉ dùng cho kiểu chọn trong danh sách. Mỗi dòng một lựa chọn."),
        max_length=MOST_CHOICES * LONGEST_CHOICE,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    required = forms.BooleanField(label=_("Phải trả lời mới gửi được"), required=False)
    max_length = forms.IntegerField(
        label=_("Dài nhất bao nhiêu ký tự"),
        help_text=_("Chỉ dùng cho kiểu trả lời bằng chữ. Để trống thì Cổng chọn giúp."),
        min_value=1,
        max_value=3000,
        required=False,
        error_messages={
            "invalid": _("Viết một số từ 1 đến 3000."),
            "min_value": _("Viết một số từ 1 đến 3000."),
            "max_value": _("Viết một số từ 1 đến 3000."),
        },
    )

    def __init__(self, *args: Any, question: CallQuestion | None = None, **kwargs: Any) -> None:
        if question is not None:
            names = ("label", "help", "kind", "required", "max_length")
            kwargs["initial"] = {name: getattr(question, name) for name in names}
            kwargs["initial"]["choices"] = "\n".join(question.choices)
        super().__init__(*args, **kwargs)

    def clean_choices(self) -> list[str]:
        lines = (" ".join(line.split()) for line in self.cleaned_data["choices"].split("\n"))
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choices = cleaned.get("choices", [])
        if cleaned.get("kind") != CallQuestion.Kind.CHOICE or "choices" in self.errors:
            return cleaned
        if len(choices) < 2:
            self.add_error("choices", _t("Viết ít nhất hai lựa chọn, mỗi dòng một lựa chọn."))
        elif len(choices) > MOST_CHOICES or max(map(len, choices)) > LONGEST_CHOICE:
            words = _t("Nhiều nhất %(most)d lựa chọn, mỗi lựa chọn dài nhất %(long)d ký tự.")
            self.add_error("choices", words % {"most": MOST_CHOICES, "long": LONGEST_CHOICE})
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the form says of the question, by the names of its columns."""
        told = {name: self.cleaned_data[name] for name in ("label", "help", "kind", "required")}
        is_choice = told["kind"] == CallQuestion.Kind.CHOICE
        length = self.cleaned_data["max_length"] or LENGTHS.get(told["kind"], 200)
        return told | {
            "choices": self.cleaned_data["choices"] if is_choice else [],
            "max_length": length,
        }
