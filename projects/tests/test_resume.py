"""The link by mail to a draft, and what a script is told while a draft is written."""

import re
from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import Event, OutboxMessage
from core.words import Refused
from projects import drafts, resume
from projects.models import Venture
from projects.tests.test_intake import (
    CONSENTS,
    IDEA,
    NEW,
    PROBLEM,
    at,
    auto,
    begin,
    fill,
    hidden,
    text,
    write,
)
from projects.views import resume as views

FRIEND = "ban@example.vn"


@pytest.fixture
def mine(client, an):
    client.force_login(an)
    return client


def asking(venture):
    return reverse("projects:resume_ask", args=[venture.key])


def ask(client, venture, email=FRIEND):
    return client.post(asking(venture), {"email": email} if email else {})


def link(letter=None):
    """The address in the newest letter, without the host."""
    letter = letter or OutboxMessage.objects.filter(event__kind=resume.KIND).last()
    return re.search(r"/y-tuong/viet-tiep/\S+/", letter.body)[0]


# -- Asking ---------------------------------------------------------------------
def test_the_button_saves_the_step_and_leads_to_the_page(client, db):
    venture = begin(client)
    answer = fill(client, venture, "van-de", problem="Cá hỏng.", **{"may-khac": "1"})
    assert (answer.url, venture.problem) == (asking(venture), "Cá hỏng.")
    page = client.get(answer.url)
    assert page.status_code == 200
    assert 'name="email"' in text(page)


def test_a_visitor_gets_one_letter_that_names_nothing(client, db):
    venture = begin(client)
    for _press in range(2):
        assert ask(client, venture, "Ban@Example.vn").url == at(venture, "van-de")
    letter = OutboxMessage.objects.get()
    assert letter.to == FRIEND
    assert link(letter) in letter.body
    assert venture.title not in letter.subject + letter.body
    event = Event.objects.get(kind=resume.KIND)
    assert (event.subject, event.actor, event.data) == (venture, None, {})


def test_a_person_gets_it_at_the_account(mine, an):
    venture = begin(mine)
    assert 'name="email"' not in text(mine.get(asking(venture)))
    assert ask(mine, venture, "khac@example.vn").status_code == 302
    letter = OutboxMessage.objects.get()
    assert (letter.to, letter.event.actor) == (an.email, an)
    assert "mời bạn đăng nhập" in letter.body


def test_the_answer_tells_nothing_of_accounts(client, an):
    told = []
    for email in (an.email, "chua-co@example.vn"):
        venture = begin(client)
        answer = ask(client, venture, email)
        page = text(client.get(answer.url))
        note = re.search(r"Đã gửi đường dẫn đến [^<]*", page)[0]
        told.append((answer.status_code, note.replace(email, "")))
    assert told[0] == told[1]


@pytest.mark.parametrize("email", ["", "khong-phai", "a\0@example.vn", "x" * 100_000])
def test_a_wrong_address_sends_nothing(client, db, email):
    venture = begin(client)
    answer = client.post(asking(venture), {"email": email})
    assert answer.status_code == 422
    assert 'href="#id_email"' in text(answer)
    assert OutboxMessage.objects.count() == 0


def test_too_many_letters_are_refused_with_a_sentence(client, db, monkeypatch):
    venture = begin(client)
    monkeypatch.setattr(resume, "LETTERS_A_DRAFT", 1)
    assert ask(client, venture).status_code == 302
    refused = ask(client, venture, "khac@example.vn")
    assert refused.status_code == 429
    assert "Hôm nay Cổng đã gửi nhiều thư cho bản nháp này." in text(refused)
    monkeypatch.setattr(resume, "LETTERS_A_MAILBOX", 1)
    other = begin(client)
    refused = ask(client, other)
    assert "Hôm nay địa chỉ này đã nhận nhiều thư." in text(refused)
    monkeypatch.setattr(views, "LETTERS_AN_HOUR", 0)
    refused = ask(client, other, "nua@example.vn")
    assert (refused.status_code, OutboxMessage.objects.count()) == (429, 1)
    assert "Nhiều thư vừa được gửi từ mạng này." in text(refused)


def test_a_day_later_one_may_ask_again(client, db, now):
    venture = begin(client)
    for _time in range(resume.LETTERS_A_DRAFT):
        resume.post(venture, f"{_time}@example.vn", by=None, at=now)
    with pytest.raises(Refused, match="nhiều thư"):
        resume.post(venture, FRIEND, by=None, at=now)
    resume.post(venture, FRIEND, by=None, at=now + timedelta(days=1, seconds=1))
    assert OutboxMessage.objects.count() == resume.LETTERS_A_DRAFT + 1


