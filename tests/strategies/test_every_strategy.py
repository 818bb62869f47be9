"""What every strategy that the catalogue finds must bear: a user's own file is safe or told why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.strategies.drawing import candles_of, first_rows, mirrored, real, walk
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters
from trader.domain.signal import Opinion
from trader.domain.time import MINUTE
from trader.indicators.longer import rows_of
from trader.strategies.catalogue import discover
from trader.strategies.filters import Market
from trader.strategies.live import LEAST_ROWS
from trader.strategies.rows import SignalRows, evaluate

CATALOGUE = discover()
SHORTS = Parameters(allow_shorts=True, leverage=None)
COIN = Market("XRP", 0.0005)
FLAGS = ("long", "short", "sell", "cover", "long_blocks", "short_blocks", "hold")
MEASURES = ("long_level", "short_level", "atr", "turnover", "hour_atr", "confidence")

every_strategy = pytest.mark.parametrize("name", CATALOGUE.names)


def rows_for(name: str, candles: Candles, since: int = 0) -> SignalRows:
    return evaluate(CATALOGUE.get(name), candles, SHORTS, COIN, since)


def last(name: str, candles: Candles) -> Opinion:
    end = len(candles) - 1
    return rows_for(name, candles, end).opinion(end)


def flags(opinion: Opinion) -> list[object]:
    return [getattr(opinion, name) for name in FLAGS]


def measures(opinion: Opinion) -> list[float]:
    return [getattr(opinion, name) for name in MEASURES]


@every_strategy
def test_truncation_changes_no_row(name: str) -> None:
    """Rows up to i stay the same when the candles after i (its first price apart) are cut."""
    candles = walk(3_000, 15 * MINUTE, swing=0.004)
    whole = rows_for(name, candles)
    for stop in (150, 777, 2_001, 2_998):
        cut = rows_for(name, first_rows(candles, stop))
        for row in range(stop - 40, stop):
            assert repr(cut.opinion(row)) == repr(whole.opinion(row))


@every_strategy
def test_what_follows_does_not_matter_but_for_the_first_price(name: str) -> None:
    """The same history, another future."""
    candles = walk(1_500, 15 * MINUTE, swing=0.004)
    other = {f: getattr(candles, f).copy() for f in ("open", "high", "low", "close", "volume")}
    for column in other.values():
        column[1_400:] *= 3.0
    changed = replace(candles, **other)
    before, after = rows_for(name, candles), rows_for(name, changed)
    for row in range(1_300, 1_400):
        assert repr(before.opinion(row)) == repr(after.opinion(row))


@every_strategy
def test_the_live_window_says_the_same_as_ten_times_as_many_candles(name: str) -> None:
    candles = walk(10 * LEAST_ROWS + 400, 15 * MINUTE, swing=0.004)
    for end in range(10 * LEAST_ROWS, len(candles), 37):
        short = last(name, rows_of(candles, slice(end - LEAST_ROWS, end)))
        long = last(name, rows_of(candles, slice(end - 10 * LEAST_ROWS, end)))
        masks_apart_from_hours = [flags(opinion)[:4] for opinion in (short, long)]
        assert masks_apart_from_hours[0] == masks_apart_from_hours[1]
        np.testing.assert_allclose(measures(short)[:4], measures(long)[:4], rtol=1e-6)


@every_strategy
def test_from_its_warm_up_on_it_knows_what_it_wants(name: str) -> None:
    """At `warmup` candles every line it reads is defined; its seeds weigh little already."""
    candles = walk(6_000, 15 * MINUTE, swing=0.004)
    warmup = CATALOGUE.get(name).warmup
    ends = range(4_000, 6_000, 97)
    agree = [
        flags(last(name, rows_of(candles, slice(end - max(warmup, 192), end))))[:4]
        == flags(last(name, rows_of(candles, slice(end - 10 * warmup, end))))[:4]
        for end in ends
    ]
    assert sum(agree) >= len(agree) - 1


@every_strategy
def test_nothing_may_be_entered_before_its_warm_up(name: str) -> None:
    warmup = CATALOGUE.get(name).warmup
    rows = rows_for(name, walk(warmup + 5))
    insufficient = [rows.opinion(row).long_blocks & 1 for row in range(warmup + 5)]
    assert insufficient == [1] * (warmup - 1) + [0] * 6


@every_strategy
def test_no_candles_are_no_rows(name: str) -> None:
    assert len(rows_for(name, candles_of([])).long) == 0


@every_strategy
def test_it_can_fire_on_recorded_candles(name: str) -> None:
    fired = 0
    for file in ("binance__BTC-USDT__1h", "upbit__XRP-KRW__1h", "binance__XRP-USDT__15m"):
        rows = evaluate(CATALOGUE.get(name), real(file), Parameters(), COIN)
        fired += int(np.count_nonzero(rows.long & (rows.long_blocks == 0)))
    assert fired > 0


# Where a formula divides by the price, upside down is not quite the same.
ASYMMETRIC = {"momentum", "bb_breakout"}


@pytest.mark.parametrize("name", sorted(set(CATALOGUE.names) - ASYMMETRIC))
def test_a_short_is_a_long_upside_down(name: str) -> None:
    candles = walk(1_500, swing=0.005)
    around = 2.0 * float(candles.high.max())
    up, down = rows_for(name, candles), rows_for(name, mirrored(candles, around))
    settled = slice(100, None)
    np.testing.assert_array_equal(up.long[settled], down.short[settled])
    np.testing.assert_array_equal(up.sell[settled], down.cover[settled])
    np.testing.assert_allclose(
        up.long_level[settled], 2 * around - down.short_level[settled], rtol=1e-9
    )
