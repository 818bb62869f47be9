"""A strategy that always wants something, so that a short run is full of orders."""

from collections.abc import Mapping
from math import nan
from random import Random

from trader.domain.candles import Candle, Candles
from trader.domain.instrument import BINANCE_FUTURES, venue_of
from trader.domain.parameters import Parameters
from trader.domain.signal import Opinion, Reason
from trader.domain.time import MINUTE, Millis

NAME = "lively"


class Wishes:
    """The port `Signals`: what is wished for a candle depends on seed, market and candle only.

    `content`: nothing is wished any more.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.content = False

    def seed(self, key: str, candles: Candles) -> None:
        """History is of no interest."""

    def close(self, candle: Candle) -> None:
        """Nor are candles."""

    def retune(self, parameters: Mapping[str, Parameters]) -> None:
        """Nor parameters."""

    def opinion(self, key: str, strategy: str, first_at: Millis, first_price: float) -> Opinion:
        """In two of three candles an entry, at once or a little away; in one of ten a way out."""
        random = Random(f"{self._seed}:{key}:{first_at // MINUTE}")
        eager = random.random() < 0.66 and not self.content
        short = eager and venue_of(key) == BINANCE_FUTURES and random.random() < 0.5
        away = random.choice((nan, 0.0005, 0.001))
        out = random.random() < 0.1
        return Opinion(
            long=eager and not short,
            long_level=first_price * (1.0 + away),
            short=short,
            short_level=first_price * (1.0 - away),
            sell=out,
            cover=out,
            long_blocks=0,
            short_blocks=0,
            hold=0,
            atr=first_price * 0.01,
            turnover=nan,
            hour_atr=nan,
            regime=0,
            volatility=0,
            confidence=0.5,
        )

    def reasons(self, key: str, strategy: str, mask: int) -> tuple[Reason, ...]:
        """None but the codes."""
        return ()
