"""The last step: the consents, each with its whole words."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import consent_texts
from accounts.forms import AddressField
from accounts.models import Consent
from projects import publishing
from projects.forms import closing


class SendStep(forms.Form):
    """The consents, none ticked beforehand, each with its whole words; a visitor's e-mail."""

    use_required_attribute = False
    process = forms.BooleanField(
        label=_("Tôi đồng ý cho cán bộ đọc hồ sơ và liên hệ với tôi"),
        error_messages={"required": _("Đánh dấu ô này thì cán bộ mới được đọc ý tưởng của bạn.")},
    )
    publish_venture = forms.BooleanField(
        label=_("Tôi đồng ý công bố tên, lĩnh vực và những mục tôi chọn khi ý tưởng thành dự án"),
        required=False,
    )
    published = closing.ItemsField(
        label=_("Mục công bố cùng tên và lĩnh vực"),
        help_text=_("Chưa mục nào được chọn sẵn. Đổi lại lúc nào cũng được."),
    )
    publish_name = forms.BooleanField(
        label=_("Tôi đồng ý ghi tên tôi bên cạnh dự án đã công bố"), required=False
    )
    email = AddressField(
        label=_("Thư điện tử của bạn"),
        help_text=_("Cổng gửi một mã 6 chữ số đến đây, sau đó gửi thư trả lời cũng đến đây."),
    )

    def __init__(
        self, *args: Any, asks: list[str], signed_in: bool, guardian_email: str = "",
        offered: Collection[str] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.guardian_email = guardian_email
        for purpose in Consent.Purpose.values:
            if purpose in asks:
                self.fields[purpose].help_text = consent_texts.text(purpose)
            else:
                del self.fields[purpose]
        if "publish_venture" in asks:
            self.fields["published"].choices = [(name, publishing.ITEMS[name]) for name in offered]
        else:
            del self.fields["published"]
        if signed_in:
            del self.fields["email"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if self.guardian_email and email == self.guardian_email:
            raise forms.ValidationError(
                _t("Địa chỉ này bạn đã ghi cho người giám hộ. Ghi địa chỉ của chính bạn.")
            )
        return email

    def clean(self) -> None:
        if self.cleaned_data.get("published") and not self.cleaned_data.get("publish_venture"):
            words = _t("Muốn công bố các mục này thì đánh dấu cả ô đồng ý công bố ở trên.")
            self.add_error("published", words)

    @property
    def purposes(self) -> list[str]:
        return [p for p in Consent.Purpose.values if self.cleaned_data.get(p)]
