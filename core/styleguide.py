"""/kieu-mau/: every shared part in every state, light and dark. Shown with DEBUG on only."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

WARDS = [
    ("sa-huynh", "Phường Sa Huỳnh"),
    ("duc-pho", "Phường Đức Phổ"),
    ("tra-cau", "Phường Trà Câu"),
    ("nguyen-nghiem", "Xã Nguyễn Nghiêm"),
    ("khanh-cuong", "Xã Khánh Cường"),
]
FIELDS = [("nong", "Nông nghiệp, thủy sản"), ("du-lich", "Du lịch, văn hóa"), ("khac", "Khác")]


class SampleForm(forms.Form):
    """A field of every kind."""

    title = forms.CharField(label="Tên ý tưởng", help_text="Ngắn, dưới 12 từ.", max_length=120)
    phone = forms.RegexField(
        r"^0\d{9}$",
        label="Điện thoại",
        error_messages={"invalid": "Số này thiếu 1 chữ số."},
    )
    problem = forms.CharField(
        label="Ai đang gặp khó, và khó ở chỗ nào?",
        help_text="Viết như kể cho người quen.",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Bạn chưa viết gì. Một hoặc hai câu là đủ."},
    )
    ward = forms.ChoiceField(label="Xã, phường", choices=WARDS, required=False)
    since = forms.DateField(label="Bắt đầu từ ngày", required=False)
    money = forms.IntegerField(label="Số tiền cần (đồng)", required=False, min_value=0)
    code = forms.CharField(label="Mã hồ sơ", initial="YT-2026-0034", disabled=True, required=False)
    field = forms.ChoiceField(
        label="Ý tưởng thuộc lĩnh vực nào nhất?",
        choices=FIELDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một lĩnh vực. Chưa chắc thì chọn “Khác”."},
    )
    needs = forms.MultipleChoiceField(
        label="Bạn cần giúp gì?",
        choices=[("von", "Vốn"), ("co-van", "Người cố vấn"), ("cho", "Chỗ làm việc")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    picture = forms.FileField(
        label="Ảnh hoặc bản phác", help_text="JPG, PNG hoặc PDF, tối đa 10 MB.", required=False
    )
    agree = forms.BooleanField(label="Cho cán bộ sàng lọc liên hệ", required=False)


def sample(prefix: str) -> dict[str, Any]:
    """What the parts of one column (light or dark) are fed with."""
    at = datetime(2026, 12, 7, 9, 42, tzinfo=UTC)
    wrong = {f"{prefix}w-title": "Tủ sấy cá cơm", f"{prefix}w-phone": "090512345"}
    return {
        "prefix": prefix,
        "crumbs_label": f"Đường dẫn {prefix}",
        "pages_label": f"Trang {prefix}",
        "form": SampleForm(prefix=prefix),
        "wrong_form": SampleForm(wrong, prefix=f"{prefix}w"),
        "colours": [
            ("deep", "Biển sâu"),
            ("sea", "Xanh biển, làm việc"),
            ("band", "Dải chỉ tiêu"),
            ("tint", "Nền xanh nhạt"),
            ("gold", "Vàng, bây giờ"),
            ("goldt", "Nền vàng"),
            ("red", "Đỏ, quá hạn hoặc sai"),
            ("redt", "Nền đỏ"),
            ("paper", "Giấy"),
            ("surface", "Mặt"),
            ("sunk", "Lõm"),
            ("ink", "Chữ"),
            ("ink2", "Chữ phụ"),
            ("line", "Kẻ"),
        ],
        "bands": [
            ("Chưa có số liệu", None, 2, 5, False),
            ("Chưa có kết quả", 0, 1, 3, False),
            ("Dưới mức tối thiểu", 1, 2, 5, False),
            ("Trong khoảng chỉ tiêu", 3, 2, 5, False),
            ("Đạt mức tối đa", 5, 2, 5, False),
            ("Vượt chỉ tiêu", 6, 2, 5, False),
            ("Vượt rất xa", 40, 2, 5, False),
            ("Không có mức tối đa", 1, 1, None, False),
            ("Giai đoạn đã qua", 2, 2, 5, True),
            ("Mức thấp và cao sát nhau", 92, 100, 101, False),
            ("Một mức duy nhất", 3, 5, 5, False),
            ("Số lớn", 1_250_000, 1_000_000, 2_000_000, False),
        ],
        "funnel_rows": [
            ("Ý tưởng nhận được", 34),
            ("Đạt sàng lọc", 19),
            ("Dự án được công nhận", 5),
            ("Dự án được hỗ trợ", 3),
            ("Doanh nghiệp", 0),
        ],
        "quarters": [("Quý I", None, None), ("Quý II", 2, 2), ("Quý III", 1, 3), ("Quý IV*", 1, 4)],
        "wizard": [
            {"label": "Ý tưởng", "url": "#y-tuong", "state": "done"},
            {"label": "Vấn đề", "state": "now"},
            {"label": "Người làm"},
            {"label": "Hỗ trợ cần"},
            {"label": "Xem lại"},
        ],
        "stages": [
            {"label": "Dự thảo", "note": "17/12", "state": "done"},
            {"label": "Góp ý", "note": "Đến 21/12", "state": "now"},
            {"label": "Phê duyệt"},
            {"label": "Ban hành"},
        ],
        "steps": [
            {"label": "Đạt", "url": "#", "kind": "main"},
            {"label": "Cần bổ sung", "url": "#", "asks": "note"},
            {"label": "Sửa nội dung", "url": "#", "asks": "edit", "kind": "quiet"},
            {"label": "Thu hồi", "url": "#", "kind": "bad"},
        ],
        "files": [
            {"name": "phac-thao-tu-say.pdf", "url": "#", "note": "PDF, 1,2 MB"},
            {"name": "Quyết định số 12-QĐ/UBND.docx", "url": "#", "note": "Word, 214 KB"},
        ],
        "events": [
            {"at": at, "by": "Lê Văn Hậu", "words": "Xin bổ sung", "note": "Ai mua?", "now": True},
            {"at": at, "by": "Lê Văn Hậu", "words": "Nhận xem"},
            {"at": at, "by": "Người gửi", "words": "Gửi ý tưởng"},
        ],
        "page": Paginator(range(90), 25).page(2),
    }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, first on light, then on dark ground."""
    if not settings.DEBUG:
        raise Http404
    themes = [("light", sample("sang")), ("dark", sample("toi"))]
    return render(request, "core/styleguide.html", {"themes": themes})
