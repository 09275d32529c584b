"""The officials' desk: queue, answers, release."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conftest import person
from core.models import Event, Holiday, OutboxMessage
from core.periods import start_of
from projects import desk
from projects.models import Venture
from projects.tests.desk_cast import idea, project
from projects.workflow import VENTURES

S = Venture.Status


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def sent(an, now):
    return idea(an, now)


def step_url(venture, step):
    return reverse("projects:idea_step", args=[venture.code_as("YT"), step])


def text(answer):
    return answer.content.decode()


def shown(answer):
    return [item["venture"].code for item in answer.context["items"]]


def promise(venture, day):
    Venture.objects.filter(pk=venture.pk).update(promised_on=day)


def letters():
    return OutboxMessage.objects.filter(event__kind="venture.release").count()


# -- The queue ----------------------------------------------------------------
def test_the_queue_is_sorted_by_what_is_left_of_the_promise(client, an, binh, now):
    today = timezone.localdate(now)
    late, soon, far = (idea(an, now, title=title) for title in ("Một", "Hai", "Ba"))
    promise(late, today - timedelta(days=30))
    promise(soon, today)
    promise(far, today + timedelta(days=60))
    client.force_login(binh)
    answer = client.get("/y-tuong/")
    assert shown(answer) == [late.code, soon.code, far.code]
    assert [item["due"].kind for item in answer.context["items"]] == ["late", "soon", "in"]


def test_the_drawers_count_and_filter(client, an, binh, now):
    today = timezone.localdate(now)
    mine, late, decided, returned = (idea(an, now, title=t) for t in ("Một", "Hai", "Ba", "Bốn"))
    VENTURES.advance(mine, "screen", by=binh, at=now)
    promise(late, today - timedelta(days=30))
    VENTURES.advance(decided, "accept", by=person("Hoa", "hoa@example.vn", "official"), at=now)
    VENTURES.advance(
        returned, "return", by=binh, at=now, note="Viết rõ.", data={"fields": ["title"]}
    )
    VENTURES.advance(returned, "release", by=binh, at=now)
    client.force_login(binh)
    expected = {
        "": {mine.code, late.code, decided.code},
        "cua-toi": {mine.code},
        "qua-han": {late.code},
        "sap-han": set(),
        "cho-bo-sung": {returned.code},
        "cho-phat-hanh": {decided.code},
    }
    for drawer, codes in expected.items():
        answer = client.get("/y-tuong/", {"loc": drawer})
        assert set(shown(answer)) == codes, drawer
        numbers = {name: number for name, _label, number in answer.context["drawers"]}
        assert numbers[drawer] == len(codes), drawer
    answer = client.get("/y-tuong/", {"loc": "cho-bo-sung"})
    assert answer.context["items"][0]["due"].words == "Tạm dừng"


def test_a_long_queue_is_counted_once_a_minute_but_not_ones_own_steps(
    client, an, binh, now, monkeypatch
):
    monkeypatch.setattr(desk, "MANY", 1)
    one, _two = idea(an, now, title="Một"), idea(an, now, title="Hai")
    client.force_login(binh)

    def numbers():
        drawers = client.get("/y-tuong/").context["drawers"]
        return {name: number for name, _label, number in drawers if number is not None}

    before = numbers()
    assert (before[""], before["cua-toi"], before["cho-phat-hanh"]) == (2, 0, 0)
    VENTURES.advance(one, "accept", by=binh, at=now)
    idea(an, now, title="Ba")
    after = numbers()
    assert (after[""], after["cua-toi"], after["cho-phat-hanh"]) == (2, 1, 1)
    cache.clear()
    assert numbers()[""] == 3


def test_search_finds_without_marks_and_by_code(client, an, binh, sent, now):
    other = idea(an, now, title="Bản đồ chợ phiên", summary="Chợ quê.")
    client.force_login(binh)
    assert shown(client.get("/y-tuong/", {"q": "tu say ca com"})) == [sent.code]
    assert shown(client.get("/y-tuong/", {"q": other.code.lower()})) == [other.code]
    assert shown(client.get("/y-tuong/", {"q": "không có đâu"})) == []


def test_an_official_does_not_meet_her_own_idea_in_the_queue(client, binh, now):
    own = idea(binh, now)
    client.force_login(binh)
    assert shown(client.get("/y-tuong/", {"mo": own.code})) == []
    assert client.get("/y-tuong/phat-hanh/").context["items"] == []
    refused = client.post(step_url(own, "accept"))
    assert refused.status_code == 403
    assert "không phải hồ sơ của mình" in text(refused)


def test_the_opened_idea_lies_beside_the_list(client, an, binh, sent, now):
    alike = idea(person("Cúc", "cuc@example.vn"), now, title="Tủ sấy rong biển")
    client.force_login(binh)
    answer = client.get("/y-tuong/", {"mo": sent.code})
    assert answer.context["opened"] == sent
    assert [(v, shared) for v, shared in answer.context["similar"]] == [(alike, "tu, say")]
    assert step_url(sent, "accept") in text(answer)


@pytest.mark.parametrize("rows", [1, 50])
def test_the_queue_costs_the_same_for_one_row_and_fifty(
    client, an, binh, now, rows, django_assert_num_queries
):
    codes = [idea(an, now, title=f"Ý tưởng {n}").code for n in range(rows)]
    client.force_login(binh)
    client.get("/y-tuong/")  # what is kept for half a minute
    with django_assert_num_queries(8):
        client.get("/y-tuong/")
    # PostgreSQL is asked first whether it measures likeness itself.
    with django_assert_num_queries(15 + (connection.vendor == "postgresql")):
        client.get("/y-tuong/", {"mo": codes[0]})


def test_a_supervisor_reads_the_queue_and_has_no_buttons(client, khoa, sent):
    client.force_login(khoa)
    answer = client.get("/y-tuong/", {"mo": sent.code})
    assert shown(answer) == [sent.code]
    assert answer.context["steps"] == {}


@pytest.mark.parametrize(
    "query",
    [
        {"mo": "YT-9999-1"},
        {"mo": "' OR 1=1"},
        {"loc": "<script>"},
        {"q": "a b'\"--%_"},
        {"q": "\ud800"},
        {"q": "x" * 5000},
        {"trang": "-1"},
        {"trang": "9" * 40},
        {"q": "YT-2026-9999999999"},
        {"mo": "YT-2026-999999"},
    ],
)
def test_hostile_queries_are_only_queries(client, binh, sent, query):
    client.force_login(binh)
    query = {k: v.encode("utf-8", "surrogatepass") for k, v in query.items()}
    assert client.get("/y-tuong/", query).status_code == 200
    assert client.get("/y-tuong/", {"q": "\0"}).status_code == 400


# -- The time left ------------------------------------------------------------
@pytest.mark.parametrize(
    ("promised", "kind", "words"),
    [
        (date(2026, 11, 18), "late", "Quá hạn 2 ngày"),
        (date(2026, 11, 20), "soon", "Hạn hôm nay"),
        (date(2026, 11, 23), "soon", "Còn 1 ngày"),
        (date(2026, 11, 25), "soon", "Còn 2 ngày"),  # the 24th is off
        (date(2026, 11, 26), "in", "Còn 3 ngày"),
    ],
)
def test_what_is_left_is_told_in_working_days(promised, kind, words):
    venture = Venture(status=S.SUBMITTED, promised_on=promised)
    found = desk.due(venture, date(2026, 11, 20), {date(2026, 11, 24)})
    assert (found.kind, found.words) == (kind, words)


def test_a_promise_missed_over_a_weekend_is_late():
    venture = Venture(status=S.SUBMITTED, promised_on=date(2026, 11, 20))
    assert desk.due(venture, date(2026, 11, 21), set()).kind == "late"


def test_two_days_are_working_days(an, binh, now):
    friday = date(2026, 11, 20)
    Holiday.objects.create(day=date(2026, 11, 23), name="Nghỉ bù")
    tuesday, thursday = (idea(an, start_of(friday), title=t) for t in ("Một", "Hai"))
    promise(tuesday, date(2026, 11, 24))
    promise(thursday, date(2026, 11, 26))
    drawers = desk.drawers(binh, friday, desk.holidays_around(friday))
    found = desk.desk_of(binh, friday).filter(drawers["sap-han"])
    assert [v.pk for v in found] == [tuesday.pk]


# -- One idea -----------------------------------------------------------------
def test_the_page_of_an_idea_tells_all_to_an_official(client, an, binh, sent):
    client.force_login(binh)
    page = text(client.get(f"/y-tuong/{sent.code}/"))
    for words in (sent.title, sent.problem, sent.solution, an.email, "Điều kiện", "Gửi ý tưởng"):
        assert words in page


def test_checks_say_what_is_missing(client, an, binh, now):
    bare = idea(an, now, unit=None)
    Venture.objects.filter(pk=bare.pk).update(problem="")
    twin = idea(an, now, title="Khác hẳn")
    client.force_login(binh)
    found = client.get(f"/y-tuong/{bare.code}/").context["checks"]
    assert [check.state for check in found] == ["ask", "ask", "ask"]
    assert found[1].note == "vấn đề"
    assert found[2].words == "Người gửi có hồ sơ khác"
    assert twin.title in text(client.get(f"/y-tuong/{bare.code}/"))


def test_titles_that_share_words_are_similar_most_alike_first(an, lan, now):
    one = idea(an, now, title="Tủ sấy cá cơm bằng nắng")
    near = idea(lan, now, title="Tủ sấy cá cơm gia đình")
    far = idea(lan, now, title="Tủ sấy rong biển")
    idea(lan, now, title="Bản đồ du lịch")
    binh = person("Bình", "b@example.vn", "official")
    found = desk.neighbours(one, binh, timezone.localdate(now))
    assert [v.pk for v, _words in found.similar] == [near.pk, far.pk]
    assert desk.neighbours(one, lan, timezone.localdate(now)).same_person == []


def test_a_stranger_sees_no_idea_and_an_owner_no_desk(client, an, lan, khoa, sent):
    for who, status in ((lan, 404), (an, 403), (khoa, 403)):
        client.force_login(who)
        for step in ("accept", "return", "decline", "screen", "release"):
            assert client.post(step_url(sent, step)).status_code == status, (who, step)
    client.logout()
    assert client.post(step_url(sent, "accept")).status_code == 404
    sent.refresh_from_db()
    assert sent.status == S.SUBMITTED


def test_a_step_that_is_none_is_not_found(client, binh, sent):
    client.force_login(binh)
    assert client.post(step_url(sent, "publish")).status_code == 404
    assert client.get(step_url(sent, "accept")).status_code == 405
    assert client.post("/y-tuong/khong-phai-ma/buoc/accept/").status_code == 404


# -- Answers ------------------------------------------------------------------
def test_accepted_waits_and_tells_nobody(client, an, binh, sent):
    mail.outbox.clear()
    client.force_login(binh)
    answer = client.post(step_url(sent, "accept"), {"note": "Làm tốt.\0"}, follow=True)
    assert "Chờ phát hành" in text(answer)
    sent.refresh_from_db()
    assert (sent.status, sent.decision_note, sent.screener) == (S.ACCEPTING, "Làm tốt.", binh)
    assert letters() == 0
    assert sent.founder_status == "Đang xem"


def test_released_it_is_a_project_of_the_same_number_and_one_letter_goes(
    client, an, binh, sent, django_capture_on_commit_callbacks
):
    VENTURES.advance(sent, "accept", by=binh, at=timezone.now())
    client.force_login(binh)
    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(step_url(sent, "release"))
        again = client.post(step_url(sent, "release"), follow=True)
    assert first.status_code == 302
    assert "không làm được việc này" in text(again)
    sent.refresh_from_db()
    assert (sent.status, sent.level, sent.code[2:]) == (
        S.ACCEPTED,
        "project",
        sent.code_as("YT")[2:],
    )
    assert sent.recognitions.count() == 1
    assert letters() == 1
    assert [m.to for m in mail.outbox if "Trả lời" in m.subject or sent.code in m.subject] != []


def test_returning_asks_for_the_parts_and_a_sentence(client, binh, sent):
    client.force_login(binh)
    assert client.get(step_url(sent, "return")).status_code == 200
    for posted in ({}, {"fields_to_mend": ["title"]}, {"note": "Viết rõ."},
                   {"fields_to_mend": ["status"], "note": "x"}):  # fmt: skip
        answer = client.post(step_url(sent, "return"), posted)
        assert answer.status_code == 422
        assert "data-errors" in text(answer)
    posted = {"fields_to_mend": ["problem", "title"], "note": "Ai đang gặp việc này?"}
    assert client.post(step_url(sent, "return"), posted).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.mend_fields) == (S.RETURNING, ["problem", "title"])
    assert sent.decision_note == "Ai đang gặp việc này?"
    assert letters() == 0


def test_declining_shows_the_next_step_and_asks_for_a_reason(client, binh, sent):
    client.force_login(binh)
    page = text(client.get(step_url(sent, "decline")))
    assert "Chọn một hướng khác mà pháp luật cho phép." in page
    for posted in ({}, {"reason": "outside"}, {"note": "x"}, {"reason": "rude", "note": "x"}):
        assert client.post(step_url(sent, "decline"), posted).status_code == 422
    client.post(step_url(sent, "decline"), {"reason": "outside", "note": "Bạn ở nơi khác."})
    sent.refresh_from_db()
    assert (sent.status, sent.decline_reason) == (S.DECLINING, "outside")


def test_an_answer_that_is_too_late_says_so(client, an, binh, now):
    done = project(an, binh, now)
    client.force_login(binh)
    answer = client.get(step_url(done, "return"), follow=True)
    assert "không làm được việc này" in text(answer)


def test_a_decision_may_be_taken_back_before_release(client, binh, sent):
    client.force_login(binh)
    client.post(step_url(sent, "decline"), {"reason": "other", "note": "Thử."})
    client.post(step_url(sent, "recall"))
    sent.refresh_from_db()
    assert (sent.status, sent.decline_reason, sent.decision_note) == (S.SCREENING, "", "")


def test_the_page_says_who_decided(client, an, binh, chi, sent):
    VENTURES.advance(sent, "accept", by=chi, at=timezone.now(), note="Được.")
    client.force_login(binh)
    answer = client.get(f"/y-tuong/{sent.code}/")
    assert answer.context["decision"].actor == chi
    assert "Xem lại từ đầu" in text(answer)


# -- Release ------------------------------------------------------------------
def test_a_batch_releases_each_once_and_counts_what_was_refused(client, an, lan, binh, now):
    ventures = [idea(an, now, title="Một"), idea(an, now, title="Hai"), idea(lan, now, title="Ba")]
    for venture in ventures:
        VENTURES.advance(venture, "accept", by=binh, at=now)
    client.force_login(binh)
    page = client.get("/y-tuong/phat-hanh/")
    assert page.context["letters"] == 2  # two people
    assert "2 người sẽ nhận thư" in text(page)
    posted = {"ma": [v.code for v in ventures]}
    VENTURES.advance(ventures[0], "recall", by=binh, at=now)
    answer = client.post("/y-tuong/phat-hanh/", posted, follow=True)
    assert next(str(m) for m in answer.context["messages"]) == "Đã phát hành 2 trả lời."
    assert "1 trả lời không phát hành được" in text(answer)
    again = client.post("/y-tuong/phat-hanh/", posted, follow=True)
    assert "3 trả lời không phát hành được" in text(again)
    assert letters() == 2
    assert Event.objects.filter(kind="venture.release").count() == 2


def test_the_release_page_lists_everything_by_the_promise(
    client, an, binh, sent, django_assert_num_queries
):
    VENTURES.advance(
        sent, "return", by=binh, at=timezone.now(), note="Rõ hơn.", data={"fields": ["title"]}
    )
    client.force_login(binh)
    page = client.get("/y-tuong/phat-hanh/")
    assert "Tên ý tưởng" in text(page)
    assert "Trần Bình quyết định" in text(page)
    with django_assert_num_queries(7):
        client.get("/y-tuong/phat-hanh/")


def test_only_officials_release(client, an, lan, khoa, binh, sent):
    VENTURES.advance(sent, "accept", by=binh, at=timezone.now())
    for who in (an, lan, khoa):
        client.force_login(who)
        answer = client.post("/y-tuong/phat-hanh/", {"ma": sent.code})
        assert answer.status_code == 403
        assert "cán bộ phụ trách" in text(answer)
    client.force_login(khoa)
    assert client.get("/y-tuong/phat-hanh/").context["may"] is False
    client.force_login(lan)
    assert client.get("/y-tuong/phat-hanh/").status_code == 403
    sent.refresh_from_db()
    assert sent.status == S.ACCEPTING


@pytest.mark.parametrize("codes", [[], ["x"], ["\0"], ["YT-2026-999999"], ["YT-2026-1"] * 3])
def test_a_hostile_batch_releases_nothing(client, binh, sent, codes):
    client.force_login(binh)
    answer = client.post("/y-tuong/phat-hanh/", {"ma": codes}, follow=True)
    assert answer.status_code == 200
    assert letters() == 0


def test_the_queue_offers_the_release_to_those_who_may(client, khoa, binh, sent, now):
    VENTURES.advance(sent, "accept", by=binh, at=now)
    for who, offered in ((binh, True), (khoa, False)):
        client.force_login(who)
        page = client.get("/y-tuong/").content.decode()
        assert ("Phát hành 1 trả lời đang chờ" in page) is offered, who


def test_an_answered_idea_is_not_said_to_be_read(client, binh, sent, now):
    VENTURES.advance(sent, "screen", by=binh, at=now)
    client.force_login(binh)
    assert f"{binh} đang xem" in client.get("/y-tuong/").content.decode()
    for step in ("accept", "release"):
        VENTURES.advance(sent, step, by=binh, at=now)
    page = client.get("/y-tuong/", {"loc": "da-tra-loi"}).content.decode()
    assert (str(binh) in page, f"{binh} đang xem" in page) == (True, False)
