"""Facts of a venture: recorded by one official, verified by another, never edited afterwards."""

import threading
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts.models import Agency, Guardianship, Membership, User
from conftest import person
from core.models import AdminUnit, Event, StoredFile
from core.words import Refused
from core.workflow import Blocked
from programme.models import Activity
from projects import publishing, recording
from projects.models import Formation, Support, Venture
from projects.tests.desk_cast import (
    OTHER_TAX_CODE,
    TAX_CODE,
    consent,
    formation,
    idea,
    picture,
    project,
    support,
    ward,
)
from projects.workflow import FORMATIONS, RECOGNITIONS, SUPPORTS, VENTURES
from support_orgs.models import ClubFounding, Organisation


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


@pytest.fixture
def recorded(venture, binh, now):
    return support(venture, binh, now)


def text(answer):
    return answer.content.decode()


def said(answer):
    return [str(message) for message in answer.context["messages"]]


# -- The matrix: status × step × person ----------------------------------------
STATUSES = ("recorded", "returned", "verified", "retracted")
STEPS = ("verify", "return", "resend", "retract")
CAST = ("an", "binh", "chi", "em", "dung", "giang", "ha", "khoa", "lan", "quan")
OTHERS = {"chi", "em"}  # officials who did not record it
MAY = {
    ("recorded", "verify"): OTHERS,
    ("recorded", "return"): OTHERS,
    ("returned", "resend"): {"binh"},
    ("recorded", "retract"): OTHERS | {"binh"},
    ("returned", "retract"): OTHERS | {"binh"},
    ("verified", "retract"): OTHERS | {"binh"},
}


def bring(workflow, fact, status, by, at):
    """The fact as it is in ``status``, by the steps that lead there."""
    for step in {"returned": ["return"], "verified": ["verify"],
                 "retracted": ["retract"], "recorded": []}[status]:  # fmt: skip
        workflow.advance(fact, step, by=by, at=at, note="Vì sao.")


@pytest.mark.parametrize("make", [support, formation])
@pytest.mark.parametrize("status", STATUSES)
def test_who_may_do_what_with_a_fact(request, venture, binh, em, now, make, status):
    fact = make(venture, binh, now)
    workflow = SUPPORTS if make is support else FORMATIONS
    bring(workflow, fact, status, em, now)
    for step in STEPS:
        may = {n for n in CAST if not workflow.why_not(fact, step, request.getfixturevalue(n))}
        assert may == MAY.get((status, step), set()), step


@pytest.mark.parametrize("status", ["recorded", "verified"])
def test_nobody_decides_on_a_fact_of_their_own_venture(binh, chi, em, now, status):
    own = project(binh, em, now)
    fact = support(own, em, now)
    bring(SUPPORTS, fact, status, chi, now)
    assert [s for s in STEPS if not SUPPORTS.why_not(fact, s, binh)] == []
    assert "không phải hồ sơ của mình" in binh.why_not("support.record", own)


def test_a_recorder_does_not_verify_what_they_recorded(client, binh, recorded):
    client.force_login(binh)
    page = client.get(recorded.get_absolute_url())
    assert "không phải người đã ghi" in text(page)
    assert [step["url"] for step in page.context["steps"]] == [
        f"/ho-tro-da-ghi/{recorded.pk}/buoc/retract/"
    ]
    answer = client.post(f"/ho-tro-da-ghi/{recorded.pk}/buoc/verify/")
    assert answer.status_code == 403
    assert "không phải người đã ghi" in text(answer)
    recorded.refresh_from_db()
    assert recorded.status == "recorded"


def test_without_evidence_nothing_is_verified(venture, binh, chi, now):
    fact = support(venture, binh, now, evidence_ref="")
    with pytest.raises(Blocked, match="Chưa có minh chứng"):
        SUPPORTS.advance(fact, "verify", by=chi, at=now)


