"""Charts of a report: lines and marks in inline SVG, words beside it as HTML; and heat maps.

Words and numbers stay HTML, so that they can be read on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.reporting.lines import HEIGHT, WIDTH, Line, Marks
from trader.backtest.reporting.markup import Html, cell
from trader.backtest.reporting.scales import Axis, scale_of
from trader.backtest.reporting.styles import STEPS

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

MOST_POINTS = 1_500


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a chart: its name, how values are written, whether heights are logs."""

    title: str
    label: Callable[[float], str]
    logarithmic: bool = False
    zero: bool = False  # the axis shows zero, whatever the values
    along: str = ""  # what the axis counts


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
    heights = [values for line in lines for values in line.heights()]
    heights += [mark.values for mark in marks]
    if not sum(map(len, heights)):
        return Html("")
    scale = scale_of(heights, logarithmic=frame.logarithmic, zero=frame.zero)
    ticks = scale.ticks()
    grid = "".join(_grid_line(scale.share(tick)) for tick in ticks)
    drawn = "".join(line.drawn(axis, scale) for line in lines)
    points = _over("".join(mark.drawn(axis, scale) for mark in marks))
    labels = [frame.label(tick) for tick in ticks]
    words = "".join(_label(scale.share(t), text) for t, text in zip(ticks, labels, strict=True))
    return Html(
        f'<figure class="chart" style="--gutter:{_gutter(labels):.1f}rem"><div class="plot">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(frame.title)}">{grid}{drawn}</svg>{points}{words}</div>'
        f'<div class="axis">{_axis(axis)}</div>{_along(frame)}{_legend(lines, marks)}</figure>'
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
    cells = [[heat_cell(value, label, farthest, centre) for value in row] for row in values]
    return heat_table((corner, *columns), rows, cells)


def heat_table(head: Sequence[str], rows: Sequence[str], cells: Sequence[Sequence[str]]) -> Html:
    """A table of cells that `heat_cell` made; `head` begins with the corner."""
    heads = "".join(f"<th>{cell(name)}</th>" for name in head)
    body = "".join(
        f"<tr><th>{cell(name)}</th>{''.join(row)}</tr>"
        for name, row in zip(rows, cells, strict=True)
    )
    return Html(
        f'<div class="scroll"><table class="heat"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def heat_cell(
    value: float | None,
    label: Callable[[float], str],
    farthest: float,
    centre: float = 0.0,
    style: str = "",
) -> str:
    """One cell: up above `centre`, down below it, strongest `farthest` away. None is empty."""
    if value is None:
        return "<td></td>"
    share = min(1.0, abs(value - centre) / farthest) if farthest else 0.0
    step = min(STEPS, int(share * STEPS) + 1)
    tint = "" if value == centre else f"{'u' if value > centre else 'd'}{step}"
    return f'<td class="{tint} {style}">{cell(label(value))}</td>'


def _over(marks: str) -> str:
    return f'<svg class="marks" aria-hidden="true">{marks}</svg>' if marks else ""


def _grid_line(share: float) -> str:
    y = share * HEIGHT / 100
    return f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _gutter(labels: Sequence[str]) -> float:
    """Room for the longest label, in letters of the page's size."""
    return 0.46 * max(map(len, labels), default=0) + 0.6


def _label(share: float, text: str) -> str:
    return f'<span class="tick" style="top:{share:.1f}%">{escape(text)}</span>'


def _along(frame: Frame) -> str:
    return f'<div class="along">{escape(frame.along)}</div>' if frame.along else ""


def _axis(axis: Axis) -> str:
    return "".join(
        f'<span style="left:{100 * share:.1f}%">{escape(text)}</span>' for share, text in axis.ticks
    )


def _legend(lines: Sequence[Line], marks: Sequence[Marks]) -> str:
    keys = [f'<i class="{line.style}"></i>{escape(line.name)}' for line in lines if line.name]
    keys = keys[::-1] + [f"{mark.sample()}{escape(mark.name)}" for mark in marks if mark.name]
    items = "".join(f"<span>{key}</span>" for key in keys)
    return f'<figcaption class="legend">{items}</figcaption>' if items else ""
