"""What follows from the steps of contests, entries, judges, sheets and rounds."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import new_token
from contests import eligibility, phases, rules
from contests.models import Contest, Entry, Judge, Round, ScoreSheet
from core import codes
from core.models import Event
from core.periods import day_of
from core.words import Refused

R = Round.Status


# -- Contests ----------------------------------------------------------------------
def cannot_announce(contest: Contest) -> str:
    return rules.cannot_announce(contest)


def announced(contest: Contest, event: Event) -> None:
    """The rules are frozen in the same moment in which everybody may read them."""
    rules.freeze(contest, event)


def cannot_close(contest: Contest) -> str:
    """Every round has to be published first."""
    for found in contest.rounds.all():
        if found.status != R.PUBLISHED:
            return _("%(round)s chưa công bố kết quả.") % {"round": found.name}
    return ""


def entrants(contest: Contest) -> Iterable[str]:
    """The addresses of all whose entries still take part."""
    gone = (Entry.Status.DRAFT, Entry.Status.WITHDRAWN, Entry.Status.REFUSED)
    return contest.entries.exclude(status__in=gone).values_list("owner__email", flat=True)


# -- Entries -------------------------------------------------------------------------
def entrant(entry: Entry) -> Iterable[str]:
    return [entry.owner.email]


def receive(entry: Entry, event: Event) -> None:
    """A number for life at the first sending; in time, or with a code for being late.

    An entry that was returned to be mended is not late until judging begins. Raises Refused.
    """
    first = event.source == Entry.Status.DRAFT
    late = entry.late_code is not None and event.at < entry.late_code.expires_at
    if reason := phases.no_entry(entry.contest, event.at, late=late or not first):
        raise Refused(reason)
    if reason := eligibility.cannot_send(entry, event.at):
        raise Refused(reason)
    if first:
        entry.received_at = event.at
        entry.year = day_of(event.at).year
        entry.number = codes.take(f"entry-{entry.year}")
    entry.fingerprint = eligibility.fingerprint(entry)
    event.data = {"fingerprint": entry.fingerprint, "mended": entry.mend_fields}
    entry.mend_fields, entry.note = [], ""


def returned(entry: Entry, event: Event) -> None:
    """Only the picked fields open, with one sentence; not once judges read it. Raises Refused."""
    if entry.sheets.exists():
        raise Refused(_("Bài đã giao cho giám khảo nên không trả lại để sửa được nữa."))
    entry.mend_fields, entry.note = list(event.data.get("fields", [])), event.note


def told(entry: Entry, event: Event) -> None:
    entry.note = event.note


def withdrawn(entry: Entry, event: Event) -> None:
    """Not once its scores are locked: what was judged stays in the record. Raises Refused."""
    if entry.sheets.exclude(round__status__in=[R.PLANNED, R.JUDGING]).exists():
        raise Refused(_("Bài đã có điểm được khóa nên không rút được nữa."))


# -- Judges --------------------------------------------------------------------------
def answered(judge: Judge, event: Event) -> None:
    """The invited person is the one who answers: their account is the judge's from now on."""
    judge.user, judge.answered_at, judge.note = event.actor, event.at, event.note


def no_second_chair(found: Judge) -> str:
    """Who was to chair the panel comes back as its chair only while no other does."""
    others = found.contest.judges.filter(is_chair=True, status__in=["invited", "accepted"])
    if found.is_chair and others.exists():
        return _("Cuộc thi đã có trưởng ban giám khảo khác. Sửa vai trò của người này trước.")
    return ""


def invited_again(found: Judge, event: Event) -> None:
    """A new link: the old letter's is worth nothing any more."""
    found.token, found.invited_at, found.answered_at = new_token(), event.at, None
    found.note, found.invited_by = "", event.actor


def judge(found: Judge) -> Iterable[str]:
    return [found.email]


def inviter(found: Judge) -> Iterable[str]:
    return [found.invited_by.email]


# -- Sheets --------------------------------------------------------------------------
def in_time(sheet: ScoreSheet, event: Event) -> None:
    """Raises Refused when the round takes no score at the step's moment."""
    if reason := phases.no_score(sheet.round, event.at):
        raise Refused(reason)


def missing_scores(sheet: ScoreSheet) -> str:
    """The criteria that have no points yet."""
    scored = set(sheet.scores.values_list("criterion", flat=True))
    missing = [c.name for c in sheet.round.criterion_list if c.pk not in scored]
    if missing:
        return _("Còn chưa chấm: %(names)s.") % {"names": ", ".join(missing)}
    return ""


def unable(sheet: ScoreSheet, event: Event) -> None:
    in_time(sheet, event)
    sheet.reason = event.note[:300]


def able(sheet: ScoreSheet, event: Event) -> None:
    in_time(sheet, event)
    sheet.reason = ""


def on_paper(sheet: ScoreSheet) -> str:
    """A paper sheet is mended where it was typed in."""
    return _("Phiếu này do ban tổ chức nhập từ phiếu giấy.") if sheet.entered_by_id else ""


def on_screen(sheet: ScoreSheet) -> str:
    """What a judge handed in is theirs alone to change."""
    if sheet.status == ScoreSheet.Status.DONE and not sheet.entered_by_id:
        return _("Giám khảo đã tự nộp phiếu này.")
    return ""


def entered(sheet: ScoreSheet, event: Event) -> None:
    """Typed from paper: it counts once another person has checked it. Raises Refused."""
    in_time(sheet, event)
    sheet.entered_by, sheet.entered_at = event.actor, event.at
    sheet.checked_by = sheet.checked_at = None


def cannot_check(sheet: ScoreSheet) -> str:
    if not sheet.entered_by_id:
        return _("Chưa ai nhập phiếu giấy này.")
    return _("Phiếu này đã được kiểm.") if sheet.checked_by_id else ""


def checked(sheet: ScoreSheet, event: Event) -> None:
    in_time(sheet, event)
    sheet.checked_by, sheet.checked_at = event.actor, event.at


# -- Rounds --------------------------------------------------------------------------
def cannot_judge(found: Round) -> str:
    """The round before has to be published, and entries have to be there to be judged."""
    earlier = found.contest.rounds.filter(order__lt=found.order).exclude(status=R.PUBLISHED)
    if first := earlier.first():
        return _("%(round)s chưa công bố kết quả.") % {"round": first.name}
    if not found.sheets.exists():
        return _("Chưa phân công giám khảo cho bài nào.")
    return ""


def asked(found: Round, event: Event) -> None:
    found.asked_by, found.asked_at = event.actor, event.at


def let_go(found: Round, event: Event) -> None:
    found.asked_by = found.asked_at = None


def asked_again(found: Round, event: Event) -> None:
    """Who asks to reopen stands in the place of who asked to lock: another has to agree."""
    found.asked_by, found.asked_at = event.actor, event.at


def kept(found: Round, event: Event) -> None:
    """The lock stays as it was; the journal holds both sentences."""


def reopened(found: Round, event: Event) -> None:
    found.asked_by = found.asked_at = found.locked_by = found.locked_at = None


def published(found: Round, event: Event) -> None:
    found.published_at = event.at
