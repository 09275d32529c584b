"""Profile, consents, guardian's page, second-factor page: works, refused, hostile, cost."""

import re
from datetime import date

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import consent_texts, services
from accounts.models import Consent, Guardianship, User
from core.models import AdminUnit, OutboxMessage

PROFILE = "/tai-khoan/ho-so/"
SECOND = "/tai-khoan/xac-thuc-hai-lop/"


@pytest.fixture
def minh(db):
    """Minh is a pupil of fifteen."""
    user = User.objects.create_user(
        "minh@example.vn", full_name="Trần Văn Minh", birth_date=date(2011, 3, 1)
    )
    user.emailaddress_set.create(email="minh@example.vn", verified=True, primary=True)
    return user


@pytest.fixture
def asked(minh, now):
    return services.ask_guardian(
        minh, "Lê Thị Mai", "me@example.vn", now, consent_texts.text("guardian"), "2026-11"
    )


def text_of(answer):
    return answer.content.decode()


def consent(user, now, **more):
    return Consent.objects.create(
        user=user, purpose="process", text="lời văn đã đọc", version="2026-11", given_at=now, **more
    )


# -- Profile ------------------------------------------------------------------
@pytest.mark.parametrize("path", [PROFILE, SECOND])
def test_visitors_are_sent_to_sign_in(client, db, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/tai-khoan/dang-nhap/?next={path}")


def test_the_profile_shows_what_is_known(client, minh, asked, now):
    consent(minh, now)
    client.force_login(minh)
    page = text_of(client.get(PROFILE))
    for words in (
        "Trần Văn Minh",
        "me@example.vn",
        "Đang chờ trả lời",
        "lời văn đã đọc",
        "Chưa bật",
    ):
        assert words in page


def test_roles_are_shown_with_their_days(client, binh):
    client.force_login(binh)
    page = text_of(client.get(PROFILE))
    assert "Từ 01/07/2025" in page
    assert "Đang có hiệu lực" in page


def test_the_profile_is_kept(client, minh):
    ward = AdminUnit.objects.create(
        code="1", kind="phuong", name="Sa Huỳnh", valid_from=date(2025, 7, 1)
    )
    client.force_login(minh)
    told = {"full_name": "  Trần   Minh ", "phone": "0905 123 456", "unit": ward.pk}
    assert client.post(PROFILE, told)["Location"] == PROFILE
    minh.refresh_from_db()
    assert (minh.full_name, minh.phone, minh.unit) == ("Trần Minh", "+84905123456", ward)


def test_a_pupil_does_not_grow_up_by_the_form(client, minh):
    client.force_login(minh)
    client.post(PROFILE, {"full_name": "Minh", "birth_date": "1990-01-01"})
    minh.refresh_from_db()
    assert minh.birth_date == date(2011, 3, 1)


@pytest.mark.parametrize("extra", ["is_superuser", "is_active", "email", "memberships", "is_staff"])
def test_nobody_gives_themselves_rights_by_the_form(client, an, extra):
    client.force_login(an)
    client.post(PROFILE, {"full_name": "An", extra: "1"})
    known = User.objects.get(pk=an.pk)
    assert (known.is_superuser, known.is_staff, known.is_active) == (False, False, True)
    assert (known.email, known.roles) == ("an@example.vn", frozenset())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "An\0"),
        ("full_name", "A" * 10_000),
        ("full_name", "Trúng thưởng http://lua.example"),
        ("phone", "12"),
        ("phone", "9" * 10_000),
        ("unit", "99999"),
        ("unit", "x\0"),
        ("birth_date", "31/02/2011"),
        ("birth_date", "2999-01-01"),
        ("birth_date", "0001-01-01"),
        ("birth_date", "hôm qua"),
    ],
)
def test_what_cannot_be_true_is_refused(client, lan, field, value):
    User.objects.filter(pk=lan.pk).update(birth_date=None)
    client.force_login(lan)
    answer = client.post(PROFILE, {"full_name": "Mai Lan", field: value})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    lan.refresh_from_db()
    assert (lan.full_name, lan.phone, lan.birth_date) == ("Mai Lan", "", None)


def test_the_profile_costs_the_same_for_one_consent_and_three(client, an, now):
    client.force_login(an)
    costs = []
    for number in (1, 2, 3):
        consent(an, now, subject_kind="user", subject_id=number)
        client.get(PROFILE)
        with CaptureQueriesContext(connection) as cost:
            client.get(PROFILE)
        costs.append(len(cost))
    assert costs[0] == costs[2]


def test_in_english(client, an, now):
    consent(an, now)
    client.force_login(an)
    client.cookies["ngon_ngu"] = "en"
    answer = client.get(PROFILE)
    assert answer.status_code == 200
    assert answer["Content-Language"] == "en"


