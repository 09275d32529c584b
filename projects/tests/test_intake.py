"""Writing an idea, with an account and without; sent once; what its founder sees afterwards."""

import io
import re
import uuid
from datetime import date, timedelta
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Consent, Guardianship, User
from core import files
from core.kept_files import KeptFiles
from core.models import AdminUnit, Configuration, Event, Holiday, OutboxMessage, StoredFile
from core.periods import add_working_days
from projects import attachments, drafts, reasons
from projects.forms import intake as forms
from projects.models import Venture
from projects.views import whose
from projects.workflow import VENTURES

S = Venture.Status
NEW = "/y-tuong/moi/"
IDEA = {
    "title": "Tủ sấy cá cơm chạy bằng nắng",
    "field": "food",
    "summary": "Sấy cá bằng nắng, không sợ mưa.",
}
PROBLEM = {"problem": "Mùa mưa cá hỏng.", "solution": "Làm tủ sấy nhỏ."}
PEOPLE = {
    "applicant": "person",
    "contact_name": "Nguyễn Thị An",
    "contact_birth_date": "1985-05-05",
    "contact_phone": "0905 123 456",
}
WANTED = {"stage": "idea", "wanted": ["training", "market"], "wanted_note": "Cần thợ hàn."}
CONSENTS = {"process": "on"}


def text(answer):
    return answer.content.decode()


def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', text(answer))[1]


def at(venture, step):
    return reverse("projects:draft", args=[venture.key, step])


def auto(client, url, **data):
    return client.post(url, data, headers={"x-autosave": "1"})


def begin(client, **data):
    """The first step, as a browser does it; the draft."""
    key = hidden(client.get(NEW), "key")
    answer = client.post(NEW, {"key": key, **IDEA, **data})
    assert answer.status_code == 302, text(answer)
    return Venture.objects.get(key=key)


def fill(client, venture, step, **data):
    """Show a step and save it, with the version that the page carries."""
    page = client.get(at(venture, step))
    told = {"version": hidden(page, "version"), "tab": hidden(page, "tab"), **data}
    answer = client.post(at(venture, step), told)
    assert answer.status_code == 302, text(answer)
    venture.refresh_from_db()
    return answer


def write(client, **people):
    """A draft that lacks nothing but its sending."""
    venture = begin(client)
    fill(client, venture, "van-de", **PROBLEM)
    fill(client, venture, "nguoi-lam", **(PEOPLE | people))
    fill(client, venture, "ho-tro", **WANTED)
    return venture


@pytest.fixture
def mine(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def ward(db):
    return AdminUnit.objects.create(
        code="21034", kind="phuong", name="Sa Huỳnh", valid_from=date(2025, 7, 1)
    )


@pytest.fixture
def sent(mine):
    venture = write(mine)
    mine.post(at(venture, "gui"), CONSENTS)
    venture.refresh_from_db()
    assert venture.status == S.SUBMITTED
    return venture


def returned(venture, by, *fields, note="Viết rõ ai mua."):
    """The idea comes back to its founder."""
    now = timezone.now()
    VENTURES.advance(venture, "screen", by=by, at=now)
    VENTURES.advance(venture, "return", by=by, at=now, note=note, data={"fields": list(fields)})
    VENTURES.advance(venture, "release", by=by, at=now)
    return venture


# -- Beginning ------------------------------------------------------------------
def test_an_idea_is_begun_without_an_account(client, db):
    venture = begin(client)
    assert (venture.status, venture.owner, venture.title) == (S.DRAFT, None, IDEA["title"])
    assert client.get(at(venture, "van-de")).status_code == 200


def test_a_double_press_makes_one_draft(client, db):
    key = hidden(client.get(NEW), "key")
    first, second = (client.post(NEW, {"key": key, **IDEA}) for _ in range(2))
    assert first.url == second.url == reverse("projects:draft", args=[key, "van-de"])
    assert Venture.objects.count() == 1


def test_pressed_again_because_the_first_answer_was_lost(client, db):
    """The session's cookie was lost with the answer: what the page carries proves whose it is."""
    page = client.get(NEW)
    told = {"key": hidden(page, "key"), "proof": hidden(page, "proof"), **IDEA}
    client.post(NEW, told)
    del client.cookies["sessionid"]
    again = client.post(NEW, told)
    assert (again.status_code, Venture.objects.count()) == (302, 1)
    assert client.get(again.url).status_code == 200


def test_a_key_alone_opens_nothing(client, an, lan, db):
    venture = begin(client)
    stranger = Client()
    stranger.get(NEW)
    for url in (at(venture, "van-de"), at(venture, "gui")):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url, PROBLEM).status_code == 404
    assert stranger.post(NEW, {"key": str(venture.key), "title": "Của tôi"}).status_code == 404
    stranger.force_login(lan)
    assert stranger.get(at(venture, "van-de")).status_code == 404
    venture.refresh_from_db()
    assert (venture.title, venture.owner) == (IDEA["title"], None)


@pytest.mark.parametrize("key", ["", "abc", "0", "\0", "x" * 100_000])
def test_a_wrong_key_keeps_the_words(client, db, key):
    answer = client.post(NEW, {"key": key, **IDEA})
    assert answer.status_code == 422
    assert IDEA["summary"] in text(answer)
    assert Venture.objects.count() == 0


