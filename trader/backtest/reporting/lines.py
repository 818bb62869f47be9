"""What can be drawn over an axis: curves, areas, candlesticks, marks; each draws itself as SVG.

Lines are stretched to the page's width; marks are placed in percent and keep their shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Protocol

import numpy as np

from trader.backtest.reporting.scales import Axis, Scale

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats, Ints

WIDTH, HEIGHT = 1_000, 300
SHAPES = {  # a triangle's tip is the price: purchases stand under it, sales above
    "rise": "M0 1L5 10H-5Z",
    "fall": "M0-1L5-10H-5Z",
    "dot": "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0Z",
    "cross": "M-3-3L3 3M-3 3L3-3",
}

_BOXES = {
    "rise": "-7 -2 14 14",
    "fall": "-7 -12 14 14",
    "dot": "-7 -7 14 14",
    "cross": "-7 -7 14 14",
}


class Line(Protocol):
    """Something with heights over an axis; `name` stands in the legend unless it is empty."""

    @property
    def style(self) -> str: ...

    @property
    def name(self) -> str: ...

    def heights(self) -> tuple[Floats, ...]:
        """All values that must fit on the scale."""
        ...

    def drawn(self, axis: Axis, scale: Scale) -> str:
        """SVG in drawing units."""
        ...


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its CSS class, its name in the legend (empty: none), where and how high."""

    style: str
    name: str
    x: Floats | Ints
    values: Floats

    def heights(self) -> tuple[Floats, ...]:
        """Its values."""
        return (self.values,)

    def drawn(self, axis: Axis, scale: Scale) -> str:
        """A polyline."""
        points = _points(axis, self.x, scale.y(self.values, HEIGHT))
        return f'<polyline class="{self.style}" points="{points}"/>'


@dataclass(frozen=True, slots=True)
class Area:
    """What lies between two curves over the same places."""

    style: str
    name: str
    x: Floats | Ints
    low: Floats
    high: Floats

    def heights(self) -> tuple[Floats, ...]:
        """Both its edges."""
        return self.low, self.high

    def drawn(self, axis: Axis, scale: Scale) -> str:
        """A polygon: there along the upper edge, back along the lower."""
        there = _points(axis, self.x, scale.y(self.high, HEIGHT))
        back = _points(axis, self.x[::-1], scale.y(self.low[::-1], HEIGHT))
        return f'<polygon class="{self.style}" points="{there} {back}"/>'


@dataclass(frozen=True, slots=True)
class Candlesticks:
    """Candles at these times; those that rose are hollow, those that fell full."""

    x: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    style: str = "sticks"
    name: str = ""

    def heights(self) -> tuple[Floats, ...]:
        """Lows and highs."""
        return self.low, self.high

    def drawn(self, axis: Axis, scale: Scale) -> str:
        """One path of wicks and one for each kind of body."""
        x = axis.shares(self.x) * WIDTH
        high, low = scale.y(self.high, HEIGHT), scale.y(self.low, HEIGHT)
        wicks = "".join(f"M{a:.1f} {b:.1f}V{c:.1f}" for a, b, c in zip(x, high, low, strict=True))
        rose = self.close >= self.open
        return (
            f'<path class="wicks" d="{wicks}"/>'
            f'<path class="bodies" d="{self._bodies(x, scale, rose)}"/>'
            f'<path class="bodies full" d="{self._bodies(x, scale, ~rose)}"/>'
        )

    def _bodies(self, x: Floats, scale: Scale, rows: Bools) -> str:
        half = 0.3 * WIDTH / max(1, len(x))
        top = scale.y(np.maximum(self.open, self.close), HEIGHT)[rows]
        bottom = scale.y(np.minimum(self.open, self.close), HEIGHT)[rows]
        return "".join(
            f"M{a - half:.1f} {b:.1f}h{2 * half:.1f}V{c:.1f}h{-2 * half:.1f}Z"
            for a, b, c in zip(x[rows], top, bottom, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """Points of one kind. `shape` is one of `SHAPES`; `texts` are shown under the pointer."""

    style: str
    shape: str
    name: str
    x: Floats | Ints
    values: Floats
    texts: Sequence[str] = ()
    small: bool = False  # where there are many

    def drawn(self, axis: Axis, scale: Scale) -> str:
        """A group of shapes, placed in percent."""
        x = (axis.shares(self.x) * 100).tolist()
        y = scale.y(self.values, 100).tolist()
        name = f"s-{self.shape}" if self.small else f"m-{self.shape}"
        shapes = "".join(
            f'<use href="#{name}" x="{a:.2f}%" y="{b:.1f}%"{_told(text)}'
            for a, b, text in zip(x, y, self.texts or ("",) * len(x), strict=True)
        )
        return f'<g class="{self.style}">{shapes}</g>'

    def sample(self) -> str:
        """One of them for the legend."""
        return (
            f'<svg class="sample" viewBox="{_BOXES[self.shape]}" aria-hidden="true">'
            f'<path class="{self.style}" d="{SHAPES[self.shape]}"/></svg>'
        )


def definitions() -> str:
    """The shapes of all marks, once a page."""
    paths = "".join(
        f'<path id="m-{name}" d="{drawn}"/><path id="s-{name}" d="{drawn}" transform="scale(.6)"/>'
        for name, drawn in SHAPES.items()
    )
    return f'<svg class="shapes" aria-hidden="true"><defs>{paths}</defs></svg>'


def _points(axis: Axis, x: Floats | Ints, heights: Floats) -> str:
    places = (axis.shares(x) * WIDTH).tolist()
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(places, heights.tolist(), strict=True))


def _told(text: str) -> str:
    return f"><title>{escape(text)}</title></use>" if text else "/>"
