"""Sharing out the sheets of a round: the page, the journal, what stays and what is missing."""

from collections import Counter

import pytest

from conftest import person
from contests import assigning
from contests.models import Board, Conflict, Judge, Round, Score, ScoreSheet
from contests.tests.cast import announced, entered, judge, judging
from core.models import Event, Job
from core.words import Refused

URL = "/cuoc-thi/khoi-nghiep/vong/so-khao/phan-cong/"


@pytest.fixture
def contest(em, now):
    return announced(em, now)


@pytest.fixture
def found(contest):
    return Round.objects.get(contest=contest, code="so-khao")


def jury(contest, em, count, **told):
    people = [person(f"Giám Khảo {n}", f"gk{n}@example.vn") for n in range(count)]
    return [judge(contest, user, em, **told) for user in people]


def each(found, count):
    Round.objects.filter(pk=found.pk).update(judges_per_entry=count)
    found.refresh_from_db()


def table(found):
    return set(found.sheets.values_list("entry", "judge"))


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("em", 200, 302), ("binh", 200, 302), ("khoa", 200, 403), ("an", 403, 403),
        ("giang", 403, 403),
    ],
)  # fmt: skip
def test_who_reads_and_who_shares_out(client, request, contest, found, who, read, write):
    client.force_login(request.getfixturevalue(who))
    assert client.get(URL).status_code == read
    assert client.post(URL).status_code == write


def test_every_entry_gets_its_judges_evenly(em, an, contest, found, now):
    for n in range(7):
        entered(contest, an, f"Bài {n}")
    jury(contest, em, 5)
    done = assigning.assign(found, by=em, at=now)
    assert (done.added, done.removed, done.lacking) == (21, 0, [])
    per_judge = Counter(judge for _entry, judge in table(found))
    assert sorted(per_judge.values()) == [4, 4, 4, 4, 5]
    event = Event.objects.get(kind="round.assign")
    assert (event.actor, len(event.data["added"])) == (em, 21)


def test_again_nothing_changes_and_nothing_is_journalled(client, em, an, contest, found):
    for n in range(4):
        entered(contest, an, f"Bài {n}")
    jury(contest, em, 4)
    client.force_login(em)
    client.post(URL)
    before = set(found.sheets.values_list("pk"))
    client.post(URL)
    assert set(found.sheets.values_list("pk")) == before
    assert Event.objects.filter(kind="round.assign").count() == 1
    page = client.get(URL)
    assert page.context["seed"] == Event.objects.get(kind="round.assign").data["seed"]
    assert str(page.context["seed"]) in page.content.decode()


def test_the_same_seed_gives_the_same_table(em, an, contest, found, now):
    for n in range(6):
        entered(contest, an, f"Bài {n}")
    jury(contest, em, 4)
    assigning.assign(found, by=em, at=now, seed=7)
    first = table(found)
    found.sheets.all().delete()
    assigning.assign(found, by=em, at=now)  # the first seed holds
    assert table(found) == first


def test_what_is_begun_stays_and_only_the_rest_moves(em, an, contest, found, now):
    each(found, 1)
    for n in range(6):
        entered(contest, an, f"Bài {n}")
    (one,) = jury(contest, em, 1)
    assigning.assign(found, by=em, at=now)
    found = judging(found)
    begun = list(found.sheets.order_by("pk")[:3])
    for sheet in begun:
        Score.objects.create(sheet=sheet, criterion=found.criterion_list[0], points=1, saved_at=now)
    two = judge(contest, person("Người Mới", "moi@example.vn"), em)
    assigning.assign(found, by=em, at=now)
    assert set(ScoreSheet.objects.filter(judge=one)) == set(begun)
    assert two.sheets.count() == 3


def test_ones_own_entry_conflicts_boards_and_capacity_hold(em, an, giang, ha, contest, found, now):
    each(found, 1)
    own = entered(contest, giang, "Bài của giám khảo")
    near = entered(contest, an, "Bài của người quen")
    other = entered(contest, an, "Bài dự án", board="du-an")
    one = judge(contest, giang, em)
    one.boards.set([Board.objects.get(contest=contest, code="y-tuong")])
    Conflict.objects.create(judge=one, entry=near, source="organiser", reason="Quen", by=em, at=now)
    two = judge(contest, ha, em, capacity=1)
    done = assigning.assign(found, by=em, at=now)
    assert table(found) <= {(own.pk, two.pk), (near.pk, two.pk), (other.pk, two.pk)}
    assert found.sheets.count() == 1
    assert sum("còn thiếu" in sentence for sentence in done.lacking) == 2


def test_it_says_how_many_are_missing(em, an, contest, found, now):
    entered(contest, an)
    jury(contest, em, 1)
    assert assigning.assign(found, by=em, at=now).lacking == [
        "Bảng Ý tưởng còn thiếu 2 lượt chấm: cần mời thêm 2 giám khảo."
    ]


