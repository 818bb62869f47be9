"""A real venue with its private stream on a loopback exchange, in the loop of the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from tests.contracts.benches import MARKETS
from tests.exchanges.binance.futures import LoopbackFutures
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.orders import Order as TheirOrder
from tests.exchanges.core.server import Server, served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.domain.events import Event, OrderEnded, OrderFilled, VenueReported
from trader.domain.order import Fill, Kind, Order, Purpose, Side
from trader.domain.outcome import Question
from trader.venues.real.addresses import Addresses
from trader.venues.real.asking import market_of
from trader.venues.real.connection import Keys, another, connected
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears
from trader.venues.real.private import PrivateStream
from trader.venues.real.venue import RealVenue
from trader.venues.real.witness import Witness

HURRY = 0.05  # seconds of waiting become so many
LONGEST = 0.3
PATIENCE = 5.0  # seconds until a test gives up
LETTERS = {"upbit": "U", "binance_spot": "B", "binance_futures": "F"}
VENUES = tuple(LETTERS)


class Noting(Witness):
    """Notes which fills the stream mentioned. A fill may be mentioned more than once."""

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self.mentioned: set[str] = set()

    def mention(self, fill_id: str) -> None:
        """One more."""
        self.mentioned.add(fill_id)
        super().mention(fill_id)


@dataclass
class Listener:
    """A venue, its stream, and what both told. `skew`: ms that our clock is ahead."""

    name: str
    server: Server
    exchange: Any
    own: Own
    keys: Keys
    skew: int = 0
    events: list[Event] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key, self.price, self.lot = MARKETS[self.name]
        witness = Noting(self.events.append, self.now)
        self.mentioned = witness.mentioned
        ears = Ears(witness.put, self.now, self.sleep, lambda code, _: self.notices.append(code))
        self.venue = RealVenue(self.exchange, self.own, ears)
        addresses = Addresses(self.server.url)
        make = partial(another, self.exchange, self.name, addresses, self.keys)
        self.stream = PrivateStream(self.venue, self.own, ears, witness, make)

    def now(self) -> int:
        """Ms UTC."""
        return time.time_ns() // 1_000_000 + self.skew

    async def sleep(self, seconds: float) -> None:
        """In a hurry; minutes, too."""
        await asyncio.sleep(min(seconds * HURRY, LONGEST))

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until something is so; fails when it never is."""
        async with asyncio.timeout(PATIENCE):
            while not met():  # noqa: ASYNC110 - the exchange knows no events of ours
                await asyncio.sleep(0.002)

    async def confirmed(self, times: int = 1) -> None:
        """Wait for the stream and for the report that follows; what was told so far is dropped."""
        reports = self.reports
        await self.until(lambda: self.stream.connections >= times and self.reports > reports)
        self.events.clear()

    def order(self, side: Side, kind: Kind = Kind.MARKET, **more: Any) -> Order:
        """An order of one lot."""
        entry = side is Side.BUY
        letter = "E" if entry else "X"
        values: dict[str, Any] = {
            "id": f"k7{LETTERS[self.name]}{letter}-{len(self.own.orders) + 1}", "key": self.key,
            "side": side, "kind": kind, "purpose": Purpose.ENTRY if entry else Purpose.EXIT,
            "quantity": self.lot, "position_id": "p", "strategy": "s", "reason": "r",
            "created_at": self.now(), "decided_price": self.price,
        }  # fmt: skip
        if self.name == "upbit" and entry and kind is Kind.MARKET:
            values["cost"] = self.level(1.0) * self.lot
        return Order(**(values | more))

    async def send(self, order: Order) -> None:
        """Submit, and wait until all of it is told and the stream's echo is over."""
        self.venue.submit(order)
        await self.venue.rest()
        await asyncio.sleep(0.05)
        self.events.clear()

    async def rest(self) -> Order:
        """An order to buy that rests below the market."""
        order = self.order(Side.BUY, Kind.LIMIT, price=self.level(0.9))
        await self.send(order)
        assert len(self.server.truth.open_orders()) == 1
        return order

    def level(self, factor: float) -> Decimal:
        """A price at a tick of each market."""
        return Decimal(round(self.price * factor / 1_000) * 1_000)

    def move(self, factor: float) -> None:
        """Others trade at this level."""
        self.server.truth.move(market_of(self.key), self.level(factor))

    def by_hand(self, quantity: Decimal | None = None) -> None:
        """The user buys something himself."""
        order = TheirOrder(market_of(self.key), "buy", "market", quantity=quantity or self.lot)
        order.client_id = "" if self.name == "upbit" else "web_1"
        self.server.truth.by_hand(order)

    async def report(self) -> None:
        """A report as the engine asks for it."""
        self.venue.ask(Question("report", self.name))
        await self.venue.rest()

    @property
    def reports(self) -> int:
        """How many were told."""
        return sum(isinstance(event, VenueReported) for event in self.events)

    @property
    def fills(self) -> dict[str, Fill]:
        """All that were told, by whatever event; fails where two tell one differently."""
        found: dict[str, Fill] = {}
        for fill in (fill for event in self.events for fill in _fills(event)):
            assert found.setdefault(fill.id, fill) == fill
        return found

    @property
    def quantity(self) -> Decimal:
        """Of all fills that were told in events of their own."""
        told = {e.fill.id: e.fill.quantity for e in self.events if isinstance(e, OrderFilled)}
        return sum(told.values(), Decimal(0))

    @property
    def ended(self) -> list[str]:
        """Orders whose end was told."""
        return [event.order_id for event in self.events if isinstance(event, OrderEnded)]

    def requests(self, end: str) -> int:
        """How many came in whose path ends so."""
        return sum(asked.path.endswith(end) for asked in tuple(self.server.log))


def _fills(event: Event) -> list[Fill]:
    if isinstance(event, VenueReported):
        return [f for state in (*event.open_orders, *event.recent) for f in state.fills]
    return [event.fill] if isinstance(event, OrderFilled) else []


def server_of(name: str) -> tuple[Server, Keys]:
    """A loopback exchange with money and coins, and the keys to it."""
    if name == "upbit":
        upbit = LoopbackUpbit()
        upbit.truth.accounts.give("BTC", Decimal(1))
        return upbit, Keys(upbit.key.access, upbit.key.secret)
    keys = Keys(ApiKey().key, ApiKey().secret)
    if name == "binance_spot":
        return LoopbackSpot({"USDT": "50000", "BTC": "1"}), keys
    return LoopbackFutures("50000"), keys


@asynccontextmanager
async def listening(
    name: str,
    *,
    connect: bool = True,
    skew: int = 0,
    change: Callable[[Server], None] | None = None,
) -> AsyncIterator[Listener]:
    """A venue that listens. `connect`: wait until its stream is confirmed. `change`: what is done
    to the exchange first."""
    server, keys = server_of(name)
    if change is not None:
        change(server)
    async with served(server):
        exchange = connected(name, Addresses(server.url), keys, 3.0)
        exchange.enableRateLimit = False
        exchange.timeout_on_exit = 0
        heard = Listener(name, server, exchange, Own(name, "k7", (MARKETS[name][0],)), keys, skew)
        heard.move(1.0)
        await heard.venue.open()
        heard.stream.open()
        try:
            if connect:
                await heard.confirmed()
            yield heard
        finally:
            await heard.stream.close()
            await heard.venue.close()
            await exchange.close()
