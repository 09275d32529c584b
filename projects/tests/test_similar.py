"""Ideas alike: the measure, its order, its bound, and that founders see only what is public."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Consent, Visitor
from core.text import fold
from projects import similar
from projects.models import Venture
from projects.tests.test_intake import IDEA, at, begin, fill, text

TODAY = date(2026, 11, 20)
WORDS = f"{IDEA['title']} {IDEA['summary']}"


@pytest.fixture
def venture(an, now):
    """A project with these words; public unless told otherwise."""
    numbers = iter(range(1, 1000))

    def make(title, summary="Sấy cá bằng nắng, không sợ mưa.", *, public=True, **fields):
        made = Venture(
            owner=an, title=title, summary=summary, year=2026, number=next(numbers),
            **{"level": "project", "status": "accepted"} | fields,
        )  # fmt: skip
        made.search_text = made.searchable()
        made.save()
        if public:
            Consent.objects.create(
                user=made.owner, purpose="publish_venture", subject_kind="venture",
                subject_id=made.pk, text="lời", version="1", given_at=now,
            )  # fmt: skip
        return made

    return make


def public():
    return Venture.objects.public(TODAY)


def test_trigrams_are_those_of_pg_trgm():
    assert similar.trigrams("ca com") == {"  c", " ca", "ca ", " co", "com", "om "}
    assert similar.trigrams("!? _") == set()
    assert similar.likeness(set(), set()) == 0
    assert similar.likeness(similar.trigrams("word"), similar.trigrams("two words")) == 4 / 11


def test_the_likest_comes_first_and_the_unlike_not_at_all(venture):
    same = venture(IDEA["title"])
    near = venture("Tủ sấy mực chạy bằng nắng", "Sấy mực bằng nắng, không sợ mưa gió.")
    venture("Bản đồ chợ phiên", "Chợ nào họp ngày nào, ai bán gì.")
    assert similar.alike(WORDS, public()) == [same, near]
    assert similar.alike(WORDS.upper(), public()) == [same, near]
    assert similar.alike(fold(WORDS), public()) == [same, near]
    assert similar.alike(WORDS, public(), most=1) == [same]


def test_at_most_three(venture):
    made = [venture(IDEA["title"]) for _ in range(5)]
    assert similar.alike(WORDS, public()) == made[:1:-1]


@pytest.mark.parametrize("words", ["", "cá", "!!!", "\u0300" * 50, "%_'\"\\", "x" * 100_000])
def test_too_little_or_strange_is_like_nothing(venture, words):
    venture(IDEA["title"])
    assert similar.alike(words, public()) == []


def test_the_cost_is_bounded(venture, monkeypatch):
    monkeypatch.setattr(similar, "LOOKED_AT", 2)
    for number in range(4):
        venture(f"Tủ sấy mực {number} chạy bằng nắng")
    similar.alike(WORDS, public())  # whether pg_trgm is there is asked once
    with CaptureQueriesContext(connection) as asked:
        found = similar.alike(WORDS, public())
    assert len(asked) == (1 if connection.vendor == "postgresql" else 2)
    assert len(found) == 2


# -- The founder's hint ---------------------------------------------------------
def test_the_next_step_shows_what_is_public_only(client, venture, an, lan):
    shown = venture("Tủ sấy mực chạy bằng nắng")
    venture("Tủ sấy bí mật chạy bằng nắng", public=False)
    venture("Tủ sấy đang chờ chạy bằng nắng", level="idea", status="submitted",
            promised_on=date(2026, 12, 1))  # fmt: skip
    draft = begin(client)
    page = client.get(at(draft, "van-de"))
    assert page.context["alike"] == [shown]
    assert shown.get_absolute_url() in text(page)
    assert shown.code in text(page)
    assert "bí mật" not in text(page)
    assert client.get(at(draft, "nguoi-lam")).context["alike"] == []
    client.force_login(an)  # also who may see the others is shown what is public
    again = begin(client)
    assert client.get(at(again, "van-de")).context["alike"] == [shown]


def test_nothing_is_shown_before_the_summary_is_written(client, venture):
    venture(IDEA["title"])
    draft = begin(client, summary="", luu="1")
    assert client.get(at(draft, "van-de")).context["alike"] == []


def test_the_script_asks_with_the_words_posted(client, venture):
    shown = venture("Tủ sấy mực chạy bằng nắng")
    assert 'hx-post="/y-tuong/giong/"' in text(client.get("/y-tuong/moi/"))
    answer = client.post("/y-tuong/giong/", IDEA)
    assert shown.get_absolute_url() in text(answer)
    assert "<html" not in text(answer)
    assert text(client.post("/y-tuong/giong/", {"title": IDEA["title"]})).strip() == ""
    assert client.get("/y-tuong/giong/").status_code == 405
    for value in ("\0", "x" * 100_000, "\u202e"):
        assert client.post("/y-tuong/giong/", {"summary": value}).status_code == 200
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/y-tuong/giong/", IDEA).status_code == 403


def test_the_hint_costs_the_same_for_one_and_for_three(client, venture):
    draft = begin(client)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get(at(draft, "van-de"))
        return len(asked)

    venture("Tủ sấy mực chạy bằng nắng")
    cost()
    one = cost()
    venture("Tủ sấy tôm chạy bằng nắng")
    venture("Tủ sấy ghẹ chạy bằng nắng")
    assert cost() == one


# -- The desk -------------------------------------------------------------------
def test_officials_are_shown_what_they_may_see(client, venture, an, binh):
    hidden = venture("Tủ sấy bí mật chạy bằng nắng", public=False)
    asked = venture(IDEA["title"], level="idea", status="submitted", public=False,
                    promised_on=date(2026, 12, 1), received_on=TODAY,
                    received_at="2026-11-20T08:00+07:00")  # fmt: skip
    Venture.objects.create(owner=an, title=IDEA["title"], summary=IDEA["summary"])
    assert similar.for_desk(asked, binh, TODAY) == [hidden]
    assert similar.for_desk(asked, Visitor(), TODAY) == []
    client.force_login(binh)
    page = client.get(f"/y-tuong/{asked.code}/")
    assert page.context["alike"] == [hidden]
    assert "Nội dung gần giống" in text(page)
    beside = client.get(f"/y-tuong/?mo={asked.code}")
    assert beside.context["alike"] == [hidden]
    assert "Nội dung gần giống" in text(beside)


def test_a_mended_idea_is_not_compared_again(client, venture, an, binh):
    venture(IDEA["title"])
    client.force_login(an)
    draft = begin(client)
    fill(client, draft, "van-de", problem="Cá hỏng.", solution="Tủ.")
    Venture.objects.filter(pk=draft.pk).update(
        status="returned", mend_fields=["summary", "solution"], year=2026, number=999
    )
    assert client.get(at(draft, "van-de")).context["alike"] == []
