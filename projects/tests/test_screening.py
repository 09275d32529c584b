"""Beside the queue: whose an idea is, what was said and changed, how soon it is answered."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agency, Visitor
from conftest import person
from core.formats_vn import date_vn
from core.models import Event, Holiday, OutboxMessage
from core.periods import Quarter, start_of
from core.words import Refused
from core.workflow import Blocked
from projects import assignment, drafts, honesty, opinions, reasons, versions
from projects.models import Answer, DeclineReason, Opinion, Remark, Venture, Version
from projects.tests.desk_cast import idea, project
from projects.workflow import RECOGNITIONS, VENTURES

S = Venture.Status
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def sent(an, now):
    return idea(an, now)


@pytest.fixture
def cast(request):
    people = {name: request.getfixturevalue(name) for name in CAST}
    return people | {"visitor": Visitor()}


@pytest.fixture
def other_agency(db):
    return Agency.objects.create(code="phong-kinh-te", name="Phòng Kinh tế")


def text(answer):
    return answer.content.decode()


def step_url(venture, step):
    return reverse("projects:idea_step", args=[venture.code_as("YT"), step])


def codes(answer):
    return [item["venture"].code for item in answer.context["items"]]


def letters(kind):
    return list(OutboxMessage.objects.filter(event__kind=kind).values_list("to", flat=True))


# -- Assignment -----------------------------------------------------------------
def test_given_to_a_person_only_that_person_claims_it(sent, binh, chi, em, now):
    VENTURES.advance(sent, "assign", by=em, at=now, data={"person": binh.pk})
    assert (sent.status, sent.screener, sent.agency) == (S.SUBMITTED, binh, None)
    assert VENTURES.why_not(sent, "screen", chi) != ""
    VENTURES.advance(sent, "screen", by=binh, at=now)
    assert (sent.status, sent.screener) == (S.SCREENING, binh)


def test_given_to_an_agency_one_of_its_officials_claims_it(sent, binh, em, now, other_agency):
    hoa = person("Hoa", "hoa@example.vn", "official", agency=other_agency)
    VENTURES.advance(sent, "assign", by=em, at=now, data={"agency": other_agency.pk})
    assert (sent.screener, sent.agency) == (None, other_agency)
    refused = VENTURES.why_not(sent, "screen", binh)
    assert "người của cơ quan được giao" in refused
    VENTURES.advance(sent, "screen", by=hoa, at=now)
    assert (sent.status, sent.screener, sent.agency) == (S.SCREENING, hoa, other_agency)


def test_a_head_assigns(sent, binh, now, standing_agency):
    head = person("Phong", "phong@example.vn", "head", agency=standing_agency)
    VENTURES.advance(sent, "assign", by=head, at=now, data={"person": binh.pk})
    assert sent.screener == binh


def test_handed_back_it_is_the_agencys_then_everybodys(sent, binh, chi, em, now, standing_agency):
    VENTURES.advance(sent, "assign", by=em, at=now, data={"agency": standing_agency.pk})
    VENTURES.advance(sent, "screen", by=binh, at=now)
    assert VENTURES.why_not(sent, "hand_back", chi) != ""
    VENTURES.advance(sent, "hand_back", by=binh, at=now)
    assert (sent.status, sent.screener, sent.agency) == (S.SUBMITTED, None, standing_agency)
    VENTURES.advance(sent, "hand_back", by=chi, at=now)
    assert (sent.status, sent.screener, sent.agency) == (S.SUBMITTED, None, None)
    with pytest.raises(Blocked, match="chưa giao cho ai"):
        VENTURES.advance(sent, "hand_back", by=em, at=now)


@pytest.mark.parametrize("data", [{}, {"person": 0}, {"person": 10**9}, {"agency": 10**9}])
def test_nobody_is_nobody_to_assign_to(sent, em, now, data):
    with pytest.raises(Refused):
        VENTURES.advance(sent, "assign", by=em, at=now, data=data)


def test_it_is_not_given_to_its_founder_nor_to_who_is_no_official(sent, an, lan, em, now):
    own = idea(person("Mơ", "mo@example.vn", "official"), now)
    for venture, whom in ((sent, an), (sent, lan), (own, own.owner)):
        with pytest.raises(Refused):
            VENTURES.advance(venture, "assign", by=em, at=now, data={"person": whom.pk})


def test_not_given_to_both_nor_to_an_agency_without_officials(sent, binh, em, now, other_agency):
    both = {"person": binh.pk, "agency": other_agency.pk}
    for data in (both, {"agency": other_agency.pk}):
        with pytest.raises(Refused):
            VENTURES.advance(sent, "assign", by=em, at=now, data=data)
    sent.refresh_from_db()
    assert (sent.screener, sent.agency) == (None, None)


def test_the_page_of_assigning(client, sent, an, binh, em, standing_agency):
    client.force_login(em)
    page = client.get(step_url(sent, "assign"))
    offered = [user.pk for user in page.context["form"].fields["person"].queryset]
    assert offered == [binh.pk, em.pk]
    for posted in ({}, {"person": binh.pk, "agency": standing_agency.pk}, {"person": an.pk},
                   {"person": "x\0"}, {"agency": "9" * 30}):  # fmt: skip
        assert client.post(step_url(sent, "assign"), posted).status_code == 422, posted
    done = client.post(step_url(sent, "assign"), {"person": binh.pk}, follow=True)
    assert "Đã giao." in text(done)
    sent.refresh_from_db()
    assert sent.screener == binh


def test_the_queue_filters_by_person_by_agency_and_what_is_nobodys(
    client, an, binh, chi, em, now, standing_agency
):
    hers, theirs, free = (idea(an, now, title=t) for t in ("Một", "Hai", "Ba"))
    VENTURES.advance(hers, "assign", by=em, at=now, data={"person": binh.pk})
    VENTURES.advance(theirs, "assign", by=em, at=now, data={"agency": standing_agency.pk})
    client.force_login(chi)
    answer = client.get("/y-tuong/")
    assert answer.context["hands"].people == [(binh.pk, "Trần Bình", 1)]
    assert answer.context["hands"].agencies == [(standing_agency.pk, "Cơ quan thường trực", 1)]
    assert f'href="?nguoi={binh.pk}"' in text(answer)
    assert codes(client.get("/y-tuong/", {"nguoi": binh.pk})) == [hers.code]
    assert codes(client.get("/y-tuong/", {"co_quan": standing_agency.pk})) == [theirs.code]
    assert codes(client.get("/y-tuong/", {"loc": "chua-giao"})) == [free.code]
    assert codes(client.get("/y-tuong/", {"loc": "co-quan-toi"})) == [theirs.code]
    for hostile in ({"nguoi": "x"}, {"nguoi": "٣"}, {"co_quan": "9" * 40}, {"nguoi": "-1"}):
        assert client.get("/y-tuong/", hostile).status_code == 200


# -- The way through the queue -----------------------------------------------------
def test_on_to_the_next_idea_without_a_script(client, an, binh, now):
    one, two, three = (idea(an, now, title=t) for t in ("Một", "Hai", "Ba"))
    client.force_login(binh)
    page = client.get("/y-tuong/", {"mo": two.code})
    assert (page.context["before"].pk, page.context["after"].pk) == (one.pk, three.pk)
    assert 'rel="next" accesskey="j"' in text(page)
    assert 'rel="prev" accesskey="k"' in text(page)

    def after(venture):
        return client.get("/y-tuong/tiep-theo/", {"sau": venture.code}).url

    assert after(one) == f"/y-tuong/?mo={two.code}#mo"
    assert after(three) == f"/y-tuong/?mo={one.code}#mo"
    client.post(step_url(two, "accept"))
    assert after(one) == f"/y-tuong/?mo={three.code}#mo"
    for venture in (one, three):
        client.post(step_url(venture, "accept"))
    assert after(three) == "/y-tuong/"


def test_the_next_idea_is_for_the_desk(client, lan, sent):
    client.force_login(lan)
    assert client.get("/y-tuong/tiep-theo/").status_code == 403


@pytest.mark.parametrize("query", [{"sau": "x"}, {"sau": "YT-9999-1"}, {"loc": "<"}, {}])
def test_a_hostile_way_leads_to_the_first(client, binh, sent, query):
    client.force_login(binh)
    assert client.get("/y-tuong/tiep-theo/", query).url == f"/y-tuong/?mo={sent.code}#mo"


# -- Overdue ------------------------------------------------------------------------
def overdue(venture, now, **fields):
    Venture.objects.filter(pk=venture.pk).update(
        promised_on=timezone.localdate(now) - timedelta(days=30), **fields
    )


@pytest.fixture
def head(standing_agency):
    return person("Phong", "phong@example.vn", "head", agency=standing_agency)


def test_the_head_is_told_once_of_each_overdue_idea(client, an, binh, head, now):
    late, fresh = idea(an, now, title="Muộn"), idea(an, now, title="Mới")
    overdue(late, now)
    assert [assignment.escalate(now) for _run in range(3)] == [1, 0, 0]
    assert letters("venture.escalate") == [head.email]
    late.refresh_from_db()
    fresh.refresh_from_db()
    assert (late.escalated_at, fresh.escalated_at) == (now, None)
    client.force_login(binh)
    page = client.get("/y-tuong/")
    assert [item["told_head"] for item in page.context["items"]] == [True, False]
    assert text(page).count("Đã báo lãnh đạo") == 1


@pytest.mark.parametrize("status", list(S))
def test_only_what_waits_for_us_is_escalated(an, head, now, status):
    venture = idea(an, now)
    overdue(venture, now, status=status, decline_reason="other")
    assert assignment.escalate(now) == (status in Venture.WAITING_FOR_US)


def test_the_letter_goes_to_the_head_of_the_agency_that_has_it(
    an, binh, em, head, now, other_agency
):
    chief = person("Sơn", "son@example.vn", "head", agency=other_agency)
    hers, theirs, free = (idea(an, now, title=t) for t in ("Một", "Hai", "Ba"))
    VENTURES.advance(hers, "screen", by=binh, at=now)
    VENTURES.advance(theirs, "assign", by=em, at=now, data={"agency": other_agency.pk})
    for venture in (hers, theirs, free):
        overdue(venture, now)
    assert assignment.escalate(now) == 3
    told = {
        event.object_id: sorted(letter.to for letter in event.messages.all())
        for event in Event.objects.filter(kind="venture.escalate")
    }
    assert told == {
        hers.pk: [head.email],
        theirs.pk: [chief.email],
        free.pk: sorted([head.email, chief.email]),
    }


def test_without_a_head_the_secretariat_is_told_and_without_anybody_it_waits(an, em, now):
    venture = idea(an, now)
    overdue(venture, now)
    em.memberships.update(valid_to=date(2025, 8, 1))
    assert assignment.escalate(now) == 0
    em.memberships.update(valid_to=None)
    assert assignment.escalate(now) == 1
    assert letters("venture.escalate") == [em.email]


def test_a_head_is_not_told_of_an_idea_of_their_own(head, em, now):
    overdue(idea(head, now), now)
    assert assignment.escalate(now) == 1
    assert letters("venture.escalate") == [em.email]


def test_an_answer_or_a_new_promise_silences(an, binh, head, now):
    venture = idea(an, now)
    overdue(venture, now)
    assignment.escalate(now)
    VENTURES.advance(venture, "return", by=binh, at=now, note="Rõ.", data={"fields": ["title"]})
    VENTURES.advance(venture, "release", by=binh, at=now)
    assert assignment.escalate(now) == 0
    VENTURES.advance(venture, "submit", by=an, at=now)
    assert venture.escalated_at is None
    overdue(venture, now)
    assert assignment.escalate(now) == 1
    assert len(letters("venture.escalate")) == 2


# -- Versions ------------------------------------------------------------------------
def returned(venture, binh, now, *fields):
    VENTURES.advance(venture, "return", by=binh, at=now, note="Rõ.", data={"fields": list(fields)})
    VENTURES.advance(venture, "release", by=binh, at=now)


def test_each_sending_is_a_version(client, an, binh, sent, now):
    assert [(v.number, v.fingerprint) for v in sent.versions.all()] == [(1, sent.fingerprint)]
    assert versions.last_changes(sent, binh) is None
    returned(sent, binh, now, "solution", "field")
    sent.solution, sent.field = "Làm tủ sấy <b>lớn</b>.", "craft"
    sent.save()
    VENTURES.advance(sent, "submit", by=an, at=now)
    assert [v.number for v in sent.versions.all()] == [1, 2]
    found = versions.last_changes(sent, binh)
    assert [change.question for change in found.changes] == ["Lĩnh vực", "Cách làm"]
    assert [(p.kind, p.text) for p in found.changes[1].pieces] == [
        ("same", "Làm tủ sấy "), ("del", "nhỏ"), ("ins", "<b>lớn</b>"), ("same", "."),
    ]  # fmt: skip
    client.force_login(binh)
    page = text(client.get(f"/y-tuong/{sent.code}/"))
    assert "<ins>" in page
    assert "&lt;b&gt;" in page
    assert "<b>lớn</b>" not in page
    assert '<span class="vh">[bỏ: </span>' in page
    client.force_login(an)
    assert "<ins>" not in text(client.get(f"/y-tuong/{sent.code}/"))


def test_a_version_holds_no_personal_data(sent):
    told = sent.versions.get().answers
    assert set(told) == set(versions.KEPT)
    assert sent.contact_name not in str(told)


def test_a_number_is_one_version(sent, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(venture=sent, number=1, sent_at=now)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_give_both_texts_back(old, new):
    pieces = versions.compare(old, new)
    kept = "".join(p.text for p in pieces if p.kind != "ins")
    assert "".join(kept.split()) == "".join(old.split())
    assert "".join(p.text for p in pieces if p.kind != "del") == new


def test_texts_that_repeat_themselves_are_not_compared_word_by_word():
    old, new = "a b " * 400, "b a " * 400
    assert [p.kind for p in versions.compare(old, new)] == ["del", "ins"]


# -- Only what was asked opens ---------------------------------------------------------
def test_a_founder_who_posts_other_parts_changes_only_those_asked_for(client, an, binh, sent, now):
    returned(sent, binh, now, "solution")
    before = {f.name: getattr(sent, f.name) for f in Venture._meta.fields}
    client.force_login(an)
    everything = {
        "title": "Khác", "field": "craft", "summary": "Khác", "problem": "Khác",
        "solution": "Cách mới.", "novelty": "Khác", "stage": "growth", "applicant": "group",
        "team": "Khác", "wanted": ["capital"], "contact_name": "Khác", "status": "accepted",
        "promised_on": "2030-01-01", "mend_fields": '["title"]', "level": "project",
        "screener": str(an.pk), "days_left": "99", "version": "x", "luu": "1",
    }  # fmt: skip
    for step in ("y-tuong", "cach-lam", "nguoi-lam", "ho-tro"):
        client.post(reverse("projects:draft", args=[sent.key, step]), everything)
    sent.refresh_from_db()
    after = {f.name: getattr(sent, f.name) for f in Venture._meta.fields}
    assert {name for name in after if after[name] != before[name]} <= {"solution", "saved_at"}
    changed = drafts.save(
        sent,
        {"title": "Khác", "solution": "Cách mới nữa."},
        names=["title", "solution"],
        seen={drafts.version(sent, ["title", "solution"])},
        at=now,
    )
    assert (changed.title, changed.solution) == (before["title"], "Cách mới nữa.")


def test_the_founder_reads_that_the_clock_stands(client, an, binh, sent, now):
    returned(sent, binh, now, "solution")
    client.force_login(an)
    left = max(sent.days_left, 3)
    words = f"Thời gian trả lời đang tạm dừng, còn {left} ngày làm việc. Bạn gửi lại thì tính tiếp."
    assert words in text(client.get(f"/y-tuong/{sent.code}/"))


# -- Remarks -----------------------------------------------------------------------------
SECRET = "Ông này quen ai đó."


def test_a_remark_is_for_officials_only(client, cast, sent, now):
    opinions.remark(sent, by=cast["binh"], at=now, text=SECRET)
    for name, user in cast.items():
        client.logout()
        if name != "visitor":
            client.force_login(user)
        seen = SECRET in text(client.get(f"/y-tuong/{sent.code}/", follow=True))
        assert seen == (name in {"binh", "chi", "em"}), name
    client.force_login(cast["an"])
    for page in ("/y-tuong/cua-toi/", f"/y-tuong/{sent.code}/bien-nhan/", "/viec-cua-toi/"):
        assert SECRET not in text(client.get(page, follow=True))
    assert SECRET not in str(list(OutboxMessage.objects.values_list("body", flat=True)))
    assert SECRET not in str(list(Event.objects.values_list("note", "data")))


def test_who_may_write_a_remark(client, cast, sent):
    url = reverse("projects:remark", args=[sent.code])
    expected = {"an": 403, "dung": 403, "khoa": 403, "binh": 302, "chi": 302, "em": 302}
    for name, user in cast.items():
        client.logout()
        if name != "visitor":
            client.force_login(user)
        assert client.post(url, {"text": f"Lời {name}"}).status_code == expected.get(name, 404)
    assert Remark.objects.count() == 3


def test_a_remark_is_written_once_and_never_changed(client, binh, sent):
    client.force_login(binh)
    url = reverse("projects:remark", args=[sent.code])
    for _press in range(2):
        client.post(url, {"text": "Hỏi lại giá."})
    assert Remark.objects.count() == 1
    with pytest.raises(TypeError):
        Remark.objects.update(text="Khác")
    with pytest.raises(TypeError):
        Remark.objects.all().delete()
    empty = client.post(url, {"text": "  "})
    assert empty.status_code == 422
    long = client.post(url, {"text": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in text(long)


# -- Second opinions ------------------------------------------------------------------------
def test_a_second_opinion_is_asked_told_and_given(client, an, binh, chi, sent):
    client.force_login(binh)
    url = reverse("projects:opinion_ask", args=[sent.code])
    posted = {"person": chi.pk, "question": "Có trùng OCOP không?"}
    assert client.post(url, posted).status_code == 302
    assert client.post(url, posted).status_code == 422  # asked already
    assert letters("venture.opinion") == [chi.email]
    asked = Opinion.objects.get()
    client.force_login(chi)
    assert "Có trùng OCOP không?" in text(client.get("/viec-cua-toi/"))
    assert client.post(asked.get_absolute_url(), {}).status_code == 422
    given = {"verdict": "for", "words": "Không trùng."}
    assert client.post(asked.get_absolute_url(), given).status_code == 302
    again = client.post(asked.get_absolute_url(), {"verdict": "against"}, follow=True)
    assert "Bạn đã cho ý kiến rồi." in text(again)
    asked.refresh_from_db()
    assert (asked.verdict, asked.answer) == ("for", "Không trùng.")
    assert "Có trùng OCOP không?" not in text(client.get("/viec-cua-toi/"))
    client.force_login(binh)
    assert "Không trùng." in text(client.get(f"/y-tuong/{sent.code}/"))
    client.force_login(an)
    assert "Không trùng." not in text(client.get(f"/y-tuong/{sent.code}/"))


def test_the_decision_does_not_wait_for_an_opinion(sent, binh, chi, now):
    opinions.ask(sent, by=binh, of=chi, question="Sao?", at=now)
    VENTURES.advance(sent, "accept", by=binh, at=now)
    VENTURES.advance(sent, "release", by=binh, at=now)
    assert not Opinion.objects.waiting_for(chi).exists()


def test_who_may_ask_and_who_may_answer(cast, sent, now):
    may_ask = set()
    for name, user in cast.items():
        if user.can("venture.ask_opinion", sent):
            may_ask.add(name)
    assert may_ask == {"binh", "chi", "em"}
    for name in ("an", "lan", "khoa", "dung", "binh"):
        with pytest.raises(Refused):
            opinions.ask(sent, by=cast["binh"], of=cast[name], question="Sao?", at=now)
    asked = opinions.ask(sent, by=cast["binh"], of=cast["chi"], question="Sao?", at=now)
    may = {name for name, user in cast.items() if user.can("opinion.answer", asked)}
    assert may == {"chi"}
    with pytest.raises(Refused):
        opinions.give(asked, by=cast["em"], verdict="for", words="", at=now)
    with pytest.raises(Refused):
        opinions.give(asked, by=cast["chi"], verdict="perhaps", words="", at=now)


@pytest.mark.parametrize("status", list(S))
def test_an_opinion_is_asked_while_the_idea_waits(an, binh, chi, now, status):
    venture = idea(an, now)
    Venture.objects.filter(pk=venture.pk).update(status=status, decline_reason="other")
    if status in Venture.WAITING_FOR_US:
        assert opinions.ask(venture, by=binh, of=chi, question="Sao?", at=now).is_open
    else:
        with pytest.raises(Refused):
            opinions.ask(venture, by=binh, of=chi, question="Sao?", at=now)


def test_a_stranger_finds_no_opinion(client, cast, sent, now):
    asked = opinions.ask(sent, by=cast["binh"], of=cast["chi"], question="Sao?", at=now)
    for name, status in (("lan", 404), ("an", 403), ("khoa", 403)):
        client.force_login(cast[name])
        assert client.get(asked.get_absolute_url()).status_code == status
        assert client.post(asked.get_absolute_url(), {"verdict": "for"}).status_code == status
    client.force_login(cast["em"])
    assert client.post(asked.get_absolute_url(), {"verdict": "for"}).status_code == 403


# -- A changed mind, and reopening -----------------------------------------------------------
def test_a_decision_that_one_did_not_see_is_not_replaced(client, binh, chi, sent, now):
    """Bình opened the form before Chi decided: she reads Chi's word first."""
    client.force_login(binh)
    url = step_url(sent, "decline")
    page = client.get(url)
    assert page.context["seen"] == ""
    VENTURES.advance(sent, "accept", by=chi, at=now)
    posted = {"reason": "other", "note": "Không.", "seen": ""}
    late = client.post(url, posted, follow=True)
    assert "Vừa có người ghi một quyết định khác" in text(late)
    sent.refresh_from_db()
    assert sent.status == S.ACCEPTING
    assert client.get(url).context["seen"] == S.ACCEPTING
    client.post(url, posted | {"seen": S.ACCEPTING})
    sent.refresh_from_db()
    assert (sent.status, sent.decline_reason) == (S.DECLINING, "other")