def test_a_retracted_fact_stays_with_its_reason(client, chi, recorded, now):
    SUPPORTS.advance(recorded, "verify", by=chi, at=now)
    client.force_login(chi)
    url = f"/ho-tro-da-ghi/{recorded.pk}/buoc/retract/"
    without = client.post(url, follow=True)
    assert said(without) == ["Ghi một câu lý do để người nhận biết phải làm gì."]
    client.post(url, {"note": "Ghi nhầm dự án."})
    recorded.refresh_from_db()
    assert (recorded.status, recorded.retraction_reason) == ("retracted", "Ghi nhầm dự án.")
    assert recorded.verified_at == now
    assert recorded.retracted_by == chi
    assert Support.objects.known(now).get() == recorded  # as it was known then
    assert not Support.objects.known(timezone.now() + timedelta(seconds=5)).exists()
    assert "Ghi nhầm dự án." in text(client.get(recorded.get_absolute_url()))


# -- Recording ----------------------------------------------------------------
def filled(**fields):
    return {
        "happened_on": "2026-11-01",
        "kind": "training",
        "source": "state",
        "provider": "Trung tâm Khuyến nông",
        "value": "1.500.000",
        "content": "Tập huấn sấy cá.",
        "evidence_ref": "5/KH",
        "sending": "một",
    } | fields


def enterprise(**fields):
    return {
        "happened_on": "2026-10-01",
        "name": "Công ty TNHH Nắng Sa Huỳnh",
        "tax_code": TAX_CODE,
        "basis": "committee",
        "evidence_ref": "7/TB",
        "sending": "một",
    } | fields


def support_url(venture):
    return f"/du-an/{venture.code}/ho-tro/moi/"


def formation_url(venture):
    return f"/du-an/{venture.code}/doanh-nghiep/moi/"


def test_an_official_records_a_support(client, binh, venture):
    centre = Agency.objects.create(code="khuyen-nong", name="Trung tâm Khuyến nông")
    Agency.objects.create(code="cu", name="Phòng đã giải thể", valid_to=date(2025, 6, 30))
    client.force_login(binh)
    page = text(client.get(support_url(venture)))
    assert "Trung tâm Khuyến nông" in page
    assert "Phòng đã giải thể" not in page
    answer = client.post(support_url(venture), filled(), follow=True)
    fact = Support.objects.get()
    assert answer.redirect_chain[-1][0] == fact.get_absolute_url()
    assert (fact.value, fact.agency, fact.status) == (1_500_000, centre, "recorded")
    assert (fact.recorded_by, fact.happened_on) == (binh, date(2026, 11, 1))
    assert Event.objects.about(fact).get().kind == "support.record"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"happened_on": ""}, "Bạn chưa chọn ngày."),
        ({"happened_on": "2099-01-01"}, "Ngày này muộn quá."),
        ({"happened_on": "31/02/2026"}, "Ngày này không đúng."),
        ({"kind": "gold"}, "Chọn một mục."),
        ({"source": ""}, "Chọn một mục."),
        ({"provider": " "}, "Bạn chưa điền ô này."),
        ({"provider": "x" * 201}, "Ô này dài quá."),
        ({"provider": "a\0b"}, "Ô này có ký tự lạ."),
        ({"value": "mười triệu"}, "Viết số tiền bằng chữ số"),
        ({"value": "-5"}, "Viết số tiền bằng chữ số"),
        ({"value": "9" * 17}, "Số tiền nhiều nhất là"),
        ({"evidence_ref": ""}, "Cần một trong hai"),
    ],
)
def test_a_support_that_is_not_right_is_shown_again(client, binh, venture, fields, words):
    client.force_login(binh)
    answer = client.post(support_url(venture), filled(**fields))
    assert answer.status_code == 422
    assert words in text(answer)
    assert "data-errors" in text(answer)
    assert not Support.objects.exists()


def test_a_second_press_is_one_row_and_other_words_are_another(client, binh, venture):
    client.force_login(binh)
    first = client.post(support_url(venture), filled())
    again = client.post(support_url(venture), filled())
    assert first.url == again.url
    assert Support.objects.count() == 1
    client.post(support_url(venture), filled(value="2.000.000"))  # came back and changed it
    client.post(support_url(venture), filled(sending="hai"))  # a new form, the same words
    assert Support.objects.count() == 3


