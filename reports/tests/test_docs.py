"""The generated pages: current, complete, the same every time."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from accounts.permissions import RULES
from core.workflow import Workflow
from reports import docs
from reports.indicators import TABLE

PAGES = docs.pages(settings.BASE_DIR)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_page_is_of_today(path):
    assert path.read_text(encoding="utf-8") == PAGES[path]


def test_pages_do_not_depend_on_the_language_of_who_asks():
    with translation.override("en"):
        assert docs.pages(settings.BASE_DIR) == PAGES


def text(name):
    return next(said for path, said in PAGES.items() if path.name == name)


def test_every_row_of_every_table_is_there():
    workflows = text("workflows.md")
    for workflow in docs.all_workflows():
        for step in workflow.rows:
            assert f"`{workflow.name}.{step.name}` | {step.label}" in workflows
    assert [name for name in RULES if f"| `{name}` |" not in text("permissions.md")] == []
    assert [code for code in TABLE if f"## `{code}`" not in text("indicators.md")] == []


def test_workflows_are_found_by_themselves():
    found = docs.all_workflows()
    assert all(isinstance(w, Workflow) for w in found)
    names = [w.name for w in found]
    assert len(names) == len(set(names))
    assert {"venture", "support", "formation", "recognition", "report"} <= set(names)


def test_settings_page_names_each_variable_of_the_example():
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE)
    assert len(named) > 10
    assert [name for name in named if f"| `{name}` |" not in text("settings.md")] == []


def test_the_command_writes_and_then_is_content(tmp_path, settings, capsys):
    for name in (".env.example", "programme/data/indicators.json", "programme/data/programme.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((settings.BASE_DIR / name).read_bytes())
    settings.BASE_DIR = tmp_path
    with pytest.raises(SystemExit):
        call_command("docs", check=True)
    assert capsys.readouterr().err.count("not up to date") == 4
    assert not (tmp_path / "docs").exists()

    call_command("docs")
    call_command("docs", check=True)
    assert capsys.readouterr().err == ""
    page = tmp_path / "docs" / "generated" / "permissions.md"
    page.write_text("old", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("docs", check=True)
    assert "permissions.md" in capsys.readouterr().err


# -- Pages written by hand ----------------------------------------------------

WRITTEN = sorted(
    [*settings.BASE_DIR.glob("docs/**/*.md"), *settings.BASE_DIR.glob("*.md")],
    key=lambda path: path.as_posix(),
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:[a-z_]+/)+[a-z_]*(?:\.(?:py|md|json|toml|typ|conf))?)`")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    links = LINK.findall(path.read_text(encoding="utf-8"))
    near = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in near if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_files_that_are_named_are_there(path):
    named = NAMED.findall(path.read_text(encoding="utf-8"))
    ours = [name for name in named if (settings.BASE_DIR / name.split("/")[0]).is_dir()]
    assert [name for name in ours if not (settings.BASE_DIR / name).exists()] == []


def test_every_page_is_in_the_index():
    docs_folder = settings.BASE_DIR / "docs"
    index = (docs_folder / "index.md").read_text(encoding="utf-8")
    linked = {(docs_folder / link).resolve() for link in LINK.findall(index)}
    pages = {p.resolve() for p in docs_folder.glob("**/*.md")}
    assert pages - linked - {(docs_folder / "index.md").resolve()} == set()
