"""A customer at one simulated exchange: short words to ask with, short lines for what is heard."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from trader.domain.events import (
    CancelFailed,
    Event,
    FundingCharged,
    Liquidated,
    OrderEnded,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    VenueReported,
)
from trader.domain.order import Fill, Kind, Order, Purpose, Side
from trader.domain.outcome import Question
from trader.venues.profiles import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, DepthModel, Profile
from trader.venues.simulated import Opening, SimulatedVenue

KEYS = {
    "upbit": "upbit:BTC/KRW",
    "binance_spot": "binance_spot:BTC/USDT",
    "binance_futures": "binance_futures:BTC/USDT",
}


def near(profile: Profile, **depth: Any) -> Profile:
    """The exchange next door: no latency, and a book whose prices can be worked out by hand."""
    book = DepthModel(half_spread=0.0, gap=0.0, least=1e12, levels=3)
    return replace(profile, latency=(0, 0), depth=replace(book, **depth))


UPBIT_NEAR = near(UPBIT)
SPOT_NEAR = near(BINANCE_SPOT)
FUTURES_NEAR = near(BINANCE_FUTURES)


def decimal(number: str | int | Decimal | None) -> Decimal | None:
    """Exact; None stays None."""
    return None if number is None else Decimal(number)


def plain(number: Decimal) -> str:
    """Without exponent and trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _trade(fill: Fill) -> str:
    return f"{fill.side} {plain(fill.quantity)} @ {plain(fill.price)} fee {plain(fill.fee)}"


_LINES: dict[type, Callable[[Any], str]] = {
    OrderOpened: lambda e: f"{e.order_id} open {e.venue_id}",
    OrderFilled: lambda e: f"{e.fill.order_id} {_trade(e.fill)}",
    OrderEnded: lambda e: f"{e.order_id} {e.status}: {e.reason}",
    OrderRejected: lambda e: f"{e.order_id} rejected {e.code}",
    OrderUnknown: lambda e: f"{e.order_id} unknown: {e.reason}",
    OrderNotFound: lambda e: f"{e.order_id} not found",
    CancelFailed: lambda e: f"{e.order_id} still there? {e.reason}",
    FundingCharged: lambda e: f"funding {plain(e.amount)}",
    Liquidated: lambda e: f"liquidated {_trade(e.fill)}",
}


def line(event: Event) -> str:
    """One answer in one line."""
    words = _LINES.get(type(event))
    return type(event).__name__ if words is None else words(event)


class Desk:
    """Orders are named a, b, c ... in the order of being sent."""

    def __init__(self, profile: Profile, price: float = 0.0, **opening: Any) -> None:
        opening = {name: _exactly(value) for name, value in opening.items()}
        self.venue = SimulatedVenue(profile, Opening(**opening))
        self.key = KEYS[profile.venue]
        self.now = 1_000
        self.venue.list_markets([self.key], self.now)
        self.venue.drain()
        self._sent = 0
        if price:
            self.price(price)

    def price(self, price: float, key: str = "") -> list[str]:
        """A new price; what it led to."""
        self.now += 1_000
        self.venue.on_price(key or self.key, price, self.now)
        return self.heard()

    def send(self, side: Side, quantity: str = "1", kind: Kind = Kind.MARKET, **more: Any) -> Order:
        """Send an order; numbers as text."""
        order = self.order(side, quantity, kind, **more)
        self.venue.submit(order)
        return order

    def order(self, side: Side, quantity: str, kind: Kind = Kind.MARKET, **more: Any) -> Order:
        """An order with the next name, not sent."""
        self._sent += 1
        names = ("cost", "price", "stop_price")
        numbers: dict[str, Any] = {n: decimal(more.pop(n, None)) for n in names}
        name = more.pop("id", chr(ord("a") + self._sent - 1))
        return Order(
            name, more.pop("key", self.key), side, kind, more.pop("purpose", Purpose.ENTRY),
            Decimal(quantity), "p", "s", "r", self.now, 0.0, **numbers, **more,
        )  # fmt: skip

    def buy(self, quantity: str = "1", kind: Kind = Kind.MARKET, **more: Any) -> list[str]:
        """Buy; what is heard."""
        self.send(Side.BUY, quantity, kind, **more)
        return self.heard()

    def sell(self, quantity: str = "1", kind: Kind = Kind.MARKET, **more: Any) -> list[str]:
        """Sell; what is heard."""
        self.send(Side.SELL, quantity, kind, **more)
        return self.heard()

    def cancel(self, order_id: str) -> list[str]:
        """Cancel; what is heard."""
        self.venue.cancel(order_id)
        return self.heard()

    def ask(self, order_id: str) -> list[str]:
        """Ask for one order; what is heard."""
        self.venue.ask(Question("order", order_id))
        return self.heard()

    def report(self) -> VenueReported:
        """The venue's truth."""
        self.venue.ask(Question("report", self.venue.profile.venue))
        (report,) = self.venue.drain()
        assert isinstance(report, VenueReported)
        return report

    def heard(self) -> list[str]:
        """Answers since the last call."""
        return [line(event) for event in self.venue.drain()]

    @property
    def cash(self) -> str:
        """Cash, or the wallet."""
        return plain(self.venue.books.account.cash)

    @property
    def held(self) -> str:
        """Coins, or signed contracts."""
        return plain(self.venue.books.account.holding(self.key))


def _exactly(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value
