"""The idea form: few fields, one group a step. What is right is kept, whatever else is missing."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import consent_texts
from accounts.forms import AddressField, PersonNameField
from accounts.models import Consent, User
from core import files
from core.fields import (
    CleanCharField,
    CleanTextField,
    DateField,
    VietnamesePhoneField,
)
from core.formats_vn import date_vn
from core.kept_files import KeptFilesField
from core.models import AdminUnit, StoredFile
from projects import calls, publishing
from projects.forms import closing
from projects.forms.call_fields import fields_of
from projects.models import Support, Venture
from projects.services import MOST_FILES


class StepForm(forms.Form):
    """One step of a draft.

    ``kept`` holds every answer that is in order, also of a form with errors: a draft is saved
    with what is there. Only a ``complete`` step asks for what is missing, and asks last. Of an
    idea that was sent back only the parts to mend are fields.
    """

    needed: tuple[str, ...] = ()
    suggested: dict[str, Any] = {}
    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        venture: Venture,
        today: date,
        complete: bool = True,
        attached: list[StoredFile] | None = None,
        **kwargs: Any,
    ) -> None:
        self.venture, self.today, self.complete = venture, today, complete
        self.kept: dict[str, Any] = {}
        self.marks: dict[str, bool] = {}
        initial = {name: getattr(venture, name, None) for name in self.base_fields}
        for name, value in self.suggested.items():
            initial[name] = initial[name] or value
        initial["attachment"] = attached
        super().__init__(*args, initial=initial, **kwargs)
        if venture.status == Venture.Status.RETURNED:
            for name in set(self.fields) - set(venture.mend_fields):
                del self.fields[name]
        for name, field in self.fields.items():
            field.required = name in self.needed
        closing.offer(self, venture)

    def full_clean(self) -> None:
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True
        if self.is_bound:
            self.kept = dict(self.cleaned_data)
            self.marks = closing.marks(self)
            if self.complete:
                self.ask_for_the_rest()

    def ask_for_the_rest(self) -> None:
        for name, field in self.fields.items():
            if field.required and name not in self.errors and not self.kept.get(name):
                self.add_error(name, field.error_messages["required"])

    @classmethod
    def columns(cls) -> list[str]:
        """The answers that are columns of the venture."""
        return [name for name in cls.base_fields if hasattr(Venture, name)]

    @classmethod
    def is_done(cls, venture: Venture, today: date) -> bool:
        """Whether nothing needed is missing that the founder could still write."""
        return all(getattr(venture, name) for name in cls.needed if _is_open(venture, name))


def _is_open(venture: Venture, name: str) -> bool:
    return venture.status != Venture.Status.RETURNED or name in venture.mend_fields


class IdeaStep(StepForm):
    needed = ("title", "field", "summary")
    title = CleanCharField(
        label=_("Tên ý tưởng"),
        help_text=_("Ngắn, dưới 12 từ. Ví dụ: “Tủ sấy cá cơm chạy bằng nắng”."),
        max_length=120,
        error_messages={"required": _("Đặt cho ý tưởng một cái tên.")},
    )
    field = forms.ChoiceField(
        label=_("Ý tưởng thuộc lĩnh vực nào nhất?"),
        choices=Venture.Field.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn một lĩnh vực. Chưa chắc thì chọn “Khác”."),
            "invalid_choice": _("Chọn một lĩnh vực có trong danh sách."),
        },
    )
    summary = CleanTextField(
        label=_("Tóm tắt"),
        help_text=_("Một hai câu: làm gì, cho ai. Viết như kể cho người quen."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Bạn chưa viết gì. Một hoặc hai câu là đủ.")},
    )


class ProblemStep(StepForm):
    needed = ("problem", "solution")
    problem = CleanTextField(
        label=_("Ai đang gặp khó, và khó ở chỗ nào?"),
        help_text=_("Ví dụ: “Mùa mưa, bà con không phơi được cá cơm, cá hỏng, bán rẻ.”"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Bạn chưa viết gì. Một hoặc hai câu là đủ.")},
    )
    solution = CleanTextField(
        label=_("Bạn định làm thế nào?"),
        help_text=_("Nói việc chính thôi. Chưa cần bản vẽ hay số tiền."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Viết một hai câu về cách làm của bạn.")},
    )
    novelty = CleanTextField(
        label=_("Điều gì ở đây mới hơn cách đang có?"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ip_state = forms.ChoiceField(
        label=_("Bạn có sáng chế, nhãn hiệu hay bản quyền nào cho việc này?"),
        help_text=_("Chưa rõ thì để trống. Cán bộ sẽ hướng dẫn."),
        choices=Venture.Ip.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Chọn một mục có trong danh sách.")},
    )
    ip_note = CleanTextField(
        label=_("Nói thêm về quyền đó"),
        help_text=_("Tên, số đơn hoặc số văn bằng, ai đứng tên."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    attachment = KeptFilesField(
        label=_("Ảnh hoặc bản phác"),
        help_text=_(
            "Nhiều nhất 5 tệp: ảnh, PDF, Word, Excel hoặc PowerPoint, mỗi tệp tối đa 20 MB. "
            "Tải lên rồi thì không mất."
        ),
        kinds=files.ALL,
        most=MOST_FILES,
    )


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
            if name not in skipped and _is_open(venture, name)
        )


def _told_before(venture: Venture) -> date | None:
    return venture.owner.birth_date if venture.owner else None


def is_child(venture: Venture, born: date | None, today: date) -> bool:
    """Whether the founder is under 18, by the account's birth date or else by ``born``."""
    born = _told_before(venture) or born
    return born is not None and User(birth_date=born).is_minor(today)


