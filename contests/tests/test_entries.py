"""Entering a contest: begun, written, sent once; who may read it; the organiser's check."""

import uuid
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from accounts import consent_texts
from accounts.models import Consent, Guardianship, User, Visitor
from accounts.services import answer_guardian
from conftest import person
from contests import eligibility, entries, phases
from contests.models import Board, Contest, Entry, EntryMember, EntryQuestion, LateCode
from contests.tests.cast import announced, entered
from contests.workflow import ENTRIES
from core import files
from core.facts import Fact
from core.models import AdminUnit, Event, OutboxMessage, StoredFile
from core.words import Refused
from projects.models import Formation, Venture
from projects.tests.test_threads import needs_rows_that_lock, together

S = Entry.Status
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
OFFICIALS = {"binh", "chi", "em"}
STAFF = OFFICIALS | {"dung", "khoa"}
TEXT = {
    "title": "Tủ sấy cá cơm", "field": "food", "summary": "Sấy cá bằng nắng.",
    "problem": "Mùa mưa cá hỏng.", "solution": "Làm tủ sấy.", "novelty": "Rẻ hơn.",
}  # fmt: skip
NO_ROWS = {"doi-TOTAL_FORMS": "0", "doi-INITIAL_FORMS": "0"}


@pytest.fixture
def contest(em):
    """Open now for five more days."""
    return announced(em, timezone.now() - 5 * DAY)


@pytest.fixture
def mine(client, an):
    client.force_login(an)
    return client


def again(row):
    return type(row).objects.get(pk=row.pk)


def in_client(user):
    client = Client()
    client.force_login(user)
    return client


def board(contest, code="y-tuong"):
    return contest.boards.get(code=code)


def begin(contest, owner, **told):
    return entries.begin(
        contest, board(contest), key=uuid.uuid4(), owner=owner, at=timezone.now(), **told
    )


def written(contest, owner, **told):
    """A draft with everything that this contest asks."""
    entry = begin(contest, owner)
    answers = {
        str(q.pk): q.choices[0] if q.choices else {"number": 1, "yes_no": "yes"}.get(q.kind, "Có")
        for q in entry.board.asked
    }
    audience = contest.audiences[0] if contest.audiences else ""
    kinds = contest.applicants or ["person"]
    values = TEXT | {"answers": answers, "audience": audience, "applicant": kinds[0]}
    unit = contest.units.first()
    Entry.objects.filter(pk=entry.pk).update(**values | {"unit": unit} | told)
    return again(entry)


def send(entry, at=None, **told):
    return entries.send(entry, by=entry.owner, agreed=True, at=at or timezone.now(), **told)


def fields(answer):
    """What the form on a page would send back if nothing was typed."""
    form, sent = answer.context["form"], {"version": answer.context.get("version", "")}
    for field in form:
        value = field.value()
        if value not in (None, False) and field.name != "files":
            sent[field.html_name] = value
    return sent


def code_of(client, url):
    """The status; a file that is answered is read to its end, which closes it."""
    answer = client.get(url)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def picture(name="anh.png"):
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def pupil(email="be@example.vn", age=15):
    return person("Trần Bé", email, birth=timezone.localdate() - timedelta(days=365 * age + 40))