def test_only_who_has_the_draft_may_ask(client, lan, db):
    venture = begin(client)
    stranger = Client()
    for _who in range(2):
        assert stranger.get(asking(venture)).status_code == 404
        assert ask(stranger, venture).status_code == 404
        stranger.force_login(lan)
    assert client.put(asking(venture)).status_code == 405


# -- Opening --------------------------------------------------------------------
def test_the_link_opens_the_draft_on_another_device(client, db):
    venture = begin(client)
    ask(client, venture)
    other = Client()
    page = other.get(link())
    assert page.status_code == 200
    assert venture.title not in text(page)
    assert page["Cache-Control"].split(", ")[-1] == "private"
    assert "no-store" in page["Cache-Control"]
    assert other.get(at(venture, "van-de")).status_code == 404  # looking opened nothing
    answer = other.post(link())
    assert answer.url == at(venture, "van-de")  # where there is something left to write
    assert other.get(answer.url).status_code == 200
    fill(other, venture, "van-de", **PROBLEM)
    assert client.get(at(venture, "van-de")).status_code == 200  # the first device keeps it


def test_the_link_lives_thirty_days(client, db, now):
    venture = begin(client)
    told = resume.token(venture, now)
    assert resume.find(told, now + resume.LIVES - timedelta(seconds=1)) == venture
    with pytest.raises(resume.Unknown, match="30 ngày"):
        resume.find(told, now + resume.LIVES)


def _signed_for_another_purpose(venture):
    return Signer(salt="khac").sign_object([venture.key.hex, 2**33])


def _changed(venture):
    return resume.token(venture, timezone.now())[:-1] + "-"


def _of_no_draft(_venture):
    return resume.token(Venture(), timezone.now())


def _old(venture):
    return resume.token(venture, timezone.now() - resume.LIVES)


@pytest.mark.parametrize(
    "made",
    [_signed_for_another_purpose, _changed, _of_no_draft, _old, lambda _v: "x", lambda _v: "é:é"],
)
def test_other_links_open_nothing(client, db, made):
    venture = begin(client)
    other = Client()
    url = reverse("projects:resume", args=[made(venture)])
    for answer in (other.get(url), other.post(url)):
        assert answer.status_code == 404
        assert "Đường dẫn này không dùng được" in text(answer)
    assert other.get(at(venture, "van-de")).status_code == 404


def test_a_draft_of_an_account_asks_its_owner_to_sign_in(mine, an, lan):
    venture = begin(mine)
    ask(mine, venture)
    other = Client()
    assert "Đăng nhập để viết tiếp" in text(other.get(link()))
    answer = other.post(link())
    assert answer.url.startswith(reverse("accounts:code_sign_in"))
    assert other.get(at(venture, "van-de")).status_code == 404
    other.force_login(lan)
    assert other.post(link()).status_code == 403
    assert other.get(at(venture, "van-de")).status_code == 404
    other.force_login(an)
    assert other.post(link()).url == at(venture, "van-de")


def test_an_old_link_opens_nothing_once_the_draft_has_an_owner(client, an, db):
    venture = begin(client)
    ask(client, venture)
    client.force_login(an)
    client.get(at(venture, "van-de"))
    venture.refresh_from_db()
    assert venture.owner == an
    other = Client()
    assert other.post(link()).url.startswith(reverse("accounts:code_sign_in"))
    assert other.get(at(venture, "van-de")).status_code == 404


def test_a_sent_idea_says_so(mine):
    venture = write(mine)
    ask(mine, venture)
    mine.post(at(venture, "gui"), CONSENTS)
    for answer in (Client().get(link()), Client().post(link()), mine.get(link())):
        assert answer.status_code == 200
        assert "Ý tưởng này đã gửi rồi." in text(answer)
        assert venture.title not in text(answer)
    venture.refresh_from_db()
    assert ask(mine, venture).url == reverse("projects:receipt", args=[venture.code])
    with pytest.raises(Refused, match="đã gửi rồi"):
        resume.post(venture, FRIEND, by=None, at=timezone.now())


def test_what_the_pages_cost(client, db):
    venture = begin(client)
    with CaptureQueriesContext(connection) as asked:
        ask(client, venture)
    assert len(asked) <= 20
    with CaptureQueriesContext(connection) as opened:
        Client().get(link())
    assert len(opened) <= 4


# -- What the script is told ----------------------------------------------------
def told_by(client, venture, step="van-de"):
    page = client.get(at(venture, step))
    return {"version": hidden(page, "version"), "tab": hidden(page, "tab")}


