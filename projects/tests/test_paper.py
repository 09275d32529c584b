"""The empty form on paper: the form's own questions, its consents, and where to hand it in."""

import io
import zipfile
from datetime import date
from html import unescape

import pytest
from django.utils import translation

from accounts import consent_texts
from core.documents import Blank, Box, to_pdf
from core.models import AdminUnit, Configuration
from projects.forms.intake import STEPS
from projects.paper import empty_form

URL = "/y-tuong/mau-giay.docx"


def words_of(answer):
    package = zipfile.ZipFile(io.BytesIO(answer.content))
    assert package.testzip() is None
    return unescape(package.read("word/document.xml").decode())


def test_every_question_of_the_form_is_on_it(client, db):
    AdminUnit.objects.create(
        code="21034", kind="phuong", name="Sa Huỳnh", valid_from=date(2025, 7, 1)
    )
    answer = client.get(URL)
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert 'filename="phieu-gui-y-tuong.docx"' in answer["Content-Disposition"]
    text = words_of(answer)
    for _label, form in STEPS.values():
        for field in form.base_fields.values() if form else ():
            assert str(field.label).rstrip(":") in text
    for purpose in ("process", "publish_venture", "publish_name"):
        assert str(consent_texts.TEXTS[purpose]) in text
    for words in (
        "☐",
        'w:leader="dot"',
        "phường Sa Huỳnh",
        "Nộp ở đâu",
        "/y-tuong/moi/",
        "Cá nhân",
    ):
        assert words in text
    assert "Số:" not in text
    assert "./." not in text
    assert client.post(URL).status_code == 405


def test_it_is_vietnamese_and_the_same_whoever_asks(client, db):
    first = client.get(URL).content
    with translation.override("en"):
        assert client.get(URL, headers={"accept-language": "en"}).content == first


def test_it_is_offered_beside_the_form(client, db):
    assert URL in client.get("/y-tuong/moi/").content.decode()


def test_a_paper_to_write_on_is_word_only(db):
    paper = empty_form(Configuration(valid_from=date(2026, 1, 1)), [])
    assert {Blank, Box} <= {type(block) for block in paper.text}
    with pytest.raises(ValueError, match="Word only"):
        to_pdf(paper)
    with pytest.raises(ValueError, match="at least one line"):
        Blank(lines=0)
