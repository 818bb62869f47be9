"""RSI with Bollinger: buy what is oversold and below the band, sell what is overbought."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart


class RsiBollinger(Strategy):
    """Both signs to get in, either one to get out."""

    name = "rsi_bollinger"
    warmup = 80
    thresholds = MappingProxyType({"rsi_low": 30.0, "rsi_high": 70.0, "deviations": 2.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """A short wants both signs of the SELL, its cover either one of the BUY."""
        bands = chart.bands(self.threshold(parameters, "deviations"))
        rsi, close = chart.rsi(), chart.close
        oversold = rsi < self.threshold(parameters, "rsi_low")
        overbought = rsi > self.threshold(parameters, "rsi_high")
        under, over = close < bands.lower, close > bands.upper
        return Raw(
            buy=oversold & under,
            sell=overbought | over,
            short=overbought & over,
            cover=oversold | under,
        )
