"""A judge's round and sheets: who sees what, what is saved, and what is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from conftest import person
from contests import ranking, scoring
from contests.forms.scoring import read
from contests.models import Conflict, Criterion, Declaration, Judge, Round, Score, ScoreSheet
from contests.scoring import Told
from contests.tests.cast import announced, entered, judge, judging, scored
from contests.views.sheets import millis
from contests.workflow import ROUNDS
from core.models import Event
from core.words import Refused

H = ScoreSheet.Status
LIST = "/cham-thi/khoi-nghiep/so-khao/"
SECOND = timedelta(seconds=1)


class Panel:
    """An's entry before Giang, who has declared, in the first round."""

    def __init__(self, an, em, giang, now) -> None:
        self.now = now
        contest = announced(em, now - timedelta(days=12))
        self.round = judging(contest.rounds.get(code="so-khao"))
        self.judge = judge(contest, giang, em)
        self.entry = entered(contest, an, summary="Sấy cá bằng nắng.", school="Trường A")
        self.declaration = Declaration.objects.create(
            judge=self.judge, round=self.round, text="…", made_at=now
        )
        self.sheet = ScoreSheet.objects.create(round=self.round, entry=self.entry, judge=self.judge)
        self.criteria = {c.code: c for c in self.round.criterion_list}
        self.url = f"/cham-thi/phieu/{self.sheet.pk}/"

    def all(self, points="7.5"):
        return {f"c{c.pk}": points for c in self.criteria.values()}

    def given(self, **points):
        return {self.criteria[code].pk: Decimal(value) for code, value in points.items()}

    def told(self):
        self.sheet.refresh_from_db()
        return {s.criterion.code: s.points for s in self.sheet.scores.select_related("criterion")}


@pytest.fixture
def panel(an, em, giang, now, freeze):
    return Panel(an, em, giang, now)


