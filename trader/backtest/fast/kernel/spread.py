"""`trader.indicators.windows.moments` once more, in the same order of additions, for a compiler."""

from __future__ import annotations

import math
from typing import Any

BLOCK = 2_048  # rows at a time: what is worked on stays in the processor's cache
ROWS = 8  # of room: doubled windows and the newest values, each with its mean and squares, twice


def moments(values: Any, period: int, room: Any, mean: Any, deviation: Any) -> None:
    """Mean and population deviation of the last `period` values, into `mean` and `deviation`.

    Rows before there are as many are left as they are. `room`: ROWS x (BLOCK + period) numbers.
    """
    for start in range(period - 1, len(values), BLOCK):
        stop = min(start + BLOCK, len(values))
        found = _merge(values, start - period + 1, stop - start + period - 1, period, room)
        centre, squares = room[found], room[found + 1]
        for row in range(stop - start):
            mean[start + row] = centre[row]
            deviation[start + row] = math.sqrt(squares[row] / period)


def _merge(values: Any, first: int, count: int, period: int, room: Any) -> int:
    """Windows of 1, 2, 4 ... values are doubled; those that are a bit of `period` are joined.

    Answers in which row of the room the means stand, the squares behind it. Results go to the rows
    that are not read: a compiler sees that several can be worked out at once.
    """
    doubled, free, newest, spare = 0, 2, 4, 6
    for place in range(count):
        room[0, place] = values[first + place]
        room[1, place] = 0.0
    size, taken = 1, 0
    while True:
        if period & size:
            rows = count - taken - size + 1
            if taken:
                _join(room, (doubled, newest, spare), size, taken, rows)
            else:
                _copy(room, doubled, spare, rows)
            newest, spare = spare, newest
            taken += size
        if taken == period:
            return newest
        _join(room, (doubled, doubled, free), size, size, count - 2 * size + 1)
        doubled, free = free, doubled
        size *= 2


def _copy(room: Any, source: int, into: int, rows: int) -> None:
    for place in range(rows):
        room[into, place] = room[source, place]
        room[into + 1, place] = room[source + 1, place]


def _join(room: Any, where: Any, count: int, more: int, rows: int) -> None:
    """Doubled windows of `count` values and the `more` values behind them, as one window."""
    earlier, later, into = where
    weight, share = count * more / (count + more), more / (count + more)
    mean, squares = room[earlier], room[earlier + 1]
    next_mean, next_squares = room[later][count:], room[later + 1][count:]
    new_mean, new_squares = room[into], room[into + 1]
    for place in range(rows):
        gap = next_mean[place] - mean[place]
        new_squares[place] = gap * gap * weight + squares[place] + next_squares[place]
        new_mean[place] = gap * share + mean[place]
