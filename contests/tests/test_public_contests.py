"""What everybody reads: the same answer on the page, in the list and for programs."""

import json
from datetime import UTC, timedelta

import pytest
from django.test import Client

from contests import in_words, phases, rules, setup
from contests.models import Contest, Round
from contests.tests.cast import DAY, announced, dated, draft
from contests.views import public
from contests.workflow import CONTESTS
from core.periods import LOCAL

SECOND = timedelta(seconds=1)
URL = "/cuoc-thi/khoi-nghiep/"


@pytest.fixture
def contest(em, now):
    return announced(em, now)


@pytest.fixture
def at(monkeypatch):
    """Let the pages read this clock."""

    def at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment.astimezone(UTC))

    return at


def text(answer):
    return answer.content.decode()


def moments(contest):
    """A second before and after each date of the rules: the phase, and the list's place."""
    first = contest.rounds.get(code="so-khao")
    return [
        (contest.opens_at - SECOND, "coming", "coming"),
        (contest.opens_at, "open", "open"),
        (contest.opens_at + SECOND, "open", "open"),
        (contest.closes_at - SECOND, "open", "open"),
        (contest.closes_at, "checking", "judged"),
        (contest.closes_at + SECOND, "checking", "judged"),
        (first.starts_at - SECOND, "checking", "judged"),
        (first.starts_at, "judging", "judged"),
        (first.starts_at + SECOND, "judging", "judged"),
        (first.ends_at - SECOND, "judging", "judged"),
        (first.ends_at, "deciding", "judged"),
        (first.ends_at + SECOND, "deciding", "judged"),
    ]


@pytest.mark.parametrize("number", range(12))
def test_page_list_and_state_say_the_same_around_each_date(client, contest, at, number):
    Round.objects.filter(code="so-khao").update(status="judging")
    moment, phase, place = moments(contest)[number]
    at(moment)
    listed = client.get("/cuoc-thi/").context
    places = [name for name in ("open", "coming", "judged", "results", "past") if listed[name]]
    assert places == [place]
    shown = client.get(URL)
    assert shown.context["stand"].phase == phase
    assert bool(shown.context["no_entry"]) == (phase != "open")
    state = json.loads(client.get(URL + "trang-thai.json").content)
    assert (state["phase"], state["takes_entries"]) == (phase, phase == "open")
    assert state["why_not"] == shown.context["no_entry"]
    assert state["at"] == moment.astimezone(LOCAL).isoformat(timespec="seconds")
    assert state["closes_at"].endswith("+07:00")
    assert public.open_contests(moment) == ([contest] if phase == "open" else [])


def test_the_state_names_the_round_and_says_when_it_opens(client, contest, at):
    at(contest.opens_at - SECOND)
    state = json.loads(client.get(URL + "trang-thai.json").content)
    assert (state["contest"], state["round"]) == ("khoi-nghiep", None)
    assert state["why_not"] == "Cuộc thi mở nhận hồ sơ lúc 12:00 ngày 20/11/2026."


@pytest.mark.parametrize("path", ["", "the-le/", "trang-thai.json"])
@pytest.mark.parametrize(("who", "status"), [("an", 404), ("binh", 200), ("khoa", 200)])
def test_a_draft_is_for_staff_only(client, request, em, path, who, status):
    draft(em)
    assert Client().get(URL + path).status_code == 404
    client.force_login(request.getfixturevalue(who))
    assert client.get(URL + path).status_code == status


def test_the_list_shows_drafts_to_officials_only(client, em, an):
    draft(em, title="Mùa biển")
    assert "Mùa biển" not in text(client.get("/cuoc-thi/"))
    client.force_login(an)
    assert "Mùa biển" not in text(client.get("/cuoc-thi/"))
    client.force_login(em)
    assert [c.title for c, _stand in client.get("/cuoc-thi/").context["drafts"]] == ["Mùa biển"]


def test_what_is_closed_has_its_place_and_what_is_cancelled_says_why(client, contest, em, now):
    Contest.objects.update(status="closed")
    listed = client.get("/cuoc-thi/").context
    assert [row for row, _stand in listed["past"]] == [contest]
    Contest.objects.update(status="announced")
    CONTESTS.advance(contest, "cancel", by=em, at=now, note="Bão số 9.")
    assert "Bão số 9." in text(client.get(URL))
    assert client.get("/cuoc-thi/").context["is_quiet"]


