"""What a founder wrote, in words and under the questions of the form."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import StoredFile
from projects import calls, versions
from projects.forms.intake import STEPS, steps_of
from projects.models import Venture, Version
from projects.services import LEAST_DAYS, MENDABLE
from projects.written import may_read, readable


def mend_of(found: Venture) -> dict[str, Any] | None:
    """What the official asked for, while the idea is back with its founder."""
    if found.status != Venture.Status.RETURNED:
        return None
    return {
        "note": found.decision_note,
        # working days; the same floor as when the clock goes on
        "left": max(found.days_left or 0, LEAST_DAYS),
        "fields": [str(MENDABLE[name]) for name in found.mend_fields if name in MENDABLE],
    }


def answers_of(found: Venture, reader: Any = None) -> dict[str, tuple[Any, Any]]:
    """Every answer as ``reader`` may read it, under the question of the form:
    {name: (question, answer)}."""
    shown = readable(found, reader)
    said = {
        name: (field.label, shown[name])
        for _words, form in STEPS.values()
        if form is not None
        for name, field in form.base_fields.items()
        if name in form.columns()
    }
    if found.call is not None:
        told = [f"{question} {answer}" for question, answer in calls.answers(found) if answer]
        said["call_answers"] = (MENDABLE["call_answers"], "\n".join(told))
    return said


def sections_of(
    found: Venture, attached: list[StoredFile], reader: Any = None
) -> list[dict[str, Any]]:
    """The answers by step: all of them while they can be changed, afterwards those given.

    Nobody in particular as ``reader`` gets none that is confidential.
    """
    said = answers_of(found, reader)
    if not may_read(found, "attachment", reader):
        attached = []
    open_steps = steps_of(found) if found.is_open_to_change else []
    sections = []
    for name, (label, form) in STEPS.items():
        if form is None or (name == "cau-hoi" and found.call is None):
            continue
        if name == "cau-hoi":
            rows = [(_("Đợt nhận ý tưởng"), found.call.title), *calls.answers(found)]
        else:
            rows = [said[column] for column in form.columns()]
        if not found.guardian_name and name == "nguoi-lam":
            rows = [said[c] for c in form.columns() if not c.startswith("guardian")]
        if not found.is_open_to_change:
            rows = [(question, answer) for question, answer in rows if answer]
        sections.append(
            {
                "label": label,
                "rows": rows,
                "files": attached if "attachment" in form.base_fields else [],
                "url": reverse("projects:draft", args=[found.key, name])
                if name in open_steps
                else "",
            }
        )
    return sections


def sections_of_version(version: Version, reader: Any) -> list[dict[str, Any]]:
    """The answers of one version by step, under the questions of the form of today."""
    now, then = answers_of(version.venture, reader), versions.said(version, reader)
    attached = versions.files_of(version, reader)
    sections = []
    for label, form in STEPS.values():
        if form is None:
            continue
        rows = []
        for column in form.columns():
            question, answer = then.get(column, ("", ""))
            if column not in version.answers:  # who wrote it: told once, not in every version
                answer = now[column][1]
            if answer:
                rows.append((now[column][0] if column in now else question, answer))
        shown = attached if "attachment" in form.base_fields else []
        if rows or shown:
            sections.append({"label": label, "rows": rows, "files": shown, "url": ""})
    return sections
