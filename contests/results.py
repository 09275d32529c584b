"""What decides a round: the lock by two, decisions against the rule, prizes, publishing."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from contests import prizes, ranking, services
from contests.models import Award, Entry, Override, Prize, Round, ScoreSheet, Standing
from core import outbox, tasks
from core.models import Event, OutboxMessage
from core.periods import day_of
from core.words import Refused

H, R = ScoreSheet.Status, Round.Status


# -- What is not there yet -----------------------------------------------------------
def missing(found: Round) -> "QuerySet[ScoreSheet]":
    """The sheets that would count and are not handed in, or typed from paper and not checked."""
    rows = found.sheets.filter(entry__status=Entry.Status.COMPLETE, judge__is_shadow=False)
    unchecked = Q(status=H.DONE, entered_by__isnull=False, checked_by__isnull=True)
    return rows.filter(Q(status__in=[H.TO_DO, H.STARTED]) | unchecked)


def unscored(found: Round) -> int:
    """How many entries nobody has judged."""
    scored = ranking.sheets_that_count(found).values("entry")
    return ranking.entries_of(found).exclude(pk__in=scored).count()


def incomplete(found: Round) -> str:
    """What is missing, in one sentence; "" when every sheet is in."""
    sheets, entries = missing(found).count(), unscored(found)
    told = []
    if sheets:
        told.append(_("%(count)s phiếu chưa nộp hoặc chưa kiểm") % {"count": sheets})
    if entries:
        told.append(_("%(count)s bài chưa có phiếu nào tính điểm") % {"count": entries})
    return _("Còn thiếu: %(what)s.") % {"what": ", ".join(told)} if told else ""


# -- The lock ------------------------------------------------------------------------
def ask_lock(found: Round, event: Event) -> None:
    """A lock that leaves sheets out has to say why. Raises Refused."""
    lacking = incomplete(found)
    if lacking and not event.note:
        raise Refused(_("%(lacking)s Ghi lý do vẫn khóa điểm.") % {"lacking": lacking})
    if lacking:
        with translation.override("vi"):
            event.data = {**event.data, "missing": incomplete(found)}
    services.asked(found, event)


def settle(found: Round, event: Event) -> None:
    """Freeze the round's standings as its lock is agreed to, from the scores themselves."""
    found.locked_by, found.locked_at = event.actor, event.at
    fresh = Round.objects.select_related("contest").get(pk=found.pk)  # no criteria read before
    found.standings.all().delete()
    lines = ranking.places(fresh, stored=False)
    with translation.override("vi"):  # kept words are in the language of the minutes
        Standing.objects.bulk_create(ranking.standings(fresh, lines))
    prizes.write(fresh)


# -- Against the rule ----------------------------------------------------------------
def cannot_override(found: Round, entry: Entry, by: Any) -> str:
    """Why ``by`` cannot decide about this entry now; "" when they can."""
    if reason := by.why_not("round.override", found):
        return str(reason)
    if by.pk in entry.recused_ids:
        return _("Bạn có liên quan đến bài này nên không quyết định về bài này được.")
    if found.status != R.JUDGING:
        return _("Điểm đang chờ khóa hoặc đã khóa. Muốn đổi thì mở lại điểm trước.")
    return ""


def _held(found: Round) -> Round:
    """The round, read afresh and locked: its lock waits until this is done, or this for it."""
    return Round.objects.select_for_update(of=("self",)).select_related("contest").get(pk=found.pk)


@transaction.atomic
def override(
    found: Round, entry: Entry, *, advances: bool, reason: str, by: Any, at: datetime
) -> Override:
    """Let an entry through, or not, against the rule; the reason is printed. Raises Refused."""
    found = _held(found)
    if refusal := cannot_override(found, entry, by):
        raise Refused(refusal)
    reason = reason.strip()
    if not reason:
        raise Refused(_("Ghi lý do: lý do này được in vào biên bản."))
    line = next((x for x in ranking.places(found) if x.entry_id == entry.pk), None)
    if line is None:
        raise Refused(_("Bài này không có trong vòng này."))
    if line.by_rule == advances:
        raise Refused(_("Theo quy tắc bài này đã như vậy, không cần quyết định khác."))
    made, _new = Override.objects.update_or_create(
        round=found,
        entry=entry,
        defaults={"advances": advances, "reason": reason, "by": by, "at": at},
    )
    _journal(found, "override", by=by, at=at, note=reason, entry=entry, advances=advances)
    return made


@transaction.atomic
def drop_override(found: Round, entry: Entry, *, by: Any, at: datetime) -> None:
    """The rule counts again for this entry. Raises Refused."""
    found = _held(found)
    if refusal := cannot_override(found, entry, by):
        raise Refused(refusal)
    gone, _rows = Override.objects.filter(round=found, entry=entry).delete()
    if gone:
        _journal(found, "drop_override", by=by, at=at, entry=entry)


