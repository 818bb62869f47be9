"""Why nothing is bought: decisions taken apart into code, measured value, threshold, setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from trader.bridge.schemas import DecisionShown
from trader.domain.signal import REASON_CODES

HELD = "held"  # no obstacle: there is a position already

# The setting a person would look at; codes without one depend on the market or on an event.
SETTINGS = {
    "insufficient_data": "WARMUP",
    "stale_data": "MAX_PRICE_AGE_ENTRY",
    "low_volatility": "MIN_ATR_PCT",
    "below_ema50": "EMA_FILTER",
    "above_ema50": "EMA_FILTER",
    "weak_trend": "ADX_MIN",
    "adx_falling": "ADX_FALLING_FILTER",
    "mtf_below_ema50": "MTF_FILTER",
    "mtf_above_ema50": "MTF_FILTER",
    "cost_too_high": "MIN_EDGE_ROUND_TRIPS",
    "level_not_reached": "K_VALUE",
    "cooldown": "COOLDOWN_CANDLES",
    "daily_loss": "MAX_DAILY_LOSS_PCT",
    "weekly_loss": "MAX_WEEKLY_LOSS_PCT",
    "monthly_loss": "MAX_MONTHLY_LOSS_PCT",
    "consecutive_losses": "MAX_CONSECUTIVE_LOSSES",
    "max_positions": "MAX_POSITIONS",
    "minimum_balance": "MIN_BALANCE_PCT",
    "market_shock": "MARKET_SHOCK_PCT",
    "warming_up": "WARMUP_CYCLES",
    "max_position_size": "MAX_POSITION_SIZE",
    "max_turnover_share": "MAX_TURNOVER_SHARE",
    "min_order": "MIN_ORDER",
    "max_order": "MAX_ORDER_VALUE",
    "stale_price": "MAX_PRICE_AGE_ENTRY",
    "price_collar": "PRICE_COLLAR",
    "fat_finger": "MAX_ORDER_EQUITY_SHARE",
    "leverage_limit": "MAX_LEVERAGE",
    "message_throttle": "MAX_ENTRIES_PER_MINUTE",
    "slippage_too_high": "MAX_SLIPPAGE",
    "first_day": "LIVE_FIRST_DAY_MAX_ORDER",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """One reason. `measured` and `limit` are named numbers, None when the bot gave none."""

    code: str
    measured: tuple[str, float] | None = None
    limit: tuple[str, float] | None = None

    @property
    def setting(self) -> str:
        """The setting behind it, empty when there is none."""
        return SETTINGS.get(self.code, "")

    @property
    def off_by(self) -> float | None:
        """How far the measured value is from the threshold, as a fraction of the threshold."""
        if self.measured is None or self.limit is None or not self.limit[1]:
            return None
        return self.measured[1] / self.limit[1] - 1.0


def gate_of(reason: str) -> Gate:
    """Read `below_ema50 close=50000000 ema50=50500000`: what was measured, then what was wanted."""
    code, *rest = reason.split()[:12] or [""]
    numbers = [pair for pair in map(_named, rest) if pair is not None]
    return Gate(code, *numbers[:2])


def first_gate(decision: DecisionShown) -> Gate | None:
    """The first obstacle of a decision; None when nothing stands in the way."""
    gates = [gate_of(reason) for reason in decision.reasons]
    return next((gate for gate in gates if gate.code != HELD), None)


def held(decision: DecisionShown) -> bool:
    """Whether nothing is bought because it is held already."""
    return any(gate_of(reason).code == HELD for reason in decision.reasons)


def counted(decisions: Iterable[DecisionShown]) -> list[tuple[str, int]]:
    """How many symbols each code blocks first, most frequent first, ties in the codes' order."""
    gates = (first_gate(decision) for decision in decisions)
    counts = Counter(gate.code for gate in gates if gate is not None)
    return sorted(counts.items(), key=lambda pair: (-pair[1], _place(pair[0]), pair[0]))


def _place(code: str) -> int:
    return REASON_CODES.index(code) if code in REASON_CODES else len(REASON_CODES)


def _named(part: str) -> tuple[str, float] | None:
    name, equals, text = part.partition("=")
    try:
        return (name, float(text)) if equals else None
    except ValueError:
        return None