def test_the_same_decision_twice_is_one(client, binh, sent):
    client.force_login(binh)
    for _press in range(2):
        client.post(step_url(sent, "accept"), {"seen": ""})
    for _press in range(2):
        posted = {"reason": "other", "note": "Không.", "seen": S.ACCEPTING}
        client.post(step_url(sent, "decline"), posted)
    kinds = Event.objects.about(sent).order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[1:] == ["venture.accept", "venture.decline"]


def test_reopened_with_a_reason_it_has_a_new_promise_and_one_letter(client, an, binh, sent, now):
    VENTURES.advance(sent, "decline", by=binh, at=now, note="Không.", data={"reason": "outside"})
    VENTURES.advance(sent, "release", by=binh, at=now)
    client.force_login(binh)
    assert "Mở lại" in text(client.get(f"/y-tuong/{sent.code}/"))
    refused = client.post(step_url(sent, "reopen"), {"note": " "}, follow=True)
    assert "Ghi một câu lý do" in text(refused)
    assert client.post(step_url(sent, "reopen"), {"note": "Có thêm giấy tờ."}).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.decline_reason, sent.decision_note) == (S.SCREENING, "", "")
    assert sent.promised_on > timezone.localdate(now)
    assert letters("venture.reopen") == [an.email]
    client.force_login(an)
    page = text(client.get(f"/y-tuong/{sent.code}/"))
    assert "Cán bộ mở lại ý tưởng của bạn." in page
    assert "Có thêm giấy tờ." in page


