"""What a venue must bring along to be put through the contract: a market to trade, and ears.

An adapter to a real exchange is benched on a loopback server that speaks the exchange's protocol.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from trader.domain.events import Event, VenueReported
from trader.domain.order import Kind, Order, Purpose, Side
from trader.domain.outcome import Question
from trader.engine.ports import Capabilities, Venues
from trader.venues.profiles import Profile
from trader.venues.simulated import Opening, SimulatedVenue


class Bench(Protocol):
    """One venue with one market, cash and, on spot, a few coins that were there before."""

    key: str
    price: float
    lot: Decimal  # a quantity worth some ten times the minimum, on the step

    @property
    def venue(self) -> Venues:
        """What is put to the test."""

    @property
    def capabilities(self) -> Capabilities:
        """What it says that it can do."""

    def move(self, factor: float) -> None:
        """The market's price becomes `price` x factor (on the tick)."""

    def heard(self) -> list[Event]:
        """Wait until the venue has nothing more to say; all it said since the last call."""

    def close(self) -> None:
        """End of the test."""


@dataclass(slots=True)
class SimulatedBench:
    """A simulated exchange, latency included."""

    profile: Profile
    key: str
    price: float
    lot: Decimal
    exchange: SimulatedVenue = field(init=False)
    now: int = 1_700_000_000_000

    def __post_init__(self) -> None:
        coins = {self.key: self.lot * 100}
        self.exchange = SimulatedVenue(self.profile, Opening(coins=coins))
        self.exchange.list_markets([self.key], self.now)
        self.move(1.0)
        self.exchange.drain()

    @property
    def venue(self) -> Venues:
        """The port, nothing more."""
        return self.exchange

    @property
    def capabilities(self) -> Capabilities:
        """The profile's."""
        return self.profile.capabilities

    def move(self, factor: float) -> None:
        """The simulated market's next price."""
        self.now += 1_000
        self.exchange.on_price(self.key, self.price * factor, self.now)

    def heard(self) -> list[Event]:
        """Half a minute passes."""
        self.now += 30_000
        self.exchange.advance(self.now)
        return self.exchange.drain()

    def close(self) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class Customer:
    """Makes orders that suit the bench."""

    bench: Bench
    sent: int = 0

    def order(self, side: Side, kind: Kind = Kind.MARKET, **more: object) -> Order:
        """An order of one lot with a name of its own; by cost where the venue wants that."""
        self.sent += 1
        bench = self.bench
        by_cost = bench.capabilities.buys_by_cost and side is Side.BUY and kind is Kind.MARKET
        values: dict[str, object] = {
            "id": f"k7E0-{self.sent:06}", "key": bench.key, "side": side, "kind": kind,
            "purpose": Purpose.ENTRY, "quantity": bench.lot, "position_id": "p", "strategy": "s",
            "reason": "r", "created_at": 0, "decided_price": bench.price,
            "cost": bench.lot * Decimal(str(bench.price)) if by_cost else None,
        }  # fmt: skip
        return Order(**(values | more))  # type: ignore[arg-type]

    def level(self, factor: float) -> Decimal:
        """A price at a distance from the bench's, on the tick."""
        return Decimal(str(round(self.bench.price * factor)))

    def send(self, order: Order) -> list[Event]:
        """Submit; all that is heard."""
        self.bench.venue.submit(order)
        return self.bench.heard()

    def report(self) -> VenueReported:
        """The venue's own truth."""
        self.bench.venue.ask(Question("report", self.bench.capabilities.venue))
        (report,) = (e for e in self.bench.heard() if isinstance(e, VenueReported))
        return report

    def held(self) -> Decimal:
        """Coins or contracts, by the venue's report."""
        return sum(
            (h.quantity for h in self.report().holdings if h.key == self.bench.key), Decimal()
        )