@pytest.fixture
def freeze(monkeypatch, now):
    """The portal's clock stands in the judging week."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_the_list_tells_what_is_left(client, panel, giang, em, now):
    for number in range(2):
        entry = entered(panel.entry.contest, person(f"B{number}", f"b{number}@example.vn"))
        scored(panel.round, entry, panel.judge, 8, now)
    client.force_login(giang)
    answer = client.get(LIST)
    assert [(str(label), n) for _key, label, n in answer.context["tabs"]] == [
        ("Còn lại", 1), ("Đã nộp", 2), ("Không chấm", 0),
    ]  # fmt: skip
    assert [s.pk for s in answer.context["page"]] == [panel.sheet.pk]
    assert len(client.get(LIST, {"xem": "da-nop"}).context["page"].object_list) == 2
    assert client.get(LIST, {"xem": "<script>"}).status_code == 200


def test_before_the_declaration_nothing_is_seen(client, panel, giang):
    panel.declaration.delete()
    client.force_login(giang)
    for url in (LIST, panel.url):
        assert client.get(url).headers["Location"] == f"{LIST}khai/"
    assert client.post(panel.url, panel.all()).headers["Location"] == f"{LIST}khai/"
    assert client.post(f"{panel.url}luu/", panel.all()).status_code == 403
    assert not Score.objects.exists()


@pytest.mark.parametrize(
    ("who", "of_list", "of_sheet", "of_saving"),
    [
        ("an", 403, 404, 404),
        ("lan", 403, 404, 404),
        ("khoa", 403, 404, 404),
        ("dung", 403, 404, 404),
        ("em", 403, 200, 403),
        ("binh", 403, 200, 403),
        ("giang", 200, 200, 200),
    ],
)
def test_who_opens_it(client, request, panel, who, of_list, of_sheet, of_saving):
    client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == of_list
    assert client.get(panel.url).status_code == of_sheet
    assert client.post(f"{panel.url}luu/", panel.all()).status_code == of_saving
    assert Score.objects.count() == (5 if who == "giang" else 0)


def test_another_judge_does_not_know_of_it_and_the_chair_of_the_panel_reads(client, panel, lan, em):
    other = judge(panel.entry.contest, lan, em)
    ScoreSheet.objects.filter(pk=panel.sheet.pk).update(private_note="Riêng", feedback="Tốt")
    client.force_login(lan)
    assert client.get(panel.url).status_code == 404
    Judge.objects.filter(pk=other.pk).update(is_chair=True)
    page = client.get(panel.url).content.decode()
    assert "Tốt" in page
    assert "Riêng" not in page
    assert client.post(panel.url, panel.all()).status_code == 403


def test_a_recused_judge_and_one_who_left_see_nothing(client, panel, giang, em, now):
    client.force_login(giang)
    Conflict.objects.create(
        judge=panel.judge, entry=panel.entry, source="declared", reason="Cháu", by=em, at=now
    )
    assert client.get(panel.url).status_code == 404
    assert client.post(f"{panel.url}luu/", panel.all()).status_code == 404
    Conflict.objects.all().delete()
    Judge.objects.update(status="left")
    assert client.get(panel.url).status_code == 404
    assert client.get(LIST).status_code == 403


def test_what_the_round_hides_is_not_on_the_page(client, panel, giang):
    Round.objects.update(hidden=["school", "title"])
    client.force_login(giang)
    for url in (LIST, panel.url):
        page = client.get(url).content.decode()
        assert panel.entry.code in page
        assert "Tủ sấy cá" not in page
        assert "Trường A" not in page
        assert "Nguyễn Thị An" not in page
    assert "Sấy cá bằng nắng." in page


def test_without_a_script_one_button_saves_all_and_another_hands_in(client, panel, giang):
    client.force_login(giang)
    doi = f"c{panel.criteria['doi-moi'].pk}"
    assert client.post(panel.url, {doi: "8,5"}).status_code == 302
    panel.sheet.refresh_from_db()
    assert (panel.sheet.status, panel.sheet.total, panel.sheet.version) == (H.STARTED, None, 1)
    refused = client.post(panel.url, {doi: "8.5", f"was-{doi}": "8.5", "then": "hand_in"})
    assert refused.status_code == 409
    assert "Còn chưa chấm: Thương mại hóa, tăng trưởng" in refused.content.decode()
    sent = {**panel.all("6"), "feedback": "Rõ ràng.", "private_note": "Hỏi giá.", "then": "hand_in"}
    assert client.post(panel.url, sent).headers["Location"] == LIST
    panel.sheet.refresh_from_db()
    assert (panel.sheet.status, panel.sheet.total) == (H.DONE, 60)
    assert (panel.sheet.feedback, panel.sheet.private_note) == ("Rõ ràng.", "Hỏi giá.")
    assert [e.kind for e in Event.objects.about(panel.sheet).order_by("pk")] == [
        "scoresheet.start", "scoresheet.hand_in",
    ]  # fmt: skip
    assert client.post(panel.url, panel.all("9")).status_code == 409
    client.post(f"{panel.url}buoc/take_back/")
    assert client.post(panel.url, panel.all("9")).status_code == 302
    assert panel.told()["doi-moi"] == 9


def test_a_touch_is_saved_alone_and_the_answer_tells_all(client, panel, giang, now):
    client.force_login(giang)
    first, second = (panel.criteria[code].pk for code in ("doi-moi", "tac-dong"))
    told = client.post(f"{panel.url}luu/", {f"c{first}": "7", "version": "0"}).json()
    assert (told["version"], told["stale"], told["total"]) == (1, False, None)
    told = client.post(f"{panel.url}luu/", {f"c{second}": "0", "version": "0"}).json()
    assert (told["version"], told["stale"]) == (2, True)
    assert {pk: value for pk, (value, _at) in told["scores"].items()} == {
        str(first): "7", str(second): "0",
    }  # fmt: skip
    panel.sheet.refresh_from_db()
    assert panel.sheet.has_zero


def test_of_two_devices_the_later_touch_stands_and_nothing_else_is_lost(panel, giang, now):
    """The phone without network touched before the tablet, and sends after it."""
    early, late = now - 60 * SECOND, now - 30 * SECOND
    tablet, phone = (
        panel.given(**{"doi-moi": "9"}),
        panel.given(**{"doi-moi": "3", "ke-hoach": "4"}),
    )
    scoring.save(panel.sheet, Told(tablet, dict.fromkeys(tablet, late)), by=giang, at=now)
    scoring.save(panel.sheet, Told(phone, dict.fromkeys(phone, early)), by=giang, at=now + SECOND)
    assert panel.told() == {"doi-moi": 9, "ke-hoach": 4}
    later = panel.given(**{"doi-moi": "5"})
    scoring.save(panel.sheet, Told(later, dict.fromkeys(later, now)), by=giang, at=now + SECOND)
    assert panel.told() == {"doi-moi": 5, "ke-hoach": 4}
    # A clock that runs ahead wins nothing: no touch is later than its arrival.
    ahead = panel.given(**{"doi-moi": "1"})
    far = dict.fromkeys(ahead, now + timedelta(days=400))
    scoring.save(panel.sheet, Told(ahead, far), by=giang, at=now + 2 * SECOND)
    scoring.save(panel.sheet, Told(tablet), by=giang, at=now + 3 * SECOND)
    assert panel.told()["doi-moi"] == 9


def test_texts_of_two_devices_are_both_kept(panel, giang, now):
    def write(was, text):
        scoring.save(panel.sheet, Told(texts={"feedback": (was, text)}), by=giang, at=now)
        panel.sheet.refresh_from_db()
        return panel.sheet.feedback

    assert write("", "Ý hay.") == "Ý hay."
    assert write("", "Nên tính giá.") == "Ý hay.\nNên tính giá."
    assert write("", "Nên tính giá.") == "Ý hay.\nNên tính giá."  # sent again: nothing twice
    assert write("Ý hay.\nNên tính giá.", "Ngắn gọn.") == "Ngắn gọn."
    with pytest.raises(scoring.Wrong, match="tối đa 2000"):
        write("", "x" * 2000)


@pytest.mark.parametrize(
    "points", ["-1", "10.5", "7.3", "1e1", "NaN", "٣", "9" * 40, "7\x00", "<b>", "' or 1=1"]
)
def test_hostile_points_are_a_sentence(client, panel, giang, points):
    client.force_login(giang)
    doi = f"c{panel.criteria['doi-moi'].pk}"
    for url in (panel.url, f"{panel.url}luu/"):
        answer = client.post(url, {doi: points})
        assert answer.status_code == 422
    assert answer.json() == {"error": "Đổi mới sáng tạo: điểm từ 0 đến 10, mỗi bước 0,5."}
    assert not Score.objects.exists()


def test_other_hostile_input(client, panel, giang, now):
    client.force_login(giang)
    final = panel.entry.contest.criteria.get(code="thuyet-trinh")
    doi = f"c{panel.criteria['doi-moi'].pk}"
    sent = {
        f"c{final.pk}": "5", doi: "5", f"at-{doi}": "9" * 30, "version": "x", "c0": "1",
        "feedback": "<script>\u202e",
    }  # fmt: skip
    assert client.post(f"{panel.url}luu/", sent).status_code == 200
    assert panel.told() == {"doi-moi": 5}  # a criterion of another round is not there
    assert client.post(f"{panel.url}luu/", {doi: "6", f"at-{doi}": "99999999999999"}).json()
    assert client.post(f"{panel.url}luu/", {"feedback": "a\0"}).status_code == 422
    assert client.post(f"{panel.url}luu/", {"private_note": "x" * 2001}).status_code == 422
    assert client.get(f"{panel.url}luu/").status_code == 405
    assert client.get("/cham-thi/phieu/99999999/").status_code == 404
    for step in ("recuse", "enter", "check", "start", "x"):
        assert client.post(f"{panel.url}buoc/{step}/").status_code == 404
    told = Told({final.pk: Decimal(5)})
    with pytest.raises(scoring.Wrong, match="không có trong vòng"):
        scoring.save(panel.sheet, told, by=giang, at=now)
    page = client.get(panel.url).content.decode()
    assert "<script>\u202e" not in page


def test_cannot_be_judged_is_not_zero(client, panel, giang):
    client.force_login(giang)
    client.post(panel.url, panel.all("9"))
    client.post(f"{panel.url}buoc/unable/", {"note": ""})
    panel.sheet.refresh_from_db()
    assert panel.sheet.status == H.STARTED  # without a reason
    client.post(f"{panel.url}buoc/unable/", {"note": "Tệp hỏng"})
    panel.sheet.refresh_from_db()
    assert (panel.sheet.status, panel.sheet.reason) == (H.UNABLE, "Tệp hỏng")
    (line,) = ranking.table(panel.round)
    assert (line.score, line.sheets) == (None, 0)
    refused = client.post(f"{panel.url}luu/", panel.all("1"))
    assert (refused.status_code, panel.told()["doi-moi"]) == (409, 9)
    client.post(f"{panel.url}buoc/able/")
    assert client.post(f"{panel.url}luu/", panel.all("1")).status_code == 200


@pytest.mark.parametrize("status", ["planned", "locking", "locked", "reopening", "published"])
def test_outside_judging_nothing_is_written_and_what_was_typed_stays(client, panel, giang, status):
    client.force_login(giang)
    client.post(panel.url, panel.all("9"))
    Round.objects.filter(pk=panel.round.pk).update(status=status)
    words = "Vòng này chưa bắt đầu chấm." if status == "planned" else "Điểm của vòng này đã khóa."
    answer = client.post(f"{panel.url}luu/", panel.all("4"))
    assert (answer.status_code, answer.json()) == (409, {"error": words})
    page = client.post(panel.url, panel.all("4"))
    assert page.status_code == 409
    assert words in page.content.decode()
    assert page.content.decode().count("Chưa gửi: 4") == 5
    for step in ("hand_in", "unable"):
        assert client.post(f"{panel.url}buoc/{step}/", {"note": "x"}).status_code in {302, 403}
    panel.sheet.refresh_from_db()
    assert (panel.sheet.status, panel.told()["doi-moi"]) == (H.STARTED, 9)
    assert 'name="then"' not in client.get(panel.url).content.decode()


def test_a_second_before_and_after_the_dates(panel, giang):
    start, end = panel.round.starts_at, panel.round.ends_at
    for at, taken in ((start - SECOND, False), (start, True), (end - SECOND, True), (end, False)):
        told = Told(panel.given(**{"doi-moi": "5"}))
        try:
            scoring.save(panel.sheet, told, by=giang, at=at)
        except Refused:
            assert not taken
        else:
            assert taken


def test_an_entry_that_was_withdrawn_takes_no_score(client, panel, giang):
    type(panel.entry).objects.update(status="withdrawn")
    client.force_login(giang)
    answer = client.post(f"{panel.url}luu/", panel.all())
    assert answer.json() == {"error": "Bài này không còn dự thi."}


def test_a_judge_for_training_scores_and_it_does_not_count(client, panel, giang):
    Judge.objects.update(is_shadow=True)
    client.force_login(giang)
    client.post(panel.url, {**panel.all("9"), "then": "hand_in"})
    (line,) = ranking.table(panel.round)
    assert (line.score, line.sheets) == (None, 0)


def test_saving_and_the_list_cost_the_same(client, panel, giang, em, django_assert_max_num_queries):
    client.force_login(giang)
    with django_assert_max_num_queries(30) as first:
        client.post(f"{panel.url}luu/", panel.all("9"))
    with django_assert_max_num_queries(len(first)):
        client.post(f"{panel.url}luu/", panel.all("8"))
    client.get(LIST)
    with django_assert_max_num_queries(9) as one:
        client.get(LIST)
    owner = person("Chủ", "chu@example.vn")
    for number in range(49):
        entry = entered(panel.entry.contest, owner, f"Bài {number}")
        ScoreSheet.objects.create(round=panel.round, entry=entry, judge=panel.judge)
    with django_assert_max_num_queries(len(one)) as fifty:
        client.get(LIST)
    assert len(fifty) == len(one)


def test_the_chair_asks_for_the_lock_and_no_score_is_taken(panel, giang, lan, em, now):
    chair = judge(panel.entry.contest, lan, em, is_chair=True)
    found = Round.objects.get(pk=panel.round.pk)
    ROUNDS.advance(found, "ask_lock", by=chair.user, at=now, note="Thiếu phiếu.")
    with pytest.raises(Refused, match="đã khóa"):
        scoring.save(panel.sheet, Told(panel.given(**{"doi-moi": "5"})), by=giang, at=now)
    with pytest.raises(Refused):
        scoring.step(panel.sheet, "unable", by=giang, at=now, note="x")
    assert not Score.objects.exists()


def test_moments_are_read_as_they_were_sent():
    at = datetime(2026, 11, 20, 5, 0, 0, 123_001, UTC)
    assert millis(at) - 1 < at.timestamp() * 1000 < millis(at)
    told, errors = read({"c1": "7", "at-c1": str(millis(at))}, [Criterion(pk=1)])
    assert errors == {}
    assert timedelta(0) < told.touched[1] - at < timedelta(milliseconds=1)
