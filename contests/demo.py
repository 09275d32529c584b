"""The demonstration's contest: made from the template, announced, and open for entries now."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from contests import setup
from contests.models import Contest
from contests.workflow import CONTESTS
from core.periods import LOCAL, day_of

TITLE = "Cuộc thi khởi nghiệp 2026 (mẫu)"
ABOUT = (
    "Cuộc thi này chỉ để thử cổng. Ai có ý tưởng hoặc dự án cũng thi được; bài vào chung kết có "
    "người hướng dẫn làm tiếp."
)
OPENED, CLOSES = -12, 18  # days from the demonstration's own day
FIRST_ROUND, ROUND_DAYS, PAUSE = 21, 7, 10
PRIZES = {"Giải nhất": 10_000_000, "Giải nhì": 7_000_000, "Giải ba": 5_000_000}


def _on(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)


def contest(by: Any, now: datetime) -> Contest:
    """One sample contest of ``by``'s agency, announced the day before it opened."""
    today = day_of(now)
    made_on = _on(today + timedelta(days=OPENED - 5), 9)
    made = setup.make(
        {"title": TITLE, "organiser": by.memberships_today[0].agency, "made_from": None},
        key=uuid.uuid4(), by=by, at=made_on,
    )  # fmt: skip
    days: dict[str, Any] = {
        "opens_at": _on(today + timedelta(days=OPENED), 8),
        "closes_at": _on(today + timedelta(days=CLOSES), 17),
        "sealed": False,
    }
    for number, found in enumerate(made.round_list):
        starts = today + timedelta(days=FIRST_ROUND + number * PAUSE)
        days[f"{found.code}.starts_at"] = _on(starts, 8)
        days[f"{found.code}.ends_at"] = _on(starts + timedelta(days=ROUND_DAYS), 17)
    _change(made, setup.dates(days), by, made_on)
    _change(made, setup.words({"title": TITLE, "about": ABOUT}), by, made_on)
    for prize in made.prizes.all():
        if value := PRIZES.get(prize.name):
            _change(made, setup.edit(prize, {"value": value}), by, made_on)
    board = made.boards.order_by("order").first()
    question = setup.EntryQuestion(board=board)
    asked = {"label": "Bạn đã hỏi thử ai chưa?", "kind": "yes_no", "required": False}
    _change(made, setup.add(question, asked), by, made_on)
    announced = _on(today + timedelta(days=OPENED - 1), 9)
    CONTESTS.advance(made, "announce", by=by, at=announced)
    return made


def _change(contest: Contest, apply: setup.Apply, by: Any, at: datetime) -> None:
    setup.change(contest, apply, by=by, at=at)
