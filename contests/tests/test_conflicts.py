"""Conflicts: declared over bare names, hinted, set, and what a recused judge never reads."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from contests import assigning, blind, conflicts, hints
from contests.models import Conflict, Declaration, EntryMember, Round, Score, ScoreSheet
from contests.tests.cast import announced, entered, judge, judging
from core.models import AdminUnit, Event
from core.words import Refused
from projects.models import Venture

DECLARE = "/cham-thi/khoi-nghiep/so-khao/khai/"


@pytest.fixture
def contest(em, now):
    return announced(em, now)


@pytest.fixture
def found(contest):
    Round.objects.filter(contest=contest).update(judges_per_entry=1)
    return Round.objects.get(contest=contest, code="so-khao")


@pytest.fixture
def unit(db):
    return AdminUnit.objects.create(
        code="21439", kind="phuong", name="Đức Phổ", valid_from="2025-07-01"
    )


def key(found, label, kind=conflicts.PEOPLE):
    return conflicts.key_of(found, kind, label)


def say(one, found, by, now, *labels, reason=""):
    keys = [key(found, label) for label in labels]
    return conflicts.declare(one, found, keys=keys, reason=reason, by=by, at=now)


def test_names_stand_apart_from_what_they_made(client, em, an, lan, giang, contest, found, unit):
    first = entered(contest, an, "Tủ sấy cá", school="THPT số 1", unit=unit)
    entered(contest, lan, "Gậy thông minh", school="THPT số 1", summary="Dò đường")
    EntryMember.objects.create(entry=first, name="Cao Văn Tám")
    judge(contest, giang, em)
    client.force_login(giang)
    answer = client.get(DECLARE)
    page = answer.content.decode()
    shown = [(label, [i["row"].label for i in rows]) for label, rows in answer.context["groups"]]
    assert shown == [
        ("Người dự thi", ["Nguyễn Thị An", "Mai Lan", "Cao Văn Tám"]),
        ("Trường, nơi làm việc", ["THPT số 1"]),
        ("Xã, phường", ["phường Đức Phổ"]),
    ]
    for told in ("Tủ sấy cá", "Gậy thông minh", "Dò đường", first.code, str(first.key)):
        assert told not in page


def test_a_marked_name_closes_its_entries_and_tells_not_which(
    client, em, an, lan, giang, contest, found
):
    own = entered(contest, an, "Tủ sấy cá")
    entered(contest, lan, "Gậy thông minh")
    one = judge(contest, giang, em)
    client.force_login(giang)
    told = {"name": [key(found, "Nguyễn Thị An"), "lạ"], "agreed": "on", "reason": "Em họ"}
    for _press in range(2):
        assert client.post(DECLARE, told).url == "/cham-thi/"
    conflict = Conflict.objects.get()
    assert (conflict.entry, conflict.source) == (own, "declared")
    assert conflict.reason == "Khai có liên quan: Nguyễn Thị An. Em họ"
    assert Declaration.objects.get().text == conflicts.pledge()
    assert Event.objects.filter(kind="judge.declare").count() == 1
    page = client.get(DECLARE).content.decode()
    assert "disabled" in page
    assert "Tủ sấy cá" not in page
    assigning.assign(found, by=em, at=contest.opens_at)
    assert list(ScoreSheet.objects.values_list("entry__title")) == [("Gậy thông minh",)]
    assert one.conflicts.count() == 1


def test_without_the_pledge_nothing_is_kept(client, em, an, giang, contest, found):
    entered(contest, an)
    judge(contest, giang, em)
    client.force_login(giang)
    answer = client.post(DECLARE, {"name": [key(found, "Nguyễn Thị An")]})
    assert answer.status_code == 422
    assert "checked" in answer.content.decode()
    assert (Declaration.objects.count(), Conflict.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["an", "em", "lan", "dung"])
def test_only_a_judge_declares(client, request, em, giang, contest, who):
    judge(contest, giang, em)
    client.force_login(request.getfixturevalue(who))
    assert client.get(DECLARE).status_code == 404
    assert client.post(DECLARE, {"agreed": "on"}).status_code == 404


def test_declared_late_the_sheet_goes_to_another(em, an, giang, ha, contest, found, now):
    entry = entered(contest, an)
    one = judge(contest, giang, em)
    assigning.assign(found, by=em, at=now)
    two = judge(contest, ha, em)
    found = judging(found)
    say(one, found, giang, now, "Nguyễn Thị An")
    assert list(ScoreSheet.objects.values_list("judge", "entry")) == [(two.pk, entry.pk)]


def test_a_begun_sheet_is_closed_and_kept(em, an, giang, ha, contest, found, now):
    entered(contest, an)
    one = judge(contest, giang, em)
    assigning.assign(found, by=em, at=now)
    sheet = ScoreSheet.objects.get()
    two = judge(contest, ha, em)
    found = judging(found)
    Score.objects.create(sheet=sheet, criterion=found.criterion_list[0], points=5, saved_at=now)
    ScoreSheet.objects.filter(pk=sheet.pk).update(status="started")
    say(one, found, giang, now, "Nguyễn Thị An")
    sheet.refresh_from_db()
    assert (sheet.status, sheet.scores.count()) == ("recused", 1)
    assert ScoreSheet.objects.exclude(pk=sheet.pk).get().judge == two
    assert not giang.can("scoresheet.view", sheet)
    assert not giang.can("scoresheet.score", sheet)


def test_nothing_is_declared_while_a_lock_waits(em, an, giang, contest, found, now):
    entered(contest, an)
    one = judge(contest, giang, em)
    Round.objects.filter(pk=found.pk).update(status="locking", asked_by=em, asked_at=now)
    found.refresh_from_db()
    with pytest.raises(Refused):
        say(one, found, giang, now, "Nguyễn Thị An")
    assert Conflict.objects.count() == 0


# -- The organiser -----------------------------------------------------------------------
def test_the_organiser_sets_a_conflict_with_a_reason(client, em, an, giang, contest, found):
    entry = entered(contest, an)
    one = judge(contest, giang, em)
    client.force_login(em)
    url = f"/cuoc-thi/khoi-nghiep/giam-khao/{one.pk}/xung-dot/"
    assert client.post(url, {"entry": entry.pk}).status_code == 422
    assert client.post(url, {"entry": "999", "reason": "Quen"}).status_code == 422
    for _press in range(2):
        assert client.post(url, {"entry": entry.pk, "reason": "Quen thân"}).status_code == 302
    made = Conflict.objects.get()
    assert (made.source, made.reason, made.by) == ("organiser", "Quen thân", em)


@pytest.mark.parametrize(("who", "status"), [("khoa", 403), ("an", 403), ("giang", 403)])
def test_others_set_none(client, request, em, an, giang, contest, who, status):
    entry = entered(contest, an)
    one = judge(contest, giang, em)
    client.force_login(request.getfixturevalue(who))
    url = f"/cuoc-thi/khoi-nghiep/giam-khao/{one.pk}/xung-dot/"
    assert client.post(url, {"entry": entry.pk, "reason": "Quen"}).status_code == status
    assert Conflict.objects.count() == 0


def test_who_judges_too_reads_no_hints_of_others(client, em, binh, an, giang, contest):
    entered(contest, an, "Tủ sấy cá")
    judge(contest, binh, em)
    one = judge(contest, giang, em)
    client.force_login(binh)
    page = client.get(f"/cuoc-thi/khoi-nghiep/giam-khao/{one.pk}/").content.decode()
    assert "Tủ sấy cá" not in page
    assert "Nguyễn Thị An" not in page


# -- Hints ----------------------------------------------------------------------------
def kinds(one, *entries):
    rows = hints.with_people([type(e).objects.get(pk=e.pk) for e in entries])
    return {hint.kind for hint in hints.of(one, rows)}


def test_a_stranger_gives_no_hint(em, an, giang, contest):
    assert kinds(judge(contest, giang, em), entered(contest, an)) == {"domain"}
    giang.email = "giang@gmail.com"
    other = announced(em, contest.opens_at, slug="khac", title="Khác")
    an.email = "an@gmail.com"
    an.save()
    assert kinds(judge(other, giang, em), entered(other, an)) == set()


def test_living_in_one_place_and_a_family_name_are_hinted(em, an, lan, giang, contest, unit):
    for user in (an, lan, giang):
        user.unit = unit
        user.save()
    lan.full_name = "Đỗ Lan"
    lan.save()
    one = judge(contest, giang, em)
    told = hints.of(one, hints.with_people([entered(contest, lan)]))
    assert [hint.words for hint in told if hint.kind == "family"] == [
        "Cùng họ Đỗ và cùng ở phường Đức Phổ."
    ]
    assert "family" not in kinds(one, entered(contest, an, "Khác"))


def test_a_workplace_an_agency_and_a_team_are_hinted(em, an, binh, giang, contest, standing_agency):
    Membership.objects.create(
        user=an, role="official", agency=standing_agency, valid_from="2025-07-01"
    )
    venture = Venture.objects.create(owner=an, title="Tủ sấy")
    venture.members.create(email=binh.email, user=binh, invited_by=an, accepted_at=contest.opens_at)
    one = judge(contest, binh, em, title="Giáo viên, THPT số 1 Đức Phổ")
    entry = entered(contest, an, school="THPT Số 1 Đức Phổ", venture=venture)
    assert kinds(one, entry) == {"agency", "domain", "team", "workplace"}


def test_help_given_is_hinted(em, an, chi, giang, contest, now):
    venture = Venture.objects.create(owner=an, title="Tủ sấy")
    told = {"happened_on": "2026-05-05", "recorded_at": now, "source": "state", "kind": "training"}
    venture.supports.create(provider="Trung tâm", recorded_by=chi, **told)
    venture.supports.create(provider="Ông Đỗ Giang", recorded_by=em, **told)
    entry = entered(contest, an, venture=venture)
    assert "support" in kinds(judge(contest, chi, em), entry)
    assert "mentor" in kinds(judge(contest, giang, em), entry)


def test_hints_cost_the_same_for_one_and_ten(em, an, giang, contest, django_assert_num_queries):
    one = judge(contest, giang, em)
    assert giang.memberships_today is not None
    for n in range(10):
        venture = Venture.objects.create(owner=an, title=f"Tủ {n}")
        entered(contest, an, f"Bài {n}", venture=venture)
    rows = list(contest.entries.select_related("owner", "venture"))
    with django_assert_num_queries(4):
        hints.of(one, hints.with_people(rows[:1]))
    rows = list(contest.entries.select_related("owner", "venture"))
    with django_assert_num_queries(4):
        hints.of(one, hints.with_people(rows))


# -- Leaks ---------------------------------------------------------------------------------
def test_a_recused_judge_reads_nothing_of_the_entry(
    client, em, an, lan, giang, contest, found, now
):
    entry = entered(contest, an, "Tủ sấy cá")
    entered(contest, lan, "Gậy thông minh")
    one = judge(contest, giang, em, is_chair=True)
    assigning.assign(found, by=em, at=now)
    found = judging(found)
    sheet = ScoreSheet.objects.get(entry=entry)
    say(one, found, giang, now, "Nguyễn Thị An")
    client.force_login(giang)
    for url in (
        "/cham-thi/", DECLARE, "/tim-kiem/?q=sấy", f"/bai-du-thi/{entry.key}/",
        "/cuoc-thi/khoi-nghiep/vong/so-khao/phan-cong/", "/cuoc-thi/khoi-nghiep/giam-khao/",
        f"/cuoc-thi/khoi-nghiep/giam-khao/{one.pk}/", f"/cham-thi/phieu/{sheet.pk}/",
    ):  # fmt: skip
        assert "Tủ sấy cá" not in client.get(url).content.decode()
    assert [s.entry.title for s in blind.sheets(giang)] == ["Gậy thông minh"]


def test_the_file_of_a_recused_entry_is_unknown(client, em, an, giang, contest, found, now):
    entry = entered(contest, an)
    one = judge(contest, giang, em)
    sheet = ScoreSheet.objects.create(round=judging(found), entry=entry, judge=one)
    Conflict.objects.create(
        judge=one, entry=entry, source="organiser", reason="Quen", by=em, at=now
    )
    url = reverse("contests:sheet_file", args=[sheet.pk, entry.key])
    client.force_login(giang)
    assert client.get(url).status_code == 404
