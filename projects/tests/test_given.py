"""Who is told of what they were given, and what officials said stays with the project."""

import pytest
from django.utils import timezone

from conftest import person
from core.models import OutboxMessage
from core.words import Refused
from core.workflow import Blocked
from projects import opinions
from projects.models import Opinion
from projects.tests.desk_cast import idea, project
from projects.workflow import VENTURES

CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


def told():
    rows = OutboxMessage.objects.filter(event__kind="venture.assign").order_by("pk")
    return list(rows.values_list("to", flat=True))


def test_who_is_given_an_idea_gets_one_letter(an, binh, em, now):
    venture = idea(an, now)
    VENTURES.advance(venture, "assign", by=em, at=now, data={"person": binh.pk})
    with pytest.raises(Refused, match="giao cho người đó rồi"):
        VENTURES.advance(venture, "assign", by=em, at=now, data={"person": binh.pk})
    assert told() == [binh.email]
    letter = OutboxMessage.objects.get(event__kind="venture.assign")
    assert letter.subject == f"Bạn được giao xem ý tưởng {venture.code}"
    assert venture.get_absolute_url() in letter.body
    assert "Võ Em giao cho bạn xem" in letter.body
    assert "An" not in letter.body.replace("Anh", "")  # nothing of the founder's


def test_given_to_another_the_other_is_told(an, binh, chi, em, now):
    venture = idea(an, now)
    for one in (binh, chi, binh):
        VENTURES.advance(venture, "assign", by=em, at=now, data={"person": one.pk})
    assert told() == [binh.email, chi.email, binh.email]


def test_taking_it_oneself_or_for_an_agency_is_no_letter(an, em, now, standing_agency):
    venture = idea(an, now)
    VENTURES.advance(venture, "assign", by=em, at=now, data={"agency": standing_agency.pk})
    with pytest.raises(Refused, match="giao cho cơ quan đó rồi"):
        VENTURES.advance(venture, "assign", by=em, at=now, data={"agency": standing_agency.pk})
    VENTURES.advance(venture, "assign", by=em, at=now, data={"person": em.pk})
    assert told() == []


def test_a_refused_assignment_tells_nobody(an, binh, chi, now):
    venture = idea(an, now)
    with pytest.raises(Blocked):
        VENTURES.advance(venture, "assign", by=chi, at=now, data={"person": binh.pk})
    assert told() == []


def test_remarks_stay_with_the_project_for_officials_only(request, client, an, binh, chi, now):
    venture = project(an, binh, now)
    opinions.remark(venture, by=binh, at=now, text="Nhận xét kín đáo.")
    Opinion.objects.create(
        venture=venture, asked_by=binh, asked_of=chi, asked_at=now, question="Hỏi kín đáo?",
        verdict="for", answer="Đáp kín đáo.", answered_at=now,
    )  # fmt: skip
    readers = set()
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        page = client.get(venture.get_absolute_url(), follow=True).content.decode()
        seen = [word in page for word in ("Nhận xét kín", "Hỏi kín", "Đáp kín")]
        assert len(set(seen)) == 1, name
        readers |= {name} if seen[0] else set()
    assert readers == {"binh", "chi", "em"}
    client.logout()
    assert "kín đáo" not in client.get(venture.get_absolute_url(), follow=True).content.decode()


def test_an_official_reads_no_remark_about_a_project_of_their_own(client, an, binh, now):
    own = project(person("Mơ", "mo@example.vn", "official"), binh, now)
    opinions.remark(own, by=binh, at=now, text="Nhận xét kín đáo.")
    client.force_login(own.owner)
    page = client.get(own.get_absolute_url(), follow=True)
    assert page.status_code == 200
    assert "kín đáo" not in page.content.decode()
