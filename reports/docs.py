"""The pages of ``docs/generated``, read from the portal's own tables.

Written in English around the Vietnamese words of the screens. The same tables
give the same bytes, whoever asks and whenever.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module, util
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils import translation

from accounts.permissions import RULES
from core.workflow import Step, Workflow
from reports.indicators import TABLE

VARIABLE = re.compile(r"#? ?([A-Z][A-Z0-9_]*)=(.*)")
HEAD = "<!-- Written by `make docs` from {source}. Do not edit. -->\n"


def pages(root: Path) -> dict[Path, str]:
    """Path and text of every generated page."""
    folder = root / "docs" / "generated"
    with translation.override("vi"):
        return {
            folder / "workflows.md": workflows_page(),
            folder / "permissions.md": permissions_page(),
            folder / "indicators.md": indicators_page(root),
            folder / "settings.md": settings_page(root),
        }


def all_workflows() -> list[Workflow]:
    """Every ``Workflow`` of every app's ``workflow.py``, in the order of apps and files."""
    found: list[Workflow] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.workflow"
        if config.name == "core" or util.find_spec(name) is None:
            continue
        module = import_module(name)
        found += [w for w in vars(module).values() if isinstance(w, Workflow) and w not in found]
    return found


# -- Pages --------------------------------------------------------------------


def workflows_page() -> str:
    """A section for each life cycle: its statuses, its diagram, its rows."""
    parts = [HEAD.format(source="every `workflow.py`"), "# Workflows\n", WORKFLOWS_INTRO]
    parts += [_workflow(workflow) for workflow in all_workflows()]
    return "\n".join(parts)


WORKFLOWS_INTRO = """\
A row is a transition. The button is what the screen says; *who* completes “Chỉ … mới làm được
việc này.”; *unless* is a guard that may refuse with a sentence; *then* runs in the same
transaction; *tells* gives the addresses that get the letter `emails/<name>.txt`.
"""


def _workflow(workflow: Workflow) -> str:
    statuses = workflow.model._meta.get_field("status").choices or ()
    rows = [_step_row(workflow, step) for step in workflow.rows]
    columns = ("step", "button", "from", "to", "who", "unless", "then", "tells")
    return "\n".join(
        [
            f"## `{workflow.name}`: {workflow.model._meta.verbose_name}\n",
            ", ".join(f"`{code}` {words}" for code, words in statuses) + "\n",
            f"```mermaid\n{workflow.diagram()}\n```\n",
            table(columns, rows),
        ]
    )


def _step_row(workflow: Workflow, step: Step) -> tuple[str, ...]:
    return (
        f"`{workflow.name}.{step.name}`",
        str(step.label) + (f" (asks: {step.asks})" if step.asks else ""),
        ", ".join(f"`{source}`" for source in step.source),
        f"`{step.target}`",
        f"`{step.permission}`: {RULES[step.permission].who}",
        told(step.guard),
        told(step.effect),
        told(step.tell),
    )


def told(function: Callable[..., Any] | None) -> str:
    """A function by its name and the first line of what it says of itself."""
    if function is None:
        return "—"
    name = f"`{function.__module__}.{function.__name__}`"
    said = inspect.getdoc(function)
    return f"{name}: {said.splitlines()[0]}" if said else name


def permissions_page() -> str:
    """Every rule: the permission and the words that complete its refusal."""
    rows = [(f"`{name}`", str(rule.who)) for name, rule in RULES.items()]
    return "\n".join(
        [
            HEAD.format(source="`accounts/permissions.py`"),
            "# Permissions\n",
            "Who is allowed, in the words that the refusal uses: “Chỉ … mới làm được việc này.”\n",
            table(("permission", "who"), rows),
        ]
    )


INDICATORS_INTRO = """\
Each is a row of `reports/indicators.py`; its words are the dictionary that the screens show under
the figure. All arithmetic is `measure()`.
"""


def indicators_page(root: Path) -> str:
    """Every indicator that is counted, with the dictionary's words and the programme's targets."""
    data = root / "programme" / "data"
    told = json.loads((data / "indicators.json").read_text(encoding="utf-8"))["indicators"]
    words = {row["code"]: row for row in told}
    targets = json.loads((data / "programme.json").read_text(encoding="utf-8"))["targets"]
    parts = [
        HEAD.format(source="`reports/indicators.py` and `programme/data/`"),
        "# Indicators\n",
        INDICATORS_INTRO,
    ]
    for code, row in TABLE.items():
        said = words[code]
        lines = [
            f"## `{code}`: {said['name']}\n",
            f"- Unit: {said['unit']}",
            f"- Means: {said['definition']}",
            f"- Counted: {said['rule']}",
            f"- Read from: {said['source']}",
            f"- Each record is worth: {f'its `{row.value}`' if row.value else '1'}",
        ]
        own = [t for t in targets if t["indicator"] == code]
        lines += [f"- Target {t['phase']}: {_range(t)} (clause {t['clause']})" for t in own]
        parts.append("\n".join(lines if own else [*lines, "- No target: followed only"]) + "\n")
    return "\n".join(parts)


def _range(target: dict[str, Any]) -> str:
    high = target["high"]
    return f"at least {target['low']}" if high is None else f"{target['low']} to {high}"


def settings_page(root: Path) -> str:
    """The variables of ``.env.example``, each with the comment above it."""
    parts = [
        HEAD.format(source="`.env.example`"),
        "# Settings\n",
        "What differs between machines is an environment variable, or a line of `.env`.\n",
    ]
    for group, rows in _variables((root / ".env.example").read_text(encoding="utf-8")):
        parts += [f"## {group}\n", table(("variable", "example", "notes"), rows)]
    return "\n".join(parts)


def _variables(text: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    group, rows, notes = "", [], []
    for line in [*text.splitlines(), "# -- end"]:
        if line.startswith("# --"):
            if rows:
                yield group, rows
            group, rows, notes = line.strip("# -"), [], []
        elif found := VARIABLE.fullmatch(line):
            name, value = found.groups()
            rows.append((f"`{name}`", f"`{value}`" if value else "", " ".join(notes)))
            notes = []
        elif line.startswith("# "):
            notes.append(line.removeprefix("# "))


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [columns, ("---",) * len(columns), *rows]
    cells = [" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines]
    return "".join(f"| {line} |\n" for line in cells)
