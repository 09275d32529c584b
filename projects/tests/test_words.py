"""What is confidential reaches nobody but those who screen; what is public is what was ticked."""

import hashlib
import importlib
import io
import json
from datetime import date

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader

from accounts.models import Consent, Guardianship
from core import files
from core.models import Event, OutboxMessage, StoredFile
from core.periods import Quarter
from core.words import Refused
from projects import publishing, receipts, services, written
from projects.models import CLOSABLE, PUBLISHABLE, Venture
from projects.tests.desk_cast import consent, idea, picture, project, ward
from projects.tests.test_intake import (
    CONSENTS,
    NEW,
    PEOPLE,
    PROBLEM,
    at,
    begin,
    fill,
    hidden,
    mine,  # noqa: F401 - a fixture
    returned,
    text,
    write,
)
from projects.workflow import VENTURES
from reports import annexes

SECRET = "BIMAT"
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
SCREENERS = {"binh", "chi", "em"}
STAFF = SCREENERS | {"dung", "khoa"}
TEXTS = tuple(name for name in CLOSABLE if name != "attachment")
CODE = "YT-2026-0001"


def secretive(owner, now, **more):
    """An idea of which everything that can be closed is closed."""
    told = {name: f"{SECRET} {name}" for name in TEXTS}
    venture = idea(owner, now, **told, confidential=list(CLOSABLE), **more)
    stored = files.store(picture(f"{SECRET.lower()}.png"), by=None, at=now)
    files.attach(stored, venture)
    return venture


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST} | {"visitor": None}


def seen_by(cast, path):
    """Who finds the secret at this address; pages, papers and downloads alike."""
    found = set()
    for name, user in cast.items():
        client = Client()
        if user is not None:
            client.force_login(user)
        answer = client.get(path, follow=True)
        content = b"".join(answer) if answer.streaming else answer.content
        if answer["Content-Type"] == "application/pdf":
            content = words_of(content).encode()
        if SECRET.lower().encode() in content.lower() or content.startswith(b"\x89PNG"):
            found.add(name)
    return found


def words_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# -- Confidential ---------------------------------------------------------------
PAGES = {
    "/y-tuong/": set(),
    f"/y-tuong/?mo={CODE}": set(),
    "/y-tuong/?q=tu+say": set(),
    "/y-tuong/cua-toi/": set(),
    "/y-tuong/phat-hanh/": set(),
    f"/y-tuong/{CODE}/": {"an"} | SCREENERS,
    f"/y-tuong/{CODE}/bien-nhan/": {"an"} | SCREENERS,
    f"/y-tuong/{CODE}/bien-nhan.pdf": {"an"} | SCREENERS,
    f"/y-tuong/{CODE}/ban-goc.json": {"an"} | SCREENERS,
    f"/y-tuong/{CODE}/buoc/return/": set(),
    "/du-an/": set(),
    "/doanh-nghiep/": set(),
    "/tim-kiem/?q=tu+say": set(),
    "/viec-cua-toi/": set(),
    "/dieu-hanh/": set(),
    "/": set(),
}


@pytest.mark.parametrize("path", PAGES)
def test_the_secret_of_an_idea_stands_only_where_it_may(cast, now, path):
    secretive(cast["an"], now)
    assert seen_by(cast, path) == PAGES[path]


def test_the_secret_of_a_public_project_stays_one(cast, now):
    venture = secretive(cast["an"], now)
    VENTURES.advance(venture, "accept", by=cast["binh"], at=now)
    VENTURES.advance(venture, "release", by=cast["binh"], at=now)
    publishing.decide(venture, by=cast["an"], wanted=True, names=["summary"], at=now)
    assert seen_by(cast, f"/du-an/{venture.code}/") == {"an"} | SCREENERS
    assert seen_by(cast, "/du-an/") == seen_by(cast, "/tim-kiem/?q=tu+say") == set()


def test_a_confidential_file_is_read_by_those_who_screen(cast, now):
    secretive(cast["an"], now)
    path = StoredFile.objects.get().get_absolute_url()
    assert seen_by(cast, path) == {"an"} | SCREENERS


