"""What the organiser fills in about entries: the filter, parts to mend, late codes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contests import eligibility
from contests.models import Contest, Entry
from core.fields import CleanCharField, CleanTextField
from projects.forms.calls import MomentField


class EntryReturnForm(forms.Form):
    """Which parts must be mended, and one sentence that says how."""

    fields_to_mend = forms.MultipleChoiceField(
        label=gettext_lazy("Mục cần sửa"),
        help_text=gettext_lazy("Người dự thi chỉ sửa được những mục bạn chọn."),
        choices=eligibility.PARTS.items,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Chọn ít nhất một mục cần sửa."),
            "invalid_choice": gettext_lazy("Mục này không có trong hồ sơ."),
        },
    )
    note = CleanTextField(
        label=gettext_lazy("Viết cho người dự thi"),
        help_text=gettext_lazy("Một hai câu: còn thiếu gì, nên viết thêm gì."),
        max_length=1000,
    )


class EntryFilter(forms.Form):
    """The list's filter: a value that is none shows all."""

    bang = forms.ChoiceField(label=gettext_lazy("Bảng thi"), required=False)
    tinh_trang = forms.ChoiceField(label=gettext_lazy("Tình trạng"), required=False)

    def __init__(self, data: Any, *, contest: Contest) -> None:
        super().__init__(data)
        held: Any = self.fields
        held["bang"].choices = [
            ("", gettext_lazy("Tất cả các bảng")),
            *((board.code, board.name) for board in contest.board_list),
        ]
        sent = [row for row in Entry.Status.choices if row[0] != Entry.Status.DRAFT]
        held["tinh_trang"].choices = [("", gettext_lazy("Mọi tình trạng")), *sent]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class LateCodeForm(forms.Form):
    """Why one entry may come late, and until when."""

    reason = CleanCharField(
        label=gettext_lazy("Vì sao cho nộp muộn"),
        help_text=gettext_lazy("Ghi vào nhật ký. Ví dụ: mất điện cả xã từ 15 giờ ngày cuối."),
        max_length=300,
        error_messages={"required": gettext_lazy("Ghi vì sao cho nộp muộn.")},
    )
    until = MomentField(
        label=gettext_lazy("Dùng được đến"),
        error_messages={"required": gettext_lazy("Chọn ngày giờ.")},
    )
