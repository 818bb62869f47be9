"""Candles: one as a value, many as arrays. Prices here are measurements, hence float."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trader.domain.time import Millis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


class Candle(NamedTuple):
    """One closed candle. `time` is its start (ms UTC); it is known at `time + timeframe`.

    A NamedTuple, not a dataclass: a year of minutes makes half a million of them.
    `turnover` is in the quote currency (volume x close when the venue does not tell).
    """

    key: str
    time: Millis
    open: float
    high: float
    low: float
    close: float
    volume: float
    turnover: float


@dataclass(frozen=True, slots=True)
class Candles:
    """Closed candles of one instrument, oldest first; all arrays have the same length n.

    `time` int64 ms UTC (start of each candle), the rest float64.
    `next_time[i]`, `next_open[i]`: start and first price of the candle that follows row i - the
    only thing of the future that a strategy may use for row i. Unknown: -1 and NaN.
    `hours`: closed 1 h candles made of the same rows (or the venue's own, live), for the filters
    and the regime; None when the timeframe is above one hour.
    """

    timeframe: Millis
    time: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    turnover: Floats
    next_time: Ints
    next_open: Floats
    hours: Candles | None = None

    def __len__(self) -> int:
        return len(self.time)
