"""The rows of a contest's rules as forms: boards, rounds, criteria, prizes, questions."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contests import setup
from contests.forms.setup import PICK, NumberField, PartForm, choices_of, reason_field, whole
from contests.in_words import HIDDEN, decimal
from contests.models import Board, Contest, Round
from core.fields import CleanCharField, CleanTextField, WholeDongField
from projects.forms.calls import QuestionForm
from projects.models import Venture

STEPS = ("0.25", "0.50", "1.00")
MOST_ANCHORS = 11
TIES = 3


class BoardForm(PartForm):
    NAMES = ("name", "about", "levels")

    name = CleanCharField(label=_("Tên bảng thi"), max_length=80)
    about = CleanCharField(label=_("Dành cho"), max_length=300, required=False)
    levels = choices_of(
        label=_("Nhận hồ sơ ở cấp"), choices=Venture.Level.choices,
        help_text=_("Để trống thì nhận mọi cấp."),
    )  # fmt: skip


class RoundForm(PartForm):
    NAMES = (
        "name", "judges_per_entry", "is_blind", "hidden", "aggregate", "advance_top", "advance_min",
        "no_zero", "has_pitch", "pitch_minutes", "question_minutes",
    )  # fmt: skip
    TIE_NAMES = tuple(f"tie_{n}" for n in range(1, TIES + 1))

    name = CleanCharField(label=_("Tên vòng"), max_length=80)
    judges_per_entry = whole(1, 50, label=_("Mỗi bài mấy giám khảo chấm"))
    is_blind = forms.BooleanField(
        label=_("Chấm kín danh"), required=False,
        help_text=_("Giám khảo không thấy tên người dự thi và cách liên lạc."),
    )  # fmt: skip
    hidden = choices_of(label=_("Khi chấm kín danh, che thêm"), choices=HIDDEN)
    aggregate = forms.ChoiceField(
        label=_("Điểm của bài tính bằng"), choices=Round.Aggregate.choices,
        widget=forms.RadioSelect, error_messages=PICK,
    )  # fmt: skip
    advance_top = whole(
        1, 1000, required=False, label=_("Mỗi bảng mấy bài đứng đầu vào tiếp"),
        help_text=_("Để trống thì không giới hạn số bài. Vòng cuối để trống."),
    )  # fmt: skip
    advance_min = NumberField(
        label=_("Điểm thấp nhất để vào tiếp, trên 100"), min_value=0, max_value=100, required=False,
        help_text=_("Để trống thì không đặt điểm thấp nhất."),
    )  # fmt: skip
    no_zero = forms.BooleanField(
        label=_("Bài có tiêu chí 0 điểm thì không vào tiếp"), required=False
    )
    tie_1 = forms.ChoiceField(
        label=_("Bằng điểm thì xét trước"), required=False, error_messages=PICK
    )
    tie_2 = forms.ChoiceField(label=_("Vẫn bằng thì xét"), required=False, error_messages=PICK)
    tie_3 = forms.ChoiceField(
        label=_("Vẫn bằng nữa thì xét"), required=False, error_messages=PICK,
        help_text=_("Sau đó vẫn bằng thì xếp cùng hạng."),
    )  # fmt: skip
    has_pitch = forms.BooleanField(label=_("Có thuyết trình"), required=False)
    pitch_minutes = whole(1, 120, label=_("Phút trình bày"))
    question_minutes = whole(0, 120, label=_("Phút hỏi đáp"))

    def shown(self) -> dict[str, Any]:
        if self.row is None:
            return {}
        return setup.shown(self.row, (*self.NAMES, "tie_breaks"))

    def begin(self, shown: dict[str, Any]) -> dict[str, Any]:
        return shown | dict(zip(self.TIE_NAMES, shown["tie_breaks"], strict=False))

    def first(self) -> dict[str, Any]:
        names = ("judges_per_entry", "aggregate", "no_zero", "pitch_minutes", "question_minutes")
        return setup.shown(Round(contest=self.contest), names)

    def ready(self) -> None:
        criteria = self.contest.criteria.order_by("order", "pk")
        if self.row is not None:
            criteria = criteria.filter(rounds=self.row)
        named = [("", _("Không xét")), *criteria.values_list("code", "name")]
        for name in self.TIE_NAMES:
            self.fields[name].choices = named

    def values(self) -> dict[str, Any]:
        asked = [self.cleaned_data[name] for name in self.TIE_NAMES]
        return super().values() | {
            "tie_breaks": list(dict.fromkeys(code for code in asked if code))
        }


class CriterionForm(PartForm):
    NAMES = ("name", "about", "weight", "rounds", "most", "step", "anchors")

    name = CleanCharField(label=_("Tiêu chí"), max_length=120)
    about = CleanCharField(label=_("Xét điều gì"), max_length=500, required=False)
    weight = NumberField(
        label=_("Trọng số"), min_value=Decimal("0.01"),
        help_text=_(
            "So với các tiêu chí khác. Không cần cộng lại thành 100: mỗi vòng Cổng tự quy về 100."
        ),
    )  # fmt: skip
    rounds = forms.ModelMultipleChoiceField(
        Round.objects.none(),
        label=_("Áp dụng ở vòng"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=PICK | {"required": _("Chọn ít nhất một vòng.")},
    )
    most = whole(1, 100, label=_("Điểm cao nhất"))
    step = forms.ChoiceField(
        label=_("Bước điểm"), choices=[(text, decimal(text)) for text in STEPS], error_messages=PICK
    )
    anchors = CleanTextField(
        label=_("Mốc điểm"), required=False, max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Mỗi dòng một mốc: số điểm, dấu hai chấm, rồi thế nào thì được điểm đó. "
            "Ví dụ: “5: Đã hỏi hoặc bán thử”."
        ),
    )  # fmt: skip

    def begin(self, shown: dict[str, Any]) -> dict[str, Any]:
        lines = [f"{decimal(anchor['points'])}: {anchor['words']}" for anchor in shown["anchors"]]
        return shown | {"anchors": "\n".join(lines), "step": f"{shown['step']:.2f}"}

    def first(self) -> dict[str, Any]:
        return {"most": 10, "step": "0.50", "rounds": list(self.contest.rounds.all())}

    def ready(self) -> None:
        self.fields["rounds"].queryset = self.contest.rounds.order_by("order", "pk")
        if self.row is not None and f"{self.row.step:.2f}" not in STEPS:
            kept = (f"{self.row.step:.2f}", decimal(self.row.step))
            self.fields["step"].choices = [*self.fields["step"].choices, kept]

    def clean_step(self) -> Decimal:
        return Decimal(self.cleaned_data["step"])

    def clean_anchors(self) -> list[dict[str, str]]:
        lines = [line for line in self.cleaned_data["anchors"].split("\n") if line.strip()]
        if len(lines) > MOST_ANCHORS:
            raise ValidationError(_t("Viết nhiều nhất %(n)d mốc.") % {"n": MOST_ANCHORS})
        return [self._anchor(line) for line in lines]

    def _anchor(self, line: str) -> dict[str, str]:
        before, colon, after = line.partition(":")
        try:
            points = Decimal(before.strip().replace(",", "."))
        except InvalidOperation:
            points = Decimal(-1)
        if not colon or not after.strip() or not points.is_finite() or points < 0:
            raise ValidationError(
                _t("Dòng “%(line)s” chưa đúng. Viết như: 5: Đã bán thử.") % {"line": line[:60]}
            )
        if points > (self.cleaned_data.get("most") or 100):
            raise ValidationError(
                _t("Dòng “%(line)s” có điểm cao hơn điểm cao nhất.") % {"line": line[:60]}
            )
        return {"points": format(points.normalize(), "f"), "words": " ".join(after.split())[:200]}


class PrizeForm(PartForm):
    NAMES = ("name", "board", "rank", "count", "value", "in_kind")

    name = CleanCharField(label=_("Tên giải"), max_length=80)
    board = forms.ModelChoiceField(
        Board.objects.none(), label=_("Của bảng"), required=False, empty_label=_("Chung mọi bảng"),
        error_messages=PICK,
    )  # fmt: skip
    rank = whole(1, 100, label=_("Bậc"), help_text=_("1 là cao nhất."))
    count = whole(1, 1000, label=_("Số giải"))
    value = WholeDongField(label=_("Tiền thưởng mỗi giải (đồng)"), required=False)
    in_kind = CleanCharField(label=_("Hiện vật, quyền lợi"), max_length=200, required=False)

    def first(self) -> dict[str, Any]:
        return {"rank": 1, "count": 1, "value": 0}

    def ready(self) -> None:
        self.fields["board"].queryset = self.contest.boards.order_by("order", "pk")

    def values(self) -> dict[str, Any]:
        return super().values() | {"value": self.cleaned_data["value"] or 0}


class EntryQuestionForm(QuestionForm):
    """A question of a board: as a call asks, and whether judges of a blind round may read it."""

    is_clean = forms.BooleanField(
        label=_("Giám khảo đọc được câu trả lời khi chấm kín danh"), required=False,
        help_text=_("Bỏ chọn nếu câu trả lời dễ để lộ người dự thi là ai."),
    )  # fmt: skip

    def __init__(self, *args: Any, contest: Contest, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, question=row, **kwargs)
        self.contest, self.row = contest, row
        self.initial["is_clean"] = row.is_clean if row is not None else True
        names = ("label", "help", "kind", "choices", "required", "max_length", "is_clean")
        self.seen = setup.digest(setup.shown(row, names)) if row is not None else ""
        if contest.can_be_amended:
            self.fields["reason"] = reason_field()

    def values(self) -> dict[str, Any]:
        return super().values() | {"is_clean": self.cleaned_data["is_clean"]}


ROW_FORMS: dict[str, Any] = {
    "bang": BoardForm, "vong": RoundForm, "tieu-chi": CriterionForm, "giai": PrizeForm,
    "cau-hoi": EntryQuestionForm,
}  # fmt: skip
