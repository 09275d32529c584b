"""How soon ideas are answered, quarter by quarter: for everybody to read.

What counts is defined in ``docs/answer-times.md``: final answers (accepted, not suitable), each in
the quarter of its release, with the working days that the clock had run.
"""

from dataclasses import dataclass
from datetime import date
from statistics import median

from django.core.cache import cache
from django.db.models import Count, QuerySet

from core.periods import Quarter
from projects.models import Answer, Venture

FINAL = (Venture.Status.ACCEPTED, Venture.Status.DECLINED)
QUARTERS = 8
KEPT_SECONDS = 600


@dataclass(frozen=True)
class Line:
    """A quarter's answers. ``median_days`` is None where nothing was answered: "—", not 0."""

    quarter: Quarter
    answered: int
    in_time: int
    median_days: float | None
    late_waiting: int  # promised in the quarter, the day has passed, still no answer

    @property
    def due(self) -> int:
        """What should have been answered: the answers, and the promises that have passed."""
        return self.answered + self.late_waiting

    @property
    def percent(self) -> int | None:
        """The share in time, rounded down; None where nothing was to be answered."""
        return 100 * self.in_time // self.due if self.due else None


def final_answers(quarter: Quarter) -> QuerySet[Answer]:
    """The final answers released in a quarter's window: counted and listed by the same rows."""
    window = quarter.window
    return Answer.objects.filter(
        outcome__in=FINAL, released_on__gte=window.start, released_on__lt=window.end
    )


def quarters(today: date, count: int = QUARTERS) -> list[Quarter]:
    """The running quarter and those before it, the newest first."""
    rows = [Quarter.of(today)]
    while len(rows) < count:
        rows.append(rows[-1].previous)
    return rows


def lines(today: date, count: int = QUARTERS) -> list[Line]:
    """The last ``count`` quarters, the newest first: two statements, kept ten minutes."""
    key = f"answer-times-{today}-{count}"
    found = cache.get(key)
    if found is None:
        found = _lines(quarters(today, count), today)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _lines(asked: list[Quarter], today: date) -> list[Line]:
    start = asked[-1].window.start
    days: dict[Quarter, list[int]] = {quarter: [] for quarter in asked}
    in_time = dict.fromkeys(asked, 0)
    rows = Answer.objects.filter(outcome__in=FINAL, released_on__gte=start, released_on__lte=today)
    for row in rows.only("released_on", "promised_on", "days").iterator():
        quarter = Quarter.of(row.released_on)
        days[quarter].append(row.days)
        in_time[quarter] += row.in_time
    late = dict.fromkeys(asked, 0)
    overdue = Venture.objects.overdue(today).filter(promised_on__gte=start)
    for day, n in overdue.values_list("promised_on").annotate(n=Count("pk")).order_by():
        late[Quarter.of(day)] += n
    return [
        Line(q, len(days[q]), in_time[q], median(days[q]) if days[q] else None, late[q])
        for q in asked
    ]


def latest(today: date) -> Line:
    """The running quarter, or the one before while nothing was to be answered in it yet."""
    now, before = lines(today, 2)
    return now if now.due else before


def reasons(quarter: Quarter) -> dict[str, int]:
    """How many ideas were not suitable in the quarter, by the code of the reason."""
    rows = final_answers(quarter).filter(outcome=Venture.Status.DECLINED)
    return dict(rows.values_list("reason").annotate(n=Count("pk")).order_by())


def outcomes(quarter: Quarter) -> dict[str, int]:
    """How many final answers of each kind the quarter has; kinds without one are 0."""
    rows = final_answers(quarter).values_list("outcome").annotate(n=Count("pk")).order_by()
    return {str(kind): 0 for kind in FINAL} | dict(rows)
