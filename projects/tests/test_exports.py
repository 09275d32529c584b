"""Lists as Excel: the rows and columns of the page, for each reader; long ones by a worker."""

import io
import tracemalloc
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from core import spreadsheets
from core.models import Event, Job, StoredFile
from projects import exports, lists
from projects.models import Venture
from projects.tests.desk_cast import consent, formation, idea, project, support
from projects.workflow import FORMATIONS, SUPPORTS

pytestmark = pytest.mark.django_db
READERS = (None, "an", "lan", "binh", "khoa", "dung", "em", "quan")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


@pytest.fixture
def town(an, ha, binh, chi, now):
    """A public project, one that is not, an enterprise, and ideas in the queue."""
    shown = project(an, binh, now, title="Tủ sấy cá")
    consent(an, shown, "publish_venture", at=now)
    Venture.objects.filter(pk=shown.pk).update(published=["supports"])
    given = support(shown, binh, now)
    SUPPORTS.advance(given, "verify", by=chi, at=now)
    support(shown, binh, now, value=0, provider="=HYPERLINK(1)")
    project(ha, binh, now, title="=1+1", field="craft")
    formed = project(ha, binh, now, title="Muối hầm")
    consent(ha, formed, "publish_venture", at=now)
    FORMATIONS.advance(formation(formed, binh, now), "verify", by=chi, at=now)
    idea(an, now, title="Ý tưởng mới")
    idea(ha, now, title="Ý tưởng của Hà", field="craft")
    return shown


def sheet(answer) -> list[tuple]:
    assert answer.status_code == 200, answer.status_code
    content = answer.getvalue() if answer.streaming else answer.content
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def log_in(client, request, who):
    client.logout()
    if who:
        client.force_login(request.getfixturevalue(who))


FILTERS = ("", "?linh_vuc=craft", "?q=muối", "?xa=21034", "?giai_doan=growth")


@pytest.mark.parametrize("who", READERS)
def test_the_file_has_the_rows_and_columns_of_the_list(client, request, town, who):
    log_in(client, request, who)
    for address in [
        f"/{part}/%s{asked}" for part in ("du-an", "doanh-nghiep") for asked in FILTERS
    ]:
        page = client.get(address % "")
        head, *rows = sheet(client.get(address % "xuat.xlsx"))
        assert [row[1] for row in rows] == [v.code for v in page.context["page"]], address
        shown = ["Tên", "Mã", "Lĩnh vực", "Xã, phường", "Giai đoạn"]
        shown += ["Công bố"] if page.context["sees_all"] else []
        assert list(head) == shown
        if rows:
            text = page.content.decode()
            assert all(f">{label}</th>" in text for label in head)


@pytest.mark.parametrize("who", ["binh", "khoa", "dung", "em"])
def test_the_queue_s_file_has_the_rows_of_the_queue(client, request, town, who):
    log_in(client, request, who)
    for asked in ("", "?loc=cua-toi", "?loc=da-tra-loi", "?q=Hà", "?loc=x"):
        items = client.get(f"/y-tuong/{asked}").context["items"]
        _head, *rows = sheet(client.get(f"/y-tuong/xuat.xlsx{asked}"))
        assert [row[1] for row in rows] == [item["venture"].code for item in items]
        assert [row[5] for row in rows] == [item["state"] for item in items]


@pytest.mark.parametrize("who", [None, "an", "lan", "quan"])
def test_the_queue_is_for_staff(client, request, town, who):
    log_in(client, request, who)
    assert client.get("/y-tuong/xuat.xlsx").status_code == 403


@pytest.mark.parametrize("who", READERS)
def test_the_ledger_s_file_has_what_the_page_shows(client, request, town, who):
    log_in(client, request, who)
    page = client.get(town.get_absolute_url(), follow=True)
    head, *rows = sheet(client.get(f"/du-an/{town.code_as('DA')}/ho-tro/xuat.xlsx"))
    assert [row[2].date() for row in rows] == [f.happened_on for f in page.context["supports"]]
    assert ("Giá trị (đồng)" in head) is page.context["private"]
    assert len(rows) == (2 if page.context["private"] else 1)


def test_support_that_its_owner_does_not_publish_is_in_neither(client, town):
    Venture.objects.filter(pk=town.pk).update(published=["unit"])
    assert client.get(town.get_absolute_url(), follow=True).context["supports"] == []
    _head, *rows = sheet(client.get(f"/du-an/{town.code_as('DA')}/ho-tro/xuat.xlsx"))
    assert rows == []


def test_a_stranger_gets_no_file_of_what_is_not_there_for_them(client, town, lan):
    other = Venture.objects.get(title="=1+1")
    client.force_login(lan)
    assert client.get(f"/du-an/{other.code_as('DA')}/ho-tro/xuat.xlsx").status_code == 404


