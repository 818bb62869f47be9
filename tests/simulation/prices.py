"""What the markets of a simulated run do: a restless walk for every market, out of the seed."""

from random import Random

from trader.domain.candles import Candle
from trader.domain.time import MINUTE, Millis

OPENED = {
    "upbit:BTC/KRW": 98_000_000.0,
    "upbit:XRP/KRW": 812.0,
    "binance_spot:BTC/USDT": 71_000.0,
    "binance_spot:SOL/USDT": 151.0,
    "binance_futures:BTC/USDT": 71_010.0,
    "binance_futures:ETH/USDT": 3_050.0,
}
KEYS = tuple(OPENED)
JUMPY = 0.0004  # of all seconds: emergencies are real now and then
RESTLESS = 0.0012  # of the price, a second: stops and targets are met every few minutes


class Prices:
    """Prices of all markets, one step after another; candles of a minute as they form."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"{seed}:prices")
        self.now = dict(OPENED)
        self._forming: dict[str, list[float]] = {}

    def step(self) -> None:
        """Every market moves."""
        for key, price in self.now.items():
            moved = price * (1.0 + self._random.gauss(0.0, RESTLESS))
            if self._random.random() < JUMPY:
                moved *= self._random.choice((0.93, 1.07))
            self.now[key] = float(f"{moved:.6g}")

    def note(self) -> None:
        """The prices in force belong to the forming candles."""
        for key, price in self.now.items():
            self._forming.setdefault(key, []).append(price)

    def close(self, end: Millis, venue: str) -> tuple[Candle, ...]:
        """The candles of one venue that ended at `end`."""
        made = []
        for key in KEYS:
            if key.startswith(f"{venue}:") and (seen := self._forming.pop(key, None)):
                first, last = seen[0], seen[-1]
                made.append(Candle(key, end - MINUTE, first, max(seen), min(seen), last, 10.0, 1e9))
        return tuple(made)
