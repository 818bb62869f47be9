"""Opinions and refusals: what strategies would like, why nothing was done, what was decided."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from trader.domain.time import Millis


class Action(StrEnum):
    BUY = "BUY"
    SELL = "SELL"
    SHORT = "SHORT"
    COVER = "COVER"
    HOLD = "HOLD"


# Every reason for doing nothing, in the order in which they are named; its place is its bit.
REASON_CODES: tuple[str, ...] = (
    "insufficient_data",
    "stale_data",
    "low_volatility",
    "below_ema50",
    "above_ema50",
    "weak_trend",
    "adx_falling",
    "mtf_below_ema50",
    "mtf_above_ema50",
    "cost_too_high",
    "conflicting_signals",
    "no_signal",
    "beyond_level",
    "level_not_reached",
    "once_per_day",
    "no_yesterday",
    "cooldown",
    "daily_loss",
    "weekly_loss",
    "monthly_loss",
    "consecutive_losses",
    "max_positions",
    "minimum_balance",
    "market_shock",
    "safe_mode",
    "paused",
    "warming_up",
    "unresolved_order",
    "no_atr",
    "no_stop",
    "kelly_zero",
    "max_position_size",
    "free_cash",
    "max_turnover_share",
    "min_order",
    "max_order",
    "duplicate_order",
    "stale_price",
    "price_collar",
    "fat_finger",
    "leverage_limit",
    "symbol_halted",
    "message_throttle",
    "slippage_too_high",
    "first_day",
)
BIT: dict[str, int] = {code: 1 << place for place, code in enumerate(REASON_CODES)}


def codes_of(mask: int) -> tuple[str, ...]:
    """The codes whose bits are set, in the order in which they are named."""
    return tuple(code for place, code in enumerate(REASON_CODES) if mask >> place & 1)


class Reason(NamedTuple):
    """One reason code with what was measured and what was wanted, ready to be shown."""

    code: str
    measured: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.measured}".strip()


class Opinion(NamedTuple):
    """What a strategy would like for one symbol during the candle that follows.

    `long_level`, `short_level`: the trigger price; NaN with the flag set means at the first price.
    `long_blocks`, `short_blocks`: bit masks of the filters that block each side.
    `hold`: bit mask of why it would do nothing when flat (0 when it would like something).
    `atr` of the closed candle (NaN when undefined); `turnover` is the median of the last 20.
    `hour_atr` is ATR / close on closed 1 h candles, `regime` -1 bear, 0 sideways, 1 bull,
    `volatility` -1 low, 0 normal, 1 high; all for leverage. `confidence` is information only.
    """

    long: bool
    long_level: float
    short: bool
    short_level: float
    sell: bool
    cover: bool
    long_blocks: int
    short_blocks: int
    hold: int
    atr: float
    turnover: float
    hour_atr: float
    regime: int
    volatility: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one symbol and why; shown in status, journal and log."""

    key: str
    action: Action
    level: float | None
    reasons: tuple[Reason, ...]
    at: Millis
    strategy: str = ""
