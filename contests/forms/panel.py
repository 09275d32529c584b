"""Inviting judges, and what they say of conflicts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField, PersonNameField
from contests.models import Board, Contest, Judge
from contests.panel import Told
from core.fields import CleanCharField
from projects.models import Venture

FROM_LIST = dict.fromkeys(("invalid_choice", "invalid_list"), _("Chọn trong danh sách."))
CAPACITY = _("Viết một số từ 1 đến 2000.")


class JudgeForm(forms.Form):
    """Who is asked, what they know, and how much they take."""

    use_required_attribute = False
    name = PersonNameField(label=_("Họ và tên"))
    email = AddressField(
        label=_("Thư điện tử"),
        help_text=_("Lời mời gửi đến đây. Giám khảo trả lời bằng đúng địa chỉ này."),
    )
    title = CleanCharField(
        label=_("Chức vụ, nơi làm việc"),
        help_text=_("Ghi đủ tên nơi làm việc: Cổng so với trường và đơn vị của bài dự thi."),
        max_length=160,
        required=False,
    )
    expertise = forms.MultipleChoiceField(
        label=_("Lĩnh vực am hiểu"),
        help_text=_("Bài thuộc lĩnh vực này được ưu tiên giao cho người này."),
        choices=Venture.Field.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=FROM_LIST,
    )
    boards = forms.ModelMultipleChoiceField(
        Board.objects.none(),
        label=_("Chấm bảng"),
        help_text=_("Để trống thì chấm mọi bảng."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=FROM_LIST | {"invalid_pk_value": _("Chọn trong danh sách.")},
    )
    capacity = forms.IntegerField(
        label=_("Nhận nhiều nhất bao nhiêu bài mỗi vòng"),
        min_value=1,
        max_value=2000,
        initial=20,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), CAPACITY),
    )
    is_chair = forms.BooleanField(label=_("Trưởng ban giám khảo"), required=False)
    is_shadow = forms.BooleanField(
        label=_("Chấm tập sự"), help_text=_("Điểm của người này không tính."), required=False
    )

    def __init__(
        self, *args: Any, contest: Contest, judge: Judge | None = None, **kwargs: Any
    ) -> None:
        if judge is not None:
            names = ("name", "email", "title", "expertise", "capacity", "is_chair", "is_shadow")
            kwargs["initial"] = {name: getattr(judge, name) for name in names}
            kwargs["initial"]["boards"] = list(judge.boards.all())
        super().__init__(*args, **kwargs)
        self.fields["boards"].queryset = contest.boards.order_by("order", "pk")
        if judge is not None:
            del self.fields["email"]
        self.judge = judge

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_chair") and cleaned.get("is_shadow"):
            self.add_error("is_shadow", _t("Trưởng ban giám khảo không chấm tập sự."))
        return cleaned

    def told(self) -> Told:
        told = self.cleaned_data
        return Told(
            name=told["name"],
            email=self.judge.email if self.judge else told["email"],
            title=told["title"],
            expertise=tuple(told["expertise"]),
            boards=tuple(told["boards"]),
            capacity=told["capacity"],
            is_chair=told["is_chair"],
            is_shadow=told["is_shadow"],
        )


class DeclarationForm(forms.Form):
    """The pledge; the names are boxes of their own on the page."""

    use_required_attribute = False
    reason = CleanCharField(
        label=_("Nói thêm"),
        help_text=_("Ban tổ chức đọc được. Ví dụ: “Em họ của tôi”."),
        max_length=200,
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("Tôi cam kết như trên"),
        error_messages={"required": _("Đánh dấu ô cam kết thì mới chấm được.")},
    )


class ConflictForm(forms.Form):
    """The organiser finds that a judge is close to an entry."""

    use_required_attribute = False
    entry = forms.ChoiceField(
        label=_("Bài dự thi"),
        error_messages={"required": _("Chọn một bài."), "invalid_choice": _("Chọn một bài.")},
    )
    reason = CleanCharField(
        label=_("Lý do"), help_text=_("Lý do được giữ trong nhật ký."), max_length=300
    )

    def __init__(self, *args: Any, entries: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(entry.pk), f"{entry.code} {entry.title}".strip()) for entry in entries]
        self.fields["entry"].choices = [("", _t("Chọn một bài")), *choices]
