"""Cash, equity and the limits that are judged by them (specification 3.7)."""

from __future__ import annotations

from typing import Any

from trader.backtest.fast.kernel import forms
from trader.domain.time import day_of, month_of, week_of
from trader.risk import limits
from trader.rules import exits
from trader.rules import limits as rule


def pay(a: Any, amount: float) -> None:
    """Add to the cash (negative: take), keeping what the addition rounds off.

    Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974.
    """
    total = a.cash + amount
    back = total - a.cash
    a.low += (a.cash - (total - back)) + (amount - back)
    a.cash = total


def wallet(a: Any) -> float:
    """Free quote currency, on margin venues the wallet."""
    return float(a.cash + a.low)


def spendable(a: Any) -> float:
    """The wallet less margin in use."""
    return float(a.cash + a.low - a.margin)


def equity(p: Any, a: Any, sym: Any) -> float:
    """Cash and what the positions are worth at the newest prices."""
    total = wallet(a)
    if a.holding:
        for s in sym:
            if s.d and p.margin:
                total += s.quantity * (s.mark - s.entry) * s.d
            elif s.d:
                total += s.quantity * s.mark
    return total


def begin_round(a: Any, at: int) -> None:
    """The first price of a new candle: what was freed in the last one counts from now on."""
    a.freed_cash = 0.0
    a.freed = 0
    a.sent = 0
    a.round_held = 1 if a.holding else 0
    day = day_of(at)
    if day != a.day:
        a.day, a.day_start = day, a.last_equity
        week, month = week_of(at), month_of(at)
        if week != a.week:
            a.week, a.week_start = week, a.last_equity
        if month != a.month:
            a.month, a.month_start = month, a.last_equity


def judge(p: Any, a: Any, sym: Any, worth: float, at: int) -> None:
    """Latch every loss limit that is met, to its period's end; `close` ends what is held."""
    fired = False
    if _daily_met(p, a, worth):
        until = limits.end_of_day(at)
        fired = a.until_day != until
        a.until_day = until
    if 0.0 < p.weekly <= rule.lost(a.week_start, worth):
        until = limits.end_of_week(at)
        fired = fired or a.until_week != until
        a.until_week = until
    if 0.0 < p.monthly <= rule.lost(a.month_start, worth):
        until = limits.end_of_month(at)
        fired = fired or a.until_month != until
        a.until_month = until
    if fired and p.close_on_loss:
        for s in sym:
            if s.d:
                s.forced = exits.LOSS_LIMIT


def _daily_met(p: Any, a: Any, worth: float) -> bool:
    by_share = 0.0 < p.daily <= rule.lost(a.day_start, worth)
    return bool(by_share or 0.0 < p.daily_amount <= a.day_start - worth)


def count_losses(p: Any, a: Any, pnl: float, candle: int) -> None:
    """Losses in a row pause entries from the end of the exit's candle; the count starts anew."""
    if pnl >= 0.0:
        a.losses = a.streak = 0
        return
    a.losses += 1
    a.streak += 1
    if 0 < p.max_losses <= a.losses:
        a.losses = 0
        a.until_losses = candle + p.timeframe + p.losses_pause


def halts(a: Any, at: int) -> int:
    """Mask of the limits in force."""
    mask = 0
    if a.until_day > at:
        mask |= forms.DAILY
    if a.until_week > at:
        mask |= forms.WEEKLY
    if a.until_month > at:
        mask |= forms.MONTHLY
    if a.until_losses > at:
        mask |= forms.LOSSES
    return mask


def blocks(p: Any, a: Any, at: int) -> int:
    """Whatever forbids any entry now: limits, minimum balance, a full house."""
    mask = halts(a, at)
    if a.last_equity < p.min_balance * a.initial:
        mask |= forms.POOR
    used = a.holding + a.freed
    if used and used >= p.max_positions > 0:
        mask |= forms.FULL
    return mask


def drawdown(a: Any) -> float:
    """How far the equity at the last close is under its peak, as a fraction."""
    peak = max(a.peak_equity, a.initial)
    return max(0.0, (peak - a.last_equity) / peak) if peak > 0.0 else 0.0


def close_round(p: Any, a: Any, sym: Any, at: int) -> None:
    """After all candles of a moment closed: equity, peak, limits."""
    worth = equity(p, a, sym)
    if worth == a.last_equity and not a.holding:
        return
    a.last_equity = worth
    a.peak_equity = max(a.peak_equity, worth)
    judge(p, a, sym, worth, at)
