"""Enterprises of several projects, enterprises that go on as another, enterprises that ended."""

from datetime import date, timedelta

import pytest

from conftest import person
from core.models import Event
from core.periods import Quarter
from core.words import Refused
from core.workflow import Blocked
from projects import recording
from projects.models import Closing, Formation, Venture
from projects.queries import enterprises_formed
from projects.tests.desk_cast import OTHER_TAX_CODE, TAX_CODE, consent, formation, project
from projects.tests.test_facts import at_once, postgresql
from projects.workflow import CLOSINGS, FORMATIONS
from reports import annexes

THIRD_TAX_CODE = "0312345676"

pytestmark = pytest.mark.django_db


@pytest.fixture
def venture(an, binh, now):
    return project(an, binh, now, title="Tủ sấy cá")


@pytest.fixture
def ha_venture(ha, binh, now):
    return project(ha, binh, now, title="Muối hầm")


@pytest.fixture
def joint(venture, ha_venture, binh, chi, now):
    """One enterprise of two projects, verified."""
    fact = formation(venture, binh, now, together=[ha_venture])
    FORMATIONS.advance(fact, "verify", by=chi, at=now)
    return fact


@pytest.fixture
def formed(venture, binh, chi, now):
    fact = formation(venture, binh, now)
    FORMATIONS.advance(fact, "verify", by=chi, at=now)
    return fact


def closing(fact, by, at, **fields):
    told = {"kind": "dissolved", "happened_on": at.date(), "evidence_ref": "TB 3"} | fields
    return recording.record(Closing(formation=fact, **told), by=by, at=at)


def counted(now) -> list[tuple[int, date]]:
    rows = enterprises_formed(now, now).filter(on__isnull=False)
    return sorted(rows.values_list("venture_id", "on"))


def levels(*ventures) -> list[str]:
    found = dict(Venture.objects.values_list("pk", "level"))
    return [found[v.pk] for v in ventures]


def told(**fields):
    return {
        "name": "Công ty Muối Cá",
        "tax_code": TAX_CODE,
        "happened_on": "2026-11-17",
        "basis": "committee",
        "evidence_ref": "7/TB-BCĐ",
        "together": "",
        "succeeds": "",
    } | fields


# -- Several projects, one enterprise -------------------------------------------
def test_two_projects_that_form_one_enterprise_are_enterprises_and_count_once(
    joint, venture, ha_venture, now
):
    assert levels(venture, ha_venture) == ["enterprise", "enterprise"]
    assert counted(now) == [(venture.pk, joint.happened_on)]


def test_a_second_basis_of_the_joint_enterprise_counts_nothing_more(joint, venture, binh, chi, now):
    second = formation(venture, binh, now, basis="award", happened_on=now.date())
    FORMATIONS.advance(second, "verify", by=chi, at=now)
    assert counted(now) == [(venture.pk, joint.happened_on)]


def test_each_project_shows_the_same_enterprise_and_the_other_project(
    client, joint, venture, ha_venture, an, ha, binh
):
    for who, own, other in ((an, venture, ha_venture), (ha, ha_venture, venture)):
        client.force_login(who)
        page = client.get(own.get_absolute_url(), follow=True).content.decode()
        assert joint.name in page
        assert other.code not in page  # not public: the other founder's project stays theirs
    client.force_login(binh)
    page = client.get(f"/doanh-nghiep/{ha_venture.code_as('DN')}/").content.decode()
    assert f"/doanh-nghiep/{venture.code_as('DN')}/" in page


def test_the_other_founder_opens_the_fact_and_a_stranger_does_not(client, joint, ha, lan):
    client.force_login(ha)
    assert client.get(joint.get_absolute_url()).status_code == 200
    client.force_login(lan)
    assert client.get(joint.get_absolute_url()).status_code == 404


def test_retracted_both_are_projects_again_unless_another_enterprise_stands(
    joint, venture, ha_venture, binh, chi, now
):
    own = formation(ha_venture, binh, now, tax_code=OTHER_TAX_CODE)
    FORMATIONS.advance(own, "verify", by=chi, at=now)
    FORMATIONS.advance(joint, "retract", by=chi, at=now, note="Nhầm.")
    assert levels(venture, ha_venture) == ["project", "enterprise"]
    assert counted(now) == [(ha_venture.pk, own.happened_on)]


