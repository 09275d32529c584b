"""What no form could foresee is answered in words, never by the server's bare error."""

import pytest

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("then", ["nan", "home", "2", "{{7*7}}", "a:b", "😀", "' OR 1=1 --"])
def test_a_word_is_no_page_to_go_back_to(client, then):
    answer = client.get("/ngon-ngu/en/", {"tiep": then})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("then", ["//evil.example", "/\\evil.example", "https://evil.example/"])
def test_the_language_leads_to_no_other_host(client, then):
    assert client.get("/ngon-ngu/en/", {"tiep": then})["Location"] == "/"


def test_the_language_leads_back(client):
    answer = client.get("/ngon-ngu/en/", {"tiep": "/du-an/?q=muối"})
    assert answer["Location"] == "/du-an/?q=mu%E1%BB%91i"
    assert answer.cookies["ngon_ngu"].value == "en"


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf8"])
def test_a_form_in_another_encoding_is_refused_in_words(client, charset):
    answer = client.post("/y-tuong/moi/", b"{}", content_type=f"{FORM}; charset={charset}")
    assert answer.status_code == 400
    assert "Không đọc được yêu cầu" in answer.content.decode()