# -- The whole way ----------------------
def test_a_contest_is_entered_from_the_first_button_to_the_receipt(mine, an, contest):
    page = mine.get("/cuoc-thi/khoi-nghiep/du-thi/")
    key = str(page.context["key"])
    told = {"key": key, "board": board(contest).pk}
    for _press in range(2):
        answer = mine.post("/cuoc-thi/khoi-nghiep/du-thi/", told)
        assert answer.url == f"/bai-du-thi/{key}/viet/bai/"
    entry = Entry.objects.get()

    answer = mine.post(answer.url, fields(mine.get(answer.url)) | TEXT)
    assert answer.url == f"/bai-du-thi/{key}/viet/cau-hoi/"
    page = mine.get(answer.url)
    asked = {
        q.name: q.choices[0] if q.choices else {"number": "1", "yes_no": "yes"}.get(q.kind, "Có")
        for q in entry.board.asked
    }
    answer = mine.post(answer.url, fields(page) | asked)
    assert answer.url == f"/bai-du-thi/{key}/viet/doi/"
    page = mine.get(answer.url)
    sent = fields(page) | {"applicant": "person"} | NO_ROWS
    if "audience" in page.context["form"].fields:
        sent["audience"] = contest.audiences[0]
    answer = mine.post(answer.url, sent)
    assert answer.url == f"/bai-du-thi/{key}/viet/gui/"
    for _press in range(2):
        answer = mine.post(f"/bai-du-thi/{key}/viet/gui/", {"agreed": "on"}, follow=True)
        assert answer.status_code == 200
    entry.refresh_from_db()
    assert (entry.status, entry.title) == (S.SUBMITTED, TEXT["title"])
    assert entry.code.startswith("DT-")
    assert OutboxMessage.objects.filter(to=an.email).count() == 1
    assert entry.fingerprint in OutboxMessage.objects.get().body
    receipt = mine.get(f"/bai-du-thi/{key}/bien-nhan/")
    assert receipt.context["is_as_sent"] is True
    assert entry.fingerprint in receipt.content.decode()
    consent = Consent.objects.get(subject_kind="entry")
    assert (consent.subject_id, consent.text) == (entry.pk, consent_texts.text("entry"))


def test_a_visitor_signs_in_first(client, contest):
    assert client.get("/cuoc-thi/khoi-nghiep/du-thi/").status_code == 302


def test_what_is_missing_stops_the_sending_and_keeps_the_rest(mine, an, contest):
    entry = begin(contest, an)
    url = f"/bai-du-thi/{entry.key}/viet/bai/"
    sent = fields(mine.get(url)) | {"title": "Tủ sấy"}
    assert mine.post(url, sent).status_code == 422
    assert again(entry).title == "Tủ sấy"
    answer = mine.post(f"/bai-du-thi/{entry.key}/viet/gui/", {"agreed": "on"})
    assert answer.status_code == 422
    assert (again(entry).status, Consent.objects.count()) == (S.DRAFT, 0)


# -- From a venture ----------------------
@pytest.fixture
def venture(an):
    return Venture.objects.create(
        owner=an, title="Tủ sấy", field="food", summary="Sấy cá.", problem="Bí quyết.",
        solution="Tủ.", confidential=["problem", "workplace"], workplace="Trường A",
        applicant="person",
    )  # fmt: skip


def test_what_is_confidential_is_copied_only_when_it_is_ticked(mine, an, contest, venture):
    told = {"venture": venture.pk, "board": board(contest).pk}
    mine.post("/cuoc-thi/khoi-nghiep/du-thi/", told | {"key": str(uuid.uuid4())})
    entry = Entry.objects.get()
    assert (entry.title, entry.solution, entry.problem, entry.school) == ("Tủ sấy", "Tủ.", "", "")
    Entry.objects.all().delete()
    mine.post("/cuoc-thi/khoi-nghiep/du-thi/", told | {"closed_too": "on"})
    entry = Entry.objects.get()
    assert (entry.problem, entry.school) == ("Bí quyết.", "Trường A")


def test_a_venture_is_in_a_contest_once(mine, an, contest, venture):
    told = {"venture": venture.pk, "board": board(contest).pk}
    first = mine.post("/cuoc-thi/khoi-nghiep/du-thi/", told)
    second = mine.post("/cuoc-thi/khoi-nghiep/du-thi/", told)
    assert first.url == second.url
    assert Entry.objects.count() == 1


def test_a_person_has_only_so_many_drafts(an, contest):
    for _one in range(entries.MOST_DRAFTS):
        begin(contest, an)
    with pytest.raises(Refused, match="viết dở nhiều bài"):
        begin(contest, an)


@pytest.mark.threads
@needs_rows_that_lock
def test_one_code_lets_one_of_two_simultaneous_entries_in(an, lan, em, contest):
    late = contest.closes_at + timedelta(hours=1)
    code = entries.make_code(contest, reason="Mất điện", until=late + DAY, by=em, at=late)
    both = [written(contest, an), written(contest, lan)]
    results = together(2, lambda i: send(again(both[i]), late, code=code))
    assert sorted(type(row).__name__ for row in results) == ["Entry", "Refused"]
    assert Entry.objects.filter(status=S.SUBMITTED).count() == 1


