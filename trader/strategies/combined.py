"""Combined score: four weak signs within three candles, weighed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.parameters import Parameters
from trader.indicators.comparison import crossed_above, crossed_below, within_last
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats

_CANDLES = 3  # a sign counts on its own candle and the two after


class Combined(Strategy):
    """Buys when oversold, at the lower band, turning or on volume add up; sells on the mirror."""

    name = "combined"
    warmup = 140
    thresholds = MappingProxyType(
        {
            "rsi_low": 35.0,
            "rsi_high": 65.0,
            "volume": 1.2,
            "score": 0.5,
            "deviations": 2.0,
        }
    )

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """BUY and SELL on the same candle contradict each other; the caller sees to that."""
        rsi, macd = chart.rsi(), chart.macd()
        bands = chart.bands(self.threshold(parameters, "deviations"))
        loud = chart.volume > self.threshold(parameters, "volume") * chart.volume_sma()
        up = _score(
            rsi < self.threshold(parameters, "rsi_low"),
            chart.low <= bands.lower,
            crossed_above(macd.line, macd.signal),
            loud,
        )
        down = _score(
            rsi > self.threshold(parameters, "rsi_high"),
            chart.high >= bands.upper,
            crossed_below(macd.line, macd.signal),
            loud,
        )
        least = self.threshold(parameters, "score")
        buy, sell = up > least, down > least
        return Raw(buy, sell, short=sell, cover=buy, confidence=np.maximum(up, down))


def _score(stretched: Bools, at_band: Bools, crossed: Bools, loud: Bools) -> Floats:
    weights = ((0.30, stretched), (0.25, at_band), (0.30, crossed), (0.15, loud))
    total = np.zeros(len(loud))
    for weight, sign in weights:
        total += weight * within_last(sign, _CANDLES)
    return total
