"""Longer candles of shorter ones: each exactly once, with gaps left as gaps."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.domain.candles import Candle
from trader.domain.errors import BadInput
from trader.domain.time import MINUTE
from trader.feeds.candle_frames import CandleBuilder, Columns, candles_of, columns_of, resampled
from trader.feeds.generator import GeneratedMarket

KEY, OTHER = "upbit:BTC/KRW", "binance_spot:ETH/USDT"
FIVE = 5 * MINUTE


def minute(number: int, key: str = KEY) -> Candle:
    """A minute whose prices and volume are its number plus 100."""
    base = 100.0 + number
    return Candle(key, number * MINUTE, base, base + 0.5, base - 0.5, base + 0.1, 1.0, base)


def closes(builder: CandleBuilder, minutes: list[int], until: int) -> Iterator[Candle]:
    """What the builder hands out while time passes minute by minute."""
    for now in range(min(minutes, default=0), until + 1):
        done = [minute(now - 1)] if now - 1 in minutes else []
        yield from builder.close(done, now * MINUTE)


@pytest.mark.parametrize(
    ("minutes", "candles"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [(0, 100, 104.1, 5), (5, 105, 109.1, 5)]),
        ([0, 1, 3, 5, 9], [(0, 100, 103.1, 3), (5, 105, 109.1, 2)]),  # missing ones not invented
        ([0, 1, 2, 3], [(0, 100, 103.1, 4)]),  # the last minute had no trade: time closes it
        ([0, 4, 15, 19], [(0, 100, 104.1, 2), (15, 115, 119.1, 2)]),  # two candles had no trade
        ([3, 4, 5, 6, 7, 8, 9], [(5, 105, 109.1, 5)]),  # begun before we looked: left out
        ([], []),
    ],
)
def test_every_candle_is_handed_out_once(
    minutes: list[int], candles: list[tuple[float, ...]]
) -> None:
    built = list(closes(CandleBuilder({KEY: FIVE}), minutes, 30))
    assert [(c.time // MINUTE, c.open, c.close, c.volume) for c in built] == candles


def test_a_late_look_at_the_clock_loses_nothing() -> None:
    builder = CandleBuilder({KEY: FIVE})
    assert builder.close([minute(0), minute(5), minute(10)], 11 * MINUTE) == (
        minute(0),
        minute(5),
    )


def test_candles_that_close_together_come_in_the_order_of_the_symbols() -> None:
    builder = CandleBuilder({OTHER: FIVE, KEY: FIVE})
    builder.close([minute(0), minute(0, OTHER), minute(0, "upbit:XRP/KRW")], MINUTE)
    assert [candle.key for candle in builder.close([], FIVE)] == [OTHER, KEY]


def test_a_builder_resumed_inside_a_candle_completes_it() -> None:
    market = GeneratedMarket(1, (KEY,))
    start = market.start + 7 * MINUTE
    builder = CandleBuilder({KEY: FIVE})
    builder.resume(market, start)
    end = market.start + 2 * FIVE
    moments = market.moments(start)
    built = next(done for m in moments if (done := builder.close(m.closed, m.at)))
    frame = market.history(KEY, FIVE, 1, end)
    whole = [float(column[0]) for column in columns_of(frame)]
    assert len(built) == 1
    assert list(built[0][1:6]) == whole[:5]
    assert list(built[0][6:]) == pytest.approx(whole[5:], rel=1e-12)  # sums in another order


def test_a_timeframe_that_is_not_made_of_the_candles_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot make candles of 90 s"):
        CandleBuilder({KEY: 90_000}).resume(GeneratedMarket(1, (KEY,)), 0)


def columns(minutes: list[int]) -> Columns:
    rows = [minute(number) for number in minutes]
    time = np.array([row.time for row in rows], dtype=np.int64)
    o, h, low, c, v, t = (np.array([row[place] for row in rows]) for place in range(2, 8))
    return (time, o, h, low, c, v, t)


def test_rows_know_their_followers_and_the_last_does_not() -> None:
    table = candles_of(MINUTE, columns([0, 1, 4]))
    assert table.next_time.tolist() == [MINUTE, 4 * MINUTE, -1]
    assert table.next_open[:2].tolist() == [101.0, 104.0]
    assert np.isnan(table.next_open[2])
    assert len(candles_of(MINUTE, columns([]))) == 0


@given(st.sets(st.integers(0, 40)))
def test_arrays_and_builder_make_the_same_candles(found: set[int]) -> None:
    minutes = sorted(found)
    built = list(closes(CandleBuilder({KEY: FIVE}), minutes, 60))
    frames = resampled(columns(minutes), FIVE)
    rows = zip(*(column.tolist() for column in frames), strict=True)
    assert built == [Candle(KEY, *row) for row in rows]