def test_nobody_enters_anothers_venture(contest, lan, venture):
    Venture.objects.create(owner=lan, title="Của Lan")
    answer = in_client(lan).post(
        "/cuoc-thi/khoi-nghiep/du-thi/", {"venture": venture.pk, "board": board(contest).pk}
    )
    assert (answer.status_code, Entry.objects.count()) == (422, 0)


def test_a_board_takes_only_its_levels(mine, contest, venture):
    Board.objects.filter(pk=board(contest).pk).update(levels=["project"])
    told = {"venture": venture.pk, "board": board(contest).pk}
    answer = mine.post("/cuoc-thi/khoi-nghiep/du-thi/", told)
    assert answer.status_code == 422
    assert "board" in answer.context["form"].errors


# -- Saving ----------------------
def test_the_later_of_two_tabs_is_told_and_loses_nothing(mine, an, contest):
    entry = written(contest, an)
    url = f"/bai-du-thi/{entry.key}/viet/bai/"
    seen = fields(mine.get(url))
    assert mine.post(url, seen | {"title": "Một"}).status_code == 302
    answer = mine.post(url, seen | {"title": "Hai"})
    assert answer.status_code == 409
    assert answer.context["form"]["title"].value() == "Hai"
    assert again(entry).title == "Một"
    last = seen | {"title": "Hai", "version": answer.context["version"]}
    assert mine.post(url, last).status_code == 302
    assert again(entry).title == "Hai"


def test_only_picked_parts_of_a_returned_entry_open(mine, an, em, contest):
    entry = send(written(contest, an))
    ENTRIES.advance(
        entry, "return", by=em, at=timezone.now(), note="Viết rõ.", data={"fields": ["summary"]}
    )
    url = f"/bai-du-thi/{entry.key}/viet/bai/"
    page = mine.get(url)
    assert list(page.context["form"].fields) == ["summary"]
    mine.post(url, fields(page) | {"summary": "Rõ hơn.", "title": "Khác"})
    entry = again(entry)
    assert (entry.summary, entry.title) == ("Rõ hơn.", TEXT["title"])
    before = entry.fingerprint
    mine.post(f"/bai-du-thi/{entry.key}/viet/gui/", {})
    entry = again(entry)
    assert (entry.status, entry.mend_fields) == (S.SUBMITTED, [])
    assert entry.fingerprint != before
    assert Entry.objects.values_list("number").distinct().count() == 1


def test_files_stay_and_are_marked_clean(mine, an, contest):
    EntryQuestion.objects.filter(board__contest=contest).update(required=False)
    entry = begin(contest, an)
    url = f"/bai-du-thi/{entry.key}/viet/cau-hoi/"
    answer = mine.post(url, fields(mine.get(url)) | {"files": picture()})
    assert answer.status_code == 302
    stored = StoredFile.objects.get()
    assert eligibility.files_of(entry) == [stored]
    mine.post(url, fields(mine.get(url)) | {"clean_files": [str(stored.key)]})
    assert again(entry).clean_files == [str(stored.key)]
    mine.post(url, fields(mine.get(url)) | {"files-remove": str(stored.key)})
    assert (again(entry).clean_files, eligibility.files_of(entry)) == ([], [])


def test_the_team_is_named_and_taken_off(mine, an, contest):
    entry = begin(contest, an)
    url = f"/bai-du-thi/{entry.key}/viet/doi/"
    rows = {
        "doi-TOTAL_FORMS": "2", "doi-INITIAL_FORMS": "0", "doi-0-name": "Trần Ba",
        "doi-0-birth_date": "2000-01-02", "doi-0-role": "làm mẫu", "doi-1-name": "Lê Tư",
    }  # fmt: skip
    mine.post(url, fields(mine.get(url)) | rows | {"luu": "1"})
    ba, tu = entry.members.order_by("order")
    assert (ba.name, ba.birth_date, ba.role, tu.name) == (
        "Trần Ba", date(2000, 1, 2), "làm mẫu", "Lê Tư",
    )  # fmt: skip
    rows = {
        "doi-TOTAL_FORMS": "2", "doi-INITIAL_FORMS": "2", "doi-0-pk": ba.pk, "doi-0-name": "",
        "doi-1-pk": tu.pk, "doi-1-name": "Lê Tư",
    }  # fmt: skip
    mine.post(url, fields(mine.get(url)) | rows | {"luu": "1"})
    assert list(entry.members.all()) == [tu]


