"""Objectives by name, and the rule that decides between equals."""

from __future__ import annotations

import pytest

from tests.backtest.honesty.drawing import outcome
from trader.backtest.objectives import OBJECTIVES, best, objective_named, ranked
from trader.domain.errors import BadInput

SIX = [0.01, -0.01, 0.02, -0.01, 0.01, 0.03]


def test_the_default_is_the_sharpe_ratio_of_trades() -> None:
    steady, wild = outcome([0.01, 0.011, 0.01, 0.012, 0.01]), outcome(SIX)
    assert objective_named("sharpe")(steady) > objective_named("sharpe")(wild)
    assert best("sharpe", [wild, steady]) == 1
    assert best("total_return", [wild, steady]) == 1
    assert best("max_drawdown", [wild, steady]) == 1


def test_every_metric_is_read_under_its_name() -> None:
    read = set(OBJECTIVES) - {"sharpe", "daily_sharpe", "max_drawdown"}
    for name in read:
        assert objective_named(name)(outcome(SIX, **{name: 7.0})) == 7.0
    assert objective_named("daily_sharpe")(outcome(SIX, sharpe=3.0)) == 3.0
    assert objective_named("max_drawdown")(outcome(SIX, max_drawdown=0.2)) == -0.2


def test_ties_go_to_more_trades_then_the_smaller_drawdown_then_the_earlier() -> None:
    few, many = outcome(SIX, win_rate=0.5), outcome(SIX * 2, win_rate=0.5)
    assert ranked("win_rate", [few, many]) == [1, 0]
    deep, flat = (outcome(SIX, win_rate=0.5, max_drawdown=fall) for fall in (0.3, 0.1))
    assert ranked("win_rate", [deep, flat, flat]) == [1, 2, 0]


def test_too_few_trades_or_an_undefined_objective_cannot_be_chosen() -> None:
    lucky, fair = outcome([0.5] * 4, win_rate=1.0), outcome(SIX, win_rate=0.4)
    assert best("win_rate", [lucky, fair]) == 1
    assert best("win_rate", [lucky, fair], least_trades=1) == 0
    assert best("win_rate", [lucky, outcome(SIX, win_rate=None)]) is None
    assert best("sharpe", [outcome([0.01] * 9)]) is None
    assert best("sharpe", []) is None


def test_an_unknown_objective_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match="--objective luck: use one of sharpe, daily_sharpe"):
        objective_named("luck")
