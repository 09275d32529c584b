"""The quarterly check-in by link, and the request that a need becomes."""

from datetime import date, datetime, timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, connection
from django.utils import timezone

from core.models import Event, OutboxMessage
from core.periods import LOCAL, Quarter, day_of
from core.workflow import Blocked
from projects import checkins, tasks
from projects.models import CheckIn, HelpRequest, Recognition
from projects.tests.desk_cast import consent, formation, idea, project
from projects.tests.market_cast import ANSWERS, answered, asked
from projects.tests.test_threads import together
from projects.workflow import FORMATIONS, HELP_REQUESTS, RECOGNITIONS

CAST = ("an", "binh", "chi", "em", "dung", "giang", "ha", "khoa", "lan", "quan")
OFFICIALS = {"binh", "chi", "em"}
POSTED = {
    "revenue_band": "under_30m", "jobs": "3", "jobs_women": "2", "channels": ["direct", "social"],
    "went_well": "Bán hết hàng Tết.", "needed": "", "needed_words": "",
}  # fmt: skip
NEED = {"needed": "packaging", "needed_words": "Cần nhãn mới."}


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    """A project for a year already."""
    return project(an, em, now - timedelta(days=365))


@pytest.fixture
def open_one(venture, now):
    return asked(venture, now)


@pytest.fixture
def link(open_one):
    return checkins.link_of(open_one)


def text(answer):
    return answer.content.decode()


def letters(kind):
    return OutboxMessage.objects.filter(event__kind=kind)


# -- Asking -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "quarter", "last"),
    [
        (date(2026, 9, 14), "2026-Q2", date(2026, 9, 14)),
        (date(2026, 9, 15), "2026-Q3", date(2026, 12, 14)),
        (date(2026, 12, 14), "2026-Q3", date(2026, 12, 14)),
        (date(2026, 12, 15), "2026-Q4", date(2027, 3, 14)),
    ],
)
def test_the_quarter_that_closed_last_is_asked_about(day, quarter, last):
    about = checkins.asked_about(day)
    assert about.code == quarter
    assert CheckIn(year=about.year, number=about.number).last_day == last


def test_each_venture_gets_one_letter_with_a_link(client, venture, mailoutbox):
    for _n in range(3):
        tasks.open_check_ins()
    row = CheckIn.objects.get()
    (letter,) = letters("checkin.ask")
    assert letter.to == "an@example.vn"
    path = checkins.link_of(row)
    assert f"{path}\n" in letter.body
    assert client.get(path).status_code == 200


def test_only_projects_and_enterprises_of_that_quarter_are_asked(
    an, lan, ha, em, binh, chi, venture, now
):
    idea(lan, now)
    project(lan, em, now)  # recognised today: after the quarter closed
    registered = project(ha, em, now - timedelta(days=365))
    made = formation(registered, binh, now - timedelta(days=300))
    FORMATIONS.advance(made, "verify", by=chi, at=now)
    RECOGNITIONS.advance(registered.recognitions.get(), "retract", by=em, at=now, note="Nhầm.")
    gone = project(lan, em, now - timedelta(days=365))
    RECOGNITIONS.advance(Recognition.objects.get(venture=gone), "retract", by=em, at=now, note="X")
    assert checkins.ask_all(now) == 2
    assert set(CheckIn.objects.values_list("venture_id", flat=True)) == {venture.pk, registered.pk}


def test_a_clock_set_back_asks_nobody(venture, now):
    assert checkins.ask_all(now) == 1
    assert checkins.ask_all(now - timedelta(days=120)) == 0
    assert checkins.ask_all(now + timedelta(days=120)) == 1
    assert checkins.ask_all(now) == 0


def test_one_row_a_venture_and_quarter(open_one, venture, now):
    with pytest.raises(IntegrityError):
        CheckIn.objects.create(
            venture=venture, year=open_one.year, number=open_one.number, asked_at=now
        )


@pytest.mark.threads
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the in-memory SQLite of the tests has one connection"
)
@pytest.mark.parametrize("_round", range(3))
def test_of_two_workers_each_venture_is_asked_once(an, ha, em, now, _round):
    for owner in (an, ha):
        project(owner, em, now - timedelta(days=365))
    results = together(6, lambda _i: checkins.ask_all(now))
    assert sum(results) == 2
    assert letters("checkin.ask").count() == CheckIn.objects.count() == 2


