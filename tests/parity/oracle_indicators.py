"""Indicators of the reference backtester, written out from chapter 3.1 of the specification.

Every function takes plain lists of floats and returns a list of the same length; a value that is
not yet defined is NaN, so that every comparison with it is false.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

NAN = math.nan


def windows_mean_std(values: Sequence[float], length: int) -> tuple[list[float], list[float]]:
    """Mean and population deviation of the last `length` values, each window anew (no drift).

    Each window is shifted by its first value, so that a flat window has exactly its value as mean
    and 0 as deviation.
    """
    count = len(values)
    if count < length:
        return [NAN] * count, [NAN] * count
    array = np.asarray(values, dtype=float)
    windows = np.lib.stride_tricks.sliding_window_view(array, length)
    shifted = windows - windows[:, :1]
    offset = shifted.mean(axis=1)
    mean = windows[:, 0] + offset
    deviation = np.sqrt(((shifted - offset[:, None]) ** 2).mean(axis=1))
    lead = [NAN] * (length - 1)
    return lead + mean.tolist(), lead + deviation.tolist()


def sma(values: Sequence[float], length: int) -> list[float]:
    """Simple moving average."""
    return windows_mean_std(values, length)[0]


def ema(values: Sequence[float], length: int, begin: int = 0) -> list[float]:
    """Exponential average; it starts as the mean of `length` values, the first of them at index
    `begin`.
    """
    result = [NAN] * len(values)
    first = begin + length - 1
    if len(values) <= first:
        return result
    seed = values[begin : first + 1]
    current = seed[0] + math.fsum(value - seed[0] for value in seed) / length
    factor = 2.0 / (length + 1)
    result[first] = current
    for k in range(first + 1, len(values)):
        current += (values[k] - current) * factor
        result[k] = current
    return result


def wilder_rsi(close: Sequence[float], length: int = 14) -> list[float]:
    """RSI with Wilder's smoothing, seeded with the means of the first `length` changes; 50 without
    any change.
    """
    result = [NAN] * len(close)
    gain = loss = 0.0
    for k in range(1, len(close)):
        change = close[k] - close[k - 1]
        up, down = max(change, 0.0), max(-change, 0.0)
        if k <= length:
            gain += up / length
            loss += down / length
        else:
            gain = (gain * (length - 1) + up) / length
            loss = (loss * (length - 1) + down) / length
        if k >= length:
            total = gain + loss
            result[k] = 100.0 * (gain / total) if total > 0.0 else 50.0  # in TA-Lib's order
    return result


def true_ranges(high: Sequence[float], low: Sequence[float], close: Sequence[float]) -> list[float]:
    """True range; undefined for the first candle."""
    result = [NAN] * len(close)
    for k in range(1, len(close)):
        before = close[k - 1]
        result[k] = max(high[k] - low[k], abs(high[k] - before), abs(low[k] - before))
    return result


def wilder_atr(
    high: Sequence[float], low: Sequence[float], close: Sequence[float], length: int = 14
) -> list[float]:
    """ATR: the mean of the first `length` true ranges, then Wilder's smoothing (first value at
    index `length`).
    """
    result = [NAN] * len(close)
    if len(close) <= length:
        return result
    ranges = true_ranges(high, low, close)
    current = math.fsum(ranges[1 : length + 1]) / length
    result[length] = current
    for k in range(length + 1, len(close)):
        current = (current * (length - 1) + ranges[k]) / length
        result[k] = current
    return result


def directional_moves(high: Sequence[float], low: Sequence[float], k: int) -> tuple[float, float]:
    """Plus and minus directional movement of candle k."""
    up = high[k] - high[k - 1]
    down = low[k - 1] - low[k]
    if down > 0.0 and down > up:
        return 0.0, down
    if up > 0.0 and up > down:
        return up, 0.0
    return 0.0, 0.0


def wilder_adx(
    high: Sequence[float], low: Sequence[float], close: Sequence[float], length: int = 14
) -> list[float]:
    """ADX with TA-Lib's seeds (first value at index 2 x length - 1); DX is 0 when there was no
    movement.
    """
    result = [NAN] * len(close)
    ranges = true_ranges(high, low, close)
    plus = minus = total = 0.0
    dx_sum = adx = 0.0
    for k in range(1, len(close)):
        up, down = directional_moves(high, low, k)
        decay = (length - 1) / length if k >= length else 1.0
        plus, minus, total = plus * decay + up, minus * decay + down, total * decay + ranges[k]
        if k < length:
            continue
        # +DI and -DI have the same divisor, the smoothed true range: it cancels in DX
        movement = plus + minus
        dx = 100.0 * abs(plus - minus) / movement if movement > 0.0 and total > 0.0 else 0.0
        if k < 2 * length - 1:
            dx_sum += dx
        elif k == 2 * length - 1:
            adx = (dx_sum + dx) / length
            result[k] = adx
        else:
            adx = (adx * (length - 1) + dx) / length
            result[k] = adx
    return result


def macd(close: Sequence[float]) -> tuple[list[float], list[float]]:
    """MACD (12, 26) and its signal (9) with TA-Lib's seeds: both averages start at index 25, the
    signal at 33.
    """
    fast, slow = ema(close, 12, begin=14), ema(close, 26)
    line = [a - b for a, b in zip(fast, slow, strict=True)]
    signal = ema(line, 9, begin=25)
    line = [value if k >= 33 else NAN for k, value in enumerate(line)]
    return line, signal


def above(a: float, b: float) -> bool:
    """a > b for two averages: values within 1e-10 relative count as equal."""
    return a > b and a - b > 1e-10 * max(abs(a), abs(b))


def crossed_above(a_now: float, b_now: float, a_before: float, b_before: float) -> bool:
    """a is above b now and was not (but both were defined) one candle before."""
    defined = not (math.isnan(a_before) or math.isnan(b_before))
    return defined and above(a_now, b_now) and not above(a_before, b_before)
