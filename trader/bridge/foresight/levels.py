"""Where the stop of an open position would lie under other settings, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trader.domain.parameters import Parameters
from trader.rules import exits

ATR_STOP, BEST_PRICE = "atr_stop", "best_price"  # what is not published of a position


@dataclass(frozen=True, slots=True)
class Standing:
    """An open position as it is published; prices, None: there is no such level.

    `d` +1 long, -1 short, `quantity` positive. `stop` is the nearer of stop loss and emergency
    stop, `trail` the trailing stop that is in force.
    """

    d: int
    entry: float
    quantity: float
    stop: float | None
    trail: float | None
    liquidation: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """The nearest losing-side level before and after; None: there is none.

    `unknown`: the code of what would have to be known to say where it goes; then `after` is None.
    """

    before: float | None
    after: float | None
    unknown: str = ""

    @property
    def moves(self) -> bool:
        """Whether the stop is elsewhere afterwards, or nobody can say."""
        if self.unknown or self.before is None or self.after is None:
            return bool(self.unknown) or self.before != self.after
        return not math.isclose(self.before, self.after, rel_tol=1e-9)


def shift(one: Standing, before: Parameters, after: Parameters) -> Shift:
    """Where the position's stop goes when the settings do; what is held follows them."""
    fixed, atr_unknown = _fixed(one, before, after)
    trail, best_unknown = _trail(one, before, after)
    now = _nearest(one, before, _number(one.stop), _number(one.trail))
    if atr_unknown or best_unknown:
        return Shift(now, None, ATR_STOP if atr_unknown else BEST_PRICE)
    return Shift(now, _nearest(one, after, fixed, trail))


def result_at(one: Standing, level: float | None) -> float | None:
    """Gain or loss from the entry to a level, before costs, in the quote currency."""
    return None if level is None else one.d * (level - one.entry) * one.quantity


def _nearest(one: Standing, p: Parameters, fixed: float, trail: float) -> float | None:
    guard = exits.guard_level(one.d, _number(one.liquidation), p.liquidation_min_distance)
    level = exits.nearest_adverse(one.d, guard, math.nan, fixed, trail)
    return level if math.isfinite(level) else None


def _fixed(one: Standing, before: Parameters, after: Parameters) -> tuple[float, bool]:
    """The nearer of stop loss and emergency stop, and whether the ATR stop would be needed."""
    d, entry = one.d, one.entry
    emergency = exits.emergency_level(d, entry, after.emergency_stop_percent)
    atr, known = math.nan, True
    if after.stop_loss_percent == 0.0:
        atr, known = _atr_stop(one, before)
    stop = exits.stop_level(d, entry, after.stop_loss_percent, atr)
    beyond = before.stop_loss_percent == 0.0  # an unknown ATR stop lies beyond the emergency stop
    nearer = 0.0 < after.emergency_stop_percent <= before.emergency_stop_percent
    return exits.nearest_adverse(d, math.nan, emergency, stop, math.nan), not (
        known or (beyond and nearer)
    )


def _atr_stop(one: Standing, before: Parameters) -> tuple[float, bool]:
    """The ATR stop that was fixed at entry; known unless something else is in force or nearer."""
    published = _number(one.stop)
    if before.stop_loss_percent > 0.0:
        return math.nan, False
    emergency = exits.emergency_level(one.d, one.entry, before.emergency_stop_percent)
    if math.isclose(published, emergency, rel_tol=1e-9):
        return math.nan, False
    return published, True


def _trail(one: Standing, before: Parameters, after: Parameters) -> tuple[float, bool]:
    """The trailing stop, and whether the best price since entry would be needed for it."""
    percent, activation = after.trailing_stop_percent, after.trailing_activation
    was = before.trailing_stop_percent
    if percent <= 0.0:
        return math.nan, False
    if (percent, activation) == (was, before.trailing_activation):
        return _number(one.trail), False
    if one.trail is not None and was > 0.0:
        best = one.trail / (1.0 - one.d * was)
        return exits.trail_level(one.d, one.entry, best, percent, activation), False
    waits = was > 0.0 and activation >= before.trailing_activation
    return math.nan, not waits


def _number(level: float | None) -> float:
    return math.nan if level is None else level
