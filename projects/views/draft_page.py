"""The page of one step of a draft: its form, and what stands around it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from projects import calls, drafts, similar, written
from projects.forms.intake import STEPS, steps_of, unfinished
from projects.forms.steps import StepForm
from projects.models import Venture
from projects.views.calls import open_calls
from projects.views.whose import kept_keys, proof
from projects.views.written import answers_of, mend_of

FIRST = "y-tuong"


def show(request, found: Venture, step: str, form: StepForm, *, status=200, theirs=False):
    begun = found.pk is not None
    steps = steps_of(found)
    at = steps.index(step)
    get_token(request)
    context = {
        "venture": found,
        "form": form,
        "step": step,
        "label": STEPS[step][0],
        "next_label": STEPS[steps[at + 1]][0],
        "begun": begun,
        "here_url": reverse("projects:draft", args=[found.key, step]) if begun else request.path,
        "version": drafts.version(found, form.columns()),
        "tab": get_random_string(8),
        "proof": "" if begun else proof(request, found.key),
        "hints": step == FIRST and found.status == Venture.Status.DRAFT,
        "alike": _alike(found) if step == steps[1] and request.method != "POST" else [],
        "theirs": differences(form, found) if theirs else [],
        "unfinished_drafts": [] if begun else _unsent(request),
        "open_calls": [] if begun or found.call else open_calls(timezone.now()),
        "sign_in": sign_in(found, step),
    }
    return render(
        request,
        "projects/draft.html",
        context | frame(request, found, step),
        status=status,
    )


def _alike(found: Venture) -> list[Venture]:
    """Public ventures like a draft whose summary is written: told at the top of the next step."""
    if found.status != Venture.Status.DRAFT:
        return []
    return similar.public_ones(found, timezone.localdate())


def frame(request, found: Venture, step: str) -> dict[str, Any]:
    """What every step shows around its form."""
    steps, missing = steps_of(found), unfinished(found, timezone.localdate())
    at = steps.index(step)
    begun = found.pk is not None
    return {
        "number": at + 1,
        "count": len(steps),
        "previous": steps[at - 1] if at else "",
        "mend": mend_of(found),
        "call_shut": calls.shut(found.call, timezone.now()) if found.call else "",
        "steps": [
            {
                "label": STEPS[name][0],
                "url": reverse("projects:draft", args=[found.key, name]) if begun else "",
                "state": "now"
                if name == step
                else "done"
                if begun and name != "gui" and name not in missing and _is_begun(found, name)
                else "",
            }
            for name in steps
        ],
    }


def _is_begun(found: Venture, step: str) -> bool:
    return any(getattr(found, name) for name in STEPS[step][1].columns())


def sign_in(found: Venture, step: str) -> str:
    back = reverse("projects:draft", args=[found.key, step])
    return f"{reverse('accounts:code_sign_in')}?{urlencode({'tiep': back})}"


def _unsent(request) -> list[Venture]:
    """Drafts to go on with, of this person and of this browser."""
    rows = Venture.objects.filter(status=Venture.Status.DRAFT)
    own = rows.filter(owner__isnull=True, key__in=kept_keys(request))
    if request.user.is_authenticated:
        own = own | rows.filter(owner=request.user)
    elif not kept_keys(request):
        return []
    return list(own.order_by("-pk")[:3])


def differences(form: StepForm, theirs: Venture) -> list[tuple[Any, Any]]:
    """What the other page saved, where it is not what stands in this form: (question, answer)."""
    said = answers_of(theirs, written.WRITER)
    return [
        (said[name][0], said[name][1])
        for name in form.columns()
        if name in form.kept and form.kept[name] != getattr(theirs, name)
    ]


def already_sent(request, found: Venture):
    if is_auto(request):
        told = {"error": _("Ý tưởng này đã gửi rồi."), "url": receipt_of(found)}
        return JsonResponse(told, status=409)
    if request.method == "POST":
        messages.info(request, _("Ý tưởng này đã gửi rồi. Đây là biên nhận."))
    return redirect(receipt_of(found))


def receipt_of(found: Venture) -> str:
    return reverse("projects:receipt", args=[found.code_as("YT")])


def is_auto(request) -> bool:
    return request.method == "POST" and "X-Autosave" in request.headers


def taken(answer, name: str):
    """Tell the script in one cookie which text the server has: its copy on the device goes."""
    if name.isascii() and name.replace("-", "").replace(":", "").isalnum():
        answer.set_cookie(
            "draft_saved", name, max_age=120, secure=settings.HTTPS, samesite="Lax"
        )  # not HttpOnly: a script reads and erases it; nothing secret is in it
    return answer
