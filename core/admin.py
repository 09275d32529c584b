"""The back room of the foundation: settings of the place; journal, letters and jobs only read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.models import AdminUnit, Configuration, Event, Holiday, Job, OutboxMessage

admin.site.site_header = _("Quản trị cổng khởi nghiệp Đức Phổ")
admin.site.site_title = _("Quản trị cổng")
admin.site.index_title = _("Các bảng dữ liệu")


class KeptRecords(admin.ModelAdmin):
    """Rows are never deleted: what was in force must stay readable."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnly(KeptRecords):
    """Rows that only the portal itself writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Configuration)
class ConfigurationAdmin(KeptRecords):
    list_display = ("valid_from", "short_name", "issuer", "report_due_day", "confirmed")
    list_filter = ("confirmed",)
    ordering = ("-valid_from",)


@admin.register(AdminUnit)
class AdminUnitAdmin(KeptRecords):
    list_display = ("name", "kind", "code", "valid_from", "valid_to", "successor")
    list_filter = ("kind", "valid_from")
    list_select_related = ("successor",)
    search_fields = ("name", "code")
    ordering = ("-valid_from", "code")


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ("day", "name")
    date_hierarchy = "day"
    ordering = ("-day",)


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ("kind", "key", "state", "done", "total", "attempts", "created_at")
    list_filter = ("state", "kind")
    ordering = ("-pk",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnly):
    """Letters hold what their readers alone should read: the body is not shown here."""

    list_display = ("subject", "to", "state", "attempts", "created_at", "sent_at")
    list_filter = ("state",)
    search_fields = ("to", "subject")
    fields = ("to", "subject", "state", "attempts", "error", "created_at", "sent_at")
    ordering = ("-pk",)


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("at", "kind", "actor", "content_type", "object_id", "source", "target")
    list_select_related = ("actor", "content_type")
    list_filter = ("kind",)
    fields = (
        "at", "kind", "actor", "content_type", "object_id", "source", "target",
        "seq", "seal",
    )  # fmt: skip
    ordering = ("-pk",)
    show_full_result_count = False
