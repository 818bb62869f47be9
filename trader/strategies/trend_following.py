"""Trend following: be in while averages, strength and MACD agree."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.indicators.comparison import above, below
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import TREND


class TrendFollowing(Strategy):
    """In with EMA20 on the right side of EMA50 in a strong trend, out on the wrong side."""

    name = "trend_following"
    filters = TREND
    warmup = 200
    thresholds = MappingProxyType({"adx": 25.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """The MACD histogram is positive where the line lies above its signal."""
        fast, slow, macd = chart.ema(20), chart.ema(50), chart.macd()
        rising, falling = above(fast, slow), below(fast, slow)
        strong = chart.adx() > self.threshold(parameters, "adx")
        return Raw(
            buy=rising & strong & above(macd.line, macd.signal),
            sell=falling,
            short=falling & strong & below(macd.line, macd.signal),
            cover=rising,
        )
