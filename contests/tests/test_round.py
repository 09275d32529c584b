"""The panel's page: who opens it, what it says, the lock by two, decisions against the rule."""

from fractions import Fraction

import pytest

from contests import insight, ranking, results
from contests.models import Conflict, Override, Prize, Round, ScoreSheet, Standing
from contests.tests.cast import announced, entered, judge, judging, scored
from contests.workflow import ROUNDS
from core.models import Event, OutboxMessage
from core.words import Refused

URL = "/cuoc-thi/khoi-nghiep/vong/so-khao/"
R = Round.Status


@pytest.fixture
def town(an, em, giang, ha, khoa, now):
    """The first round being judged: Giang chairs, Hà and Khoa judge; three entries."""
    contest = announced(em, now)
    panel = [
        judge(contest, giang, em, is_chair=True),
        judge(contest, ha, em),
        judge(contest, khoa, em),
    ]
    found = judging(contest.rounds.get(code="so-khao"))
    entries = [entered(contest, an, title) for title in ("Tủ sấy", "Muối sạch", "Chả cá")]
    for entry, points in zip(entries, (8, 6, 3), strict=True):
        for by in panel:
            scored(found, entry, by, points, now)
    return found, entries, panel


def fresh(found):
    return Round.objects.get(pk=found.pk)


def locked(found, giang, em, now):
    ROUNDS.advance(found, "ask_lock", by=giang, at=now)
    ROUNDS.advance(found, "lock", by=em, at=now)
    return fresh(found)


