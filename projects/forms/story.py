"""What a venture's story asks: stages, milestones, investments, results of support, groups."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from core.fields import CleanCharField, CleanTextField, DateField, WholeDongField
from projects.forms.office import CHOOSE, FactForm
from projects.models import Investment, MilestonePlan, Venture, VentureGroup

FARTHEST = timedelta(days=366 * 10)  # a plan of more than ten years is a slip of the finger


class StageForm(FactForm):
    """A stage that was reached, with what proves it."""

    NAMES = ("stage", "happened_on", "content", "evidence", "evidence_ref")

    stage = forms.ChoiceField(
        label=gettext_lazy("Giai đoạn đã tới"),
        choices=Venture.Stage.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    happened_on = DateField(
        label=gettext_lazy("Ngày tới giai đoạn này"),
        help_text=gettext_lazy("Ví dụ: ngày bán được món hàng đầu tiên. Không ghi ngày chưa tới."),
    )
    content = CleanTextField(
        label=gettext_lazy("Minh chứng cho thấy điều gì"),
        help_text=gettext_lazy("Một hai câu. Chỉ bạn và cán bộ đọc được."),
        max_length=600,
        required=False,
    )

    field_order = NAMES


class MilestoneForm(FactForm):
    """A milestone that was reached, perhaps one that had been planned."""

    NAMES = ("plan", "title", "happened_on", "content", "evidence", "evidence_ref")

    plan = forms.ChoiceField(
        label=gettext_lazy("Mốc đã định trước"),
        help_text=gettext_lazy("Chọn nếu mốc này nằm trong dự định."),
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    title = CleanCharField(
        label=gettext_lazy("Đã làm được gì"),
        help_text=gettext_lazy(
            "Một câu ngắn, ví dụ: Bán 100 hũ đầu tiên. Khi đã xác nhận, câu này hiện công khai "
            "nếu dự án đã công bố."
        ),
        max_length=160,
    )
    happened_on = DateField(label=gettext_lazy("Ngày đạt"))
    content = CleanTextField(
        label=gettext_lazy("Nói thêm"),
        help_text=gettext_lazy("Chỉ bạn và cán bộ đọc được."),
        max_length=600,
        required=False,
    )

    field_order = NAMES

    def __init__(
        self, *args: Any, plans: list[MilestonePlan], fact: Any = None, **kwargs: Any
    ) -> None:
        if fact is not None and fact.plan and fact.plan not in plans:
            plans = [fact.plan, *plans]
        self.plans = {str(plan.pk): plan for plan in plans}
        super().__init__(*args, fact=fact, **kwargs)
        if not plans:
            del self.fields["plan"]
            return
        named = [(key, str(plan)) for key, plan in self.plans.items()]
        choice = cast("forms.ChoiceField", self.fields["plan"])
        choice.choices = [("", gettext_lazy("Không có trong dự định")), *named]
        if chosen := self.initial.get("plan"):
            self.initial["plan"] = str(chosen.pk)

    def values(self) -> dict[str, Any]:
        told = {name: self.cleaned_data.get(name) for name in self.NAMES}
        return told | {"plan": self.plans.get(told["plan"] or "")}


class InvestmentForm(FactForm):
    """Money put in, or promised."""

    NAMES = ("kind", "investor", "value", "happened_on", "content", "evidence", "evidence_ref")

    kind = forms.ChoiceField(
        label=gettext_lazy("Tiền đã góp hay mới cam kết"),
        choices=Investment.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    investor = CleanCharField(
        label=gettext_lazy("Người đầu tư"),
        help_text=gettext_lazy(
            "Tên tổ chức, hoặc “cá nhân”. Tên này chỉ công khai khi chủ dự án cho công bố."
        ),
        max_length=200,
    )
    value = WholeDongField(
        label=gettext_lazy("Số tiền (đồng)"),
        help_text=gettext_lazy("Ví dụ: 50.000.000."),
        min_value=1,
    )
    happened_on = DateField(label=gettext_lazy("Ngày góp hoặc ngày cam kết"))
    content = CleanTextField(
        label=gettext_lazy("Nói thêm"),
        help_text=gettext_lazy("Chỉ bạn và cán bộ đọc được."),
        max_length=600,
        required=False,
    )

    field_order = NAMES


class PlanForm(forms.Form):
    """A milestone to come."""

    title = CleanCharField(
        label=gettext_lazy("Mốc"),
        help_text=gettext_lazy("Một việc thấy được khi xong, ví dụ: Bán 100 hũ đầu tiên."),
        max_length=160,
    )
    planned_on = DateField(label=gettext_lazy("Định đạt ngày"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = cast("DateField", self.fields["planned_on"])
        day.earliest, day.latest = today, today + FARTHEST
        day.widget.attrs |= {"min": today.isoformat(), "max": day.latest.isoformat()}


class ResultForm(forms.Form):
    """What came of a support."""

    text = CleanTextField(
        label=gettext_lazy("Hỗ trợ này đem lại gì"),
        help_text=gettext_lazy("Một hai câu. Ghi rồi thì giữ nguyên, không sửa."),
        max_length=1000,
    )


class GroupsForm(forms.Form):
    """Which groups the owner wants to be counted with; none is an answer, too."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Dự án này thuộc nhóm nào"),
        choices=VentureGroup.Group.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Nhóm này không có trong danh sách.")},
    )
