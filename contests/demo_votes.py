"""The demonstration of votes: one poll that is counted, one with cards, two commendations."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Agency
from contests import addresses, votes
from contests.models import Ballot, Commendation, Contest, Poll, PollOption
from contests.workflow import COMMENDATIONS, POLLS
from support_orgs.models import Organisation

NAMES = ("Tủ sấy cá cơm (mẫu)", "Lưới che nắng xơ dừa (mẫu)", "Muối gừng Sa Huỳnh (mẫu)")
# Who chose what in the counted poll: the second by a little.
CHOSEN = (0, 1, 1, 2, 1, 0, 1, 2, 0, 1, 1, 0, 2, 1, 0, 1, 2, 1, 0, 1)


def seed(cast: dict[str, Any], now: datetime) -> None:
    """Polls on the days before ``now``, all of them samples."""
    by, agency = cast["em"], cast["em"].memberships.first().agency
    counted = _poll(
        agency, by, "binh-chon-mau", "Sản phẩm được yêu thích (mẫu)", Poll.Kind.MAIL,
        opens=now - timedelta(days=9), closes=now - timedelta(days=2),
    )  # fmt: skip
    POLLS.advance(counted, "announce", by=by, at=counted.opens_at - timedelta(days=1))
    for number, place in enumerate(CHOSEN):
        at = counted.opens_at + timedelta(hours=number * 7)
        email = f"nguoi{number}@minhhoa.example"
        receipt = votes.random_signs(votes.RECEIPT_SIGNS)
        Ballot.objects.create(
            poll=counted,
            voter=addresses.voter_of(counted, email),
            cast_at=at,
            receipt_hash=addresses.receipt_hash(receipt),
            choices=[counted.option_list[place].pk],
            network=addresses.network_of(counted, f"192.0.2.{number}"),
            domain=addresses.domain_of(counted, email),
        )
    POLLS.advance(counted, "close", by=by, at=counted.closes_at + votes.COUNT_AFTER)
    contest = Contest.objects.filter(is_sample=True, has_public_vote=True).order_by("pk").first()
    cards = _poll(
        agency, by, "binh-chon-the-mau", "Ý tưởng của đoàn viên (mẫu)", Poll.Kind.PAPER,
        opens=now - timedelta(days=1), closes=now + timedelta(days=6), contest=contest,
    )  # fmt: skip
    POLLS.advance(cards, "announce", by=by, at=cards.opens_at - timedelta(days=1))
    _commendations(cast, now)


def _poll(
    agency: Agency, by: Any, slug: str, title: str, kind: str, *, opens: datetime,
    closes: datetime, contest: Contest | None = None,
) -> Poll:  # fmt: skip
    poll = Poll.objects.create(
        slug=slug, title=title, organiser=agency, kind=kind, opens_at=opens, closes_at=closes,
        created_by=by, created_at=opens - timedelta(days=2), contest=contest, is_sample=True,
        about="Chọn điều bạn muốn thấy nhiều hơn ở Đức Phổ.",
    )  # fmt: skip
    for order, name in enumerate(NAMES, start=1):
        PollOption.objects.create(poll=poll, title=name, order=order)
    return poll


def _commendations(cast: dict[str, Any], now: datetime) -> None:
    """One on the wall, of a club; one that waits for the person's own yes."""
    by = cast["em"]
    union = Agency.objects.create(
        code="doan-minh-hoa", name="Đoàn Thanh niên (minh họa)", kind=Agency.Kind.UNION,
        is_sample=True,
    )  # fmt: skip
    told = {
        "issuer": by.memberships.first().agency, "union": union,
        "occasion": "Ngày hội khởi nghiệp (mẫu)", "decided_on": date(2026, 10, 12),
        "recorded_by": by, "recorded_at": now, "is_sample": True,
    }  # fmt: skip
    club = Organisation.objects.filter(is_sample=True).order_by("pk").first()
    made = [
        Commendation.objects.create(
            person=cast["an"],
            decision_number="02/QĐ-mẫu",
            citation="Giúp ba nhóm bạn trẻ viết kế hoạch đầu tiên (mẫu).",
            **told,
        )
    ]
    if club:
        made.append(
            Commendation.objects.create(
                organisation=club,
                decision_number="01/QĐ-mẫu",
                citation="Mỗi tháng một buổi gặp người khởi nghiệp, suốt một năm (mẫu).",
                **told,
            )
        )
    for one in made:
        COMMENDATIONS.advance(one, "publish", by=by, at=now)
