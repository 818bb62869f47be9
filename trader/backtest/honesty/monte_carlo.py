"""What else the same trades could have looked like: their order drawn anew many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

PATHS = 10_000
_DRAWS = 5_000_000  # trades of all paths together: more would make people wait
_FEWEST = 500
_PLACES = 150  # at which the band is known
_QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Band:
    """Where the equity of shuffled trades ran, at `after` so many trades (0 is the start).

    `low`, `middle`, `high`: 5, 50 and 95 % of the paths stood below; `actual` is the order that
    happened. `falls` are the same three quantiles of the deepest fall from a peak (fractions),
    `actual_fall` the one that happened, all between exits: open losses are not in it.
    """

    after: Ints
    low: Floats
    middle: Floats
    high: Floats
    actual: Floats
    falls: tuple[float, float, float]
    actual_fall: float
    paths: int


def paths_for(trades: int, wanted: int = PATHS) -> int:
    """As many paths as wanted, fewer where the trades are many, never under 500."""
    return max(_FEWEST, min(wanted, _DRAWS // max(1, trades)))


def band(pnl: Floats, capital: float, seed: int, paths: int = PATHS) -> Band:
    """Shuffle trades `paths` times; the same arguments give the same band.

    `pnl`: profit and loss of each trade in exit order, quote currency; `capital` > 0. A trade's
    profit counts as a share of the equity before it, so sizes grow and shrink with each path and
    all paths end where the real one ended. An account that lost everything stays at nothing.
    """
    logs = growth(pnl, capital)
    count = len(logs)
    places = np.unique(np.linspace(0, count, min(count + 1, _PLACES)).round().astype(np.int64))
    seen, falls = _walked(logs, places, seed, paths)
    low, middle, high = capital * np.quantile(np.exp(seen), _QUANTILES, axis=0)
    happened = np.concatenate(([0.0], np.cumsum(logs)))
    fall = np.quantile(falls, _QUANTILES).tolist()
    return Band(
        after=places,
        low=low,
        middle=middle,
        high=high,
        actual=capital * np.exp(happened[places]),
        falls=(fall[0], fall[1], fall[2]),
        actual_fall=float(_falls(happened[None, :])[0]),
        paths=paths,
    )


def growth(pnl: Floats, capital: float) -> Floats:
    """Logarithm of what each trade multiplied the equity by; -inf for one that took all.

    A trade that was made without any equity left counts as no change.
    """
    before = capital + np.concatenate(([0.0], np.cumsum(pnl)[:-1])) if len(pnl) else np.empty(0)
    alive = before > 0
    share = np.where(alive, pnl / np.where(alive, before, 1.0), 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(1.0 + share, 0.0)), dtype=np.float64)


def _walked(logs: Floats, places: Ints, seed: int, paths: int) -> tuple[Floats, Floats]:
    """Log equity of every path at the places, and every path's deepest fall; some at a time."""
    generator = np.random.default_rng(seed)
    step = max(1, 500_000 // max(1, len(logs)))
    seen, falls = [], []
    for start in range(0, paths, step):
        drawn = np.tile(logs, (min(step, paths - start), 1))
        generator.permuted(drawn, axis=1, out=drawn)
        walk = np.zeros((len(drawn), len(logs) + 1))
        np.cumsum(drawn, axis=1, out=walk[:, 1:])
        seen.append(walk[:, places])
        falls.append(_falls(walk))
    return np.concatenate(seen), np.concatenate(falls)


def _falls(walk: Floats) -> Floats:
    """Deepest (peak - equity) / peak of each row of log equities that begin at 0."""
    peak = np.maximum.accumulate(walk, axis=1)
    return np.asarray(1.0 - np.exp(np.min(walk - peak, axis=1)), dtype=np.float64)
