"""Forms about oneself, codes and guardians."""

import re

from django import forms
from django.core import validators
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Guardianship, Membership, User
from accounts.services import why_not_grant
from core.fields import CleanCharField, DateField, VietnamesePhoneField
from core.models import AdminUnit

_NAME = re.compile(r"[^\W\d_]+(?:(?:\. |[ '’-])[^\W\d_]+)*")


class PersonNameField(CleanCharField):
    """A person's name: letters only, since it goes into letters to others (no links, no codes)."""

    default_error_messages = {"letters": _("Tên chỉ gồm chữ cái và dấu cách.")}

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("label", _("Họ và tên"))
        super().__init__(**kwargs)

    def validate(self, value):
        super().validate(value)
        if value and not _NAME.fullmatch(value):
            raise forms.ValidationError(self.error_messages["letters"], code="letters")

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"autocomplete": "name"}


class AddressField(CleanCharField):
    """An e-mail address, in small letters, at most 254 characters."""

    widget = forms.EmailInput
    default_error_messages = {"required": _("Bạn chưa điền thư điện tử.")}

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault("label", _("Thư điện tử"))
        super().__init__(**kwargs)
        self.validators.append(
            validators.EmailValidator(_("Địa chỉ này chưa đúng. Ví dụ đúng: ten@example.com."))
        )

    def tidy(self, text):
        return super().tidy(text).lower()

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"autocomplete": "email"}


class ProfileForm(forms.Form):
    full_name = PersonNameField()
    birth_date = DateField(
        label=_("Ngày sinh"),
        required=False,
        help_text=_(
            "Chỉ để biết bạn đã đủ 18 tuổi chưa. Không bao giờ công bố. Ghi được một lần; sai thì "
            "báo quản trị viên."
        ),
    )
    phone = VietnamesePhoneField(label=_("Điện thoại"), required=False)
    unit = forms.ModelChoiceField(
        AdminUnit.objects.none(), label=_("Xã, phường"), required=False, empty_label=_("Chưa chọn")
    )

    def __init__(self, *args, user: User, **kwargs):
        told = {
            "full_name": user.full_name,
            "birth_date": user.birth_date,
            "phone": user.phone,
            "unit": user.unit_id,
        }
        super().__init__(*args, initial=told, **kwargs)
        today = timezone.localdate()
        units = AdminUnit.objects.on(today)
        if user.unit_id:
            units |= AdminUnit.objects.filter(pk=user.unit_id)
        self.fields["unit"].queryset = units
        self.fields["unit"].error_messages["invalid_choice"] = _(
            "Chọn một xã, phường trong danh sách."
        )
        self.fields["birth_date"].latest = today
        self.fields["birth_date"].widget.attrs["max"] = today.isoformat()
        self.fields["birth_date"].disabled = user.birth_date is not None


class AskGuardianForm(forms.Form):
    guardian_name = PersonNameField(label=_("Họ tên cha, mẹ hoặc người giám hộ"))
    guardian_email = AddressField(label=_("Thư điện tử của người giám hộ"))


class GuardianForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Ông/bà trả lời thế nào?"),
        choices=[
            (Guardianship.Answer.YES, _("Tôi đồng ý")),
            (Guardianship.Answer.NO, _("Tôi không đồng ý")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn một câu trả lời."),
            "invalid_choice": _("Chọn một câu trả lời."),
        },
    )
    name = PersonNameField(label=_("Họ và tên của ông/bà"))


class EmailForm(forms.Form):
    email = AddressField(help_text=_("Cổng gửi một mã 6 chữ số đến địa chỉ này."))


class CodeForm(forms.Form):
    code = CleanCharField(label=_("Mã trong thư"), max_length=20)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
        }


class MembershipForm(forms.ModelForm):
    """The admin's form: its class attribute ``by`` is the administrator who fills it in."""

    by: User

    class Meta:
        model = Membership
        fields = ["user", "role", "agency", "valid_from", "valid_to"]

    def clean(self):
        cleaned = super().clean()
        if "user" in cleaned and (
            reason := why_not_grant(Membership(user=cleaned["user"]), self.by)
        ):
            self.add_error("user", reason)
        return cleaned