def test_a_file_that_is_not_confidential_is_read_by_all_officials(cast, now):
    venture = idea(cast["an"], now)
    files.attach(files.store(picture(), by=None, at=now), venture)
    path = StoredFile.objects.get().get_absolute_url()
    assert seen_by(cast, path) == {"an"} | STAFF


def test_an_official_is_not_a_screener_of_their_own(binh, chi, now):
    venture = idea(binh, now, confidential=["problem"])
    assert binh.can("venture.view_confidential", venture)  # as its owner
    draft = Venture.objects.create(owner=binh, title="Nháp", confidential=["problem"])
    assert not chi.can("venture.view_confidential", draft)


def test_no_letter_and_no_journal_line_holds_the_secret(an, binh, now):
    venture = secretive(an, now)
    VENTURES.advance(venture, "return", by=binh, at=now, note="Sửa.", data={"fields": ["problem"]})
    VENTURES.advance(venture, "release", by=binh, at=now)
    VENTURES.advance(venture, "submit", by=an, at=now)
    letters = list(OutboxMessage.objects.all())
    assert len(letters) == 3
    assert not [letter for letter in letters if SECRET in letter.subject + letter.body]
    assert not [e for e in Event.objects.all() if SECRET in json.dumps(e.data) + e.note]
    venture.refresh_from_db()
    assert SECRET.lower() not in venture.search_text + venture.desk_text


def test_nobody_in_particular_reads_nothing_that_is_closed(an, now):
    venture = secretive(an, now)
    hidden_ones = {n for n, words in written.readable(venture).items() if SECRET in str(words)}
    assert hidden_ones == set()
    whole = {n for n, w in written.readable(venture, an).items() if SECRET in str(w)}
    assert whole == set(TEXTS)


# -- Marking ----------------------------------------------------------------------
def test_an_answer_is_closed_and_opened_on_its_step(mine):  # noqa: F811
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM, kin=["", "solution", "attachment"])
    assert venture.confidential == ["solution", "attachment"]
    fill(mine, venture, "nguoi-lam", **PEOPLE, team="Hoa", kin=["", "team"])
    assert venture.confidential == ["solution", "attachment", "team"]
    page = text(mine.get(at(venture, "van-de")))
    assert 'name="kin" value="solution" checked' in page
    assert 'name="kin" value="problem" checked' not in page
    fill(mine, venture, "van-de", **PROBLEM, kin="")
    assert venture.confidential == ["team"]


def test_a_page_without_boxes_opens_nothing(mine):  # noqa: F811
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM, kin=["", "solution"])
    fill(mine, venture, "van-de", **PROBLEM)
    assert venture.confidential == ["solution"]


@pytest.mark.parametrize("name", ["title", "summary", "team", "owner_id", "<b>", "kin"])
def test_a_name_that_is_no_box_of_the_step_is_refused(mine, name):  # noqa: F811
    venture = begin(mine)
    page = mine.get(at(venture, "van-de"))
    told = {"version": hidden(page, "version"), **PROBLEM, "kin": ["", "solution", name]}
    answer = mine.post(at(venture, "van-de"), told)
    assert answer.status_code == 422
    assert "Có ô đánh dấu kín không thuộc bước này" in text(answer)
    venture.refresh_from_db()
    assert (venture.confidential, venture.problem) == ([], PROBLEM["problem"])


def test_an_old_page_does_not_open_what_another_closed(mine):  # noqa: F811
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM)
    old = hidden(mine.get(at(venture, "van-de")), "version")
    fill(mine, venture, "van-de", **PROBLEM, kin=["", "solution"])
    answer = mine.post(at(venture, "van-de"), {"version": old, **PROBLEM, "kin": ""})
    venture.refresh_from_db()
    assert (answer.status_code, venture.confidential) == (409, ["solution"])


@pytest.mark.parametrize("column", ["confidential", "published"])
@pytest.mark.parametrize("names", [["title"], ["problem", "owner"], [""], ["[]"], [["team"]]])
def test_the_table_takes_no_other_names(an, column, names):
    with pytest.raises(IntegrityError), transaction.atomic():
        Venture.objects.create(owner=an, title="Tủ", **{column: names})