def test_nothing_written_makes_no_draft(client, db):
    key = hidden(client.get(NEW), "key")
    assert client.post(NEW, {"key": key}).status_code == 422
    assert client.post(NEW, {"key": key, "luu": "1"}).status_code == 422
    assert auto(client, NEW, key=key).json() == {"saved": ""}
    assert Venture.objects.count() == 0


def test_what_the_account_knows_is_not_asked_again(mine, an, ward):
    User.objects.filter(pk=an.pk).update(phone="+84905123456", unit=ward)
    venture = begin(mine)
    told = (venture.owner, venture.contact_name, venture.contact_birth_date, venture.contact_phone)
    assert told == (an, an.full_name, an.birth_date, "+84905123456")
    assert venture.unit == ward


def test_a_network_begins_only_so_many(client, db, monkeypatch, lan):
    monkeypatch.setattr(whose, "DRAFTS_AN_HOUR", 2)
    for _ in range(2):
        begin(client)
    key = hidden(client.get(NEW), "key")
    refused = client.post(NEW, {"key": key, **IDEA})
    assert refused.status_code == 429
    assert "Chờ một giờ" in text(refused)
    assert IDEA["summary"] in text(refused)
    assert auto(client, NEW, key=key, **IDEA).status_code == 429
    assert Venture.objects.count() == 2
    member = Client()
    member.force_login(lan)
    begin(member)


def test_unsent_drafts_are_offered_again(client, db):
    venture = begin(client)
    assert at(venture, "y-tuong") in text(client.get(NEW))
    assert at(venture, "y-tuong") not in text(Client().get(NEW))


# -- Saving ---------------------------------------------------------------------
def test_the_steps_one_after_the_other(mine):
    venture = write(mine)
    told = (venture.problem, venture.contact_phone, venture.wanted, venture.wanted_note)
    assert told == ("Mùa mưa cá hỏng.", "+84905123456", ["training", "market"], "Cần thợ hàn.")
    assert "Đã lưu nháp lúc" in text(mine.get(at(venture, "van-de")))


def test_what_is_there_is_kept_when_something_is_missing(mine):
    venture = begin(mine)
    answer = mine.post(at(venture, "van-de"), {"problem": "Cá hỏng."} | _version(mine, venture))
    assert answer.status_code == 422
    assert "Viết một hai câu về cách làm của bạn." in text(answer)
    assert 'href="#id_solution"' in text(answer)
    venture.refresh_from_db()
    assert venture.problem == "Cá hỏng."


def _version(client, venture, step="van-de"):
    page = client.get(at(venture, step))
    return {"version": hidden(page, "version"), "tab": hidden(page, "tab")}


@pytest.mark.parametrize(("button", "leads"), [("luu", "van-de"), ("ve", "y-tuong")])
def test_save_for_later_and_back_ask_for_nothing(mine, button, leads):
    venture = begin(mine)
    answer = fill(mine, venture, "van-de", problem="Cá hỏng.", **{button: "1"})
    assert answer.url == at(venture, leads)
    assert venture.problem == "Cá hỏng."


def test_an_answer_can_be_emptied(mine):
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM, novelty="Rẻ hơn.")
    fill(mine, venture, "van-de", problem="", solution="Làm tủ.", novelty="", luu="1")
    assert (venture.problem, venture.novelty) == ("", "")


def test_the_script_saves_without_asking(mine):
    venture = begin(mine)
    told = _version(mine, venture)
    first = auto(mine, at(venture, "van-de"), problem="Cá", **told)
    assert first.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved"])
    # The same page goes on with the version it began with, and ends with the button.
    assert auto(mine, at(venture, "van-de"), problem="Cá hỏng", **told).status_code == 200
    assert mine.post(at(venture, "van-de"), PROBLEM | told).status_code == 302
    venture.refresh_from_db()
    assert venture.problem == PROBLEM["problem"]


def test_the_script_may_begin_the_draft(client, db):
    page = client.get(NEW)
    told = {n: hidden(page, n) for n in ("key", "proof", "version", "tab")}
    assert auto(client, NEW, title="Tủ", **told).status_code == 200
    assert auto(client, NEW, title="Tủ sấy", **told).status_code == 200
    assert client.post(NEW, IDEA | told).status_code == 302
    assert [v.title for v in Venture.objects.all()] == [IDEA["title"]]


def test_two_pages_at_once_overwrite_nothing(mine):
    venture = begin(mine)
    one, two = _version(mine, venture), _version(mine, venture)
    assert mine.post(at(venture, "van-de"), PROBLEM | one).status_code == 302
    late = mine.post(at(venture, "van-de"), PROBLEM | {"problem": "Chữ của tôi."} | two)
    assert late.status_code == 409
    assert PROBLEM["problem"] in text(late)
    assert "Chữ của tôi." in text(late)
    venture.refresh_from_db()
    assert venture.problem == PROBLEM["problem"]
    assert auto(mine, at(venture, "van-de"), problem="Nữa", **two).status_code == 409
    again = {"version": hidden(late, "version"), "tab": hidden(late, "tab")}
    answer = mine.post(at(venture, "van-de"), PROBLEM | {"problem": "Chữ của tôi."} | again)
    assert answer.status_code == 302
    venture.refresh_from_db()
    assert venture.problem == "Chữ của tôi."


