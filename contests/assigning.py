"""The rows behind an assignment: whose sheets there are, who may get which, and why one lacks."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests import ranking
from contests.assignment import Pair, Panel, Piece, Plan, Seat, loads, plan
from contests.models import Conflict, Entry, EntryMember, Judge, Round, ScoreSheet
from core.models import Event
from core.words import Refused

R, H, J = Round.Status, ScoreSheet.Status, Judge.Status
OPEN = (R.PLANNED, R.JUDGING)
SEEDS = 1_000_000
AT_ONCE = 500  # sheets; more of them are shared out by a job


@dataclass
class Desk:
    """A round as its assignment sees it, read once."""

    round: Round
    entries: dict[int, Entry]
    judges: dict[int, Judge]  # who said yes
    panel: Panel
    movable: frozenset[Pair]  # sheets nobody has touched
    seed: int | None = None

    @property
    def pairs(self) -> frozenset[Pair]:
        """Who judges what now."""
        return self.panel.fixed | self.panel.before

    @cached_property
    def seats(self) -> dict[int, Seat]:
        return {seat.pk: seat for seat in self.panel.seats}

    @cached_property
    def pieces(self) -> dict[int, Piece]:
        return {piece.pk: piece for piece in self.panel.pieces}

    @cached_property
    def load(self) -> dict[int, int]:
        """By judge, how many entries now."""
        return loads(self.pairs, self.judges)

    def closed_to(self, user_id: int | None) -> set[int]:
        """The entries that this person must not know more of: recused as a judge."""
        own = {pk for pk, judge in self.judges.items() if judge.user_id == user_id}
        return {entry for entry, judge in self.panel.barred if judge in own}


def lock(found: Round) -> Round:
    """The round for one assignment at a time. Raises Refused when its scores are locked."""
    rows = Round.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("contest").get(pk=found.pk)
    if row.status not in OPEN:
        raise Refused(_("Điểm của vòng này đã khóa, nên không phân công lại được."))
    return row


def desk(found: Round) -> Desk:
    """Entries, judges and sheets of a round, with what must not be and what has to stay."""
    entries = {entry.pk: entry for entry in ranking.competing(found)}
    accepted = found.contest.judges.filter(status=J.ACCEPTED).prefetch_related("boards")
    judges = {judge.pk: judge for judge in accepted.order_by("pk")}
    barred = _barred(found)
    fixed, before, closed = set(), set(), set()
    rows = found.sheets.values_list(
        "entry", "judge", "status", "version", "entered_by", "scores__pk", "judge__status"
    )
    for entry, judge, status, version, typed, score, standing in rows.distinct():
        pair = (entry, judge)
        touched = status != H.TO_DO or version or typed or score
        if status in {H.RECUSED, H.UNABLE}:
            closed.add(pair)
        elif not touched:
            before.add(pair)
        elif pair not in barred and (standing == J.ACCEPTED or status == H.DONE):
            fixed.add(pair)
    panel = Panel(
        pieces=tuple(Piece(e.pk, e.board_id, e.field) for e in entries.values()),
        seats=tuple(seat_of(judge) for judge in judges.values()),
        each=found.judges_per_entry,
        barred=frozenset(barred | closed),
        fixed=frozenset(fixed),
        before=frozenset(p for p in before if p[0] in entries and p[1] in judges),
    )
    return Desk(found, entries, judges, panel, frozenset(before), _seed(found))


def seat_of(judge: Judge) -> Seat:
    return Seat(
        pk=judge.pk,
        capacity=judge.capacity,
        boards=frozenset(board.pk for board in judge.boards.all()),
        expertise=frozenset(judge.expertise),
        is_shadow=judge.is_shadow,
    )


def _barred(found: Round) -> set[Pair]:
    """Conflicts, and one's own entries."""
    contest = found.contest_id
    told = Conflict.objects.filter(entry__contest=contest).values_list("entry", "judge")
    barred = {(entry, judge) for entry, judge in told}
    judge_of: dict[int, list[int]] = defaultdict(list)
    judges = Judge.objects.filter(contest=contest, user__isnull=False)
    for pk, user in judges.values_list("pk", "user"):
        judge_of[user].append(pk)
    owned = Entry.objects.filter(contest=contest, owner__in=judge_of)
    joined = EntryMember.objects.filter(entry__contest=contest, user__in=judge_of)
    people = [*owned.values_list("pk", "owner"), *joined.values_list("entry", "user")]
    return barred | {(entry, judge) for entry, user in people for judge in judge_of[user]}


def _events(found: Round) -> Any:
    return Event.objects.about(found).filter(kind="round.assign").order_by("pk")


def _seed(found: Round) -> int | None:
    """The number that the first assignment of the round was made with; later ones keep it."""
    first = _events(found).first()
    return int(first.data["seed"]) if first else None


def new_seed() -> int:
    return secrets.randbelow(SEEDS)


