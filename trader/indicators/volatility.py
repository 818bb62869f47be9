"""How far prices swing, and whether that is much for this market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.domain.time import DAY, Millis
from trader.indicators.talib_alone import talib

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

LOOK_BACK: Millis = 90 * DAY
LOW, NORMAL, HIGH = -1, 0, 1


def atr(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Average true range (Wilder), in units of price; first on row `period`."""
    result: Floats = talib.ATR(high, low, close, period)
    return result


def volatility_state(
    time: Ints, atr_share: Floats, look_back: Millis = LOOK_BACK, since: int = 0
) -> Ints:
    """1 above the 80th percentile of the last 90 days, -1 below the 20th, else 0.

    `atr_share` is ATR / close. Rows from `since` on. The row itself belongs to its 90 days; with
    less history the percentile is that of what there is. Interpolated percentiles need no
    interpolation here: x > P80 of m values, x among them, says that more than 0.8 (m - 1) are less.
    """
    state = np.zeros(len(time) - since, dtype=np.int64)
    begins = np.searchsorted(time, time[since:] - look_back, side="right")
    defined = np.flatnonzero(~np.isnan(atr_share))
    first = int(defined[0]) if len(defined) else len(time)
    for row in range(max(since, first), len(time)):
        window = atr_share[max(int(begins[row - since]), first) : row + 1]
        state[row - since] = _rank(window)
    return state


def _rank(window: Floats) -> int:
    others = len(window) - 1
    newest = window[-1]
    if 5 * int(np.count_nonzero(window < newest)) > 4 * others:
        return HIGH
    if 5 * int(np.count_nonzero(window > newest)) > 4 * others:
        return LOW
    return NORMAL
