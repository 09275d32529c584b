"""Commendations: on the wall by consent only, minors with their guardian's yes."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agency, Guardianship, Visitor
from contests import commendations
from contests.models import Commendation
from contests.workflow import COMMENDATIONS
from core.facts import Fact
from core.models import Event, OutboxMessage
from core.words import Refused
from support_orgs.models import ClubFounding, Organisation

CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
STAFF = {"binh", "chi", "dung", "em", "khoa"}


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST} | {"visitor": Visitor()}


@pytest.fixture
def make(em, now):
    """A commendation of a person, unless told otherwise."""

    def make(person=None, *, status="published", agreed=False, **told):
        told = {
            "issuer": em.memberships.first().agency, "occasion": "Ngày hội khởi nghiệp",
            "citation": "Máy tách vỏ dừa", "decision_number": "12/QĐ-ĐTN",
            "decided_on": date(2026, 10, 1), "recorded_by": em, "recorded_at": now,
            "agreed_at": now if agreed else None, "agreed_text": "Có" if agreed else "",
        } | told  # fmt: skip
        return Commendation.objects.create(person=person, status=status, **told)

    return make


@pytest.fixture
def pupil(lan):
    lan.birth_date = timezone.localdate() - timedelta(days=16 * 365)
    lan.save()
    return lan


def wall():
    return list(Commendation.objects.on_the_wall(timezone.localdate()))


def test_a_person_stands_on_the_wall_after_their_own_yes_and_until_they_take_it_back(
    client, make, an
):
    found = make(an)
    client.force_login(an)
    page = f"/tuyen-duong/{found.key}/"
    assert Client().get(page).status_code == 404
    assert str(commendations.CONSENT) in client.get(page).content.decode()
    for _press in range(2):
        client.post(f"{page}y-kien/dong-y/")
    assert wall() == [found]
    assert "Nguyễn Thị An" in Client().get("/tuyen-duong/").content.decode()
    client.post(f"{page}y-kien/rut-lai/")
    assert wall() == []
    assert "Nguyễn Thị An" not in Client().get("/tuyen-duong/").content.decode()
    kinds = list(Event.objects.about(found).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["commendation.agree", "commendation.take_back"]


def test_a_minor_needs_the_guardian_before_and_all_the_time(make, pupil, now):
    found = make(pupil)
    with pytest.raises(Refused, match="dưới 18 tuổi"):
        commendations.agree(found, by=pupil, at=now)
    asked = Guardianship.objects.create(
        child=pupil, guardian_name="Mẹ", guardian_email="me@example.vn", answer="yes",
        answered_at=now,
    )  # fmt: skip
    commendations.agree(found, by=pupil, at=now)
    assert wall() == [found]
    asked.answer = "no"
    asked.save()
    assert wall() == []


def test_nobody_agrees_for_another(client, make, an, em, lan):
    found = make(an)
    for user, status in ((em, 403), (lan, 404)):
        client.force_login(user)
        assert client.post(f"/tuyen-duong/{found.key}/y-kien/dong-y/").status_code == status
    client.force_login(an)
    assert client.post(f"/tuyen-duong/{found.key}/y-kien/khac/").status_code == 404


def test_an_organisation_needs_no_consent(make):
    club = Organisation.objects.create(code="clb", name="Câu lạc bộ")
    assert wall() == []
    found = make(organisation=club)
    assert wall() == [found]


@pytest.mark.parametrize("status", ["draft", "published"])
def test_who_may_take_which_step(cast, make, an, status):
    found = make(an, status=status)
    taken = {
        (name, who)
        for name in COMMENDATIONS.names
        for who, user in cast.items()
        if not COMMENDATIONS.why_not(found, name, user)
    }
    name = "publish" if status == "draft" else "retract"
    assert taken == {(name, who) for who in ("binh", "chi", "em")}


@pytest.mark.parametrize(
    ("status", "agreed"), [("draft", True), ("published", False), ("published", True)]
)
def test_the_list_and_the_permission_agree(cast, make, an, status, agreed):
    found = make(an, status=status, agreed=agreed)
    seen = {w for w, user in cast.items() if found in Commendation.objects.visible_to(user)}
    fresh = Commendation.objects.get(pk=found.pk)
    assert seen == {w for w, user in cast.items() if user.can("commendation.view", fresh)}
    assert seen == (set(cast) if status == "published" and agreed else STAFF | {"an"})


def test_nobody_handles_their_own(cast, make, binh):
    found = make(binh, status="draft")
    assert [w for w in ("binh", "chi", "em") if cast[w].can("commendation.publish", found)] == [
        "chi",
        "em",
    ]


def form(em, **told):
    return {
        "key": str(uuid.uuid4()), "issuer": str(em.memberships.first().agency_id),
        "occasion": "Ngày hội", "citation": "Máy tách vỏ dừa", "decision_number": "12/QĐ",
        "decided_on": "01/10/2026", "email": "", "venture": "", "organisation": "", "union": "",
    } | told  # fmt: skip


def test_an_official_writes_one_down_and_publishes_it(client, em, an):
    client.force_login(em)
    told = form(em, email="an@example.vn")
    for _press in range(2):
        made = client.post("/tuyen-duong/moi/", told)
    found = Commendation.objects.get()
    assert made.url == found.get_absolute_url()
    client.post(f"{made.url}sua/", told | {"citation": "Máy sấy"})
    assert client.post(f"{made.url}buoc/publish/").status_code == 302
    found = Commendation.objects.get()
    assert (found.citation, found.status, found.agreed_at) == ("Máy sấy", "published", None)
    assert client.get(f"{made.url}sua/").status_code == 403


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"email": "ai@khong.co"},
        {"venture": "DA-2026-9999"},
        {"venture": "x"},
        {"email": "an@example.vn", "citation": ""},
        {"email": "an@example.vn", "decided_on": "32/13/2026"},
    ],
)
def test_what_is_wrong_is_said(client, em, an, told):
    client.force_login(em)
    assert client.post("/tuyen-duong/moi/", form(em, **told)).status_code == 422
    assert Commendation.objects.count() == 0


def test_an_official_does_not_commend_themselves(client, em):
    client.force_login(em)
    answer = client.post("/tuyen-duong/moi/", form(em, email=em.email))
    assert answer.status_code == 422
    assert Commendation.objects.count() == 0


def test_other_consent_is_needed_for_other_words(make, an, lan, em, now):
    found = make(an, status="draft", agreed=True)
    commendations.amend(found, {"person": lan}, by=em, at=now)
    assert Commendation.objects.get().agreed_at is None


def test_the_wall_by_union(client, make):
    union = Agency.objects.create(code="doan", name="Đoàn Thanh niên", kind="union")
    other = Agency.objects.create(code="hoi", name="Hội Phụ nữ", kind="union")
    for agency in (union, other):
        club = Organisation.objects.create(code=agency.code, name=f"CLB của {agency}")
        make(organisation=club, union=agency)
    page = client.get("/tuyen-duong/?doan-the=doan").content.decode()
    assert "CLB của Đoàn Thanh niên" in page
    assert "CLB của Hội Phụ nữ" not in page


def test_the_wall_costs_the_same_for_one_row_and_three(client, make, em, now):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/tuyen-duong/").status_code == 200
        return len(seen)

    def club(number):
        found = Organisation.objects.create(code=f"c{number}", name=f"CLB {number}")
        ClubFounding.objects.create(
            organisation=found, happened_on=date(2026, 1, 1), recorded_at=now, recorded_by=em,
            status=Fact.Status.RECORDED,
        )  # fmt: skip
        make(organisation=found)

    club(1)
    cost()
    one = cost()
    club(2)
    club(3)
    assert cost() == one


def test_publishing_asks_the_person_by_letter_once(client, make, em, an):
    found = make(an, status="draft")
    client.force_login(em)
    client.post(f"/tuyen-duong/{found.key}/buoc/publish/")
    letter = OutboxMessage.objects.get()
    assert letter.to == an.email
    assert found.get_absolute_url() in letter.body
    club = Organisation.objects.create(code="clb", name="Câu lạc bộ")
    other = make(organisation=club, status="draft")
    client.post(f"/tuyen-duong/{other.key}/buoc/publish/")
    assert OutboxMessage.objects.count() == 1
