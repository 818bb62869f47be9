"""Speed and strength of a move: RSI, rate of change, ADX."""

from __future__ import annotations

from math import frexp, ldexp
from typing import TYPE_CHECKING

import numpy as np

from trader.indicators.talib_alone import talib

if TYPE_CHECKING:
    from trader.domain.candles import Floats

# TA-Lib takes everything under 1e-14 for zero. RSI and ADX do not depend on the unit of price,
# so prices are lifted by a power of two (exact in binary) to where that threshold cannot matter.
_LIFTED_EXPONENT = 500


def rsi(close: Floats, period: int = 14) -> Floats:
    """Relative strength index (Wilder), 0 to 100; 50 when there was neither gain nor loss."""
    result: Floats = talib.RSI(close * _lift(close), period)
    zero = np.flatnonzero(result == 0)
    if len(zero):
        change = np.diff(close, prepend=close[0])
        gained = np.logical_or.accumulate(change > 0)
        lost = np.logical_or.accumulate(change < 0)
        result[zero[gained[zero] | ~lost[zero]]] = 50.0
    return result


def adx(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Average directional index (Wilder), 0 to 100; a candle without any direction counts 0."""
    lift = _lift(close)
    result: Floats = talib.ADX(high * lift, low * lift, close * lift, period)
    return result


def roc(close: Floats, period: int = 12) -> Floats:
    """Rate of change as a fraction: C / C[-period] - 1."""
    result = np.full(len(close), np.nan)
    if len(close) > period:
        result[period:] = close[period:] / close[:-period] - 1.0
    return result


def _lift(close: Floats) -> float:
    if not len(close):
        return 1.0
    _, exponent = frexp(float(close[0]))
    return ldexp(1.0, _LIFTED_EXPONENT - exponent)
