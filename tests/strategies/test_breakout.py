"""Breakout: today's open, yesterday's range, what arms a level, and days that are not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.strategies.drawing import MONDAY, candles_of
from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters
from trader.domain.signal import BIT
from trader.domain.time import DAY, HOUR
from trader.indicators.longer import rows_of
from trader.strategies.breakout import Breakout
from trader.strategies.rows import SignalRows, evaluate

SIX_HOURS = 6 * HOUR
PLAIN = Parameters(k_value=0.5, allow_shorts=True)
SIDEWAYS = 60  # candles at 100 before the picture begins, so that EMA50 stands at 100


def drawn(*picture: tuple[float, float, float, float], first_of: int = 0) -> Candles:
    """Fifteen days of four candles at 100, then the picture's (open, high, low, close)."""
    o, h, l, c = np.array([(100.0,) * 4] * SIDEWAYS + list(picture)).T
    return candles_of(c, SIX_HOURS, MONDAY + first_of, open=o, high=h, low=l)


def rows_for(candles: Candles, parameters: Parameters = PLAIN) -> SignalRows:
    return evaluate(Breakout(), candles, parameters)


YESTERDAY = [(100.0, 108.0, 100.0, 100.0), (100.0, 100.0, 98.0, 100.0)] + [(100.0,) * 4] * 2
TODAY = (101.0, 102.0, 101.0, 101.5)  # opens at 101; yesterday went from 98 to 108


def test_levels_are_the_open_and_half_of_yesterdays_range() -> None:
    row = rows_for(drawn(*YESTERDAY, TODAY)).opinion(SIDEWAYS + 4)
    assert row.long_level == 106.0  # 101 + 0.5 x 10
    assert row.short_level == 96.0
    assert (row.long, row.short, row.hold) == (True, True, 0)


def test_the_first_candle_of_a_day_brings_todays_open() -> None:
    row = rows_for(drawn(*YESTERDAY, TODAY)).opinion(SIDEWAYS + 3)  # 101 is the next first price
    assert (row.long_level, row.short_level) == (106.0, 96.0)


def test_a_level_lies_never_inside_the_ema50() -> None:
    calm = [(100.0,) * 4] * 4
    high = rows_for(drawn(*calm, (90.0, 90.0, 90.0, 90.0)))
    average = high.opinion(SIDEWAYS + 4).long_level
    assert 99.0 < average < 100.0  # 90 + 0 is below the EMA50, which is the level then
    assert high.opinion(SIDEWAYS + 4).short_level == 90.0


@pytest.mark.parametrize(
    ("close", "long", "short", "hold"),
    [
        (106.0, True, True, 0),  # touching keeps it armed
        (106.5, False, True, 0),
        (95.0, True, False, 0),
    ],
)
def test_armed_while_the_close_has_not_passed(
    close: float, long: bool, short: bool, hold: int
) -> None:
    today = (101.0, max(101.0, close), min(101.0, close), close)
    row = rows_for(drawn(*YESTERDAY, today)).opinion(SIDEWAYS + 4)
    assert (row.long, row.short, row.hold) == (long, short, hold)


def test_beyond_the_level_without_shorts() -> None:
    rows = rows_for(
        drawn(*YESTERDAY, (101.0, 107.0, 101.0, 106.5)), replace(PLAIN, allow_shorts=False)
    )
    assert rows.opinion(SIDEWAYS + 4).hold == BIT["beyond_level"]
    shown = rows.reasons(SIDEWAYS + 4, BIT["beyond_level"])
    assert [str(reason) for reason in shown] == ["beyond_level close=106.5 level=106"]


def test_yesterday_must_exist() -> None:
    candles = drawn(*YESTERDAY, TODAY)
    gap = rows_of(candles, np.r_[0:SIDEWAYS, SIDEWAYS + 4])
    assert rows_for(gap).opinion(SIDEWAYS).hold == BIT["no_yesterday"]


@pytest.mark.parametrize(("first_row", "known"), [(0, True), (1, False)])
def test_yesterday_must_be_whole(first_row: int, known: bool) -> None:
    """The data begin at midnight, or six hours later: that day is nobody's yesterday."""
    rows = rows_for(rows_of(drawn(), slice(first_row, None)))
    place = 4 - first_row  # the first candle of the second day
    assert (rows.opinion(place).hold != BIT["no_yesterday"]) is known
    assert rows.opinion(place + 4).hold != BIT["no_yesterday"]


def test_at_the_end_of_the_day_it_leaves_at_the_first_price_of_another() -> None:
    parameters = replace(PLAIN, exit_at_day_end=True)
    rows = rows_for(drawn(*YESTERDAY, TODAY), parameters)
    leaves = [place for place in range(SIDEWAYS, SIDEWAYS + 5) if rows.opinion(place).sell]
    assert leaves == [SIDEWAYS + 3]
    assert rows.opinion(SIDEWAYS + 3).cover
    assert rows.opinion(SIDEWAYS + 3).long  # leaving an old position contradicts no new one
    assert not rows_for(drawn(*YESTERDAY, TODAY)).opinion(SIDEWAYS + 3).sell


def test_one_candle_a_day_works_and_more_than_a_day_is_refused() -> None:
    days = candles_of(100.0 + np.arange(80.0), DAY, open=100.0 + np.arange(80.0))
    high = replace(days, high=days.high + 4, low=days.low - 4)
    row = rows_for(high).opinion(70)
    assert row.long_level == 171.0 + 4.0  # the next open and half of candle 70's own range
    with pytest.raises(BadInput, match="1d or shorter"):
        rows_for(candles_of([100.0] * 80, 7 * DAY))
