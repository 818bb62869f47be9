"""When a position must go. Scalars in and out; `d` is +1 for a long and -1 for a short.

Levels are prices; NaN means "not in force" and is never met: a comparison with NaN is false.
"""

import math

# Codes in the order in which they are gone through at a first price (specification 3.5).
NONE = 0
GUARD = 1
EMERGENCY = 2
STOP = 3
TRAIL = 4
TARGET = 5
TIME = 6
LOSS_LIMIT = 7
MANUAL = 8
SIGNAL = 9
END_OF_DATA = 10

REASONS = (
    "",
    "liquidation_guard",
    "emergency_stop",
    "stop_loss",
    "trailing_stop",
    "take_profit",
    "time_exit",
    "loss_limit",
    "manual",
    "signal",
    "end_of_data",
)


def emergency_level(d: int, entry: float, percent: float) -> float:
    """Price at which the position goes whatever anybody says; 0 percent: none."""
    return entry * (1.0 - d * percent) if percent > 0.0 else math.nan


def stop_level(d: int, entry: float, percent: float, atr_stop: float) -> float:
    """The fixed stop: a share of the entry, or the ATR stop that was fixed at entry."""
    return entry * (1.0 - d * percent) if percent > 0.0 else atr_stop


def atr_stop(d: int, entry: float, atr: float, multiplier: float) -> float:
    """Stop `multiplier` average true ranges away from the entry; NaN without ATR."""
    return entry - d * atr * multiplier


def target_level(d: int, entry: float, percent: float) -> float:
    """Price at which the profit is taken; 0 percent: none."""
    return entry * (1.0 + d * percent) if percent > 0.0 else math.nan


def trail_level(d: int, entry: float, best: float, percent: float, activation: float) -> float:
    """The trailing stop under the best price since entry; NaN until that reached `activation`.

    `best` only improves, so a trail that is in force stays in force and only tightens.
    """
    if percent <= 0.0 or d * best < d * (entry * (1.0 + d * activation)):
        return math.nan
    return best * (1.0 - d * percent)


def liquidation_price(d: int, entry: float, leverage: float, maintenance: float) -> float:
    """Where the exchange closes an isolated position (specification 3.6); 0 or less: nowhere."""
    return entry * (1.0 - d / leverage) / (1.0 - d * maintenance)


def guard_level(d: int, liquidation: float, distance: float) -> float:
    """Price nearer to liquidation than `distance` of itself; NaN when there is none to fear."""
    if distance <= 0.0 or not liquidation > 0.0:
        return math.nan
    return liquidation / (1.0 - d * distance)


def met(d: int, price: float, level: float) -> bool:
    """Whether a level on the losing side is touched or passed."""
    return d * price <= d * level


def reached(d: int, price: float, level: float) -> bool:
    """Whether a level on the winning side is touched or passed."""
    return d * price >= d * level


def risk_exit(
    d: int,
    price: float,
    guard: float,
    emergency: float,
    stop: float,
    trail: float,
    target: float,
) -> int:
    """The first exit of the list that holds at this price, or NONE."""
    if met(d, price, guard):
        return GUARD
    if met(d, price, emergency):
        return EMERGENCY
    if met(d, price, stop):
        return STOP
    if met(d, price, trail):
        return TRAIL
    if reached(d, price, target):
        return TARGET
    return NONE


def nearest_adverse(d: int, guard: float, emergency: float, stop: float, trail: float) -> float:
    """The losing-side level that a price meets first; minus infinity (times d) when none."""
    nearest = -math.inf
    for level in (guard, emergency, stop, trail):
        if d * level > nearest:  # noqa: PLR1730  max() treats NaN as its order of arguments says
            nearest = d * level
    return d * nearest


def time_is_up(entry_candle: int, candle: int, max_holding_ms: int) -> bool:
    """Held longer than allowed, from the start of the entry's candle to the start of this one."""
    return max_holding_ms > 0 and candle - entry_candle > max_holding_ms
