"""Mean reversion: buy far below the mean, sell back at it."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart


class MeanReversion(Strategy):
    """In beyond so many deviations of 20 closes, out at their mean."""

    name = "mean_reversion"
    warmup = 80
    thresholds = MappingProxyType({"deviations": 2.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Touching the mean is enough to get out."""
        far = self.threshold(parameters, "deviations")
        score, mean, close = chart.zscore(), chart.bands().middle, chart.close
        return Raw(buy=score < -far, sell=close >= mean, short=score > far, cover=close <= mean)