def test_a_project_is_not_reopened_but_its_recognition_retracted(an, binh, em, now):
    venture = project(an, binh, now)
    with pytest.raises(Blocked, match="Hủy việc công nhận trước"):
        VENTURES.advance(venture, "reopen", by=binh, at=now, note="Nhầm.")
    RECOGNITIONS.advance(venture.recognitions.get(), "retract", by=em, at=now, note="Nhầm.")
    VENTURES.advance(venture, "reopen", by=binh, at=now, note="Nhầm.")
    assert venture.status == S.SCREENING


# -- Reasons -----------------------------------------------------------------------------------
def test_the_reasons_are_rows_that_the_town_changes(client, binh, sent):
    assert DeclineReason.objects.count() == len(reasons.SEED)
    DeclineReason.objects.filter(code="outside").update(active=False)
    DeclineReason.objects.filter(code="other").update(words="Vì chuyện khác", next_step="Gọi xã.")
    assert reasons.seed() == 0
    assert reasons.told("other").words == "Vì chuyện khác"
    client.force_login(binh)
    url = step_url(sent, "decline")
    page = text(client.get(url))
    assert "Vì chuyện khác" in page
    assert "Gọi xã." in page
    assert "địa bàn" not in page
    assert client.post(url, {"reason": "outside", "note": "x"}).status_code == 422


