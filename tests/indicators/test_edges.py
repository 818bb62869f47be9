"""Where formulas divide by nothing, and where rounding would decide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from trader.indicators import averages, oscillators, windows


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ([100.0] * 40, 50.0),  # neither gain nor loss
        ([100.0 + i for i in range(40)], 100.0),  # gains alone
        ([100.0 - i for i in range(40)], 0.0),  # losses alone
        ([1e-8] * 40, 50.0),
    ],
)
def test_rsi_at_its_ends(closes: list[float], expected: float) -> None:
    assert oscillators.rsi(np.array(closes))[-1] == expected


def test_rsi_keeps_its_value_through_a_long_standstill() -> None:
    moved = [100.0, 101.0] * 10
    closes = np.array(moved + [100.0] * 2_000)  # TA-Lib alone would say 0 after some 430 rows
    settled = oscillators.rsi(closes)
    assert settled[-1] == pytest.approx(settled[len(moved) + 1], rel=1e-9)


def test_adx_is_zero_without_direction() -> None:
    flat = np.full(60, 100.0)
    assert oscillators.adx(flat, flat, flat)[-1] == 0.0
    assert oscillators.adx(flat + 1, flat - 1, flat)[-1] == 0.0


@pytest.mark.parametrize("unit", [1e8, 1.0, 1e-8])
def test_rsi_and_adx_do_not_depend_on_the_unit_of_price(unit: float) -> None:
    close = np.exp(np.random.default_rng(1).normal(0, 0.01, 300).cumsum())
    high, low = close * 1.001, close * 0.999
    np.testing.assert_allclose(
        oscillators.rsi(close * unit)[14:], oscillators.rsi(close)[14:], rtol=1e-9
    )
    np.testing.assert_allclose(
        oscillators.adx(high * unit, low * unit, close * unit)[27:],
        oscillators.adx(high, low, close)[27:],
        rtol=1e-9,
    )


def test_z_is_zero_where_the_deviation_is_zero() -> None:
    assert averages.zscore(np.full(30, 0.1))[-1] == 0.0
    assert np.isnan(averages.zscore(np.full(30, 0.1))[18])


@given(price=st.floats(1e-9, 1e9), period=st.integers(1, 60))
def test_a_standstill_has_exactly_its_price_as_mean_and_no_deviation(
    price: float, period: int
) -> None:
    mean, deviation = windows.moments(np.full(70, price), period)
    assert mean[-1] == price
    assert deviation[-1] == 0.0
    assert windows.mean(np.full(70, price), period)[-1] == price


@pytest.mark.parametrize("unit", [1e8, 1e-8])
def test_no_drift_grows_with_the_length_of_the_data(unit: float) -> None:
    """After a million rows and a spike of 1e6 times the price, a window knows only itself."""
    rng = np.random.default_rng(3)
    closes = unit * np.exp(rng.normal(0, 3e-4, 1_000_000).cumsum())
    closes[1_000] *= 1e6
    mean, deviation = windows.moments(closes, 20)
    direct = sliding_window_view(closes[-5_019:], 20)
    np.testing.assert_allclose(mean[-5_000:], direct.mean(axis=1), rtol=1e-14)
    np.testing.assert_allclose(deviation[-5_000:], direct.std(axis=1), rtol=1e-10)
    np.testing.assert_array_equal(windows.mean(closes, 20), mean)


def test_a_window_gives_the_same_bits_wherever_the_data_begin() -> None:
    values = np.random.default_rng(5).lognormal(size=9_000)
    whole = windows.moments(values, 20)
    part = windows.moments(values[-1_000:], 20)
    for full, short in zip(whole, part, strict=True):
        np.testing.assert_array_equal(full[-900:], short[-900:])


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=60), st.integers(0, 59))
def test_median_of_the_last_twenty_or_of_as_many_as_there_are(
    values: list[float], since: int
) -> None:
    array = np.array(values)
    since = min(since, len(values))
    expected = [np.median(array[max(i - 19, 0) : i + 1]) for i in range(since, len(values))]
    np.testing.assert_array_equal(windows.median_of_last(array, 20, since), expected)


def test_band_width_is_relative_to_the_middle() -> None:
    bands = averages.bollinger(np.array([90.0, 110.0] * 10), 20, 2.0)
    assert (bands.upper[-1], bands.middle[-1], bands.lower[-1]) == (120.0, 100.0, 80.0)
    assert bands.width[-1] == pytest.approx(0.4)
