"""What there is to say about stored candles: gaps, spikes, silent ones, and what was repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.domain.spans import Spans, length, without
from trader.domain.time import Millis
from trader.storage.kinds import TIME, Columns, runs

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Ints

_LEAST, _TIMES, _NAMED = 0.05, 20, 20
SPIKE_RULE = (
    "a candle whose high lies more than X above the highs of both neighbours, or whose low lies "
    f"as far below their lows; X is {_LEAST:.0%}, or {_TIMES} times the median of high / low - 1 "
    "of the file where that is more; spikes are named, never changed"
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Holes between the first and the last candle; times ms UTC.

    `missing` candles are not there, in `count` holes; `unasked` of them were never asked for.
    `longest` of them are one hole, which begins at `longest_at`.
    """

    count: int = 0
    missing: int = 0
    unasked: int = 0
    longest: int = 0
    longest_at: Millis | None = None


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One file's report. `spikes` are starts of candles, `repairs` counts of all downloads."""

    rows: int
    first: Millis
    last: Millis
    gaps: Gaps
    spikes: tuple[Millis, ...]
    zero_volume: int
    repairs: Mapping[str, int] = field(default_factory=dict)

    @property
    def repaired(self) -> int:
        """Rows that were repaired or dropped, over all downloads."""
        return sum(self.repairs.values())

    def as_json(self) -> dict[str, Any]:
        """For `.report.json`: the first of many spikes are named, all are counted."""
        spikes = {"count": len(self.spikes), "at": list(self.spikes[:_NAMED]), "rule": SPIKE_RULE}
        return asdict(self) | {"spikes": spikes, "repairs": dict(self.repairs)}


def cleaning_of(
    columns: Columns, step: Millis, asked: Spans | None, repairs: Mapping[str, int]
) -> Cleaning:
    """Look at one candle file: at least one row, ascending. `step` in ms."""
    time = columns[TIME]
    return Cleaning(
        rows=len(time),
        first=int(time[0]),
        last=int(time[-1]),
        gaps=gaps_of(time, step, asked or ()),
        spikes=tuple(time[_spikes(columns)].tolist()),
        zero_volume=int(np.count_nonzero(columns["volume"] == 0)),
        repairs=repairs,
    )


def gaps_of(time: Ints, step: Millis, asked: Spans) -> Gaps:
    """Holes among ascending times that stand `step` ms apart."""
    held = runs(time, step)
    if len(held) < 2:
        return Gaps()
    holes = without([(held[0][0], held[-1][1])], held)
    longest = max(holes, key=lambda hole: hole[1] - hole[0])
    return Gaps(
        count=len(holes),
        missing=length(holes) // step,
        unasked=length(without(holes, asked)) // step,
        longest=(longest[1] - longest[0]) // step,
        longest_at=longest[0],
    )


def _spikes(columns: Columns) -> Bools:
    """`SPIKE_RULE`; the first and the last candle lack a neighbour and are none."""
    high, low = columns["high"], columns["low"]
    found = np.zeros(len(high), dtype=np.bool_)
    if len(high) < 3:
        return found
    far = 1 + max(_LEAST, _TIMES * float(np.median(high / low - 1)))
    above = high[1:-1] > far * np.maximum(high[:-2], high[2:])
    below = low[1:-1] * far < np.minimum(low[:-2], low[2:])
    found[1:-1] = above | below
    return found
