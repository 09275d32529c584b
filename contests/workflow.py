"""The life of a contest, its entries, judges, score sheets and rounds. Read this file first."""

from django.utils.translation import gettext_lazy as _

from contests import (
    assigning,
    commendations,
    diplomas,
    moderation,
    referrals,
    results,
    services,
    votes,
)
from contests.models import (
    Commendation,
    Contest,
    Diploma,
    Entry,
    Feedback,
    Judge,
    Poll,
    Referral,
    ReferralOutcome,
    Round,
    ScoreSheet,
)
from core.fact_steps import fact_steps
from core.workflow import Step, Workflow

C, E, J, H, R = Contest.Status, Entry.Status, Judge.Status, ScoreSheet.Status, Round.Status
P, T = Poll.Status, Commendation.Status

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
    Step("again",   _("Mời lại"),    (J.DECLINED, J.LEFT),    J.INVITED,  "judge.invite", guard=services.no_second_chair, effect=services.invited_again, tell=services.judge),
)  # fmt: skip

SHEETS = Workflow(
    ScoreSheet,
    Step("start",     _("Bắt đầu chấm"),     (H.TO_DO,),                      H.STARTED, "scoresheet.score", effect=services.in_time),
    Step("hand_in",   _("Nộp phiếu"),        (H.STARTED,),                    H.DONE,    "scoresheet.score", guard=services.missing_scores, effect=services.in_time, kind="main"),
    Step("take_back", _("Sửa phiếu"),        (H.DONE,),                       H.STARTED, "scoresheet.score", guard=services.on_paper, effect=services.in_time),
    Step("unable",    _("Không chấm được"),  (H.TO_DO, H.STARTED, H.DONE),    H.UNABLE,  "scoresheet.score", guard=services.on_paper, effect=services.unable,  asks="note"),
    Step("able",      _("Chấm được"),        (H.UNABLE,),                     H.STARTED, "scoresheet.score", effect=services.able),
    Step("recuse",    _("Không chấm vì có liên quan"), (H.TO_DO, H.STARTED, H.DONE, H.UNABLE), H.RECUSED, "scoresheet.recuse", effect=assigning.recused,  asks="note"),
    Step("give_up",   _("Giao lại cho người khác"), (H.TO_DO, H.STARTED), H.UNABLE,  "scoresheet.reassign", effect=assigning.given_up, asks="note"),
    Step("enter",     _("Nhập phiếu giấy"),  (H.TO_DO, H.DONE),               H.DONE,    "scoresheet.enter", guard=services.on_screen, effect=services.entered),
    Step("check",     _("Kiểm phiếu giấy"),  (H.DONE,),                       H.DONE,    "scoresheet.check", guard=services.cannot_check, effect=services.checked, kind="main"),
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

POLLS = Workflow(
    Poll,
    Step("announce", _("Công bố bình chọn"), (P.DRAFT,),                          P.ANNOUNCED, "poll.announce", guard=votes.cannot_announce, effect=votes.announced, kind="main"),
    Step("close",    _("Kiểm phiếu và công bố"), (P.ANNOUNCED,),                  P.CLOSED,    "poll.close",    effect=votes.close, kind="main"),
    Step("cancel",   _("Hủy bình chọn"),     (P.DRAFT, P.ANNOUNCED, P.CLOSED),    P.CANCELLED, "poll.cancel",   asks="note", kind="bad"),
)  # fmt: skip

COMMENDATIONS = Workflow(
    Commendation,
    Step("publish", _("Công bố"),      (T.DRAFT,),     T.PUBLISHED, "commendation.publish", tell=commendations.commended, kind="main"),
    Step("retract", _("Thôi công bố"), (T.PUBLISHED,), T.DRAFT,     "commendation.publish", asks="note", kind="bad"),
)  # fmt: skip
F, D, G = Feedback.Status, Diploma.Status, Referral.Status

FEEDBACKS = Workflow(
    Feedback,
    Step("approve", _("Gửi người dự thi"), (F.WAITING, F.APPROVED, F.HELD), F.APPROVED, "feedback.moderate", guard=moderation.cannot_decide, effect=moderation.approved, kind="main"),
    Step("hold",    _("Giữ lại"),          (F.WAITING, F.APPROVED),         F.HELD,     "feedback.moderate", guard=moderation.cannot_decide, effect=moderation.held,     asks="note", kind="bad"),
)  # fmt: skip

DIPLOMAS = Workflow(
    Diploma,
    Step("revoke", _("Thu hồi"), (D.ISSUED,), D.REVOKED, "diploma.revoke", effect=diplomas.revoked, asks="note", kind="bad"),
)  # fmt: skip

REFERRALS = Workflow(
    Referral,
    Step("send",     _("Ghi đã gửi"), (G.PREPARED,),         G.SENT,      "referral.send",     guard=referrals.cannot_send,     effect=referrals.sent,      tell=referrals.entrant, asks="send", kind="main"),
    Step("withdraw", _("Rút"),        (G.PREPARED, G.SENT),  G.WITHDRAWN, "referral.withdraw", guard=referrals.cannot_withdraw, effect=referrals.withdrawn, asks="note", kind="bad"),
)  # fmt: skip

OUTCOMES = Workflow(
    ReferralOutcome,
    *fact_steps(
        "referraloutcome",
        guard=referrals.proven,
        after=referrals.tell_history,
        tell=referrals.winner,
    ),
)
