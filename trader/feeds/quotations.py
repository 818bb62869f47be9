"""What venues quote for the coins of the demo market: won and premium on Upbit, basis and funding
on futures, ticks, and how much of the trading each venue has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.instrument import BINANCE_FUTURES, UPBIT, Instrument
from trader.domain.time import HOUR, MINUTE, Millis
from trader.feeds.coin_paths import BLOCK, CoinPaths, coin_paths
from trader.feeds.coins import TURNOVER_SHARE, coin_of
from trader.feeds.noise import bell, curve, streams

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

_WON_PER_DOLLAR = 1_390.0
_FUNDING_EVERY: Millis = 8 * HOUR

# Upbit's ticks since 2025-07-31: from this price on, this many won.
_WON_BANDS = np.array([1.0, 10.0, 100.0, 5e3, 1e4, 5e4, 1e5, 5e5, 1e6])
_WON_STEPS = np.array([1.0, 1.0, 1.0, 1.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1_000.0])
_WON_PARTS = np.array([1e4, 1e2, 1e1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Quotes:
    """Candles of one minute: instruments (rows) over n minutes (columns, numbered since 1970)."""

    minutes: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    turnover: Floats


def quotes(seed: int, keys: tuple[str, ...], first_block: int, blocks: int) -> Quotes:
    """Minute candles of these instruments for whole blocks of four hours."""
    markets = tuple(Instrument.parse(key) for key in keys)
    bases = tuple(dict.fromkeys(market.base for market in markets))
    paths = coin_paths(seed, tuple(coin_of(base) for base in bases), first_block, blocks)
    row = np.array([bases.index(market.base) for market in markets])
    borders = np.append(paths.minutes, paths.minutes[-1] + 1)
    level = paths.level[row] + _factors(seed, markets, borders)
    return _candles(seed, markets, np.exp(level), paths, row)


class TickSizes:
    """Rounds prices (one row a market) to what the venues can quote."""

    def __init__(self, markets: tuple[Instrument, ...]) -> None:
        digits = [_digits(market) for market in markets]
        self._parts = 10.0 ** np.array(digits, dtype=np.float64)[:, None]
        self._won = np.flatnonzero([market.quote == "KRW" for market in markets])

    def round(self, prices: Floats) -> Floats:
        """The nearest quotable prices; always above 0 for prices of coins."""
        result: Floats = np.round(prices * self._parts) / self._parts
        if len(self._won):
            result[self._won] = _in_won(prices[self._won])
        return result


def funding_rate(seed: int, key: str, at: Millis) -> float:
    """Rate that longs pay at `at`: every 8 h on futures, 0 otherwise.

    The mean premium, drawn to 0.01 % within 0.05 % as on Binance.
    """
    market = Instrument.parse(key)
    if market.venue != BINANCE_FUTURES or at % _FUNDING_EVERY:
        return 0.0
    minutes = np.arange((at - _FUNDING_EVERY) // MINUTE, at // MINUTE, dtype=np.int64)
    premium = float(_basis(seed, (key,), minutes).mean())
    return round(premium + min(max(0.0001 - premium, -0.0005), 0.0005), 8)


def _candles(
    seed: int, markets: tuple[Instrument, ...], prices: Floats, paths: CoinPaths, row: Ints
) -> Quotes:
    keys = tuple(market.key for market in markets)
    ticks = TickSizes(markets)
    borders = ticks.round(prices)
    first, last = borders[:, :-1], borders[:, 1:]
    top, bottom = np.maximum(first, last), np.minimum(first, last)
    high = np.maximum(top, ticks.round(top * np.exp(paths.above[row])))
    low = np.minimum(bottom, ticks.round(bottom * np.exp(-paths.below[row])))
    share = np.array([TURNOVER_SHARE[market.venue] for market in markets])[:, None]
    chance = np.exp(0.3 * bell(streams(seed, keys, "share"), paths.minutes))
    coins = paths.turnover[row] * share * chance / np.exp(paths.level[row, 1:])
    volume = np.maximum(np.round(coins, 4), 0.0001)
    return Quotes(paths.minutes, first, high, low, last, volume, volume * last)


def _factors(seed: int, markets: tuple[Instrument, ...], borders: Ints) -> Floats:
    """Log of each venue's price over the coin's price in USDT on Binance spot."""
    result = np.zeros((len(markets), len(borders)))
    for row, market in enumerate(markets):
        if market.venue == UPBIT:
            result[row] = _won(seed, borders) + _premium(seed, market.key, borders)
        elif market.venue == BINANCE_FUTURES:
            result[row] = _basis(seed, (market.key,), borders)[0]
    return result


def _won(seed: int, minutes: Ints) -> Floats:
    """Log of won per USDT: the rate and the premium that all Korean prices share."""
    keys = streams(seed, ("won",), "rate")
    total: Floats = np.full(len(minutes), float(np.log(_WON_PER_DOLLAR * 1.015)))
    for period, weight in ((28_800, 0.012), (5_760, 0.006), (360, 0.0012)):
        total += weight * curve(keys + np.uint64(period), minutes, period)[0]
    return total


def _premium(seed: int, key: str, minutes: Ints) -> Floats:
    """One coin's own deviation, mean reverting, and the noise of the last trade."""
    keys = streams(seed, (key,), "premium")
    total: Floats = 0.0015 * curve(keys, minutes, 720)[0]
    total += 0.0004 * curve(keys + np.uint64(1), minutes, 15)[0]
    total += 0.00015 * bell(keys + np.uint64(2), minutes)[0]
    return total


def _basis(seed: int, keys: tuple[str, ...], minutes: Ints) -> Floats:
    """Log of the futures price over spot."""
    own = streams(seed, keys, "basis")
    total: Floats = -0.0002 + 0.00045 * curve(own, minutes, 2_880)
    total += 0.00008 * curve(own + np.uint64(1), minutes, 20)
    total += 0.00005 * bell(own + np.uint64(2), minutes)
    return total


def _digits(market: Instrument) -> int:
    """Decimals of a price, five significant digits at the coin's usual price, at least two."""
    usual = coin_of(market.base).price
    return min(max(4 - int(np.floor(np.log10(usual))), 2), 8)


def _in_won(prices: Floats) -> Floats:
    band = np.searchsorted(_WON_BANDS, prices, side="right")
    step, parts = _WON_STEPS[band], _WON_PARTS[band]
    result: Floats = np.round(prices * parts / step) * step / parts
    return result


def block_of(at: Millis) -> int:
    """Number of the four-hour block that contains `at`."""
    return at // (BLOCK * MINUTE)
