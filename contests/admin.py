"""The back room of contests: the prizes that were won."""

from django.contrib import admin

from contests.models import Award


@admin.register(Award)
class AwardAdmin(admin.ModelAdmin):
    list_display = ("year", "contest", "level", "entry", "prize", "holder")
    list_filter = ("year", "contest")
    search_fields = ("entry", "holder")
    raw_id_fields = ("venture",)
