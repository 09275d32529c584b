"""The last step of a draft: everything once more, the consents, and the button."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent
from accounts.web import start_code
from core.web import require
from core.words import Refused
from projects import attachments, calls, drafts, publishing, written
from projects.forms.intake import STEPS, unfinished
from projects.forms.people_step import is_child
from projects.forms.sending import SendStep
from projects.models import Venture
from projects.views.draft_page import frame, receipt_of, sign_in, taken
from projects.views.whose import kept_keys
from projects.views.written import sections_of


def review(request, found: Venture):
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
        "sections": sections_of(found, attachments.attached_to(found), written.WRITER),
        "missing": [(STEPS[name][0], name) for name in missing],
        "refusal": refusal,
        "may_send": may_send,
        "came_back": signed_in and _ticked(found) in request.session and status == 200,
        "is_child": is_child(found, found.contact_birth_date, timezone.localdate()),
    }
    return render(
        request, "projects/draft_send.html", context | frame(request, found, "gui"), status=status
    )


def _ticked(found: Venture) -> str:
    return f"consents:{found.key}"


def _items(found: Venture) -> str:
    return f"published:{found.key}"


def _send_form(request, found: Venture) -> SendStep:
    """All consents of a draft; of a mended idea only what was withdrawn and is needed."""
    asks = list(Consent.Purpose.values)
    if found.status == Venture.Status.RETURNED:
        asks = [p for p in ("process",) if p not in drafts.standing(found, timezone.localdate())]
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
            return redirect(sign_in(found, "gui"))
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
    return taken(redirect(receipt_of(sent)), f"{sent.key}:")
