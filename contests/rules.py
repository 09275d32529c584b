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

from contests.in_words import differences
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

__all__ = [
    "begun",
    "cannot_announce",
    "differences",
    "freeze",
    "frozen",
    "read",
    "template",
    "told",
    "undated",
    "write",
]

TEMPLATE = Path(__file__).parent / "data" / "quang_ngai.json"
OF_WORDS = ("title", "about")  # kept with a version; a copy has words of its own
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
        **_told(contest, OF_WORDS + OF_CONTEST),
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
    return {name: told(getattr(row, name)) for name in names}


def told(value: Any) -> Any:
    """A column's value as the rules keep it."""
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
    """What the rules still lack; "" when the call can open.

    Read afresh: the page that asked first may be older than the lock under which this is asked.
    """
    contest = Contest.objects.get(pk=contest.pk)
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


# -- What an amendment may touch -------------------------------------------------------
BEFORE_JUDGING = ("opens_at", "closes_at", "sealed", "has_public_vote", "vote_weight")


def begun(contest: Contest) -> dict[str, str]:
    """The rounds that are being judged or were: the status of each by its code."""
    rows = contest.rounds.exclude(status=Round.Status.PLANNED)
    return dict(rows.values_list("code", "status"))


def frozen(
    contest: Contest, before: dict[str, Any], after: dict[str, Any], status: dict[str, str],
    at: datetime,
) -> str:  # fmt: skip
    """Why an announced contest's rules cannot go from ``before`` to ``after``; "" when they can.

    What a round that is being judged or was judged depends on stays: itself, the rounds before it
    and the criteria that apply in it. Only the end of a judging under way may move. ``status`` is
    what ``begun`` said before the change.
    """
    rounds = [told["code"] for told in before["rounds"] if told["code"] in status]
    if not rounds:
        return _frozen_days(contest, before, after, at)
    if any(before[name] != after[name] for name in BEFORE_JUDGING):
        return _("Đã bắt đầu chấm nên ngày nhận hồ sơ, niêm phong và bình chọn giữ nguyên.")
    return _frozen_rounds(before, after, status) or _frozen_prizes(before, after, rounds)


def _frozen_days(
    contest: Contest, before: dict[str, Any], after: dict[str, Any], at: datetime
) -> str:
    if before["sealed"] and not after["sealed"]:
        return _("Đã hứa niêm phong đến giờ đóng nên không bỏ được.")
    if after["closes_at"] == before["closes_at"]:
        return ""
    if contest.unsealed_at:
        return _("Bài đã mở niêm phong nên giờ đóng nhận giữ nguyên.")
    if contest.closes_at and contest.closes_at <= at:
        return _("Giờ đóng nhận mới phải ở sau lúc này.")
    return ""


def _frozen_rounds(before: dict[str, Any], after: dict[str, Any], status: dict[str, str]) -> str:
    last = max(n for n, told in enumerate(before["rounds"]) if told["code"] in status)
    for place, told in enumerate(before["rounds"][: last + 1]):
        now = after["rounds"][place] if place < len(after["rounds"]) else {}
        free = {"ends_at"} if status.get(told["code"]) == Round.Status.JUDGING else set()
        same = {n: v for n, v in told.items() if n not in free}
        if same != {n: v for n, v in now.items() if n not in free}:
            return _("%(round)s đã bắt đầu chấm nên quy định của vòng giữ nguyên.") % {
                "round": told["name"]
            }
        if _judged_by(before, told["code"]) != _judged_by(after, told["code"]):
            return _("%(round)s đã bắt đầu chấm nên tiêu chí của vòng giữ nguyên.") % {
                "round": told["name"]
            }
    return ""


def _judged_by(rules: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """The criteria that apply in a round, without where else they apply."""
    return [
        {name: value for name, value in told.items() if name != "rounds"}
        for told in rules["criteria"]
        if code in told["rounds"]
    ]


def _frozen_prizes(before: dict[str, Any], after: dict[str, Any], rounds: list[str]) -> str:
    if before["rounds"][-1]["code"] in rounds and before["prizes"] != after["prizes"]:
        return _("Vòng cuối đã bắt đầu chấm nên giải thưởng giữ nguyên.")
    return ""
