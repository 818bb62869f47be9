"""What the exchange keeps for its one customer: cash, and coins or contracts."""

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Protocol

from trader.domain.events import Holding
from trader.domain.money import ZERO
from trader.domain.order import Fill, Order, Side
from trader.domain.time import Millis
from trader.venues.orders import Orders, VenueOrder, cash_locked, coins_locked

EXACT = Context(prec=60)  # cash, prices and fees multiply without a rounding


class Account(Protocol):
    """The customer's money. `cash` in the quote currency (futures: the wallet)."""

    cash: Decimal

    def settle(self, fill: Fill, leverage: int) -> None:
        """Move money and coins as one trade demands."""

    def cash_free(self, orders: Orders) -> Decimal:
        """What new orders may use."""

    def sellable(self, key: str, side: Side, orders: Iterable[VenueOrder]) -> Decimal:
        """Most that an order which reduces can trade: free coins, or the contracts held."""

    def charge(self, key: str, rate: float, price: float, at: Millis) -> Decimal:
        """Funding, once a moment: what was paid (negative: received); 0 when nothing is due."""

    def liquidation(self, key: str) -> float:
        """Where the exchange closes the position; 0 when there is none, or nowhere."""

    def ruin(self, key: str) -> float:
        """Where a position's margin is gone; 0 without one."""

    def margin_for(self, value: Decimal, request: Order, fee: Decimal) -> Decimal:
        """What must be free for an order worth `value` (quote currency), fee included."""

    def held_keys(self) -> set[str]:
        """Markets of which something is held."""

    def holding(self, key: str) -> Decimal:
        """Coins, or signed contracts."""

    def holdings(self, orders: Orders) -> tuple[Holding, ...]:
        """Everything held, for a report."""


class SpotAccount:
    """Coins and cash; nothing is owed. `fee` is what buy orders hold back besides their worth."""

    def __init__(self, cash: Decimal, fee: Decimal, *, fee_in_base: bool = False) -> None:
        self.cash = cash
        self.coins: dict[str, Decimal] = {}
        self._fee = ZERO if fee_in_base else fee
        self._fee_in_base = fee_in_base

    def settle(self, fill: Fill, leverage: int) -> None:
        """Coins against cash; the fee comes out of whichever the venue takes it from."""
        value = EXACT.multiply(fill.quantity, fill.price)
        held = self.coins.get(fill.key, ZERO)
        fee = ZERO if fill.fee_base else fill.fee
        if fill.side is Side.BUY:
            self.cash = EXACT.subtract(self.cash, EXACT.add(value, fee))
            held += fill.quantity - fill.fee_base
        else:
            self.cash = EXACT.add(self.cash, EXACT.subtract(value, fee))
            held -= fill.quantity
        self._keep(fill.key, held)

    def deposit(self, key: str, quantity: Decimal) -> None:
        """Coins from outside (negative: withdrawn)."""
        self._keep(key, self.coins.get(key, ZERO) + quantity)

    def _keep(self, key: str, held: Decimal) -> None:
        if held:
            self.coins[key] = held
        else:
            self.coins.pop(key, None)

    def charge(self, key: str, rate: float, price: float, at: Millis) -> Decimal:
        """Nothing: coins cost no funding."""
        return ZERO

    def liquidation(self, key: str) -> float:
        """Nowhere: nothing is owed."""
        return 0.0

    def ruin(self, key: str) -> float:
        """Nowhere."""
        return 0.0

    def margin_for(self, value: Decimal, request: Order, fee: Decimal) -> Decimal:
        """A purchase is paid whole; a fee in coins costs no cash."""
        if request.side is Side.SELL:
            return ZERO
        return value if self._fee_in_base else value * (1 + fee)

    def cash_free(self, orders: Orders) -> Decimal:
        """Cash less what live purchases hold back."""
        return self.cash - cash_locked(orders.all_live(), self._fee)

    def sellable(self, key: str, side: Side, orders: Iterable[VenueOrder]) -> Decimal:
        """Coins that no live sale holds back."""
        return self.holding(key) - coins_locked(orders)

    def held_keys(self) -> set[str]:
        """Markets whose coins are held."""
        return set(self.coins)

    def holding(self, key: str) -> Decimal:
        """Coins, free and locked together."""
        return self.coins.get(key, ZERO)

    def holdings(self, orders: Orders) -> tuple[Holding, ...]:
        """All coins."""
        return tuple(
            Holding(key, held, held - coins_locked(orders.live(key)))
            for key, held in self.coins.items()
        )
