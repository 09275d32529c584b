"""The idea form: few fields, one group a step, in one order."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.forms.call_step import CallStep
from projects.forms.idea_steps import IdeaStep, ProblemStep, WantedStep
from projects.forms.people_step import PeopleStep
from projects.forms.steps import StepForm
from projects.models import Venture

STEPS: dict[str, tuple[Any, type[StepForm] | None]] = {
    "y-tuong": (_("Ý tưởng"), IdeaStep),
    "van-de": (_("Vấn đề"), ProblemStep),
    "nguoi-lam": (_("Người làm"), PeopleStep),
    "ho-tro": (_("Hỗ trợ cần"), WantedStep),
    "cau-hoi": (_("Câu hỏi của đợt"), CallStep),
    "gui": (_("Xem lại, gửi"), None),
}


def steps_of(venture: Venture) -> list[str]:
    """The steps of this draft: of an idea that was sent back only those with parts to mend."""
    mended = venture.status == Venture.Status.RETURNED
    questioned = venture.call is not None and bool(venture.call.asked)
    return [
        name
        for name, (_label, form) in STEPS.items()
        if (form is None or not mended or _parts(form) & set(venture.mend_fields))
        and (form is not CallStep or questioned)
    ]


def _parts(form: type[StepForm]) -> set[str]:
    """What an official may ask to be mended of this step: its answers and its files."""
    return {*form.columns(), *form.base_fields}


def unfinished(venture: Venture, today: date) -> list[str]:
    """The steps in which something needed is missing."""
    return [
        name
        for name in steps_of(venture)
        if (form := STEPS[name][1]) is not None and not form.is_done(venture, today)
    ]
