"""What the demo market is like at a minute: calm or lively, trending or ranging, crashing."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from trader.feeds.noise import curve, stream, streams, uniform

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints
    from trader.feeds.noise import Words

DAY_MINUTES = 1_440

# (period in minutes, weight) of the lines whose sum is the logarithm of volatility.
_SHARED_HEAT = ((6_000, 0.30), (700, 0.28), (90, 0.28), (12, 0.28))
_OWN_HEAT = ((2_900, 0.25), (150, 0.28), (17, 0.30))
_TREND_PERIODS = (300, 75)
_STORM_CHANCE = 0.10  # of one a day
_STORM_FALL = 40  # minutes
_STORM_DAYS = 3  # until nothing is left of it


@dataclass(frozen=True, slots=True)
class Storm:
    """A sudden move of everything at once. `size` in log price; mostly it is a crash."""

    minute: int
    size: float


def heat(seed: int, names: tuple[str, ...], minutes: Ints) -> Floats:
    """Logarithm of volatility over its usual value, one row a coin: clusters from minutes to days.

    Sum of wandering lines of many periods, most of them common to all coins.
    """
    shared = _sum_of_curves(streams(seed, ("market",), "heat"), _SHARED_HEAT, minutes)
    own = _sum_of_curves(streams(seed, names, "heat"), _OWN_HEAT, minutes)
    own += shared + _day_rhythm(minutes) + _storm_heat(storms(seed, minutes), minutes)
    return own


def trend(keys: Words, minutes: Ints) -> Floats:
    """Drift of each minute in units of its volatility: 0 in ranges, up to about 0.4 in trends."""
    slow = sum(curve(keys + np.uint64(period), minutes, period) for period in _TREND_PERIODS)
    beyond: Floats = np.sign(slow) * np.maximum(np.abs(slow) - 0.8, 0.0)
    return 0.16 * beyond


def busy_hours(minutes: Ints) -> Floats:
    """-1 in the quietest, 1 in the busiest hour of the day (14:30 UTC, as on the real venues)."""
    day = np.cos((np.arange(DAY_MINUTES) - 870) * (2.0 * pi / DAY_MINUTES))
    result: Floats = day[minutes % DAY_MINUTES]
    return result


def storms(seed: int, minutes: Ints) -> tuple[Storm, ...]:
    """Those whose effect reaches into these minutes."""
    first = int(minutes[0]) // DAY_MINUTES - _STORM_DAYS
    days = np.arange(first, int(minutes[-1]) // DAY_MINUTES + 1, dtype=np.int64)
    key = np.array([stream(seed, "market", "storm")], dtype=np.uint64)
    happens = uniform(key, days)[0] < _STORM_CHANCE
    return tuple(_storm(key, int(day)) for day in days[happens])


def storm_level(found: tuple[Storm, ...], minutes: Ints) -> Floats:
    """What storms add to the log price: a fast move, most of it won back within days."""
    level = np.zeros(len(minutes))
    for storm in found:
        age = (minutes - storm.minute).astype(np.float64)
        rest = np.clip(1.0 - age / (_STORM_DAYS * DAY_MINUTES), 0.0, 1.0)
        level += storm.size * np.clip(age / _STORM_FALL, 0.0, 1.0) * rest * rest
    return level


def _storm(key: Words, day: int) -> Storm:
    places = np.array([3 * day + 1, 3 * day + 2, 3 * day + 3], dtype=np.int64)
    when, size, side = (float(x) for x in uniform(key + np.uint64(1), places)[0])
    depth = 0.04 + 0.08 * size * size
    start = day * DAY_MINUTES + int(when * (DAY_MINUTES - _STORM_FALL))
    return Storm(start, -depth if side < 0.7 else 0.7 * depth)


def _storm_heat(found: tuple[Storm, ...], minutes: Ints) -> Floats:
    level = np.zeros(len(minutes))
    for storm in found:
        age = (minutes - storm.minute).astype(np.float64)
        level += np.where(age >= 0.0, 1.2 * np.exp(-np.maximum(age, 0.0) / 240.0), 0.0)
    return level


def _sum_of_curves(keys: Words, lines: tuple[tuple[int, float], ...], minutes: Ints) -> Floats:
    total = np.zeros((len(keys), len(minutes)))
    for period, weight in lines:
        total += weight * curve(keys + np.uint64(period), minutes, period)
    return total


def _day_rhythm(minutes: Ints) -> Floats:
    return 0.22 * busy_hours(minutes) - 0.35
