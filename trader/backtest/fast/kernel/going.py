"""Exits: what ends a position at a first price, and on the way through a candle."""

from __future__ import annotations

from typing import Any

from trader.backtest.fast.kernel import forms, money, position
from trader.rules import exits


def go(p: Any, a: Any, s: Any, world: Any, code: int, at: int) -> None:
    """Leave at the price in force; limits are judged after every exit."""
    position.leave(p, a, s, world.desk, code, at)
    money.judge(p, a, world.sym, money.equity(p, a, world.sym), at)


def at_first_price(p: Any, s: Any, world: Any, at: int) -> int:
    """Risk exits, time, loss limit, the owner's signal: the first that holds, or 0."""
    code = position.risk_exit(p, s, s.mark)
    if code:
        return code
    if exits.time_is_up(s.entry_time, at, p.max_holding):
        return exits.TIME
    if s.forced:
        return int(s.forced)
    if _owner_wants_out(s, world):
        return exits.SIGNAL
    return exits.NONE


def _owner_wants_out(s: Any, world: Any) -> bool:
    flags = world.signals.flags[s.who * len(world.market.time) + s.row - 1]
    return bool(flags & (forms.SELL if s.d > 0 else forms.COVER))


def leg(p: Any, a: Any, s: Any, world: Any, way: Any, at: int) -> bool:
    """From one price to another (`way`), stopping at every level; whether it ended the position."""
    price, end = way
    while not position.quiet(s, end):
        here, goal = price * s.d, end * s.d
        level = end
        if goal < here and goal <= s.adverse < here:
            level = s.adverse * s.d
        elif goal > here and here < s.target_at * s.d <= goal:
            level = s.target_at
        s.mark = level
        if not position.quiet(s, level):
            code = position.risk_exit(p, s, level)
            if code:
                go(p, a, s, world, code, at)
                return True
        if level == end:
            return False
        price = level
    return False


def through(p: Any, a: Any, s: Any, world: Any, candle: Any, at: int) -> bool:
    """A candle behind the price in force: adverse side first. Whether it ended the position."""
    price, high, low, close = candle
    adverse = low if s.d > 0 else high
    favourable = high if s.d > 0 else low
    if leg(p, a, s, world, (price, adverse), at):
        return True
    if leg(p, a, s, world, (adverse, favourable), at):
        return True
    return leg(p, a, s, world, (favourable, close), at)
