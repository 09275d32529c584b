"""The panel: asked by letter, answered by the one whose letter it is, left and replaced."""

from datetime import timedelta

import pytest

from contests import assigning, demo_panel, panel
from contests.models import Judge, Round, Score, ScoreSheet
from contests.panel import Told
from contests.tests.cast import announced, entered, judge, judging, scored
from core.models import Event, OutboxMessage
from core.words import Refused

URL = "/cuoc-thi/khoi-nghiep/giam-khao/"
HOUR = timedelta(hours=1)


@pytest.fixture
def contest(em, now):
    return announced(em, now)


def told(**more):
    return Told(**{"name": "Đỗ Giang", "email": "giang@example.vn", **more})


def form(**more):
    return {"name": "Đỗ Giang", "email": "Giang@example.vn", "capacity": "20", **more}


@pytest.mark.parametrize(
    ("who", "status"),
    [("em", 200), ("binh", 200), ("khoa", 200), ("dung", 403), ("an", 403), ("giang", 403)],
)
def test_who_opens_the_panel(client, request, contest, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(URL).status_code == status


def test_a_judge_is_asked_by_one_letter(client, em, contest):
    client.force_login(em)
    board = contest.board_list[0]
    for _press in range(2):
        client.post(URL, form(expertise=["craft"], boards=[board.pk], title="Trường Phổ Thông"))
    one = Judge.objects.get()
    assert (one.email, one.status, list(one.boards.all())) == (
        "giang@example.vn", "invited", [board],
    )  # fmt: skip
    letter = OutboxMessage.objects.get()
    assert letter.to == "giang@example.vn"
    assert f"/giam-khao/{one.token}/" in letter.body


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""}, {"email": "khong-phai"}, {"capacity": "0"}, {"capacity": "nhiều"},
        {"boards": ["x"]}, {"boards": ["999999"]}, {"expertise": ["x"]},
        {"is_chair": "on", "is_shadow": "on"}, {"name": "a\0b"},
    ],
)  # fmt: skip
def test_what_is_not_right_is_said(client, em, contest, more):
    client.force_login(em)
    assert client.post(URL, form(**more)).status_code == 422
    assert Judge.objects.count() == 0


def test_the_letter_goes_again_after_an_hour_only(em, contest, now):
    panel.invite(contest, told(), by=em, at=now)
    with pytest.raises(Refused):
        panel.invite(contest, told(), by=em, at=now + HOUR / 2)
    panel.invite(contest, told(capacity=5), by=em, at=now + HOUR)
    assert (Judge.objects.get().capacity, OutboxMessage.objects.count()) == (5, 2)


def test_there_is_one_chair(em, contest, now):
    panel.invite(contest, told(is_chair=True), by=em, at=now)
    with pytest.raises(Refused):
        panel.invite(contest, told(email="b@example.vn", is_chair=True), by=em, at=now)
    assert Judge.objects.count() == 1


def test_reading_the_letters_page_changes_nothing(client, em, giang, contest, now):
    one = panel.invite(contest, told(), by=em, at=now)
    path = one.get_absolute_url()
    assert client.get(path).status_code == 200
    client.force_login(giang)
    assert "Nhận lời" in client.get(path).content.decode()
    one.refresh_from_db()
    assert (one.status, one.user) == ("invited", None)


def test_only_the_letters_address_answers(client, em, lan, contest, now):
    one = panel.invite(contest, told(), by=em, at=now)
    client.force_login(lan)
    assert client.post(one.get_absolute_url()).status_code == 403
    one.refresh_from_db()
    assert one.status == "invited"


def test_yes_is_one_yes_and_the_link_leads_home(client, em, giang, contest, now):
    one = panel.invite(contest, told(), by=em, at=now)
    client.force_login(giang)
    for _press in range(2):
        assert client.post(one.get_absolute_url()).url == "/cham-thi/"
    one.refresh_from_db()
    assert (one.status, one.user) == ("accepted", giang)
    assert Event.objects.filter(kind="judge.accept").count() == 1
    assert client.get(one.get_absolute_url()).url == "/cham-thi/"
    client.logout()
    assert client.get(one.get_absolute_url()).url == "/tai-khoan/ma/?tiep=%2Fcham-thi%2F"


