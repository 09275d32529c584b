"""Asking somebody into the team, and their own answer."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import consent_texts
from accounts.forms import AddressField, PersonNameField
from accounts.models import Consent, Guardianship, User
from core.fields import CleanCharField, DateField
from projects.models import TeamMember
from projects.team import Answer


class InviteForm(forms.Form):
    use_required_attribute = False
    email = AddressField(
        label=_("Thư điện tử của người được mời"),
        help_text=_("Thư chỉ nói bạn mời. Người đó phải đăng nhập bằng đúng địa chỉ này."),
    )
    rights = forms.ChoiceField(
        label=_("Người đó được làm gì?"),
        choices=[
            (TeamMember.Rights.VIEW, _("Chỉ xem hồ sơ")),
            (TeamMember.Rights.EDIT, _("Xem và sửa bài viết; chỉ bạn gửi")),
        ],
        initial=TeamMember.Rights.VIEW,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn một quyền."),
            "invalid_choice": _("Chọn một quyền có trong danh sách."),
        },
    )
    role = CleanCharField(
        label=_("Việc trong nhóm"),
        help_text=_("Ví dụ: “làm bao bì”. Để trống cũng được."),
        max_length=80,
        required=False,
    )


class AnswerForm(forms.Form):
    """A yes: what the account lacks, and one's own consents, none ticked beforehand."""

    use_required_attribute = False
    full_name = PersonNameField(label=_("Họ và tên của bạn"))
    birth_date = DateField(
        label=_("Ngày sinh"),
        help_text=_("Để biết bạn đã đủ 18 tuổi chưa. Không bao giờ công bố. Ghi được một lần."),
    )
    guardian_name = PersonNameField(
        label=_("Họ tên cha, mẹ hoặc người giám hộ"),
        help_text=_("Chỉ ghi khi bạn dưới 18 tuổi."),
        required=False,
    )
    guardian_email = AddressField(label=_("Thư điện tử của người đó"), required=False)
    process = forms.BooleanField(
        label=_("Tôi đồng ý vào nhóm"),
        error_messages={"required": _("Đánh dấu ô này thì mới vào nhóm được.")},
    )
    show_name = forms.BooleanField(
        label=_("Tôi đồng ý ghi tên tôi khi dự án được công bố"), required=False
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        self.fields["process"].help_text = consent_texts.text("member_process")
        self.fields["show_name"].help_text = consent_texts.text("member_name")
        birth: Any = self.fields["birth_date"]
        birth.latest = today
        birth.widget.attrs["max"] = today.isoformat()
        if user.full_name:
            del self.fields["full_name"]
        if user.birth_date:
            del self.fields["birth_date"]
        asked = user.guardianships.exclude(answer=Guardianship.Answer.NO).exists()
        if asked or (user.birth_date and not user.is_minor(today)):
            del self.fields["guardian_name"], self.fields["guardian_email"]
        elif user.birth_date:
            self.fields["guardian_name"].help_text = _t(
                "Bạn dưới 18 tuổi nên cha, mẹ hoặc người giám hộ cần biết."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        born = self.user.birth_date or cleaned.get("birth_date")
        if "guardian_name" in self.fields and born and User(birth_date=born).is_minor(self.today):
            for name in ("guardian_name", "guardian_email"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _t("Bạn dưới 18 tuổi: ghi cha, mẹ hoặc người giám hộ."))
        return cleaned

    @property
    def answer(self) -> Answer:
        told = self.cleaned_data
        return Answer(
            full_name=told.get("full_name", ""),
            birth_date=told.get("birth_date"),
            guardian_name=told.get("guardian_name", ""),
            guardian_email=told.get("guardian_email", ""),
            show_name=told["show_name"],
        )


class LeadForm(forms.Form):
    """The new lead's consents for the venture, as a founder gives them."""

    use_required_attribute = False
    process = forms.BooleanField(
        label=_("Tôi đồng ý cho cán bộ đọc hồ sơ và liên hệ với tôi"),
        error_messages={"required": _("Đánh dấu ô này thì mới làm trưởng nhóm được.")},
    )
    publish_venture = forms.BooleanField(
        label=_("Tôi đồng ý công bố tên, lĩnh vực, địa bàn, tóm tắt khi ý tưởng thành dự án"),
        required=False,
    )
    publish_name = forms.BooleanField(
        label=_("Tôi đồng ý ghi tên tôi bên cạnh dự án đã công bố"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in Consent.Purpose.values:
            self.fields[purpose].help_text = consent_texts.text(purpose)

    @property
    def purposes(self) -> list[str]:
        return [p for p in Consent.Purpose.values if self.cleaned_data.get(p)]
