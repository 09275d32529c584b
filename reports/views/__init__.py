"""Pages of the top app: progress and the committee's screen, and the reports."""

from reports.views.progress import dashboard, figure, progress
from reports.views.studio import (
    build,
    docx,
    figures_json,
    line,
    pdf,
    replace,
    report,
    reports,
    section,
    step,
    verify,
)

__all__ = [
    "build",
    "dashboard",
    "docx",
    "figure",
    "figures_json",
    "line",
    "pdf",
    "progress",
    "replace",
    "report",
    "reports",
    "section",
    "step",
    "verify",
]
