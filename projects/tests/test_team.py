"""The team: asked by letter, each one's own yes, who may do what, leaving, a new lead."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, Guardianship, User, Visitor
from conftest import NOON, person
from core import outbox
from core.models import Event, OutboxMessage
from core.words import Refused
from projects import desk, drafts, team
from projects.models import TeamMember, Venture
from projects.tests.desk_cast import idea, project, support
from projects.tests.test_workflow import GOOD
from projects.workflow import SUPPORTS, VENTURES

S = Venture.Status
YES = {"process": "on"}


@pytest.fixture
def draft(an):
    return Venture.objects.create(owner=an, **GOOD)


def asked(venture, who, at, rights="edit", role="Bao bì"):
    return team.invite(venture, email=who.email, rights=rights, role=role, by=venture.owner, at=at)


def joined(venture, who, at, rights="edit", **answer):
    member = asked(venture, who, at, rights)
    return team.accept(member, by=who, answer=team.Answer(**answer), at=at)


def link(to):
    """The link in the newest letter to an address."""
    letter = OutboxMessage.objects.filter(to=to).latest("pk")
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def page_of(venture):
    return reverse("projects:team", args=[team.reference(venture)])


# -- Asking ---------------------------------------------------------------------
def test_the_letter_tells_who_and_nothing_else(draft, lan, now):
    asked(draft, lan, now)
    letter = OutboxMessage.objects.get()
    assert letter.to == lan.email
    assert "An mời bạn" in letter.subject
    assert draft.title not in letter.body
    assert "Nguyễn" not in letter.body


def test_the_link_tells_who_invites_to_what_and_nothing_of_the_rest(client, draft, lan):
    asked(draft, lan, timezone.now())
    answer = client.get(link(lan.email))
    text = answer.content.decode()
    assert "Nguyễn Thị An" in text
    assert draft.title in text
    assert draft.summary not in text
    assert "no-cache" in answer["Cache-Control"]
    assert client.get(page_of(draft)).status_code == 302  # to the sign-in
    client.force_login(lan)
    assert client.get(page_of(draft)).status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_of_a_minor_the_link_tells_the_given_name_only(client, lan):
    child = person("Lê Văn Tí", "ti@example.vn", birth=date(2011, 2, 3))
    draft = Venture.objects.create(owner=child, **GOOD)
    asked(draft, lan, timezone.now())
    path = link(lan.email)
    text = client.get(path).content.decode()
    assert "<b>Tí</b> mời bạn" in text
    assert "Lê Văn" not in text
    client.force_login(lan)
    assert "<b>Lê Văn Tí</b> mời bạn" in client.get(path).content.decode()


@pytest.mark.parametrize("token", ["x", "WzEsMl0:1:abc", "a" * 3000])
def test_a_made_up_link_leads_nowhere(client, db, token):
    assert client.get(f"/y-tuong/loi-moi/{token}/").status_code == 404


def test_only_the_address_itself_answers(client, draft, lan, chi):
    member = asked(draft, lan, timezone.now())
    path = link(lan.email)
    client.force_login(chi)
    assert "gửi đến một địa chỉ khác" in client.get(path).content.decode()
    client.post(path, YES)
    member.refresh_from_db()
    assert member.is_waiting
    with pytest.raises(Refused, match="một địa chỉ khác"):
        team.accept(member, by=chi, answer=team.Answer(), at=timezone.now())


def test_accepted_with_ones_own_consents(client, draft, lan):
    member = asked(draft, lan, timezone.now())
    client.force_login(lan)
    path = link(lan.email)
    assert client.post(path, {}).status_code == 422
    assert client.post(path, YES).url == page_of(draft)
    assert client.post(path, YES).url == page_of(draft)  # pressed twice
    member.refresh_from_db()
    assert (member.user, member.is_standing) == (lan, True)
    consent = Consent.objects.get(user=lan)
    assert (consent.purpose, consent.subject_kind, consent.subject_id) == (
        "process", "teammember", member.pk,
    )  # fmt: skip
    assert "Trưởng nhóm" in consent.text
    assert [e.kind for e in Event.objects.about(draft).order_by("pk")] == [
        "venture.invite", "venture.join",
    ]  # fmt: skip
    assert client.get("/tai-khoan/ho-so/").status_code == 200


def test_declined_the_link_is_dead(client, draft, lan):
    member = asked(draft, lan, timezone.now())
    client.force_login(lan)
    path = link(lan.email)
    client.post(path, {"khong": "1"})
    member.refresh_from_db()
    assert member.declined_at is not None
    assert client.get(path).status_code == 404
    assert not Consent.objects.filter(user=lan).exists()
    again = asked(draft, lan, timezone.now())
    assert again.pk != member.pk


def test_a_minor_names_a_guardian_and_stays_unnamed_before_a_yes(client, draft, now):
    child = person("Lê Tí", "ti@example.vn", birth=None)
    member = asked(draft, child, timezone.now())
    client.force_login(child)
    path = link(child.email)
    told = YES | {"birth_date": "2011-02-03", "show_name": "on"}
    answer = client.post(path, told)
    assert answer.status_code == 422
    assert "ghi cha, mẹ hoặc người giám hộ" in answer.content.decode()
    told |= {"guardian_name": "Lê Bảy", "guardian_email": "bay@example.vn"}
    assert client.post(path, told).status_code == 302
    member.refresh_from_db()
    assert member.user.birth_date == date(2011, 2, 3)
    asked_row = Guardianship.objects.get()
    assert (asked_row.child, asked_row.answer) == (child, "waiting")
    assert team.shown_publicly(draft, now.date()) == []
    Guardianship.objects.update(answer="yes", answered_at=now)
    assert team.shown_publicly(draft, now.date()) == ["Lê Tí"]


def test_asking_twice_is_one_row_and_after_an_hour_a_second_letter(draft, lan, now):
    asked(draft, lan, now)
    with pytest.raises(Refused, match="Chờ một giờ"):
        asked(draft, lan, now + timedelta(minutes=5))
    first = link(lan.email)
    asked(draft, lan, now + timedelta(hours=2))
    assert TeamMember.objects.count() == 1
    assert link(lan.email) != first


def test_how_many_and_whom(draft, an, now):
    with pytest.raises(Refused, match="địa chỉ của bạn"):
        team.invite(draft, email="an+2@example.vn", rights="view", role="", by=an, at=now)
    for n in range(team.LETTERS_A_DAY):
        team.invite(draft, email=f"n{n}@example.vn", rights="view", role="", by=an, at=now)
    with pytest.raises(Refused, match="Ngày mai"):
        team.invite(draft, email="m@example.vn", rights="view", role="", by=an, at=now)


def test_the_letter_goes_out_once(draft, lan, now):
    asked(draft, lan, now)
    message = OutboxMessage.objects.get()
    assert outbox.send(message.pk, now)
    assert not outbox.send(message.pk, now)
    assert len(mail.outbox) == 1


# -- Who may what ------------------------------------------------------------------
@pytest.fixture
def around(request, an, binh, lan, now):
    """Owner, editor, viewer, invited only, left, stranger, official, visitor."""
    return {
        "owner": an,
        "editor": person("Mai Sửa", "sua@example.vn"),
        "viewer": person("Mai Xem", "xem@example.vn"),
        "invited": person("Mai Mời", "moi@example.vn"),
        "left": person("Mai Rời", "roi@example.vn"),
        "stranger": lan,
        "official": binh,
        "visitor": Visitor(),
    }


def with_team(venture, around, now):
    joined(venture, around["editor"], now)
    joined(venture, around["viewer"], now, "view")
    asked(venture, around["invited"], now)
    team.leave(joined(venture, around["left"], now), by=around["left"], at=now)


INSIDE = {"owner", "editor", "viewer"}


@pytest.mark.parametrize("status", list(S))
def test_what_is_listed_is_what_may_be_seen(around, now, status):
    sent = {} if status == S.DRAFT else {"year": 2026, "number": 1, "promised_on": now.date()}
    mended = {"mend_fields": ["solution"], "decline_reason": "other"}
    venture = Venture.objects.create(owner=around["owner"], status=status, **GOOD, **sent, **mended)
    with_team(venture, around, now)
    venture = Venture.objects.with_publicity(now.date()).get(pk=venture.pk)
    listed = {
        who
        for who, user in around.items()
        if Venture.objects.visible_to(user, now.date()).filter(pk=venture.pk).exists()
    }

    def may(permission):
        return {who for who, user in around.items() if user.can(permission, venture)}

    officials = set() if status == S.DRAFT else {"official"}
    opened = status in {S.DRAFT, S.RETURNED}
    assert listed == INSIDE | officials
    assert may("venture.view") == listed
    assert may("venture.view_private") == may("venture.view_files") == listed
    assert may("venture.view_team") == INSIDE
    assert may("venture.edit") == ({"owner", "editor"} if opened else set())
    assert may("venture.send") == ({"owner"} if opened else set())
    assert may("venture.lead") == may("venture.publish") == {"owner"}
    assert may("venture.screen") == {"official"}


def test_an_official_in_the_team_acts_on_nothing_of_it(an, binh, chi, now):
    venture = idea(an, now)
    joined(venture, chi, now, "view")
    assert VENTURES.open_steps(venture, chi) == []
    assert list(desk.desk_of(chi, now.date())) == []
    assert list(desk.desk_of(binh, now.date())) == [venture]
    other = project(an, binh, now, title="Dự án khác")
    fact = support(other, binh, now)
    assert {s.name for s in SUPPORTS.open_steps(fact, chi)} == {"verify", "return", "retract"}
    joined(other, chi, now + timedelta(hours=1))
    fact.refresh_from_db()
    assert SUPPORTS.open_steps(fact, chi) == []
    assert not chi.can("support.record", other)


def test_an_editor_saves_and_the_lead_sends(client, an, draft, now):
    editor, viewer = person("Mai Sửa", "sua@example.vn"), person("Mai Xem", "xem@example.vn")
    joined(draft, editor, now)
    joined(draft, viewer, now, "view")
    step = reverse("projects:draft", args=[draft.key, "van-de"])
    last = reverse("projects:draft", args=[draft.key, "gui"])
    client.force_login(editor)
    version = re.search(r'name="version" value="([^"]*)"', client.get(step).content.decode())[1]
    told = {"problem": "Cá hỏng nhiều.", "solution": "Tủ sấy.", "version": version}
    assert client.post(step, told).status_code == 302
    draft.refresh_from_db()
    assert draft.problem == "Cá hỏng nhiều."
    assert "Trưởng nhóm là người gửi" in client.get(last).content.decode()
    assert client.post(last, YES).status_code == 403
    with pytest.raises(Refused):
        drafts.send(draft, by=editor, purposes=["process"], at=now)
    client.force_login(viewer)
    page = client.get(step).content.decode()
    assert "Bạn được xem, chưa được sửa" in page
    assert "Cá hỏng nhiều." in page
    assert "<textarea" not in page
    assert client.post(step, told).status_code == 403
    key = {"key": draft.key, "title": "Khác", "version": version}
    assert client.post("/y-tuong/moi/", key).status_code == 403
    draft.refresh_from_db()
    assert (draft.title, draft.status) == (GOOD["title"], S.DRAFT)
    client.force_login(an)
    assert client.post(last, YES).status_code == 302
    draft.refresh_from_db()
    assert draft.status == S.SUBMITTED
    assert {m.to for m in OutboxMessage.objects.filter(event__kind="venture.submit")} == {an.email}


def test_an_editor_mends_what_was_asked(client, an, binh, now):
    venture = idea(an, now)
    editor = person("Mai Sửa", "sua@example.vn")
    joined(venture, editor, now)
    data = {"fields": ["solution"]}
    VENTURES.advance(venture, "return", by=binh, at=now, note="Viết rõ.", data=data)
    VENTURES.advance(venture, "release", by=binh, at=now)
    client.force_login(editor)
    story = client.get(f"/y-tuong/{venture.code_as('YT')}/").content.decode()
    assert "Viết rõ." in story
    assert "Rút lại" not in story
    step = reverse("projects:draft", args=[venture.key, "van-de"])
    version = re.search(r'name="version" value="([^"]*)"', client.get(step).content.decode())[1]
    client.post(step, {"solution": "Tủ sấy hai tầng.", "version": version})
    venture.refresh_from_db()
    assert venture.solution == "Tủ sấy hai tầng."


# -- The page -----------------------------------------------------------------------
def test_the_lead_invites_on_the_page_and_errors_stay(client, an, draft):
    client.force_login(an)
    path = page_of(draft)
    assert client.post(path, {"email": "x", "rights": "all"}).status_code == 422
    assert client.post(path, {"email": "b@example.vn", "rights": "view"}).status_code == 302
    again = client.post(path, {"email": "b@example.vn", "rights": "view"})
    assert again.status_code == 422
    assert "Chờ một giờ" in again.content.decode()
    assert "b@example.vn" in client.get(path).content.decode()


def test_members_do_not_invite_nor_see_who_was_asked(client, draft, lan, now):
    joined(draft, lan, now, "view")
    asked(draft, person("Ba", "ba@example.vn"), now)
    client.force_login(lan)
    assert "ba@example.vn" not in client.get(page_of(draft)).content.decode()
    told = {"email": "c@example.vn", "rights": "view"}
    assert client.post(page_of(draft), told).status_code == 403


@pytest.mark.parametrize("verb", ["team_remove", "team_offer", "team_rights"])
def test_only_the_lead_removes_offers_and_sets_rights(client, draft, lan, now, verb):
    member = joined(draft, lan, now)
    client.force_login(lan)
    path = reverse(f"projects:{verb}", args=[team.reference(draft), member.pk])
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 403
    client.force_login(person("Xa", "xa@example.vn"))
    assert client.post(path).status_code == 404


def rights_of(venture, member):
    return reverse("projects:team_rights", args=[team.reference(venture), member.pk])


def test_the_lead_changes_rights_and_they_count_at_once(client, an, draft, lan, now):
    member = joined(draft, lan, now, "view")
    step = reverse("projects:draft", args=[draft.key, "van-de"])
    client.force_login(lan)
    assert client.post(step, {"problem": "x"}).status_code == 403
    client.force_login(an)
    for wanted, may in (("edit", True), ("edit", True), ("view", False)):
        assert client.post(rights_of(draft, member), {"rights": wanted}).status_code == 302
        venture = Venture.objects.get(pk=draft.pk)
        assert lan.can("venture.view_team", venture)
        assert lan.can("venture.edit", venture) is may
    told = Event.objects.filter(kind="venture.set_rights").order_by("pk")
    assert [event.data["rights"] for event in told] == ["edit", "view"]
    member.refresh_from_db()
    assert member.accepted_at is not None
    assert Consent.objects.standing().filter(user=lan).count() == 1


def test_an_invitation_gets_other_rights_before_it_is_answered(client, an, draft, lan, now):
    member = asked(draft, lan, now, "edit")
    client.force_login(an)
    assert "Chỉ cho xem" in client.get(page_of(draft)).content.decode()
    client.post(rights_of(draft, member), {"rights": "view"})
    assert "Cho sửa bài viết" in client.get(page_of(draft)).content.decode()
    member.refresh_from_db()
    team.accept(member, by=lan, answer=team.Answer(), at=now)
    assert not lan.can("venture.edit", Venture.objects.get(pk=draft.pk))


@pytest.mark.parametrize("wanted", ["", "all", "edit" * 99])
def test_rights_that_are_none_are_refused(client, an, draft, lan, now, wanted):
    member = joined(draft, lan, now, "view")
    client.force_login(an)
    answer = client.post(rights_of(draft, member), {"rights": wanted}, follow=True)
    assert "Chọn một quyền có trong danh sách." in answer.content.decode()
    member.refresh_from_db()
    assert member.rights == "view"


def test_who_left_gets_no_rights(client, an, draft, lan, now):
    member = joined(draft, lan, now, "view")
    team.leave(member, by=lan, at=now)
    client.force_login(an)
    assert client.post(rights_of(draft, member), {"rights": "edit"}).status_code == 404
    with pytest.raises(Refused, match="không còn ở trong nhóm"):
        team.set_rights(member, by=an, rights="edit", at=now)


def test_the_page_costs_the_same_for_one_member_and_three(client, an, draft, now):
    client.force_login(an)
    costs = []
    for n in range(3):
        joined(draft, person(f"Người {n * 'a'}", f"n{n}@example.vn"), now)
        client.get(page_of(draft))
        with CaptureQueriesContext(connection) as cost:
            client.get(page_of(draft))
        costs.append(len(cost))
    assert costs[0] == costs[2]


def test_taken_out_nothing_is_seen_any_more(client, an, draft, lan, now):
    member = joined(draft, lan, now, show_name=True)
    client.force_login(an)
    path = reverse("projects:team_remove", args=[team.reference(draft), member.pk])
    client.post(path)
    member.refresh_from_db()
    assert (member.removed_by, member.left_at is not None) == (an, True)
    assert not Consent.objects.standing().filter(user=lan).exists()
    client.force_login(lan)
    assert client.get(page_of(draft)).status_code == 404


def test_who_leaves_takes_their_consents_along(client, draft, lan, now):
    member = joined(draft, lan, now, show_name=True)
    assert team.shown_publicly(draft, now.date()) == ["Mai Lan"]
    client.force_login(lan)
    path = reverse("projects:team_leave", args=[team.reference(draft)])
    assert client.post(path).url == reverse("projects:own_ideas")
    assert client.post(path).status_code == 404
    member.refresh_from_db()
    assert (member.removed_by, member.is_standing) == (None, False)
    assert team.shown_publicly(draft, now.date()) == []


def test_ones_name_is_ones_own(client, an, binh, lan, now):
    venture = project(an, binh, now)
    drafts.publish(venture, by=an, purpose="publish_venture", wanted=True, at=now)
    joined(venture, lan, now)
    public = venture.get_absolute_url()
    assert "Mai Lan" not in client.get(public).content.decode()
    client.force_login(lan)
    path = reverse("projects:team_name", args=[team.reference(venture)])
    client.post(path, {"give": "1"})
    client.post(path, {"give": "1"})
    client.logout()
    assert "Mai Lan" in client.get(public).content.decode()
    client.force_login(lan)
    client.post(path, {"withdraw": "1"})
    client.logout()
    assert "Mai Lan" not in client.get(public).content.decode()
    client.force_login(an)
    assert client.post(path, {"give": "1"}).status_code == 404


# -- A new lead ----------------------------------------------------------------------
def test_the_lead_changes_hands_with_two_yeses(client, an, binh, lan, now):
    venture = project(an, binh, now)
    drafts.publish(venture, by=an, purpose="publish_venture", wanted=True, at=now)
    member = joined(venture, lan, now, "view")
    reference = team.reference(venture)
    lead = reverse("projects:lead", args=[reference])
    client.force_login(lan)
    assert client.get(lead).url == page_of(venture)  # nothing was offered
    client.force_login(an)
    client.post(reverse("projects:team_offer", args=[reference, member.pk]))
    venture.refresh_from_db()
    assert venture.owner == an
    assert link(lan.email) == lead
    client.force_login(lan)
    assert client.post(lead, {}).status_code == 422
    assert client.post(lead, YES).url == page_of(venture)
    venture.refresh_from_db()
    assert (venture.owner, venture.contact_name, venture.contact_email) == (
        lan, "Mai Lan", lan.email,
    )  # fmt: skip
    assert venture.team_rights == {an.pk: "edit"}
    today = now.date()
    assert not Venture.objects.public(today).exists()  # what An agreed to was hers
    assert drafts.standing(venture, timezone.localdate()) == {"process"}
    kinds = Event.objects.about(venture).filter(kind__endswith="_lead").order_by("pk")
    assert [(e.kind, e.actor) for e in kinds] == [
        ("venture.offer_lead", an), ("venture.take_lead", lan),
    ]  # fmt: skip
    client.force_login(an)
    assert client.post(page_of(venture), {"email": "x@example.vn"}).status_code == 403


def test_an_offer_is_refused_or_taken_back(client, an, draft, lan, now):
    member = joined(draft, lan, now)
    reference = team.reference(draft)
    team.offer_lead(member, by=an, at=now)
    client.force_login(lan)
    client.post(reverse("projects:lead", args=[reference]), {"khong": "1"})
    member.refresh_from_db()
    assert member.lead_offered_at is None
    team.offer_lead(member, by=an, at=now)
    client.force_login(an)
    client.post(reverse("projects:team_offer", args=[reference, member.pk]), {"thoi": "1"})
    member.refresh_from_db()
    assert member.lead_offered_at is None
    with pytest.raises(Refused, match="Không còn lời đề nghị"):
        team.take_lead(member, by=lan, purposes=["process"], at=now)


def test_a_minor_may_lead_and_nothing_is_public_before_a_guardians_yes(an, binh, now):
    child = person("Lê Tí", "ti@example.vn", birth=date(2011, 2, 3))
    venture = project(an, binh, now)
    guardian = {"guardian_name": "Lê Bảy", "guardian_email": "bay@example.vn"}
    member = joined(venture, child, now, **guardian)
    team.offer_lead(member, by=an, at=now)
    team.take_lead(member, by=child, purposes=["process", "publish_venture"], at=now)
    assert not Venture.objects.public(now.date()).exists()
    Guardianship.objects.update(answer="yes", answered_at=now)
    assert Venture.objects.public(now.date()).exists()


# -- What a row can express --------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("one_standing_membership_an_address", {}),
        ("member_accepted_pair", {"email": "b@example.vn", "accepted_at": NOON}),
        ("removed_member_has_left", {"email": "b@example.vn", "removed_by": "an"}),
        ("lead_is_offered_to_a_member", {"email": "b@example.vn", "lead_offered_at": NOON}),
    ],
)  # fmt: skip
def test_named_constraints(draft, an, name, changed):
    told = {"venture": draft, "email": "a@example.vn", "invited_by": an}
    TeamMember.objects.create(**told)
    told |= {k: an if v == "an" else v for k, v in changed.items()}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        TeamMember.objects.create(**told)
    assert name in str(error.value) or "UNIQUE" in str(error.value)


def test_a_person_asked_twice_under_two_addresses_is_one_member(draft, lan, now):
    joined(draft, lan, now)
    lan.emailaddress_set.create(email="lan2@example.vn", verified=True)
    other = team.invite(
        draft, email="lan2@example.vn", rights="view", role="", by=draft.owner, at=now
    )
    with pytest.raises(Refused, match="với một địa chỉ khác"):
        team.accept(other, by=User.objects.get(pk=lan.pk), answer=team.Answer(), at=now)


def test_a_press_that_waited_while_the_letter_went_again_takes_them_out_then(an, now):
    draft = Venture.objects.create(owner=an, title="Tủ sấy")
    asked = now + timedelta(seconds=1)
    member = team.invite(draft, email="moi@example.vn", rights="view", role="", by=an, at=asked)
    team.remove(member, by=an, at=now)
    member.refresh_from_db()
    assert member.left_at == asked
