"""The back room of the support network: organisations; a club's founding is only read."""

from django.contrib import admin

from core.admin import KeptRecords, ReadOnly
from core.text import fold
from support_orgs.models import ClubFounding, Organisation


@admin.register(Organisation)
class OrganisationAdmin(KeptRecords):
    list_display = ("code", "name", "kind", "host", "is_sample")
    list_filter = ("kind",)
    search_fields = ("code", "name", "host")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def save_model(self, request, obj, form, change):
        obj.search_text = fold(obj.name, obj.host)
        super().save_model(request, obj, form, change)


@admin.register(ClubFounding)
class ClubFoundingAdmin(ReadOnly):
    list_display = ("organisation", "happened_on", "status", "evidence_ref")
    list_filter = ("status",)
    list_select_related = ("organisation",)
    ordering = ("-pk",)
