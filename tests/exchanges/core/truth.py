"""The loopback exchange as a market: prices move, orders match, stops trigger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.exchanges.core.accounts import ShortOfFundsError
from tests.exchanges.core.books import Books, Change
from tests.exchanges.core.market import Level, Market
from tests.exchanges.core.orders import Order, State


@dataclass
class Truth(Books):
    """The books with a market behind them: what a test drives, and what a protocol trades on.

    `cost_buy_ends`: state of a market buy by cost whose money is spent; `dry_ends`: of a market
    order that found no more liquidity. `paused`: orders are taken but not matched until
    `resume()`. Every method may be called from any thread.
    """

    cost_buy_ends: State = State.DONE
    dry_ends: State = State.CANCELED
    paused: bool = False

    # ------------------------------------------------------------- what the test does

    def move(
        self, symbol: str, price: Decimal, quantity: Decimal = Decimal("0.01"), side: str = "buy"
    ) -> None:
        """Others trade `quantity` at `price`: a new book, stops trigger, crossed limits fill."""
        with self.lock:
            market = self.markets[symbol]
            market.price = price
            market.draw()
            self.print_trade(market, price, quantity, side)
            self._rematch(symbol)

    def depth(self, symbol: str, bids: list[Level], asks: list[Level]) -> None:
        """The book as it is from now until the next move, best levels first."""
        with self.lock:
            market = self.markets[symbol]
            market.bids, market.asks = list(bids), list(asks)
            self.tell(Change("market", symbol))

    def liquidity(self, symbol: str, quantity: Decimal | None) -> None:
        """Only so much base currency can be traded from now on; None: what the book has."""
        with self.lock:
            self.markets[symbol].liquidity = quantity

    def by_hand(self, order: Order) -> Order:
        """The user trades on the same account, not through the program under test."""
        order.manual = True
        return self.place(order)

    def resume(self) -> None:
        """Match what was taken while `paused`."""
        with self.lock:
            self.paused = False
            for order in self.open_orders():
                self.match(order)

    # ------------------------------------------------------------- what the protocol does

    def match(self, order: Order) -> None:
        """Fill what can be filled at once; the rest of a limit order rests."""
        with self.lock:
            if self.paused or order.dormant or not order.is_open:
                return
            if not self._may_trade(order):
                self.end(order, self.dry_ends)
                return
            self._sweep(order)
            if order.is_open and (order.kind == "market" or order.time_in_force != "gtc"):
                self._end_of_sweep(order)

    def place(self, order: Order) -> Order:
        """Accept and match. Raises `ShortOfFundsError`."""
        with self.lock:
            self.match(self.accept(order))
            return order

    # ------------------------------------------------------------- matching

    def _may_trade(self, order: Order) -> bool:
        """Post-only orders must not take; fill-or-kill ones must find everything."""
        market = self.markets[order.symbol]
        levels = [level for level in market.against(order.side) if _reaches(order, level[0])]
        if order.time_in_force == "post_only":
            return not levels
        if order.time_in_force == "fok":
            return market.within(sum((s for _, s in levels), Decimal(0))) >= order.remaining
        return True

    def _sweep(self, order: Order) -> None:
        """Take level after level for as long as there is anything to take, and to pay with."""
        market = self.markets[order.symbol]
        levels = market.against(order.side)
        while order.is_open and levels and _reaches(order, levels[0][0]):
            price, size = levels[0]
            quantity = market.within(min(size, _wanted(order, market, price)))
            if quantity <= 0:
                return
            try:
                self.fill(order, price, quantity, maker=False)
            except ShortOfFundsError:  # the price ran away from what was reserved
                return
            market.take(order.side, quantity)
            self.print_trade(market, price, quantity, order.side)

    def _end_of_sweep(self, order: Order) -> None:
        """What a market order ends as, and one that does not wait."""
        if order.time_in_force == "post_only":
            return
        market, last = self.markets[order.symbol], order.trades[-1:]
        spent = order.cost is not None and last and not _wanted(order, market, last[0].price)
        self.end(order, self.cost_buy_ends if spent else self.dry_ends)

    def _rematch(self, symbol: str) -> None:
        """After a move: stops that are met become orders, resting orders that are crossed fill."""
        market = self.markets[symbol]
        for order in [o for o in self.open_orders() if o.symbol == symbol and o.is_open]:
            if order.dormant:
                if _met(order, market.price):
                    self.trigger(order)
            elif order.kind == "limit" and not self.paused and _reaches(order, market.price):
                quantity = market.within(order.remaining)
                if quantity > 0 and order.price is not None and order.is_open:
                    market.use(quantity)
                    self.fill(order, order.price, quantity, maker=True)

    def trigger(self, order: Order) -> None:
        """A stop's price was met: from now on it is the order behind it."""
        with self.lock:
            order.triggered, order.updated = True, self.clock.now()
            self.tell(Change("order", order.symbol, order))
            self.match(order)


def _reaches(order: Order, price: Decimal) -> bool:
    """Whether the order would trade at this price."""
    if order.kind == "market" or order.price is None:
        return True
    return order.price >= price if order.side == "buy" else order.price <= price


def _met(order: Order, price: Decimal) -> bool:
    assert order.stop_price is not None
    return price >= order.stop_price if order.stop_above else price <= order.stop_price


def _wanted(order: Order, market: Market, price: Decimal) -> Decimal:
    """Base currency still wanted at this price; of an order by cost what its rest pays for."""
    if order.cost is None:
        return order.remaining
    return market.floored((order.cost - order.spent) / price)
