"""Bull, bear or sideways: the large trend of a market, for leverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.indicators.averages import ema
from trader.indicators.comparison import above, below

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

BEAR, SIDEWAYS, BULL = -1, 0, 1


def regime(close: Floats) -> Ints:
    """1 bull, -1 bear, 0 sideways, meant for closes of 1 h candles.

    Bull: close > EMA200 and EMA50 > EMA200; bear: both reversed. A change counts when two closes
    in a row say the same; before that, and before EMA200 is defined, it is sideways.
    """
    fast, slow = ema(close, 50), ema(close, 200)
    seen = np.zeros(len(close), dtype=np.int64)
    seen[(close > slow) & above(fast, slow)] = BULL
    seen[(close < slow) & below(fast, slow)] = BEAR
    return _confirmed(seen)


def _confirmed(seen: Ints) -> Ints:
    same = np.zeros(len(seen), dtype=bool)
    same[1:] = seen[1:] == seen[:-1]
    rows = np.where(same, np.arange(len(seen)), -1)
    if not len(seen):
        return seen
    last = np.maximum.accumulate(rows)
    result: Ints = np.where(last >= 0, seen[last], SIDEWAYS)
    return result
