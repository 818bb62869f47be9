"""Sharpe ratios and luck: the papers' own numbers, and what has no answer."""

from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.backtest.honesty.sharpe import (
    Shape,
    chance_spread,
    deflated_sharpe,
    expected_maximum,
    probabilistic_sharpe,
    shape_of,
    sharpe_per_trade,
    spread_of,
)

PAPER = Shape(trades=1_250, sharpe=2.5 / sqrt(250), skewness=-3.0, kurtosis=10.0)


def test_the_example_of_the_paper() -> None:
    """Five years of days, 2.5 a year, 100 trials with a variance of 1/2 a year."""
    spread = sqrt(0.5 / 250)
    assert expected_maximum(100, spread) == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(PAPER, 100, spread) == pytest.approx(0.9004, abs=5e-5)
    assert deflated_sharpe(PAPER, 46, spread) == pytest.approx(0.9505, abs=5e-5)


def test_the_expected_maximum_is_what_a_simulation_finds() -> None:
    rng = np.random.default_rng(5)
    for tried in (10, 200):
        highest = 0.3 * rng.normal(size=(4_000, tried)).max(axis=1)
        assert expected_maximum(tried, 0.3) == pytest.approx(float(highest.mean()), rel=0.03)


def test_the_probability_is_calibrated_on_worthless_trades() -> None:
    """Of trades without an edge, skewed ones too, one in twenty looks surer than 95 %."""
    rng = np.random.default_rng(6)
    made = rng.exponential(1.0, (4_000, 200)) - 1.0
    sure = [probabilistic_sharpe(shape_of(row), 0.0) >= 0.95 for row in made]
    assert 0.03 <= float(np.mean(sure)) <= 0.07


def test_one_trial_is_not_deflated() -> None:
    assert expected_maximum(1, 0.4) == 0.0
    assert deflated_sharpe(PAPER, 1, 0.4) == probabilistic_sharpe(PAPER, 0.0)


def test_the_shape_of_returns() -> None:
    shape = shape_of(np.array([0.01, -0.02, 0.03, 0.0]))
    assert shape.trades == 4
    assert shape.sharpe == pytest.approx(0.005 / np.std([0.01, -0.02, 0.03, 0.0], ddof=1))
    assert shape.skewness == pytest.approx(0.0, abs=1e-12)
    normal = shape_of(np.random.default_rng(1).normal(0.1, 1.0, 200_000))
    assert normal.kurtosis == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("returns", [[], [0.01], [0.01] * 9, [0.1, 0.1 + 1e-17], [0.1, nan, 0.2]])
def test_what_has_no_deviation_has_no_ratio(returns: list[float]) -> None:
    assert isnan(sharpe_per_trade(np.array(returns)))
    assert isnan(deflated_sharpe(shape_of(np.array(returns)), 10, 0.1))


def test_the_spread_leaves_out_trials_without_a_ratio() -> None:
    one, two = np.array([0.01, 0.02, -0.01]), np.array([0.01, 0.03, -0.01])
    with_others = spread_of([one, np.empty(0), two, np.array([0.1])])
    assert with_others == spread_of([one, two]) > 0
    assert spread_of([]) == spread_of([one]) == 0.0


def test_chance_scatters_ratios_as_far_as_a_simulation_finds() -> None:
    found = spread_of(np.random.default_rng(3).normal(size=(4_000, 50)))
    assert found == pytest.approx(chance_spread(50), rel=0.05)
    assert isnan(chance_spread(1))


@given(
    tried=st.integers(2, 10_000),
    more=st.integers(1, 10_000),
    spread=st.floats(0.001, 1.0),
    returns=st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=60),
)
def test_more_trials_never_make_surer(
    tried: int, more: int, spread: float, returns: list[float]
) -> None:
    shape = shape_of(np.array(returns))
    less = deflated_sharpe(shape, tried + more, spread)
    assert isnan(less) or 0.0 <= less <= deflated_sharpe(shape, tried, spread) <= 1.0
