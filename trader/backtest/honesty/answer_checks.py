"""Whether a strategy answers at all, with one row a candle of the right kind, and what levels."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.honesty.row_compare import between, own_copy
from trader.backtest.honesty.subject import Finding, Subject, bad, good
from trader.domain.candles import Candles
from trader.strategies.base import Raw
from trader.strategies.chart import Chart

if TYPE_CHECKING:
    from trader.domain.candles import Floats

_LEVELS = (("long_level", "buy"), ("short_level", "short"))
_NUMBERS = ("long_level", "short_level", "confidence")
_COLUMNS = ("open", "high", "low", "close", "volume", "turnover", "time", "next_time", "next_open")


def answers(subject: Subject) -> Iterator[Finding]:
    """Runs without an exception, right shapes, levels that are prices, candles left as they were.

    The later ones are not judged where an earlier one failed.
    """
    for judge in (_runs, _shape, _filters, _levels, _untouched):
        finding = judge(subject)
        yield finding
        if not finding.passed:
            return


def _runs(subject: Subject) -> Finding:
    """It answers, however few the candles are."""
    return _tried("runs", subject, partial(_raw, subject))


def _filters(subject: Subject) -> Finding:
    """What it answers can be put together with its filters."""
    return _tried("filters", subject, subject.rows)


def _tried(check: str, subject: Subject, ask: Callable[[Candles], object]) -> Finding:
    for name, candles in _occasions(subject).items():
        try:
            ask(candles)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's own code does
            return bad(check, name, error=told(error), line=line_of(error))
    return good(check)


def _occasions(subject: Subject) -> dict[str, Candles]:
    """As many candles as there are, and what a new listing looks like."""
    candles, warmup = subject.candles, subject.make().warmup
    firsts = {"none": 0, "one": 1, "two": 2, "few": max(warmup - 1, 3)}
    still = own_copy(between(candles, 0, min(len(candles), warmup + 50)))
    for name in ("open", "high", "low", "close", "next_open"):
        getattr(still, name)[:] = 100.0
    still.volume[:] = 0.0
    cases = {name: between(candles, 0, stop) for name, stop in firsts.items()}
    return {"all": candles, **cases, "still": still}


def _shape(subject: Subject) -> Finding:
    """Flags are arrays of bool, levels of float, one row a candle."""
    for candles in (subject.candles, between(subject.candles, 0, 3)):
        raw = _raw(subject, candles)
        if not isinstance(raw, Raw):
            return bad("shape", "no_raw", what=type(raw).__name__)
        for column in fields(Raw):
            values = getattr(raw, column.name)
            wrong = values is not None and _wrong(column.name, values, len(candles))
            if wrong:
                return bad("shape", column=column.name, what=wrong)
    return good("shape")


def _wrong(name: str, values: object, rows: int) -> str:
    """What an array is instead of what it should be; empty when it is right."""
    kind = np.floating if name in _NUMBERS else np.bool_
    if not isinstance(values, np.ndarray):
        return type(values).__name__
    if values.shape != (rows,):
        return f"shape {values.shape}, {rows} candles"
    return "" if np.issubdtype(values.dtype, kind) else str(values.dtype)


def _levels(subject: Subject) -> Finding:
    """From the warm-up on, where a side with a level is armed the level is a price above 0."""
    candles, warmup = subject.candles, subject.make().warmup
    raw = _raw(subject, candles)
    for name, side in _LEVELS:
        level: Floats | None = getattr(raw, name)
        if level is None:
            continue
        with np.errstate(invalid="ignore"):
            wrong = getattr(raw, side) & ~(np.isfinite(level) & (level > 0.0))
        wrong[: max(warmup - 1, 0)] = False
        if wrong.any():
            row = int(np.argmax(wrong))
            at = figures.moment(int(candles.time[row]))
            return bad(
                "levels",
                column=name,
                row=f"{subject.row_of_all(row, candles):,}",
                time=at,
                side=side,
            )
    return good("levels")


def _untouched(subject: Subject) -> Finding:
    """The candles are the same after it looked at them."""
    candles = own_copy(subject.candles)
    before = own_copy(candles)
    with np.errstate(all="ignore"):
        subject.make().signals(Chart(candles), subject.parameters)
    for name in _COLUMNS:
        if not np.array_equal(
            getattr(candles, name), getattr(before, name), equal_nan=name == "next_open"
        ):
            return bad("untouched", column=name)
    return good("untouched")


def _raw(subject: Subject, candles: Candles) -> Raw:
    with np.errstate(all="ignore"):
        return subject.make().signals(Chart(own_copy(candles)), subject.parameters)


def told(error: BaseException) -> str:
    """Kind and text of an exception."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def line_of(error: BaseException) -> int:
    """The line in the strategy's own file, as far as it can be told; else the innermost one."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.name in ("signals", "__init__")] or frames
    return own[-1].lineno or 0