def test_the_table_takes_every_name_there_is(an):
    venture = Venture.objects.create(
        owner=an, title="Tủ", confidential=list(CLOSABLE), published=list(PUBLISHABLE)
    )
    venture.refresh_from_db()
    assert venture.public_names == {
        "title", "field", "summary", "unit", "stage", "ip_state", "supports", "market", "awards",
    }  # fmt: skip
    assert tuple(publishing.ITEMS) == PUBLISHABLE


# -- Publishing ---------------------------------------------------------------------
SHOWN = {
    "summary": "Mùa mưa cá không phơi được.",
    "unit": "phường Sa Huỳnh",
    "stage": "Mẫu thử",
    "team": "Hoa vẽ mẫu",
    "ip_state": "Đã nộp đơn",
}


def shown(owner, official, now, *names):
    venture = project(owner, official, now, stage="prototype", team=SHOWN["team"], ip_state="filed")
    publishing.decide(venture, by=owner, wanted=True, names=names, at=now)
    venture.refresh_from_db()
    return venture


@pytest.mark.parametrize("names", [(), *[(n,) for n in SHOWN], tuple(SHOWN)], ids=str)
def test_everybody_sees_title_field_and_what_was_ticked(client, an, binh, now, names):
    venture = shown(an, binh, now, *names)
    page = text(client.get(venture.get_absolute_url())).split("<main")[1].split("</main")[0]
    assert {n for n, words in SHOWN.items() if words.lower() in page.lower()} == set(names)
    assert venture.title in page
    assert "Chế biến thực phẩm" in page
    row = text(client.get("/du-an/")).split("<tbody")[1].split("</tbody")[0].lower()
    in_list = {n for n in ("unit", "stage") if SHOWN[n].lower() in row}
    assert in_list == {"unit", "stage"} & set(names)
    found = text(client.get("/tim-kiem/?q=tu+say")).split("<main")[1].split("</main")[0].lower()
    in_search = {n for n in ("summary", "unit") if SHOWN[n].lower() in found}
    assert in_search == {"summary", "unit"} & set(names)


@pytest.mark.parametrize("names", [(), ("summary",), ("unit",), ("stage",)], ids=str)
def test_nothing_is_found_by_what_is_not_published(client, an, binh, now, names):
    venture = shown(an, binh, now, *names)
    asked = {
        "summary": {"q": "mua mua ca"},
        "unit": {"q": "sa huynh"},
        "stage": {"giai_doan": "prototype"},
    }
    found = {n for n, q in asked.items() if client.get("/du-an/", q).context["page"].object_list}
    assert found == set(names)
    for person in (binh, an):
        client.force_login(person)
        assert client.get("/du-an/", asked["stage"]).context["page"].object_list == [venture]
    client.force_login(binh)
    for query in asked.values():
        assert client.get("/du-an/", query).context["page"].object_list == [venture]


def test_a_picture_is_public_when_it_is_ticked_and_not_closed(client, an, binh, now):
    venture = shown(an, binh, now)
    files.attach(files.store(picture(), by=None, at=now), venture)
    url, page = f"/du-an/{venture.code}/anh/", venture.get_absolute_url()
    assert (client.get(url).status_code, url in text(client.get(page))) == (404, False)
    publishing.decide(venture, by=an, wanted=True, names=["picture"], at=now)
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer).startswith(b"\x89PNG")
    assert url in text(client.get(page))
    assert client.get(StoredFile.objects.get().get_absolute_url()).status_code == 404
    Venture.objects.update(confidential=["attachment"])
    assert (client.get(url).status_code, url in text(client.get(page))) == (404, False)
    Venture.objects.update(confidential=[])
    publishing.decide(venture, by=an, wanted=False, names=(), at=now)
    assert client.get(url).status_code == 404


