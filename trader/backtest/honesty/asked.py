"""The honesty tools that a command line asks for, done one after the other and kept together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trader.backtest.arguments import Arguments
from trader.backtest.honesty import sensitivity_report, walk_report
from trader.backtest.honesty.sensitivity import Sensitivity
from trader.backtest.honesty.tools import (
    WalkOptions,
    perform_sensitivity,
    perform_walk_forward,
)
from trader.backtest.honesty.walk_forward import (
    Briefs,
    Combination,
    WalkForward,
    one_by_one,
)
from trader.backtest.objectives import DEFAULT
from trader.backtest.plan import BacktestPlan
from trader.backtest.reporting.markup import Html
from trader.backtest.reporting.wording import Say
from trader.domain.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Answers:
    """What the tools found; None where one was not asked for."""

    walked: WalkForward | None = None
    moved: Sensitivity | None = None

    def content(self) -> dict[str, Any]:
        """Further keys of `result.json`: `walk_forward` and `sensitivity`."""
        found: dict[str, Any] = {}
        if self.walked:
            found["walk_forward"] = walk_report.as_content(self.walked)
        if self.moved:
            found["sensitivity"] = sensitivity_report.as_content(self.moved)
        return found

    def sections(self, say: Say) -> list[Html]:
        """Further sections of `report.html`."""
        found = [walk_report.section(self.walked, say)] if self.walked else []
        return [*found, *([sensitivity_report.section(self.moved, say)] if self.moved else [])]

    def show(self, say: Say) -> None:
        """On the terminal."""
        if self.walked:
            walk_report.show(self.walked, say)
        if self.moved:
            sensitivity_report.show(self.moved, say)


@dataclass(frozen=True, slots=True)
class Tried:
    """A grid, if there is one: its combinations, the names of its parameters, by what it chooses.

    `briefs` tries many combinations, in workers if it likes.
    """

    combinations: Sequence[Combination[Parameters]] = ()
    names: Sequence[str] = ()
    objective: str = DEFAULT
    briefs: Briefs = one_by_one  # type: ignore[type-arg]


NO_GRID = Tried()


def answers(arguments: Arguments, plan: BacktestPlan, grid: Tried = NO_GRID) -> Answers:
    """Do what was asked for. Raises `BadInput` when there are too few candles."""
    walked = moved = None
    if arguments.walk_forward is not None:
        options = WalkOptions(
            folds=arguments.walk_forward,
            kind=arguments.walk_forward_kind,
            objective=grid.objective,
            briefs=grid.briefs,
        )
        walked = perform_walk_forward(plan, grid.combinations, options)
    if arguments.sensitivity:
        moved = perform_sensitivity(plan, grid.names, grid.objective)
    return Answers(walked, moved)
