"""Scores of objectives as people read them."""

from __future__ import annotations

from math import isfinite

from trader.backtest.figures import DASH, percent
from trader.backtest.figures import number as written

_SHARES = ("total_return", "cagr", "win_rate")


def score(objective: str, value: float) -> str:
    """`+4.10 %` of a return, `0.123` of a ratio, a dash where it is undefined."""
    if not isfinite(value):
        return DASH
    if objective == "max_drawdown":
        return percent(-value)  # as an objective it is negative: less is better
    if objective in _SHARES:
        return percent(value, sign=objective != "win_rate")
    return written(value, 3)


def gain(value: float) -> str:
    """A return with its sign, a dash where it is undefined."""
    return percent(value, sign=True) if isfinite(value) else DASH
