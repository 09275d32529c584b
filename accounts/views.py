"""Pages about oneself: profile, consents, second factor, guardian's answer, sign-in by code."""

from allauth.core.internal.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import consent_texts, services
from accounts.forms import AskGuardianForm, CodeForm, EmailForm, GuardianForm, ProfileForm
from accounts.models import Consent, Guardianship
from accounts.queries import consents_of
from accounts.web import allowed, finish_code, forget_code, local_path, pending_email, start_code
from core.words import Refused

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _posted(request):
    """What a form is bound to: also an empty post is one."""
    return request.POST if request.method == "POST" else None


# -- Oneself ------------------------------------------------------------------
@login_required
@get_or_post
def profile(request):
    form = ProfileForm(_posted(request), user=request.user)
    if form.is_valid():
        services.update_profile(request.user, **form.cleaned_data)
        messages.success(request, _("Đã lưu hồ sơ của bạn."))
        return redirect("accounts:profile")
    return _show_profile(request, form=form)


def _show_profile(request, *, form=None, guardian_form=None):
    user = request.user
    today = timezone.localdate()
    context = {
        "form": form or ProfileForm(user=user),
        "memberships": user.memberships.select_related("agency").order_by("-valid_from", "pk"),
        "today": today,
        "consents": consents_of(user),
        "contest_entries": user.contest_entries.select_related("contest").order_by("-pk")[:5],
        "guardianships": user.guardianships.order_by("-asked_at", "-pk"),
        "is_minor": user.birth_date is not None and user.is_minor(today),
        "guardian_form": guardian_form or AskGuardianForm(),
        "mfa_required": settings.MFA_REQUIRED,
    }
    return render(request, "accounts/profile.html", context)


@login_required
@require_POST
def withdraw_consent(request, pk):
    consent = get_object_or_404(Consent, pk=pk, user=request.user)
    services.withdraw_consent(consent, timezone.now())
    messages.success(request, _("Đã rút lại. Việc này có hiệu lực ngay."))
    return redirect("accounts:profile")


@login_required
@require_POST
def ask_guardian(request):
    form = AskGuardianForm(request.POST)
    if not form.is_valid():
        return _show_profile(request, guardian_form=form)
    if not allowed(request, "ask_guardian", key=str(request.user.pk)):
        return respond_429(request)
    try:
        services.ask_guardian(
            request.user,
            form.cleaned_data["guardian_name"],
            form.cleaned_data["guardian_email"],
            timezone.now(),
            consent_texts.text("guardian"),
            consent_texts.VERSION,
        )
    except Refused as reason:
        form.add_error("guardian_email", str(reason))
        return _show_profile(request, guardian_form=form)
    messages.success(request, _("Đã gửi thư. Bạn nhận được thư báo khi có câu trả lời."))
    return redirect("accounts:profile")


@login_required
@get_or_post
def second_factor(request):
    following = local_path(request) or settings.LOGIN_REDIRECT_URL
    if request.method == "POST":
        try:
            services.put_off_second_factor(request.user, at=timezone.now())
        except Refused as reason:
            messages.error(request, str(reason))
            return redirect(f"{request.path}?{urlencode({'tiep': following})}")
        return redirect(following)
    context = {"following": following, "may_wait": not settings.MFA_REQUIRED}
    return render(request, "accounts/second_factor.html", context)


# -- Guardians ----------------------------------------------------------------
@never_cache
@get_or_post
def guardian(request, token):
    """The link in the letter is the guardian's key: unknown keys are not told from old ones."""
    if not allowed(request, "guardian"):
        return respond_429(request)
    found = Guardianship.objects.select_related("child").filter(token=token).first()
    if found is None:
        raise Http404
    text = found.text or consent_texts.text("guardian")
    form = GuardianForm(_posted(request))
    if form.is_valid():
        try:
            services.answer_guardian(
                found,
                form.cleaned_data["answer"],
                name=form.cleaned_data["name"],
                text=text,
                version=found.version or consent_texts.VERSION,
                at=timezone.now(),
            )
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Đã ghi câu trả lời của ông/bà."))
        return redirect(found)
    context = {
        "guardianship": found,
        "child": services.first_name(found.child),
        "text": text,
        "form": form,
    }
    return render(request, "accounts/guardian.html", context)


# -- Signing in by code -------------------------------------------------------
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def code_sign_in(request):
    """Two steps at one address: the e-mail address, then the code."""
    following = local_path(request)
    if request.user.is_authenticated:
        return redirect(following or settings.LOGIN_REDIRECT_URL)
    here = request.path + (f"?{urlencode({'tiep': following})}" if following else "")
    if request.method == "POST":
        return _code_step(request, here, following)
    if pending_email(request):
        return _code_page(request, CodeForm(), here)
    return render(request, "accounts/code_email.html", {"form": EmailForm(), "here": here})


def _code_step(request, here, following):
    """What was pressed: other address, code again, code typed, or address typed."""
    if "doi" in request.POST:
        forget_code(request)
        return redirect(here)
    if "code" in request.POST:
        return _take_code(request, CodeForm(request.POST), here, following)
    told = {"email": pending_email(request)} if "lai" in request.POST else request.POST
    return _send_code(request, EmailForm(told), here)


def _send_code(request, form, here):
    if form.is_valid():
        try:
            if start_code(request, form.cleaned_data["email"]):
                return redirect(here)
            form.add_error("email", _("Bạn đã xin mã nhiều lần. Chờ một giờ rồi thử lại."))
        except OSError:
            form.add_error("email", _("Chưa gửi được thư. Thử lại sau ít phút."))
    return render(request, "accounts/code_email.html", {"form": form, "here": here})


def _take_code(request, form, here, following):
    if not form.is_valid():
        return _code_page(request, form, here)
    if response := finish_code(request, form.cleaned_data["code"], following):
        return response
    if not pending_email(request):
        messages.error(request, _("Mã đã hết hiệu lực. Xin một mã mới."))
        return redirect(here)
    form.add_error("code", _("Mã không đúng. Xem lại thư mới nhất."))
    return _code_page(request, form, here)


def _code_page(request, form, here):
    context = {"form": form, "here": here, "email": pending_email(request)}
    return render(request, "accounts/code_code.html", context)


def request_login_code(request):
    """allauth's own name for the page: there is one way to sign in by code."""
    query = {"tiep": following} if (following := local_path(request)) else {}
    return redirect(f"{reverse('accounts:code_sign_in')}?{urlencode(query)}".rstrip("?"))
