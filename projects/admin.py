"""Ventures and their facts in the back room: read only, and without what was told in confidence.

What moves them is the portal's own pages, where each step is checked and written into the
journal. An administrator looks after the machine and has no right to read people's ideas.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import KeptRecords, ReadOnly
from projects import marketplaces, reasons  # noqa: F401  # their rows are sown with the programme's
from projects.models import (
    Certificate,
    Closing,
    DeclineReason,
    FairVisit,
    Formation,
    Investment,
    Marketplace,
    Milestone,
    Recognition,
    StageReached,
    SupplyLink,
    Support,
    Venture,
)


@admin.register(Venture)
class VentureAdmin(ReadOnly):
    list_display = ("code", "level", "status", "received_on", "promised_on", "is_sample")
    list_filter = ("level", "status", "is_sample")
    ordering = ("-pk",)
    search_fields = ("=number",)
    fields = ("key", "code", "level", "status", "received_at", "promised_on", "is_sample")


@admin.register(DeclineReason)
class DeclineReasonAdmin(KeptRecords):
    """The one table of ours that the town edits here: words, next steps, order."""

    list_display = ("code", "words", "next_step", "order", "active")
    list_filter = ("active",)
    ordering = ("order", "pk")
    fields = ("code", "words", "next_step", "place", "link", "order", "active")

    def get_readonly_fields(self, request, obj=None):
        """A code that answers were given under stays what it is."""
        return ("code",) if obj else ()


class FactAdmin(ReadOnly):
    list_display = ("pk", "code_of_venture", "happened_on", "status", "recorded_at", "verified_at")
    list_filter = ("status",)
    list_select_related = ("venture",)
    ordering = ("-pk",)
    fields = (
        "code_of_venture", "happened_on", "status", "recorded_at", "recorded_by",
        "verified_at", "verified_by", "retracted_at", "retracted_by",
    )  # fmt: skip

    @admin.display(description=_("Mã"))
    def code_of_venture(self, fact):
        return fact.venture.code


admin.site.register(Recognition, FactAdmin)
admin.site.register(Support, FactAdmin)
admin.site.register(Formation, FactAdmin)
admin.site.register(Closing, FactAdmin)
admin.site.register(Certificate, FactAdmin)
admin.site.register(FairVisit, FactAdmin)
admin.site.register(SupplyLink, FactAdmin)
admin.site.register(StageReached, FactAdmin)
admin.site.register(Milestone, FactAdmin)
admin.site.register(Investment, FactAdmin)


@admin.register(Marketplace)
class MarketplaceAdmin(KeptRecords):
    list_display = ("name", "code", "host", "order", "is_open")
    ordering = ("order", "pk")