def test_a_second_press_with_a_kept_file_is_one_row_too(client, binh, venture):
    client.force_login(binh)
    wrong = client.post(
        support_url(venture), filled(value="sai", evidence_ref="", evidence=picture())
    )
    assert wrong.status_code == 422
    assert "bien-ban.png" in text(wrong)
    token = wrong.context["form"]["evidence"].field.widget.token
    posted = filled(evidence_ref="", **{"evidence-kept": token})
    first, again = (client.post(support_url(venture), posted) for _n in range(2))
    assert (first.status_code, first.url) == (302, again.url)
    fact = Support.objects.get()
    assert fact.evidence.name == "bien-ban.png"
    assert (fact.evidence.subject, StoredFile.objects.count()) == (fact, 1)


def test_a_file_that_is_none_is_refused(client, binh, venture):
    client.force_login(binh)
    fake = SimpleUploadedFile("x.png", b"MZ\x90 not a picture", content_type="image/png")
    answer = client.post(support_url(venture), filled(evidence_ref="", evidence=fake))
    assert answer.status_code == 422
    assert not Support.objects.exists()


@pytest.mark.parametrize("url", [support_url, formation_url])
def test_who_may_record(client, venture, an, dung, khoa, lan, quan, url):
    consent(an, venture, "publish_venture", at=timezone.now())
    for who in (an, dung, khoa, lan, quan):
        client.force_login(who)
        for answer in (client.get(url(venture)), client.post(url(venture), filled())):
            assert answer.status_code == 403
            assert "cán bộ phụ trách" in text(answer)
    assert not Support.objects.exists()


@pytest.mark.parametrize("url", [support_url, formation_url])
def test_a_venture_that_is_not_seen_is_not_there(client, venture, lan, url):
    client.force_login(lan)
    assert client.get(url(venture)).status_code == 404
    client.logout()
    assert client.post(url(venture), filled()).status_code == 404


def test_an_idea_has_no_ledger_yet(client, an, binh, now):
    sent = idea(an, now)
    client.force_login(binh)
    answer = client.post(f"/du-an/{sent.code}/ho-tro/moi/", filled(), follow=True)
    assert said(answer) == ["Ghi được sau khi ý tưởng đã thành dự án."]
    with pytest.raises(Refused, match="thành dự án"):
        support(sent, binh, now)


def test_the_future_is_refused_behind_the_form_too(venture, binh, now):
    with pytest.raises(Refused, match="chưa tới"):
        support(venture, binh, now, happened_on=now.date() + timedelta(days=3))


# -- Enterprises --------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tax_code": "0100112438"}, "Mã số thuế này không đúng."),
        ({"tax_code": "123"}, "Mã số thuế có 10 chữ số"),
        ({"tax_code": "01001124З7"}, "Mã số thuế chỉ gồm chữ số"),
        ({"basis": ""}, "Chọn một mục."),
        ({"name": ""}, "Bạn chưa điền ô này."),
        ({"evidence_ref": ""}, "Cần một trong hai"),
    ],
)
def test_an_enterprise_that_is_not_right_is_shown_again(client, binh, venture, fields, words):
    client.force_login(binh)
    answer = client.post(formation_url(venture), enterprise(**fields))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Formation.objects.exists()


def test_a_tax_code_belongs_to_one_venture_and_a_basis_to_it_once(
    client, binh, lan, em, venture, now
):
    formation(venture, binh, now)
    other = project(lan, em, now, title="Khác")
    client.force_login(binh)
    answer = client.post(formation_url(other), enterprise())
    assert answer.status_code == 422
    assert f"Mã số thuế này đã ghi cho {venture.code}" in text(answer)
    answer = client.post(formation_url(venture), enterprise())
    assert answer.status_code == 422
    assert "Căn cứ này đã được ghi" in text(answer)
    client.post(formation_url(venture), enterprise(basis="award"))
    assert Formation.objects.count() == 2


def test_a_verified_formation_makes_an_enterprise_of_the_same_number(
    client, binh, chi, an, venture, now
):
    fact = formation(venture, binh, now)
    client.force_login(chi)
    client.post(f"/dang-ky-doanh-nghiep/{fact.pk}/buoc/verify/")
    venture.refresh_from_db()
    assert (venture.level, venture.code[:2]) == ("enterprise", "DN")
    moved = client.get(f"/du-an/{venture.code_as('DA')}/")
    assert (moved.status_code, moved.url) == (302, f"/doanh-nghiep/{venture.code}/")
    client.post(f"/dang-ky-doanh-nghiep/{fact.pk}/buoc/retract/", {"note": "Chưa đăng ký."})
    venture.refresh_from_db()
    assert venture.level == "project"


