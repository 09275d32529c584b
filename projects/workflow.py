"""The life of an idea, and of the facts of a venture. Read this file first."""

from django.utils.translation import gettext_lazy as _

from core.fact_steps import fact_steps
from core.workflow import Step, Workflow
from projects import calls, services
from projects.models import Call, Formation, Recognition, Support, Venture

S = Venture.Status
# A decision that waits for release is taken back first (recall), never silently overwritten.
UNDECIDED = (S.SUBMITTED, S.SCREENING)

VENTURES = Workflow(
    Venture,
    #    name       button                   from              to            who may            unless                            then                              tell                    asks
    Step("submit",  _("Gửi ý tưởng"),        (S.DRAFT,),       S.SUBMITTED,  "venture.edit",    guard=services.missing_parts,     effect=services.receive,          tell=services.founder,  kind="main"),
    Step("submit",  _("Gửi lại"),            (S.RETURNED,),    S.SUBMITTED,  "venture.edit",    guard=services.missing_parts,     effect=services.receive_mended,   tell=services.founder,  kind="main"),
    Step("screen",  _("Nhận xem"),           (S.SUBMITTED,),   S.SCREENING,  "venture.screen",  effect=services.claim,            kind="main"),
    Step("accept",  _("Đạt"),                UNDECIDED,        S.ACCEPTING,  "venture.screen",  effect=services.decide,           kind="main"),
    Step("return",  _("Cần bổ sung"),        UNDECIDED,        S.RETURNING,  "venture.screen",  effect=services.decide,           asks="return"),
    Step("decline", _("Chưa phù hợp"),       UNDECIDED,        S.DECLINING,  "venture.screen",  effect=services.decide,           asks="decline"),
    Step("recall",  _("Xem lại từ đầu"),     Venture.DECIDED,  S.SCREENING,  "venture.screen",  effect=services.forget_decision),
    Step("release", _("Phát hành trả lời"),  (S.ACCEPTING,),   S.ACCEPTED,   "venture.release", effect=services.recognise,        tell=services.founder,            kind="main"),
    Step("release", _("Phát hành trả lời"),  (S.RETURNING,),   S.RETURNED,   "venture.release", effect=services.stop_clock,       tell=services.founder,            kind="main"),
    Step("release", _("Phát hành trả lời"),  (S.DECLINING,),   S.DECLINED,   "venture.release", effect=services.close,            tell=services.founder,            kind="main"),
)  # fmt: skip

C = Call.Status

CALLS = Workflow(
    Call,
    Step("publish",  _("Công bố đợt này"), (C.DRAFT, C.WITHDRAWN), C.PUBLISHED, "call.publish", guard=calls.cannot_publish, kind="main"),
    Step("withdraw", _("Rút đợt này"),     (C.PUBLISHED,),         C.WITHDRAWN, "call.withdraw", asks="note", kind="bad"),
)  # fmt: skip

RECOGNITIONS = Workflow(Recognition, *fact_steps("recognition", after=services.refresh_level)[-1:])
SUPPORTS = Workflow(Support, *fact_steps("support"))
FORMATIONS = Workflow(
    Formation,
    *fact_steps("formation", guard=services.formation_blocked, after=services.refresh_level),
)
