"""What waits for a second pair of eyes: exactly what the permissions let each official verify."""

from datetime import timedelta

import pytest

from ducpho_portal import waiting
from ducpho_portal.office import MOST
from programme.models import Activity
from projects import recording
from projects.models import Closing, Investment, Milestone, StageReached
from projects.tests.desk_cast import OTHER_TAX_CODE, TAX_CODE, formation, project, support
from projects.tests.market_cast import certificate, fair, supply
from projects.workflow import FORMATIONS
from support_orgs.models import ClubFounding, Organisation

pytestmark = pytest.mark.django_db


def every_kind(venture, by, other, at, tax_code, together=()):
    """A fact of each kind of a venture that waits to be verified."""
    formed = formation(venture, by, at, tax_code=tax_code, together=together)
    FORMATIONS.advance(formed, "verify", by=other, at=at)
    told = {"recorded_at": at, "recorded_by": by, "happened_on": at.date(), "evidence_ref": "1"}
    return [
        formation(venture, by, at, tax_code=tax_code, basis="award", together=together),
        recording.record(
            Closing(formation=formed, kind="dissolved", happened_on=at.date()), by=by, at=at
        ),
        support(venture, by, at),
        certificate(venture, by, at),
        fair(venture, by, at),
        supply(venture, by, at),
        StageReached.objects.create(venture=venture, stage="idea", **told),
        Milestone.objects.create(venture=venture, title="Mốc", **told),
        Investment.objects.create(venture=venture, kind="invested", investor="A", value=1, **told),
    ]


@pytest.fixture
def facts(an, binh, chi, em, now):
    """Facts of An's project, of an enterprise that Chi's also formed, and of Chi's own."""
    chis, ans = project(chi, em, now, title="Muối"), project(an, em, now)
    found = every_kind(ans, binh, em, now, TAX_CODE, [chis])
    found += every_kind(chis, em, binh, now, OTHER_TAX_CODE)
    known = {"happened_on": now.date(), "recorded_at": now, "evidence_ref": "1/BB"}
    club = Organisation.objects.create(code="clb-1", name="CLB Khởi nghiệp Sa Huỳnh")
    return [
        *found,
        Activity.objects.create(
            year=2026, number=1, kind="forum", name="Diễn đàn", recorded_by=binh, **known
        ),
        ClubFounding.objects.create(organisation=club, recorded_by=chi, **known),
    ]


@pytest.mark.parametrize(("who", "number"), [("binh", 10), ("chi", 8), ("em", 11)])
def test_a_fact_waits_for_those_who_may_verify_it_and_for_nobody_else(request, facts, who, number):
    user = request.getfixturevalue(who)
    may = {fact for fact in facts if user.can(f"{fact._meta.model_name}.verify", fact)}
    assert {fact for _kind, fact in waiting.oldest(user, 100)} == may
    assert waiting.count(user) == len(may) == number


def test_the_oldest_wait_on_top_and_no_more_than_fit_are_shown(client, an, em, binh, chi, now):
    venture = project(an, em, now)
    made = [support(venture, binh, now + timedelta(minutes=n)) for n in range(MOST + 2)]
    client.force_login(chi)
    page = client.get("/xac-nhan/")
    assert [row["fact"] for row in page.context["rows"]] == made[:MOST]
    assert page.context["more"]


@pytest.mark.parametrize("make", [certificate, fair, supply])
def test_what_was_returned_of_a_market_is_told_to_who_wrote_it(
    client, an, em, binh, chi, now, make
):
    fact = make(project(an, em, now), binh, now)
    workflow = waiting.KINDS[fact._meta.model_name].workflow
    workflow.advance(fact, "return", by=chi, at=now, note="Thiếu ảnh.")
    client.force_login(binh)
    page = client.get("/xac-nhan/")
    assert [url for url, _kind in page.context["returned"]] == [fact.get_absolute_url()]
