"""An idea that came back: its files, its versions, and the receipt of each of them."""

import hashlib
import importlib

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import files
from core.models import StoredFile
from projects import attachments, receipts, versions
from projects.models import Venture, Version
from projects.tests.desk_cast import idea, picture
from projects.tests.test_intake import (
    CONSENTS,
    PROBLEM,
    at,
    fill,
    mine,  # noqa: F401
    named,
    returned,
    text,
    upload,
    write,
)
from projects.tests.test_words import words_of
from projects.workflow import VENTURES

CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
STAFF = {"binh", "chi", "em", "dung", "khoa"}


@pytest.fixture
def with_file(mine):  # noqa: F811
    """An's idea, handed in with one picture."""
    venture = write(mine)
    fill(mine, venture, "van-de", **PROBLEM, attachment=upload("cu.png"))
    mine.post(at(venture, "gui"), CONSENTS)
    venture.refresh_from_db()
    assert venture.status == Venture.Status.SUBMITTED
    return venture


def send_again(client, venture):
    assert client.post(at(venture, "gui"), {}).status_code == 302
    venture.refresh_from_db()
    assert venture.status == Venture.Status.SUBMITTED


def names_of(version):
    return [told["name"] for told in version.files]


# -- Files ------------------------------------------------------------------------
def test_files_asked_for_are_added_and_taken_off(client, mine, with_file, binh):  # noqa: F811
    old = StoredFile.objects.get()
    returned(with_file, binh, "attachment", note="Thêm ảnh rõ hơn.")
    page = text(mine.get(at(with_file, "van-de")))
    assert 'name="attachment"' in page
    assert 'name="problem"' not in page  # not asked for
    fill(mine, with_file, "van-de", attachment=upload("moi.png"), **{"attachment-remove": old.key})
    assert named(with_file) == ["moi.png"]
    send_again(mine, with_file)
    first, second = versions.all_of(with_file)
    assert (names_of(first), names_of(second)) == (["cu.png"], ["moi.png"])
    old.refresh_from_db()
    assert old.subject == first
    assert files.sweep_unattached(timezone.now()) == 0
    assert first.fingerprint == second.fingerprint  # no word of it has changed


def test_where_no_file_was_asked_for_none_is_changed(mine, with_file, binh):  # noqa: F811
    old = StoredFile.objects.get()
    returned(with_file, binh, "problem")
    assert 'name="attachment"' not in text(mine.get(at(with_file, "van-de")))
    fill(mine, with_file, "van-de", problem="Khác.", attachment=upload("moi.png"),
         **{"attachment-remove": old.key})  # fmt: skip
    assert named(with_file) == ["cu.png"]
    assert StoredFile.objects.count() == 1


def test_a_file_that_was_never_handed_in_is_let_go(mine, with_file, binh):  # noqa: F811
    returned(with_file, binh, "attachment")
    fill(mine, with_file, "van-de", attachment=upload("nham.png"))
    wrong = StoredFile.objects.get(name="nham.png")
    fill(mine, with_file, "van-de", **{"attachment-remove": wrong.key})
    wrong.refresh_from_db()
    assert wrong.subject is None
    assert files.sweep_unattached(timezone.now()) == 1
    assert named(with_file) == ["cu.png"]


def test_files_alone_can_be_asked_for_and_the_founder_reads_so(mine, with_file, binh):  # noqa: F811
    returned(with_file, binh, "attachment", note="Thêm ảnh rõ hơn.")
    page = text(mine.get(f"/y-tuong/{with_file.code}/"))
    assert "Ảnh hoặc bản phác" in page
    steps = mine.get(at(with_file, "van-de")).context["steps"]
    assert [str(step["label"]) for step in steps] == ["Vấn đề", "Xem lại, gửi"]


