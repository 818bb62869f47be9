"""One real venue on a stub server, with ears that remember and a clock that never waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.venues.real.stub import Stub, serving
from trader.domain.events import Event
from trader.domain.order import Kind, Order, Purpose, Side
from trader.domain.outcome import Question
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears
from trader.venues.real.venue import RealVenue

NOW = 1_790_000_000_000


@dataclass
class Bench:
    """What a test needs of one venue."""

    venue: RealVenue
    exchange: Any
    stub: Stub
    own: Own
    events: list[Event]
    notices: list[tuple[str, str]]
    slept: list[float] = field(default_factory=list)

    async def heard(self) -> list[Any]:
        """Wait until everything under way is done; what was said since the last time."""
        await self.venue.close()
        taken: list[Any] = self.events[:]
        self.events.clear()
        return taken

    async def send(self, order: Order) -> list[Any]:
        """Submit; all that follows."""
        self.venue.submit(order)
        return await self.heard()

    async def cancel(self, order_id: str) -> list[Any]:
        """Cancel; all that follows."""
        self.venue.cancel(order_id)
        return await self.heard()

    async def ask(self, about: str, subject: str) -> list[Any]:
        """Ask; all that follows."""
        self.venue.ask(Question(about, subject))
        return await self.heard()


@asynccontextmanager
async def trading(
    venue: str,
    answers: dict[str, Any],
    keys: tuple[str, ...],
    patience: float = 5.0,
    now: Callable[[], int] = lambda: NOW,
) -> AsyncIterator[Bench]:
    """A venue that trades these markets, on a server that answers so."""
    events: list[Event] = []
    notices: list[tuple[str, str]] = []
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async with serving(Stub(answers)) as stub:
        exchange = connected(venue, Addresses(stub.url), Keys("key", "secret"), patience)
        exchange.enableRateLimit = False
        exchange.timeout_on_exit = 0
        own = Own(venue, "k7", keys)
        ears = Ears(events.append, now, sleep, lambda *said: notices.append(said))
        real = RealVenue(exchange, own, ears)
        try:
            yield Bench(real, exchange, stub, own, events, notices, slept)
        finally:
            await real.close()
            await exchange.close()


def order(key: str, name: str = "k7XE-1", **more: Any) -> Order:
    """A market order to buy 0.001, unless told otherwise."""
    values: dict[str, Any] = {
        "id": name, "key": key, "side": Side.BUY, "kind": Kind.MARKET, "purpose": Purpose.ENTRY,
        "quantity": Decimal("0.001"), "position_id": "p", "strategy": "s", "reason": "r",
        "created_at": NOW, "decided_price": 1.0,
    }  # fmt: skip
    return Order(**(values | more))
