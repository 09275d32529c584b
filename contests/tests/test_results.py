"""The public results: only what is published, nobody's single scores, names only by consent."""

import json
from datetime import date

import pytest

from accounts.models import Consent
from conftest import person
from contests import results as verbs
from contests.models import Entry, Round
from contests.tests.cast import announced, draft, entered, judge, judging, scored
from contests.workflow import ROUNDS
from projects.models import Venture

URL = "/cuoc-thi/khoi-nghiep/ket-qua/"
PANEL = "/cuoc-thi/khoi-nghiep/vong/so-khao/"
SECRET = ("73,00", "73.0", "Tủ sấy bí mật", "Giám khảo Giang", "hạng 1")


@pytest.fixture
def town(an, em, giang, ha, now):
    contest = announced(em, now)
    panel = [judge(contest, giang, em, is_chair=True), judge(contest, ha, em)]
    found = judging(contest.rounds.get(code="so-khao"))
    winner = entered(contest, an, "Tủ sấy bí mật")
    loser = entered(contest, an, "Bài dừng lại")
    for by, points in zip(panel, ("7.3", "7.3"), strict=True):
        scored(found, winner, by, points, now)
        scored(found, loser, by, 2, now)
    return found, winner, loser


def published(found, giang, em, now):
    ROUNDS.advance(found, "ask_lock", by=giang, at=now)
    ROUNDS.advance(found, "lock", by=em, at=now)
    ROUNDS.advance(found, "publish", by=em, at=now)
    return Round.objects.get(pk=found.pk)


def venture_of(entry, owner, **told):
    venture = Venture.objects.create(
        owner=owner, title=entry.title, status="accepted", level="project", year=2026,
        number=90 + Venture.objects.count(), **told,
    )  # fmt: skip
    Entry.objects.filter(pk=entry.pk).update(venture=venture)
    return venture


def agree(user, venture, purpose, now):
    Consent.objects.create(
        user=user, purpose=purpose, subject_kind="venture", subject_id=venture.pk,
        text="Đồng ý.", version="1", given_at=now,
    )  # fmt: skip


# -- Before publishing ---------------------------------------------------------------
@pytest.mark.parametrize("state", ["judging", "locking", "locked", "reopening"])
@pytest.mark.parametrize("who", ["an", "ha", "khoa", "dung", "lan", "em", None])
def test_before_publishing_nothing_reaches_anybody(
    client, request, town, giang, em, now, state, who
):
    """On every page but the panel's: no title that won, no score, no rank, whatever the role."""
    found = town[0]
    for step, by in (("ask_lock", giang), ("lock", em), ("ask_reopen", giang)):
        if found.status != state:
            ROUNDS.advance(found, step, by=by, at=now, note="Vì sao.")
    assert found.status == state
    if who:
        client.force_login(request.getfixturevalue(who))
    pages = [
        URL, "/cuoc-thi/", "/cuoc-thi/khoi-nghiep/", "/", "/tim-kiem/?q=Tủ sấy bí mật",
        "/api/v1/", "/du-lieu-mo/",
    ]  # fmt: skip
    if who != "em":
        pages.append(PANEL)
    for page in pages:
        answer = client.get(page)
        text = answer.content.decode() + json.dumps(dict(answer.headers))
        told = [secret for secret in SECRET if secret in text and page != "/tim-kiem/?q=" + secret]
        if page.startswith("/tim-kiem/"):  # the words that were asked for stand in their field
            told = [secret for secret in told if secret != "Tủ sấy bí mật"]
        assert told == [], page
    assert "Chưa công bố kết quả vòng nào" in client.get(URL).content.decode()


def test_a_drafts_results_are_not_known_of(client, an, em):
    draft(em)
    client.force_login(an)
    assert client.get(URL).status_code == 404


