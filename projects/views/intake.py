"""Writing an idea: begun by anybody, kept from the first step, sent once."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Consent
from accounts.web import start_code
from core.fields import Owner, keep_for
from core.formats_vn import date_vn
from core.text import nfc
from core.web import require
from core.words import Refused
from projects import calls, drafts, publishing, similar, written
from projects.forms.intake import STEPS, SendStep, StepForm, is_child, steps_of, unfinished
from projects.models import Venture
from projects.views import team
from projects.views.calls import asked_for, if_open, open_calls
from projects.views.whose import (
    KEPT_DRAFTS,
    kept_keys,
    load_draft,
    may_begin,
    may_upload,
    proof,
    remember,
)
from projects.views.written import answers_of, mend_of, sections_of

FIRST = "y-tuong"


# -- Writing -------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The first step; its hidden key makes one draft of it however often it is pressed."""
    blank = Venture(key=uuid.uuid4(), call=asked_for(request))
    if request.method != "POST":
        blank.call = if_open(request, blank.call)
        return _show(request, blank, FIRST, _form(request, blank, FIRST))
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        form = _form(request, blank, FIRST)
        form.add_error(None, _("Trang này đã cũ. Chữ của bạn còn đây, bấm lưu lần nữa."))
        return _show(request, blank, FIRST, form, status=422)
    existing = Venture.objects.filter(key=key).first()
    if existing is None:
        return _begin(request, Venture(key=key, call=if_open(request, blank.call)))
    proved = constant_time_compare(request.POST.get("proof", ""), proof(request, key))
    if existing.owner_id is None and proved:
        remember(request, key)
    found = load_draft(request, key)
    if not found.is_open_to_change:
        return _already_sent(request, found)
    if found.owner_id is not None:
        require(request.user, "venture.edit", found)
    return _save_step(request, found, FIRST)


def _begin(request, blank: Venture):
    form = _form(request, blank, FIRST)
    form.is_valid()
    if not any(form.kept.values()):
        if _is_auto(request):
            return JsonResponse({"saved": ""})
        if not form.errors:
            form.add_error("title", form.fields["title"].error_messages["required"])
        return _show(request, blank, FIRST, form, status=422)
    if not may_begin(request):
        words = _(
            "Nhiều ý tưởng vừa được bắt đầu từ mạng này. Chờ một giờ, hoặc đăng nhập rồi gửi."
        )
        if _is_auto(request):
            return JsonResponse({"error": words}, status=429)
        form.add_error(None, words)
        return _show(request, blank, FIRST, form, status=429)
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
        return _already_sent(request, found)
    if (answer := _not_ones_own_pen(request, found, step)) is not None:
        return answer
    if step not in steps_of(found):
        return redirect("projects:draft", found.key, steps_of(found)[0])
    if step == "gui":
        return _review(request, found)
    if request.method == "POST":
        return _save_step(request, found, step)
    return _show(request, found, step, _form(request, found, step))


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


def _already_sent(request, found: Venture):
    if _is_auto(request):
        told = {"error": _("Ý tưởng này đã gửi rồi."), "url": _receipt(found)}
        return JsonResponse(told, status=409)
    if request.method == "POST":
        messages.info(request, _("Ý tưởng này đã gửi rồi. Đây là biên nhận."))
    return redirect(_receipt(found))


def _receipt(found: Venture) -> str:
    return reverse("projects:receipt", args=[found.code_as("YT")])


def _is_auto(request) -> bool:
    return request.method == "POST" and "X-Autosave" in request.headers


def _form(request, found: Venture, step: str) -> StepForm:
    """The step's form, bound when posted. A visitor who keeps files needs a session."""
    form_class = STEPS[step][1]
    told: dict[str, Any] = {"venture": found, "today": timezone.localdate()}
    has_file = "attachment" in form_class.base_fields
    if has_file:
        told["attached"] = drafts.attached_to(found)
        if not request.user.is_authenticated and not request.session.session_key:
            request.session.save()
    if request.method == "POST":
        told["complete"] = not ({"luu", "ve", "may-khac"} & set(request.POST) or _is_auto(request))
        form = form_class(request.POST, request.FILES, **told)
    else:
        form = form_class(**told)
    if has_file and _is_auto(request):
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
        return _already_sent(request, drafts.reread(found))
    except Refused as refusal:
        return _not_saved(request, found, step, form, refusal)
    if _is_auto(request):
        _note_tab(request, found, step, tab, drafts.version(found, form.columns()))
        return _told_script(found, step, form)
    if form.errors:
        return _show(request, found, step, form, status=422)
    return _taken(redirect(_following(request, found, step)), f"{found.key}:{step}:{tab}")


def _files(form: StepForm) -> Any:
    """What became of the files, also of those beside one that was refused."""
    outcome = getattr(form.fields.get("attachment"), "outcome", None)
    return drafts.UNTOUCHED if outcome is None else outcome


def _taken(answer, name: str):
    """Tell the script in one cookie which text the server has: its copy on the device goes."""
    if name.isascii() and name.replace("-", "").replace(":", "").isalnum():
        answer.set_cookie(
            "draft_saved", name, max_age=120, secure=settings.HTTPS, samesite="Lax"
        )  # not HttpOnly: a script reads and erases it; nothing secret is in it
    return answer


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
    if _is_auto(request):
        told: dict[str, Any] = {"error": str(refusal)}
        if theirs is not None:
            told["theirs"] = [
                (str(question), date_vn(answer) if isinstance(answer, date) else str(answer or ""))
                for question, answer in _differences(form, theirs)
            ]
            told["version"] = drafts.version(theirs, form.columns())
        return JsonResponse(told, status=status)
    form.add_error(None, str(refusal))
    return _show(request, theirs or found, step, form, status=status, theirs=theirs is not None)


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


