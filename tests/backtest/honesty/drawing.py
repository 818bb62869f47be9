"""Outcomes and markets drawn in a few lines, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.metrics import Metrics
from trader.domain.time import DAY

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints


@dataclass(frozen=True, slots=True)
class Drawn:
    """An `Outcome` of these trades."""

    metrics: Metrics
    exit_time: Ints
    pnl: Floats
    returns: Floats
    daily: Floats


def outcome(returns: Sequence[float], start: float = 0, **metrics: float | None) -> Drawn:
    """One trade a day with these returns on a capital of 1, each with the whole of it."""
    made = np.array(returns, dtype=np.float64)
    growth = np.cumprod(1 + made)
    before = np.concatenate(([1.0], growth))[:-1]
    values: Metrics = {
        "total_return": float(np.prod(1 + made)) - 1,
        "max_drawdown": float(np.max(1 - growth / np.maximum.accumulate(growth), initial=0.0)),
        "win_rate": float(np.mean(made > 0)) if len(made) else None,
        "trades": len(made),
    }
    time = int(start) + DAY * np.arange(len(made), dtype=np.int64)
    return Drawn(values | metrics, time, before * made, made, made)
