"""What the USD-M exchange does by itself: triggers, liquidations, funding, events."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.exchanges.binance import algo as algos
from tests.exchanges.binance import futures_events as events
from tests.exchanges.binance.futures_desk import Algo, Funding, FuturesDesk
from tests.exchanges.binance.futures_user import ListenKeys
from tests.exchanges.core.accounts import ZERO
from tests.exchanges.core.books import Change
from tests.exchanges.core.orders import Order, State

LIQUIDATION_FEE = Decimal("0.0125")


@dataclass
class Watch:
    """Hears every change of the books and acts as the exchange does."""

    desk: FuturesDesk
    user: ListenKeys

    def on(self, change: Change) -> None:
        """One change of the books."""
        if change.kind == "market":
            self.prices(change.symbol)
        order = change.order
        if change.kind != "order" or order is None:
            return
        report = events.execution(self.desk, order, change.trade)
        if change.trade is not None:
            self.user.push(events.lite(self.desk, order, change.trade))
            self.user.push(events.account(self.desk, "ORDER", (order.symbol,)))
        if report is not None:
            self.user.push(report)
        if change.trade is not None:
            self._after_fill(order)
        self._finish(order)

    def prices(self, symbol: str) -> None:
        """A price changed: conditional orders trigger, then positions are liquidated."""
        for met in algos.due(self.desk, symbol):
            if met.is_open:
                self.trigger(met)
        position = self.desk.position(symbol)
        if position.amount and self.desk.wallet.doomed(symbol, self.desk.marks):
            self.liquidate(symbol)

    def set_mark(self, symbol: str, price: Decimal | None) -> None:
        """Fix the mark price apart from the last one; None: it follows again."""
        with self.desk.truth.lock:
            self.desk.fixed_marks.pop(symbol, None)
            if price is not None:
                self.desk.fixed_marks[symbol] = price
            self.desk.truth.tell(Change("market", symbol))

    def trigger(self, algo: Algo) -> None:
        """A conditional order goes to the matching engine, as an order with an id of its own."""
        algo.triggered = self.desk.truth.clock.now()
        self.tell(algo, "TRIGGERING")
        child = algos.child_of(self.desk, algo)
        if child is None:
            self.tell(algo, "REJECTED")
            return
        self.tell(algo, "TRIGGERED")
        self._finish(child)

    def tell(self, algo: Algo, status: str) -> None:
        """A conditional order's new status, written down and pushed."""
        algo.status, algo.updated = status, self.desk.truth.clock.now()
        self.user.push(events.conditional(self.desk, algo))

    def _finish(self, order: Order) -> None:
        for algo in self.desk.algos:
            if algo.child is order and algo.status == "TRIGGERED" and not order.is_open:
                self.tell(algo, "FINISHED")

    def _after_fill(self, filled: Order) -> None:
        """What would open a position the other way round now is cut down or taken away."""
        held = self.desk.position(filled.symbol).amount
        for order in self.desk.truth.open_orders():
            if order is filled or order.symbol != filled.symbol or not order.extra.get("reduce"):
                continue
            left = max(ZERO, held if order.side == "sell" else -held)
            if not left:
                self.desk.truth.end(order, State.EXPIRED)
            elif order.quantity is not None and order.remaining > left:
                order.quantity = order.filled + left
        for algo in algos.orphaned(self.desk, filled.symbol):
            self.tell(algo, "EXPIRED")

    def liquidate(self, symbol: str) -> None:
        """The exchange closes a position at the mark or its bankruptcy price and takes the rest."""
        desk, position = self.desk, self.desk.position(symbol)
        for order in desk.truth.open_orders():
            if order.symbol == symbol:
                desk.truth.end(order, State.CANCELED)
        margin = desk.wallet.backing(symbol, desk.marks)
        price = _closing_price(position.entry - margin / position.amount, desk.mark(symbol),
                               position.amount).quantize(position.listing.tick)  # fmt: skip
        rest = margin + position.unrealised(price)
        fee = abs(position.notional(price)) * LIQUIDATION_FEE
        order = _forced(symbol, position.amount, desk.truth.clock.now())
        desk.truth.accept(order)
        desk.truth.fill(order, price, abs(position.amount), maker=False)
        taken = max(ZERO, min(rest, fee)).quantize(Decimal("1e-8"))
        if taken:
            desk.earn("INSURANCE_CLEAR", symbol, -taken)
            self.user.push(events.account(desk, "INSURANCE_CLEAR", ()))

    def charge_funding(self, symbol: str, rate: Decimal) -> Decimal:
        """Settle funding now: a long pays a positive rate. Returns what the account received."""
        with self.desk.truth.lock:
            desk, position = self.desk, self.desk.position(symbol)
            mark, now = desk.mark(symbol), desk.truth.clock.now()
            desk.fundings.append(Funding(symbol, rate, mark, now))
            received = (-position.notional(mark) * rate).quantize(Decimal("1e-8"))
            if not received:
                return received
            desk.earn("FUNDING_FEE", symbol, received)
            if position.isolated:
                position.wallet += received
            symbols = (symbol,) if position.isolated else ()
            self.user.push(events.account(desk, "FUNDING_FEE", symbols, str(received)))
            return received

    def margin_call(self, symbol: str) -> None:
        """Warn that a position comes near its liquidation."""
        self.user.push(events.margin_call(self.desk, symbol))

    def beat(self) -> None:
        """Time went on: listen keys expire, dead man's switches fire."""
        self.user.beat()
        now = self.desk.truth.clock.now()
        for symbol, due in list(self.desk.countdowns.items()):
            if now >= due:
                del self.desk.countdowns[symbol]
                for order in self.desk.truth.open_orders():
                    if order.symbol == symbol:
                        self.desk.truth.end(order, State.CANCELED)


def _closing_price(bankrupt: Decimal, mark: Decimal, amount: Decimal) -> Decimal:
    return max(bankrupt, mark) if amount > 0 else min(bankrupt, mark)


def _forced(symbol: str, amount: Decimal, now: int) -> Order:
    order = Order(symbol, "sell" if amount > 0 else "buy", "market", quantity=abs(amount))
    order.client_id = f"autoclose-{now}"
    order.extra = {"type": "LIQUIDATION", "tif": "IOC", "reduce": True, "forced": True}
    return order
