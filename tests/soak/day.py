"""The daemon's core over hours of market time: engine, journal, venues, feed, all of them real.

Only the wall is missing: the invented market is played as fast as the engine follows, and its
time is the only clock there is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import psutil

from tests.soak.holding import held_by
from trader.bridge.publisher import Publisher
from trader.domain.events import Event
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.outcome import Outcome
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import HOUR, Millis, Timeframe
from trader.engine.loop import run
from trader.feeds.coins import synthetic_keys
from trader.feeds.demo import DemoFeed, Pace
from trader.feeds.generator import GeneratedMarket
from trader.shell import showing
from trader.shell.inbox import Inbox
from trader.shell.reporter import Reporter
from trader.shell.stage import Stage, terms_of
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import discover
from trader.venues.disk import SimulatedDisk
from trader.venues.profiles import profile_of
from trader.venues.router import Router
from trader.venues.simulated import Opening, SimulatedVenue

SEED = 11
VENUES = (UPBIT, BINANCE_SPOT, BINANCE_FUTURES)
QUOTES = {UPBIT: "KRW"}
LIVELY = Parameters(  # as many orders as can be had: no filter, no limit, every minute anew
    strategies=(StrategyShare("ma_cross", 0.5), StrategyShare("rsi_reversion", 0.5)),
    timeframe=Timeframe.parse("1m"),
    top_n_symbols=1_000,
    take_profit_percent=0.004,
    trailing_stop_percent=0.003,
    max_positions=20,
    max_position_size=0.05,
    max_daily_loss_pct=0.0,
    max_weekly_loss_pct=0.0,
    max_monthly_loss_pct=0.0,
    max_consecutive_losses=0,
    min_balance_pct=0.0,
    market_shock_pct=0.10,
    min_atr_pct=0.0,
    ema_filter=False,
    adx_min=0.0,
    adx_falling_filter=False,
    mtf_filter=False,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What the process looks like at one moment. `memory` in bytes, `sizes` by name."""

    at: Millis
    memory: int
    tasks: int
    handles: int
    sizes: dict[str, int]


@dataclass(slots=True)
class Seen:
    """What a run showed. `seconds` of the wall."""

    looks: list[Look] = field(default_factory=list)
    events: int = 0
    orders: int = 0
    trades: int = 0
    seconds: float = 0.0


class Counting(Inbox):
    """The daemon's inbox, which also counts what passes."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0

    def put(self, event: Event) -> None:
        """As ever, and counted."""
        self.passed += 1
        super().put(event)


class Day:
    """One run of so many symbols, a third on each venue."""

    def __init__(self, folder: Path, symbols: int) -> None:
        keys = tuple(
            key
            for place, venue in enumerate(VENUES)
            for key in synthetic_keys(
                (symbols + place) // len(VENUES), venue, QUOTES.get(venue, "USDT")
            )
        )
        parameters = {
            venue: replace(LIVELY, initial_capital=profile_of(venue).capabilities.default_capital)
            for venue in VENUES
        }
        market = GeneratedMarket(SEED, keys)
        self.seen = Seen()
        self._inbox = Counting()
        self._journal = SqlJournal.open(folder / "trader.db")
        self._publisher = Publisher(folder)
        stage = Stage(
            market,
            parameters,
            terms_of(parameters, discover()),
            self._journal.restore(),
            market.start,
        )
        self._venues = {venue: self._venue(folder, venue) for venue in VENUES}
        self._feed = DemoFeed(
            market, self._venues, self._inbox.put, stage.scene(parameters), market.start
        )
        self._begin = market.start
        self._engine = stage.engine(warmup_cycles=0)

    def _venue(self, folder: Path, venue: str) -> SimulatedVenue:
        disk = SimulatedDisk(folder / f"simulated_{venue}.db")
        return SimulatedVenue(profile_of(venue), Opening(disk=disk), self._inbox.put)

    async def play(self, hours: float, look_every: Millis) -> Seen:
        """Play so much market time, look at the process now and then, and stop in order."""
        began = perf_counter()
        self._feed.open()
        journal = Reporter(self._journal, self._heard)
        loop = asyncio.create_task(
            run(self._engine, self._inbox.events(), Router(self._venues), journal)
        )
        playing = asyncio.create_task(
            self._feed.run(Pace(self._now, self._skip, self._inbox.room, 0.0))
        )
        due = self._begin + look_every
        while self._feed.at < self._begin + hours * HOUR:
            await asyncio.sleep(0)
            if self._feed.at >= due:
                self._look()
                due += look_every
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
        self._inbox.close()
        await loop
        self.seen.seconds = perf_counter() - began
        self.seen.events = self._inbox.passed
        self._journal.close()
        return self.seen

    def _now(self) -> float:
        return self._feed.at / 1_000

    async def _skip(self, seconds: float) -> None:
        del seconds

    def _heard(self, outcome: Outcome) -> None:
        self.seen.orders += len(outcome.submit)
        self.seen.trades += len(outcome.trades)

    def _look(self) -> None:
        for venue in self._engine.state.venues.values():
            self._publisher.portfolio(
                showing.portfolio(venue, (), showing.PriceTimes(), self._now())
            )
        showing.decisions(self._engine)
        process = psutil.Process(os.getpid())
        self.seen.looks.append(
            Look(
                self._feed.at,
                process.memory_info().rss,
                len(asyncio.all_tasks()),
                process.num_fds() if hasattr(process, "num_fds") else 0,
                held_by(self._engine, self._venues, self._journal, self._feed, self._inbox),
            )
        )
