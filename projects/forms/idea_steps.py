"""The steps about the idea itself: what it is, what it solves and how, what it needs."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import files
from core.fields import CleanCharField, CleanTextField
from core.kept_files import KeptFilesField
from projects.forms.steps import StepForm
from projects.models import Support, Venture
from projects.services import MOST_FILES

TAKEN_OFF = _("Bỏ một tệp đã gửi thì bản mới không còn tệp đó. Cán bộ vẫn giữ nó theo bản trước.")


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.venture.is_sent and "attachment" in self.fields:
            self.fields["attachment"].help_text = format_lazy(
                "{} {}", self.fields["attachment"].help_text, TAKEN_OFF
            )


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
