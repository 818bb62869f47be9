"""Lots for an entry: each method, each cap, each code when nothing is left."""

from decimal import Decimal
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.risk.builders import means, parameters, request
from trader.domain.signal import codes_of
from trader.risk.sizing import quantity_of, size


def lots(p: dict[str, Any] | None = None, m: dict[str, Any] | None = None, **r: Any) -> int:
    """Lots of a thousandth."""
    return size(request(**r), parameters(**(p or {})), means(**(m or {})), 1.0).lots


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, 25_000),  # 100 / (2 x 2)
        ({"atr_multiplier": 1.0}, 50_000),
        ({"risk_per_trade": 0.02}, 50_000),
        ({"sizing": "fixed_fraction", "position_fraction": 0.25}, 25_000),
        ({"sizing": "stop_risk", "stop_loss_percent": 0.02}, 50_000),
        ({"sizing": "kelly"}, 25_000),  # no 30 trades yet: turtle
    ],
)
def test_each_method(settings: dict[str, Any], expected: int) -> None:
    assert lots(settings) == expected


@pytest.mark.parametrize(
    ("settings", "changed", "code"),
    [
        ({}, {"atr": nan}, "no_atr"),
        ({}, {"atr": 0.0}, "no_atr"),
        ({"sizing": "stop_risk"}, {"atr": nan}, "no_stop"),
        ({"sizing": "kelly"}, {"atr": nan}, "no_atr"),
    ],
)
def test_what_is_missing_is_named(
    settings: dict[str, Any], changed: dict[str, Any], code: str
) -> None:
    sized = size(request(**changed), parameters(**settings), means(), 1.0)
    assert (sized.lots, codes_of(sized.reasons)) == (0, (code,))


def kelly(results: list[float]) -> tuple[int, tuple[str, ...]]:
    """Lots and reasons by the record of a strategy."""
    sized = size(request(), parameters(sizing="kelly"), means(results=tuple(results)), 1.0)
    return sized.lots, codes_of(sized.reasons)


def test_kelly_counts_the_newest_thirty() -> None:
    # W 0.5, R 2: (0.5 - 0.25) / 2 = 0.125 of 10,000 at 100
    assert kelly([2.0, -1.0] * 15) == (12_500, ())
    assert kelly([-1000.0] * 100 + [2.0, -1.0] * 15) == (12_500, ())


def test_kelly_without_winner_is_nothing_and_without_loser_half() -> None:
    assert kelly([-1.0] * 30) == (0, ("kelly_zero",))
    assert kelly([1.0] * 30) == (50_000, ())
    assert kelly([1.0, -2.0] * 15) == (0, ("kelly_zero",))


CAPS = [
    ({"max_position_size": 0.05}, {}, {}, 5_000, "max_position_size"),
    ({}, {"cash": 400.0}, {}, 4_000, "free_cash"),
    ({"max_turnover_share": 0.01}, {}, {"turnover": 30_000.0}, 3_000, "max_turnover_share"),
    ({}, {"max_quantity": 2.0}, {}, 2_000, "max_order"),
]


@pytest.mark.parametrize(("settings", "given_means", "changed", "expected", "code"), CAPS)
def test_each_cap_with_its_code(
    settings: dict[str, Any], given_means: dict[str, Any], changed: dict[str, Any],
    expected: int, code: str,
) -> None:  # fmt: skip
    sized = size(request(**changed), parameters(**settings), means(**given_means), 1.0)
    assert (sized.lots, codes_of(sized.reasons)) == (expected, (code,))


def test_an_unknown_turnover_caps_nothing() -> None:
    assert lots({"max_turnover_share": 0.01}, turnover=nan) == 25_000


def test_position_cap_is_margin_where_there_is_margin() -> None:
    p = parameters(max_position_size=0.05)
    assert size(request(), p, means(margin=True), 3.0).lots == 15_000
    assert size(request(), p, means(margin=False), 3.0).lots == 5_000


@pytest.mark.parametrize(
    ("given_means", "settings"),
    [
        ({"cash": 4.99}, {}),  # 0.049 coins are 4.90
        ({"min_cost": 2_500.001}, {}),
        ({"min_quantity": 25.001}, {}),
        ({}, {"min_order": 2_600.0}),
        ({"min_cost": 2_000.0}, {"min_order_headroom": 1.3}),
    ],
)
def test_too_little_is_no_order(given_means: dict[str, Any], settings: dict[str, Any]) -> None:
    sized = size(request(), parameters(**settings), means(**given_means), 1.0)
    assert sized.lots == 0
    assert codes_of(sized.reasons)[-1] == "min_order"


def test_a_persons_quantity_is_taken_as_it_is_and_capped_like_any_other() -> None:
    assert lots(fixed_quantity=3.0, atr=nan) == 3_000
    assert lots({}, {"cash": 100.0}, fixed_quantity=3.0, atr=nan) == 1_000


def test_the_guard_counts_among_the_stops_where_there_is_margin() -> None:
    # leverage 3, threshold 0.2: guard at 83.668, further away than the ATR stop at 96
    p = parameters(sizing="stop_risk", liquidation_min_distance=0.2)
    assert size(request(), p, means(margin=True), 3.0).lots == 25_000
    # without ATR it is the only one: 100 / 16.33199465 = 6.1229 coins
    assert size(request(atr=nan), p, means(margin=True), 3.0).lots == 6_122


@given(
    st.floats(1e-6, 1e6), st.floats(0.0, 1e6), st.floats(0.0, 0.01), st.floats(1e-8, 1.0),
    st.floats(0.01, 1.0),
)  # fmt: skip
def test_no_size_ever_exceeds_its_caps(
    price: float, cash: float, fee: float, step: float, share: float
) -> None:
    m = means(cash=cash, fee=fee, step=step)
    p = parameters(max_position_size=0.2, sizing="fixed_fraction", position_fraction=0.9)
    sized = size(request(price=price, share=share), p, m, 1.0)
    slack = 1e-6 * step * price
    assert sized.lots * step * price <= 0.2 * 10_000.0 * share * (1 + 1e-9) + slack
    assert sized.lots * step * price * (1 + fee) <= cash * (1 + 1e-9) + slack * (1 + fee)


def test_a_quantity_is_a_whole_number_of_steps() -> None:
    assert quantity_of(3, Decimal("0.1")) == Decimal("0.3")
