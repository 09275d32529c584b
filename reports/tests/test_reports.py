import json
from datetime import date, datetime, timedelta

import pytest

from core.facts import Fact
from core.models import Configuration, Counter, Event
from core.periods import LOCAL, Quarter
from core.workflow import Blocked
from reports import content, services
from reports.models import Report
from reports.tests import builders as b
from reports.workflow import REPORTS

pytestmark = pytest.mark.django_db
Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
CUT = datetime(2026, 9, 16, 8, 0, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def _programme(db, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    b.programme()
    Configuration.objects.create(
        valid_from=date(2025, 7, 1),
        issuer="BAN CHỈ ĐẠO XÂY DỰNG HỆ SINH THÁI KHỞI NGHIỆP ĐỔI MỚI SÁNG TẠO ĐỨC PHỔ",
        parent_body="TỈNH QUẢNG NGÃI",
        distribution="Như trên\nLưu: VT, BCĐ",
    )
    b.support(b.project(1), date(2026, 7, 3), value=2_000_000)


@pytest.fixture
def draft(em):
    report = services.open_report(Q3)
    REPORTS.advance(report, "build", by=em, at=CUT)
    return report


@pytest.fixture
def issued(draft, dung):
    REPORTS.advance(draft, "approve", by=dung, at=CUT + timedelta(hours=1))
    REPORTS.advance(draft, "issue", by=dung, at=CUT + timedelta(hours=2))
    return draft


def test_a_quarter_is_opened_once(db):
    assert services.open_report(Q3) == services.open_report(Q3)
    assert Report.objects.count() == 1


def test_building_measures_and_drafts(draft):
    line = draft.lines.get(indicator__code="projects_supported", phase__code="2026-2030")
    assert (line.in_period, line.cumulative) == (1, 1)
    assert [r.code for r in line.records.all()] == ["DA-2026-0001"]
    assert "trong kỳ 01, lũy kế đến hết ngày 14/09/2026 là 01" in draft.sections.get(key="II").text
    assert draft.as_of == CUT


def test_building_again_keeps_edited_words_and_renews_figures(draft, em):
    services.edit_section(draft, "VI", "Đề nghị bố trí kinh phí.", version=0, by=em, at=CUT)
    b.support(b.project(2), date(2026, 7, 4), known=date(2026, 9, 17))
    REPORTS.advance(draft, "build", by=em, at=CUT + timedelta(days=3))

    assert draft.sections.get(key="VI").text == "Đề nghị bố trí kinh phí."
    assert (
        draft.lines.get(indicator__code="projects_supported", phase__code="2026-2030").in_period
        == 2
    )
    assert Report.objects.count() == 1


def test_two_editors_the_second_is_told(draft, em, dung):
    services.edit_section(draft, "VI", "Một", version=0, by=em, at=CUT)
    with pytest.raises(services.Conflict) as told:
        services.edit_section(draft, "VI", "Hai", version=0, by=em, at=CUT)
    assert told.value.theirs.body == "Một"
    assert draft.sections.get(key="VI").text == "Một"


def test_issuing_gives_a_number_a_snapshot_and_files(issued):
    told = json.loads(issued.snapshot)
    assert issued.document_number == told["number"] == 1
    assert issued.series == "BC-BCĐ/2026"
    assert told["indicators"] == content.of(issued)["indicators"]
    assert issued.docx.name == "bao-cao-2026-quy-3-so-01.docx"
    assert services.files(issued)["bao-cao.pdf"].startswith(b"%PDF")
    import hashlib

    assert hashlib.sha256(issued.snapshot.encode()).hexdigest() == issued.sha256


def test_a_list_too_long_for_every_draft_is_kept_when_the_report_is_issued(em, dung, monkeypatch):
    monkeypatch.setattr(services, "KEPT_AT_BUILD", 0)
    report = services.open_report(Q3)
    REPORTS.advance(report, "build", by=em, at=CUT)
    line = report.lines.get(indicator__code="projects_supported", phase__code="2026-2030")
    assert (line.counted, line.records.count()) == (1, 0)
    for step in ("approve", "issue"):
        REPORTS.advance(report, step, by=dung, at=CUT)
    assert [r.code for r in line.records.all()] == ["DA-2026-0001"]
    assert '"code":"DA-2026-0001"' in report.snapshot


def test_nothing_changes_an_issued_report(issued, em, chi):
    before = (issued.snapshot, list(issued.lines.values_list("cumulative", flat=True)))
    fact = b.project(9).recognitions.get()
    assert fact.status == Fact.Status.VERIFIED
    support = issued.lines.get(
        indicator__code="projects_supported", phase__code="2026-2030"
    ).records.get()
    from projects.models import Support
    from projects.workflow import SUPPORTS

    row = Support.objects.get(venture_id=support.object_id)
    SUPPORTS.advance(row, "retract", by=chi, at=CUT + timedelta(days=30), note="Ghi nhầm")

    with pytest.raises(Blocked):
        REPORTS.advance(issued, "build", by=em, at=CUT + timedelta(days=31))
    with pytest.raises(Exception, match="không sửa lời được"):
        services.edit_section(issued, "VI", "x", version=0, by=em, at=CUT)
    issued.refresh_from_db()
    assert (issued.snapshot, list(issued.lines.values_list("cumulative", flat=True))) == before


def test_a_retraction_after_issue_is_the_next_reports_restatement(issued, em, chi):
    from projects.models import Support
    from projects.workflow import SUPPORTS

    SUPPORTS.advance(
        Support.objects.get(), "retract", by=chi, at=CUT + timedelta(days=30), note="Ghi nhầm"
    )
    following = services.open_report(Quarter(2026, 4))
    REPORTS.advance(following, "build", by=em, at=datetime(2026, 12, 16, tzinfo=LOCAL))
    line = following.lines.get(indicator__code="projects_supported", phase__code="2026-2030")
    assert (line.in_period, line.added, line.removed, line.cumulative) == (0, 0, 1, 0)


def test_a_back_entered_fact_is_restated_against_the_issued_figures(issued, em):
    b.support(b.project(5), date(2026, 7, 9), known=date(2026, 7, 10))  # entered after the issue
    following = services.open_report(Quarter(2026, 4))
    REPORTS.advance(following, "build", by=em, at=datetime(2026, 12, 16, tzinfo=LOCAL))
    line = following.lines.get(indicator__code="projects_supported", phase__code="2026-2030")
    assert (line.in_period, line.added, line.removed, line.cumulative) == (0, 1, 0, 2)


def test_a_running_quarter_is_not_issued(em, dung):
    report = services.open_report(Quarter(2026, 4))
    at = datetime(2026, 11, 20, tzinfo=LOCAL)
    REPORTS.advance(report, "build", by=em, at=at)
    REPORTS.advance(report, "approve", by=dung, at=at)
    with pytest.raises(Blocked, match="chưa chốt số liệu"):
        REPORTS.advance(report, "issue", by=dung, at=at)


def test_a_replacement_names_what_it_replaces_and_leaves_it_alone(issued, em, dung):
    at = CUT + timedelta(days=20)
    new = services.open_replacement(issued, by=em, reason="Sai tên dự án", at=at)
    assert services.open_replacement(issued, by=em, reason="Lần nữa", at=at) == new
    for step, by in (("build", em), ("approve", dung), ("issue", dung)):
        REPORTS.advance(new, step, by=by, at=at)
    assert (new.edition, new.document_number, new.replaces) == (2, 2, issued)
    assert json.loads(new.snapshot)["replaces"]["sha256"] == issued.sha256
    assert list(Report.objects.of(Q3).in_force()) == [new]
    issued.refresh_from_db()
    assert issued.status == Report.Status.ISSUED


def test_numbers_start_again_each_year(issued, em, dung):
    at = datetime(2027, 1, 5, 9, 0, tzinfo=LOCAL)
    report = services.open_report(Quarter(2026, 4))
    for step, by in (("build", em), ("approve", dung), ("issue", dung)):
        REPORTS.advance(report, step, by=by, at=at)
    assert (report.series, report.document_number) == ("BC-BCĐ/2027", 1)


def test_only_the_chair_approves(draft, em, khoa, an):
    for who in (em, khoa, an):
        with pytest.raises(Blocked, match="Trưởng ban"):
            REPORTS.advance(draft, "approve", by=who, at=CUT)
    assert not Event.objects.filter(kind="report.approve").exists()


def test_a_return_says_why(draft, dung):
    with pytest.raises(Blocked, match="lý do"):
        REPORTS.advance(draft, "return", by=dung, at=CUT, note=" ")
    REPORTS.advance(draft, "return", by=dung, at=CUT, note="Thiếu mục III.2")
    assert (draft.status, draft.return_note) == ("returned", "Thiếu mục III.2")


def test_quarters_are_opened_even_after_a_long_outage():
    assert services.quarters_to_build(date(2026, 9, 15)) == [Q3]
    services.open_report(Q2)
    assert services.quarters_to_build(date(2027, 3, 20)) == [
        Q2,
        Q3,
        Quarter(2026, 4),
        Quarter(2027, 1),
    ]
    assert services.quarters_to_build(date(2026, 6, 14)) == []


def test_a_draft_made_before_the_cut_off_is_built_again_after_it(em):
    report = services.open_report(Quarter(2026, 4))
    REPORTS.advance(report, "build", by=em, at=datetime(2026, 12, 1, tzinfo=LOCAL))
    assert services.quarters_to_build(date(2026, 12, 14)) == []
    assert services.quarters_to_build(date(2026, 12, 15)) == [Quarter(2026, 4)]
    REPORTS.advance(report, "build", by=em, at=datetime(2026, 12, 15, 8, tzinfo=LOCAL))
    assert services.quarters_to_build(date(2026, 12, 15)) == []


def test_a_failed_issue_takes_no_number(draft, dung, monkeypatch):
    REPORTS.advance(draft, "approve", by=dung, at=CUT)
    Report.objects.filter(pk=draft.pk).update(annexes=[{"broken": True}])
    with pytest.raises(KeyError):
        REPORTS.advance(draft, "issue", by=dung, at=CUT)
    assert not Counter.objects.filter(name__startswith="document").exists()
    draft.refresh_from_db()
    assert draft.status == Report.Status.APPROVED
