"""Moving average cross: SMA10 against SMA30."""

from __future__ import annotations

from trader.domain.parameters import Parameters
from trader.indicators.comparison import crossed_above, crossed_below
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import TREND


class MovingAverageCross(Strategy):
    """In when the fast average crosses above the slow one, out when it crosses below."""

    name = "ma_cross"
    filters = TREND
    warmup = 200

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """A short is the SELL, its cover the BUY."""
        fast, slow = chart.sma(10), chart.sma(30)
        up, down = crossed_above(fast, slow), crossed_below(fast, slow)
        return Raw(buy=up, sell=down, short=down, cover=up)