def test_the_later_window_gets_both_texts(mine):
    venture = begin(mine)
    one, two = told_by(mine, venture), told_by(mine, venture)
    url = at(venture, "van-de")
    first = auto(mine, url, **one, problem="Một.").json()
    late = auto(mine, url, **two, problem="Hai.")
    assert late.status_code == 409
    answer = late.json()
    assert answer["theirs"] == [["Ai đang gặp khó, và khó ở chỗ nào?", "Một."]]
    assert answer["version"] == first["version"]
    # It chooses its own words; then the first window is the later one.
    assert (
        auto(mine, url, **two | {"version": answer["version"]}, problem="Hai.").status_code == 200
    )
    assert auto(mine, url, **one, problem="Một, thêm.").json()["theirs"][0][1] == "Hai."
    venture.refresh_from_db()
    assert venture.problem == "Hai."


def test_what_one_window_took_out_the_other_does_not_bring_back(mine):
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM, novelty="Điều riêng tư.")
    one, two = told_by(mine, venture), told_by(mine, venture)
    url = at(venture, "van-de")
    assert auto(mine, url, **one, **PROBLEM, novelty="").status_code == 200
    late = auto(mine, url, **two, **PROBLEM, novelty="Điều riêng tư.")
    assert (late.status_code, late.json()["theirs"][0][1]) == (409, "")
    venture.refresh_from_db()
    assert venture.novelty == ""


def test_typing_decides_nothing_where_two_texts_are_shown(mine):
    venture = begin(mine)
    one, two = told_by(mine, venture), told_by(mine, venture)
    mine.post(at(venture, "van-de"), PROBLEM | one)
    late = mine.post(at(venture, "van-de"), PROBLEM | two | {"problem": "Của tôi."})
    assert late.status_code == 409
    assert "data-autosave=" not in text(late)
    assert "data-draft=" in text(late)


def test_the_script_learns_the_address_of_what_it_began(client, db):
    page = client.get(NEW)
    told = {n: hidden(page, n) for n in ("key", "proof", "version", "tab")}
    answer = auto(client, NEW, title="Tủ", **told).json()
    assert answer["url"] == reverse("projects:draft", args=[told["key"], "y-tuong"])
    assert client.get(answer["url"]).status_code == 200


def test_the_script_is_told_what_the_server_has(mine):
    venture = begin(mine)
    told = told_by(mine, venture)
    answer = mine.post(at(venture, "van-de"), PROBLEM | told)
    cookie = answer.cookies["draft_saved"]
    assert cookie.value == f"{venture.key}:van-de:{told['tab']}"
    assert (cookie["max-age"], cookie["samesite"]) == (120, "Lax")
    for refused in ({"solution": ""}, {"problem": "x" * 2000}):
        answer = mine.post(at(venture, "van-de"), PROBLEM | told_by(mine, venture) | refused)
        assert (answer.status_code, "draft_saved" in answer.cookies) == (422, False)
    fill(mine, venture, "nguoi-lam", contact_name="An", contact_birth_date="1985-05-05")
    answer = mine.post(at(venture, "gui"), CONSENTS)
    assert answer.cookies["draft_saved"].value == f"{venture.key}:"  # every step of it


def test_a_hostile_tab_sets_no_cookie(mine):
    venture = begin(mine)
    for tab in ("a;b", "é", "a b", "<x>"):
        told = told_by(mine, venture) | PROBLEM | {"tab": tab}
        answer = mine.post(at(venture, "van-de"), told)
        assert (answer.status_code, "draft_saved" in answer.cookies) == (302, False)


def test_a_sent_idea_leads_the_script_to_its_receipt(mine):
    venture = write(mine)
    mine.post(at(venture, "gui"), CONSENTS)
    venture.refresh_from_db()
    answer = auto(mine, at(venture, "van-de"), problem="Khác")
    assert answer.status_code == 409
    assert answer.json()["url"] == reverse("projects:receipt", args=[venture.code])


def test_no_page_of_a_draft_is_kept_by_the_browser(client, db):
    """A visitor's words would stay on a shared computer, and a way back would show old ones."""
    venture = begin(client)
    for url in (NEW, at(venture, "van-de"), at(venture, "gui"), asking(venture)):
        assert "no-store" in client.get(url)["Cache-Control"]


def test_a_profile_is_only_completed(an, now):
    venture = drafts.begin("8d3e1b1e-1111-4222-8333-444455556666", an, now)
    venture.contact_name, venture.contact_phone = "Tên Khác", "+84905123456"
    person = drafts.remember_person(venture, an)
    assert (person.full_name, person.phone) == ("Nguyễn Thị An", "+84905123456")
    kept = User.objects.get(pk=an.pk)
    assert (kept.full_name, kept.phone) == ("Nguyễn Thị An", "+84905123456")


def test_a_step_begun_with_the_button_for_another_device(client, db):
    key = hidden(client.get(NEW), "key")
    answer = client.post(NEW, {"key": key, "title": IDEA["title"], "may-khac": "1"})
    assert answer.url == reverse("projects:resume_ask", args=[key])
    assert (
        client.post(NEW, {"key": hidden(client.get(NEW), "key"), "may-khac": "1"}).status_code
        == 422
    )
