"""The leverage formula of page 3.6, worked out by hand."""

from math import inf

import pytest

from trader.rules import leverage as rule
from trader.rules.exits import guard_level, liquidation_price

# d, phase, regime, volatility, risk factor -> base x (1 + adjustments) x factor, clamped
TERMS = [
    (1, 1, 0, 0, 1.0, 3.0),
    (1, 1, 1, 0, 1.0, 3.9),  # bull +30 %
    (1, 1, -1, 0, 1.0, 1.8),  # bear -40 %
    (-1, 1, -1, 0, 1.0, 3.9),  # a short takes them the other way round
    (-1, 1, 1, 0, 1.0, 1.8),
    (1, 1, 0, 1, 1.0, 1.5),  # high volatility -50 %
    (1, 1, 0, -1, 1.0, 3.6),  # low volatility +20 %
    (1, 1, 1, -1, 1.0, 4.5),  # +30 % +20 %
    (1, 1, -1, 1, 1.0, 1.5),  # 0.3, clamped to 1.5
    (1, 1, 1, -1, 0.5, 2.25),
    (1, 2, 0, 0, 1.0, 1.5),
    (1, 2, 1, 0, 1.0, 2.1),  # +40 %
    (1, 2, -1, 0, 1.0, 1.05),  # -30 %
    (1, 2, 0, 1, 1.0, 1.0),  # 0.9, clamped to 1
    (1, 2, 1, -1, 1.0, 2.55),  # +40 % +30 %
]


@pytest.mark.parametrize(("d", "phase", "regime", "volatility", "factor", "expected"), TERMS)
def test_the_table(
    d: int, phase: int, regime: int, volatility: int, factor: float, expected: float
) -> None:
    assert rule.phase_term(d, phase, regime, volatility, factor) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("drawdown", "losses", "factor"),
    [(0.0, 0, 1.0), (0.05, 2, 1.0), (0.051, 0, 0.8), (0.10, 0, 0.8), (0.101, 0, 0.5), (0.0, 3, 0.7),
     (0.0, 4, 0.7), (0.0, 5, 0.5), (0.06, 3, 0.7), (0.2, 3, 0.5)],
)  # fmt: skip
def test_the_smaller_risk_factor_wins(drawdown: float, losses: int, factor: float) -> None:
    assert rule.risk_factor(drawdown, losses) == factor


def test_target_volatility() -> None:
    assert rule.volatility_term(0.01) == 2.0
    assert rule.volatility_term(0.0) == 1.0
    assert rule.volatility_term(float("nan")) == 1.0


@pytest.mark.parametrize(("d", "expected"), [(1, 1 / 0.253), (-1, 1 / 0.255)])
def test_at_the_cap_liquidation_is_one_and_a_quarter_thresholds_away(
    d: int, expected: float
) -> None:
    # long: 1 - 0.75 x 0.996 = 0.253; short: 1.25 x 1.004 - 1 = 0.255
    cap = rule.liquidation_cap(d, 0.2, 0.04, 0.004)
    assert cap == pytest.approx(expected)
    assert abs(100.0 - liquidation_price(d, 100.0, cap, 0.004)) == pytest.approx(25.0)


def test_a_shorts_guard_makes_room_for_an_emergency_stop_at_five_percent() -> None:
    # at 125 the guard would act at 125 / 1.2 = 104.17, before 105: 1.26 x 1.004 - 1 = 0.26504
    assert rule.liquidation_cap(-1, 0.2, 0.05, 0.004) == pytest.approx(1 / 0.26504)
    assert rule.liquidation_cap(1, 0.2, 0.05, 0.004) == pytest.approx(1 / 0.253)


@pytest.mark.parametrize("d", [1, -1])
def test_the_guard_never_comes_before_the_emergency_stop(d: int) -> None:
    cap = rule.liquidation_cap(d, 0.1, 0.15, 0.004)
    guard = guard_level(d, liquidation_price(d, 100.0, cap, 0.004), 0.1)
    assert guard == pytest.approx(100.0 * (1 - d * 0.15))


def test_without_a_guard_there_is_no_cap_by_it() -> None:
    assert rule.liquidation_cap(1, 0.0, 0.05, 0.004) == inf
    assert rule.liquidation_cap(-1, -1.0, 0.05, 0.004) == inf


@pytest.mark.parametrize(
    ("terms", "expected"),
    [((3.0, inf, inf, inf), 3.0), ((30.0, inf, inf, inf), 10.0), ((8.0, 7.0, 6.0, 5.0), 5.0),
     ((8.0, 7.0, 4.0, 5.0), 4.0), ((0.2, inf, inf, inf), 1.0)],
)  # fmt: skip
def test_the_smallest_term_counts_but_at_least_one(
    terms: tuple[float, float, float, float], expected: float
) -> None:
    assert rule.allowed(*terms) == expected
