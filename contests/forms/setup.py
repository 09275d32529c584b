"""What an official fills in about a contest and its rules: a small form for each part."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from contests import setup
from contests.in_words import decimal
from contests.models import Contest
from core.fields import CleanCharField, CleanTextField, DateField
from core.models import AdminUnit
from projects.forms.calls import MomentField
from projects.models import Venture

PICK = {"invalid_choice": _("Chọn trong danh sách."), "invalid_list": _("Chọn trong danh sách."),
        "required": _("Chọn một mục.")}  # fmt: skip


def choices_of(**told: Any) -> forms.MultipleChoiceField:
    """Boxes to tick; none is fine."""
    return forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, error_messages=PICK, **told
    )


WHOLE = {
    "required": _("Bạn chưa viết số nào."),
    "invalid": _("Viết một số bằng chữ số. Ví dụ: 5."),
    "min_value": _("Viết một số từ %(limit_value)s trở lên."),
    "max_value": _("Viết một số không quá %(limit_value)s."),
}


def whole(least: int, most: int, **told: Any) -> forms.IntegerField:
    """A whole number from ``least`` to ``most``."""
    return forms.IntegerField(min_value=least, max_value=most, error_messages=WHOLE, **told)


class NumberField(forms.DecimalField):
    """A number with at most two places, typed with a comma as people here do, or a point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "required": _("Bạn chưa viết số nào."),
        "invalid": _("Viết một số. Ví dụ: 12,5."),
        "max_decimal_places": _("Viết nhiều nhất hai chữ số sau dấu phẩy."),
        "max_digits": _("Số này dài quá."),
        "max_whole_digits": _("Số này dài quá."),
        "min_value": _("Viết một số từ %(limit_value)s trở lên."),
        "max_value": _("Viết một số không quá %(limit_value)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=6, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(
            value.strip().replace(",", ".") if isinstance(value, str) else value
        )

    def prepare_value(self, value: Any) -> Any:
        return decimal(value) if isinstance(value, Decimal) else value


