"""What is foretold of an entry is what risk decides when it comes."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trader.bridge.foresight.entries import (
    MAINTENANCE,
    Purse,
    ahead,
    parameters_from,
    phase_leverage,
)
from trader.domain.parameters import Parameters
from trader.risk.controls import Circumstances
from trader.risk.leverage import Strain
from trader.risk.manager import Situation, review
from trader.risk.sizing import Means
from trader.risk.verdict import Approved, EntryRequest
from trader.rules import exits

STEP = 1e-9
QUIET = Circumstances(
    price_age=0, reference_price=100.0, unresolved=0, live_orders=0, entries_last_minute=0,
    same_signal=False, warned=False, halted=False,
)  # fmt: skip


def decided(
    p: Parameters, purse: Purse, atr: float, d: int = 1, calm: bool = True
) -> Approved | None:
    """What the engine's risk allows of an entry at 100, in a calm market or a wild one."""
    market = (0.001, d, -1) if calm else (0.05, -d, 1)  # hourly range, regime, volatility
    request = EntryRequest("x", "s", d, 100.0, purse.share, atr, math.nan, *market)
    means = Means(
        equity=purse.equity, cash=purse.cash, fee=0.0, slippage=p.slippage_bps / 1e4, min_cost=0.0,
        step=STEP, min_quantity=0.0, max_quantity=math.inf, maintenance=MAINTENANCE,
        margin=purse.margin,
    )  # fmt: skip
    strain = Strain(0.0, 0, MAINTENANCE, math.inf)
    found = review(request, Situation(p, means, strain, QUIET, 0, 0))
    return found if isinstance(found, Approved) else None


def worth(found: Approved) -> float:
    return found.lots * STEP * 100.0


@st.composite
def cases(draw: st.DrawFn) -> tuple[Parameters, Purse, float]:
    share = st.sampled_from([0.0, 0.01, 0.05, 0.2])
    p = Parameters(
        sizing=draw(st.sampled_from(["turtle", "stop_risk", "fixed_fraction"])),
        risk_per_trade=draw(st.sampled_from([0.001, 0.01, 0.1])),
        position_fraction=draw(st.sampled_from([0.05, 0.3])),
        max_position_size=draw(st.sampled_from([0.0, 0.1, 0.5])),
        stop_loss_percent=draw(share),
        emergency_stop_percent=draw(share),
        trailing_stop_percent=draw(share),
        max_order_value=draw(st.sampled_from([0.0, 700.0])),
        leverage=draw(st.sampled_from([None, 1.0, 3.0, 9.0])),
        liquidation_min_distance=draw(share),
        phase=draw(st.sampled_from([1, 2])),
    )
    purse = Purse(
        draw(st.sampled_from([1_000.0, 50_000.0])),
        draw(st.sampled_from([100.0, 1_000.0])),
        draw(st.booleans()),
        draw(st.sampled_from([0.4, 1.0])),
    )
    return p, purse, draw(st.floats(0.01, 20.0))


@settings(max_examples=300, deadline=None)
@given(cases(), st.booleans())
def test_no_order_and_no_leverage_is_larger_than_foretold(
    case: tuple[Parameters, Purse, float], calm: bool
) -> None:
    p, purse, atr = case
    found = decided(p, purse, atr, calm=calm)
    if found is None:
        return
    told = ahead(p, purse)
    assert worth(found) <= told.order * (1 + 1e-6) + 1e-3
    assert found.leverage <= told.leverage * (1 + 1e-9)


@settings(max_examples=300, deadline=None)
@given(cases(), st.booleans())
def test_no_loss_at_the_stop_is_larger_than_foretold(
    case: tuple[Parameters, Purse, float], calm: bool
) -> None:
    p, purse, atr = case
    found, told = decided(p, purse, atr, calm=calm), ahead(p, purse)
    if found is None or told.loss is None:
        return
    liquidation = exits.liquidation_price(1, 100.0, found.leverage, MAINTENANCE)
    level = exits.nearest_adverse(
        1,
        exits.guard_level(1, liquidation, p.liquidation_min_distance * purse.margin),
        exits.emergency_level(1, 100.0, p.emergency_stop_percent),
        exits.stop_level(1, 100.0, p.stop_loss_percent,
                         exits.atr_stop(1, 100.0, atr, p.atr_multiplier)),
        exits.trail_level(1, 100.0, 100.0, p.trailing_stop_percent, p.trailing_activation),
    )  # fmt: skip
    level = max(level, liquidation if purse.margin else 0.0)
    assert worth(found) * (1 - level / 100.0) <= told.loss * (1 + 1e-6) + 1e-3


@pytest.mark.parametrize(
    ("changes", "margin", "order", "bound"),
    [
        ({"max_position_size": 0.2}, False, 2_000.0, "max_position_size"),
        ({"max_position_size": 0.2, "leverage": 3.0}, True, 6_000.0, "max_position_size"),
        ({"sizing": "fixed_fraction", "position_fraction": 0.05}, False, 500.0, "size"),
        ({"max_order_value": 300.0}, False, 300.0, "fat_finger"),
        ({"max_position_size": 0.0}, False, 8_000.0 / 1.0002, "free_cash"),
    ],
)
def test_the_largest_order_is_what_the_tightest_bound_allows(
    changes: dict[str, Any], margin: bool, order: float, bound: str
) -> None:
    found = ahead(replace(Parameters(), **changes), Purse(10_000.0, 8_000.0, margin))
    assert found.order == pytest.approx(order)
    assert found.bound == bound


def test_an_order_that_sizing_fixes_is_met_exactly() -> None:
    p = replace(Parameters(), sizing="fixed_fraction", position_fraction=0.05)
    purse = Purse(10_000.0, 8_000.0)
    found = decided(p, purse, 1.0)
    assert found is not None
    assert worth(found) == pytest.approx(ahead(p, purse).order)


def test_more_leverage_brings_liquidation_nearer() -> None:
    purse = Purse(10_000.0, 8_000.0, margin=True)
    two, three = (ahead(replace(Parameters(), leverage=x), purse) for x in (2.0, 3.0))
    assert two.liquidation is not None
    assert three.liquidation is not None
    assert 0 < three.liquidation < two.liquidation
    assert ahead(Parameters(), Purse(10_000.0, 8_000.0)).liquidation is None


def test_a_loss_that_hangs_on_the_market_is_not_known() -> None:
    p = replace(Parameters(), sizing="fixed_fraction", emergency_stop_percent=0.0)
    assert ahead(p, Purse(10_000.0, 8_000.0)).loss is None


def test_only_what_is_read_is_taken_over() -> None:
    found = parameters_from({"risk_per_trade": 0.02, "timeframe": "15m", "strategies": ["x:1"]})
    assert found == replace(Parameters(), risk_per_trade=0.02)
    assert phase_leverage(2) == (1.5, 5.0, 1.0)