def _journal(
    found: Round, verb: str, *, by: Any, at: datetime, note: str = "", entry: Entry, **data: Any
) -> None:
    told = {"entry": entry.code, "title": entry.title, **data}
    Event.objects.create(
        kind=f"round.{verb}", actor=by, subject=found, note=note, data=told, at=at,
        is_sample=entry.is_sample,
    )  # fmt: skip


# -- Prizes --------------------------------------------------------------------------
@transaction.atomic
def decide_prizes(
    found: Round, chosen: Mapping[int, int | None], *, reason: str, by: Any, at: datetime
) -> None:
    """The chair's word where entries stand together: by entry a prize, or none. Raises Refused.

    The whole of one such group at once, and never more of a prize than are left for it.
    """
    found = _held(found)
    if refusal := by.why_not("round.override", found):
        raise Refused(str(refusal))
    if found.status != R.LOCKED:
        raise Refused(_("Chỉ xếp giải khi điểm đã khóa và chưa công bố."))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Ghi lý do: lý do này được in vào biên bản."))
    group = next(
        (g for g in prizes.of_round(found).open if {x.entry_id for x in g.lines} == set(chosen)),
        None,
    )
    if group is None:
        raise Refused(_("Các bài này không còn chờ xếp giải. Hãy xem lại trang."))
    entries = Entry.objects.in_bulk(list(chosen))
    if any(by.pk in entry.recused_ids for entry in entries.values()):
        raise Refused(_("Bạn có liên quan đến một trong các bài này nên không xếp giải được."))
    left = Counter(prize.pk for prize in group.prizes)
    if Counter(pk for pk in chosen.values() if pk is not None) - left:
        raise Refused(_("Nhiều hơn số giải còn lại."))
    for standing in found.standings.filter(entry__in=chosen):
        standing.prize_id, standing.prize_reason = chosen[standing.entry_id], reason
        standing.save(update_fields=["prize", "prize_reason"])
    names = dict(Prize.objects.filter(contest=found.contest_id).values_list("pk", "name"))
    told = {entries[pk].code: names.get(prize or 0, "") for pk, prize in chosen.items()}
    Event.objects.create(
        kind="round.prize", actor=by, subject=found, note=reason, data={"prizes": told}, at=at,
        is_sample=found.contest.is_sample,
    )  # fmt: skip
    prizes.write(found)


def cannot_publish(found: Round) -> str:
    """Entries that stand together where different prizes meet have to be decided first."""
    if prizes.of_round(found).open:
        return _("Còn bài đồng hạng chưa xếp giải.")
    return ""


# -- Publishing ----------------------------------------------------------------------
def published(found: Round, event: Event) -> None:
    """Every entrant is told in the same transaction; the last round's prizes become history."""
    services.published(found, event)
    last = prizes.is_last(found)
    rows = found.standings.select_related("entry__owner", "entry__contest", "prize")
    standings = list(rows.order_by("pk"))
    _tell(found, standings, event, last=last)
    if last:
        with translation.override("vi"):
            Award.objects.bulk_create(_awards(found, standings, event))


def _tell(found: Round, standings: list[Standing], event: Event, *, last: bool) -> None:
    kind = ContentType.objects.get_for_model(Entry)
    events = Event.objects.bulk_create(
        Event(
            kind=f"entry.{_verb(standing, last=last)}",
            actor=event.actor,
            content_type=kind,
            object_id=standing.entry_id,
            data={"round": found.name},
            at=event.at,
            is_sample=standing.entry.is_sample,
        )
        for standing in standings
    )
    letters = [
        outbox.write(told, standing.entry.owner.email, subject=standing.entry, round=found,
                     standing=standing)
        for told, standing in zip(events, standings, strict=True)
        if standing.entry.owner.email
    ]  # fmt: skip
    OutboxMessage.objects.bulk_create(letters)
    tasks.sweep.delay_on_commit()


def _verb(standing: Standing, *, last: bool) -> str:
    if last:
        return "prize" if standing.prize_id else "finish"
    return "advance" if standing.advances else "stop"


def _awards(found: Round, standings: list[Standing], event: Event) -> list[Award]:
    """The history of prizes: what won, never who; names are shown by consent, which can end."""
    contest = found.contest
    year, name = day_of(event.at).year, contest.title[:200]
    seen = set(Award.objects.filter(year=year, contest=name).values_list("entry", flat=True))
    rows = []
    for standing in standings:
        if standing.prize is None:
            continue
        entry = standing.entry
        title = entry.title if entry.title not in seen else f"{entry.title} ({entry.code})"
        seen.add(title)
        rows.append(
            Award(
                year=year,
                contest=name,
                level=str(contest.organiser)[:80],
                entry=title[:200],
                venture_id=entry.venture_id,
                prize=standing.prize.name,
                holder=str(entry.get_applicant_display() or _("Người dự thi")),
                source=_("Kết quả công bố trên cổng, %(round)s") % {"round": found.name},
                order=standing.prize.rank,
                is_sample=entry.is_sample,
            )
        )
    return rows
