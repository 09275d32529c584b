import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import fold, name_sort_key, nfc, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Cà phê", "ca phe"),
        ("ĐỨC PHỔ", "duc pho"),
        ("hoà", "hoa"),
        ("hòa", "hoa"),
        ("  Muối   Sa\nHuỳnh ", "muoi sa huynh"),
    ],
)
def test_search_ignores_case_marks_and_tone_placement(text, folded):
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_text_is_stored_composed_and_without_control_characters():
    assert nfc("Đức\x00 Phổ\u0008") == "Đức Phổ"
    assert nfc(unicodedata.normalize("NFD", "Phổ")) == "Phổ"


def test_words_sort_as_in_a_vietnamese_dictionary():
    words = ["đá", "dừa", "ăn", "an", "ân", "bà", "ba", "bá", "e", "ê"]
    assert " ".join(sorted(words, key=sort_key)) == "an ăn ân ba bà bá dừa đá e ê"


def test_people_sort_by_given_name():
    names = ["Trần Bình", "Lê An", "Nguyễn Đức Anh", "Nguyễn An"]
    assert sorted(names, key=name_sort_key) == ["Lê An", "Nguyễn An", "Nguyễn Đức Anh", "Trần Bình"]
