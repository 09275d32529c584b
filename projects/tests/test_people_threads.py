"""Many hands at once in a team and in an entry for somebody: each thing happens once."""

import re
import uuid
from datetime import date

import pytest
from django.core import mail

from accounts.models import Consent
from core.models import Event
from core.words import Refused
from projects import assisted, team
from projects.models import TeamMember, Venture
from projects.tests.test_threads import GOOD, needs_rows_that_lock, together

pytestmark = [pytest.mark.threads, needs_rows_that_lock]


def test_accepted_by_two_presses_at_once_it_is_one_membership(an, lan, now):
    draft = Venture.objects.create(owner=an, **GOOD)
    member = team.invite(draft, email=lan.email, rights="edit", role="", by=an, at=now)
    results = together(
        4, lambda _i: team.accept(member, by=lan, answer=team.Answer(show_name=True), at=now)
    )
    assert {r.pk for r in results} == {member.pk}
    assert Consent.objects.filter(user=lan).count() == 2
    assert Event.objects.filter(kind="venture.join").count() == 1


def test_taken_out_and_taking_the_lead_at_once_one_of_the_two_happens(an, lan, now):
    draft = Venture.objects.create(owner=an, **GOOD)
    member = team.invite(draft, email=lan.email, rights="edit", role="", by=an, at=now)
    member = team.accept(member, by=lan, answer=team.Answer(), at=now)
    team.offer_lead(member, by=an, at=now)

    def one_of_two(i):
        if i:
            return team.remove(member, by=an, at=now)
        return team.take_lead(member, by=lan, purposes=["process"], at=now)

    taken, _removed = together(2, one_of_two)
    draft.refresh_from_db()
    leads = draft.owner_id == lan.pk
    assert isinstance(taken, Refused) != leads
    standing = TeamMember.objects.standing().values_list("user", flat=True)
    assert list(standing) == ([an.pk] if leads else [])


def test_confirmed_by_two_presses_at_once_it_is_sent_once(ha, now):
    known = {"contact_name": "Bà Tư", "contact_birth_date": date(1950, 3, 4)}
    venture = assisted.begin(uuid.uuid4(), {**GOOD, **known}, by=ha, at=now)
    assisted.send_code(venture, email="tu@example.vn", purposes=["process"], by=ha, at=now)
    code = re.search(r"\d{6}", mail.outbox[-1].subject)[0]
    together(3, lambda _i: assisted.confirm_by_code(venture, code, by=ha, at=now))
    kinds = list(Event.objects.about(venture).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["venture.assist", "venture.confirm", "venture.submit"]
