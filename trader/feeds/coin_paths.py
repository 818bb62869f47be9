"""How coins move in the demo market, minute by minute, before a venue quotes them.

Prices are pinned every four hours to a slowly wandering level and walk at random in between
(a Brownian bridge in market time), so that any four hours can be drawn without those before.

Measured on minutes, 45 days of seed 1, against recorded Binance BTC (two years) and ETH (one year):

    BTC, ETH                            invented    recorded
    deviation of returns, 0.01 %        12   15     6.8  10
    kurtosis                            15   14     66   285
    autocorrelation of |r| after 1 min  .40  .38    .38  .35
    ... after 10, 60 min                .34  .24    .29  .22   (BTC)
    ... after a day                     .09  .07    .13  .10
    range of a candle over |r|          1.72 1.72   1.55 1.70
    log volume with log range           .79  .79    .66  .74
    busiest, quietest hour over mean    1.72 0.47   1.77 0.69  (BTC)
    returns of BTC with ETH             .63         .75        (less alike: more to see)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trader.feeds.moods import busy_hours, heat, storm_level, storms, trend
from trader.feeds.noise import bell, curve, streams, uniform

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints
    from trader.feeds.coins import Coin
    from trader.feeds.noise import Words

BLOCK = 240  # minutes between two pins

# (period in blocks, weight): lines whose sum is the level, in units of a block's usual move.
_LEVEL_LINES = ((1, 0.62), (3, 1.15), (12, 2.7), (48, 5.5), (192, 9.5))
_JUMP_CHANCE = 1.0 / 2_500.0  # a minute
_REACH = 0.80  # wicks against those of a continuous random walk; trades come in steps


@dataclass(frozen=True, slots=True)
class CoinPaths:
    """Coins (rows) over n minutes (columns), numbered since 1970.

    `level`: log price in USDT at the n + 1 borders of the minutes. `above`, `below`: log distance
    of high and low from the body. `turnover`: USDT traded on Binance spot in each minute.
    """

    minutes: Ints
    level: Floats
    above: Floats
    below: Floats
    turnover: Floats


def coin_paths(seed: int, coins: tuple[Coin, ...], first_block: int, blocks: int) -> CoinPaths:
    """Draw these coins from `first_block` (number of four-hour blocks since 1970) on.

    A coin's path does not depend on the other coins asked for, nor on where the stretch begins.
    """
    names = tuple(coin.base for coin in coins)
    minutes = np.arange(first_block * BLOCK, (first_block + blocks) * BLOCK, dtype=np.int64)
    usual = _column([coin.minute_volatility for coin in coins])
    volatility = np.exp(heat(seed, names, minutes))
    pins = _pins(seed, coins, first_block, blocks)
    level = usual * _levels(_walk(seed, coins, minutes, volatility), volatility, pins)
    level += _storms(seed, usual, minutes) + np.log(_column([coin.price for coin in coins]))
    returns = np.diff(level)
    volatility *= usual
    above, below = _wicks(seed, names, minutes, (returns, volatility))
    turnover = _turnover(seed, coins, minutes, (returns, volatility))
    return CoinPaths(minutes, level, above, below, turnover)


def _column(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)[:, None]


def _shared(common: Floats, own: Floats, coins: tuple[Coin, ...]) -> Floats:
    """Mix what is the whole market's with what is the coin's own, by shares of variance."""
    follows = _column([coin.follows for coin in coins])
    result: Floats = np.sqrt(follows) * common + np.sqrt(1.0 - follows) * own
    return result


def _walk(seed: int, coins: tuple[Coin, ...], minutes: Ints, volatility: Floats) -> Floats:
    """Returns of the minutes in units of the coin's usual volatility, before they are pinned."""
    names = tuple(coin.base for coin in coins)

    def moves(who: tuple[str, ...]) -> Floats:
        drift = trend(streams(seed, who, "trend"), minutes)
        drift += bell(streams(seed, who, "walk"), minutes)
        drift += _jumps(streams(seed, who, "jump"), minutes)
        return drift

    return volatility * _shared(moves(("market",)), moves(names), coins)


def _jumps(keys: Words, minutes: Ints) -> Floats:
    """Rare leaps of 4 to 12 deviations inside one minute."""
    chance = uniform(keys, minutes)
    size = np.zeros_like(chance)
    rare = chance < _JUMP_CHANCE
    share = chance[rare] / _JUMP_CHANCE * 2.0
    size[rare] = np.where(share < 1.0, -4.0 - 8.0 * share**3, 4.0 + 8.0 * (share - 1.0) ** 3)
    return size


def _pins(seed: int, coins: tuple[Coin, ...], first_block: int, blocks: int) -> Floats:
    """Levels at the blocks' borders, in units of a coin's usual volatility of a minute."""
    borders = np.arange(first_block, first_block + blocks + 1, dtype=np.int64)

    def wander(who: tuple[str, ...]) -> Floats:
        keys = streams(seed, who, "level")
        total = np.zeros((len(who), len(borders)))
        for period, weight in _LEVEL_LINES:
            total += weight * curve(keys + np.uint64(period), borders, period)
        return total

    names = tuple(coin.base for coin in coins)
    return float(np.sqrt(BLOCK)) * _shared(wander(("market",)), wander(names), coins)


def _levels(walk: Floats, volatility: Floats, pins: Floats) -> Floats:
    """Cumulated returns that pass through the pins; what is missing falls on the wild minutes."""
    shape = (len(walk), -1, BLOCK)
    steps = walk.reshape(shape)
    variance = np.square(volatility).reshape(shape)
    missing = np.diff(pins) - steps.sum(axis=2)
    steps = steps + variance * (missing / variance.sum(axis=2))[:, :, None]
    inside = np.zeros(steps.shape)
    np.cumsum(steps[:, :, :-1], axis=2, out=inside[:, :, 1:])
    inside += pins[:, :-1, None]
    return np.concatenate((inside.reshape(len(walk), -1), pins[:, -1:]), axis=1)


def _storms(seed: int, usual: Floats, minutes: Ints) -> Floats:
    """What storms add at every border; wilder coins are thrown further."""
    borders = np.append(minutes, minutes[-1] + 1)
    return np.sqrt(usual / 0.001) * storm_level(storms(seed, borders), borders)


def _wicks(
    seed: int, names: tuple[str, ...], minutes: Ints, moves: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """How far the price went beyond open and close.

    Highest point of a Brownian bridge: (r + sqrt(r^2 - 2 s^2 ln U)) / 2 above its start.
    """
    returns, volatility = moves
    body = np.abs(returns)
    twice = 2.0 * np.square(_REACH * volatility)

    def wick(side: str) -> Floats:
        chance = np.log(uniform(streams(seed, names, side), minutes))
        result: Floats = 0.5 * (np.sqrt(np.square(body) - twice * chance) - body)
        return result

    return wick("above"), wick("below")


def _turnover(
    seed: int, coins: tuple[Coin, ...], minutes: Ints, moves: tuple[Floats, Floats]
) -> Floats:
    """More is traded in wild minutes, in busy hours, and when the price just moved."""
    returns, volatility = moves
    names = tuple(coin.base for coin in coins)
    usual = _column([coin.minute_volatility for coin in coins])
    daily = _column([coin.turnover for coin in coins])
    wild = np.log(volatility / usual) + 0.30 * busy_hours(minutes)
    eager = 0.35 * np.minimum(np.abs(returns) / volatility, 4.0)
    chance = 0.45 * bell(streams(seed, names, "turnover"), minutes)
    result: Floats = daily / 1_440.0 * np.exp(1.15 * wild + eager + chance - 0.47)
    return result
