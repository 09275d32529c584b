"""Signing in, signing up and resetting through allauth: lock-out, and nothing to enumerate."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth import hashers
from django.core import mail
from django.urls import reverse

from accounts.adapter import AccountAdapter, MFAAdapter
from accounts.models import User
from accounts.urls import allauth_names

LOGIN = "/tai-khoan/dang-nhap/"
GOOD = "mat-khau-dai-2026"


def sign_in(client, email, password=GOOD, **more):
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def who(client):
    return client.session.get("_auth_user_id")


def plain(answer, email):
    page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, answer.headers.get("Location"), page.replace(email, "X")


def test_names_lead_to_vietnamese_addresses():
    assert reverse("account_login") == LOGIN
    assert reverse("account_signup") == "/tai-khoan/dang-ky/"
    assert reverse("account_logout") == "/tai-khoan/dang-xuat/"
    assert reverse("account_reset_password") == "/tai-khoan/mat-khau/quen/"
    assert reverse("mfa_index") == "/tai-khoan/hai-lop/"


@pytest.mark.parametrize("name", [p.name for p in allauth_names[:-1]])
def test_every_page_of_allauth_answers(client, name, db):
    assert client.get(reverse(name)).status_code in {200, 302}


def test_the_right_password_signs_in(client, an):
    assert sign_in(client, "AN@example.vn")["Location"] == "/viec-cua-toi/"
    assert who(client) == str(an.pk)


def test_officials_give_their_second_factor(client, binh):
    assert sign_in(client, binh.email)["Location"] == "/tai-khoan/hai-lop/authenticate/"
    assert who(client) is None


# -- Lock-out -----------------------------------------------------------------
def test_five_wrong_passwords_lock_the_account(client_of, an):
    for _ in range(5):
        sign_in(client_of(), an.email, "sai-mat-khau")
    locked = client_of()
    answer = sign_in(locked, " An@Example.vn ")
    assert "Sai quá nhiều lần" in answer.content.decode()
    assert who(locked) is None


def test_other_host_names_are_no_way_round(client_of, an):
    for _ in range(5):
        sign_in(client_of(), an.email, "sai-mat-khau", headers={"host": "127.0.0.1"})
    client = client_of()
    sign_in(client, an.email, headers={"host": "localhost"})
    assert who(client) is None


def test_others_behind_the_same_address_of_the_net_still_enter(client_of, an, lan):
    for _ in range(5):
        sign_in(client_of(), an.email, "sai-mat-khau")
    client = client_of()
    sign_in(client, lan.email)
    assert who(client) == str(lan.pk)


def test_four_wrong_and_one_right_enter(client, an):
    for _ in range(4):
        sign_in(client, an.email, "sai-mat-khau")
    sign_in(client, an.email)
    assert who(client) == str(an.pk)


def test_the_locked_may_still_use_a_code(client_of, an):
    for _ in range(5):
        sign_in(client_of(), an.email, "sai-mat-khau")
    client = client_of()
    client.post("/tai-khoan/ma/", {"email": an.email})
    code = re.search(r"^    (\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]
    client.post("/tai-khoan/ma/", {"code": code})
    assert who(client) == str(an.pk)


# -- Nothing to enumerate -----------------------------------------------------
@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed: what makes one answer slower than another."""
    calls = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher,
        "encode",
        lambda *args, **kwargs: calls.append(1) or encode(*args, **kwargs),
    )
    return calls


def compare(client_of, hashed, an, post):
    """What a known and an unknown address see, and how often a password is hashed for them."""
    User.objects.create_user("codes@example.vn", None)
    seen = []
    for email in (an.email, "la@example.vn", "codes@example.vn"):
        client = client_of()
        hashed.clear()
        answer = post(client, email)
        row = [plain(answer, email), len(hashed)]
        if answer.status_code == 302:
            row.append(plain(client.get(answer["Location"]), email))
        seen.append(row)
    return seen


def test_a_wrong_sign_in_looks_alike(client_of, hashed, an):
    one, two, three = compare(
        client_of, hashed, an, lambda client, email: sign_in(client, email, "sai-mat-khau")
    )
    assert one == two == three
    assert one[0][0] == 200


def test_signing_up_looks_alike(client_of, hashed, an):
    def post(client, email):
        return client.post("/tai-khoan/dang-ky/", {"email": email, "password1": "du-dai-va-la-26"})

    one, two, three = compare(client_of, hashed, an, post)
    assert one == two == three
    assert one[0][:2] == (302, "/tai-khoan/thu-dien-tu/xac-nhan/")
    assert {m.to[0]: m.subject for m in mail.outbox} == {
        "an@example.vn": "Khởi nghiệp Đức Phổ: Bạn đã có tài khoản",
        "la@example.vn": "Khởi nghiệp Đức Phổ: Mã xác nhận thư điện tử",
        "codes@example.vn": "Khởi nghiệp Đức Phổ: Bạn đã có tài khoản",
    }
    assert User.objects.get(email="an@example.vn").check_password(GOOD)


