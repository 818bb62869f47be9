"""The best combination so far, and the objective's value of every one for the maps."""

from __future__ import annotations

from array import array
from heapq import nlargest
from math import inf, isfinite, nan

from trader.backtest.objectives import LEAST_TRADES, key_of
from trader.backtest.sweep.work import Row

Key = tuple[float, int, float, int]


class Ranking:
    """Keeps the best row and eight bytes of each. Ties go as `objectives` says, then by number."""

    def __init__(self, combinations: int) -> None:
        self.values = array("d", [nan]) * combinations
        self.best: Row | None = None
        self._key: Key = (inf, 0, inf, 0)

    def take(self, row: Row) -> None:
        """One more combination. Few trades or an undefined value cannot be the best."""
        key = _key(row)
        if key is None:
            return
        self.values[row.number] = -key[0]
        if key < self._key:
            self.best, self._key = row, key

    def leaders(self, count: int) -> list[int]:
        """Numbers of the best by value, the best of all first."""
        first = [] if self.best is None else [self.best.number]
        known = (n for n, value in enumerate(self.values) if isfinite(value) and n not in first)
        return first + nlargest(count - 1, known, key=lambda n: (self.values[n], -n))


def _key(row: Row) -> Key | None:
    trades = int(row.metrics["trades"] or 0)
    if row.value is None or trades < LEAST_TRADES:
        return None
    return *key_of(row.value, trades, row.metrics), row.number
