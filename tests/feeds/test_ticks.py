"""Prices inside a candle: from open to close, touching high and low, never outside."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trader.feeds.ticks import low_comes_first, tick_paths

PRICE = st.floats(0.01, 1e6)


def path(bar: tuple[float, float, float, float], low_first: bool, count: int = 12) -> list[float]:
    o, h, low, c = (np.array([price]) for price in bar)
    turns = (np.array([count // 3]), np.array([2 * count // 3]))
    ticks: list[float] = tick_paths((o, h, low, c), np.array([low_first]), turns, count)[0].tolist()
    return ticks


def test_the_low_can_come_before_the_high_and_after_it() -> None:
    bar = (100.0, 110.0, 90.0, 105.0)
    assert path(bar, True, 7) == [100.0, 95.0, 90.0, 100.0, 110.0, 107.5, 105.0]
    assert path(bar, False, 7) == [100.0, 105.0, 110.0, 100.0, 90.0, 97.5, 105.0]


def test_a_rising_candle_dips_first() -> None:
    first, last = np.array([100.0, 100.0, 100.0]), np.array([101.0, 99.0, 100.0])
    assert low_comes_first(first, last).tolist() == [True, False, True]


@given(st.tuples(PRICE, PRICE, PRICE, PRICE), st.booleans(), st.integers(4, 60))
def test_ticks_stay_within_the_candle_and_touch_its_four_prices(
    prices: tuple[float, float, float, float], low_first: bool, count: int
) -> None:
    first, last = prices[0], prices[3]
    bar = (first, max(prices), min(prices), last)
    ticks = path(bar, low_first, count)
    assert (len(ticks), ticks[0], ticks[-1]) == (count, first, last)
    assert (max(ticks), min(ticks)) == (bar[1], bar[2])
