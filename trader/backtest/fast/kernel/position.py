"""A position: its levels, how it is opened, how it ends (specification 3.5)."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import forms, money
from trader.domain.time import day_of
from trader.rules import costs, exits


def raise_trail(p: Any, s: Any) -> None:
    """Trail and nearest levels after a new best price."""
    d = s.d
    s.trail_at = exits.trail_level(d, s.entry, s.best, p.trail, p.activation)
    s.adverse = d * exits.nearest_adverse(d, s.guard_at, s.emergency_at, s.stop_at, s.trail_at)
    s.limit = math.inf if math.isnan(s.target_at) else d * s.target_at
    if p.trail > 0.0:
        s.limit = min(s.limit, d * s.best)


def better(p: Any, s: Any, price: float) -> None:
    """A new best price raises the trail."""
    if s.d * price > s.d * s.best:
        s.best = price
        if p.trail > 0.0:
            raise_trail(p, s)


def quiet(s: Any, price: float) -> bool:
    """Whether a price changes nothing for what is held."""
    return bool(s.adverse < price * s.d < s.limit)


def risk_exit(p: Any, s: Any, price: float) -> int:
    """The first exit of the list that holds at this price, or 0; a better price is noted."""
    better(p, s, price)
    return int(
        exits.risk_exit(s.d, price, s.guard_at, s.emergency_at, s.stop_at, s.trail_at, s.target_at)
    )


def enter(p: Any, a: Any, s: Any, ticket: Any) -> None:
    """Fill an entry at the price in force: cash, margin, levels; it counts at once.

    `ticket`: (strategy, direction, lots, leverage, ATR).
    """
    who, d, lots, leverage, atr = ticket
    s.d, s.who, s.lots, s.leverage = d, who, lots, leverage
    s.quantity = lots / p.lots_a_unit if p.lots_a_unit > 0.0 else lots * p.step
    s.entry = s.best = costs.slipped(s.mark, d > 0, p.slippage)
    value = s.entry * s.quantity
    s.fees, s.funding, s.margin = value * p.fee, 0.0, 0.0
    money.pay(a, -s.fees)
    liquidation = math.nan
    if p.margin:
        s.margin = value / leverage
        a.margin += s.margin
        liquidation = exits.liquidation_price(d, s.entry, leverage, p.maintenance)
    else:
        money.pay(a, -value)
    s.guard_at = exits.guard_level(d, liquidation, p.guard)
    s.emergency_at = exits.emergency_level(d, s.entry, p.emergency)
    atr_stop = exits.atr_stop(d, s.entry, atr, p.atr_multiplier)
    s.stop_at = exits.stop_level(d, s.entry, p.stop_loss, atr_stop)
    s.target_at = exits.target_level(d, s.entry, p.take_profit)
    raise_trail(p, s)
    s.forced, s.entered = exits.NONE, 1
    s.wants = s.armed = 0
    a.holding += 1
    a.sent += 1
    a.round_held = 1


def leave(p: Any, a: Any, s: Any, desk: Any, code: int, at: int) -> None:
    """Fill an exit at the price in force: money, the row of the trade, cooldown, the record."""
    exit_price = costs.slipped(s.mark, s.d < 0, p.slippage)
    fee = exit_price * s.quantity * p.fee
    gain = s.d * (exit_price - s.entry) * s.quantity
    freed = gain - fee + s.margin if p.margin else exit_price * s.quantity - fee
    money.pay(a, gain if p.margin else exit_price * s.quantity)
    money.pay(a, -fee)
    a.margin -= s.margin
    a.freed_cash += freed
    s.fees += fee
    pnl = gain - s.fees - s.funding
    _write(s, desk.trades[a.trades], exit_price, pnl, code, at)
    a.trades += 1
    if at == s.entry_time and exits.GUARD <= code <= exits.TRAIL:
        a.stopped += 1
    who = s.who
    desk.results[who, desk.counted[who] % forms.KELLY_TRADES] = pnl
    desk.counted[who] += 1
    s.d = 0
    s.rest, s.entered = p.cooldown + 1, 1
    a.holding -= 1
    a.freed += 1
    if not a.holding:
        a.margin = 0.0
    money.count_losses(p, a, pnl, at)


def _write(s: Any, row: Any, exit_price: float, pnl: float, code: int, at: int) -> None:
    row.symbol, row.who, row.d, row.lots = s.place, s.who, s.d, s.lots
    row.entry, row.exit, row.leverage = s.entry, exit_price, s.leverage
    row.fees, row.funding, row.pnl = s.fees, s.funding, pnl
    row.entry_time, row.exit_time, row.reason = s.entry_time, at, code


def opened_in(s: Any, desk: Any, at: int) -> None:
    """Write down in which candle, and so on which day, a position was opened."""
    s.entry_time = at
    desk.entry_day[s.place, s.who] = day_of(at)
