"""Making a contest and writing its rules before it is announced."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agency, Visitor
from conftest import person
from contests import rules, setup
from contests.models import Contest, Criterion, Prize, Round
from contests.tests.cast import announced, dated, draft
from core.models import Event
from core.words import Refused

CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
STAFF = {"binh", "chi", "dung", "em", "khoa"}
HUB = "/cuoc-thi/khoi-nghiep/sua/"


@pytest.fixture
def desk(em):
    client = Client()
    client.force_login(em)
    return client


@pytest.fixture
def union(db):
    return Agency.objects.create(code="doan", name="Thị đoàn", kind=Agency.Kind.UNION)


@pytest.fixture
def stranger(union):
    """An official of another agency than the organiser."""
    return person("Ngô Sơn", "son@example.vn", "official", agency=union)


def page(answer):
    return answer.content.decode()


def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page(answer)).group(1)


def filled(client, url):
    """What a browser would send back for the form as it is shown."""
    answer = client.get(url)
    form = answer.context["form"]
    told = {"key": hidden(answer, "key"), "seen": hidden(answer, "seen")}
    for field in form:
        value = field.value()
        if isinstance(value, bool):
            if value:
                told[field.name] = "on"
        elif value is not None:
            prepared = field.field.widget.format_value(value)
            told[field.name] = value if isinstance(value, (list, tuple)) else prepared
            if isinstance(told[field.name], list) and len(told[field.name]) == 1:
                told[field.name] = told[field.name][0]
    return {name: value for name, value in told.items() if value is not None}


# -- Making -----------------------------------------------------------------------------
def test_it_is_made_from_the_template_once_however_often_it_is_pressed(desk, em):
    told = {"key": str(uuid.uuid4()), "title": "Khởi nghiệp trẻ", "made_from": "",
            "organiser": em.memberships_today[0].agency_id}  # fmt: skip
    for _press in range(2):
        answer = desk.post("/cuoc-thi/moi/", told)
        assert (answer.status_code, answer.url) == (302, "/cuoc-thi/khoi-nghiep-tre/sua/")
    made = Contest.objects.get()
    kept = rules.read(made)
    assert [board["name"] for board in kept["boards"]] == ["Bảng Ý tưởng", "Bảng Dự án"]
    assert len(kept["criteria"]) == 6
    assert (made.status, made.created_by, made.search_text) == ("draft", em, "khoi nghiep tre")
    assert Event.objects.filter(kind="contest.create").count() == 1


def test_the_same_name_gets_another_address(em, now):
    told = {"title": "Mới", "organiser": em.memberships_today[0].agency, "made_from": None}
    made = [setup.make(told, key=uuid.uuid4(), by=em, at=now) for _n in range(2)]
    assert [contest.slug for contest in made] == ["moi-2", "moi-3"]


def test_it_is_made_from_an_earlier_one_without_its_dates(em, now):
    first = announced(em, now)
    told = {"title": "Lần hai", "organiser": first.organiser, "made_from": first}
    second = setup.make(told, key=uuid.uuid4(), by=em, at=now)
    words = {"title": "Lần hai", "about": ""}
    assert rules.read(second) == rules.undated(rules.read(first)) | words
    assert second.made_from == first


def test_an_official_organises_for_the_own_agency_and_the_secretariat_for_any(
    stranger, em, union, standing_agency, now
):
    told = {"title": "Một", "organiser": standing_agency, "made_from": None}
    with pytest.raises(Refused, match=r"^Chọn đơn vị của bạn làm đơn vị tổ chức\.$"):
        setup.make(told, key=uuid.uuid4(), by=stranger, at=now)
    own = setup.make(told | {"organiser": union}, key=uuid.uuid4(), by=stranger, at=now)
    any_one = setup.make(told | {"organiser": union}, key=uuid.uuid4(), by=em, at=now)
    assert (own.organiser, any_one.organiser) == (union, union)


def test_a_name_is_asked_for(desk):
    answer = desk.post("/cuoc-thi/moi/", {"title": " ", "organiser": "0"})
    assert answer.status_code == 422
    assert "Bạn chưa điền ô này." in page(answer)
    assert not Contest.objects.exists()


# -- Who may ----------------------------------------------------------------------------
def addresses(contest):
    board = contest.boards.first()
    prize = contest.prizes.first()
    return [
        "", "loi/", "ngay/", "doi-tuong/", "binh-chon/", "bang/", "vong/", "tieu-chi/", "giai/",
        f"bang/{board.code}/", "vong/so-khao/", "tieu-chi/doi-moi/", f"giai/{prize.pk}/",
        f"bang/{board.code}/cau-hoi/",
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["draft", "announced", "closed", "cancelled"])
def test_who_opens_which_page_of_the_rules(request, em, stranger, now, status):
    contest = dated(draft(em), now)
    Contest.objects.update(status=status)
    cast = {name: request.getfixturevalue(name) for name in CAST}
    for who, user in {**cast, "stranger": stranger, "visitor": Visitor()}.items():
        client = Client()
        if who != "visitor":
            client.force_login(user)
        for path in addresses(contest):
            if status == "draft" and who not in STAFF | {"stranger"}:
                wanted = 404
            else:
                mine = who in {"binh", "chi", "em"} and status in {"draft", "announced"}
                wanted = 200 if mine else 403
            assert client.get(HUB + path).status_code == wanted, (who, path)
        before = rules.read(contest)
        if not (who in {"binh", "chi", "em"} and status in {"draft", "announced"}):
            for verb in ("tieu-chi/doi-moi/bo/", "vong/so-khao/xuong/"):
                client.post(HUB + verb, {"reason": "Thử."})
            client.post(HUB + "loi/", {"title": "Khác", "reason": "Thử."})
            assert rules.read(Contest.objects.get()) == before
    making = {
        who for who, user in {**cast, "stranger": stranger}.items() if user.can("contest.create")
    }
    assert making == {"binh", "chi", "em", "stranger"}


# -- Editing a draft --------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    ["loi/", "ngay/", "doi-tuong/", "binh-chon/", "bang/y-tuong/", "vong/so-khao/",
     "vong/chung-ket/", "tieu-chi/doi-moi/", "tieu-chi/thuyet-trinh/"],
)  # fmt: skip
def test_a_form_sent_back_as_it_was_changes_nothing(desk, em, now, path):
    contest = dated(draft(em), now)
    before = rules.read(contest)
    answer = desk.post(HUB + path, filled(desk, HUB + path))
    assert answer.status_code == 302, answer.context["form"].errors
    assert rules.read(Contest.objects.get()) == before
    assert not Event.objects.filter(kind="contest.edit").exists()


def test_words_dates_eligibility_and_vote_are_written(desk, em, now):
    draft(em)
    for path, told in {
        "loi/": {"title": "Mùa biển", "about": "Tìm cách mới."},
        "ngay/": {"opens_at": "2026-12-01T08:00", "closes_at": "31/12/2026 17:00", "sealed": "on",
                  "so-khao.starts_at": "2027-01-05T08:00", "so-khao.ends_at": "2027-01-10T17:00"},
        "doi-tuong/": {"audiences": ["pupil", "woman"], "min_age": "14", "max_age": "35",
                       "ages_on": "2026-12-31", "max_enterprise_years": "5"},
        "binh-chon/": {"has_public_vote": "on", "vote_weight": "12,5"},
    }.items():  # fmt: skip
        answer = desk.post(HUB + path, told)
        assert answer.status_code == 302, answer.context["form"].errors
    kept = rules.read(Contest.objects.get())
    wanted = {
        "title": "Mùa biển", "about": "Tìm cách mới.", "sealed": True, "min_age": 14,
        "opens_at": "2026-12-01T01:00:00+00:00", "closes_at": "2026-12-31T10:00:00+00:00",
        "audiences": ["pupil", "woman"], "max_age": 35, "ages_on": "2026-12-31",
        "vote_weight": "12.50", "has_public_vote": True,
    }  # fmt: skip
    assert {name: kept[name] for name in wanted} == wanted
    assert kept["rounds"][0]["starts_at"] == "2027-01-05T01:00:00+00:00"
    assert Contest.objects.get().search_text == "mua bien"


def test_a_board_round_criterion_prize_and_question_are_added_once(desk, em):
    contest = draft(em)
    for path, told in {
        "bang/": {"name": "Bảng Học sinh", "about": "THPT", "levels": ["idea"]},
        "vong/": {"name": "Vòng phụ", "judges_per_entry": "2", "aggregate": "median",
                  "pitch_minutes": "5", "question_minutes": "5", "advance_min": "60,5"},
        "tieu-chi/": {"name": "Môi trường", "weight": "15", "most": "10", "step": "0.25",
                      "rounds": [contest.rounds.get(code="so-khao").pk],
                      "anchors": "0: Không\n10: Rất tốt"},
        "giai/": {"name": "Giải ý tưởng xanh", "rank": "5", "count": "2", "value": "1.000.000",
                  "board": contest.boards.get(code="y-tuong").pk},
        "bang/y-tuong/cau-hoi/": {"label": "Ai mua?", "kind": "short", "is_clean": "on",
                                  "key": str(uuid.uuid4())},
    }.items():  # fmt: skip
        for _press in range(2):
            answer = desk.post(HUB + path, told)
            assert answer.status_code == 302, answer.context["form"].errors
    kept = rules.read(Contest.objects.get())
    assert kept["boards"][2]["code"] == "bang-hoc-sinh"
    assert [row["label"] for row in kept["boards"][0]["questions"]] == ["Ai mua?"]
    assert (len(kept["boards"]), len(kept["rounds"]), len(kept["criteria"])) == (3, 4, 7)
    assert (kept["rounds"][3]["advance_min"], kept["rounds"][3]["no_zero"]) == ("60.50", False)
    assert kept["criteria"][6]["anchors"] == [
        {"points": "0", "words": "Không"}, {"points": "10", "words": "Rất tốt"},
    ]  # fmt: skip
    prize = Prize.objects.get(name="Giải ý tưởng xanh")
    assert (prize.value, prize.board.code) == (1_000_000, "y-tuong")


@pytest.mark.parametrize(
    ("path", "told", "sentence"),
    [
        ("ngay/", {"opens_at": "2026-12-02T08:00", "closes_at": "2026-12-01T08:00"},
         "Giờ đóng phải sau giờ mở."),
        ("ngay/", {"opens_at": "hôm qua"}, "Ngày giờ này không đúng."),
        ("ngay/", {"so-khao.starts_at": "2027-01-05T08:00", "so-khao.ends_at": "2027-01-04T08:00"},
         "Giờ hết chấm phải sau giờ bắt đầu."),
        ("doi-tuong/", {"min_age": "20", "max_age": "10"},
         "Tuổi nhiều nhất phải từ tuổi ít nhất trở lên."),
        ("doi-tuong/", {"audiences": ["ong-ba"]}, "Chọn trong danh sách."),
        ("binh-chon/", {"has_public_vote": "on", "vote_weight": "101"},
         "Viết một số không quá 100."),
        ("binh-chon/", {"vote_weight": "NaN"}, "Viết một số. Ví dụ: 12,5."),
        ("tieu-chi/doi-moi/", {"weight": "0"}, "Viết một số từ 0.01 trở lên."),
        ("tieu-chi/doi-moi/", {"anchors": "mười điểm"}, "Dòng “mười điểm” chưa đúng."),
        ("tieu-chi/doi-moi/", {"most": "10", "anchors": "11: Quá"},
         "có điểm cao hơn điểm cao nhất."),
        ("tieu-chi/doi-moi/", {"name": "Thuyết trình"}, "Đã có “Thuyết trình” trong cuộc thi này."),
        ("vong/so-khao/", {"judges_per_entry": "0"}, "Viết một số từ 1 trở lên."),
        ("vong/so-khao/", {"tie_1": "thuyet-trinh"}, "Chọn trong danh sách."),
        ("giai/", {"name": "X", "rank": "1", "count": "1", "value": "nhiều"},
         "Viết số tiền bằng chữ số"),
        ("bang/", {"name": "Bảng Dự án"}, "Đã có “Bảng Dự án” trong cuộc thi này."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_lost(desk, em, path, told, sentence):
    contest = draft(em)
    before = rules.read(contest)
    begun = filled(desk, HUB + path) if path != "giai/" else {}
    answer = desk.post(HUB + path, begun | told)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert rules.read(Contest.objects.get()) == before


def test_rows_move_up_and_down_and_stop_at_the_ends(desk, em):
    draft(em)
    desk.post(HUB + "vong/so-khao/len/")
    desk.post(HUB + "vong/so-khao/xuong/")
    names = [row["code"] for row in rules.read(Contest.objects.get())["rounds"]]
    assert names == ["ban-ket", "so-khao", "chung-ket"]
    assert desk.post(HUB + f"giai/{Prize.objects.first().pk}/len/").status_code == 404
    assert desk.post(HUB + "vong/so-khao/ngang/").status_code == 404
    assert desk.get(HUB + "vong/so-khao/len/").status_code == 405


def test_a_criterion_that_goes_is_no_longer_asked_where_entries_are_equal(desk, em):
    draft(em)
    for _press in range(2):
        desk.post(HUB + "tieu-chi/doi-moi/bo/")
    assert not Criterion.objects.filter(code="doi-moi").exists()
    assert [found.tie_breaks for found in Round.objects.order_by("order")] == [
        ["tac-dong"], ["tac-dong"], ["tac-dong", "thuyet-trinh"],
    ]  # fmt: skip


def test_what_somebody_else_changed_meanwhile_is_not_undone(desk, em, binh):
    draft(em)
    mine = filled(desk, HUB + "loi/")
    other = Client()
    other.force_login(binh)
    other.post(HUB + "loi/", filled(other, HUB + "loi/") | {"about": "Của Bình."})
    answer = desk.post(HUB + "loi/", mine | {"title": "Của Em"})
    assert answer.status_code == 422
    assert "Người khác vừa sửa phần này." in page(answer)
    contest = Contest.objects.get()
    assert (contest.title, contest.about) == ("Khởi nghiệp Đức Phổ", "Của Bình.")


def test_the_page_of_the_rules_says_what_is_missing_and_announces(desk, em, now):
    contest = draft(em)
    answer = desk.get(HUB)
    assert answer.context["missing"] == "Ghi giờ mở và giờ đóng nhận hồ sơ."
    assert answer.context["steps"] == []
    dated(contest, now)
    answer = desk.get(HUB)
    assert [step["label"] for step in answer.context["steps"]] == ["Phát động"]


def test_strange_addresses_are_not_found(desk, em):
    draft(em)
    for path in (
        "la/",
        "vong/khong-co/",
        "giai/abc/",
        "giai/9999999999999/",
        "bang/y-tuong/cau-hoi/9/",
    ):
        assert desk.get(HUB + path).status_code == 404
    assert desk.get("/cuoc-thi/khong-co/sua/").status_code == 404


def test_the_page_of_the_rules_costs_the_same(desk, em, django_assert_num_queries):
    contest = draft(em)
    contest.boards.filter(code="du-an").delete()
    desk.get(HUB)
    with django_assert_num_queries(12):
        desk.get(HUB)
    for n in range(3):
        row = setup.Board(contest=contest)
        setup.change(contest, setup.add(row, {"name": f"Bảng {n}", "levels": []}), by=em,
                     at=timezone.now())  # fmt: skip
    with django_assert_num_queries(12):
        desk.get(HUB)