# -- Who may take part ----------------------
def test_eligibility_is_told_in_sentences(an, contest):
    entry = written(contest, an)
    assert eligibility.refusals(entry) == []
    Contest.objects.filter(pk=contest.pk).update(
        audiences=["pupil"], applicants=["group"], max_age=20, ages_on=date(2026, 12, 31)
    )
    Entry.objects.filter(pk=entry.pk).update(audience="woman", applicant="person")
    assert eligibility.refusals(again(entry)) == [
        "Cuộc thi này dành cho: học sinh.",
        "Cuộc thi này nhận bài của: nhóm.",
        "Nguyễn Thị An đã quá 20 tuổi vào ngày 31/12/2026.",
    ]


@pytest.mark.parametrize(
    ("born", "refused"),
    [
        (date(2010, 12, 31), False),  # 16 that day
        (date(2011, 1, 1), True),  # a day too young
        (date(1996, 1, 1), False),  # 30, a day before 31
        (date(1995, 12, 31), True),
    ],
)
def test_ages_count_on_the_named_day_for_every_member(an, contest, born, refused):
    User.objects.filter(pk=an.pk).update(birth_date=date(2005, 1, 1))
    Contest.objects.filter(pk=contest.pk).update(min_age=16, max_age=30, ages_on=date(2026, 12, 31))
    entry = written(contest, an)
    EntryMember.objects.create(entry=entry, name="Trần Ba", birth_date=born)
    assert len(eligibility.refusals(again(entry))) == refused


def test_units_and_the_age_of_the_enterprise(an, binh, contest, venture):
    one = AdminUnit.objects.create(code="x1", name="Một", kind="ward", valid_from=date(2025, 7, 1))
    two = AdminUnit.objects.create(code="x2", name="Hai", kind="ward", valid_from=date(2025, 7, 1))
    contest.units.add(one)
    Contest.objects.filter(pk=contest.pk).update(max_enterprise_years=5, ages_on=date(2026, 12, 31))
    entry = written(contest, an, unit=two, venture=venture)
    assert len(eligibility.refusals(entry)) == 1
    Entry.objects.filter(pk=entry.pk).update(unit=one)
    formed = Formation.objects.create(
        venture=venture, name="Cá Vàng", tax_code="0100109106", basis="award",
        happened_on=date(2021, 12, 30), recorded_by=binh, recorded_at=timezone.now(),
        evidence_ref="01",
    )  # fmt: skip
    assert eligibility.refusals(again(entry)) == []  # not verified: it does not count
    Formation.objects.filter(pk=formed.pk).update(
        status=Fact.Status.VERIFIED, verified_by=person("Hai", "hai@example.vn"),
        verified_at=timezone.now(),
    )  # fmt: skip
    assert len(eligibility.refusals(again(entry))) == 1


# -- Minors ----------------------
def test_a_pupil_sends_after_the_guardians_yes_to_these_words(contest):
    be = pupil()
    Contest.objects.filter(pk=contest.pk).update(min_age=None, max_age=None)
    entry = written(again(contest), be)
    client = in_client(be)
    url = f"/bai-du-thi/{entry.key}/viet/doi/"
    page = client.get(url)
    assert "guardian_email" in page.context["form"].fields
    told = {"guardian_name": "Trần Cha", "guardian_email": "cha@example.vn"}
    assert client.post(url, fields(page) | told | NO_ROWS).status_code == 302
    asked = Guardianship.objects.get(child=be)
    assert OutboxMessage.objects.filter(to="cha@example.vn").count() == 1
    assert client.post(f"/bai-du-thi/{entry.key}/viet/gui/", {"agreed": "on"}).status_code == 422
    with pytest.raises(Refused):
        send(entry)
    answer_guardian(
        asked, "yes", name="Trần Cha", text=asked.text, version="2026-11-23", at=timezone.now()
    )
    with pytest.raises(Refused):  # a yes to words that spoke of publishing only
        send(again(entry))
    Guardianship.objects.update(version=consent_texts.VERSION)
    assert send(again(entry)).status == S.SUBMITTED


