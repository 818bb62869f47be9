"""The gate end to end: generated markets, a real strategy, the fast engine, a real search.

`test_gate_noise.py` does the same on drawn trades, by the thousand and quickly.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest

from tests.backtest.drawing import H1, T0
from trader.backtest.fast import Prepared
from trader.backtest.honesty.adoption import Judgement, consider
from trader.backtest.honesty.folds import folds
from trader.backtest.honesty.tools import span_of
from trader.backtest.plan import BacktestPlan, Series, Source
from trader.backtest.rows import candles_of
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.rows import Rows
from trader.domain.time import HOUR

pytestmark = pytest.mark.no_cover  # nothing new is reached; the tracer would double the time

SOAK = os.environ.get("SOAK") == "1"
GROUPS, MARKETS = 4, 250 if SOAK else 50  # markets of a group
SWING = 0.008  # deviation of an hour's move
BASE = Parameters(
    timeframe=H1,
    initial_capital=1e6,
    strategies=(StrategyShare("mean_reversion"),),
    thresholds=MappingProxyType({"mean_reversion": MappingProxyType({"deviations": 1.5})}),
    min_atr_pct=0.0,
    emergency_stop_percent=0.0,
    max_daily_loss_pct=0.0,
    max_weekly_loss_pct=0.0,
    max_monthly_loss_pct=0.0,
    max_consecutive_losses=0,
)
RUNNING = replace(BASE, stop_loss_percent=0.003, take_profit_percent=0.1)
COMBINATIONS = [
    (
        f"{hours} h {target} {stop}",
        replace(
            BASE,
            max_holding=hours * 3_600.0,
            take_profit_percent=target,
            stop_loss_percent=stop,
        ),
    )
    for hours in (6, 12, 24, 48, 96)
    for target in (0.005, 0.01, 0.015, 0.02, 0.03)
    for stop in (0.01, 0.015, 0.02, 0.03)
]


def market(seed: int, rows: int, pull: float) -> Series:
    """A random walk; with a `pull` each hour takes back this share of the move before."""
    rng = np.random.default_rng([seed, rows])
    move = rng.normal(0.0, SWING, rows)
    for row in range(1, rows if pull else 1):
        move[row] -= pull * move[row - 1]
    close = 100.0 * np.exp(np.cumsum(move))
    first = np.concatenate(([100.0], close[:-1]))
    reach = np.abs(rng.normal(0.0, SWING / 2, (2, rows)))
    time = T0 + HOUR * np.arange(rows, dtype=np.int64)
    high = np.maximum(first, close) * (1 + reach[0])
    low = np.minimum(first, close) * (1 - reach[1])
    drawn = Rows(time, first, high, low, close, np.full(rows, 1e9))
    source = Source("drawn", "1h", rows, rows, 0, T0, int(time[-1]))
    return Series("upbit:BTC/KRW", candles_of(drawn, H1), source, 250)


def judged(seed: int, rows: int, pull: float = 0.0) -> Judgement:
    plan = BacktestPlan((market(seed, rows, pull),), BASE, "upbit", "drawn")
    cut = folds(span_of(plan), 2, train_parts=1, step=HOUR)
    return consider(Prepared(plan), RUNNING, COMBINATIONS, cut)


@cache
def on_noise(group: int) -> list[Judgement]:
    return [judged(group * MARKETS + n, 1_500) for n in range(MARKETS)]


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_walks_promote_at_most_one_in_twenty(group: int) -> None:
    """200 markets in all, 100 combinations each, after fees and slippage."""
    assert sum(judgement.verdict.promoted for judgement in on_noise(group)) <= MARKETS // 20


def test_the_search_alone_would_have_promoted_nearly_always() -> None:
    """In sample its choice earned more than the running parameters, and enough was traded."""
    better, judgeable = [], []
    for judgement in on_noise(0):
        before = judgement.challenger.folds[0].in_sample
        running = judgement.champion.folds[0].in_sample
        assert before is not None
        assert running is not None
        better.append(before.score > running.score)
        judgeable.append(len(judgement.challenger.returns) >= 30)
    assert np.mean(better) >= 0.9
    assert np.mean(judgeable) >= 0.6  # most are refused for their luck, not for their number


def test_a_market_that_swings_back_promotes_the_strategy_that_knows_it() -> None:
    promoted = [judged(seed, 10_000, pull=0.5).verdict.promoted for seed in range(12)]
    assert np.mean(promoted) >= 0.8
