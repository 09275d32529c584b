"""The back room of reports: only read. What is issued is never touched."""

from django.contrib import admin

from core.admin import ReadOnly
from reports.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ("year", "number", "edition", "status", "document_number", "issued_on")
    list_filter = ("status", "year")
    ordering = ("-year", "-number", "-edition")
    exclude = ("snapshot", "annexes")
