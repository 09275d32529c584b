"""What follows from the steps of contests, entries, judges, sheets and rounds."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from contests import phases, rules
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

    An entry that was returned to be mended is not late. Raises Refused.
    """
    if event.source == Entry.Status.DRAFT:
        late = entry.late_code is not None and event.at < entry.late_code.expires_at
        if reason := phases.no_entry(entry.contest, event.at, late=late):
            raise Refused(reason)
        entry.received_at = event.at
        entry.year = day_of(event.at).year
        entry.number = codes.take(f"entry-{entry.year}")
    entry.mend_fields, entry.note = [], ""


def returned(entry: Entry, event: Event) -> None:
    """Only the picked fields open, with one sentence."""
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
