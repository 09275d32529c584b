import json
from datetime import date, datetime

import pytest
from django.utils.translation import get_language

from core.models import AdminUnit, Configuration, Job
from core.periods import LOCAL, Quarter
from projects.models import Venture
from reports import services
from reports.models import Report
from reports.tests import builders as b
from reports.workflow import REPORTS

pytestmark = pytest.mark.django_db
URL = "/bao-cao/2026/quy-3/"
CUT = datetime(2026, 9, 16, 8, 0, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def _programme(db, settings, tmp_path, time_machine_now):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    b.programme()
    Configuration.objects.create(valid_from=date(2025, 7, 1), issuer="BAN CHỈ ĐẠO ĐỨC PHỔ")
    b.support(b.project(1), date(2026, 7, 3))


@pytest.fixture
def time_machine_now(time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 12, 0, tzinfo=LOCAL))


@pytest.fixture
def draft(em):
    report = services.open_report(Quarter(2026, 3))
    REPORTS.advance(report, "build", by=em, at=CUT)
    return report


@pytest.fixture
def issued(draft, dung):
    REPORTS.advance(draft, "approve", by=dung, at=CUT)
    REPORTS.advance(draft, "issue", by=dung, at=CUT)
    return draft


def test_strangers_see_issued_reports_only(client, draft, dung):
    assert client.get(URL).status_code == 404
    REPORTS.advance(draft, "approve", by=dung, at=CUT)
    REPORTS.advance(draft, "issue", by=dung, at=CUT)
    page = client.get(URL)
    assert page.status_code == 200
    assert draft.sha256 in page.content.decode()


def test_the_figures_page_and_json_and_list_agree(client, issued):
    told = client.get(f"{URL}so-lieu.json").json()
    assert (
        json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        == issued.snapshot
    )
    line = client.get(f"{URL}so-lieu/projects_supported/2026-2030/").content.decode()
    assert line.count("DA-2026-0001") == 1


@pytest.mark.parametrize("name", ["bao-cao.docx", "bao-cao.pdf"])
def test_an_issued_file_is_the_same_every_time(client, issued, name):
    first, second = client.get(f"{URL}{name}"), client.get(f"{URL}{name}")
    assert first.status_code == 200
    assert first.content == second.content
    assert "attachment" in first["Content-Disposition"]


def test_the_secretary_builds_and_the_chair_decides(
    client, em, dung, django_capture_on_commit_callbacks
):
    client.force_login(em)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{URL}dung/").status_code == 302
    report = Report.objects.get()
    assert (report.status, Job.objects.get().state) == ("draft", "done")
    refused = client.post(f"{URL}buoc/approve/")
    assert (refused.status_code, "Trưởng ban" in refused.content.decode()) == (403, True)
    client.force_login(dung)
    client.post(f"{URL}buoc/approve/")
    client.post(f"{URL}buoc/issue/")
    report.refresh_from_db()
    assert (report.status, report.document_number, report.approved_by) == ("issued", 1, dung)


def test_pressing_issue_five_times_issues_once(client, draft, dung):
    client.force_login(dung)
    client.post(f"{URL}buoc/approve/")
    for _ in range(5):
        client.post(f"{URL}buoc/issue/")
    assert list(Report.objects.values_list("status", "document_number")) == [("issued", 1)]


@pytest.mark.parametrize("who", ["an", "binh", "khoa"])
def test_only_the_secretariat_builds(client, request, who):
    client.force_login(request.getfixturevalue(who))
    answer = client.post(f"{URL}dung/")
    assert answer.status_code == 403
    assert "Tổ giúp việc" in answer.content.decode()


def test_the_second_editor_is_told_and_keeps_the_words(client, draft, em):
    client.force_login(em)
    url = f"{URL}muc/VI/"
    assert client.post(url, {"body": "Một", "version": 0}).status_code == 302
    answer = client.post(url, {"body": "Hai", "version": 0})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Một" in text
    assert "Hai" in text
    assert client.post(url, {"body": "Hai", "version": 1}).status_code == 302


