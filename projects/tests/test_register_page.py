"""The page of the Excel register: upload, preview, import; who may; what a dead worker leaves."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import jobs
from core.models import Event, Job, StoredFile
from core.periods import LOCAL
from core.words import Refused
from projects.models import Support, Venture
from projects.register.sheets import SHEETS
from projects.tests.test_register import NOW, club, project, support, workbook
from projects.views.register import TEMPLATE_NAME

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GOOD = {"projects": [project()], "supports": [support(), support()]}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


def upload(**sheets):
    return {"file": SimpleUploadedFile("sổ cũ.xlsx", workbook(**sheets).getvalue(), XLSX)}


@pytest.fixture
def send(client, em, django_capture_on_commit_callbacks):
    """Em uploads a register; the worker has looked at it when the answer is there."""
    client.force_login(em)

    def post(address, data=None):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, data)

    return post


@pytest.fixture
def checked(send):
    def check(**sheets):
        send(reverse("projects:register"), upload(**sheets))
        return Job.objects.get(kind="register.check")

    return check


def test_the_addresses():
    assert reverse("projects:register") == "/nhap-so/"
    assert reverse("projects:register_template") == "/nhap-so/mau.xlsx"


@pytest.mark.parametrize("name", ["an", "binh", "dung", "khoa", "lan"])
def test_others_are_refused_with_a_sentence(client, request, checked, name):
    job = checked(**GOOD)
    client.force_login(request.getfixturevalue(name))
    for method, address in (
        ("get", reverse("projects:register")),
        ("post", reverse("projects:register")),
        ("get", reverse("projects:register_template")),
        ("get", reverse("projects:register_preview", args=[job.pk])),
        ("post", reverse("projects:register_confirm", args=[job.pk])),
    ):
        answer = getattr(client, method)(address)
        assert answer.status_code == 403
    assert Venture.objects.count() == 0


def test_form_and_template(client, quan):
    client.force_login(quan)
    page = client.get(reverse("projects:register"))
    assert page.status_code == 200
    assert all(sheet.name in page.content.decode() for sheet in SHEETS)
    answer = client.get(reverse("projects:register_template"))
    assert TEMPLATE_NAME in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == [sheet.name for sheet in SHEETS]


def test_upload_preview_import(send, client, em):
    answer = send(reverse("projects:register"), upload(**GOOD))
    job = Job.objects.get()
    preview = reverse("projects:register_preview", args=[job.pk])
    assert (answer.status_code, answer["Location"]) == (302, preview)
    assert (job.kind, job.state, job.created_by) == ("register.check", "done", em)
    assert job.result["counts"] == [
        {"sheet": "Dự án", "new": 1, "known": 0},
        {"sheet": "Hỗ trợ", "new": 2, "known": 0},
    ]
    assert job.total == job.done == 5  # two headings and three rows
    page = client.get(preview).content.decode()
    assert "Nhập thật" in page
    assert "Tủ sấy cá cơm" in page
    assert Venture.objects.count() == 0

    answer = send(reverse("projects:register_confirm", args=[job.pk]))
    done = Job.objects.get(kind="register.import")
    result = reverse("projects:register_preview", args=[done.pk])
    assert answer["Location"] == result
    assert (Venture.objects.count(), Support.objects.count()) == (1, 2)
    assert Support.objects.first().recorded_by == em
    event = Event.objects.get(kind="register.import")
    assert (event.subject, event.data["job"]) == (em, done.pk)
    page = client.get(result).content.decode()
    assert "Đã nhập xong" in page
    assert "Nhập thật" not in page
    assert result in client.get(reverse("projects:register")).content.decode()


def test_pressed_twice_it_is_one_import(send, checked):
    confirm = reverse("projects:register_confirm", args=[checked(**GOOD).pk])
    first, second = send(confirm), send(confirm)
    assert first["Location"] == second["Location"]
    assert Support.objects.count() == 2


def test_the_same_file_again_is_refused(send, checked, client):
    content = workbook(**GOOD).getvalue()

    def once():
        send(reverse("projects:register"), {"file": SimpleUploadedFile("so.xlsx", content, XLSX)})
        return Job.objects.filter(kind="register.check").latest("pk")

    send(reverse("projects:register_confirm", args=[once().pk]))
    again = once()
    assert again.state == "failed"
    assert again.error.startswith("Tệp này đã nhập ngày ")
    page = client.get(reverse("projects:register_preview", args=[again.pk])).content.decode()
    assert again.error in page
    assert send(reverse("projects:register_confirm", args=[again.pk])).status_code == 404


def test_errors_are_a_table_and_nothing_can_be_imported(send, checked, client):
    job = checked(clubs=[club(Tên=None), club(**{"Ngày quyết định": "<b>mai</b>"})])
    page = client.get(reverse("projects:register_preview", args=[job.pk])).content.decode()
    assert "Ô này không được để trống." in page
    assert "Ngày quyết định" in page
    assert "Nhập thật" not in page
    assert send(reverse("projects:register_confirm", args=[job.pk])).status_code == 404


def test_hostile_text_is_escaped(checked, client):
    job = checked(
        projects=[project(**{"Tên": "<script>alert(1)</script>", "Lĩnh vực": "<img src=x>"})]
    )
    page = client.get(reverse("projects:register_preview", args=[job.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "file", [None, SimpleUploadedFile("so.xlsx", b""), SimpleUploadedFile("so.xlsx", b"Ma;Ten")]
)
def test_what_is_no_workbook(send, file):
    answer = send(reverse("projects:register"), {"file": file} if file else {})
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    assert (StoredFile.objects.count(), Job.objects.count()) == (0, 0)


def test_while_the_worker_is_at_it(client, em):
    client.force_login(em)
    job = Job.objects.create(
        kind="register.check", key="k", created_by=em, state="running", done=2000, total=20000
    )
    address = reverse("projects:register_preview", args=[job.pk])
    page = client.get(address).content.decode()
    assert "Đã đọc 2.000 trên 20.000 dòng." in page
    assert f'hx-get="{address}"' in page
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="viec"')


def test_other_jobs_are_not_here(client, em):
    client.force_login(em)
    job = Job.objects.create(kind="report.build", key="k", created_by=em, state="done")
    assert client.get(reverse("projects:register_preview", args=[job.pk])).status_code == 404
    assert client.get(reverse("projects:register_preview", args=[job.pk + 1])).status_code == 404


def test_a_worker_that_died_after_writing_does_not_write_again(send, checked):
    send(reverse("projects:register_confirm", args=[checked(**GOOD).pk]))
    job = Job.objects.get(kind="register.import")
    told = job.result["counts"]
    Job.objects.filter(pk=job.pk).update(state="queued", result={})
    again = jobs.run(job.pk, lambda: NOW)
    assert (again.state, again.result["counts"]) == ("done", told)
    assert again.result["written"] is True
    assert (Support.objects.count(), Event.objects.filter(kind="register.import").count()) == (2, 1)


def test_a_worker_that_died_before_leaves_nothing(checked, monkeypatch):
    job = checked(**GOOD)
    jobs.start("register.import", key="x", params=job.params, by=job.created_by, now=NOW)

    class Dead(BaseException):
        """The worker's end, at the last moment before the transaction is through."""

    def die(*args, **kwargs):
        raise Dead

    monkeypatch.setattr("projects.register.write._note", die)
    waiting = Job.objects.get(kind="register.import")
    with pytest.raises(Dead):
        jobs.run(waiting.pk, lambda: NOW)
    assert (Venture.objects.count(), Support.objects.count()) == (0, 0)
    monkeypatch.undo()
    later = NOW.replace(hour=13).astimezone(LOCAL)
    assert jobs.run(waiting.pk, lambda: later).state == "done"
    assert (Venture.objects.count(), Support.objects.count()) == (1, 2)


