"""The life of an idea, and of the facts of a venture. Read this file first."""

from django.utils.translation import gettext_lazy as _

from core.fact_steps import fact_steps
from core.workflow import Step, Workflow
from projects import (
    assignment,
    calls,
    certificates,
    formations,
    help_requests,
    products,
    recording,
    services,
    versions,
)
from projects.models import (
    Call,
    Certificate,
    Closing,
    FairVisit,
    Formation,
    HelpRequest,
    Investment,
    Listing,
    Milestone,
    Recognition,
    StageReached,
    SupplyLink,
    Support,
    Venture,
)

S = Venture.Status
UNDECIDED = (S.SUBMITTED, S.SCREENING)
# A decision that waits for release gives way to another one; the journal keeps both.
DECIDABLE = (*UNDECIDED, *Venture.DECIDED)

VENTURES = Workflow(
    Venture,
    #    name       button                   from              to            who may            unless                            then                              tell                    asks
    Step("submit",  _("Gửi ý tưởng"),        (S.DRAFT,),       S.SUBMITTED,  "venture.send",    guard=services.missing_parts,     effect=versions.receive,          tell=services.founder,  kind="main"),
    Step("submit",  _("Gửi lại"),            (S.RETURNED,),    S.SUBMITTED,  "venture.send",    guard=services.missing_parts,     effect=versions.receive_mended,   tell=services.founder,  kind="main"),
    Step("screen",  _("Nhận xem"),           (S.SUBMITTED,),   S.SCREENING,  "venture.claim",   effect=services.claim,            kind="main"),
    Step("assign",  _("Giao việc"),          UNDECIDED,        S.SUBMITTED,  "venture.assign",  effect=assignment.assign,         tell=assignment.assignee,         asks="assign"),
    Step("hand_back", _("Trả lại hàng đợi"), UNDECIDED,        S.SUBMITTED,  "venture.hand_back", guard=assignment.free,          effect=assignment.let_go),
    Step("accept",  _("Đạt"),                DECIDABLE,        S.ACCEPTING,  "venture.screen",  effect=services.decide,           kind="main"),
    Step("return",  _("Cần bổ sung"),        DECIDABLE,        S.RETURNING,  "venture.screen",  effect=services.decide,           asks="return"),
    Step("decline", _("Chưa phù hợp"),       DECIDABLE,        S.DECLINING,  "venture.screen",  effect=services.decide,           asks="decline"),
    Step("recall",  _("Xem lại từ đầu"),     Venture.DECIDED,  S.SCREENING,  "venture.screen",  effect=services.forget_decision),
    Step("release", _("Phát hành trả lời"),  (S.ACCEPTING,),   S.ACCEPTED,   "venture.release", effect=services.recognise,        tell=services.founder,            kind="main"),
    Step("release", _("Phát hành trả lời"),  (S.RETURNING,),   S.RETURNED,   "venture.release", effect=services.stop_clock,       tell=services.founder,            kind="main"),
    Step("release", _("Phát hành trả lời"),  (S.DECLINING,),   S.DECLINED,   "venture.release", effect=services.close,            tell=services.founder,            kind="main"),
    Step("reopen",  _("Mở lại"),             (S.ACCEPTED, S.DECLINED), S.SCREENING, "venture.reopen", guard=services.is_project, effect=services.reopen,           tell=services.founder,            asks="note"),
)  # fmt: skip

C = Call.Status

CALLS = Workflow(
    Call,
    Step("publish",  _("Công bố đợt này"), (C.DRAFT, C.WITHDRAWN), C.PUBLISHED, "call.publish", guard=calls.cannot_publish, kind="main"),
    Step("withdraw", _("Rút đợt này"),     (C.PUBLISHED,),         C.WITHDRAWN, "call.withdraw", asks="note", kind="bad"),
)  # fmt: skip

RECOGNITIONS = Workflow(Recognition, *fact_steps("recognition", after=recording.refresh_level)[-1:])
SUPPORTS = Workflow(Support, *fact_steps("support"))
FORMATIONS = Workflow(
    Formation,
    *fact_steps(
        "formation",
        guard=formations.formation_blocked,
        after=recording.refresh_level,
        unless=formations.still_referred_to,
    ),
)

# What a venture sells, and where
L = Listing.Status
LISTINGS = Workflow(
    Listing,
    #    name      button             from                        to          who may          unless                          then
    Step("open",   _("Đang bán"),     (L.PREPARING, L.PAUSED),    L.SELLING,  "listing.edit",  guard=products.listing_blocked, effect=products.opened, kind="main"),
    Step("pause",  _("Tạm dừng"),     (L.SELLING,),               L.PAUSED,   "listing.edit"),
    Step("remove", _("Đã gỡ"),        (L.PREPARING, L.SELLING, L.PAUSED), L.REMOVED, "listing.edit"),
)  # fmt: skip
CERTIFICATES = Workflow(Certificate, *fact_steps("certificate", guard=certificates.blocked))
FAIR_VISITS = Workflow(FairVisit, *fact_steps("fairvisit"))
SUPPLY_LINKS = Workflow(SupplyLink, *fact_steps("supplylink"))

# What a venture asks for
H = HelpRequest.Status
HELP_REQUESTS = Workflow(
    HelpRequest,
    #    name       button                from                to           who may                  then                           tell                     asks
    Step("take",     _("Tôi nhận giúp"),  (H.OPEN,),          H.TAKEN,     "helprequest.answer",    effect=help_requests.taken,    tell=help_requests.asker, kind="main"),
    Step("done",     _("Đã giúp xong"),   (H.TAKEN,),         H.DONE,      "helprequest.answer",    effect=help_requests.answered, tell=help_requests.asker, asks="note", kind="main"),
    Step("decline",  _("Chưa giúp được"), (H.OPEN, H.TAKEN),  H.DECLINED,  "helprequest.answer",    effect=help_requests.answered, tell=help_requests.asker, asks="note"),
    Step("withdraw", _("Rút yêu cầu"),    (H.OPEN,),          H.WITHDRAWN, "helprequest.withdraw"),
)  # fmt: skip
STAGES = Workflow(StageReached, *fact_steps("stagereached"))
MILESTONES = Workflow(Milestone, *fact_steps("milestone"))
INVESTMENTS = Workflow(Investment, *fact_steps("investment"))

# What became of an enterprise
CLOSINGS = Workflow(Closing, *fact_steps("closing", guard=formations.closing_blocked))
