"""The demonstration's certificates and sendings: of each sample contest that came to its end."""

from datetime import datetime, timedelta
from typing import Any

from contests import diplomas, referrals
from contests.models import Contest, ReferralOutcome
from contests.workflow import OUTCOMES, REFERRALS
from core.periods import day_of

SENT, ANSWERED, KNOWN = timedelta(days=3), timedelta(days=30), timedelta(days=33)


def seed(cast: dict[str, Any], now: datetime) -> None:
    """Lived through the real rules, as far as the days have come by ``now``."""
    for contest in Contest.objects.filter(is_sample=True).order_by("pk"):
        if diplomas.cannot_issue(contest):
            continue
        over = max(found.published_at for found in contest.round_list if found.published_at)
        diplomas.issue(contest, by=cast["em"], at=over)
        _sent_on(contest, cast, over, now)


def _sent_on(contest: Contest, cast: dict[str, Any], over: datetime, now: datetime) -> None:
    """The winner goes to the province and comes back with a prize, told by its evidence."""
    winner = referrals.candidates(contest, cast["em"]).filter(standings__prize__rank=1).first()
    if winner is None:
        return
    told = {
        "entry": winner,
        "level": "province",
        "to_contest": "Cuộc thi khởi nghiệp cấp tỉnh (mẫu)",
        "to_body": "Ban tổ chức cấp tỉnh (mẫu)",
        "deadline": day_of(over) + timedelta(days=15),
    }
    referral = referrals.prepare(contest, told, by=cast["em"], at=over)
    if over + SENT > now:
        return
    data = {"on": day_of(over + SENT).isoformat(), "ref": "07/CV-BTC (mẫu)"}
    REFERRALS.advance(referral, "send", by=cast["em"], at=over + SENT, data=data)
    if over + KNOWN > now:
        return
    outcome = ReferralOutcome(
        referral=referral,
        won=True,
        prize="Giải ba (mẫu)",
        happened_on=day_of(over + ANSWERED),
        evidence_ref="Quyết định trao giải (mẫu)",
    )
    outcome = referrals.record(outcome, by=cast["em"], at=over + ANSWERED)
    OUTCOMES.advance(outcome, "verify", by=cast["chi"], at=over + KNOWN)