def test_a_file_that_was_swept_away(checked):
    job = checked(**GOOD)
    StoredFile.objects.all().delete()
    waiting = jobs.start("register.import", key="x", params=job.params, by=None, now=NOW)
    ended = jobs.run(waiting.pk, lambda: NOW)
    assert (ended.state, ended.error) == ("failed", "Không còn tệp đã tải lên. Tải tệp lên lại.")


def test_progress_is_told_outside_the_transaction(checked, monkeypatch):
    """Each sign of life is a row that others see: none is written while the import is open."""
    told = []
    job = checked(
        clubs=[club(**{"Tên": f"CLB {n}", "Ngày quyết định": date(2024, 1, 1)}) for n in range(5)]
    )
    handler = jobs.HANDLERS["register.check"]

    def carry_out(book, **kwargs):
        told.append("write")
        raise Refused("dừng ở đây")

    monkeypatch.setattr("projects.tasks.write.carry_out", carry_out)
    with pytest.raises(Refused):
        handler(job, NOW, lambda done, total: told.append((done, total)))
    assert told == [(6, 6), "write"]


def test_costs_the_same_for_one_row_and_three(client, checked, django_assert_num_queries, em):
    client.force_login(em)
    for count in (1, 3):
        rows = [club(Tên=None, Mã=f"CLB-2024-000{n}") for n in range(count)]
        Job.objects.all().delete()
        address = reverse("projects:register_preview", args=[checked(clubs=rows).pk])
        client.get(address)
        with django_assert_num_queries(5):
            client.get(address)