def test_no_is_told_and_can_be_asked_anew(client, em, giang, contest, now):
    one = panel.invite(contest, told(), by=em, at=now)
    old = one.get_absolute_url()
    client.force_login(giang)
    client.post(old, {"khong": "1", "note": "Tôi bận"})
    one.refresh_from_db()
    assert (one.status, one.note) == ("declined", "Tôi bận")
    client.force_login(em)
    client.post(f"{URL}{one.pk}/again/")
    one.refresh_from_db()
    assert (one.status, one.answered_at) == ("invited", None)
    client.force_login(giang)
    assert client.get(old).status_code == 404
    assert client.get(one.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 60, "%C3%A1"])
def test_a_wrong_link_is_unknown(client, contest, token):
    assert client.get(f"/giam-khao/{token}/").status_code == 404


def test_who_leaves_keeps_what_is_done_and_the_rest_goes_on(em, an, lan, giang, ha, contest, now):
    found = Round.objects.get(contest=contest, code="so-khao")
    Round.objects.filter(pk=found.pk).update(judges_per_entry=1)
    found.refresh_from_db()
    entries = [entered(contest, an, f"Bài {n}") for n in range(3)]
    one = judge(contest, giang, em)
    assigning.assign(found, by=em, at=now)
    done, begun, _waits = ScoreSheet.objects.order_by("pk")
    done.delete()
    found = judging(found)
    done = scored(found, entries[0], one, 5, now)
    begun.refresh_from_db()
    Score.objects.create(sheet=begun, criterion=found.criterion_list[0], points=5, saved_at=now)
    ScoreSheet.objects.filter(pk=begun.pk).update(status="started")
    two = judge(contest, ha, em)
    panel.leave(one, note="Đi xa", by=giang, at=now)
    mine = dict(ScoreSheet.objects.filter(judge=one).values_list("entry__title", "status"))
    assert mine == {done.entry.title: "done", begun.entry.title: "unable"}
    new = ScoreSheet.objects.filter(judge=two).values_list("entry__title", flat=True)
    assert set(new) == {"Bài 0", "Bài 1", "Bài 2"} - {done.entry.title}


def test_the_judges_home_says_what_waits(client, em, an, giang, contest, now):
    entered(contest, an)
    client.force_login(giang)
    assert "chưa là giám khảo" in client.get("/cham-thi/").content.decode()
    one = panel.invite(contest, told(), by=em, at=now)
    assert client.get("/cham-thi/").context["asked"] == [one]
    panel.accept(one, by=giang, at=now)
    ((shown, rounds),) = client.get("/cham-thi/").context["work"]
    assert (shown, len(rounds), rounds[0].declared) == (one, 3, False)


def test_the_home_is_for_who_signed_in(client, db):
    assert client.get("/cham-thi/").status_code == 302


def test_the_home_and_the_panel_cost_the_same_for_one_and_three(
    client, em, giang, contest, now, django_assert_max_num_queries
):
    def cost(path):
        with django_assert_max_num_queries(99) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    judge(contest, giang, em)
    client.force_login(giang)
    cost("/cham-thi/")
    home = cost("/cham-thi/")
    client.force_login(em)
    cost(URL)
    page = cost(URL)
    for n in range(2):
        other = announced(em, now, slug=f"thi-{n}", title=f"Thi {n}")
        judge(other, giang, em)
        panel.invite(contest, told(email=f"j{n}@example.vn"), by=em, at=now)
    assert cost(URL) == page
    client.force_login(giang)
    cost("/cham-thi/")
    assert cost("/cham-thi/") == home


def test_the_demonstrations_panel_hangs_on_its_contest(em, an, giang, ha, khoa, lan, contest, now):
    cast = {"em": em, "giang": giang, "nam": ha, "linh": lan, "khoa": khoa}
    demo_panel.judges(cast, now + 3 * 24 * HOUR)
    assert Judge.objects.count() == 0  # a real contest is left alone
    type(contest).objects.update(is_sample=True)
    entered(contest, an)
    demo_panel.judges(cast, now + 3 * 24 * HOUR)
    assert contest.judges.filter(status="accepted").count() == 4
    assert ScoreSheet.objects.count() == 4  # three that count, one for training
