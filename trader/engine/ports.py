"""What the engine's surroundings must be able to do. No answers, no waiting, no mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from trader.domain.book import VenueBook
from trader.domain.candles import Candle, Candles
from trader.domain.dust import Conversion
from trader.domain.events import Event
from trader.domain.order import Order
from trader.domain.outcome import Outcome, Question
from trader.domain.parameters import Parameters
from trader.domain.position import ClosedTrade, Position
from trader.domain.signal import Opinion, Reason
from trader.domain.time import Millis


class Venues(Protocol):
    """Takes requests without waiting. What becomes of them comes back as events."""

    def submit(self, order: Order) -> None:
        """Send an order; its `key` tells the venue."""

    def cancel(self, order_id: str) -> None:
        """Ask for an order's end by its client id."""

    def ask(self, question: Question) -> None:
        """Ask for an order, a report of everything, or an independent price."""

    def convert(self, conversion: Conversion) -> None:
        """Make dust another coin, or find out what became of that; ends as `DustConverted`."""


class Journal(Protocol):
    """Remembers what every event led to, in order, before it is acted on."""

    def record(self, event: Event, outcome: Outcome) -> None:
        """Write down; returns when it is safe. Raises `JournalBroken`."""


class Signals(Protocol):
    """Where opinions come from: computed on a rolling window live, from arrays in a backtest."""

    def seed(self, key: str, candles: Candles) -> None:
        """History of a symbol; replaces what was known."""

    def close(self, candle: Candle) -> None:
        """One more closed candle."""

    def retune(self, parameters: Mapping[str, Parameters]) -> None:
        """New parameters in force, by venue."""

    def opinion(self, key: str, strategy: str, first_at: Millis, first_price: float) -> Opinion:
        """What the strategy would like during the candle that begins with this first price."""

    def reasons(self, key: str, strategy: str, mask: int) -> tuple[Reason, ...]:
        """The codes of a mask with what was measured on the last closed candle."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a venue can do, as data; there is no `if venue == ...` anywhere.

    `protection`: none (the engine watches), oco, conditional. `buys_by_cost`: market buys are
    given in quote currency. `second_price`: an independent price can be asked for.
    `quarantine`: ms before "not found" may be believed. `margin`: positions need margin only;
    `whole_leverage`: the exchange takes integers, so it liquidates by the integer above ours.
    """

    venue: str
    quote: str
    maker_fee: float
    taker_fee: float
    min_cost: Decimal
    protection: str = "none"
    buys_by_cost: bool = False
    second_price: bool = False
    margin: bool = False
    whole_leverage: bool = False
    fee_in_base: bool = False
    quarantine: Millis = 0
    default_capital: float = 10_000.0
    dust_coin: str = ""  # what remainders can be converted to; empty: nothing
    report_every: Millis = 0  # 0: the books are compared at start only


@dataclass(frozen=True, slots=True)
class Restored:
    """What the journal knows at start."""

    books: Mapping[str, VenueBook] = field(default_factory=dict)
    positions: tuple[Position, ...] = ()
    orders: tuple[Order, ...] = ()
    trades: tuple[ClosedTrade, ...] = ()
    fill_ids: tuple[str, ...] = ()
    namespace: str = "aa"
