# ruff: noqa: E501 - the tables of cases are read line by line
"""The Excel register: each rule of the contract, hostile files, and the figures that follow."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core import codes
from core.models import AdminUnit, Counter, Event, Holiday
from core.periods import LOCAL, Quarter, end_of, start_of
from core.words import Refused
from programme.models import Activity, Indicator, Phase, Target
from projects.models import Formation, Recognition, Support, Venture
from projects.register import bounds, template
from projects.register.read import read
from projects.register.sheets import SHEETS
from projects.register.troubles import MOST
from projects.register.write import carry_out
from reports.indicators import measure_quarter
from support_orgs.models import ClubFounding, Organisation

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=LOCAL)
TAX = ("0100112437", "0101243150", "0100109106")


def workbook(**sheets) -> io.BytesIO:
    """``projects=[{"Tên": …}, …]``: headings are the keys of the rows, in order of appearance."""
    names = {sheet.key: sheet.name for sheet in SHEETS}
    book = openpyxl.Workbook()
    book.remove(book.active)
    for key, rows in sheets.items():
        page = book.create_sheet(names.get(key, key))
        headings = list(dict.fromkeys(name for row in rows for name in row))
        page.append(headings)
        for row in rows:
            page.append([row.get(name) for name in headings])
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return content


def project(**more):
    return {"Mã": "DA-2026-0007", "Tên": "Tủ sấy cá cơm", "Ngày công nhận dự án": date(2026, 1, 5),
            **more}  # fmt: skip


def support(**more):
    return {"Mã dự án": "DA-2026-0007", "Ngày": date(2026, 2, 3), "Loại hỗ trợ": "Vốn",
            "Đơn vị hỗ trợ": "Đoàn phường", "Nguồn": "Nhà nước", "Giá trị (đồng)": 1500000,
            "Ngày xác nhận": date(2026, 2, 10), **more}  # fmt: skip


def enterprise(**more):
    return {"Mã": "DN-2026-0007", "Tên": "Công ty Cá Cơm", "Mã số thuế": TAX[0],
            "Ngày đăng ký lần đầu": date(2026, 3, 1), "Căn cứ công nhận": "NĐ 268/2025",
            "Ngày xác nhận": date(2026, 3, 5), **more}  # fmt: skip


def club(**more):
    return {"Tên": "CLB Khởi nghiệp Phổ Văn", "Ngày quyết định": date(2024, 5, 6), **more}


def activity(**more):
    return {"Loại": "Tập huấn", "Tên": "Tập huấn bán hàng", "Ngày": date(2026, 4, 2),
            "Số người": 40, "Nữ": 22, "Ngày xác nhận": date(2026, 4, 3), **more}  # fmt: skip


def bring(content, *, now=NOW, dry_run=False, name="so.xlsx"):
    book = read(content, name, lambda done, total: None)
    return carry_out(book, by=User.objects.system(), now=now, dry_run=dry_run)


def errors(**sheets):
    return bring(workbook(**sheets)).errors.lines()


def imported(**sheets):
    outcome = bring(workbook(**sheets))
    assert outcome.errors.lines() == []
    return outcome


def everything():
    return [model.objects.count() for model in (Venture, Recognition, Support, Formation, Event,
            Organisation, ClubFounding, Activity, Counter)]  # fmt: skip


@pytest.fixture
def units(db):
    def unit(code, kind, name, start, end=None, successor=None):
        return AdminUnit.objects.create(
            code=code, kind=kind, name=name, valid_from=start, valid_to=end, successor=successor
        )

    new = date(2025, 7, 1)
    return {
        "new": (now := unit("21439", "xa", "Nguyễn Nghiêm", new)),
        "old": unit("21439", "phuong", "Nguyễn Nghiêm", date(2020, 2, 1), date(2025, 6, 30), now),
        "hoa": unit("21469", "phuong", "Phổ Hòa", date(2020, 2, 1), date(2025, 6, 30), now),
    }


# -- The template ----------------------------------------------------------------


def test_template_is_the_contract_to_the_letter(tmp_path):
    target = tmp_path / "mau.xlsx"
    call_command("register_template", str(target), verbosity=0)
    book = openpyxl.load_workbook(target)
    assert {page.title: [cell.value for cell in page[1]] for page in book} == {
        "Dự án": [
            "Mã",
            "Tên",
            "Chủ dự án",
            "Điện thoại",
            "Thư điện tử",
            "Xã/phường",
            "Lĩnh vực",
            "Ngày gửi ý tưởng",
            "Ngày công nhận dự án",
            "Giai đoạn",
            "Tóm tắt",
        ],
        "Hỗ trợ": [
            "Mã dự án",
            "Ngày",
            "Loại hỗ trợ",
            "Đơn vị hỗ trợ",
            "Nguồn",
            "Giá trị (đồng)",
            "Nội dung",
            "Số văn bản minh chứng",
            "Ngày xác nhận",
            "Ngày hủy",
            "Lý do hủy",
        ],
        "Doanh nghiệp": [
            "Mã",
            "Mã dự án",
            "Tên",
            "Mã số thuế",
            "Ngày đăng ký lần đầu",
            "Căn cứ công nhận",
            "Số văn bản minh chứng",
            "Ngày xác nhận",
            "Ngày hủy",
            "Lý do hủy",
        ],
        "Câu lạc bộ": [
            "Mã",
            "Tên",
            "Ngày quyết định",
            "Số quyết định",
            "Đơn vị chủ quản",
            "Ngày xác nhận",
        ],
        "Hoạt động": [
            "Mã",
            "Loại",
            "Tên",
            "Ngày",
            "Đơn vị chủ trì",
            "Số người",
            "Nữ",
            "Học sinh",
            "Đoàn viên",
            "Doanh nghiệp",
            "Cán bộ",
            "Yếu thế",
            "Ngày xác nhận",
        ],
    }
    page = book["Hỗ trợ"]
    assert page["A1"].font.bold
    assert page.column_dimensions["B"].number_format == "dd/mm/yyyy"
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert rules["E2:E20001"].formula1 == '"Nhà nước,Xã hội hóa"'
    assert all(
        len(rule.formula1 or "") <= 257 and len(rule.prompt) <= 255
        for sheet in book
        for rule in sheet.data_validations.dataValidation
    )


def test_template_does_not_overwrite_a_register(tmp_path):
    target = tmp_path / "so.xlsx"
    target.write_bytes(b"data")
    with pytest.raises(CommandError, match="đã có"):
        call_command("register_template", str(target))
    assert target.read_bytes() == b"data"


@pytest.mark.django_db
def test_empty_template_imports_nothing(tmp_path):
    content = io.BytesIO()
    template.write(content)
    content.seek(0)
    outcome = bring(content)
    assert outcome.errors.lines() == []
    assert outcome.counts == {sheet.key: {"new": 0, "known": 0} for sheet in SHEETS}


@pytest.mark.parametrize(("text", "cell"), [
    ("=1+1", "'=1+1"), ("+84", "'+84"), ("-1", "'-1"), ("@x", "'@x"), ("Tên", "Tên"), ("", ""),
])  # fmt: skip
def test_text_is_never_a_formula(text, cell):
    assert template.safe(text) == cell


# -- What each sheet becomes -----------------------------------------------------


def test_a_project_with_everything(units):
    imported(
        projects=[
            project(**{
                "Chủ dự án": "  Nguyễn  Thị An ", "Điện thoại": 905123456, "Thư điện tử": "an@x.vn",
                "Xã/phường": "xã nguyễn nghiêm", "Lĩnh vực": "thuỷ sản", "Giai đoạn": "Mẫu thử",
                "Ngày gửi ý tưởng": "15/12/2025", "Tóm tắt": "Sấy bằng nắng.",
            })
        ]
    )  # fmt: skip
    venture = Venture.objects.get()
    assert (venture.year, venture.number, venture.code) == (2026, 7, "DA-2026-0007")
    assert (venture.status, venture.level, venture.owner_id) == ("accepted", "project", None)
    assert (venture.contact_name, venture.contact_phone) == ("Nguyễn Thị An", "+84905123456")
    assert (venture.contact_email, venture.unit) == ("an@x.vn", units["new"])
    assert (venture.field, venture.stage) == ("agriculture", "prototype")
    assert (venture.received_on, venture.received_at) == (
        date(2025, 12, 15),
        start_of(date(2025, 12, 15)),
    )
    assert venture.search_text == "tu say ca com"  # nobody has agreed to more
    assert venture.desk_text == "say bang nang. xa nguyen nghiem"
    fact = Recognition.objects.get()
    assert (fact.venture, fact.happened_on, fact.status) == (venture, date(2026, 1, 5), "verified")
    assert fact.verified_at == fact.recorded_at == start_of(date(2026, 1, 5))
    assert fact.evidence_ref == "Sổ theo dõi so.xlsx, dòng 2"
    assert fact.recorded_by == fact.verified_by == User.objects.system()


@pytest.mark.django_db
def test_without_recognition_it_is_an_idea_that_waits():
    Holiday.objects.create(day=date(2026, 11, 23), name="Nghỉ bù")
    imported(projects=[{"Tên": "Ý tưởng cũ", "Ngày gửi ý tưởng": "01/03/2023"}])
    venture = Venture.objects.get()
    assert (venture.level, venture.status, venture.code) == ("idea", "screening", "YT-2023-0001")
    assert venture.promised_on == date(2026, 12, 7)  # ten working days after the import
    assert Recognition.objects.count() == 0


@pytest.mark.django_db
def test_support_facts_are_as_many_as_rows():
    imported(
        projects=[project()],
        supports=[support(), support(), support(**{"Mã dự án": "yt-2026-7", "Ngày": "05/01/2025"})],
    )
    facts = list(Support.objects.order_by("happened_on", "pk"))
    assert [fact.happened_on for fact in facts] == [
        date(2025, 1, 5),
        date(2026, 2, 3),
        date(2026, 2, 3),
    ]
    fact = facts[-1]
    assert (fact.kind, fact.source, fact.value) == ("capital", "state", 1500000)
    assert (fact.status, fact.provider) == ("verified", "Đoàn phường")
    assert fact.recorded_at == fact.verified_at == start_of(date(2026, 2, 10))


@pytest.mark.django_db
def test_blank_confirmation_means_now():
    imported(projects=[project()], supports=[support(**{"Ngày xác nhận": None})])
    fact = Support.objects.get()
    assert fact.recorded_at == fact.verified_at == NOW


@pytest.mark.django_db
def test_a_retracted_support():
    imported(
        projects=[project()],
        supports=[support(**{"Ngày hủy": "01/04/2026", "Lý do hủy": "Ghi nhầm dự án"})],
    )
    fact = Support.objects.get()
    assert (fact.status, fact.retraction_reason) == ("retracted", "Ghi nhầm dự án")
    assert (fact.verified_at, fact.retracted_at) == (
        start_of(date(2026, 2, 10)),
        start_of(date(2026, 4, 1)),
    )
    assert fact.retracted_by == User.objects.system()


@pytest.mark.django_db
def test_a_fact_retracted_today_and_confirmed_now():
    imported(
        projects=[project()],
        supports=[support(**{"Ngày xác nhận": None, "Ngày hủy": NOW.date(), "Lý do hủy": "x"})],
    )
    fact = Support.objects.get()
    assert fact.verified_at == fact.retracted_at == NOW


@pytest.mark.django_db
def test_an_enterprise_lifts_its_project():
    imported(
        projects=[project()],
        enterprises=[enterprise(), enterprise(**{"Căn cứ công nhận": "Giải thưởng"})],
    )
    venture = Venture.objects.get()
    assert (venture.level, venture.status, venture.code) == (
        "enterprise",
        "accepted",
        "DN-2026-0007",
    )
    assert sorted(Formation.objects.values_list("basis", "tax_code", "venture")) == [
        ("award", TAX[0], venture.pk),
        ("decree_268", TAX[0], venture.pk),
    ]


@pytest.mark.django_db
def test_an_enterprise_without_project_is_a_new_venture():
    imported(
        enterprises=[
            enterprise(Mã="DN-2025-0003"),
            enterprise(**{"Mã": None, "Mã số thuế": 101243150, "Tên": "Công ty Muối"}),
        ]
    )
    assert sorted((v.code, v.title, v.status) for v in Venture.objects.all()) == [
        ("DN-2025-0003", "Công ty Cá Cơm", "accepted"),
        ("DN-2026-0001", "Công ty Muối", "accepted"),
    ]
    assert Formation.objects.get(name="Công ty Muối").tax_code == TAX[1]  # the zero is back


@pytest.mark.django_db
def test_a_retracted_formation_leaves_a_project():
    imported(
        projects=[project()],
        enterprises=[enterprise(**{"Ngày hủy": "01/04/2026", "Lý do hủy": "Thu hồi giấy"})],
    )
    assert Venture.objects.get().level == "project"


@pytest.mark.parametrize(("words", "basis"), [
    ("NĐ 268/2025", "decree_268"), ("Giấy công nhận theo Nghị định 268/2025/NĐ-CP", "decree_268"),
    ("NĐ 80/2021 (1)", "decree_80_1"), ("tiêu chí NĐ 80/2021 Đ20 (2)", "decree_80_2"),
    ("Tiêu chí (3), Điều 20 Nghị định 80/2021/NĐ-CP", "decree_80_3"),
    ("giải thưởng", "award"), ("Xác nhận của Ban Chỉ đạo", "committee"),
    *((label, code) for code, label in Formation.Basis.choices),
])  # fmt: skip
@pytest.mark.django_db
def test_words_for_a_basis(words, basis):
    imported(enterprises=[enterprise(**{"Căn cứ công nhận": str(words)})])
    assert Formation.objects.get().basis == basis


@pytest.mark.django_db
def test_clubs_and_activities():
    imported(
        clubs=[club(**{"Số quyết định": "12/QĐ-UBND", "Đơn vị chủ quản": "Đoàn phường"}),
               club(Mã="CLB-2024-0001", Tên="CLB Sa Huỳnh")],
        activities=[activity(), activity(Mã="HD-2026-0004", Loại="toạ đàm")],
    )  # fmt: skip
    assert sorted(
        (f.organisation.code, f.organisation.name, f.evidence_ref)
        for f in ClubFounding.objects.all()
    ) == [
        ("CLB-2024-0001", "CLB Sa Huỳnh", "Sổ theo dõi so.xlsx, dòng 3"),
        ("CLB-2024-0002", "CLB Khởi nghiệp Phổ Văn", "12/QĐ-UBND"),
    ]
    assert list(
        Activity.objects.order_by("number").values_list(
            "number", "kind", "people", "women", "pupils", "status"
        )
    ) == [(4, "talk", 40, 22, None, "verified"), (5, "training", 40, 22, None, "verified")]
    assert Organisation.objects.get(code="CLB-2024-0002").search_text == (
        "clb khoi nghiep pho van doan phuong"
    )


# -- Codes -----------------------------------------------------------------------


@pytest.mark.django_db
def test_later_numbers_never_collide():
    imported(
        projects=[
            project(Mã=None, Tên="Một"),
            project(Mã="YT-2026-0009", Tên="Hai"),
            project(**{"Mã": None, "Tên": "Ba", "Ngày gửi ý tưởng": "01/02/2024"}),
        ]
    )
    assert sorted(Venture.objects.values_list("title", "year", "number")) == [
        ("Ba", 2024, 1),
        ("Hai", 2026, 9),
        ("Một", 2026, 10),
    ]
    assert codes.take("venture-2026") == 11


@pytest.mark.django_db
def test_numbers_in_use_are_left_alone_even_where_the_counter_does_not_know_them():
    Venture.objects.create(title="Có rồi", year=2026, number=40, status="accepted")
    imported(projects=[project(Mã=None)])
    assert Venture.objects.get(title="Tủ sấy cá cơm").number == 41


@pytest.mark.django_db
def test_a_known_project_is_taken_as_it_is_and_recognised_once():
    imported(projects=[project(**{"Ngày công nhận dự án": None, "Tóm tắt": "Cũ"})])
    first = imported(projects=[project(**{"Tên": "TỦ SẤY CÁ CƠM", "Tóm tắt": "Mới"})])
    venture = Venture.objects.get()
    assert (venture.title, venture.summary, venture.level) == ("Tủ sấy cá cơm", "Cũ", "project")
    assert first.counts["projects"] == {"new": 0, "known": 1}
    again = imported(projects=[project(**{"Ngày công nhận dự án": date(2026, 2, 1)})])
    assert Recognition.objects.get().happened_on == date(2026, 1, 5)
    assert len(again.warnings.kept) == 1


@pytest.mark.django_db
def test_support_of_a_project_that_the_portal_has():
    imported(projects=[project()])
    imported(supports=[support()])
    assert Support.objects.get().venture == Venture.objects.get()


# -- Refusals, each with its place -----------------------------------------------

ONE = "Trang tính “{}”, dòng 2, cột “{}”: "
WRONG = [
    ("Hỗ trợ", "Mã dự án", {"supports": [support(**{"Mã dự án": "DA-2026-0099"})]},
     "Không có dự án mang mã DA-2026-0099"),
    ("Hỗ trợ", "Mã dự án", {"supports": [support(**{"Mã dự án": "Tủ sấy"})]}, "Mã này không đúng"),
    ("Hỗ trợ", "Mã dự án", {"supports": [support(**{"Mã dự án": " "})]}, "không được để trống"),
    ("Hỗ trợ", "Ngày", {"supports": [support(Ngày="31/02/2026")]}, "Ngày này không đúng"),
    ("Hỗ trợ", "Ngày", {"supports": [support(Ngày=46000)]}, "Ngày này không đúng"),
    ("Hỗ trợ", "Ngày", {"supports": [support(Ngày=date(1999, 12, 31))]}, "nằm ngoài khoảng"),
    ("Hỗ trợ", "Ngày", {"supports": [support(Ngày=date(2031, 1, 1))]}, "nằm ngoài khoảng"),
    ("Hỗ trợ", "Ngày", {"supports": [support(**{"Ngày": "21/11/2026", "Ngày xác nhận": None})]},
     "Việc chưa diễn ra"),
    ("Hỗ trợ", "Ngày xác nhận", {"supports": [support(**{"Ngày xác nhận": "02/02/2026"})]},
     "sớm hơn ngày việc diễn ra"),
    ("Hỗ trợ", "Ngày xác nhận", {"supports": [support(**{"Ngày xác nhận": "21/11/2026"})]},
     "tương lai"),
    ("Hỗ trợ", "Ngày hủy", {"supports": [support(**{"Ngày hủy": "09/02/2026", "Lý do hủy": "x"})]},
     "sớm hơn ngày xác nhận (10/02/2026)"),
    ("Hỗ trợ", "Ngày hủy", {"supports": [support(**{"Ngày xác nhận": None, "Ngày hủy": "19/11/2026",
     "Lý do hủy": "x"})]}, "sớm hơn ngày xác nhận (20/11/2026)"),
    ("Hỗ trợ", "Ngày hủy", {"supports": [support(**{"Ngày hủy": "21/11/2026", "Lý do hủy": "x"})]},
     "tương lai"),
    ("Hỗ trợ", "Lý do hủy", {"supports": [support(**{"Ngày hủy": "01/04/2026"})]}, "phải ghi lý do"),
    ("Hỗ trợ", "Lý do hủy", {"supports": [support(**{"Lý do hủy": "x"})]}, "thiếu ngày hủy"),
    ("Hỗ trợ", "Nguồn", {"supports": [support(Nguồn="Vay")]}, "Nhà nước · Xã hội hóa"),
    ("Hỗ trợ", "Giá trị (đồng)", {"supports": [support(**{"Giá trị (đồng)": 0.5})]}, "nguyên"),
    ("Hỗ trợ", "Giá trị (đồng)", {"supports": [support(**{"Giá trị (đồng)": -1})]}, "âm"),
    ("Hỗ trợ", "Giá trị (đồng)", {"supports": [support(**{"Giá trị (đồng)": 10**15 + 1})]},
     "nhiều nhất"),
    ("Hỗ trợ", "Giá trị (đồng)", {"supports": [support(**{"Giá trị (đồng)": "1,5 triệu"})]},
     "bằng chữ số"),
    ("Hỗ trợ", "Nội dung", {"supports": [support(**{"Nội dung": "x" * 1001})]}, "dài quá"),
    ("Dự án", "Tên", {"projects": [project(Tên=None)]}, "không được để trống"),
    ("Dự án", "Tên", {"projects": [project(Tên="x" * 121)]}, "dài quá"),
    ("Dự án", "Điện thoại", {"projects": [project(**{"Điện thoại": "0123"})]}, "điện thoại"),
    ("Dự án", "Thư điện tử", {"projects": [project(**{"Thư điện tử": "an@"})]}, "Thư điện tử"),
    ("Dự án", "Ngày gửi ý tưởng", {"projects": [project(**{"Ngày gửi ý tưởng": "21/11/2026"})]},
     "tương lai"),
    ("Dự án", "Ngày công nhận dự án",
     {"projects": [project(**{"Ngày công nhận dự án": "21/11/2026"})]}, "tương lai"),
    ("Dự án", "Mã", {"projects": [project(Mã="HD-2026-0001")]}, "Mã này không đúng"),
    ("Doanh nghiệp", "Mã số thuế", {"enterprises": [enterprise(**{"Mã số thuế": "0100112438"})]},
     "không đúng"),
    ("Doanh nghiệp", "Căn cứ công nhận",
     {"enterprises": [enterprise(**{"Căn cứ công nhận": "Quen biết"})]},
     "NĐ 268/2025 · NĐ 80/2021 (1)"),
    ("Doanh nghiệp", "Căn cứ công nhận",
     {"enterprises": [enterprise(**{"Căn cứ công nhận": "NĐ 80/2021"})]}, "Không hiểu"),
    ("Doanh nghiệp", "Mã dự án", {"enterprises": [enterprise(**{"Mã dự án": "DA-2026-0007"})]},
     "Không có dự án"),
    ("Câu lạc bộ", "Ngày quyết định", {"clubs": [club(**{"Ngày quyết định": "mai"})]},
     "Ngày này không đúng"),
    ("Câu lạc bộ", "Mã", {"clubs": [club(Mã="câu lạc bộ 1")]}, "CLB-2026-0001"),
    ("Hoạt động", "Loại", {"activities": [activity(Loại="Liên hoan")]}, "Đoàn công tác"),
    ("Hoạt động", "Nữ", {"activities": [activity(Nữ=41)]}, "lớn hơn Số người"),
    ("Hoạt động", "Số người", {"activities": [activity(**{"Số người": 40.5})]}, "số nguyên"),
    ("Hoạt động", "Học sinh", {"activities": [activity(**{"Học sinh": -3})]}, "số nguyên"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "column", "sheets", "sentence"), WRONG)
@pytest.mark.django_db
def test_each_error_names_its_place(sheet, column, sheets, sentence):
    if "supports" in sheets and "DA-2026-0099" not in str(sheets):
        sheets = {"projects": [project()], **sheets}
    User.objects.system()
    before = everything()
    (told,) = errors(**sheets)
    assert told.startswith(ONE.format(sheet, column))
    assert sentence in told
    assert everything() == before


@pytest.mark.django_db
def test_the_same_code_twice():
    assert errors(projects=[project(), project(Tên="Khác")]) == [
        "Trang tính “Dự án”, dòng 3, cột “Mã”: Mã này đã có ở một dòng khác của trang tính này."
    ]
    assert len(errors(activities=[activity(Mã="HD-2026-0001")] * 2)) == 1
    assert len(errors(clubs=[club(Mã="CLB-2024-0001")] * 2)) == 1


@pytest.mark.django_db
def test_a_code_that_is_another_projects():
    imported(
        projects=[project()],
        clubs=[club(Mã="CLB-2024-0001")],
        activities=[activity(Mã="HD-2026-0001")],
    )
    assert errors(
        projects=[project(Tên="Lò muối")],
        clubs=[club(Mã="CLB-2024-0001", Tên="Khác")],
        activities=[activity(Mã="HD-2026-0001")],
    ) == [
        "Trang tính “Dự án”, dòng 2, cột “Mã”: Mã này đã thuộc hồ sơ “Tủ sấy cá cơm”. Sửa mã hoặc sửa tên cho khớp.",
        "Trang tính “Câu lạc bộ”, dòng 2, cột “Mã”: Mã này đã thuộc “CLB Khởi nghiệp Phổ Văn”. Sửa mã hoặc sửa tên cho khớp.",
        "Trang tính “Hoạt động”, dòng 2, cột “Mã”: Hoạt động mang mã này đã có trên Cổng.",
    ]


@pytest.mark.django_db
def test_codes_of_enterprise_and_project_agree():
    (told,) = errors(
        projects=[project()],
        enterprises=[enterprise(**{"Mã": "DN-2026-0008", "Mã dự án": "DA-2026-0007"})],
    )
    assert (
        told
        == "Trang tính “Doanh nghiệp”, dòng 2, cột “Mã”: Mã và Mã dự án phải cùng năm, cùng số."
    )


@pytest.mark.django_db
def test_one_tax_code_stands_for_one_venture():
    held = "Trang tính “Doanh nghiệp”, dòng {}, cột “Mã số thuế”: Mã số thuế này đã ghi cho doanh nghiệp khác"
    (told,) = errors(enterprises=[enterprise(), enterprise(Mã="DN-2026-0008")])
    assert told.startswith(held.format(3))
    imported(enterprises=[enterprise()])
    (told,) = errors(enterprises=[enterprise(Mã=None)])
    assert told == f"{held.format(2)} (DN-2026-0007)."
    (told,) = errors(enterprises=[enterprise(**{"Lý do hủy": None})])
    assert "Một căn cứ chỉ ghi một lần" in told
    imported(
        enterprises=[
            enterprise(**{"Mã": "DN-2026-0008", "Ngày hủy": "01/04/2026", "Lý do hủy": "Nhầm"})
        ]
    )


@pytest.mark.django_db
def test_sheets_and_columns_are_refused_by_name():
    told = errors(
        projects=[project(**{"Ghi chú": "x"})],
        supports=[{"Mã dự án": "DA-2026-0007", "Ngày": "03/02/2026"}],
        Nháp=[{"a": 1}],
        **{"Hướng dẫn": [{"ghi": "chú"}]},
    )
    assert [line.split(": ")[0] for line in told] == [
        "Trang tính “Nháp”",
        "Trang tính “Dự án”, dòng 1, cột “Ghi chú”",
        "Trang tính “Hỗ trợ”, dòng 1, cột “Loại hỗ trợ”",
        "Trang tính “Hỗ trợ”, dòng 1, cột “Nguồn”",
    ]


@pytest.mark.django_db
def test_a_column_twice_and_a_column_without_heading():
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Câu lạc bộ"
    page.append(["Tên", "Ngày quyết định", "TÊN", None, None])
    page.append(["CLB", date(2024, 1, 1), "x", None, "y"])
    content = io.BytesIO()
    book.save(content)
    assert bring(content).errors.lines() == [
        "Trang tính “Câu lạc bộ”, dòng 1, cột “TÊN”: có hai cột cùng tên. Giữ lại một cột.",
        "Trang tính “Câu lạc bộ”, dòng 1, cột “E”: cột này có dữ liệu mà thiếu tên cột.",
    ]


@pytest.mark.django_db
def test_empty_rows_are_skipped_and_columns_stand_in_any_order():
    row = dict(reversed(club().items()))
    imported(clubs=[row, dict.fromkeys(row), {**row, "Tên": "CLB hai"}])
    assert sorted(Organisation.objects.values_list("name", flat=True)) == [
        "CLB Khởi nghiệp Phổ Văn",
        "CLB hai",
    ]


@pytest.mark.django_db
def test_two_hundred_errors_then_how_many_more():
    told = errors(clubs=[club(Tên=None)] * (MOST + 7))
    assert len(told) == MOST + 1
    assert told[-1] == "và 7 lỗi khác"


@pytest.mark.django_db
def test_one_bad_row_writes_nothing():
    User.objects.system()
    before = everything()
    assert len(errors(projects=[project()], supports=[support(), support(Nguồn="?")])) == 1
    assert everything() == before


# -- Words and places ------------------------------------------------------------


@pytest.mark.django_db
def test_free_words_are_kept_and_told():
    outcome = imported(
        projects=[
            project(**{"Lĩnh vực": "Nuôi yến", "Giai đoạn": "Gọi vốn", "Tóm tắt": "Yến sào."})
        ],
        supports=[support(**{"Loại hỗ trợ": "Học bổng", "Nội dung": None})],
    )
    venture = Venture.objects.get()
    assert (venture.field, venture.stage) == ("other", "")
    assert venture.summary == "Lĩnh vực: Nuôi yến. Giai đoạn: Gọi vốn. Yến sào."
    fact = Support.objects.get()
    assert (fact.kind, fact.content) == ("other", "Loại hỗ trợ: Học bổng.")
    assert [(w.sheet, w.column) for w in outcome.warnings.kept] == [
        ("Dự án", "Giai đoạn"),
        ("Dự án", "Lĩnh vực"),
        ("Hỗ trợ", "Loại hỗ trợ"),
    ]


@pytest.mark.parametrize(("text", "day", "unit"), [
    ("Nguyễn Nghiêm", "01/03/2024", "old"), ("Nguyễn Nghiêm", "01/03/2026", "new"),
    ("phường Nguyễn Nghiêm", "01/03/2026", "old"), ("Xã Nguyễn Nghiêm", "01/03/2024", "new"),
    ("PHỔ HOÀ", "01/03/2026", "hoa"), ("P. Phổ Hòa", "01/03/2024", "hoa"),
])  # fmt: skip
def test_units_as_registers_write_them(units, text, day, unit):
    imported(projects=[project(**{"Xã/phường": text, "Ngày gửi ý tưởng": day})])
    assert Venture.objects.get().unit == units[unit]


def test_an_unknown_unit(units):
    assert errors(projects=[project(**{"Xã/phường": "Phổ Xa"})]) == [
        "Trang tính “Dự án”, dòng 2, cột “Xã/phường”: Không có xã, phường tên “Phổ Xa”."
    ]


@pytest.mark.parametrize(("written", "value"), [
    (1500000, 1500000), ("1.500.000", 1500000), ("1500000", 1500000), (0, 0), (None, 0),
    (10**15, 10**15),
])  # fmt: skip
@pytest.mark.django_db
def test_money(written, value):
    imported(projects=[project()], supports=[support(**{"Giá trị (đồng)": written})])
    assert Support.objects.get().value == value


@pytest.mark.parametrize("written", [
    date(2026, 2, 3), datetime(2026, 2, 3, 9, 30), "03/02/2026", "3/2/2026", "2026-02-03", " 03/02/2026 ",  # noqa: DTZ001
])  # fmt: skip
@pytest.mark.django_db
def test_days(written):
    imported(projects=[project()], supports=[support(Ngày=written)])
    assert Support.objects.get().happened_on == date(2026, 2, 3)


@pytest.mark.django_db
def test_hostile_text_stays_text():
    nasty = "=HYPERLINK(1) <script>alert(1)</script> {{ 7*7 }} \u202egnp\u202c Ti\u0301ch"
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Câu lạc bộ"
    page.append(["Tên", "Ngày quyết định"])
    page.append(["x", "06/05/2024"])
    page["A2"].value, page["A2"].data_type = nasty, "s"
    content = io.BytesIO()
    book.save(content)
    assert bring(content).errors.lines() == []
    assert Organisation.objects.get().name == (
        "=HYPERLINK(1) <script>alert(1)</script> {{ 7*7 }} gnp Tích"
    )


# -- The file itself -------------------------------------------------------------


def changed(content, name, change):
    """The workbook with one part replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            part = old.read(member)
            new.writestr(member, change(part) if member == name else part)
    made.seek(0)
    return made


