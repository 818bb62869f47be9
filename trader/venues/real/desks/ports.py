"""What a desk can do, whatever exchange is behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import nan
from typing import Any, Protocol

from trader.domain.events import Holding, VenueReported
from trader.domain.money import ZERO
from trader.domain.order import Kind, Order, Purpose, Side
from trader.domain.time import Millis
from trader.venues.real.desks.oddities import Oddities
from trader.venues.real.told import Told

NAMESPACE = 2  # characters that the client ids of one database begin with


class Desk(Protocol):
    """Asks one exchange. Every method may raise `VenueUnavailable`, `KeysRefused`, `Strange`.

    `oddities`: what its reports had to leave out.
    """

    oddities: Oddities

    async def ready(self, order: Order) -> None:
        """See that an order may be sent. Raises `VenueRefused` when it may not."""

    async def taken(self, order: Order, body: Any) -> Told:
        """Read the answer to a request that was accepted."""

    async def find(self, order: Order) -> Told | None:
        """All that is known of an order; None: the exchange looked and has no such order."""

    async def price(self, key: str) -> Decimal:
        """The last price."""

    async def report(self, since: Millis) -> VenueReported:
        """The whole truth of this moment, with what ended or was charged since then."""


@dataclass(slots=True)
class Own:
    """What is ours at an exchange.

    `namespace` begins every client id of this database; `keys` are the markets traded; `orders`
    those that were sent or that the journal remembers (a client id alone does not tell an order's
    market and kind). `live`: ids that were last heard of as open. `names`: the exchange's id ->
    ours, for answers that leave ours out. `filled`: how much of orders was heard of as filled,
    `traded`: markets in which that became more.
    """

    venue: str
    namespace: str
    keys: tuple[str, ...]
    orders: dict[str, Order] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    traded: set[str] = field(default_factory=set)
    filled: dict[str, Decimal] = field(default_factory=dict)
    most: int = 5_000
    began: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.began = frozenset(self.keys)  # before the feed names all that is traded

    def recalled(self, since: Millis) -> set[str]:
        """Markets in which something of ours may have happened while nobody looked: to ask about
        all that are traded would take longer than positions can wait."""
        sent = {order.key for order in self.orders.values() if order.updated_at >= since}
        return sent | self.began

    def remember(self, order: Order) -> None:
        """Keep an order's market and kind; the oldest ended ones are forgotten in the end."""
        self.orders[order.id] = order
        if order.venue_id:  # lists may tell the exchange's id alone
            self.names[order.venue_id] = order.id
        while len(self.orders) > self.most:
            ended = (n for n in self.orders if n not in self.live and n != order.id)
            oldest = next(ended, None)
            if oldest is None:
                return
            del self.orders[oldest]
            self.filled.pop(oldest, None)

    def know(self, order: Order) -> None:
        """An order with our name in a list: from now on it can be asked for by name."""
        if order.id not in self.orders:
            self.remember(order)

    def recall(self, orders: Iterable[Order]) -> None:
        """After a start: what the journal knows of; live ones are looked for in every report."""
        for order in orders:
            self.remember(order)
            if order.live:
                self.live.add(order.id)

    def heard(self, told: Told) -> Told:
        """Note whether an order lives, and what the exchange calls it."""
        self.names[told.venue_id] = told.order_id
        while len(self.names) > self.most:
            del self.names[next(iter(self.names))]
        (self.live.add if told.live else self.live.discard)(told.order_id)
        order, before = self.orders.get(told.order_id), self.filled.get(told.order_id, ZERO)
        if order is not None and told.filled > before:
            self.filled[order.id] = told.filled
            self.traded.add(order.key)
        return told

    def venue_id_of(self, order_id: str) -> str:
        """What the exchange is known to call an order of ours; empty: it was not heard of yet."""
        return next((told for told, name in self.names.items() if name == order_id), "")

    def claims(self, order_id: str) -> bool:
        """Whether a client id is of this database."""
        return len(order_id) > NAMESPACE and order_id.startswith(self.namespace)

    def candidates(self, order_id: str) -> list[Order]:
        """What an order may be: the one that was sent, or one of each market and likely kind."""
        known = self.orders.get(order_id)
        if known is not None:
            return [known]
        kinds = _KINDS.get(order_id[NAMESPACE + 1 : NAMESPACE + 2], (Kind.MARKET,))
        return [stand_in(order_id, key, kind) for kind in kinds for key in self.keys]


_KINDS: Mapping[str, tuple[Kind, ...]] = {
    Purpose.BRACKET: (Kind.OCO,),
    Purpose.STOP: (Kind.STOP_MARKET, Kind.MARKET),
    Purpose.TAKE_PROFIT: (Kind.TAKE_PROFIT_MARKET, Kind.MARKET),
}


def stand_in(order_id: str, key: str, kind: Kind) -> Order:
    """An order of which only name, market and kind are known: enough to ask for it."""
    return Order(
        order_id, key, Side.SELL, kind, Purpose.EXIT, ZERO, "", "", "", 0, nan,
    )  # fmt: skip


Account = tuple[Decimal, Decimal, tuple[Holding, ...]]
LOOK_AGAIN = 2.0  # seconds


async def believed(
    read: Callable[[], Awaitable[Account]], sleep: Callable[[float], Awaitable[object]]
) -> Account:
    """An account with nothing at all in it is looked at twice: empty answers have been seen."""
    account = await read()
    if any(account):
        return account
    await sleep(LOOK_AGAIN)
    return await read()