def test_an_age_that_was_not_told_is_asked(client, contest):
    nobody = person("Võ Danh", "vo@example.vn", birth=None)
    entry = written(contest, nobody)
    with pytest.raises(Refused, match="Ngày sinh"):
        send(entry)
    client.force_login(nobody)
    url = f"/bai-du-thi/{entry.key}/viet/doi/"
    sent = fields(client.get(url)) | NO_ROWS | {"birth_date": "2012-03-04"}
    answer = client.post(url, sent)
    assert answer.url == url  # now that the age is known, the guardian is asked for
    assert "guardian_email" in client.get(url).context["form"].fields


# -- In time ----------------------
def test_a_second_before_the_closing_is_in_time_and_the_closing_is_not(an, lan, contest):
    first, second = written(contest, an), written(contest, lan)
    assert send(first, contest.closes_at - SECOND).status == S.SUBMITTED
    with pytest.raises(Refused, match="đã đóng nhận hồ sơ lúc"):
        send(second, contest.closes_at)
    assert again(second).status == S.DRAFT


def test_nothing_is_begun_before_the_opening(an, contest):
    with pytest.raises(Refused, match="mở nhận hồ sơ lúc"):
        entries.begin(
            contest, board(contest), key=uuid.uuid4(), owner=an, at=contest.opens_at - SECOND
        )
    opened = entries.begin(contest, board(contest), key=uuid.uuid4(), owner=an, at=contest.opens_at)
    assert opened.status == S.DRAFT


def test_a_late_code_lets_one_entry_in_until_it_ends(an, lan, em, contest):
    late = contest.closes_at + timedelta(hours=1)
    code = entries.make_code(contest, reason="Mất điện", until=late + DAY / 2, by=em, at=late)
    assert LateCode.objects.filter(digest__contains=code).count() == 0
    first, second = written(contest, an), written(contest, lan)
    with pytest.raises(Refused, match="không dùng được"):
        send(first, late, code="SAI-MA")
    with pytest.raises(Refused, match="không dùng được"):
        send(first, late + DAY / 2, code=code)
    assert send(first, late, code=code.lower()).status == S.SUBMITTED
    with pytest.raises(Refused, match="không dùng được"):
        send(second, late, code=code)
    assert Event.objects.get(kind="contest.late_code").note == "Mất điện"


def test_a_late_code_is_shown_once(em, contest):
    client = in_client(em)
    url = "/cuoc-thi/khoi-nghiep/ho-so/ma-nop-muon/"
    until = timezone.localtime(contest.closes_at + DAY).strftime("%Y-%m-%dT%H:%M")
    sent = {"reason": "Mất điện", "until": until, "key": "mot"}
    code = client.post(url, sent).context["code"]
    assert len(code) == 14
    assert client.post(url, sent).status_code == 422
    assert code not in client.get(url).content.decode()
    assert LateCode.objects.count() == 1


