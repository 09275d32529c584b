"""Entering for somebody: who they are, and how they confirmed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import consent_texts
from accounts.forms import AddressField, PersonNameField
from accounts.models import Consent
from core.fields import CleanCharField, DateField, KeptFileField, VietnamesePhoneField
from core.files.kinds import PDF, PICTURES
from core.models import AdminUnit


class BeginForm(forms.Form):
    use_required_attribute = False
    contact_name = PersonNameField(label=_("Họ và tên người có ý tưởng"))
    contact_birth_date = DateField(
        label=_("Ngày sinh"),
        help_text=_("Để biết người đó đã đủ 18 tuổi chưa. Không bao giờ công bố."),
    )
    unit = forms.ModelChoiceField(
        AdminUnit.objects.none(),
        label=_("Xã, phường nơi ở hoặc làm"),
        required=False,
        empty_label=_("Chọn xã, phường"),
        error_messages={"invalid_choice": _("Chọn một xã, phường có trong danh sách.")},
    )
    contact_phone = VietnamesePhoneField(label=_("Điện thoại"), required=False)
    contact_email = AddressField(
        label=_("Thư điện tử"),
        required=False,
        help_text=_("Có thì xác nhận được bằng mã. Không có thì xác nhận bằng giấy đã ký."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = AdminUnit.objects.on(today)
        birth: Any = self.fields["contact_birth_date"]
        birth.latest = today
        birth.widget.attrs["max"] = today.isoformat()


class ConsentsForm(forms.Form):
    """What the person agreed to; of an idea that was sent back nothing new is asked."""

    use_required_attribute = False
    process = forms.BooleanField(
        label=_("Người đó đồng ý cho cán bộ đọc hồ sơ và liên hệ"),
        error_messages={"required": _("Chưa có câu đồng ý này thì chưa gửi được.")},
    )
    publish_venture = forms.BooleanField(
        label=_("Người đó đồng ý công bố tên, lĩnh vực, địa bàn, tóm tắt của dự án"),
        required=False,
    )
    publish_name = forms.BooleanField(
        label=_("Người đó đồng ý ghi tên mình bên cạnh dự án"), required=False
    )

    def __init__(self, *args: Any, mended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in Consent.Purpose.values:
            if mended:
                del self.fields[purpose]
            else:
                self.fields[purpose].help_text = consent_texts.text(purpose)

    @property
    def purposes(self) -> list[str]:
        return [p for p in Consent.Purpose.values if self.cleaned_data.get(p)]


class AskCodeForm(ConsentsForm):
    email = AddressField(
        label=_("Thư điện tử của người đó"),
        help_text=_("Cổng gửi bản tóm tắt, những điều đồng ý và một mã 6 chữ số đến đây."),
    )
    field_order = ("email",)


class ReadOutForm(forms.Form):
    use_required_attribute = False
    code = CleanCharField(
        label=_("Mã người đó đọc cho bạn"),
        max_length=20,
        error_messages={"required": _("Gõ mã 6 chữ số trong thư.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PaperForm(ConsentsForm):
    paper = KeptFileField(
        label=_("Ảnh chụp hoặc bản quét tờ đã ký"),
        help_text=_("Ảnh hoặc PDF, tối đa 20 MB. Dưới 18 tuổi thì cả người giám hộ cùng ký."),
        kinds={*PICTURES, PDF},
        error_messages={"required": _("Chọn ảnh hoặc bản quét của tờ đã ký.")},
    )
