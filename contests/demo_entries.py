"""The demonstration's entries: one sent from nothing, one begun, in the contest that is on."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from contests import eligibility, entries, phases
from contests.models import Contest, Entry

TEXT = {
    "title": "Máy tách muối khỏi cát bằng nước biển",
    "field": "agriculture",
    "summary": "Máy nhỏ cho một hộ làm muối, tách cát trước khi phơi.",
    "problem": "Muối lẫn cát bán rẻ hơn một nửa.",
    "solution": "Bể lắng ba ngăn chạy bằng bơm năng lượng mặt trời.",
    "novelty": "Không cần điện lưới, một người làm được.",
}


def entered(cast: Mapping[str, User], now: datetime) -> None:
    """Two entries of sample people, where a sample contest takes entries; else nothing."""
    at = now - timedelta(days=1)
    rows = Contest.objects.filter(is_sample=True, status=Contest.Status.ANNOUNCED)
    contest = next((one for one in rows.order_by("pk") if not phases.no_entry(one, at)), None)
    if contest is None:
        return
    sent = _begun(contest, cast["bao"], TEXT, at)
    if not eligibility.missing(sent):
        entries.send(sent, by=cast["bao"], agreed=True, at=at)
    _begun(contest, cast["an"], {"title": "Nước mắm ít muối"}, at)


def _begun(contest: Contest, owner: User, text: dict[str, Any], at: datetime) -> Entry:
    """A draft in the first board that takes ideas, with an answer to each question."""
    board = eligibility.boards_for(contest, None)[0]
    entry = entries.begin(contest, board, key=uuid.uuid4(), owner=owner, at=at)
    plain = {"number": 1, "yes_no": "yes"}
    told = text | {
        "applicant": (contest.applicants or ["person"])[0],
        "audience": contest.audiences[0] if eligibility.asks_audience(contest) else "",
        "unit": owner.unit or contest.units.first(),
        "answers": {
            str(q.pk): q.choices[0] if q.choices else plain.get(q.kind, "Đã hỏi ba hộ làm muối.")
            for q in board.asked
        },
    }
    return entries.save(
        entry, told, names=list(told), seen=entries.version(entry, list(told)), by=owner, at=at
    )