def test_the_place_filter_finds_only_published_places(client, an, binh, now):
    venture = shown(an, binh, now)
    code = ward().code
    assert client.get("/du-an/", {"xa": code}).context["page"].object_list == []
    publishing.decide(venture, by=an, wanted=True, names=["unit"], at=now)
    assert client.get("/du-an/", {"xa": code}).context["page"].object_list == [venture]


def test_nothing_is_ticked_beforehand(mine):  # noqa: F811
    venture = write(mine)
    form = mine.get(at(venture, "gui")).context["form"]
    assert (form["published"].value(), form["publish_venture"].value()) == ([], None)
    mine.post(at(venture, "gui"), CONSENTS | {"publish_venture": "on"})
    venture.refresh_from_db()
    assert venture.published == []


def test_what_is_ticked_at_sending_is_kept_with_its_words(mine, an):  # noqa: F811
    venture = write(mine)
    ticked = {"publish_venture": "on", "published": ["stage", "summary"]}
    mine.post(at(venture, "gui"), CONSENTS | ticked)
    venture.refresh_from_db()
    assert venture.published == ["summary", "stage"]
    given = Consent.objects.get(purpose="publish_venture")
    assert given.text.endswith("Tôi chọn công bố: tên, lĩnh vực, tóm tắt, giai đoạn.")


