"""The gate on markets where nothing can be won, and on markets with an edge that was put there.

Trades are drawn here: 100 combinations that share half of their luck, as neighbours on a grid do.
`test_gate_markets.py` does the same with candles and real strategies.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.backtest.honesty.drawing import Drawn
from trader.backtest.honesty.adoption import Judgement, consider
from trader.backtest.honesty.folds import Span, folds
from trader.backtest.honesty.sharpe import probabilistic_sharpe, shape_of

if TYPE_CHECKING:
    from trader.domain.candles import Floats

MARKETS = 1_000 if os.environ.get("SOAK") == "1" else 200
COMBINATIONS, FOLDS, TRAIN_PARTS = 100, 4, 3
RUNNING = COMBINATIONS - 1
COST = 0.0005  # of a trade, both sides and slippage
EDGE = 0.0015  # of a trade, after costs


@dataclass(frozen=True)
class Trades:
    """A market of which only the trades are known: a row a combination, a column a moment."""

    returns: Floats
    first: int = 0

    def between(self, start: int, end: int) -> Trades:
        return Trades(self.returns[:, start - self.first : end - self.first], start)

    def brief(self, parameters: int) -> Drawn:
        made = self.returns[parameters]
        total = float(np.prod(1 + made)) - 1
        return Drawn({"total_return": total}, np.arange(len(made)), made, made, made)


def drawn(seed: int, judged: int, deviation: float) -> Floats:
    """`judged` trades out of sample, thrice as many a fold to choose on; no edge, no cost."""
    rng = np.random.default_rng([seed, judged])
    moments = judged // FOLDS * (FOLDS + TRAIN_PARTS)
    shared = rng.normal(0.0, deviation, moments)
    own = rng.normal(0.0, deviation, (COMBINATIONS, moments))
    result: Floats = np.sqrt(0.5) * shared + np.sqrt(0.5) * own
    return result


def judged(returns: Floats) -> Judgement:
    span = Span(0, returns.shape[1])
    cut = folds(span, FOLDS, train_parts=TRAIN_PARTS)
    return consider(Trades(returns), RUNNING, [(str(n), n) for n in range(COMBINATIONS)], cut)


def share(answers: Iterable[bool]) -> float:
    return float(np.mean(list(answers)))


@pytest.mark.parametrize("cost", [COST, 0.0])
def test_of_noise_at_most_one_in_twenty_is_promoted(cost: float) -> None:
    made = [drawn(seed, 80, 0.01) - cost for seed in range(MARKETS)]
    promoted = [judged(returns).verdict.promoted for returns in made]
    assert share(promoted) <= 0.05


def test_without_the_gate_noise_is_promoted_nearly_always() -> None:
    """What the search sees in sample: its best beats the running parameters, and looks sure."""
    better, sure = [], []
    for seed in range(MARKETS):
        returns = drawn(seed, 80, 0.01)
        shapes = [shape_of(row) for row in returns]
        best = max(range(COMBINATIONS), key=lambda n: shapes[n].sharpe)
        better.append(returns[best].sum() > max(0.0, returns[RUNNING].sum()))
        sure.append(probabilistic_sharpe(shapes[best], 0.0) >= 0.95)
    assert share(better) >= 0.9
    assert share(sure) >= 0.5  # one in twenty, had only one been tried


@pytest.mark.parametrize(("trades", "deviation"), [(60, 0.002), (200, 0.004)])
def test_a_planted_edge_is_promoted(trades: int, deviation: float) -> None:
    """One combination in ten earns 0.15 % a trade; the more a trade scatters, the more it takes."""
    promoted = []
    for seed in range(60):
        returns = drawn(seed, trades, deviation)
        returns[: COMBINATIONS // 10] += EDGE
        promoted.append(judged(returns).verdict.promoted)
    assert share(promoted) >= 0.8


def test_an_edge_that_ended_before_it_was_judged_is_not_promoted() -> None:
    for seed in range(20):
        returns = drawn(seed, 80, 0.004) - COST
        returns[:10, : 3 * 20] += 4 * EDGE  # the first training span only
        result = judged(returns)
        assert int(result.challenger.folds[0].label) < 10  # it was seen
        assert not result.verdict.promoted


def test_the_same_seed_gives_the_same_decision() -> None:
    first, second = (judged(drawn(3, 80, 0.01)) for _ in range(2))
    assert first.verdict == second.verdict
    assert first.spread == second.spread
