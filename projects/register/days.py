"""The days of a fact in a register.

``Ngày xác nhận`` is the moment from which the portal is taken to have known the
fact, the start of that day; blank means now. A fact is not confirmed before it
happened, nor in the future. ``Ngày hủy`` retracts it, with a reason, not before
it was confirmed.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.facts import Fact
from core.periods import day_of, start_of
from projects.register.read import Row

Wrong = tuple[str, str]  # the column's key and the sentence


def fact_fields(row: Row, *, by: Any, now: datetime) -> tuple[dict[str, Any], list[Wrong]]:
    """The dates, persons and status of a row's fact, and what is wrong with its days."""
    today, confirmed = day_of(now), row.get("verified_on")
    known_from = confirmed or today
    known_at = start_of(confirmed) if confirmed else now
    fields = {
        "happened_on": row.get("happened_on"),
        "status": Fact.Status.VERIFIED,
        "recorded_at": known_at,
        "recorded_by": by,
        "verified_at": known_at,
        "verified_by": by,
    }
    if day := row.get("retracted_on"):
        fields |= {
            "status": Fact.Status.RETRACTED,
            "retracted_at": max(start_of(day), known_at),
            "retracted_by": by,
            "retraction_reason": row.get("reason") or "",
        }
    wrong = [*_confirmed_wrong(row, known_from, today), *_retracted_wrong(row, known_from, today)]
    return fields, wrong


def _confirmed_wrong(row: Row, known_from: date, today: date) -> Iterator[Wrong]:
    happened = row.get("happened_on")
    if known_from > today:
        yield "verified_on", _("Ngày xác nhận ở tương lai.")
    elif happened and happened > known_from:
        day = {"day": f"{known_from:%d/%m/%Y}"}
        if row.get("verified_on"):
            yield "verified_on", _("Ngày xác nhận (%(day)s) sớm hơn ngày việc diễn ra.") % day
        else:
            yield "happened_on", _("Việc chưa diễn ra: ngày này sau hôm nay (%(day)s).") % day


def _retracted_wrong(row: Row, known_from: date, today: date) -> Iterator[Wrong]:
    day, reason = row.get("retracted_on"), row.get("reason")
    if reason and not day:
        yield "reason", _("Có lý do hủy mà thiếu ngày hủy.")
    if day and not reason:
        yield "reason", _("Có ngày hủy thì phải ghi lý do hủy.")
    if day and day > today:
        yield "retracted_on", _("Ngày hủy ở tương lai.")
    elif day and day < known_from:
        yield (
            "retracted_on",
            _("Ngày hủy sớm hơn ngày xác nhận (%(day)s).") % {"day": f"{known_from:%d/%m/%Y}"},
        )
