"""Where a replay begins when nobody said: shortly before its strategies want something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from trader.domain.candles import Candles
from trader.domain.time import DAY, HOUR, Millis
from trader.feeds.market import Market
from trader.strategies.chart import Chart, Frames
from trader.strategies.live import Terms
from trader.strategies.rows import SignalRows

SEARCHED = 2 * DAY
HOURS = 400


def before_first_wish(
    market: Market, timeframes: Mapping[str, Millis], terms: Terms, lead: Millis
) -> Millis:
    """The market's own start, or `lead` ms before the first wish of the two days after it.

    Only a demo may look ahead like this: it chooses what is shown, not what is traded.
    """
    until = market.start + SEARCHED
    if market.end is not None:
        until = min(until, market.end)
    wishes = [_first(market, key, frame, terms, until) for key, frame in timeframes.items()]
    first = min((at for at in wishes if at >= market.start + lead), default=None)
    return market.start if first is None else first - lead


def _first(market: Market, key: str, frame: Millis, terms: Terms, until: Millis) -> Millis:
    """When an entry of a symbol would first be possible after the start; -1: not at all."""
    rows = terms.rows_needed(key, frame) + (until - market.start) // frame
    candles = market.history(key, frame, rows, until)
    if frame < HOUR:
        hours = market.hours(key, HOURS + (until - market.start) // HOUR, until)
        candles = replace(candles, hours=hours)
    frames = Frames(Chart(candles))
    found = [
        _wish(candles, terms.judged(key, share.name, frames), market.start)
        for share in terms.parameters_of(key).strategies
    ]
    return min((at for at in found if at >= 0), default=-1)


def _wish(candles: Candles, rows: SignalRows, start: Millis) -> Millis:
    """Close of the first candle after which an unblocked entry is reached; -1: none."""
    reached = np.isnan(rows.long_level)
    reached[:-1] |= candles.high[1:] >= rows.long_level[:-1]
    ends = candles.time + candles.timeframe
    places = np.flatnonzero(rows.long & (rows.long_blocks == 0) & reached & (ends > start))
    return int(ends[places[0]]) if len(places) else -1
