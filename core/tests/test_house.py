"""Rules of the house that no linter knows: safe pages, own assets, small files, plain words."""

import ast
import re
from functools import cache

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from core import catalogue
from core.text import fold

ROOT = settings.BASE_DIR
OUR_APPS = ("core", "accounts", "programme", "support_orgs", "projects", "contests", "reports")
MARKUP_MAKERS = ("core/charts.py", "core/templatetags/portal.py")
# Longer than a file should be, and why; a test file may be long.
LONGEST = 500
LONG = {"core/documents/docx.py": "one writer of one format, part by part in the file's order"}
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.sitemaps.org/")


def named(paths):
    return sorted((p.relative_to(ROOT).as_posix(), p) for p in paths)


@cache
def code():
    """Our Python files but the tests: (name, text)."""
    folders = (*OUR_APPS, "ducpho_portal", "scripts")
    paths = [p for folder in folders for p in (ROOT / folder).rglob("*.py")]
    kept = [p for p in paths if not {"tests", "migrations"} & set(p.parts)]
    return [(name, path.read_text(encoding="utf-8")) for name, path in named(kept)]


@cache
def templates():
    """Every template of ours: (name, text)."""
    paths = [p for p in catalogue.sources(ROOT) if p.suffix != ".py"]
    return [(name, path.read_text(encoding="utf-8")) for name, path in named(paths)]


def containing(pattern, files):
    look = re.compile(pattern, re.IGNORECASE)
    return {name for name, text in files if look.search(text)}


def test_there_is_something_to_look_at():
    assert len(code()) > 80
    assert len(templates()) > 80


# -- Pages --------------------------------------------------------------------


def test_nothing_is_called_safe_in_templates():
    assert containing(r"\|\s*safe\b|{%\s*autoescape off", pages()) == set()


def test_the_log_of_nginx_keeps_no_link_that_opens_a_page_without_a_password():
    told = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    names = re.search(r"\(\?<ducpho_opened>/\((.+)\)/\)", told)[1].split("|")
    assert sorted(names) == sorted(with_token(get_resolver()))
    assert "access_log /var/log/nginx/ducpho.log ducpho;" in told


def with_token(resolver, before=""):
    """What stands before the token in every address that carries one."""
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from with_token(one, path)
        elif found := re.match(r"(.+)/<str:token>", path):
            yield found[1]


def pages():
    """Templates that become pages; letters are plain text, where nothing is escaped."""
    return [(name, text) for name, text in templates() if not name.endswith(".txt")]


def test_markup_is_made_in_two_places():
    assert containing(r"\bmark_safe\b|\bSafeString\(|\bSafeText\(", code()) <= set(MARKUP_MAKERS)


INLINE = {
    "style=": r"\sstyle\s*=",
    "<style>": r"<style\b",
    "on…=": r"\son[a-z]+\s*=\s*[\"']",
    "javascript:": r"javascript:",
    "hx-on": r"\bhx-on",
    "js:": r"\bhx-vals=[\"']js:",
}


@pytest.mark.parametrize("kind", INLINE)
def test_nothing_inline(kind):
    assert containing(INLINE[kind], pages()) == set()


def test_no_script_within_a_page():
    bodies = r"<script\b(?![^>]*\bsrc=)[^>]*>"
    assert containing(bodies, pages()) == set()


def test_no_other_host():
    """Pages, styles and scripts load nothing and post nothing elsewhere."""
    files = pages() + [
        (name, path.read_text(encoding="utf-8"))
        for name, path in named((ROOT / "static").rglob("*"))
        if path.suffix in {".css", ".js", ".svg"}
    ]
    outside = re.compile(r"""(?:https?:)?//(?=[a-z0-9-]+\.[a-z])[^\s"'<>)]*""")
    loads = re.compile(r"""(?:src|href|action|hx-(?:get|post)|url\(|@import)\s*=?\s*["'(]?\s*$""")
    found = {
        (name, match[0])
        for name, text in files
        for match in outside.finditer(text)
        if not match[0].startswith(NAMESPACES) and loads.search(text[: match.start()])
    }
    assert found == set()


