"""Which way a setting is more dangerous, so that a change that raises risk is asked twice."""

from __future__ import annotations

from math import inf
from typing import Any

from config.setting import Setting

# More is more risk, except that 0 switches the guard off: the most of all.
_OFF_IS_MOST = frozenset((
    "EMERGENCY_STOP_PERCENT", "MAX_POSITIONS", "MAX_DAILY_LOSS_PCT", "MAX_WEEKLY_LOSS_PCT",
    "MAX_MONTHLY_LOSS_PCT", "MAX_DAILY_LOSS", "MAX_CONSECUTIVE_LOSSES", "MAX_POSITION_SIZE",
    "MAX_TURNOVER_SHARE", "MAX_ORDER_VALUE", "MAX_ORDER_EQUITY_SHARE", "MAX_ENTRIES_PER_MINUTE",
    "PRICE_COLLAR", "MARKET_SHOCK_PCT", "MAX_PRICE_AGE_ENTRY", "MAX_PRICE_AGE_EXIT",
    "LIVE_FIRST_DAY_MAX_ORDER", "LIVE_FIRST_DAY_MAX_TOTAL",
))  # fmt: skip
_MORE = frozenset((
    "INITIAL_CAPITAL", "RISK_PER_TRADE", "POSITION_FRACTION", "MAX_LEVERAGE", "ATR_MULTIPLIER",
    "ALLOW_SHORTS", "MAX_SLIPPAGE",
))  # fmt: skip
_LESS = frozenset((
    "LIQUIDATION_MIN_DISTANCE", "MIN_BALANCE_PCT", "CONSECUTIVE_LOSS_PAUSE", "COOLDOWN_CANDLES",
    "MARKET_SHOCK_PAUSE", "MIN_ORDER_HEADROOM", "PHASE",
))  # fmt: skip
_ORDERS: dict[str, tuple[str, ...]] = {
    "TRADING_MODE": ("conservative", "balanced", "aggressive"),
    "ON_LOSS_LIMIT": ("close", "pause"),
    "OPTIMIZER_ADOPT": ("off", "gated", "always"),
}
_BOTH_GIVEN = ("STOP_LOSS_PERCENT", "TRAILING_STOP_PERCENT", "LEVERAGE")  # 0 is another rule


def risk(setting: Setting, old: Any, new: Any) -> int:
    """+1: the new value dares more, -1: less, 0: neither, or it cannot be said."""
    before, after = _daring(setting.name, old), _daring(setting.name, new)
    if before is None or after is None:
        return 0
    return (after > before) - (after < before)


def _daring(name: str, value: Any) -> float | None:
    if name in _ORDERS:
        return float(_ORDERS[name].index(value)) if value in _ORDERS[name] else None
    if not isinstance(value, int | float):
        return None
    if name in _BOTH_GIVEN:
        return float(value) if value else None
    if name in _OFF_IS_MOST:
        return float(value) or inf
    if name in _LESS:
        return -float(value)
    return float(value) if name in _MORE else None
