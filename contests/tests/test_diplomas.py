"""Certificates: issued once, checked by anybody, named only with consent, revoked in words."""

from datetime import date

import pytest

from accounts.models import Consent
from contests import diplomas
from contests.models import Diploma, Round
from contests.models.papers import ALPHABET, new_code
from contests.tests.paper_cast import finished
from contests.workflow import DIPLOMAS
from core import jobs
from core.models import Configuration, StoredFile
from core.words import Refused
from core.workflow import Blocked

pytestmark = pytest.mark.django_db
LIST = "/cuoc-thi/khoi-nghiep/giay-chung-nhan/"


@pytest.fixture
def over(em, binh, giang, ha, an, lan, now):
    return finished(em, binh, giang, ha, an, lan, now)


@pytest.fixture
def issued(over, em, now):
    diplomas.issue(over[0], by=em, at=now)
    return Diploma.objects.get(entry=over[1][0], member=None)


def agrees(person, entry, at, purpose="publish_name"):
    Consent.objects.create(
        user=person, purpose=purpose, subject_kind="entry", subject_id=entry.pk, text="…",
        version="1", given_at=at,
    )  # fmt: skip


# -- Issuing -------------------------------------------------------------------------
def test_every_person_of_every_entry_gets_one_and_only_one(over, em, now):
    contest, (first, second), _judges = over
    first.members.create(name="Bạn Mai")
    first.members.create(name="Chính chủ", user=first.owner)
    assert diplomas.issue(contest, by=em, at=now) == 3
    assert diplomas.issue(contest, by=em, at=now) == 0
    rows = Diploma.objects.order_by("entry__number", "pk")
    assert [(d.holder, d.words) for d in rows] == [
        (first.owner.full_name, "Giải nhất"), ("Bạn Mai", "Giải nhất"),
        (second.owner.full_name, "Đã dự thi"),
    ]  # fmt: skip
    assert {(d.issued_on, d.issued_by) for d in rows} == {(now.date(), em)}


@pytest.mark.parametrize("status", ["planned", "judging", "locking", "locked", "reopening"])
def test_not_before_the_last_round_is_published(over, em, now, status):
    last = over[0].rounds.order_by("order").last()
    Round.objects.filter(pk=last.pk).update(status=status)
    with pytest.raises(Refused, match="Công bố kết quả vòng cuối"):
        diplomas.issue(over[0], by=em, at=now)


def test_nobody_issues_one_for_an_own_entry(over, em, binh, now):
    over[1][0].members.create(user=em, name="Em")
    assert diplomas.issue(over[0], by=em, at=now) == 1
    assert diplomas.issue(over[0], by=binh, at=now) == 2


def test_an_entry_that_was_withdrawn_gets_none(over, em, now):
    type(over[1][1]).objects.filter(pk=over[1][1].pk).update(status="withdrawn")
    assert diplomas.issue(over[0], by=em, at=now) == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("em", 200), ("binh", 200), ("khoa", 403), ("giang", 403), ("an", 403), (None, 403)],
)
def test_who_has_the_list(client, request, over, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == status
    assert client.post(f"{LIST}cap/").status_code == {200: 302}.get(status, status)
    assert Diploma.objects.count() == (2 if status == 200 else 0)


@pytest.mark.parametrize("rows", [0, 3])
def test_the_list_costs_the_same(client, over, em, now, rows, django_assert_num_queries):
    for n in range(rows):
        over[1][0].members.create(name=f"Bạn {n}")
    diplomas.issue(over[0], by=em, at=now)
    client.force_login(em)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)


# -- Checking ------------------------------------------------------------------------
def test_a_code_is_of_chance_and_can_be_typed(issued):
    codes = {new_code() for _try in range(500)}
    assert len(codes) == 500
    assert set("".join(codes)) <= set(ALPHABET) | {"-", "N", "C"}
    typed = issued.code.lower().replace("-", " ")
    assert diplomas.of_code(typed) == issued
    for wrong in ("", "CN", "CN-AAAA-AAAA-AAAA-AAAA", "ạ" * 9, "x" * 999):
        assert diplomas.of_code(wrong) is None