# -- Assigning -------------------------------------------------------------------
@dataclass(frozen=True)
class Outcome:
    """What an assignment changed, and what it could not do, in sentences."""

    added: int = 0
    removed: int = 0
    lacking: list[str] = field(default_factory=list)


@transaction.atomic
def assign(found: Round, *, by: Any, at: datetime, seed: int | None = None) -> Outcome:
    """Give every entry its judges; what is begun or done stays. Again: nothing changes.

    ``seed`` is for the first time; later the first one holds. Raises Refused.
    """
    return _carry_out(lock(found), by=by, at=at, seed=seed)


def _carry_out(
    found: Round, *, by: Any, at: datetime, seed: int | None = None, besides: int | None = None
) -> Outcome:
    # A judge who begins a sheet meanwhile keeps it: locked rows are read afresh.
    list(found.sheets.select_for_update().filter(status=H.TO_DO).order_by("pk").values_list("pk"))
    now = desk(found)
    if seed is None or now.seed is not None:
        seed = now.seed if now.seed is not None else new_seed()
    wanted = plan(now.panel, seed)
    gone = now.movable - wanted.pairs
    new = wanted.pairs - now.pairs
    for entry, judge in gone:
        rows = found.sheets.filter(entry=entry, judge=judge, status=H.TO_DO)
        rows.exclude(pk=besides).delete()
    ScoreSheet.objects.bulk_create(
        [ScoreSheet(round=found, entry_id=e, judge_id=j) for e, j in sorted(new)],
        ignore_conflicts=True,
        batch_size=500,
    )
    if gone or new:
        _journal(found, by, at, seed=seed, added=sorted(new), removed=sorted(gone))
    return Outcome(len(new), len(gone), lacking(now, wanted))


def _journal(found: Round, by: Any, at: datetime, **data: Any) -> None:
    Event.objects.create(
        kind="round.assign", actor=by, subject=found, source=found.status, target=found.status,
        data=data, at=at, is_sample=found.contest.is_sample,
    )  # fmt: skip


def refill(contest_id: int, *, by: Any, at: datetime, besides: int | None = None) -> None:
    """After a conflict or a leave: rounds that were assigned get what they lack now.

    ``besides``: a sheet that its own step is closing, and which therefore stays.
    A round that somebody else assigns this moment is left to them and to the organiser's page.
    """
    rounds = Round.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    for found in rounds.filter(contest=contest_id, status__in=OPEN).select_related("contest"):
        if _events(found).exists():
            _carry_out(found, by=by, at=at, besides=besides)


# -- Moving one by hand ------------------------------------------------------------
@transaction.atomic
def move(found: Round, *, entry: int, one: int, other: int, by: Any, at: datetime) -> None:
    """Take an untouched sheet from a judge and give it to another. Raises Refused."""
    found = lock(found)
    rows = found.sheets.select_for_update().filter(entry=entry, judge=one, status=H.TO_DO)
    sheet = rows.first()
    now = desk(found)
    if sheet is None or (entry, one) not in now.panel.before:
        raise Refused(_("Phiếu này đã chấm dở hoặc không còn, nên không chuyển được."))
    if reason := why_not(now, entry, other):
        raise Refused(reason)
    if now.seats[one].is_shadow != now.seats[other].is_shadow:
        raise Refused(_("Phiếu tập sự và phiếu tính điểm không chuyển cho nhau được."))
    sheet.delete()
    ScoreSheet.objects.create(round=found, entry_id=entry, judge_id=other)
    seed = now.seed if now.seed is not None else new_seed()
    _journal(found, by, at, seed=seed, added=[(entry, other)], removed=[(entry, one)], by_hand=True)


def why_not(now: Desk, entry: int, judge: int) -> str:
    """Why this judge cannot get this entry; "" when they can."""
    seat, piece = now.seats.get(judge), now.pieces.get(entry)
    if seat is None or piece is None:
        return _("Giám khảo này không còn trong ban giám khảo.")
    if (entry, judge) in now.pairs:
        return _("Giám khảo này đã có bài đó.")
    if (entry, judge) in now.panel.barred:
        return _("Giám khảo này không chấm bài đó được vì có liên quan hoặc đã trả lại phiếu.")
    if not seat.takes(piece):
        return _("Giám khảo này không chấm bảng đó.")
    if now.load[judge] >= seat.capacity:
        return _("Giám khảo này đã nhận đủ số bài.")
    return ""


# -- What is missing, in sentences ----------------------------------------------------
def lacking(now: Desk, wanted: Plan) -> list[str]:
    """Who is missing, board by board; nothing where every entry has its judges."""
    if not wanted.short:
        return []
    by_board: dict[int, list[int]] = defaultdict(list)
    for entry in wanted.short:
        by_board[now.entries[entry].board_id].append(entry)
    return [_of_board(now, wanted, entries) for entries in by_board.values()]


