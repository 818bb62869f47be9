"""Regime wants two closes that agree; volatility is judged against the market's own 90 days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trader.domain.time import DAY, HOUR
from trader.indicators.regime import _confirmed, regime
from trader.indicators.volatility import volatility_state


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        ([0, 1, 1, 1], [0, 0, 1, 1]),
        ([0, 1, 0, 1], [0, 0, 0, 0]),  # never twice
        ([1, 1, -1, 1, 1], [0, 1, 1, 1, 1]),  # one close against it changes nothing
        ([1, 1, -1, -1, 0, 0], [0, 1, 1, -1, -1, 0]),
        ([], []),
    ],
)
def test_a_regime_changes_with_the_second_close(seen: list[int], state: list[int]) -> None:
    assert _confirmed(np.array(seen, dtype=np.int64)).tolist() == state


def test_bull_bear_and_undefined() -> None:
    rising = np.linspace(100, 200, 400)
    assert regime(rising)[[198, 199, 200, 399]].tolist() == [0, 0, 1, 1]
    assert regime(rising[::-1])[-1] == -1
    assert regime(np.full(400, 100.0))[-1] == 0


def direct(time: np.ndarray, share: np.ndarray, row: int) -> int:
    window = share[(time > time[row] - 90 * DAY) & (time <= time[row])]
    window = window[~np.isnan(window)]
    if np.isnan(share[row]):
        return 0
    # the definition in exact numbers: interpolated percentiles of small integers
    if share[row] > np.percentile(window, 80, method="linear") + 1e-9:
        return 1
    return -1 if share[row] < np.percentile(window, 20, method="linear") - 1e-9 else 0


@settings(max_examples=60)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.integers(0, 45))
def test_volatility_state_is_that_of_interpolated_percentiles(
    values: list[int], step_days: int
) -> None:
    share = np.array([np.nan, *map(float, values)])
    time = HOUR * np.arange(len(share), dtype=np.int64) + step_days * DAY * np.arange(len(share))
    expected = [direct(time, share, row) for row in range(len(share))]
    assert volatility_state(time, share).tolist() == expected
    assert volatility_state(time, share, since=len(share) - 1).tolist() == expected[-1:]
