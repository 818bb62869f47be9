"""Walk-forward on drawn markets: chooses before it trades, joins what it traded, warns by rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np
import pytest

from tests.backtest.honesty.drawing import Drawn, outcome
from trader.backtest.honesty.adoption import consider
from trader.backtest.honesty.folds import Span, folds
from trader.backtest.honesty.walk_forward import Market, Search, WalkForward, walk
from trader.backtest.objectives import Outcome
from trader.domain.errors import BadInput
from trader.domain.time import DAY

Returns = Callable[[int, str], float]  # of a day and a combination
DAYS = 80
EIGHT = Span(0, DAYS * DAY)
BY_RETURN = Search("total_return")


@dataclass
class Days:
    """A market with one trade a day; keeps which spans were asked for what."""

    make: Returns
    span: Span = EIGHT
    asked: list[tuple[Span, str]] = field(default_factory=list)

    def between(self, start: int, end: int) -> Days:
        return Days(self.make, Span(start, end), self.asked)

    def brief(self, parameters: str) -> Drawn:
        self.asked.append((self.span, parameters))
        days = range(self.span.start // DAY, self.span.end // DAY)
        return outcome([self.make(day, parameters) for day in days], self.span.start)


def noise(day: int, combination: str) -> float:
    rng = np.random.default_rng([day, *map(ord, combination)])
    return float(rng.normal(0.0, 0.01))


def named(*names: str) -> list[tuple[str, str]]:
    return [(name.upper(), name) for name in names]


def walked(
    make: Returns, names: Sequence[str] = ("a", "b"), search: Search = BY_RETURN
) -> WalkForward:
    return walk(Days(make), named(*names), folds(EIGHT, 5), search)


def test_it_trades_what_the_training_span_liked_best() -> None:
    """`a` earns on even stretches of ten days, `b` on odd ones; three such stretches train."""

    def alternating(day: int, name: str) -> float:
        wiggle = 0.001 * (day % 3)
        return (0.01 if (day // 10) % 2 == "ab".index(name) else -0.01) + wiggle

    result = walked(alternating)
    assert [fold.label for fold in result.folds] == ["A", "B", "A", "B", "A"]
    assert result.total_return < -0.3
    assert result.warnings == ("oos_loss", "oos_half", "oos_jumps")
    assert result.overfit


def test_nothing_of_the_test_span_is_seen_before_the_choice() -> None:
    market = Days(noise)
    cut = folds(EIGHT, 5)
    walk(market, named("a", "b", "c"), cut, BY_RETURN)
    for n, fold in enumerate(cut):
        asked = market.asked[4 * n : 4 * n + 4]
        assert [span for span, _ in asked] == [fold.train] * 3 + [fold.test]


def test_out_of_sample_trades_are_joined_in_time() -> None:
    result = walked(noise)
    expected = [
        noise(fold.fold.test.start // DAY + k, fold.label.lower())
        for fold in result.folds
        for k in range(10)
    ]
    np.testing.assert_array_equal(result.returns, expected)
    assert result.total_return == pytest.approx(float(np.prod(1 + result.returns)) - 1)
    assert len(result.pnl) == len(result.returns) == 50
    assert (np.diff(result.exit_time) > 0).all()


def test_an_edge_that_lasts_is_kept_and_earns_no_warning() -> None:
    def lasting(day: int, name: str) -> float:
        return 0.01 + noise(day, name) / 5 if name == "b" else noise(day, name)

    result = walked(lasting, ("a", "b", "c"))
    assert {fold.label for fold in result.folds} == {"B"}
    assert result.warnings == ()
    assert not result.overfit
    assert result.efficiency == pytest.approx(1.0, abs=0.2)  # a third of the time, a third of it
    in_sample, out_of_sample = result.in_sample_score, result.out_of_sample_score
    assert out_of_sample / in_sample == pytest.approx(0.3, abs=0.05)


def test_one_combination_is_traded_without_a_choice() -> None:
    result = walked(lambda day, name: 0.0, ("a",))
    assert [fold.chosen for fold in result.folds] == [0] * 5
    assert "oos_jumps" not in result.warnings


def test_where_none_may_be_chosen_nothing_is_traded() -> None:
    result = walked(noise, search=Search("total_return", least_trades=31))
    assert [fold.chosen for fold in result.folds] == [None] * 5
    assert len(result.returns) == 0
    assert result.total_return == 0.0
    assert isnan(result.efficiency)
    assert result.warnings == ("oos_few", "oos_untraded")
    assert not result.overfit


def test_progress_counts_folds_and_an_unknown_objective_is_refused() -> None:
    told: list[tuple[int, int]] = []
    cut = folds(EIGHT, 3)
    walk(Days(noise), named("a"), cut, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(BadInput, match="luck"):
        walk(Days(noise), named("a"), cut, Search("luck"))


def test_workers_can_try_the_combinations() -> None:
    seen: list[int] = []

    def pooled(market: Market[Any], what: Sequence[Any]) -> list[Outcome]:
        seen.append(len(what))
        return [market.brief(one) for one in what]

    search = Search("total_return", briefs=pooled)
    assert walked(noise, search=search).returns.tolist() == walked(noise).returns.tolist()
    assert seen == [2] * 5


def test_the_gate_compares_both_on_the_same_spans() -> None:
    def planted(day: int, name: str) -> float:
        return 0.004 + noise(day, name) / 3 if name == "good" else noise(day, name)

    combinations = named("good", *(f"bad{n}" for n in range(20)))
    judged = consider(Days(planted), "bad1", combinations, folds(EIGHT, 5), Search())
    assert judged.tried == 21
    assert 0.05 < judged.spread < 0.5
    assert judged.verdict.promoted, judged.verdict
    assert len(judged.champion.returns) == len(judged.challenger.returns) == 50
    again = consider(Days(planted), "good", combinations, folds(EIGHT, 5), Search())
    assert [reason.code for reason in again.verdict.reasons] == ["not_better"]
