"""The search over clubs and organisations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.search import LONGEST, asked


class OrganisationSearch(forms.Form):
    q = forms.CharField(
        label=_("Tên hoặc đơn vị chủ quản"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_valid()

    def clean_q(self) -> str:
        return asked(self.cleaned_data["q"])

    @property
    def text(self) -> str:
        return self.cleaned_data.get("q", "")
