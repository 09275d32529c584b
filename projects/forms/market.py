"""What officials fill in: certificates, fairs, supply to lead firms."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import CleanCharField, CleanTextField, DateField, WholeDongField
from projects import certificates
from projects.certificate_kinds import CHOICES, KINDS
from projects.forms.office import CHOOSE, FactForm
from projects.models import Certificate, Product, Venture

CHOOSE_KIND = ("", gettext_lazy("Chọn loại chứng nhận"))


class VentureFactForm(FactForm):
    """A fact of a venture's market; ``venture`` is whose."""

    def __init__(self, *args: Any, venture: Venture, fact: Any = None, **kwargs: Any) -> None:
        self.venture = venture
        super().__init__(*args, fact=fact, **kwargs)
        self.ready(fact)

    def ready(self, fact: Any) -> None:
        """Offer what depends on the venture."""

    def clean_value(self) -> int:
        return self.cleaned_data["value"] or 0


class CertificateForm(VentureFactForm):
    """A certificate; its end is proposed by the rule of its kind."""

    NAMES = (
        "product", "kind", "level", "number", "issuer", "happened_on", "expires_on", "renews",
        "evidence", "evidence_ref",
    )  # fmt: skip

    product = forms.ModelChoiceField(
        label=gettext_lazy("Sản phẩm"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=gettext_lazy("Chung cho cả cơ sở"),
        error_messages={"invalid_choice": CHOOSE},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại chứng nhận"),
        choices=[CHOOSE_KIND, *CHOICES],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Hạng sao"),
        help_text=gettext_lazy("Chỉ OCOP có sao. 3–4 sao do cấp tỉnh, 5 sao do cấp trung ương."),
        choices=[
            ("", gettext_lazy("Không có sao")),
            ("3", gettext_lazy("Hạng 3 sao")),
            ("4", gettext_lazy("Hạng 4 sao")),
            ("5", gettext_lazy("Hạng 5 sao")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    number = CleanCharField(label=gettext_lazy("Số giấy"), max_length=80)
    issuer = CleanCharField(label=gettext_lazy("Nơi cấp"), max_length=200)
    happened_on = DateField(label=gettext_lazy("Ngày cấp"))
    expires_on = DateField(
        label=gettext_lazy("Có giá trị đến hết ngày"),
        help_text=gettext_lazy("Để trống thì Cổng tính theo loại. Giấy ghi khác thì theo giấy."),
        required=False,
    )
    renews = forms.ModelChoiceField(
        label=gettext_lazy("Gia hạn giấy"),
        help_text=gettext_lazy("Chọn giấy cũ mà giấy mới này thay. Cổng thôi nhắc giấy cũ."),
        queryset=Certificate.objects.none(),
        required=False,
        empty_label=gettext_lazy("Giấy cấp lần đầu"),
        error_messages={"invalid_choice": CHOOSE},
    )

    field_order = NAMES

    def ready(self, fact: Any) -> None:
        own = certificates.renewable(self.venture, but=fact)
        self.fields["product"].queryset = self.venture.products.order_by("name", "pk")
        renews = self.fields["renews"]
        renews.queryset = Certificate.objects.filter(pk__in=[one.pk for one in own])
        if not own:
            renews.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, issued = KINDS.get(cleaned.get("kind", "")), cleaned.get("happened_on")
        if kind and "level" in cleaned and bool(kind.levels) != bool(cleaned["level"]):
            words = _("Chọn hạng sao.") if kind.levels else _("Loại này không có sao.")
            self.add_error("level", words)
        if kind and issued and "expires_on" in cleaned and not cleaned["expires_on"]:
            cleaned["expires_on"] = kind.expires_on(issued)
        if issued and cleaned.get("expires_on") and cleaned["expires_on"] <= issued:
            self.add_error("expires_on", _("Ngày hết hạn phải sau ngày cấp."))
        return cleaned

    @property
    def rules(self) -> list[Any]:
        """The table of kinds, shown beside the form."""
        return list(KINDS.values())


class FairVisitForm(VentureFactForm):
    """A fair at which the venture showed its products."""

    NAMES = (
        "name", "place", "happened_on", "last_on", "result", "value", "evidence", "evidence_ref",
    )  # fmt: skip

    name = CleanCharField(label=gettext_lazy("Tên hội chợ"), max_length=200)
    place = CleanCharField(
        label=gettext_lazy("Nơi tổ chức"),
        help_text=gettext_lazy("Ví dụ: Quảng trường tỉnh, Quảng Ngãi."),
        max_length=200,
    )
    happened_on = DateField(label=gettext_lazy("Ngày đầu"))
    last_on = DateField(
        label=gettext_lazy("Ngày cuối"),
        help_text=gettext_lazy("Hội chợ một ngày thì ghi giống ngày đầu, hoặc để trống."),
        required=False,
    )
    result = CleanTextField(
        label=gettext_lazy("Kết quả"),
        help_text=gettext_lazy("Gặp ai, bán được gì, ký được gì."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    value = WholeDongField(
        label=gettext_lazy("Giá trị hợp đồng (đồng)"),
        help_text=gettext_lazy("Ví dụ: 1.500.000. Không có hợp đồng thì để trống."),
        required=False,
    )

    field_order = NAMES

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first = cleaned.get("happened_on")
        if first and "last_on" in cleaned:
            cleaned["last_on"] = cleaned["last_on"] or first
            if cleaned["last_on"] < first:
                self.add_error("last_on", _("Ngày cuối không thể trước ngày đầu."))
        return cleaned


class SupplyLinkForm(VentureFactForm):
    """What the venture supplies to a lead firm."""

    NAMES = (
        "lead_firm", "supplied", "happened_on", "until", "value", "evidence", "evidence_ref",
    )  # fmt: skip

    lead_firm = CleanCharField(label=gettext_lazy("Doanh nghiệp đầu tàu"), max_length=200)
    supplied = CleanCharField(
        label=gettext_lazy("Cung ứng gì"),
        help_text=gettext_lazy("Ví dụ: rong biển khô, 2 tấn mỗi tháng."),
        max_length=200,
    )
    happened_on = DateField(label=gettext_lazy("Từ ngày"))
    until = DateField(
        label=gettext_lazy("Đến ngày"),
        help_text=gettext_lazy("Chưa có ngày kết thúc thì để trống."),
        required=False,
    )
    value = WholeDongField(
        label=gettext_lazy("Giá trị hợp đồng (đồng)"),
        help_text=gettext_lazy("Ví dụ: 1.500.000. Không quy ra tiền được thì để trống."),
        required=False,
    )

    field_order = NAMES

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("happened_on"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", _("Ngày kết thúc không thể trước ngày bắt đầu."))
        return cleaned
