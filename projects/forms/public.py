"""The filter of the public lists of projects and enterprises."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.search import LONGEST, asked
from projects.lists import ENDED, RUNNING, all_units, former_code, former_units, units_of_today
from projects.models import Venture


class VentureFilter(forms.Form):
    """Reads ``?q=&linh_vuc=&xa=&giai_doan=&con=``; what it does not understand it leaves out."""

    q = forms.CharField(
        label=_("Tên, tóm tắt hoặc mã"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST}),
    )
    linh_vuc = forms.ChoiceField(
        label=_("Lĩnh vực"),
        choices=[("", _("Mọi lĩnh vực")), *Venture.Field.choices],
        required=False,
    )
    xa = forms.ChoiceField(label=_("Xã, phường"), required=False)
    giai_doan = forms.ChoiceField(
        label=_("Giai đoạn"),
        choices=[("", _("Mọi giai đoạn")), *Venture.Stage.choices],
        required=False,
    )

    def __init__(self, *args, today: date, is_enterprises: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        every = all_units()
        named = [(unit.code, str(unit)) for unit, _pks in units_of_today(today, every).values()]
        former = [(former_code(unit), str(unit)) for unit in former_units(every, today)]
        if is_enterprises:
            self.fields["con"] = forms.ChoiceField(
                label=_("Tình trạng"),
                choices=[
                    ("", _("Mọi doanh nghiệp")),
                    (RUNNING, _("Còn hoạt động")),
                    (ENDED, _("Đã chấm dứt")),
                ],
                required=False,
            )
        self.fields["xa"].choices = [
            ("", _("Mọi xã, phường")),
            *named,
            *([(_("Đơn vị cũ"), former)] if former else []),
        ]
        self.is_valid()

    def clean_q(self) -> str:
        return asked(self.cleaned_data["q"])

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())
