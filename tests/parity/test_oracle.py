"""The engine against an independent oracle on recorded candles: trade for trade, row for row.

The oracle was written from the specification alone. `no_entry_reasons` are equal too, but for two
readings of the specification: when shorts are allowed and nothing signalled, we name the filters of
both sides, the oracle those of a BUY; and of two breakout levels we count `level_not_reached` when
neither was touched, the oracle when one of them was not, and `beyond_level` for the other side.
"""

import pytest

from tests.parity.comparing import Case, both

STRATEGIES = (
    "bb_breakout", "bb_volume_breakout", "breakout", "combined", "dynamic_breakout", "ma_cross",
    "mean_reversion", "momentum", "pullback", "rsi_bollinger", "rsi_reversion", "trend_following",
)  # fmt: skip
OF_BOTH_SIDES = frozenset({"above_ema50", "mtf_above_ema50"})
OF_TWO_LEVELS = frozenset({"level_not_reached", "beyond_level"})
NO_LIMITS = {"max_daily_loss_pct": 0.0, "max_weekly_loss_pct": 0.0, "max_monthly_loss_pct": 0.0}
WON = ("upbit__BTC-KRW__1h", "upbit__ETH-KRW__1h")
PERPETUALS = tuple(f"binanceusdm__{base}-USDT__1h" for base in ("BTC", "ETH", "ADA"))
MINUTES = ("binance__BTC-USDT__1m",)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_on_spot(strategy: str) -> None:
    case = Case(WON[:1], {strategy: None}, {}, "2023-01-01", "2024-03-01", "2022-09-01")
    pair = both(case)
    assert pair.ours.trades
    pair.check()
    pair.check_reasons()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_long_and_short_with_funding(strategy: str) -> None:
    settings = {"allow_shorts": True, "leverage": 3.0, "trailing_stop_percent": 0.02}
    case = Case(
        PERPETUALS[1:2], {strategy: None}, settings, "2022-03-01", "2022-11-01", "2021-12-01"
    )
    pair = both(case)
    assert {trade.direction.word for trade in pair.ours.trades} == {"long", "short"}
    assert any(trade.funding for trade in pair.ours.trades)
    pair.check()
    pair.check_reasons(OF_BOTH_SIDES | (OF_TWO_LEVELS if strategy == "breakout" else frozenset()))


@pytest.mark.parametrize(
    "strategy", ["breakout", "combined", "pullback", "rsi_bollinger", "trend_following"]
)
def test_minutes_with_tight_exits(strategy: str) -> None:
    settings = {
        "min_atr_pct": 0.003, "take_profit_percent": 0.02, "trailing_stop_percent": 0.008,
        "max_holding": 14_400.0,
    }  # fmt: skip
    case = Case(MINUTES, {strategy: None}, settings, "2023-10-20", "2023-11-03", "2023-10-16")
    pair = both(case)
    assert pair.ours.trades
    pair.check()
    pair.check_reasons()


SPANS = ("2021-06-01", "2022-03-01", "2021-02-01")
SHARED = [
    Case(
        WON, {"breakout": 0.6, "rsi_bollinger": 0.4},
        {"max_positions": 1, "on_loss_limit": "close", "max_daily_loss_pct": 0.005},
        "2023-01-01", "2024-03-01",
    ),
    Case(
        PERPETUALS, {"breakout": None, "momentum": None},
        {"leverage": None, "allow_shorts": True, "max_positions": 2, "sizing": "stop_risk"}, *SPANS,
    ),
    Case(
        PERPETUALS, {"trend_following": None}, {"leverage": None, "phase": 2, "max_leverage": 4.0},
        *SPANS,
    ),
    Case(
        PERPETUALS, {"ma_cross": None, "rsi_reversion": None},
        {
            "leverage": 3.5, "allow_shorts": True, "sizing": "kelly", "risk_per_trade": 0.05,
            "max_position_size": 0.9, **NO_LIMITS,
        }, *SPANS,
    ),
    Case(
        PERPETUALS, {"trend_following": None, "mean_reversion": None},
        {
            "leverage": 3.5, "allow_shorts": True, "sizing": "fixed_fraction",
            "position_fraction": 0.5, "max_position_size": 0.0, "emergency_stop_percent": 0.0,
            "stop_loss_percent": 0.1, "trailing_activation": 0.02, "trailing_stop_percent": 0.03,
            **NO_LIMITS,
        }, *SPANS,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", SHARED, ids=str)
def test_several_symbols_share_capital_slots_and_limits(case: Case) -> None:
    pair = both(case)
    assert len({trade.key for trade in pair.ours.trades}) > 1
    pair.check()


LIMITED = [
    {"max_daily_loss_pct": 0.005, "max_weekly_loss_pct": 0.01, "max_monthly_loss_pct": 0.02},
    {"max_daily_loss": 40.0, "on_loss_limit": "close"},
    {"max_consecutive_losses": 2, "cooldown_candles": 6},
    {"min_balance_pct": 0.98},
    {"min_edge_round_trips": 30.0, "take_profit_percent": 0.0},
    {"max_turnover_share": 1e-7, "lot_step": 0.001, "min_order": 2.0},
    {"sizing": "stop_risk", "risk_per_trade": 0.05, "stop_loss_percent": 0.02, "fee": 0.0002},
    {"sizing": "fixed_fraction", "position_fraction": 0.9, "max_position_size": 1.0, **NO_LIMITS},
    {"emergency_stop_percent": 0.0, "take_profit_percent": 0.0, "max_holding": 36_000.0},
    {"adx_min": 0.0, "adx_falling_filter": False, "ema_filter": False, "min_atr_pct": 0.0},
]


@pytest.mark.parametrize("settings", LIMITED, ids=lambda settings: "-".join(settings))
def test_limits_sizes_and_filters(settings: dict[str, float]) -> None:
    case = Case(
        ("binance__ETH-USDT__1h",), {"dynamic_breakout": None, "rsi_reversion": None},
        settings, "2021-01-01", "2021-09-01", "2020-10-01",
    )  # fmt: skip
    pair = both(case)
    assert pair.ours.trades
    pair.check()
    pair.check_reasons()


def test_breakout_that_leaves_at_the_days_end() -> None:
    settings = {"exit_at_day_end": True, "k_value": 0.3}
    pair = both(Case(WON[:1], {"breakout": None}, settings, "2023-06-01", "2024-03-01"))
    assert any(trade.exit_reason == "signal" for trade in pair.ours.trades)
    pair.check()
    pair.check_reasons()
