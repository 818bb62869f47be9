"""The two answers of risk. Only `manager.review` makes an `Approved`; orders need one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryRequest:
    """What a strategy (or a person) would like to open, at the price that triggers it.

    `d` +1 long, -1 short. `share` of the equity the strategy sizes with. `atr`, `turnover`,
    `hour_atr`, `regime`, `volatility` are candle i's. `fixed_quantity` > 0: a person's order.
    """

    key: str
    strategy: str
    d: int
    price: float
    share: float
    atr: float
    turnover: float
    hour_atr: float = float("nan")
    regime: int = 0
    volatility: int = 0
    fixed_quantity: float = 0.0


@dataclass(frozen=True, slots=True)
class Approved:
    """Permission for one entry. `lots` whole lots of the market's step; `terms` of the leverage."""

    request: EntryRequest
    lots: int
    leverage: float
    caps: int
    controls: tuple[tuple[str, float, float], ...]
    terms: tuple[tuple[str, float], ...] = ()

    def lines(self) -> tuple[tuple[str, float, float], ...]:
        """Controls and leverage terms as (name, measured, limit), for the journal."""
        terms = tuple((f"leverage_{name}", value, self.leverage) for name, value in self.terms)
        return self.controls + terms


@dataclass(frozen=True, slots=True)
class Refused:
    """No entry, and the bit mask of every reason (see `trader.domain.signal.BIT`)."""

    request: EntryRequest
    reasons: int
