"""The self-check: six questions, a next step for each no, and nothing kept."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.eligibility import QUESTIONS
from projects.models import Venture

URL = "/y-tuong/tu-kiem-tra/"
YES = {question.code: "co" for question in QUESTIONS}


def text(answer):
    return answer.content.decode()


def test_six_questions_each_with_its_words():
    assert len(QUESTIONS) == len({question.code for question in QUESTIONS}) == 6
    for question in QUESTIONS:
        assert all(str(words).endswith((".", "?")) for words in (question.ask, question.no))
        assert str(question.step).endswith(".")
        assert bool(question.url) is bool(str(question.label))
        if question.url:
            assert reverse(question.url)


def test_it_is_offered_beside_a_new_idea_and_asks(client, db):
    assert URL in text(client.get("/y-tuong/moi/"))
    page = text(client.get(URL))
    for question in QUESTIONS:
        assert str(question.ask) in page
        assert str(question.no) not in page


def test_all_yes_leads_to_the_form(client, db):
    page = text(client.post(URL, YES))
    assert "bạn viết được rồi" in page
    assert "Bước tiếp theo" not in page


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
def test_each_no_is_answered_with_a_next_step(client, db, question):
    answer = client.post(URL, YES | {question.code: "khong"})
    assert answer.status_code == 200
    assert answer.context["noes"] == [question]
    page = text(answer)
    assert str(question.step) in page
    assert "Không điều nào cấm bạn gửi" in page


@pytest.mark.parametrize("value", ["", "vua", "\0", "x" * 100_000])
def test_what_is_not_answered_is_asked_for(client, db, value):
    answer = client.post(URL, YES | {"ai_can": value})
    assert answer.status_code == 422
    assert 'href="#id_ai_can_0"' in text(answer)
    assert "bạn viết được rồi" not in text(answer)


def test_nothing_is_kept(client, db):
    client.get(URL)
    with CaptureQueriesContext(connection) as asked:
        client.post(URL, YES | {"ai_can": "khong"})
    assert [q["sql"] for q in asked if not q["sql"].startswith("SELECT")] == []
    assert Venture.objects.count() == 0
    assert "sessionid" not in client.cookies
    assert Client().get(URL).status_code == 200
    assert client.put(URL).status_code == 405
