"""Candles as they were recorded: columns of one length, fit for trading or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trader.domain.candles import Bools, Floats, Ints

MISSING = int(np.iinfo(np.int64).min)  # a time that is not there


@dataclass(frozen=True, slots=True)
class Rows:
    """Candles as arrays of one length. `turnover` None: the file does not tell."""

    time: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    turnover: Floats | None = None

    def __len__(self) -> int:
        return len(self.time)

    def at(self, which: Bools | NDArray[np.intp] | slice) -> Rows:
        """Only these rows, by mask, by place or by slice."""
        return Rows(
            self.time[which],
            self.open[which],
            self.high[which],
            self.low[which],
            self.close[which],
            self.volume[which],
            None if self.turnover is None else self.turnover[which],
        )
