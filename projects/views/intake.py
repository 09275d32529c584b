"""Writing an idea: begun by anybody, kept from the first step, sent once."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.fields import Owner, keep_for
from core.formats_vn import date_vn
from core.text import nfc
from core.web import require
from core.words import Refused
from projects import attachments, drafts
from projects.forms.intake import STEPS, steps_of
from projects.forms.steps import StepForm
from projects.models import Venture
from projects.views import team
from projects.views.calls import asked_for, if_open
from projects.views.draft_page import (
    FIRST,
    already_sent,
    differences,
    is_auto,
    show,
    taken,
)
from projects.views.sending import review
from projects.views.whose import (
    KEPT_DRAFTS,
    load_draft,
    may_begin,
    may_upload,
    proof,
    remember,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The first step; its hidden key makes one draft of it however often it is pressed."""
    blank = Venture(key=uuid.uuid4(), call=asked_for(request))
    if request.method != "POST":
        blank.call = if_open(request, blank.call)
        return show(request, blank, FIRST, _form(request, blank, FIRST))
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        form = _form(request, blank, FIRST)
        form.add_error(None, _("Trang này đã cũ. Chữ của bạn còn đây, bấm lưu lần nữa."))
        return show(request, blank, FIRST, form, status=422)
    existing = Venture.objects.filter(key=key).first()
    if existing is None:
        return _begin(request, Venture(key=key, call=if_open(request, blank.call)))
    proved = constant_time_compare(request.POST.get("proof", ""), proof(request, key))
    if existing.owner_id is None and proved:
        remember(request, key)
    found = load_draft(request, key)
    if not found.is_open_to_change:
        return already_sent(request, found)
    if found.owner_id is not None:
        require(request.user, "venture.edit", found)
    return _save_step(request, found, FIRST)


def _begin(request, blank: Venture):
    form = _form(request, blank, FIRST)
    form.is_valid()
    if not any(form.kept.values()):
        if is_auto(request):
            return JsonResponse({"saved": ""})
        if not form.errors:
            form.add_error("title", form.fields["title"].error_messages["required"])
        return show(request, blank, FIRST, form, status=422)
    if not may_begin(request):
        words = _(
            "Nhiều ý tưởng vừa được bắt đầu từ mạng này. Chờ một giờ, hoặc đăng nhập rồi gửi."
        )
        if is_auto(request):
            return JsonResponse({"error": words}, status=429)
        form.add_error(None, words)
        return show(request, blank, FIRST, form, status=429)
    owner = request.user if request.user.is_authenticated else None
    found = drafts.begin(blank.key, owner, timezone.now(), blank.call)
    if found.owner_id is None:
        remember(request, blank.key)
    return _save_step(request, load_draft(request, blank.key), FIRST)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, key, step):
    """A step of the draft: shown, or saved and left for another."""
    if step not in STEPS:
        raise Http404(step)
    found = load_draft(request, key)
    if not found.is_open_to_change:
        return already_sent(request, found)
    if (answer := _not_ones_own_pen(request, found, step)) is not None:
        return answer
    if step not in steps_of(found):
        return redirect("projects:draft", found.key, steps_of(found)[0])
    if step == "gui":
        return review(request, found)
    if request.method == "POST":
        return _save_step(request, found, step)
    return show(request, found, step, _form(request, found, step))


def _not_ones_own_pen(request, found: Venture, step: str):
    """Who reads only gets the text to read; a helper sends on a page of its own; else None."""
    if found.owner_id is None:
        helped = step == "gui" and found.entered_by_id is not None
        return redirect("projects:assisted", found.key) if helped else None
    if request.method == "POST":
        require(request.user, "venture.edit", found)
    if request.user.can("venture.edit", found):
        return None
    return team.read(request, found)


def _form(request, found: Venture, step: str) -> StepForm:
    """The step's form, bound when posted. A visitor who keeps files needs a session."""
    form_class = STEPS[step][1]
    told: dict[str, Any] = {"venture": found, "today": timezone.localdate()}
    has_file = "attachment" in form_class.base_fields
    if has_file:
        told["attached"] = attachments.attached_to(found)
        if not request.user.is_authenticated and not request.session.session_key:
            request.session.save()
    if request.method == "POST":
        told["complete"] = not ({"luu", "ve", "may-khac"} & set(request.POST) or is_auto(request))
        form = form_class(request.POST, request.FILES, **told)
    else:
        form = form_class(**told)
    if has_file and is_auto(request):
        form.fields.pop("attachment", None)  # a script sends no files
    keep_for(form, Owner(timezone.now(), request.user, request.session.session_key or ""))
    return form