def test_days_are_days_money_is_whole_and_formulas_are_words(client, town, binh):
    client.force_login(binh)
    answer = client.get(f"/du-an/{town.code_as('DA')}/ho-tro/xuat.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    rows = list(book.worksheets[0].iter_rows())
    cells = {cell.value for row in rows for cell in row}
    assert "'=HYPERLINK(1)" in cells
    assert not any(cell.data_type == "f" for row in rows for cell in row)
    [money] = [row[4] for row in rows if row[4].value == 15_000_000]
    assert (money.number_format, type(money.value)) == ("#,##0", int)
    assert {type(row[2].value) for row in rows[1:]} == {datetime}
    assert rows[1][2].number_format == "dd/mm/yyyy"
    titles = [row[0] for row in sheet(client.get("/du-an/xuat.xlsx"))]
    assert "'=1+1" in titles


def test_who_took_a_list_is_noted(client, town, binh):
    client.force_login(binh)
    sheet(client.get("/du-an/xuat.xlsx?linh_vuc=craft"))
    event = Event.objects.get(kind="list.export")
    assert (event.actor, event.data) == (
        binh, {"list": "projects", "asked": {"linh_vuc": "craft"}, "rows": 1},
    )  # fmt: skip


def test_a_long_list_is_made_by_a_worker_for_its_reader(
    client, town, binh, em, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    client.force_login(binh)
    assert "Làm tệp Excel" in client.get("/du-an/xuat.xlsx").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        job_url = client.post("/du-an/xuat.xlsx").url
    stored = StoredFile.objects.get(pk=Job.objects.get().result["file"])
    assert stored.get_absolute_url() in client.get(job_url).content.decode()
    with stored.file.open("rb") as stream:
        rows = list(openpyxl.load_workbook(stream).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 3
    client.force_login(em)
    assert client.get(stored.get_absolute_url()).status_code == 404


def test_a_long_list_asks_a_visitor_to_sign_in(client, town, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    answer = client.get("/du-an/xuat.xlsx?q=cá")
    assert answer.status_code == 302
    assert "next=/du-an/xuat.xlsx" in answer.url


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_costs_the_same_for_one_row_and_three(
    client, an, binh, now, rows, django_assert_num_queries
):
    for n in range(rows):
        project(an, binh, now, title=f"Dự án {n}")
    client.force_login(binh)
    client.get("/du-an/xuat.xlsx").getvalue()
    with django_assert_num_queries(8):
        client.get("/du-an/xuat.xlsx").getvalue()


def test_memory_does_not_grow_with_the_rows(tmp_path):
    columns = [spreadsheets.Column(str(n), lambda row: row, 10) for n in range(8)]
    peaks = []
    for rows in (2_000, 20_000):
        tracemalloc.start()
        with (tmp_path / f"{rows}.xlsx").open("wb") as target:
            assert (
                spreadsheets.write(target, "Dự án", columns, (f"a{n}" for n in range(rows))) == rows
            )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000


def test_rows_of_the_ledger_of_a_hidden_venture_are_none(town, lan, now):
    other = Venture.objects.get(title="=1+1")
    for user in (lan, AnonymousUserLike()):
        rows = lists.LISTINGS["ledger"].rows(user, {"venture": other.pk}, now.date())
        assert list(rows) == []


class AnonymousUserLike(AnonymousUser):
    """A visitor as the portal knows one."""

    roles = frozenset()

    def can(self, permission, obj=None):
        return False


def test_a_list_taken_away_is_swept(client, town, binh, monkeypatch,
                                    django_capture_on_commit_callbacks):  # fmt: skip
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    client.force_login(binh)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/y-tuong/xuat.xlsx")
    assert exports.sweep(timezone.now() + timedelta(hours=25)) == 1
    assert not StoredFile.objects.exists()


def test_a_list_is_ready_to_read_to_sort_and_to_print():
    columns = [
        spreadsheets.Column("Tên", lambda row: row[0], 12),
        spreadsheets.Column("Ngày", lambda row: row[1], 13, "day"),
        spreadsheets.Column("Giá trị (đồng)", lambda row: row[2], 18, "money"),
    ]
    target = io.BytesIO()
    rows = [("Ngắn", date(2026, 9, 3), 30_000_000), ("Một cái tên dài", None, 5)]
    assert spreadsheets.write(target, "Sổ", columns, rows) == 2
    page = openpyxl.load_workbook(target).worksheets[0]
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == (
        "A2", "A1:C3", "$1:$1",
    )  # fmt: skip
    setup = page.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert [cell.alignment.horizontal for cell in page[1]] == ["left", "right", "right"]
    assert [cell.number_format for cell in page[2]] == ["General", "dd/mm/yyyy", "#,##0"]
    assert (page["B2"].value.date(), page["C2"].value) == (date(2026, 9, 3), 30_000_000)
    assert [bool(cell.alignment.wrap_text) for cell in page["A"]] == [True, False, True]
    assert page["C3"].alignment.vertical == "top"
