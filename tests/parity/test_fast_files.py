"""The fast engine against the live one on recorded candles: every strategy, several settings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparing import MARKET, plan
from tests.parity.fast_comparing import compared
from tests.parity.test_oracle import STRATEGIES
from tests.parity.test_worlds import CATALOGUE
from trader.backtest.data import Wanted, find, load
from trader.domain.time import DAY

pytestmark = pytest.mark.no_cover  # nothing new is reached; the tracer would double the time

LOOSE: dict[str, Any] = {"adx_min": 0.0, "adx_falling_filter": False, "min_atr_pct": 0.0}
SETS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "tight": LOOSE | {"stop_loss_percent": 0.01, "trailing_stop_percent": 0.006},
    "long and short": LOOSE | {"allow_shorts": True, "leverage": 3.0, "sizing": "stop_risk"},
    "formula": LOOSE | {"allow_shorts": True, "leverage": None, "sizing": "kelly", "phase": 2},
    "all in": LOOSE
    | {"sizing": "fixed_fraction", "position_fraction": 1.0, "max_position_size": 0.0},
}
SPOT = ("defaults", "tight", "all in")
FILES = {
    "upbit__BTC-KRW__1h": (SPOT, 300),
    "binance__SOL-USDT__1h": (SPOT, 300),
    "binance__XRP-USDT__15m": (SPOT, 70),
    "binance__ETH-USDT__5m": (("tight",), 25),
    "binance__BTC-USDT__1d": (("defaults", "all in"), 2_500),
    "binance__SUI-USDT__1m__2023-05_2023-07": (("defaults",), 8),
    "upbit__XRP-KRW__1m": (("tight",), 6),
    "binanceusdm__ETH-USDT__1h": (tuple(SETS), 250),
    "binanceusdm__ADA-USDT__1h": (("long and short", "formula"), 250),
    "binanceusdm__BTC-USDT__5m": (("long and short",), 20),
}
CASES = [(name, chosen) for name, (sets, _) in FILES.items() for chosen in sets]


@pytest.mark.parametrize(("name", "chosen"), CASES)
def test_every_strategy_makes_the_same_trades(name: str, chosen: str) -> None:
    path = MARKET / f"{name}.parquet"
    if not path.exists():
        pytest.skip(f"recorded candles are not here: ../shared/market/{path.name}")
    whole = load(find([path], None), Wanted())
    end = int(whole.series[0].candles.time[-1])
    days = FILES[name][1]
    loaded = load(find([path], None), Wanted(start=end - days * DAY))
    trades = 0
    for strategy in STRATEGIES:
        made = plan(loaded.series, loaded.timeframe, {strategy: None}, SETS[chosen])
        live, found = compared(made, CATALOGUE)
        assert found == [], strategy
        trades += len(live.trades)
    assert trades > 0


def test_a_shared_account_on_recorded_candles() -> None:
    names = [f"upbit__{base}-KRW__1h" for base in ("BTC", "ETH", "XRP")]
    paths = [MARKET / f"{name}.parquet" for name in names]
    if not all(path.exists() for path in paths):
        pytest.skip("recorded candles are not here: ../shared/market")
    loaded = load(find(paths, None), Wanted())
    settings = {"max_positions": 2, "on_loss_limit": "close", "max_daily_loss_pct": 0.005}
    names_ = {"breakout": 0.6, "rsi_bollinger": 0.4}
    live, found = compared(plan(loaded.series, loaded.timeframe, names_, settings), CATALOGUE)
    assert found == []
    assert any(str(t.exit_reason) == "loss_limit" for t in live.trades)
    assert live.no_entry_reasons["max_positions"] > 0


def test_minutes_under_hours() -> None:
    """A year of recorded hours walked on their minutes."""
    hours, minutes = (
        MARKET / "binance__BTC-USDT__1h.parquet",
        MARKET / "binance__BTC-USDT__1m.parquet",
    )
    if not (hours.exists() and minutes.exists()):
        pytest.skip("recorded candles are not here: ../shared/market")
    inside = load(find([minutes], None), Wanted()).series[0].candles
    start = int(inside.time[0]) - int(inside.time[0]) % DAY + DAY
    wanted = Wanted(start=start, end=start + 300 * DAY, detail=(str(minutes),))
    loaded = load(find([hours], None), wanted)
    settings = LOOSE | {"trailing_stop_percent": 0.004}
    for strategy in ("breakout", "rsi_reversion"):
        live, found = compared(
            plan(loaded.series, loaded.timeframe, {strategy: None}, settings), CATALOGUE
        )
        assert found == []
        assert len(live.trades) > 50