class NewForm(forms.Form):
    """A new contest: its name, by whom, and whose rules it begins with."""

    title = CleanCharField(
        label=_("Tên cuộc thi"),
        help_text=_(
            "Ví dụ: “Khởi nghiệp đổi mới sáng tạo Đức Phổ 2027”. Địa chỉ trang lấy từ tên này."
        ),
        max_length=160,
    )
    organiser = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Đơn vị tổ chức"), empty_label=None,
        error_messages=PICK,
    )  # fmt: skip
    made_from = forms.ModelChoiceField(
        Contest.objects.none(), label=_("Bắt đầu từ thể lệ của"), required=False,
        empty_label=_("Mẫu của tỉnh Quảng Ngãi"), error_messages=PICK,
        help_text=_("Bảng thi, vòng, tiêu chí, giải được chép sang, sửa được. Ngày thì chọn lại."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = setup.agencies(user, at)
        earlier = [contest.pk for contest in setup.sources(user)]
        self.fields["made_from"].queryset = Contest.objects.filter(pk__in=earlier).order_by("-pk")


class PartForm(forms.Form):
    """A part of the rules. After the announcement it asks why, too."""

    NAMES: tuple[str, ...] = ()

    def __init__(self, *args: Any, contest: Contest, row: Any = None, **kwargs: Any) -> None:
        self.contest, self.row = contest, row
        shown = self.shown()
        self.seen = setup.digest(shown) if shown else ""
        kwargs["initial"] = self.first() if row is None else self.begin(shown)
        super().__init__(*args, **kwargs)
        self.ready()
        if contest.can_be_amended:
            self.fields["reason"] = reason_field()

    def shown(self) -> dict[str, Any]:
        """What the row says now, by the names of its columns."""
        return setup.shown(self.row, self.NAMES) if self.row is not None else {}

    def begin(self, shown: dict[str, Any]) -> dict[str, Any]:
        return shown

    def first(self) -> dict[str, Any]:
        """What a new row starts with."""
        return {}

    def ready(self) -> None:
        """Fit the fields to the contest."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


def reason_field() -> CleanTextField:
    return CleanTextField(
        label=_("Vì sao sửa thể lệ"),
        help_text=_("Một hoặc hai câu. Ai cũng đọc được, người dự thi nhận được thư."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WordsForm(PartForm):
    NAMES = ("title", "about")

    title = CleanCharField(label=_("Tên cuộc thi"), max_length=160)
    about = CleanTextField(
        label=_("Cuộc thi này để làm gì"),
        help_text=_("Tìm điều gì, được giải thì được gì. Viết cho người dân đọc. Không bắt buộc."),
        max_length=3000,
        required=False,
    )


class DatesForm(PartForm):
    """Entries and every round on one page, so that the days are seen one after another."""

    opens_at = MomentField(label=_("Mở nhận hồ sơ"), required=False)
    closes_at = MomentField(
        label=_("Đóng nhận hồ sơ"), required=False,
        help_text=_("Đúng giờ này Cổng thôi nhận."),
    )  # fmt: skip
    sealed = forms.BooleanField(
        label=_("Niêm phong đến giờ đóng"), required=False,
        help_text=_("Trước giờ đóng, không ai đọc được bài của người khác, kể cả ban tổ chức."),
    )  # fmt: skip

    def shown(self) -> dict[str, Any]:
        return setup.shown_dates(self.contest)

    def ready(self) -> None:
        for found in self.contest.rounds.order_by("order", "pk"):
            told = {"name": found.name}
            self.fields[f"{found.code}.starts_at"] = MomentField(
                label=_t("%(name)s: chấm từ") % told, required=False
            )
            self.fields[f"{found.code}.ends_at"] = MomentField(
                label=_t("%(name)s: chấm đến") % told, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _t("Giờ đóng phải sau giờ mở."))
        for name in [n for n in cleaned if n.endswith(".starts_at")]:
            other = name.replace(".starts_at", ".ends_at")
            starts, ends = cleaned[name], cleaned.get(other)
            if starts and ends and ends <= starts:
                self.add_error(other, _t("Giờ hết chấm phải sau giờ bắt đầu."))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name != "reason"}


class WhoForm(PartForm):
    NAMES = (
        "audiences", "applicants", "min_age", "max_age", "ages_on", "units", "max_enterprise_years",
    )  # fmt: skip

    audiences = choices_of(
        label=_("Ai dự thi được"), choices=Contest.Audience.choices,
        help_text=_("Để trống thì ai cũng dự thi được."),
    )  # fmt: skip
    applicants = choices_of(
        label=_("Dự thi với tư cách"), choices=Venture.Applicant.choices,
        help_text=_("Để trống thì nhận mọi tư cách."),
    )  # fmt: skip
    min_age = whole(0, 120, label=_("Tuổi ít nhất"), required=False)
    max_age = whole(0, 120, label=_("Tuổi nhiều nhất"), required=False)
    ages_on = DateField(label=_("Tính tuổi đến ngày"), required=False)
    units = forms.ModelMultipleChoiceField(
        AdminUnit.objects.none(), label=_("Chỉ nhận người ở"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Để trống thì nhận người ở mọi nơi."),
        error_messages=PICK | {"invalid_pk_value": _("Chọn trong danh sách.")},
    )  # fmt: skip
    max_enterprise_years = whole(
        1, 100, label=_("Doanh nghiệp thành lập không quá mấy năm"), required=False
    )

    def ready(self) -> None:
        day = (self.contest.closes_at or self.contest.created_at).date()
        chosen = self.contest.units.values("pk")
        units = AdminUnit.objects.on(day) | AdminUnit.objects.filter(pk__in=chosen)
        self.fields["units"].queryset = units.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        least, most = cleaned.get("min_age"), cleaned.get("max_age")
        if least is not None and most is not None and most < least:
            self.add_error("max_age", _t("Tuổi nhiều nhất phải từ tuổi ít nhất trở lên."))
        return cleaned


class VoteForm(PartForm):
    NAMES = ("has_public_vote", "vote_weight")

    has_public_vote = forms.BooleanField(label=_("Có bình chọn của mọi người"), required=False)
    vote_weight = NumberField(
        label=_("Bình chọn chiếm bao nhiêu phần trăm kết quả"), min_value=0, max_value=100,
        required=False,
        help_text=_("0 là không cộng: công bố riêng với kết quả của ban giám khảo."),
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        has = self.cleaned_data["has_public_vote"]
        weight = self.cleaned_data["vote_weight"] or Decimal(0)
        return {"has_public_vote": has, "vote_weight": weight if has else Decimal(0)}