@pytest.mark.parametrize("closed", [False, True])
def test_who_reads_a_file_that_was_taken_off(request, with_file, binh, mine, closed):  # noqa: F811
    """Those who read it then; of a closed one only who screens. Nobody else, ever."""
    old = StoredFile.objects.get()
    if closed:
        Venture.objects.filter(pk=with_file.pk).update(confidential=["attachment"])
    returned(with_file, binh, "attachment")
    fill(mine, with_file, "van-de", **{"attachment-remove": old.key})
    send_again(mine, with_file)
    path, found = old.get_absolute_url(), set()
    for name in CAST:
        client = Client()
        client.force_login(request.getfixturevalue(name))
        answer = client.get(path)
        if answer.status_code == 200:
            found.add(name)
            b"".join(answer)
    assert Client().get(path).status_code == 404
    assert found == {"an"} | ({"binh", "chi", "em"} if closed else STAFF)
    version = reverse("projects:version", args=[with_file.code, 1])
    reader = Client()
    reader.force_login(request.getfixturevalue("khoa"))
    assert ("cu.png" in text(reader.get(version))) == (not closed)


def test_the_desk_tells_which_files_came_and_went(client, mine, with_file, binh):  # noqa: F811
    returned(with_file, binh, "attachment")
    old = StoredFile.objects.get()
    fill(mine, with_file, "van-de", attachment=upload("moi.png"), **{"attachment-remove": old.key})
    send_again(mine, with_file)
    told = versions.last_changes(with_file, binh).changes
    assert [str(change.question) for change in told] == ["Ảnh hoặc bản phác"]
    pieces = {(piece.kind, piece.text.strip()) for piece in told[0].pieces}
    assert pieces == {("del", "cu.png"), ("ins", "moi.png")}
    client.force_login(binh)
    desk = text(client.get(f"/y-tuong/{with_file.code}/"))
    assert reverse("projects:version", args=[with_file.code, 1]) in desk
    first = text(client.get(reverse("projects:version", args=[with_file.code, 1])))
    assert old.get_absolute_url() in first


def test_never_more_files_than_five(mine, with_file, binh):  # noqa: F811
    returned(with_file, binh, "attachment")
    fill(mine, with_file, "van-de", attachment=[upload(f"{n}.png") for n in range(4)])
    page = mine.get(at(with_file, "van-de"))
    told = {"version": page.context["version"], "attachment": upload("sau.png")}
    assert mine.post(at(with_file, "van-de"), told).status_code == 422
    assert len(named(with_file)) == 5


# -- Each version has its receipt -----------------------------------------------------
@pytest.fixture
def twice(an, binh, now):
    """Handed in, returned, and handed in again in other words."""
    venture = idea(an, now)
    returned(venture, binh, "solution", "title")
    Venture.objects.filter(pk=venture.pk).update(solution="Tủ to hơn.", title="Tủ sấy lớn")
    venture.refresh_from_db()
    VENTURES.advance(venture, "submit", by=an, at=timezone.now())
    return venture


def paths(venture, number):
    names = ("version", "version_pdf", "version_source")
    return [reverse(f"projects:{name}", args=[venture.code_as("YT"), number]) for name in names]


@pytest.mark.parametrize(("number", "words", "title"), [
    (1, "Làm tủ sấy nhỏ.", "Tủ sấy cá cơm bằng nắng"), (2, "Tủ to hơn.", "Tủ sấy lớn"),
])  # fmt: skip
def test_each_version_is_read_again(client, an, twice, number, words, title):
    client.force_login(an)
    page, pdf, source = (client.get(path) for path in paths(twice, number))
    version = Version.objects.get(venture=twice, number=number)
    other = Version.objects.get(venture=twice, number=3 - number)
    assert version.fingerprint != other.fingerprint
    for told in (text(page), words_of(pdf.content).replace("\n", "")):
        assert version.fingerprint in told.replace(" ", "")
        assert other.fingerprint not in told.replace(" ", "")
    assert words in text(page)
    assert words in words_of(pdf.content)
    assert title in text(page)
    assert "khớp" in text(page)
    assert hashlib.sha256(source.content).hexdigest() == version.fingerprint
    told = receipts.of_version(version)
    assert (told.is_mended, told.is_as_sent) == (number == 2, True)
    assert told.promised is not None


