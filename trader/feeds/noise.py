"""Chance without memory: every random number is a function of its place, so that any stretch of an
endless series can be had at any time, in any order, with the same bits.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trader.domain.candles import Floats, Ints

    Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BELL_SCALE = 1.0 / float(np.sqrt((65_536.0**2 - 1.0) / 3.0))  # four 16-bit uniforms


def stream(seed: int, *names: str) -> int:
    """A 64-bit key that names one series of random numbers."""
    text = "/".join((str(seed), *names))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def streams(seed: int, names: tuple[str, ...], part: str) -> Words:
    """One key per name, for the same part of each (`volume`, `trend` ...)."""
    return np.array([stream(seed, name, part) for name in names], dtype=np.uint64)


def words(keys: Words, places: Ints) -> Words:
    """64 random bits for every key (rows) and place (columns, whole numbers).

    The mixing is splitmix64's (Steele, Lea, Flood 2014), here on key + place, not in sequence.
    """
    x = keys[:, None] + places.astype(np.uint64)[None, :] * _GOLDEN
    x ^= x >> np.uint64(30)
    x *= _MIX_1
    x ^= x >> np.uint64(27)
    x *= _MIX_2
    x ^= x >> np.uint64(31)
    return x


def uniform(keys: Words, places: Ints) -> Floats:
    """Numbers in (0, 1)."""
    result: Floats = ((words(keys, places) >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
    return result


def bell(keys: Words, places: Ints) -> Floats:
    """Mean 0, deviation 1, bell-shaped: the sum of four uniforms (at most 3.46 either way).

    Integer arithmetic alone, hence the same on every machine; far tails are the business of
    volatility and jumps.
    """
    pieces = words(keys, places).view(np.uint16)
    total = pieces[:, 0::4].astype(np.float64)
    for place in (1, 2, 3):
        total += pieces[:, place::4]
    total -= 131_070.0
    total *= _BELL_SCALE
    return total


def curve(keys: Words, places: Ints, period: int) -> Floats:
    """A wandering line over consecutive places: a bell number every `period`, straight between."""
    first, last = int(places[0]) // period, int(places[-1]) // period
    nodes = bell(keys, np.arange(first, last + 2, dtype=np.int64))
    rise = np.diff(nodes)
    if last - first > 1:  # whole periods at once: much faster, the same arithmetic, the same bits
        share = np.arange(period) / period
        line = nodes[:, :-1, None] + rise[:, :, None] * share
        skipped = int(places[0]) - first * period
        return line.reshape(len(keys), -1)[:, skipped : skipped + len(places)]
    node, rest = np.divmod(places - first * period, period)
    bent: Floats = nodes[:, node] + rise[:, node] * (rest / period)
    return bent
