"""Dated calls: who may write them, what they ask, and that nothing gets in when they are shut."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Visitor
from core.models import Event
from core.words import Refused
from core.workflow import Blocked
from projects import calls, drafts, services
from projects.models import Call, CallQuestion, Venture
from projects.tests.test_intake import (
    CONSENTS,
    IDEA,
    PEOPLE,
    PROBLEM,
    WANTED,
    at,
    auto,
    begin_session_with,
    fill,
    hidden,
    returned,
    text,
    write,
)  # fmt: skip
from projects.views import calls as views
from projects.workflow import CALLS, VENTURES

S, C, K = Venture.Status, Call.Status, CallQuestion.Kind
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
OFFICIALS = {"binh", "chi", "em"}
STAFF = OFFICIALS | {"dung", "khoa"}
FORM = {
    "title": "Ý tưởng cho mùa biển",
    "about": "Tìm cách làm mới cho du lịch biển.",
    "audience": "Ai ở Đức Phổ cũng gửi được.",
    "opens_at": "2026-11-01T08:00",
    "closes_at": "2026-11-30T17:00",
}


@pytest.fixture
def make(binh):
    """A call that is open now, unless told otherwise; hours from now."""

    def make(title="Mùa biển", *, opens=-24, closes=24, status=C.PUBLISHED, **fields):
        now = timezone.now()
        told = {
            "slug": fields.pop("slug", f"dot-{Call.objects.count() + 1}"),
            "title": title, "about": "Tìm cách làm mới.", "audience": "Mọi người.",
            "opens_at": now + timedelta(hours=opens), "closes_at": now + timedelta(hours=closes),
            "created_by": binh, "status": status,
        }  # fmt: skip
        return Call.objects.create(**told | fields)

    return make


@pytest.fixture
def mine(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def desk(binh):
    client = Client()
    client.force_login(binh)
    return client


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST} | {"visitor": Visitor()}


def ask(call, label="Ai mua?", kind=K.SHORT, *, required=True, **fields):
    made = CallQuestion.objects.create(
        call=call, label=label, kind=kind, required=required, order=call.questions.count() + 1,
        **fields,
    )  # fmt: skip
    vars(call).pop("asked", None)
    return made


def begin(client, call, **data):
    """The first step of a draft in the call, as a browser does it."""
    page = client.get(f"/y-tuong/moi/?dot={call.slug}")
    told = {"key": hidden(page, "key"), "dot": hidden(page, "dot"), **IDEA, **data}
    assert client.post("/y-tuong/moi/", told).status_code == 302
    return Venture.objects.get(key=told["key"])


def written(client, call, **people):
    """A draft of the call that lacks only its own questions and the sending."""
    venture = begin(client, call)
    fill(client, venture, "van-de", **PROBLEM)
    fill(client, venture, "nguoi-lam", **(PEOPLE | people))
    fill(client, venture, "ho-tro", **WANTED)
    return venture


def close(call):
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(seconds=1))


def test_markup_in_the_explanation_of_a_question_is_shown_as_it_was_typed(mine, make):
    call = make()
    ask(call, help="<form action=/x>&lt;i&gt;")
    page = text(mine.get(f"/y-tuong/nhap/{written(mine, call).key}/cau-hoi/"))
    assert "<form action=/x>" not in page
    assert "&lt;form action=/x&gt;&amp;lt;i&amp;gt;" in page


# -- The table, and who sees what ------------------------------------------------
@pytest.mark.parametrize("status", list(C))
def test_who_may_take_which_step_of_a_call(cast, make, status):
    call = make(status=status)
    taken = {
        (name, who)
        for name in CALLS.names
        for who, user in cast.items()
        if not CALLS.why_not(call, name, user)
    }
    name = "withdraw" if status == C.PUBLISHED else "publish"
    assert taken == {(name, who) for who in OFFICIALS}


@pytest.mark.parametrize("status", list(C))
def test_the_list_and_the_permission_agree(cast, make, status):
    call = make(status=status)
    seen = {who for who, user in cast.items() if call in Call.objects.visible_to(user)}
    assert seen == {who for who, user in cast.items() if user.can("call.view", call)}
    assert seen == (STAFF if status == C.DRAFT else set(cast))


@pytest.mark.parametrize("status", list(C))
def test_pages_are_refused_as_the_table_says(cast, make, status):
    call = make(status=status)
    question = ask(call)
    slug = call.slug
    posts = [
        reverse("projects:call_new"),
        reverse("projects:call_edit", args=[slug]),
        reverse("projects:call_questions", args=[slug]),
        reverse("projects:call_question", args=[slug, question.pk]),
        reverse("projects:call_question_verb", args=[slug, question.pk, "bo"]),
        reverse("projects:call_step", args=[slug, "publish"]),
        reverse("projects:call_step", args=[slug, "withdraw"]),
    ]
    for who, user in cast.items():
        client = Client()
        if who != "visitor":
            client.force_login(user)
        hidden_from = status == C.DRAFT and who not in STAFF
        assert client.get(call.get_absolute_url()).status_code == (404 if hidden_from else 200)
        if who in OFFICIALS:
            continue
        for url in posts:
            wanted = 404 if hidden_from and slug in url else 403
            assert client.post(url, FORM).status_code == wanted, (who, url)
    assert list(Call.objects.values_list("title", "status")) == [("Mùa biển", status)]
    assert call.questions.count() == 1


def test_what_a_row_can_say(make):
    call = make()
    for wrong in ({"opens": 5, "closes": 5}, {"opens": 5, "closes": 1}, {"title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(**wrong)
    for wrong in ({"label": ""}, {"max_length": 0}, {"max_length": 3001}, {"kind": "tranh"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(call, **wrong)


def test_the_closing_minute_itself_is_too_late(make):
    call = make()
    before = call.closes_at - timedelta(microseconds=1)
    assert [call.is_open(t) for t in (call.opens_at, before, call.closes_at)] == [True, True, False]
    assert not call.is_open(call.opens_at - timedelta(microseconds=1))


# -- The pages for everybody -------------------------------------------------------
def test_the_list_tells_open_coming_and_closed(client, make):
    make("Đang mở")
    make("Sắp tới", opens=5, closes=9)
    make("Đã qua", opens=-9, closes=-5)
    make("Nháp", status=C.DRAFT)
    make("Rút rồi", status=C.WITHDRAWN)
    answer = client.get("/dot-nhan/")
    told = answer.context
    assert [c.title for c in told["open"]] == ["Đang mở"]
    assert [c.title for c in told["coming"]] == ["Sắp tới"]
    assert [c.title for c in told["page"]] == ["Đã qua"]
    assert "Nháp" not in text(answer)
    assert "Rút rồi" not in text(answer)


def test_officials_are_told_that_nothing_came_yet(desk, make):
    call = make()
    assert "Chưa có bài nào gửi vào đợt này." in text(desk.get(call.get_absolute_url()))
    assert "Chưa có bài nào" not in text(Client().get(call.get_absolute_url()))


def test_a_call_not_yet_published_says_so_to_officials(desk, make):
    page = text(desk.get(make(status=C.DRAFT).get_absolute_url()))
    assert "chưa công bố." in page
    assert "đã dừng nhận" not in page
    assert 'href="/dot-nhan/"' in text(desk.get("/y-tuong/"))


def test_a_visitor_who_came_too_late_comes_back_from_the_code_to_the_open_box(client, make, an):
    call = make()
    venture = written(client, call)
    close(call)
    told = CONSENTS | {"hop-chung": "1", "email": an.email}
    assert "/tai-khoan/" in client.post(at(venture, "gui"), told).url
    signed = client.session
    client.force_login(an)
    kept = client.session
    kept.update({name: value for name, value in signed.items() if name[:5] != "_auth"})
    kept.save()
    page = text(client.get(at(venture, "gui")))
    assert "bấm “Gửi vào hộp ý tưởng luôn mở”" in page
    assert client.post(at(venture, "gui"), CONSENTS | {"hop-chung": "1"}).status_code == 302
    venture.refresh_from_db()
    assert (venture.status, venture.owner, venture.call) == (S.SUBMITTED, an, None)


def test_an_empty_list_leads_to_the_open_box(client, db):
    page = text(client.get("/dot-nhan/"))
    assert "Lúc này không có đợt nào đang mở" in page
    assert 'href="/y-tuong/moi/"' in page


@pytest.mark.parametrize("url", ["/dot-nhan/", "/dot-nhan/mot/"])
def test_the_pages_cost_the_same_for_one_and_for_three(client, make, url, desk, an):
    def fill_up(n):
        for opens, closes in ((-5, 5), (5, 9), (-9, -5)):
            made = make(f"Đợt {n}", opens=opens, closes=closes, slug=f"d{n}-{closes}")
            ask(made)
        Venture.objects.create(
            owner=an, title="x", year=2026, number=n, status=S.SUBMITTED, call=first,
            promised_on=timezone.localdate(), received_on=timezone.localdate(),
            received_at=timezone.now(),
        )  # fmt: skip
        ask(first, f"Câu {n}")

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert desk.get(url).status_code == 200
        return len(found)

    first = make("Một", opens=-99, closes=-98, slug="mot")
    fill_up(1)
    cost()
    one = cost()
    fill_up(2)
    fill_up(3)
    assert cost() == one


@pytest.mark.parametrize(
    ("hours", "status", "words"),
    [
        ((5, 9), C.PUBLISHED, "mở lúc"),
        ((-9, -5), C.PUBLISHED, "đã đóng lúc"),
        ((-5, 5), C.WITHDRAWN, "đã dừng nhận"),
    ],
)
def test_a_call_that_is_not_open_says_what_to_do_next(client, make, hours, status, words):
    call = make(opens=hours[0], closes=hours[1], status=status)
    make("Đợt khác")
    page = text(client.get(call.get_absolute_url()))
    assert words in page
    assert "Gửi ý tưởng vào đợt này" not in page
    assert "Gửi vào hộp ý tưởng luôn mở" in page
    assert "Đợt khác" in page
    begun = client.get(f"/y-tuong/moi/?dot={call.slug}")
    assert "đi vào hộp ý tưởng luôn mở" in text(begun)
    assert 'name="dot"' not in text(begun)


@pytest.mark.parametrize("slug", ["khong-co", "x" * 500, "nhap", "<b>", "../"])
def test_an_unknown_call_is_the_open_box(client, make, slug):
    make(status=C.DRAFT, slug="nhap")
    page = client.get(f"/y-tuong/moi/?dot={slug}")
    assert page.status_code == 200
    assert 'name="dot"' not in text(page)
    assert client.get("/dot-nhan/khong-co/").status_code == 404


def test_open_calls_are_named_on_the_front_page_and_beside_the_open_box(client, make):
    for url in ("/", "/y-tuong/moi/"):
        assert "/dot-nhan/" not in re.sub(r"<footer.*", "", text(client.get(url)), flags=re.DOTALL)
    call = make("Biển gọi")
    cache.clear()
    for url in ("/", "/y-tuong/moi/"):
        page = text(client.get(url))
        assert call.get_absolute_url() in page
        assert "Biển gọi" in page


# -- Writing into a call -----------------------------------------------------------
def test_the_questions_are_one_more_step_and_all_is_sent(mine, make, binh):
    call = make("Biển gọi")
    who = ask(call, "Ai mua?")
    many = ask(call, "Mấy người làm?", K.NUMBER)
    where = ask(call, "Ở đâu?", K.CHOICE, choices=["Trên bờ", "Dưới nước"])
    sure = ask(call, "Đã làm thử chưa?", K.YES_NO)
    more = ask(call, "Khi trời mưa thì sao?", K.LONG, required=False)
    venture = written(mine, call)
    answer = fill(
        mine, venture, "cau-hoi",
        **{who.name: "Quán ăn", many.name: "0", where.name: "Dưới nước", sure.name: "no"},
    )  # fmt: skip
    assert answer.url == at(venture, "gui")
    assert venture.call_answers == {
        str(who.pk): "Quán ăn", str(many.pk): 0, str(where.pk): "Dưới nước", str(sure.pk): "no",
    }  # fmt: skip
    assert mine.post(at(venture, "gui"), CONSENTS).status_code == 302
    venture.refresh_from_db()
    assert (venture.status, venture.call) == (S.SUBMITTED, call)
    receipt = text(mine.get(reverse("projects:receipt", args=[venture.code])))
    desk = Client()
    desk.force_login(binh)
    office = text(desk.get(f"/y-tuong/{venture.code}/"))
    for page in (receipt, office):
        for words in ("Biển gọi", "Ai mua?", "Quán ăn", "Dưới nước", "Đã làm thử chưa?"):
            assert words in page
    assert more.label not in receipt
    assert venture.title in text(desk.get(call.get_absolute_url()))
    before = venture.fingerprint
    venture.call_answers[str(who.pk)] = "Chợ"
    assert services.fingerprint(venture) != before


def test_what_must_be_answered_is_asked_for(mine, make):
    call = make()
    need = ask(call, "Ai mua?")
    number = ask(call, "Mấy người?", K.NUMBER)
    venture = written(mine, call)
    page = mine.get(at(venture, "cau-hoi"))
    told = {"version": hidden(page, "version"), number.name: "5"}
    answer = mine.post(at(venture, "cau-hoi"), told)
    assert answer.status_code == 422
    assert f'href="#id_{need.name}"' in text(answer)
    venture.refresh_from_db()
    assert venture.call_answers == {str(number.pk): 5}
    refused = mine.post(at(venture, "gui"), CONSENTS)
    assert refused.status_code == 422
    assert "Còn bước chưa viết xong" in text(refused)
    assert at(venture, "cau-hoi") in text(refused)
    with pytest.raises(Blocked, match="Ai mua"):
        drafts.send(venture, by=venture.owner, purposes={"process"}, at=timezone.now())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (K.SHORT, "x" * 501), (K.SHORT, "a\0b"), (K.LONG, "x" * 100_000), (K.NUMBER, "nhiều"),
        (K.NUMBER, "-1"), (K.NUMBER, "9" * 60), (K.CHOICE, "Ba"), (K.CHOICE, "\0"),
        (K.YES_NO, "maybe"),
    ],
)  # fmt: skip
def test_hostile_answers_are_refused_with_a_sentence(mine, make, kind, value):
    call = make()
    question = ask(call, kind=kind, required=False, choices=["Một", "Hai"])
    venture = begin(mine, call)
    answer = mine.post(at(venture, "cau-hoi"), {question.name: value, "luu": "1"})
    assert answer.status_code == 422
    assert 'class="err"' in text(answer)
    assert auto(mine, at(venture, "cau-hoi"), **{question.name: value}).status_code == 422
    venture.refresh_from_db()
    assert venture.call_answers == {}


def test_two_pages_of_the_questions_overwrite_nothing(mine, make):
    call = make()
    one, two = ask(call, "Một"), ask(call, "Hai")
    venture = begin(mine, call)
    first, second = (
        {"version": hidden(mine.get(at(venture, "cau-hoi")), "version")} for _ in range(2)
    )
    answers = {one.name: "1", two.name: "2"}
    assert mine.post(at(venture, "cau-hoi"), answers | first).status_code == 302
    late = mine.post(at(venture, "cau-hoi"), answers | {two.name: "khác"} | second)
    assert late.status_code == 409
    assert "Hai 2" in text(late)
    again = {"version": hidden(late, "version"), two.name: "khác", one.name: "1"}
    assert mine.post(at(venture, "cau-hoi"), again).status_code == 302
    venture.refresh_from_db()
    assert venture.call_answers == {str(one.pk): "1", str(two.pk): "khác"}


def test_a_draft_of_the_open_box_has_no_such_step(mine, make):
    venture = write(mine)
    assert mine.get(at(venture, "cau-hoi")).url == at(venture, "y-tuong")
    plain = begin(mine, make())
    assert mine.get(at(plain, "cau-hoi")).url == at(plain, "y-tuong")


# -- After closing -----------------------------------------------------------------
def test_after_closing_the_server_refuses_and_the_open_box_takes_it_with_one_press(mine, make):
    call = make("Biển gọi")
    question = ask(call)
    venture = written(mine, call)
    fill(mine, venture, "cau-hoi", **{question.name: "Quán ăn"})
    close(call)
    page = text(mine.get(at(venture, "gui")))
    assert "đã đóng lúc" in page
    assert 'name="hop-chung"' in page
    refused = mine.post(at(venture, "gui"), CONSENTS)
    assert refused.status_code == 422
    assert "Bài của bạn vẫn còn: gửi vào hộp ý tưởng luôn mở." in text(refused)
    venture.refresh_from_db()
    assert (venture.status, venture.call) == (S.DRAFT, call)
    with pytest.raises(Refused, match="đã đóng lúc"):
        drafts.send(venture, by=venture.owner, purposes={"process"}, at=timezone.now())
    told = CONSENTS | {"hop-chung": "1"}
    first, second = (mine.post(at(venture, "gui"), told) for _ in range(2))
    venture.refresh_from_db()
    assert (venture.status, venture.call, venture.call_answers) == (S.SUBMITTED, None, {})
    assert venture.problem == PROBLEM["problem"]
    assert first.url == second.url == reverse("projects:receipt", args=[venture.code])


def test_late_without_its_own_questions_answered_it_still_goes_to_the_open_box(mine, make):
    call = make()
    ask(call)
    venture = written(mine, call)
    close(call)
    assert mine.post(at(venture, "gui"), CONSENTS | {"hop-chung": "1"}).status_code == 302
    venture.refresh_from_db()
    assert venture.status == S.SUBMITTED


def test_the_consents_are_needed_for_the_open_box_too(mine, make):
    venture = written(mine, make(closes=1))
    close(venture.call)
    assert mine.post(at(venture, "gui"), {"hop-chung": "1"}).status_code == 422
    venture.refresh_from_db()
    assert (venture.status, venture.call_id is not None) == (S.DRAFT, True)


def test_words_sent_while_the_call_closes_begin_a_draft_of_the_open_box(client, make):
    call = make()
    page = client.get(f"/y-tuong/moi/?dot={call.slug}")
    told = {"key": hidden(page, "key"), "dot": hidden(page, "dot"), **IDEA}
    close(call)
    answer = client.post("/y-tuong/moi/", told, follow=True)
    venture = Venture.objects.get(key=told["key"])
    assert (venture.call, venture.title) == (None, IDEA["title"])
    assert "đi vào hộp ý tưởng luôn mở" in text(answer)


def test_a_withdrawn_call_takes_nothing_and_says_why(mine, make, binh):
    call = make()
    venture = written(mine, call)
    CALLS.advance(call, "withdraw", by=binh, at=timezone.now(), note="Hội trường bị ngập.")
    assert mine.post(at(venture, "gui"), CONSENTS).status_code == 422
    assert "Hội trường bị ngập." in text(Client().get(call.get_absolute_url()))


def test_an_idea_mended_after_the_closing_is_not_late(mine, make, binh):
    call = make()
    question = ask(call)
    venture = written(mine, call)
    fill(mine, venture, "cau-hoi", **{question.name: "Quán"})
    mine.post(at(venture, "gui"), CONSENTS)
    venture.refresh_from_db()
    returned(venture, binh, "call_answers")
    close(call)
    assert mine.get(at(venture, "y-tuong")).url == at(venture, "cau-hoi")
    fill(mine, venture, "cau-hoi", **{question.name: "Quán và chợ"})
    before = venture.fingerprint
    assert "hop-chung" not in text(mine.get(at(venture, "gui")))
    assert mine.post(at(venture, "gui")).status_code == 302
    venture.refresh_from_db()
    assert (venture.status, venture.call) == (S.SUBMITTED, call)
    assert venture.call_answers == {str(question.pk): "Quán và chợ"}
    assert venture.fingerprint != before


def test_only_an_idea_with_questions_can_be_asked_to_mend_them(mine, make, desk):
    plain = write(mine)
    mine.post(at(plain, "gui"), CONSENTS)
    call = make()
    question = ask(call)
    venture = written(mine, call)
    fill(mine, venture, "cau-hoi", **{question.name: "Quán"})
    mine.post(at(venture, "gui"), CONSENTS)
    for one, offered in ((plain, False), (venture, True)):
        one.refresh_from_db()
        url = reverse("projects:idea_step", args=[one.code, "return"])
        assert ('value="call_answers"' in text(desk.get(url))) is offered
        told = {"fields_to_mend": ["call_answers"], "note": "Rõ hơn."}
        desk.post(url, told)
        one.refresh_from_db()
        assert (one.status == S.RETURNING) is offered


def test_a_call_for_groups_takes_no_single_person(mine, make):
    call = make(applicants=["group"])
    venture = written(mine, call)
    assert "Đợt này nhận bài của: nhóm." in text(mine.get(at(venture, "nguoi-lam")))
    refused = mine.post(at(venture, "gui"), CONSENTS)
    assert refused.status_code == 422
    assert "Đợt này nhận bài của: nhóm." in text(refused)
    with pytest.raises(Refused, match="nhóm"):
        drafts.send(venture, by=venture.owner, purposes={"process"}, at=timezone.now())
    fill(mine, venture, "nguoi-lam", **(PEOPLE | {"applicant": "group"}))
    assert mine.post(at(venture, "gui"), CONSENTS).status_code == 302


def test_a_draft_of_a_call_is_nobody_elses(mine, make):
    call = make()
    ask(call)
    venture = begin(mine, call)
    assert begin_session_with(venture.key).get(at(venture, "cau-hoi")).status_code == 404


# -- Officials write a call --------------------------------------------------------
def test_a_call_is_made_filled_published_and_withdrawn(desk, binh):
    page = desk.get("/dot-nhan/moi/")
    told = FORM | {"key": hidden(page, "key"), "applicants": ["group", "person"]}
    first, second = (desk.post("/dot-nhan/moi/", told) for _ in range(2))
    call = Call.objects.get()
    assert first.url == second.url == reverse("projects:call_questions", args=[call.slug])
    assert (call.slug, call.status, call.created_by) == ("y-tuong-cho-mua-bien", C.DRAFT, binh)
    assert f"{timezone.localtime(call.closes_at):%d/%m/%Y %H:%M}" == "30/11/2026 17:00"
    assert sorted(call.applicants) == ["group", "person"]
    for url in (call.get_absolute_url(), first.url, f"{call.get_absolute_url()}sua/"):
        assert desk.get(url).status_code == 200
    desk.post(f"{call.get_absolute_url()}buoc/publish/")
    call.refresh_from_db()
    assert call.status == C.PUBLISHED
    assert Client().get(call.get_absolute_url()).status_code == 200
    desk.post(f"{call.get_absolute_url()}buoc/withdraw/", {"note": ""})
    call.refresh_from_db()
    assert call.status == C.PUBLISHED
    desk.post(f"{call.get_absolute_url()}buoc/withdraw/", {"note": "Hoãn."})
    call.refresh_from_db()
    assert call.status == C.WITHDRAWN
    kinds = list(Event.objects.about(call).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["call.create", "call.publish", "call.withdraw"]


def test_calls_of_one_name_get_addresses_of_their_own(binh):
    now = timezone.now()
    told = {
        "title": "Mới", "about": "x", "audience": "y", "applicants": [],
        "opens_at": now, "closes_at": now + timedelta(days=1),
    }  # fmt: skip
    made = [calls.make(told, key=uuid.uuid4(), by=binh, at=now) for _ in range(2)]
    plain = calls.make(told | {"title": "!!!"}, key=uuid.uuid4(), by=binh, at=now)
    assert [call.slug for call in made] == ["moi-2", "moi-3"]
    assert plain.slug == "dot"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"title": "x" * 121}, {"title": "a\0"}, {"about": ""}, {"audience": ""},
        {"opens_at": ""}, {"opens_at": "mai"}, {"opens_at": "0001-01-01T00:00"},
        {"closes_at": "9999-12-31T23:59"}, {"closes_at": "2026-11-01T08:00"},
        {"closes_at": "2026-11-30T17:00+99:99"}, {"applicants": ["vua"]},
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_with_the_words_kept(desk, wrong, make):
    told = FORM | {"key": str(uuid.uuid4())} | wrong
    answer = desk.post("/dot-nhan/moi/", told)
    assert answer.status_code == 422
    assert 'class="err"' in text(answer)
    call = make()
    assert desk.post(f"{call.get_absolute_url()}sua/", told).status_code == 422
    assert Call.objects.count() == 1


def test_days_typed_by_hand_are_understood(desk):
    told = FORM | {"opens_at": "01/11/2026 08:00", "closes_at": "30/11/2026 17:00"}
    assert desk.post("/dot-nhan/moi/", told).status_code == 302
    assert timezone.localtime(Call.objects.get().opens_at).hour == 8


def test_a_later_closing_opens_it_again_and_the_journal_keeps_the_old_one(desk, make, mine):
    call = make()
    venture = written(mine, call)
    close(call)
    later = timezone.localtime(timezone.now() + timedelta(days=2))
    told = FORM | {"opens_at": "2026-01-01T08:00", "closes_at": f"{later:%Y-%m-%dT%H:%M}"}
    assert desk.post(f"{call.get_absolute_url()}sua/", told).status_code == 302
    event = Event.objects.about(call).get()
    assert set(event.data["before"]) == {"title", "about", "audience", "opens_at", "closes_at"}
    assert mine.post(at(venture, "gui"), CONSENTS).status_code == 302


# -- Its questions -----------------------------------------------------------------
def url_of(call, *rest):
    return f"{call.get_absolute_url()}cau-hoi/" + "".join(f"{one}/" for one in rest)


def labels(call):
    return list(call.questions.order_by("order", "pk").values_list("label", flat=True))


def test_questions_are_added_reworded_ordered_and_dropped(desk, make):
    call = make(status=C.DRAFT)
    for label in ("Một", "Hai", "Ba"):
        page = desk.get(url_of(call))
        told = {"key": hidden(page, "key"), "label": label, "kind": "short"}
        assert [desk.post(url_of(call), told).status_code for _ in range(2)] == [302, 302]
    assert labels(call) == ["Một", "Hai", "Ba"]
    one, two, three = call.questions.order_by("order")
    for question, verb, wanted in (
        (three, "len", ["Một", "Ba", "Hai"]), (one, "xuong", ["Ba", "Một", "Hai"]),
        (three, "len", ["Ba", "Một", "Hai"]), (two, "xuong", ["Ba", "Một", "Hai"]),
        (one, "bo", ["Ba", "Hai"]),
    ):  # fmt: skip
        desk.post(url_of(call, question.pk, verb))
        assert labels(call) == wanted
    assert desk.post(url_of(call, one.pk, "bo")).status_code == 404
    assert desk.post(url_of(call, two.pk, "lat")).status_code == 404
    told = {"label": "Hai hơn", "kind": "choice", "choices": "A\n\nB\nA", "required": "on"}
    assert desk.post(url_of(call, two.pk), told).status_code == 302
    two.refresh_from_db()
    assert (two.label, two.choices, two.required) == ("Hai hơn", ["A", "B"], True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""}, {"kind": "tranh"}, {"kind": ""}, {"kind": "choice"}, {"max_length": "0"},
        {"kind": "choice", "choices": "Một"}, {"max_length": "x"}, {"max_length": "9" * 30},
        {"kind": "choice", "choices": "\n".join(map(str, range(31)))},
        {"kind": "choice", "choices": f"A\n{'x' * 101}"}, {"label": "\0"},
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused(desk, make, wrong):
    call = make(status=C.DRAFT)
    answer = desk.post(url_of(call), {"label": "Ai?", "kind": "short"} | wrong)
    assert answer.status_code == 422
    assert 'class="err"' in text(answer)
    assert labels(call) == []


def test_questions_freeze_with_the_first_answer(desk, make, mine):
    call = make()
    question = ask(call)
    venture = begin(mine, call)
    assert desk.post(url_of(call), {"label": "Thêm", "kind": "short"}).status_code == 302
    fill(mine, venture, "cau-hoi", **{question.name: "Quán", "luu": "1"})
    assert "Câu hỏi không đổi được nữa" in text(desk.get(url_of(call)))
    new = {"label": "Nữa", "kind": "short"}
    assert desk.post(url_of(call), new).status_code == 422
    assert desk.post(url_of(call, question.pk), new).status_code == 422
    desk.post(url_of(call, question.pk, "bo"))
    desk.post(url_of(call, question.pk, "xuong"))
    assert labels(call) == ["Ai mua?", "Thêm"]


def test_a_call_asks_only_so_much(make, binh, monkeypatch):
    monkeypatch.setattr(calls, "MOST_QUESTIONS", 1)
    call = make(status=C.DRAFT)
    told = {"label": "Một", "kind": "short"}
    calls.ask(call, told, key=uuid.uuid4(), by=binh, at=timezone.now())
    with pytest.raises(Refused, match="nhiều nhất 1 câu hỏi"):
        calls.ask(call, told, key=uuid.uuid4(), by=binh, at=timezone.now())


def test_a_choice_without_choices_is_not_published(make, binh):
    call = make(status=C.DRAFT)
    ask(call, "Ở đâu?", K.CHOICE)
    with pytest.raises(Blocked, match="ít nhất hai lựa chọn"):
        CALLS.advance(call, "publish", by=binh, at=timezone.now())


def test_who_lost_the_right_meanwhile_changes_nothing(make, lan):
    call = make()
    question = ask(call)
    now = timezone.now()
    with pytest.raises(Refused):
        calls.amend(call, {"title": "Khác"}, by=lan, at=now)
    with pytest.raises(Refused):
        calls.drop(question, by=lan, at=now)
    assert (Call.objects.get().title, labels(call)) == ("Mùa biển", ["Ai mua?"])


def test_bounded_lists_say_what_they_are(make, client, monkeypatch):
    monkeypatch.setattr(views, "MOST_SHOWN", 2)
    for number in range(3):
        make(f"Đợt {number}", closes=10 + number)
    assert [c.title for c in client.get("/dot-nhan/").context["open"]] == ["Đợt 0", "Đợt 1"]


def test_a_call_does_not_move_the_venture_table(make):
    assert {row.name for row in VENTURES.rows} & set(CALLS.names) == set()
