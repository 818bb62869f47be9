"""Why nothing was bought: codes by kind, and those with which risk stood in the way."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from trader.backtest.choices import in_force
from trader.backtest.reporting.markup import Html
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.tables import Number, code_text, plain_table, plain_value

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
    "warming_up": ("WARMUP_CYCLES",),
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
}


def kind_of(code: str) -> str:
    """`data`, `filters`, `signal`, `limits` or `sizes`; a code nobody knows counts as a signal's.

    `limits` are in force whether a strategy wants in or not; `sizes` are judged only when it does.
    """
    kinds = {"data": DATA, "filters": FILTERS, "limits": LIMITS, "sizes": SIZES}
    return next((kind for kind, codes in kinds.items() if code in codes), "signal")


def refused(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The codes of risk with their counts: limits, then sizes, each the most frequent first."""
    found = [(code, n) for code, n in counts.items() if n and kind_of(code) in ("limits", "sizes")]
    return sorted(found, key=lambda item: (kind_of(item[0]), -item[1], item[0]))


def refusals_table(about: Subject) -> Html:
    """A row a code of risk: its kind, how often, what it means, the settings in force behind it."""
    values = in_force(about.plan.parameters, about.result.fee)
    say = about.say
    rows = [
        [
            Html(code_text(code) + _small(say(f"kind.{kind_of(code)}"))),
            Number(f"{count:,}"),
            Html(
                escape(say(f"c.{code}") if say.has(f"c.{code}") else "") + _settings(code, values)
            ),
        ]
        for code, count in refused(about.result.no_entry_reasons)
    ]
    heads = [say("reason"), Number(say("count")), f"{say('meaning')}, {say('setting')}"]
    return plain_table(heads, rows, "words")


def _settings(code: str, values: Mapping[str, object]) -> str:
    names = (LIMITS | SIZES).get(code, ())
    return _small(
        ", ".join(f"{name}={plain_value(values[name])}" for name in names if values.get(name))
    )


def _small(text: str) -> str:
    return f"<br><small>{escape(text)}</small>" if text else ""