def test_resetting_looks_alike(client_of, hashed, an):
    def post(client, email):
        return client.post("/tai-khoan/mat-khau/quen/", {"email": email})

    one, two, three = compare(client_of, hashed, an, post)
    assert one == two == three
    assert one[0][:2] == (302, "/tai-khoan/mat-khau/quen/ma/")
    assert len(mail.outbox) == 3


def test_a_password_is_reset_by_a_code_and_the_owner_is_told(client, an):
    client.post("/tai-khoan/mat-khau/quen/", {"email": an.email})
    code = re.search(r"^    (\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]
    client.post("/tai-khoan/mat-khau/quen/ma/", {"code": code})
    client.post(
        "/tai-khoan/mat-khau/quen/dat-moi/",
        {"password1": "moi-va-du-dai-26", "password2": "moi-va-du-dai-26"},
    )
    an.refresh_from_db()
    assert an.check_password("moi-va-du-dai-26")
    assert mail.outbox[1].subject == "Khởi nghiệp Đức Phổ: Đã đặt lại mật khẩu"
    assert "Mật khẩu của bạn vừa được đặt lại." in mail.outbox[1].body
    assert "/tai-khoan/mat-khau/quen/" in mail.outbox[1].body


def test_a_sign_up_is_confirmed_by_a_code(client, db):
    client.post("/tai-khoan/dang-ky/", {"email": "Moi@Example.vn", "password1": "du-dai-va-la-26"})
    assert who(client) is None
    code = re.search(r"^    (\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]
    client.post("/tai-khoan/thu-dien-tu/xac-nhan/", {"code": code})
    assert who(client) == str(User.objects.get(email="moi@example.vn").pk)


@pytest.mark.parametrize("email", ["a\0@example.vn", "a" * 10_000 + "@example.vn", "", "🙂"])
@pytest.mark.parametrize("path", [LOGIN, "/tai-khoan/dang-ky/", "/tai-khoan/mat-khau/quen/"])
def test_hostile_input_is_an_error_on_the_page(client, db, path, email):
    told = {"login": email, "email": email, "password": "x\0" * 9, "password1": "x" * 9000}
    answer = client.post(path, told)
    assert answer.status_code == 200
    assert not User.objects.exists()


# -- Words --------------------------------------------------------------------
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")


@pytest.mark.parametrize("adapter", [AccountAdapter, MFAAdapter])
def test_errors_that_can_happen_are_vietnamese(adapter):
    never = {"username_blacklisted", "username_password_mismatch", "username_taken"}
    never |= {"phone_password_mismatch", "phone_taken", "unknown_phone"}
    for code, words in adapter.error_messages.items():
        if code not in never:
            assert VIETNAMESE.search(str(words)), code


def letters():
    for folder in ("account/email", "mfa/email"):
        for path in sorted((settings.BASE_DIR / "templates" / folder).glob("*_subject.txt")):
            yield f"{folder}/{path.name.removesuffix('_subject.txt')}"


@pytest.mark.parametrize("name", list(letters()))
def test_every_letter_is_vietnamese_plain_text(rf, db, name):
    told = {"code": "123456", "ip": "127.0.0.1", "user_agent": "<b>&", "email": "an@example.vn"}
    told |= {"from_email": "a@example.vn", "to_email": "b@example.vn"}
    told |= {"deleted_email": "a@example.vn", "signup_url": "http://x/?a=1&b=2"}
    told |= {"password_reset_url": "http://x/?a=1&b=2"}
    request = rf.get("/")
    with request_context(request):
        AccountAdapter(request).send_mail(name, "an@example.vn", told)
    [letter] = mail.outbox
    assert letter.subject.startswith("Khởi nghiệp Đức Phổ: ")
    assert letter.body.startswith("Chào bạn,")
    assert "&amp;" not in letter.body
    assert not re.search(
        r"\b(your|you|this|the|from)\b", letter.subject + letter.body, re.IGNORECASE
    )


def test_there_is_a_letter_of_ours_for_every_one_of_allauths():
    theirs = Path(allauth.__file__).parent / "templates"
    for folder in ("account/email", "mfa/email"):
        ours = {p.name for p in (settings.BASE_DIR / "templates" / folder).glob("*.txt")}
        assert {p.name for p in (theirs / folder).glob("*.txt")} == ours
