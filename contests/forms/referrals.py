"""What officials fill in when an entry goes on to a higher contest, and when the answer comes."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Entry, Referral
from core.fields import CleanCharField, DateField
from projects.forms.office import CHOOSE, FactForm


class EntryChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} · {obj.title} ({obj.board.name})"


class ReferralForm(forms.Form):
    """Which entry goes where, and until when it has to be there."""

    entry = EntryChoice(
        label=gettext_lazy("Bài dự thi"),
        help_text=gettext_lazy("Chỉ có bài vào tiếp hoặc có giải ở vòng đã công bố."),
        queryset=Entry.objects.none(),
        empty_label=None,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Gửi lên cấp"),
        choices=Referral.Level,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    to_contest = CleanCharField(
        label=gettext_lazy("Tên cuộc thi cấp trên"), min_length=3, max_length=160
    )
    to_body = CleanCharField(label=gettext_lazy("Nơi nhận hồ sơ"), max_length=160)
    deadline = DateField(label=gettext_lazy("Hạn nộp"))
    agreed = forms.BooleanField(
        label=gettext_lazy("Người dự thi đã đồng ý gửi hồ sơ"),
        help_text=gettext_lazy(
            "Hỏi họ trước. Người dưới 18 tuổi thì hỏi cả cha, mẹ hoặc người giám hộ."
        ),
        error_messages={"required": gettext_lazy("Hỏi người dự thi rồi mới gửi được.")},
    )

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        names = ("entry", "level", "to_contest", "to_body", "deadline")
        return {name: self.cleaned_data[name] for name in names}


class SendForm(forms.Form):
    """The letter that went with the dossier."""

    on = DateField(label=gettext_lazy("Ngày gửi"))
    ref = CleanCharField(
        label=gettext_lazy("Số công văn"),
        help_text=gettext_lazy("Ví dụ: 45/CV-BTC."),
        max_length=80,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["on"]
        day.latest = today
        day.widget.attrs["max"] = today.isoformat()

    def told(self) -> dict[str, str]:
        return {"on": self.cleaned_data["on"].isoformat(), "ref": self.cleaned_data["ref"]}


class OutcomeForm(FactForm):
    """What the higher contest gave, with what proves it."""

    NAMES = ("won", "prize", "happened_on", "evidence", "evidence_ref")

    won = forms.TypedChoiceField(
        label=gettext_lazy("Kết quả"),
        choices=(("yes", gettext_lazy("Có giải")), ("no", gettext_lazy("Không có giải"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    prize = CleanCharField(
        label=gettext_lazy("Tên giải"),
        help_text=gettext_lazy("Ví dụ: Giải ba. Không có giải thì để trống."),
        max_length=80,
        required=False,
    )
    happened_on = DateField(label=gettext_lazy("Ngày có kết quả"))

    field_order = NAMES

    def __init__(self, *args: Any, fact: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, fact=fact, **kwargs)
        if fact is not None:
            self.initial["won"] = "yes" if fact.won else "no"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("won") is True and not cleaned.get("prize") and "prize" not in self.errors:
            self.add_error("prize", _("Ghi tên giải."))
        if cleaned.get("won") is False:
            cleaned["prize"] = ""
        return cleaned
