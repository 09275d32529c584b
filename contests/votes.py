"""Voting: from an address or a card to one ballot with a receipt, and the count at the end."""

import random
import secrets
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count, F
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.queries import why_not_shown
from accounts.services import six_digits
from contests import addresses
from contests.models import Ballot, BallotCode, Entry, Poll, PollOption, VoteCode
from contests.phases import moment
from core.context import configuration
from core.models import Event
from core.periods import day_of
from core.words import Refused

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another
LIKE = str.maketrans("OILU", "011V")
CARD_SIGNS, RECEIPT_SIGNS = 12, 16  # 60 and 80 bits
PASS_SALT = "contests.votes.pass"  # noqa: S105  # a name, not a secret
PASS_LIVES = timedelta(hours=1)
# A request that was in time may still be on its way: longer than the web server lets any take.
COUNT_AFTER = timedelta(minutes=2)
MOST_STANDING = 100  # polls that a process remembers
S = Poll.Status


def no_vote(poll: Poll, at: datetime) -> str:
    """Why no ballot can be cast at this moment; "" while it can."""
    if poll.status == S.CANCELLED:
        return _("Cuộc bình chọn này đã hủy.")
    if poll.status == S.DRAFT:
        return _("Cuộc bình chọn này chưa công bố.")
    if at < poll.opens_at:
        return _("Bình chọn mở lúc %(at)s.") % {"at": moment(poll.opens_at)}
    if not poll.takes_ballots(at):
        return _("Bình chọn đã kết thúc lúc %(at)s.") % {"at": moment(poll.closes_at)}
    return ""


# -- Codes and receipts ------------------------------------------------------------
def random_signs(count: int) -> str:
    """``ABCD-EFGH-…``: so many signs, drawn by chance, in groups of four."""
    drawn = "".join(secrets.choice(SIGNS) for _sign in range(count))
    return "-".join(drawn[i : i + 4] for i in range(0, count, 4))


def read_signs(typed: str, count: int) -> str:
    """What somebody typed, as it was printed; "" when it is no such code."""
    plain = "".join(sign for sign in typed.upper().translate(LIKE) if sign in SIGNS)
    if len(plain) != count or len(typed) > 4 * count:
        return ""
    return "-".join(plain[i : i + 4] for i in range(0, count, 4))


# -- Who may vote ------------------------------------------------------------------
@dataclass(frozen=True)
class Pass:
    """Proof, signed by the portal, that its holder reads an address or holds a card.

    The receipt is drawn with it: a ballot that is sent twice has one receipt.
    """

    poll: int
    voter: str
    domain: str
    receipt: str
    since: int

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=PASS_SALT)


def _pass(poll: Poll, voter: str, domain: str, at: datetime) -> Pass:
    return Pass(poll.pk, voter, domain, random_signs(RECEIPT_SIGNS), int(at.timestamp()))