def test_pages_of_different_steps_do_not_disturb_each_other(mine):
    venture = begin(mine)
    one, two = _version(mine, venture, "y-tuong"), _version(mine, venture, "van-de")
    assert mine.post(at(venture, "y-tuong"), IDEA | one).status_code == 302
    assert mine.post(at(venture, "van-de"), PROBLEM | two).status_code == 302


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("y-tuong", "title", "a\0b"),
        ("y-tuong", "title", "x" * 100_000),
        ("y-tuong", "summary", "x" * 100_000),
        ("y-tuong", "field", "khong-co"),
        ("y-tuong", "field", "\0"),
        ("van-de", "solution", "x" * 100_000),
        ("nguoi-lam", "contact_birth_date", "hôm qua"),
        ("nguoi-lam", "contact_birth_date", "2999-01-01"),
        ("nguoi-lam", "contact_phone", "113x\0"),
        ("nguoi-lam", "contact_name", "http://xau.vn"),
        ("nguoi-lam", "unit", "999999"),
        ("nguoi-lam", "unit", "9" * 40),
        ("nguoi-lam", "unit", "\0"),
        ("nguoi-lam", "applicant", "vua"),
        ("ho-tro", "wanted", "tien-mat"),
        ("ho-tro", "wanted", "\0"),
        ("ho-tro", "stage", "x" * 100_000),
    ],
)
def test_hostile_answers_are_refused_with_a_sentence(mine, step, field, value):
    venture = begin(mine)
    before = getattr(venture, field)
    good = {"y-tuong": IDEA, "van-de": PROBLEM, "nguoi-lam": PEOPLE, "ho-tro": WANTED}[step]
    told = good | {field: value} | _version(mine, venture, step)
    for extra in ({}, {"luu": "1"}):
        answer = mine.post(at(venture, step), told | extra)
        assert answer.status_code == 422
        assert 'class="err"' in text(answer)
    assert auto(mine, at(venture, step), **told).status_code == 422
    venture.refresh_from_db()
    assert getattr(venture, field) == before


@pytest.mark.parametrize("name", ["version", "tab", "proof", "key", "luu"])
@pytest.mark.parametrize("value", ["\0", "é" * 100_000, "9" * 500])
def test_hostile_hidden_fields_do_no_harm(mine, name, value):
    venture = begin(mine)
    for url in (at(venture, "van-de"), NEW):
        told = {"key": str(venture.key), **IDEA, **PROBLEM, name: value}
        assert mine.post(url, told).status_code in {302, 409, 422}
    assert Venture.objects.count() == 1


def test_wrong_steps_keys_and_methods(mine):
    venture = begin(mine)
    assert mine.get(at(venture, "khong-co")).status_code == 404
    assert mine.get(reverse("projects:draft", args=[uuid.uuid4(), "y-tuong"])).status_code == 404
    assert mine.get("/y-tuong/nhap/khong-phai-khoa/y-tuong/").status_code == 404
    assert mine.put(at(venture, "van-de")).status_code == 405
    assert mine.delete(NEW).status_code == 405


# -- The file -------------------------------------------------------------------
def upload(name="ban-ve.png"):
    """A small picture of its own colour for each name."""
    content = io.BytesIO()
    Image.new("RGB", (2, 2), crc32(name.encode()) & 0xFFFFFF).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def test_a_file_survives_errors_and_belongs_to_the_draft(client, db):
    venture = begin(client)
    told = _version(client, venture)
    answer = client.post(at(venture, "van-de"), {"attachment": upload(), **told})
    assert answer.status_code == 422
    assert "ban-ve.png" in text(answer)
    stored = StoredFile.objects.get()
    assert stored.subject == venture
    fill(client, venture, "van-de", **PROBLEM)
    assert attachments.attached_to(venture) == [stored]
    assert Client().get(stored.get_absolute_url()).status_code == 404


def named(venture):
    return [stored.name for stored in attachments.attached_to(venture)]


def test_several_files_are_added_and_each_is_removed(mine):
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM, attachment=[upload("mot.png"), upload("hai.png")])
    camera = {"attachment-camera": upload("chup.png")}
    fill(mine, venture, "van-de", **PROBLEM, **camera)
    assert named(venture) == ["mot.png", "hai.png", "chup.png"]
    keys = [str(stored.key) for stored in attachments.attached_to(venture)]
    fill(mine, venture, "van-de", **PROBLEM, **{"attachment-remove": [keys[0], keys[2]]})
    assert named(venture) == ["hai.png"]
    assert StoredFile.objects.filter(object_id__isnull=True).count() == 2
    fill(mine, venture, "van-de", **PROBLEM, **{"attachment-remove": [keys[0], "\0", "x" * 999]})
    assert named(venture) == ["hai.png"]


def test_the_same_file_sent_twice_over_a_broken_line_is_kept_once(mine):
    venture = begin(mine)
    five = [f"{n}.png" for n in range(5)]
    for _press in range(2):
        told = PROBLEM | {"attachment": [upload(name) for name in five]}
        answer = mine.post(at(venture, "van-de"), told | _version(mine, venture))
        assert answer.status_code == 302
        assert named(venture) == five
    again = files.store(upload("0.png"), by=None, at=timezone.now())
    drafts.save(venture, {}, names=(), seen=(), at=timezone.now(),
                attachment=KeptFiles((again,), (again,)))  # fmt: skip
    assert named(venture) == five


