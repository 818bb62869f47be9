"""Bollinger breakout: buy a close beyond a widening band on volume."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.indicators.comparison import before
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import TREND


class BollingerBreakout(Strategy):
    """In beyond the band, out through the middle."""

    name = "bb_breakout"
    filters = TREND
    warmup = 200
    thresholds = MappingProxyType({"deviations": 2.0, "volume": 1.2})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """The volume is measured against the mean of the 20 candles before."""
        bands = chart.bands(self.threshold(parameters, "deviations"))
        usual = before(chart.volume_sma())
        loud = chart.volume >= self.threshold(parameters, "volume") * usual
        widening = loud & (bands.width > before(bands.width))
        close = chart.close
        return Raw(
            buy=(close > bands.upper) & widening,
            sell=close < bands.middle,
            short=(close < bands.lower) & widening,
            cover=close > bands.middle,
        )
