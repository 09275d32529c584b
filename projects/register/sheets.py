# ruff: noqa: E501 - a column is one line of a table
"""The Excel register: its sheets and columns, one table. Reader, checks and template follow it.

The names are a contract with the offices that keep registers: add a row, rename
none. A column that is ``needed`` must be there and filled in every row.
"""

from dataclasses import dataclass
from typing import Any

from programme.models import Activity
from projects.models import Support, Venture
from projects.register import cells
from projects.register.cells import Reader
from projects.register.words import BasisWords, Words

VENTURE_PREFIXES = ("DA", "YT", "DN")
FIELDS = Words(Venture.Field)
STAGES = Words(Venture.Stage)
SUPPORT_KINDS = Words(
    Support.Kind,
    earlier=(
        ("Pháp lý, sở hữu trí tuệ", Support.Kind.LEGAL),
        ("Bao bì, nhãn hiệu, chứng nhận", Support.Kind.PACKAGING),
        ("Chứng nhận", Support.Kind.CERTIFICATE),
    ),
)
SOURCES = Words(Support.Source)
ACTIVITY_KINDS = Words(Activity.Kind)
BASES = BasisWords()


@dataclass(frozen=True)
class Column:
    """A heading, the key of its value, how a cell is read, and what the template says of it."""

    name: str
    key: str
    read: Reader
    needed: bool = False
    width: int = 16
    words: Any = None  # a list to pick from
    strict: bool = False  # no other word than those of the list

    @property
    def is_day(self) -> bool:
        return self.read is cells.day


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, the key of its rows, its columns in the template's order."""

    name: str
    key: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> str:
        """The heading of the column with this key."""
        return next(column.name for column in self.columns if column.key == key)


_venture_code = cells.code(*VENTURE_PREFIXES)
_day, _line, _lines, _people = cells.day, cells.line, cells.lines, cells.people

GUIDE = "Hướng dẫn"  # a sheet of notes that offices may add; never read

SHEETS = (
    Sheet("Dự án", "projects", (
        #      heading                 key              read as                     needed      width
        Column("Mã",                   "code",          _venture_code,                          width=14),
        Column("Tên",                  "title",         _line(120),                 needed=True, width=36),
        Column("Chủ dự án",            "contact_name",  _line(80),                              width=24),
        Column("Điện thoại",           "phone",         cells.phone,                            width=14),
        Column("Thư điện tử",          "email",         cells.email,                            width=26),
        Column("Xã/phường",            "unit",          _line(80),                              width=20),
        Column("Lĩnh vực",             "field",         cells.word(FIELDS),                     width=22, words=FIELDS),
        Column("Ngày gửi ý tưởng",     "received_on",   _day,                                   width=18),
        Column("Ngày công nhận dự án", "recognised_on", _day,                                   width=22),
        Column("Giai đoạn",            "stage",         cells.word(STAGES),                     width=18, words=STAGES),
        Column("Tóm tắt",              "summary",       _lines(600),                            width=50),
    )),
    Sheet("Hỗ trợ", "supports", (
        Column("Mã dự án",             "project",       _venture_code,              needed=True, width=14),
        Column("Ngày",                 "happened_on",   _day,                       needed=True, width=12),
        Column("Loại hỗ trợ",          "kind",          cells.word(SUPPORT_KINDS),  needed=True, width=20, words=SUPPORT_KINDS),
        Column("Đơn vị hỗ trợ",        "provider",      _line(200),                             width=30),
        Column("Nguồn",                "source",        cells.one_of(SOURCES),      needed=True, width=14, words=SOURCES, strict=True),
        Column("Giá trị (đồng)",       "value",         cells.money,                            width=18),
        Column("Nội dung",             "content",       _lines(1000),                           width=40),
        Column("Số văn bản minh chứng", "evidence",     _line(200),                             width=24),
        Column("Ngày xác nhận",        "verified_on",   _day,                                   width=15),
        Column("Ngày hủy",             "retracted_on",  _day,                                   width=12),
        Column("Lý do hủy",            "reason",        _lines(500),                            width=30),
    )),
    Sheet("Doanh nghiệp", "enterprises", (
        Column("Mã",                   "code",          _venture_code,                          width=14),
        Column("Mã dự án",             "project",       _venture_code,                          width=14),
        Column("Tên",                  "name",          _line(200),                 needed=True, width=36),
        Column("Mã số thuế",           "tax_code",      cells.tax_code,             needed=True, width=16),
        Column("Ngày đăng ký lần đầu", "happened_on",   _day,                       needed=True, width=20),
        Column("Căn cứ công nhận",     "basis",         cells.one_of(BASES),        needed=True, width=26, words=BASES, strict=True),
        Column("Số văn bản minh chứng", "evidence",     _line(200),                             width=24),
        Column("Ngày xác nhận",        "verified_on",   _day,                                   width=15),
        Column("Ngày hủy",             "retracted_on",  _day,                                   width=12),
        Column("Lý do hủy",            "reason",        _lines(500),                            width=30),
    )),
    Sheet("Câu lạc bộ", "clubs", (
        Column("Mã",                   "code",          cells.club_code,                        width=16),
        Column("Tên",                  "name",          _line(200),                 needed=True, width=40),
        Column("Ngày quyết định",      "happened_on",   _day,                       needed=True, width=16),
        Column("Số quyết định",        "evidence",      _line(200),                             width=20),
        Column("Đơn vị chủ quản",      "host",          _line(200),                             width=30),
        Column("Ngày xác nhận",        "verified_on",   _day,                                   width=15),
    )),
    Sheet("Hoạt động", "activities", (
        Column("Mã",                   "code",          cells.code("HD"),                       width=14),
        Column("Loại",                 "kind",          cells.one_of(ACTIVITY_KINDS), needed=True, width=20, words=ACTIVITY_KINDS, strict=True),
        Column("Tên",                  "name",          _line(300),                 needed=True, width=44),
        Column("Ngày",                 "happened_on",   _day,                       needed=True, width=12),
        Column("Đơn vị chủ trì",       "host",          _line(200),                             width=30),
        Column("Số người",             "people",        _people,                                width=10),
        Column("Nữ",                   "women",         _people,                                width=8),
        Column("Học sinh",             "pupils",        _people,                                width=10),
        Column("Đoàn viên",            "members",       _people,                                width=11),
        Column("Doanh nghiệp",         "businesses",    _people,                                width=14),
        Column("Cán bộ",               "officials",     _people,                                width=9),
        Column("Yếu thế",              "vulnerable",    _people,                                width=9),
        Column("Ngày xác nhận",        "verified_on",   _day,                                   width=15),
    )),
)  # fmt: skip
BY_KEY = {sheet.key: sheet for sheet in SHEETS}
PARTS = ("women", "pupils", "members", "businesses", "officials", "vulnerable")
