"""How much a result hangs on the exact values of its parameters: each is moved a little, alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from types import MappingProxyType
from typing import Any, Protocol

from config.schema import Target, target_of
from config.setting import NUMERIC_KINDS, Kind, Setting, plain
from config.values import BadValue, Names, number_of, parse
from trader.backtest.objectives import DEFAULT, Outcome, objective_named
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters

CHANGES = (-0.2, -0.1, 0.1, 0.2)  # of a value; 0.1 is a small change
SMALL = 0.1
HALF = 0.5  # of the gain: who loses more by a small change hangs on one value
USUAL = (
    "K_VALUE", "TAKE_PROFIT_PERCENT", "STOP_LOSS_PERCENT", "TRAILING_STOP_PERCENT",
    "TRAILING_ACTIVATION", "ATR_MULTIPLIER", "EMERGENCY_STOP_PERCENT", "MAX_HOLDING",
    "MIN_ATR_PCT", "ADX_MIN",
)  # fmt: skip


class Trials(Protocol):
    """Candles made ready, on which parameters are tried; `fast.Prepared` is one."""

    def brief(self, parameters: Parameters, /) -> Outcome:
        """What these parameters came to, after costs."""
        ...


@dataclass(frozen=True, slots=True)
class Moved:
    """One parameter, one change. `total_return` and `score` are NaN where it may not be so."""

    change: float
    value: float
    total_return: float
    score: float


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter by the name in which users write it, with all its changes in order."""

    name: str
    value: float
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The result as it is, and as it would be. `lines` holds what makes a difference.

    `without` names the parameters that could be changed and made none.
    """

    objective: str
    total_return: float
    score: float
    lines: tuple[Line, ...]
    without: tuple[str, ...]

    @property
    def small(self) -> list[tuple[str, Moved]]:
        """Every change of at most 10 % that could be tried."""
        return [
            (line.name, moved)
            for line in self.lines
            for moved in line.moved
            if abs(moved.change) <= SMALL and isfinite(moved.total_return)
        ]

    @property
    def worst(self) -> tuple[str, Moved] | None:
        """The small change that costs most."""
        return min(self.small, key=lambda pair: pair[1].total_return, default=None)

    @property
    def fragile(self) -> bool:
        """Whether a small change takes more than half of a gain."""
        gain, worst = self.total_return, self.worst
        return gain > 0.0 and worst is not None and worst[1].total_return < HALF * gain


def sensitivity(
    trials: Trials,
    parameters: Parameters,
    names: Sequence[str] = (),
    objective: str = DEFAULT,
    declared: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
) -> Sensitivity:
    """Try each parameter at -20, -10, +10 and +20 % of its value, all others as they are.

    `names`: as users write them, without prefix (those of a grid); none: the usual ones and the
    thresholds of the strategies at work. `declared`: all strategies' thresholds with defaults.
    What is off (0) or no number is left out. Values outside their range are not tried.
    """
    score = objective_named(objective)
    base = trials.brief(parameters)
    lines = []
    for name in names or tuple(_usual(parameters, declared)):
        target = target_of(name.upper(), declared)
        value = _value(target, parameters, declared) if target else 0.0
        if target and value:
            moved = tuple(_moved(trials, parameters, target, value, score))
            lines.append(Line(name.upper(), value, moved))
    made = float(base.metrics["total_return"] or 0.0)
    moving = tuple(line for line in lines if _matters(line, made))
    without = tuple(line.name for line in lines if line not in moving)
    return Sensitivity(objective, made, score(base), moving, without)


def _usual(parameters: Parameters, declared: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield from USUAL
    for share in parameters.strategies:
        for name in declared.get(share.name, {}):
            yield f"{share.name}_{name}".upper()


def _value(
    target: Target, parameters: Parameters, declared: Mapping[str, Mapping[str, float]]
) -> float:
    """The value in force; 0 for what is off or no number."""
    if target.threshold:
        strategy, name = target.threshold
        return float(parameters.threshold(strategy, name, declared[strategy][name]))
    if target.setting is None or target.setting.kind not in NUMERIC_KINDS:
        return 0.0
    return float(getattr(parameters, target.setting.attribute) or 0.0)


def _moved(
    trials: Trials,
    parameters: Parameters,
    target: Target,
    value: float,
    score: Callable[[Outcome], float],
) -> Iterator[Moved]:
    for change in CHANGES:
        wanted = float(f"{value * (1.0 + change):.12g}")
        try:
            outcome = trials.brief(changed(parameters, target, wanted))
        except (BadValue, BadInput):
            yield Moved(change, wanted, nan, nan)
        else:
            made = float(outcome.metrics["total_return"] or 0.0)
            yield Moved(change, wanted, made, score(outcome))


def changed(parameters: Parameters, target: Target, value: float) -> Parameters:
    """The parameters with one number changed, checked as settings are.

    Raises `BadValue` for a number outside its range or beside another that forbids it.
    """
    if target.setting is not None:
        moved: dict[str, Any] = {target.setting.attribute: _read(target.setting, value)}
        made = replace(parameters, **moved)
        if 0.0 < made.emergency_stop_percent <= made.stop_loss_percent:
            raise BadValue("the stop loss must be below the emergency stop")
        return made
    strategy, name = target.threshold or ("", "")
    own = {**parameters.thresholds.get(strategy, {}), name: number_of(plain(value))}
    thresholds = {**parameters.thresholds, strategy: MappingProxyType(own)}
    return replace(parameters, thresholds=MappingProxyType(thresholds))


def _read(setting: Setting, value: float) -> float:
    text = plain(round(value) if setting.kind is Kind.INTEGER else value)
    number = parse(setting, text, Names())
    return int(number) if setting.kind is Kind.INTEGER else float(number)


def _matters(line: Line, base: float) -> bool:
    known = [moved.total_return for moved in line.moved if isfinite(moved.total_return)]
    return any(made != base for made in known)
