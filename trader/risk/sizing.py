"""How much risk allows: the wanted size, the caps, the lot step."""

import math
from dataclasses import dataclass
from decimal import Decimal

from trader.domain.parameters import Parameters
from trader.domain.signal import BIT
from trader.risk.verdict import EntryRequest
from trader.rules import exits, sizing

KELLY_TRADES = 30


@dataclass(frozen=True, slots=True)
class Means:
    """What an entry may draw on. Money in the quote currency.

    `equity` at the last close, the same for every entry of a candle; `cash` free now, without
    what was freed in this candle. `results` are the strategy's newest 30 closed results (pnl).
    `room`: the most that this entry may be worth on the first day of mode live.
    """

    equity: float
    cash: float
    fee: float
    slippage: float
    min_cost: float
    step: float
    min_quantity: float
    max_quantity: float
    maintenance: float
    margin: bool
    results: tuple[float, ...] = ()
    room: float = math.inf


@dataclass(frozen=True, slots=True)
class Size:
    """Whole lots and why not more; `reasons` is the mask of codes when `lots` is 0."""

    lots: int
    reasons: int


_CAP_CODES = (
    (sizing.CAP_POSITION, BIT["max_position_size"]),
    (sizing.CAP_CASH, BIT["free_cash"]),
    (sizing.CAP_TURNOVER, BIT["max_turnover_share"]),
    (sizing.CAP_MAX_ORDER, BIT["max_order"]),
)


def size(request: EntryRequest, p: Parameters, means: Means, leverage: float) -> Size:
    """Lots for an entry, rounded down, the minimum judged after rounding (specification 3.4)."""
    wanted, missing = _wanted(request, p, means, leverage)
    if missing:
        return Size(0, missing)
    quantity, mask = sizing.capped(wanted, *_caps(request, p, means, leverage))
    caps = sum(code for bit, code in _CAP_CODES if mask & bit)
    if means.room / request.price < wanted:
        quantity, caps = min(quantity, means.room / request.price), caps | BIT["first_day"]
    lots = sizing.whole_lots(quantity, means.step)
    value = lots * means.step * request.price
    least = (means.min_cost if p.min_order is None else p.min_order) * p.min_order_headroom
    if lots <= 0 or value < least or lots * means.step < means.min_quantity:
        return Size(0, caps | BIT["min_order"])
    return Size(lots, caps)


def _wanted(r: EntryRequest, p: Parameters, m: Means, leverage: float) -> tuple[float, int]:
    """Quantity before the caps, or the code of what is missing."""
    if r.fixed_quantity > 0.0:
        return r.fixed_quantity, 0
    equity = m.equity * r.share
    if p.sizing == "fixed_fraction":
        return sizing.by_fraction(equity, p.position_fraction, leverage, r.price), 0
    if p.sizing == "stop_risk":
        stop = _nearest_stop(r, p, m, leverage)
        quantity = sizing.by_stop(equity, p.risk_per_trade, r.price, stop)
        return (quantity, 0) if quantity > 0.0 else (0.0, BIT["no_stop"])
    if p.sizing == "kelly" and len(m.results) >= KELLY_TRADES:
        fraction = _kelly(m.results)
        quantity = sizing.by_fraction(equity, fraction, leverage, r.price)
        return (quantity, 0) if fraction > 0.0 else (0.0, BIT["kelly_zero"])
    quantity = sizing.turtle(equity, p.risk_per_trade, r.atr, p.atr_multiplier)
    return (quantity, 0) if quantity > 0.0 else (0.0, BIT["no_atr"])


def _kelly(results: tuple[float, ...]) -> float:
    newest = results[-KELLY_TRADES:]
    wins = [pnl for pnl in newest if pnl > 0.0]
    losses = [-pnl for pnl in newest if pnl <= 0.0]
    mean_win = math.fsum(wins) / len(wins) if wins else 0.0
    mean_loss = math.fsum(losses) / len(losses) if losses else 0.0
    return sizing.kelly_fraction(len(wins), len(newest), mean_win, mean_loss)


def _nearest_stop(r: EntryRequest, p: Parameters, m: Means, leverage: float) -> float:
    """The stop that would be in force first, with the trigger price as entry; NaN: none."""
    guard = math.nan
    if m.margin:
        liquidation = exits.liquidation_price(r.d, r.price, leverage, m.maintenance)
        guard = exits.guard_level(r.d, liquidation, p.liquidation_min_distance)
    nearest = exits.nearest_adverse(
        r.d,
        guard,
        exits.emergency_level(r.d, r.price, p.emergency_stop_percent),
        exits.stop_level(
            r.d,
            r.price,
            p.stop_loss_percent,
            exits.atr_stop(r.d, r.price, r.atr, p.atr_multiplier),
        ),
        exits.trail_level(r.d, r.price, r.price, p.trailing_stop_percent, p.trailing_activation),
    )
    return nearest if math.isfinite(nearest) else r.price


def _caps(
    r: EntryRequest, p: Parameters, m: Means, leverage: float
) -> tuple[float, float, float, float]:
    """Quantities allowed by position size, cash, turnover and the venue's maximum."""
    position = math.inf
    if p.max_position_size > 0.0:
        scale = leverage if m.margin else 1.0
        position = p.max_position_size * m.equity * r.share * scale / r.price
    cash = sizing.affordable(m.cash, r.price, m.slippage, leverage, m.fee)
    turnover = math.inf
    if p.max_turnover_share > 0.0 and not math.isnan(r.turnover):
        turnover = p.max_turnover_share * r.turnover / r.price
    return position, cash, turnover, m.max_quantity


def quantity_of(lots: int, step: Decimal) -> Decimal:
    """Exact quantity of whole lots."""
    return lots * step