def read_pass(poll: Poll, token: str, at: datetime) -> Pass:
    """The pass that a form brought back. Raises Refused when it is none, another's, or old."""
    try:
        found = Pass(**signing.loads(token, salt=PASS_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        raise Refused(_("Trang này không còn dùng được. Mở lại trang bình chọn.")) from None
    age = at.timestamp() - found.since
    if found.poll != poll.pk or not -60 <= age < PASS_LIVES.total_seconds():
        raise Refused(_("Trang này mở đã lâu. Mở lại trang bình chọn để lấy mã mới."))
    return found


def send_code(poll: Poll, email: str, *, at: datetime) -> VoteCode:
    """Mail a code to the address; only its keyed hash stays here. Raises Refused, OSError.

    The letter is not kept in the outbox, where the address would stand: one that is lost is
    asked for again.
    """
    if poll.kind != Poll.Kind.MAIL:
        raise Refused(_("Cuộc bình chọn này dùng thẻ có mã."))
    if reason := no_vote(poll, at):
        raise Refused(reason)
    voter = addresses.voter_of(poll, email)
    sent = VoteCode.objects.filter(poll=poll, voter=voter, sent_at__gt=at - timedelta(hours=1))
    if sent.count() >= VoteCode.AN_HOUR:
        raise Refused(_("Địa chỉ này đã xin mã nhiều lần. Chờ một giờ rồi thử lại."))
    code = six_digits()
    made = VoteCode(
        poll=poll, voter=voter, domain=addresses.domain_of(poll, email), sent_at=at,
        expires_at=at + VoteCode.LIVES,
    )  # fmt: skip
    made.code_hash = _code_hash(made, code)
    made.save()
    told = {
        "code": code,
        "poll": poll,
        "minutes": VoteCode.LIVES // timedelta(minutes=1),
        "portal": configuration(),
    }
    subject, _newline, body = render_to_string("emails/poll.code.txt", told).strip().partition("\n")
    EmailMessage(subject.strip(), body.strip(), settings.DEFAULT_FROM_EMAIL, [email]).send()
    return made


def _code_hash(code: VoteCode, typed: str) -> str:
    return salted_hmac("contests.votes.code", f"{code.key}:{typed}", algorithm="sha256").hexdigest()


def open_by_code(code: VoteCode, typed: str, *, at: datetime) -> Pass:
    """The pass of who typed the mailed code. Raises Refused; five tries, then it is worth nothing.

    A try is counted before it is compared, in one statement: guessing at once gains nothing.
    """
    if reason := no_vote(code.poll, at):
        raise Refused(reason)
    alive = VoteCode.objects.filter(pk=code.pk, tries__lt=VoteCode.TRIES, expires_at__gt=at)
    if not alive.update(tries=F("tries") + 1):
        raise Refused(_("Mã đã hết hiệu lực. Xin một mã mới."))
    digits = "".join(sign for sign in typed if sign.isdecimal() and sign.isascii())
    if not constant_time_compare(code.code_hash, _code_hash(code, digits)):
        raise Refused(_("Mã không đúng. Xem lại thư mới nhất."))
    _not_yet(code.poll, code.voter)
    return _pass(code.poll, code.voter, code.domain, at)


def open_by_card(poll: Poll, typed: str, *, at: datetime) -> Pass:
    """The pass of who holds a card with this code. Raises Refused."""
    if poll.kind != Poll.Kind.PAPER:
        raise Refused(_("Cuộc bình chọn này dùng mã gửi qua thư điện tử."))
    if reason := no_vote(poll, at):
        raise Refused(reason)
    code = read_signs(typed, CARD_SIGNS)
    voter = addresses.card_of(poll, code)
    if not code or not _is_card(poll, voter):
        raise WrongCard(_("Không có thẻ mang mã này. Xem lại từng chữ trên thẻ."))
    _not_yet(poll, voter)
    return _pass(poll, voter, "", at)


class WrongCard(Refused):
    """A code that is on no card: counted against guessing."""


def _is_card(poll: Poll, voter: str) -> bool:
    cards = BallotCode.objects.filter(poll=poll, digest=voter, batch__voided_at__isnull=True)
    return cards.exists()


def _not_yet(poll: Poll, voter: str) -> None:
    if Ballot.objects.filter(poll=poll, voter=voter).exists():
        raise Refused(_voted(poll))


def _voted(poll: Poll) -> str:
    if poll.kind == Poll.Kind.PAPER:
        return _("Thẻ này đã bỏ phiếu. Mỗi thẻ bỏ một phiếu, phiếu đầu được tính.")
    return _("Địa chỉ này đã bỏ phiếu. Mỗi địa chỉ bỏ một phiếu, phiếu đầu được tính.")


# -- The ballot --------------------------------------------------------------------
def in_their_order(poll: Poll, voter: str) -> list[PollOption]:
    """The options as this voter sees them: by chance, and the same each time they look."""
    options = list(poll.option_list)
    random.Random(f"{poll.key}:{voter}").shuffle(options)  # noqa: S311  # an order, no secret
    return options


def chosen(poll: Poll, keys: Collection[str]) -> list[PollOption]:
    """The options that a form names. Raises Refused for none, too many, or one of another poll."""
    wanted = set(keys)
    found = [option for option in poll.option_list if str(option.pk) in wanted]
    if len(found) != len(wanted):
        raise Refused(_("Có lựa chọn không thuộc cuộc bình chọn này. Chọn lại."))
    if not found:
        raise Refused(_("Bạn chưa chọn gì."))
    if len(found) > poll.most_choices:
        raise Refused(_("Bạn chọn nhiều quá. Chọn nhiều nhất %(n)d.") % {"n": poll.most_choices})
    return found


_standing: dict[str, tuple[float, Poll]] = {}


def standing(slug: str, at: datetime) -> Poll | None:
    """The announced poll with its options, as it was at most ``POLL_MEMORY_SECONDS`` ago.

    What was announced is not edited any more, and the clock is asked with each ballot: only that
    it was cancelled is learnt a moment late. Each process remembers for itself, so that a ballot
    costs one INSERT.
    """
    known = _standing.get(slug)
    now = at.timestamp()
    if known is not None and 0 <= now - known[0] < settings.POLL_MEMORY_SECONDS:
        return known[1]
    poll = Poll.objects.filter(slug=slug, status=S.ANNOUNCED).first()
    if poll is None:
        return None
    poll.option_list  # noqa: B018  # read now, not by several threads at once
    if len(_standing) > MOST_STANDING:
        _standing.clear()
    _standing[slug] = (now, poll)
    return poll


def forget() -> None:
    """Let go of the remembered polls."""
    _standing.clear()


def cast(
    poll: Poll, given: Pass, choices: Collection[PollOption], *, network: str, at: datetime
) -> None:
    """Put the ballot in. The same pass again changes nothing; another of this voter is refused.

    One row goes in, none is changed: voters never wait for each other, and a constraint says
    that there is one for each. Raises Refused.
    """
    if reason := no_vote(poll, at):
        raise Refused(reason)
    if poll.kind == Poll.Kind.PAPER and not _is_card(poll, given.voter):
        raise Refused(_("Thẻ này đã bị hủy. Hỏi người phát thẻ."))
    ours = addresses.receipt_hash(given.receipt)
    ballot = Ballot(
        poll=poll, voter=given.voter, receipt_hash=ours, cast_at=at, network=network,
        domain=given.domain, choices=sorted(option.pk for option in choices),
    )  # fmt: skip
    try:
        with transaction.atomic():
            ballot.save(force_insert=True)
    except IntegrityError:
        kept = Ballot.objects.filter(poll=poll, voter=given.voter)
        if kept.values_list("receipt_hash", "choices").first() != (ours, ballot.choices):
            raise Refused(_voted(poll)) from None


# -- Effects of the steps ----------------------------------------------------------
def cannot_announce(poll: Poll) -> str:
    """What the poll lacks before everybody may know of it."""
    if len(poll.option_list) < 2:
        return _("Cần ít nhất hai lựa chọn.")
    if len(poll.option_list) < poll.most_choices:
        return _("Số được chọn không thể nhiều hơn số lựa chọn.")
    return ""


def announced(poll: Poll, event: Event) -> None:
    """The rules stand from here on; every entry's people may be shown. Raises Refused."""
    if event.at >= poll.closes_at:
        raise Refused(_("Giờ kết thúc đã qua. Sửa giờ trước."))
    entries = Entry.objects.filter(poll_options__poll=poll).select_related("owner").order_by("pk")
    for entry in entries:
        if entry.status != Entry.Status.COMPLETE:
            raise Refused(_("“%(title)s” không phải bài hợp lệ.") % {"title": entry.title})
        if why_not_shown(entry.owner, day_of(event.at)):
            raise Refused(
                _("“%(title)s”: người dự thi dưới 18 tuổi, người giám hộ chưa đồng ý công bố.")
                % {"title": entry.title}
            )
    poll.address_rules = addresses.rules_in_words()


def close(poll: Poll, event: Event) -> None:
    """Count, once, after the end; who annuls ballots does so before anybody knows the numbers.

    Raises Refused before then. Codes that were mailed are of no more use: they go.
    """
    if event.at < poll.closes_at + COUNT_AFTER:
        raise Refused(
            _("Kiểm phiếu được từ %(at)s.") % {"at": moment(poll.closes_at + COUNT_AFTER)}
        )
    ballots = Ballot.objects.filter(poll=poll)
    valid = ballots.filter(annulment__isnull=True)
    tally: Counter[int] = Counter()
    poll.counted = 0
    for choices in valid.values_list("choices", flat=True).iterator(chunk_size=5000):
        poll.counted += 1
        tally.update(choices)
    poll.annulled = ballots.filter(annulment__isnull=False).count()
    options = list(poll.options.all())
    for option in options:
        option.votes = tally[option.pk]
    PollOption.objects.bulk_update(options, ["votes"])
    VoteCode.objects.filter(poll=poll).delete()
    event.data |= {"counted": poll.counted, "annulled": poll.annulled}


# -- The result --------------------------------------------------------------------
def result(poll: Poll) -> list[PollOption]:
    """The options, most votes first. Raises Refused before the poll is counted."""
    _counted(poll)
    return list(poll.options.order_by("-votes", "title", "pk"))


def _counted(poll: Poll) -> int:
    if not poll.has_result or poll.counted is None:
        raise Refused(_("Chưa có kết quả bình chọn."))
    return poll.counted


def shares(poll: Poll) -> dict[int, Fraction]:
    """For each entry (by key) the part of the counted ballots that chose it, from 0 to 1.

    The public's result for ``joined``; with several choices a ballot the parts may add up to
    more than 1. Raises Refused before the poll is counted.
    """
    ballots = _counted(poll)
    rows = poll.options.filter(entry__isnull=False).values_list("entry", "votes")
    return {entry: Fraction(votes or 0, ballots or 1) for entry, votes in rows}


def joined(score: Any, share: Fraction, weight: Any) -> Fraction:
    """The jury's score of 100 with the public's share, by ``Contest.vote_weight`` (per cent)."""
    part = Fraction(weight) / 100
    return Fraction(score) * (1 - part) + 100 * share * part


def counts(poll: Poll) -> dict[str, int]:
    """How many ballots there are and how many are annulled: for who runs the poll, no tally."""
    found = poll.ballots.aggregate(cast=Count("pk"), annulled=Count("annulment"))
    return {"cast": found["cast"], "annulled": found["annulled"]}
