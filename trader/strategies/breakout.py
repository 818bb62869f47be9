"""Volatility breakout: buy strength beyond today's open by a share of yesterday's range."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters
from trader.domain.time import DAY
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart
from trader.strategies.filters import adx_falling, hourly_side, weak_trend

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Candles, Floats, Ints


class Breakout(Strategy):
    """Levels at today's open +/- K x yesterday's range, never inside the EMA50."""

    name = "breakout"
    filters = (weak_trend, adx_falling, hourly_side)
    warmup = 200
    looks_back = 2 * DAY

    def signals(self, chart: Chart, parameters: Parameters) -> Raw:
        """Armed while the close has not passed the level. Raises `BadInput` above 1d."""
        if chart.timeframe > DAY:
            raise BadInput("breakout needs days: choose a timeframe of 1d or shorter")
        days = _days(chart.candles)
        reach = days.range * parameters.k_value
        average = chart.ema(50)
        upper = np.maximum(days.open + reach, average)
        lower = np.minimum(days.open - reach, average)
        never = np.zeros(len(chart), dtype=bool)
        return Raw(
            buy=chart.close <= upper,
            sell=never,
            short=chart.close >= lower,
            cover=never,
            long_level=upper,
            short_level=lower,
            leave=days.begins if parameters.exit_at_day_end else None,
            no_yesterday=np.isnan(days.range),
        )


class _Days(NamedTuple):
    """As the next candle sees them: today's open, yesterday's range, whether it begins a day."""

    open: Floats
    range: Floats
    begins: Bools


def _days(candles: Candles) -> _Days:
    day = candles.time // DAY
    today = _next_time(candles) // DAY
    starts = np.flatnonzero(np.diff(day, prepend=np.int64(-1)))
    place = np.cumsum(np.diff(day, prepend=np.int64(-1)) != 0) - 1  # each row's day in `starts`
    begins = today != day
    opened = np.where(begins, candles.next_open, candles.open[starts][place])
    return _Days(
        opened, _yesterday(candles, starts, place - (~begins).astype(np.int64), today), begins
    )


def _yesterday(candles: Candles, starts: Ints, place: Ints, today: Ints) -> Floats:
    """High - low of the calendar day before `today`; NaN without one that is whole."""
    if not len(candles):
        return np.empty(0)
    spans = np.maximum.reduceat(candles.high, starts) - np.minimum.reduceat(candles.low, starts)
    if candles.time[0] % DAY:
        spans[0] = np.nan  # the data begin inside this day
    number = candles.time[starts] // DAY
    known = (place >= 0) & (number[place] == today - 1)
    result: Floats = np.where(known, spans[place], np.nan)
    return result


def _next_time(candles: Candles) -> Ints:
    """Start of the candle that follows; the earliest possible one while it is unknown."""
    expected = candles.time + candles.timeframe
    result: Ints = np.where(candles.next_time < 0, expected, candles.next_time)
    return result