def test_the_old_codes_are_kept():
    old = {"not_new", "outside", "forbidden", "unclear", "duplicate", "other"}
    assert old <= {row["code"] for row in reasons.SEED}


@pytest.mark.parametrize(
    ("link", "good"),
    [("/ho-tro/", True), ("https://vd.vn/a", True), ("//evil.vn", False), ("javascript:x", False),
     ("http://a.vn", False), ("/a b", False), ("/\\evil", False)],
)  # fmt: skip
def test_a_link_leads_to_the_portal_or_to_https(link, good):
    row = DeclineReason(code="x", words="x", next_step="y", link=link)
    if good:
        row.clean_fields()
    else:
        with pytest.raises(ValidationError):
            row.clean_fields()


# -- Figures ---------------------------------------------------------------------------------
def answered(an, binh, sent_on, released_on, step="accept", **data):
    venture = idea(an, start_of(sent_on))
    VENTURES.advance(venture, step, by=binh, at=start_of(released_on), note="Rõ.", data=data)
    VENTURES.advance(venture, "release", by=binh, at=start_of(released_on))
    return venture


def test_an_answer_counts_the_working_days_of_the_clock(an, binh):
    Holiday.objects.create(day=date(2026, 9, 2), name="Quốc khánh")
    venture = answered(an, binh, date(2026, 8, 31), date(2026, 9, 4))
    row = venture.answers.get()
    assert (row.outcome, row.days, row.in_time) == ("accepted", 3, True)


