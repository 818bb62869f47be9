"""The combinations of a sweep, numbered: parameters of a number, quickly, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

from config.groups.exits import EXITS
from config.groups.limits import LIMITS
from config.groups.orders import ORDERS
from config.groups.size import SIZE
from trader.backtest.sweep.axes import Axis
from trader.domain.parameters import Parameters
from trader.shell.parameters import parameters_of

WHOLE = ("preset", "strategies", "trading_mode")  # other parameters' values depend on these
_WITHOUT_SIGNALS = frozenset(
    setting.attribute for group in (EXITS, LIMITS, ORDERS, SIZE) for setting in group.settings
)


@dataclass(frozen=True, slots=True)
class Grid:
    """Every combination of the axes' values. Number 0 has all first values; the last axis turns
    fastest. `bases`: parameters of each combination of the axes named in `WHOLE`, in that order.
    `taken`: the axes' values as `Parameters` hold them.
    """

    axes: tuple[Axis, ...]
    taken: tuple[tuple[Any, ...], ...]
    bases: tuple[Parameters, ...]

    def __len__(self) -> int:
        return prod(map(len, self.axes))

    def places(self, number: int) -> tuple[int, ...]:
        """Which value of each axis a combination has."""
        places = []
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis))
            places.append(place)
        return tuple(places[::-1])

    def cells(self, number: int) -> list[str]:
        """The values of a combination as they stand in `grid.csv`, one an axis."""
        places = self.places(number)
        return [axis.cells[place] for axis, place in zip(self.axes, places, strict=True)]

    def parameters(self, number: int) -> Parameters:
        """All parameters of a combination; its values are known to be allowed by themselves."""
        places = self.places(number)
        base = self.bases[base_number(self.axes, places)]
        plain: dict[str, Any] = {}
        own: list[tuple[str, float]] = []
        for axis, taken, place in zip(self.axes, self.taken, places, strict=True):
            if "." in axis.attribute:
                own.append((axis.attribute, taken[place]))
            elif axis.attribute not in WHOLE:
                plain[axis.attribute] = taken[place]
        if own:
            plain["thresholds"] = _with_thresholds(base, own)
        return replace(base, **plain)

    def group(self, number: int) -> int:
        """Equal for combinations that share their signals, as far as the axes tell."""
        places, group = self.places(number), 0
        for axis, place in zip(self.axes, places, strict=True):
            if _moves_signals(axis):
                group = group * len(axis) + place
        return group

    def order(self) -> Iterator[int]:
        """All numbers, so that combinations with the same signals follow one another."""
        turns = sorted(range(len(self.axes)), key=lambda n: not _moves_signals(self.axes[n]))
        strides = [prod(map(len, self.axes[n + 1 :])) for n in turns]
        steps = (
            range(0, len(self.axes[n]) * stride, stride)
            for n, stride in zip(turns, strides, strict=True)
        )
        return map(sum, product(*steps))


def grid_of(axes: Sequence[Axis], bases: Sequence[Parameters]) -> Grid:
    """The combinations of these axes upon these parameters."""
    return Grid(tuple(axes), tuple(map(_taken, axes)), tuple(bases))


def base_number(axes: Sequence[Axis], places: Sequence[int]) -> int:
    """Which of the bases a combination stands on."""
    number = 0
    for axis, place in zip(axes, places, strict=True):
        if axis.attribute in WHOLE:
            number = number * len(axis) + place
    return number


def base_places(axes: Sequence[Axis]) -> Iterator[tuple[int, ...]]:
    """Places of every base in the order of their numbers; axes beside `WHOLE` stand at 0."""
    return product(*(range(len(a)) if a.attribute in WHOLE else (0,) for a in axes))


def _taken(axis: Axis) -> tuple[Any, ...]:
    if "." in axis.attribute or axis.attribute in WHOLE:
        return axis.values
    return tuple(
        getattr(parameters_of({axis.attribute: value}), axis.attribute) for value in axis.values
    )


def _with_thresholds(
    base: Parameters, own: list[tuple[str, float]]
) -> MappingProxyType[str, MappingProxyType[str, float]]:
    """Thresholds of strategies that are not at work there are left away, as settings do."""
    thresholds = {strategy: dict(values) for strategy, values in base.thresholds.items()}
    for attribute, value in own:
        strategy, name = attribute.split(".")
        if strategy in thresholds:
            thresholds[strategy][name] = value
    return MappingProxyType({s: MappingProxyType(values) for s, values in thresholds.items()})


def _moves_signals(axis: Axis) -> bool:
    return axis.attribute not in _WITHOUT_SIGNALS
