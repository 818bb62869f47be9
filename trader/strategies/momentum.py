"""Momentum: join a fast move that averages and volume confirm."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.indicators.comparison import above, below
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import TREND


class Momentum(Strategy):
    """In on a rate of change beyond the threshold, out when it or the averages turn."""

    name = "momentum"
    filters = TREND
    warmup = 200
    thresholds = MappingProxyType({"roc": 0.02, "volume": 1.5})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """C > EMA20 > EMA50 with the move; mirrored for shorts."""
        least = self.threshold(parameters, "roc")
        roc, close = chart.roc(12), chart.close
        fast, slow = chart.ema(20), chart.ema(50)
        rising, falling = above(fast, slow), below(fast, slow)
        loud = chart.volume > self.threshold(parameters, "volume") * chart.volume_sma()
        return Raw(
            buy=(roc > least) & (close > fast) & rising & loud,
            sell=falling | (roc < 0),
            short=(roc < -least) & (close < fast) & falling & loud,
            cover=rising | (roc > 0),
        )
