"""The engine against the oracle in invented markets: gaps, spikes, standstill, holes, dust."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parity import oracle
from tests.parity.comparing import Pair, plan, wishes
from tests.parity.test_oracle import STRATEGIES
from tests.parity.worlds import H1, World, file_of, series_of
from trader.backtest.run import run
from trader.strategies.catalogue import discover

pytestmark = pytest.mark.no_cover  # nothing new is reached; the tracer would double the time

CATALOGUE = discover()


def shares(most: float) -> st.SearchStrategy[float]:
    """Often nothing, else up to `most`."""
    return st.sampled_from([0.0, most / 4, most])


WORLDS = st.builds(
    World,
    seed=st.integers(0, 2**32),
    rows=st.integers(150, 300),
    scale=st.sampled_from([1e-4, 1.0, 100.0, 5e4, 1e8]),
    swing=st.sampled_from([0.002, 0.01, 0.03]),
    gaps=shares(0.2),
    spikes=shares(0.2),
    still=shares(0.5),
    holes=shares(0.1),
    turnover=st.sampled_from([1e9, 1e7, 1e5]),  # a candle's, quote currency
    tick=st.sampled_from([0.0, 0.0, 0.01]),
)
SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "sizing": st.sampled_from(["turtle", "stop_risk", "fixed_fraction", "kelly"]),
    "take_profit_percent": st.sampled_from([0.0, 0.01, 0.05]),
    "stop_loss_percent": st.sampled_from([0.0, 0.0001, 0.02, 0.04]),
    "trailing_stop_percent": st.sampled_from([0.0, 0.001, 0.01, 0.03]),
    "trailing_activation": st.sampled_from([0.0, 0.02]),
    "emergency_stop_percent": st.sampled_from([0.0, 0.05]),
    "max_holding": st.sampled_from([0.0, 7_200.0, 36_000.0]),
    "max_positions": st.integers(0, 3),
    "cooldown_candles": st.integers(0, 3),
    "max_position_size": st.sampled_from([0.0, 0.2, 1.0]),
    "max_turnover_share": st.sampled_from([0.0, 0.01, 1.0]),
    "max_consecutive_losses": st.sampled_from([0, 2, 5]),
    "max_daily_loss_pct": st.sampled_from([0.0, 0.01, 0.03]),
    "on_loss_limit": st.sampled_from(["pause", "close"]),
    "min_order": st.sampled_from([None, 100.0, 50_000.0]),
    "lot_step": st.sampled_from([1e-8, 1e-4, 1.0]),
    "leverage": st.sampled_from([None, 1.0, 3.0]),
    "allow_shorts": st.booleans(),
    "adx_min": st.sampled_from([0.0, 0.0, 20.0]),
    "adx_falling_filter": st.just(False),
    "min_atr_pct": st.sampled_from([0.0, 0.0, 0.008]),
    "mtf_filter": st.just(False),
    "warmup": st.sampled_from([20, 55]),
    "ema_filter": st.just(False),
    "k_value": st.sampled_from([0.1, 0.5]),
    "slippage_bps": st.sampled_from([0.0, 2.0, 50.0]),
    "fee": st.sampled_from([None, 0.0, 0.002]),
}


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[World], dict[str, float | None], dict[str, Any]]:
    """A venue, its markets, who trades them, and how."""
    venue = draw(st.sampled_from(["upbit", "binance_spot", "binance_futures"]))
    names = draw(st.lists(st.sampled_from(STRATEGIES), min_size=2, max_size=4, unique=True))
    wanted = draw(st.fixed_dictionaries(SETTINGS))
    if venue != "binance_futures":
        wanted["allow_shorts"] = False
    worlds = draw(st.lists(WORLDS, min_size=1, max_size=3))
    return venue, worlds, dict.fromkeys(names), wanted | {"initial_capital": 1e6}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(case=cases())
def test_same_trades_in_any_world(
    case: tuple[str, list[World], dict[str, float | None], dict[str, Any]],
) -> None:
    venue, worlds, names, wanted = case
    bases = ("BTC", "ETH", "XRP")[: len(worlds)]
    quote = "KRW" if venue == "upbit" else "USDT"
    symbols = [f"{base}/{quote}" for base in bases]
    pairs = list(zip(symbols, worlds, strict=True))
    series = [series_of(f"{venue}:{symbol}", world) for symbol, world in pairs]
    files = [file_of(venue, symbol, world) for symbol, world in pairs]
    ours = run(plan(series, H1, names, wanted), catalogue=CATALOGUE)
    Pair(ours, oracle.run(files, wishes(names, wanted))).check()