def test_a_sixth_file_is_refused_and_five_are_kept(mine):
    venture = begin(mine)
    six = [upload(f"{n}.png") for n in range(6)]
    told = PROBLEM | {"attachment": six} | _version(mine, venture)
    answer = mine.post(at(venture, "van-de"), told)
    assert answer.status_code == 422
    assert "Chỉ giữ được 5 tệp" in text(answer)
    assert named(venture) == [f"{n}.png" for n in range(5)]
    assert StoredFile.objects.filter(object_id=venture.pk).count() == 5
    first = str(attachments.attached_to(venture)[0].key)
    fill(mine, venture, "van-de", **PROBLEM, attachment=upload("moi.png"),
         **{"attachment-remove": first})  # fmt: skip
    assert named(venture) == ["1.png", "2.png", "3.png", "4.png", "moi.png"]


def test_a_bad_file_spoils_none_of_the_others(mine):
    venture = begin(mine)
    bad = SimpleUploadedFile("<b>virus.exe", b"MZ" + b"\0" * 100)
    told = PROBLEM | {"attachment": [upload("mot.png"), bad, upload("hai.png")]}
    answer = mine.post(at(venture, "van-de"), told | _version(mine, venture))
    assert answer.status_code == 422
    assert "&lt;b&gt;virus.exe" in text(answer)
    assert named(venture) == ["mot.png", "hai.png"]


def test_two_pages_each_add_a_file_and_neither_is_lost(mine):
    venture = begin(mine)
    for name in ("mot.png", "hai.png"):
        told = PROBLEM | {"attachment": upload(name)}
        mine.post(at(venture, "van-de"), told | {"version": hidden_version(mine, venture)})
    assert named(venture) == ["mot.png", "hai.png"]


def hidden_version(client, venture):
    return hidden(client.get(at(venture, "van-de")), "version")


def test_a_file_taken_off_on_another_page_does_not_come_back(mine):
    venture = begin(mine)
    bad = {"attachment": [upload("mot.png")], "solution": ""}
    page = mine.post(at(venture, "van-de"), PROBLEM | bad | _version(mine, venture))
    assert "mot.png" in text(page)
    assert "attachment-kept" not in text(page)
    key = str(attachments.attached_to(venture)[0].key)
    fill(mine, venture, "van-de", **PROBLEM, **{"attachment-remove": key})
    assert named(venture) == []
    fill(mine, venture, "van-de", **PROBLEM)
    assert named(venture) == []


def test_a_file_kept_by_its_token_is_attached_when_the_step_is_saved(mine):
    """Another page was quicker: the words are refused, the file waits on the page."""
    venture = begin(mine)
    one, two = _version(mine, venture), _version(mine, venture)
    mine.post(at(venture, "van-de"), PROBLEM | one)
    told = PROBLEM | {"problem": "Khác", "attachment": upload("mot.png")}
    late = mine.post(at(venture, "van-de"), told | two)
    assert late.status_code == 409
    assert named(venture) == []
    again = {"version": hidden(late, "version"), "attachment-kept": hidden(late, "attachment-kept")}
    mine.post(at(venture, "van-de"), PROBLEM | again)
    assert named(venture) == ["mot.png"]
    other = begin(mine)
    stolen = _version(mine, other) | {"attachment-kept": again["attachment-kept"]}
    assert mine.post(at(other, "van-de"), PROBLEM | stolen).status_code == 422
    assert named(other) == []


def test_every_file_is_listed_wherever_the_idea_is(mine, binh):
    venture = begin(mine)
    two = [upload("mot.png"), upload("hai.png")]
    fill(mine, venture, "van-de", **PROBLEM, attachment=two)
    fill(mine, venture, "nguoi-lam", **PEOPLE)
    fill(mine, venture, "ho-tro", **WANTED)
    assert "hai.png" in text(mine.get(at(venture, "gui")))
    mine.post(at(venture, "gui"), CONSENTS)
    venture.refresh_from_db()
    urls = [f"/y-tuong/{venture.code}/", f"/y-tuong/{venture.code}/bien-nhan/"]
    pages = [text(mine.get(url)) for url in urls]
    mine.force_login(binh)
    pages += [text(mine.get(url)) for url in urls]
    answer_of(venture, binh, "accept", "Tốt.")
    venture.refresh_from_db()
    pages.append(text(mine.get(venture.get_absolute_url())))
    for page in pages:
        for stored in attachments.attached_to(venture):
            assert stored.get_absolute_url() in page


def test_the_script_leaves_the_file_alone(mine):
    venture = begin(mine)
    fill(mine, venture, "van-de", **PROBLEM, attachment=upload())
    key = str(attachments.attached_to(venture)[0].key)
    auto(mine, at(venture, "van-de"), **PROBLEM, **{"attachment-remove": key})
    assert named(venture) == ["ban-ve.png"]


def test_a_bad_file_is_refused_and_the_words_are_kept(mine):
    venture = begin(mine)
    bad = SimpleUploadedFile("virus.exe", b"MZ" + b"\0" * 100)
    answer = mine.post(
        at(venture, "van-de"), PROBLEM | {"attachment": bad} | _version(mine, venture)
    )
    assert answer.status_code == 422
    venture.refresh_from_db()
    assert (venture.problem, StoredFile.objects.count()) == (PROBLEM["problem"], 0)


# -- Under 18 -------------------------------------------------------------------
CHILD = {"contact_birth_date": "2010-03-01"}
GUARDIAN = {"guardian_name": "Nguyễn Văn Bảy", "guardian_email": "bay@example.vn"}


