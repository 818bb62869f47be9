"""Means and deviations of sliding windows that forget: nothing older than the window is felt.

TA-Lib's SMA, STDDEV and BBANDS keep running sums; after a price of 1e8 has passed through, its
rounding error stays for ever. Here every window is summed anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from trader.domain.candles import Floats

_BLOCK = 4_096  # rows at a time: what is worked on stays in the processor's cache


def moments(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Mean and population deviation of the last `period` values; NaN before there are as many.

    Every window is put together of halves, by the formula for merging two samples (Chan, Golub,
    LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979): all
    terms are positive, so nothing cancels out, and a window of equal values has exactly that mean
    and exactly no deviation. The order of the additions depends on the window alone, not on where
    the data begin.
    """
    mean = np.full(len(values), np.nan)
    deviation = np.full(len(values), np.nan)
    for start in range(period - 1, len(values), _BLOCK):
        stop = min(start + _BLOCK, len(values))
        centre, squares = _merged(values[start - period + 1 : stop], period)
        mean[start:stop] = centre
        squares /= period
        np.sqrt(squares, out=deviation[start:stop])
    return mean, deviation


def mean(values: Floats, period: int) -> Floats:
    """Mean of the last `period` values; NaN before there are as many."""
    return moments(values, period)[0]


def deviation(values: Floats, period: int) -> Floats:
    """Population standard deviation of the last `period` values."""
    return moments(values, period)[1]


_Sample = tuple["Floats", "Floats"]  # mean and sum of squared distances to it, of each window


def _merged(values: Floats, period: int) -> _Sample:
    """Every whole window. Windows of 1, 2, 4 ... values are doubled; those whose length is a bit of
    `period` are joined, the newest values first."""
    size, doubled = 1, (values, np.zeros(len(values)))
    newest, taken = doubled, 0
    while True:
        if period & size:
            newest = _joined(doubled, size, newest, taken) if taken else doubled
            taken += size
        if taken == period:
            return newest
        doubled = _joined(doubled, size, doubled, size)
        size *= 2


def _joined(earlier: _Sample, count: int, later: _Sample, more: int) -> _Sample:
    """Windows of `count` values and the `more` values behind them, as one window."""
    whole = count + more
    rows = len(later[0]) - count
    mean = later[0][count:] - earlier[0][:rows]
    squares = mean * mean
    squares *= count * more / whole
    squares += earlier[1][:rows]
    squares += later[1][count:]
    mean *= more / whole
    mean += earlier[0][:rows]
    return mean, squares


def median_of_last(values: Floats, period: int, since: int = 0) -> Floats:
    """Median of the last `period` values, of fewer while there are fewer; rows from `since` on.

    The median of an even number is the mean of the two middle ones.
    """
    result = np.empty(len(values) - since)
    early = min(max(period - 1, since), len(values))
    for row in range(since, early):
        result[row - since] = np.median(values[: row + 1])
    for start in range(early, len(values), _BLOCK):
        stop = min(start + _BLOCK, len(values))
        windows = sliding_window_view(values[start - period + 1 : stop], period)
        result[start - since : stop - since] = _middle(windows, period)
    return result


def _middle(windows: Floats, period: int) -> Floats:
    ordered = np.sort(windows, axis=1)
    upper = period // 2
    lower = upper if period % 2 else upper - 1
    middle: Floats = (ordered[:, lower] + ordered[:, upper]) / 2
    return middle