def test_days_with_the_founder_do_not_count(an, binh):
    """Monday to Wednesday, a month with the founder, then Monday to Friday: 2 + 4 days."""
    venture = answered(an, binh, date(2026, 6, 1), date(2026, 6, 3), "return", fields=["title"])
    VENTURES.advance(venture, "submit", by=an, at=start_of(date(2026, 7, 6)))
    day = start_of(date(2026, 7, 10))
    VENTURES.advance(venture, "accept", by=binh, at=day)
    VENTURES.advance(venture, "release", by=binh, at=day)
    told = list(venture.answers.order_by("pk").values_list("outcome", "days"))
    assert told == [("returned", 2), ("accepted", 6)]


def test_a_reopened_idea_has_a_clock_of_its_own(an, binh):
    venture = answered(an, binh, date(2026, 6, 1), date(2026, 6, 5), "decline", reason="other")
    VENTURES.advance(venture, "reopen", by=binh, at=start_of(date(2026, 7, 6)), note="Xem lại.")
    day = start_of(date(2026, 7, 8))
    VENTURES.advance(venture, "accept", by=binh, at=day)
    VENTURES.advance(venture, "release", by=binh, at=day)
    assert list(venture.answers.order_by("pk").values_list("days", flat=True)) == [4, 2]


def test_the_lines_of_each_quarter(an, binh):
    answered(an, binh, date(2026, 6, 15), date(2026, 6, 17))  # Q3, 2 days
    answered(an, binh, date(2026, 9, 1), date(2026, 9, 14), "decline", reason="other")  # Q3's last
    answered(an, binh, date(2026, 8, 3), date(2026, 9, 15))  # Q4's first day, late
    overdue_one = idea(an, start_of(date(2026, 9, 1)))
    Venture.objects.filter(pk=overdue_one.pk).update(promised_on=date(2026, 9, 10))
    lines = {line.quarter: line for line in honesty.lines(date(2026, 11, 20))}
    third, fourth = lines[Quarter(2026, 3)], lines[Quarter(2026, 4)]
    days = sorted(honesty.final_answers(third.quarter).values_list("days", flat=True))
    assert days[0] == 2
    assert (third.answered, third.in_time, third.late_waiting) == (2, 2, 1)
    assert third.median_days == sum(days) / 2
    assert (third.due, third.percent) == (3, 66)
    assert (fourth.answered, fourth.in_time, fourth.percent) == (1, 0, 0)
    empty = lines[Quarter(2026, 2)]
    assert (empty.answered, empty.median_days, empty.percent) == (0, None, None)
    assert honesty.latest(date(2026, 11, 20)) == fourth


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Hẹn trả lời trước 17 giờ ngày"), (-1, "Đã quá ngày hẹn")],
)
def test_a_founder_reads_at_home_whether_the_answer_is_late(client, an, sent, now, days, words):
    promised = timezone.localdate(now) + timedelta(days=days)
    Venture.objects.filter(pk=sent.pk).update(promised_on=promised)
    client.force_login(an)
    ((_venture, told),) = client.get("/viec-cua-toi/").context["ventures"]
    assert told.startswith(f"{words} {date_vn(promised)}")


