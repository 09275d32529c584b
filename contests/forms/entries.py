"""The entrant's forms: one group a step. What is right is kept, whatever else is missing."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import consent_texts
from accounts.forms import AddressField, PersonNameField
from contests import eligibility
from contests.entries import MOST_FILES, MOST_MEMBERS, Member, open_names
from contests.models import Board, Contest, Entry, EntryMember
from core import files
from core.fields import CleanCharField, CleanTextField, DateField
from core.kept_files import KeptFilesField
from core.models import AdminUnit, StoredFile
from projects.forms.call_fields import field_of
from projects.models import Venture

IN_LIST = {"invalid_choice": gettext_lazy("Chọn một mục có trong danh sách.")}
NEW_ROWS = 2  # empty rows for more people on the page


class BeginForm(forms.Form):
    """From which venture, or from nothing; which board; whether confidential answers go along."""

    venture = forms.ModelChoiceField(
        Venture.objects.none(),
        label=gettext_lazy("Dự thi bằng"),
        help_text=gettext_lazy("Điều đã viết được chép sang bài dự thi. Bài gốc giữ nguyên."),
        required=False,
        empty_label=gettext_lazy("Viết bài mới từ đầu"),
        blank=True,
        widget=forms.RadioSelect,
        error_messages=IN_LIST,
    )
    closed_too = forms.BooleanField(
        label=gettext_lazy("Chép cả phần tôi đã đánh dấu kín"),
        help_text=gettext_lazy(
            "Không đánh dấu thì phần kín ở lại bài gốc. Giám khảo đọc được điều đã chép."
        ),
        required=False,
    )
    board = forms.ModelChoiceField(
        Board.objects.none(),
        label=gettext_lazy("Bảng thi"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn một bảng thi."), **IN_LIST},
    )

    def __init__(self, *args: Any, contest: Contest, ventures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contest = contest
        held: Any = self.fields
        held["board"].queryset = Board.objects.filter(contest=contest)
        held["venture"].queryset = ventures
        if not any(venture.confidential for venture in ventures):
            del self.fields["closed_too"]
        if not ventures:
            del self.fields["venture"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        board, venture = cleaned.get("board"), cleaned.get("venture")
        if board and "venture" not in self.errors:
            taken = eligibility.boards_for(self.contest, venture)
            if board not in taken:
                names = ", ".join(f"“{one.name}”" for one in taken)
                words = (
                    _("Bảng này không nhận hồ sơ ở cấp này. Chọn: %(names)s.") % {"names": names}
                    if taken
                    else _("Cuộc thi này chưa có bảng cho hồ sơ ở cấp này.")
                )
                self.add_error("board", words)
        return cleaned


class EntryStep(forms.Form):
    """One step of an entry.

    ``kept`` holds every answer that is in order, also of a form with errors. Only a ``complete``
    step asks for what is missing. Of an entry that was returned only the picked parts are fields.
    """

    use_required_attribute = False
    NAMES: tuple[str, ...] = ()  # the parts of the entry, as contests.eligibility.PARTS
    needed: tuple[str, ...] = ()

    def __init__(
        self, *args: Any, entry: Entry, today: date, complete: bool = True, **kwargs: Any
    ) -> None:
        self.entry, self.today, self.complete = entry, today, complete
        self.kept: dict[str, Any] = {}
        given = {name: getattr(entry, name, None) for name in self.base_fields}
        kwargs["initial"] = {**given, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.open = open_names(entry, self.NAMES)
        for name in [n for n in self.NAMES if n in self.fields and n not in self.open]:
            del self.fields[name]
        self.shape()
        self.asked = [name for name, field in self.fields.items() if self.is_needed(name, field)]

    def shape(self) -> None:
        """Fit the fields to the entry; before anything is bound."""

    def is_needed(self, name: str, field: forms.Field) -> bool:
        return name in self.needed

    def full_clean(self) -> None:
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        for name in self.asked:
            self.fields[name].required = True
        if self.is_bound:
            self.kept = dict(self.cleaned_data)
            if self.complete:
                for name in self.asked:
                    if name not in self.errors and self.kept.get(name) in (None, "", []):
                        self.add_error(name, self.fields[name].error_messages["required"])

    def told(self) -> dict[str, Any]:
        """The parts of the entry that are in order, by their names."""
        return {name: self.kept[name] for name in self.open if name in self.kept}


WRITE = gettext_lazy("Bạn chưa viết gì. Một hoặc hai câu là đủ.")


class TextStep(EntryStep):
    NAMES = ("title", "field", "summary", "problem", "solution", "novelty")
    needed = ("title", "field", "summary", "problem", "solution")
    board = forms.ModelChoiceField(
        Board.objects.none(), label=gettext_lazy("Bảng thi"), empty_label=None,
        widget=forms.RadioSelect, error_messages=IN_LIST,
    )  # fmt: skip
    title = CleanCharField(
        label=gettext_lazy("Tên bài dự thi"), max_length=120,
        help_text=gettext_lazy("Ngắn, dưới 12 từ."),
        error_messages={"required": gettext_lazy("Đặt cho bài một cái tên.")},
    )  # fmt: skip
    field = forms.ChoiceField(
        label=gettext_lazy("Lĩnh vực"), choices=[("", gettext_lazy("Chọn một mục")),
        *Venture.Field.choices],
        error_messages={"required": gettext_lazy("Chọn một lĩnh vực."), **IN_LIST},
    )  # fmt: skip
    summary = CleanTextField(
        label=gettext_lazy("Tóm tắt"), max_length=600,
        help_text=gettext_lazy("Một hai câu: làm gì, cho ai."),
        widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": WRITE},
    )  # fmt: skip
    problem = CleanTextField(
        label=gettext_lazy("Ai đang gặp khó, và khó ở chỗ nào?"), max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": WRITE},
    )  # fmt: skip
    solution = CleanTextField(
        label=gettext_lazy("Bạn định làm thế nào?"), max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}), error_messages={"required": WRITE},
    )  # fmt: skip
    novelty = CleanTextField(
        label=gettext_lazy("Điều gì ở đây mới hơn cách đang có?"), max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def shape(self) -> None:
        """The board is chosen anew while the entry is a draft and there is another to choose."""
        entry = self.entry
        boards = eligibility.boards_for(entry.contest, entry.venture)
        if entry.status != Entry.Status.DRAFT or len(boards) < 2:
            del self.fields["board"]
            return
        held: Any = self.fields["board"]
        held.queryset = Board.objects.filter(pk__in=[board.pk for board in boards])
        self.open.append("board")


class QuestionStep(EntryStep):
    """The board's own questions, and files that outlive errors."""

    NAMES = ("answers", "files")
    files = KeptFilesField(
        label=gettext_lazy("Tệp kèm theo"),
        help_text=gettext_lazy(
            "Nhiều nhất 5 tệp: ảnh, PDF, Word, Excel hoặc PowerPoint, mỗi tệp tối đa 20 MB."
        ),
        kinds=files.ALL, most=MOST_FILES, required=False,
    )  # fmt: skip
    clean_files = forms.MultipleChoiceField(
        label=gettext_lazy("Tệp không lộ danh tính"),
        help_text=gettext_lazy(
            "Đánh dấu tệp không có tên, ảnh mặt, tên trường của người trong đội. "
            "Khi chấm kín danh, giám khảo chỉ xem được tệp đã đánh dấu."
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Chọn trong danh sách."),
            "invalid_list": gettext_lazy("Chọn trong danh sách."),
        },
    )

    def __init__(self, *args: Any, attached: list[StoredFile], **kwargs: Any) -> None:
        self.attached = attached
        super().__init__(*args, initial={"files": attached}, **kwargs)

    def shape(self) -> None:
        if "answers" in self.open:
            questions = {question.name: question for question in self.entry.board.asked}
            self.questions = questions
            rest = dict(self.fields)
            self.fields.clear()
            for name, question in questions.items():
                self.fields[name] = field_of(question)
                self.initial[name] = self.entry.answers.get(str(question.pk))
            self.fields.update(rest)
        else:
            self.questions = {}
        if "files" not in self.open or not self.attached:
            self.fields.pop("clean_files", None)
        else:
            held: Any = self.fields["clean_files"]
            held.choices = [(str(stored.key), stored.name) for stored in self.attached]

    def is_needed(self, name: str, field: forms.Field) -> bool:
        return name in self.questions and self.questions[name].required

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if "answers" in self.open:
            answers = dict(self.entry.answers)
            for name, question in self.questions.items():
                if name in self.kept:
                    answers[str(question.pk)] = self.kept[name]
            given = {key: value for key, value in answers.items() if value not in (None, "")}
            found["answers"] = dict(sorted(given.items(), key=lambda row: int(row[0])))
        if "clean_files" in self.kept:
            found["clean_files"] = self.kept["clean_files"]
        return found


