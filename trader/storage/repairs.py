"""Rows of candles made fit for trading: repaired in the contract's order, each repair counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.rows import MISSING, Rows

if TYPE_CHECKING:
    from trader.domain.candles import Bools
    from trader.domain.time import Millis


def repaired(rows: Rows, step: Millis) -> tuple[Rows, dict[str, int]]:
    """Rows after the repairs of the contract, in its order, with the count of each.

    `step` is the timeframe in ms. What needs no repair is handed on without a copy.
    """
    counts: dict[str, int] = {}
    for name, repair in _REPAIRS:
        rows, counts[name] = repair(rows, step)
    return rows, counts


def _without_undefined(rows: Rows, _: Millis) -> tuple[Rows, int]:
    known = rows.time != MISSING
    for column in (rows.open, rows.high, rows.low, rows.close, rows.volume):
        known &= np.isfinite(column)
    return _kept(rows, known)


def _without_impossible(rows: Rows, _: Millis) -> tuple[Rows, int]:
    possible = rows.volume >= 0
    for column in (rows.open, rows.high, rows.low, rows.close):
        possible &= column > 0
    return _kept(rows, possible)


def _on_grid(rows: Rows, step: Millis) -> tuple[Rows, int]:
    off = rows.time % step
    moved = int(np.count_nonzero(off))
    return (replace(rows, time=rows.time - off) if moved else rows), moved


def _sorted(rows: Rows, _: Millis) -> tuple[Rows, int]:
    """Counts the rows that stand behind a later one."""
    behind = rows.time < np.maximum.accumulate(rows.time) if len(rows) else rows.time != 0
    count = int(np.count_nonzero(behind))
    return (rows.at(np.argsort(rows.time, kind="stable")) if count else rows), count


def _without_repeats(rows: Rows, _: Millis) -> tuple[Rows, int]:
    last = np.append(np.diff(rows.time) != 0, True) if len(rows) else rows.time != 0
    return _kept(rows, last)


def _widened(rows: Rows, _: Millis) -> tuple[Rows, int]:
    top = np.maximum(rows.open, rows.close)
    bottom = np.minimum(rows.open, rows.close)
    wrong = int(np.count_nonzero((rows.high < top) | (rows.low > bottom)))
    if not wrong:
        return rows, 0
    return replace(rows, high=np.maximum(rows.high, top), low=np.minimum(rows.low, bottom)), wrong


def _with_turnover(rows: Rows, _: Millis) -> tuple[Rows, int]:
    """A quote volume that is no amount is replaced by volume x close."""
    if rows.turnover is None:
        return rows, 0
    usable = np.isfinite(rows.turnover) & (rows.turnover >= 0)
    wrong = int(np.count_nonzero(~usable))
    return replace(rows, turnover=np.where(usable, rows.turnover, rows.volume * rows.close)), wrong


_REPAIRS = (
    ("nan_or_infinite", _without_undefined),
    ("non_positive", _without_impossible),
    ("off_grid", _on_grid),
    ("unsorted", _sorted),
    ("duplicates", _without_repeats),
    ("high_low", _widened),
    ("turnover", _with_turnover),
)


def _kept(rows: Rows, which: Bools) -> tuple[Rows, int]:
    dropped = len(rows) - int(np.count_nonzero(which))
    return (rows.at(which) if dropped else rows), dropped


def missing_candles(rows: Rows, step: Millis) -> int:
    """How many candles between the first and the last row are not there."""
    return int((rows.time[-1] - rows.time[0]) // step) + 1 - len(rows)
