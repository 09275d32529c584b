"""Django's admin: who enters, what is only read, that nobody grants themselves a role."""

from datetime import date
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command

from accounts.models import Agency, Consent, Membership, User
from core.models import Event

HOME = "/quan-tri/"


def test_one_door(client, db):
    answer = client.get(HOME, follow=True)
    assert [url for url, _status in answer.redirect_chain][-1].startswith("/tai-khoan/dang-nhap/")


def test_administrators_enter_and_nobody_else(client_of, request, quan):
    cast = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan")
    assert client_of(quan).get(HOME).status_code == 200
    seen = {
        client_of(request.getfixturevalue(name)).get(HOME, follow=True).status_code for name in cast
    }
    assert seen == {403}


@pytest.mark.parametrize("required", [True, False])
def test_a_superuser_without_second_factor_waits(client, db, settings, required):
    settings.MFA_REQUIRED = required
    root = User.objects.create_superuser("root@example.vn", "mat-khau-dai-2026")
    assert (root.is_staff, root.has_perm("accounts.change_user")) == (not required, not required)
    client.force_login(root)
    assert client.get(HOME).status_code == 302
    root.authenticator_set.create(type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("model", ["user", "agency", "membership", "consent", "guardianship"])
def test_every_list_opens(client, quan, an, model):
    client.force_login(quan)
    assert client.get(f"{HOME}accounts/{model}/").status_code == 200


def test_roles_are_given_to_others_only(client, quan, lan):
    client.force_login(quan)
    path = f"{HOME}accounts/membership/add/"
    told = {"role": "chair", "valid_from": "2026-01-01"}
    assert (
        "Không ai tự giao vai trò" in client.post(path, {"user": quan.pk, **told}).content.decode()
    )
    assert quan.memberships.count() == 1
    assert client.post(path, {"user": lan.pk, **told}).status_code == 302
    assert lan.memberships.get().role == "chair"
    assert [(e.kind, e.actor) for e in Event.objects.all()] == [("membership.grant", quan)]


def test_ones_own_role_is_not_changed(client, quan):
    client.force_login(quan)
    own = quan.memberships.get()
    client.post(
        f"{HOME}accounts/membership/{own.pk}/change/",
        {"user": quan.pk, "role": "chair", "valid_from": "2025-07-01"},
    )
    own.refresh_from_db()
    assert own.role == "administrator"


def test_a_role_does_not_move_to_oneself(client, quan, binh):
    client.force_login(quan)
    given = binh.memberships.get()
    client.post(
        f"{HOME}accounts/membership/{given.pk}/change/",
        {"user": quan.pk, "role": "official", "valid_from": "2025-07-01"},
    )
    given.refresh_from_db()
    assert given.user == binh


def test_a_person_is_added_and_signs_in_by_code(client, quan):
    client.force_login(quan)
    told = {"email": "Moi@Example.vn", "full_name": "Đinh Mới", "is_active": "on"}
    assert client.post(f"{HOME}accounts/user/add/", told).status_code == 302
    made = User.objects.get(email="moi@example.vn")
    assert (made.full_name, made.has_usable_password(), made.name_key != "") == (
        "Đinh Mới",
        False,
        True,
    )


def test_rights_and_passwords_are_not_in_the_form(client, quan, an):
    client.force_login(quan)
    form = client.get(f"{HOME}accounts/user/{an.pk}/change/").context["adminform"].form
    assert set(form.fields) == {"full_name", "birth_date", "phone", "unit", "is_active"}


@pytest.mark.parametrize("email", ["", "x", "a\0@b.vn", "an@example.vn", "a" * 10_000 + "@b.vn"])
def test_a_wrong_person_is_refused(client, quan, an, email):
    client.force_login(quan)
    before = User.objects.count()
    answer = client.post(f"{HOME}accounts/user/add/", {"email": email, "is_active": "on"})
    assert answer.status_code == 200
    assert User.objects.count() == before


def test_consents_are_only_read(client, quan, an, now):
    given = Consent.objects.create(
        user=an, purpose="process", text="lời", version="2026-11", given_at=now
    )
    client.force_login(quan)
    path = f"{HOME}accounts/consent/{given.pk}/"
    assert client.get(f"{path}change/").status_code == 200
    assert client.post(f"{path}change/", {"text": "khác"}).status_code == 403
    assert client.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{HOME}accounts/consent/add/").status_code == 403
    given.refresh_from_db()
    assert given.text == "lời"


@pytest.mark.parametrize("model", [User, Agency, Membership, Consent])
def test_nothing_is_deleted(rf, quan, model):
    request = rf.get("/")
    request.user = quan
    assert not admin.site.get_model_admin(model).has_delete_permission(request)


def test_a_lost_phone_is_taken_off_by_another(client, quan, binh):
    client.force_login(quan)
    lost, own = binh.authenticator_set.get(), quan.authenticator_set.get()
    path = f"{HOME}mfa/authenticator/"
    page = client.get(f"{path}{lost.pk}/change/").content.decode()
    assert "JBSWY3DPEHPK3PXP" not in page
    assert client.post(f"{path}{own.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{path}{lost.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not binh.authenticator_set.exists()


# -- The first administrator --------------------------------------------------
def run(*args):
    out = StringIO()
    call_command("make_admin", *args, stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_made(db):
    said = run("Quan@Example.vn", "--name", "Ngô Quân")
    user = User.objects.get(email="quan@example.vn")
    password = said.split("change it): ")[1].split()[0]
    assert user.check_password(password)
    assert user.held_roles == {"administrator"}
    assert user.emailaddress_set.get().verified
    assert "second factor" in said
    assert Event.objects.get().kind == "membership.grant"


def test_twice_changes_nothing(an):
    run("an@example.vn")
    said = run("an@example.vn")
    an.refresh_from_db()
    assert an.check_password("mat-khau-dai-2026")
    assert "Password" not in said
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("email", ["x", "", "he-thong@cong.invalid"])
def test_no_administrator_of_a_wrong_address(db, email):
    User.objects.system()
    with pytest.raises(CommandError):
        run(email)
    assert not Membership.objects.filter(valid_from__gt=date(2000, 1, 1)).exists()
