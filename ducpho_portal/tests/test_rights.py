"""Everything that has a page or a file is seen by the same people, and verified by none of its own.

``KINDS`` is the table: every subject that files hang on. A rule ``….view_files`` or a workflow of
facts without a row here fails the test, so that a new kind is not forgotten.
"""

from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Visitor
from accounts.permissions import RULES
from conftest import person
from core.facts import Fact
from core.models import StoredFile
from core.workflow import Workflow
from programme import workflow as programme_workflow
from programme.models import Activity
from projects import recording, team
from projects import workflow as projects_workflow
from projects.models import (
    Closing,
    Investment,
    Listing,
    Marketplace,
    Milestone,
    Product,
    StageReached,
    TeamMember,
)  # fmt: skip
from projects.tests.desk_cast import consent, formation, project, support
from projects.tests.market_cast import certificate, fair, product, supply
from support_orgs import workflow as support_orgs_workflow
from support_orgs.models import ClubFounding, Organisation

S = Fact.Status
CAST = ("an", "ba", "tam", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
PEOPLE = {"an", "ba", "tam"}  # the lead, a member who reads, an official who is in the team
STAFF = {"tam", "binh", "chi", "dung", "em", "khoa"}
OFFICIALS = STAFF - {"dung", "khoa"}


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def cast(request, standing_agency):
    made = {
        "ba": person("Ba", "ba@example.vn"),
        "tam": person("Tám", "tam@example.vn", "official", agency=standing_agency),
    }
    return {who: made.get(who) or request.getfixturevalue(who) for who in CAST} | {None: Visitor()}


@pytest.fixture
def venture(cast, now):
    """A public project: that everybody sees its page does not open what lies behind it."""
    made = project(cast["an"], cast["em"], now)
    consent(cast["an"], made, "publish_venture", at=now)
    for who, rights in (("ba", "view"), ("tam", "edit")):
        TeamMember.objects.create(
            venture=made, user=cast[who], email=cast[who].email, rights=rights,
            invited_by=cast["an"], invited_at=now, accepted_at=now,
        )  # fmt: skip
    return type(made).objects.get(pk=made.pk)


def own(model, **fields):
    def make(venture, by, at):
        told = {"happened_on": at.date() - timedelta(days=3), "evidence_ref": "1"} | fields
        return recording.record(model(venture=venture, **told), by=by, at=at)

    return make


def closing(venture, by, at):
    formed = formation(venture, by, at)
    known = {"status": "verified", "verified_at": at, "verified_by": by}
    type(formed).objects.filter(pk=formed.pk).update(**known)
    formed.refresh_from_db()
    told = {"kind": "dissolved", "happened_on": at.date(), "evidence_ref": "1"}
    return recording.record(Closing(formation=formed, **told), by=by, at=at)


def beside(venture, by, at):
    return {"happened_on": date(2026, 3, 3), "recorded_at": at, "recorded_by": by,
            "evidence_ref": "1"}  # fmt: skip


def activity(venture, by, at):
    told = beside(venture, by, at)
    return Activity.objects.create(year=2026, number=1, kind="forum", name="A", people=1, **told)


def founding(venture, by, at):
    club = Organisation.objects.create(code="CLB-1", name="A", host="B", search_text="a")
    return ClubFounding.objects.create(organisation=club, **beside(venture, by, at))


P = projects_workflow
KINDS = {  # of facts: how one is made, its workflow, whether a venture's people see it
    "support": (support, P.SUPPORTS, True),
    "formation": (formation, P.FORMATIONS, True),
    "closing": (closing, P.CLOSINGS, True),
    "stagereached": (own(StageReached, stage="prototype"), P.STAGES, True),
    "milestone": (own(Milestone, title="A"), P.MILESTONES, True),
    "investment": (own(Investment, kind="invested", investor="A", value=1), P.INVESTMENTS, True),
    "certificate": (certificate, P.CERTIFICATES, True),
    "fairvisit": (fair, P.FAIR_VISITS, True),
    "supplylink": (supply, P.SUPPLY_LINKS, True),
    "activity": (activity, programme_workflow.ACTIVITIES, False),
    "clubfounding": (founding, support_orgs_workflow.FOUNDINGS, False),
}
# Files of these have tests beside their pages: test_words, test_intake; test_products and below;
# reports' test_pages; test_assisted.
# A sending's outcome is held by contests/tests/test_referrals.py.
NO_FACTS = {
    "venture", "version", "product", "report", "assistedentry", "entry", "scoresheet",
    "referraloutcome",
}  # fmt: skip


def test_every_subject_of_files_and_every_workflow_of_facts_is_in_the_table():
    subjects = {name.partition(".")[0] for name in RULES if name.endswith(".view_files")}
    assert subjects == {*KINDS, *NO_FACTS}
    flows = {
        flow.model._meta.model_name
        for module in (programme_workflow, projects_workflow, support_orgs_workflow)
        for flow in vars(module).values()
        if isinstance(flow, Workflow) and issubclass(flow.model, Fact)
    }
    assert flows - {"recognition"} == {*KINDS}  # a recognition has neither page nor file


def with_file(fact, by, at):
    stored = StoredFile(
        name="x.pdf", size=1, content_type_name="application/pdf", uploaded_by=by,
        content_type=ContentType.objects.get_for_model(fact), object_id=fact.pk,
    )  # fmt: skip
    stored.file.save("x.pdf", ContentFile(b"x"), save=True)
    type(fact).objects.filter(pk=fact.pk).update(evidence=stored)
    fact.refresh_from_db()
    return stored


def in_status(fact, status, by, at):
    told = {"status": status}
    if status in {S.VERIFIED, S.RETRACTED}:
        told |= {"verified_at": at, "verified_by": by}
    if status == S.RETRACTED:
        told |= {"retracted_at": at, "retracted_by": by, "retraction_reason": "Nhầm."}
    type(fact).objects.filter(pk=fact.pk).update(**told)
    return type(fact).objects.get(pk=fact.pk)


def readers(client, cast, address):
    found = set()
    for who, user in cast.items():
        client.logout()
        if who:
            client.force_login(user)
        answer = client.get(address)
        assert answer.status_code in {200, 403, 404}
        if answer.status_code == 200:
            found.add(who)
        b"".join(answer)  # closes the file; closing by hand would close the connection, too
    return found


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_and_its_evidence_have_the_same_readers(
    client, cast, venture, now, settings, tmp_path, kind, status
):
    settings.MEDIA_ROOT = tmp_path
    make, _flow, is_of_venture = KINDS[kind]
    fact = make(venture, cast["binh"], now)
    stored = with_file(fact, cast["em"], now)
    fact = in_status(fact, status, cast["chi"], now)
    expected = STAFF | PEOPLE if is_of_venture else STAFF
    assert readers(client, cast, stored.get_absolute_url()) == expected
    if is_of_venture:
        assert readers(client, cast, fact.get_absolute_url()) == expected


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_verifies_what_is_theirs_or_what_they_wrote(cast, venture, now, kind, status):
    make, flow, is_of_venture = KINDS[kind]
    fact = in_status(make(venture, cast["binh"], now), status, cast["em"], now)
    fact = type(fact).objects.get(pk=fact.pk)
    may = {who for who, user in cast.items() if user.can(f"{kind}.verify", fact)}
    assert may == OFFICIALS - {"binh"} - (PEOPLE if is_of_venture else set())
    can = {w for w, u in cast.items() if "verify" in {s.name for s in flow.open_steps(fact, u)}}
    assert can == (may if status == S.RECORDED else set())


def test_the_people_of_a_venture_read_none_of_the_desk_s_talk(client, cast, venture, now):
    for kind, (make, _flow, is_of_venture) in KINDS.items():
        if not is_of_venture:
            continue
        fact = make(venture, cast["binh"], now)
        for who in PEOPLE:
            client.force_login(cast[who])
            assert client.get(fact.get_absolute_url()).context["events"] == [], (kind, who)
        if kind == "formation":  # one that stands is enough
            type(fact).objects.filter(pk=fact.pk).delete()


@pytest.mark.parametrize("ticked", [False, True])
def test_a_product_is_read_by_its_people_and_when_ticked_by_all(
    client, cast, venture, now, settings, tmp_path, ticked
):
    settings.MEDIA_ROOT = tmp_path
    made = product(venture, cast["an"], now, published=ticked)
    expected = {*cast} if ticked else STAFF | PEOPLE
    assert readers(client, cast, made.get_absolute_url()) == expected
    listed = {
        who for who, user in cast.items() if Product.objects.visible_to(user).filter(pk=made.pk)
    }
    assert listed == expected
    market = Marketplace.objects.create(code="tiki", name="Tiki")
    at_market = Listing.objects.create(product=made, marketplace=market)
    assert {w for w, u in cast.items() if u.can("listing.edit", at_market)} == OFFICIALS | {"an"}
    assert team.shown_publicly(venture, now.date()) == []