def test_the_rules_say_who_may_enter_and_the_parts_of_a_hundred(client, contest):
    sheet = client.get(URL + "the-le/").context["rules"]
    assert sheet["who"] == [
        "Dành cho: học sinh, sinh viên, đoàn viên, thanh niên, phụ nữ, doanh nghiệp, hợp tác xã.",
        "Doanh nghiệp, hợp tác xã thành lập không quá 5 năm.",
    ]
    first, _semi, final = sheet["rounds"]
    assert first["shares"] == [
        ("Đổi mới sáng tạo", "27,78%"), ("Thương mại hóa, tăng trưởng", "27,78%"),
        ("Kế hoạch kinh doanh", "22,22%"), ("Định hướng phát triển", "11,11%"),
        ("Tác động kinh tế - xã hội", "11,11%"),
    ]  # fmt: skip
    assert final["shares"][-1] == ("Thuyết trình", "10%")
    assert first["lines"][2] == (
        "Vào tiếp: 10 bài đứng đầu mỗi bảng, điểm từ 50 trên 100 trở lên, "
        "không tiêu chí nào bị 0 điểm."
    )


def test_the_parts_told_are_the_parts_counted(contest):
    kept = rules.read(contest)
    for found in contest.rounds.all():
        counted = [in_words.share(part) for part in found.shares.values()]
        assert [part for _name, part in in_words.shares(kept, found.code)] == counted


def test_ages_and_the_vote_are_told(em, now):
    kept = rules.read(dated(draft(em), now))
    for told, sentence in (
        ({"min_age": 14}, "Từ 14 tuổi trở lên."),
        ({"max_age": 35}, "Không quá 35 tuổi."),
        ({"min_age": 14, "max_age": 35, "ages_on": "2026-12-31"},
         "Từ 14 đến 35 tuổi, tính đến ngày 31/12/2026."),
    ):  # fmt: skip
        assert in_words.who(kept | told, {})[1] == sentence
    vote = {"has_public_vote": True, "vote_weight": "12.50"}
    assert in_words.sheet(kept | vote)["vote"] == (
        "Bình chọn của mọi người chiếm 12,5%, điểm ban giám khảo chiếm 87,5%."
    )


def test_every_version_is_shown_with_its_reason_and_what_changed(client, contest, em, now):
    apply = setup.columns({"max_age": 35})
    setup.change(contest, apply, by=em, at=now, reason="Đúng đối tượng.")
    answer = client.get(URL + "the-le/")
    assert [(v.number, v.reason, c) for v, c in answer.context["versions"]] == [
        (2, "Đúng đối tượng.", ["Tuổi nhiều nhất: trước là không ghi, nay là 35."]),
        (1, "", []),
    ]
    assert "Không quá 35 tuổi." in text(answer)
    old = client.get(URL + "the-le/?ban=1")
    assert "Đây là bản cũ" in text(old)
    assert "Không quá 35 tuổi." not in text(old)
    assert client.get(URL + "the-le/?ban=9").status_code == 404


def test_what_is_typed_is_shown_as_text(client, contest, em, now):
    about = "<script>alert(1)</script>"
    setup.change(contest, setup.columns({"about": about}), by=em, at=now, reason=about)
    for path in ("", "the-le/"):
        assert about not in text(client.get(URL + path))


def test_home_and_search_know_it(client, contest, em, at):
    setup.change(
        contest, setup.words({"title": "Mùa biển", "about": ""}), by=em, at=contest.opens_at,
        reason="Tên ngắn.",
    )  # fmt: skip
    draft(em, slug="nhap", title="Mùa biển nháp")
    Contest.objects.filter(slug="nhap").update(search_text="mua bien nhap")
    at(contest.opens_at)
    assert "Cuộc thi đang nhận hồ sơ" in text(client.get("/"))
    found = client.get("/tim-kiem/?q=mua bien").context["found"]
    assert [(f.group.key, [hit.title for hit in f.hits]) for f in found] == [
        ("cuoc-thi", ["Mùa biển"])
    ]


def test_the_list_costs_the_same_for_one_contest_and_three(
    client, contest, em, now, django_assert_num_queries
):
    client.get("/cuoc-thi/")
    with django_assert_num_queries(4):
        client.get("/cuoc-thi/")
    for number in range(2):
        announced(em, now + number * DAY, slug=f"so-{number}", title=f"Số {number}")
    with django_assert_num_queries(4):
        client.get("/cuoc-thi/")


def test_the_way_shows_where_it_is(contest):
    shown = [stage["state"] for stage in phases.stages(contest, contest.opens_at)]
    assert shown == ["now", "", "", "", ""]
    shown = [stage["state"] for stage in phases.stages(contest, contest.closes_at)]
    assert shown == ["done", "", "", "", ""]
    Round.objects.filter(code="so-khao").update(status="published")
    Round.objects.filter(code="ban-ket").update(status="locked")
    found = Contest.objects.get()
    shown = [stage["state"] for stage in phases.stages(found, contest.closes_at)]
    assert shown == ["done", "done", "now", "", ""]
