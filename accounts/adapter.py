"""Where allauth asks us."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import six_digits
from core.context import configuration
from core.text import name_sort_key, nfc

log = logging.getLogger(__name__)
_w = gettext_lazy


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _w("Tài khoản này đang bị khóa."),
        "cannot_remove_primary_email": _w(
            "Không bỏ được địa chỉ chính. Chọn địa chỉ khác làm chính trước."
        ),
        "duplicate_email": _w("Tài khoản của bạn đã có địa chỉ này."),
        "email_password_mismatch": _w(
            "Thư điện tử hoặc mật khẩu không đúng. Xem lại rồi thử lần nữa."
        ),
        "email_taken": _w("Không dùng được địa chỉ này. Ghi một địa chỉ khác."),
        "enter_current_password": _w("Gõ mật khẩu đang dùng."),
        "incorrect_code": _w("Mã không đúng. Xem lại thư mới nhất."),
        "incorrect_password": _w("Mật khẩu không đúng."),
        "invalid_or_expired_key": _w("Đường dẫn không đúng hoặc đã hết hạn."),
        "invalid_login": _w("Không đăng nhập được. Xem lại địa chỉ."),
        "invalid_password_reset": _w("Mã đặt lại mật khẩu không đúng hoặc đã hết hạn."),
        "max_email_addresses": _w("Một tài khoản có tối đa %d địa chỉ."),
        "too_many_login_attempts": _w(
            "Sai quá nhiều lần. Chờ 15 phút rồi thử lại, hoặc đăng nhập bằng mã gửi qua thư."
        ),
        "unknown_email": _w("Không dùng được địa chỉ này. Xem lại rồi thử lần nữa."),
        "unverified_primary_email": _w("Địa chỉ chính phải được xác nhận trước."),
        "select_only_one": _w("Chỉ chọn một."),
        "same_as_current": _w("Giá trị mới phải khác giá trị đang dùng."),
        "rate_limited": _w("Bạn làm nhanh quá. Chờ một phút rồi thử lại."),
    }

    def clean_email(self, email):
        return super().clean_email(User.objects.normalize(email))

    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit=False)
        user.name_key = name_sort_key(user.full_name)
        if commit:
            user.save()
        return user

    def get_client_ip(self, request):
        """As allauth finds it (ALLAUTH_TRUSTED_PROXY_COUNT); a unix socket has no address."""
        return super().get_client_ip(request) if request.META.get("REMOTE_ADDR") else "-"

    def _get_login_attempts_cache_key(self, request, **credentials):
        """One lock an account, whichever of our host names the tries come to."""
        return User.objects.normalize(credentials.get("email") or "")

    def send_account_already_exists_mail(self, email):
        """A sign-up for a known address takes as long as one that makes an account."""
        self.new_user(self.request).set_password(get_random_string(12))
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix, email, context):
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.error("mail %s not sent: %s", template_prefix, type(error).__name__)  # noqa: TRY400
            messages.error(self.request, _("Chưa gửi được thư. Thử lại sau ít phút."))

    def generate_login_code(self):
        return six_digits()

    def generate_password_reset_code(self):
        return six_digits()

    def generate_email_verification_code(self):
        return six_digits()

    def format_email_subject(self, subject):
        return f"{configuration().short_name}: {nfc(str(subject))}"


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _w("Tài khoản có hai lớp bảo vệ thì không thêm được địa chỉ."),
        "cannot_delete_authenticator": _w("Không tắt được lớp bảo vệ thứ hai."),
        "cannot_generate_recovery_codes": _w(
            "Bật lớp bảo vệ thứ hai trước, rồi mới tạo mã dự phòng."
        ),
        "incorrect_code": _w("Mã không đúng. Chờ mã mới trên điện thoại rồi thử lại."),
        "unverified_email": _w("Xác nhận thư điện tử trước, rồi mới bật lớp bảo vệ thứ hai."),
    }

    def _get_site_name(self):
        return configuration().short_name

    def get_public_key_credential_rp_entity(self):
        entity = super().get_public_key_credential_rp_entity()
        entity["name"] = configuration().short_name
        return entity