def _save_step(request, found: Venture, step: str):
    """Keep what is in order, then tell what is not, or go on."""
    too_many = not may_upload(request)
    if too_many:
        request.FILES.clear()
    form = _form(request, found, step)
    form.is_valid()
    if too_many:
        words = _("Nhiều tệp vừa được gửi từ mạng này. Chờ một giờ, hoặc đăng nhập rồi gửi.")
        form.add_error("attachment" if "attachment" in form.fields else None, words)
    tab = nfc(request.POST.get("tab", ""))[:20]
    try:
        found = drafts.save(
            found,
            form.kept,
            names=form.columns(),
            seen={request.POST.get("version", ""), _version_of_tab(request, found, step, tab)},
            at=timezone.now(),
            marks=form.marks,
            attachment=_files(form),
        )
    except drafts.Sent:
        return already_sent(request, drafts.reread(found))
    except Refused as refusal:
        return _not_saved(request, found, step, form, refusal)
    if is_auto(request):
        _note_tab(request, found, step, tab, drafts.version(found, form.columns()))
        return _told_script(found, step, form)
    if form.errors:
        return show(request, found, step, form, status=422)
    return taken(redirect(_following(request, found, step)), f"{found.key}:{step}:{tab}")


def _files(form: StepForm) -> Any:
    """What became of the files, also of those beside one that was refused."""
    outcome = getattr(form.fields.get("attachment"), "outcome", None)
    return drafts.UNTOUCHED if outcome is None else outcome


def _told_script(found: Venture, step: str, form: StepForm):
    told = {
        "url": reverse("projects:draft", args=[found.key, step]),
        "saved": f"{timezone.localtime(found.saved_at):%H:%M}",
        "version": drafts.version(found, form.columns()),
    }
    if form.errors:
        return JsonResponse(told | {"errors": form.errors}, status=422)
    return JsonResponse(told)


def _not_saved(request, found: Venture, step: str, form: StepForm, refusal: Refused):
    """Another page was quicker, or the file belongs elsewhere; the words stay on the page."""
    theirs = refusal.theirs if isinstance(refusal, drafts.Conflict) else None
    status = 422 if theirs is None else 409
    if is_auto(request):
        told: dict[str, Any] = {"error": str(refusal)}
        if theirs is not None:
            told["theirs"] = [
                (str(question), date_vn(answer) if isinstance(answer, date) else str(answer or ""))
                for question, answer in differences(form, theirs)
            ]
            told["version"] = drafts.version(theirs, form.columns())
        return JsonResponse(told, status=status)
    form.add_error(None, str(refusal))
    return show(request, theirs or found, step, form, status=status, theirs=theirs is not None)


def _following(request, found: Venture, step: str) -> str:
    """The page of the next step, the one before, or this one; or of the link by mail."""
    if "may-khac" in request.POST:
        return reverse("projects:resume_ask", args=[found.key])
    steps = steps_of(found)
    at = steps.index(step)
    if "luu" in request.POST:
        messages.success(request, _("Đã lưu nháp. Bạn viết tiếp lúc nào cũng được."))
        then = step
    else:
        then = steps[max(0, at - 1)] if "ve" in request.POST else steps[at + 1]
    return reverse("projects:draft", args=[found.key, then])


def _version_of_tab(request, found: Venture, step: str, tab: str) -> str:
    """What this very page saved last by script: its own saving is nobody else's."""
    last_tab, version = request.session.get("saved", {}).get(f"{found.key}:{step}", ("", ""))
    return version if tab and tab == last_tab else ""


def _note_tab(request, found: Venture, step: str, tab: str, version: str) -> None:
    saved = request.session.get("saved", {})
    saved.pop(f"{found.key}:{step}", None)
    saved[f"{found.key}:{step}"] = [tab, version]
    request.session["saved"] = dict(list(saved.items())[-2 * KEPT_DRAFTS :])
