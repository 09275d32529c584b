"""Entered for somebody else: confirmed by a code or on paper, sent, read, and claimed."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, Guardianship
from conftest import person
from core.models import Event, OutboxMessage
from core.words import Refused
from projects import assisted, desk
from projects.models import AssistedConsent, AssistedEntry, Venture
from projects.tests.desk_cast import picture
from projects.workflow import VENTURES

S = Venture.Status
BEGIN = "/y-tuong/nhap-giup/"
WHO = {"contact_name": "Bà Tư", "contact_birth_date": date(1950, 3, 4)}
WRITTEN = {
    "title": "Mắm ruốc ít muối",
    "field": "food",
    "summary": "Mắm cho người huyết áp cao.",
    "problem": "Mắm mặn quá.",
    "solution": "Ủ lạnh.",
}
TICKS = {"process": "on", "publish_venture": "on"}


def entered(by, at, **told):
    venture = assisted.begin(uuid.uuid4(), WHO | told, by=by, at=at)
    Venture.objects.filter(pk=venture.pk).update(**WRITTEN)
    venture.refresh_from_db()
    return venture


def home(venture):
    return reverse("projects:assisted", args=[venture.key])


def prefixed(prefix, told):
    return {f"{prefix}-{name}": value for name, value in told.items()}


def code():
    return re.search(r"\b\d{6}\b", mail.outbox[-1].subject)[0]


@pytest.fixture
def helped(ha):
    """Entered by the club's manager for somebody with an address."""
    return entered(ha, timezone.now(), contact_email="tu@example.vn")


