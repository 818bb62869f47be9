"""Walk-forward: chooses parameters on one span, trades them on the next, again and again.

What the test spans made together is what choosing this way would have made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, nan, prod
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from trader.backtest.honesty.folds import Fold, Span
from trader.backtest.objectives import (
    DEFAULT,
    GROWING,
    LEAST_TRADES,
    Outcome,
    best,
    mean_of,
    objective_named,
)
from trader.domain.time import DAY, Millis

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

FEW_TRADES = 30
HALF = 0.5  # of what was promised in sample
C_contra = TypeVar("C_contra", contravariant=True)
C = TypeVar("C")


class Market(Protocol[C_contra]):
    """Candles made ready, on which combinations are tried; `fast.Prepared` is one.

    A combination is whatever `brief` takes: `Parameters`, or what makes a model.
    """

    def between(self, start: Millis, end: Millis) -> Market[C_contra]:
        """The same candles traded only in [start, end); earlier ones are history."""
        ...

    def brief(self, parameters: C_contra, /) -> Outcome:
        """What this combination came to, after costs."""
        ...


Combination = tuple[str, C]  # a label that people read, and what is tried
Briefs = Callable[[Market[C], Sequence[C]], Sequence[Outcome]]  # tries many; workers plug in here


@dataclass(frozen=True, slots=True)
class Part:
    """What the chosen combination came to on one span. `score`: the objective there, or NaN."""

    score: float
    outcome: Outcome

    @property
    def total_return(self) -> float:
        """Of the equity over the span, a fraction."""
        return float(self.outcome.metrics.get("total_return") or 0.0)

    @property
    def trades(self) -> int:
        """Closed trades."""
        return len(self.outcome.returns)


@dataclass(frozen=True, slots=True)
class Walked:
    """One fold. `chosen` is the combination's place; None: none could be chosen, nothing traded."""

    fold: Fold
    chosen: int | None
    label: str
    in_sample: Part | None
    out_of_sample: Part | None


@dataclass(frozen=True, slots=True)
class WalkForward:
    """All folds, in order. `tried` combinations were looked at in each."""

    folds: tuple[Walked, ...]
    objective: str
    kind: str
    tried: int

    @property
    def tests(self) -> tuple[Outcome, ...]:
        """What each fold came to out of sample, of those that were traded."""
        parts = (walked.out_of_sample for walked in self.folds)
        return tuple(part.outcome for part in parts if part is not None)

    @property
    def returns(self) -> Floats:
        """Every trade out of sample: pnl / entry value."""
        return _joined([outcome.returns for outcome in self.tests])

    @property
    def pnl(self) -> Floats:
        """Every trade out of sample, in the quote currency; each fold begins with the capital."""
        return _joined([outcome.pnl for outcome in self.tests])

    @property
    def exit_time(self) -> Ints:
        """Of the same trades, ms UTC."""
        return np.concatenate([np.empty(0, np.int64), *(one.exit_time for one in self.tests)])

    @property
    def total_return(self) -> float:
        """Of the folds' equity one after the other, compounded; a fraction."""
        return prod(1.0 + _return_of(walked.out_of_sample) for walked in self.folds) - 1.0

    @property
    def in_sample_score(self) -> float:
        """Mean of the objective on the training spans, by trades; NaN when there is none."""
        return _mean([one.in_sample for one in self.folds])

    @property
    def out_of_sample_score(self) -> float:
        """Mean of the objective on the test spans, by trades; NaN when there is none.

        By trades, because a ratio of a handful of them can be anything.
        """
        return _mean([one.out_of_sample for one in self.folds])

    @property
    def efficiency(self) -> float:
        """Score out of sample / in sample; NaN unless the latter is positive.

        A return grows with the time it is given: such an objective is taken per day.
        """
        promised, kept = self.in_sample_score, self.out_of_sample_score
        if self.objective in GROWING:
            promised = _pace([(one.in_sample, one.fold.train) for one in self.folds])
            kept = _pace([(one.out_of_sample, one.fold.test) for one in self.folds])
        return kept / promised if promised > 0.0 else nan

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what speaks against these parameters, the gravest first."""
        found = {
            "oos_loss": self.total_return < 0.0,
            "oos_half": isfinite(self.efficiency) and self.efficiency < HALF,
            "oos_jumps": self._jumps(),
            "oos_few": len(self.returns) < FEW_TRADES,
            "oos_untraded": any(walked.chosen is None for walked in self.folds),
        }
        return tuple(code for code, holds in found.items() if holds)

    @property
    def overfit(self) -> bool:
        """A loss out of sample, less than half of what was promised, or another choice each time.

        Too few trades or folds without a choice are warnings, but no overfit.
        """
        return bool({"oos_loss", "oos_half", "oos_jumps"} & set(self.warnings))

    def _jumps(self) -> bool:
        """Whether no two folds in a row chose the same, of three or more."""
        choices = [walked.chosen for walked in self.folds if walked.chosen is not None]
        same = (a == b for a, b in pairwise(choices))
        return self.tried > 1 and len(choices) > 2 and not any(same)


def one_by_one(market: Market[C], combinations: Sequence[C]) -> list[Outcome]:
    """Try combinations in this process."""
    return [market.brief(combination) for combination in combinations]


@dataclass(frozen=True, slots=True)
class Search:
    """How a combination is chosen. `briefs` tries many of them, in workers if it likes."""

    objective: str = DEFAULT
    least_trades: int = LEAST_TRADES
    kind: str = ""
    briefs: Briefs = one_by_one  # type: ignore[type-arg]


USUAL = Search()


def walk(
    market: Market[C],
    combinations: Sequence[Combination[C]],
    folds: Sequence[Fold],
    search: Search = USUAL,
    progress: Callable[[int, int], None] | None = None,
) -> WalkForward:
    """Choose on each training span by the objective, trade on the test span that follows.

    Of one combination nothing is chosen: it is traded in every fold. Ties and minimum trades: see
    `objectives.best`. Raises `BadInput` for an unknown objective.
    """
    objective_named(search.objective)
    done = []
    for fold in folds:
        done.append(_walked(market, combinations, fold, search))
        if progress:
            progress(len(done), len(folds))
    return WalkForward(tuple(done), search.objective, search.kind, len(combinations))


def _walked(
    market: Market[C], combinations: Sequence[Combination[C]], fold: Fold, search: Search
) -> Walked:
    what = [combination for _, combination in combinations]
    outcomes = search.briefs(market.between(*fold.train), what)
    chosen = best(search.objective, outcomes, search.least_trades) if len(what) > 1 else 0
    if chosen is None:
        return Walked(fold, None, "", None, None)
    later = market.between(*fold.test).brief(what[chosen])
    score = objective_named(search.objective)
    return Walked(
        fold,
        chosen,
        combinations[chosen][0],
        Part(score(outcomes[chosen]), outcomes[chosen]),
        Part(score(later), later),
    )


def _mean(parts: Sequence[Part | None]) -> float:
    known = [part for part in parts if part is not None]
    return mean_of([part.score for part in known], [part.trades for part in known])


def _pace(parts: Sequence[tuple[Part | None, Span]]) -> float:
    """Score a day, all spans together."""
    known = [(part.score, (span.end - span.start) / DAY) for part, span in parts if part]
    days = sum(length for _, length in known)
    return sum(score for score, _ in known) / days if days else nan


def _return_of(part: Part | None) -> float:
    return 0.0 if part is None else part.total_return


def _joined(arrays: Sequence[Floats]) -> Floats:
    return np.concatenate([np.empty(0), *arrays])
