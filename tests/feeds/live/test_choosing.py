"""What a feed follows changes while it runs: universe, timeframes, symbols."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.feeds.live.bench import CUT, Bench
from tests.feeds.live.street import (
    BTC,
    ETH,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    XRP,
    Time,
)  # fmt: skip
from trader.domain import events as ev


async def test_every_hour_the_universe_is_chosen_anew_and_held_symbols_stay(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench(Time(NOON + HOUR - 5 * SECOND))
    running(bench)
    await bench.time.go(3 * SECOND)
    bench.engine.held[BTC] = NOON
    bench.upbit.quoted[2] = replace(bench.upbit.quoted[2], turnover=99.0)
    bench.upbit.quoted[0] = replace(bench.upbit.quoted[0], turnover=0.0)
    bench.engine.events.clear()
    await bench.time.go(6 * SECOND)
    assert bench.story(ev.UniverseChosen, ev.HistoryLoaded, ev.MarketListed) == [
        "MarketListed", "UniverseChosen", "HistoryLoaded",
    ]  # fmt: skip
    chosen = [e for e in bench.engine.events if isinstance(e, ev.UniverseChosen)]
    assert [e.keys for e in chosen if e.venue == "upbit"] == [(XRP, ETH)]
    assert bench.upbit.streams[-1] == (XRP, ETH, BTC)
    bench.engine.events.clear()
    bench.trade(BTC, 100.0)
    await bench.time.go(MINUTE)
    assert BTC in {candle.key for candle in bench.closed()}


async def test_another_timeframe_loads_other_histories_before_it_decides(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench(Time(NOON + 4 * MINUTE + 50 * SECOND))
    for key in (BTC, ETH):
        bench.upbit.minutes(key, NOON, 5)
    running(bench)
    await bench.time.go(2 * SECOND)
    bench.engine.events.clear()
    bench.timeframe = 5 * MINUTE
    bench.feed.replan()
    bench.trade(BTC, 100.0)
    assert "PriceSeen" in bench.story()
    await bench.time.go(2 * SECOND)
    loaded = [e for e in bench.engine.of(ev.HistoryLoaded) if isinstance(e, ev.HistoryLoaded)]
    assert [e.candles.timeframe for e in loaded] == [5 * MINUTE] * 3
    bench.engine.events.clear()
    await bench.time.go(NOON + 5 * MINUTE + 5 * SECOND - bench.time.at)
    assert [candle.time for candle in bench.closed() if candle.key == BTC] == [NOON]


async def test_other_symbols_that_cannot_be_loaded_are_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.symbols = ("XRP/KRW",)
    bench.upbit.of[XRP] = CUT
    bench.feed.replan()
    await bench.time.go(3 * SECOND)
    assert "upbit: symbols could not be chosen anew: no connection" in caplog.text
    del bench.upbit.of[XRP]
    await bench.time.go(10 * SECOND)
    chosen = [e for e in bench.engine.events if isinstance(e, ev.UniverseChosen)]
    assert chosen[-1].keys == (XRP,)


async def test_a_second_price_comes_from_rest_as_an_independent_one(bench: Bench) -> None:
    bench.upbit.now[BTC] = 77.0
    bench.engine.events.clear()
    bench.feed.confirm(BTC)
    await bench.time.go(100)
    assert ev.PriceSeen(BTC, 77.0, bench.time.at - 100, independent=True) in bench.engine.events
    bench.upbit.trouble = CUT
    bench.engine.events.clear()
    bench.feed.confirm(BTC)
    await bench.time.go(100)
    assert bench.engine.of(ev.PriceSeen) == []