# -- Beginning --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[(who, 403) for who in ("an", "dung", "khoa", "lan")],
        ("binh", 200),
        ("em", 200),
        ("ha", 200),
    ],
)
def test_who_may_enter_for_others(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(BEGIN).status_code == status


def test_a_visitor_signs_in_first(client, db):
    assert client.get(BEGIN).status_code == 302


def test_begun_once_however_often_it_is_pressed(client, ha):
    client.force_login(ha)
    key = re.search(r'name="key" value="([^"]*)"', client.get(BEGIN).content.decode())[1]
    told = {"key": key, "contact_name": "Bà Tư", "contact_birth_date": "1950-03-04"}
    assert client.post(BEGIN, {"key": key}).status_code == 422
    first, second = client.post(BEGIN, told), client.post(BEGIN, told)
    assert first.url == second.url == reverse("projects:draft", args=[key, "y-tuong"])
    venture = Venture.objects.get()
    assert (venture.owner, venture.entered_by, venture.status) == (None, ha, S.DRAFT)
    assert [e.kind for e in Event.objects.about(venture)] == ["venture.assist"]
    assert client.get(first.url).status_code == 200


def test_ones_own_address_confirms_nothing(client, ha):
    client.force_login(ha)
    told = {"key": uuid.uuid4(), "contact_name": "Bà Tư", "contact_birth_date": "1950-03-04"}
    answer = client.post(BEGIN, told | {"contact_email": "ha+tu@example.vn"})
    assert answer.status_code == 422
    assert not Venture.objects.exists()


def test_nobody_else_finds_it(client, helped, binh, lan):
    for user in (binh, lan):
        client.force_login(user)
        assert client.get(home(helped)).status_code == 404
        assert client.get(helped.get_absolute_url()).status_code == 404
        assert client.get(home(helped) + "giay/").status_code == 404
    assert not Venture.objects.visible_to(binh, date(2026, 11, 20)).exists()


def test_the_helper_writes_in_the_same_form_and_does_not_become_its_owner(client, ha, helped):
    client.force_login(ha)
    step = reverse("projects:draft", args=[helped.key, "van-de"])
    page = client.get(step).content.decode()
    assert "Bạn đang nhập giúp Bà Tư" in page
    version = re.search(r'name="version" value="([^"]*)"', page)[1]
    client.post(step, {"problem": "Rất mặn.", "solution": "Ủ lạnh.", "version": version})
    helped.refresh_from_db()
    assert (helped.problem, helped.owner) == ("Rất mặn.", None)
    last = reverse("projects:draft", args=[helped.key, "gui"])
    assert client.get(last).url == home(helped)


# -- By code ------------------------------------------------------------------------
def test_nothing_is_sent_before_the_person_has_confirmed(ha, helped, now):
    with pytest.raises(Refused, match="chưa xác nhận"):
        VENTURES.advance(helped, "submit", by=ha, at=now)


def test_confirmed_by_a_code_that_the_person_reads_out(client, ha, helped):
    client.force_login(ha)
    told = prefixed("ma", TICKS | {"email": "tu@example.vn"}) | {"viec": "gui-ma"}
    assert client.post(home(helped), {"viec": "gui-ma"}).status_code == 422
    assert client.post(home(helped), told).status_code == 302
    letter = mail.outbox[-1]
    assert letter.to == ["tu@example.vn"]
    assert "Mắm ruốc ít muối" in letter.body
    assert letter.body.count("91/2025/QH15") == 2  # the two consents, in full
    digits = code()
    assert client.post(home(helped), {"viec": "ma", "code": "1"}).status_code == 422
    assert client.post(home(helped), {"viec": "ma", "code": digits}).url == home(helped)
    assert client.post(home(helped), {"viec": "ma", "code": digits}).status_code == 200
    helped.refresh_from_db()
    assert (helped.status, helped.owner) == (S.SUBMITTED, None)
    entry = AssistedEntry.objects.get()
    assert (entry.way, entry.confirmed_by, entry.fingerprint) == ("code", ha, helped.fingerprint)
    assert sorted(AssistedConsent.objects.values_list("purpose", "way")) == [
        ("process", "code"), ("publish_venture", "code"),
    ]  # fmt: skip
    journal = Event.objects.about(helped).order_by("pk")
    assert [(e.kind, e.actor) for e in journal] == [
        ("venture.assist", ha), ("venture.confirm", ha), ("venture.submit", ha),
    ]  # fmt: skip
    assert journal[1].data["way"] == "code"


def test_a_code_is_for_these_words_only(ha, helped, now):
    assisted.send_code(helped, email="tu@example.vn", purposes=["process"], by=ha, at=now)
    Venture.objects.filter(pk=helped.pk).update(solution="Bỏ thêm bột ngọt.")
    with pytest.raises(Refused, match="đã sửa sau khi gửi mã"):
        assisted.confirm_by_code(helped, code(), by=ha, at=now)


def test_a_code_is_guessed_five_times_and_lives_half_an_hour(ha, helped, now):
    assisted.send_code(helped, email="tu@example.vn", purposes=["process"], by=ha, at=now)
    digits = code()
    with pytest.raises(Refused, match="hết hiệu lực"):
        assisted.confirm_by_code(helped, digits, by=ha, at=now + timedelta(minutes=31))
    with pytest.raises(Refused, match="Chờ một phút"):
        assisted.send_code(helped, email="tu@example.vn", purposes=["process"], by=ha, at=now)
    for _n in range(assisted.CODE_TRIES):
        with pytest.raises(Refused):
            assisted.confirm_by_code(helped, "x", by=ha, at=now)
    with pytest.raises(Refused, match="hết hiệu lực"):
        assisted.confirm_by_code(helped, digits, by=ha, at=now)
    helped.refresh_from_db()
    assert helped.status == S.DRAFT


def test_who_has_an_account_owns_it_at_once(ha, helped, now):
    tu = person("Bà Tư", "tu@example.vn")
    assisted.send_code(helped, email="tu@example.vn", purposes=["process"], by=ha, at=now)
    sent = assisted.confirm_by_code(helped, code(), by=ha, at=now)
    assert sent.owner == tu
    assert [(c.purpose, c.given_at) for c in tu.consents.all()] == [("process", now)]
    assert not ha.can("venture.edit", sent)


# -- On paper -------------------------------------------------------------------------
def test_confirmed_on_signed_paper(client, binh, chi):
    venture = entered(binh, timezone.now())
    client.force_login(binh)
    told = prefixed("giay", TICKS) | {"viec": "giay"}
    missing = client.post(home(venture), told)
    assert missing.status_code == 422
    assert "Chọn ảnh hoặc bản quét" in missing.content.decode()
    answer = client.post(home(venture), told | {"giay-paper": picture("to-da-ky.png")})
    assert answer.url == home(venture)
    venture.refresh_from_db()
    entry = venture.assisted
    assert (venture.status, entry.way, entry.paper.subject) == (S.SUBMITTED, "paper", entry)
    assert not OutboxMessage.objects.exists()  # no address, no letter
    assert "báo bằng điện thoại hoặc giấy" in client.get(home(venture)).content.decode()
    client.force_login(chi)
    page = client.get(f"/y-tuong/{venture.code}/").content.decode()
    assert "Báo bằng điện thoại hoặc giấy" in page
    shown = client.get(entry.paper.get_absolute_url())
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
    client.force_login(person("Xa", "xa@example.vn"))
    assert client.get(entry.paper.get_absolute_url()).status_code == 404


def test_an_official_who_entered_it_does_not_screen_it(binh, chi, now):
    venture = _sent(binh, now)
    assert VENTURES.open_steps(venture, binh) == []
    assert list(desk.desk_of(binh, now.date())) == []
    assert {s.name for s in VENTURES.open_steps(venture, chi)} == {
        "screen", "accept", "return", "decline",
    }  # fmt: skip


def _sent(by, at, **told):
    venture = entered(by, at, **told)
    assisted.send_code(venture, email="tu@example.vn", purposes=["process"], by=by, at=at)
    return assisted.confirm_by_code(venture, code(), by=by, at=at)


def test_after_sending_the_helper_reads_the_receipt_and_no_more(client, ha):
    venture = _sent(ha, timezone.now())
    client.force_login(ha)
    page = client.get(home(venture)).content.decode()
    assert venture.code in page
    assert "<textarea" not in page
    assert client.get(f"/y-tuong/{venture.code}/").status_code == 404
    assert client.get(f"/y-tuong/{venture.code}/bien-nhan/").status_code == 404
    assert client.get(reverse("projects:draft", args=[venture.key, "van-de"])).status_code == 404
    assert client.post(home(venture), {"viec": "giay"}).status_code == 200


def test_sent_back_it_is_mended_and_confirmed_anew(ha, binh, now):
    venture = _sent(ha, now)
    data = {"fields": ["solution"]}
    VENTURES.advance(venture, "return", by=binh, at=now, note="Rõ hơn.", data=data)
    VENTURES.advance(venture, "release", by=binh, at=now)
    Venture.objects.filter(pk=venture.pk).update(solution="Ủ lạnh mười ngày.")
    with pytest.raises(Refused, match="chưa xác nhận"):
        VENTURES.advance(venture, "submit", by=ha, at=now)
    later = now + timedelta(hours=1)
    assisted.send_code(venture, email="tu@example.vn", purposes=[], by=ha, at=later)
    assert assisted.confirm_by_code(venture, code(), by=ha, at=later).status == S.SUBMITTED
    assert AssistedConsent.objects.count() == 1


def test_the_sheet_to_sign_has_the_words_and_the_lines(client, ha, helped):
    client.force_login(ha)
    page = client.get(home(helped) + "giay/").content.decode()
    assert page.count("☐") == 3
    assert "Mắm cho người huyết áp cao." in page
    assert "Chữ ký" in page


# -- Claiming ----------------------------------------------------------------------------
def test_the_person_claims_it_with_the_recorded_address(client, ha, now, lan):
    venture = _sent(ha, now)
    assert not Venture.objects.public(now.date()).exists()
    tu = person("", "tu@example.vn", birth=None)
    client.force_login(lan)
    path = reverse("projects:claim", args=[venture.key])
    assert client.post(path).status_code == 404
    client.force_login(tu)
    assert "Nhận về tài khoản này" in client.get("/y-tuong/cua-toi/").content.decode()
    home_of_it = f"/y-tuong/{venture.code}/"
    assert client.post(path).url == client.post(path).url == home_of_it
    venture.refresh_from_db()
    tu.refresh_from_db()
    assert (venture.owner, tu.full_name, tu.birth_date) == (tu, "Bà Tư", date(1950, 3, 4))
    consent = Consent.objects.get(user=tu)
    assert (consent.purpose, consent.given_at) == ("process", now)
    assert client.get(home_of_it).status_code == 200
    client.force_login(ha)
    assert client.get(home(venture)).status_code == 404


def test_a_minor_who_claims_has_the_guardian_asked(ha, now):
    child = {"contact_birth_date": date(2011, 2, 3), "guardian_name": "Lê Bảy"}
    venture = _sent(ha, now, **child, guardian_email="bay@example.vn")
    tu = person("", "tu@example.vn", birth=None)
    assisted.claim(venture, by=tu, at=now)
    asked = Guardianship.objects.get()
    assert (asked.child, asked.guardian_email) == (tu, "bay@example.vn")


def test_the_list_costs_the_same_for_one_and_three(client, ha):
    client.force_login(ha)
    costs = []
    for _n in range(3):
        entered(ha, timezone.now())
        client.get(BEGIN)
        with CaptureQueriesContext(connection) as cost:
            client.get(BEGIN)
        costs.append(len(cost))
    assert costs[0] == costs[2]
