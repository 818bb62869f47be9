"""The two searches of the daemon over candles: what is tried, what is chosen, what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trader.backtest.honesty.adoption import Judgement, consider
from trader.backtest.honesty.folds import Fold, Span
from trader.backtest.honesty.gate import RULES, GateRules
from trader.backtest.honesty.walk_forward import Market
from trader.backtest.honesty.walk_forward import Search as Chooser
from trader.backtest.objectives import LEAST_TRADES, Outcome, best
from trader.backtest.optimise.combinations import (
    GRID,
    K_ALONE,
    Axes,
    combinations,
    replayed,
    searchable,
    values_of,
)
from trader.backtest.optimise.trials import prepared
from trader.backtest.plan import BacktestPlan
from trader.domain.parameters import Parameters
from trader.domain.time import DAY, HOUR, Millis
from trader.shell.searching import Told, in_words
from trader.strategies.catalogue import Catalogue, discover

LEAST_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """One kind of search. Lengths in ms, `train_candles` in candles (0: `train` holds).

    Parameters are chosen on the newest `train`; the walk-forward behind the gate chooses in the
    same way on the training span before each test span of `test`, at most `folds` times.
    `least_trades`: of a combination that may be chosen.
    """

    axes: Axes
    objective: str
    train: Millis = 0
    train_candles: int = 0
    test: Millis = DAY
    folds: int = 60
    least_trades: int = LEAST_TRADES
    gate: GateRules = RULES

    def lengths(self, timeframe: Millis) -> tuple[Millis, Millis]:
        """Training and test span in ms, whole candles."""
        train = self.train_candles * timeframe or self.train
        return train, max(timeframe, self.test // timeframe * timeframe)

    def rows(self, timeframe: Millis) -> int:
        """Candles that are traded in a whole search, the walk-forward included."""
        train, test = self.lengths(timeframe)
        return -(-(train + self.folds * test) // timeframe)


DAILY_GRID = Rules(GRID, "sharpe", train=7 * DAY)
K_SEARCH = Rules(
    K_ALONE, "total_return", train_candles=200, test=4 * HOUR, folds=120, least_trades=1
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to. `best` None: no combination could be chosen, or none was tried.

    `in_sample` and `of_running`: the best and the running parameters on the newest training span.
    `judgement` None: there is not enough history for a walk-forward of `LEAST_FOLDS` folds.
    """

    axes: Axes
    running: Parameters
    tried: int
    best: Parameters | None
    in_sample: Outcome | None
    of_running: Outcome
    judgement: Judgement | None
    folds: int


def searched(
    plan: BacktestPlan, rules: Rules, told: Told, catalogue: Catalogue | None = None
) -> Found:
    """Choose on the newest training span, and judge the choosing by a walk-forward.

    `told` hears the share of the work that is done. The plan's parameters are the running ones.
    Raises `BadInput` for an unknown objective.
    """
    catalogue = catalogue or discover()
    running = replayed(plan.parameters)
    axes = searchable(rules.axes, running, catalogue, plan.series[0].candles)
    tries = combinations(running, axes) if axes else ()
    market = prepared(replace(plan, parameters=running), catalogue)
    train, test = rules.lengths(running.timeframe.ms)
    end = _end(plan)
    folds = tuple(_folds(plan, train, test, rules.folds))
    meter = _Meter(told, len(tries) * (len(folds) + 2))
    newest = market.between(end - train, end)
    outcomes = meter.briefs(newest, tries)
    place = best(rules.objective, outcomes, rules.least_trades) if tries else None
    judgement = None
    if place is not None and len(folds) >= LEAST_FOLDS:
        judgement = _judged(market, running, tries, folds, rules, meter)
    return Found(
        axes=axes,
        running=running,
        tried=len(tries),
        best=None if place is None else tries[place],
        in_sample=None if place is None else outcomes[place],
        of_running=newest.brief(running),
        judgement=judgement,
        folds=len(folds),
    )


def _judged(
    market: Market[Parameters],
    running: Parameters,
    tries: Sequence[Parameters],
    folds: tuple[Fold, ...],
    rules: Rules,
    meter: _Meter,
) -> Judgement:
    named = [(in_words(values_of(p, rules.axes)), p) for p in tries]
    chooser = Chooser(rules.objective, rules.least_trades, briefs=meter.briefs)
    return consider(market, running, named, folds, chooser, rules.gate)


def _end(plan: BacktestPlan) -> Millis:
    return max(int(one.candles.time[-1]) for one in plan.series) + plan.parameters.timeframe.ms


def _folds(plan: BacktestPlan, train: Millis, test: Millis, most: int) -> Iterator[Fold]:
    """The newest test spans one after the other, each behind a training span that is all there.

    Where a symbol has no candle in a span, that fold is left out.
    """
    first = max(int(one.candles.time[one.start_index]) for one in plan.series)
    end = _end(plan)
    count = max(0, min(most, (end - train - first) // test))
    for number in range(count):
        start = end - (count - number) * test
        fold = Fold(number + 1, Span(start - train, start), Span(start, start + test))
        if _whole(plan, fold.train) and _whole(plan, fold.test):
            yield fold


def _whole(plan: BacktestPlan, span: Span) -> bool:
    places = (np.searchsorted(one.candles.time, span) for one in plan.series)
    return all(first < end for first, end in places)


class _Meter:
    """Tries combinations and tells how much of all is done."""

    def __init__(self, told: Told, in_all: int) -> None:
        self._told, self._in_all, self._done = told, max(1, in_all), 0

    def briefs(self, market: Market[Parameters], tries: Sequence[Parameters]) -> list[Outcome]:
        outcomes = []
        for one in tries:
            outcomes.append(market.brief(one))
            self._done += 1
            self._told(min(1.0, self._done / self._in_all))
        return outcomes
