"""Reasons for not entering: of which kind each is, and how often risk alone stood in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trader.domain.signal import BIT, codes_of

DATA = ("insufficient_data", "stale_data", "no_yesterday")
FILTERS = (
    "low_volatility", "below_ema50", "above_ema50", "weak_trend", "adx_falling", "mtf_below_ema50",
    "mtf_above_ema50", "cost_too_high",
)  # fmt: skip
SIGNAL = (
    "conflicting_signals", "no_signal", "beyond_level", "level_not_reached", "once_per_day",
)  # fmt: skip
LIMITS = {  # code: the settings behind it
    "cooldown": ("COOLDOWN_CANDLES",),
    "daily_loss": ("MAX_DAILY_LOSS_PCT", "MAX_DAILY_LOSS"),
    "weekly_loss": ("MAX_WEEKLY_LOSS_PCT",),
    "monthly_loss": ("MAX_MONTHLY_LOSS_PCT",),
    "consecutive_losses": ("MAX_CONSECUTIVE_LOSSES",),
    "max_positions": ("MAX_POSITIONS",),
    "minimum_balance": ("MIN_BALANCE_PCT",),
    "market_shock": ("MARKET_SHOCK_PCT",),
    "safe_mode": (),
    "paused": (),
    "warming_up": (),
    "unresolved_order": (),
}
SIZES = {
    "no_atr": ("SIZING", "ATR_MULTIPLIER"),
    "no_stop": ("SIZING", "STOP_LOSS_PERCENT"),
    "kelly_zero": ("SIZING",),
    "max_position_size": ("MAX_POSITION_SIZE",),
    "free_cash": ("INITIAL_CAPITAL",),
    "max_turnover_share": ("MAX_TURNOVER_SHARE",),
    "min_order": ("MIN_ORDER",),
    "max_order": (),
    "duplicate_order": (),
    "stale_price": ("MAX_PRICE_AGE_ENTRY",),
    "price_collar": ("PRICE_COLLAR",),
    "fat_finger": ("MAX_ORDER_VALUE",),
    "leverage_limit": ("MAX_LEVERAGE",),
    "symbol_halted": (),
    "message_throttle": ("MAX_ENTRIES_PER_MINUTE",),
    "slippage_too_high": ("MAX_SLIPPAGE",),
    "first_day": ("LIVE_FIRST_DAY_MAX_ORDER", "LIVE_FIRST_DAY_MAX_TOTAL"),
}


def kind_of(code: str) -> str:
    """`data`, `filters`, `signal`, `limits` or `sizes`; a code nobody knows counts as a signal's.

    `limits` are in force whether a strategy wants in or not; `sizes` are judged only when it does.
    """
    kinds = {"data": DATA, "filters": FILTERS, "limits": LIMITS, "sizes": SIZES}
    return next((kind for kind, codes in kinds.items() if code in codes), "signal")


def refused_counts(masks: Mapping[int, int]) -> dict[str, int]:
    """Per code of risk: candles on which a strategy wanted in and only risk stood in the way.

    `masks` counts candles per bit mask of codes. Where another strategy or side had a reason of
    its own the candle is left out: whose wish it was cannot be told from a mask any more.
    """
    counts: dict[str, int] = {}
    for mask, count in masks.items():
        if mask & _RISK and not mask & ~_RISK:
            for code in codes_of(mask):
                counts[code] = counts.get(code, 0) + count
    return {code: counts[code] for code in BIT if code in counts}


def _mask(codes: Iterable[str]) -> int:
    return sum(BIT[code] for code in codes)


_RISK = _mask((*LIMITS, *SIZES))
