"""Facts, in the past tense: all that the engine can ever learn. `at` is the market's time in ms."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from trader.domain.candles import Candle, Candles
from trader.domain.commands import Command
from trader.domain.dust import DustConverted
from trader.domain.instrument import MarketRules
from trader.domain.order import Fill, Status
from trader.domain.parameters import Parameters
from trader.domain.time import Millis

# ---------------------------------------------------------------- the market


class PriceSeen(NamedTuple):
    """A price of one market. `independent`: asked for by REST to confirm a stream's price."""

    key: str
    price: float
    at: Millis
    independent: bool = False


class MarkSeen(NamedTuple):
    """A contract's mark price, by which its exchange reckons margin and liquidates."""

    key: str
    price: float
    at: Millis


class PricesSettled(NamedTuple):
    """All first prices of this moment were seen: entries at first prices may be decided."""

    at: Millis


class CandlesClosed(NamedTuple):
    """All candles of one venue that closed at `at` (their end), in SYMBOLS order."""

    candles: tuple[Candle, ...]
    at: Millis


@dataclass(frozen=True, slots=True)
class HistoryLoaded:
    """Closed candles of the past for one symbol; replaces what was known of it."""

    key: str
    candles: Candles
    at: Millis


@dataclass(frozen=True, slots=True)
class FundingCharged:
    """Funding of one position. `amount` in the quote currency, positive: paid by us.

    `id` is the venue's own, so that a repeated message is booked once; empty: never repeated.
    """

    key: str
    amount: Decimal
    at: Millis
    id: str = ""


@dataclass(frozen=True, slots=True)
class MarketListed:
    """A market's rules as the venue tells them, at start and whenever they change."""

    key: str
    rules: MarketRules
    at: Millis


@dataclass(frozen=True, slots=True)
class UniverseChosen:
    """The symbols to look at on a venue, in order; held ones stay whatever it says."""

    venue: str
    keys: tuple[str, ...]
    at: Millis


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A connection to a venue was lost or came back. `source`: whose, and only the same one tells
    that it is back: `prices`, `markets` (public), `rest` (orders and account), `embedded`."""

    venue: str
    connected: bool
    source: str
    reason: str
    at: Millis


@dataclass(frozen=True, slots=True)
class AccountJudged:
    """A real account was looked at. `against`: codes of what speaks against entries there; empty:
    it is fit for trading."""

    venue: str
    against: tuple[str, ...]
    at: Millis


# ---------------------------------------------------------------- the venue's answers


@dataclass(frozen=True, slots=True)
class OrderOpened:
    """The venue took the order. It may already have traded."""

    order_id: str
    venue_id: str
    at: Millis


@dataclass(frozen=True, slots=True)
class OrderFilled:
    """One trade of an order of ours. Repeats are harmless: fills are known by id."""

    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """No more fills will come: `status` is FILLED, CANCELED or NOT_PLACED.

    `filled` is all that it traded, by the venue's count: fills that are still on their way (or
    lost) are known to be missing. None: the venue does not tell.
    """

    order_id: str
    status: Status
    reason: str
    at: Millis
    filled: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderRejected:
    """Definitively not done, by the venue's own code."""

    order_id: str
    code: str
    reason: str
    at: Millis


@dataclass(frozen=True, slots=True)
class OrderUnknown:
    """Nobody knows whether it arrived. Ask; never resend."""

    order_id: str
    reason: str
    at: Millis


@dataclass(frozen=True, slots=True)
class OrderNotFound:
    """The venue does not know this client id (a definite answer to a question, not an error)."""

    order_id: str
    at: Millis


@dataclass(frozen=True, slots=True)
class CancelFailed:
    """The venue could not cancel; the order's fate must be asked."""

    order_id: str
    reason: str
    at: Millis


@dataclass(frozen=True, slots=True)
class OrderState:
    """One order of ours as the venue knows it: for reports and answers to questions."""

    order_id: str
    venue_id: str
    status: Status
    filled: Decimal
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """What the account holds of one market, whoever bought it.

    Spot: coins, free and locked together, `free` what orders do not lock. Futures: signed
    contracts, with the venue's own entry, liquidation price and leverage.
    """

    key: str
    quantity: Decimal
    free: Decimal
    entry_price: float = 0.0
    liquidation: float = 0.0
    leverage: int = 1


@dataclass(frozen=True, slots=True)
class VenueReported:
    """The venue's truth at one moment, complete: what reconciliation compares the books with.

    `open_orders`: live orders of ours (by client id) with their fills; `recent`: other orders of
    ours that were asked for, ended ones too; `foreign_sales`: (key, quantity, price) sold by
    others since the last report. `cash` and `cash_free` in the quote currency, wallet balance on
    futures. `fundings`: what was charged since the last report.
    """

    venue: str
    open_orders: tuple[OrderState, ...]
    recent: tuple[OrderState, ...]
    holdings: tuple[Holding, ...]
    cash: Decimal
    cash_free: Decimal
    foreign_sales: tuple[tuple[str, Decimal, Decimal], ...]
    at: Millis
    fundings: tuple[FundingCharged, ...] = ()


@dataclass(frozen=True, slots=True)
class Liquidated:
    """The exchange closed a position by force."""

    fill: Fill
    at: Millis


# ---------------------------------------------------------------- time, people, settings


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock. `cycle` marks the daemon's loop (every LOOP_SECONDS), for warm-up and checks."""

    at: Millis
    cycle: bool = False


@dataclass(frozen=True, slots=True)
class Commanded:
    """A person's command, journalled under its id before it acts."""

    id: str
    name: str
    command: Command
    by: str
    at: Millis
    wall: float


@dataclass(frozen=True, slots=True)
class ParametersChanged:
    """New parameters in force for the venues named."""

    parameters: dict[str, Parameters]
    version: str
    at: Millis


@dataclass(frozen=True, slots=True)
class HaltFileSeen:
    """`data/STOP` appeared or went away."""

    present: bool
    at: Millis


@dataclass(frozen=True, slots=True)
class JournalFailed:
    """Books could not be written (full disk); or can be again. No entries meanwhile."""

    broken: bool
    reason: str
    at: Millis


@dataclass(frozen=True, slots=True)
class DataEnded:
    """The data of a backtest are over: close what is open at the last price."""

    at: Millis


Event = (
    PriceSeen | MarkSeen | PricesSettled | CandlesClosed | HistoryLoaded | FundingCharged
    | MarketListed | UniverseChosen | LinkChanged | AccountJudged | OrderOpened | OrderFilled
    | OrderEnded
    | OrderRejected | OrderUnknown | OrderNotFound | CancelFailed | VenueReported
    | DustConverted | Liquidated
    | TimePassed | Commanded | ParametersChanged | HaltFileSeen | JournalFailed | DataEnded
)  # fmt: skip
