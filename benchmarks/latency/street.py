"""Three loopback exchanges of 150 markets each, whose prices stream as fast as is wanted."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from time import perf_counter

from tests.e2e.real.prices import on_tick
from tests.e2e.real.sites import FUTURES, SITES, Site
from tests.exchanges.binance.futures import FuturesWords
from tests.exchanges.core.market import Market
from tests.exchanges.core.server import Server, served

SYMBOLS = 150
COINS = ("BTC", *(f"K{a}{b}" for a in "ABCDEFGHIJKLMNO" for b in "ABCDEFGHIJ"))[:150]
STEP = 0.01  # seconds between two handfuls of prices
UP, DOWN = Decimal("1.015"), Decimal("0.97")  # above the level of an entry, below its stop
LEVERAGE = 2  # of contracts
QUIET = 0.2  # prices a second a market when nothing is streamed, so that none counts as silent
_AGGREGATE = (
    '{"e":"aggTrade","E":%d,"s":"%s","a":%d,"p":"%s","q":"%s","f":1,"l":1,"T":%d,"m":true,"M":true}'
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A price that should lead to an order: `kind` entry or stop."""

    number: int
    venue: str
    market: str
    kind: str
    phase: str


@dataclass(slots=True)
class Street:
    """One exchange that streams. `done`: coins that were bought."""

    site: Site
    server: Server
    bought: int = 0
    sent: int = 0
    _place: int = 0
    _due: float = 0.0
    _tickers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def listened(self) -> int:
        """How many markets somebody listens to."""
        return sum(
            any(word in topic for word in ("@aggTrade", "ticker:"))
            for connection in self.server.hub.connections
            for topic in connection.topics
        )

    def stream(self, seconds: float, rate: float) -> None:
        """So many prices a second of every market, market after market."""
        self._due += seconds * rate * len(COINS)
        while self._due >= 1.0:
            self._due -= 1.0
            self._place = (self._place + 1) % len(COINS)
            self.tell(self._market(COINS[self._place]), "0.01")

    def move(self, coin: str, share: Decimal, number: int) -> str:
        """A trade far away from the last one, marked with a number; the market's name."""
        market = self._market(coin)
        with self.server.truth.lock:
            market.price = on_tick(market, market.price * share)
            market.draw()
        self.tell(market, f"0.777{number:05d}")
        return market.symbol

    def tell(self, market: Market, quantity: str) -> None:
        """One trade, to who listens to it."""
        self.sent += 1
        now = time.time_ns() // 1_000_000
        if self.site.separator:
            self.server.hub.push(f"ticker:{market.symbol}", self._ticker(market, quantity, now))
            return
        words = (now, market.symbol, self.sent, market.price, quantity, now)
        self.server.hub.push(f"{market.symbol.lower()}@aggTrade", _AGGREGATE % words)

    def _market(self, coin: str) -> Market:
        return self.server.truth.markets[self.site.market(coin)]

    def _ticker(self, market: Market, quantity: str, now: int) -> str:
        """Upbit's ticker, of which only what a trade changes is written anew."""
        if market.symbol not in self._tickers:
            self._tickers[market.symbol] = _cut(market, now)
        first, second, third, last = self._tickers[market.symbol]
        return f"{first}{market.price}{second}{quantity}{third}{now}{last}"


def _cut(market: Market, now: int) -> tuple[str, ...]:
    """A ticker's text around its price, quantity and time."""
    from tests.exchanges.upbit.pictures import ticker

    shown = {"type": "ticker", "code": market.symbol} | ticker(market, now)
    gaps = ("trade_price", "trade_volume", "trade_timestamp")
    rest = {name: value for name, value in shown.items() if name not in (*gaps, "market")}
    head = json.dumps(rest | {"ask_bid": "BID", "stream_type": "REALTIME"})[:-1]
    price, volume, at = (f'"{name}":' for name in gaps)
    return (f"{head},{price}", f",{volume}", f",{at}", "}")


class Hall:
    """All streets: what is streamed, which triggers were pulled."""

    def __init__(self, streets: list[Street]) -> None:
        self.streets = streets
        self.triggers: list[Trigger] = []
        self.rate = QUIET
        self._random = random.Random(7)  # noqa: S311  no secret

    async def run(self) -> None:
        """Stream for ever, at the rate of the moment."""
        begin = perf_counter()
        while True:
            await asyncio.sleep(STEP)
            now = perf_counter()
            spent, begin = min(now - begin, 5 * STEP), now
            for street in self.streets:
                street.stream(spent, self.rate)

    async def trade(self, phase: str, count: int, pause: float) -> None:
        """`count` entries on every venue one after the other, and on Upbit their stops."""
        async with asyncio.TaskGroup() as group:
            for street in self.streets:
                group.create_task(self._traded(street, phase, count, pause))

    async def _traded(self, street: Street, phase: str, count: int, pause: float) -> None:
        waiting: list[str] = []
        for _ in range(count):
            await asyncio.sleep(pause * (0.75 + 0.5 * self._random.random()))
            coin = COINS[street.bought]
            street.bought += 1
            self._pull(street, coin, UP, "entry", phase)
            waiting.append(coin)
            if street.site.protections is None and len(waiting) > 5:
                await asyncio.sleep(pause * 0.5 * self._random.random())
                self._pull(street, waiting.pop(0), DOWN, "stop", phase)

    def _pull(self, street: Street, coin: str, share: Decimal, kind: str, phase: str) -> None:
        number = len(self.triggers) + 1
        market = street.move(coin, share, number)
        self.triggers.append(Trigger(number, street.site.venue, market, kind, phase))


@asynccontextmanager
async def hall() -> AsyncIterator[Hall]:
    """Exchanges that run and stream."""
    async with AsyncExitStack() as stack:
        streets = []
        for site in SITES:
            server = site.make(COINS)
            server.hub.compressed = False
            server.budgets.switched_on = False
            if isinstance(server.words, FuturesWords):
                _traded_before(server.words)
            await stack.enter_async_context(served(server))
            streets.append(Street(site, server))
        made = Hall(streets)
        streaming = asyncio.create_task(made.run())
        try:
            yield made
        finally:
            streaming.cancel()
            await asyncio.gather(streaming, return_exceptions=True)


def _traded_before(words: FuturesWords) -> None:
    """Contracts as a first entry leaves them; ccxt alone does not set them at all."""
    for coin in COINS:
        position = words.desk.position(FUTURES.market(coin))
        position.isolated, position.leverage = True, LEVERAGE


async def until(holds: Callable[[], object], seconds: float) -> None:
    """Wait for it. Raises `TimeoutError`."""
    end = perf_counter() + seconds
    while not holds():
        if perf_counter() > end:
            raise TimeoutError
        await asyncio.sleep(0.1)
