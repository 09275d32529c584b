"""The step about the people: who writes, how old they are, and a guardian where one is needed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField, PersonNameField
from accounts.models import User
from core.fields import CleanCharField, CleanTextField, DateField, VietnamesePhoneField
from core.formats_vn import date_vn
from core.models import AdminUnit
from projects import calls
from projects.forms.steps import StepForm, is_open
from projects.models import Venture


class PeopleStep(StepForm):
    needed = ("contact_name", "contact_birth_date", "guardian_name", "guardian_email")
    suggested = {"applicant": Venture.Applicant.PERSON}
    applicant = forms.ChoiceField(
        label=_("Người gửi là"),
        choices=Venture.Applicant.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Chọn một mục có trong danh sách.")},
    )
    contact_name = PersonNameField(
        label=_("Họ và tên của bạn"),
        error_messages={"required": _("Ghi họ và tên để cán bộ biết gọi bạn thế nào.")},
    )
    contact_birth_date = DateField(
        label=_("Ngày sinh"),
        help_text=_("Để biết bạn đã đủ 18 tuổi chưa. Chỉ cán bộ xem được."),
        error_messages={"required": _("Ghi ngày sinh. Cổng không bao giờ công bố ngày sinh.")},
    )
    guardian_name = PersonNameField(
        label=_("Họ tên cha, mẹ hoặc người giám hộ"),
        help_text=_(
            "Bạn dưới 18 tuổi. Luật yêu cầu cha, mẹ hoặc người giám hộ đồng ý "
            "trước khi công bố điều gì về bạn."
        ),
        error_messages={"required": _("Bạn dưới 18 tuổi: ghi tên cha, mẹ hoặc người giám hộ.")},
    )
    guardian_email = AddressField(
        label=_("Thư điện tử của người đó"),
        help_text=_(
            "Cổng gửi đến đây một thư hỏi ý kiến khi bạn gửi ý tưởng. Cán bộ vẫn xem ý tưởng "
            "trong lúc chờ."
        ),
        error_messages={
            "required": _("Bạn dưới 18 tuổi: ghi thư điện tử của cha, mẹ hoặc người giám hộ.")
        },
    )
    contact_phone = VietnamesePhoneField(label=_("Điện thoại"))
    unit = forms.ModelChoiceField(
        label=_("Xã, phường nơi bạn ở hoặc làm"),
        queryset=AdminUnit.objects.none(),
        empty_label=_("Chọn xã, phường"),
        error_messages={"invalid_choice": _("Chọn một xã, phường có trong danh sách.")},
    )
    workplace = CleanCharField(label=_("Trường hoặc nơi làm việc"), max_length=160)
    team = CleanTextField(
        label=_("Những người cùng làm"),
        help_text=_("Mỗi dòng một người: tên, làm việc gì. Chỉ ghi người đã đồng ý."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit := self.fields.get("unit"):
            units = AdminUnit.objects.on(self.today)
            if self.venture.unit_id:
                units = units | AdminUnit.objects.filter(pk=self.venture.unit_id)
            unit.queryset = units
        if born := self.fields.get("contact_birth_date"):
            born.latest = self.today
            born.widget.attrs["max"] = self.today.isoformat()
        if (call := self.venture.call) and call.applicants and "applicant" in self.fields:
            self.fields["applicant"].help_text = _t("Đợt này nhận bài của: %(kinds)s.") % {
                "kinds": calls.applicants_in_words(call)
            }
        self.is_child = is_child(self.venture, self._born(), self.today)
        if self.venture.entered_by_id and "guardian_email" in self.fields:
            self.fields["guardian_email"].required = False  # the guardian signs the paper
        if not self.is_child:
            self.fields.pop("guardian_name", None)
            self.fields.pop("guardian_email", None)

    def _born(self) -> date | None:
        """The birth date on the page that was posted, or else of the draft."""
        field = self.fields.get("contact_birth_date")
        if not self.is_bound or field is None:
            return self.venture.contact_birth_date
        try:
            return field.to_python(self.data.get(self.add_prefix("contact_birth_date")))
        except forms.ValidationError:
            return None

    def full_clean(self) -> None:
        super().full_clean()
        if self.kept.get("contact_birth_date") and not self.is_child:
            self.kept |= {"guardian_name": "", "guardian_email": ""}

    def clean_contact_birth_date(self) -> date | None:
        """An account's birth date is told once; a form cannot make a pupil grow up."""
        born, known = self.cleaned_data["contact_birth_date"], _told_before(self.venture)
        if born and known and born != known:
            raise forms.ValidationError(
                _t("Tài khoản của bạn ghi ngày sinh %(day)s. Sai thì báo quản trị viên.")
                % {"day": date_vn(known)}
            )
        return born

    def clean_guardian_email(self) -> str:
        email, owner = self.cleaned_data["guardian_email"], self.venture.owner
        if email and email in {self.venture.contact_email, owner.email if owner else ""}:
            raise forms.ValidationError(
                _t("Địa chỉ này là của bạn. Ghi địa chỉ của cha, mẹ hoặc người giám hộ.")
            )
        return email

    @classmethod
    def is_done(cls, venture: Venture, today: date) -> bool:
        grown = not is_child(venture, venture.contact_birth_date, today)
        skipped = {"guardian_name", "guardian_email"} if grown else set()
        skipped |= {"guardian_email"} if venture.entered_by_id else set()
        return all(
            getattr(venture, name)
            for name in cls.needed
            if name not in skipped and is_open(venture, name)
        )


def _told_before(venture: Venture) -> date | None:
    return venture.owner.birth_date if venture.owner else None


def is_child(venture: Venture, born: date | None, today: date) -> bool:
    """Whether the founder is under 18, by the account's birth date or else by ``born``."""
    born = _told_before(venture) or born
    return born is not None and User(birth_date=born).is_minor(today)
