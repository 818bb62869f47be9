"""The fast engine against the live one in invented markets: gaps, spikes, dust, limits, detail."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parity.fast_comparing import Case, compared, plan_of
from tests.parity.test_worlds import CATALOGUE, cases
from tests.parity.worlds import MONDAY, World, finer_of
from trader.backtest.fast.kernel import forms
from trader.backtest.plan import BacktestPlan
from trader.domain.time import HOUR, MINUTE, Timeframe

pytestmark = pytest.mark.no_cover  # nothing new is reached; the tracer would double the time

FINER: Counter[str] = Counter()
HELD: list[float] = []
RARE: dict[str, st.SearchStrategy[Any]] = {  # what only few users set
    "max_weekly_loss_pct": st.sampled_from([0.0, 0.02]),
    "max_monthly_loss_pct": st.sampled_from([0.0, 0.03]),
    "max_daily_loss": st.sampled_from([0.0, 5_000.0]),
    "min_balance_pct": st.sampled_from([0.0, 0.1, 0.99]),
    "liquidation_min_distance": st.sampled_from([0.0, 0.2]),
    "max_leverage": st.sampled_from([0.0, 2.0, 10.0]),
    "phase": st.sampled_from([1, 2]),
    "price_collar": st.sampled_from([0.0, 0.0, 0.01]),
    "max_order_value": st.sampled_from([0.0, 0.0, 50_000.0]),
    "max_order_equity_share": st.sampled_from([0.0, 0.0, 0.1]),
    "max_entries_per_minute": st.sampled_from([0, 0, 1]),
    "exit_at_day_end": st.booleans(),
    "consecutive_loss_pause": st.sampled_from([3_600.0, 86_400.0]),
    "majors": st.sampled_from([(), ("BTC",)]),
}


@settings(max_examples=700, deadline=None, derandomize=True)
@given(cases(), st.fixed_dictionaries(RARE), st.sampled_from([0, 0, 60]), st.booleans())
def test_the_same_trades_in_any_market(
    case: Case, rare: dict[str, Any], history: int, alone: bool
) -> None:
    venue, worlds, names, wanted = case
    if alone:  # one symbol and one strategy: quiet stretches are passed over then
        worlds, names = worlds[:1], dict(list(names.items())[:1])
    made = _with_history(plan_of((venue, worlds, names, wanted | rare)), history)
    assert compared(made, CATALOGUE)[1] == []


WIDE = {  # nothing ends a position but the guard, and nothing sizes it but its record
    "emergency_stop_percent": 0.0, "atr_multiplier": 40.0, "take_profit_percent": 0.0,
    "leverage": 3.0, "allow_shorts": True, "adx_min": 0.0, "adx_falling_filter": False,
    "min_atr_pct": 0.0, "warmup": 20, "max_daily_loss_pct": 0.0, "initial_capital": 1e6,
    "max_weekly_loss_pct": 0.0, "max_monthly_loss_pct": 0.0, "max_consecutive_losses": 0,
    "mtf_filter": False, "ema_filter": False,
}  # fmt: skip
TIGHT = WIDE | {"sizing": "kelly", "emergency_stop_percent": 0.01, "take_profit_percent": 0.002}
BARE = WIDE | {"sizing": "stop_risk", "atr_multiplier": 0.0, "liquidation_min_distance": 0.0}
NO_RANGE = WIDE | {"sizing": "turtle", "atr_multiplier": 0.0}


@pytest.mark.parametrize("wanted", [WIDE, TIGHT, BARE, NO_RANGE])
def test_the_same_trades_where_hardly_anything_stops_them(wanted: dict[str, Any]) -> None:
    worlds = [World(seed, 2_000, 100.0, 0.03, 0.05, 0.05, 0.0, 0.0, 1e9) for seed in (11, 12)]
    names: dict[str, float | None] = {"rsi_reversion": None, "breakout": None}
    _, found = compared(plan_of(("binance_futures", worlds, names, wanted)), CATALOGUE)
    assert found == []


CALM: dict[str, st.SearchStrategy[Any]] = {
    "trailing_stop_percent": st.sampled_from([0.0, 0.002, 0.01]),
    "trailing_activation": st.sampled_from([0.0, 0.0, 0.005]),
    "stop_loss_percent": st.sampled_from([0.0, 0.005, 0.02]),
    "take_profit_percent": st.sampled_from([0.0, 0.006, 0.03]),
    "max_daily_loss_pct": st.sampled_from([0.0, 0.005]),
    "position_fraction": st.sampled_from([0.5, 1.0]),
    "max_holding": st.sampled_from([0.0, 7_200.0]),
}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(0, 10**6),
    st.sampled_from([0.0002, 0.0006]),
    st.sampled_from(["rsi_reversion", "ma_cross", "bb_breakout"]),
    st.fixed_dictionaries(CALM),
)
def test_the_same_trades_on_calm_minutes(
    seed: int, swing: float, name: str, wanted: dict[str, Any]
) -> None:
    """Stretches of hours in which no level is met: blocks of candles are passed over whole."""
    minute = Timeframe("1m", MINUTE)
    world = World(seed, 1_500, 100.0, swing, 0.01, 0.01, 0.0, 0.01, 1e9, timeframe=minute)
    sized = {"sizing": "fixed_fraction", "max_position_size": 0.0, "mtf_filter": False}
    made = plan_of(("binance_futures", [world], {name: None}, WIDE | wanted | sized))
    live, found = compared(made, CATALOGUE)
    assert found == []
    HELD.append(live.exposed / max(1, len(live.trades)))


def test_calm_minutes_are_calm() -> None:
    if not HELD:
        test_the_same_trades_on_calm_minutes()
    assert sum(held > 3 * forms.BLOCK for held in HELD) > 10  # candles of a usual position


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cases(), st.sampled_from([0.0005, 0.003, 0.01]), st.sampled_from([0.0, 0.2]))
def test_the_same_trades_on_finer_candles(case: Case, trail: float, holes: float) -> None:
    venue, worlds, names, wanted = case
    tight = {"trailing_stop_percent": trail, "max_consecutive_losses": 0}
    made = plan_of((venue, worlds, names, wanted | tight))
    detailed = replace(
        made,
        series=tuple(
            replace(one, detail=finer_of(one.candles, world.seed, holes))
            for one, world in zip(made.series, worlds, strict=True)
        ),
    )
    live, found = compared(detailed, CATALOGUE)
    FINER.update(["changed"] if _trades(live) != _trades(compared(made, CATALOGUE)[0]) else [])
    assert found == []


def test_finer_candles_change_something() -> None:
    if not FINER:
        test_the_same_trades_on_finer_candles()
    assert FINER["changed"] > 20


def _with_history(made: BacktestPlan, hours: int) -> BacktestPlan:
    """The same candles, traded from one moment on."""
    start = MONDAY + hours * HOUR
    rows = [int(np.searchsorted(one.candles.time, start)) for one in made.series]
    series = [replace(one, start_index=row) for one, row in zip(made.series, rows, strict=True)]
    return replace(made, series=tuple(series))


def _trades(result: Any) -> list[tuple[int, int, str]]:
    return [(t.entry_time, t.exit_time, str(t.exit_reason)) for t in result.in_exit_order()]


def test_a_finer_market_is_the_market() -> None:
    """The candles made for the test above agree with those that they refine."""
    world = World(3, 200, 100.0, 0.01, 0.1, 0.1, 0.1, 0.0, 1e9)
    made = plan_of(("upbit", [world], {"breakout": None}, {}))
    whole = made.series[0].candles
    fine = finer_of(whole, 3, 0.0)
    shape = (len(whole), len(fine) // len(whole))
    assert np.array_equal(fine.high.reshape(shape).max(axis=1), whole.high)
    assert np.array_equal(fine.low.reshape(shape).min(axis=1), whole.low)
    assert np.array_equal(fine.open.reshape(shape)[:, 0], whole.open)
    assert np.array_equal(fine.close.reshape(shape)[:, -1], whole.close)