def test_guessing_late_codes_is_slowed(mine, an, contest):
    entry = written(contest, an)
    Contest.objects.filter(pk=contest.pk).update(closes_at=timezone.now() - SECOND)
    url = f"/bai-du-thi/{entry.key}/viet/gui/"
    sent = {"agreed": "on", "code": "ABCD-EFGH-JKMN"}
    answers = [mine.post(url, sent).status_code for _try in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.threads
@needs_rows_that_lock
def test_twenty_simultaneous_sends_are_one_number(an, contest):
    entry = written(contest, an)
    results = together(20, lambda _i: send(again(entry)))
    assert {row.number for row in results} == {again(entry).number}
    assert Event.objects.filter(kind="entry.submit").count() == 1
    assert OutboxMessage.objects.count() == 1


# -- Who may read ----------------------
def everybody(request):
    return {name: request.getfixturevalue(name) for name in CAST} | {"": Visitor()}


@pytest.mark.parametrize("status", S.values)
def test_visible_to_agrees_with_the_permission(request, contest, an, ha, status):
    entry = entered(contest, an, status=status)
    EntryMember.objects.create(entry=entry, user=ha, name="Hà")
    allowed = {"an", "ha"} | (set() if status == S.DRAFT else STAFF)
    for name, user in everybody(request).items():
        seen = Entry.objects.visible_to(user).filter(pk=entry.pk).exists()
        assert (name, seen) == (name, user.can("entry.view", entry))
        assert (name, seen) == (name, name in allowed)


STEPS_OF = {
    S.DRAFT: {"submit"},
    S.SUBMITTED: {"complete", "return", "refuse", "withdraw"},
    S.RETURNED: {"submit", "refuse", "withdraw"},
    S.COMPLETE: {"return", "withdraw"},
    S.REFUSED: {"recall"},
    S.WITHDRAWN: set(),
}


@pytest.mark.parametrize("status", S.values)
def test_who_takes_which_step(request, contest, an, ha, status):
    entry = entered(contest, an, status=status)
    EntryMember.objects.create(entry=entry, user=ha, name="Hà")
    for name, user in everybody(request).items():
        found = {step.name for step in ENTRIES.open_steps(entry, user)}
        mine = {"submit", "withdraw"} & STEPS_OF[status] if name == "an" else set()
        theirs = STEPS_OF[status] - {"submit", "withdraw"} if name in OFFICIALS else set()
        assert (name, found) == (name, mine | theirs)


def test_nobody_checks_an_own_entry(contest, em, binh, an, venture):
    own = entered(contest, em, status=S.SUBMITTED)
    of_team = entered(contest, an, status=S.SUBMITTED, venture=venture)
    EntryMember.objects.create(entry=own, user=binh, name="Bình")
    assert not em.can("entry.check", own)
    assert not binh.can("entry.check", own)
    venture.members.create(email=binh.email, user=binh, invited_by=an, accepted_at=timezone.now())
    assert not binh.can("entry.check", of_team)
    assert em.can("entry.check", of_team)
    answer = in_client(em).post(f"/bai-du-thi/{own.key}/lam/complete/")
    assert (answer.status_code, again(own).status) == (403, S.SUBMITTED)


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 200), ("ha", 200), ("em", 200), ("khoa", 200), ("lan", 404), ("giang", 404)],
)
def test_who_opens_the_page_and_the_file(request, contest, an, ha, who, status):
    entry = entered(contest, an, status=S.SUBMITTED)
    EntryMember.objects.create(entry=entry, user=ha, name="Hà")
    stored = files.store(picture(), by=an, at=timezone.now())
    files.attach(stored, entry)
    client = in_client(request.getfixturevalue(who))
    assert code_of(client, entry.get_absolute_url()) == status
    assert code_of(client, stored.get_absolute_url()) == status


# -- The organiser ----------------------
def test_the_organiser_returns_and_accepts_with_letters(contest, an, em):
    entry = send(written(contest, an))
    client = in_client(em)
    url = f"/bai-du-thi/{entry.key}/lam/"
    assert client.post(f"{url}return/", {"note": "Viết rõ."}).status_code == 422
    client.post(f"{url}return/", {"note": "Viết rõ.", "fields_to_mend": ["summary"]})
    entry = again(entry)
    assert (entry.status, entry.mend_fields, entry.note) == (S.RETURNED, ["summary"], "Viết rõ.")
    send(entry)
    client.post(f"{url}complete/")
    assert again(entry).status == S.COMPLETE
    kinds = OutboxMessage.objects.order_by("pk").values_list("event__kind", flat=True)
    assert list(kinds) == ["entry.submit", "entry.return", "entry.submit", "entry.complete"]


def test_the_entrant_withdraws_with_a_reason(mine, contest, an):
    entry = entered(contest, an, status=S.SUBMITTED)
    url = f"/bai-du-thi/{entry.key}/lam/withdraw/"
    mine.post(url, {"note": ""})
    assert again(entry).status == S.SUBMITTED
    mine.post(url, {"note": "Bận học."})
    assert again(entry).status == S.WITHDRAWN


@pytest.mark.parametrize(
    ("who", "status"), [("em", 200), ("khoa", 200), ("dung", 200), ("an", 403), ("lan", 403)]
)
def test_who_opens_the_list(request, contest, who, status):
    client = in_client(request.getfixturevalue(who))
    assert client.get("/cuoc-thi/khoi-nghiep/ho-so/").status_code == status
    assert code_of(client, "/cuoc-thi/khoi-nghiep/ho-so/excel/") == status


