"""Candles of a timeframe, whether a venue has them itself or they are made of shorter ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from trader.domain.candles import Candle
from trader.domain.errors import BadInput
from trader.domain.time import Millis


@dataclass(frozen=True, slots=True)
class Frame:
    """`timeframe` in ms, made of the venue's own candles of `base` ms (often the same)."""

    timeframe: Millis
    base: Millis

    def start(self, at: Millis) -> Millis:
        """Start of the candle that contains `at`."""
        return at - at % self.timeframe

    def candles(self, rows: Iterable[Candle], since: Millis, until: Millis) -> list[Candle]:
        """Whole candles of the timeframe that begin in `[since, until)`, each once, by time.

        `since` and `until` are starts of such candles. Of two rows of one time the later one
        counts; minutes without trades are not invented.
        """
        unique = {row.time: row for row in rows if since <= row.time < until}
        ordered = [unique[time] for time in sorted(unique)]
        parts = groupby(ordered, key=lambda row: self.start(row.time))
        return [_joined(start, list(part)) for start, part in parts]


def frame_of(timeframe: Millis, lengths: Sequence[Millis], name: str) -> Frame:
    """The longest of a venue's own candles that make the timeframe. Raises `BadInput`."""
    fitting = [length for length in lengths if timeframe % length == 0 and length <= timeframe]
    if not fitting:
        known = ", ".join(f"{length // 60_000} min" for length in lengths)
        raise BadInput(
            f"{name} has no candles that make a TIMEFRAME of {timeframe // 1_000} s; it has {known}"
        )
    return Frame(timeframe, max(fitting))


def _joined(start: Millis, rows: list[Candle]) -> Candle:
    if len(rows) == 1:
        return rows[0]._replace(time=start)
    return Candle(
        rows[0].key,
        start,
        rows[0].open,
        max(row.high for row in rows),
        min(row.low for row in rows),
        rows[-1].close,
        sum(row.volume for row in rows),
        sum(row.turnover for row in rows),
    )
