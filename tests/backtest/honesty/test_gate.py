"""The gate: each rule refuses by its own name, and what cannot be judged is refused."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from trader.backtest.honesty.gate import GateRules, Trial, Verdict, judge
from trader.backtest.honesty.sharpe import chance_spread, deflated_sharpe, shape_of

GOOD = np.tile([0.012, -0.004, 0.008], 20)
NOTHING = Trial(np.empty(0), 0.0)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def test_a_sure_gain_over_the_running_parameters_is_promoted() -> None:
    verdict = judge(Trial(GOOD / 2, 0.05), Trial(GOOD, 0.10), tried=200, spread=0.05)
    assert verdict.promoted
    assert verdict.reasons == ()
    assert verdict.dsr == pytest.approx(deflated_sharpe(shape_of(GOOD), 200, 0.05))


REFUSED = [
    (NOTHING, Trial(GOOD[:29], 0.10), ["too_few_trades"]),
    (Trial(GOOD, 0.10), Trial(GOOD, 0.10), ["not_better"]),
    (Trial(GOOD, nan), Trial(GOOD, 0.10), ["not_better"]),
    (Trial(GOOD, -0.10), Trial(GOOD, -0.01), ["not_profitable"]),
    (NOTHING, Trial(np.tile([0.01, -0.0095], 30), 0.01), ["deflated_sharpe"]),
    (NOTHING, Trial(np.full(60, 0.01), 0.5), ["deflated_sharpe"]),
    (NOTHING, Trial(np.append(GOOD, nan), 0.5), ["deflated_sharpe"]),
    (NOTHING, Trial(GOOD, nan), ["not_profitable", "not_better"]),
    (NOTHING, Trial(np.array([0.01]), 0.01), ["too_few_trades", "deflated_sharpe"]),
    (
        NOTHING,
        NOTHING,
        ["too_few_trades", "not_profitable", "not_better", "deflated_sharpe"],
    ),
]


@pytest.mark.parametrize(("champion", "challenger", "missed"), REFUSED)
def test_every_rule_refuses_by_its_name(
    champion: Trial, challenger: Trial, missed: list[str]
) -> None:
    verdict = judge(champion, challenger, tried=10, spread=0.05)
    assert not verdict.promoted
    assert codes(verdict) == missed
    assert 0.0 <= verdict.dsr <= 1.0


def test_the_more_was_tried_the_less_a_gain_says() -> None:
    luck = np.tile([0.010, -0.005, 0.004, -0.004], 20)
    sure = [judge(NOTHING, Trial(luck, 0.08), tried, 0.1).dsr for tried in (1, 10, 200)]
    assert sure[0] > 0.95 > sure[1] > sure[2]


def test_a_spread_beyond_chance_is_no_luck() -> None:
    """Half of the combinations earn, half lose: with enough trades the earning ones pass."""
    many = np.tile(GOOD, 50)
    literal = deflated_sharpe(shape_of(many), 200, spread=0.5)
    assert literal < 0.01
    assert judge(NOTHING, Trial(many, 5.0), tried=200, spread=0.5).promoted
    few = judge(NOTHING, Trial(GOOD, 0.2), tried=200, spread=0.5)
    assert few.dsr == deflated_sharpe(shape_of(GOOD), 200, chance_spread(len(GOOD)))


@pytest.mark.parametrize("spread", [nan, -0.1, -inf])
def test_a_spread_that_is_none_refuses(spread: float) -> None:
    verdict = judge(NOTHING, Trial(GOOD, 0.1), tried=200, spread=spread)
    assert codes(verdict) == ["deflated_sharpe"]
    assert verdict.dsr == 0.0


def test_the_rules_can_be_stricter_and_a_reason_can_be_read() -> None:
    verdict = judge(NOTHING, Trial(GOOD, 0.1), 1, 0.0, GateRules(min_trades=100))
    assert [str(reason) for reason in verdict.reasons] == ["too_few_trades measured=60 wanted=100"]
