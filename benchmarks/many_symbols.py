"""500 symbols on three venues, prices five times a second each: does the loop keep up?

The real engine, inbox, journal and simulated venues behind the one loop; only the market is a
random walk played in real time. In the middle of the run a candle of every symbol closes. What
the panel reads is written as often as the daemon ever does, with 500 closed trades a venue.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.bars import START, invented
from benchmarks.figure import Figure, milliseconds, percentile
from trader.bridge.publisher import Publisher
from trader.bridge.views import StatusView
from trader.domain.candles import Candle, Candles
from trader.domain.events import CandlesClosed, Event, PriceSeen, PricesSettled
from trader.domain.instrument import venue_of
from trader.domain.money import exact
from trader.domain.outcome import Outcome
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.position import ClosedTrade, Direction, ExitReason
from trader.domain.time import MINUTE, SECOND, Millis
from trader.engine.account import Account
from trader.engine.engine import Engine, Habits
from trader.engine.listing import list_market
from trader.engine.loop import run
from trader.engine.state import State, VenueState
from trader.feeds.coins import synthetic_keys
from trader.shell import showing
from trader.shell.inbox import Inbox
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import discover
from trader.strategies.live import RollingSignals, Terms
from trader.venues.profiles import PROFILES
from trader.venues.router import Router
from trader.venues.simulated import SimulatedVenue

COUNTS = {"upbit": 166, "binance_spot": 167, "binance_futures": 167}
PRICES_A_SECOND, SECONDS = 5, 8
HISTORY, TIMEFRAME = 1_000, 15 * MINUTE
NOW: Millis = START + HISTORY * TIMEFRAME
LAG_EVERY = 0.005
TRADES = 500
PARAMETERS = Parameters(
    strategies=(StrategyShare("bb_breakout"),), min_atr_pct=0.0, market_shock_pct=0.10
)
PUBLISH_EVERY = 0.25  # seconds: as often as the daemon ever does


@dataclass(slots=True)
class Seen:
    """What was measured, in seconds. `round`: everything that a closed candle of all led to."""

    prices: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    round: float = 0.0
    published: list[float] = field(default_factory=list)


class Watched(Engine):
    """The engine with a stop-watch around it."""

    def __init__(self, state: State, signals: RollingSignals, seen: Seen) -> None:
        super().__init__(state, signals, Habits(explain=True))
        self._seen = seen

    def process(self, event: Event) -> Outcome:
        """As ever, and timed."""
        price = isinstance(event, PriceSeen)
        first = isinstance(event, PriceSeen) and self.state.symbols[event.key].fresh
        begin = perf_counter()
        outcome = super().process(event)
        spent = perf_counter() - begin
        if price:
            self._seen.prices.append(spent)
        if first or not price:
            self._seen.round += spent
        return outcome


def figures() -> list[Figure]:
    """Time of a decision, of a candle's close on all symbols, lag of the event loop, load."""
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as folder:
        journal = SqlJournal.open(Path(folder) / "trader.db")
        seen, begin, busy = Seen(), perf_counter(), process_time()
        asyncio.run(_played(seen, journal, Publisher(Path(folder))))
        load = (process_time() - busy) / (perf_counter() - begin)
        journal.close()
    price, lag = percentile(seen.prices, 0.99), percentile(seen.lags, 0.99)
    publishing = percentile(seen.published, 0.5)
    what = f"500 symbols, {len(seen.prices):,} prices in {SECONDS} s"
    peers = "freqtrade: loops of 5 s; users report 98 to 178 s (specification 7.1)"
    return [
        Figure(f"{what}: decision on a price, p99", milliseconds(price), "< 5 ms", peers),
        Figure(f"{what}: candle close on all", milliseconds(seen.round), "< 1 s", peers),
        Figure(f"{what}: event loop lag, p99", milliseconds(lag), "< 100 ms", peers),
        Figure(f"{what}: publishing for the panel, p50", milliseconds(publishing)),
        Figure(f"{what}: share of one core", f"{load:.0%}", "< 100 %"),
    ]


async def _played(seen: Seen, journal: SqlJournal, publisher: Publisher) -> None:
    inbox = Inbox()
    venues = {name: SimulatedVenue(PROFILES[name], emit=inbox.put) for name in COUNTS}
    engine, closes = _engine(seen)
    loop = asyncio.create_task(run(engine, inbox.events(), Router(venues), journal))
    probe = asyncio.create_task(_lags(seen))
    pane = asyncio.create_task(_publishing(engine, publisher, seen))
    await _market(inbox, venues, closes, seen)
    probe.cancel()
    pane.cancel()
    inbox.close()
    await loop


