"""Running a poll: writing it, its options and cards, the log of patterns, annulling ballots."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncMinute
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contests import addresses, votes
from contests.models import (
    Annulment,
    Ballot,
    BallotCode,
    CodeBatch,
    Contest,
    Entry,
    Poll,
    PollOption,
)
from core.models import Event
from core.text import fold
from core.words import Refused

MOST_OPTIONS = 60
MOST_CARDS = 500  # a sheet's PDF is set while its official waits: the codes are nowhere else
LINES = 20  # of each pattern
RESERVED = {"moi"}  # addresses below /binh-chon/ that are no poll
SLUG_LENGTH = 60


def tell_journal(obj: Any, verb: str, *, by: Any, at: datetime, **data: Any) -> None:
    """A line of the journal that moves no status."""
    Event.objects.create(
        kind=f"{obj._meta.model_name}.{verb}",
        actor=by,
        subject=obj,
        source=obj.status,
        target=obj.status,
        data=data,
        at=at,
        is_sample=obj.is_sample or by.is_sample,
    )


# -- Writing it --------------------------------------------------------------------
def make(values: dict[str, Any], *, key: Any, by: Any, at: datetime) -> Poll:
    """A new poll, still a draft. Pressed twice with one ``key``, it is one. Raises Refused."""
    _of_theirs(values, by)
    for slug in _slugs(values["title"]):
        if earlier := Poll.objects.filter(key=key, created_by=by).first():
            return earlier
        try:
            with transaction.atomic():
                poll = Poll.objects.create(
                    key=key, slug=slug, created_by=by, created_at=at, is_sample=by.is_sample,
                    **values,
                )  # fmt: skip
                tell_journal(poll, "create", by=by, at=at)
        except IntegrityError:  # the key or the address was taken a moment ago
            continue
        return poll
    raise Refused(_("Đã có nhiều cuộc cùng tên. Đặt tên khác."))


def _of_theirs(values: dict[str, Any], by: Any) -> None:
    """An official makes polls of their own agency; the secretariat of any."""
    own = {held.agency_id for held in by.memberships_today}
    if "secretariat" not in by.roles and values["organiser"].pk not in own:
        raise Refused(_("Chọn đơn vị của mình."))
    contest = values.get("contest")
    if contest and not contest.has_public_vote:
        raise Refused(_("Thể lệ của cuộc thi này không có bình chọn."))


def _slugs(title: str) -> list[str]:
    plain = slugify(fold(title))[:SLUG_LENGTH].strip("-") or "binh-chon"
    names = [plain, *(f"{plain}-{number}" for number in range(2, 50))]
    taken = set(Poll.objects.filter(slug__in=names).values_list("slug", flat=True)) | RESERVED
    return [name for name in names if name not in taken]


def _locked(poll: Poll, permission: str, by: Any) -> Poll:
    """The poll as it is now, held; the right is asked again. Raises Refused."""
    poll = Poll.objects.select_for_update().get(pk=poll.pk)
    if reason := by.why_not(permission, poll):
        raise Refused(reason)
    return poll


@transaction.atomic
def amend(poll: Poll, values: dict[str, Any], *, by: Any, at: datetime) -> Poll:
    """Change a poll that is not announced yet. Raises Refused."""
    poll = _locked(poll, "poll.edit", by)
    _of_theirs(values, by)
    before = {}
    for name, value in values.items():
        if getattr(poll, name) != value:
            before[name] = str(getattr(poll, name))
            setattr(poll, name, value)
    if before:
        poll.save(update_fields=list(before))
        tell_journal(poll, "edit", by=by, at=at, before=before)
    return poll


@transaction.atomic
def add_option(poll: Poll, *, title: str, about: str, by: Any, at: datetime) -> None:
    """One more thing to choose. The same title again is the same option. Raises Refused."""
    poll = _locked(poll, "poll.edit", by)
    if poll.options.filter(title=title).exists():
        return
    _room(poll, 1)
    PollOption.objects.create(poll=poll, title=title, about=about, order=_next(poll))
    tell_journal(poll, "option", by=by, at=at, title=title)


@transaction.atomic
def add_entries(poll: Poll, entries: QuerySet[Entry], *, by: Any, at: datetime) -> int:
    """Put the contest's complete entries among the options; how many are new. Raises Refused."""
    poll = _locked(poll, "poll.edit", by)
    there = set(poll.options.filter(entry__isnull=False).values_list("entry", flat=True))
    new = [e for e in entries.filter(contest=poll.contest).order_by("pk") if e.pk not in there]
    _room(poll, len(new))
    titles = set(poll.options.values_list("title", flat=True))
    for order, entry in enumerate(new, start=_next(poll)):
        title = entry.title if entry.title not in titles else f"{entry.title[:100]} ({entry.code})"
        titles.add(title)
        PollOption.objects.create(poll=poll, entry=entry, title=title, order=order)
    if new:
        tell_journal(poll, "entries", by=by, at=at, entries=[entry.pk for entry in new])
    return len(new)


def _next(poll: Poll) -> int:
    last = poll.options.order_by("-order").values_list("order", flat=True).first()
    return (last or 0) + 1


def _room(poll: Poll, more: int) -> None:
    if poll.options.count() + more > MOST_OPTIONS:
        raise Refused(_("Một cuộc có nhiều nhất %(n)d lựa chọn.") % {"n": MOST_OPTIONS})


@transaction.atomic
def drop_option(poll: Poll, pk: int, *, by: Any, at: datetime) -> None:
    """Take an option away; gone already is fine. Raises Refused."""
    poll = _locked(poll, "poll.edit", by)
    if poll.options.filter(pk=pk).delete()[0]:
        tell_journal(poll, "drop_option", by=by, at=at, option=pk)


