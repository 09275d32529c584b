"""Signing in by a code that comes by mail, in the middle of another task.

The code lives in the visitor's session, as a keyed hash; whether an account has the
address is not even looked up before the code is proved, so that there is nothing to
see or to measure. Other things in the session, drafts for one, survive the sign-in.
"""

import secrets

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.services import account_for, six_digits

SESSION_KEY = "sign_in_code"
LIVES = 15 * 60  # seconds
TRIES = 5
# Many pupils share their school's one address: wide by address of the net, narrow by mailbox.
RATES = {
    "code_send": "60/h/ip,5/h/key",
    "code_try": f"{TRIES}/{LIVES}s/key",
    "guardian": "60/10m/ip",
    "ask_guardian": "3/d/key",
    "diploma": "60/10m/ip",
}


def allowed(request: HttpRequest, action: str, key: str = "") -> bool:
    """Count one more ``action``; False when there were too many (see ``RATES``)."""
    usage = ratelimit.consume(
        request, app="accounts", action=action, config=RATES, key=key, limit_get=True
    )
    return usage is not None


def local_path(request: HttpRequest, name: str = "tiep") -> str:
    """The page of our own to go on to, from the query or the form; "" when there is none."""
    url = request.POST.get(name) or request.GET.get(name) or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if safe and url.startswith("/") and len(url) < 2000 else ""


def pending_email(request: HttpRequest) -> str:
    """The address that a code was sent to and is still awaited from; "" when there is none."""
    state = request.session.get(SESSION_KEY)
    if state and timezone.now().timestamp() < state["until"]:
        return state["email"]
    return ""


def forget_code(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def start_code(request: HttpRequest, email: str) -> bool:
    """Send a code; False when too many were asked for. OSError when no mail can be sent now."""
    email = User.objects.normalize(email)
    if not allowed(request, "code_send", key=email):
        return False
    code, nonce = six_digits(), secrets.token_urlsafe(16)
    text = render_to_string(
        "emails/account.code.txt", {"code": code, "minutes": LIVES // 60}, request
    )
    subject, _, body = text.strip().partition("\n")
    EmailMessage(subject.strip(), body.strip(), settings.DEFAULT_FROM_EMAIL, [email]).send()
    request.session[SESSION_KEY] = {
        "email": email,
        "nonce": nonce,
        "hash": _hash(nonce, email, code),
        "until": timezone.now().timestamp() + LIVES,
    }
    return True


def finish_code(request: HttpRequest, code: str, redirect_url: str = "") -> HttpResponse | None:
    """Sign in who typed the right code, and answer with the next page; None when it is wrong.

    A closed account is refused like a wrong code. Where the account has a second
    factor, the answer leads to it. After ``TRIES`` tries the code is worth nothing.
    """
    state, email = request.session.get(SESSION_KEY), pending_email(request)
    if not email or _tried(request) > TRIES or not allowed(request, "code_try", key=state["nonce"]):
        forget_code(request)
        return None
    typed = "".join(c for c in code if c.isdecimal() and c.isascii())
    if not constant_time_compare(state["hash"], _hash(state["nonce"], email, typed)):
        return None
    user = account_for(email)
    if user is None:
        return None
    forget_code(request)
    record_authentication(request, user, method="code", email=email)
    return perform_login(request, Login(user=user, email=email, redirect_url=redirect_url or None))


def _tried(request: HttpRequest) -> int:
    """How often this code was tried, counted in the session, too: the cache may be away."""
    state = request.session[SESSION_KEY]
    request.session[SESSION_KEY] = state | {"tries": state.get("tries", 0) + 1}
    return request.session[SESSION_KEY]["tries"]


def _hash(nonce: str, email: str, code: str) -> str:
    return salted_hmac("accounts.code", f"{nonce}:{email}:{code}", algorithm="sha256").hexdigest()
