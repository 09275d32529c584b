"""Paper sheets: one types, another types again; they count only when both agree."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from contests import ranking
from contests.models import EntryMember, Score, ScoreSheet
from contests.tests.cast import entered
from contests.tests.test_scoring import Panel
from core.models import Event, StoredFile

DESK = "/cuoc-thi/khoi-nghiep/vong/so-khao/phieu-giay/"


@pytest.fixture
def panel(an, em, giang, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    made = Panel(an, em, giang, now)
    made.paper = f"{DESK}{made.sheet.pk}/"
    return made


def counted(panel):
    (line,) = ranking.table(panel.round)
    return line.sheets, line.score


@pytest.mark.parametrize(
    ("who", "status"),
    [("em", 200), ("binh", 200), ("giang", 403), ("an", 403), ("khoa", 403), ("dung", 403)],
)
def test_who_types(client, request, panel, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(DESK).status_code == status
    assert client.get(panel.paper).status_code == status
    answer = client.post(panel.paper, panel.all("6"))
    assert answer.status_code == (302 if status == 200 else 403)
    assert Score.objects.count() == (5 if status == 200 else 0)


def test_it_counts_when_another_person_typed_the_same(client, panel, em, binh):
    client.force_login(em)
    client.post(panel.paper, panel.all("6,5"))
    panel.sheet.refresh_from_db()
    assert (panel.sheet.status, panel.sheet.total, panel.sheet.entered_by) == ("done", 65, em)
    assert counted(panel) == (0, None)
    client.post(panel.paper, panel.all("6,5"))  # the same person again checks nothing
    panel.sheet.refresh_from_db()
    assert panel.sheet.checked_by is None
    client.force_login(binh)
    assert "6,5" not in client.get(panel.paper).content.decode()  # typed blind
    client.post(panel.paper, panel.all("6.5"))
    panel.sheet.refresh_from_db()
    assert panel.sheet.checked_by == binh
    assert counted(panel) == (1, 65)
    assert [e.kind for e in Event.objects.about(panel.sheet).order_by("pk")] == [
        "scoresheet.enter", "scoresheet.enter", "scoresheet.check",
    ]  # fmt: skip


def test_what_differs_is_shown_and_the_right_one_is_kept(client, panel, em, binh):
    client.force_login(em)
    client.post(panel.paper, panel.all("6"))
    client.force_login(binh)
    doi = f"c{panel.criteria['doi-moi'].pk}"
    answer = client.post(panel.paper, panel.all("6") | {doi: "9"})
    assert answer.status_code == 422
    (one,) = answer.context["differences"]
    assert (one.criterion.code, one.first, one.second) == ("doi-moi", 6, 9)
    assert panel.told()["doi-moi"] == 6
    assert counted(panel) == (0, None)
    client.post(panel.paper, panel.all("6") | {doi: "9", "replace": "1"})
    panel.sheet.refresh_from_db()
    assert (panel.sheet.entered_by, panel.sheet.checked_by) == (binh, None)
    client.force_login(em)
    client.post(panel.paper, panel.all("6") | {doi: "9"})
    assert counted(panel)[0] == 1
    panel.sheet.refresh_from_db()
    assert (panel.sheet.checked_by, panel.told()["doi-moi"]) == (em, 9)


def test_the_judges_own_sheet_is_not_typed_over_and_a_typed_one_is_not_touched(
    client, panel, em, giang
):
    client.force_login(giang)
    client.post(panel.url, {**panel.all("9"), "then": "hand_in"})
    client.force_login(em)
    answer = client.post(panel.paper, panel.all("1"))
    assert answer.status_code == 422
    assert "Giám khảo đã tự nộp phiếu này." in answer.content.decode()
    assert panel.told()["doi-moi"] == 9
    Score.objects.all().delete()
    ScoreSheet.objects.update(status="to_do", total=None)
    client.post(panel.paper, panel.all("3"))
    client.force_login(giang)
    words = {"error": "Phiếu này do ban tổ chức nhập từ phiếu giấy."}
    assert client.post(f"{panel.url}luu/", panel.all("9")).json() == words
    for step in ("take_back", "unable"):
        client.post(f"{panel.url}buoc/{step}/", {"note": "x"})
    panel.sheet.refresh_from_db()
    assert (panel.sheet.status, panel.told()["doi-moi"]) == ("done", 3)


@pytest.mark.parametrize("points", ["", "11", "-1", "7,3", "x", "NaN", "1e1", "7\0"])
def test_bad_points_are_a_sentence(client, panel, em, points):
    client.force_login(em)
    doi = f"c{panel.criteria['doi-moi'].pk}"
    answer = client.post(panel.paper, panel.all("6") | {doi: points})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [doi]
    assert not Score.objects.exists()


def test_nobody_types_for_an_own_entry_nor_after_the_lock(client, panel, em, binh):
    EntryMember.objects.create(entry=panel.entry, user=em, name="Em")
    client.force_login(em)
    assert client.get(panel.paper).status_code == 403
    client.force_login(binh)
    type(panel.round).objects.update(status="locking")
    assert client.post(panel.paper, panel.all("6")).status_code == 403
    assert client.get(f"{DESK}99999/").status_code == 404
    assert not Score.objects.exists()


def test_the_photo_is_the_sheets_and_only_the_panels_chair_and_organiser_open_it(
    client, panel, em, giang, lan
):
    data = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(data, "PNG")
    client.force_login(em)
    photo = SimpleUploadedFile("phieu.png", data.getvalue(), "image/png")
    client.post(panel.paper, panel.all("6") | {"photo": photo})
    kept = StoredFile.objects.get()
    assert kept.subject == panel.sheet
    answer = client.get(kept.get_absolute_url())
    assert (answer.status_code, b"".join(answer)[1:4]) == (200, b"PNG")
    for other in (giang, lan):
        client.force_login(other)
        assert client.get(kept.get_absolute_url()).status_code in {403, 404}


def test_the_desk_costs_the_same(client, panel, em, django_assert_num_queries, an):
    client.force_login(em)
    client.get(DESK)
    with django_assert_num_queries(6):
        client.get(DESK)
    for number in range(2):
        entry = entered(panel.entry.contest, an, f"Bài {number}")
        ScoreSheet.objects.create(round=panel.round, entry=entry, judge=panel.judge)
    with django_assert_num_queries(6):
        assert len(client.get(DESK).context["page"]) == 3
