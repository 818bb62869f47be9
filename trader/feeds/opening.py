"""Where a demo begins: at an hour when there is something to see, judged by its past alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trader.domain.candles import Candles, Floats

LOOK_BACK = 50  # hours

_RANGE_HOURS = 14
_ENOUGH = 0.012  # an average hour's high over its low; more is not better
_UP = 0.5  # what rising counts against moving enough: most strategies only buy


def liveliness(hours: Candles) -> Floats:
    """How much is going on after each closed hour, -0.5 to 2; 0 in the first `LOOK_BACK` - 1.

    The mean range of the last 14 hours as a share of what is enough; whether the close is above
    the mean of the last 50; the last hour's move against that range.
    """
    spans = _trailing_mean((hours.high - hours.low) / hours.close, _RANGE_HOURS)
    rising = (hours.close > _trailing_mean(hours.close, LOOK_BACK)).astype(np.float64)
    move = np.zeros(len(hours))
    move[1:] = np.clip(
        (hours.close[1:] / hours.close[:-1] - 1.0) / np.maximum(spans[1:], 1e-9), -1.0, 1.0
    )
    score: Floats = np.minimum(spans / _ENOUGH, 1.0) + _UP * (rising + move)
    score[: LOOK_BACK - 1] = 0.0
    return score


def _trailing_mean(values: Floats, length: int) -> Floats:
    total = np.concatenate(([0.0], np.cumsum(values)))
    first = np.maximum(np.arange(len(values)) + 1 - length, 0)
    rows = np.arange(len(values)) + 1
    result: Floats = (total[rows] - total[first]) / (rows - first)
    return result
