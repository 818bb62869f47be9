"""Sizes, costs and crossings as plain arithmetic."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.rules import costs, fills, sizing


def test_turtle_loses_its_risk_at_the_stop() -> None:
    assert sizing.turtle(10_000.0, 0.01, 2.0, 2.0) == 25.0
    assert sizing.turtle(10_000.0, 0.01, nan, 2.0) == 0.0
    assert sizing.turtle(10_000.0, 0.01, 0.0, 2.0) == 0.0


def test_by_stop_loses_its_risk_at_the_stop() -> None:
    assert sizing.by_stop(10_000.0, 0.01, 100.0, 96.0) == 25.0
    assert sizing.by_stop(10_000.0, 0.01, 100.0, 104.0) == 25.0
    assert sizing.by_stop(10_000.0, 0.01, 100.0, 100.0) == 0.0


@pytest.mark.parametrize(
    ("wins", "trades", "win", "loss", "fraction"),
    [
        (15, 30, 2.0, 1.0, 0.125),  # (0.5 - 0.5 / 2) / 2
        (10, 30, 1.0, 1.0, 0.0),  # negative: nothing
        (0, 30, 0.0, 1.0, 0.0),
        (30, 30, 1.0, 0.0, 0.5),  # no loser: W / 2
        (0, 0, 0.0, 0.0, 0.0),
    ],
)
def test_half_kelly(wins: int, trades: int, win: float, loss: float, fraction: float) -> None:
    assert sizing.kelly_fraction(wins, trades, win, loss) == fraction


# the books keep money to 1e-12; less is no amount
CASH = st.floats(-1e6, 1e9).map(lambda cash: round(cash, 12))


@given(CASH, st.floats(1e-6, 1e6), st.floats(0, 0.01), st.floats(1, 10))
def test_what_is_affordable_costs_no_more_than_the_cash(
    cash: float, price: float, slippage: float, leverage: float
) -> None:
    quantity = sizing.affordable(cash, price, slippage, leverage, 0.001)
    cost = quantity * price * (1 + slippage) * (1 / leverage + 0.001)
    assert quantity >= 0.0
    assert cost <= max(0.0, cash) * (1 + 1e-12)


@given(*[st.floats(0.0, 100.0)] * 5)
def test_the_smallest_cap_wins_and_each_cap_under_the_wanted_size_is_named(
    wanted: float, position: float, cash: float, turnover: float, order: float
) -> None:
    caps = (position, cash, turnover, order)
    quantity, mask = sizing.capped(wanted, *caps)
    assert quantity == min(wanted, *caps)
    assert mask == sum(1 << place for place, cap in enumerate(caps) if cap < wanted)
    assert sizing.capped(wanted, inf, inf, inf, inf) == (wanted, 0)


@pytest.mark.parametrize(
    ("quantity", "step", "lots"), [(0.3, 0.1, 3), (0.29, 0.1, 2), (0.0, 0.1, 0), (5.0, 2.0, 2)]
)
def test_lots_forgive_the_last_bit_of_a_division(quantity: float, step: float, lots: int) -> None:
    assert sizing.whole_lots(quantity, step) == lots


def test_slippage_goes_against_the_trader() -> None:
    assert costs.slipped(100.0, True, 0.0002) == 100.02
    assert costs.slipped(100.0, False, 0.0002) == 99.98


def test_round_trip_is_paid_on_both_sides() -> None:
    assert costs.round_trip(0.0005, 0.0002) == pytest.approx(0.0014)


def test_an_entry_level_is_crossed_when_touched() -> None:
    assert fills.crossed(1, 100.0, 100.0)
    assert not fills.crossed(1, 99.9, 100.0)
    assert fills.crossed(-1, 99.9, 100.0)
    assert not fills.crossed(-1, 100.1, 100.0)


def test_the_long_level_is_nearer_when_both_are_equally_far() -> None:
    assert fills.nearer_long(100.0, 101.0, 99.0)
    assert fills.nearer_long(100.0, 101.0, 98.0)
    assert not fills.nearer_long(100.0, 102.0, 99.0)