def test_a_recognition_is_retracted_by_the_secretariat_alone(client, binh, em, venture):
    recognition = venture.recognitions.get()
    url = f"/cong-nhan/{recognition.pk}/buoc/retract/"
    client.force_login(binh)
    assert client.post(url, {"note": "x"}).status_code == 403
    client.force_login(em)
    answer = client.post(url, {"note": "Công nhận nhầm."})
    assert answer.url == f"/y-tuong/{venture.code_as('YT')}/"
    recognition.refresh_from_db()
    assert (recognition.status, recognition.retraction_reason) == ("retracted", "Công nhận nhầm.")
    assert RECOGNITIONS.names == ("retract",)
    assert client.post("/cong-nhan/999999/buoc/retract/").status_code == 404


# -- Mending ------------------------------------------------------------------
def test_a_recorder_mends_what_was_returned_and_sends_it_again(client, binh, chi, recorded, now):
    SUPPORTS.advance(recorded, "return", by=chi, at=now, note="Sai số tiền.")
    client.force_login(binh)
    assert "Sai số tiền." in text(client.get(recorded.get_absolute_url()))
    url = f"/ho-tro-da-ghi/{recorded.pk}/sua/"
    assert 'value="15.000.000"' in text(client.get(url))
    assert client.post(url, filled(value="x")).status_code == 422
    client.post(url, filled(value="16.000.000"))
    client.post(f"/ho-tro-da-ghi/{recorded.pk}/buoc/resend/")
    recorded.refresh_from_db()
    assert (recorded.value, recorded.status) == (16_000_000, "recorded")
    edit = Event.objects.about(recorded).get(kind="support.edit")
    assert edit.data["before"]["value"] == "15000000"


def test_only_the_recorder_mends_and_never_after_verification(
    client, binh, chi, an, lan, recorded, now
):
    url = f"/ho-tro-da-ghi/{recorded.pk}/sua/"
    for who, status in ((chi, 403), (an, 403), (lan, 404)):
        client.force_login(who)
        assert client.get(url).status_code == status
        assert client.post(url, filled(value="1")).status_code == status
    stale = Support.objects.get(pk=recorded.pk)
    SUPPORTS.advance(recorded, "verify", by=chi, at=now)
    client.force_login(binh)
    assert client.post(url, filled(value="1")).status_code == 403
    with pytest.raises(Refused, match="chưa xác nhận"):
        recording.amend(stale, {"value": 1}, by=binh, at=now)
    recorded.refresh_from_db()
    assert recorded.value == 15_000_000


# -- Who sees what ------------------------------------------------------------
@pytest.mark.parametrize("who", CAST)
def test_pages_and_evidence_are_seen_by_the_same_people(client, request, venture, binh, now, who):
    facts = [support(venture, binh, now), formation(venture, binh, now)]
    user = request.getfixturevalue(who)
    consent(venture.owner, venture, "publish_venture", at=now)
    may = who in {"an", "binh", "chi", "em", "dung", "khoa"}
    for fact in facts:
        stored = StoredFile.objects.create(
            file="x.png", name="x.png", size=1, content_type_name="image/png"
        )
        fact.evidence = stored
        fact.save()
        recording.attach(fact)
        client.force_login(user)
        assert client.get(fact.get_absolute_url()).status_code == (200 if may else 404)
        assert (user.why_not("file.view", stored) == "") is may


@pytest.mark.parametrize("path", ["/ho-tro-da-ghi/{}/", "/dang-ky-doanh-nghiep/{}/"])
def test_facts_that_are_none_are_not_found(client, binh, path):
    client.force_login(binh)
    for pk in (0, 999_999, 10**30):
        assert client.get(path.format(pk)).status_code == 404
        assert client.post(path.format(pk) + "buoc/verify/").status_code == 404


def test_a_step_that_is_none_is_not_found(client, chi, recorded):
    client.force_login(chi)
    assert client.post(f"/ho-tro-da-ghi/{recorded.pk}/buoc/publish/").status_code == 404
    assert client.get(f"/ho-tro-da-ghi/{recorded.pk}/buoc/verify/").status_code == 405


