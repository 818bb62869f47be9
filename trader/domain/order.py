"""Orders as values: what may be asked, and how an order may move."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from math import nan

from trader.domain.errors import IllegalMove
from trader.domain.money import ZERO
from trader.domain.time import Millis


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"


class Kind(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP_MARKET = "stop_market"  # a market order that waits for its trigger price
    TAKE_PROFIT_MARKET = "take_profit_market"
    OCO = "oco"  # one list: a limit above and a stop below (for a sale); one fills, one dies


class Purpose(StrEnum):
    """Why an order exists; the letter is part of its client id."""

    ENTRY = "E"
    TAKE_PROFIT = "T"
    STOP = "S"
    EXIT = "X"  # strategy, time, loss limit, manual
    EMERGENCY = "M"
    GUARD = "L"
    BRACKET = "O"  # the OCO list


class Status(StrEnum):
    INTENT = "intent"
    DENIED = "denied"
    SENDING = "sending"
    OPEN = "open"
    PARTIAL = "partial"
    FILLED = "filled"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CANCELING = "canceling"
    CANCELED = "canceled"
    NOT_PLACED = "not_placed"


_S = Status
_ANSWERS = {_S.OPEN, _S.PARTIAL, _S.FILLED, _S.CANCELED, _S.REJECTED}
MOVES: dict[Status, frozenset[Status]] = {
    _S.INTENT: frozenset({_S.DENIED, _S.SENDING}),
    _S.DENIED: frozenset(),
    _S.SENDING: frozenset(_ANSWERS | {_S.UNKNOWN, _S.CANCELING}),
    _S.UNKNOWN: frozenset(_ANSWERS | {_S.NOT_PLACED, _S.CANCELING}),
    _S.OPEN: frozenset({_S.PARTIAL, _S.FILLED, _S.CANCELED, _S.CANCELING, _S.UNKNOWN}),
    _S.PARTIAL: frozenset({_S.PARTIAL, _S.FILLED, _S.CANCELED, _S.CANCELING, _S.UNKNOWN}),
    _S.CANCELING: frozenset({_S.CANCELED, _S.FILLED, _S.OPEN, _S.PARTIAL, _S.REJECTED, _S.UNKNOWN}),
    # a fill can cross our cancel on the wire, and the venue's books outrank ours: a late fill wins
    _S.CANCELED: frozenset({_S.FILLED, _S.PARTIAL}),
    _S.REJECTED: frozenset({_S.FILLED, _S.PARTIAL}),
    _S.NOT_PLACED: frozenset({_S.FILLED, _S.PARTIAL, _S.OPEN}),
    _S.FILLED: frozenset(),
}
LIVE = frozenset({_S.SENDING, _S.OPEN, _S.PARTIAL, _S.UNKNOWN, _S.CANCELING})
RESTING = frozenset({_S.OPEN, _S.PARTIAL, _S.CANCELING})


@dataclass(frozen=True, slots=True)
class Order:
    """One order of ours. `id` is the client order id (at most 32 of `[A-Za-z0-9-]`).

    `quantity` in base units, `cost` in quote units (only for market buys by cost, then the
    quantity is what is expected). `price` is the limit price, `stop_price` the trigger.
    `decided_price` is the price of the decision (slippage is measured against it).
    `position_id` is the position that an exit reduces or an entry will open. Of an entry, `atr`,
    `exact_leverage` (the venue gets the integer `leverage`) and the start of its `candle` are
    what the position will be guarded with, also when its fill is only heard of after a restart.
    """

    id: str
    key: str
    side: Side
    kind: Kind
    purpose: Purpose
    quantity: Decimal
    position_id: str
    strategy: str
    reason: str
    created_at: Millis
    decided_price: float
    cost: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    reduce_only: bool = False
    leverage: int = 1
    status: Status = Status.SENDING
    filled: Decimal = ZERO
    filled_cost: Decimal = ZERO
    fees: Decimal = ZERO
    venue_id: str = ""
    updated_at: Millis = 0
    note: str = ""
    atr: float = nan
    exact_leverage: float = 1.0
    candle: Millis = 0

    def moved_to(self, status: Status, at: Millis, note: str = "") -> "Order":
        """The same order in another state. Raises `IllegalMove` where the table has no such row."""
        if status not in MOVES[self.status]:
            raise IllegalMove(f"order {self.id} cannot move from {self.status} to {status}")
        return replace(self, status=status, updated_at=at, note=note or self.note)

    @property
    def remaining(self) -> Decimal:
        """What is not filled yet, never below zero (venues can overfill)."""
        return max(ZERO, self.quantity - self.filled)

    @property
    def live(self) -> bool:
        """Whether it may still trade, as far as we know."""
        return self.status in LIVE

    @property
    def guards(self) -> bool:
        """Whether it waits on the exchange to protect a position."""
        return self.kind in (Kind.OCO, Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET)

    @property
    def is_entry(self) -> bool:
        """Whether it opens or enlarges a position."""
        return self.purpose is Purpose.ENTRY


@dataclass(frozen=True, slots=True)
class Fill:
    """A part of an order that traded. `fee` is in the quote currency.

    `fee_base` is what the venue took out of the coins bought (Binance spot); then `fee` is its
    worth. `id` is the venue's trade id: with the venue's name it is unique for ever.
    """

    id: str
    order_id: str
    key: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    at: Millis
    fee_base: Decimal = ZERO