class TeamStep(EntryStep):
    """Who takes part: the owner as the rules ask, and a guardian's address for a pupil."""

    NAMES = ("applicant", "audience", "school", "unit")
    applicant = forms.ChoiceField(
        label=gettext_lazy("Dự thi với tư cách"), choices=Venture.Applicant.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn một mục."), **IN_LIST},
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=gettext_lazy("Bạn thuộc nhóm nào?"), choices=Contest.Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn một mục."), **IN_LIST},
    )  # fmt: skip
    school = CleanCharField(label=gettext_lazy("Trường hoặc nơi làm việc"), max_length=160)
    unit = forms.ModelChoiceField(
        AdminUnit.objects.none(), label=gettext_lazy("Xã, phường nơi bạn ở hoặc làm"),
        empty_label=gettext_lazy("Chọn xã, phường"),
        error_messages={"required": gettext_lazy("Chọn một xã, phường."), **IN_LIST},
    )  # fmt: skip
    full_name = PersonNameField(
        label=gettext_lazy("Họ và tên của bạn"),
        help_text=gettext_lazy("In trên giấy chứng nhận."),
        error_messages={"required": gettext_lazy("Ghi họ và tên của bạn.")},
    )
    birth_date = DateField(
        label=gettext_lazy("Ngày sinh của bạn"),
        help_text=gettext_lazy("Chỉ dùng để xét điều kiện dự thi. Không bao giờ công bố."),
        error_messages={"required": gettext_lazy("Ghi ngày sinh của bạn.")},
    )
    guardian_name = PersonNameField(
        label=gettext_lazy("Họ tên cha, mẹ hoặc người giám hộ"),
        help_text=gettext_lazy("Bạn dưới 18 tuổi: người này phải đồng ý trước khi bạn nộp bài."),
        error_messages={"required": gettext_lazy("Ghi tên cha, mẹ hoặc người giám hộ.")},
    )
    guardian_email = AddressField(
        label=gettext_lazy("Thư điện tử của người đó"),
        help_text=gettext_lazy("Cổng gửi đến đây một thư hỏi ý kiến ngay khi bạn lưu."),
        error_messages={
            "required": gettext_lazy("Ghi thư điện tử của cha, mẹ hoặc người giám hộ.")
        },
    )

    def __init__(self, *args: Any, asks_guardian: bool, **kwargs: Any) -> None:
        self.asks_guardian = asks_guardian
        super().__init__(*args, **kwargs)

    def shape(self) -> None:
        """Choices as the rules have them; nothing is asked that the account tells already."""
        entry, owner, held = self.entry, self.entry.owner, self.fields
        units = AdminUnit.objects.on(self.today) | AdminUnit.objects.filter(pk=entry.unit_id)
        self._choose("unit", "queryset", units)
        audiences = entry.contest.audiences
        self._choose(
            "audience", "choices", [c for c in Contest.Audience.choices if c[0] in audiences]
        )
        kinds = entry.contest.applicants or Venture.Applicant.values
        self._choose(
            "applicant", "choices", [c for c in Venture.Applicant.choices if c[0] in kinds]
        )
        told = {
            "audience": not eligibility.asks_audience(entry.contest),
            "full_name": bool(owner.full_name),
            "birth_date": owner.birth_date is not None,
            "guardian_name": not self.asks_guardian,
            "guardian_email": not self.asks_guardian,
        }
        for name in [name for name, known in told.items() if known]:
            held.pop(name, None)
        if "birth_date" in held:
            held["birth_date"].latest = self.today  # type: ignore[attr-defined]

    def _choose(self, name: str, what: str, values: Any) -> None:
        if name in self.fields:
            setattr(self.fields[name], what, values)

    def is_needed(self, name: str, field: forms.Field) -> bool:
        if name == "unit":
            return self.entry.contest.units.exists()
        return name != "school"


