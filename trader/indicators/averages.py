"""Moving averages and what is made of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trader.indicators import windows
from trader.indicators.talib_alone import talib

if TYPE_CHECKING:
    from trader.domain.candles import Floats


class Macd(NamedTuple):
    """`line` = fast EMA - slow EMA, `signal` = EMA of the line."""

    line: Floats
    signal: Floats


class Bands:
    """Bollinger bands; `width` = (upper - lower) / middle. Each is made when it is asked for."""

    def __init__(self, middle: Floats, deviation: Floats, deviations: float) -> None:
        self.middle = middle
        self._deviation, self._deviations = deviation, deviations

    @cached_property
    def upper(self) -> Floats:
        """The middle and so many deviations."""
        return self.middle + self._deviation * self._deviations

    @cached_property
    def lower(self) -> Floats:
        """The middle less so many deviations."""
        return self.middle - self._deviation * self._deviations

    @cached_property
    def width(self) -> Floats:
        """How far apart they are, as a share of the middle."""
        return (self.upper - self.lower) / self.middle


def sma(values: Floats, period: int) -> Floats:
    """Simple moving average of the last `period` values, without drift."""
    return windows.mean(values, period)


def ema(values: Floats, period: int) -> Floats:
    """Exponential moving average; it starts as the mean of its first `period` values."""
    result: Floats = talib.EMA(values, period)
    return result


def macd(values: Floats, fast: int = 12, slow: int = 26, signal: int = 9) -> Macd:
    """MACD with TA-Lib's seeds: both averages begin on the row of the slow one."""
    line, average, _ = talib.MACD(values, fast, slow, signal)
    return Macd(line, average)


def bollinger(values: Floats, period: int = 20, deviations: float = 2.0) -> Bands:
    """Bands of `deviations` population deviations around the SMA, without drift."""
    return Bands(*windows.moments(values, period), deviations)


def zscore(values: Floats, period: int = 20) -> Floats:
    """Deviations between a value and its SMA; 0 where the deviation is 0."""
    return scored(values, *windows.moments(values, period))


def scored(values: Floats, middle: Floats, deviation: Floats) -> Floats:
    """Deviations between a value and a mean that is known; 0 where the deviation is 0."""
    flat = deviation == 0
    score = (values - middle) / np.where(flat, 1.0, deviation)
    score[flat] = 0.0
    return score
