"""What officials fill in when an enterprise has ended."""

from django import forms
from django.utils.translation import gettext_lazy

from core.fields import DateField
from projects.forms.office import CHOOSE, FactForm
from projects.models import Closing


class ClosingForm(FactForm):
    """The portal's word that an enterprise is no more."""

    NAMES = ("happened_on", "kind", "evidence", "evidence_ref")

    happened_on = DateField(
        label=gettext_lazy("Ngày chấm dứt"),
        help_text=gettext_lazy("Xem trên thông báo của cơ quan đăng ký kinh doanh."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Chấm dứt vì"),
        help_text=gettext_lazy("Tạm ngừng kinh doanh không phải là chấm dứt, không ghi ở đây."),
        choices=Closing.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )

    field_order = ("kind", "happened_on", "evidence", "evidence_ref")
