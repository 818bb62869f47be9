"""RSI reversion: buy oversold, sell overbought."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart


class RsiReversion(Strategy):
    """The RSI alone."""

    name = "rsi_reversion"
    warmup = 56
    thresholds = MappingProxyType({"rsi_low": 30.0, "rsi_high": 70.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """A short is the SELL, its cover the BUY."""
        rsi = chart.rsi()
        buy = rsi < self.threshold(parameters, "rsi_low")
        sell = rsi > self.threshold(parameters, "rsi_high")
        return Raw(buy, sell, short=sell, cover=buy)
