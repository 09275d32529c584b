"""Entering an idea for somebody else: begin, confirm by code or on paper, claim."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import consent_texts
from accounts.models import Consent
from core.fields import Owner, keep_for
from core.web import page_of, require
from core.words import Refused
from projects import assisted, attachments, tale, written
from projects.forms.assisted import AskCodeForm, BeginForm, PaperForm, ReadOutForm
from projects.forms.intake import STEPS, unfinished
from projects.forms.people_step import is_child
from projects.models import AssistedEntry, Venture
from projects.views.written import mend_of, sections_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def begin(request):
    """Whom the idea is of; below, what this helper has entered and nobody has claimed."""
    require(request.user, "venture.assist")
    posted = request.method == "POST"
    form = BeginForm(request.POST if posted else None, today=timezone.localdate())
    key = _key(request.POST.get("key", "")) or uuid.uuid4()
    if posted and form.is_valid():
        try:
            found = assisted.begin(key, form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            if not found.is_open_to_change:
                return redirect("projects:assisted", found.key)
            return redirect("projects:draft", found.key, next(iter(STEPS)))
    rows = assisted.entered_by(request.user).order_by("-pk")
    context = {"form": form, "key": key, "page": page_of(rows, request)}
    return render(request, "projects/assisted.html", context, status=422 if posted else 200)


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _load(request, key) -> Venture:
    """What this helper entered and nobody has claimed; for others it is not there."""
    rows = assisted.entered_by(request.user).select_related("assisted", "unit", "owner")
    return get_object_or_404(rows, key=key)


@login_required
@get_or_post
def entry(request, key):
    """The last step of an entry: confirmed by code or on paper, then sent; afterwards a receipt."""
    found = _load(request, key)
    require(request.user, "assistedentry.view", found)
    if not found.is_open_to_change:
        return _receipt(request, found)
    posted = request.POST.get("viec", "") if request.method == "POST" else ""
    forms = _forms(request, found, posted)
    missing = unfinished(found, timezone.localdate())
    if request.method == "POST":
        if missing:
            messages.error(request, _("Còn bước chưa viết xong. Mở bước đó để viết nốt."))
            return redirect("projects:assisted", found.key)
        form = forms.get(posted)
        if form is not None and form.is_valid():
            try:
                return _confirm(request, found, posted, form)
            except Refused as reason:
                form.add_error(None, str(reason))
            except OSError:
                form.add_error("email", _("Chưa gửi được thư. Thử lại sau ít phút."))
    context = {
        "venture": found,
        "forms": {name.replace("-", "_"): form for name, form in forms.items()},
        "sections": sections_of(found, attachments.attached_to(found), written.WRITER),
        "missing": [(STEPS[name][0], name) for name in missing],
        "mend": mend_of(found),
        "code_sent": found.assisted.code_hash != "",
        "is_child": is_child(found, found.contact_birth_date, timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/assisted_entry.html", context, status=status)


def _forms(request, found: Venture, posted: str):
    """The three forms of the page by what they do; the posted one is bound."""
    mended = found.status == Venture.Status.RETURNED
    ask = AskCodeForm(
        request.POST if posted == "gui-ma" else None,
        mended=mended,
        initial={"email": found.contact_email},
        prefix="ma",
    )
    paper = PaperForm(
        request.POST if posted == "giay" else None,
        request.FILES if posted == "giay" else None,
        mended=mended,
        prefix="giay",
    )
    keep_for(paper, Owner(timezone.now(), request.user))
    read_out = ReadOutForm(request.POST if posted == "ma" else None)
    return {"gui-ma": ask, "ma": read_out, "giay": paper}


def _confirm(request, found: Venture, posted: str, form):
    now, by = timezone.now(), request.user
    if posted == "gui-ma":
        assisted.send_code(
            found, email=form.cleaned_data["email"], purposes=form.purposes, by=by, at=now
        )
        messages.success(request, _("Đã gửi mã. Nhờ người đó mở thư và đọc mã cho bạn."))
        return redirect("projects:assisted", found.key)
    if posted == "ma":
        sent = assisted.confirm_by_code(found, form.cleaned_data["code"], by=by, at=now)
    else:
        sent = assisted.confirm_on_paper(
            found, form.cleaned_data["paper"], purposes=form.purposes, by=by, at=now
        )
    messages.success(request, _("Đã xác nhận và gửi."))
    if sent.owner_id is not None:
        return redirect("projects:assist")
    return redirect("projects:assisted", sent.key)


def _receipt(request, found: Venture):
    """All that the helper reads after the sending."""
    sending = tale.last_sending(found)
    context = {
        "venture": found,
        "code": found.code_as("YT"),
        "at": sending.at if sending else found.received_at,
        "promised": tale.promised(sending) if sending else found.promised_on,
        "fingerprint": sending.data.get("fingerprint", "") if sending else found.fingerprint,
        "sections": sections_of(found, [], request.user),
        "way": AssistedEntry.Way(found.assisted.way).label if found.assisted.way else "",
    }
    return render(request, "projects/assisted_receipt.html", context)


@login_required
@require_safe
def paper(request, key):
    """The sheet to print and sign: the answers, the consents with their words, the lines."""
    found = _load(request, key)
    context = {
        "venture": found,
        "sections": [s | {"url": ""} for s in sections_of(found, [], written.WRITER)],
        "texts": [(p.value, consent_texts.text(p)) for p in Consent.Purpose],
        "is_child": is_child(found, found.contact_birth_date, timezone.localdate()),
    }
    return render(request, "projects/assisted_paper.html", context)


@login_required
@require_POST
def claim(request, key):
    """The person whose idea it is takes it into their account."""
    rows = assisted.to_claim(request.user) | Venture.objects.filter(
        owner=request.user, entered_by__isnull=False
    )
    found = get_object_or_404(rows, key=key)
    try:
        found = assisted.claim(found, by=request.user, at=timezone.now())
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect("projects:own_ideas")
    messages.success(request, _("Ý tưởng này nay ở trong tài khoản của bạn."))
    return redirect("projects:idea", found.code_as("YT"))