def test_the_receipt_leads_to_every_version(client, an, twice):
    client.force_login(an)
    page = text(client.get(reverse("projects:receipt", args=[twice.code])))
    for number in (1, 2):
        assert paths(twice, number)[0] in page


def test_strangers_find_no_version_and_nobody_a_missing_one(client, lan, an, khoa, twice):
    for path in paths(twice, 1):
        assert client.get(path).status_code == 404
    client.force_login(lan)
    for path in paths(twice, 1):
        assert client.get(path).status_code == 404
    client.force_login(an)
    for path in (*paths(twice, 3), *paths(twice, 0)):
        assert client.get(path).status_code == 404
    client.force_login(khoa)
    assert [client.get(path).status_code for path in paths(twice, 1)] == [200, 200, 403]
    assert client.post(paths(twice, 1)[0]).status_code == 405


def test_what_is_confidential_now_is_hidden_in_every_version(client, an, khoa, twice):
    Venture.objects.filter(pk=twice.pk).update(confidential=["solution"])
    client.force_login(khoa)
    page = client.get(paths(twice, 1)[0])
    assert "Làm tủ sấy nhỏ." not in text(page)
    assert "Làm tủ sấy nhỏ." not in words_of(client.get(paths(twice, 1)[1]).content)
    client.force_login(an)
    assert "Làm tủ sấy nhỏ." in text(client.get(paths(twice, 1)[0]))


@pytest.mark.parametrize("number", [1, 2])
def test_a_version_costs_the_same_whichever(
    client, an, twice, number, django_assert_max_num_queries
):
    client.force_login(an)
    client.get(paths(twice, number)[0])
    with django_assert_max_num_queries(10):
        client.get(paths(twice, number)[0])


# -- Before there were versions ---------------------------------------------------------
def migrated(name):
    module = importlib.import_module("projects.migrations.0013_versions")
    getattr(module, name)(apps, None)


def test_what_was_sent_before_versions_gets_its_first_one_once(client, an, binh, now):
    venture = idea(an, now)
    files.attach(files.store(picture("xua.png"), by=None, at=now), venture)
    Version.objects.all().delete()
    for _run in range(2):
        migrated("first_versions")
        migrated("their_files")
    (first,) = versions.all_of(venture)
    assert names_of(first) == ["xua.png"]
    assert versions.is_whole(first)
    assert receipts.of_version(first).at == venture.received_at


def test_words_that_are_kept_later_are_said_to_be_so(client, an, twice):
    """Mended before versions began: the first sending's words are gone, and the page says so."""
    Version.objects.filter(venture=twice, number=2).delete()
    first = Version.objects.get(venture=twice)
    first.answers["solution"] = "Đang sửa dở."
    first.save()
    client.force_login(an)
    page, pdf, source = (client.get(path) for path in paths(twice, 1))
    assert "có thể khác bản đã gửi" in text(page)
    assert "có thể khác bản đã gửi" in words_of(pdf.content).replace("\n", " ")
    assert source.status_code == 404
    assert first.fingerprint in text(page)


def test_what_came_from_a_register_says_that_it_was_never_sent(client, binh, now):
    venture = Venture.objects.create(
        title="Từ sổ", status="screening", year=2025, number=7, promised_on=now.date()
    )
    versions.imported(venture).save()
    client.force_login(binh)
    page, pdf, source = (client.get(path) for path in paths(venture, 1))
    assert "vào cổng từ sổ của cơ quan" in text(page)
    assert "khớp" not in text(page)
    assert pdf.status_code == 200
    assert source.status_code == 404


def test_a_version_names_the_files_of_its_day(an, binh, now):
    venture = idea(an, now)
    assert Version.objects.get().files == []
    files.attach(files.store(picture("sau.png"), by=None, at=now), venture)
    assert attachments.of_version(Version.objects.get()) == []