def test_every_template_compiles():
    for name, _text in templates():
        if name.startswith("templates/"):
            assert get_template(name.removeprefix("templates/"))


def test_no_page_with_a_form_hides_where_it_comes_from_from_ourselves():
    """With no-referrer a browser posts "Origin: null", which the check against forgery refuses."""
    hiding = {name for name, text in pages() if 'no-referrer"' in text and "<form" in text}
    assert hiding == set()


def test_every_form_that_posts_has_its_token():
    forms = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
    lacking = {
        name
        for name, text in pages()
        for form in forms.findall(text)
        if "csrf_token" not in form and "{% crispy" not in form and 'action="#"' not in form
    }
    assert lacking == set()


# -- Words --------------------------------------------------------------------

PLAIN = {"ai", "ghi", "sau", "sheet", "trang", "trong", "xong"}  # Vietnamese without marks


def is_vietnamese(sentence):
    words = re.sub(r"%%|%(?:\(\w+\))?[sdr]|\{\w*\}", " ", sentence)
    if fold(words) != " ".join(words.casefold().split()):
        return True
    return set(re.findall(r"[^\W\d_]+", words.casefold())) <= PLAIN


def test_every_sentence_is_written_in_vietnamese():
    found = {
        (path.relative_to(ROOT).as_posix(), sentence)
        for path in catalogue.sources(ROOT)
        for message, _context in catalogue.sentences(path)
        for sentence in ([message] if isinstance(message, str) else message)
        if not is_vietnamese(sentence)
    }
    assert found == set()


def test_what_counts_as_vietnamese():
    assert is_vietnamese("Gửi ý tưởng")
    assert is_vietnamese("Xong")
    assert is_vietnamese("%(low)s–%(high)s")
    assert not is_vietnamese("Send the idea")
    assert not is_vietnamese("Done: %(n)s")


def test_words_of_the_house():
    """NFC, new tone placement, no begging."""
    old_marks = re.compile(r"vui lòng|\b\w*(?:hoà|hoá|oè|thuỷ|\buỷ)\b", re.IGNORECASE)
    found = {
        sentence
        for path in catalogue.sources(ROOT)
        for message, _context in catalogue.sentences(path)
        for sentence in ([message] if isinstance(message, str) else message)
        if old_marks.search(sentence)
    }
    assert found == set()


# -- Code ---------------------------------------------------------------------


def test_files_are_small():
    long = {name for name, text in code() if text.count("\n") > LONGEST}
    assert long == set(LONG)


def test_no_signals():
    """Who does what is read where it is done."""
    found = set()
    for name, text in code():
        for node in ast.walk(ast.parse(text)):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            if any(re.search(r"\bsignals?\b|\breceiver\b", module) for module in modules):
                found.add(name)
    # The supervisor and the commands hear the operating system's signals: Ctrl-C.
    assert found <= {"core/supervisor.py", "core/child.py", "core/management/commands/up.py"} | {
        name for name in found if name.startswith("scripts/")
    }


def test_no_import_hides_in_a_function():
    hidden = {
        name
        for name, text in code()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert hidden == {"core/valkey.py"}  # its wheel may have no build for this machine


def test_no_error_is_swallowed_whole():
    silent = {
        f"{name}:{node.lineno}"
        for name, text in code()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and all(isinstance(step, ast.Pass) for step in node.body)
    }
    assert silent == set()


def test_nothing_is_left_to_be_done():
    assert containing(r"\b(?:TODO|FIXME|XXX)\b|raise NotImplementedError", code()) == set()
    assert containing(r"\b(?:TODO|FIXME|lorem ipsum)\b", templates()) == set()


@pytest.mark.parametrize(
    "model",
    [m for label in OUR_APPS for m in apps.get_app_config(label).get_models()],
    ids=lambda model: model._meta.label,
)
def test_a_model_says_what_it_is(model):
    """In words: a row's own ``__str__``, and a name that a person can read."""
    own = [base for base in model.__mro__ if "__str__" in vars(base)]
    assert own[0].__module__.split(".")[0] in OUR_APPS


def test_business_is_not_hidden_in_save():
    found = {
        f"{name}:{method.lineno}"
        for name, text in code()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name == "save"
    }
    assert found == set()