def test_a_founder_of_a_further_project_does_not_verify_it(venture, binh, now):
    hoa = person("Hoa", "hoa@example.vn", "official")
    other = project(hoa, binh, now)
    fact = formation(venture, binh, now, together=[other])
    assert not hoa.can("formation.verify", fact)
    assert FORMATIONS.open_steps(fact, hoa) == []


def test_an_official_names_the_further_projects_by_their_codes(
    client, venture, ha_venture, binh, chi
):
    client.force_login(binh)
    url = f"/du-an/{venture.code_as('DA')}/doanh-nghiep/moi/"
    answer = client.post(url, told(together=f" {ha_venture.code_as('DA').lower()}, "))
    fact = Formation.objects.get()
    assert answer.status_code == 302
    assert fact.together == (ha_venture,)

    edit = f"/dang-ky-doanh-nghiep/{fact.pk}/sua/"
    assert f'value="{ha_venture.code}"' in client.get(edit).content.decode()
    client.post(edit, told())
    assert Formation.objects.get().together == ()
    event = Event.objects.get(kind="formation.edit")
    assert event.data["before"] == {"together": ha_venture.code}


@pytest.mark.parametrize(
    "fields",
    [
        {"together": "DA-2099-0001"},
        {"together": "muối"},
        {"together": "own"},
        {"succeeds": OTHER_TAX_CODE},
        {"succeeds": "123"},
    ],
    ids=["unknown", "words", "itself", "no such enterprise", "no tax code"],
)
def test_a_wrong_code_gets_a_sentence_and_nothing_is_kept(client, venture, binh, fields):
    if fields.get("together") == "own":
        fields = {"together": venture.code_as("DA")}
    client.force_login(binh)
    answer = client.post(f"/du-an/{venture.code_as('DA')}/doanh-nghiep/moi/", told(**fields))
    assert answer.status_code == 422
    assert "Công ty Muối Cá" in answer.content.decode()
    assert not Formation.objects.exists()


def test_an_idea_cannot_form_an_enterprise_with_others(venture, ha, binh, now):
    idea = Venture.objects.create(owner=ha, title="Nháp", year=2026, number=900)
    with pytest.raises(Refused, match="chưa phải là dự án"):
        formation(venture, binh, now, together=[idea])


# -- Successors -------------------------------------------------------------------
def test_an_enterprise_that_continues_another_is_not_a_new_one(
    formed, ha_venture, venture, binh, chi, now
):
    after = formation(ha_venture, binh, now, tax_code=OTHER_TAX_CODE, succeeds=formed)
    FORMATIONS.advance(after, "verify", by=chi, at=now)
    assert levels(ha_venture) == ["enterprise"]
    assert counted(now) == [(venture.pk, formed.happened_on)]


def test_both_pages_tell_of_each_other(client, formed, venture, binh, chi, now):
    after = formation(
        venture, binh, now, name="Công ty Cổ phần Nắng", tax_code=OTHER_TAX_CODE, succeeds=formed
    )
    FORMATIONS.advance(after, "verify", by=chi, at=now)
    client.force_login(binh)
    assert "Công ty Cổ phần Nắng" in client.get(formed.get_absolute_url()).content.decode()
    assert formed.name in client.get(after.get_absolute_url()).content.decode()
    page = client.get(f"/doanh-nghiep/{venture.code_as('DN')}/")
    assert page.context["registered"].formation == after  # the one that runs now


def test_what_is_continued_cannot_be_retracted_first(formed, ha_venture, binh, chi, now):
    after = formation(ha_venture, binh, now, tax_code=OTHER_TAX_CODE, succeeds=formed)
    with pytest.raises(Blocked, match="nối tiếp"):
        FORMATIONS.advance(formed, "retract", by=chi, at=now, note="Nhầm.")
    FORMATIONS.advance(after, "retract", by=chi, at=now, note="Nhầm.")
    FORMATIONS.advance(formed, "retract", by=chi, at=now, note="Nhầm.")
    assert formed.status == "retracted"


def test_the_same_tax_code_is_the_same_enterprise(formed, venture, binh, now):
    with pytest.raises(Refused, match="cùng một doanh nghiệp"):
        formation(venture, binh, now, basis="award", succeeds=formed)


def test_nothing_continues_what_came_later(formed, venture, binh, now):
    early = formed.happened_on - timedelta(days=1)
    with pytest.raises(Refused, match="không thể đăng ký trước"):
        formation(venture, binh, now, tax_code=OTHER_TAX_CODE, succeeds=formed, happened_on=early)


