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

_BLOCK = 4_096  # rows at a time: period x block numbers stay in the processor's cache


def moments(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Mean and population deviation of the last `period` values; NaN before there are as many.

    Differences are taken to the newest value first, so that a window of equal values has exactly
    that mean and exactly no deviation.
    """
    mean = np.full(len(values), np.nan)
    deviation = np.full(len(values), np.nan)
    for start in range(period - 1, len(values), _BLOCK):
        stop = min(start + _BLOCK, len(values))
        distance, centre = _centred(values, period, start, stop)
        mean[start:stop] = values[start:stop] + centre
        distance -= centre
        np.multiply(distance, distance, out=distance)
        deviation[start:stop] = np.sqrt(np.add.reduce(distance, axis=0) / period)
    return mean, deviation


def mean(values: Floats, period: int) -> Floats:
    """Mean of the last `period` values; NaN before there are as many."""
    result = np.full(len(values), np.nan)
    for start in range(period - 1, len(values), _BLOCK):
        stop = min(start + _BLOCK, len(values))
        _, centre = _centred(values, period, start, stop)
        result[start:stop] = values[start:stop] + centre
    return result


def deviation(values: Floats, period: int) -> Floats:
    """Population standard deviation of the last `period` values."""
    return moments(values, period)[1]


def _centred(values: Floats, period: int, start: int, stop: int) -> tuple[Floats, Floats]:
    """Distances of each window's values (a column) to its newest one, and their mean."""
    newest = values[start:stop]
    distance = np.empty((period, stop - start))
    windows = sliding_window_view(values[start - period + 1 : stop], period)
    np.subtract(windows.T, newest, out=distance)
    return distance, np.add.reduce(distance, axis=0) / period


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
