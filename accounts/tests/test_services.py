"""Accounts by proved address, guardians, consents, roles."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts import consent_texts, services
from accounts.models import Consent, Guardianship, Membership, User
from core.models import Event, OutboxMessage
from core.words import Refused

WORDS = {"text": "lời văn", "version": "2026-11"}


@pytest.fixture
def minh(db):
    """Minh is a pupil of fifteen."""
    user = User.objects.create_user(
        "minh@example.vn", full_name="Trần Văn Minh", birth_date=date(2011, 3, 1)
    )
    user.emailaddress_set.create(email="minh@example.vn", verified=True, primary=True)
    return user


def ask(child, now, email="me@example.vn"):
    return services.ask_guardian(child, "Lê Thị Mai", email, now, **WORDS)


def answer(row, what, now, name="Lê Thị Mai"):
    return services.answer_guardian(row, what, name=name, at=now, **WORDS)


# -- Accounts -----------------------------------------------------------------
def test_an_account_is_made_for_a_proved_address(db):
    user = services.account_for(" Moi@Example.VN ")
    assert (user.email, user.has_usable_password()) == ("moi@example.vn", False)
    rows = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(rows) == [(user.pk, "moi@example.vn", True, True)]
    assert services.account_for("moi@example.vn") == user
    assert User.objects.count() == 1


def test_a_known_account_keeps_its_password(an):
    assert services.account_for("AN@example.vn") == an
    an.refresh_from_db()
    assert an.check_password("mat-khau-dai-2026")


def test_a_password_set_by_whoever_never_proved_the_address_is_dropped(db):
    squatter = User.objects.create_user("nan-nhan@example.vn", "mat-khau-ke-gian")
    squatter.emailaddress_set.create(email=squatter.email, verified=False, primary=True)
    assert services.account_for("nan-nhan@example.vn") == squatter
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()
    assert squatter.emailaddress_set.get().verified


def test_a_second_proved_address_leads_to_its_owner(an):
    an.emailaddress_set.create(email="an.khac@example.vn", verified=True)
    assert services.account_for("an.khac@example.vn") == an
    assert User.objects.count() == 1


def test_a_closed_account_is_not_entered(an):
    an.is_active = False
    an.save()
    assert services.account_for(an.email) is None


def test_nobody_enters_as_the_portal_itself(db):
    assert services.account_for(User.objects.system().email) is None


def test_the_birth_date_is_told_once(minh):
    services.update_profile(
        minh, full_name="Trần Minh", phone="", unit=None, birth_date=date(1990, 1, 1)
    )
    minh.refresh_from_db()
    assert minh.birth_date == date(2011, 3, 1)
    assert (minh.full_name, minh.name_key != "") == ("Trần Minh", True)


# -- Guardians ----------------------------------------------------------------
def test_asking_writes_one_letter_with_the_link_and_the_given_name_only(minh, now, settings):
    row = ask(minh, now)
    letter = OutboxMessage.objects.get()
    assert letter.to == "me@example.vn"
    assert letter.subject == "Minh cần ý kiến của ông/bà về việc khởi nghiệp"
    assert f"{settings.SITE_URL}/tai-khoan/phu-huynh/{row.token}/" in letter.body
    assert "Trần" not in letter.subject + letter.body
    assert (row.answer, row.text, row.version) == ("waiting", "lời văn", "2026-11")
    assert letter.event.kind == "guardianship.ask"


def test_a_child_has_one_open_request(minh, now):
    first = ask(minh, now)
    again = ask(minh, now + timedelta(hours=1))
    assert (again.pk, again.token) == (first.pk, first.token)
    assert OutboxMessage.objects.count() == 1
    moved = ask(minh, now + timedelta(hours=2), "bo@example.vn")
    assert moved.pk == first.pk
    assert moved.token != first.token
    assert list(OutboxMessage.objects.order_by("pk").values_list("to", flat=True)) == [
        "me@example.vn",
        "bo@example.vn",
    ]


@pytest.mark.parametrize(
    "email",
    ["minh@example.vn", " MINH@example.vn", "minh2@example.vn", "minh+me@example.vn"],
)
def test_a_child_is_not_its_own_guardian(minh, now, email):
    minh.emailaddress_set.create(email="minh2@example.vn", verified=True)
    with pytest.raises(Refused):
        ask(minh, now, email)
    assert not Guardianship.objects.exists()


def test_a_name_that_is_a_link_is_not_told_to_strangers(minh, now):
    minh.full_name = "Trúng thưởng http://lua.example"
    minh.save()
    ask(minh, now)
    letter = OutboxMessage.objects.get()
    assert "lua.example" not in letter.subject + letter.body


def test_the_answer_is_kept_with_its_words_and_told_to_the_child(minh, now):
    row = answer(ask(minh, now), "yes", now + timedelta(days=1), name="Lê Mai")
    row.refresh_from_db()
    assert (row.answer, row.guardian_name, row.text, row.version) == (
        "yes",
        "Lê Mai",
        "lời văn",
        "2026-11",
    )
    assert row.answered_at == now + timedelta(days=1)
    told = OutboxMessage.objects.get(to="minh@example.vn")
    assert told.subject == "Người giám hộ đã đồng ý"
    assert told.event.data["text"] == "lời văn"


def test_a_yes_may_be_withdrawn_and_the_journal_keeps_both(minh, now):
    row = answer(ask(minh, now), "yes", now)
    answer(row, "yes", now + timedelta(days=1))
    row = answer(row, "no", now + timedelta(days=2))
    assert (row.answer, row.answered_at) == ("no", now + timedelta(days=2))
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["guardianship.ask", "guardianship.answer", "guardianship.withdraw"]
    subjects = OutboxMessage.objects.filter(to="minh@example.vn").order_by("pk")
    assert list(subjects.values_list("subject", flat=True)) == [
        "Người giám hộ đã đồng ý",
        "Người giám hộ đã rút lại sự đồng ý",
    ]


def test_after_a_no_the_child_must_ask_again(minh, now):
    row = answer(ask(minh, now), "no", now)
    with pytest.raises(Refused):
        answer(row, "yes", now)
    assert ask(minh, now).pk != row.pk


# -- Consents and their words -------------------------------------------------
def test_withdrawal_is_kept_once(an, now):
    consent = Consent.objects.create(
        user=an, purpose="process", text="lời", version="2026-11", given_at=now
    )
    services.withdraw_consent(consent, now + timedelta(days=1))
    services.withdraw_consent(consent, now + timedelta(days=2))
    consent.refresh_from_db()
    assert consent.withdrawn_at == now + timedelta(days=1)
    assert [e.kind for e in Event.objects.all()] == ["consent.withdraw"]


@pytest.mark.parametrize("way", [
    services.withdraw_consent,
    lambda consent, at: Consent.objects.filter(pk=consent.pk).withdraw(at),
])  # fmt: skip
def test_a_press_that_waited_while_the_consent_was_given_ends_it_then(an, now, way):
    given = now + timedelta(seconds=1)
    consent = Consent.objects.create(
        user=an, purpose="publish_name", text="…", version="1", given_at=given
    )
    way(consent, now)
    consent.refresh_from_db()
    assert consent.withdrawn_at == given


@pytest.mark.parametrize("purpose", [*Consent.Purpose.values, "guardian"])
def test_every_purpose_has_words_that_name_the_law_and_the_way_back(purpose):
    words = consent_texts.text(purpose)
    assert "91/2025/QH15" in words
    assert "rút lại" in words


# -- Roles --------------------------------------------------------------------
def test_nobody_grants_themselves_a_role(quan, now):
    mine = Membership(user=quan, role="chair", valid_from=date(2026, 1, 1))
    with pytest.raises(Refused):
        services.grant(mine, by=quan, at=now)
    assert quan.memberships.count() == 1


def test_a_grant_is_in_the_journal(quan, lan, now):
    given = Membership(user=lan, role="judge", valid_from=date(2026, 1, 1))
    event = services.grant(given, by=quan, at=now)
    assert (event.kind, event.actor, event.data["role"]) == ("membership.grant", quan, "judge")
    given.valid_to = date(2026, 12, 31)
    assert services.grant(given, by=quan, at=now).kind == "membership.change"


@pytest.mark.parametrize("role", Membership.Role.values)
@pytest.mark.parametrize("required", [True, False])
def test_a_role_waits_for_the_second_factor(lan, role, required, settings):
    settings.MFA_REQUIRED = required
    lan.memberships.create(role=role, valid_from=date(2026, 1, 1))
    before = User.objects.get(pk=lan.pk)
    assert before.roles == (frozenset() if required else frozenset([role]))
    lan.authenticator_set.create(type="recovery_codes", data={})
    assert User.objects.get(pk=lan.pk).roles == before.roles
    lan.authenticator_set.create(type="totp", data={})
    assert User.objects.get(pk=lan.pk).roles == frozenset([role])


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [(-1, None, True), (0, 0, True), (1, None, False), (-9, -1, False)],
)
def test_a_role_has_its_days(binh, start, end, held):
    binh.memberships.all().delete()
    today = timezone.localdate()
    binh.memberships.create(
        role="official",
        valid_from=today + timedelta(days=start),
        valid_to=None if end is None else today + timedelta(days=end),
    )
    found = User.objects.get(pk=binh.pk)
    assert found.roles == (frozenset(["official"]) if held else frozenset())
