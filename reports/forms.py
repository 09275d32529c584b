"""Forms of the report studio."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import CleanTextField


class SectionForm(forms.Form):
    body = CleanTextField(
        label=_("Nội dung"),
        max_length=20_000,
        required=False,
        help_text=_("Mỗi dòng là một đoạn. Con số lấy từ Biểu 01, bạn chỉ sửa lời."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    version = forms.IntegerField(min_value=0, max_value=10**6, widget=forms.HiddenInput)


class VerifyForm(forms.Form):
    sha256 = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("Mã SHA-256"),
        error_messages={"invalid": _("Mã SHA-256 có 64 ký tự, gồm số và chữ từ a đến f.")},
    )
