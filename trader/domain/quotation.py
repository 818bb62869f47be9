"""What an exchange tells everybody: prices of trades, markets with their rules, funding rates."""

from dataclasses import dataclass
from typing import NamedTuple

from trader.domain.instrument import MarketRules
from trader.domain.time import Millis


class Tick(NamedTuple):
    """The price of a market's newest trade. `at`: when it was traded, by the exchange's clock;
    0 where the exchange does not tell.
    """

    key: str
    price: float
    at: Millis


@dataclass(frozen=True, slots=True)
class MarketQuoted:
    """One market as its venue lists it. `turnover` of the last 24 h in the quote currency.

    `rules.warned`: the venue warns of it, is about to delist it, or does not trade it now.
    """

    key: str
    rules: MarketRules
    turnover: float


class FundingRate(NamedTuple):
    """What longs pay at `at`, a fraction of the position's value at `price` (0: not told)."""

    key: str
    rate: float
    price: float
    at: Millis
