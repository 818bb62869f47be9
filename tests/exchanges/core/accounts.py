"""Who owns what on the loopback exchange, exact to the last digit."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


class ShortOfFundsError(Exception):
    """Less is free than was asked for; `asset` tells of what."""

    def __init__(self, asset: str) -> None:
        super().__init__(asset)
        self.asset = asset


@dataclass
class Balance:
    """Of one asset: what can be used, and what open orders hold."""

    free: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Free and locked together."""
        return self.free + self.locked


@dataclass(frozen=True)
class Transfer:
    """A deposit (`amount` > 0) or a withdrawal (`amount` < 0)."""

    number: int
    asset: str
    amount: Decimal
    at: int
    fee: Decimal = ZERO


@dataclass
class Accounts:
    """Balances by asset. Nothing is ever taken that is not there."""

    balances: dict[str, Balance] = field(default_factory=dict)

    def of(self, asset: str) -> Balance:
        """The balance of an asset, made empty when there is none."""
        return self.balances.setdefault(asset, Balance())

    def lock(self, asset: str, amount: Decimal) -> None:
        """From free to locked. Raises `ShortOfFundsError`."""
        self.take_free(asset, amount)
        self.of(asset).locked += amount

    def release(self, asset: str, amount: Decimal) -> None:
        """From locked back to free."""
        self.take_locked(asset, amount)
        self.of(asset).free += amount

    def take_locked(self, asset: str, amount: Decimal) -> None:
        """Pay out of what is locked."""
        balance = self.of(asset)
        assert balance.locked >= amount, f"{asset}: {balance.locked} locked, {amount} wanted"
        balance.locked -= amount

    def take_free(self, asset: str, amount: Decimal) -> None:
        """Pay out of what is free. Raises `ShortOfFundsError`."""
        if self.of(asset).free < amount:
            raise ShortOfFundsError(asset)
        self.of(asset).free -= amount

    def give(self, asset: str, amount: Decimal) -> None:
        """Add to what is free."""
        self.of(asset).free += amount

    def held(self) -> dict[str, Decimal]:
        """Totals of every asset of which there is any."""
        return {asset: b.total for asset, b in self.balances.items() if b.total}
