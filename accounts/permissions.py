"""Who may do what: the whole portal, one table.

A rule is a predicate ``(user, obj) -> bool``; predicates are joined with ``|``
and ``&``. Nothing here imports another app: predicates read attributes every
owned object has (``owner_id``, ``status``, ``recorded_by_id``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Rule:
    """``test`` decides; ``who`` completes the sentence "Chỉ … mới làm được việc này."."""

    test: Callable[[Any, Any], bool]
    who: Any  # a lazy string

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda user, obj: self.test(user, obj) or other.test(user, obj),
            format_lazy(gettext_lazy("{one} hoặc {other}"), one=self.who, other=other.who),
        )

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda user, obj: self.test(user, obj) and other.test(user, obj),
            format_lazy(gettext_lazy("{one} ({other})"), one=self.who, other=other.who),
        )


def holds(*roles: str, who: Any) -> Rule:
    """The rule of those who hold one of ``roles`` today."""
    return Rule(lambda user, obj: bool(user.roles & set(roles)), who)


def says(name: str, who: Any) -> Rule:
    """The rule of an object's own yes-or-no attribute ``name``."""
    return Rule(lambda user, obj: bool(getattr(obj, name)), who)


def _record(obj: Any) -> Any:
    """The venture that a fact is about, or the object itself."""
    return getattr(obj, "venture", obj)


def _team(obj: Any) -> dict[int, str]:
    """The rights of those who work on it beside its owner."""
    return getattr(_record(obj), "team_rights", {})


def _people(obj: Any) -> set[int]:
    """Whose own record it is, beside its owner's: its team, and who entered it for another.

    Of an entry for a contest also the people of the venture that it was made from.
    """
    record = _record(obj)
    own: set[int] = getattr(obj, "people_ids", set()) if record is not obj else set()
    return own | getattr(record, "people_ids", set())


_w = gettext_lazy
OFFICIALS = ("official", "head", "secretariat")

anyone = Rule(lambda user, obj: True, _w("mọi người"))
member = Rule(lambda user, obj: user.is_authenticated, _w("người đã đăng nhập"))
owner = Rule(lambda user, obj: user.is_authenticated and obj.owner_id == user.pk, _w("chủ hồ sơ"))
not_own = Rule(
    lambda user, obj: obj.owner_id != user.pk and user.pk not in _people(obj),
    _w("không phải hồ sơ của mình"),
)
team = Rule(
    lambda user, obj: user.is_authenticated and user.pk in _team(obj), _w("người trong nhóm")
)
team_editor = Rule(
    lambda user, obj: user.is_authenticated and _team(obj).get(user.pk) == "edit",
    _w("người trong nhóm có quyền sửa"),
)
helper = Rule(
    lambda user, obj: (
        user.is_authenticated
        and obj.owner_id is None
        and getattr(obj, "entered_by_id", None) == user.pk
    ),
    _w("người nhập giúp"),
)
co_founder = Rule(
    lambda user, obj: user.is_authenticated and user.pk in obj.co_owner_ids,
    _w("chủ dự án cùng hình thành"),
)
not_co_founder = Rule(
    lambda user, obj: user.pk not in obj.co_owner_ids,
    _w("không phải dự án của mình cùng hình thành"),
)
official = holds(*OFFICIALS, who=_w("cán bộ phụ trách"))
secretariat = holds("secretariat", who=_w("Tổ giúp việc"))
chair = holds("chair", "deputy", who=_w("Trưởng ban, Phó Trưởng ban"))
committee = holds("chair", "deputy", "committee", who=_w("Ban Chỉ đạo"))
supervisor = holds("supervisor", who=_w("người giám sát"))
manager = holds("manager", who=_w("người quản lý tổ chức hỗ trợ"))
administrator = holds("administrator", who=_w("quản trị viên"))
system = holds("system", who=_w("lịch chạy của Cổng"))
staff = official | committee | supervisor

head = holds("head", who=_w("lãnh đạo cơ quan"))
for_them = Rule(
    lambda user, obj: (
        obj.agency_id is None
        or any(held.agency_id == obj.agency_id for held in user.memberships_today)
    ),
    _w("người của cơ quan được giao"),
)
free_or_theirs = Rule(
    lambda user, obj: obj.screener_id in (None, user.pk), _w("chưa giao cho người khác")
)
screener = Rule(
    lambda user, obj: user.is_authenticated and obj.screener_id == user.pk, _w("người được giao")
)
of_the_agency = Rule(
    lambda user, obj: (
        obj.screener_id is None
        and obj.agency_id is not None
        and any(held.agency_id == obj.agency_id for held in user.memberships_today)
    ),
    _w("người của cơ quan được giao"),
)
asked = Rule(
    lambda user, obj: user.is_authenticated and obj.asked_of_id == user.pk, _w("người được hỏi")
)

