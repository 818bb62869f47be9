"""The common strategy of the comparison (specification 7.1), written as a user would write one."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import Timeframe
from trader.strategies.base import Raw, Strategy
from trader.strategies.catalogue import Catalogue
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
        within = close <= upper
        wanted = (close > upper) & (close > chart.ema(50))
        wanted[0] = False
        wanted[1:] &= within[:-1]
        never = np.zeros(len(close), dtype=bool)
        return Raw(buy=wanted, sell=never, short=never, cover=never)


# All in, no limits, no filters: page 7.1 says nothing of them. The cooldown of 0 candles still
# leaves the exit's own candle out (3.8, convention 4), as the comparison does.
PARAMETERS = Parameters(
    strategies=(StrategyShare("common"),),
    timeframe=Timeframe.parse("1m"),
    take_profit_percent=0.03,
    stop_loss_percent=0.015,
    trailing_stop_percent=0.01,
    emergency_stop_percent=0.0,
    fee=0.0005,
    slippage_bps=0.0,
    sizing="fixed_fraction",
    position_fraction=1.0,
    max_position_size=0.0,
    max_turnover_share=0.0,
    min_order=0.0,
    max_daily_loss_pct=0.0,
    max_weekly_loss_pct=0.0,
    max_monthly_loss_pct=0.0,
    max_consecutive_losses=0,
    min_balance_pct=0.0,
    min_atr_pct=0.0,
    cooldown_candles=0,
)
CATALOGUE = Catalogue({"common": Common()})


def varied(width: float, target: float) -> Parameters:
    """The parameters of one combination of the sweep: band width and take profit (a fraction)."""
    thresholds = MappingProxyType({"common": MappingProxyType({"deviations": width})})
    return replace(PARAMETERS, take_profit_percent=target, thresholds=thresholds)
