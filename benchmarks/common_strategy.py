"""The common strategy of the comparison (specification 7.1), written as a user would write one."""

from __future__ import annotations

from types import MappingProxyType

from trader.domain.parameters import Parameters
from trader.indicators.comparison import before
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart


class Common(Strategy):
    """In when the close crosses above the upper band over EMA50; out by target, stop or trail."""

    name = "common"
    warmup = 50
    thresholds = MappingProxyType({"deviations": 2.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Long only, without a signal to leave."""
        close = chart.close
        upper = chart.bands(self.threshold(parameters, "deviations")).upper
        crossed = (close > upper) & (before(close) <= before(upper))
        never = close != close  # noqa: PLR0124  an array of False
        return Raw(buy=crossed & (close > chart.ema(50)), sell=never, short=never, cover=never)