sent = says("is_sent", _w("hồ sơ đã gửi"))
open_to_change = says("is_open_to_change", _w("hồ sơ còn sửa được"))
told = says("is_told", _w("đợt đã công bố"))
public = says("is_public", _w("hồ sơ đã công bố"))
open_files = says("files_are_open", _w("tệp không kín"))
unverified = says("is_unverified", _w("việc chưa xác nhận"))
verified = says("is_verified", _w("việc đã xác nhận"))
recorder = Rule(
    lambda user, obj: user.is_authenticated and obj.recorded_by_id == user.pk, _w("người ghi")
)
not_recorder = Rule(lambda user, obj: obj.recorded_by_id != user.pk, _w("không phải người đã ghi"))
uploader = Rule(
    lambda user, obj: user.is_authenticated and obj.uploaded_by_id == user.pk, _w("người tải lên")
)
reader_of_subject = Rule(
    lambda user, obj: (
        obj.subject is not None
        and not user.why_not(f"{obj.subject._meta.model_name}.view_files", obj.subject)
    ),
    _w("người được xem hồ sơ kèm tệp"),
)
started_by = Rule(
    lambda user, obj: user.is_authenticated and obj.created_by_id == user.pk, _w("người bắt đầu")
)


def _contest(obj: Any) -> Any:
    """The contest that a round, entry, judge or sheet belongs to, or the object itself."""
    return getattr(obj, "contest", obj)


organiser = official & Rule(
    lambda user, obj: (
        "secretariat" in user.roles
        or any(held.agency_id == _contest(obj).organiser_id for held in user.memberships_today)
    ),
    _w("của đơn vị tổ chức, hoặc Tổ giúp việc"),
)
panel_chair = Rule(
    lambda user, obj: user.is_authenticated and user.pk in _contest(obj).chair_ids,
    _w("trưởng ban giám khảo"),
)
on_panel = Rule(
    lambda user, obj: user.is_authenticated and user.pk in _contest(obj).judge_ids,
    _w("giám khảo của cuộc thi"),
)
invited = Rule(
    lambda user, obj: user.is_authenticated and user.email == obj.email.lower(),
    _w("người được mời"),
)
this_judge = Rule(
    lambda user, obj: user.is_authenticated and obj.user_id == user.pk, _w("chính giám khảo đó")
)
own_sheet = Rule(
    lambda user, obj: (
        user.is_authenticated and obj.judge.user_id == user.pk and obj.judge.status == "accepted"
    ),
    _w("giám khảo được giao phiếu này"),
)
this_sheets_judge = Rule(
    lambda user, obj: user.is_authenticated and obj.judge.user_id == user.pk,
    _w("giám khảo được giao phiếu này"),
)
not_enterer = Rule(
    lambda user, obj: obj.entered_by_id != user.pk, _w("không phải người đã nhập phiếu")
)
not_asker = Rule(lambda user, obj: obj.asked_by_id != user.pk, _w("không phải người đề nghị"))
entry_team = Rule(
    lambda user, obj: user.is_authenticated and user.pk in obj.people_ids, _w("người trong đội thi")
)
not_recused = Rule(
    lambda user, obj: user.pk not in obj.recused_ids, _w("không liên quan đến bài này")
)
unsealed = says("is_unsealed", _w("bài không niêm phong"))
own_agency = official & Rule(
    lambda user, obj: (
        "secretariat" in user.roles
        or any(held.agency_id == obj.organiser_id for held in user.memberships_today)
    ),
    _w("của đơn vị tổ chức, hoặc Tổ giúp việc"),
)
issuing = official & Rule(
    lambda user, obj: (
        "secretariat" in user.roles
        or any(held.agency_id == obj.issuer_id for held in user.memberships_today)
    ),
    _w("của đơn vị tuyên dương, hoặc Tổ giúp việc"),
)
not_theirs = Rule(
    lambda user, obj: user.pk not in obj.people_ids, _w("không có phần của mình trong đó")
)
commended = Rule(
    lambda user, obj: user.is_authenticated and obj.person_id == user.pk,
    _w("người được tuyên dương"),
)
poll_told = says("is_told", _w("cuộc bình chọn đã công bố"))
before_count = says("is_being_voted", _w("chưa kiểm phiếu"))
not_told = says("is_draft", _w("chưa công bố"))
contest_told = says("is_told", _w("cuộc thi đã công bố"))
in_draft = says("is_draft", _w("cuộc thi chưa phát động"))
amendable = says("can_be_amended", _w("cuộc thi đang diễn ra"))
takes_scores = says("takes_scores", _w("vòng đang chấm"))
is_published = says("is_published", _w("kết quả đã công bố"))
issued = says("is_issued", _w("báo cáo đã ban hành và công khai"))

