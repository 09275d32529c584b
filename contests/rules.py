"""A contest's rules as one text: made from a template, copied, frozen, and compared.

``read`` and ``write`` are each other's inverse: the same shape is the template's file, an earlier
contest's copy, and the frozen version whose amendments entrants see.
"""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from contests.models import (
    Board,
    Contest,
    Criterion,
    EntryQuestion,
    Prize,
    Round,
    RulesVersion,
)
from core.models import AdminUnit, Event

TEMPLATE = Path(__file__).parent / "data" / "quang_ngai.json"
OF_CONTEST = (
    "opens_at", "closes_at", "sealed", "audiences", "applicants", "min_age", "max_age", "ages_on",
    "max_enterprise_years", "has_public_vote", "vote_weight",
)  # fmt: skip
OF_BOARD = ("code", "name", "about", "levels")
OF_QUESTION = (
    "label", "help", "kind", "choices", "required", "max_length", "is_clean",
)  # fmt: skip
OF_ROUND = (
    "code", "name", "starts_at", "ends_at", "is_blind", "hidden", "judges_per_entry", "aggregate",
    "advance_top", "advance_min", "no_zero", "tie_breaks", "has_pitch", "pitch_minutes",
    "question_minutes",
)  # fmt: skip
OF_CRITERION = ("code", "name", "about", "weight", "most", "step", "anchors")
OF_PRIZE = ("name", "rank", "count", "value", "in_kind")
DATES = ("opens_at", "closes_at", "ages_on", "starts_at", "ends_at")


def template() -> dict[str, Any]:
    """The rules of the province's contest, without dates (domain: rules of Quảng Ngãi)."""
    rules: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    rules.pop("source")
    return rules


def read(contest: Contest) -> dict[str, Any]:
    """All that the rules say, as JSON: dates in ISO, decimals as text, names by code."""
    rounds = list(contest.rounds.order_by("order", "pk"))
    code_of = {found.pk: found.code for found in rounds}
    boards = list(contest.boards.order_by("order", "pk").prefetch_related("questions"))
    criteria = contest.criteria.order_by("order", "pk").prefetch_related("rounds")
    board_of = {board.pk: board.code for board in boards}
    return {
        **_told(contest, OF_CONTEST),
        "units": sorted(contest.units.values_list("pk", flat=True)),
        "boards": [
            _told(board, OF_BOARD)
            | {"questions": [_told(q, OF_QUESTION) for q in board.questions.all()]}
            for board in boards
        ],
        "rounds": [_told(found, OF_ROUND) for found in rounds],
        "criteria": [
            _told(c, OF_CRITERION)
            | {"rounds": [code_of[r.pk] for r in sorted(c.rounds.all(), key=lambda r: r.order)]}
            for c in criteria
        ],
        "prizes": [
            _told(prize, OF_PRIZE) | {"board": board_of.get(prize.board_id or 0)}
            for prize in contest.prizes.order_by("rank", "pk")
        ],
    }


def _told(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _text(getattr(row, name)) for name in names}


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def undated(rules: dict[str, Any]) -> dict[str, Any]:
    """The same rules for another year: every date is to be chosen anew."""
    again = {name: None if name in DATES else value for name, value in rules.items()}
    again["rounds"] = [
        {name: None if name in DATES else value for name, value in found.items()}
        for found in rules["rounds"]
    ]
    return again


@transaction.atomic
def write(contest: Contest, rules: dict[str, Any]) -> None:
    """Give a draft without boards, rounds and criteria these rules."""
    for name in OF_CONTEST:
        if name in rules:
            setattr(contest, name, _value(name, rules[name]))
    contest.save()
    contest.units.set(AdminUnit.objects.filter(pk__in=rules["units"]))
    boards: dict[str | None, Board | None] = {None: None}
    for order, told in enumerate(rules["boards"], start=1):
        board = Board.objects.create(contest=contest, order=order, **_values(told, OF_BOARD))
        boards[board.code] = board
        for place, question in enumerate(told["questions"], start=1):
            EntryQuestion.objects.create(board=board, order=place, **_values(question, OF_QUESTION))
    rounds = {
        told["code"]: Round.objects.create(contest=contest, order=order, **_values(told, OF_ROUND))
        for order, told in enumerate(rules["rounds"], start=1)
    }
    for order, told in enumerate(rules["criteria"], start=1):
        criterion = Criterion.objects.create(
            contest=contest, order=order, **_values(told, OF_CRITERION)
        )
        criterion.rounds.set([rounds[code] for code in told["rounds"]])
    for told in rules["prizes"]:
        board = boards[told["board"]]
        Prize.objects.create(contest=contest, board=board, **_values(told, OF_PRIZE))


def _values(told: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _value(name, told[name]) for name in names if name in told}


def _value(name: str, value: Any) -> Any:
    if value is None or name not in {*DATES, "weight", "step", "advance_min", "vote_weight"}:
        return value
    if name == "ages_on":
        return datetime.fromisoformat(value).date()
    return parse_datetime(value) if name in DATES else Decimal(value)


# -- Announcing and amending ---------------------------------------------------------
def cannot_announce(contest: Contest) -> str:
    """What the rules still lack; "" when the call can open."""
    if not contest.opens_at or not contest.closes_at:
        return _("Ghi giờ mở và giờ đóng nhận hồ sơ.")
    if not contest.board_list:
        return _("Cuộc thi cần ít nhất một bảng thi.")
    if not contest.round_list:
        return _("Cuộc thi cần ít nhất một vòng.")
    before = contest.closes_at
    for found in contest.round_list:
        if lacking := _lacking(found, before):
            return lacking % {"round": found.name}
        before = found.ends_at or before
    return ""


def _lacking(found: Round, before: datetime) -> str:
    """What a round lacks that may begin from ``before`` on; "" for nothing."""
    if not found.starts_at or not found.ends_at:
        return _("Ghi giờ chấm của %(round)s.")
    if found.starts_at < before:
        return _("%(round)s phải bắt đầu sau khi phần trước kết thúc.")
    if not found.criterion_list:
        return _("%(round)s chưa có tiêu chí nào.")
    if not set(found.tie_breaks) <= {criterion.code for criterion in found.criterion_list}:
        return _("%(round)s: có tiêu chí xét khi bằng điểm không dùng ở vòng này.")
    return ""


def freeze(contest: Contest, event: Event) -> None:
    """The rules as they stand become the next version; the first when the call is announced.

    ``event.note`` says why an amendment was needed. Its time is the version's.
    """
    last = contest.versions.order_by("-number").first()
    RulesVersion.objects.create(
        contest=contest,
        number=last.number + 1 if last else 1,
        rules=read(contest),
        reason=event.note,
        made_by=event.actor,
        made_at=event.at,
    )
