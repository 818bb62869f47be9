"""From a search to a verdict: walks the search and the running parameters over the same folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from trader.backtest.honesty.folds import Fold, judged_span
from trader.backtest.honesty.gate import RULES, GateRules, Trial, Verdict, judge
from trader.backtest.honesty.sharpe import spread_of
from trader.backtest.honesty.walk_forward import (
    USUAL,
    Combination,
    Market,
    Search,
    WalkForward,
    walk,
)

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate said and on what: both walks, how many were tried, how far they scatter."""

    verdict: Verdict
    champion: WalkForward
    challenger: WalkForward
    tried: int
    spread: float


def consider(
    market: Market[C],
    running: C,
    combinations: Sequence[Combination[C]],
    folds: Sequence[Fold],
    search: Search = USUAL,
    rules: GateRules = RULES,
) -> Judgement:
    """Whether what this search chooses may replace the running parameters (decision 0033).

    The search chooses on each training span only; both are judged on the test spans, after costs.
    The spread of the combinations is measured over the whole judged span.
    """
    challenger = walk(market, combinations, folds, search)
    champion = walk(market, [("running", running)], folds, search)
    spread = _spread(market, combinations, folds, search)
    tried = len(combinations)
    verdict = judge(trial_of(champion), trial_of(challenger), tried, spread, rules)
    return Judgement(verdict, champion, challenger, tried, spread)


def trial_of(walked: WalkForward) -> Trial:
    """A walk's out-of-sample trades as the gate judges them."""
    return Trial(walked.returns, walked.total_return)


def _spread(
    market: Market[C],
    combinations: Sequence[Combination[C]],
    folds: Sequence[Fold],
    search: Search,
) -> float:
    judged = market.between(*judged_span(tuple(folds)))
    outcomes = search.briefs(judged, [combination for _, combination in combinations])
    return spread_of(outcome.returns for outcome in outcomes)
