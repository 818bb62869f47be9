"""Dynamic breakout: a close beyond the Bollinger band with the trend."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import TREND


class DynamicBreakout(Strategy):
    """In beyond the band on the right side of the EMA50, out through the EMA50."""

    name = "dynamic_breakout"
    filters = TREND
    warmup = 200
    thresholds = MappingProxyType({"deviations": 2.0, "adx": 20.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Its own ADX threshold holds besides the filter's."""
        bands = chart.bands(self.threshold(parameters, "deviations"))
        strong = chart.adx() > self.threshold(parameters, "adx")
        close, average = chart.close, chart.ema(50)
        over, under = close > average, close < average
        return Raw(
            buy=over & (close > bands.upper) & strong,
            sell=under,
            short=under & (close < bands.lower) & strong,
            cover=over,
        )
