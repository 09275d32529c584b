"""What the panel's chair fills in: a decision against the rule, prizes where entries tie."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contests.prizes import Group
from core.fields import CleanTextField

LONGEST = 1000
IN, OUT = "in", "out"


class ReasonField(CleanTextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Lý do"),
            help_text=_("Câu này được in vào biên bản và hiện ở trang kết quả."),
            max_length=LONGEST,
            error_messages={"required": _("Ghi lý do: lý do này được in vào biên bản.")},
            **kwargs,
        )


class OverrideForm(forms.Form):
    """Against the rule: the entry advances, or does not."""

    decision = forms.ChoiceField(
        label=_("Quyết định"),
        choices=[(IN, _("Cho vào tiếp")), (OUT, _("Không cho vào tiếp"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một mục."), "invalid_choice": _("Chọn một mục.")},
    )
    reason = ReasonField()

    @property
    def advances(self) -> bool:
        return bool(self.cleaned_data["decision"] == IN)


class PrizesForm(forms.Form):
    """One choice for each entry of a group that stands together."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        kinds = {prize.pk: prize.name for prize in group.prizes}
        choices = [("0", _("Không có giải")), *((str(pk), name) for pk, name in kinds.items())]
        for line in group.lines:
            self.fields[self.name(line.entry_id)] = forms.ChoiceField(
                label=line.entry.title, choices=choices
            )
        self.fields["reason"] = ReasonField()

    @staticmethod
    def name(entry: int) -> str:
        return f"bai-{entry}"

    def chosen(self) -> dict[int, int | None]:
        told = {x.entry_id: self.cleaned_data[self.name(x.entry_id)] for x in self.group.lines}
        return {entry: int(prize) or None for entry, prize in told.items()}