# -- The venture's page -------------------------------------------------------
def test_the_public_sees_only_what_was_agreed_to(client, an, binh, chi, venture, now):
    url = venture.get_absolute_url()
    client.logout()
    assert client.get(url).status_code == 404
    shown = ("summary", "unit", "supports")
    publishing.decide(venture, by=an, wanted=True, names=shown, at=now)
    seen, waiting = (
        support(venture, binh, now),
        support(venture, binh, now, provider="Hội Nông dân"),
    )
    SUPPORTS.advance(seen, "verify", by=chi, at=now)
    page = text(client.get(url))
    for shown in (venture.title, venture.summary, "Phòng Kinh tế", venture.code, "phường Sa Huỳnh"):
        assert shown in page
    hidden = ("15.000.000", waiting.provider, venture.problem, venture.solution, an.full_name,
              an.email, "12/QĐ-UBND", "Ghi khoản hỗ trợ")  # fmt: skip
    for words in hidden:
        assert words not in page
    consent(an, venture, "publish_name", at=now)
    assert an.full_name in text(client.get(url))
    Venture.objects.get().owner.consents.filter(purpose="publish_venture").update(withdrawn_at=now)
    assert client.get(url).status_code == 404


def test_the_public_sees_an_enterprise_by_its_name_and_day(client, an, binh, chi, venture, now):
    fact = formation(venture, binh, now, happened_on=date(2026, 10, 9))
    FORMATIONS.advance(fact, "verify", by=chi, at=now)
    consent(an, venture, "publish_venture", at=now)
    page = text(client.get(f"/doanh-nghiep/{venture.code_as('DN')}/"))
    assert fact.name in page
    assert "09/10/2026" in page
    assert TAX_CODE not in page
    assert "7/TB-BCĐ" not in page


def test_a_minor_is_public_only_with_the_guardians_yes(client, em, now):
    young = person("Bé Na", "na@example.vn", birth=date(2012, 1, 1))
    venture = project(young, em, now)
    consent(young, venture, "publish_venture", "publish_name", at=now)
    assert client.get(venture.get_absolute_url()).status_code == 404
    Guardianship.objects.create(
        child=young,
        guardian_name="Mẹ",
        guardian_email="me@example.vn",
        answer="yes",
        answered_at=now,
    )
    assert "Bé Na" in text(client.get(venture.get_absolute_url()))


def test_the_owner_sees_the_ledger_and_no_talk_of_the_officials(client, an, em, binh, now):
    venture = idea(an, now)
    VENTURES.advance(venture, "return", by=em, at=now, note="Ý riêng.", data={"fields": ["title"]})
    VENTURES.advance(venture, "recall", by=em, at=now)
    VENTURES.advance(venture, "accept", by=em, at=now, note="Hay.")
    VENTURES.advance(venture, "release", by=em, at=now)
    support(venture, binh, now)
    client.force_login(an)
    page = text(client.get(venture.get_absolute_url()))
    for words in ("15.000.000", "Chờ xác nhận", venture.problem, "Hay."):
        assert words in page
    for words in ("Ý riêng.", "Ghi khoản hỗ trợ"):
        assert words not in page
    client.force_login(binh)
    page = text(client.get(venture.get_absolute_url()))
    for words in ("Ý riêng.", "Ghi khoản hỗ trợ", "Ghi việc hình thành doanh nghiệp"):
        assert words in page


def test_the_place_is_named_as_it_was_and_as_it_is(client, an, em, binh, now):
    today = ward()
    old = AdminUnit.objects.create(
        code="21035", kind="xa", name="Phổ Thạnh", valid_from=date(2020, 1, 1),
        valid_to=date(2025, 6, 30), successor=today,
    )  # fmt: skip
    venture = project(an, em, now, unit=old)
    client.force_login(binh)
    page = text(client.get(venture.get_absolute_url()))
    assert "xã Phổ Thạnh" in page
    assert "nay là phường Sa Huỳnh" in page


def test_any_address_of_a_venture_leads_to_its_own(client, binh, venture):
    client.force_login(binh)
    for path in (f"/doanh-nghiep/{venture.code_as('DN')}/", f"/du-an/{venture.code.lower()}/",
                 f"/du-an/DA-{venture.year}-{venture.number}/"):  # fmt: skip
        assert client.get(path).url == venture.get_absolute_url()
    for path in ("/du-an/DA-2026-999999/", "/du-an/x/", "/du-an/NV-2026-0001/", "/du-an/DA-1-1/"):
        assert client.get(path).status_code == 404


