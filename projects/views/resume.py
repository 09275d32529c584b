"""Going on with a draft on another device: asking for the link, and opening it."""

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.tasks import deliver
from core.words import Refused
from projects import resume
from projects.forms.intake import steps_of, unfinished
from projects.forms.resume import ResumeForm
from projects.models import Venture
from projects.views.whose import counted, load_draft, remember

LETTERS_AN_HOUR = 30  # from one address of the network: a school shares one


# -- Asking --------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, key):
    """Send the link: to the account's address, or to the one that a visitor types."""
    found = load_draft(request, key)
    if not found.is_open_to_change:
        return redirect("projects:receipt", found.code_as("YT"))
    signed_in = request.user.is_authenticated
    form = ResumeForm(request.POST if request.method == "POST" else None, signed_in=signed_in)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email = request.user.email if signed_in else form.cleaned_data["email"]
            status = _send(request, found, email, form)
            if status == 200:
                return redirect("projects:draft", found.key, _step(found))
    context = {"venture": found, "form": form, "step": _step(found)}
    return render(request, "projects/resume_ask.html", context, status=status)


def _send(request, found: Venture, email: str, form: ResumeForm) -> int:
    """200 when the letter is on its way; else the status, with the sentence in the form.

    Whether the address has an account is not looked up: there is nothing to tell.
    """
    if counted(f"drafts-letters:{get_ip(request)}") > LETTERS_AN_HOUR:
        form.add_error(None, _("Nhiều thư vừa được gửi từ mạng này. Chờ một giờ rồi thử lại."))
        return 429
    by = request.user if request.user.is_authenticated else None
    try:
        letter = resume.post(found, email, by=by, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return 429
    deliver.delay_on_commit(message_id=letter.pk)
    messages.success(
        request,
        _("Đã gửi đường dẫn đến %(email)s. Mở thư trên máy kia để viết tiếp.") % {"email": email},
    )
    return 200


def _step(found: Venture) -> str:
    """Where there is something left to write; the last step when there is not."""
    left = unfinished(found, timezone.localdate())
    return left[0] if left else steps_of(found)[-1]


# -- Opening -------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request, token):
    """The link in the letter. Opened by a mail scanner it does nothing: a button does."""
    try:
        found = resume.find(token, timezone.now())
    except resume.Unknown as refusal:
        return _told(request, None, str(refusal), status=404)
    if not found.is_open_to_change:
        return _told(request, found, _("Ý tưởng này đã gửi rồi."))
    if found.owner_id is not None and request.user.is_authenticated:
        return _own(request, found)
    if request.method != "POST":
        taken = found.owner_id is not None
        button = _("Đăng nhập để viết tiếp") if taken else _("Viết tiếp trên máy này")
        return _told(request, found, "", button=button)
    here = reverse("projects:draft", args=[found.key, _step(found)])
    if found.owner_id is None:
        remember(request, found.key)
        return redirect(here)
    return redirect(f"{reverse('accounts:code_sign_in')}?{urlencode({'tiep': here})}")


def _own(request, found: Venture):
    """Somebody has signed in: the draft is theirs, or another account's."""
    try:
        load_draft(request, found.key)
    except Http404:
        words = _("Bản nháp này nằm trong một tài khoản khác.")
        return _told(request, found, words, status=403)
    return redirect("projects:draft", found.key, _step(found))


def _told(request, found: Venture | None, words: str, *, button: str = "", status: int = 200):
    context = {"venture": found, "words": words, "button": button}
    return render(request, "projects/resume.html", context, status=status)
