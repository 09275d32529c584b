"""The life of an idea: its table, who may take which step, and who sees what."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Consent, Guardianship, User, Visitor
from accounts.permissions import RULES
from conftest import person
from core.facts import Fact
from core.models import Event, OutboxMessage
from core.words import Refused
from core.workflow import Blocked
from projects import desk, services
from projects.models import Formation, Recognition, Support, Venture
from projects.workflow import FORMATIONS, RECOGNITIONS, SUPPORTS, VENTURES

S = Venture.Status
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
SCREENERS = {"binh", "chi", "em"}  # officials and the secretariat
STAFF = SCREENERS | {"dung", "khoa"}
GOOD = {
    "title": "Tủ sấy cá cơm chạy bằng nắng",
    "field": "food",
    "summary": "Sấy cá bằng nắng.",
    "problem": "Cá hỏng.",
    "solution": "Tủ sấy.",
    "contact_name": "Nguyễn Thị An",
    "contact_birth_date": date(1985, 5, 5),
}


def in_status(owner, status, number=7, **fields):
    """An idea at this point of its life, with all that the table asks for."""
    told = dict(GOOD)
    if status != S.DRAFT:
        told |= {"year": 2026, "number": number, "promised_on": date(2026, 12, 4)}
    if status in {S.DECLINING, S.DECLINED}:
        told["decline_reason"] = "outside"
    if status in {S.RETURNING, S.RETURNED}:
        told |= {"mend_fields": ["solution"], "decision_note": "Viết rõ."}
    venture = Venture.objects.create(owner=owner, status=status, **(told | fields))
    agreed(venture, Consent.Purpose.PROCESS)
    return venture


def agreed(venture, purpose):
    if venture.owner_id:
        Consent.objects.create(
            user=venture.owner,
            purpose=purpose,
            subject_kind="venture",
            subject_id=venture.pk,
            text="Tôi đồng ý.",
            version="1",
            given_at=venture.created_at,
        )


@pytest.fixture
def cast(request):
    """Everybody by name, and the visitor."""
    people = {name: request.getfixturevalue(name) for name in CAST}
    return people | {"visitor": Visitor()}


# -- The tables -------------------------------------------------------------------
@pytest.mark.parametrize("flow", [VENTURES, RECOGNITIONS, SUPPORTS, FORMATIONS])
def test_every_row_names_what_exists(flow):
    statuses = set(flow.model.Status.values)
    for row in flow.rows:
        assert {*row.source, row.target} <= statuses
        assert row.permission in RULES
        assert str(row.label)


def test_every_status_is_reached_from_a_draft():
    reached, edge = {S.DRAFT}, {S.DRAFT}
    while edge:
        edge = {target for source, target, _step in VENTURES.edges() if source in edge} - reached
        reached |= edge
    assert reached == set(S)


def test_a_name_leads_one_way_from_a_status():
    pairs = [(row.name, source) for row in VENTURES.rows for source in row.source]
    assert len(pairs) == len(set(pairs))


def test_only_a_released_answer_ends_it():
    """Only reopening leaves an answered idea; and nothing but a release answers it."""
    answered = {S.ACCEPTED, S.DECLINED, S.RETURNED}
    into = {row.name for row in VENTURES.rows if row.target in answered}
    assert into == {"release"}
    left = {row.name for row in VENTURES.rows if {S.ACCEPTED, S.DECLINED} & set(row.source)}
    assert left == {"reopen"}


def test_only_what_is_sent_given_to_somebody_or_released_is_told():
    told = {row.name for row in VENTURES.rows if row.tell}
    assert told == {"submit", "assign", "release", "reopen"}


def test_the_words_that_tables_share():
    columns = {f.name for f in Venture._meta.fields}
    assert set(services.MENDABLE) - {"attachment"} == set(services.MENDABLE_ANSWERS)
    assert set(services.MENDABLE_ANSWERS) <= columns
    assert set(services.NEEDED) <= columns
    assert {"contact_name", "contact_birth_date"} == set(services.NEEDED) - set(services.MENDABLE)
    assert set(Venture.WAITING_FOR_US) == {
        status for status in S if any(status in row.source for row in VENTURES.rows)
    } - {S.DRAFT, S.RETURNED, S.ACCEPTED, S.DECLINED}


# -- Status × step × person ---------------------------------------------------------
SOURCES = {
    "submit": {S.DRAFT, S.RETURNED},
    "screen": {S.SUBMITTED},
    "assign": {S.SUBMITTED, S.SCREENING},
    "hand_back": {S.SUBMITTED, S.SCREENING},
    "accept": {S.SUBMITTED, S.SCREENING, S.ACCEPTING, S.RETURNING, S.DECLINING},
    "return": {S.SUBMITTED, S.SCREENING, S.ACCEPTING, S.RETURNING, S.DECLINING},
    "decline": {S.SUBMITTED, S.SCREENING, S.ACCEPTING, S.RETURNING, S.DECLINING},
    "recall": {S.ACCEPTING, S.RETURNING, S.DECLINING},
    "release": {S.ACCEPTING, S.RETURNING, S.DECLINING},
    "reopen": {S.ACCEPTED, S.DECLINED},
}
WHO = {"submit": {"an"}, "assign": {"em"}}  # all others: SCREENERS


@pytest.mark.parametrize("status", list(S))
def test_who_may_take_which_step(cast, status, standing_agency):
    venture = in_status(cast["an"], status, agency=standing_agency)
    taken = {
        (name, who)
        for name in VENTURES.names
        for who, user in cast.items()
        if not VENTURES.why_not(venture, name, user)
    }
    allowed = {
        (name, who)
        for name, sources in SOURCES.items()
        for who in WHO.get(name, SCREENERS)
        if status in sources
    }
    assert taken == allowed


def test_the_matrix_names_every_step():
    assert set(SOURCES) == set(VENTURES.names)


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("who", sorted(SCREENERS))
def test_nobody_acts_on_their_own_idea(cast, who, status):
    venture = in_status(cast[who], status)
    opened = {step.name for step in VENTURES.open_steps(venture, cast[who])}
    assert opened == ({"submit"} if status in SOURCES["submit"] else set())


@pytest.mark.parametrize("status", list(S))
def test_advance_refuses_what_why_not_refuses(cast, status, now):
    """The matrix is not only what buttons show: the door itself is shut."""
    venture = in_status(cast["an"], status)
    for name, sources in SOURCES.items():
        for who, user in cast.items():
            if status in sources and who in WHO.get(name, SCREENERS):
                continue
            with pytest.raises(Blocked):
                VENTURES.advance(venture, name, by=user, at=now, note="Vì sao.")
    assert Event.objects.count() == OutboxMessage.objects.count() == 0
    venture.refresh_from_db()
    assert venture.status == status


def test_a_role_without_its_second_factor_is_none(cast, binh, now):
    binh.authenticator_set.all().delete()
    again = User.objects.get(pk=binh.pk)
    venture = in_status(cast["an"], S.SUBMITTED)
    assert VENTURES.open_steps(venture, again) == []
    assert not Venture.objects.visible_to(again, now.date()).exists()


# -- Who sees what ------------------------------------------------------------------
@dataclass(frozen=True)
class Publicity:
    """What the owner, and the law, let be shown."""

    name: str
    consent: bool
    level: str
    born: date | None
    guardian: str = ""

    @property
    def is_public(self) -> bool:
        grown = self.born is not None and self.born <= date(2008, 11, 20)
        allowed = grown or self.guardian == "yes"
        return self.consent and allowed and self.level != "idea"


ADULT, ON_THE_DAY, CHILD = date(1985, 5, 5), date(2008, 11, 20), date(2008, 11, 21)
PUBLICITY = [
    Publicity("idea without a word", False, "idea", ADULT),
    Publicity("idea with consent", True, "idea", ADULT),
    Publicity("project without consent", False, "project", ADULT),
    Publicity("public project", True, "project", ADULT),
    Publicity("public enterprise", True, "enterprise", ADULT),
    Publicity("of one who is 18 today", True, "project", ON_THE_DAY),
    Publicity("of a child", True, "project", CHILD),
    Publicity("of a child that waits", True, "project", CHILD, "waiting"),
    Publicity("of a child, refused", True, "project", CHILD, "no"),
    Publicity("of a child, allowed", True, "project", CHILD, "yes"),
    Publicity("of a child, allowed, without consent", False, "project", CHILD, "yes"),
    Publicity("of nobody knows what age", True, "enterprise", None),
]


def shown(publicity, owner, status, number, now):
    User.objects.filter(pk=owner.pk).update(birth_date=publicity.born)
    owner.refresh_from_db()
    venture = in_status(owner, status, number=number, level=publicity.level)
    if publicity.consent:
        agreed(venture, Consent.Purpose.PUBLISH_VENTURE)
    if publicity.guardian:
        Guardianship.objects.create(
            child=owner,
            guardian_name="Bảy",
            guardian_email="bay@example.vn",
            answer=publicity.guardian,
            answered_at=None if publicity.guardian == "waiting" else now,
        )
    return venture


# A draft never has a level: that comes with the answer.
POINTS = [(s, p) for s in S for p in PUBLICITY if s != S.DRAFT or p.level == "idea"]


@pytest.mark.parametrize(
    ("status", "publicity"), POINTS, ids=[f"{s.value}: {p.name}" for s, p in POINTS]
)
def test_what_is_listed_is_what_may_be_seen(cast, now, status, publicity):
    """``visible_to`` and the permission ``venture.view`` agree, for everybody."""
    venture = shown(publicity, cast["an"], status, 7, now)
    today = now.date()
    expected = {"an"} | (STAFF if status != S.DRAFT else set())
    if publicity.is_public:
        expected = set(cast)
    marked = Venture.objects.with_publicity(today).get(pk=venture.pk)
    listed = {
        who
        for who, user in cast.items()
        if Venture.objects.visible_to(user, today).filter(pk=venture.pk).exists()
    }
    allowed = {who for who, user in cast.items() if user.can("venture.view", marked)}
    assert listed == allowed == expected
    private = {who for who, user in cast.items() if user.can("venture.view_private", marked)}
    files = {who for who, user in cast.items() if user.can("venture.view_files", marked)}
    assert private == files == {"an"} | (STAFF if status != S.DRAFT else set())
    assert Venture.objects.public(today).filter(pk=venture.pk).exists() == publicity.is_public


def test_a_withdrawn_consent_hides_at_once(cast, now):
    venture = shown(PUBLICITY[3], cast["an"], S.ACCEPTED, 7, now)
    seen = Venture.objects.visible_to(cast["lan"], now.date()).filter(pk=venture.pk)
    assert seen.exists()
    Consent.objects.update(withdrawn_at=now + timedelta(days=400))
    assert not seen.exists()


def test_consent_is_for_one_venture_and_one_purpose(cast, now):
    one = shown(PUBLICITY[2], cast["an"], S.ACCEPTED, 7, now)
    two = in_status(cast["an"], S.ACCEPTED, number=8, level="project")
    agreed(one, Consent.Purpose.PUBLISH_NAME)
    agreed(two, Consent.Purpose.PUBLISH_VENTURE)
    assert list(Venture.objects.visible_to(cast["visitor"], now.date())) == [two]


def test_a_draft_without_owner_is_seen_by_nobody(cast, now):
    Venture.objects.create(owner=None, **GOOD)
    for user in (*cast.values(), Visitor()):
        assert not Venture.objects.visible_to(user, now.date()).exists()
    assert not isinstance(cast["visitor"], User)
    assert isinstance(cast["visitor"], AnonymousUser)


def test_the_desk_leaves_out_ones_own(binh, an, now):
    mine, theirs = in_status(binh, S.SUBMITTED, 1), in_status(an, S.SUBMITTED, 2)
    assert list(desk.desk_of(binh, now.date())) == [theirs]
    assert set(Venture.objects.visible_to(binh, now.date())) == {mine, theirs}


# -- What follows ---------------------------------------------------------------------
def test_an_idea_without_its_parts_is_not_sent(an, now):
    venture = in_status(an, S.DRAFT, problem="", summary="")
    with pytest.raises(Blocked, match=r"Còn thiếu: tóm tắt, vấn đề\."):
        VENTURES.advance(venture, "submit", by=an, at=now)
    Consent.objects.all().delete()
    Venture.objects.update(problem="Cá hỏng.", summary="Sấy.")
    with pytest.raises(Blocked, match="chưa đồng ý cho cán bộ đọc"):
        VENTURES.advance(venture, "submit", by=an, at=now)


def test_numbers_go_on_within_a_year_and_begin_anew(an, now):
    def send(at):
        venture = in_status(an, S.DRAFT)
        VENTURES.advance(venture, "submit", by=an, at=at)
        return venture.code

    assert [send(now), send(now)] == ["YT-2026-0001", "YT-2026-0002"]
    assert send(now + timedelta(days=60)) == "YT-2027-0001"


def test_a_changed_mind_replaces_the_waiting_decision(an, binh, chi, now):
    """The journal keeps both decisions; the founder hears the last one, once."""
    venture = in_status(an, S.SCREENING)
    VENTURES.advance(venture, "accept", by=binh, at=now, note="Được.")
    VENTURES.advance(venture, "decline", by=chi, at=now, note="Không.", data={"reason": "other"})
    VENTURES.advance(venture, "release", by=binh, at=now)
    venture.refresh_from_db()
    assert (venture.status, venture.decline_reason) == (S.DECLINED, "other")
    assert not Recognition.objects.exists()
    kinds = Event.objects.about(venture).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["venture.accept", "venture.decline", "venture.release"]
    assert OutboxMessage.objects.count() == 1


MIND = {
    "accept": ("Được.", {}),
    "return": ("Viết rõ.", {"fields": ["title"]}),
    "decline": ("Không.", {"reason": "other"}),
}


@pytest.mark.parametrize("first", MIND)
@pytest.mark.parametrize("then", MIND)
def test_what_the_last_decision_left_is_all_that_stands(an, binh, now, first, then):
    venture = in_status(an, S.SCREENING)
    for times, step in enumerate((first, then)):
        note, data = MIND[step]
        VENTURES.advance(venture, step, by=binh, at=now, note=note * (times + 1), data=dict(data))
    venture.refresh_from_db()
    assert venture.mend_fields == MIND[then][1].get("fields", [])
    assert venture.decline_reason == MIND[then][1].get("reason", "")


@pytest.mark.parametrize(
    ("step", "note", "data"),
    [
        ("return", "", {"fields": ["title"]}),
        ("return", "Sửa đi.", {"fields": []}),
        ("return", "Sửa đi.", {}),
        ("decline", "Không.", {}),
    ],
)
def test_a_decision_needs_its_reason(an, binh, now, step, note, data):
    venture = in_status(an, S.SCREENING)
    with pytest.raises(Refused):
        VENTURES.advance(venture, step, by=binh, at=now, note=note, data=data)
    venture.refresh_from_db()
    assert (venture.status, Event.objects.count()) == (S.SCREENING, 0)


def test_the_clock_stops_while_the_founder_mends(an, binh, now):
    """Friday 20/11, promised for Friday 04/12: ten days are left; four are used; then it rests."""
    venture = in_status(an, S.DRAFT)
    VENTURES.advance(venture, "submit", by=an, at=now)
    assert venture.promised_on == date(2026, 12, 4)
    later = now + timedelta(days=6)  # Thursday
    VENTURES.advance(venture, "return", by=binh, at=later, note="Rõ.", data={"fields": ["title"]})
    VENTURES.advance(venture, "release", by=binh, at=later)
    assert venture.days_left == 6
    again = now + timedelta(days=31)  # Monday 21/12
    VENTURES.advance(venture, "submit", by=an, at=again)
    assert (venture.promised_on, venture.days_left) == (date(2026, 12, 29), None)
    assert venture.received_on == date(2026, 11, 20)


def test_a_late_answer_leaves_some_days_all_the_same(an, binh, now):
    venture = in_status(an, S.SUBMITTED, promised_on=date(2026, 11, 2))
    VENTURES.advance(venture, "return", by=binh, at=now, note="Rõ.", data={"fields": ["title"]})
    VENTURES.advance(venture, "release", by=binh, at=now)
    VENTURES.advance(venture, "submit", by=an, at=now)
    assert venture.promised_on == date(2026, 11, 25)  # LEAST_DAYS working days


def test_accepted_it_is_a_project_from_that_day(an, binh, chi, now):
    venture = in_status(an, S.SCREENING)
    VENTURES.advance(venture, "accept", by=binh, at=now - timedelta(days=1), note="Tốt.")
    assert (venture.level, venture.code) == ("idea", "YT-2026-0007")
    VENTURES.advance(venture, "release", by=chi, at=now)
    venture.refresh_from_db()
    assert (venture.level, venture.code) == ("project", "DA-2026-0007")
    fact = Recognition.objects.get()
    told = (fact.happened_on, fact.status, fact.recorded_by, fact.verified_by, fact.verified_at)
    assert told == (now.date(), "verified", chi, chi, now)


def test_a_retracted_recognition_makes_it_an_idea_again(an, binh, em, now):
    venture = in_status(an, S.ACCEPTING)
    VENTURES.advance(venture, "release", by=binh, at=now)
    fact = Recognition.objects.get()
    RECOGNITIONS.advance(fact, "retract", by=em, at=now, note="Nhầm hồ sơ.")
    venture.refresh_from_db()
    assert venture.level == "idea"
    assert Recognition.objects.known(now - timedelta(seconds=1)).count() == 0


# -- Facts of a venture: status × step × person -----------------------------------------
FACT_STEPS = {
    "verify": ({"recorded"}, {"chi", "em"}),
    "return": ({"recorded"}, {"chi", "em"}),
    "resend": ({"returned"}, {"binh"}),
    "retract": ({"recorded", "returned", "verified"}, {"binh", "chi", "em"}),
}


@pytest.mark.parametrize("status", Fact.Status.values)
@pytest.mark.parametrize("flow", [SUPPORTS, FORMATIONS], ids=["support", "formation"])
def test_who_may_do_what_with_a_fact(cast, now, flow, status):
    """Bình wrote it down: another official verifies it; the founder and the public only look."""
    venture = in_status(cast["an"], S.ACCEPTED, level="project")
    told = {"venture": venture, "happened_on": now.date(), "status": status, "recorded_at": now}
    told |= {"recorded_by": cast["binh"], "evidence_ref": "12/QĐ-UBND"}
    if status in {"verified", "retracted"}:
        told |= {"verified_at": now, "verified_by": cast["chi"]}
    if status == "retracted":
        told |= {"retracted_at": now, "retracted_by": cast["em"], "retraction_reason": "Nhầm."}
    if flow is SUPPORTS:
        fact = Support.objects.create(kind="capital", source="state", provider="A", **told)
    else:
        fact = Formation.objects.create(name="B", tax_code="0100112437", basis="award", **told)
    taken = {
        (name, who)
        for name in flow.names
        for who, user in cast.items()
        if not flow.why_not(fact, name, user)
    }
    allowed = {
        (name, who)
        for name, (sources, people) in FACT_STEPS.items()
        for who in people
        if status in sources
    }
    assert taken == allowed


def test_a_fact_on_ones_own_venture_is_for_others(cast, now):
    """Chi, an official, is the founder herself: she neither records nor verifies."""
    venture = in_status(cast["chi"], S.ACCEPTED, level="project")
    fact = Support.objects.create(
        venture=venture,
        kind="capital",
        source="state",
        provider="A",
        happened_on=now.date(),
        recorded_at=now,
        recorded_by=cast["binh"],
        evidence_ref="1",
    )
    assert not cast["chi"].can("support.record", venture)
    assert SUPPORTS.open_steps(fact, cast["chi"]) == []
    other = person("Hoa", "hoa@example.vn", "official")
    assert {s.name for s in SUPPORTS.open_steps(fact, other)} == {"verify", "return", "retract"}