def test_the_owner_meets_the_open_one_on_top_of_the_page(client, venture, open_one, an, binh, now):
    told = f"Hỏi thăm {open_one.quarter} đang chờ bạn"
    path = venture.get_absolute_url()
    meets = {}
    for who in (an, binh):
        client.force_login(who)
        meets[who] = told in text(client.get(path))
    assert meets == {an: True, binh: False}
    answered(open_one, now)
    client.force_login(an)
    assert told not in text(client.get(path))


# -- The link ---------------------------------------------------------------------
def test_it_is_answered_without_a_password_and_may_be_corrected(client, link, open_one, an):
    page = client.get(link)
    assert page.status_code == 200
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert client.get(link).context["form"].initial == {}
    assert not Event.objects.about(open_one).filter(kind="checkin.answer").exists()
    answer = client.post(link, POSTED)
    assert (answer.status_code, answer.url) == (302, link)
    open_one.refresh_from_db()
    told = {name: getattr(open_one, name) for name in ANSWERS}
    assert told == ANSWERS
    assert client.get(link).context["form"].initial == ANSWERS
    first = open_one.answered_at
    client.post(link, POSTED)  # pressed twice
    open_one.refresh_from_db()
    assert open_one.answered_at == first
    client.post(link, POSTED | {"jobs": "4"})
    open_one.refresh_from_db()
    assert open_one.jobs == 4
    verbs = Event.objects.about(open_one).order_by("pk").values_list("kind", flat=True)
    assert list(verbs) == ["checkin.ask", "checkin.answer", "checkin.correct"]
    assert Event.objects.about(open_one).latest("pk").data == {"changed": ["jobs"], "by_link": True}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"revenue_band": ""}, "Chọn một mục."),
        ({"revenue_band": "gold"}, "Chọn một mục."),
        ({"jobs": ""}, "Viết một số"),
        ({"jobs": "ba"}, "Viết một số"),
        ({"jobs": "-1"}, "Viết một số"),
        ({"jobs": "9" * 30}, "Viết một số"),
        ({"jobs_women": "4"}, "Số nữ không thể nhiều hơn số người làm."),
        ({"channels": ["moon"]}, "Chọn một mục."),
        ({"went_well": "x" * 501}, "Ô này dài quá."),
        ({"needed": "gold"}, "Chọn một mục."),
        ({"needed_words": "Cần nhãn."}, "Chọn một loại cho điều bạn vừa viết."),
        ({"went_well": "a\0b"}, "Ô này có ký tự lạ."),
    ],
)
def test_an_answer_that_is_not_right_is_shown_again(client, link, open_one, fields, words):
    answer = client.post(link, POSTED | fields)
    assert answer.status_code == 422
    assert words in text(answer)
    open_one.refresh_from_db()
    assert open_one.answered_at is None


def test_what_must_be_answered_is_little(client, link, open_one):
    client.post(link, {"revenue_band": "none", "jobs": "0"})
    open_one.refresh_from_db()
    assert (open_one.revenue_band, open_one.jobs, open_one.jobs_women) == ("none", 0, None)
    assert not HelpRequest.objects.exists()


def signed(told, salt=checkins.SALT):
    return f"/hoi-tham/{signing.Signer(salt=salt).sign_object(told)}/"


def test_no_other_link_opens_anything(client, link, open_one, venture, an, lan, em, now):
    other = project(lan, em, now - timedelta(days=365))
    told = [open_one.pk, venture.pk, open_one.quarter.code, an.pk]
    assert client.get(signed(told)).status_code == 200
    wrong = [
        f"{link[:-2]}x/",
        "/hoi-tham/x/",
        signed(told, salt="another.purpose"),
        signed([open_one.pk, other.pk, open_one.quarter.code, an.pk]),
        signed([open_one.pk, venture.pk, open_one.quarter.next.code, an.pk]),
        signed([open_one.pk, venture.pk, open_one.quarter.code, lan.pk]),
        signed([9999, venture.pk, open_one.quarter.code, an.pk]),
        signed({"pk": open_one.pk}),
        signed("xxxx"),
        signed([None, None, None, None]),
    ]
    for url in wrong:
        assert client.get(url).status_code == 404, url
        assert client.post(url, POSTED).status_code == 404, url
    open_one.refresh_from_db()
    assert open_one.answered_at is None


def test_a_venture_that_changed_hands_has_another_link(client, link, venture, lan):
    type(venture).objects.update(owner=lan)
    assert client.get(link).status_code == 404


