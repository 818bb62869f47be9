"""A venue's public data made up by the test, and a wall clock that passes when the test says."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from trader.domain.candles import Candle
from trader.domain.errors import BadInput, VenueError, VenueRefused
from trader.domain.events import Event
from trader.domain.instrument import MarketRules
from trader.domain.quotation import FundingRate, MarketQuoted, Tick
from trader.domain.time import HOUR, MINUTE, SECOND, Millis
from trader.feeds.live.ports import Listener, Wall

NOON: Millis = 1_755_950_400_000  # 2025-08-23T12:00:00Z
BTC, ETH, XRP = "upbit:BTC/KRW", "upbit:ETH/KRW", "upbit:XRP/KRW"


async def calm() -> None:
    """Let everybody do what can be done without waiting."""
    for _ in range(15):
        await asyncio.sleep(0)


@dataclass
class Time:
    """Passes only in `go`. `waits` counts who sleeps."""

    at: Millis = NOON
    _sleepers: list[tuple[Millis, int, asyncio.Future[None]]] = field(default_factory=list)
    _count: int = 0

    @property
    def wall(self) -> Wall:
        return Wall(lambda: self.at, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        until = self.at + max(1, round(seconds * 1_000))
        heapq.heappush(self._sleepers, (until, self._count, woken))
        await woken

    async def go(self, millis: Millis) -> None:
        """Let so much time pass; sleepers wake in order."""
        until = self.at + millis
        await calm()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, woken = heapq.heappop(self._sleepers)
            self.at = max(self.at, at)
            if not woken.done():
                woken.set_result(None)
                await calm()
        self.at = until
        await calm()


def candle(key: str, start: Millis, price: float = 100.0, **changed: float) -> Candle:
    """A minute that went up by one."""
    made = Candle(key, start, price, price + 2.0, price - 1.0, price + 1.0, 2.0, 2.0 * price)
    return made._replace(**changed)  # type: ignore[arg-type]


@dataclass
class Venue:
    """The port `PublicData`. `trouble` is raised by every question while it is set, `of` some.

    `said` is called with every tick while a stream is open; `cut()` breaks it.
    """

    time: Time
    rows: dict[str, dict[Millis, Candle]] = field(default_factory=dict)
    quoted: list[MarketQuoted] = field(default_factory=list)
    now: dict[str, float] = field(default_factory=dict)
    settled: list[FundingRate] = field(default_factory=list)
    lengths: tuple[Millis, ...] = (MINUTE, HOUR)
    trouble: VenueError | BadInput | None = None
    refuses_streams: VenueError | None = None
    of: dict[str, VenueError] = field(default_factory=dict)
    delisted: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    spoil: Callable[[list[Candle]], list[Candle]] = lambda rows: rows
    asked: Counter[str] = field(default_factory=Counter)
    asked_prices: list[tuple[Millis, tuple[str, ...]]] = field(default_factory=list)
    streams: list[tuple[str, ...]] = field(default_factory=list)
    tried: list[Millis] = field(default_factory=list)
    closed: bool = False
    marked: bool = False
    fair: dict[str, float] = field(default_factory=dict)
    asked_marks: list[tuple[str, ...]] = field(default_factory=list)
    mark_streams: list[tuple[str, ...]] = field(default_factory=list)
    _marking: list[tuple[Callable[[Tick], None], asyncio.Future[None]]] = field(
        default_factory=list
    )
    _open: list[tuple[Callable[[Tick], None], asyncio.Future[None]]] = field(default_factory=list)

    # ------------------------------------------------------------ what the test does

    def minutes(self, key: str, first: Millis, count: int, price: float = 100.0) -> None:
        """Candles of so many minutes from `first` on."""
        rows = self.rows.setdefault(key, {})
        rows |= {at: candle(key, at, price) for at in range(first, first + count * MINUTE, MINUTE)}

    def say(self, key: str, price: float, at: Millis | None = None) -> int:
        """A trade on the stream; tells how many streams heard it."""
        tick = Tick(key, price, self.time.at if at is None else at)
        for take, _ in self._open:
            take(tick)
        return len(self._open)

    def mark(self, key: str, price: float) -> int:
        """A mark price on its stream; tells how many streams heard it."""
        for take, _ in self._marking:
            take(Tick(key, price, self.time.at))
        return len(self._marking)

    def cut(self, error: VenueError) -> None:
        """Every stream breaks."""
        for _, end in (*self._open, *self._marking):
            if not end.done():
                end.set_exception(error)

    # ------------------------------------------------------------ the port

    async def markets(self) -> tuple[MarketQuoted, ...]:
        await self._about("markets")
        return tuple(self.quoted)

    async def prices(self, keys: Sequence[str]) -> tuple[Tick, ...]:
        self.asked_prices.append((self.time.at, tuple(keys)))
        await self._about("prices")
        if self.delisted & set(keys):
            raise VenueRefused("HTTP 400 invalid symbol")
        return tuple(Tick(key, self.now[key], 0) for key in keys if key in self.now)

    async def candles(
        self, key: str, length: Millis, until: Millis, rows: int
    ) -> tuple[Candle, ...]:
        await self._about("candles", key)
        known = self.rows.get(key, {})
        seen = [row for at, row in sorted(known.items()) if at < min(until, self.time.at + 1)]
        if length != MINUTE:
            seen = [row for row in seen if row.time % length == 0]
        return tuple(self.spoil(seen[-rows:]))

    async def funding(self, key: str, since: Millis) -> tuple[FundingRate, ...]:
        await self._about("funding", key)
        return tuple(rate for rate in self.settled if rate.key == key and rate.at >= since)

    async def stream(self, keys: Sequence[str], take: Callable[[Tick], None]) -> None:
        self.tried.append(self.time.at)
        if self.refuses_streams is not None:
            raise self.refuses_streams
        self.streams.append(tuple(keys))
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open.append((take, end))
        try:
            await end
        finally:
            self._open.remove((take, end))

    async def marks(self, keys: Sequence[str]) -> tuple[Tick, ...]:
        self.asked_marks.append(tuple(keys))
        await self._about("marks")
        return tuple(Tick(key, self.fair[key], 0) for key in keys if key in self.fair)

    async def stream_marks(self, keys: Sequence[str], take: Callable[[Tick], None]) -> None:
        self.mark_streams.append(tuple(keys))
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._marking.append((take, end))
        try:
            await end
        finally:
            self._marking.remove((take, end))

    async def close(self) -> None:
        self.closed = True

    async def _about(self, what: str, key: str = "") -> None:
        self.asked[what] += 1
        self.asked[key] += 1
        if key in self.slow:
            await self.time.sleep(self.slow[key])
        await asyncio.sleep(0)
        trouble = self.of.get(key, self.trouble)
        if trouble is not None:
            raise trouble


@dataclass
class Engine:
    """Who listens. `busy`: has not acted yet on what came. `held`: symbols with a position."""

    events: list[Event] = field(default_factory=list)
    held: dict[str, Millis] = field(default_factory=dict)
    busy: bool = False

    @property
    def listener(self) -> Listener:
        return Listener(
            self.events.append,
            lambda: not self.busy,
            lambda key: key in self.held,
            lambda venue: {k: at for k, at in self.held.items() if k.startswith(venue)},
            self.room,
        )

    async def room(self) -> None:
        """Wait until it has acted on everything."""
        while self.busy:  # noqa: ASYNC110  a test sets it
            await asyncio.sleep(0)

    def of(self, kind: type) -> list[Event]:
        """Events of one kind, oldest first."""
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class Floor:
    """The simulated exchange's market side, written down."""

    markets: dict[str, MarketRules] = field(default_factory=dict)
    prices: list[tuple[str, float]] = field(default_factory=list)
    turnovers: list[tuple[str, float]] = field(default_factory=list)
    fundings: list[tuple[str, float, float, Millis]] = field(default_factory=list)
    at: Millis = 0

    def open_market(self, key: str, rules: MarketRules, at: Millis) -> None:
        self.markets[key] = rules
        self.at = at

    def on_price(self, key: str, price: float, at: Millis) -> None:
        self.prices.append((key, price))
        self.at = at

    def on_turnover(self, key: str, turnover: float, at: Millis) -> None:
        self.turnovers.append((key, turnover))
        self.at = at

    def on_funding(self, key: str, rate: float, price: float, at: Millis) -> None:
        self.fundings.append((key, rate, price, at))

    def advance(self, at: Millis) -> None:
        self.at = at


__all__ = ["BTC", "ETH", "HOUR", "MINUTE", "NOON", "SECOND", "XRP", "Engine", "Floor", "Time"]
__all__ += ["Venue", "calm", "candle"]
