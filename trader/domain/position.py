"""What is held, and what became of it. Every change is a new value; money is conserved exactly."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum, StrEnum
from math import nan

from trader.domain.money import ZERO, amount
from trader.domain.order import Fill
from trader.domain.time import Millis


class Direction(IntEnum):
    LONG = 1
    SHORT = -1

    @property
    def word(self) -> str:
        """`long` or `short`, as files write it."""
        return "long" if self is Direction.LONG else "short"


class ExitReason(StrEnum):
    """Why a position was closed; the words of `trades.csv`."""

    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    TRAILING_STOP = "trailing_stop"
    EMERGENCY_STOP = "emergency_stop"
    LIQUIDATION_GUARD = "liquidation_guard"
    TIME_EXIT = "time_exit"
    SIGNAL = "signal"
    LOSS_LIMIT = "loss_limit"
    MANUAL = "manual"
    END_OF_DATA = "end_of_data"
    LIQUIDATION = "liquidation"  # the exchange did it
    EXTERNAL = "external_reduce"  # a person sold what was the bot's


@dataclass(frozen=True, slots=True)
class Position:
    """Coins (or contracts) that are the bot's. `quantity` is positive for both directions.

    `entry_price` is the average fill price, slippage included, fees not. `entry_candle` is the
    start of the candle in which it was opened. `atr_stop` is fixed for its life (NaN: none).
    `highest` is the best price since entry (lowest for a short) as last written down.
    `exit_value` and `exit_quantity` collect partial exits until nothing is left. `must_go` is the
    exit that was decided and is not finished yet.
    """

    id: str
    key: str
    strategy: str
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    entry_quantity: Decimal
    entry_candle: Millis
    opened_at: Millis
    leverage: float = 1.0
    atr_stop: float = nan
    highest: float = nan
    liquidation: float = nan
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    exit_quantity: Decimal = ZERO
    exit_value: Decimal = ZERO
    margin: Decimal = ZERO
    preset: str = ""
    entry_value: Decimal = ZERO
    must_go: str = ""

    def enlarged(self, fill: Fill, margin: Decimal = ZERO) -> "Position":
        """After one more entry fill: the average moves; coins taken as fee are never owned."""
        gained = fill.quantity - fill.fee_base
        value = self.entry_value + amount(fill.price, gained)
        bought = self.entry_quantity + gained
        return replace(
            self,
            quantity=self.quantity + gained,
            entry_quantity=bought,
            entry_value=value,
            entry_price=fill.price if not self.entry_quantity else value / bought,
            fees=self.fees + fill.fee,
            margin=self.margin + margin,
        )

    def reduced(self, fill: Fill) -> "Position":
        """After an exit fill. More than is held cannot be taken: the rest is left to reconcile."""
        taken = min(fill.quantity, self.quantity)
        left = self.quantity - taken
        return replace(
            self,
            quantity=left,
            exit_quantity=self.exit_quantity + taken,
            exit_value=self.exit_value + amount(fill.price, taken),
            fees=self.fees + fill.fee,
            margin=self.margin * left / self.quantity if self.quantity else ZERO,
        )

    def charged(self, funding: Decimal) -> "Position":
        """After a funding payment (positive: paid)."""
        return replace(self, funding=self.funding + funding)

    def unrealised(self, price: float) -> float:
        """Open profit at a price, quote currency, before exit costs."""
        return int(self.direction) * (price - float(self.entry_price)) * float(self.quantity)


@dataclass(frozen=True, slots=True)
class ClosedTrade:
    """A position's whole life; one row of `trades.csv`. Times are candle starts, ms UTC.

    `pnl` is net of fees and funding, in the quote currency; `pnl_percent` in percent of the
    entry value, not leveraged. `closed_at` is the moment of the last exit fill.
    """

    id: str
    key: str
    strategy: str
    direction: Direction
    entry_time: Millis
    entry_price: Decimal
    quantity: Decimal
    exit_time: Millis
    exit_price: Decimal
    exit_reason: ExitReason
    leverage: float
    fees: Decimal
    funding: Decimal
    pnl: Decimal
    pnl_percent: Decimal
    opened_at: Millis
    closed_at: Millis