async def _lags(seen: Seen) -> None:
    """How much later than asked for the event loop comes back."""
    while True:
        begin = perf_counter()
        await asyncio.sleep(LAG_EVERY)
        seen.lags.append(perf_counter() - begin - LAG_EVERY)


async def _publishing(engine: Engine, publisher: Publisher, seen: Seen) -> None:
    """Status with the decisions of all symbols, and every venue's portfolio."""
    times = showing.PriceTimes()
    trades = {name: tuple(_trade(name, n) for n in range(TRADES)) for name in COUNTS}
    while True:
        await asyncio.sleep(PUBLISH_EVERY)
        begin = perf_counter()
        decisions = showing.decisions(engine)
        publisher.status(StatusView("running", begin, "", "demo", 0, 0.0, decisions=decisions))
        for name, venue in engine.state.venues.items():
            publisher.portfolio(showing.portfolio(venue, trades[name], times, begin))
        seen.published.append(perf_counter() - begin)


def _trade(venue: str, number: int) -> ClosedTrade:
    one = Decimal("1.2345")
    return ClosedTrade(
        id=f"aaUE-{number}",
        key=f"{venue}:C000/USDT",
        strategy="breakout",
        direction=Direction.LONG,
        entry_time=NOW,
        entry_price=one,
        quantity=one,
        exit_time=NOW,
        exit_price=one,
        exit_reason=ExitReason.TAKE_PROFIT,
        leverage=1.0,
        fees=one,
        funding=one,
        pnl=one,
        pnl_percent=one,
        opened_at=NOW,
        closed_at=NOW,
    )


async def _market(
    inbox: Inbox, venues: dict[str, SimulatedVenue], closes: dict[str, Candles], seen: Seen
) -> None:
    """Every symbol's price five times a second; a candle of all closes at half time."""
    keys, begin = list(closes), perf_counter()
    rounds = PRICES_A_SECOND * SECONDS
    for number in range(rounds):
        at = NOW + number * SECOND // PRICES_A_SECOND
        if number == rounds // 2:
            seen.round = 0.0
            for event in _closed(closes, at):
                inbox.put(event)
        for place, key in enumerate(keys):
            price = float(closes[key].close[HISTORY - 1 - (number + place) % 50])
            venues[venue_of(key)].on_price(key, price, at)
            inbox.put(PriceSeen(key, price, at))
            if place % 25 == 24:
                due = begin + (number + place / len(keys)) / PRICES_A_SECOND
                await asyncio.sleep(max(0.0, due - perf_counter()))
        if number == rounds // 2:
            inbox.put(PricesSettled(at))


def _closed(closes: dict[str, Candles], at: Millis) -> Iterator[CandlesClosed]:
    """One more candle of every symbol, venue by venue."""
    by_venue = defaultdict(list)
    for key, known in closes.items():
        last = float(known.close[-1])
        by_venue[venue_of(key)].append(
            Candle(key, NOW, last, last * 1.002, last * 0.999, last * 1.0015, 1.0, last)
        )
    for candles in by_venue.values():
        yield CandlesClosed(tuple(candles), at)


def _engine(seen: Seen) -> tuple[Watched, dict[str, Candles]]:
    """An engine that knows all symbols and their past."""
    state = State({})
    closes: dict[str, Candles] = {}
    fees = {name: PROFILES[name].capabilities.taker_fee for name in COUNTS}
    terms = Terms(dict.fromkeys(COUNTS, PARAMETERS), fees, discover())
    signals = RollingSignals(terms)
    for name, count in COUNTS.items():
        profile = PROFILES[name]
        capital = exact(profile.capabilities.default_capital)
        account = Account(capital, capital, margined=profile.capabilities.margin)
        venue = VenueState(name, profile.capabilities, PARAMETERS, account)
        venue.last_equity = venue.peak_equity = float(capital)
        state.venues[name] = venue
        for key in synthetic_keys(count, name, profile.capabilities.quote):
            list_market(state, venue, key, profile.rules(key))
            closes[key] = invented(HISTORY, TIMEFRAME, seed=len(closes))
            signals.seed(key, closes[key])
    return Watched(state, signals, seen), closes
