"""On pure noise the gate promotes hardly anything: the search may find what it likes."""

import os
from dataclasses import replace

import pytest

from tests.backtest.optimise.markets import RUNNING, noise, plan
from trader.backtest.optimise.search import DAILY_GRID, Found, searched

pytestmark = pytest.mark.no_cover  # nothing new is reached; the tracer would double the time

MARKETS = 200 if os.environ.get("SOAK") else 20  # `make soak` tries them all
# costs would only help the gate; a trade a day gives it something to judge
FREE = replace(RUNNING, fee=0.0, slippage_bps=0.0, exit_at_day_end=True)
RULES = replace(
    DAILY_GRID,
    axes={
        "k_value": (0.3, 0.4, 0.5),
        "take_profit_percent": (0.03, 0.05),
        "stop_loss_percent": (0.02, 0.04),
    },
    least_trades=2,
    folds=80,
)


def search_in_noise(seed: int) -> Found:
    return searched(plan(noise(seed, 100, 0.012), FREE), RULES, lambda _: None)


def test_at_most_one_noise_market_in_twenty_is_promoted() -> None:
    found = [search_in_noise(seed) for seed in range(MARKETS)]
    judged = [one.judgement for one in found if one.judgement is not None]
    enough = [one for one in judged if len(one.challenger.returns) >= 30]
    assert len(enough) > MARKETS // 2  # the gate had something to judge
    assert sum(one.verdict.promoted for one in judged) <= MARKETS // 20
