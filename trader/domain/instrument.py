"""What is traded, and the market's rules for it."""

from dataclasses import dataclass
from decimal import Decimal

from trader.domain.errors import BadInput

UPBIT = "upbit"
BINANCE_SPOT = "binance_spot"
BINANCE_FUTURES = "binance_futures"
VENUES = (UPBIT, BINANCE_SPOT, BINANCE_FUTURES)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One market of one venue. `key` (`upbit:BTC/KRW`) names it everywhere inside."""

    venue: str
    base: str
    quote: str

    @property
    def symbol(self) -> str:
        """`BTC/KRW`, as people and files write it."""
        return f"{self.base}/{self.quote}"

    @property
    def key(self) -> str:
        """`upbit:BTC/KRW`; a coin of one venue is never joined with another venue's by name."""
        return f"{self.venue}:{self.base}/{self.quote}"

    @classmethod
    def parse(cls, key: str) -> "Instrument":
        """Read `upbit:BTC/KRW`. Raises `BadInput` for anything else."""
        venue, _, symbol = key.partition(":")
        base, _, quote = symbol.partition("/")
        if venue not in VENUES or not base or not quote:
            raise BadInput(f"'{key}' is no instrument; write for example upbit:BTC/KRW")
        return cls(venue, base, quote)


def symbol_of(key: str) -> str:
    """`BTC/KRW` of `upbit:BTC/KRW`."""
    return key.partition(":")[2]


def venue_of(key: str) -> str:
    """`upbit` of `upbit:BTC/KRW`."""
    return key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class MarketRules:
    """What a market demands of an order. Money in the quote currency, rates as fractions.

    `ticks` are (from price, tick) bands, ascending; empty means that prices are not rounded.
    """

    lot_step: Decimal = Decimal("1e-8")
    min_cost: Decimal = Decimal(0)
    min_quantity: Decimal = Decimal(0)
    max_quantity: Decimal | None = None
    ticks: tuple[tuple[Decimal, Decimal], ...] = ()
    maintenance_rate: float = 0.004
    max_leverage: float = 125.0
    warned: bool = False

    def tick_at(self, price: Decimal) -> Decimal | None:
        """Tick size in force at a price; None when prices are not rounded."""
        size = None
        for start, tick in self.ticks:
            if price < start:
                break
            size = tick
        return size
