"""Bollinger breakout on heavy volume, whatever the bands' width does."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import TREND


class BollingerVolumeBreakout(Strategy):
    """In beyond the band, out through the middle."""

    name = "bb_volume_breakout"
    filters = TREND
    warmup = 200
    thresholds = MappingProxyType({"deviations": 2.0, "volume": 1.5})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """The mean of the volume includes the candle itself."""
        bands = chart.bands(self.threshold(parameters, "deviations"))
        loud = chart.volume > self.threshold(parameters, "volume") * chart.volume_sma()
        close = chart.close
        return Raw(
            buy=(close > bands.upper) & loud,
            sell=close < bands.middle,
            short=(close < bands.lower) & loud,
            cover=close > bands.middle,
        )
