"""What the next entry of a venue could come to under given settings: size, loss, liquidation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from trader.domain.parameters import Parameters
from trader.rules import exits, leverage, sizing

MAINTENANCE = 0.004  # the lowest bracket's rate, where a symbol's own is not known
# Names that the arithmetic reads; lists and timeframes are none of its business.
_READ = frozenset((
    "allow_shorts", "atr_multiplier", "emergency_stop_percent", "fee", "leverage",
    "liquidation_min_distance", "max_leverage", "max_order_equity_share", "max_order_value",
    "max_position_size", "phase", "position_fraction", "risk_per_trade", "sizing", "slippage_bps",
    "stop_loss_percent", "take_profit_percent", "trailing_activation", "trailing_stop_percent",
))  # fmt: skip
_NONE = math.nan


@dataclass(frozen=True, slots=True)
class Purse:
    """What a venue has. Money in the quote currency; `margin`: it trades on margin.

    `share`: the largest part of the equity that one strategy sizes with.
    """

    equity: float
    cash: float
    margin: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next entry. Money in the quote currency, None: it cannot be known beforehand.

    `order`: the most that it may be worth, `bound`: what bounds it. `loss`: the most that it loses
    at its nearest stop. `leverage` at most; `liquidation`: how far from the entry, as a fraction.
    """

    order: float
    bound: str
    loss: float | None
    leverage: float
    liquidation: float | None


def parameters_from(values: Mapping[str, Any]) -> Parameters:
    """Parameters of values by their names inside the program; others have their default."""
    known = {f.name for f in fields(Parameters)} & _READ & values.keys()
    return Parameters(**{name: values[name] for name in known})


def phase_leverage(phase: int) -> tuple[float, float, float]:
    """Base, most and least of a phase's leverage."""
    base, most, least, *_ = leverage.PHASES[phase - 1]
    return base, most, least


def ahead(p: Parameters, purse: Purse) -> Ahead:
    """The worst of the sides that may be traded."""
    sides = (1, -1) if purse.margin and p.allow_shorts else (1,)
    found = [_ahead(d, p, purse) for d in sides]
    losses = [one.loss for one in found if one.loss is not None]
    near = [one.liquidation for one in found if one.liquidation is not None]
    largest = max(found, key=lambda one: one.order)
    return Ahead(
        largest.order,
        largest.bound,
        max(losses) if len(losses) == len(found) else None,
        max(one.leverage for one in found),
        min(near, default=None),
    )


def _ahead(d: int, p: Parameters, purse: Purse) -> Ahead:
    times = _leverage(d, p) if purse.margin else 1.0
    liquidation = exits.liquidation_price(d, 1.0, times, MAINTENANCE) if purse.margin else _NONE
    order, bound = _largest(p, purse, times, _distance(d, p, liquidation))
    return Ahead(
        order,
        bound,
        _loss(p, purse, order, _distance(d, p, _NONE)),
        times,
        abs(1.0 - liquidation) if liquidation > 0.0 else None,
    )


def _leverage(d: int, p: Parameters) -> float:
    """The most that the rules allow, in the calmest market that goes our way."""
    cap = leverage.liquidation_cap(
        d, p.liquidation_min_distance, p.emergency_stop_percent, MAINTENANCE
    )
    most = p.max_leverage if p.max_leverage > 0.0 else math.inf
    wanted = p.leverage or leverage.phase_term(d, p.phase, d, -1, 1.0)
    return leverage.allowed(wanted, most, cap, math.inf)


def _distance(d: int, p: Parameters, liquidation: float) -> float | None:
    """How far an entry is from the losing-side level met first, as far as it is known: no ATR stop.

    As a fraction; None: no level is known.
    """
    nearest = exits.nearest_adverse(
        d,
        exits.guard_level(d, liquidation, p.liquidation_min_distance),
        exits.emergency_level(d, 1.0, p.emergency_stop_percent),
        exits.stop_level(d, 1.0, p.stop_loss_percent, _NONE),
        exits.trail_level(d, 1.0, 1.0, p.trailing_stop_percent, p.trailing_activation),
    )
    return abs(1.0 - nearest) if math.isfinite(nearest) else None


def _largest(
    p: Parameters, purse: Purse, times: float, distance: float | None
) -> tuple[float, str]:
    """The most that an order may be worth, and the code of what bounds it."""
    equity = purse.equity * purse.share
    fee, slippage = p.fee or 0.0, p.slippage_bps / 10_000.0
    bounds = {
        "size": _wanted(p, equity, times, distance),
        "max_position_size": p.max_position_size * equity * times or math.inf,
        "free_cash": sizing.affordable(purse.cash, 1.0, slippage, times, fee),
        "fat_finger": min(
            filter(None, (p.max_order_value, p.max_order_equity_share * purse.equity)),
            default=math.inf,
        ),
    }
    code = min(bounds, key=lambda name: bounds[name])
    return bounds[code], code


def _wanted(p: Parameters, equity: float, times: float, distance: float | None) -> float:
    """What sizing asks for; infinity where that hangs on the market or on past trades."""
    if p.sizing == "fixed_fraction":
        return sizing.by_fraction(equity, p.position_fraction, times, 1.0)
    if p.sizing == "stop_risk" and p.stop_loss_percent > 0.0 and distance:
        return sizing.by_stop(equity, p.risk_per_trade, 1.0, 1.0 - distance)
    return math.inf


def _loss(p: Parameters, purse: Purse, order: float, distance: float | None) -> float | None:
    """At most the order's way to its stop, and what is risked where the size follows the stop.

    On margin never more than the margin; the guard does not count, since it lies farther away with
    less leverage.
    """
    known = [] if distance is None else [order * distance]
    if purse.margin:
        most = p.max_position_size * purse.equity * purse.share or math.inf
        known.append(min(order, purse.cash, most))
    atr_stop = p.sizing == "turtle" and p.stop_loss_percent == 0.0
    if atr_stop or p.sizing == "stop_risk":
        known.append(purse.equity * purse.share * p.risk_per_trade)
    return min(known, default=None)
