"""The loopback exchange's own books: the independent truth that a test compares ours with.

Shares nothing with the simulated venue of the product, so that no mistake is made twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from threading import RLock

from tests.exchanges.core.accounts import Accounts, Transfer
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.market import Market, Print
from tests.exchanges.core.orders import Order, State, Trade
from tests.exchanges.core.settlement import Settlement


@dataclass(frozen=True)
class Change:
    """Something happened: `order` (with `trade` when it was a fill), `balance`, or `market`.

    `assets`: whose balances changed. `printed`: the public trade, of a `market` change.
    """

    kind: str
    symbol: str = ""
    order: Order | None = None
    trade: Trade | None = None
    assets: tuple[str, ...] = ()
    printed: Print | None = None


Listener = Callable[[Change], None]


@dataclass
class Books:
    """Accounts, orders, trades and markets of one account on one exchange.

    `uid`: the exchange's own id of the nth order. `invisible_for`: ms for which a new order is not
    found yet. Every method may be called from any thread.
    """

    clock: Clock
    settlement: Settlement
    uid: Callable[[int], str] = str
    invisible_for: int = 0
    accounts: Accounts = field(default_factory=Accounts)
    markets: dict[str, Market] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def add(self, market: Market) -> Market:
        """List a market."""
        self.markets[market.symbol] = market
        return market

    def transfer(self, asset: str, amount: Decimal) -> Transfer:
        """A deposit (positive) or a withdrawal (negative). Raises `ShortOfFundsError`."""
        with self.lock:
            self.accounts.take_free(asset, -amount)
            made = Transfer(next(self.numbers), asset, amount, self.clock.now())
            self.transfers.append(made)
            self.tell(Change("balance", assets=(asset,)))
            return made

    def accept(self, order: Order) -> Order:
        """Take an order into the books, unmatched. Raises `ShortOfFundsError`."""
        with self.lock:
            self.settlement.reserve(order, self.markets[order.symbol], self.accounts)
            order.number = next(self.numbers)
            order.uid = self.uid(order.number)
            order.created = order.updated = self.clock.now()
            self.orders.append(order)
            self.tell(Change("order", order.symbol, order))
            self.tell(Change("balance", assets=(order.locked_asset,)))
            return order

    def fill(self, order: Order, price: Decimal, quantity: Decimal, *, maker: bool) -> Trade:
        """Fill so much of an order at a price, and move the money. Raises `ShortOfFundsError`."""
        with self.lock:
            market, now = self.markets[order.symbol], self.clock.now()
            trade = Trade(
                next(self.numbers), order.number, order.symbol, order.side, price, quantity,
                maker, now,
            )  # fmt: skip
            self.settlement.settle(order, trade, market, self.accounts)
            order.filled, order.spent = order.filled + quantity, order.spent + trade.cost
            order.updated = now
            order.trades.append(trade)
            self.trades.append(trade)
            self.tell(Change("order", order.symbol, order, trade))
            self.tell(Change("balance", assets=(market.base, market.quote)))
            if order.quantity is not None and order.filled >= order.quantity:
                self.end(order, State.DONE)
            return trade

    def end(self, order: Order, state: State) -> None:
        """An order ends; what it still holds is free again."""
        with self.lock:
            asset, held = order.locked_asset, order.locked
            order.state, order.updated = state, self.clock.now()
            self.settlement.release(order, self.accounts)
            self.tell(Change("order", order.symbol, order))
            if held:
                self.tell(Change("balance", assets=(asset,)))

    def tell(self, change: Change) -> None:
        """Everybody who listens hears it at once, in the caller's thread."""
        for listener in self.listeners:
            listener(change)

    def print_trade(self, market: Market, price: Decimal, quantity: Decimal, side: str) -> None:
        """A public trade; `side` is the taker's."""
        printed = Print(next(self.numbers), price, quantity, side, self.clock.now())
        market.record(printed)
        self.tell(Change("market", market.symbol, printed=printed))

    def seen(self) -> list[Order]:
        """Orders that questions find already, oldest first."""
        latest = self.clock.now() - self.invisible_for
        return [o for o in self.orders if not self.invisible_for or o.created <= latest]

    def open_orders(self) -> list[Order]:
        """Open ones, oldest first, visible or not."""
        return [order for order in self.orders if order.is_open]

    def by_client(self, client_id: str) -> list[Order]:
        """Every order that ever had this client id, oldest first, visible or not."""
        return [order for order in self.orders if order.client_id == client_id]