def test_everybody_reads_the_answer_times(client, an, binh, now, django_assert_num_queries):
    page = text(client.get("/y-tuong/thoi-gian-tra-loi/"))
    assert "—" in page
    assert "chưa có ý tưởng nào được trả lời" in text(client.get("/y-tuong/moi/"))
    answered(an, binh, timezone.localdate(now) - timedelta(days=7), timezone.localdate(now))
    cache.clear()
    assert "1/1 (100%)" in text(client.get("/y-tuong/thoi-gian-tra-loi/"))
    assert "1 trên 1 đúng hẹn" in text(client.get("/y-tuong/moi/"))
    client.get("/y-tuong/thoi-gian-tra-loi/")
    with django_assert_num_queries(0):
        client.get("/y-tuong/thoi-gian-tra-loi/")


def test_each_figure_opens_the_list_that_it_counted(client, an, binh, now, lan):
    day = timezone.localdate(now)
    yes = answered(an, binh, day, day)
    no = answered(an, binh, day, day, "decline", reason="outside")
    client.force_login(binh)
    page = client.get("/y-tuong/thong-ke/")
    quarter = Quarter.of(day)
    assert {code: n for code, _label, n in page.context["outcomes"]} == {
        "accepted": 1, "declined": 1,
    }  # fmt: skip
    assert page.context["reasons"][0][0::2] == ("outside", 1)
    for query, expected in (
        ({}, {yes, no}), ({"ket-qua": "accepted"}, {yes}), ({"ly-do": "outside"}, {no}),
        ({"ly-do": "other"}, set()), ({"ly-do": "<x>" * 40}, set()),
    ):  # fmt: skip
        listed = client.get("/y-tuong/thong-ke/", {"quy": quarter.code} | query)
        assert {answer.venture for answer, _words in listed.context["items"]} == expected
    assert client.get("/y-tuong/thong-ke/", {"quy": "2026-Q9"}).status_code == 404
    client.force_login(lan)
    assert client.get("/y-tuong/thong-ke/").status_code == 403
    client.logout()
    assert client.get("/y-tuong/thong-ke/").status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_figures_cost_the_same_for_one_row_and_thirty(
    client, an, binh, now, rows, django_assert_num_queries
):
    venture = idea(an, now)
    for n in range(rows):
        Answer.objects.create(
            venture=venture, outcome="accepted", released_at=now, days=n,
            released_on=timezone.localdate(now),
        )  # fmt: skip
    client.force_login(binh)
    client.get("/y-tuong/thong-ke/")
    with django_assert_num_queries(8 + (rows > 25)):
        client.get("/y-tuong/thong-ke/")