# -- Consents -----------------------------------------------------------------
def test_withdrawing_is_one_button(client, an, now):
    given = consent(an, now)
    client.force_login(an)
    path = f"/tai-khoan/ho-so/dong-y/{given.pk}/rut-lai/"
    assert path in text_of(client.get(PROFILE))
    assert client.post(path)["Location"] == PROFILE
    given.refresh_from_db()
    assert given.withdrawn_at is not None
    assert path not in text_of(client.get(PROFILE))


def test_others_consents_are_nobodys_business(client_of, an, lan, quan, now):
    given = consent(an, now)
    path = f"/tai-khoan/ho-so/dong-y/{given.pk}/rut-lai/"
    assert [client_of(user).post(path).status_code for user in (lan, quan, None)] == [404, 404, 302]
    assert client_of(an).get(path).status_code == 405
    given.refresh_from_db()
    assert given.withdrawn_at is None


# -- Asking a guardian --------------------------------------------------------
ASK = "/tai-khoan/ho-so/hoi-phu-huynh/"


def test_a_pupil_asks_a_guardian(client, minh):
    client.force_login(minh)
    told = {"guardian_name": "Lê Thị Mai", "guardian_email": "Me@Example.vn"}
    assert client.post(ASK, told).status_code == 302
    row = Guardianship.objects.get()
    assert (row.guardian_email, row.version) == ("me@example.vn", consent_texts.VERSION)
    assert OutboxMessage.objects.get().to == "me@example.vn"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"guardian_name": "Mai", "guardian_email": "minh@example.vn"},
        {"guardian_name": "Mai", "guardian_email": "x"},
        {"guardian_name": "http://lua.example", "guardian_email": "me@example.vn"},
        {"guardian_name": "Mai\0", "guardian_email": "me@example.vn"},
        {"guardian_name": "M" * 10_000, "guardian_email": "me@example.vn"},
    ],
)
def test_a_wrong_guardian_is_refused(client, minh, told):
    client.force_login(minh)
    answer = client.post(ASK, told)
    assert answer.status_code == 200
    assert answer.context["guardian_form"].errors
    assert not Guardianship.objects.exists()


def test_letters_to_strangers_are_few(client, minh):
    client.force_login(minh)
    answers = [
        client.post(ASK, {"guardian_name": "Mai", "guardian_email": f"{n}@example.vn"}).status_code
        for n in range(4)
    ]
    assert answers == [302, 302, 302, 429]


# -- The guardian's page ------------------------------------------------------
def test_the_guardian_reads_what_is_asked_and_answers(client, asked):
    path = asked.get_absolute_url()
    page = text_of(client.get(path))
    assert "<b>Minh</b>" in page
    assert "Trần" not in page
    assert "minh@example.vn" not in page
    assert consent_texts.text("guardian") in page
    assert client.post(path, {"answer": "yes", "name": "Lê Mai"})["Location"] == path
    asked.refresh_from_db()
    assert (asked.answer, asked.guardian_name) == ("yes", "Lê Mai")
    assert asked.text == consent_texts.text("guardian")
    again = text_of(client.get(path))
    assert "Câu trả lời đã ghi: Đồng ý" in " ".join(again.replace("</b>", "").split())
    client.post(path, {"answer": "no", "name": "Lê Mai"})
    asked.refresh_from_db()
    assert asked.answer == "no"


def test_a_no_is_not_turned_by_a_second_post(client, asked):
    path = asked.get_absolute_url()
    client.post(path, {"answer": "no", "name": "Lê Mai"})
    client.post(path, {"answer": "yes", "name": "Lê Mai"})
    asked.refresh_from_db()
    assert asked.answer == "no"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"answer": "yes"},
        {"name": "Mai"},
        {"answer": "waiting", "name": "Mai"},
        {"answer": "\0", "name": "Mai"},
        {"answer": "yes", "name": "\0"},
        {"answer": "yes", "name": "M" * 10_000},
    ],
)
def test_half_an_answer_is_none(client, asked, told):
    answer = client.post(asked.get_absolute_url(), told)
    assert answer.status_code == 200
    assert "note-bad" in text_of(answer)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at) == ("waiting", None)


@pytest.mark.parametrize("token", ["x", "a" * 500, "Ngày", "1' OR '1'='1"])
def test_a_made_up_link_opens_nothing(client, asked, token):
    assert client.get(f"/tai-khoan/phu-huynh/{token}/").status_code == 404


def test_links_are_not_tried_by_the_thousand(client, db):
    seen = {client.get(f"/tai-khoan/phu-huynh/{n}/").status_code for n in range(60)}
    assert seen == {404}
    assert client.get("/tai-khoan/phu-huynh/61/").status_code == 429


