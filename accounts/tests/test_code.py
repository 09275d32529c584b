"""Signing in by a code, in the middle of another task."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import web
from accounts.models import User

URL = "/tai-khoan/ma/"
NEXT = "/y-tuong/moi/abc/5/"


def ask(client, email="moi@example.vn", following=NEXT):
    return client.post(f"{URL}?tiep={following}", {"email": email})


def code_of(letter):
    return re.search(r"^    (\d{6})$", letter.body, re.MULTILINE)[1]


def type_code(client, code, following=NEXT):
    return client.post(f"{URL}?tiep={following}", {"code": code})


def who(client):
    return client.session.get("_auth_user_id")


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_new_founder_signs_in_and_the_draft_is_still_there(client, db):
    session = client.session
    session["drafts"] = ["abc"]
    session.save()
    answer = ask(client)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{URL}?tiep=%2Fy-tuong%2Fmoi%2Fabc%2F5%2F",
    )
    assert "moi@example.vn" in client.get(answer["Location"]).content.decode()
    [letter] = mail.outbox
    assert letter.to == ["moi@example.vn"]
    assert letter.subject == "Mã đăng nhập Khởi nghiệp Đức Phổ"
    answer = type_code(client, code_of(letter))
    assert (answer.status_code, answer["Location"]) == (302, NEXT)
    assert who(client) == str(User.objects.get(email="moi@example.vn").pk)
    assert client.session["drafts"] == ["abc"]
    assert web.SESSION_KEY not in client.session


def test_the_code_is_not_in_the_session(client, db):
    ask(client)
    assert code_of(mail.outbox[0]) not in str(dict(client.session.items()))


def test_spaces_in_the_code_do_not_matter(client, an):
    ask(client, an.email)
    code = code_of(mail.outbox[0])
    assert type_code(client, f" {code[:3]} {code[3:]} ").status_code == 302
    assert who(client) == str(an.pk)


def test_the_second_factor_is_still_asked(client, binh):
    ask(client, binh.email)
    answer = type_code(client, code_of(mail.outbox[0]))
    assert answer["Location"] == "/tai-khoan/hai-lop/authenticate/"
    assert who(client) is None


def test_known_unknown_and_closed_addresses_look_alike(an, lan, client_of):
    lan.is_active = False
    lan.save()
    client_of().get(URL)  # what is read once in a while is read now
    seen = []
    for email in (an.email, lan.email, "la@example.vn"):
        client = client_of()
        with CaptureQueriesContext(connection) as cost:
            answer = ask(client, email)
        page = client.get(answer["Location"]).content.decode()
        page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page.replace(email, "X"))
        seen.append((answer.status_code, answer["Location"], page, len(cost)))
        letter = mail.outbox.pop()
        text = letter.body.replace(code_of(letter), "")
        seen[-1] += (letter.subject, text)
    assert seen[0] == seen[1] == seen[2]


def test_a_closed_account_hears_the_words_of_a_wrong_code(client, an):
    ask(client, an.email)
    code = code_of(mail.outbox[0])
    mistaken = type_code(client, wrong(code)).content.decode()
    an.is_active = False
    an.save()
    refused = type_code(client, code).content.decode()
    words = "Mã không đúng. Xem lại thư mới nhất."
    assert words in mistaken
    assert words in refused
    assert who(client) is None


def test_five_wrong_codes_end_it(client, an):
    ask(client, an.email)
    code = code_of(mail.outbox[0])
    for _ in range(5):
        assert type_code(client, wrong(code)).status_code == 200
    assert type_code(client, code).status_code == 302
    assert who(client) is None
    assert "Mã đã hết hiệu lực" in client.get(URL).content.decode()


def test_a_code_lives_a_quarter_of_an_hour(client, an, monkeypatch):
    ask(client, an.email)
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(web.timezone, "now", lambda: later)
    type_code(client, code_of(mail.outbox[0]))
    assert who(client) is None


def test_a_code_works_once_and_in_its_own_session_only(client, an, client_of):
    ask(client, an.email)
    code = code_of(mail.outbox[0])
    stranger = client_of()
    ask(stranger, an.email)
    type_code(stranger, code)
    assert who(stranger) is None
    type_code(client, code)
    assert who(client) == str(an.pk)


def test_a_mailbox_is_not_flooded(client, db):
    for _ in range(5):
        assert ask(client).status_code == 302
    answer = ask(client, " MOI@example.vn ")
    assert answer.status_code == 200
    assert "Chờ một giờ" in answer.content.decode()
    assert len(mail.outbox) == 5
    assert ask(client, "khac@example.vn").status_code == 302


def test_another_code_and_another_address(client, db):
    ask(client)
    client.post(URL, {"lai": "1"})
    assert [m.to for m in mail.outbox] == [["moi@example.vn"]] * 2
    client.post(URL, {"doi": "1"})
    assert 'name="email"' in client.get(URL).content.decode()


@pytest.mark.parametrize(
    "following",
    [
        "https://lua.example/",
        "//lua.example/",
        "/\\lua.example",
        "javascript:alert(1)",
        "y-tuong",
        "/" + "a" * 3000,
    ],
)
def test_only_our_own_pages_come_next(client, an, following):
    ask(client, an.email, following)
    answer = type_code(client, code_of(mail.outbox[0]), following)
    assert answer["Location"] == "/viec-cua-toi/"


def test_signed_in_people_go_on(client, an):
    client.force_login(an)
    assert client.get(f"{URL}?tiep={NEXT}")["Location"] == NEXT


@pytest.mark.parametrize(
    "email",
    ["", "khong-phai", "a@b", "a\0@example.vn", "a" * 10_000 + "@x.vn", "a@x.vn\nBcc: b@x.vn"],
)
def test_what_is_no_address_is_refused(client, db, email):
    answer = ask(client, email)
    assert answer.status_code == 200
    assert "note-bad" in answer.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize("code", ["", "\0", "1" * 10_000, "một hai ba", "١٢٣٤٥٦"])
def test_what_is_no_code_is_refused(client, an, code):
    ask(client, an.email)
    answer = type_code(client, code)
    assert answer.status_code == 200
    assert who(client) is None


def test_when_no_mail_leaves_the_page_says_so(client, db, monkeypatch):
    def no_way(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(web.EmailMessage, "send", no_way)
    answer = ask(client)
    assert "Chưa gửi được thư" in answer.content.decode()
    assert web.SESSION_KEY not in client.session


def test_allauths_name_for_the_page_leads_here(client, db):
    answer = client.get("/tai-khoan/dang-nhap/ma/?next=/tien-do/")
    assert answer["Location"] == f"{URL}?tiep=%2Ftien-do%2F"


def test_with_the_cache_away_a_code_is_worth_as_few_tries(client, db, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    ask(client)
    code = code_of(mail.outbox[0])
    for _try in range(web.TRIES):
        type_code(client, wrong(code))
    type_code(client, code)
    assert who(client) is None
