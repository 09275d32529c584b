"""What officials fill in: answers to ideas, support given, enterprises formed."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency
from core.codes import Code
from core.fields import (
    CleanCharField,
    CleanTextField,
    DateField,
    KeptFileField,
    Owner,
    TaxCodeField,
    WholeDongField,
    keep_for,
)
from core.text import fold
from programme.models import Clause
from projects.forms.hours import HoursField
from projects.models import DeclineReason, Formation, Support, Venture
from projects.services import MENDABLE

CHOOSE = gettext_lazy("Chọn một mục.")


class ReturnForm(forms.Form):
    """Which parts must be mended, and one sentence that says how."""

    fields_to_mend = forms.MultipleChoiceField(
        label=gettext_lazy("Mục cần sửa"),
        help_text=gettext_lazy("Người gửi chỉ sửa được những mục bạn chọn."),
        choices=MENDABLE.items,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Chọn ít nhất một mục cần sửa."),
            "invalid_choice": gettext_lazy("Mục này không có trong hồ sơ."),
        },
    )
    note = CleanTextField(
        label=gettext_lazy("Viết cho người gửi"),
        help_text=gettext_lazy("Một hai câu: còn thiếu gì, nên viết thêm gì."),
        max_length=1000,
    )

    def leave_out(self, name: str) -> None:
        """A part that this idea does not have."""
        field = cast("forms.MultipleChoiceField", self.fields["fields_to_mend"])
        field.choices = [row for row in MENDABLE.items() if row[0] != name]

    def told(self) -> dict[str, Any]:
        """What the journal keeps besides the sentence."""
        return {"fields": self.cleaned_data["fields_to_mend"]}


class DeclineForm(forms.Form):
    """Why, from a short list, and one sentence; each reason has a next step."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Lý do"),
        help_text=gettext_lazy("Người gửi đọc được lý do và bước tiếp theo."),
        choices=list,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Chọn một lý do để người gửi biết vì sao."),
            "invalid_choice": gettext_lazy("Chọn một lý do có trong danh sách."),
        },
    )
    note = CleanTextField(
        label=gettext_lazy("Viết cho người gửi"),
        help_text=gettext_lazy("Một hai câu nói rõ hơn lý do."),
        max_length=1000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(DeclineReason.objects.offered())
        self.steps = {row.code: row.step for row in offered}
        cast("forms.ChoiceField", self.fields["reason"]).choices = [
            (row.code, row.label) for row in offered
        ]

    def told(self) -> dict[str, Any]:
        """What the journal keeps besides the sentence."""
        return {"reason": self.cleaned_data["reason"]}

    def reasons(self) -> Iterator[tuple[Any, str]]:
        """Each choice with the next step that the founder will read."""
        for option in self["reason"]:
            yield option, self.steps[option.data["value"]]


class FactForm(forms.Form):
    """What every fact of a venture asks: the day, and something that proves it."""

    NAMES: tuple[str, ...] = ()

    evidence = KeptFileField(
        label=gettext_lazy("Tệp minh chứng"),
        help_text=gettext_lazy(
            "Ảnh chụp hoặc bản quét: quyết định, biên bản, hóa đơn, giấy đăng ký."
        ),
        required=False,
    )
    evidence_ref = CleanCharField(
        label=gettext_lazy("Số văn bản minh chứng"),
        help_text=gettext_lazy("Ví dụ: 12/QĐ-UBND ngày 05/09/2026."),
        max_length=200,
        required=False,
    )

    def __init__(
        self, *args: Any, owner: Owner, today: date, fact: Any = None, **kwargs: Any
    ) -> None:
        if fact is not None:
            kwargs["initial"] = {name: getattr(fact, name) for name in self.NAMES}
        super().__init__(*args, **kwargs)
        keep_for(self, owner)
        day = cast("DateField", self.fields["happened_on"])
        day.latest = today
        day.widget.attrs["max"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        proofs = [cleaned.get(name) for name in ("evidence", "evidence_ref")]
        if not any(proofs) and not {"evidence", "evidence_ref"} & self.errors.keys():
            words = _("Cần một trong hai: tệp minh chứng, hoặc số văn bản minh chứng.")
            self.add_error("evidence_ref", words)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the form says of the fact, by the names of its columns."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


class SupportForm(FactForm):
    """A line of the support ledger."""

    NAMES = (
        "happened_on", "kind", "source", "provider", "value", "half_hours", "clause", "content",
        "evidence", "evidence_ref",
    )  # fmt: skip

    happened_on = DateField(
        label=gettext_lazy("Ngày hỗ trợ"),
        help_text=gettext_lazy("Ngày việc hỗ trợ đã diễn ra. Không ghi ngày chưa tới."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại hỗ trợ"),
        choices=[("", gettext_lazy("Chọn loại hỗ trợ")), *Support.Kind.choices],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Nguồn"),
        choices=Support.Source.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    provider = CleanCharField(
        label=gettext_lazy("Đơn vị hỗ trợ"),
        help_text=gettext_lazy("Gõ vài chữ rồi chọn, hoặc viết tên khác. Tên này công khai."),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "co-quan", "autocomplete": "off"}),
    )
    value = WholeDongField(
        label=gettext_lazy("Giá trị (đồng)"),
        help_text=gettext_lazy("Ví dụ: 1.500.000. Không quy ra tiền được thì để trống."),
        required=False,
    )
    half_hours = HoursField(
        label=gettext_lazy("Số giờ"),
        help_text=gettext_lazy("Cho cố vấn, đào tạo không tính bằng tiền. Ví dụ: 2 hoặc 1,5."),
        required=False,
    )
    clause = forms.ChoiceField(
        label=gettext_lazy("Điểm của chương trình"),
        help_text=gettext_lazy("Không chọn thì Cổng tính theo loại hỗ trợ."),
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    content = CleanTextField(label=gettext_lazy("Nội dung"), max_length=1000, required=False)

    field_order = NAMES

    def __init__(
        self, *args: Any, agencies: list[Agency], clauses: list[Clause], **kwargs: Any
    ) -> None:
        self.agencies = agencies
        self.clauses = {clause.code: clause for clause in clauses}
        super().__init__(*args, **kwargs)
        named = [(clause.code, f"{clause.code} {clause.title}") for clause in clauses]
        choice = cast("forms.ChoiceField", self.fields["clause"])
        choice.choices = [("", gettext_lazy("Theo loại hỗ trợ")), *named]
        if chosen := self.initial.get("clause"):
            self.initial["clause"] = chosen.code

    def clean_value(self) -> int:
        return self.cleaned_data["value"] or 0

    def clean_half_hours(self) -> int:
        return self.cleaned_data["half_hours"] or 0

    def clean_clause(self) -> Clause | None:
        return self.clauses.get(self.cleaned_data["clause"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("value") and cleaned.get("half_hours"):
            self.add_error("half_hours", _("Ghi bằng đồng hoặc bằng giờ, không ghi cả hai."))
        return cleaned

    def values(self) -> dict[str, Any]:
        named = fold(self.cleaned_data["provider"])
        known = (a for a in self.agencies if named in {fold(a.name), fold(a.short_name)})
        return super().values() | {"agency": next(known, None)}


class FormationForm(FactForm):
    """The portal's word that an enterprise came into being."""

    NAMES = (
        "happened_on", "name", "tax_code", "basis", "together", "succeeds",
        "evidence", "evidence_ref",
    )  # fmt: skip

    name = CleanCharField(
        label=gettext_lazy("Tên doanh nghiệp"),
        help_text=gettext_lazy("Như trên giấy đăng ký."),
        max_length=200,
    )
    tax_code = TaxCodeField(
        label=gettext_lazy("Mã số thuế"),
        help_text=gettext_lazy("10 chữ số; chi nhánh có thêm 3 chữ số."),
    )
    happened_on = DateField(
        label=gettext_lazy("Ngày đăng ký lần đầu"),
        help_text=gettext_lazy("Xem trên giấy chứng nhận đăng ký doanh nghiệp."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Căn cứ công nhận"),
        help_text=gettext_lazy("Vì sao đây là doanh nghiệp khởi nghiệp đổi mới sáng tạo."),
        choices=Formation.Basis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )

    together = CleanCharField(
        label=gettext_lazy("Dự án khác cùng hình thành"),
        help_text=gettext_lazy("Mã dự án, cách nhau bằng dấu phẩy. Không có thì để trống."),
        max_length=200,
        required=False,
    )
    succeeds = TaxCodeField(
        label=gettext_lazy("Nối tiếp doanh nghiệp có mã số thuế"),
        help_text=gettext_lazy(
            "Chỉ ghi khi doanh nghiệp cũ chuyển đổi, chia, sáp nhập thành doanh nghiệp này. "
            "Doanh nghiệp nối tiếp không được đếm thêm."
        ),
        required=False,
    )

    field_order = (
        "name", "tax_code", "happened_on", "basis", "together", "succeeds",
        "evidence", "evidence_ref",
    )  # fmt: skip

    def __init__(self, *args: Any, fact: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, fact=fact, **kwargs)
        if fact is not None:
            self.initial["together"] = ", ".join(venture.code for venture in fact.together)
            self.initial["succeeds"] = fact.succeeds.tax_code if fact.succeeds else ""

    def clean_together(self) -> tuple[Venture, ...]:
        """The projects named, each once; each code is of a project that the portal knows."""
        found: dict[int, Venture] = {}
        for text in re.split(r"[,;\s]+", self.cleaned_data["together"]):
            if not text:
                continue
            code = Code.parse(text)
            rows = Venture.objects.exclude(level=Venture.Level.IDEA)
            venture = code and rows.filter(year=code.year, number=code.number).first()
            if not venture:
                raise forms.ValidationError(
                    _("Không có dự án nào mang mã “%(code)s”."), params={"code": text[:40]}
                )
            found[venture.pk] = venture
        return tuple(sorted(found.values(), key=lambda venture: venture.pk))

    def clean_succeeds(self) -> Formation | None:
        """The formation of the enterprise that this one continues: its first that stands."""
        tax_code = self.cleaned_data["succeeds"]
        if not tax_code:
            return None
        rows = Formation.objects.filter(tax_code=tax_code, status=Formation.Status.VERIFIED)
        found = rows.order_by("happened_on", "pk").first()
        if found is None:
            raise forms.ValidationError(_("Chưa có doanh nghiệp nào đã xác nhận với mã này."))
        return found


def sending_key(posted: Any, uploads: Any) -> str:
    """What tells one sending of a form from another: all it holds, with the number it was shown
    under. A second press has the same key; the same form sent with other words has another."""
    told = [
        sorted((k, posted.getlist(k)) for k in posted if k != "csrfmiddlewaretoken"),
        sorted((k, f.name, f.size) for k in uploads for f in uploads.getlist(k)),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()