@pytest.fixture
def pupil(db):
    user = User.objects.create_user("em.hoc@example.vn", None)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_a_guardian_is_asked_for_on_the_same_step(client, db):
    venture = begin(client)
    assert "guardian_name" not in text(client.get(at(venture, "nguoi-lam")))
    answer = client.post(
        at(venture, "nguoi-lam"), PEOPLE | CHILD | _version(client, venture, "nguoi-lam")
    )
    assert answer.status_code == 422
    assert "Luật yêu cầu cha, mẹ hoặc người giám hộ đồng ý" in text(answer)
    assert set(forms.unfinished(Venture.objects.get(), timezone.localdate())) == {
        "van-de",
        "nguoi-lam",
    }
    fill(client, venture, "nguoi-lam", **(PEOPLE | CHILD | GUARDIAN))
    assert (venture.guardian_name, venture.guardian_email) == tuple(GUARDIAN.values())
    fill(client, venture, "nguoi-lam", **PEOPLE)
    assert (venture.guardian_name, venture.guardian_email) == ("", "")


def test_the_guardian_is_asked_when_the_idea_is_sent(client, pupil):
    client.force_login(pupil)
    venture = write(client, **CHILD, **GUARDIAN)
    assert client.post(at(venture, "gui"), CONSENTS | {"publish_venture": "on"}).status_code == 302
    (asked,) = Guardianship.objects.all()
    assert (asked.child, asked.guardian_email) == (pupil, "bay@example.vn")
    assert OutboxMessage.objects.filter(to="bay@example.vn").count() == 1
    pupil.refresh_from_db()
    assert pupil.is_minor(timezone.localdate())
    assert "Đang hỏi ý kiến người giám hộ" in text(
        client.get(reverse("projects:receipt", args=[Venture.objects.get().code]))
    )


def test_a_pupil_does_not_grow_up_by_a_form(client, pupil):
    User.objects.filter(pk=pupil.pk).update(birth_date=date(2010, 3, 1))
    client.force_login(pupil)
    venture = begin(client)
    answer = client.post(
        at(venture, "nguoi-lam"), PEOPLE | GUARDIAN | _version(client, venture, "nguoi-lam")
    )
    assert answer.status_code == 422
    assert "01/03/2010" in text(answer)


def test_ones_own_address_is_no_guardians(client, pupil):
    client.force_login(pupil)
    venture = begin(client)
    told = PEOPLE | CHILD | GUARDIAN | {"guardian_email": pupil.email}
    answer = client.post(at(venture, "nguoi-lam"), told | _version(client, venture, "nguoi-lam"))
    assert answer.status_code == 422
    assert "Địa chỉ này là của bạn" in text(answer)


def test_guardians_are_not_flooded_with_letters(client, pupil):
    client.force_login(pupil)
    for number in range(drafts.GUARDIANS_A_DAY + 2):
        venture = write(
            client, **CHILD, **(GUARDIAN | {"guardian_email": f"nguoi{number}@example.vn"})
        )
        client.post(at(venture, "gui"), CONSENTS)
    assert Venture.objects.filter(status=S.SUBMITTED).count() == drafts.GUARDIANS_A_DAY + 2
    letters = OutboxMessage.objects.filter(to__startswith="nguoi")
    assert letters.count() == drafts.GUARDIANS_A_DAY


# -- Sending --------------------------------------------------------------------
def test_sent_with_its_number_promise_receipt_and_letter(mine, an, ward):
    today = timezone.localdate()
    Configuration.objects.create(valid_from=date(2025, 7, 1), promise_days=7)
    Holiday.objects.create(day=today + timedelta(days=1), name="Nghỉ")
    Holiday.objects.create(day=today + timedelta(days=2), name="Nghỉ")
    venture = write(mine, unit=ward.pk)
    answer = mine.post(at(venture, "gui"), CONSENTS)
    venture.refresh_from_db()
    assert answer.url == reverse("projects:receipt", args=[venture.code])
    off = {today + timedelta(days=1), today + timedelta(days=2)}
    assert venture.promised_on == add_working_days(today, 7, off)
    page = text(mine.get(answer.url))
    day = f"{venture.promised_on:%d/%m/%Y}"
    (letter,) = OutboxMessage.objects.all()
    assert letter.to == an.email
    for told in (page, letter.body):
        assert f"rước 17 giờ ngày {day}, tức 7 ngày làm việc" in told
        assert venture.fingerprint in told
    assert venture.code in letter.subject
    assert f"/y-tuong/{venture.code}/bien-nhan/" in letter.body
    for words in (venture.code, IDEA["summary"], "Cần thợ hàn.", "05/05/1985", "phường Sa Huỳnh"):
        assert words in page
    an.refresh_from_db()
    assert (an.phone, an.unit) == ("+84905123456", ward)


def test_pressed_five_times_it_is_one_idea(mine, sent):
    receipt = reverse("projects:receipt", args=[sent.code])
    for _ in range(4):
        assert mine.post(at(sent, "gui"), CONSENTS).url == receipt
    assert mine.post(at(sent, "van-de"), PROBLEM).url == receipt
    assert mine.get(at(sent, "y-tuong")).url == receipt
    assert mine.post(NEW, {"key": str(sent.key), **IDEA}).url == receipt
    assert auto(mine, at(sent, "van-de"), problem="Khác").status_code == 409
    assert Event.objects.filter(kind="venture.submit").count() == 1
    assert OutboxMessage.objects.count() == 1
    sent.refresh_from_db()
    assert (sent.number, sent.problem) == (1, PROBLEM["problem"])


