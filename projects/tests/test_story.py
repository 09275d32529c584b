"""A venture's story: stages, milestones and investments as facts, one page with less or more."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.models import Event, StoredFile
from core.words import Refused
from core.workflow import Blocked
from projects import recording, story, timeline
from projects.models import Formation, Investment, Milestone, MilestonePlan, StageReached, Venture
from projects.tests.desk_cast import consent, formation, idea, picture, project, support
from projects.views.fact_kinds import PAGES
from projects.workflow import FORMATIONS, INVESTMENTS, MILESTONES, STAGES, SUPPORTS


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


def made(model, told):
    def make(venture, by, at, **fields):
        day = at.date() - timedelta(days=3)
        known = {"happened_on": day, "evidence_ref": "3/BB"} | told | fields
        return recording.record(model(venture=venture, **known), by=by, at=at)

    return make


stage = made(StageReached, {"stage": "prototype"})
milestone = made(Milestone, {"title": "Bán 100 hũ đầu tiên"})
investment = made(Investment, {"kind": "invested", "investor": "Quỹ B", "value": 50_000_000})
KINDS = {
    "stagereached": (stage, STAGES, "giai-doan", "giai-doan-da-toi"),
    "milestone": (milestone, MILESTONES, "moc", "moc-da-dat"),
    "investment": (investment, INVESTMENTS, "dau-tu", "dau-tu-da-ghi"),
}
SENT = {
    "stagereached": {"stage": "prototype"},
    "milestone": {"title": "Bán 100 hũ đầu tiên"},
    "investment": {"kind": "committed", "investor": "Quỹ B", "value": "50.000.000"},
}
CAST = ("an", "binh", "chi", "em", "dung", "giang", "ha", "khoa", "lan", "quan")
STEPS = ("verify", "return", "resend", "retract")


def text(answer):
    return answer.content.decode()


def filled(of, /, **fields):
    told = {"happened_on": "2026-11-01", "evidence_ref": "5/BB", "sending": "một"}
    return told | SENT[of] | fields


def new_url(kind, venture):
    return f"/du-an/{venture.code}/{KINDS[kind][2]}/moi/"


# -- The matrix: status × step × person -------------------------------------------
BY_OWNER = {
    ("recorded", "verify"): {"binh", "chi", "em"},
    ("recorded", "return"): {"binh", "chi", "em"},
    ("returned", "resend"): {"an"},
    ("recorded", "retract"): {"an", "binh", "chi", "em"},
    ("returned", "retract"): {"an", "binh", "chi", "em"},
    ("verified", "retract"): {"binh", "chi", "em"},
}
BY_OFFICIAL = {
    ("recorded", "verify"): {"chi", "em"},
    ("recorded", "return"): {"chi", "em"},
    ("returned", "resend"): {"binh"},
    ("recorded", "retract"): {"binh", "chi", "em"},
    ("returned", "retract"): {"binh", "chi", "em"},
    ("verified", "retract"): {"binh", "chi", "em"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("recorder", "may"), [("an", BY_OWNER), ("binh", BY_OFFICIAL)])
@pytest.mark.parametrize("status", ["recorded", "returned", "verified", "retracted"])
def test_who_may_do_what(request, venture, em, now, kind, recorder, may, status):
    make, workflow, *_urls = KINDS[kind]
    fact = make(venture, request.getfixturevalue(recorder), now)
    for step in {"returned": ["return"], "verified": ["verify"], "retracted": ["retract"],
                 "recorded": []}[status]:  # fmt: skip
        workflow.advance(fact, step, by=em, at=now, note="Vì sao.")
    for step in STEPS:
        can = {n for n in CAST if not workflow.why_not(fact, step, request.getfixturevalue(n))}
        assert can == may.get((status, step), set()), step


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", CAST)
def test_who_writes_it_down(client, request, an, venture, now, kind, who):
    consent(an, venture, "publish_venture", at=now)
    may = who in {"an", "binh", "chi", "em"}
    client.force_login(request.getfixturevalue(who))
    url = new_url(kind, venture)
    assert client.get(url).status_code == (200 if may else 403)
    assert client.post(url, filled(kind)).status_code == (302 if may else 403)
    assert PAGES[kind].model.objects.count() == may


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", CAST)
def test_the_page_and_its_evidence_are_seen_by_the_same(
    client, request, an, binh, venture, now, kind, who
):
    consent(an, venture, "publish_venture", at=now)
    fact = KINDS[kind][0](venture, binh, now)
    stored = StoredFile.objects.create(
        file="x.png", name="x.png", size=1, content_type_name="image/png"
    )
    fact.evidence = stored
    fact.save()
    recording.attach(fact)
    may = who in {"an", "binh", "chi", "em", "dung", "khoa"}
    user = request.getfixturevalue(who)
    client.force_login(user)
    assert client.get(fact.get_absolute_url()).status_code == (200 if may else 404)
    assert (user.why_not("file.view", stored) == "") is may


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_verifies_what_is_of_their_own_venture(binh, chi, em, now, kind):
    make, workflow, *_urls = KINDS[kind]
    own = project(binh, em, now)
    fact = make(own, chi, now)
    assert [s for s in STEPS if not workflow.why_not(fact, s, binh)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_without_evidence_nothing_counts(an, chi, venture, now, kind):
    make, workflow, *_urls = KINDS[kind]
    fact = make(venture, an, now, evidence_ref="")
    with pytest.raises(Blocked, match="Chưa có minh chứng"):
        workflow.advance(fact, "verify", by=chi, at=now)


# -- The forms ----------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_a_second_press_is_one_row(client, an, venture, kind):
    client.force_login(an)
    first, again = (client.post(new_url(kind, venture), filled(kind)) for _press in range(2))
    assert first.url == again.url
    assert PAGES[kind].model.objects.get().recorded_by == an


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("stagereached", {"stage": "unicorn"}, "Chọn một mục."),
        ("stagereached", {"stage": ""}, "Chọn một mục."),
        ("stagereached", {"happened_on": "2099-01-01"}, "Ngày này muộn quá."),
        ("stagereached", {"evidence_ref": ""}, "Cần một trong hai"),
        ("stagereached", {"content": "a\0b"}, "ký tự lạ"),
        ("milestone", {"title": " "}, "Bạn chưa điền ô này."),
        ("milestone", {"title": "x" * 161}, "Ô này dài quá."),
        ("milestone", {"happened_on": ""}, "Bạn chưa chọn ngày."),
        ("investment", {"kind": "gift"}, "Chọn một mục."),
        ("investment", {"value": ""}, "Bạn chưa điền số tiền."),
        ("investment", {"value": "0"}, "Số tiền ít nhất là"),
        ("investment", {"value": "-1"}, "Viết số tiền bằng chữ số"),
        ("investment", {"investor": "x" * 201}, "Ô này dài quá."),
    ],
)
def test_what_is_not_right_is_shown_again(client, an, venture, kind, fields, words):
    client.force_login(an)
    answer = client.post(new_url(kind, venture), filled(kind, **fields))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not PAGES[kind].model.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_an_idea_has_no_story_yet(client, an, now, kind):
    sent = idea(an, now)
    client.force_login(an)
    assert client.get(f"/du-an/{sent.code}/{KINDS[kind][2]}/moi/").url == sent.get_absolute_url()
    with pytest.raises(Refused, match="thành dự án"):
        KINDS[kind][0](sent, an, now)


@pytest.mark.parametrize("kind", KINDS)
def test_facts_that_are_none_are_not_found(client, chi, kind):
    client.force_login(chi)
    for pk in (0, 999_999, 10**30):
        path = f"/{KINDS[kind][3]}/{pk}/"
        assert client.get(path).status_code == 404
        assert client.post(f"{path}buoc/verify/").status_code == 404


def test_a_founder_mends_what_was_returned_and_is_told_why(client, an, chi, venture, now):
    fact = stage(venture, an, now)
    STAGES.advance(fact, "return", by=chi, at=now, note="Thiếu ảnh.")
    client.force_login(an)
    assert "Thiếu ảnh." in text(client.get(fact.get_absolute_url()))
    url = f"/giai-doan-da-toi/{fact.pk}/sua/"
    assert client.post(url, filled("stagereached", stage="product")).url == fact.get_absolute_url()
    client.post(f"/giai-doan-da-toi/{fact.pk}/buoc/resend/")
    fact.refresh_from_db()
    assert (fact.stage, fact.status) == ("product", "recorded")


def test_a_stage_stands_once(client, an, chi, venture, now):
    fact = stage(venture, an, now)
    client.force_login(an)
    answer = client.post(new_url("stagereached", venture), filled("stagereached"))
    assert answer.status_code == 422
    assert "Giai đoạn này đã được ghi." in text(answer)
    STAGES.advance(fact, "retract", by=chi, at=now, note="Nhầm.")
    assert client.post(new_url("stagereached", venture), filled("stagereached")).status_code == 302


def test_a_founders_file_is_the_evidence(client, an, venture):
    client.force_login(an)
    sent = filled("milestone", evidence_ref="", evidence=picture())
    client.post(new_url("milestone", venture), sent)
    fact = Milestone.objects.get()
    assert (fact.evidence.name, fact.evidence.subject) == ("bien-ban.png", fact)
    assert "bien-ban.png" in text(client.get(venture.get_absolute_url()))


# -- Plans ----------------------------------------------------------------------------
def plan_url(venture):
    return f"/du-an/{venture.code}/moc/du-dinh/"


def test_a_milestone_is_planned_reached_and_verified(client, an, chi, venture, now):
    client.force_login(an)
    ahead = timezone.localdate(now) + timedelta(days=90)
    for _press in range(2):
        answer = client.post(plan_url(venture), {"title": "Bán 100 hũ", "planned_on": ahead})
        assert answer.url == venture.get_absolute_url()
    plan = MilestonePlan.objects.get()
    assert "Bán 100 hũ" in text(client.get(venture.get_absolute_url()))
    client.post(new_url("milestone", venture), filled("milestone", plan=plan.pk))
    fact = Milestone.objects.get()
    assert fact.plan == plan
    assert not MilestonePlan.objects.open_of(venture).exists()
    again = client.post(
        new_url("milestone", venture), filled("milestone", plan=plan.pk, sending="hai")
    )
    assert again.status_code == 302  # no plan is left to choose: a milestone of its own
    assert Milestone.objects.filter(plan=plan).count() == 1
    with pytest.raises(Refused, match="đã được ghi là đạt"):
        milestone(venture, an, now, plan=plan)
    assert f'value="{plan.pk}" selected' in text(client.get(f"/moc-da-dat/{fact.pk}/sua/"))
    MILESTONES.advance(fact, "verify", by=chi, at=now)
    client.post(f"/moc-du-dinh/{plan.pk}/bo/")
    plan.refresh_from_db()
    assert plan.dropped_at is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Bạn chưa điền ô này."),
        ({"planned_on": "2020-01-01"}, "Ngày này sớm quá."),
        ({"planned_on": "2099-01-01"}, "Ngày này muộn quá."),
        ({"planned_on": "mai"}, "Ngày này không đúng."),
        ({"title": "x" * 161}, "Ô này dài quá."),
    ],
)
def test_a_plan_that_is_not_right_is_shown_again(client, an, venture, now, fields, words):
    client.force_login(an)
    told = {"title": "Mốc", "planned_on": timezone.localdate(now) + timedelta(days=9)} | fields
    answer = client.post(plan_url(venture), told)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not MilestonePlan.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("binh", 302), ("dung", 403), ("khoa", 403), ("lan", 404), ("quan", 404)]
)
def test_who_plans_and_drops(client, request, an, venture, now, who, status):
    plan = story.plan(venture, "Cũ", timezone.localdate(now), by=an, at=now)
    client.force_login(request.getfixturevalue(who))
    told = {"title": "Mới", "planned_on": timezone.localdate(now)}
    assert client.post(plan_url(venture), told).status_code == status
    dropped = client.post(f"/moc-du-dinh/{plan.pk}/bo/").status_code
    assert dropped == (302 if status == 302 else 404)
    assert MilestonePlan.objects.open_of(venture).count() == 1


def test_twenty_plans_are_enough(an, venture, now):
    for n in range(story.MOST_PLANS):
        story.plan(venture, f"Mốc {n}", date(2027, 1, 1), by=an, at=now)
    with pytest.raises(Refused, match="20 mốc"):
        story.plan(venture, "Một mốc nữa", date(2027, 1, 1), by=an, at=now)


# -- What the public sees -----------------------------------------------------------------
def test_an_investment_is_public_only_when_verified_agreed_and_of_a_public_venture(
    client, an, chi, venture, now
):
    fact = investment(venture, an, now)
    url = f"/dau-tu-da-ghi/{fact.pk}/cong-bo/"

    def seen():
        client.logout()
        return "Quỹ B" in text(client.get(venture.get_absolute_url()))

    client.force_login(an)
    for _press in range(2):
        client.post(url, {"give": "1"})
    assert Event.objects.filter(kind="investment.show").count() == 1
    assert not seen()
    consent(an, venture, "publish_venture", at=now)
    assert not seen()
    INVESTMENTS.advance(fact, "verify", by=chi, at=now)
    assert seen()
    client.force_login(an)
    client.post(url, {"withdraw": "1"})
    assert not seen()
    client.force_login(an)
    client.post(url, {"give": "1"})
    an.consents.filter(purpose="publish_venture").update(withdrawn_at=timezone.now())
    assert not seen()


@pytest.mark.parametrize(("who", "status"), [("binh", 403), ("dung", 403), ("lan", 404)])
def test_only_the_founder_agrees_to_showing_it(client, request, an, venture, now, who, status):
    fact = investment(venture, an, now)
    client.force_login(request.getfixturevalue(who))
    url = f"/dau-tu-da-ghi/{fact.pk}/cong-bo/"
    assert client.post(url, {"give": "1"}).status_code == status
    fact.refresh_from_db()
    assert fact.shown_since is None


PRIVATE = ("Chỉ nội bộ", "3/BB", "Mốc còn xa", "Chờ xác nhận", "Mốc đang chờ", "Ghi khoản đầu tư",
           "Định một mốc", "15.000.000", "Kết quả riêng")  # fmt: skip
SHOWN = ("Bán 100 hũ đầu tiên", "Tới giai đoạn: Mẫu thử.", "Được công nhận là dự án.",
         "Lần đầu được hỗ trợ: Máy móc, vật tư, Phòng Kinh tế.",
         "Thành doanh nghiệp: Công ty TNHH Nắng Sa Huỳnh.")  # fmt: skip


@pytest.fixture
def lived(an, binh, chi, venture, now):
    """A venture with something of everything."""
    consent(an, venture, "publish_venture", at=now)
    Venture.objects.filter(pk=venture.pk).update(published=["stage", "supports"])
    helped = support(venture, binh, now)
    SUPPORTS.advance(helped, "verify", by=chi, at=now)
    story.add_result(helped, "Kết quả riêng", by=an, at=now)
    STAGES.advance(stage(venture, an, now, content="Chỉ nội bộ"), "verify", by=chi, at=now)
    MILESTONES.advance(milestone(venture, an, now), "verify", by=chi, at=now)
    milestone(venture, an, now, title="Mốc đang chờ")
    story.plan(venture, "Mốc còn xa", date(2027, 5, 5), by=an, at=now)
    INVESTMENTS.advance(investment(venture, an, now), "verify", by=chi, at=now)
    FORMATIONS.advance(formation(venture, binh, now), "verify", by=chi, at=now)
    return Venture.objects.get(pk=venture.pk)


def test_the_same_page_has_less_for_the_public(client, lived):
    page = text(client.get(lived.get_absolute_url()))
    assert [words for words in SHOWN if words not in page] == []
    assert [words for words in (*PRIVATE, "Quỹ B") if words in page] == []


def test_stages_are_told_to_everybody_only_where_the_owner_publishes_them(client, an, lived):
    Venture.objects.filter(pk=lived.pk).update(published=["unit"])
    assert "Mẫu thử" not in text(client.get(lived.get_absolute_url()))
    client.force_login(an)
    assert "Tới giai đoạn: Mẫu thử." in text(client.get(lived.get_absolute_url()))


@pytest.mark.parametrize("who", ["an", "chi"])
def test_the_same_page_has_more_for_its_people(client, request, lived, who):
    client.force_login(request.getfixturevalue(who))
    page = text(client.get(lived.get_absolute_url()))
    hidden = ("Chỉ nội bộ", "3/BB")  # a stage's own words and paper stand on the fact's page
    wanted = {*SHOWN, *PRIVATE, "Quỹ B"} - {*hidden}
    assert [words for words in sorted(wanted) if words not in page] == []


def test_readers_without_a_right_to_write_get_no_buttons(client, khoa, lived):
    client.force_login(khoa)
    page = text(client.get(lived.get_absolute_url()))
    for words in ("Ghi giai đoạn đã tới", "Ghi mốc đã đạt", "Định một mốc", "Bỏ mốc"):
        assert words not in page


def test_the_story_is_told_in_order_and_plans_come_last(client, an, lived):
    client.force_login(an)
    moments = client.get(lived.get_absolute_url()).context["moments"]
    happened = [moment.on for moment in moments if not moment.is_plan]
    assert happened == sorted(happened)
    assert [moment.words for moment in moments if moment.is_plan] == ["Mốc còn xa"]
    assert moments[-1].is_plan


def test_of_many_supports_the_first_is_told(venture, binh, now):
    for days in (3, 9, 5):
        support(venture, binh, now, happened_on=now.date() - timedelta(days=days))
    told = timeline.told(venture, facts=venture.supports.all())
    assert [moment.on for moment in told] == [now.date() - timedelta(days=9)]


def test_what_was_retracted_is_not_part_of_the_story(venture, an, chi, now):
    fact = milestone(venture, an, now)
    MILESTONES.advance(fact, "retract", by=chi, at=now, note="Nhầm.")
    assert timeline.told(venture, facts=[fact]) == []


def test_hostile_words_are_words(client, an, chi, venture, now):
    consent(an, venture, "publish_venture", at=now)
    fact = milestone(venture, an, now, title="<script>alert(1)</script>")
    MILESTONES.advance(fact, "verify", by=chi, at=now)
    page = text(client.get(venture.get_absolute_url()))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_returned_is_on_the_home_of_who_wrote_it(
    client, an, binh, chi, venture, now, kind
):
    make, workflow, *_urls = KINDS[kind]
    fact = make(venture, an, now)
    workflow.advance(fact, "return", by=chi, at=now, note="Thiếu ảnh.")
    returned = {}
    for who, path in ((an, "/viec-cua-toi/"), (binh, "/xac-nhan/")):
        client.force_login(who)
        returned[who] = [url for url, _kind in client.get(path).context["returned"]]
    assert returned == {an: [fact.get_absolute_url()], binh: []}


@pytest.mark.parametrize("verb", ["result", "show", "hide"])
def test_the_journal_is_told_in_words(client, an, binh, chi, venture, now, verb):
    if verb == "result":
        fact = support(venture, binh, now)
        SUPPORTS.advance(fact, "verify", by=chi, at=now)
        story.add_result(fact, "Tốt.", by=an, at=now)
    else:
        fact = investment(venture, an, now)
        story.show(fact, True, by=an, at=now)
        story.show(fact, False, by=an, at=now)
    client.force_login(chi)
    assert f".{verb}" not in " ".join(
        str(event["words"]) for event in client.get(fact.get_absolute_url()).context["events"]
    )


# -- What waits, and what it costs ------------------------------------------------------------
def test_what_a_founder_wrote_waits_for_officials(client, an, binh, chi, venture, now):
    facts = [make(venture, an, now) for make, *_rest in KINDS.values()]
    own = stage(venture, binh, now, stage="revenue")
    client.force_login(binh)
    page = client.get("/xac-nhan/")
    assert {row["fact"] for row in page.context["rows"]} == set(facts)
    assert client.get("/viec-cua-toi/").context["facts_waiting"] == 3
    assert own not in [row["fact"] for row in page.context["rows"]]
    for fact in facts:
        assert f'href="{fact.get_absolute_url()}"' in text(page)


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_costs_the_same_for_one_and_fifty(
    client, an, binh, chi, venture, now, rows, django_assert_num_queries
):
    consent(an, venture, "publish_venture", at=now)
    Venture.objects.filter(pk=venture.pk).update(published=["supports"])
    stages = Venture.Stage.values
    known = {"recorded_at": now, "recorded_by": an, "verified_at": now, "verified_by": chi,
             "status": "verified", "evidence_ref": "1", "happened_on": now.date()}  # fmt: skip
    for n in range(rows):
        Milestone.objects.create(venture=venture, title=f"Mốc {n}", **known)
        Investment.objects.create(
            venture=venture, kind="invested", investor="A", value=1, shown_since=now, **known
        )
        if n < len(stages):
            StageReached.objects.create(venture=venture, stage=stages[n], **known)
        Formation.objects.create(
            venture=venture, name="A", tax_code=f"{n:010d}", basis="award", **known
        )
        fact = support(venture, binh, now)
        SUPPORTS.advance(fact, "verify", by=chi, at=now)
        story.add_result(fact, "Tốt.", by=an, at=now)
    story.plan(venture, "Mốc còn xa", date(2027, 5, 5), by=an, at=now)
    url = venture.get_absolute_url()
    client.get(url)
    with django_assert_num_queries(13):
        client.get(url)
    client.force_login(chi)
    client.get(url)
    with django_assert_num_queries(21):
        client.get(url)