RULES: dict[str, Rule] = {
    # ventures: ideas, projects, enterprises
    "venture.create": anyone,
    "venture.view": owner | (staff & sent) | public | team,
    "venture.view_private": owner | (staff & sent) | team,
    "venture.view_confidential": owner | team_editor | (official & not_own & sent),
    "venture.view_files": owner
    | team_editor
    | ((team | staff & sent) & open_files)
    | (official & not_own & sent),
    # a file that was handed in and taken off since belongs to its version
    "version.view_files": owner
    | team_editor
    | ((team | staff) & open_files)
    | (official & not_own),
    "venture.edit": (owner | team_editor | helper) & open_to_change,
    "venture.send": (owner | helper) & open_to_change,
    "venture.view_team": owner | team,
    "venture.lead": owner,
    "venture.assist": official | manager,
    "assistedentry.view": helper,
    "assistedentry.view_files": staff | owner,
    "venture.screen": official & not_own,
    "venture.claim": official & not_own & for_them & free_or_theirs,
    "venture.assign": (head | secretariat) & not_own,
    "venture.hand_back": official & (screener | of_the_agency | head | secretariat) & not_own,
    "venture.remark": official & not_own,
    "venture.ask_opinion": official & not_own,
    "venture.reopen": official & not_own,
    "venture.release": official & not_own,
    "opinion.answer": official & asked,
    "venture.list_queue": staff,
    "venture.publish": owner,
    # dated calls for ideas
    "call.view": told | staff,
    "call.create": official,
    "call.edit": official,
    "call.publish": official,
    "call.withdraw": official,
    "venture.export": (owner & sent) | (official & sent),
    # facts: recorded by one official, verified by another, never on one's own record
    "support.record": official & not_own,
    "support.view_files": staff | owner | team,
    "support.edit": recorder & unverified,
    "support.verify": official & not_recorder & not_own,
    "support.retract": official & not_own,
    "formation.record": official & not_own,
    "formation.view_files": staff | owner | team | co_founder,
    "formation.edit": recorder & unverified,
    "formation.verify": official & not_recorder & not_own & not_co_founder,
    "formation.retract": official & not_own & not_co_founder,
    "closing.record": official & not_own & not_co_founder,
    "closing.view_files": staff | owner | team | co_founder,
    "closing.edit": recorder & unverified,
    "closing.verify": official & not_recorder & not_own & not_co_founder,
    "closing.retract": official & not_own & not_co_founder,
    "stagereached.record": owner | official,
    "stagereached.view_files": staff | owner | team,
    "stagereached.edit": recorder & unverified,
    "stagereached.verify": official & not_recorder & not_own,
    "stagereached.retract": (official & not_own) | (recorder & unverified),
    "milestone.record": owner | official,
    "milestone.view_files": staff | owner | team,
    "milestone.edit": recorder & unverified,
    "milestone.verify": official & not_recorder & not_own,
    "milestone.retract": (official & not_own) | (recorder & unverified),
    "investment.record": owner | official,
    "investment.view_files": staff | owner | team,
    "investment.edit": recorder & unverified,
    "investment.verify": official & not_recorder & not_own,
    "investment.retract": (official & not_own) | (recorder & unverified),
    "investment.show": owner,
    "milestone.plan": owner | official,
    "support.add_result": (owner | official) & verified,
    "ledger.view": staff,
    "venture.tell_groups": owner,
    "recognition.retract": secretariat & not_own,
    "clubfounding.verify": official & not_recorder,
    "clubfounding.retract": official,
    "clubfounding.view_files": staff,
    "activity.record": official,
    "activity.edit": recorder & unverified,
    "activity.verify": official & not_recorder,
    "activity.retract": official,
    "activity.view_files": staff,
    "fact.list_waiting": official,
    # what a venture sells and asks for
    "product.record": owner | official,
    "product.view": owner | team | (staff & sent) | public,
    "product.view_files": owner | team | (staff & sent) | public,
    "product.edit": owner | official,
    "product.publish": owner,
    "listing.edit": owner | official,
    "certificate.list": staff,
    "certificate.record": official & not_own,
    "certificate.view_files": staff | owner | team,
    "certificate.edit": recorder & unverified,
    "certificate.verify": official & not_recorder & not_own,
    "certificate.retract": official & not_own,
    "fairvisit.record": official & not_own,
    "fairvisit.view_files": staff | owner | team,
    "fairvisit.edit": recorder & unverified,
    "fairvisit.verify": official & not_recorder & not_own,
    "fairvisit.retract": official & not_own,
    "supplylink.record": official & not_own,
    "supplylink.view_files": staff | owner | team,
    "supplylink.edit": recorder & unverified,
    "supplylink.verify": official & not_recorder & not_own,
    "supplylink.retract": official & not_own,
    "checkin.view": owner | official,
    "helprequest.list": official,
    "helprequest.view": owner | official,
    "helprequest.answer": official & not_own,
    "helprequest.withdraw": owner,
    # contests
    "contest.view": contest_told | staff,
    "contest.list_drafts": staff,
    "contest.create": official,
    "contest.edit": organiser & in_draft,
    "contest.amend": organiser & amendable,
    "contest.announce": organiser,
    "contest.close": organiser,
    "contest.cancel": organiser,
    "contest.unseal": organiser,
    "contest.view_panel": organiser | panel_chair | supervisor,
    "entry.create": member,
    "entry.list": staff,
    "entry.view": entry_team | (staff & sent),
    "entry.read": entry_team | (staff & sent & unsealed),
    "entry.view_files": entry_team | (staff & sent & unsealed),
    "entry.edit": owner & open_to_change,
    "entry.send": owner & open_to_change,
    "entry.withdraw": owner,
    "entry.check": organiser & not_own & unsealed,
    "entry.late": organiser,
    "judge.invite": organiser,
    "judge.answer": invited,
    "judge.leave": this_judge | organiser,
    "conflict.declare": this_judge,
    "conflict.set": organiser,
    "round.assign": organiser,
    "round.open": organiser,
    "round.ask": panel_chair,
    "round.agree": organiser & not_asker,
    "round.answer": organiser | panel_chair,
    "round.publish": organiser,
    "round.override": panel_chair,
    "round.view_panel": organiser | panel_chair,
    "round.view_results": organiser | panel_chair | is_published,
    "scoresheet.score": own_sheet & takes_scores & not_recused,
    "scoresheet.recuse": this_sheets_judge | organiser,
    "scoresheet.view": (own_sheet | panel_chair | organiser) & not_recused,
    "scoresheet.reassign": this_sheets_judge | organiser,
    "scoresheet.list": on_panel,
    "round.paper": organiser,
    "scoresheet.enter": organiser & takes_scores & not_recused,
    "scoresheet.check": organiser & takes_scores & not_recused & not_enterer,
    "scoresheet.view_files": (panel_chair | organiser) & not_recused,
    # votes and commendations
    "poll.view": poll_told | staff,
    "poll.list_drafts": staff,
    "poll.create": official,
    "poll.edit": own_agency & not_theirs & not_told,
    "poll.announce": own_agency & not_theirs,
    "poll.close": own_agency & not_theirs,
    "poll.cancel": own_agency & not_theirs,
    "poll.print": own_agency & not_theirs,
    "poll.view_log": own_agency & not_theirs | supervisor,
    "poll.annul": own_agency & not_theirs & before_count,
    "commendation.view": public | staff | commended,
    "commendation.list": staff,
    "commendation.create": official,
    "commendation.edit": issuing & not_theirs & not_told,
    "commendation.publish": issuing & not_theirs,
    "commendation.agree": commended,
    # papers, certificates, what goes on to a higher contest
    "contest.view_papers": organiser | panel_chair | supervisor,
    "contest.send_papers": organiser,
    "feedback.list": organiser,
    "feedback.moderate": organiser & not_recused,
    "diploma.issue": organiser,
    "diploma.view": organiser | supervisor | entry_team,
    "diploma.revoke": organiser & not_own,
    "referral.list": staff,
    "referral.prepare": organiser,
    "referral.view": staff | entry_team,
    "referral.send": organiser & not_own,
    "referral.withdraw": organiser & not_own,
    "referral.pack": organiser & not_own,
    "referraloutcome.record": organiser & not_own,
    "referraloutcome.view_files": staff | entry_team,
    "referraloutcome.edit": recorder & unverified,
    "referraloutcome.verify": official & not_recorder & not_own,
    "referraloutcome.retract": official & not_own,
    # reports
    "report.view": staff | issued,
    "report.list": anyone,
    "report.view_drafts": staff,
    "report.build": secretariat | system,
    "report.edit": secretariat,
    "report.return": chair | secretariat,
    "report.approve": chair,
    "report.issue": chair | secretariat,
    "report.view_files": staff | issued,
    "report.replace": secretariat,
    "dashboard.view": committee | secretariat | supervisor,
    # running it
    "register.import": secretariat | administrator,
    "job.view": started_by | administrator | secretariat,
    "file.view": uploader | reader_of_subject,
    "admin.enter": administrator,
}


def why_not(user: Any, permission: str, obj: Any = None) -> str:
    """The sentence that refuses ``user``; empty when they are allowed."""
    rule = RULES[permission]
    if rule.test(user, obj):
        return ""
    return _("Chỉ %(who)s mới làm được việc này.") % {"who": rule.who}