# -- The second factor --------------------------------------------------------
@pytest.fixture
def new_official(standing_agency):
    """Somebody with a role and no second factor, who was never asked."""
    user = User.objects.create_user("moi@example.vn", "mat-khau-dai-2026", full_name="Đinh Mới")
    user.memberships.create(role="official", agency=standing_agency, valid_from=date(2025, 7, 1))
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_a_demo_asks_once(client, new_official, settings):
    settings.MFA_REQUIRED = False
    client.force_login(new_official)
    asked_at = f"{SECOND}?tiep=%2Fviec-cua-toi%2F%3Fa%3D1"
    assert client.get("/viec-cua-toi/?a=1")["Location"] == asked_at
    page = text_of(client.get(asked_at))
    assert "Thiết lập ngay" in page
    assert "Để sau" in page
    answer = client.post(SECOND, {"tiep": "/viec-cua-toi/?a=1"})
    assert answer["Location"] == "/viec-cua-toi/?a=1"
    assert client.get("/viec-cua-toi/").status_code == 200
    assert User.objects.get(pk=new_official.pk).asked_for_second_factor_at is not None


def test_in_earnest_it_is_always_asked(client, new_official, settings):
    settings.MFA_REQUIRED = True
    client.force_login(new_official)
    assert "Để sau" not in text_of(client.get(SECOND))
    assert client.post(SECOND, {"tiep": "/viec-cua-toi/"})["Location"].startswith(SECOND)
    assert client.get("/viec-cua-toi/").status_code == 302
    new_official.authenticator_set.create(type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    assert client.get("/viec-cua-toi/").status_code == 200
    assert "Bạn đã bật" in text_of(client.get(SECOND))


@pytest.mark.django_db(transaction=True)  # letters leave after the commit
def test_once_set_up_the_role_takes_effect(client, new_official):
    """The whole way of an official whom an administrator has just added: no password yet."""
    new_official.set_unusable_password()
    new_official.save()
    client.post("/tai-khoan/ma/", {"email": new_official.email})
    code = re.search(r"^    (\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]
    client.post("/tai-khoan/ma/", {"code": code})
    assert client.get("/viec-cua-toi/")["Location"].startswith(SECOND)
    assert User.objects.get(pk=new_official.pk).roles == frozenset()
    set_up = reverse("mfa_activate_totp")
    assert client.get(set_up).status_code == 200
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    value = totp.hotp_value(client.session[totp.SECRET_SESSION_KEY], counter)
    assert client.post(set_up, {"code": totp.format_hotp_value(value)}).status_code == 302
    assert User.objects.get(pk=new_official.pk).roles == {"official"}
    assert mail.outbox[1].subject == "Khởi nghiệp Đức Phổ: Đã bật ứng dụng xác thực"
    assert client.get("/viec-cua-toi/").status_code == 200


def test_htmx_is_led_there_too(client, new_official):
    client.force_login(new_official)
    answer = client.get("/viec-cua-toi/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"{SECOND}?tiep=%2Fviec-cua-toi%2F"


@pytest.mark.parametrize(
    "path", ["/tien-do/", "/robots.txt", "/static/x.css", "/tep/x/", "/api/v1/", SECOND]
)
def test_nothing_to_read_is_barred(client, new_official, path):
    client.force_login(new_official)
    assert client.get(path).headers.get("Location", "") == ""


def test_signing_out_and_setting_up_are_never_barred(client, new_official):
    client.force_login(new_official)
    assert not client.get("/tai-khoan/hai-lop/").headers.get("Location", "").startswith(SECOND)
    assert client.post("/tai-khoan/dang-xuat/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_posts_pass(client, new_official):
    client.force_login(new_official)
    assert not client.post("/viec-cua-toi/").headers.get("Location", "").startswith(SECOND)


def test_founders_are_never_asked(client, an):
    User.objects.filter(pk=an.pk).update(asked_for_second_factor_at=None)
    client.force_login(an)
    assert client.get("/viec-cua-toi/").status_code == 200


def test_next_is_one_of_ours(client, new_official, settings):
    settings.MFA_REQUIRED = False
    client.force_login(new_official)
    assert client.post(SECOND, {"tiep": "//lua.example"})["Location"] == "/viec-cua-toi/"


def test_visitors_have_rights_too(client, db):
    answer = client.get("/tai-khoan/ma/")
    assert answer.wsgi_request.user.can("venture.create")
    assert not answer.wsgi_request.user.can("venture.list_queue")


def test_the_guardians_page_lets_a_browser_name_where_its_form_comes_from(client, asked):
    """Without any referrer a browser posts ``Origin: null``, which is refused as forged."""
    page = client.get(asked.get_absolute_url()).content.decode()
    assert '<meta name="referrer" content="same-origin">' in page
