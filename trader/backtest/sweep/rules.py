"""Which combinations fit together, and which limits a sweep leaves away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import Any

from config.cross_rules import problems_of_venue
from config.effective import Effective, Sources, effective
from config.reading import Context
from config.schema import EVERYWHERE, key_of
from trader.backtest.sweep.axes import Axis, given_by
from trader.backtest.sweep.grid import WHOLE, base_number, base_places
from trader.domain.errors import BadInput
from trader.domain.time import Timeframe

LOSS_LIMITS = (
    "max_daily_loss_pct", "max_weekly_loss_pct", "max_monthly_loss_pct", "max_daily_loss",
    "max_consecutive_losses",
)  # fmt: skip


@dataclass(slots=True)
class LeftOut:
    """Combinations that do not fit together. `flags` has one byte a combination, 1: left out.

    `reasons`: per setting the count and what is wrong with the first of them.
    """

    flags: bytearray
    reasons: dict[str, tuple[int, str]] = field(default_factory=dict)

    def note(self, number: int, key: str, reason: str) -> None:
        """Leave a combination out."""
        self.flags[number] = 1
        count, first = self.reasons.get(key, (0, reason))
        self.reasons[key] = count + 1, first

    @property
    def count(self) -> int:
        """How many are left out."""
        return sum(count for count, _ in self.reasons.values())

    def sentence(self) -> str:
        """`4 left out: STOP_LOSS_PERCENT (4): the stop loss 0.05 must be below ...`."""
        told = "; ".join(f"{key} ({n:,}): {reason}" for key, (n, reason) in self.reasons.items())
        return f"{self.count:,} left out: {told}"


def settings_of_bases(axes: Sequence[Axis], sources: Sources, venue: str) -> list[Effective]:
    """Settings in force for each combination of the axes on which others depend.

    Raises `BadInput` for a parameter that is both set and swept, or that no strategy reads.
    """
    _refuse_both(axes, sources)
    bases = [
        effective(venue, _with(sources, axes, places, sources.context))
        for places in base_places(axes)
    ]
    for axis in axes:
        _refuse_unread(axis, bases)
    return [_without_loss_limits(base) for base in bases]


def loss_limits_off(bases: Sequence[Effective]) -> tuple[str, ...]:
    """Names of the limits that nobody set and that are therefore off."""
    return tuple(
        key_of("", name)
        for name in LOSS_LIMITS
        if all(base.origins[name] == "default" for base in bases)
    )


def left_out(axes: Sequence[Axis], bases: Sequence[Effective], context: Context) -> LeftOut:
    """Judge every combination by the settings' cross rules."""
    found = LeftOut(bytearray(prod(map(len, axes))))
    for number, settings in enumerate(_settings_of_all(axes, bases)):
        problem = next(problems_of_venue(settings, "backtest", context), None)
        if problem:
            found.note(number, problem.key, problem.reason)
    return found


def refuse_other_candles(bases: Sequence[Effective], timeframe: Timeframe) -> None:
    """Raises `BadInput` when a preset asks for candles of another length than those loaded."""
    for base in bases:
        own, origin = base.values["timeframe"], base.origins["timeframe"]
        if origin != "default" and Timeframe.parse(own) != timeframe:
            raise BadInput(
                f"{origin} trades {own} candles and these are {timeframe}: give one --timeframe "
                "for all, or sweep them one by one"
            )


def _settings_of_all(axes: Sequence[Axis], bases: Sequence[Effective]) -> Iterator[Effective]:
    """The settings of every combination, by number."""
    for places in product(*(range(len(axis)) for axis in axes)):
        base = bases[base_number(axes, places)]
        changed = {
            axis.attribute: axis.values[place]
            for axis, place in zip(axes, places, strict=True)
            if axis.attribute not in WHOLE
        }
        yield replace(base, values={**base.values, **changed})


def _with(
    sources: Sources, axes: Sequence[Axis], places: Sequence[int], context: Context
) -> Sources:
    """The same sources with these values of the axes on the command line."""
    given: dict[tuple[str, str], Any] = {
        (EVERYWHERE, axis.attribute): given_by(axis, place, context)
        for axis, place in zip(axes, places, strict=True)
    }
    return replace(sources, flags={**sources.flags, **given})


def _refuse_both(axes: Sequence[Axis], sources: Sources) -> None:
    for axis in axes:
        if (EVERYWHERE, axis.attribute) in sources.flags:
            raise BadInput(
                f"--grid {axis.key}: {axis.name} is set by --set or a flag too; keep one of them"
            )


def _refuse_unread(axis: Axis, bases: Sequence[Effective]) -> None:
    """A threshold of a strategy that is not at work would change nothing."""
    strategy, dot, _ = axis.attribute.partition(".")
    if dot and not any(strategy in base.values["thresholds"] for base in bases):
        raise BadInput(
            f"--grid {axis.key}: belongs to the strategy {strategy}, which is not at work; "
            f"add --strategy {strategy}"
        )


def _without_loss_limits(base: Effective) -> Effective:
    off = {
        name: type(base.values[name])(0) for name in LOSS_LIMITS if base.origins[name] == "default"
    }
    return replace(base, values={**base.values, **off})
