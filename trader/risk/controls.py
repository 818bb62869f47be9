"""Controls that every entry passes: one pure function, missing data denies (specification 4.4).

Each line is (name, measured, limit); what they let through is journalled with the order.
Limits of 0 are not judged. Exits never pass here: they are checked in `exit_controls`.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from trader.domain.parameters import Parameters
from trader.domain.signal import BIT
from trader.domain.time import Millis
from trader.rules.limits import exceeded

Line = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What surrounds one order. Ages in ms, money in the quote currency."""

    price_age: Millis
    reference_price: float
    unresolved: int
    live_orders: int
    entries_last_minute: int
    same_signal: bool
    warned: bool
    halted: bool


def entry_controls(
    p: Parameters, c: Circumstances, price: float, value: float, equity: float
) -> tuple[int, tuple[Line, ...]]:
    """Mask of the codes that deny (0: none) and the vector of what was measured."""
    lines: list[Line] = [
        ("price", price, math.inf),
        ("unresolved_order", c.unresolved, 0),
        ("duplicate_order", c.live_orders + c.same_signal, 0),
    ]
    mask = 0 if math.isfinite(price) and price > 0.0 else BIT["stale_price"]
    if c.unresolved:
        mask |= BIT["unresolved_order"]
    if c.live_orders or c.same_signal:
        mask |= BIT["duplicate_order"]
    if c.warned or c.halted:
        mask |= BIT["symbol_halted"]
    for name, measured, limit in _limited(p, c, price, value, equity):
        lines.append((name, measured, limit))
        if limit > 0.0 and exceeded(measured, limit):
            mask |= BIT[name]
    return mask, tuple(lines)


def _limited(
    p: Parameters, c: Circumstances, price: float, value: float, equity: float
) -> list[Line]:
    """The controls of the form "measured at most limit", by the code that they deny with."""
    away = abs(price / c.reference_price - 1.0) if c.reference_price > 0.0 else math.nan
    cap = p.max_order_equity_share * equity
    return [
        ("stale_price", c.price_age, p.max_price_age_entry * 1_000),
        ("price_collar", away, p.price_collar),
        ("fat_finger", value, min(filter(None, (p.max_order_value, cap)), default=0.0)),
        ("message_throttle", c.entries_last_minute + 1, p.max_entries_per_minute),
    ]


def exit_quantity(position: Decimal, step: Decimal, free: Decimal | None) -> Decimal:
    """What an exit may sell: never more than the position, nor than is free, on the step."""
    most = position if free is None else min(position, free)
    return most // step * step