def test_samples_are_marked(client, binh, venture):
    client.force_login(binh)
    assert "Dữ liệu minh họa" not in text(client.get(venture.get_absolute_url()))
    Venture.objects.update(is_sample=True)
    assert "Dữ liệu minh họa" in text(client.get(venture.get_absolute_url()))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_venture_costs_the_same_for_one_line_and_three(
    client, an, binh, chi, venture, now, rows, django_assert_num_queries
):
    consent(an, venture, "publish_venture", at=now)
    Venture.objects.filter(pk=venture.pk).update(published=["supports"])
    for _n in range(rows):
        SUPPORTS.advance(support(venture, binh, now), "verify", by=chi, at=now)
    client.get(venture.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(venture.get_absolute_url())
    client.force_login(chi)
    client.get(venture.get_absolute_url())
    with django_assert_num_queries(13):
        client.get(venture.get_absolute_url())


# -- What waits ---------------------------------------------------------------
@pytest.fixture
def activity(binh, now):
    return Activity.objects.create(
        year=2026, number=1, kind="forum", name="Diễn đàn", happened_on=now.date(),
        recorded_at=now, recorded_by=binh, evidence_ref="1/BB",
    )  # fmt: skip


@pytest.fixture
def founding(binh, now):
    club = Organisation.objects.create(code="clb-1", name="CLB Khởi nghiệp Sa Huỳnh")
    return ClubFounding.objects.create(
        organisation=club, happened_on=now.date(), recorded_at=now, recorded_by=binh,
        evidence_ref="2/QĐ",
    )  # fmt: skip


def waiting(answer):
    return [row["fact"] for row in answer.context["rows"]]


def test_what_waits_is_for_others_to_verify_oldest_first(
    client, an, binh, chi, venture, activity, founding, now
):
    later = formation(venture, binh, now + timedelta(minutes=2))
    sooner = support(venture, binh, now - timedelta(minutes=2), happened_on=date(2026, 1, 1))
    client.force_login(chi)
    found = waiting(client.get("/xac-nhan/"))
    assert (found[0], found[-1]) == (sooner, later)
    assert set(found[1:-1]) == {activity, founding}
    client.force_login(binh)
    assert waiting(client.get("/xac-nhan/")) == []


def test_facts_of_ones_own_venture_do_not_wait_for_oneself(client, chi, em, binh, now):
    support(project(chi, em, now), binh, now)
    client.force_login(chi)
    assert waiting(client.get("/xac-nhan/")) == []


def test_activities_and_clubs_are_verified_from_the_list(client, binh, chi, activity, founding):
    urls = [
        f"/xac-nhan/hoat-dong/{activity.pk}/verify/",
        f"/xac-nhan/cau-lac-bo/{founding.pk}/verify/",
    ]
    client.force_login(binh)
    assert [client.post(url).status_code for url in urls] == [403, 403]
    client.force_login(chi)
    page = text(client.get("/xac-nhan/"))
    for url in urls:
        assert url in page
        assert client.post(url).url == "/xac-nhan/"
    activity.refresh_from_db()
    founding.refresh_from_db()
    assert (activity.verified_by, founding.verified_by) == (chi, chi)
    assert client.post("/xac-nhan/support/1/verify/").status_code == 404
    assert client.post(f"/xac-nhan/hoat-dong/{10**30}/verify/").status_code == 404
    assert client.post(f"/xac-nhan/hoat-dong/{activity.pk}/publish/").status_code == 404


def test_the_waiting_list_is_for_officials(client, an, khoa, dung, activity):
    for who in (an, khoa, dung):
        client.force_login(who)
        assert client.get("/xac-nhan/").status_code == 403
        assert client.post(f"/xac-nhan/hoat-dong/{activity.pk}/verify/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_waiting_list_costs_the_same_for_one_row_and_three(
    client, venture, binh, chi, now, rows, django_assert_num_queries
):
    for _n in range(rows):
        support(venture, binh, now)
        formation(venture, binh, now, basis=["award", "committee", "decree_268"][_n])
    client.force_login(chi)
    client.get("/xac-nhan/")
    with django_assert_num_queries(8):
        client.get("/xac-nhan/")


# -- Role home ----------------------------------------------------------------
@pytest.mark.parametrize("who", CAST)
def test_everybody_has_a_home_of_at_most_nine_statements(
    client, request, an, venture, recorded, who, django_assert_max_num_queries
):
    client.force_login(request.getfixturevalue(who))
    client.get("/viec-cua-toi/")
    with django_assert_max_num_queries(9):
        answer = client.get("/viec-cua-toi/")
    assert answer.status_code == 200
    assert ("facts_waiting" in answer.context) is (who in {"binh", "chi", "em"})
    assert ("to_approve" in answer.context) is (who == "dung")
    assert ("jobs_failed" in answer.context) is (who == "quan")
    assert ("quarter" in answer.context) is (who == "em")
    assert len(answer.context.get("ventures", [])) == (1 if who == "an" else 0)


def test_the_home_counts_what_waits(client, an, binh, chi, venture, recorded, now):
    late = idea(an, now, title="Muộn")
    Venture.objects.filter(pk=late.pk).update(promised_on=date(2026, 1, 5))
    client.force_login(chi)
    answer = client.get("/viec-cua-toi/")
    assert answer.context["facts_waiting"] == 1
    assert (answer.context["numbers"][""], answer.context["numbers"]["qua-han"]) == (1, 1)
    client.force_login(binh)
    assert client.get("/viec-cua-toi/").context["facts_waiting"] == 0


def test_a_visitor_signs_in_first(client, db):
    answer = client.get("/viec-cua-toi/")
    assert answer.url == "/tai-khoan/dang-nhap/?next=/viec-cua-toi/"


def test_a_founders_home_does_not_tell_an_unreleased_answer(client, an, em, now):
    sent = idea(an, now)
    VENTURES.advance(sent, "decline", by=em, at=now, note="Không.", data={"reason": "other"})
    client.force_login(an)
    page = text(client.get("/viec-cua-toi/"))
    assert "Đang xem" in page
    assert "phù hợp" not in page


# -- At once ------------------------------------------------------------------
def at_once(*calls):
    """What each call answers, or the refusal it met, when all start together."""
    gate, answers = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait(10)
        try:
            answers.append(call())
        except Refused as reason:
            answers.append(reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


postgresql = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="one connection in memory has no second one"
)


def official(email):
    user = person(email, f"{email}@example.vn")
    Membership.objects.create(user=user, role="official", valid_from=date(2025, 7, 1))
    user.authenticator_set.create(type="totp", data={})
    return User.objects.get(pk=user.pk)


@postgresql
@pytest.mark.threads
def test_of_two_who_verify_at_once_one_does(an, em, binh, now):
    fact = support(project(an, em, now), binh, now)
    judges = [official(name) for name in ("mot", "hai", "ba", "bon")]

    def verify(user):
        return SUPPORTS.advance(Support.objects.get(pk=fact.pk), "verify", by=user, at=now)

    answers = at_once(*(lambda user=user: verify(user) for user in judges))
    assert sum(isinstance(answer, Event) for answer in answers) == 1
    assert Event.objects.about(fact).filter(kind="support.verify").count() == 1


@postgresql
@pytest.mark.threads
def test_five_presses_at_once_are_one_row(an, em, binh, now):
    venture = project(an, em, now)

    def press():
        told = {"happened_on": now.date(), "kind": "legal", "source": "state", "provider": "A"}
        return recording.record(Support(venture=venture, **told), by=binh, at=now, key="k").pk

    assert len(set(at_once(*[press] * 5))) == 1
    assert Support.objects.count() == 1


@postgresql
@pytest.mark.threads
def test_of_two_ventures_that_claim_a_tax_code_at_once_one_gets_it(an, lan, em, binh, now):
    ventures = [project(an, em, now), project(lan, em, now, title="Khác")]

    def claim(venture):
        return formation(venture, binh, now, tax_code=OTHER_TAX_CODE)

    answers = at_once(*(lambda venture=venture: claim(venture) for venture in ventures))
    assert sorted(type(answer).__name__ for answer in answers) == ["Formation", "Refused"]
