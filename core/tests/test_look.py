"""The look: contrast of the tokens, weight of the files, forms that can be read aloud."""

import gzip
import re
from pathlib import Path

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.conf import settings
from django.http import Http404
from django.template import Context, RequestContext, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from core.styleguide import SampleForm, sample, styleguide
from core.templatetags import portal

ROOT = Path(settings.BASE_DIR)
CSS = (ROOT / "static/css/portal.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def tokens(start: str) -> dict[str, str]:
    block = CSS[CSS.index(start) :]
    block = block[: block.index("}")]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


LIGHT, DARK = tokens(":root, [data-theme"), tokens('[data-theme="dark"] {')


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "surface", 7),
        ("ink", "sunk", 7),
        ("ink", "gold-tint", 7),
        ("ink", "red-tint", 7),
        ("ink-2", "paper", 7),
        ("ink-2", "surface", 7),
        ("ink-2", "sunk", 4.5),
        ("sea", "paper", 4.5),
        ("sea", "sea-tint", 4.5),
        ("on-sea", "sea", 4.5),
        ("red", "paper", 4.5),
        ("red", "red-tint", 4.5),
        ("gold-ink", "paper", 4.5),
        ("on-deep-2", "deep", 4.5),
        ("line-2", "surface", 3),
        ("focus", "paper", 3),
    ],
)
def test_contrast(theme, ink, ground, least):
    assert contrast(theme[ink], theme[ground]) >= least


def test_both_dark_blocks_say_the_same():
    assert tokens(":root:not([data-theme") == DARK


def test_files_stay_light():
    assert len(gzip.compress(CSS.encode())) < 12_000
    assert len((ROOT / "static/js/portal.js").read_bytes()) < 4_000
    assert len(gzip.compress((ROOT / "static/js/draft.js").read_bytes())) < 4_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_template_breaks_the_content_security_policy(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|hx-on|javascript:", text)
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or "application/json" in attributes
    assert not re.search(r"(src|href)=\"https?://", text)


# -- Pages that must stand when little else does ------------------------------------------------


def test_the_page_of_a_failure_needs_neither_context_nor_database():
    page = get_template("500.html").render()
    assert '<html lang="vi">' in page
    assert "Cổng đang gặp trục trặc" in page


@pytest.mark.parametrize("name", ["400", "403", "404", "403_csrf"])
def test_error_pages_stand_without_a_request(name):
    page = get_template(f"{name}.html").render()
    assert '<html lang="vi">' in page
    assert f"Lỗi {name[:3]}" in page
    assert "Đăng nhập" in page


def test_a_refusal_gives_its_reason():
    page = render_to_string("403.html", {"exception": "Chỉ cán bộ sàng lọc mở được hàng đợi."})
    assert "Chỉ cán bộ sàng lọc mở được hàng đợi." in page


# -- Forms --------------------------------------------------------------------------------------


def crispy(form: forms.Form) -> str:
    return Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(
        Context({"form": form})
    )


def test_a_field_reads_label_help_error_control_in_this_order():
    html = crispy(SampleForm({"title": ""}))
    parts = ['<label for="id_title">', 'id="id_title_helptext"', 'id="id_title_error"', "<input"]
    places = [html.index(part, html.index('<label for="id_title">')) for part in parts]
    assert places == sorted(places)
    control = re.search(r'<input[^>]*name="title"[^>]*>', html).group()
    assert 'aria-describedby="id_title_helptext id_title_error"' in control
    assert 'aria-invalid="true"' in control


def test_the_summary_links_each_error_to_its_control():
    html = crispy(SampleForm({}))
    links = re.findall(r'<a href="#([^"]+)">', html)
    assert links == ["id_title", "id_phone", "id_problem", "id_field_0"]
    assert all(f'id="{target}"' in html for target in links)
    assert "Còn 4 chỗ cần sửa" in html


def test_a_good_form_has_no_summary():
    assert "data-errors" not in crispy(SampleForm())


def test_what_is_optional_is_written_out_unless_the_form_says_otherwise():
    class Filter(forms.Form):
        q = forms.CharField(label="Từ khóa", required=False)
        show_optional = False

    assert crispy(SampleForm()).count("không bắt buộc") == 5
    assert "không bắt buộc" not in crispy(Filter())


def test_days_get_the_browsers_own_picker_in_its_own_format():
    html = crispy(SampleForm(initial={"since": "2026-09-05"}))
    assert re.search(r'<input type="date" name="since" value="2026-09-05"', html)


def test_choices_are_a_fieldset_whose_labels_can_be_pressed():
    html = crispy(SampleForm())
    group = html[html.index("Ý tưởng thuộc lĩnh vực") :]
    assert re.search(r'<label class="choice" for="id_field_0"><input type="radio"', group)
    assert html.count("<fieldset") == 2


def test_a_layout_makes_a_whole_form():
    form = SampleForm()
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("Ý tưởng", "title", "phone"), Submit("gui", "Gửi ý tưởng"))
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(
        Context({"form": form, "csrf_token": "x" * 32})
    )
    assert 'method="post"' in html
    assert "csrfmiddlewaretoken" in html
    assert "<legend>Ý tưởng</legend>" in html
    assert re.search(r'<button type="submit"[^>]*class="btn btn-main"', html)
    assert "novalidate" in html


