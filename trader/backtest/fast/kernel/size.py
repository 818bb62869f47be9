"""How much an entry may be: leverage, the wanted size, caps, controls (specification 3.4, 3.6)."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import forms, money
from trader.rules import exits, limits, sizing
from trader.rules import leverage as rule


def leverage_for(p: Any, a: Any, d: int, facts: Any) -> float:
    """Leverage that risk allows, at least 1. `facts`: (hour's ATR / close, regime, volatility)."""
    if not p.margin:
        return 1.0
    cap = rule.liquidation_cap(d, p.guard, p.emergency, p.maintenance)
    most = p.max_leverage if p.max_leverage > 0.0 else math.inf
    if p.leverage > 0.0:
        return float(rule.allowed(p.leverage, most, cap, p.bracket))
    hour_atr, regime, volatility = facts
    factor = rule.risk_factor(money.drawdown(a), a.streak)
    wanted = rule.phase_term(d, p.phase, regime, volatility, factor)
    wanted = min(wanted, rule.volatility_term(hour_atr))
    return float(rule.allowed(wanted, most, cap, p.bracket))


def wanted(p: Any, a: Any, d: int, wish: Any, record: Any) -> tuple[float, int]:
    """Quantity before the caps, or the bit of what is missing.

    `wish`: (price, share of the equity, ATR, leverage); `record`: (results, how many there were).
    """
    price, share, atr, leverage = wish
    results, counted = record
    worth = a.last_equity * share
    if p.sizing == forms.FIXED_FRACTION:
        return sizing.by_fraction(worth, p.fraction, leverage, price), 0
    if p.sizing == forms.STOP_RISK:
        stop = _nearest_stop(p, d, price, atr, leverage)
        quantity = sizing.by_stop(worth, p.risk, price, stop)
        return quantity, 0 if quantity > 0.0 else forms.NO_STOP
    if p.sizing == forms.KELLY and counted >= forms.KELLY_TRADES:
        fraction = kelly(results)
        quantity = sizing.by_fraction(worth, fraction, leverage, price)
        return quantity, 0 if fraction > 0.0 else forms.KELLY_ZERO
    quantity = sizing.turtle(worth, p.risk, atr, p.atr_multiplier)
    return quantity, 0 if quantity > 0.0 else forms.NO_ATR


def kelly(results: Any) -> float:
    """Half of Kelly's fraction of the newest results."""
    wins, won, missed = 0, 0.0, 0.0
    for pnl in results:
        if pnl > 0.0:
            wins += 1
            won += pnl
        else:
            missed -= pnl
    trades = len(results)
    mean_win = won / wins if wins else 0.0
    mean_loss = missed / (trades - wins) if trades > wins else 0.0
    return sizing.kelly_fraction(wins, trades, mean_win, mean_loss)


def _nearest_stop(p: Any, d: int, price: float, atr: float, leverage: float) -> float:
    """The stop that would be in force first, with the trigger price as entry."""
    guard = math.nan
    if p.margin:
        liquidation = exits.liquidation_price(d, price, leverage, p.maintenance)
        guard = exits.guard_level(d, liquidation, p.guard)
    by_atr = exits.atr_stop(d, price, atr, p.atr_multiplier)
    nearest = exits.nearest_adverse(
        d,
        guard,
        exits.emergency_level(d, price, p.emergency),
        exits.stop_level(d, price, p.stop_loss, by_atr),
        exits.trail_level(d, price, price, p.trail, p.activation),
    )
    return nearest if math.isfinite(nearest) else price


def sized(p: Any, a: Any, quantity: float, wish: Any, turnover: float) -> tuple[int, int]:
    """Whole lots of a wanted quantity after all caps, and the bits of why none."""
    price, share, _, leverage = wish
    by_size = by_turnover = math.inf
    if p.position_cap > 0.0:
        scale = leverage if p.margin else 1.0
        by_size = p.position_cap * a.last_equity * share * scale / price
    free = money.spendable(a) - a.freed_cash
    by_cash = sizing.affordable(free, price, p.slippage, leverage, p.fee)
    if p.turnover_share > 0.0 and not math.isnan(turnover):
        by_turnover = p.turnover_share * turnover / price
    capped, caps = sizing.capped(quantity, by_size, by_cash, by_turnover, math.inf)
    lots = sizing.whole_lots(capped, p.step)
    if lots <= 0 or lots * p.step * price < p.least_order:
        return 0, _codes(caps) | forms.MIN_ORDER
    return lots, 0


def _codes(caps: int) -> int:
    mask = 0
    if caps & sizing.CAP_POSITION:
        mask |= forms.CAP_SIZE
    if caps & sizing.CAP_CASH:
        mask |= forms.CAP_CASH
    if caps & sizing.CAP_TURNOVER:
        mask |= forms.CAP_TURNOVER
    return mask


def denied(p: Any, a: Any, s: Any, lots: int) -> int:
    """Bits of the controls that deny an entry at the price in force (specification 4.4)."""
    mask = 0
    away = abs(s.mark / s.prior - 1.0) if s.prior > 0.0 else math.nan
    if p.collar > 0.0 and limits.exceeded(away, p.collar):
        mask |= forms.COLLAR
    most = p.order_value if p.order_value else math.inf
    if p.order_share * a.last_equity:
        most = min(most, p.order_share * a.last_equity)
    if most > 0.0 and limits.exceeded(lots * p.step * s.mark, most):
        mask |= forms.FAT_FINGER
    if 0 < p.entries_a_minute <= a.sent:
        mask |= forms.THROTTLE
    return mask


def median_turnover(turnover: Any, first: int, row: int, ordered: Any) -> float:
    """Median turnover of the last 20 candles, of fewer while there are fewer.

    `ordered`: room for so many numbers.
    """
    begin = max(first, row + 1 - len(ordered))
    count = row + 1 - begin
    for place in range(count):  # an insertion sort: twenty numbers
        value, hole = turnover[begin + place], place
        while hole > 0 and ordered[hole - 1] > value:
            ordered[hole] = ordered[hole - 1]
            hole -= 1
        ordered[hole] = value
    upper = count // 2
    lower = upper if count % 2 else upper - 1
    return float((ordered[lower] + ordered[upper]) / 2)
