"""What a founder can do next, for each reason an idea is declined (``Venture.Reason``)."""

from django.utils.translation import gettext_lazy as _

NEXT_STEP = {
    "not_new": _(
        "Hỏi câu lạc bộ khởi nghiệp hoặc xem mục Hỗ trợ để tìm người góp ý điểm mới, rồi gửi lại."
    ),
    "outside": _("Liên hệ cơ quan phụ trách khởi nghiệp nơi bạn ở hoặc của tỉnh Quảng Ngãi."),
    "forbidden": _("Chọn một hướng khác mà pháp luật cho phép."),
    "unclear": _("Làm thử ở quy mô nhỏ, ghi lại kết quả, rồi gửi lại bằng một ý tưởng mới."),
    "duplicate": _("Viết tiếp trong hồ sơ đã có của bạn."),
    "other": _("Hỏi lại cán bộ theo thư này nếu bạn chưa rõ."),
}