class MemberForm(forms.Form):
    """A person of the team; a row without a name is taken off."""

    use_required_attribute = False
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = PersonNameField(label=gettext_lazy("Họ và tên"), required=False)
    birth_date = DateField(label=gettext_lazy("Ngày sinh"), required=False)
    role = CleanCharField(label=gettext_lazy("Việc trong nhóm"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unnamed = not cleaned.get("name") and "name" not in self.errors
        if unnamed and (cleaned.get("birth_date") or cleaned.get("role")) and not cleaned.get("pk"):
            self.add_error("name", _("Ghi họ và tên."))
        return cleaned


class MemberForms(forms.BaseFormSet):
    def told(self) -> list[Member]:
        """The people named, in the order of the page; not while a row has an error."""
        return [
            Member(row["name"], row.get("birth_date"), row.get("role", ""), row.get("pk"))
            for row in (form.cleaned_data for form in self.forms if form.is_valid())
            if row.get("name")
        ]


def member_forms(data: Any, members: Collection[EntryMember], today: date) -> Any:
    """The rows of the team, and empty ones for more; ``data`` is None for a page just opened."""
    made: Any = forms.formset_factory(
        MemberForm, formset=MemberForms, extra=NEW_ROWS, max_num=MOST_MEMBERS,
        absolute_max=MOST_MEMBERS + NEW_ROWS,
    )  # fmt: skip
    initial = [
        {"pk": m.pk, "name": m.name, "birth_date": m.birth_date, "role": m.role} for m in members
    ]
    rows = made(data, prefix="doi", initial=initial)
    with_account = {m.pk for m in members if m.user_id}
    for form, row in zip(rows.forms, initial, strict=False):
        if row["pk"] in with_account:
            form.fields.pop("birth_date")  # their account tells it
    for form in rows.forms:
        if "birth_date" in form.fields:
            form.fields["birth_date"].latest = today
    return rows


class SendForm(forms.Form):
    """The consent with its whole words, and an access code for who is late."""

    use_required_attribute = False
    code = CleanCharField(
        label=gettext_lazy("Mã nộp muộn"), max_length=40, required=False,
        help_text=gettext_lazy("Ban tổ chức đưa cho bạn. Mỗi mã dùng được một lần."),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=gettext_lazy("Tôi đồng ý dự thi"),
        error_messages={"required": gettext_lazy("Đánh dấu ô này thì mới nộp được bài.")},
    )

    def __init__(self, *args: Any, asks_code: bool, asks_consent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].help_text = consent_texts.text("entry")
        if not asks_code:
            del self.fields["code"]
        if not asks_consent:
            del self.fields["agreed"]
