"""A real exchange's adapter on the bench: ccxt and all, against a loopback exchange."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.exchanges.core.server import Server
from trader.domain.dust import Conversion
from trader.domain.events import Event
from trader.domain.instrument import venue_of
from trader.domain.order import Order
from trader.domain.outcome import Question
from trader.engine.ports import Capabilities
from trader.venues.profiles import profile_of
from trader.venues.real.addresses import Addresses
from trader.venues.real.asking import market_of
from trader.venues.real.connection import Keys, connected
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears
from trader.venues.real.venue import RealVenue

HURRY = 0.05  # seconds of waiting become so many


@dataclass
class Port:
    """The port `Venues`, called from outside of the loop that the adapter lives in."""

    runner: asyncio.Runner
    venue: RealVenue

    def submit(self, order: Order) -> None:
        """Hand over."""
        self._inside(lambda: self.venue.submit(order))

    def cancel(self, order_id: str) -> None:
        """Hand over."""
        self._inside(lambda: self.venue.cancel(order_id))

    def ask(self, question: Question) -> None:
        """Hand over."""
        self._inside(lambda: self.venue.ask(question))

    def convert(self, conversion: Conversion) -> None:
        """Hand over."""
        self._inside(lambda: self.venue.convert(conversion))

    def _inside(self, act: Callable[[], None]) -> None:
        async def acting() -> None:
            act()

        self.runner.run(acting())


@dataclass
class RealBench:
    """A loopback exchange in a loop of its own, and the adapter that trades on it.

    Nothing is streamed here: after the market moved, live orders are asked for, as the engine does.
    `also`: markets that are traded besides `key`. `ahead`: ms that the adapter's clock is fast.
    """

    key: str
    price: float
    lot: Decimal
    server: Server
    keys: Keys
    events: list[Event] = field(default_factory=list)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    moved: bool = False
    notices: list[tuple[str, str]] = field(default_factory=list)
    also: tuple[str, ...] = ()
    ahead: int = 0

    def __post_init__(self) -> None:
        self.runner.run(self._open())
        self.move(1.0)
        self.heard()

    async def _open(self) -> None:
        self._served = await self.server.start()
        await self._connect()

    async def _connect(self) -> None:
        venue = venue_of(self.key)
        self.exchange: Any = connected(venue, Addresses(self.server.url), self.keys, 3.0)
        self.exchange.enableRateLimit = False
        self.exchange.timeout_on_exit = 0
        self.own = Own(venue, "k7", (self.key, *self.also))
        ears = Ears(
            self.events.append,
            lambda: time.time_ns() // 1_000_000 + self.ahead,
            lambda seconds: asyncio.sleep(seconds * HURRY),
            lambda *said: self.notices.append(said),
        )
        self.real = RealVenue(self.exchange, self.own, ears)
        await self.real.open()

    @property
    def venue(self) -> Port:
        """The port, nothing more."""
        return Port(self.runner, self.real)

    @property
    def capabilities(self) -> Capabilities:
        """The profile's."""
        return profile_of(venue_of(self.key)).capabilities

    def move(self, factor: float) -> None:
        """The loopback market's next price."""
        price = Decimal(str(round(self.price * factor)))
        self.server.truth.move(market_of(self.key), price)
        self.moved = True

    def heard(self) -> list[Event]:
        """Until nothing is under way any more."""
        for order_id in sorted(self.own.live) if self.moved else ():
            self.venue.ask(Question("order", order_id))
        self.moved = False
        self.runner.run(self.real.close())
        taken, self.events[:] = self.events[:], []
        return taken

    def restart(self) -> None:
        """The bot died and is there again; it remembers nothing."""

        async def again() -> None:
            await self.real.close()
            await self.exchange.close()
            await self._connect()

        self.runner.run(again())
        self.events.clear()

    def requests(self, method: str, end: str) -> int:
        """How many requests of one kind came to the exchange; `end` of their path."""
        log = tuple(self.server.log)
        return sum(asked.method == method and asked.path.endswith(end) for asked in log)

    def close(self) -> None:
        """End of the test."""

        async def closing() -> None:
            await self.real.close()
            await self.exchange.close()
            await self.server.stop(self._served)

        self.runner.run(closing())
        self.runner.close()


def heard(bench: RealBench) -> list[Any]:
    """All that was said, for tests that know what it is."""
    return list(bench.heard())


def asked(bench: RealBench, order_id: str) -> list[Any]:
    """Ask for an order; all that follows."""
    bench.venue.ask(Question("order", order_id))
    return heard(bench)


def sent(bench: RealBench, order: Order) -> list[Any]:
    """Submit; all that follows."""
    bench.venue.submit(order)
    return heard(bench)