def contests_with_vote(user: Any) -> QuerySet[Contest]:
    """The contests whose rules have a public vote."""
    shown = Contest.objects.visible_to(user).filter(has_public_vote=True)
    return shown.exclude(status=Contest.Status.CANCELLED).order_by("-pk")


# -- Cards -------------------------------------------------------------------------
@transaction.atomic
def make_cards(
    poll: Poll, count: int, purpose: str, *, key: Any, by: Any, at: datetime
) -> tuple[CodeBatch, list[str]]:
    """A batch of cards and, this one time, their codes: here only keyed hashes stay.

    Raises Refused; a second press too, for the codes cannot be had again.
    """
    poll = _locked(poll, "poll.print", by)
    if poll.kind != Poll.Kind.PAPER:
        raise Refused(_("Cuộc bình chọn này không dùng thẻ."))
    if CodeBatch.objects.filter(key=key).exists():
        raise Refused(_("Tập thẻ này đã in rồi. Mất bản in thì hủy tập đó và in tập mới."))
    codes = [votes.random_signs(votes.CARD_SIGNS) for _card in range(count)]
    batch = CodeBatch.objects.create(
        key=key, poll=poll, purpose=purpose, count=count, made_by=by, made_at=at
    )
    BallotCode.objects.bulk_create(
        BallotCode(batch=batch, poll=poll, digest=addresses.card_of(poll, code)) for code in codes
    )
    tell_journal(poll, "cards", by=by, at=at, batch=batch.pk, count=count, purpose=purpose)
    return batch, codes


@transaction.atomic
def void_cards(batch: CodeBatch, reason: str, *, by: Any, at: datetime) -> None:
    """Cards that were lost can no longer vote; ballots already cast stay. Raises Refused."""
    poll = _locked(batch.poll, "poll.print", by)
    found = CodeBatch.objects.filter(pk=batch.pk, poll=poll, voided_at__isnull=True)
    if found.update(voided_at=at, voided_by=by, void_reason=reason):
        tell_journal(poll, "void_cards", by=by, at=at, batch=batch.pk, reason=reason)


# -- The log of patterns -----------------------------------------------------------
@dataclass(frozen=True)
class Pattern:
    """So many ballots that have one thing in common; ``query`` leads to annulling them."""

    label: str
    count: int
    first: datetime
    query: dict[str, str]


def patterns(poll: Poll) -> dict[str, list[Pattern]]:
    """Bursts by minute, by network and by mail domain, the largest first; three statements.

    Says how many and when, never what was chosen.
    """
    ballots = poll.ballots.filter(annulment__isnull=True)
    return {
        "minutes": _pattern(
            ballots.annotate(minute=TruncMinute("cast_at")), "minute",
            votes.moment, lambda at: {"phut": at.isoformat()},
        ),
        "networks": _pattern(
            ballots.exclude(network=""), "network", str, lambda name: {"mang": name}
        ),
        "domains": _pattern(
            ballots.exclude(domain=""), "domain", str, lambda name: {"mien": name}
        ),
    }  # fmt: skip


def _pattern(
    ballots: QuerySet[Ballot, Any],
    by: str,
    label: Callable[[Any], str],
    query: Callable[[Any], dict[str, str]],
) -> list[Pattern]:
    rows = ballots.order_by().values(by).annotate(count=Count("pk"), first=Min("cast_at"))
    return [
        Pattern(label(row[by]), row["count"], row["first"], query(row[by]))
        for row in rows.order_by("-count", by)[:LINES]
    ]


# -- Annulling ---------------------------------------------------------------------
@dataclass(frozen=True)
class Which:
    """The ballots that are meant: all that is named has to be so."""

    network: str = ""
    domain: str = ""
    since: datetime | None = None
    until: datetime | None = None
    receipt: str = ""

    def of(self, poll: Poll) -> QuerySet[Ballot]:
        """Those of the poll that still count; none where nothing is named."""
        named: dict[str, Any] = {
            "network": self.network,
            "domain": self.domain,
            "cast_at__gte": self.since,
            "cast_at__lt": self.until,
            "receipt_hash": self.receipt and addresses.receipt_hash(self.receipt),
        }
        told = {name: value for name, value in named.items() if value}
        if not told:
            return Ballot.objects.none()
        return Ballot.objects.filter(poll=poll, annulment__isnull=True, **told)

    def told(self) -> dict[str, str]:
        """For the journal; no receipt."""
        return {
            "network": self.network,
            "domain": self.domain,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }


def minute(at: datetime) -> Which:
    """The ballots of the minute that begins then."""
    return Which(since=at, until=at + timedelta(minutes=1))


@transaction.atomic
def annul(poll: Poll, which: Which, reason: str, *, by: Any, at: datetime) -> int:
    """Let these ballots not count, and say why to everybody; how many. Raises Refused.

    Only before the count: who annuls does not know whom it hits.
    """
    poll = _locked(poll, "poll.annul", by)
    ballots = which.of(poll)
    count = ballots.count()
    if not count:
        raise Refused(_("Không có phiếu nào như vậy còn được tính."))
    made = Annulment.objects.create(poll=poll, reason=reason, count=count, by=by, at=at)
    changed = ballots.update(annulment=made)
    if changed != count:  # some came in between
        Annulment.objects.filter(pk=made.pk).update(count=changed)
    tell_journal(poll, "annul", by=by, at=at, count=changed, reason=reason, **which.told())
    return changed