@pytest.mark.parametrize(
    ("ticked", "says"),
    [
        ({"published": ["summary"]}, "đánh dấu cả ô đồng ý công bố ở trên"),
        ({"publish_venture": "on", "published": ["problem"]}, "Có mục không công bố được"),
        ({"publish_venture": "on", "published": ["owner", "<b>"]}, "Có mục không công bố được"),
        ({"publish_venture": "on", "published": ["team"]}, "Có mục không công bố được"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_sending(mine, ticked, says):  # noqa: F811
    venture = write(mine, team="Hoa", kin=["", "team"])
    answer = mine.post(at(venture, "gui"), CONSENTS | ticked)
    assert answer.status_code == 422
    assert says in text(answer)
    venture.refresh_from_db()
    assert (venture.status, venture.published) == ("draft", [])


def test_the_choice_survives_the_way_to_the_mailbox(client, db):
    venture = write(client)
    told = {"publish_venture": "on", "published": ["unit"], "email": "moi@example.vn"}
    assert client.post(at(venture, "gui"), CONSENTS | told).status_code == 302
    form = client.get(at(venture, "gui")).context["form"]
    assert form["published"].value() == ["unit"]


def choose(client, *names, **more):
    return client.post(f"/y-tuong/{CODE}/cong-bo/", {"muc": names, **more}, follow=True)


def test_the_owner_changes_it_with_one_press(client, an, binh, now):
    venture = shown(an, binh, now, "summary", "unit")
    first = Consent.objects.standing().get(purpose="publish_venture")
    client.force_login(an)
    choose(client, "stage")
    venture.refresh_from_db()
    assert venture.published == ["stage"]
    assert venture.search_text == "tu say ca com bang nang"
    standing = Consent.objects.standing().get(purpose="publish_venture")
    assert standing.pk != first.pk
    assert standing.text.endswith("tên, lĩnh vực, giai đoạn.")
    events = Event.objects.filter(kind="venture.publish").order_by("pk")
    assert [e.data["fields"] for e in events] == [["summary", "unit"], ["stage"]]
    choose(client, "stage")
    assert Consent.objects.filter(purpose="publish_venture").count() == 2
    choose(client, withdraw="1")
    venture.refresh_from_db()
    assert (venture.published, publishing.agreed(venture, now.date())) == ([], False)
    assert Client().get(venture.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("names", [["problem"], ["summary", "x"], ["novelty", "team"], ["<b>"]])
def test_a_choice_that_cannot_be_changes_nothing(client, an, binh, now, names):
    venture = shown(an, binh, now, "summary")
    Venture.objects.filter(pk=venture.pk).update(confidential=["team"])
    client.force_login(an)
    assert "Có mục không công bố được" in text(choose(client, *names))
    venture.refresh_from_db()
    assert (venture.published, publishing.agreed(venture, now.date())) == (["summary"], True)


def test_only_the_owner_chooses(cast, now):
    shown(cast["an"], cast["binh"], now)
    answers = {}
    for name, user in cast.items():
        client = Client()
        if user is not None:
            client.force_login(user)
        answers[name] = client.post(f"/y-tuong/{CODE}/cong-bo/", {"muc": "summary"}).status_code
    assert answers == dict.fromkeys(cast, 403) | {"an": 302}
    client.force_login(cast["an"])
    assert client.get(f"/y-tuong/{CODE}/cong-bo/").status_code == 405
    assert client.post("/y-tuong/YT-2026-9999/cong-bo/").status_code == 404


def test_of_a_child_only_what_its_guardian_reads(client, an, binh, now):
    an.birth_date = date(2012, 1, 1)
    an.save()
    venture = project(an, binh, now)
    Guardianship.objects.create(
        child=an, guardian_name="Bảy", guardian_email="b@x.vn", answer="yes", answered_at=now
    )
    with pytest.raises(Refused):
        publishing.decide(venture, by=an, wanted=True, names=["team"], at=now)
    publishing.decide(venture, by=an, wanted=True, names=["summary", "unit"], at=now)
    client.force_login(an)
    page = client.get(f"/y-tuong/{CODE}/")
    assert [name for name, _label, _ticked in page.context["choices"]] == ["summary", "unit"]


def test_officials_see_what_is_public(client, an, binh, now):
    venture = shown(an, binh, now, "stage")
    client.force_login(binh)
    said = "Chủ hồ sơ cho công bố: tên, lĩnh vực, giai đoạn."
    assert said in text(client.get(venture.get_absolute_url()))
    publishing.decide(venture, by=an, wanted=False, names=(), at=now)
    assert "Chủ hồ sơ không cho công bố gì." in text(client.get(venture.get_absolute_url()))


@pytest.mark.parametrize(
    ("wanted", "names", "cells"),
    [
        (False, (), ["(chưa công bố)"] * 3),
        (True, (), ["(chưa công bố)", "Chế biến thực phẩm", "(chưa công bố)"]),
        (True, ("unit", "stage"), ["Phường Sa Huỳnh", "Chế biến thực phẩm", "Mẫu thử"]),
    ],
)
def test_the_annex_prints_the_same(an, binh, now, wanted, names, cells):
    venture = shown(an, binh, now)
    publishing.decide(venture, by=an, wanted=wanted, names=names, at=now)
    row = annexes.ventures(Quarter(2026, 4), now)["rows"][0]
    assert row[3:6] == cells
    assert (venture.title in row[1]) is wanted


def test_what_was_agreed_before_stays(an, binh, now):
    """The words agreed to before named place and summary; nothing else was agreed to."""
    one = project(an, binh, now)
    consent(an, one, "publish_venture", at=now)
    two = idea(an, now, title="Muối ớt")
    before = "nhu truoc"
    Venture.objects.update(search_text=before, desk_text="", published=[])
    moved = importlib.import_module("projects.migrations.0003_words")
    moved.keep_what_was_agreed(apps, None)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.published, one.search_text, one.desk_text) == (["summary", "unit"], before, "")
    assert (two.published, two.search_text) == ([], two.searchable())
    assert two.desk_text == two.searchable_inside()


# -- The receipt ----------------------------------------------------------------------
def test_the_letter_is_a_whole_receipt(an, now):
    venture = idea(
        an, now, novelty="Rất mới", confidential=["solution"], contact_phone="+849051234"
    )
    letter = OutboxMessage.objects.get()
    for words in (
        venture.code,
        "04/12/2026",
        venture.fingerprint,
        f"/y-tuong/{CODE}/bien-nhan/",
        f"/y-tuong/{CODE}/bien-nhan.pdf",
        "Cá hư.",
        "Rất mới",
        "Sa Huỳnh",
        "(phần kín, xem trên Cổng)",
    ):
        assert words in letter.body
    for words in (venture.solution, "05/05/1985", "+849051234"):
        assert words not in letter.body


def test_the_paper_says_what_the_page_says(client, an, khoa, now):
    venture = idea(an, now, solution="Tủ có quạt", confidential=["solution"])
    client.force_login(an)
    answer = client.get(f"/y-tuong/{CODE}/bien-nhan.pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="bien-nhan-{CODE}.pdf"'
    assert answer["Cache-Control"] == "no-store, private"
    words = " ".join(words_of(answer.content).split())
    for part in ("BIÊN NHẬN", CODE, "04/12/2026", "Tủ có quạt", "Cá hư.", "CÁCH KIỂM TRA"):
        assert part in words
    assert venture.fingerprint in words.replace(" ", "")
    assert client.get(f"/y-tuong/{CODE}/bien-nhan.pdf").content == answer.content
    client.force_login(khoa)
    other = words_of(client.get(f"/y-tuong/{CODE}/bien-nhan.pdf").content)
    assert "Tủ có quạt" not in other


@pytest.mark.parametrize("name", ["bien-nhan.pdf", "ban-goc.json"])
def test_strangers_get_no_paper(client, an, lan, now, name):
    idea(an, now)
    assert client.get(f"/y-tuong/{CODE}/{name}").status_code == 404
    client.force_login(lan)
    assert client.get(f"/y-tuong/{CODE}/{name}").status_code == 404
    assert client.get(f"/y-tuong/abc/{name}").status_code == 404


def test_the_fingerprint_can_be_taken_at_home(client, an, khoa, now):
    venture = idea(an, now, confidential=["solution"])
    client.force_login(an)
    source = client.get(f"/y-tuong/{CODE}/ban-goc.json")
    assert hashlib.sha256(source.content).hexdigest() == venture.fingerprint
    assert "khớp" in text(client.get(f"/y-tuong/{CODE}/bien-nhan/"))
    client.force_login(khoa)
    assert client.get(f"/y-tuong/{CODE}/ban-goc.json").status_code == 403


def test_while_it_is_mended_the_receipt_says_so(client, an, binh, now):
    venture = idea(an, now)
    returned(venture, binh, "solution")
    Venture.objects.filter(pk=venture.pk).update(solution="Tủ to hơn")
    client.force_login(an)
    assert client.get(f"/y-tuong/{CODE}/ban-goc.json").status_code == 404
    assert "Hồ sơ đang được sửa" in text(client.get(f"/y-tuong/{CODE}/bien-nhan/"))
    assert "đang được sửa" in words_of(client.get(f"/y-tuong/{CODE}/bien-nhan.pdf").content)
    venture.refresh_from_db()
    VENTURES.advance(venture, "submit", by=an, at=now)
    told = receipts.of(venture)
    assert (told.is_mended, told.is_as_sent) == (True, True)
    assert "Tủ to hơn" in words_of(client.get(f"/y-tuong/{CODE}/bien-nhan.pdf").content)


def test_older_fingerprints_still_match(an, now):
    """An idea that says nothing of rights has the text that it had before they were asked for."""
    told = json.loads(services.sent_text(idea(an, now)))
    assert not {"ip_state", "ip_note"} & set(told)
    assert json.loads(services.sent_text(idea(an, now, ip_state="filed")))["ip_state"] == "filed"


@pytest.mark.parametrize("path", ["bien-nhan/", "bien-nhan.pdf"])
def test_a_receipt_costs_little(client, an, now, django_assert_max_num_queries, path):
    idea(an, now, confidential=["solution"])
    ContentType.objects.clear_cache()
    client.force_login(an)
    client.get(f"/y-tuong/{CODE}/{path}")
    with django_assert_max_num_queries(9):
        client.get(f"/y-tuong/{CODE}/{path}")


@pytest.mark.parametrize("state", ["granted ", "x", "<b>"])
def test_a_state_of_rights_that_is_none_is_refused(mine, state):  # noqa: F811
    venture = begin(mine)
    page = mine.get(at(venture, "van-de"))
    told = {"version": hidden(page, "version"), **PROBLEM, "ip_state": state}
    answer = mine.post(at(venture, "van-de"), told)
    assert answer.status_code == 422
    assert mine.get(NEW).status_code == 200
