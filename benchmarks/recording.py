"""What `--record` costs: time of the loop and bytes an hour, ten symbols with a price a second."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, thread_time

from benchmarks.bars import START, invented
from benchmarks.figure import Figure
from trader.domain.candles import Candle
from trader.domain.events import (
    CandlesClosed,
    Event,
    HistoryLoaded,
    PriceSeen,
    PricesSettled,
    TimePassed,
)
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import MINUTE, SECOND, Millis, Timeframe
from trader.engine.engine import Habits
from trader.engine.ports import Journal, Restored
from trader.feeds.coins import synthetic_keys
from trader.shell.beginning import Beginning
from trader.shell.recording.reading import Moment, lives
from trader.shell.recording.recorder import Recorder, Session
from trader.storage.memory import MemoryJournal
from trader.strategies.catalogue import discover
from trader.venues.profiles import profile_of

VENUE, SYMBOLS, SECONDS, HISTORY = "binance_spot", 10, 3_600, 1_000
FRAME = Timeframe("1m", MINUTE)
NOW: Millis = START + HISTORY * MINUTE
CYCLE = 5  # seconds between two cycles of the daemon
TICK = 0.01


def figures() -> list[Figure]:
    """The same hour without and with a recorder; the writing thread's own work is beside it."""
    keys = synthetic_keys(SYMBOLS, VENUE)
    events = list(_hour(keys))
    plain = min(_spent(keys, events, None) for _ in range(2))
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as folder:
        made = [_spent(keys, events, Path(folder) / str(number)) for number in range(2)]
        whole, history = _size(Path(folder) / "0"), _size_of_history(keys, Path(folder) / "h")
        begin = perf_counter()
        read = sum(
            isinstance(i, Moment) for life in lives(Path(folder) / "0") for i in life.items()
        )
        reading = perf_counter() - begin
    added = (min(made) - plain) / len(events) * 1e6
    work = f"record: {SYMBOLS} symbols x 1 price/s, an hour, {len(events):,} events"
    time = f"{plain / len(events) * 1e6:.1f} us an event without, +{added:.1f} us with"
    size = f"{(whole - history) / 1e3:,.0f} kB an hour, {history / 1e3:,.0f} kB of history once"
    speed = f"{read / reading:,.0f} events/s"
    return [Figure(work, time), Figure("record: on disk", size), Figure("replay: reading", speed)]


def _beginning(keys: tuple[str, ...]) -> Beginning:
    capabilities = profile_of(VENUE).capabilities
    parameters = Parameters(strategies=(StrategyShare("bb_breakout"),), timeframe=FRAME)
    rules = profile_of(VENUE)
    return Beginning(
        {VENUE: parameters},
        {VENUE: capabilities},
        {VENUE: capabilities.taker_fee},
        tuple((key, rules.rules(key)) for key in keys),
        Habits(watch_prices=True, explain=True),
        Restored(),
        NOW,
    )


def _spent(keys: tuple[str, ...], events: list[Event], folder: Path | None) -> float:
    """CPU seconds of the loop's own thread for all events."""
    beginning = _beginning(keys)
    engine = beginning.engine(discover())[0]
    journal: Journal = MemoryJournal()
    recorder = None
    if folder is not None:
        recorder = Recorder(folder, beginning, engine, Session("paper", "bench", "", str))
        journal = recorder.beside(journal)
    process, record = engine.process, journal.record
    begin = thread_time()
    for event in events:
        record(event, process(event))
    spent = thread_time() - begin
    if recorder is not None:
        recorder.close()
    return spent


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _size_of_history(keys: tuple[str, ...], folder: Path) -> int:
    """What a recording begins with, prices or not."""
    _spent(keys, list(_histories(keys)), folder)
    return _size(folder)


def _histories(keys: tuple[str, ...]) -> Iterator[Event]:
    candles = invented(HISTORY, MINUTE)
    return (HistoryLoaded(key, candles, NOW) for key in keys)


def _hour(keys: tuple[str, ...]) -> Iterator[Event]:
    """Prices as a stream brings them: on ticks, each some milliseconds after the other."""
    yield from _histories(keys)
    chance, prices = random.Random(1), dict.fromkeys(keys, 100.0)  # noqa: S311  no secret
    for second in range(SECONDS):
        at = NOW + second * SECOND
        if second and at % MINUTE == 0:
            yield CandlesClosed(tuple(_candle(k, p, at) for k, p in prices.items()), at)
        for key in keys:
            moved = prices[key] + TICK * chance.randint(-3, 3)
            prices[key] = round(moved, 2)
            yield PriceSeen(key, prices[key], at + chance.randrange(900))
        yield PricesSettled(at + 950)
        yield TimePassed(at + 950, cycle=second % CYCLE == 0)


def _candle(key: str, price: float, at: Millis) -> Candle:
    return Candle(key, at - MINUTE, price, price + TICK, price - TICK, price, 12.5, 12.5 * price)