def test_consents_are_not_ticked_and_kept_with_their_words(mine, an):
    venture = write(mine)
    page = text(mine.get(at(venture, "gui")))
    assert 'type="checkbox"' in page
    assert "checked" not in page
    refused = mine.post(at(venture, "gui"), {"publish_venture": "on"})
    assert refused.status_code == 422
    assert "cán bộ mới được đọc ý tưởng của bạn" in text(refused)
    assert Consent.objects.count() == 0
    mine.post(at(venture, "gui"), {"process": "on", "publish_venture": "on"})
    given = {c.purpose: c for c in Consent.objects.filter(user=an)}
    assert set(given) == {"process", "publish_venture"}
    assert "91/2025/QH15" in given["process"].text


def test_an_unfinished_idea_is_not_sent(mine):
    venture = begin(mine)
    answer = mine.post(at(venture, "gui"), CONSENTS)
    assert answer.status_code == 422
    assert at(venture, "van-de") in text(answer)
    venture.refresh_from_db()
    assert (venture.status, Consent.objects.count()) == (S.DRAFT, 0)


def sign_in_by_code(client, answer, mailoutbox):
    code = re.search(r"\b\d{6}\b", mailoutbox[-1].body)[0]
    return client.post(answer.url, {"code": code})


def test_without_an_account_to_the_receipt(client, db, mailoutbox):
    venture = write(client)
    answer = client.post(
        at(venture, "gui"), {"process": "on", "publish_venture": "on", "email": "MOI@example.vn"}
    )
    assert answer.url.startswith(reverse("accounts:code_sign_in"))
    assert "moi@example.vn" in text(client.get(answer.url))
    back = sign_in_by_code(client, answer, mailoutbox)
    assert back.url == at(venture, "gui")
    page = text(client.get(back.url))
    venture.refresh_from_db()
    assert (venture.owner.email, venture.status) == ("moi@example.vn", S.DRAFT)
    assert "Một bước nữa" in page
    assert page.count("checked") == 2
    client.post(at(venture, "gui"), {"process": "on", "publish_venture": "on"})
    venture.refresh_from_db()
    owner = venture.owner
    assert (venture.status, venture.number) == (S.SUBMITTED, 1)
    assert (owner.full_name, owner.birth_date) == ("Nguyễn Thị An", date(1985, 5, 5))
    assert [m.to for m in OutboxMessage.objects.all()] == ["moi@example.vn"]
    assert set(owner.consents.values_list("purpose", flat=True)) == {"process", "publish_venture"}


@pytest.mark.parametrize("email", ["", "khong-phai", "a\0@example.vn", "x" * 100_000])
def test_a_wrong_address_sends_no_code(client, db, mailoutbox, email):
    venture = write(client)
    assert client.post(at(venture, "gui"), CONSENTS | {"email": email}).status_code == 422
    assert mailoutbox == []


def test_a_draft_goes_to_who_signs_in_with_it_and_to_nobody_after(client, an, lan):
    venture = begin(client)
    client.force_login(an)
    assert client.get(at(venture, "van-de")).status_code == 200
    venture.refresh_from_db()
    assert (venture.owner, venture.contact_email) == (an, an.email)
    other = begin_session_with(venture.key)
    assert other.get(at(venture, "van-de")).status_code == 404
    other.force_login(lan)
    assert other.get(at(venture, "van-de")).status_code == 404
    assert other.post(at(venture, "gui"), CONSENTS).status_code == 404


def begin_session_with(key):
    """A browser that once held the draft."""
    client = Client()
    begin(client)
    kept = client.session
    kept["drafts"] = [str(key)]
    kept.save()
    return client


# -- Sent back ------------------------------------------------------------------
def test_only_the_parts_to_mend_are_open(mine, sent, binh):
    returned(sent, binh, "solution", "wanted")
    page = mine.get(at(sent, "van-de"))
    assert "Viết rõ ai mua." in text(page)
    assert "id_solution" in text(page)
    assert "id_problem" not in text(page)
    assert mine.get(at(sent, "y-tuong")).url == at(sent, "van-de")
    told = _version(mine, sent) | {"solution": "Bán ở chợ.", "problem": "Khác."}
    assert mine.post(at(sent, "van-de"), told).url == at(sent, "ho-tro")
    mine.post(
        at(sent, "ho-tro"),
        _version(mine, sent, "ho-tro") | {"wanted": "capital", "wanted_note": "Khác"},
    )
    sent.refresh_from_db()
    kept = (sent.solution, sent.problem, sent.wanted, sent.wanted_note)
    assert kept == ("Bán ở chợ.", PROBLEM["problem"], ["capital"], WANTED["wanted_note"])


