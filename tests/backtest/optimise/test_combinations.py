"""What the searches try is what page 3.9 says, less what page 3.5 refuses."""

from dataclasses import replace

import pytest

from tests.backtest.optimise.markets import RUNNING, rallies
from trader.backtest.optimise.combinations import (
    GRID,
    K_ALONE,
    combinations,
    replayed,
    searchable,
    values_of,
)
from trader.domain.parameters import Parameters, StrategyShare
from trader.shell.searching import SEARCHED, in_words
from trader.strategies.catalogue import discover


def test_the_grid_is_that_of_the_specification() -> None:
    tried = combinations(Parameters(emergency_stop_percent=0.0), GRID)
    assert len(tried) == 5 * 8 * 5
    assert {p.k_value for p in tried} == {0.4, 0.45, 0.5, 0.55, 0.6}
    assert {p.take_profit_percent for p in tried} == {n / 100 for n in range(3, 11)}
    assert {p.stop_loss_percent for p in tried} == {n / 100 for n in range(1, 6)}


def test_a_stop_at_or_beyond_the_emergency_stop_is_not_tried() -> None:
    tried = combinations(Parameters(emergency_stop_percent=0.05), GRID)
    assert len(tried) == 160
    assert max(p.stop_loss_percent for p in tried) == 0.04


def test_the_k_search_tries_k_alone() -> None:
    tried = combinations(Parameters(), K_ALONE)
    assert sorted(p.k_value for p in tried) == [n / 100 for n in range(30, 85, 5)]
    assert {(p.take_profit_percent, p.stop_loss_percent) for p in tried} == {(0.05, 0.0)}


def test_the_nearest_to_what_runs_come_first() -> None:
    running = Parameters(k_value=0.55, take_profit_percent=0.06, stop_loss_percent=0.03)
    tried = combinations(running, GRID)
    assert values_of(tried[0], GRID) == values_of(running, GRID)
    assert values_of(tried[-1], GRID) == {
        "K_VALUE": 0.4,
        "TAKE_PROFIT_PERCENT": 0.1,
        "STOP_LOSS_PERCENT": 0.01,
    }


def test_nothing_but_the_searched_values_changes() -> None:
    names = {name.lower(): 0.0 for name in SEARCHED}
    assert {replace(p, **names) for p in map(_hashable, combinations(RUNNING, GRID))} == {  # type: ignore[arg-type]
        replace(_hashable(RUNNING), **names)  # type: ignore[arg-type]
    }


def _hashable(parameters: Parameters) -> Parameters:
    return replace(parameters, thresholds=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("strategy", "axes"),
    [("breakout", 3), ("rsi_reversion", 2)],
)
def test_k_is_left_out_where_no_strategy_reads_it(strategy: str, axes: int) -> None:
    running = replace(RUNNING, strategies=(StrategyShare(strategy),))
    assert len(searchable(GRID, running, discover(), rallies(1))) == axes


def test_what_only_a_clock_can_judge_is_off_in_a_search_and_so_are_loss_limits() -> None:
    live = Parameters(
        market_shock_pct=0.1, max_price_age_entry=5.0, min_order_headroom=1.3, k_value=0.45
    )
    assert replayed(live) == Parameters(
        k_value=0.45,
        max_daily_loss_pct=0.0,
        max_weekly_loss_pct=0.0,
        max_monthly_loss_pct=0.0,
        max_consecutive_losses=0,
    )


def test_values_in_words() -> None:
    values = {"K_VALUE": 0.45, "TAKE_PROFIT_PERCENT": 0.04, "STOP_LOSS_PERCENT": 0.02}
    assert in_words(values) == "K 0.45, take profit 4 %, stop loss 2 %"
    nothing = {"TAKE_PROFIT_PERCENT": 0.0, "STOP_LOSS_PERCENT": 0.0}
    assert in_words(nothing) == "no take profit, stop loss by ATR"
