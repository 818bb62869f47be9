"""Recorded minutes as a live market: the engine decides behind the live feed as in a backtest."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from tests.feeds.live.street import MINUTE, SECOND, Time, Venue
from tests.parity.comparing import MARKET, cut, plan
from trader.backtest.data import Wanted, find, load
from trader.backtest.plan import Series
from trader.backtest.run import run
from trader.domain.candles import Candle
from trader.domain.events import Event
from trader.domain.instrument import MarketRules
from trader.domain.parameters import Parameters
from trader.domain.position import ClosedTrade
from trader.domain.quotation import MarketQuoted
from trader.domain.time import Timeframe
from trader.engine.engine import Engine
from trader.engine.ports import Restored
from trader.feeds.live import feed as live
from trader.feeds.live import venue_feed, watch
from trader.feeds.live.directory import Directory
from trader.feeds.live.feed import LiveFeed
from trader.feeds.live.ports import Listener
from trader.feeds.live.venue_feed import Studio, VenueFeed
from trader.shell.stage import Stage, terms_of
from trader.strategies.catalogue import discover
from trader.venues.profiles import UPBIT
from trader.venues.simulated import SimulatedVenue

KEY = "upbit:BTC/KRW"
PAST, PLAYED = 1_300, 240
LEAST = {"bb_breakout": 2, "ma_cross": 3}
STRATEGIES = tuple(LEAST)
SETTINGS = {
    "min_atr_pct": 0.0, "adx_min": 0.0, "adx_falling_filter": False, "mtf_filter": False,
    "ema_filter": False, "min_edge_round_trips": 0.0, "take_profit_percent": 0.0,
    "stop_loss_percent": 0.0, "atr_multiplier": 500.0, "trailing_stop_percent": 0.0,
    "emergency_stop_percent": 0.0, "market_shock_pct": 0.0, "k_value": 0.1,
    "max_daily_loss_pct": 0.0, "max_consecutive_losses": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def series() -> Series:
    """Minutes around one in which nobody traded."""
    path = MARKET / "upbit__BTC-KRW__1m.parquet"
    if not path.exists():
        pytest.skip(f"recorded candles are not here: ../shared/market/{path.name}")
    loaded = load(find([path], None), Wanted())
    time = loaded.series[0].candles.time
    gap = int(np.flatnonzero(np.diff(time) > MINUTE)[-1])
    start, end = int(time[gap - PLAYED // 2]), int(time[gap + PLAYED // 2])
    whole = load(find([path], None), Wanted(start=start, end=end)).series[0]
    return cut(whole, int(time[gap - PLAYED // 2 - PAST]))


@dataclass
class Trader:
    """Engine and simulated exchange, acting on every event at once."""

    engine: Engine
    venue: SimulatedVenue
    waiting: deque[Event] = field(default_factory=deque)
    trades: list[ClosedTrade] = field(default_factory=list)
    busy: bool = False

    def put(self, event: Event) -> None:
        self.waiting.append(event)
        if self.busy:
            return
        self.busy = True
        while self.waiting:
            outcome = self.engine.process(self.waiting.popleft())
            self.trades += outcome.trades
            for order in outcome.submit:
                self.venue.submit(order)
            for question in outcome.ask:
                self.venue.ask(question)
        self.busy = False

    async def room(self) -> None:
        """It acts on everything at once."""

    def holds(self, key: str) -> bool:
        symbol = self.engine.state.symbols.get(key)
        return symbol is not None and not symbol.idle


async def _played(series: Series, parameters: Parameters) -> list[ClosedTrade]:
    """The traded span minute by minute: open, low, high and close as four trades."""
    rows = _rows(series)
    begin = rows[series.start_index].time
    time = Time(begin - 30 * SECOND)
    street = Venue(time, quoted=[MarketQuoted(KEY, MarketRules(), 1.0)])
    street.rows[KEY] = {row.time: row for row in rows}
    street.now[KEY] = rows[series.start_index - 1].close
    by_venue = {"upbit": parameters}
    directory = Directory()
    stage = Stage(directory, by_venue, terms_of(by_venue, discover()), Restored(), time.at)
    engine = stage.engine(0)
    venue = SimulatedVenue(replace(UPBIT, latency=(0, 0)), None, lambda event: trader.put(event))
    trader = Trader(engine, venue)
    listener = Listener(
        trader.put, lambda: not trader.busy, trader.holds, lambda _: {}, trader.room
    )
    studio = Studio(time.wall, listener, directory, lambda: stage.scene(by_venue, time.at))
    feed = LiveFeed({"upbit": VenueFeed("upbit", street, venue, studio, 0)}, time.wall, listener)
    feed.open()
    running = asyncio.create_task(feed.run())
    for row in rows[series.start_index :]:
        for after, price in (
            (500, row.open),
            (20_000, row.low),
            (40_000, row.high),
            (59_500, row.close),
        ):
            await time.go(row.time + after - time.at)
            street.now[KEY] = price
            street.say(KEY, price)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return trader.trades


def _rows(series: Series) -> list[Candle]:
    c = series.candles
    columns = (c.time, c.open, c.high, c.low, c.close, c.volume, c.turnover)
    return [
        Candle(KEY, int(t), *row) for t, *row in zip(*(x.tolist() for x in columns), strict=True)
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_trades(series: Series, strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STEP", 5.0)  # fewer looks at what does not happen here
    monkeypatch.setattr(watch, "STEP", 5.0)
    monkeypatch.setattr(venue_feed, "LOOK", 600.0)
    asked = plan([series], Timeframe.parse("1m"), {strategy: None}, SETTINGS)
    expected = [_named(t) for t in run(asked).trades if t.exit_reason != "end_of_data"]
    trades = asyncio.run(_played(series, replace(asked.parameters, symbols=("BTC/KRW",))))
    assert [_named(trade) for trade in trades] == expected
    assert len(expected) >= LEAST[strategy]
    assert np.any(np.diff(series.candles.time[series.start_index :]) > MINUTE)


def _named(trade: ClosedTrade) -> tuple[int, int, str]:
    return trade.entry_time, trade.exit_time, str(trade.exit_reason)
