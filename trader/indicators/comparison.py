"""Comparing arrays row by row; a comparison with something undefined is false.

Two averages that differ by no more than 1e-10 of the larger count as equal: their last bits depend
on how they were summed, and no trade should.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats

EQUAL_WITHIN = 1e-10


def above(a: Floats, b: Floats) -> Bools:
    """Average `a` lies above average `b`."""
    result: Bools = (a - b) > _tolerance(a, b)
    return result


def below(a: Floats, b: Floats) -> Bools:
    """Average `a` lies below average `b`."""
    return above(b, a)


def crossed_above(a: Floats, b: Floats) -> Bools:
    """`a` above `b` here, and not above it one row before."""
    gap = a - b
    tolerance = _tolerance(a, b)
    result: Bools = gap > tolerance
    before: Bools = gap <= tolerance
    result[1:] &= before[:-1]
    result[:1] = False
    return result


def crossed_below(a: Floats, b: Floats) -> Bools:
    """`a` below `b` here, and not below it one row before."""
    return crossed_above(b, a)


def before(values: Floats, rows: int = 1) -> Floats:
    """The value `rows` candles before; NaN where there is none."""
    result = np.empty(len(values))
    result[:rows] = np.nan
    result[rows:] = values[: max(len(values) - rows, 0)]
    return result


def within_last(condition: Bools, rows: int) -> Bools:
    """True on this row or one of the `rows` - 1 before."""
    result = condition.copy()
    for back in range(1, min(rows, len(condition))):
        result[back:] |= condition[:-back]
    return result


def _tolerance(a: Floats, b: Floats) -> Floats:
    larger: Floats = np.maximum(np.abs(a), np.abs(b))
    return larger * EQUAL_WITHIN
