"""The back room: people, agencies, roles. Consents and guardians' answers are only read."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts import services
from accounts.forms import MembershipForm
from accounts.models import Agency, Consent, Guardianship, Membership, User
from core.text import name_sort_key

# One door: lock-out and second factor hold here too.
admin.site.login = secure_admin_login(admin.site.login)
# Registered by the apps that stand before ours in INSTALLED_APPS.
admin.site.unregister([Group, EmailAddress, Authenticator])


class KeptRecords(admin.ModelAdmin):
    """Rows are never deleted: what was decided must stay readable."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnly(KeptRecords):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(KeptRecords):
    list_display = ("email", "full_name", "is_active", "is_sample", "date_joined")
    list_filter = ("is_active", "memberships__role")
    search_fields = ("email", "full_name")
    ordering = ("name_key", "pk")
    fields = ("email", "full_name", "birth_date", "phone", "unit", "is_active", "date_joined")

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ("date_joined",)
        own = ("is_active", "birth_date") if obj == request.user else ()
        return ("email", "date_joined", *own)

    def save_model(self, request, obj, form, change):
        obj.email = User.objects.normalize(obj.email)
        obj.name_key = name_sort_key(obj.full_name)
        if not change:
            obj.password = make_password(None)  # they sign in by a code, then choose a password
        super().save_model(request, obj, form, change)


@admin.register(Agency)
class AgencyAdmin(KeptRecords):
    list_display = ("name", "kind", "unit", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("name", "short_name", "code")
    list_select_related = ("unit",)
    raw_id_fields = ("successor",)
    prepopulated_fields = {"code": ("name",)}


@admin.register(Membership)
class MembershipAdmin(KeptRecords):
    form = MembershipForm
    list_display = ("user", "role", "agency", "valid_from", "valid_to")
    list_filter = ("role", "agency")
    search_fields = ("user__email", "user__full_name")
    list_select_related = ("user", "agency")
    autocomplete_fields = ("user", "agency")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def has_change_permission(self, request, obj=None):
        if obj is not None and services.why_not_grant(obj, request.user):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        services.grant(obj, by=request.user, at=timezone.now())


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ("user", "purpose", "subject_kind", "version", "given_at", "withdrawn_at")
    list_filter = ("purpose", "version")
    search_fields = ("user__email", "user__full_name")
    list_select_related = ("user",)


@admin.register(Guardianship)
class GuardianshipAdmin(ReadOnly):
    list_display = ("child", "guardian_name", "answer", "version", "asked_at", "answered_at")
    list_filter = ("answer",)
    search_fields = ("child__email", "child__full_name", "guardian_name")
    list_select_related = ("child",)
    fields = (
        "child", "guardian_name", "guardian_email", "answer", "text", "version",
        "asked_at", "answered_at",
    )  # fmt: skip


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly):
    """Secrets are not shown; a lost phone's row is deleted, and its owner sets up a new one."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email", "user__full_name")
    list_select_related = ("user",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request, obj=None):
        return request.user.is_staff and (obj is None or obj.user_id != request.user.pk)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnly):
    list_display = ("email", "user", "primary", "verified")
    search_fields = ("email", "user__full_name")
    list_select_related = ("user",)
