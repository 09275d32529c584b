"""A sheet's total of 100 as a whole number of equal parts.

Weights and points have two decimals, and a criterion's scale is a whole number: so every total of
a round is a whole number of parts of a point. Six kept decimals tell two such numbers apart as
long as a point has fewer than a million parts, so the kept totals are read back as whole numbers
and everything after is whole.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from contests.models import Round

PLACES = Decimal("0.000001")
TOLD_APART = 10**6  # so many parts of a point six decimals tell apart


@dataclass(frozen=True)
class Scale:
    """A total is a whole number of parts: ``unit`` of them make one point of 100."""

    unit: int
    factors: dict[int, int]  # by criterion: parts for each hundredth of a point

    def parts(self, points: Mapping[int, Decimal]) -> int | None:
        """A sheet's total in parts; None while a criterion has no points."""
        whole = 0
        for criterion, factor in self.factors.items():
            if criterion not in points:
                return None
            whole += factor * int(points[criterion] * 100)
        return whole

    def read(self, kept: Decimal, sheets: int = 1) -> int | None:
        """The parts of a kept total, or of a sum of ``sheets`` of them; None when it has none."""
        scaled = int(kept.scaleb(6)) * self.unit
        whole = (scaled + TOLD_APART // 2) // TOLD_APART
        # Each kept total is at most half a millionth from its exact one.
        return whole if abs(scaled - whole * TOLD_APART) * 2 <= self.unit * sheets else None


def scale(found: Round) -> Scale:
    """The parts in which the totals of a round are whole numbers."""
    weights = {c.pk: int(c.weight * 100) for c in found.criterion_list}
    common = math.lcm(*(c.most for c in found.criterion_list))
    factors = {c.pk: weights[c.pk] * (common // c.most) for c in found.criterion_list}
    shared = math.gcd(*factors.values()) or 1
    return Scale(
        common * sum(weights.values()) // shared,
        {pk: factor // shared for pk, factor in factors.items()},
    )


def total(found: Round, points: Mapping[int, Decimal]) -> Fraction | None:
    """A sheet's score of 100, by the criteria's weights; None while one has no points."""
    if not found.criterion_list:
        return None
    used = scale(found)
    parts = used.parts(points)
    return None if parts is None else Fraction(parts, used.unit)


def rounded(score: Fraction | None) -> Decimal | None:
    """A score as it is kept and shown: six places, half up."""
    if score is None:
        return None
    exact = Decimal(score.numerator) / Decimal(score.denominator)
    return exact.quantize(PLACES, ROUND_HALF_UP)
