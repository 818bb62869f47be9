"""Curves of a report as inline SVG: equity beside buy and hold, and the drawdown under it.

The drawing stretches with the page; words and numbers stay HTML, so that they can be read on a
phone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.plan import BacktestPlan, BacktestResult

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

MOST_POINTS = 1_500
WIDTH, HEIGHT = 1_000, 300
_FLAT = 0.25  # share of the other curve's range


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart: its CSS class, its name in the legend, its values."""

    style: str
    name: str
    values: Floats


@dataclass(frozen=True, slots=True)
class Scale:
    """Values between `low` and `high` on the chart's height; `high` is at the top."""

    low: float
    high: float

    def y(self, values: Floats) -> Floats:
        """Heights in drawing units, 0 at the top."""
        result: Floats = (self.high - values) / (self.high - self.low) * HEIGHT
        return result

    def share(self, value: float) -> float:
        """How far down a value stands, in percent of the height."""
        return 100 * (self.high - value) / (self.high - self.low)


def thinned(values: Floats, most: int = MOST_POINTS) -> Ints:
    """Rows that draw like all rows: of each stretch its lowest and highest, and both ends."""
    count = len(values)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, (most - 2) // 2 + 1).astype(np.int64)
    rows = [0, count - 1]
    for start, end in pairwise(edges.tolist()):
        stretch = values[start:end]
        rows += [start + int(np.argmin(stretch)), start + int(np.argmax(stretch))]
    return np.unique(np.array(rows, dtype=np.int64))


def held_equity(plan: BacktestPlan, time: Ints) -> Floats:
    """What the capital would be at these candles, bought at the first open and kept.

    Equal weights; a symbol whose candles begin later is worth its stake until then.
    """
    growth = np.zeros(len(time))
    for one in plan.series:
        candles, start = one.candles, one.start_index
        row = np.searchsorted(candles.time[start:], time, side="right") - 1
        closes = candles.close[start:][np.maximum(row, 0)] / candles.open[start]
        growth += np.where(row >= 0, closes, 1.0)
    result: Floats = plan.capital * growth / len(plan.series)
    return result


def equity_chart(
    plan: BacktestPlan, result: BacktestResult, ours: str, held: str, title: str
) -> str:
    """Equity of the run and of buying and holding, with their legend.

    Where the one is a flat line beside the other it is drawn alone as well.
    """
    rows = thinned(result.equity)
    time = result.time[rows]
    own = Curve("ours", ours, result.equity[rows])
    other = Curve("held", held, held_equity(plan, time))
    both = chart(time, (other, own), _rounded, title)
    if not len(time) or np.ptp(own.values) > np.ptp(other.values) * _FLAT:
        return both
    return both + chart(time, (own,), _rounded, f"{title}: {ours}")


def drawdown_chart(time: Ints, drawdown: Floats, title: str) -> str:
    """How far the equity stood under its peak, hanging from the top."""
    rows = thinned(drawdown)
    curve = Curve("fall", "", -drawdown[rows])
    return chart(time[rows], (curve,), lambda value: figures.percent(value, places=1), title)


def chart(time: Ints, curves: Sequence[Curve], label: Callable[[float], str], title: str) -> str:
    """A chart of curves over the same times. `label` writes a value on the axis."""
    if not len(time):
        return ""
    scale = _scale(curves)
    ticks = _ticks(scale)
    grid = "".join(_grid_line(scale.share(tick)) for tick in ticks)
    lines = "".join(_line(time, curve, scale) for curve in curves)
    words = "".join(_label(scale.share(tick), label(tick)) for tick in ticks)
    return (
        f'<figure class="chart"><div class="plot">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(title)}">{grid}{lines}</svg>{words}</div>'
        f'<div class="axis">{_dates(time)}</div>{_legend(curves)}</figure>'
    )


def _rounded(value: float) -> str:
    return figures.number(value, 0)


def _scale(curves: Sequence[Curve]) -> Scale:
    low = min(float(np.min(curve.values)) for curve in curves)
    high = max(float(np.max(curve.values)) for curve in curves)
    room = (high - low) * 0.04 or max(abs(high) * 0.01, 0.01)
    return Scale(low - room, high if high == 0 else high + room)


def _ticks(scale: Scale) -> list[float]:
    """Round values, four or so."""
    rough = (scale.high - scale.low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = np.ceil(scale.low / step)
    return [float(n * step) for n in np.arange(first, np.floor(scale.high / step) + 1)]


def _line(time: Ints, curve: Curve, scale: Scale) -> str:
    span = max(1, int(time[-1] - time[0]))
    x = (time - time[0]) / span * WIDTH
    y = scale.y(curve.values)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    drawn = f'<polyline class="{curve.style}" points="{points}"/>'
    if curve.style != "fall":
        return drawn
    return f'<polygon class="fill" points="0,0 {points} {WIDTH},0"/>{drawn}'


def _grid_line(share: float) -> str:
    y = share * HEIGHT / 100
    return f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _label(share: float, text: str) -> str:
    under = " under" if share < 8 else ""  # no room above the line
    return f'<span class="tick{under}" style="top:{share:.1f}%">{escape(text)}</span>'


def _dates(time: Ints) -> str:
    middle = (int(time[0]) + int(time[-1])) // 2
    days = (figures.day(at) for at in (int(time[0]), middle, int(time[-1])))
    return "".join(f"<span>{text}</span>" for text in days)


def _legend(curves: Sequence[Curve]) -> str:
    named = [curve for curve in curves if curve.name]
    items = "".join(
        f'<span><i class="{curve.style}"></i>{escape(curve.name)}</span>' for curve in named[::-1]
    )
    return f'<figcaption class="legend">{items}</figcaption>' if items else ""
