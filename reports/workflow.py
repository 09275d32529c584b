"""The life of a report: opened by the schedule, drafted, returned or approved, issued."""

from django.utils.translation import gettext_lazy as _

from core.workflow import Step, Workflow
from reports import services
from reports.models import Report

S = Report.Status

REPORTS = Workflow(
    Report,
    #    name       button                from                              to          who may           unless                     then
    Step("build",   _("Dựng dự thảo"),    (S.OPEN, S.DRAFT, S.RETURNED),    S.DRAFT,    "report.build",   effect=services.build),
    Step("return",  _("Trả lại"),         (S.DRAFT, S.APPROVED),            S.RETURNED, "report.return",  effect=services.send_back, asks="note"),
    Step("approve", _("Phê duyệt"),       (S.DRAFT,),                       S.APPROVED, "report.approve", guard=services.built,      effect=services.approve, kind="main"),
    Step("issue",   _("Ban hành"),        (S.APPROVED,),                    S.ISSUED,   "report.issue",   guard=services.complete,   effect=services.issue,   kind="main"),
)  # fmt: skip