def test_the_list_and_its_file_are_filtered_alike(contest, an, em):
    entered(contest, an, "Một", status=S.SUBMITTED)
    entered(contest, an, "Hai", status=S.COMPLETE)
    entered(contest, an, "=Nháp", status=S.DRAFT)
    client = in_client(em)
    query = "?tinh_trang=complete&bang=y-tuong"
    page = client.get(f"/cuoc-thi/khoi-nghiep/ho-so/{query}").context["page"]
    answer = client.get(f"/cuoc-thi/khoi-nghiep/ho-so/excel/{query}")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    titles = [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [row.title for row in page] == titles == ["Hai"]
    every = client.get("/cuoc-thi/khoi-nghiep/ho-so/").context["page"]
    assert [row.title for row in every] == ["Hai", "Một"]


def test_the_list_costs_the_same_for_one_and_fifty(contest, em):
    client = in_client(em)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/cuoc-thi/khoi-nghiep/ho-so/?trang=1").status_code == 200
        return len(asked)

    cost()
    for number in range(50):
        owner = person(f"Người {number}", f"n{number}@example.vn")
        entered(contest, owner, f"Bài {number}", status=S.SUBMITTED)
        if number == 0:
            one = cost()
        if number == 19:
            twenty = cost()
    assert twenty == one
    assert cost() == one + 1  # the second page is counted


# -- Sealed ----------------------
def test_a_sealed_contest_is_read_by_the_entrant_alone(contest, an, em, mine, venture):
    Contest.objects.filter(pk=contest.pk).update(sealed=True)
    entry = entered(contest, an, "Bí mật", status=S.SUBMITTED, venture=venture)
    stored = files.store(picture(), by=an, at=timezone.now())
    files.attach(stored, entry)
    client = in_client(em)
    listed = client.get("/cuoc-thi/khoi-nghiep/ho-so/")
    assert dict(listed.context["counts"])[board(contest).name] == 1
    assert "Bí mật" not in listed.content.decode()
    assert client.get("/cuoc-thi/khoi-nghiep/ho-so/excel/").status_code == 302
    assert client.get(entry.get_absolute_url()).status_code == 403
    assert client.post(f"/bai-du-thi/{entry.key}/lam/complete/").status_code == 403
    assert client.get(stored.get_absolute_url()).status_code == 404
    assert mine.get(entry.get_absolute_url()).status_code == 200
    assert code_of(mine, stored.get_absolute_url()) == 200


def test_the_seal_is_opened_after_the_deadline_by_a_person_once(contest, an, em, khoa):
    Contest.objects.filter(pk=contest.pk).update(sealed=True)
    contest = again(contest)
    with pytest.raises(Refused, match="Chưa hết giờ"):
        entries.unseal(contest, by=em, at=contest.closes_at - SECOND)
    with pytest.raises(Refused):
        entries.unseal(contest, by=khoa, at=contest.closes_at)
    for _press in range(2):
        entries.unseal(contest, by=em, at=contest.closes_at)
    contest = again(contest)
    assert (contest.unsealed_by, contest.unsealed_at) == (em, contest.closes_at)
    assert Event.objects.filter(kind="contest.unseal").count() == 1
    assert not phases.is_sealed(contest, contest.closes_at)


# -- Own pages ----------------------
def test_own_entries_are_listed_for_owner_and_member_alone(contest, an, ha, lan):
    entry = entered(contest, an, status=S.SUBMITTED)
    EntryMember.objects.create(entry=entry, user=ha, name="Hà")
    for user, rows in ((an, [entry]), (ha, [entry]), (lan, [])):
        page = in_client(user).get("/bai-du-thi/").context["page"]
        assert list(page) == rows
    assert entry.title in in_client(an).get(reverse("accounts:profile")).content.decode()


def test_a_ventures_page_tells_of_its_entries_to_its_people_and_officials(
    contest, an, em, lan, venture
):
    Venture.objects.filter(pk=venture.pk).update(
        status="accepted", level="project", year=2026, number=9
    )
    venture = again(venture)
    entry = entered(contest, an, status=S.SUBMITTED, venture=venture)
    for user in (an, em):
        page = in_client(user).get(venture.get_absolute_url())
        assert page.context["entries"] == [entry]
        assert entry.get_absolute_url() in page.content.decode()
    assert in_client(lan).get(venture.get_absolute_url()).status_code == 404
    Contest.objects.filter(pk=contest.pk).update(sealed=True)
    assert in_client(em).get(venture.get_absolute_url()).context["entries"] == []
    assert in_client(an).get(venture.get_absolute_url()).context["entries"] == [entry]