def _show(request, found: Venture, step: str, form: StepForm, *, status=200, theirs=False):
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
        "theirs": _differences(form, found) if theirs else [],
        "unfinished_drafts": [] if begun else _unsent(request),
        "open_calls": [] if begun or found.call else open_calls(timezone.now()),
        "sign_in": _sign_in(found, step),
    }
    return render(
        request,
        "projects/draft.html",
        context | _frame(request, found, step),
        status=status,
    )


def _alike(found: Venture) -> list[Venture]:
    """Public ventures like a draft whose summary is written: told at the top of the next step."""
    if found.status != Venture.Status.DRAFT:
        return []
    return similar.public_ones(found, timezone.localdate())


def _frame(request, found: Venture, step: str) -> dict[str, Any]:
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


def _sign_in(found: Venture, step: str) -> str:
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


def _differences(form: StepForm, theirs: Venture) -> list[tuple[Any, Any]]:
    """What the other page saved, where it is not what stands in this form: (question, answer)."""
    said = answers_of(theirs, written.WRITER)
    return [
        (said[name][0], said[name][1])
        for name in form.columns()
        if name in form.kept and form.kept[name] != getattr(theirs, name)
    ]


# -- Sending -------------------------------------------------------------------
def _review(request, found: Venture):
    """The last step: everything once more, the consents, and the button."""
    signed_in = request.user.is_authenticated
    form = _send_form(request, found)
    missing = unfinished(found, timezone.localdate())
    refusal = calls.refusal(found, timezone.now())
    to_box = "hop-chung" in request.POST and found.call_id is not None
    if to_box or refusal:  # the call's own questions stay behind
        missing = [name for name in missing if name != "cau-hoi"]
    may_send = found.owner_id is None or request.user.can("venture.send", found)
    status = 200
    if request.method == "POST" and not may_send:
        require(request.user, "venture.send", found)
    if request.method == "POST":
        status = 422
        if refusal and not to_box:
            form.add_error(None, refusal)
        elif missing:
            form.add_error(None, _("Còn bước chưa viết xong. Mở bước đó để viết nốt."))
        elif form.is_valid():
            answer = _send(request, found, form) if signed_in else _ask_who(request, found, form)
            if answer is not None:
                return answer
    context = {
        "venture": found,
        "form": form,
        "sections": sections_of(found, drafts.attached_to(found), written.WRITER),
        "missing": [(STEPS[name][0], name) for name in missing],
        "refusal": refusal,
        "may_send": may_send,
        "came_back": signed_in and _ticked(found) in request.session and status == 200,
        "is_child": is_child(found, found.contact_birth_date, timezone.localdate()),
    }
    return render(
        request, "projects/draft_send.html", context | _frame(request, found, "gui"), status=status
    )


def _ticked(found: Venture) -> str:
    return f"consents:{found.key}"


def _items(found: Venture) -> str:
    return f"published:{found.key}"


def _send_form(request, found: Venture) -> SendStep:
    """All consents of a draft; of a mended idea only what was withdrawn and is needed."""
    asks = list(Consent.Purpose.values)
    if found.status == Venture.Status.RETURNED:
        asks = [p for p in ("process",) if p not in drafts.standing(found)]
    ticked = request.session.get(_ticked(found), [])
    return SendStep(
        request.POST if request.method == "POST" else None,
        asks=asks,
        signed_in=request.user.is_authenticated,
        guardian_email=found.guardian_email,
        offered=publishing.offered(
            found, is_child=is_child(found, found.contact_birth_date, timezone.localdate())
        ),
        initial=dict.fromkeys(ticked, True)
        | {
            "email": request.session.get("code_email", ""),
            "published": request.session.get(_items(found), []),
        },
    )


def _ask_who(request, found: Venture, form: SendStep):
    """Keep the ticks, send a code to the address, and go to the page that asks for it."""
    email = form.cleaned_data["email"]
    request.session[_ticked(found)] = form.purposes
    request.session[_items(found)] = form.cleaned_data.get("published", [])
    request.session["code_email"] = email
    try:
        if start_code(request, email):
            return redirect(_sign_in(found, "gui"))
        form.add_error("email", _("Bạn đã xin mã nhiều lần. Chờ một giờ rồi thử lại."))
    except OSError:
        form.add_error("email", _("Chưa gửi được thư. Bài viết còn nguyên, thử lại sau ít phút."))
    return None


def _send(request, found: Venture, form: SendStep):
    try:
        sent = drafts.send(
            found,
            by=request.user,
            purposes=form.purposes,
            published=form.cleaned_data.get("published", ()),
            at=timezone.now(),
            to_box="hop-chung" in request.POST,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    for name in (_ticked(found), _items(found), "code_email"):
        request.session.pop(name, None)
    if str(found.key) in kept_keys(request):
        request.session["drafts"] = [k for k in kept_keys(request) if k != str(found.key)]
    return _taken(redirect(_receipt(sent)), f"{sent.key}:")
