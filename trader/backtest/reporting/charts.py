"""Drawings of a report as inline SVG: curves, bands, marks, and heat maps as tables.

Curves stretch with the page; marks keep their shape; words and numbers stay HTML, so that they can
be read on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.reporting.markup import Html, cell
from trader.backtest.reporting.scales import Axis, Scale, scale_of
from trader.backtest.reporting.styles import STEPS

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

MOST_POINTS = 1_500
WIDTH, HEIGHT = 1_000, 300


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its CSS class, its name in the legend (empty: none), where and how high."""

    style: str
    name: str
    x: Floats | Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class Area:
    """What lies between two curves over the same places."""

    style: str
    name: str
    x: Floats | Ints
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Marks:
    """Points of one kind. `shape` is one of `SHAPES`; `texts` are shown under the pointer."""

    style: str
    shape: str
    name: str
    x: Floats | Ints
    values: Floats
    texts: Sequence[str] = ()


Line = Curve | Area
SHAPES = {
    "rise": "M0-5L5 4H-5Z",
    "fall": "M0 5L5-4H-5Z",
    "dot": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z",
    "cross": "M-4-4L4 4M-4 4L4-4",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a chart: its name, how values are written, whether heights are logs."""

    title: str
    label: Callable[[float], str]
    logarithmic: bool = False
    zero: bool = False  # the axis shows zero, whatever the values


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


def chart(axis: Axis, frame: Frame, lines: Sequence[Line], marks: Sequence[Marks] = ()) -> Html:
    """A chart of lines with marks on them over one axis, with ticks and a legend."""
    heights = [high for line in lines for high in _heights(line)] + [m.values for m in marks]
    if not sum(map(len, heights)):
        return Html("")
    scale = scale_of(heights, logarithmic=frame.logarithmic, zero=frame.zero)
    ticks = scale.ticks()
    grid = "".join(_grid_line(scale.share(tick)) for tick in ticks)
    drawn = "".join(_line(axis, line, scale) for line in lines)
    words = "".join(_label(scale.share(tick), frame.label(tick)) for tick in ticks)
    return Html(
        f'<figure class="chart"><div class="plot">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(frame.title)}">{grid}{drawn}</svg>{_marks(axis, marks, scale)}'
        f'{words}</div><div class="axis">{_axis(axis)}</div>{_legend(lines, marks)}</figure>'
    )


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    label: Callable[[float], str],
    *,
    corner: str = "",
    centre: float = 0.0,
) -> Html:
    """A table whose cells are coloured by value: up above `centre`, down below it.

    `values[r][c]` belongs to `rows[r]` and `columns[c]`; None is an empty cell. `label` writes a
    value; it should show the sign, so that nothing is told by colour alone. The strongest colour
    is that of the value farthest from `centre`. Names are escaped unless they are `Html`.
    """
    known = [abs(value - centre) for row in values for value in row if value is not None]
    farthest = max(known, default=0.0)
    head = "".join(f"<th>{cell(name)}</th>" for name in (corner, *columns))
    body = "".join(
        f"<tr><th>{cell(name)}</th>"
        + "".join(_heat(value, centre, farthest, label) for value in row)
        + "</tr>"
        for name, row in zip(rows, values, strict=True)
    )
    return Html(
        f'<div class="scroll"><table class="heat"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _heat(
    value: float | None, centre: float, farthest: float, label: Callable[[float], str]
) -> str:
    if value is None:
        return "<td></td>"
    share = abs(value - centre) / farthest if farthest else 0.0
    step = min(STEPS, int(share * STEPS) + 1)
    style = "" if value == centre else f' class="{"u" if value > centre else "d"}{step}"'
    return f"<td{style}>{cell(label(value))}</td>"


def _heights(line: Line) -> tuple[Floats, ...]:
    return (line.low, line.high) if isinstance(line, Area) else (line.values,)


def _line(axis: Axis, line: Line, scale: Scale) -> str:
    if isinstance(line, Area):
        there = _points(axis, line.x, scale.y(line.high, HEIGHT))
        back = _points(axis, line.x[::-1], scale.y(line.low[::-1], HEIGHT))
        return f'<polygon class="{line.style}" points="{there} {back}"/>'
    points = _points(axis, line.x, scale.y(line.values, HEIGHT))
    return f'<polyline class="{line.style}" points="{points}"/>'


def _points(axis: Axis, x: Floats | Ints, heights: Floats) -> str:
    places = (axis.shares(x) * WIDTH).tolist()
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(places, heights.tolist(), strict=True))


def _marks(axis: Axis, marks: Sequence[Marks], scale: Scale) -> str:
    """Marks in a drawing of their own: placed in percent, so that they are not stretched."""
    if not marks:
        return ""
    return f'<svg class="marks" aria-hidden="true">{_groups(axis, marks, scale)}</svg>'


def _groups(axis: Axis, marks: Sequence[Marks], scale: Scale) -> str:
    shapes = {mark.shape for mark in marks}
    defined = "".join(
        f'<path id="m-{name}" d="{SHAPES[name]}"/>' for name in SHAPES if name in shapes
    )
    return f"<defs>{defined}</defs>" + "".join(_group(axis, mark, scale) for mark in marks)


def _group(axis: Axis, marks: Marks, scale: Scale) -> str:
    x = (axis.shares(marks.x) * 100).tolist()
    y = scale.y(marks.values, 100).tolist()
    texts = marks.texts or ("",) * len(x)
    drawn = "".join(
        f'<use href="#m-{marks.shape}" x="{a:.2f}%" y="{b:.1f}%"{_told(text)}'
        for a, b, text in zip(x, y, texts, strict=True)
    )
    return f'<g class="{marks.style}">{drawn}</g>'


def _told(text: str) -> str:
    return f"><title>{escape(text)}</title></use>" if text else "/>"


def _grid_line(share: float) -> str:
    y = share * HEIGHT / 100
    return f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _label(share: float, text: str) -> str:
    below = " under" if share < 8 else ""  # no room above the line
    return f'<span class="tick{below}" style="top:{share:.1f}%">{escape(text)}</span>'


def _axis(axis: Axis) -> str:
    return "".join(
        f'<span style="left:{100 * share:.1f}%">{escape(text)}</span>' for share, text in axis.ticks
    )


def _legend(lines: Sequence[Line], marks: Sequence[Marks]) -> str:
    keys = [f'<i class="{line.style}"></i>{escape(line.name)}' for line in lines if line.name]
    keys = keys[::-1] + [f"{_sample(mark)}{escape(mark.name)}" for mark in marks if mark.name]
    items = "".join(f"<span>{key}</span>" for key in keys)
    return f'<figcaption class="legend">{items}</figcaption>' if items else ""


def _sample(marks: Marks) -> str:
    return (
        f'<svg class="sample" viewBox="-7 -7 14 14" aria-hidden="true">'
        f'<path class="{marks.style}" d="{SHAPES[marks.shape]}"/></svg>'
    )
