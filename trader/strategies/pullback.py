"""Pullback: buy a weakness that has just turned, in a long trend."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.indicators.comparison import before, crossed_above, crossed_below
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import hourly_side, weak_trend


class Pullback(Strategy):
    """In where the RSI turns below its middle above the EMA100, out below the EMA100."""

    name = "pullback"
    filters = (weak_trend, hourly_side)
    warmup = 400
    thresholds = MappingProxyType({"rsi_middle": 50.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Turned up: higher than one candle before, which was not higher than the one before.

        That is a cross of the RSI above its own past. A flat candle leaves the RSI where it was but
        for its last bit, so the tolerance of averages holds here too (docs/decisions).
        """
        middle = self.threshold(parameters, "rsi_middle")
        rsi, average, close = chart.rsi(), chart.ema(100), chart.close
        last = before(rsi)
        over, under = close > average, close < average
        return Raw(
            buy=over & (rsi < middle) & crossed_above(rsi, last),
            sell=under,
            short=under & (rsi > middle) & crossed_below(rsi, last),
            cover=over,
        )
