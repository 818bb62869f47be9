"""Prices inside a candle, for a market that is watched while the candle forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats, Ints


def tick_paths(
    bars: tuple[Floats, Floats, Floats, Floats],
    low_first: Bools,
    turns: tuple[Ints, Ints],
    count: int,
) -> Floats:
    """Prices of every candle (rows) at `count` evenly spaced moments (columns).

    The first is the open, the last the close; in between the path goes straight to the low and to
    the high (the low first where `low_first`) and touches them at the places `turns`, whole numbers
    with 0 < first < second < count - 1. No price lies outside [low, high].
    """
    first, high, low, last = (price[:, None] for price in bars)
    near = np.where(low_first[:, None], low, high)
    far = np.where(low_first[:, None], high, low)
    early, late = (turn[:, None] for turn in turns)
    place = np.arange(count)[None, :]
    path = np.where(
        place <= early,
        first + (near - first) * (place / early),
        np.where(
            place <= late,
            near + (far - near) * ((place - early) / (late - early)),
            far + (last - far) * ((place - late) / (count - 1 - late)),
        ),
    )
    np.put_along_axis(path, early, near, axis=1)
    np.put_along_axis(path, late, far, axis=1)
    path[:, -1:] = last
    result: Floats = np.clip(path, low, high)
    return result


def low_comes_first(first: Floats, last: Floats) -> Bools:
    """What is more likely inside a candle of which only four prices are known.

    A rising candle most often dips before it rises, a falling one rises before it falls.
    """
    result: Bools = last >= first
    return result
