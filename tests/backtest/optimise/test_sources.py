"""A worker finds the candles that the daemon trades on, whatever kind of market it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.backtest.optimise.markets import RUNNING, noise
from trader.backtest.optimise.search import K_SEARCH
from trader.backtest.optimise.sources import Invented, Recorded, Stored, with_hours
from trader.backtest.optimise.worker import plan_of
from trader.domain.candles import Candle, Candles
from trader.domain.errors import BadInput
from trader.domain.time import HOUR, Timeframe
from trader.feeds.candle_frames import columns_of
from trader.feeds.generator import GeneratedMarket
from trader.feeds.shelf import Wish as Played
from trader.indicators.longer import rows_of
from trader.shell.searching import Kind, Wish
from trader.storage.candles import CandleStore
from trader.strategies.catalogue import discover

KEY = "upbit:BTC/KRW"
ONE_HOUR = Timeframe("1h", HOUR)


def same(one: Candles, other: Candles) -> bool:
    return all(map(np.array_equal, columns_of(one), columns_of(other)))


def rows(candles: Candles) -> list[Candle]:
    return [
        Candle(KEY, *row) for row in zip(*(c.tolist() for c in columns_of(candles)), strict=True)
    ]


def test_the_invented_market_is_the_daemons_own() -> None:
    market = GeneratedMarket(7)
    until = market.start + 40 * 60_000
    found = Invented(7).opened({}).history(KEY, ONE_HOUR, 50, until)
    assert same(found, market.history(KEY, HOUR, 50, until))
    assert int(found.time[-1]) + HOUR <= until


def test_recordings_are_read_as_the_demo_reads_them(tmp_path: Path) -> None:
    made = noise(1, days=60)
    CandleStore(tmp_path).append(KEY, ONE_HOUR, rows(made))
    until = int(made.time[1_000])
    wish = Played((tmp_path,), {"upbit": HOUR}, int(made.time[900]))
    found = Recorded(wish).opened({}).history(KEY, ONE_HOUR, 100, until)
    assert same(found, rows_of(made, slice(900, 1_000)))


def test_the_store_is_joined_by_what_the_daemon_saw_and_keeps_it(tmp_path: Path) -> None:
    made = noise(1, days=20)
    CandleStore(tmp_path).append(KEY, ONE_HOUR, rows(rows_of(made, slice(0, 300))))
    seen = {KEY: rows_of(made, slice(250, 400))}
    until = int(made.time[390]) + HOUR
    found = Stored(tmp_path).opened(seen).history(KEY, ONE_HOUR, 200, until)
    assert same(found, rows_of(made, slice(200, 391)))
    assert found.hours is not None
    assert len(CandleStore(tmp_path).read(KEY, ONE_HOUR)) == 400
    again = Stored(tmp_path).opened({}).history(KEY, ONE_HOUR, 400, int(made.time[-1]))
    assert same(again, rows_of(made, slice(0, 400)))


def test_windows_of_another_timeframe_are_no_candles_of_this_one(tmp_path: Path) -> None:
    seen = {KEY: noise(1, days=2)}
    found = Stored(tmp_path).opened(seen).history(KEY, Timeframe("15m", 900_000), 10, 10**15)
    assert len(found) == 0
    assert len(with_hours(found)) == 0


def wish(keys: tuple[str, ...], rows_seen: int) -> Wish:
    seen = {key: rows_of(noise(1), slice(0, rows_seen)) for key in keys}
    return Wish(Kind.K, "upbit", keys, RUNNING, "sharpe", 10**15, 60.0, seen)


def test_symbols_with_too_few_candles_are_left_out(tmp_path: Path) -> None:
    asked = wish((KEY, "upbit:ETH/KRW"), 1_500)
    short = rows_of(noise(2), slice(0, 900))
    asked = replace(asked, seen={**asked.seen, "upbit:ETH/KRW": short})
    shelf = Stored(tmp_path).opened(asked.seen)
    plan = plan_of(asked, K_SEARCH, shelf, discover())
    assert [one.key for one in plan.series] == [KEY]
    assert plan.series[0].start_index == 1_000


def test_without_candles_there_is_a_sentence(tmp_path: Path) -> None:
    asked = wish((KEY,), 100)
    with pytest.raises(BadInput, match=r"not enough candles of BTC/KRW yet: more than 1000 of 1h"):
        plan_of(asked, K_SEARCH, Stored(tmp_path).opened(asked.seen), discover())


def test_finer_candles_of_the_store_are_walked(tmp_path: Path) -> None:
    """The shortest kind there is, as far as it reaches; none is no trouble."""
    asked = wish((KEY,), 1_500)
    hours = asked.seen[KEY]
    plan = plan_of(asked, K_SEARCH, Stored(tmp_path).opened(asked.seen), discover())
    assert plan.series[0].detail is None
    store = CandleStore(tmp_path)
    for name, length in (("30m", HOUR // 2), ("5m", HOUR // 12), ("2h", 2 * HOUR)):
        table = [Candle(KEY, int(hours.time[1_200]) + length * n, *[1.0] * 6) for n in range(20)]
        store.append(KEY, Timeframe(name, length), table)
    plan = plan_of(asked, K_SEARCH, Stored(tmp_path).opened(asked.seen), discover())
    detail = plan.series[0].detail
    assert detail is not None
    assert (detail.timeframe, len(detail)) == (HOUR // 12, 20)
    assert int(detail.time[0]) == int(hours.time[1_200])
