"""Where values stand in a drawing: heights with round ticks, places along an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.domain.time import DAY

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

_ROOM = 0.04  # of the range, above and below
_TICKS = 4  # or a few more
_FACTORS = ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 5, 7), (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9))


@dataclass(frozen=True, slots=True)
class Scale:
    """Values between `low` and `high` on a chart's height; `high` is at the top.

    `logarithmic`: equal steps are equal ratios; all values are positive then.
    """

    low: float
    high: float
    logarithmic: bool = False

    def y(self, values: Floats, height: float) -> Floats:
        """Heights in drawing units, 0 at the top."""
        low, high = self._at(self.low), self._at(self.high)
        places = np.log(values) if self.logarithmic else values
        return np.asarray((high - places) / (high - low) * height, dtype=np.float64)

    def share(self, value: float) -> float:
        """How far down a value stands, in percent of the height."""
        return float(self.y(np.array([value]), 100.0)[0])

    def ticks(self) -> list[float]:
        """Round values, four or so."""
        return _ratios(self.low, self.high) if self.logarithmic else steps(self.low, self.high)

    def _at(self, value: float) -> float:
        return float(np.log(value)) if self.logarithmic else value


def scale_of(heights: Sequence[Floats], *, logarithmic: bool, zero: bool) -> Scale:
    """A scale that holds all the values with a little room."""
    filled = [values for values in heights if len(values)]
    low = min(float(np.min(values)) for values in filled)
    high = max(float(np.max(values)) for values in filled)
    if logarithmic:
        room = max(1.02, (high / low) ** _ROOM)
        return Scale(low / room, high * room, logarithmic=True)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * _ROOM or max(abs(high) * 0.01, 0.01)
    hangs = high == 0 and not zero  # a drawdown hangs from the top
    return Scale(low if zero and low == 0 else low - room, high if hangs else high + room)


def wants_logarithm(heights: Sequence[Floats]) -> bool:
    """Whether a fourfold range or more asks for equal ratios instead of equal differences."""
    lows = [float(np.min(values)) for values in heights if len(values)]
    highs = [float(np.max(values)) for values in heights if len(values)]
    return bool(lows) and min(lows) > 0 and max(highs) >= 4 * min(lows)


def steps(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values between two others, about as many as wanted."""
    rough = (high - low) / wanted
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = np.ceil(low / step), np.floor(high / step)
    return [float(n * step) for n in np.arange(first, last + 1)]


def _ratios(low: float, high: float) -> list[float]:
    """Round factors of powers of ten, the fewest that are enough; equal steps where none are."""
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for factors in _FACTORS:
        found = [float(f * power) for power in powers for f in factors if low <= f * power <= high]
        if len(found) >= _TICKS:
            return found[:: len(found) // _TICKS]
    return steps(low, high)


@dataclass(frozen=True, slots=True)
class Axis:
    """Places from left (`start`) to right (`end`); `ticks` are shares of the width and texts."""

    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def shares(self, x: Floats | Ints) -> Floats:
        """Places as shares of the width, 0 at the left."""
        return np.asarray((x - self.start) / ((self.end - self.start) or 1), dtype=np.float64)


def time_axis(time: Ints) -> Axis:
    """An axis from the first to the last of these moments (ms UTC), with five dates."""
    start, end = (int(time[0]), int(time[-1])) if len(time) else (0, 0)
    write = figures.day if end - start > 4 * DAY else figures.moment
    places = (0, 0.25, 0.5, 0.75, 1) if end > start else (0,)
    return Axis(start, end, tuple((p, write(round(start + p * (end - start)))) for p in places))


def number_axis(start: float, end: float, label: Callable[[float], str]) -> Axis:
    """An axis over numbers, with round ticks."""
    span = (end - start) or 1.0
    return Axis(start, end, tuple(((v - start) / span, label(v)) for v in steps(start, end)))