# -- Who opens it --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("giang", 200), ("em", 200), ("binh", 200), ("ha", 403), ("khoa", 403), ("an", 403),
        ("dung", 403), ("lan", 403), (None, 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", ["judging", "locked", "published"])
def test_only_the_panels_chair_and_the_organisers(client, request, town, who, status, state):
    Round.objects.filter(pk=town[0].pk).update(status=state)
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(URL).status_code == status


def test_an_unknown_round_is_not_there(client, em, town):
    client.force_login(em)
    assert client.get("/cuoc-thi/khoi-nghiep/vong/khong-co/").status_code == 404
    assert client.get("/cuoc-thi/khong-co/vong/so-khao/").status_code == 404


def test_it_shows_the_result_by_the_rule(client, giang, town):
    client.force_login(giang)
    answer = client.get(URL)
    told = [(r.line.entry.title, r.line.rank, r.line.kept, r.line.advances, r.spread)
            for r in answer.context["rows"]]  # fmt: skip
    assert told == [
        ("Tủ sấy", 1, 80, True, 0), ("Muối sạch", 2, 60, True, 0), ("Chả cá", 3, 30, False, 0)
    ]  # fmt: skip
    assert "Điểm thấp hơn mức 50.00." in answer.content.decode()


def test_the_page_costs_the_same_for_many_entries(client, giang, an, town, now,
                                                  django_assert_max_num_queries):  # fmt: skip
    client.force_login(giang)
    found, _entries, panel = town
    Round.objects.filter(pk=found.pk).update(advance_top=1)

    def more(count):
        for number in range(count):
            scored(found, entered(found.contest, an, f"Bài {number}"), panel[0], 7, now)

    more(2)  # that stand together: what breaks ties is asked for all at once
    client.get(URL)
    with django_assert_max_num_queries(45) as before:
        client.get(URL)
    more(12)
    with django_assert_max_num_queries(len(before)):
        client.get(URL)


def test_who_stepped_back_from_an_entry_sees_none_of_its_scores(client, giang, em, town, now):
    _found, entries, panel = town
    Conflict.objects.create(
        judge=panel[0], entry=entries[0], source="declared", reason="Họ hàng", by=giang, at=now
    )
    client.force_login(giang)
    answer = client.get(URL)
    rows = {row.line.entry.title: row for row in answer.context["rows"]}
    assert (rows["Tủ sấy"].closed, rows["Tủ sấy"].ways) == (True, [])
    assert "80,00" not in answer.content.decode()
    assert "Bạn có liên quan đến bài này" in answer.content.decode()
    assert client.get(f"{URL}khac-quy-tac/{entries[0].key}/").status_code == 404
    client.force_login(em)
    assert "80,00" in client.get(URL).content.decode()


def test_an_organisers_own_entry_is_closed_to_them(client, em, town, now):
    found, _entries, panel = town
    scored(found, entered(found.contest, em, "Bài của Em"), panel[0], "9.5", now)
    client.force_login(em)
    assert "95,00" not in client.get(URL).content.decode()


# -- Strict judges, and what if -------------------------------------------------------
def test_strictness_is_the_mean_distance_from_the_others_on_shared_entries():
    # A gives 10 more than B on entry 1, and as much as C on entry 2; C is alone on entry 3.
    rows = [(1, 1, 60), (1, 2, 50), (2, 1, 40), (2, 3, 40), (3, 3, 90)]
    leans = insight.leanings(rows)
    assert {j: (lean.parts, lean.entries) for j, lean in leans.items()} == {
        1: (Fraction(5), 2), 2: (Fraction(-10), 1), 3: (Fraction(0), 1)
    }  # fmt: skip
    finer, fair = insight.corrected(rows, leans)
    means = {entry: Fraction(parts, finer * over) for entry, (parts, over) in fair.items()}
    assert means == {1: Fraction(115, 2), 2: Fraction(75, 2), 3: 90}


def test_what_ifs_stand_beside_the_result_and_do_not_change_it(town, now):
    found, entries, panel = town
    sheet = ScoreSheet.objects.get(entry=entries[1], judge=panel[0])
    sheet.scores.update(points=0)
    ScoreSheet.objects.filter(pk=sheet.pk).update(total=0, has_zero=True)
    lines = ranking.places(fresh(found))
    ifs = insight.what_ifs(fresh(found), lines, ranking.sheet_parts(fresh(found)))
    of = {way: ifs[way][entries[1].pk].score for way in ifs}
    assert of["mean"] == 40
    assert of["median"] == of["trimmed"] == 60
    assert [x.score for x in lines] == [80, 40, 30]


def test_the_page_says_whether_one_point_would_change_who_advances(client, em, town, now):
    _found, entries, _panel = town
    client.force_login(em)
    assert client.get(URL).context["firm"] == []
    for sheet in ScoreSheet.objects.filter(entry=entries[1]):
        sheet.scores.update(points=5)
    ScoreSheet.objects.filter(entry=entries[1]).update(total=50)
    told = client.get(URL).context["firm"]
    assert len(told) == 1
    assert "bớt 1 điểm" in told[0]
    assert told[0].endswith("“Muối sạch” (DT-2026-0002) không vào tiếp nữa.")


# -- The lock ------------------------------------------------------------------------
def test_the_chair_asks_and_another_agrees(client, giang, em, town):
    found = town[0]
    client.force_login(giang)
    client.post(f"{URL}buoc/ask_lock/")
    assert fresh(found).status == R.LOCKING
    assert client.post(f"{URL}buoc/lock/").status_code == 403
    client.force_login(em)
    client.post(f"{URL}buoc/lock/")
    assert fresh(found).status == R.LOCKED
    assert list(Standing.objects.order_by("rank").values_list("entry__title", "rank", "score")) == [
        ("Tủ sấy", 1, 80), ("Muối sạch", 2, 60), ("Chả cá", 3, 30)
    ]  # fmt: skip


def test_a_chair_who_also_organises_cannot_do_both(client, em, giang, town, now):
    found, _entries, panel = town
    panel[0].user = em
    panel[0].save()
    ROUNDS.advance(found, "ask_lock", by=em, at=now)
    client.force_login(em)
    assert client.post(f"{URL}buoc/lock/").status_code == 403
    assert fresh(found).status == R.LOCKING


def test_a_lock_that_leaves_sheets_out_says_why(client, giang, em, an, town, now):
    found, _entries, panel = town
    entry = entered(found.contest, an, "Chưa chấm")
    ScoreSheet.objects.create(round=found, entry=entry, judge=panel[1])
    client.force_login(giang)
    page = client.get(URL)
    lacking = "Còn thiếu: 1 phiếu chưa nộp hoặc chưa kiểm, 1 bài chưa có phiếu nào tính điểm."
    assert page.context["lacking"] == lacking
    answer = client.post(f"{URL}buoc/ask_lock/", follow=True)
    assert "Ghi lý do vẫn khóa điểm." in answer.content.decode()
    assert fresh(found).status == R.JUDGING
    client.post(f"{URL}buoc/ask_lock/", {"note": "Giám khảo ốm."})
    event = Event.objects.get(kind="round.ask_lock")
    assert (event.note, event.data) == ("Giám khảo ốm.", {"missing": lacking})


def test_reopening_needs_both_and_two_reasons(client, giang, em, town, now):
    found = locked(town[0], giang, em, now)
    client.force_login(giang)
    client.post(f"{URL}buoc/ask_reopen/")
    assert fresh(found).status == R.LOCKED
    client.post(f"{URL}buoc/ask_reopen/", {"note": "Nhập nhầm phiếu giấy."})
    assert fresh(found).status == R.REOPENING
    assert client.post(f"{URL}buoc/reopen/", {"note": "x"}).status_code == 403
    client.force_login(em)
    client.post(f"{URL}buoc/reopen/", {"note": "Đã xem phiếu."})
    found = fresh(found)
    assert (found.status, found.locked_by, found.asked_by) == (R.JUDGING, None, None)


def test_the_lock_believes_the_scores_only(giang, em, town, now):
    """A kept total that somebody changed in the database does not reach the standings."""
    found = town[0]
    ScoreSheet.objects.filter(entry=town[1][2]).update(total=99)
    locked(found, giang, em, now)
    assert Standing.objects.get(entry=town[1][2]).score == 30


# -- Against the rule ----------------------------------------------------------------
def test_the_chair_decides_against_the_rule_with_a_reason(client, giang, town):
    found, entries, _panel = town
    url = f"{URL}khac-quy-tac/{entries[2].key}/"
    client.force_login(giang)
    assert client.get(url).status_code == 200
    answer = client.post(url, {"decision": "in", "reason": " "})
    assert answer.status_code == 422
    assert "Ghi lý do" in answer.content.decode()
    for _press in range(2):
        assert client.post(url, {"decision": "in", "reason": "Sáng tạo."}).status_code == 302
    made = Override.objects.get()
    assert (made.entry, made.advances, made.reason, made.by) == (
        entries[2], True, "Sáng tạo.", giang
    )  # fmt: skip
    assert [x.advances for x in ranking.places(fresh(found))] == [True, True, True]
    client.post(f"{url}bo/")
    assert not Override.objects.exists()
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["round.override", "round.override", "round.drop_override"]


def test_what_the_rule_already_says_is_no_decision_against_it(client, giang, town):
    client.force_login(giang)
    url = f"{URL}khac-quy-tac/{town[1][0].key}/"
    assert client.post(url, {"decision": "in", "reason": "Hay."}).status_code == 422
    assert not Override.objects.exists()


@pytest.mark.parametrize("who", ["em", "ha", "an"])
def test_nobody_else_decides_against_the_rule(client, request, town, who):
    client.force_login(request.getfixturevalue(who))
    url = f"{URL}khac-quy-tac/{town[1][2].key}/"
    assert client.post(url, {"decision": "in", "reason": "Hay."}).status_code == 403


@pytest.mark.parametrize("state", ["locking", "locked", "reopening", "published"])
def test_not_once_the_lock_is_asked_for(giang, town, now, state):
    found, entries, _panel = town
    Round.objects.filter(pk=found.pk).update(status=state)
    with pytest.raises(Refused, match="mở lại điểm"):
        results.override(found, entries[2], advances=True, reason="Hay.", by=giang, at=now)


def test_more_than_the_top_advance_where_the_last_stand_together(client, em, town, now):
    found, entries, _panel = town
    Round.objects.filter(pk=found.pk).update(advance_top=1)
    for sheet in ScoreSheet.objects.filter(entry=entries[1]):
        sheet.scores.update(points=8)
    ScoreSheet.objects.filter(entry=entries[1]).update(total=80)
    client.force_login(em)
    assert client.get(URL).context["crowded"] == [
        "Bảng Ý tưởng: 2 bài vào tiếp vì có bài cùng hạng 1."
    ]  # fmt: skip


# -- Publishing ----------------------------------------------------------------------
def test_entrants_are_told_kindly_when_it_is_published(client, giang, em, town, now):
    found = locked(town[0], giang, em, now)
    assert not OutboxMessage.objects.exists()
    client.force_login(em)
    client.post(f"{URL}buoc/publish/")
    assert fresh(found).status == R.PUBLISHED
    letters = OutboxMessage.objects.order_by("pk")
    assert [(x.event.kind, x.to) for x in letters] == [
        ("entry.advance", "an@example.vn"), ("entry.advance", "an@example.vn"),
        ("entry.stop", "an@example.vn"),
    ]  # fmt: skip
    assert "/cuoc-thi/khoi-nghiep/ket-qua/" in letters[0].body
    client.post(f"{URL}buoc/publish/")
    assert OutboxMessage.objects.count() == 3


@pytest.fixture
def final(an, em, giang, now):
    """The last round, five entries on two boards, judged by Giang alone."""
    contest = announced(em, now)
    chair = judge(contest, giang, em, is_chair=True)
    contest.rounds.exclude(code="chung-ket").delete()
    found = judging(contest.rounds.get(code="chung-ket"))
    entries = [
        entered(contest, an, title, board=board)
        for title, board in [
            ("A", "y-tuong"), ("B", "y-tuong"), ("C", "y-tuong"), ("D", "du-an"), ("E", "du-an")
        ]
    ]  # fmt: skip
    for entry, points in zip(entries, (9, 7, 7, 8, 5), strict=True):
        scored(found, entry, chair, points, now)
    return found, entries


def prizes_of(found):
    rows = Standing.objects.filter(round=found).order_by("entry__title")
    return [(s.entry.title, s.prize.name if s.prize else None) for s in rows]


def test_prizes_over_all_boards_go_by_score(final, giang, em, now):
    """One first, two seconds, three thirds: A; D and one of B, C. B and C stand together."""
    found = locked(final[0], giang, em, now)
    assert prizes_of(found) == [
        ("A", "Giải nhất"), ("B", None), ("C", None), ("D", "Giải nhì"), ("E", "Giải ba"),
    ]  # fmt: skip
    assert results.cannot_publish(found) == "Còn bài đồng hạng chưa xếp giải."


def test_the_chair_decides_where_entries_stand_together(client, final, giang, em, now):
    found, (_a, b, c, _d, _e) = locked(final[0], giang, em, now), final[1]
    url = f"/cuoc-thi/khoi-nghiep/vong/{found.code}/giai/"
    second, third = (Prize.objects.get(name=name) for name in ("Giải nhì", "Giải ba"))
    client.force_login(em)
    assert client.get(url).status_code == 403
    client.post(f"/cuoc-thi/khoi-nghiep/vong/{found.code}/buoc/publish/")
    assert fresh(found).status == R.LOCKED
    client.force_login(giang)
    assert client.get(url).status_code == 200
    both = {f"bai-{b.pk}": second.pk, f"bai-{c.pk}": second.pk, "reason": "Hay."}
    assert client.post(url, both).status_code == 422
    told = {**both, f"bai-{c.pk}": third.pk}
    assert client.post(url, {**told, "reason": ""}).status_code == 422
    assert client.post(url, told).status_code == 302
    assert prizes_of(found) == [
        ("A", "Giải nhất"), ("B", "Giải nhì"), ("C", "Giải ba"), ("D", "Giải nhì"),
        ("E", "Giải ba"),
    ]  # fmt: skip
    assert client.post(url, told).status_code == 302  # nothing waits any more
    assert Event.objects.filter(kind="round.prize").count() == 1


def test_prizes_of_a_board_go_by_its_ranks(final, giang, em, now):
    found = final[0]
    Prize.objects.all().delete()
    for board in found.contest.boards.all():
        Prize.objects.create(contest=found.contest, board=board, name="Nhất", rank=1)
        Prize.objects.create(contest=found.contest, board=board, name="Ba", rank=3, count=2)
    found = locked(found, giang, em, now)
    assert prizes_of(found) == [
        ("A", "Nhất"), ("B", "Ba"), ("C", "Ba"), ("D", "Nhất"), ("E", "Ba")
    ]  # fmt: skip


def test_published_prizes_become_history_without_names(client, final, giang, em, now):
    found = final[0]
    Prize.objects.exclude(rank=1).delete()
    found = locked(found, giang, em, now)
    ROUNDS.advance(found, "publish", by=em, at=now)
    page = client.get("/cuoc-thi/").content.decode()
    assert "Giải nhất" in page
    assert "Khởi nghiệp Đức Phổ" in page
    assert "Nguyễn Thị An" not in page
    letters = {m.event.subject.title: m.event.kind for m in OutboxMessage.objects.all()}
    assert letters == {"A": "entry.prize"} | dict.fromkeys("BCDE", "entry.finish")


def test_hostile_sendings_get_a_sentence(client, giang, em, town):
    client.force_login(giang)
    url = f"{URL}khac-quy-tac/{town[1][2].key}/"
    for told in ({}, {"decision": "x", "reason": "\0"}, {"decision": ["in", "out"]}):
        assert client.post(url, told).status_code == 422
    assert client.get(f"{URL}?trang=abc").status_code == 200
    assert client.get(f"{URL}?trang=-1").status_code == 200
    assert client.get(f"{URL}buoc/lock/").status_code == 405
    assert client.post(f"{URL}buoc/khong-co/").status_code == 404
