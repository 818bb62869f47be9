"""Whether what a strategy says depends on how much history happens to be loaded."""

from __future__ import annotations

import numpy as np

from trader.backtest import figures
from trader.backtest.honesty.row_compare import between
from trader.backtest.honesty.subject import Finding, Subject, bad, good, unjudged
from trader.domain.signal import Opinion
from trader.domain.time import Millis
from trader.strategies.base import Strategy
from trader.strategies.live import rows_needed

TIMES = 10
ENDS = 8
_FLAGS = ("long", "short", "sell", "cover")
_NUMBERS = ("long_level", "short_level", "atr", "turnover")
_TOLERANCE = 1e-6
_ALLOWED = 0.1  # of the rows at the warm-up: seeds still weigh a little there


def rows_wanted(strategy: Strategy, warmup: int, timeframe: Millis) -> int:
    """Candles that the check of the window would like to have; `warmup`: the setting, or 0."""
    return TIMES * rows_needed([strategy], warmup, timeframe) + 400


def window(subject: Subject) -> Finding:
    """The newest row of the daemon's window is that of ten times as many candles."""
    candles, short = subject.candles, _window_rows(subject)
    long = min(TIMES * short, len(candles) - 400)
    if long < 2 * short:
        return unjudged("window", "window.few", rows=2 * short + 400)
    for end in _ends(subject, long):
        column = _unequal(*(_last(subject, end, rows) for rows in (short, long)))
        if column:
            at = figures.moment(int(candles.time[end - 1]))
            return bad("window", column=column, time=at, short=short, long=long)
    return good("window", short=short, long=long)


def warm_up(subject: Subject) -> Finding:
    """With no more candles than its warm-up it wishes what it wishes with ten times as many."""
    strategy, candles = subject.make(), subject.candles
    warmup = subject.parameters.warmup or strategy.warmup
    short = max(warmup, -(-strategy.looks_back // candles.timeframe), 2)
    long = min(TIMES * short, len(candles) - 100)
    if long < 2 * short:
        return unjudged("warm_up", "warm_up.few", rows=2 * short + 100)
    ends = _ends(subject, long)
    differ = [end for end in ends if _flags(subject, end, short) != _flags(subject, end, long)]
    answer = bad if len(differ) > max(1.0, _ALLOWED * len(ends)) else good
    return answer("warm_up", warmup=warmup, differ=len(differ), of=len(ends))


def _window_rows(subject: Subject) -> int:
    timeframe = subject.fields[0].candles.timeframe
    return rows_needed([subject.make()], subject.parameters.warmup, timeframe)


def _ends(subject: Subject, first: int) -> list[int]:
    """Row counts to stop at: some by the clock, and some at which it wishes something.

    Where wishes are rare, agreeing on nothing would prove nothing.
    """
    candles = subject.candles
    rows = subject.rows(candles)
    ends = set(np.linspace(first, len(candles), ENDS).astype(int).tolist())
    for name in _FLAGS:
        wished = np.flatnonzero(getattr(rows, name)[first - 1 :]) + first
        ends |= set(wished[np.linspace(0, len(wished) - 1, 4).astype(int)] if len(wished) else ())
    return sorted(int(end) for end in ends)


def _last(subject: Subject, end: int, rows: int) -> Opinion:
    """What it says of row `end` - 1 when it knows only this many rows."""
    known = between(subject.candles, end - rows, end)
    return subject.rows(known).opinion(len(known) - 1)


def _flags(subject: Subject, end: int, rows: int) -> tuple[bool, ...]:
    opinion = _last(subject, end, rows)
    return tuple(bool(getattr(opinion, name)) for name in _FLAGS)


def _unequal(one: Opinion, other: Opinion) -> str:
    """The first column that differs; empty when none does."""
    for name in _FLAGS:
        if getattr(one, name) != getattr(other, name):
            return name
    for name in _NUMBERS:
        pair = getattr(one, name), getattr(other, name)
        if not np.isclose(*pair, rtol=_TOLERANCE, atol=0.0, equal_nan=True):
            return name
    return ""
