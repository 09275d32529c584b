"""What officials fill in about a commendation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField
from accounts.models import Agency, User
from contests.models import Commendation
from core.codes import Code
from core.fields import CleanCharField, CleanTextField, DateField
from projects.models import Venture
from support_orgs.models import Organisation

CHOOSE = _("Chọn một mục.")


class CommendationForm(forms.Form):
    issuer = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Đơn vị tuyên dương"), error_messages={"required": CHOOSE}
    )
    occasion = CleanCharField(
        label=_("Dịp"), help_text=_("Ví dụ: Ngày hội khởi nghiệp 2026."), max_length=160
    )
    citation = CleanTextField(
        label=_("Vì thành tích gì"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    decision_number = CleanCharField(label=_("Số quyết định"), max_length=60)
    decided_on = DateField(label=_("Ngày quyết định"))
    email = AddressField(
        label=_("Người: thư điện tử của tài khoản"),
        help_text=_("Chỉ điền một trong ba ô: người, dự án, tổ chức."),
        required=False,
    )
    venture = CleanCharField(
        label=_("Dự án, doanh nghiệp: mã"), help_text=_("Ví dụ: DA-2026-0007."), max_length=20,
        required=False,
    )  # fmt: skip
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Câu lạc bộ, tổ chức hỗ trợ"), required=False
    )
    union = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Thuộc đoàn thể, trường"), required=False,
        help_text=_("Đoàn, Hội hoặc trường của người được tuyên dương."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, user: Any, found: Commendation | None = None, **kwargs: Any
    ) -> None:
        if found is not None:
            names = ("issuer", "occasion", "citation", "decision_number", "decided_on", "union")
            kwargs["initial"] = {name: getattr(found, name) for name in names} | {
                "email": found.person.email if found.person else "",
                "venture": found.venture.code if found.venture else "",
                "organisation": found.organisation,
            }
        super().__init__(*args, **kwargs)
        self.user = user
        today = Agency.objects.on(timezone.localdate()).order_by("name", "pk")
        issuers = today
        if "secretariat" not in user.roles:
            issuers = issuers.filter(pk__in=[h.agency_id for h in user.memberships_today])
        self.fields["issuer"].queryset = issuers
        self.fields["union"].queryset = today.filter(kind__in=UNIONS)
        self.fields["organisation"].queryset = Organisation.objects.visible_to(user).order_by(
            "name", "pk"
        )

    def clean_email(self) -> User | None:
        email = self.cleaned_data["email"]
        if not email:
            return None
        person = User.objects.filter(email=User.objects.normalize(email), is_active=True).first()
        if person is None:
            raise ValidationError(_t("Chưa có tài khoản với địa chỉ này."))
        return person

    def clean_venture(self) -> Venture | None:
        typed = self.cleaned_data["venture"]
        if not typed:
            return None
        code = Code.parse(typed)
        rows = Venture.objects.visible_to(self.user)
        found = rows.filter(year=code.year, number=code.number).first() if code else None
        if found is None:
            raise ValidationError(_t("Không có hồ sơ mang mã này."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"email", "venture"} & set(self.errors):
            return cleaned
        named = [n for n in ("email", "venture", "organisation") if cleaned.get(n)]
        if len(named) != 1:
            self.add_error("email", _t("Chọn một người, một dự án hoặc một tổ chức."))
        return cleaned

    def values(self) -> dict[str, Any]:
        told = {n: v for n, v in self.cleaned_data.items() if n != "email"}
        return told | {"person": self.cleaned_data["email"]}


UNIONS = (Agency.Kind.UNION, Agency.Kind.FRONT, Agency.Kind.SCHOOL)