def test_it_says_when_everybody_is_full(em, an, contest, found, now):
    for n in range(2):
        entered(contest, an, f"Bài {n}")
    jury(contest, em, 3, capacity=1)
    assert assigning.assign(found, by=em, at=now).lacking == [
        (
            "Bảng Ý tưởng còn thiếu 3 lượt chấm: 3 giám khảo của bảng đều đã nhận đủ số bài. "
            "Mời thêm người, hoặc tăng số bài mỗi người nhận."
        )
    ]


def test_a_trainee_gets_sheets_that_are_nobodys_place(em, an, contest, found, now):
    each(found, 1)
    entered(contest, an)
    (one,) = jury(contest, em, 1)
    shadow = judge(contest, person("Tập Sự", "ts@example.vn"), em, is_shadow=True)
    assert assigning.assign(found, by=em, at=now).lacking == []
    assert {judge for _entry, judge in table(found)} == {one.pk, shadow.pk}


def test_a_locked_round_is_not_shared_out(em, an, contest, found, now):
    entered(contest, an)
    jury(contest, em, 3)
    Round.objects.filter(pk=found.pk).update(status="locking", asked_by=em, asked_at=now)
    with pytest.raises(Refused):
        assigning.assign(found, by=em, at=now)
    assert found.sheets.count() == 0


def test_a_withdrawn_entry_loses_the_sheets_that_nobody_touched(em, an, contest, found, now):
    entry = entered(contest, an)
    jury(contest, em, 3)
    assigning.assign(found, by=em, at=now)
    type(entry).objects.filter(pk=entry.pk).update(status="withdrawn")
    assert assigning.assign(found, by=em, at=now).removed == 3


# -- By hand ----------------------------------------------------------------------------
def test_one_sheet_is_moved_by_hand_and_stays_moved(client, em, an, contest, found):
    each(found, 1)
    for n in range(3):
        entered(contest, an, f"Bài {n}")
    jury(contest, em, 3)
    client.force_login(em)
    client.post(URL)
    sheet = found.sheets.order_by("pk").first()
    other = Judge.objects.exclude(pk=sheet.judge_id).order_by("pk").first()
    told = {"entry": sheet.entry_id, "one": sheet.judge_id, "other": other.pk}
    for _press in range(2):
        client.post(URL + "chuyen/", told)
    assert found.sheets.get(entry=sheet.entry_id).judge == other
    assert Event.objects.filter(kind="round.assign", data__by_hand=True).count() == 1


@pytest.mark.parametrize("told", [{}, {"entry": "x", "one": "1", "other": "2"}, {"entry": "²"}])
def test_nonsense_moves_nothing(client, em, contest, found, told):
    client.force_login(em)
    assert client.post(URL + "chuyen/", told).status_code == 302
    assert found.sheets.count() == 0


def test_a_begun_sheet_or_a_conflict_is_not_moved(em, an, contest, found, now):
    each(found, 1)
    entry = entered(contest, an)
    one, two = jury(contest, em, 2)
    assigning.assign(found, by=em, at=now)
    sheet = found.sheets.get()
    other = two if sheet.judge == one else one
    told = {"entry": entry.pk, "one": sheet.judge_id, "other": other.pk, "by": em, "at": now}
    conflict = Conflict.objects.create(
        judge=other, entry=entry, source="organiser", reason="Quen", by=em, at=now
    )
    with pytest.raises(Refused):
        assigning.move(found, **told)
    conflict.delete()
    ScoreSheet.objects.update(status="started")
    with pytest.raises(Refused):
        assigning.move(found, **told)
    assert found.sheets.get().judge_id == sheet.judge_id


# -- Size -----------------------------------------------------------------------------------
def test_the_page_costs_the_same_for_one_and_twenty(
    client, em, an, contest, found, django_assert_max_num_queries
):
    def cost():
        with django_assert_max_num_queries(99) as asked:
            assert client.get(URL).status_code == 200
        return len(asked)

    entered(contest, an)
    jury(contest, em, 3)
    client.force_login(em)
    client.post(URL)
    cost()
    few = cost()
    for n in range(20):
        entered(contest, an, f"Bài {n}")
    client.post(URL)
    cost()
    assert cost() == few


def test_a_large_round_is_shared_out_by_a_job(
    client, em, an, contest, found, monkeypatch, django_capture_on_commit_callbacks
):
    entered(contest, an)
    jury(contest, em, 3)
    monkeypatch.setattr(assigning, "AT_ONCE", 2)
    client.force_login(em)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(URL)
    assert Job.objects.get().result["added"] == 3
    assert found.sheets.count() == 3
