"""What `run_backtest.py` calls: walk-forward and sensitivity of a plan, on the fast engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trader.backtest.honesty.folds import ROLLING, Span, folds
from trader.backtest.honesty.sensitivity import Sensitivity, sensitivity
from trader.backtest.honesty.walk_forward import (
    Briefs,
    Combination,
    Search,
    WalkForward,
    one_by_one,
    walk,
)
from trader.backtest.objectives import DEFAULT, LEAST_TRADES
from trader.backtest.plan import BacktestPlan, Progress
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters

LEAST_CANDLES = 30  # of a test span


@dataclass(frozen=True, slots=True)
class WalkOptions:
    """`--walk-forward`, `--walk-forward-kind`, `--objective`; `briefs`: workers, if any."""

    folds: int
    kind: str = ROLLING
    objective: str = DEFAULT
    least_trades: int = LEAST_TRADES
    briefs: Briefs = one_by_one  # type: ignore[type-arg]


def perform_walk_forward(
    plan: BacktestPlan,
    combinations: Sequence[Combination[Parameters]],
    options: WalkOptions,
    progress: Progress | None = None,
) -> WalkForward:
    """Walk the plan's candles; without combinations its own parameters, chosen by nobody.

    Raises `BadInput` when there are too few candles or the objective is unknown.
    """
    from trader.backtest.fast import Prepared

    candle = plan.parameters.timeframe.ms
    cut = folds(span_of(plan), options.folds, options.kind, step=candle)
    if cut[0].test.end - cut[0].test.start < LEAST_CANDLES * candle:
        raise BadInput(
            f"each of {options.folds} test spans would hold fewer than {LEAST_CANDLES} candles; "
            "use fewer folds or more candles"
        )
    search = Search(options.objective, options.least_trades, options.kind, options.briefs)
    tried = combinations or [("", plan.parameters)]
    return walk(Prepared(plan), tried, cut, search, progress)


def perform_sensitivity(
    plan: BacktestPlan, names: Sequence[str] = (), objective: str = DEFAULT
) -> Sensitivity:
    """Move the plan's parameters a little, one at a time. `names`: those of a grid, if any."""
    from trader.backtest.choices import declared
    from trader.backtest.fast import Prepared

    return sensitivity(Prepared(plan), plan.parameters, names, objective, declared())


def span_of(plan: BacktestPlan) -> Span:
    """The traded span: from the first traded candle of any symbol to the end of the last."""
    first = min(int(one.candles.time[one.start_index]) for one in plan.series)
    last = max(int(one.candles.time[-1]) + one.candles.timeframe for one in plan.series)
    return Span(first, last)
