"""Orders and trades as the loopback exchange itself remembers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tests.exchanges.core.accounts import ZERO


class State(StrEnum):
    """Where an order is in its life; exchanges have their own words for these."""

    OPEN = "open"
    DONE = "done"
    CANCELED = "canceled"
    EXPIRED = "expired"


@dataclass
class Trade:
    """One fill of one order. `cost` in quote currency; `fee` in `fee_asset`."""

    number: int
    order: int
    symbol: str
    side: str
    price: Decimal
    quantity: Decimal
    maker: bool
    at: int
    fee: Decimal = ZERO
    fee_asset: str = ""

    @property
    def cost(self) -> Decimal:
        """Price times quantity."""
        return self.price * self.quantity


@dataclass
class Order:
    """What was asked for, and what became of it.

    `kind`: `market` or `limit` (what an untriggered stop becomes as well). `quantity` in base
    currency, or `cost` in quote currency. `stop_above`: the stop triggers at or above
    `stop_price`. `time_in_force`: `gtc`, `ioc`, `fok` or `post_only`. `extra`: words of one
    exchange. `manual`: the user's own hand, not the program under test. Numbers and times are
    given by the truth when it accepts the order.
    """

    symbol: str
    side: str
    kind: str
    price: Decimal | None = None
    quantity: Decimal | None = None
    cost: Decimal | None = None
    stop_price: Decimal | None = None
    stop_above: bool = True
    client_id: str = ""
    time_in_force: str = "gtc"
    manual: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    uid: str = ""
    created: int = 0
    updated: int = 0
    state: State = State.OPEN
    triggered: bool = False
    locked: Decimal = ZERO
    locked_asset: str = ""
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    fee: Decimal = ZERO
    trades: list[Trade] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it can still be filled or cancelled."""
        return self.state is State.OPEN

    @property
    def dormant(self) -> bool:
        """A stop whose price was not met yet."""
        return self.stop_price is not None and not self.triggered

    @property
    def remaining(self) -> Decimal:
        """Base currency still to be filled; of an order by cost: nothing is known, zero."""
        return ZERO if self.quantity is None else self.quantity - self.filled

    @property
    def average(self) -> Decimal:
        """Mean price of the fills, zero without any."""
        return self.spent / self.filled if self.filled else ZERO
