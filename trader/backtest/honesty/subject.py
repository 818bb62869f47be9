"""What is examined: a fresh strategy at will, candles, parameters; and what a check finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from trader.backtest.honesty.row_compare import between, own_copy
from trader.domain.candles import Candles
from trader.domain.parameters import Parameters
from trader.strategies.base import Strategy
from trader.strategies.filters import Market
from trader.strategies.rows import SignalRows, evaluate

MOST_ROWS = 20_000  # judged of a symbol; all of them where firing is counted
ENOUGH_ROWS = 4_000  # where every row is looked at many times


class Finding(NamedTuple):
    """What a check found. `code` and `values` make its sentence (`words_en.py`, `words_ko.py`)."""

    check: str
    passed: bool | None
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Field:
    """Candles of one symbol; those before `start` are history."""

    candles: Candles
    market: Market = field(default_factory=Market)
    start: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """A strategy under examination. `make` gives a fresh one; `source` is its file's text.

    `parameters` are those of the run; `fields` the symbols, the first of which is judged closely.
    """

    make: Callable[[], Strategy]
    fields: tuple[Field, ...]
    parameters: Parameters
    source: str = ""

    @property
    def candles(self) -> Candles:
        """The newest candles of the first symbol."""
        candles = self.fields[0].candles
        return between(candles, max(len(candles) - MOST_ROWS, 0), len(candles))

    @property
    def some(self) -> Candles:
        """The newest of these, for what is asked again and again."""
        candles = self.candles
        rows = max(ENOUGH_ROWS, 4 * self.make().warmup)
        return between(candles, max(len(candles) - rows, 0), len(candles))

    def row_of_all(self, row: int, judged: Candles) -> int:
        """A row of the newest candles as it is counted among all, from 0."""
        return row + len(self.fields[0].candles) - len(judged)

    def rows(self, candles: Candles, strategy: Strategy | None = None) -> SignalRows:
        """Everything it wishes on copies of these candles, shorts and leverage included."""
        every = replace(self.parameters, allow_shorts=True, leverage=None)
        with np.errstate(all="ignore"):
            chosen = strategy or self.make()
            return evaluate(chosen, own_copy(candles), every, self.fields[0].market)


def good(check: str, code: str = "ok", **values: object) -> Finding:
    """The check was passed."""
    return Finding(check, passed=True, code=f"{check}.{code}", values=values)


def bad(check: str, code: str = "failed", **values: object) -> Finding:
    """The check was failed."""
    return Finding(check, passed=False, code=f"{check}.{code}", values=values)


def unjudged(check: str, code: str, **values: object) -> Finding:
    """There was no judging."""
    return Finding(check, passed=None, code=code, values=values)
