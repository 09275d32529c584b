"""Why an idea is declined: the rows that the town starts with, and their words by code."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from programme import services as programme
from projects.models import DeclineReason

SEED: tuple[dict[str, Any], ...] = (
    {
        "code": "not_new",
        "words": _("Chưa thấy điểm mới so với cách đang có"),
        "next_step": _(
            "Hỏi câu lạc bộ khởi nghiệp hoặc xem mục Hỗ trợ để tìm người góp ý điểm mới, "
            "rồi gửi lại."
        ),
        "link": "/ho-tro/",
    },
    {
        "code": "livelihood",
        "words": _("Là nghề làm ăn của gia đình, chưa có cách làm mới"),
        "next_step": _("Hỏi Hội Liên hiệp Phụ nữ xã, phường về vốn vay và lớp dạy nghề."),
        "place": _("Hội Liên hiệp Phụ nữ"),
    },
    {
        "code": "ready_product",
        "words": _("Đã là sản phẩm bán được, không còn là ý tưởng"),
        "next_step": _("Hỏi xã, phường về Chương trình OCOP để được xếp sao và tìm nơi bán."),
        "place": _("Chương trình OCOP"),
    },
    {
        "code": "outside",
        "words": _("Không thuộc địa bàn hoặc đối tượng của chương trình"),
        "next_step": _("Liên hệ cơ quan phụ trách khởi nghiệp nơi bạn ở hoặc của tỉnh Quảng Ngãi."),
    },
    {
        "code": "forbidden",
        "words": _("Thuộc ngành, nghề pháp luật cấm"),
        "next_step": _("Chọn một hướng khác mà pháp luật cho phép."),
    },
    {
        "code": "unclear",
        "words": _("Chưa rõ cách làm dù đã hỏi thêm"),
        "next_step": _("Làm thử ở quy mô nhỏ, ghi lại kết quả, rồi gửi lại bằng một ý tưởng mới."),
    },
    {
        "code": "duplicate",
        "words": _("Trùng với hồ sơ đã có của chính mình"),
        "next_step": _("Viết tiếp trong hồ sơ đã có của bạn."),
        "link": "/y-tuong/cua-toi/",
    },
    {
        "code": "other",
        "words": _("Lý do khác"),
        "next_step": _("Hỏi lại cán bộ theo thư này nếu bạn chưa rõ."),
    },
)


@programme.also_seeds("reasons", "lý do chưa phù hợp")
def seed() -> int:
    """Add the reasons that are missing; how many. Rows that the town changed stay as they are."""
    added = 0
    for place, row in enumerate(SEED, start=1):
        _row, created = DeclineReason.objects.get_or_create(
            code=row["code"], defaults=row | {"order": 10 * place}
        )
        added += created
    return added


@dataclass(frozen=True)
class Told:
    """A reason as pages and letters tell it; all empty for a code that no row has."""

    words: str = ""
    step: str = ""
    link: str = ""


def told(code: str) -> Told:
    """The reason behind ``code``: one statement; a row that is switched off still has words."""
    if not code:
        return Told()
    row = DeclineReason.objects.filter(code=code).first()
    return Told(row.label, row.step, row.link) if row else Told()


def words_by_code() -> dict[str, str]:
    """All reasons in words: one statement for a whole list."""
    return {row.code: row.label for row in DeclineReason.objects.all()}