def test_a_section_saved_by_a_double_press_is_saved_once(client, draft, em):
    client.force_login(em)
    url = f"{URL}muc/VI/"
    for _ in range(2):
        assert client.post(url, {"body": "Một", "version": 0}).status_code == 302
    section = draft.sections.get(key="VI")
    assert (section.body, section.version) == ("Một", 1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/bao-cao/2026/quy-5/", 404),
        ("/bao-cao/1/quy-1/", 404),
        ("/bao-cao/99999999999999999999/quy-1/", 404),
        (f"{URL}?ban=99", 404),
        (f"{URL}?ban=-1", 200),
        (f"{URL}so-lieu/nothing/2026-2030/", 404),
        (f"{URL}so-lieu/projects_supported/2026-2030/?trang=99999999999999999999", 200),
        ("/bao-cao/?trang=abc", 200),
        ("/bao-cao/kiem-tra/?sha256=xyz", 200),
        ("/tien-do/nothing/2026-2030/", 404),
        ("/tien-do/projects_supported/2022-2030/", 404),
        ("/tien-do/projects_supported/2026-2030/?quy=2026-Q9", 404),
        ("/tien-do/projects_supported/2026-2030/?quy=2026-Q3", 200),
    ],
)
def test_odd_addresses_answer_plainly(client, issued, path, status):
    assert client.get(path).status_code == status


def test_a_get_changes_nothing(client, draft, dung):
    client.force_login(dung)
    assert client.get(f"{URL}buoc/approve/").status_code == 405
    assert client.post(f"{URL}buoc/fly/").status_code == 404


def test_anyone_can_check_a_hash(client, issued):
    assert "Đúng." in client.get(f"/bao-cao/kiem-tra/?sha256={issued.sha256}").content.decode()
    assert "Không tìm thấy" in client.get(f"/bao-cao/kiem-tra/?sha256={'0' * 64}").content.decode()


def test_the_progress_page_is_for_everybody_and_links_to_the_records(client):
    page = client.get("/tien-do/").content.decode()
    assert page.count('href="/tien-do/projects_supported/2026-2030/"') == 2
    records = client.get("/tien-do/projects_supported/2026-2030/").content.decode()
    assert "DA-2026-0001" in records
    assert "Dự án 1" not in records  # nobody agreed to publish it


def test_officials_see_the_names_behind_a_figure(client, khoa):
    client.force_login(khoa)
    assert "Dự án 1" in client.get("/tien-do/projects_supported/2026-2030/").content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("dung", 200), ("em", 200), ("khoa", 200), ("binh", 403), ("an", 403)]
)
def test_the_committees_screen_is_the_committees(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/dieu-hanh/").status_code == status


def test_the_lists_cost_the_same_for_any_number(
    client, em, django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(em)

    def cost(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = ("/bao-cao/", "/tien-do/projects_supported/2026-2030/", "/dieu-hanh/")
    services.open_report(Quarter(2026, 1))
    before = [cost(url) for url in urls]
    for n in range(2, 5):
        b.support(b.project(n), date(2026, 7, n))
        services.open_report(Quarter(2025, n))
    assert [cost(url) for url in urls] == before


def test_the_quarter_opens_and_builds_itself(db, django_capture_on_commit_callbacks, time_machine):
    from reports.tasks import open_due_quarters

    time_machine.move_to(datetime(2026, 12, 15, 6, 0, tzinfo=LOCAL))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            open_due_quarters()
    report = Report.objects.get()
    assert (report.year, report.number, report.status) == (2026, 4, "draft")
    assert report.as_of == report.built_at


def test_who_reads_english_builds_a_vietnamese_report(
    client, em, django_capture_on_commit_callbacks
):
    unit = AdminUnit.objects.create(
        code="1", kind="phuong", name="Trà Câu", valid_from=date(2025, 7, 1)
    )
    Venture.objects.update(unit=unit)
    client.force_login(em)
    client.cookies["ngon_ngu"] = "en"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{URL}dung/")
    report = Report.objects.get()
    assert "Phường Trà Câu" in str(report.annexes)
    assert "trong kỳ" in report.sections.get(key="II").text
    assert get_language() == "vi"


def test_an_english_page_is_english(client, issued):
    client.cookies["ngon_ngu"] = "en"
    page = client.get(URL).content.decode()
    assert "Report for quarter III/2026" in page
    assert "Against the low end" in page
    assert "at least 01" in page
    assert '<article class="doc stack" lang="vi">' in page  # the official text stays as it is
