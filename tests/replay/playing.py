"""Recorded sessions for tests: a whole demo in one thread, with hands that plant differences."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from trader.backtest.replay.arguments import asked
from trader.backtest.replay.replaying import Replay, replayed
from trader.domain.commands import ClosePosition, Command, Pause, Resume, TradeByHand
from trader.domain.events import Commanded, Event, ParametersChanged, TimePassed
from trader.domain.outcome import Outcome, Question
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import Millis, Timeframe
from trader.engine.ports import Restored
from trader.feeds.demo import DemoFeed
from trader.feeds.generator import GeneratedMarket
from trader.shell.recording.layout import CHECK, places
from trader.shell.recording.reading import Life, Moment, lives
from trader.shell.recording.recorder import Recorder, Session
from trader.shell.recording.writing import PART
from trader.shell.stage import Stage, terms_of
from trader.storage.memory import MemoryJournal
from trader.strategies.catalogue import discover
from trader.venues.faults import FaultPlan, NoFaults
from trader.venues.profiles import profile_of
from trader.venues.router import Router
from trader.venues.simulated import Opening, SimulatedVenue

KEYS = (
    "upbit:ETH/KRW", "upbit:DOGE/KRW", "binance_spot:ETH/USDT", "binance_spot:SOL/USDT",
    "binance_futures:SOL/USDT", "binance_futures:XRP/USDT",
)  # fmt: skip
SEED = 5
VENUES = ("upbit", "binance_spot", "binance_futures")
NAMES = ("dynamic_breakout", "mean_reversion", "momentum", "rsi_reversion", "pullback")
LIVELY = Parameters(
    strategies=tuple(StrategyShare(name) for name in NAMES),
    timeframe=Timeframe.parse("1m"),
    take_profit_percent=0.004,
    stop_loss_percent=0.003,
    trailing_stop_percent=0.002,
    max_holding=180.0,
    sizing="fixed_fraction",
    position_fraction=0.05,
    cooldown_candles=0,
    min_atr_pct=0.0,
    adx_min=0.0,
    ema_filter=False,
    adx_falling_filter=False,
    mtf_filter=False,
    max_consecutive_losses=0,
    max_positions=12,
    allow_shorts=False,
)


def of_each(parameters: Parameters = LIVELY) -> dict[str, Parameters]:
    """The same for three venues, each with the capital that it begins with."""
    capitals = {venue: profile_of(venue).capabilities.default_capital for venue in VENUES}
    return {venue: replace(parameters, initial_capital=capitals[venue]) for venue in VENUES}


class Playing:
    """One life: feed, engine, venues and recorder, driven event by event."""

    def __init__(
        self,
        folder: Path,
        keys: Sequence[str] = KEYS,
        clean: Callable[[str], str] = str,
        part: int = PART,
        start: Millis = 0,
        faults: FaultPlan | None = None,
    ) -> None:
        market = GeneratedMarket(SEED, tuple(keys))
        start = start or market.start
        self.parameters = of_each()
        self.waiting: deque[Event] = deque()
        terms = terms_of(self.parameters, discover())
        stage = Stage(market, self.parameters, terms, Restored(namespace="zz"), start)
        self.engine = stage.engine(warmup_cycles=2)
        opening = Opening(seed=SEED, faults=faults or NoFaults())
        venues = {
            venue: SimulatedVenue(profile_of(venue), opening, self.waiting.append)
            for venue in VENUES
        }
        self.venues = Router(venues)
        scene = stage.scene(self.parameters)
        self.feed = DemoFeed(market, venues, self.waiting.append, scene, start)
        session = Session("demo", market.banner, "abc123", clean)
        self.recorder = Recorder(folder, *stage.began(), session, part)
        self.moments = market.moments(start)
        self.journal = MemoryJournal()
        self._record = self.recorder.beside(self.journal).record
        self.feed.open()
        for venue in VENUES:
            self.venues.ask(Question("report", venue))
        self.drain()

    def drain(self) -> None:
        """The loop of the engine, without waiting."""
        while self.waiting:
            event = self.waiting.popleft()
            self.learn(event)

    def learn(self, event: Event) -> Outcome:
        """One event: decided, recorded, sent."""
        outcome = self.engine.process(event)
        self._record(event, outcome)
        for order in outcome.submit:
            self.venues.submit(order)
        for order_id in outcome.cancel:
            self.venues.cancel(order_id)
        for question in outcome.ask:
            self.venues.ask(question)
        return outcome

    def play(self, moments: int) -> None:
        """So many moments of five market seconds; a cycle of the daemon after each third."""
        for number, moment in enumerate(islice(self.moments, moments)):
            self.feed.play(moment)
            if number % 3 == 0:
                self.waiting.append(TimePassed(moment.at, cycle=True))
            self.drain()

    def steer(self) -> None:
        """Commands and settings, with some market in between."""
        at, wall = self.engine.state.now, 1.0
        buy = TradeByHand(KEYS[0], buy=True, amount_quote=50_000.0)
        commands: tuple[Command, ...] = (buy, Pause("upbit"), Resume("upbit"))
        for number, command in enumerate(commands):
            self.learn(Commanded(f"c{number}", "word", command, "panel", at, wall))
            self.play(6)
        self.learn(Commanded("c9", "close", ClosePosition(KEYS[0]), "panel", at, wall))
        self.play(6)
        changed = replace(self.parameters["upbit"], position_fraction=0.04)
        self.learn(ParametersChanged({"upbit": changed}, "v2", self.engine.state.now))

    def close(self) -> None:
        """The ordered end."""
        self.recorder.close()


def recorded(folder: Path, moments: int = 360) -> Path:
    """A whole life with everything in it; the folder."""
    playing = Playing(folder)
    playing.play(moments // 2)
    playing.steer()
    playing.play(moments // 2)
    playing.close()
    assert len(playing.journal.trades) > 10, "the session must trade"
    return folder


# ---------------------------------------------------------------- hands on what is recorded


def lines_of(path: Path) -> list[Any]:
    """The parsed lines of a part."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def rewritten(folder: Path, change: Callable[[list[Any]], list[Any]]) -> Path:
    """The first part with other lines, every check sum right, as if it had been recorded so."""
    path = folder / places(folder)[0].name
    block, text = b"", b""
    for line in change(lines_of(path)):
        if isinstance(line, list) and line[0] == CHECK:
            line[2] = zlib.crc32(block)
        made = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        block = b"" if isinstance(line, dict) or line[0] == CHECK else block + made
        text += made
    path.write_bytes(gzip.compress(text))
    return path


def replay(folder: Path, *words: str) -> Replay:
    """A recording decided again, asked as on the command line."""
    return replayed(asked([str(folder), *words]))


def moments_of(life: Life) -> list[Moment]:
    """Every event of a life with its answer."""
    return [item for item in life.items() if isinstance(item, Moment)]


def events_on_disk(folder: Path) -> int:
    """How many can be read back now."""
    return sum(len(moments_of(life)) for life in lives(folder))