def test_until_the_next_cut_off_and_no_longer(client, venture, monkeypatch):
    row = CheckIn.objects.create(
        venture=venture, year=2026, number=3, asked_at=datetime(2026, 9, 15, tzinfo=LOCAL)
    )
    url = checkins.link_of(row)
    for moment, status in (
        (datetime(2026, 12, 14, 23, 59, 59, tzinfo=LOCAL), 200),
        (datetime(2026, 12, 15, tzinfo=LOCAL), 410),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        answer = client.get(url)
        assert answer.status_code == status
    assert "14/12/2026" in text(answer)
    assert client.post(url, POSTED).status_code == 410
    row.refresh_from_db()
    assert row.answered_at is None
    with pytest.raises(checkins.Expired):  # the form was open when the time ran out
        checkins.answer(row, ANSWERS, at=datetime(2026, 12, 15, tzinfo=LOCAL))


def test_the_form_costs_little(client, link, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(link)


# -- Who reads the answers ----------------------------------------------------------
def test_only_the_owner_and_officials_read_them(client, request, venture, open_one, an, now):
    consent(an, venture, "publish_venture", at=now)
    answered(open_one, now, went_well="Điều riêng của quý.", **NEED)
    wanted = HelpRequest.objects.get()
    readers, askers = set(), set()
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        if "Điều riêng của quý." in text(client.get(venture.get_absolute_url())):
            readers.add(name)
        if client.get(wanted.get_absolute_url()).status_code == 200:
            askers.add(name)
    assert readers == askers == OFFICIALS | {"an"}
    client.logout()
    page = text(client.get(venture.get_absolute_url()))
    assert "Điều riêng của quý." not in page
    assert "Cần nhãn mới." not in page
    assert client.get(wanted.get_absolute_url()).status_code == 404


def test_the_owner_alone_gets_the_link_on_the_page(client, venture, link, an, chi):
    client.force_login(an)
    assert link in text(client.get(venture.get_absolute_url()))
    client.force_login(chi)
    assert link not in text(client.get(venture.get_absolute_url()))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_ventures_page_costs_the_same(
    client, venture, chi, an, now, rows, django_assert_num_queries
):
    for n in range(rows):
        row = asked(venture, now + timedelta(days=91 * n))
        answered(row, row.asked_at, **NEED)
    client.force_login(chi)
    client.get(venture.get_absolute_url())
    with django_assert_num_queries(13):
        client.get(venture.get_absolute_url())


# -- The request --------------------------------------------------------------------
def test_a_need_becomes_one_request(client, link, venture):
    for _n in range(2):
        client.post(link, POSTED | NEED)
    wanted = HelpRequest.objects.get()
    assert (wanted.kind, wanted.words, wanted.status) == ("packaging", "Cần nhãn mới.", "open")
    assert wanted.venture == venture
    client.post(link, POSTED | NEED | {"needed_words": "Cần nhãn và hộp."})
    assert HelpRequest.objects.get().words == "Cần nhãn và hộp."
    client.post(link, POSTED)  # nothing is needed any more
    assert HelpRequest.objects.get().status == "withdrawn"


def test_what_somebody_took_is_not_reworded(open_one, chi, now):
    answered(open_one, now, **NEED)
    first = HelpRequest.objects.get()
    HELP_REQUESTS.advance(first, "take", by=chi, at=now)
    answered(open_one, now, **NEED, jobs=4)
    assert HelpRequest.objects.count() == 1
    answered(open_one, now, needed="capital", needed_words="Cần vốn.")
    assert list(HelpRequest.objects.order_by("pk").values_list("kind", "status")) == [
        ("packaging", "taken"),
        ("capital", "open"),
    ]
    answered(open_one, now)
    assert list(HelpRequest.objects.order_by("pk").values_list("status", flat=True)) == [
        "taken",
        "withdrawn",
    ]


def test_the_founder_gets_a_name_when_it_is_taken(client, open_one, venture, an, chi, now):
    answered(open_one, now, **NEED)
    wanted = HelpRequest.objects.get()
    client.force_login(chi)
    client.post(f"{wanted.get_absolute_url()}buoc/take/")
    (letter,) = letters("helprequest.take")
    assert letter.to == "an@example.vn"
    assert "Lê Chi nhận giúp" in letter.body
    without = client.post(f"{wanted.get_absolute_url()}buoc/done/", follow=True)
    assert "Ghi một câu lý do" in str(list(without.context["messages"])[-1])
    client.post(f"{wanted.get_absolute_url()}buoc/done/", {"note": "Đã làm nhãn cùng nhau."})
    wanted.refresh_from_db()
    assert (wanted.status, wanted.answer) == ("done", "Đã làm nhãn cùng nhau.")
    assert "Đã làm nhãn cùng nhau." in letters("helprequest.done").get().body
    client.force_login(an)
    assert "Người nhận: Lê Chi" in text(client.get(venture.get_absolute_url()))
    assert "Đã làm nhãn cùng nhau." in text(client.get(wanted.get_absolute_url()))


@pytest.mark.parametrize("status", ["open", "taken", "done", "declined", "withdrawn"])
def test_who_may_do_what_with_a_request(request, open_one, an, chi, now, status):
    answered(open_one, now, **NEED)
    wanted = HelpRequest.objects.get()
    for step in {"open": [], "taken": ["take"], "done": ["take", "done"],
                 "declined": ["decline"], "withdrawn": []}[status]:  # fmt: skip
        HELP_REQUESTS.advance(wanted, step, by=chi, at=now, note="Vì sao.")
    if status == "withdrawn":
        HELP_REQUESTS.advance(wanted, "withdraw", by=an, at=now)
    may = {
        "open": {"take": OFFICIALS, "decline": OFFICIALS, "withdraw": {"an"}},
        "taken": {"done": OFFICIALS, "decline": OFFICIALS},
    }.get(status, {})
    for step in HELP_REQUESTS.names:
        found = {
            n for n in CAST if not HELP_REQUESTS.why_not(wanted, step, request.getfixturevalue(n))
        }
        assert found == may.get(step, set()), step


def test_nobody_answers_their_own_request(binh, em, now):
    own = project(binh, em, now - timedelta(days=365))
    answered(asked(own, now), now, **NEED)
    with pytest.raises(Blocked, match="không phải hồ sơ của mình"):
        HELP_REQUESTS.advance(HelpRequest.objects.get(), "take", by=binh, at=now)


@pytest.mark.threads
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the in-memory SQLite of the tests has one connection"
)
def test_of_two_presses_one_request_is_made(an, em, now):
    row = asked(project(an, em, now - timedelta(days=365)), now)
    together(6, lambda _i: answered(CheckIn.objects.get(pk=row.pk), now, **NEED))
    assert HelpRequest.objects.count() == 1


# -- The officials' list --------------------------------------------------------------
@pytest.fixture
def three(an, ha, lan, em, chi, binh, now):
    made = []
    for owner, kind in ((an, "capital"), (ha, "packaging"), (lan, "capital")):
        row = asked(project(owner, em, now - timedelta(days=365)), now)
        answered(row, now, needed=kind, needed_words=f"{owner.full_name} cần.")
        made.append(HelpRequest.objects.latest("pk"))
    HELP_REQUESTS.advance(made[1], "take", by=chi, at=now)
    HELP_REQUESTS.advance(made[2], "decline", by=binh, at=now, note="Hết hạn mức.")
    return made


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ({}, [0]),
        ({"loc": "dang-giup"}, [1]),
        ({"loc": "cua-toi"}, [1]),
        ({"loc": "da-xong"}, [2]),
        ({"loc": "tat-ca"}, [0, 1, 2]),
        ({"loc": "tat-ca", "loai": "capital"}, [0, 2]),
        ({"loc": "x", "loai": "y", "trang": "z"}, [0]),
    ],
)
def test_the_list_and_its_filters(client, three, chi, asked_for, found):
    client.force_login(chi)
    rows = client.get("/yeu-cau/", asked_for).context["rows"]
    assert [row["request"] for row in rows] == [three[n] for n in found]


def test_who_reads_the_list(client, request, db):
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        assert client.get("/yeu-cau/").status_code == (200 if name in OFFICIALS else 403), name


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(client, venture, chi, now, rows, django_assert_num_queries):
    for n in range(rows):
        row = asked(venture, now + timedelta(days=91 * n))
        answered(row, row.asked_at, **NEED)
    client.force_login(chi)
    client.get("/yeu-cau/")
    with django_assert_num_queries(5):
        assert len(client.get("/yeu-cau/").context["rows"]) == rows


def test_the_quarter_of_a_day_in_vietnam(now):
    assert checkins.asked_about(day_of(now)) == Quarter.of(day_of(now)).previous