# -- Tags and components ------------------------------------------------------------------------


def test_drawings_of_one_page_have_ids_of_their_own():
    request = RequestFactory().get("/")
    page = Template('{% band 3 2 5 title="A" desc="B" %}{% band 3 2 5 title="A" desc="B" %}')
    ids = re.findall(r' id="([^"]+)"', page.render(RequestContext(request)))
    assert len(ids) == len(set(ids)) == 4


def test_query_replaces_one_parameter_and_keeps_the_rest():
    request = RequestFactory().get("/", {"q": "muối & ớt", "trang": "2"})
    page = Template('{% query trang=3 as a %}{% query trang="" as b %}{{ a }} {{ b }}')
    context = RequestContext(request)
    context["x"] = ""
    assert page.render(context).replace("&amp;", "&") == (
        "?q=mu%E1%BB%91i+%26+%E1%BB%9Bt&trang=3 ?q=mu%E1%BB%91i+%26+%E1%BB%9Bt"
    )


def test_filters_write_nothing_known_as_a_dash():
    assert portal.count("") == portal.number("") == portal.dong(None) == portal.percent("") == "—"
    assert portal.percent(2, 3) == "66,7%"


def test_menu_marks_where_the_reader_is():
    context = RequestContext(RequestFactory().get("/cuoc-thi/nam-2026/"))
    assert 'aria-current="page"' in portal.nav_item(context, "/cuoc-thi/", "Cuộc thi")
    assert "aria-current" not in portal.nav_item(context, "/tien-do/", "Tiến độ")


def test_steps_are_forms_and_ask_for_a_reason_where_one_is_due():
    context = {"steps": sample("x")["steps"], "csrf_token": "x" * 32}
    html = render_to_string("components/steps_form.html", context)
    assert html.count('<form method="post"') == html.count("csrfmiddlewaretoken") == 3
    assert html.count('<textarea id="ly-do-2" name="note"') == 1
    assert 'class="btn btn-bad"' in html


def test_a_target_says_the_same_in_words_and_in_the_drawing():
    html = render_to_string(
        "components/target.html",
        {"title": "Câu lạc bộ", "value": 1, "low": 1, "high": None, "chip_text": "Đạt"},
    )
    assert "ít nhất 01" in html
    assert "Câu lạc bộ: chỉ tiêu ít nhất 01, hôm nay 01" in html


@pytest.mark.django_db
def test_the_style_guide_is_shown_while_developing_only(settings):
    request = RequestFactory().get("/kieu-mau/")
    settings.DEBUG = True
    page = styleguide(request).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    settings.DEBUG = False
    with pytest.raises(Http404):
        styleguide(request)
