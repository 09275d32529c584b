"""The life of a contest, its entries, judges, score sheets and rounds. Read this file first."""

from django.utils.translation import gettext_lazy as _

from contests import results, services
from contests.models import Contest, Entry, Judge, Round, ScoreSheet
from core.workflow import Step, Workflow

C, E, J, H, R = Contest.Status, Entry.Status, Judge.Status, ScoreSheet.Status, Round.Status

CONTESTS = Workflow(
    Contest,
    #    name        button               from                       to            who may             unless                          then                      tell                      asks
    Step("announce", _("Phát động"),      (C.DRAFT,),                C.ANNOUNCED,  "contest.announce", guard=services.cannot_announce, effect=services.announced, kind="main"),
    Step("close",    _("Tổng kết"),       (C.ANNOUNCED,),            C.CLOSED,     "contest.close",    guard=services.cannot_close,    kind="main"),
    Step("cancel",   _("Hủy cuộc thi"),   (C.DRAFT, C.ANNOUNCED),    C.CANCELLED,  "contest.cancel",   tell=services.entrants,         asks="note", kind="bad"),
)  # fmt: skip

ENTRIES = Workflow(
    Entry,
    Step("submit",   _("Nộp hồ sơ"),       (E.DRAFT, E.RETURNED),      E.SUBMITTED, "entry.send",     effect=services.receive,   tell=services.entrant, kind="main"),
    Step("complete", _("Hợp lệ"),          (E.SUBMITTED,),             E.COMPLETE,  "entry.check",    effect=services.told,      tell=services.entrant, kind="main"),
    Step("return",   _("Cần bổ sung"),     (E.SUBMITTED, E.COMPLETE),  E.RETURNED,  "entry.check",    effect=services.returned,  tell=services.entrant, asks="return"),
    Step("refuse",   _("Không hợp lệ"),    (E.SUBMITTED, E.RETURNED),  E.REFUSED,   "entry.check",    effect=services.told,      tell=services.entrant, asks="note"),
    Step("recall",   _("Xét lại hồ sơ"),   (E.REFUSED,),               E.SUBMITTED, "entry.check",    effect=services.told,      tell=services.entrant, asks="note"),
    Step("withdraw", _("Rút hồ sơ"),       (E.SUBMITTED, E.RETURNED, E.COMPLETE), E.WITHDRAWN, "entry.withdraw", effect=services.withdrawn, asks="note", kind="bad"),
)  # fmt: skip

JUDGES = Workflow(
    Judge,
    Step("accept",  _("Nhận lời"),   (J.INVITED,),            J.ACCEPTED, "judge.answer", effect=services.answered, tell=services.inviter, kind="main"),
    Step("decline", _("Từ chối"),    (J.INVITED,),            J.DECLINED, "judge.answer", effect=services.answered, tell=services.inviter, asks="note"),
    Step("leave",   _("Thôi chấm"),  (J.ACCEPTED,),           J.LEFT,     "judge.leave",  tell=services.inviter,    asks="note", kind="bad"),
)  # fmt: skip

SHEETS = Workflow(
    ScoreSheet,
    Step("start",     _("Bắt đầu chấm"),     (H.TO_DO,),                      H.STARTED, "scoresheet.score", effect=services.in_time),
    Step("hand_in",   _("Nộp phiếu"),        (H.STARTED,),                    H.DONE,    "scoresheet.score", guard=services.missing_scores, effect=services.in_time, kind="main"),
    Step("take_back", _("Sửa phiếu"),        (H.DONE,),                       H.STARTED, "scoresheet.score", effect=services.in_time),
    Step("unable",    _("Không chấm được"),  (H.TO_DO, H.STARTED, H.DONE),    H.UNABLE,  "scoresheet.score", effect=services.unable,  asks="note"),
    Step("able",      _("Chấm được"),        (H.UNABLE,),                     H.STARTED, "scoresheet.score", effect=services.able),
    Step("recuse",    _("Không chấm vì có liên quan"), (H.TO_DO, H.STARTED, H.DONE, H.UNABLE), H.RECUSED, "scoresheet.recuse", effect=services.unable, asks="note"),
)  # fmt: skip

ROUNDS = Workflow(
    Round,
    Step("open",        _("Bắt đầu chấm"),          (R.PLANNED,),   R.JUDGING,   "round.open",     guard=services.cannot_judge,  kind="main"),
    Step("ask_lock",    _("Đề nghị khóa điểm"),     (R.JUDGING,),   R.LOCKING,   "round.ask",      effect=results.ask_lock,      kind="main"),
    Step("lock",        _("Đồng ý khóa điểm"),      (R.LOCKING,),   R.LOCKED,    "round.agree",    effect=results.settle,         kind="main"),
    Step("refuse_lock", _("Chưa khóa"),             (R.LOCKING,),   R.JUDGING,   "round.answer",   effect=services.let_go,       asks="note"),
    Step("ask_reopen",  _("Đề nghị mở lại điểm"),   (R.LOCKED,),    R.REOPENING, "round.ask",      effect=services.asked_again,  asks="note"),
    Step("reopen",      _("Đồng ý mở lại"),         (R.REOPENING,), R.JUDGING,   "round.agree",    effect=services.reopened,     asks="note"),
    Step("keep",        _("Giữ nguyên đã khóa"),    (R.REOPENING,), R.LOCKED,    "round.answer",   effect=services.kept,         asks="note"),
    Step("publish",     _("Công bố kết quả"),       (R.LOCKED,),    R.PUBLISHED, "round.publish",  guard=results.cannot_publish, effect=results.published, kind="main"),
)  # fmt: skip
