"""Few candles drawn by hand, for judging the judges of the comparison."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.comparison import Market
from benchmarks.peers.referee import Prices, Signals

Row = tuple[float, float, float, float]
CALM: Row = (100.0, 100.0, 100.0, 100.0)


def prices(*rows: Row) -> Prices:
    """Open, high, low, close of each candle."""
    return Prices.of(np.array(rows).T)


def market(found: Prices, buy: set[int], close_call: set[int] | None = None) -> Market:
    """Signals in the rows that are named."""
    rows = range(len(found))
    wanted = np.array([row in buy for row in rows])
    near = np.array([row in (close_call or set()) for row in rows])
    return Market(found, Signals(wanted, near))
