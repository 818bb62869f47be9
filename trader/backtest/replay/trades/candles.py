"""The candles that a recording holds as a plan for an ordinary backtest, a stretch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from trader.backtest.plan import BacktestPlan, Series, Source
from trader.backtest.replay.trades.evidence import Evidence, Stretch
from trader.domain.candles import Candle, Candles
from trader.domain.time import HOUR, Millis
from trader.feeds.candle_frames import table
from trader.indicators.longer import longer

Rows = Mapping[Millis, tuple[float, ...]]


def plan_of(evidence: Evidence, stretch: Stretch) -> BacktestPlan | None:
    """Candles from the stretch's first on to the recording's last; what was before is history.

    None when no candle closed in it. What only the live engine judges is switched off.
    """
    frame = stretch.parameters.timeframe
    first = frame.floor(stretch.start)
    series = [
        made
        for key in stretch.keys
        if (made := _series(evidence, key, frame.ms, first)) is not None
    ]
    if not series:
        return None
    symbols = tuple(one.symbol for one in series)
    parameters = replace(
        stretch.parameters, symbols=symbols, initial_capital=stretch.equity, market_shock_pct=0.0
    )
    return BacktestPlan(tuple(series), parameters, stretch.venue, "replay")


def _series(evidence: Evidence, key: str, frame: Millis, first: Millis) -> Series | None:
    rows = evidence.rows.get((key, frame), {})
    candles = _candles(rows, frame)
    start = int(np.searchsorted(candles.time, first))
    if start >= len(candles):
        return None
    if frame <= HOUR and HOUR % frame == 0:
        candles = replace(candles, hours=_hours(candles, evidence.hours.get(key, {})))
    source = Source("recording", "", len(rows), len(rows), 0, first, int(candles.time[-1]))
    return Series(key, candles, source, start)


def _hours(candles: Candles, own: Rows) -> Candles:
    """The venue's own hours, and after them those made of the candles, as the live window does."""
    made = longer(candles, HOUR)
    rows = dict(own)
    newest = max(rows, default=-1)
    for place, time in enumerate(made.time.tolist()):
        if time > newest:
            columns = (made.open, made.high, made.low, made.close, made.volume, made.turnover)
            rows[time] = tuple(float(column[place]) for column in columns)
    return _candles(rows, HOUR)


def _candles(rows: Rows, frame: Millis) -> Candles:
    return table([Candle("", at, *rows[at]) for at in sorted(rows)], frame)
