"""The judges' words to entrants: moderated, anonymous, and read only when published."""

import pytest

from contests import feedback, moderation
from contests.models import Feedback, Round, ScoreSheet
from contests.tests.cast import judge, scored
from contests.tests.paper_cast import judged, locked
from core.models import Event
from core.words import Refused
from core.workflow import Blocked

pytestmark = pytest.mark.django_db
URL = "/cuoc-thi/khoi-nghiep/vong/so-khao/nhan-xet/"


@pytest.fixture
def scene(em, giang, ha, an, lan, now):
    contest, found, entries, judges = judged(em, giang, ha, an, lan, now)
    for place, sheet in enumerate(found.sheets.filter(entry=entries[0]).order_by("pk")):
        words = ("Ý hay, cần tính giá.", "Dở quá.")[place]
        ScoreSheet.objects.filter(pk=sheet.pk).update(feedback=words)
    return contest, locked(found, giang, em, now), entries, judges


def sheets(scene):
    return list(scene[1].sheets.exclude(feedback="").order_by("pk"))


def approve(sheet, by, at, text="Ý hay, cần tính giá."):
    return feedback.decide(
        sheet, "approve", by=by, at=at, text=text, seen=moderation.seen(sheet.feedback)
    )


def hold(sheet, by, at, note="Lời nặng"):
    return feedback.decide(
        sheet, "hold", by=by, at=at, note=note, seen=moderation.seen(sheet.feedback)
    )


def read(entry):
    return [(found.name, texts) for found, texts in moderation.for_entrant(entry)]


def test_the_entrant_reads_what_was_approved_after_publishing_only(scene, em, now):
    first, second = sheets(scene)
    approve(first, em, now)
    hold(second, em, now)
    entry = scene[2][0]
    assert read(entry) == []
    Round.objects.update(status="published", published_at=now)
    assert read(entry) == [("Vòng sơ khảo", ["Ý hay, cần tính giá."])]
    assert read(scene[2][1]) == []


def test_an_edit_keeps_the_original_and_the_journal_says_who(scene, em, now):
    sheet = sheets(scene)[1]
    kept = approve(sheet, em, now, "Nên tính lại giá bán.")
    assert (kept.original, kept.text) == ("Dở quá.", "Nên tính lại giá bán.")
    assert (kept.decided_by, kept.decided_at) == (em, now)
    assert Event.objects.get(kind="feedback.approve").actor == em
    sheet.refresh_from_db()
    assert sheet.feedback == "Dở quá."


def test_words_written_anew_are_read_anew(scene, em, now):
    sheet = sheets(scene)[0]
    approve(sheet, em, now)
    Round.objects.update(status="published", published_at=now)
    ScoreSheet.objects.filter(pk=sheet.pk).update(feedback="Lời khác")
    assert read(scene[2][0]) == []
    with pytest.raises(Refused, match="viết lại"):
        approve(sheet, em, now)


@pytest.mark.parametrize("text", ["", "   \n"])
def test_nothing_is_not_sent(scene, em, now, text):
    with pytest.raises(Refused):
        approve(sheets(scene)[0], em, now, text)
    assert Feedback.objects.count() == 0


def test_holding_back_needs_a_reason_and_can_be_undone(scene, em, now):
    sheet = sheets(scene)[0]
    with pytest.raises(Blocked):
        hold(sheet, em, now, " ")
    assert hold(sheet, em, now).status == "held"
    assert approve(sheet, em, now).status == "approved"


def test_not_while_the_judges_still_write(scene, em, now):
    Round.objects.update(status="judging")
    with pytest.raises(Refused, match="Khóa điểm"):
        approve(sheets(scene)[0], em, now)


def test_a_trainee_s_words_and_an_own_entry_s_are_not_there(client, scene, em, binh, quan, now):
    contest, found, (first, second), _judges = scene
    trainee = judge(contest, quan, em, is_shadow=True)
    told = scored(found, second, trainee, 5, now)
    ScoreSheet.objects.filter(pk=told.pk).update(feedback="Tập sự viết")
    first.members.create(user=binh, name="Bình")
    client.force_login(binh)
    assert list(client.get(URL).context["page"]) == []
    own = sheets(scene)[0]
    assert client.post(f"{URL}{own.pk}/approve/", {"text": "x"}).status_code == 404
    with pytest.raises(Refused):
        approve(own, binh, now)


@pytest.mark.parametrize(
    ("who", "status"),
    [("em", 200), ("binh", 200), ("khoa", 403),
     ("giang", 403), ("ha", 403), ("an", 403), (None, 403)],
)  # fmt: skip
def test_who_moderates(client, request, scene, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(URL).status_code == status
    sheet = sheets(scene)[0]
    data = {"text": "Lời đã sửa", "seen": moderation.seen(sheet.feedback)}
    answer = client.post(f"{URL}{sheet.pk}/approve/", data)
    assert answer.status_code == {200: 302}.get(status, status)
    assert Feedback.objects.count() == (1 if status == 200 else 0)


def test_the_page_names_no_judge(client, scene, em, giang, ha):
    client.force_login(em)
    told = client.get(URL).content.decode()
    assert "Ý hay, cần tính giá." in told
    assert giang.full_name not in told
    assert ha.full_name not in told


@pytest.mark.parametrize("rows", [1, 2])
def test_the_page_costs_the_same(client, scene, em, rows, now, django_assert_num_queries):
    for sheet in sheets(scene)[:rows]:
        approve(sheet, em, now)
    client.force_login(em)
    client.get(URL)
    with django_assert_num_queries(7):
        client.get(URL)


def test_only_its_people_take_it_home_and_no_judge_is_named(
    client, request, scene, em, giang, ha, now
):
    first, second = sheets(scene)
    approve(first, em, now)
    hold(second, em, now)
    url = f"/bai-du-thi/{scene[2][0].key}/nhan-ve/"
    told = {}
    for status in ("locked", "published"):
        Round.objects.update(status=status, published_at=now)
        for who in ("an", "lan", "em", "giang", "ha", "khoa", None):
            client.logout()
            if who:
                client.force_login(request.getfixturevalue(who))
            answer = client.get(url)
            told[status, who] = (answer.status_code, "cần tính giá" in answer.content.decode())
            assert "Dở quá." not in answer.content.decode()
            if who == "an":
                assert giang.full_name not in answer.content.decode()
                assert ha.full_name not in answer.content.decode()
    others = ("lan", "em", "giang", "ha", "khoa", None)
    assert told == {("locked", "an"): (200, False), ("published", "an"): (200, True)} | {
        (status, who): (404, False) for status in ("locked", "published") for who in others
    }