def test_sent_again_the_clock_goes_on(mine, sent, binh, an):
    returned(sent, binh, "solution")
    before = sent.fingerprint
    fill(mine, sent, "van-de", solution="Bán ở chợ Sa Huỳnh.")
    assert "Gửi lại" in text(mine.get(at(sent, "gui")))
    answer = mine.post(at(sent, "gui"))
    sent.refresh_from_db()
    assert (sent.status, sent.number, sent.mend_fields) == (S.SUBMITTED, 1, [])
    assert sent.fingerprint != before
    page = text(mine.get(answer.url))
    assert "Đã nhận bản sửa của bạn" in page
    assert sent.fingerprint in page
    letter = OutboxMessage.objects.order_by("-pk").first()
    assert "bản sửa" in letter.subject
    assert sent.fingerprint in letter.body
    assert Consent.objects.standing().filter(user=an).count() == 1


def test_a_withdrawn_consent_is_asked_for_again(mine, sent, binh):
    returned(sent, binh, "solution")
    Consent.objects.update(withdrawn_at=timezone.now())
    assert mine.post(at(sent, "gui")).status_code == 422
    assert mine.post(at(sent, "gui"), CONSENTS).status_code == 302
    sent.refresh_from_db()
    assert sent.status == S.SUBMITTED


# -- Letters of the answer ------------------------------------------------------
def answer_of(venture, by, step, note, **data):
    now = timezone.now()
    VENTURES.advance(venture, "screen", by=by, at=now)
    VENTURES.advance(venture, step, by=by, at=now, note=note, data=data)
    assert OutboxMessage.objects.filter(event__kind="venture.release").count() == 0
    VENTURES.advance(venture, "release", by=by, at=now)
    return OutboxMessage.objects.get(event__kind="venture.release")


def test_the_letter_of_a_yes(sent, binh):
    letter = answer_of(sent, binh, "accept", "Chúc mừng & cố lên.")
    assert letter.subject == f"Ý tưởng của bạn đạt, nay là dự án {sent.code_as('DA')}"
    assert "Chúc mừng & cố lên." in letter.body
    assert f"/du-an/{sent.code_as('DA')}/" in letter.body


def test_the_letter_of_mending(sent, binh):
    letter = answer_of(sent, binh, "return", "Viết rõ <ai> mua.", fields=["title", "unit"])
    assert letter.subject == f"Ý tưởng {sent.code} cần bổ sung"
    assert "- Tên ý tưởng\n- Xã, phường\n" in letter.body
    assert "Viết rõ <ai> mua." in letter.body
    assert f"/y-tuong/{sent.code}/" in letter.body


@pytest.mark.parametrize("reason", [row["code"] for row in reasons.SEED])
def test_the_letter_of_a_no_says_why_and_what_next(sent, binh, reason):
    letter = answer_of(sent, binh, "decline", "", reason=reason)
    assert letter.subject == f"Trả lời về ý tưởng {sent.code}"
    told = reasons.told(reason)
    assert told.words
    assert told.words in letter.body
    assert told.step
    assert told.step in letter.body


# -- The founder's page ---------------------------------------------------------
def page_of(client, venture):
    return text(client.get(reverse("projects:idea", args=[venture.code_as("YT")])))


def test_the_story_so_far_keeps_decisions_back_until_release(mine, sent, binh):
    now = timezone.now()
    assert "Bạn gửi ý tưởng, mã YT-" in page_of(mine, sent)
    VENTURES.advance(sent, "screen", by=binh, at=now)
    page = page_of(mine, sent)
    assert "Cán bộ bắt đầu xem" in page
    assert "Trần Bình" not in page
    VENTURES.advance(sent, "decline", by=binh, at=now, note="Bí mật.", data={"reason": "outside"})
    page = page_of(mine, sent)
    for words in ("Bí mật.", "Chưa phù hợp", "chưa phù hợp", "địa bàn hoặc đối tượng", "Trần Bình"):
        assert words not in page
    assert "Đang xem" in page
    assert "Hẹn trả lời trước 17 giờ" in page
    VENTURES.advance(sent, "release", by=binh, at=now)
    page = page_of(mine, sent)
    assert "Bí mật." in page
    assert "Lần này ý tưởng chưa phù hợp: Không thuộc địa bàn" in page
    assert reasons.told("outside").step in page
    assert "Trần Bình" not in page


def test_a_decision_waiting_shows_in_no_page_of_the_founder(mine, sent, binh):
    """The parts to mend and the sentence are on the row already: no page may tell."""
    now = timezone.now()
    told = {"fields": ["novelty"]}
    VENTURES.advance(sent, "return", by=binh, at=now, note="Bí mật.", data=told)
    pages = [
        reverse("projects:ideas"),
        reverse("projects:receipt", args=[sent.code]),
        reverse("projects:idea", args=[sent.code]),
    ]
    for url in pages:
        page = text(mine.get(url))
        assert "Bí mật." not in page
        assert "Cần bổ sung" not in page
        assert "Chờ phát hành" not in page


def test_mending_shows_the_way(mine, sent, binh):
    returned(sent, binh, "solution")
    page = page_of(mine, sent)
    assert "Viết rõ ai mua." in page
    assert f"/y-tuong/nhap/{sent.key}/" in page
    assert "Cán bộ nhờ bạn sửa: Cách làm." in page


def test_accepted_the_story_stays_and_leads_to_the_project(mine, sent, binh):
    answer_of(sent, binh, "accept", "Tốt lắm.")
    sent.refresh_from_db()
    page = page_of(mine, sent)
    assert f"Từ nay là dự án {sent.code}" in page
    assert sent.get_absolute_url() in page


