"""Positions of a one-way USD-M account: fills, isolated margin, liquidation. Exact, in USDT."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.listings import Bracket, Listing
from tests.exchanges.core.accounts import ZERO, Balance


@dataclass
class Position:
    """What is held of one contract, and how it is margined.

    `amount` is negative for a short; `wallet` is the margin that an isolated position owns.
    """

    listing: Listing
    amount: Decimal = ZERO
    entry: Decimal = ZERO
    leverage: int = 20
    isolated: bool = False
    wallet: Decimal = ZERO
    realised: Decimal = ZERO
    updated: int = 0

    def unrealised(self, mark: Decimal) -> Decimal:
        """Profit not taken yet."""
        return (mark - self.entry) * self.amount

    def notional(self, mark: Decimal) -> Decimal:
        """Signed value at the mark."""
        return self.amount * mark

    def initial(self, mark: Decimal) -> Decimal:
        """Initial margin at the mark."""
        return abs(self.notional(mark)) / self.leverage

    def maintenance(self, mark: Decimal) -> Decimal:
        """Maintenance margin at the mark."""
        value = abs(self.notional(mark))
        bracket = bracket_of(self.listing, value)
        return max(ZERO, value * bracket.rate - bracket.cum)

    def liquidation(self, margin: Decimal) -> Decimal:
        """The mark at which `margin` plus profit meets the maintenance margin; 0 when flat."""
        if not self.amount:
            return ZERO
        size, direction = abs(self.amount), (1 if self.amount > 0 else -1)
        bracket = bracket_of(self.listing, size * self.entry)
        top = self.amount * self.entry - margin - bracket.cum
        price = top / (size * (direction - bracket.rate))
        return max(ZERO, price)

    def fill(self, side: str, quantity: Decimal, price: Decimal, now: int) -> Decimal:
        """Takes a fill in and returns the profit that it realised."""
        signed = quantity if side == "BUY" else -quantity
        closing = min(abs(self.amount), quantity) if self.amount * signed < 0 else ZERO
        profit = self._close(closing, price)
        rest = quantity - closing
        if rest:
            self._open(rest if signed > 0 else -rest, price)
        self.realised += profit
        self.updated = now
        return profit

    def _close(self, quantity: Decimal, price: Decimal) -> Decimal:
        if not quantity:
            return ZERO
        direction = 1 if self.amount > 0 else -1
        self.wallet -= self.wallet * quantity / abs(self.amount)
        self.amount -= direction * quantity
        profit = (price - self.entry) * quantity * direction
        if not self.amount:
            self.entry = self.wallet = ZERO
        return profit

    def _open(self, signed: Decimal, price: Decimal) -> None:
        value = self.entry * abs(self.amount) + price * abs(signed)
        self.amount += signed
        self.entry = value / abs(self.amount)
        if self.isolated:
            self.wallet += abs(signed) * price / self.leverage


def bracket_of(listing: Listing, value: Decimal) -> Bracket:
    """The leverage bracket of a notional value; the last one for more than all of them."""
    return next((b for b in listing.brackets if value <= b.cap), listing.brackets[-1])


def cap_of(listing: Listing, leverage: int) -> Decimal:
    """The largest notional at a leverage. Raises -4028 for one that the contract does not have."""
    caps = [b.cap for b in listing.brackets if leverage <= b.leverage]
    if leverage < 1 or not caps:
        raise refused(-4028, leverage)
    return caps[-1]


@dataclass
class Wallet:
    """USDT of a USD-M account and its positions, one-way unless `dual`.

    `cash` is the account's balance in the books: margin of every kind is part of it.
    """

    cash: Balance
    positions: dict[str, Position] = field(default_factory=dict)
    dual: bool = False

    def position(self, listing: Listing) -> Position:
        """The position of a contract, flat when there was none."""
        return self.positions.setdefault(listing.symbol, Position(listing))

    @property
    def balance(self) -> Decimal:
        """The wallet balance: profit not taken is no part of it."""
        return self.cash.total

    @property
    def crossed(self) -> Decimal:
        """The balance without what isolated positions own."""
        return self.balance - sum((p.wallet for p in self.positions.values()), ZERO)

    def available(self, marks: dict[str, Decimal], reserved: Decimal) -> Decimal:
        """What new orders may use, with `reserved` margin of resting ones."""
        used = ZERO
        for symbol, position in self.positions.items():
            if not position.isolated and position.amount:
                mark = marks[symbol]
                used += position.initial(mark) - position.unrealised(mark)
        return max(ZERO, self.crossed - used - reserved)

    def backing(self, symbol: str, marks: dict[str, Decimal]) -> Decimal:
        """Margin behind a position: its own wallet, or all of a crossed account's."""
        position = self.positions[symbol]
        if position.isolated:
            return position.wallet
        margin = self.crossed
        for other, held in self.positions.items():
            if other != symbol and held.amount and not held.isolated:
                margin += held.unrealised(marks[other]) - held.maintenance(marks[other])
        return margin

    def doomed(self, symbol: str, marks: dict[str, Decimal]) -> bool:
        """Whether the mark has eaten the margin down to maintenance."""
        position, mark = self.positions[symbol], marks[symbol]
        if not position.amount:
            return False
        margin = self.backing(symbol, marks) + position.unrealised(mark)
        return margin <= position.maintenance(mark)