# -- Once published ------------------------------------------------------------------
def test_everybody_reads_who_advanced_and_how_it_was_decided(client, town, giang, em, now):
    found, _winner, loser = town
    verbs.override(found, loser, advances=True, reason="Mới lạ.", by=giang, at=now)
    verbs.drop_override(found, loser, by=giang, at=now)
    published(found, giang, em, now)
    page = client.get(URL).content.decode()
    assert "Tủ sấy bí mật" in page
    assert "Bài dừng lại" not in page
    assert "02 bài dự vòng này, 01 bài vào tiếp." in page
    assert "02 giám khảo có phiếu tính điểm." in page
    assert "Mỗi bảng lấy 10 bài đứng đầu." in page
    assert "27,8%" in page
    assert "73,00" not in page
    assert "Hà" not in page.split("Kết quả này được quyết định thế nào")[1]


def test_a_decision_against_the_rule_is_printed_with_its_reason(client, town, giang, em, now):
    found, _winner, loser = town
    verbs.override(found, loser, advances=True, reason="Mới lạ với địa phương.", by=giang, at=now)
    published(found, giang, em, now)
    page = client.get(URL).content.decode()
    assert "“Bài dừng lại”: cho vào tiếp. Lý do: Mới lạ với địa phương." in page


def test_an_entrant_sees_the_own_means_and_nobody_else_does(client, town, an, khoa, giang, em, now):
    published(town[0], giang, em, now)
    client.force_login(khoa)
    assert client.get(URL).context["mine"] == []
    client.force_login(an)
    mine = client.get(URL).context["mine"]
    assert [m.standing.score for m in mine] == [73, 20]
    assert {float(mean) for _name, mean, _most in mine[0].means} == {7.3}
    assert len(mine[0].means) == 5


def test_a_name_is_shown_by_consent_only(client, town, an, giang, em, now):
    found, winner, _loser = town
    venture = venture_of(winner, an)
    published(found, giang, em, now)
    assert "Nguyễn Thị An" not in client.get(URL).content.decode()
    agree(an, venture, Consent.Purpose.PUBLISH_VENTURE, now)
    assert "Nguyễn Thị An" not in client.get(URL).content.decode()
    agree(an, venture, Consent.Purpose.PUBLISH_NAME, now)
    assert "Nguyễn Thị An" in client.get(URL).content.decode()
    Consent.objects.update(withdrawn_at=now)
    assert "Nguyễn Thị An" not in client.get(URL).content.decode()


def test_a_minors_name_needs_the_guardian_too(client, town, giang, em, now):
    found, winner, _loser = town
    child = person("Bé Tí", "ti@example.vn", birth=date(2012, 1, 1))
    Entry.objects.filter(pk=winner.pk).update(owner=child)
    venture = venture_of(winner, child)
    agree(child, venture, Consent.Purpose.PUBLISH_VENTURE, now)
    agree(child, venture, Consent.Purpose.PUBLISH_NAME, now)
    published(found, giang, em, now)
    page = client.get(URL).content.decode()
    assert "Bé Tí" not in page
    assert "Tủ sấy bí mật" in page


def test_the_page_costs_the_same_for_many_entries(
    client, town, an, giang, em, now, django_assert_num_queries
):
    found, winner, _loser = town
    by = winner.sheets.first().judge
    for number in range(2):
        scored(found, entered(found.contest, an, f"Bài {number}"), by, 8, now)
    other = announced(em, now, slug="hai", title="Hai")
    few = judging(other.rounds.get(code="so-khao"))
    chair = judge(other, giang, em, is_chair=True)
    scored(few, entered(other, an, "Một"), chair, 8, now)
    published(found, giang, em, now)
    published(few, giang, em, now)
    client.get("/cuoc-thi/hai/ket-qua/")
    with django_assert_num_queries(12):
        client.get("/cuoc-thi/hai/ket-qua/")
    with django_assert_num_queries(12):
        client.get(URL)


def test_what_happens_after_the_lock_does_not_change_what_was_locked(
    client, town, an, giang, em, now
):
    found, winner, _loser = town
    published(found, giang, em, now)
    Entry.objects.filter(pk=winner.pk).update(status="returned")
    assert "Tủ sấy bí mật" in client.get(URL).content.decode()
