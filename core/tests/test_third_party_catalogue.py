"""The libraries speak Vietnamese: nothing missing, nothing broken, one set of words."""

import gettext
import io
import re
import unicodedata
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

CATALOGUE = settings.BASE_DIR / "locale" / "third_party" / "vi" / "LC_MESSAGES" / "django.po"
ALLAUTH = Path(allauth.__file__).parent / "locale"
DJANGO = Path(django.__file__).parent
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")


def read(path, locale):
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def key(message):
    singular = message.id[0] if isinstance(message.id, tuple) else message.id
    return message.context or "", singular


def words(message):
    return message.string[0] if isinstance(message.string, tuple) else message.string


def messages(catalogue):
    return {key(message): message for message in catalogue if message.id}


def most_complete_allauth():
    """The shipped catalogue that lists the most messages, translated or not."""
    catalogues = [
        messages(read(path, path.parts[-3])) for path in sorted(ALLAUTH.glob("*/*/django.po"))
    ]
    return max(catalogues, key=len)


OURS = messages(read(CATALOGUE, "vi"))
ALLAUTH_MESSAGES = most_complete_allauth()


def test_allauth_ships_the_list_we_read():
    assert len(ALLAUTH_MESSAGES) > 350


def test_every_allauth_message_is_translated():
    missing = [at for at in ALLAUTH_MESSAGES if at not in OURS or not words(OURS[at]).strip()]
    assert missing == []


def test_nothing_is_empty_or_doubtful():
    assert [at for at, message in OURS.items() if not words(message).strip()] == []
    assert [at for at, message in OURS.items() if message.fuzzy] == []


@pytest.mark.parametrize("pattern", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_placeholders_and_tags_are_kept(pattern):
    changed = [
        at
        for at, message in OURS.items()
        if sorted(pattern.findall(at[1])) != sorted(pattern.findall(words(message)))
    ]
    assert changed == []


def test_unnamed_placeholders_keep_their_order():
    """`%s` and `%d` are filled by place, so that a swap would fill them wrongly."""
    unnamed = re.compile(r"%[sdr]")
    for at, message in OURS.items():
        assert unnamed.findall(at[1]) == unnamed.findall(words(message))


def test_babel_finds_nothing_wrong():
    assert [str(error) for message in OURS.values() for error in message.check()] == []


def test_plurals_and_header():
    catalogue = read(CATALOGUE, "vi")
    headers = dict(catalogue.mime_headers)
    assert headers["Plural-Forms"] == "nplurals=1; plural=0;"
    assert headers["Language"] == "vi"
    for message in OURS.values():
        assert isinstance(message.id, tuple) == isinstance(message.string, tuple)
        assert not isinstance(message.string, tuple) or len(message.string) == 1


def test_words_of_the_house():
    """NFC, new tone placement, and the glossary's words."""
    text = CATALOGUE.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    for at, message in OURS.items():
        said = TAG.sub("", PLACEHOLDER.sub("", words(message)))
        said = re.sub(r"\S*@\S*|\S+\(ENTER\)\S*", "", said).lower()
        assert not re.search(r"vui lòng|\bemail\b|e-mail|(?:hoà|hoá|thuỷ|\buỷ)\b", said), at


@pytest.mark.parametrize("app", ["conf", "contrib/auth", "contrib/admin"])
def test_django_has_no_english_left(app):
    """Each message of Django is in Vietnamese, in Django's own catalogue or in ours."""
    listed = messages(read(DJANGO / app / "locale" / "en" / "LC_MESSAGES" / "django.po", "en"))
    theirs = messages(read(DJANGO / app / "locale" / "vi" / "LC_MESSAGES" / "django.po", "vi"))
    said = {at for at, message in theirs.items() if not message.fuzzy and words(message)}
    assert sorted(set(listed) - said - set(OURS)) == []


def test_compiles_and_answers():
    """The compiled catalogue gives sentences, with one form for every number."""
    compiled = io.BytesIO()
    write_mo(compiled, read(CATALOGUE, "vi"))
    compiled.seek(0)
    said = gettext.GNUTranslations(compiled)
    assert said.gettext("Sign In") == "Đăng nhập"
    assert said.gettext("Passkey") == "Khóa đăng nhập"
    assert said.pgettext("field label", "Login") == "Tên đăng nhập"
    many = "Please submit at most %(num)d forms."
    assert (
        said.ngettext("Please submit at most %(num)d form.", many, 1)
        == said.ngettext("Please submit at most %(num)d form.", many, 5)
        == "Chỉ gửi tối đa %(num)d biểu mẫu."
    )
