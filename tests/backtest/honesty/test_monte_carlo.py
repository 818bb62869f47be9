"""Shuffled trades: the same ends, the same bytes, sane quantiles, no crash near ruin."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trader.backtest.honesty.monte_carlo import band, growth, paths_for


def test_every_order_ends_where_the_real_one_did() -> None:
    made = band(np.array([100.0, -50.0, 30.0, -20.0, 10.0]), 1_000.0, 1, 500)
    assert made.after.tolist() == [0, 1, 2, 3, 4, 5]
    for path in (made.low, made.middle, made.high, made.actual):
        assert (path[0], path[-1]) == pytest.approx((1_000.0, 1_070.0))
    assert made.actual.tolist() == pytest.approx([1_000, 1_100, 1_050, 1_080, 1_060, 1_070])
    assert made.actual_fall == pytest.approx(50 / 1_100)


def test_the_quantiles_are_those_of_all_orders() -> None:
    pnl = np.array([300.0, -210.0, 100.0, -150.0, 250.0, -33.0, 71.0])
    falls = []
    for order in itertools.permutations(growth(pnl, 1_000.0)):
        walk = np.exp(np.concatenate(([0.0], np.cumsum(order))))
        falls.append(np.max(1 - walk / np.maximum.accumulate(walk)))
    made = band(pnl, 1_000.0, 7, 20_000)
    wanted = np.quantile(falls, [0.05, 0.5, 0.95]).tolist()
    assert list(made.falls) == pytest.approx(wanted, abs=0.005)


def test_the_same_seed_gives_the_same_band_and_another_another() -> None:
    pnl = np.random.default_rng(3).normal(1, 50, 200)
    one, same, other = (band(pnl, 1_000.0, seed, 300) for seed in (5, 5, 6))
    assert one.low.tobytes() == same.low.tobytes()
    assert one.falls == same.falls
    assert one.low.tobytes() != other.low.tobytes()


def test_who_loses_everything_stays_at_nothing() -> None:
    made = band(np.array([5.0, -200.0, 3.0, 50.0]), 100.0, 1, 1_000)
    assert made.actual.tolist() == [100.0, 105.0, 0.0, 0.0, 0.0]
    assert made.falls[2] == made.actual_fall == 1.0
    assert made.high[-1] == 0.0
    assert made.high[1] > 100.0  # some orders began with a gain


PROFITS = st.lists(st.floats(-2_000, 2_000), max_size=30)


@settings(max_examples=60)
@given(PROFITS, st.floats(0.01, 3_000))
def test_any_trades_make_a_band(profits: list[float], capital: float) -> None:
    made = band(np.array(profits), capital, 1, 50)
    assert np.all(made.low <= made.middle)
    assert np.all(made.middle <= made.high)
    assert np.all(np.isfinite(made.high))
    assert 0.0 <= made.falls[0] <= made.falls[1] <= made.falls[2] <= 1.0


def test_many_trades_are_drawn_less_often_and_seen_at_few_places() -> None:
    assert paths_for(10) == 10_000
    assert paths_for(4_000) < 2_000
    assert paths_for(10**9) == 500
    assert len(band(np.ones(4_000), 1e6, 1, 20).after) <= 150
