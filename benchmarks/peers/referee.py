"""The common strategy as a plain loop, with the departures from its rules that others make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.theirs.stopwatch import STOP, TARGET, TRAIL, WIDTH, Trade

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats

BAND, AVERAGE = 20, 50
NEARLY = 1e-9  # relative: what the rounding of an indicator can decide


class Departure(StrEnum):
    """A rule (specification 3.8) that an engine does not keep; each names those that it may not."""

    LATE_TRAIL = "the trail rises when a candle is over, not at its high"
    LATE_OPEN = "an open above the highest price does not raise the trail before the way down"
    NO_ENTRY_EXIT = "no exit in the candle of the entry"
    SIGNAL_LEVELS = "in the entry's candle the levels are those of the signal's close"
    LOST_SIGNAL = "the signal of the candle in which it left a position is lost"


@dataclass(frozen=True, slots=True)
class Prices:
    """Plain lists: a loop reads them several times as fast as arrays."""

    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]

    @classmethod
    def of(cls, columns: Floats) -> Prices:
        """From an array of shape (4, n)."""
        return cls(*(column.tolist() for column in columns))

    def __len__(self) -> int:
        return len(self.close)


@dataclass(frozen=True, slots=True)
class Signals:
    """Rows whose close says BUY, and rows where rounding decides whether it does."""

    buy: Bools
    close_call: Bools


def signals(close: Floats) -> Signals:
    """The close crosses above the upper band and is above EMA50 (first value: mean of 50)."""
    windows = np.lib.stride_tricks.sliding_window_view(close, BAND)
    unknown = np.full(BAND - 1, np.nan)
    upper = np.append(unknown, windows.mean(axis=1) + WIDTH * windows.std(axis=1))
    trend = _ema(close)
    before, upper_before = np.append(np.nan, close[:-1]), np.append(np.nan, upper[:-1])
    buy = (close > upper) & (before <= upper_before) & (close > trend)
    gaps = (close - upper, before - upper_before, close - trend)
    near = np.any([np.abs(gap) <= NEARLY * close for gap in gaps], axis=0)
    return Signals(buy, np.asarray(near, dtype=np.bool_))


def _ema(close: Floats) -> Floats:
    values = np.full(len(close), np.nan)
    value, weight = float(close[:AVERAGE].mean()), 2.0 / (AVERAGE + 1.0)
    values[AVERAGE - 1] = value
    for row, price in enumerate(close[AVERAGE:].tolist(), start=AVERAGE):
        value += weight * (price - value)
        values[row] = value
    return values


def trades(prices: Prices, buy: Bools, departures: Collection[Departure] = ()) -> list[Trade]:
    """All trades; what is open at the end is closed at the last close."""
    found: list[Trade] = []
    free = AVERAGE  # the first entry: as many closed candles as the slowest indicator needs
    for row in (np.flatnonzero(buy) + 1).tolist():
        if free <= row < len(prices):
            last, price = leave(prices, row, departures)
            found.append((row, last, prices.open[row], price))
            free = last + 1
    return found


def leave(
    prices: Prices, entry: int, departures: Collection[Departure] = (), target: float = TARGET
) -> tuple[int, float]:
    """Row and price of the exit of a position that was opened at the open of row `entry`."""
    walk = _Walk(prices, entry, frozenset(departures), target)
    for row in range(entry, len(prices)):
        price = walk.passed(row)
        if price is not None:
            return row, price
    return len(prices) - 1, prices.close[-1]


class _Walk:
    """A long position on its way: open, low, high, close; the adverse side first."""

    def __init__(
        self, prices: Prices, entry: int, departures: frozenset[Departure], target: float
    ) -> None:
        self._prices, self._entry, self._departures = prices, entry, departures
        self._paid = self._highest = prices.open[entry]
        self._share = target

    def passed(self, row: int) -> float | None:
        """The price at which it left in this candle, None when it did not."""
        if row == self._entry and Departure.NO_ENTRY_EXIT in self._departures:
            self._raise(self._prices.high[row])
            return None
        if row > self._entry:
            price = self._at_open(row)
            if price is not None:
                return price
            if Departure.LATE_OPEN not in self._departures:
                self._raise(self._prices.open[row])
        return self._inside(row)

    def _at_open(self, row: int) -> float | None:
        opened = self._prices.open[row]
        return opened if opened <= self._stop(row) or opened >= self._target(row) else None

    def _inside(self, row: int) -> float | None:
        stop, target = self._stop(row), self._target(row)
        if self._prices.low[row] <= stop:
            return stop
        if self._prices.high[row] >= target:
            return target
        self._raise(self._prices.high[row])
        if Departure.LATE_TRAIL in self._departures:
            return None
        stop = self._stop(row)
        return stop if self._prices.close[row] <= stop else None

    def _raise(self, price: float) -> None:
        self._highest = max(self._highest, price)

    def _basis(self, row: int) -> float:
        early = row == self._entry and Departure.SIGNAL_LEVELS in self._departures
        return self._prices.close[row - 1] if early else self._paid

    def _stop(self, row: int) -> float:
        basis = self._basis(row)
        highest = basis if basis != self._paid else self._highest
        return max(basis * (1.0 - STOP), highest * (1.0 - TRAIL))

    def _target(self, row: int) -> float:
        return self._basis(row) * (1.0 + self._share)


def equity_of(
    found: Sequence[Trade], capital: float, fee: float, held: tuple[float, float] | None = None
) -> float:
    """What trades make of a capital that goes all in, sizes not rounded.

    `held`: entry price and present price of what is still open, valued without exit costs.
    """
    for _, _, paid, got in found:
        capital *= got * (1.0 - fee) / (paid * (1.0 + fee))
    if held is None:
        return capital
    paid, now = held
    return capital * now / (paid * (1.0 + fee))
