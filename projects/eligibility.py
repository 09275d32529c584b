"""Six plain questions to ask oneself before writing. The table is the rule: nothing is stored.

They follow the reasons for which an idea is declined (``projects/reasons.py``) and what the
form asks of a person under 18. No answer stops anybody from sending.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Question:
    """A question to be answered yes; ``no`` tells what a "no" means, ``step`` what to do."""

    code: str
    ask: Any
    no: Any
    step: Any
    url: str = ""  # the name of a page that helps
    label: Any = ""


QUESTIONS = (
    Question(
        "dia_ban",
        _("Bạn sống, học hoặc làm việc ở Đức Phổ, hay ý tưởng sẽ làm ở Đức Phổ?"),
        _("Chương trình này dành cho Đức Phổ, nên ý tưởng ở nơi khác thường không được nhận."),
        _("Tìm một người ở Đức Phổ cùng làm, hoặc hỏi nơi phụ trách khởi nghiệp chỗ bạn ở."),
        "support_orgs:directory",
        _("Xem ai giúp được ở Đức Phổ"),
    ),
    Question(
        "cua_minh",
        _("Ý tưởng là của bạn hoặc nhóm bạn, và chưa gửi lần nào?"),
        _("Ý tưởng của người khác thì người đó gửi. Đã gửi rồi thì không cần gửi lại."),
        _("Rủ người nghĩ ra cùng đứng tên. Nếu đã gửi, mở lại hồ sơ cũ để viết tiếp."),
        "projects:own_ideas",
        _("Mở ý tưởng của tôi"),
    ),
    Question(
        "diem_moi",
        _("Có điều gì mới hơn cách mọi người đang làm: sản phẩm, cách làm, hay chỗ bán?"),
        _("Cán bộ sẽ hỏi điểm mới. Mở thêm một cửa hàng như đã có thì chưa phải điểm mới."),
        _("Viết ra một điều khách hàng sẽ thấy khác. Chưa thấy thì hỏi câu lạc bộ góp ý."),
        "support_orgs:clubs",
        _("Xem câu lạc bộ"),
    ),
    Question(
        "dung_luat",
        _("Việc bạn định làm có được pháp luật cho phép không?"),
        _("Ngành, nghề pháp luật cấm thì không được nhận, dù ý tưởng hay."),
        _("Chọn một hướng khác. Chưa chắc có bị cấm không thì cứ gửi và hỏi trong bài."),
    ),
    Question(
        "ai_can",
        _("Bạn nói được ai cần ý tưởng này, và bạn định làm thế nào?"),
        _("Chưa rõ ai cần và làm ra sao thì cán bộ khó trả lời được."),
        _("Hỏi ba người sẽ cần đến ý tưởng này. Chép lại lời họ, đó là phần “Vấn đề” của bài."),
    ),
    Question(
        "nguoi_lon",
        _("Bạn đủ 18 tuổi, hoặc cha, mẹ, người giám hộ biết bạn gửi?"),
        _(
            "Dưới 18 tuổi thì cha, mẹ hoặc người giám hộ phải đồng ý "
            "trước khi công bố điều gì về bạn."
        ),
        _("Nói với cha, mẹ hoặc người giám hộ trước. Bạn sẽ ghi thư điện tử của người đó vào bài."),
    ),
)
