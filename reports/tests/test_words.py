"""The words of a report: official, true to the records, names in their right case."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from core.documents import to_docx, to_pdf
from core.models import AdminUnit, Configuration
from core.periods import LOCAL, Quarter
from programme.models import Activity, Indicator
from projects.models import Support
from reports import annexes, content, services
from reports.tests import builders as b
from reports.workflow import REPORTS

pytestmark = pytest.mark.django_db
Q3 = Quarter(2026, 3)
CUT = datetime(2026, 9, 26, 8, 0, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def _programme(db, settings, tmp_path):
    storage = "django.core.files.storage.FileSystemStorage"
    options = {"location": str(tmp_path), "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": storage, "OPTIONS": options},
    }
    b.programme()
    Configuration.objects.create(
        valid_from=date(2025, 7, 1),
        issuer="Ban Chỉ đạo Đức Phổ",
        parent_body="Tỉnh Quảng Ngãi",
        distribution="Như trên;\nLưu: VT, BCĐ",
    )


@pytest.fixture
def built(em):
    def make(quarter: Quarter = Q3):
        report = services.open_report(quarter)
        REPORTS.advance(report, "build", by=em, at=CUT)
        return report

    return make


def text(report, key: str) -> str:
    return report.sections.get(key=key).drafted


def test_a_replacement_names_the_old_report_in_its_own_letters(built, em, dung):
    report = built()
    REPORTS.advance(report, "approve", by=dung, at=CUT)
    REPORTS.advance(report, "issue", by=dung, at=CUT)
    at = CUT + timedelta(days=1)
    new = services.open_replacement(report, by=dung, reason="Sai số liệu.", at=at)
    REPORTS.advance(new, "build", by=em, at=at)
    first = content.document(content.of(new)).body[0].plain
    assert first.startswith(
        "Báo cáo này thay thế Báo cáo số 01/BC-BCĐ ngày 26 tháng 9 năm 2026. Lý do: Sai số liệu."
    )


def test_only_the_help_that_was_given_is_named(built):
    b.support(b.project(1), date(2026, 7, 3), value=8_000_000)
    kind = Support.objects.get().kind
    assert kind == Support.Kind.TRAINING
    told = text(built(), "III.4")
    assert told == "Hỗ trợ 01 lượt cho 01 dự án (đào tạo, tập huấn), trị giá 8.000.000 đồng."


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        (Activity.Kind.TRAINING, "III.4", "01 lớp tập huấn với 20 lượt người tham dự"),
        (Activity.Kind.TRADE, "III.5", "01 hoạt động xúc tiến thương mại với"),
        (Activity.Kind.COMMUNICATION, "III.1", "01 hoạt động truyền thông với"),
        (Activity.Kind.CONFERENCE, "III.1", "01 hội nghị với"),
    ],
)
def test_each_kind_of_activity_is_counted_with_its_own_word_and_told_once(built, kind, key, words):
    b.activity(1, date(2026, 7, 3), kind, people=20)
    report = built()
    assert words in text(report, key)
    assert sum(words in s.drafted for s in report.sections.all()) == 1


def test_names_keep_their_capitals_inside_a_sentence(built):
    Indicator.objects.filter(code="projects_supported").update(name="Số dự án ở Đức Phổ")
    report = built()
    for key in ("II", "IV", "V"):
        assert "số dự án ở Đức Phổ" in text(report, key)


def test_a_restatement_tells_only_what_changed_with_its_unit(built):
    project = b.project(1)
    b.support(project, date(2026, 5, 3), known=date(2026, 9, 1), value=30_000_000)
    Indicator.objects.filter(code__startswith="support_value").update(unit="đồng")
    report = built()
    assert "So với báo cáo kỳ trước: bổ sung 01 dự án ghi nhận muộn." in text(report, "II")
    blocks = content.document(content.of(report)).annexes[0].blocks
    lines = [block.plain for block in blocks if hasattr(block, "plain")]
    assert any("tăng 30.000.000 đồng." in line for line in lines)
    assert not any("giảm 0" in line for line in lines)


def test_nobody_is_named_as_above_when_nobody_is_addressed(built):
    report = built()
    assert content.of(report)["distribution"] == ["Lưu: VT, BCĐ"]
    Configuration.objects.update(addressed_to="Ban Thường vụ Tỉnh ủy")
    assert content.of(report)["distribution"] == ["Như trên;", "Lưu: VT, BCĐ"]


def test_moments_are_written_on_the_clock_of_viet_nam(built):
    assert content.of(built())["as_of"] == "2026-09-25T23:59:59+07:00"


def test_the_rules_of_counting_are_printed_under_the_figures(built):
    Indicator.objects.filter(code="clubs_formed").update(rule="Mỗi câu lạc bộ đếm một lần.")
    document = content.document(content.of(built()))
    items = document.annexes[0].blocks[-1].items
    assert [item[0].text for item in items] == ["clubs_formed: Mỗi câu lạc bộ đếm một lần."]
    assert to_docx(document)
    assert to_pdf(document)


def test_the_table_of_ventures_stops_at_the_end_of_the_window():
    project = b.project(1)
    b.support(project, date(2026, 9, 14), known=date(2026, 9, 16), value=1_000_000)
    b.support(project, date(2026, 9, 15), known=date(2026, 9, 16), value=5_000_000)
    (row,) = annexes.ventures(Q3, CUT)["rows"]
    assert row[6] == "01 lần, 1.000.000 đồng"


def test_units_stand_in_vietnamese_order_with_a_capital():
    for number, name in enumerate(("Sa Huỳnh", "Đức Phổ", "Trà Câu"), 1):
        unit = AdminUnit.objects.create(
            code=f"{number}", name=name, kind="phuong", valid_from=date(2025, 7, 1)
        )
        venture = b.project(number)
        venture.unit = unit
        venture.save()
    rows = annexes.units(Q3, CUT)["rows"]
    assert [row[0] for row in rows] == ["Phường Đức Phổ", "Phường Sa Huỳnh", "Phường Trà Câu"]


def test_what_was_verified_after_the_moment_still_waited_then(em):
    b.support(b.project(1), date(2026, 7, 3), known=date(2026, 9, 10))
    Support.objects.update(recorded_at=datetime(2026, 7, 4, tzinfo=LOCAL))
    report = services.open_report(Q3)
    as_of = "2026-08-01T00:00:00+07:00"
    by = User.objects.system()
    REPORTS.advance(report, "build", by=by, at=CUT, data={"as_of": as_of})
    assert "Xác nhận 01 khoản hỗ trợ đã ghi" in text(report, "V")