def test_any_prefix_finds_the_idea(mine, sent, client):
    number = sent.code[2:]
    for other in (f"DA{number}", f"DN{number}", f"yt{number}", f"YT-{sent.year}-{sent.number}"):
        answer = mine.get(reverse("projects:idea", args=[other]))
        assert (answer.status_code, answer.url) == (302, sent.get_absolute_url())
    receipt = mine.get(reverse("projects:receipt", args=[f"DA{number}"]))
    assert receipt.url == reverse("projects:receipt", args=[sent.code])


@pytest.mark.parametrize("code", ["YT-2026-9999", "khong", "YT-2026-9999999", "%00", "YT-1-1"])
def test_unknown_codes(mine, sent, code):
    for page in ("", "bien-nhan/"):
        assert mine.get(f"/y-tuong/{code}/{page}").status_code in {400, 404}


def test_a_stranger_finds_nothing(sent, lan):
    for client in (Client(), Client()):
        for name in ("idea", "receipt"):
            assert client.get(reverse(f"projects:{name}", args=[sent.code])).status_code == 404
        url = reverse("projects:consents", args=[sent.code])
        assert client.post(url, {"purpose": "publish_name", "give": "1"}).status_code == 404
        client.force_login(lan)


def test_officials_get_the_desk_and_the_receipt(client, sent, binh):
    client.force_login(binh)
    assert "projects/idea_office.html" in _templates(client.get(f"/y-tuong/{sent.code}/"))
    assert client.get(f"/y-tuong/{sent.code}/bien-nhan/").status_code == 200
    refused = client.post(
        reverse("projects:consents", args=[sent.code]), {"purpose": "publish_name", "give": "1"}
    )
    assert refused.status_code == 403
    assert Consent.objects.filter(purpose="publish_name").count() == 0


def _templates(answer):
    return {t.name for t in answer.templates}


def test_publishing_is_agreed_to_and_withdrawn(mine, sent, an):
    url = reverse("projects:consents", args=[sent.code])
    for purpose in ("publish_venture", "publish_name"):
        for _ in range(2):
            assert mine.post(url, {"purpose": purpose, "give": "1"}).status_code == 302
    assert drafts.standing(sent, timezone.localdate()) == {
        "process",
        "publish_venture",
        "publish_name",
    }
    mine.post(url, {"purpose": "publish_name", "withdraw": "1"})
    assert drafts.standing(sent, timezone.localdate()) == {"process", "publish_venture"}
    for purpose in ("process", "", "\0", "x" * 100_000):
        mine.post(url, {"purpose": purpose})
    assert drafts.standing(sent, timezone.localdate()) == {"process", "publish_venture"}
    assert Consent.objects.filter(user=an).count() == 3
    assert mine.get(url).status_code == 405


# -- The list -------------------------------------------------------------------
def test_the_list_is_ones_own_drafts_first(mine, sent, an, lan, binh):
    later = begin(mine, title="Nước mắm")
    Venture.objects.create(owner=lan, title="Của Lan")
    page = text(mine.get("/y-tuong/"))
    assert page.index("Nước mắm") < page.index(sent.title)
    assert "Của Lan" not in page
    assert "hẹn trả lời trước 17 giờ ngày" in page
    assert at(later, "y-tuong") in page


def test_the_list_asks_visitors_to_sign_in_and_shows_officials_the_queue(client, db, binh):
    assert client.get("/y-tuong/").url.startswith(reverse("account_login"))
    client.force_login(binh)
    assert "projects/queue.html" in _templates(client.get("/y-tuong/"))
    assert "projects/ideas_own.html" in _templates(client.get("/y-tuong/cua-toi/"))


def test_an_empty_list_says_what_to_do(mine):
    assert "Viết ý tưởng đầu tiên" in text(mine.get("/y-tuong/"))


def test_the_list_costs_the_same_for_one_and_for_three(mine, sent, an):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert mine.get("/y-tuong/").status_code == 200
        return len(asked)

    mine.get("/y-tuong/")
    one = cost()
    for number in range(2, 4):
        Venture.objects.create(
            owner=an, title="x", year=2026, number=number + 100, status=S.SUBMITTED,
            promised_on=date(2026, 12, 1),
        )  # fmt: skip
    assert cost() == one


def test_what_a_step_and_a_sending_cost(mine, an):
    venture = write(mine)
    told = _version(mine, venture) | PROBLEM
    with CaptureQueriesContext(connection) as step:
        mine.post(at(venture, "van-de"), told)
    assert len(step) <= 15
    with CaptureQueriesContext(connection) as sending:
        mine.post(at(venture, "gui"), CONSENTS)
    assert len(sending) <= 31
    an.refresh_from_db()
    assert an.phone == "+84905123456"  # the account learnt it
    assert Consent.objects.standing().filter(user=an).count() == 1


def test_a_visitor_may_upload_only_so_many_files_an_hour(client, db, monkeypatch):
    monkeypatch.setattr(whose, "FILES_AN_HOUR", 1)
    venture = begin(client)

    fill(client, venture, "van-de", **PROBLEM, attachment=upload())
    page = client.get(at(venture, "van-de"))
    told = {"version": hidden(page, "version"), "tab": hidden(page, "tab"), **PROBLEM}
    refused = client.post(at(venture, "van-de"), {**told, "attachment": upload("hai.png")})

    assert refused.status_code == 422
    assert "Nhiều tệp vừa được gửi" in text(refused)
    assert StoredFile.objects.count() == 1
