"""The back room of the programme: its words and targets; activities are only read."""

from django.contrib import admin

from core.admin import KeptRecords, ReadOnly
from programme.models import Activity, Clause, Indicator, Phase, Target


@admin.register(Phase)
class PhaseAdmin(KeptRecords):
    list_display = ("name", "code", "start", "last", "is_whole")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()


@admin.register(Clause)
class ClauseAdmin(KeptRecords):
    """The tree is the programme's own; only a slip in its words is mended here."""

    list_display = ("code", "title", "kind")
    list_filter = ("kind",)
    search_fields = ("code", "title", "text")
    readonly_fields = ("code", "parent", "kind", "number", "order")
    ordering = ("order",)

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        obj.search_text = obj.searchable()
        super().save_model(request, obj, form, change)


@admin.register(Indicator)
class IndicatorAdmin(KeptRecords):
    """What an indicator counts is code; its words are the town's."""

    list_display = ("code", "short_name", "unit", "owner", "order")
    search_fields = ("code", "name")
    readonly_fields = ("code",)
    filter_horizontal = ("clauses",)

    def has_add_permission(self, request):
        return False


@admin.register(Target)
class TargetAdmin(KeptRecords):
    list_display = ("indicator", "phase", "low", "high", "clause")
    list_filter = ("phase",)
    list_select_related = ("indicator", "phase", "clause")


@admin.register(Activity)
class ActivityAdmin(ReadOnly):
    list_display = ("code", "name", "kind", "happened_on", "status", "people")
    list_filter = ("status", "kind")
    search_fields = ("name", "host")
    ordering = ("-pk",)
