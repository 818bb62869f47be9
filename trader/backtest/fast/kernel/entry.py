"""Entries: what is wanted at a first price, what forbids it, levels inside a candle."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import forms, going, money, position, size
from trader.domain.time import day_of
from trader.rules import fills


def look(p: Any, a: Any, s: Any, world: Any, at: int) -> None:
    """At a flat symbol's first price: what would the strategies like, and what forbids it."""
    signals, desk = world.signals, world.desk
    s.mask = forms.COOLDOWN if s.rest > 0 else 0
    s.wants = s.armed = s.levels = 0
    for who in range(len(signals.share)):
        once = bool(signals.once[who]) and desk.entry_day[s.place, who] == day_of(at)
        if once:
            s.mask |= forms.ONCE
        if s.row == s.begin:
            s.mask |= forms.NO_SIGNAL | forms.INSUFFICIENT
        else:
            _hear(p, s, who, world, once)
    if not s.wants or s.rest > 0:
        s.wants = 0
        s.mask |= money.blocks(p, a, at)


def _hear(p: Any, s: Any, who: int, world: Any, once: bool) -> None:
    """One strategy's row: its wishes that no filter blocks, or why it has none."""
    signals = world.signals
    row = who * len(world.market.time) + s.row - 1
    flags = signals.flags[row]
    if flags & (forms.LONG | forms.SHORT):
        if flags & forms.LONG:
            _like(s, who, 1, row, world, once)
        if flags & forms.SHORT:
            _like(s, who, -1, row, world, once)
    elif len(signals.hold):
        s.mask |= signals.hold[row] | signals.long_blocks[row]
        if p.shorts:
            s.mask |= signals.short_blocks[row]


def _like(s: Any, who: int, d: int, row: int, world: Any, once: bool) -> None:
    """A wish to go in one direction; its level is noted, blocked or not."""
    signals, desk = world.signals, world.desk
    level = math.nan
    if len(signals.long_level):
        level = signals.long_level[row] if d > 0 else signals.short_level[row]
    if not math.isnan(level):
        _note(desk.levels[s.place, s.levels], level, who, d)
        s.levels += 1
    if signals.flags[row] & (forms.LONG_BLOCKED if d > 0 else forms.SHORT_BLOCKED):
        if len(signals.hold):
            s.mask |= signals.long_blocks[row] if d > 0 else signals.short_blocks[row]
    elif not once:
        _note(desk.wants[s.place, s.wants], level, who, d)
        s.wants += 1


def _note(wish: Any, level: float, who: int, d: int) -> None:
    wish.level, wish.who, wish.d = level, who, d


def settle(p: Any, a: Any, s: Any, world: Any, at: int) -> None:
    """All first prices are known: enter at them, or arm the levels."""
    desk = world.desk
    wants, s.wants = s.wants, 0
    forbidden = money.blocks(p, a, at)
    if forbidden:
        s.mask |= forbidden
        return
    for place in range(wants):
        wish = desk.wants[s.place, place]
        if not math.isnan(wish.level) and not fills.crossed(wish.d, s.mark, wish.level):
            _note(desk.armed[s.place, s.armed], wish.level, wish.who, wish.d)
            s.armed += 1
        elif _enter(p, a, s, wish, world, at):
            return


def _enter(p: Any, a: Any, s: Any, wish: Any, world: Any, at: int) -> bool:
    """Ask risk for one entry and fill it; False, and the reasons noted, when refused."""
    market, desk = world.market, world.desk
    who, d, row = wish.who, wish.d, s.row - 1
    atr = market.atr[row] if len(market.atr) else math.nan
    facts = (math.nan, 0, 0)
    if len(market.hour_atr):
        facts = (market.hour_atr[row], market.regime[row], market.volatility[row])
    leverage = size.leverage_for(p, a, d, facts)
    asked = (s.mark, world.signals.share[who], atr, leverage)
    quantity, missing = size.wanted(p, a, d, asked, (desk.results[who], desk.counted[who]))
    if missing:
        s.mask |= missing
        return False
    turnover = math.nan
    if p.turnover_share > 0.0:
        turnover = size.median_turnover(market.turnover, s.begin, row, desk.ordered)
    lots, reasons = size.sized(p, a, quantity, asked, turnover)
    if lots:
        reasons = size.denied(p, a, s, lots)
    if reasons:
        s.mask |= reasons
        return False
    position.enter(p, a, s, (who, d, lots, leverage, atr))
    position.opened_in(s, desk, at)
    return True


def inside(p: Any, a: Any, s: Any, world: Any, reach: Any, at: int) -> bool:
    """Meet armed levels between (low, high), the nearest first, until one is filled."""
    while s.armed:
        level = next_level(s, world.desk.armed, reach)
        if math.isnan(level):
            return False
        if touched(p, a, s, world, level, at):
            return True
    return False


def next_level(s: Any, armed: Any, reach: Any) -> float:
    """The armed level that is met first: nearer to the price, the long one if equal."""
    low, high = reach
    long_level, short_level = math.inf, -math.inf
    for place in range(s.armed):
        wish = armed[s.place, place]
        if wish.d > 0:
            long_level = min(long_level, wish.level)
        else:
            short_level = max(short_level, wish.level)
    has_long, has_short = low <= long_level <= high, low <= short_level <= high
    if has_long and has_short:
        return long_level if fills.nearer_long(s.mark, long_level, short_level) else short_level
    if has_long:
        return long_level
    return short_level if has_short else math.nan


def touched(p: Any, a: Any, s: Any, world: Any, price: float, at: int) -> bool:
    """A price inside the candle: does it reach an armed level, and may we enter there?"""
    armed, wants = world.desk.armed, world.desk.wants
    s.prior, s.mark = s.mark, price
    hits, kept = 0, 0
    for place in range(s.armed):  # those that are met move to `wants`, the others close up
        wish = armed[s.place, place]
        if fills.crossed(wish.d, price, wish.level):
            _note(wants[s.place, hits], wish.level, wish.who, wish.d)
            hits += 1
        else:
            _note(armed[s.place, kept], wish.level, wish.who, wish.d)
            kept += 1
    if not hits:
        return False
    s.armed = kept
    forbidden = money.blocks(p, a, at)
    if forbidden:
        s.mask |= forbidden
        s.armed = 0
        return False
    for place in range(hits):
        if _enter(p, a, s, wants[s.place, place], world, at):
            return True
    return False


def met_at_once(p: Any, a: Any, s: Any, world: Any, at: int) -> None:
    """A stop at or beyond the price of the entry is met there and then."""
    code = position.risk_exit(p, s, s.mark)
    if code:
        going.go(p, a, s, world, code, at)