# -- The end ----------------------------------------------------------------------
def test_an_enterprise_that_ended_stays_counted(formed, venture, binh, chi, now):
    before = counted(now)
    end = closing(formed, binh, now)
    CLOSINGS.advance(end, "verify", by=chi, at=now)
    assert counted(now) == before == [(venture.pk, formed.happened_on)]
    assert levels(venture) == ["enterprise"]


def test_the_page_says_so_once_it_is_verified(client, formed, venture, an, binh, chi, now):
    consent(an, venture, "publish_venture", at=now)
    end = closing(formed, binh, now)
    url = f"/doanh-nghiep/{venture.code_as('DN')}/"
    assert "Đã giải thể" not in client.get(url).content.decode()
    CLOSINGS.advance(end, "verify", by=chi, at=now)
    assert "Đã giải thể ngày 20/11/2026" in client.get(url).content.decode()


def test_the_list_is_narrowed_to_those_that_run_or_ended(
    client, formed, ha_venture, venture, binh, chi, now
):
    other = formation(ha_venture, binh, now, tax_code=OTHER_TAX_CODE)
    FORMATIONS.advance(other, "verify", by=chi, at=now)
    CLOSINGS.advance(closing(formed, binh, now), "verify", by=chi, at=now)
    client.force_login(binh)

    def shown(what):
        return [v.pk for v in client.get(f"/doanh-nghiep/?con={what}").context["page"]]

    assert shown("hoat-dong") == [ha_venture.pk]
    assert shown("cham-dut") == [venture.pk]
    assert shown("gì-đó") == shown("") == [ha_venture.pk, venture.pk]


STEPS = {
    "verify": ({"recorded"}, {"chi", "em"}),
    "return": ({"recorded"}, {"chi", "em"}),
    "resend": ({"returned"}, {"binh"}),
    "retract": ({"recorded", "returned", "verified"}, {"binh", "chi", "em"}),
}
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")


@pytest.mark.parametrize("status", ["recorded", "returned", "verified", "retracted"])
def test_who_may_do_what_with_an_end(request, joint, now, status):
    """Bình wrote it down; An and Hà founded the enterprise."""
    cast = {name: request.getfixturevalue(name) for name in CAST}
    columns = {"status": status, "recorded_by": cast["binh"], "recorded_at": now}
    if status in {"verified", "retracted"}:
        columns |= {"verified_at": now, "verified_by": cast["chi"]}
    if status == "retracted":
        columns |= {"retracted_at": now, "retracted_by": cast["em"], "retraction_reason": "Nhầm."}
    end = Closing.objects.create(
        formation=joint, kind="bankrupt", happened_on=now.date(), evidence_ref="1", **columns
    )
    taken = {
        (name, who)
        for name in CLOSINGS.names
        for who, user in cast.items()
        if not CLOSINGS.why_not(end, name, user)
    }
    assert taken == {
        (name, who)
        for name, (sources, people) in STEPS.items()
        for who in people
        if status in sources
    }


@pytest.mark.parametrize(
    ("who", "get"),
    [("binh", 200), ("chi", 200), ("em", 200), ("an", 403), ("ha", 403), ("khoa", 403),
     ("dung", 403), ("lan", 404), ("quan", 404), (None, 404)],
)  # fmt: skip
def test_who_records_an_end(client, request, joint, who, get):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(f"/dang-ky-doanh-nghiep/{joint.pk}/cham-dut/").status_code == get


def test_an_end_is_recorded_mended_and_verified_by_pages(client, formed, binh, chi, venture):
    client.force_login(binh)
    url = f"/dang-ky-doanh-nghiep/{formed.pk}/cham-dut/"
    sent = {"kind": "dissolved", "happened_on": "2026-11-18", "evidence_ref": "TB 3"}
    first = client.post(url, sent | {"sending": "a"})
    assert client.post(url, sent | {"sending": "a"}).url == first.url  # pressed twice
    end = Closing.objects.get()
    assert client.post(url, sent | {"sending": "b"}).status_code == 422
    mended = client.post(f"{end.get_absolute_url()}sua/", sent | {"kind": "merged"})
    assert mended.status_code == 302
    assert client.post(f"{end.get_absolute_url()}buoc/verify/").status_code == 403
    client.force_login(chi)
    assert formed.name in client.get("/xac-nhan/").content.decode()
    assert client.post(f"{end.get_absolute_url()}buoc/verify/").status_code == 302
    end.refresh_from_db()
    assert (end.status, end.kind) == ("verified", "merged")
    assert client.get(url).status_code == 200
    page = client.get(f"/doanh-nghiep/{venture.code_as('DN')}/").content.decode()
    assert "Ghi việc chấm dứt doanh nghiệp" not in page


