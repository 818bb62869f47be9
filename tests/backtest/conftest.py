"""The fast engine is compiled before the tests that look at what a user sees."""

import pytest

from trader.backtest import fast
from trader.backtest.data import Wanted
from trader.backtest.demo import demo_series
from trader.backtest.plan import BacktestPlan
from trader.domain.parameters import Parameters


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """On a new machine this takes half a minute, and says so."""
    loaded = demo_series("upbit", 1, Wanted())
    parameters = Parameters(timeframe=loaded.timeframe)
    fast.run(BacktestPlan(loaded.series, parameters, "upbit", "warm"))