class WantedStep(StepForm):
    suggested = {"stage": Venture.Stage.IDEA}
    stage = forms.ChoiceField(
        label=_("Ý tưởng đang ở đâu?"),
        choices=Venture.Stage.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Chọn một mục có trong danh sách.")},
    )
    wanted = forms.MultipleChoiceField(
        label=_("Bạn cần giúp gì?"),
        help_text=_("Chọn bao nhiêu mục cũng được."),
        choices=Support.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Chọn trong danh sách."),
            "invalid_list": _("Chọn trong danh sách."),
        },
    )
    wanted_note = CleanTextField(
        label=_("Nói thêm"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CallStep(StepForm):
    """The questions of the call that the draft was begun in: all of them one column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.venture.call and _is_open(self.venture, "call_answers"):
            self.fields |= fields_of(self.venture.call)
            given = self.venture.call_answers
            self.initial |= {q.name: given.get(str(q.pk)) for q in self.venture.call.asked}

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or self.venture.call is None:
            return
        answers = dict(self.venture.call_answers)
        for question in self.venture.call.asked:
            if question.name in self.kept:
                answers[str(question.pk)] = self.kept[question.name]
        told = {key: value for key, value in answers.items() if value not in (None, "")}
        # In the order in which PostgreSQL gives them back: a version compares their text.
        self.kept = {"call_answers": dict(sorted(told.items(), key=lambda row: int(row[0])))}

    def ask_for_the_rest(self) -> None:
        for name, field in self.fields.items():
            if field.required and name not in self.errors and self.kept.get(name) in (None, ""):
                self.add_error(name, field.error_messages["required"])

    @classmethod
    def columns(cls) -> list[str]:
        return ["call_answers"]

    @classmethod
    def is_done(cls, venture: Venture, today: date) -> bool:
        return not _is_open(venture, "call_answers") or not calls.unanswered(venture)


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


STEPS: dict[str, tuple[Any, type[StepForm] | None]] = {
    "y-tuong": (_("Ý tưởng"), IdeaStep),
    "van-de": (_("Vấn đề"), ProblemStep),
    "nguoi-lam": (_("Người làm"), PeopleStep),
    "ho-tro": (_("Hỗ trợ cần"), WantedStep),
    "cau-hoi": (_("Câu hỏi của đợt"), CallStep),
    "gui": (_("Xem lại, gửi"), None),
}


def steps_of(venture: Venture) -> list[str]:
    """The steps of this draft: of an idea that was sent back only those with parts to mend."""
    mended = venture.status == Venture.Status.RETURNED
    questioned = venture.call is not None and bool(venture.call.asked)
    return [
        name
        for name, (_label, form) in STEPS.items()
        if (form is None or not mended or set(form.columns()) & set(venture.mend_fields))
        and (form is not CallStep or questioned)
    ]


def unfinished(venture: Venture, today: date) -> list[str]:
    """The steps in which something needed is missing."""
    return [
        name
        for name in steps_of(venture)
        if (form := STEPS[name][1]) is not None and not form.is_done(venture, today)
    ]
