"""Longer candles begin at whole multiples of their length and are known at their end."""

from __future__ import annotations

import numpy as np
import pytest

from tests.strategies.drawing import MONDAY, candles_of
from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.time import HOUR, MINUTE
from trader.indicators.longer import last_closed, longer, no_candles, rows_of, taken

QUARTER = 15 * MINUTE


def quarters(count: int, start: int = MONDAY) -> Candles:
    return candles_of([100.0 + i for i in range(count)], QUARTER, start, volume=[1.0] * count)


def test_four_quarters_make_an_hour() -> None:
    hours = longer(quarters(8), HOUR)
    assert hours.time.tolist() == [MONDAY, MONDAY + HOUR]
    assert hours.open.tolist() == [100.0, 103.0]
    assert hours.high.tolist() == [103.0, 107.0]
    assert hours.low.tolist() == [100.0, 103.0]
    assert hours.close.tolist() == [103.0, 107.0]
    assert hours.volume.tolist() == [4.0, 4.0]
    assert hours.next_time.tolist() == [MONDAY + HOUR, MONDAY + 2 * HOUR]
    assert hours.next_open.tolist() == [103.0, 107.0]


@pytest.mark.parametrize(
    ("first", "count", "hours"),
    [
        (0, 4, [0]),
        (0, 7, [0]),  # the second is not closed
        (1, 7, [1]),  # the first begins before the first row
        (1, 3, []),
        (0, 0, []),
    ],
)
def test_only_whole_beginnings_and_closed_ends(first: int, count: int, hours: list[int]) -> None:
    made = longer(quarters(count, MONDAY + first * QUARTER), HOUR)
    assert made.time.tolist() == [MONDAY + hour * HOUR for hour in hours]


def test_an_unfinished_hour_is_what_follows_the_last_closed_one() -> None:
    made = longer(quarters(6), HOUR)
    assert made.next_time.tolist() == [MONDAY + HOUR]
    assert made.next_open.tolist() == [103.0]


def test_missing_candles_are_not_invented() -> None:
    with_gap = rows_of(quarters(16), np.r_[0:4, 13:16])
    assert longer(with_gap, HOUR).time.tolist() == [MONDAY, MONDAY + 3 * HOUR]


def test_an_hour_counts_from_the_close_of_the_candle_that_ends_it() -> None:
    base = quarters(9)
    assert last_closed(base, longer(base, HOUR)).tolist() == [-1, -1, -1, 0, 0, 0, 0, 1, 1]
    assert last_closed(base, longer(base, HOUR), since=7).tolist() == [1, 1]


def test_what_is_not_closed_yet_is_undefined() -> None:
    values = taken(np.array([5.0, 6.0]), np.array([-1, 0, 1]))
    assert np.isnan(values[0])
    assert values[1:].tolist() == [5.0, 6.0]
    assert np.isnan(taken(np.empty(0), np.array([-1]))).all()


@pytest.mark.parametrize("timeframe", [20 * MINUTE, MINUTE])
def test_a_timeframe_that_does_not_divide_is_refused(timeframe: int) -> None:
    with pytest.raises(BadInput, match="whole multiple of 15 minutes"):
        longer(quarters(8), timeframe)


def test_no_candles_make_no_candles() -> None:
    assert len(longer(no_candles(QUARTER), HOUR)) == 0
