"""Collecting the sentences: nothing is missed, translations stay, the check can fail."""

import re

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import call_command

from core import catalogue

TEMPLATE = """
{% load i18n %}
  <p title="{% translate "Tên" %}">{% trans 'Tóm tắt' context "biểu mẫu" %} isn't (
{% blocktranslate trimmed with n=rows|length %}
    Có {{ n }}
    hồ sơ, đạt 50%.
{% endblocktranslate %}
{% blocktranslate count n=n %}Còn {{ n }} ngày{% plural %}{{ n }} ngày nữa{% endblocktranslate %}
{% translate "Gửi" as label %}{% include "x.html" with title=_("Xong") %}
{{ a|default:_("Chưa rõ") }}
      {# a note #}{% comment %}{% translate "Không lấy" %}{% endcomment %}
"""
CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
a = _("Một") + ngettext("%(n)d việc", "%(n)d các việc", 3)
b = pgettext_lazy("tháng", "Hai"), _w("Ba"), other("Không lấy"), _("nối " "liền")
"""


def collected(path, text):
    path.write_text(text, encoding="utf-8")
    return set(catalogue.sentences(path))


def test_a_template_gives_every_kind_of_sentence(tmp_path):
    assert collected(tmp_path / "a.html", TEMPLATE) == {
        ("Tên", None),
        ("Tóm tắt", "biểu mẫu"),
        ("Có %(n)s hồ sơ, đạt 50%%.", None),
        (("Còn %(n)s ngày", "%(n)s ngày nữa"), None),
        ("Gửi", None),
        ("Xong", None),
        ("Chưa rõ", None),
    }


def test_code_gives_every_kind_of_sentence(tmp_path):
    assert collected(tmp_path / "a.py", CODE) == {
        ("Một", None),
        (("%(n)d việc", "%(n)d các việc"), None),
        ("Hai", "tháng"),
        ("Ba", None),
        ("nối liền", None),
    }


def test_nothing_of_our_templates_is_missed():
    """Counted again with another tool: a plain search for the tags."""
    comment = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
    tag = re.compile(r'{%\s*translate\s+"([^"]+)"')
    for path in catalogue.sources(settings.BASE_DIR):
        if path.suffix == ".py":
            continue
        text = comment.sub("", path.read_text("utf-8"))
        said = {message for message, _context in catalogue.sentences(path)}
        assert {found.replace("%", "%%") for found in tag.findall(text)} - said == set(), path


def test_translations_stay_and_what_is_gone_falls_away():
    old, new = Catalog(locale="en"), Catalog(locale="en")
    old.add("Gửi", "Send")
    old.add("Cũ", "Old")
    old.add("Còn %(n)d ngày", "%(n)d days left")
    new.add("Gửi")
    new.add("Mới")
    new.add(("Còn %(n)d ngày", "Còn %(n)d ngày"))
    merged = catalogue.merged(new, old)
    assert {str(m.id): m.string for m in merged if m.id} == {
        "Gửi": "Send",
        "Mới": None,
        "('Còn %(n)d ngày', 'Còn %(n)d ngày')": ("%(n)d days left", "%(n)d days left"),
    }


def test_what_is_written_is_read_back_the_same(tmp_path):
    made = Catalog(locale="en")
    made.add('Dòng một\nDòng “hai” \\ "ba"', "One\nTwo")
    made.add(("%(n)d việc", "%(n)d việc"), ("%(n)d job", "%(n)d jobs"))
    path = tmp_path / "django.po"
    path.write_text(catalogue.text_of(made), encoding="utf-8")
    again = catalogue.read(path)
    assert catalogue.text_of(again) == path.read_text(encoding="utf-8")
    assert again.get(("%(n)d việc", "%(n)d việc")).string == ("%(n)d job", "%(n)d jobs")


@pytest.mark.parametrize(
    ("message", "translation", "trouble"),
    [
        ("Gửi", "Send", []),
        ("Gửi", "", ["not translated: Gửi"]),
        ("Còn %(n)s ngày", "%(n)s days", []),
        ("Còn %(n)s ngày", "%(m)s days", ["placeholders differ: Còn %(n)s ngày"]),
        ("{one} hoặc {other}", "{one} or", ["placeholders differ: {one} hoặc {other}"]),
        ("Đạt 50%%", "50%% reached", []),
        (
            ("%(n)d việc", "%(n)d việc"),
            ("one job", "%(n)d jobs"),
            ["placeholders differ: %(n)d việc"],
        ),
    ],
)
def test_the_check_tells_what_is_wrong(message, translation, trouble):
    made = Catalog(locale="en")
    made.add(message, translation)
    assert catalogue.troubles(made) == trouble


@pytest.fixture
def small_house(tmp_path, settings):
    """A portal of one template."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text('{% translate "Gửi" %}', encoding="utf-8")
    return catalogue.catalogue_path(tmp_path)


def test_the_command_fails_until_the_catalogue_is_complete(small_house, capsys):
    with pytest.raises(SystemExit):
        call_command("messages", check=True)
    assert "not up to date" in capsys.readouterr().err
    assert not small_house.exists()

    call_command("messages")
    with pytest.raises(SystemExit):
        call_command("messages", check=True)
    assert "not translated: Gửi" in capsys.readouterr().err

    told = small_house.read_text(encoding="utf-8").replace('msgstr ""\n', 'msgstr "Send"\n')
    told = told.replace('msgid ""\nmsgstr "Send"\n', 'msgid ""\nmsgstr ""\n')
    small_house.write_text(told, encoding="utf-8")
    call_command("messages", check=True)
    assert capsys.readouterr().err == ""


def test_every_sentence_is_in_english():
    """The portal's own catalogue: complete, and of today."""
    path = catalogue.catalogue_path(settings.BASE_DIR)
    wanted = catalogue.merged(catalogue.collect(settings.BASE_DIR), catalogue.read(path))
    assert catalogue.troubles(wanted) == []
    assert catalogue.text_of(wanted) == path.read_text(encoding="utf-8")
