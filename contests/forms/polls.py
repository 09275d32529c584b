"""What voters type, and what officials fill in about a poll."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField
from accounts.models import Agency
from contests import polls, votes
from contests.models import Poll
from contests.models.votes import MOST_CHOICES
from core.fields import CleanCharField, CleanTextField
from projects.forms.calls import MomentField

CHOOSE = _("Chọn một mục.")


# -- Voters ------------------------------------------------------------------------
class AskCodeForm(forms.Form):
    email = AddressField(
        help_text=_("Cổng gửi một mã 6 chữ số đến địa chỉ này, và không lưu địa chỉ.")
    )


class MailedCodeForm(forms.Form):
    code = CleanCharField(
        label=_("Mã trong thư"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class CardForm(forms.Form):
    card = CleanCharField(
        label=_("Mã trên thẻ"),
        help_text=_("12 chữ và số in dưới hình vuông. Ví dụ: 7K2M-9QXD-40TB."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ReceiptForm(forms.Form):
    receipt = CleanCharField(
        label=_("Mã biên nhận"),
        help_text=_("16 chữ và số bạn đã chép lại khi bỏ phiếu."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_receipt(self) -> str:
        receipt = votes.read_signs(self.cleaned_data["receipt"], votes.RECEIPT_SIGNS)
        if not receipt:
            raise forms.ValidationError(_t("Mã biên nhận có 16 chữ và số. Xem lại từng chữ."))
        return receipt


# -- Officials ---------------------------------------------------------------------
class PollForm(forms.Form):
    NAMES = (
        "title", "about", "organiser", "contest", "kind", "opens_at", "closes_at", "most_choices",
    )  # fmt: skip

    title = CleanCharField(
        label=_("Tên cuộc bình chọn"),
        help_text=_("Ngắn. Ví dụ: “Ý tưởng được yêu thích 2026”. Địa chỉ trang lấy từ tên này."),
        max_length=160,
    )
    about = CleanTextField(label=_("Bình chọn để làm gì"), max_length=2000, required=False)
    organiser = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Đơn vị tổ chức"), error_messages={"required": CHOOSE}
    )
    contest = forms.ModelChoiceField(
        None, label=_("Của cuộc thi"), required=False, empty_label=_("Không thuộc cuộc thi nào")
    )
    kind = forms.ChoiceField(
        label=_("Ai bình chọn"), choices=Poll.Kind.choices, widget=forms.RadioSelect,
        initial=Poll.Kind.MAIL, error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )  # fmt: skip
    opens_at = MomentField(label=_("Mở lúc"))
    closes_at = MomentField(
        label=_("Kết thúc lúc"), help_text=_("Đúng giờ này Cổng thôi nhận phiếu.")
    )
    most_choices = forms.IntegerField(
        label=_("Mỗi người chọn nhiều nhất"), initial=1, min_value=1, max_value=MOST_CHOICES,
        error_messages={
            "required": _("Viết một số từ 1 đến 20."),
            "invalid": _("Viết một số từ 1 đến 20."),
            "min_value": _("Viết một số từ 1 đến 20."),
            "max_value": _("Viết một số từ 1 đến 20."),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, poll: Poll | None = None, **kwargs: Any) -> None:
        if poll is not None:
            kwargs["initial"] = {name: getattr(poll, name) for name in self.NAMES}
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.on(timezone.localdate())
        if "secretariat" not in user.roles:
            agencies = agencies.filter(pk__in=[h.agency_id for h in user.memberships_today])
        self.fields["organiser"].queryset = agencies.order_by("name", "pk")
        self.fields["contest"].queryset = polls.contests_with_vote(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _t("Giờ kết thúc phải sau giờ mở."))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


class OptionForm(forms.Form):
    title = CleanCharField(label=_("Tên lựa chọn"), max_length=120)
    about = CleanCharField(label=_("Một câu giới thiệu"), max_length=300, required=False)


class CardsForm(forms.Form):
    count = forms.IntegerField(
        label=_("Số thẻ"), min_value=1, max_value=polls.MOST_CARDS,
        help_text=_("Nhiều nhất 500 thẻ một tập. Cần nhiều hơn thì in nhiều tập."),
        error_messages={
            "required": _("Viết một số từ 1 đến 500."),
            "invalid": _("Viết một số từ 1 đến 500."),
            "min_value": _("Viết một số từ 1 đến 500."),
            "max_value": _("Viết một số từ 1 đến 500."),
        },
    )  # fmt: skip
    purpose = CleanCharField(
        label=_("Phát cho ai"), help_text=_("Ví dụ: Chi đoàn 12A1."), max_length=120
    )


class AnnulForm(forms.Form):
    """Which ballots, and why. Filled from a line of the log, or with a receipt."""

    mang = CleanCharField(label=_("Dấu mạng"), max_length=12, required=False)
    mien = CleanCharField(label=_("Nhà cung cấp thư"), max_length=40, required=False)
    phut = CleanCharField(widget=forms.HiddenInput, max_length=40, required=False)
    bien_nhan = CleanCharField(label=_("Mã biên nhận"), max_length=60, required=False)
    reason = CleanCharField(
        label=_("Lý do"), help_text=_("Một câu. Mọi người đọc được cùng với số phiếu bị loại."),
        max_length=300,
    )  # fmt: skip

    def which(self) -> polls.Which:
        """What the fields name; a minute that cannot be read names nothing."""
        told = getattr(self, "cleaned_data", None) or {}
        try:
            at = parse_datetime(told.get("phut") or "")
        except ValueError:
            at = None
        during = polls.minute(at) if at and timezone.is_aware(at) else polls.Which()
        receipt = votes.read_signs(told.get("bien_nhan") or "", votes.RECEIPT_SIGNS)
        return polls.Which(
            network=told.get("mang") or "",
            domain=told.get("mien") or "",
            since=during.since,
            until=during.until,
            receipt=receipt,
        )


class VoidForm(forms.Form):
    reason = CleanCharField(label=_("Vì sao hủy tập thẻ này"), max_length=300)