@pytest.mark.parametrize(
    "fields",
    [{"kind": ""}, {"kind": "paused"}, {"happened_on": "2099-01-01"},
     {"happened_on": "2020-01-01"}, {"evidence_ref": ""}],
    ids=["no kind", "a pause", "not yet", "before it began", "no evidence"],
)  # fmt: skip
def test_a_wrong_end_gets_a_sentence(client, formed, binh, fields):
    client.force_login(binh)
    sent = {"kind": "dissolved", "happened_on": "2026-11-18", "evidence_ref": "TB 3"} | fields
    answer = client.post(f"/dang-ky-doanh-nghiep/{formed.pk}/cham-dut/", sent)
    assert answer.status_code == 422
    assert not Closing.objects.exists()


def test_an_enterprise_not_verified_yet_has_no_end(venture, binh, now):
    with pytest.raises(Refused, match="đã được xác nhận"):
        closing(formation(venture, binh, now), binh, now)


def test_what_ended_cannot_be_retracted_first(formed, binh, chi, now):
    closing(formed, binh, now)
    with pytest.raises(Blocked, match="chấm dứt"):
        FORMATIONS.advance(formed, "retract", by=chi, at=now, note="Nhầm.")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_enterprise_and_three(
    client, venture, binh, chi, now, rows, django_assert_num_queries
):
    codes = [TAX_CODE, OTHER_TAX_CODE, THIRD_TAX_CODE]
    for tax_code in codes[:rows]:
        fact = formation(venture, binh, now, tax_code=tax_code)
        FORMATIONS.advance(fact, "verify", by=chi, at=now)
        closing(fact, binh, now)
    client.force_login(binh)
    url = f"/doanh-nghiep/{venture.code_as('DN')}/"
    client.get(url)
    with django_assert_num_queries(15):
        client.get(url)


def test_the_annex_names_the_enterprise_for_each_of_its_projects(joint, venture, ha_venture, now):
    rows = annexes.ventures(Quarter(2026, 4), now)["rows"]
    assert [row[1].split()[0] for row in rows] == [venture.code_as("DN"), ha_venture.code_as("DN")]
    assert {row[-1] for row in rows} == {"Xác nhận của Ban Chỉ đạo"}


# -- Two at once ------------------------------------------------------------------
@postgresql
@pytest.mark.threads
def test_two_who_name_each_other_s_project_do_not_wait_for_each_other_for_ever(
    an, ha, em, binh, now
):
    one, two = project(an, em, now), project(ha, em, now, title="Muối")

    def write(lead, further, tax_code):
        return formation(lead, binh, now, tax_code=tax_code, together=[further])

    answers = at_once(*[lambda: write(one, two, TAX_CODE), lambda: write(two, one, OTHER_TAX_CODE)])
    assert [type(answer).__name__ for answer in answers] == ["Formation", "Formation"]


@postgresql
@pytest.mark.threads
def test_of_two_ends_written_at_once_one_stays(an, em, binh, chi, now):
    fact = formation(project(an, em, now), binh, now)
    FORMATIONS.advance(fact, "verify", by=chi, at=now)
    answers = at_once(*(lambda by=by: closing(fact, by, now) for by in (binh, chi)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Closing", "Refused"]


@postgresql
@pytest.mark.threads
@pytest.mark.parametrize("built", ["closing", "successor"])
def test_retracted_and_built_upon_at_once_one_of_the_two_happens(an, em, binh, chi, now, built):
    fact = formation(project(an, em, now), binh, now)
    FORMATIONS.advance(fact, "verify", by=chi, at=now)
    seen = [Formation.objects.get(pk=fact.pk) for _page in range(2)]

    def build():
        if built == "closing":
            return closing(seen[0], binh, now)
        told = {"tax_code": OTHER_TAX_CODE, "happened_on": now.date(), "succeeds": seen[0]}
        return formation(seen[0].venture, binh, now, **told)

    def retract():
        return FORMATIONS.advance(seen[1], "retract", by=chi, at=now, note="Nhầm.")

    done, refused = sorted(at_once(build, retract), key=lambda told: isinstance(told, Refused))
    assert not isinstance(done, Refused)
    assert isinstance(refused, Refused)