def far_cell(part):
    return re.sub(rb'r="B2"', b'r="XFD1048576"', part)


def error_cell(part):
    return re.sub(rb'r="B2"[^>]*>', b'r="B2" t="e">', part)


def broken_xml(part):
    return part[: len(part) // 2]


@pytest.mark.parametrize(("change", "sentence"), [
    (far_cell, "mở ra quá lớn"), (error_cell, "Ô B2 đang báo lỗi"), (broken_xml, "Không đọc được"),
])  # fmt: skip
def test_hostile_and_broken_sheets(change, sentence):
    content = changed(workbook(clubs=[club()]), "xl/worksheets/sheet1.xml", change)
    with pytest.raises(Refused, match=sentence):
        read(content, "so.xlsx", lambda done, total: None)


def test_a_shared_text_in_many_cells_is_bounded(monkeypatch):
    monkeypatch.setattr(bounds, "MOST_TEXT", 50_000)
    assert len(workbook(clubs=[club(Tên="a" * 600)] * 100).getvalue()) < 50_000
    with pytest.raises(Refused, match="mở ra quá lớn"):
        read(workbook(clubs=[club(Tên="a" * 600)] * 100), "so.xlsx", lambda done, total: None)


@pytest.mark.parametrize("content", [b"", b"Ma,Ten\n1,2\n", b"PK\x03\x04" + b"\0" * 200, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])  # fmt: skip
def test_what_is_no_workbook_gets_one_sentence(tmp_path, content, db):
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        call_command("import_register", str(path))
    assert re.fullmatch(r"[^\n]{10,160}\.", str(caught.value))


@pytest.mark.django_db
def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("import_register", str(tmp_path / "none.xlsx"))


# -- The command -----------------------------------------------------------------


@pytest.fixture
def register_file(tmp_path, db):
    path = tmp_path / "so.xlsx"
    path.write_bytes(workbook(projects=[project()], supports=[support()]).getvalue())
    return path


def test_dry_run_does_everything_and_keeps_nothing(register_file):
    before, out = everything(), io.StringIO()
    call_command("import_register", str(register_file), dry_run=True, stdout=out)
    assert out.getvalue() == "Dự án: 1 mới\nHỗ trợ: 1 mới\nChạy thử: không ghi gì.\n"
    assert everything() == before
    assert not User.objects.exists()  # not even the system account


def test_the_same_file_is_taken_once(register_file):
    call_command("import_register", str(register_file), stdout=io.StringIO())
    event = Event.objects.get(kind="register.import")
    assert (event.subject, event.actor) == (User.objects.system(), User.objects.system())
    assert event.data["counts"] == {
        "projects": {"new": 1, "known": 0},
        "supports": {"new": 1, "known": 0},
    }
    assert re.fullmatch("[0-9a-f]{64}", event.data["sha256"])
    before = everything()
    with pytest.raises(CommandError, match=r"đã nhập ngày \d\d/\d\d/20\d\d"):
        call_command("import_register", str(register_file))
    assert everything() == before


def test_errors_come_one_a_line(tmp_path, db):
    path = tmp_path / "so.xlsx"
    path.write_bytes(workbook(clubs=[club(Tên=None), club(Tên=None)]).getvalue())
    with pytest.raises(CommandError) as caught:
        call_command("import_register", str(path))
    assert caught.value.returncode == 1
    assert str(caught.value).splitlines() == [
        "Trang tính “Câu lạc bộ”, dòng 2, cột “Tên”: Ô này không được để trống.",
        "Trang tính “Câu lạc bộ”, dòng 3, cột “Tên”: Ô này không được để trống.",
        "Chưa ghi gì. Sửa tệp rồi chạy lại.",
    ]


@pytest.mark.django_db
def test_as_many_statements_for_ten_rows_as_for_two(django_assert_max_num_queries):
    def rows(count, first):
        return workbook(
            projects=[project(Mã=f"DA-2026-{first + i:04d}", Tên=f"D{i}") for i in range(count)],
            supports=[support(**{"Mã dự án": f"DA-2026-{first + i:04d}"}) for i in range(count)],
        )

    bring(rows(2, 100), dry_run=True)
    for count, first in ((2, 200), (10, 300)):
        with django_assert_max_num_queries(36):
            bring(rows(count, first))


# -- Figures ---------------------------------------------------------------------


@pytest.fixture
def programme(db):
    early = Phase.objects.create(
        code="2022-2025",
        name="Giai đoạn 2022–2025",
        start=date(2022, 1, 1),
        last=date(2025, 12, 31),
    )
    late = Phase.objects.create(
        code="2026-2030",
        name="Giai đoạn 2026–2030",
        start=date(2026, 1, 1),
        last=date(2030, 12, 31),
    )
    whole = Phase.objects.create(
        code="2022-2030", name="Cả chương trình", start=date(2022, 1, 1), last=date(2030, 12, 31),
        is_whole=True,
    )  # fmt: skip
    for code in (
        "projects_supported", "enterprises_formed", "clubs_formed", "ideas_received",
        "trainings_held", "people_reached", "support_value_state",
    ):  # fmt: skip
        indicator = Indicator.objects.create(
            code=code, name=code, short_name=code, unit="u", definition="d", rule="r"
        )
        if code == "clubs_formed":
            Target.objects.create(indicator=indicator, phase=whole, low=1)
        elif code in {"projects_supported", "enterprises_formed"}:
            Target.objects.create(indicator=indicator, phase=early, low=2, high=4)
            Target.objects.create(indicator=indicator, phase=late, low=2, high=5)


def figures(quarter, as_of):
    return {
        (figure.indicator.code, figure.phase.code): (
            figure.in_period,
            figure.cumulative,
            [record.code for record in figure.records],
        )
        for figure in measure_quarter(quarter, as_of)
    }


def test_what_is_imported_counts(programme):
    imported(
        projects=[
            project(**{"Ngày gửi ý tưởng": "20/12/2025"}),
            project(**{"Mã": "DA-2025-0001", "Tên": "Sớm", "Ngày công nhận dự án": "20/12/2025"}),
            project(**{"Mã": "DA-2026-0008", "Tên": "Chưa", "Ngày công nhận dự án": None}),
        ],
        supports=[
            support(),
            support(**{"Giá trị (đồng)": 500000}),
            support(**{"Mã dự án": "DA-2025-0001", "Ngày": "01/12/2025", "Ngày xác nhận": "02/12/2025",
                       "Nguồn": "Xã hội hóa"}),
            support(**{"Mã dự án": "DA-2026-0008"}),
        ],
        enterprises=[enterprise(**{"Mã dự án": "DA-2026-0007"})],
        clubs=[club(**{"Ngày xác nhận": "10/05/2024"})],
        activities=[activity(**{"Ngày": "05/01/2026", "Ngày xác nhận": "06/01/2026"})],
    )  # fmt: skip
    quarter = Quarter(2026, 1)
    assert figures(quarter, end_of(date(2026, 3, 25))) == {
        # recognised and supported on 20/12/2025: a late result of the closed phase
        ("projects_supported", "2022-2025"): (1, 1, ["DA-2025-0001"]),
        ("projects_supported", "2026-2030"): (1, 1, ["DA-2026-0007"]),
        ("enterprises_formed", "2022-2025"): (0, 0, []),
        ("enterprises_formed", "2026-2030"): (1, 1, ["DN-2026-0007"]),
        ("clubs_formed", "2022-2030"): (0, 1, ["CLB-2024-0001"]),
        ("ideas_received", "2022-2025"): (1, 1, ["YT-2026-0007"]),
        ("ideas_received", "2026-2030"): (0, 0, []),
        ("trainings_held", "2022-2025"): (0, 0, []),
        ("trainings_held", "2026-2030"): (1, 1, ["HD-2026-0001"]),
        ("people_reached", "2022-2025"): (0, 0, []),
        ("people_reached", "2026-2030"): (40, 40, ["HD-2026-0001"]),
        ("support_value_state", "2022-2025"): (0, 0, []),
        ("support_value_state", "2026-2030"): (
            3500000,
            3500000,
            [
                f"HT-{pk}"
                for pk in Support.objects.filter(source="state")
                .order_by("pk")
                .values_list("pk", flat=True)
            ],
        ),
    }


def test_figures_as_of_a_day_before_confirmation(programme):
    imported(
        projects=[project()],
        supports=[support(**{"Ngày hủy": "01/04/2026", "Lý do hủy": "Nhầm"})],
    )
    key, quarter = ("projects_supported", "2026-2030"), Quarter(2026, 1)
    assert figures(quarter, end_of(date(2026, 2, 9)))[key][:2] == (0, 0)
    assert figures(quarter, start_of(date(2026, 2, 10)))[key][:2] == (1, 1)
    assert figures(quarter, end_of(date(2026, 3, 31)))[key][:2] == (1, 1)
    assert figures(quarter, start_of(date(2026, 4, 1)))[key][:2] == (0, 0)


DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 1))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.integers(1, 4), DAYS, st.integers(0, 20)), min_size=1, max_size=8), DAYS
)
def test_each_project_once_on_its_first_support(programme, rows, recognised):
    """Rows in any order: a project counts once, on its first support after its recognition."""
    Support.objects.all().delete()
    Recognition.objects.all().delete()
    Venture.objects.all().delete()
    models_events = Event.objects.all()
    models_events._raw_delete(models_events.db)
    outcome = bring(
        workbook(
            projects=[
                project(**{"Mã": f"DA-2024-{n:04d}", "Tên": f"Dự án {n}",
                           "Ngày công nhận dự án": recognised})
                for n in {number for number, _day, _late in rows}
            ],
            supports=[
                support(**{"Mã dự án": f"DA-2024-{number:04d}", "Ngày": day,
                           "Ngày xác nhận": day + timedelta(days=late)})
                for number, day, late in rows
            ],
        ),
        now=datetime(2026, 12, 1, tzinfo=UTC),
    )  # fmt: skip
    assert outcome.errors.lines() == []
    first = {}
    for number, day, _late in rows:
        first[number] = min(first.get(number, day), day)
    counted = [max(day, recognised) for day in first.values()]
    quarter = Quarter.of(date(2026, 11, 1))
    found = figures(quarter, NOW + timedelta(days=10))
    late = sorted(day for day in counted if day >= date(2026, 1, 1))
    assert found["projects_supported", "2026-2030"][1] == len(late)
    assert found["projects_supported", "2026-2030"][0] == sum(day in quarter.window for day in late)
