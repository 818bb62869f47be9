"""A strategy that ends its process, or fills its memory, at one value of its threshold."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tests.backtest.sweep.market import sweep
from trader.backtest.sweep.axes import Axis
from trader.backtest.sweep.grid import grid_of
from trader.backtest.sweep.work import Work
from trader.domain.parameters import Parameters, StrategyShare
from trader.indicators.comparison import before
from trader.strategies.base import Raw, Strategy
from trader.strategies.catalogue import Catalogue
from trader.strategies.chart import Chart

KILLS, FILLS = 7.0, 8.0


class Deadly(Strategy):
    """Trades as others do, but for two values."""

    name = "deadly"
    warmup = 50
    thresholds = MappingProxyType({"poison": 0.0})

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        poison = self.threshold(parameters, "poison")
        if poison == KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        if poison == FILLS:
            raise MemoryError
        up = chart.close > before(chart.close)
        return Raw(buy=up, sell=~up, short=up & False, cover=up & False)


def work_of(data: Path, poisons: tuple[float, ...]) -> Work:
    """A combination for each poison."""
    made = sweep(data, "--grid", "k_value=0.4").work
    axis = Axis("poison", "deadly.poison", poisons, tuple(map(repr, poisons)))
    own = MappingProxyType({"deadly": MappingProxyType({"poison": 0.0})})
    base = replace(made.plan.parameters, strategies=(StrategyShare("deadly"),), thresholds=own)
    return replace(
        made,
        grid=grid_of([axis], [base]),
        engine="live",
        catalogue=Catalogue({"deadly": Deadly()}),
    )
