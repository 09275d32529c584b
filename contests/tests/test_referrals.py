"""Entries that go on to a higher contest: chosen, sent, answered, counted, reported."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from contests import demo_papers, referrals
from contests.models import Award, Diploma, Referral, ReferralOutcome
from contests.tests.paper_cast import finished
from contests.workflow import OUTCOMES, REFERRALS
from core import files, jobs
from core.models import Event, Job, OutboxMessage, StoredFile
from core.periods import Quarter
from core.words import Refused
from core.workflow import Blocked
from programme.models import Indicator
from projects.tests.desk_cast import picture, project
from reports import annexes
from reports.indicators import measure_quarter
from reports.tests import builders

pytestmark = pytest.mark.django_db
LIST = "/cuoc-thi/khoi-nghiep/gui-du-thi/"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


@pytest.fixture
def over(em, binh, giang, ha, an, lan, now):
    return finished(em, binh, giang, ha, an, lan, now)


def told(entry, now, **fields):
    return {
        "entry": entry, "level": "province", "to_contest": "Khởi nghiệp tỉnh",
        "to_body": "Tỉnh đoàn", "deadline": now.date() + timedelta(days=20),
    } | fields  # fmt: skip


@pytest.fixture
def chosen(over, em, now):
    return referrals.prepare(over[0], told(over[1][0], now), by=em, at=now)


def send(referral, by, at, **data):
    return REFERRALS.advance(
        referral, "send", by=by, at=at, data={"on": at.date().isoformat(), "ref": "45/CV"} | data
    )


@pytest.fixture
def sent(chosen, em, now):
    send(chosen, em, now)
    return Referral.objects.get()


def outcome(referral, by, at, **fields):
    fields = {
        "won": True,
        "prize": "Giải ba",
        "happened_on": at.date(),
        "evidence_ref": "QĐ 9",
    } | fields
    return referrals.record(ReferralOutcome(referral=referral, **fields), by=by, at=at)


def form(entry, now, **fields):
    return {
        "entry": entry.pk, "level": "province", "to_contest": "Khởi nghiệp tỉnh",
        "to_body": "Tỉnh đoàn", "deadline": f"{now.date() + timedelta(days=20):%d/%m/%Y}",
        "agreed": "on",
    } | fields  # fmt: skip


# -- Choosing ------------------------------------------------------------------------
def test_only_entries_of_a_published_result_that_got_on_or_won_can_be_chosen(over, em):
    contest, entries, _judges = over
    assert list(referrals.candidates(contest, em)) == [entries[1], entries[0]]
    contest.rounds.update(status="locked")
    assert list(referrals.candidates(contest, em)) == []


def test_nobody_sends_an_own_entry_on(over, em, now):
    contest, (first, _second), _judges = over
    first.members.create(user=em, name="Em")
    assert first not in referrals.candidates(contest, em)
    with pytest.raises(Refused):
        referrals.prepare(contest, told(first, now), by=em, at=now)


def test_choosing_twice_is_choosing_once(client, over, em, now):
    client.force_login(em)
    answers = [client.post(LIST, form(over[1][0], now)) for _press in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Referral.objects.count() == Event.objects.filter(kind="referral.prepare").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"agreed": ""},
        {"deadline": "32/13/2026"},
        {"entry": 0},
        {"level": "world"},
        {"to_body": " "},
    ],
)
def test_a_form_with_errors_loses_nothing(client, over, em, now, wrong):
    client.force_login(em)
    answer = client.post(LIST, form(over[1][0], now) | wrong)
    assert (answer.status_code, Referral.objects.count()) == (422, 0)
    assert "Khởi nghiệp tỉnh" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [("em", 200, 302), ("binh", 200, 302), ("khoa", 200, 403), ("dung", 200, 403),
     ("an", 403, 403), ("giang", 403, 403), (None, 403, 403)],
)  # fmt: skip
def test_who_reads_the_list_and_who_chooses(client, request, over, now, who, reads, writes):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == reads
    assert client.post(LIST, form(over[1][0], now)).status_code == writes


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(client, over, em, now, rows, django_assert_num_queries):
    for n in range(rows):
        referrals.prepare(over[0], told(over[1][0], now, to_contest=f"Thi {n}"), by=em, at=now)
    client.force_login(em)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


# -- Sending -------------------------------------------------------------------------
def test_sending_needs_a_day_and_a_number_and_tells_the_entrant(client, chosen, em, an, now):
    client.force_login(em)
    url = reverse("contests:referral_send", args=[chosen.pk])
    assert client.post(url, {"on": "", "ref": ""}).status_code == 422
    # the portal's clock is today's: the day in the form is the day of the test's contest
    assert client.post(url, {"on": f"{now.date():%d/%m/%Y}", "ref": "45/CV-BTC"}).status_code == 302
    chosen.refresh_from_db()
    assert (chosen.status, chosen.sent_ref, chosen.sent_by) == ("sent", "45/CV-BTC", em)
    assert [m.to for m in OutboxMessage.objects.all()] == [an.email]
    assert "http" in OutboxMessage.objects.get().body


@pytest.mark.parametrize("data", [{"ref": " "}, {"on": ""}, {"on": "2027-01-01"}])
def test_what_is_missing_or_to_come_is_refused(chosen, em, now, data):
    with pytest.raises(Refused):
        send(chosen, em, now, **data)
    assert Referral.objects.get().status == "prepared"


def test_one_that_was_sent_is_withdrawn_only_without_an_outcome(sent, em, chi, now):
    fact = outcome(sent, em, now)
    with pytest.raises(Blocked):
        REFERRALS.advance(sent, "withdraw", by=em, at=now, note="Nhầm")
    OUTCOMES.advance(fact, "retract", by=chi, at=now, note="Nhầm")
    REFERRALS.advance(sent, "withdraw", by=em, at=now, note="Nhầm")
    assert Referral.objects.get().withdrawn_at == now


# -- What comes back -----------------------------------------------------------------
def test_an_outcome_counts_only_when_another_person_verified_it(sent, an, em, chi, now):
    fact = outcome(sent, em, now)
    with pytest.raises(Blocked):
        OUTCOMES.advance(fact, "verify", by=em, at=now)
    assert Award.objects.count() == 0
    OUTCOMES.advance(fact, "verify", by=chi, at=now)
    award = Award.objects.get()
    assert (award.contest, award.level, award.prize, award.entry, award.source) == (
        "Khởi nghiệp tỉnh", "cấp tỉnh", "Giải ba", "Tủ sấy cá", "QĐ 9",
    )  # fmt: skip
    assert an.full_name not in award.holder
    assert OutboxMessage.objects.filter(event__kind="referraloutcome.verify").get().to == an.email


def test_a_retracted_outcome_takes_its_line_in_the_history_back(sent, em, chi, now):
    fact = outcome(sent, em, now)
    OUTCOMES.advance(fact, "verify", by=chi, at=now)
    OUTCOMES.advance(fact, "retract", by=chi, at=now, note="Nhầm giải")
    assert (Award.objects.count(), ReferralOutcome.objects.get().award) == (0, None)


def test_without_evidence_or_without_a_prize_there_is_no_award(sent, em, chi, now):
    fact = outcome(sent, em, now, won=False, prize="", evidence_ref="")
    with pytest.raises(Blocked, match="minh chứng"):
        OUTCOMES.advance(fact, "verify", by=chi, at=now)
    referrals.amend(fact, {"evidence_ref": "TB 3"}, by=em, at=now)
    OUTCOMES.advance(fact, "verify", by=chi, at=now)
    assert Award.objects.count() == 0


def test_the_venture_tells_of_the_prize(sent, an, em, chi, now):
    venture = project(an, em, now)
    sent.entry.venture = venture
    sent.entry.save()
    OUTCOMES.advance(outcome(sent, em, now), "verify", by=chi, at=now)
    assert [award.prize for award in venture.awards.all()] == ["Giải ba"]


def test_recording_twice_is_one_outcome_and_only_after_sending(chosen, em, now):
    with pytest.raises(Refused):
        outcome(chosen, em, now)
    send(chosen, em, now)
    assert outcome(chosen, em, now) == outcome(chosen, em, now, prize="Giải nhất")
    assert ReferralOutcome.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"won": ""}, {"won": "yes", "prize": ""}, {"evidence_ref": ""}, {"happened_on": "x"}],
)
def test_the_outcome_form_says_what_is_missing(client, sent, em, now, wrong):
    client.force_login(em)
    given = {
        "won": "yes",
        "prize": "Giải ba",
        "happened_on": f"{now.date():%d/%m/%Y}",
        "evidence_ref": "QĐ",
    }
    url = reverse("contests:outcome_new", args=[sent.pk])
    assert client.post(url, given | wrong).status_code == 422
    assert client.post(url, given).status_code == 302
    assert ReferralOutcome.objects.get().prize == "Giải ba"


def test_its_evidence_is_read_by_those_who_read_it(client, request, sent, em, an, chi, now):
    proof = files.store(picture("giay-khen.png"), by=em, at=now)
    fact = outcome(sent, em, now, evidence=proof)
    OUTCOMES.advance(fact, "verify", by=chi, at=now)
    seen = {}
    for who in ("em", "chi", "khoa", "an", "lan", "giang", None):
        client.logout()
        if who:
            client.force_login(request.getfixturevalue(who))
        page, kept = client.get(fact.get_absolute_url()), client.get(proof.get_absolute_url())
        seen[who] = (page.status_code, kept.status_code)
        b"".join(kept)
    assert seen == dict.fromkeys(("em", "chi", "khoa", "an"), (200, 200)) | dict.fromkeys(
        ("lan", "giang", None), (404, 404)
    )


def test_the_entrant_reads_where_it_is_but_not_the_desk(client, sent, an, lan, em, now):
    fact = outcome(sent, em, now)
    client.force_login(an)
    page = client.get(sent.get_absolute_url())
    assert page.status_code == 200
    assert page.context["outcomes"] == []
    assert page.context["events"] == []
    assert client.get(fact.get_absolute_url()).status_code == 404
    client.force_login(lan)
    assert client.get(sent.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("who", "statuses"),
    [("em", (200, 302, 200)), ("khoa", (403, 403, 403)), ("dung", (403, 403, 403)),
     ("an", (403, 403, 403)), ("lan", (404, 404, 404)), ("giang", (404, 404, 404))],
)  # fmt: skip
def test_who_takes_the_dossier(client, request, chosen, who, statuses):
    client.force_login(request.getfixturevalue(who))
    pk = chosen.pk
    assert (
        client.get(f"/gui-du-thi/{pk}/cong-van.docx").status_code,
        client.post(f"/gui-du-thi/{pk}/goi/").status_code,
        client.get(f"/gui-du-thi/{pk}/da-gui/").status_code,
    ) == statuses


def test_the_dossier_holds_letter_entry_excerpt_and_files_and_nothing_of_others(
    client, chosen, em, now, django_capture_on_commit_callbacks
):
    entry = chosen.entry
    files.attach(files.store(picture("anh.png"), by=entry.owner, at=now), entry)
    client.force_login(em)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/gui-du-thi/{chosen.pk}/goi/")
    job = Job.objects.get()
    if job.is_open:
        jobs.run(job.pk, lambda: now)
        job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    stored = StoredFile.objects.get(pk=job.result["file"])
    with stored.file.open("rb") as kept:
        content = io.BytesIO(kept.read())
    with zipfile.ZipFile(content) as zipped:
        folder = f"gui-du-thi-{entry.code}/"
        assert [n.removeprefix(folder) for n in zipped.namelist()] == [
            "1-cong-van.docx", "2-bai-du-thi.docx", "3-trich-bien-ban.docx", "tep/01-anh.png",
            "danh-sach-sha256.txt",
        ]  # fmt: skip
        words = [text(zipped.read(name)) for name in zipped.namelist() if name.endswith("docx")]
    assert all("Tủ sấy cá" in one for one in words)
    assert not any("Muối hạt to" in one for one in words)
    assert "Giải nhất" in words[0]
    assert "hạng 1 trong 2 bài" in words[2]
    assert Event.objects.filter(kind="referral.export").count() == 1


def text(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return package.read("word/document.xml").decode()


# -- Figures and the quarter's report --------------------------------------------------
def figures(quarter, as_of):
    return {
        f.indicator.code: (f.in_period, f.added, f.removed, f.cumulative)
        for f in measure_quarter(quarter, as_of)
        if f.phase.code == "2026-2030" and f.indicator.code in WANTED
    }


WANTED = ("contests_held", "contest_entries", "entries_referred", "prizes_won")
Q4 = Quarter(2026, 4)


def test_everything_counts_from_its_own_record(sent, em, chi, now):
    builders.programme()
    assert Indicator.objects.filter(code__in=WANTED).count() == 4
    later = now + timedelta(days=1)
    fact = outcome(sent, em, now)
    counted = {"contests_held": (1, 0, 0, 1), "entries_referred": (1, 0, 0, 1)}
    # entries came 60 days ago, on 21/09, which is the fourth quarter's window
    counted |= {"contest_entries": (2, 0, 0, 2), "prizes_won": (0, 0, 0, 0)}
    assert figures(Q4, now) == counted
    OUTCOMES.advance(fact, "verify", by=chi, at=later)
    assert figures(Q4, now) == counted  # as known then, for ever
    assert figures(Q4, later) == counted | {"prizes_won": (1, 0, 0, 1)}
    OUTCOMES.advance(fact, "retract", by=chi, at=later + timedelta(days=1), note="Nhầm")
    assert figures(Q4, later)["prizes_won"] == (1, 0, 0, 1)
    assert figures(Q4, later + timedelta(days=1))["prizes_won"] == (0, 0, 0, 0)


def test_a_sending_taken_back_is_counted_no_more_but_was(sent, em, now):
    builders.programme()
    later = now + timedelta(days=2)
    REFERRALS.advance(sent, "withdraw", by=em, at=later, note="Nhầm bài")
    assert figures(Q4, now)["entries_referred"] == (1, 0, 0, 1)
    assert figures(Q4, later)["entries_referred"] == (0, 0, 0, 0)


def test_annex_5_tells_of_the_contest_without_a_person(sent, em, chi, an, now):
    OUTCOMES.advance(outcome(sent, em, now), "verify", by=chi, at=now)
    annex = annexes.contests(Q4, now)
    assert annex["label"] == "Biểu 05"
    assert annex["rows"] == [
        ["1", "Khởi nghiệp Đức Phổ", "Cơ quan thường trực", "02",
         "Vòng sơ khảo, Vòng bán kết, Vòng chung kết", "01", "01", "01"]
    ]  # fmt: skip
    assert annexes.contests(Q4.previous, now)["rows"] == []
    assert an.full_name not in str(annex)


def test_the_demonstration_lives_it_through_and_goes_whole(over, em, chi, now):
    type(over[0]).objects.update(is_sample=True)
    demo_papers.seed({"em": em, "chi": chi}, now)
    assert Referral.objects.get().status == "sent"  # the answer has not come yet
    assert (Diploma.objects.count(), Diploma.objects.filter(is_sample=True).count()) == (2, 2)
    Referral.objects.all().delete()
    demo_papers.seed({"em": em, "chi": chi}, now + timedelta(days=40))
    assert Award.objects.get().is_sample
    assert ReferralOutcome.objects.get().status == "verified"
