"""The words people agree to, as data: change a word, and give it a new version.

Each text says for what, which data, how long, and how to withdraw, as Luật Bảo vệ
dữ liệu cá nhân 91/2025/QH15 asks. A consent keeps the words and the version that
its giver saw, so that an old consent never means new words.
"""

from django.utils.translation import gettext_lazy

VERSION = "2026-11-24"
GUARDS_ENTRIES_FROM = "2026-11-24"  # the first words of guardians that speak of contests

TEXTS = {
    "process": gettext_lazy(
        "Tôi đồng ý cho cơ quan thường trực Ban Chỉ đạo khởi nghiệp Đức Phổ đọc hồ sơ này và "
        "liên hệ với tôi. Dữ liệu dùng: những gì tôi viết trong hồ sơ, tên, ngày sinh, điện thoại "
        "và thư điện tử của tôi. Chỉ dùng để xem xét, hướng dẫn và hỗ trợ; không bán, không cho "
        "ai khác. Giữ đến khi tôi rút lại, lâu nhất 5 năm kể từ lần cập nhật cuối. Tôi rút lại "
        "được lúc nào cũng được, ở trang Hồ sơ của tôi. Căn cứ: Luật Bảo vệ dữ liệu cá nhân "
        "91/2025/QH15."
    ),
    "publish_venture": gettext_lazy(
        "Tôi đồng ý công bố tên, lĩnh vực của dự án và những mục tôi tự đánh dấu trên Cổng để mọi "
        "người biết và liên hệ hợp tác. Mục không đánh dấu thì không công bố. Không công bố ngày "
        "sinh, điện thoại, thư điện tử của tôi. Công bố đến khi tôi rút lại ở trang Hồ sơ của tôi; "
        "rút xong, dự án không còn hiện trên trang công khai. Báo cáo đã ban hành thì giữ nguyên. "
        "Căn cứ: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15."
    ),
    "publish_name": gettext_lazy(
        "Tôi đồng ý ghi tên tôi bên cạnh dự án đã công bố. Dữ liệu công bố: chỉ họ và tên. Công "
        "bố đến khi tôi rút lại ở trang Hồ sơ của tôi; rút xong, tên tôi không còn hiện trên "
        "trang công khai. Không đồng ý thì dự án vẫn được xem xét như thường. Căn cứ: Luật Bảo vệ "
        "dữ liệu cá nhân 91/2025/QH15."
    ),
    "member_process": gettext_lazy(
        "Tôi đồng ý vào nhóm này. Trưởng nhóm và cơ quan thường trực Ban Chỉ đạo khởi nghiệp Đức "
        "Phổ thấy tên và thư điện tử của tôi, để biết ai làm cùng và liên hệ khi xem xét, hỗ trợ. "
        "Không bán, không cho ai khác. Giữ đến khi tôi rời nhóm hoặc rút lại, lâu nhất 5 năm kể "
        "từ lần cập nhật cuối. Tôi rời nhóm được lúc nào cũng được, ở trang Nhóm. Căn cứ: Luật "
        "Bảo vệ dữ liệu cá nhân 91/2025/QH15."
    ),
    "member_name": gettext_lazy(
        "Tôi đồng ý ghi tên tôi trong nhóm khi dự án được công bố. Dữ liệu công bố: chỉ họ và "
        "tên. Công bố đến khi tôi rút lại ở trang Nhóm hoặc trang Hồ sơ của tôi. Không đồng ý thì "
        "tôi vẫn ở trong nhóm như thường. Căn cứ: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15."
    ),
    "guardian": gettext_lazy(
        "Tôi là cha, mẹ hoặc người giám hộ. Tôi đồng ý cho con gửi bài dự thi các cuộc thi trên "
        "Cổng, và cho công bố dự án của con nếu con chọn công bố: tên "
        "dự án, lĩnh vực, địa bàn, tóm tắt; và tên của con nếu con cũng đồng ý. Không công bố "
        "ngày sinh, điện thoại, thư điện tử của con và của tôi. Cổng giữ tên và thư điện tử của "
        "tôi để làm bằng cho câu trả lời này, lâu nhất 5 năm. Tôi rút lại được lúc nào cũng được, "
        "bằng chính đường dẫn trong thư. Căn cứ: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15."
    ),
    "entry": gettext_lazy(
        "Tôi đồng ý dự thi theo thể lệ. Ban tổ chức và giám khảo được phân công đọc bài này; tên "
        "những người trong đội dùng để in giấy chứng nhận; ngày sinh chỉ dùng để xét điều kiện. "
        "Mỗi người tôi ghi tên đã đồng ý; người dưới 18 tuổi thì cha, mẹ hoặc người giám hộ cũng "
        "đã đồng ý. Không bán, không cho ai khác. Giữ đến khi tôi rút bài, lâu nhất 5 năm sau "
        "cuộc thi. Tôi rút bài được đến khi điểm được khóa. Căn cứ: Luật Bảo vệ dữ liệu cá nhân "
        "91/2025/QH15."
    ),
    "groups": gettext_lazy(
        "Tôi đồng ý cho Cổng đếm dự án này vào những nhóm tôi chọn, để biết chương trình đã giúp "
        "được bao nhiêu dự án của mỗi nhóm. Dữ liệu dùng: chỉ tên nhóm tôi chọn, không phải tên "
        "tôi. Ngoài tôi, không ai xem được dự án nào thuộc nhóm nào; chỉ con số chung được đưa ra, "
        "và số dưới 3 thì không ghi rõ. Không trả lời thì dự án vẫn được xem xét và hỗ trợ như "
        "thường. Tôi bỏ chọn lúc nào cũng được, ngay ở trang này; bỏ chọn thì Cổng xóa ngay. Giữ "
        "lâu nhất 5 năm kể từ lần cập nhật cuối. Căn cứ: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15."
    ),
}


def text(purpose: str) -> str:
    """The words for ``purpose`` in the reader's language: show them, and keep what was shown."""
    return str(TEXTS[purpose])
