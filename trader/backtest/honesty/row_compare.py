"""Candles as they might have been, and where two answers of a strategy begin to differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trader.domain.candles import Candles
from trader.domain.signal import Opinion
from trader.domain.time import HOUR, Millis
from trader.indicators.longer import longer, rows_of
from trader.strategies.rows import SignalRows

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats, Ints

_PRICES = ("open", "high", "low", "close")
_MEASURED = (*_PRICES, "volume", "turnover")
_RELATIVE = 1e-9  # sums may be taken in another order


class Difference(NamedTuple):
    """The first row (of the candles) in which a column differs. `time`: the candle's start, ms."""

    row: int
    time: Millis
    column: str


def own_copy(candles: Candles) -> Candles:
    """The same candles in arrays of their own, with hours made of them."""
    columns = {name: getattr(candles, name).copy() for name in ("time", "next_time", "next_open")}
    columns |= {name: getattr(candles, name).copy() for name in _MEASURED}
    return with_hours(replace(candles, **columns))


def until(candles: Candles, stop: int) -> Candles:
    """As they were known when row `stop` - 1 closed and the next price had come."""
    return with_hours(rows_of(candles, slice(stop)))


def between(candles: Candles, start: int, stop: int) -> Candles:
    """Rows [start, stop) as if nothing had been before."""
    return with_hours(rows_of(candles, slice(start, stop)))


def with_other_future(candles: Candles, stop: int, factor: float) -> Candles:
    """All prices and volumes from row `stop` on multiplied, but for the first price there."""
    changed = {name: getattr(candles, name).copy() for name in _MEASURED}
    for column in changed.values():
        column[stop:] *= factor
    following = candles.next_open.copy()
    following[stop:] *= factor
    return with_hours(replace(candles, next_open=following, **changed))


def backwards(candles: Candles) -> Candles:
    """As many candles of another market: the same prices, the last ones first."""
    changed = {name: getattr(candles, name)[::-1].copy() for name in (*_MEASURED, "next_open")}
    return with_hours(replace(candles, **changed))


def with_hours(candles: Candles) -> Candles:
    """Hours made of these rows and no others."""
    short = candles.timeframe <= HOUR and HOUR % candles.timeframe == 0
    return replace(candles, hours=longer(candles, HOUR) if short and len(candles) else None)


def first_difference(
    one: SignalRows, other: SignalRows, time: Ints, stop: int
) -> Difference | None:
    """Where rows before `stop` differ first; numbers count as equal within 1e-9 relative."""
    found = []
    for place, name in enumerate(Opinion._fields):
        unequal = np.flatnonzero(~_equal(getattr(one, name)[:stop], getattr(other, name)[:stop]))
        if len(unequal):
            found.append((int(unequal[0]), place))
    if not found:
        return None
    row, place = min(found)
    return Difference(row, int(time[row]), Opinion._fields[place])


def _equal(one: Floats, other: Floats) -> Bools:
    if one.dtype != np.float64:
        return np.asarray(one == other)
    with np.errstate(invalid="ignore"):
        return np.isclose(one, other, rtol=_RELATIVE, atol=0.0, equal_nan=True)
