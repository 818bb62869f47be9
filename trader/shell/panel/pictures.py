"""Charts for the panel: the strategy's own indicators, what blocked, the levels that matter now."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from trader.bridge.documents import number
from trader.domain.signal import codes_of
from trader.domain.time import Millis
from trader.strategies.chart import Chart
from trader.strategies.live import Sitting
from trader.strategies.rows import SignalRows

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

BARS = 500  # the newest; the indicators are computed over the whole window
_LINES = {"ema": "price", "sma": "price", "roc": "roc", "volume": "volume"}
_ALONE = ("rsi", "adx", "zscore")

Row = dict[str, Any]


class Line(NamedTuple):
    """One overlay before it is cut to the bars that are shown."""

    id: str
    pane: str
    values: Floats
    kind: str = "line"


def picture(sitting: Sitting) -> Row:
    """Bars, overlays and shading of a chart file. Slow: not for the loop. Raises `BadInput`."""
    chart, rows = sitting.judged()
    first = max(0, len(chart) - BARS)
    times = chart.time[first:].tolist()
    found = (*_indicators(chart), *_levels(rows))
    return {
        "bars": _bars(chart, first),
        "overlays": [_overlay(line, times, first) for line in found],
        "shade": _shade(_blocked(rows, sitting)[first:], times, chart.timeframe),
    }


def _bars(chart: Chart, first: int) -> list[list[float]]:
    columns = (chart.time, chart.open, chart.high, chart.low, chart.close, chart.volume)
    return [list(row) for row in zip(*(c[first:].tolist() for c in columns), strict=True)]


def _overlay(line: Line, times: list[Millis], first: int) -> Row:
    values = line.values[first:].tolist()
    points = [[at, number(value)] for at, value in zip(times, values, strict=True)]
    return {"id": line.id, "pane": line.pane, "kind": line.kind, "points": points}


# ---------------------------------------------------------------- what the strategy looked at


def _indicators(chart: Chart) -> Iterator[Line]:
    """Everything that was asked of the chart: so it holds for strategies of the user's own too."""
    for asked in chart.asked:
        name, *arguments = asked if isinstance(asked, tuple) else (asked,)
        yield from _lines(chart, name, arguments)


def _lines(chart: Chart, name: Hashable, arguments: list[Any]) -> Iterator[Line]:
    if name in _LINES:
        method = "volume_sma" if name == "volume" else str(name)
        values = getattr(chart, method)(*arguments)
        yield Line(f"{name}{arguments[0]}", _LINES[str(name)], values)
    elif name in _ALONE:
        yield Line(str(name), str(name), getattr(chart, str(name))())
    elif name == "bands":
        bands = chart.bands(2.0 if chart.width is None else chart.width)  # as it was asked for
        for side in ("upper", "middle", "lower"):
            yield Line(f"band_{side}", "price", getattr(bands, side))
    elif name == "macd":
        macd = chart.macd()
        yield Line("macd", "macd", macd.line)
        yield Line("macd_signal", "macd", macd.signal)
        yield Line("macd_histogram", "macd", macd.line - macd.signal, "histogram")


def _levels(rows: SignalRows) -> Iterator[Line]:
    """Where a strategy that waits for prices would have entered: row i holds during candle i+1."""
    if rows.has_levels:
        yield Line("long_level", "price", _next_candle(rows.long_level))
        if rows.short.any():
            yield Line("short_level", "price", _next_candle(rows.short_level))


def _next_candle(values: Floats) -> Floats:
    moved: Floats = np.concatenate(([np.nan], values[:-1]))
    return moved


# ---------------------------------------------------------------- what blocked


def _blocked(rows: SignalRows, sitting: Sitting) -> Ints:
    """The first filter that allowed no entry during each candle, as a bit; 0 where one could be."""
    long, short = rows.long_blocks, rows.short_blocks
    shorts = sitting.terms.parameters_of(sitting.key).allow_shorts
    both = np.where(short != 0, long, 0) if shorts else long
    first: Ints = np.bitwise_and(both, -both)
    result: Ints = np.concatenate((np.zeros(1, dtype=np.int64), first[:-1]))
    return result


def _shade(bits: Ints, times: list[Millis], timeframe: Millis) -> list[Row]:
    """Neighbours with the same code together."""
    found: list[Row] = []
    for bit, at in zip(bits.tolist(), times, strict=True):
        if not bit:
            continue
        code = codes_of(bit)[0]
        if found and found[-1]["to"] == at and found[-1]["code"] == code:
            found[-1]["to"] = at + timeframe
        else:
            found.append({"from": at, "to": at + timeframe, "code": code})
    return found
