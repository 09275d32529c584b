"""The questions of each quarter: seven, most of them a tick."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import CleanTextField
from projects.forms.office import CHOOSE
from projects.models import CheckIn, Support

MOST_JOBS = 100_000
NUMBER = gettext_lazy("Viết một số, ví dụ: 3.")
WRONG = dict.fromkeys(("required", "invalid", "min_value", "max_value"), NUMBER)


class CheckInForm(forms.Form):
    """How the quarter went. Filled in on a phone in two minutes."""

    revenue_band = forms.ChoiceField(
        label=gettext_lazy("Doanh thu cả quý khoảng bao nhiêu?"),
        choices=CheckIn.Revenue.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    jobs = forms.IntegerField(
        label=gettext_lazy("Có bao nhiêu người làm, kể cả bạn?"),
        min_value=0,
        max_value=MOST_JOBS,
        error_messages=WRONG,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    jobs_women = forms.IntegerField(
        label=gettext_lazy("Trong đó bao nhiêu là nữ?"),
        min_value=0,
        max_value=MOST_JOBS,
        required=False,
        error_messages=WRONG,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Bán ở đâu?"),
        choices=CheckIn.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    went_well = CleanTextField(
        label=gettext_lazy("Việc gì làm được trong quý?"),
        help_text=gettext_lazy("Một câu là đủ."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    needed = forms.ChoiceField(
        label=gettext_lazy("Đang cần giúp gì nhất?"),
        help_text=gettext_lazy("Gửi tới cán bộ. Có người nhận thì bạn được báo tên."),
        choices=[("", gettext_lazy("Chưa cần gì")), *Support.Kind.choices],
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    needed_words = CleanTextField(
        label=gettext_lazy("Nói rõ hơn điều cần giúp"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        jobs, women = cleaned.get("jobs"), cleaned.get("jobs_women")
        if jobs is not None and women is not None and women > jobs:
            self.add_error("jobs_women", _("Số nữ không thể nhiều hơn số người làm."))
        said = cleaned.get("needed_words") and "needed" not in self.errors
        if said and not cleaned.get("needed"):
            self.add_error("needed", _("Chọn một loại cho điều bạn vừa viết."))
        return cleaned