def _of_board(now: Desk, wanted: Plan, entries: list[int]) -> str:
    board = now.entries[entries[0]].board
    piece = Piece(0, board.pk)
    able = [s for s in now.panel.seats if not s.is_shadow and s.takes(piece)]
    seats = sum(wanted.short[entry] for entry in entries)
    words = {"board": board.name, "n": seats, "judges": len(able)}
    missing = max(1, now.panel.each - len(able))
    barred = Counter(entry for entry, judge in now.panel.barred if judge in {s.pk for s in able})
    if len(able) < now.panel.each:
        return ngettext(
            "%(board)s còn thiếu %(n)d lượt chấm: cần mời thêm %(missing)d giám khảo.",
            "%(board)s còn thiếu %(n)d lượt chấm: cần mời thêm %(missing)d giám khảo.",
            missing,
        ) % (words | {"missing": missing})
    if all(len(able) - barred[entry] < now.panel.each for entry in entries):
        return (
            _(
                "%(board)s còn thiếu %(n)d lượt chấm vì có giám khảo liên quan đến bài: "
                "mời thêm giám khảo không liên quan."
            )
            % words
        )
    full = loads(wanted.pairs, [s.pk for s in able])
    room = sum(s.capacity - full[s.pk] for s in able)
    if room <= 0:
        return (
            _(
                "%(board)s còn thiếu %(n)d lượt chấm: %(judges)d giám khảo của bảng đều đã nhận đủ "
                "số bài. Mời thêm người, hoặc tăng số bài mỗi người nhận."
            )
            % words
        )
    return (
        _(
            "%(board)s còn thiếu %(n)d lượt chấm: người còn chỗ thì có liên quan hoặc đã có bài "
            "đó. Mời thêm giám khảo."
        )
        % words
    )


# -- Effects -----------------------------------------------------------------------
def recused(sheet: ScoreSheet, event: Event) -> None:
    """A judge gives a sheet back for a conflict: it is recorded, and another gets the entry.

    Raises Refused once the round's scores are locked.
    """
    if sheet.round.status not in OPEN:
        raise Refused(_("Điểm của vòng này đã khóa."))
    sheet.reason = event.note[:300]
    Conflict.objects.get_or_create(
        judge=sheet.judge,
        entry=sheet.entry,
        defaults={
            "source": Conflict.Source.DECLARED
            if sheet.judge.user_id == getattr(event.actor, "pk", None)
            else Conflict.Source.ORGANISER,
            "reason": sheet.reason,
            "by": event.actor,
            "at": event.at,
        },
    )
    refill(sheet.round.contest_id, by=event.actor, at=event.at, besides=sheet.pk)


def given_up(sheet: ScoreSheet, event: Event) -> None:
    """The sheet of a judge who left: what was begun stays readable, and counts for nothing."""
    if sheet.round.status not in OPEN:
        raise Refused(_("Điểm của vòng này đã khóa."))
    sheet.reason = event.note[:300]


def sheets_to_close(judge: Judge) -> Iterable[ScoreSheet]:
    """Begun and not handed in, in rounds whose scores are not locked."""
    rows = ScoreSheet.objects.filter(judge=judge, status=H.STARTED, round__status__in=OPEN)
    return rows.select_related("round__contest", "judge", "entry").order_by("pk")


# -- What the page shows ---------------------------------------------------------------
def lacks(now: Desk) -> dict[int, int]:
    """By entry, how many judges who count it lacks as things stand."""
    shadows = {seat.pk for seat in now.panel.seats if seat.is_shadow}
    held = Counter(entry for entry, judge in now.pairs if judge not in shadows)
    each = now.panel.each
    return {pk: each - held[pk] for pk in now.entries if held[pk] < each}


def lines(now: Desk, entries: list[Entry], short: dict[int, int]) -> list[dict[str, Any]]:
    """Each entry with its judges and with those who could take a sheet that can be moved."""
    names = dict(Judge.objects.filter(contest=now.round.contest_id).values_list("pk", "name"))
    shadows = {seat.pk for seat in now.panel.seats if seat.is_shadow}
    told = []
    for entry in entries:
        held = sorted(
            (j for e, j in now.pairs if e == entry.pk), key=lambda j: (j in shadows, names[j], j)
        )
        free = [
            judge
            for pk, judge in now.judges.items()
            if pk not in shadows and not why_not(now, entry.pk, pk)
        ]
        told.append(
            {
                "entry": entry,
                "judges": [
                    {
                        "pk": j,
                        "name": names[j],
                        "is_shadow": j in shadows,
                        "movable": (entry.pk, j) in now.panel.before and j not in shadows,
                    }
                    for j in held
                ],
                "free": free,
                "can_move": any(
                    (entry.pk, j) in now.panel.before and j not in shadows for j in held
                ),
                "lacks": short.get(entry.pk, 0),
            }
        )
    return told


def done_by_judge(found: Round) -> dict[int, int]:
    rows = found.sheets.filter(status=H.DONE).values_list("judge", flat=True)
    return dict(Counter(rows))