def test_anybody_checks_it_and_reads_no_name(client, issued, an):
    page = client.get(issued.get_absolute_url())
    told = page.content.decode()
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    for words in (
        "Giấy này có giá trị",
        "Khởi nghiệp Đức Phổ",
        "Tủ sấy cá",
        "Giải nhất",
        issued.code,
    ):
        assert words in told
    assert an.full_name not in told
    assert client.get("/chung-nhan/CN-AAAA-AAAA-AAAA-AAAA/").status_code == 404


def test_an_adult_who_agreed_is_named(client, issued, an, now):
    agrees(an, issued.entry, now)
    assert an.full_name in client.get(issued.get_absolute_url()).content.decode()
    Consent.objects.standing().withdraw(now)
    assert an.full_name not in client.get(issued.get_absolute_url()).content.decode()


@pytest.mark.parametrize("birth", [date(2012, 1, 1), None])
def test_a_minor_and_one_of_unknown_age_are_never_named(client, issued, an, now, birth):
    agrees(an, issued.entry, now)
    type(an).objects.filter(pk=an.pk).update(birth_date=birth)
    assert an.full_name not in client.get(issued.get_absolute_url()).content.decode()


def test_another_s_consent_names_nobody(client, over, em, an, now):
    member = over[1][0].members.create(name="Bạn Mai")
    diplomas.issue(over[0], by=em, at=now)
    agrees(an, over[1][0], now)
    found = Diploma.objects.get(member=member)
    assert "Bạn Mai" not in client.get(found.get_absolute_url()).content.decode()


def test_guessing_is_slowed_down(client, issued):
    seen = [client.get("/chung-nhan/CN-AAAA-AAAA-AAAA-AAAA/").status_code for _try in range(61)]
    assert set(seen[:60]) == {404}
    assert seen[60] == 429
    assert client.get(issued.get_absolute_url()).status_code == 429


def test_a_product_certificate_keeps_its_address(client, db):
    assert client.get("/chung-nhan/12/").resolver_match.url_name == "certificate"
    assert client.get("/chung-nhan/12/").resolver_match.app_name == "projects"


# -- Revoking ------------------------------------------------------------------------
def test_a_revoked_one_says_so_and_cannot_be_taken_away(client, issued, em, binh, an, over, now):
    client.force_login(em)
    url = f"/chung-nhan/{issued.code}/buoc/revoke/"
    client.post(url, {"note": ""})
    assert Diploma.objects.get(pk=issued.pk).status == "issued"
    assert client.post(url, {"note": "Ghi sai tên"}).status_code == 302
    client.force_login(an)
    told = client.get(issued.get_absolute_url()).content.decode()
    assert "đã bị thu hồi" in told
    assert "Giấy này có giá trị" not in told
    assert "Ghi sai tên" not in told
    assert client.get(f"/chung-nhan/{issued.code}/giay.pdf").status_code == 404
    # and a right one can be issued in its place
    assert diplomas.issue(over[0], by=binh, at=now) == 1


def test_who_revokes(client, request, issued, now, em):
    for who, status in (("an", 404), ("lan", 404), ("giang", 404), ("khoa", 404)):
        client.force_login(request.getfixturevalue(who))
        assert (
            client.post(f"/chung-nhan/{issued.code}/buoc/revoke/", {"note": "x"}).status_code
            == status
        )
    issued.entry.members.create(user=em, name="Em")
    with pytest.raises(Blocked):
        DIPLOMAS.advance(issued, "revoke", by=em, at=now, note="x")


# -- On paper ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 200), ("em", 200), ("khoa", 200),
     ("lan", 404), ("giang", 404), ("dung", 404), (None, 404)],
)  # fmt: skip
def test_who_takes_the_pdf(client, request, issued, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(f"/chung-nhan/{issued.code}/giay.pdf").status_code == status


def test_the_pdf_is_archival_and_the_same_each_time(issued):
    issued.holder, issued.title = "Nguyễn Thị <b>Ân</b> #[x]", "Ý " * 60
    first = diplomas.pdf(issued, Configuration())
    assert first == diplomas.pdf(issued, Configuration())
    assert first.startswith(b"%PDF-")
    assert b"pdfaid" in first


def test_the_zip_has_them_all(over, issued, em, now, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    job = jobs.start("export.diplomas", key="k", params={"contest": over[0].pk}, by=em, now=now)
    done = jobs.run(job.pk, lambda: now)
    assert (done.state, done.total) == ("done", 2)
    assert StoredFile.objects.get(pk=done.result["file"]).name == "giay-chung-nhan-khoi-nghiep.zip"
