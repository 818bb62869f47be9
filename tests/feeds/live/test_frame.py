"""Candles of a timeframe out of those that a venue has."""

from __future__ import annotations

import pytest

from tests.feeds.live.street import BTC, HOUR, MINUTE, NOON, Time, Venue, candle
from trader.domain.errors import BadInput
from trader.feeds.live.frame import Frame, frame_of
from trader.feeds.live.past import past


def test_the_longest_candles_that_make_the_timeframe() -> None:
    lengths = (MINUTE, 3 * MINUTE, 5 * MINUTE, HOUR)
    assert frame_of(15 * MINUTE, lengths, "upbit").base == 5 * MINUTE
    assert frame_of(2 * HOUR, lengths, "upbit") == Frame(2 * HOUR, HOUR)
    assert frame_of(MINUTE, lengths, "upbit").base == MINUTE
    with pytest.raises(BadInput, match="TIMEFRAME of 30 s"):
        frame_of(30_000, lengths, "upbit")


def test_rows_are_sorted_counted_once_and_joined_without_inventing_minutes() -> None:
    rows = [candle(BTC, NOON + n * MINUTE, 100.0 + n) for n in (3, 0, 1, 5, 1)]
    made = Frame(3 * MINUTE, MINUTE).candles(rows, NOON, NOON + 6 * MINUTE)
    assert [(c.time - NOON, c.open, c.high, c.low, c.close, c.volume) for c in made] == [
        (0, 100.0, 103.0, 99.0, 102.0, 4.0),
        (3 * MINUTE, 103.0, 107.0, 102.0, 106.0, 4.0),
    ]


def test_a_row_at_an_odd_time_is_moved_down_to_its_start() -> None:
    made = Frame(MINUTE, MINUTE).candles([candle(BTC, NOON + 7)], NOON, NOON + MINUTE)
    assert made == [candle(BTC, NOON)]


async def test_a_past_has_its_rows_and_hours_and_nothing_that_is_forming() -> None:
    venue = Venue(Time(NOON + 30_000))
    venue.minutes(BTC, NOON - 600 * MINUTE, 602)
    candles = await past(venue, BTC, Frame(MINUTE, MINUTE), (50, 4), NOON)
    assert len(candles) == 50
    assert int(candles.time[-1]) == NOON - MINUTE
    assert candles.hours is not None
    assert [int(at) for at in candles.hours.time] == [NOON - n * HOUR for n in (4, 3, 2, 1)]


async def test_a_past_of_joined_candles_begins_with_a_whole_one() -> None:
    venue = Venue(Time())
    venue.minutes(BTC, NOON - 7 * MINUTE, 8)  # the first five minutes lack three
    frame = Frame(5 * MINUTE, MINUTE)
    candles = await past(venue, BTC, frame, (9, 1), NOON)
    assert [int(at) for at in candles.time] == [NOON - 5 * MINUTE]
    assert float(candles.volume[0]) == 10.0


async def test_a_past_of_hours_needs_no_other_hours() -> None:
    venue = Venue(Time())
    venue.minutes(BTC, NOON - 600 * MINUTE, 600)
    candles = await past(venue, BTC, Frame(HOUR, HOUR), (3, 99), NOON)
    assert (len(candles), candles.hours) == (3, None)


async def test_a_market_without_a_past_has_an_empty_one() -> None:
    candles = await past(Venue(Time()), BTC, Frame(MINUTE, MINUTE), (5, 5), NOON)
    assert len(candles) == 0
    assert candles.hours is not None
    assert len(candles.hours) == 0
