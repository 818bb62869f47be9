"""The coins of the demo market: what they cost, how much they move, how much is traded."""

from __future__ import annotations

from dataclasses import dataclass

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.feeds.noise import stream


@dataclass(frozen=True, slots=True)
class Coin:
    """`price` in USDT around which it wanders for ever; `minute_volatility` is the deviation of
    a usual minute's return; `turnover` in USDT a day on Binance spot; `follows` is the share of its
    variance that is the whole market's.
    """

    base: str
    price: float
    minute_volatility: float
    turnover: float
    follows: float = 0.5


COINS = {
    coin.base: coin
    for coin in (
        Coin("BTC", 112_000.0, 0.00092, 1.5e9, 0.75),
        Coin("ETH", 4_200.0, 0.00120, 1.2e9, 0.75),
        Coin("SOL", 205.0, 0.00140, 5.0e8),
        Coin("XRP", 2.85, 0.00130, 4.0e8),
        Coin("BNB", 880.0, 0.00110, 3.0e8),
        Coin("DOGE", 0.23, 0.00145, 3.0e8),
        Coin("ADA", 0.83, 0.00140, 1.5e8),
        Coin("SUI", 3.40, 0.00150, 1.2e8),
        Coin("LINK", 23.0, 0.00140, 1.0e8),
        Coin("AVAX", 29.0, 0.00145, 0.9e8),
        Coin("LTC", 115.0, 0.00115, 0.8e8),
    )
}

# What a venue trades of a coin's turnover on Binance spot.
TURNOVER_SHARE = {BINANCE_SPOT: 1.0, BINANCE_FUTURES: 4.0, UPBIT: 0.25}

DEFAULT_UNIVERSE = (
    *(f"{UPBIT}:{base}/KRW" for base in ("BTC", "ETH", "XRP", "SOL", "DOGE", "ADA")),
    *(f"{BINANCE_SPOT}:{base}/USDT" for base in ("BTC", "ETH", "SOL", "XRP", "BNB", "DOGE")),
    *(
        f"{BINANCE_FUTURES}:{base}/USDT"
        for base in ("BTC", "ETH", "SOL", "XRP", "SUI", "LINK", "AVAX", "LTC")
    ),
)


def coin_of(base: str) -> Coin:
    """A known coin, or an invented one whose nature follows from its name (`C000`, `C001` ...)."""
    return COINS.get(base) or _invented(base)


def synthetic_keys(count: int, venue: str = BINANCE_SPOT, quote: str = "USDT") -> tuple[str, ...]:
    """Keys of `count` invented coins of one venue, for load tests."""
    return tuple(f"{venue}:C{number:03d}/{quote}" for number in range(count))


def _invented(base: str) -> Coin:
    chance = stream(0, base)
    price = 0.05 * 10.0 ** ((chance & 0xFFFF) / 16_384.0)  # 0.05 to 500
    volatility = 0.0011 + 0.0008 * (chance >> 16 & 0xFFFF) / 65_536.0
    turnover = 1e7 * 10.0 ** ((chance >> 32 & 0xFFFF) / 43_690.0)
    return Coin(base, price, volatility, turnover, 0.6)
