"""Stretches in which nothing happens, passed over at the speed of memory (one symbol alone)."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import blocks, forms, holding, money, rows
from trader.domain.time import DAY

_WISHES = forms.LONG | forms.SHORT


def skip(p: Any, a: Any, s: Any, world: Any) -> None:
    """Move on to the next candle in which something may happen, writing the rows between."""
    if s.row >= s.end or s.row == s.begin:
        return
    if s.d:
        if not s.forced:
            holding.skip(p, a, s, world)
    elif not s.rest and len(world.signals.share) == 1:
        _flat(p, a, s, world)


def _flat(p: Any, a: Any, s: Any, world: Any) -> None:
    """Nothing held, nothing wanted, or only at a level that the candle does not reach."""
    market, signals, desk = world.market, world.signals, world.desk
    at = market.time[s.row]
    if money.halts(a, at) or a.last_equity < p.min_balance * a.initial:
        return
    once_until = (desk.entry_day[s.place, 0] + 1) * DAY if signals.once[0] else 0
    if at < once_until:
        return
    end = s.row + _dull(s, market, signals)
    if len(desk.masks):
        _count(p, s, world, end)
    if len(desk.equity):
        cash, shift = money.spendable(a), a.rounds - s.row
        for row in range(s.row, end):
            desk.round_time[row + shift] = market.time[row]
            desk.equity[row + shift] = a.last_equity
            desk.cash[row + shift] = cash
    if end > s.row:
        s.mark = market.close[end - 1]
        a.rounds += end - s.row
        s.row = end


def _dull(s: Any, market: Any, signals: Any) -> int:
    """How many candles want nothing, or only at a level out of their reach."""
    row, end = s.row, s.end
    if not len(signals.long_level):
        return _without_wish(signals, row, end)
    flags, high, low = signals.flags[row - 1 : end - 1], market.high[row:end], market.low[row:end]
    above, below = signals.long_level[row - 1 : end - 1], signals.short_level[row - 1 : end - 1]
    for place in range(len(low)):
        wanted = flags[place]
        if wanted & (forms.LONG | forms.LONG_BLOCKED) == forms.LONG:
            if not above[place] > high[place]:
                return place
        if wanted & (forms.SHORT | forms.SHORT_BLOCKED) == forms.SHORT:
            if not below[place] < low[place]:
                return place
    return len(low)


def _without_wish(signals: Any, first: int, end: int) -> int:
    """How many candles from `first` on hear no wish that is not blocked."""
    row = first
    while row < end:
        stop = blocks.end(row, end)
        if stop - row < forms.BLOCK or signals.block_flags[row // forms.BLOCK] & _WISHES:
            flags = signals.flags[row - 1 : stop - 1]
            for place in range(len(flags)):
                if flags[place] & (forms.LONG | forms.LONG_BLOCKED) == forms.LONG:
                    return row + place - first
                if flags[place] & (forms.SHORT | forms.SHORT_BLOCKED) == forms.SHORT:
                    return row + place - first
        row = stop
    return end - first


def _count(p: Any, s: Any, world: Any, end: int) -> None:
    """Why nothing was entered in a dull stretch up to `end`; most rows say what the last said."""
    market, signals, desk = world.market, world.signals, world.desk
    flags, hold = signals.flags, signals.hold
    longs, shorts = signals.long_blocks, signals.short_blocks
    mask, times = 0, 0
    for row in range(s.row, end):
        if flags[row - 1] & (forms.LONG | forms.SHORT):
            here = _mask(signals, market.high[row], market.low[row], row - 1)
        else:
            here = hold[row - 1] | longs[row - 1]
            if p.shorts:
                here |= shorts[row - 1]
        if here != mask:
            rows.count(desk, mask, times)
            mask, times = here, 0
        times += 1
    rows.count(desk, mask, times)


def _mask(signals: Any, high: float, low: float, row: int) -> int:
    """Why nothing was entered although something was wanted: blocked, or out of reach."""
    mask, levels, reached, flags = 0, 0, False, signals.flags[row]
    waits = len(signals.long_level) > 0
    if flags & forms.LONG:
        mask |= signals.long_blocks[row]
        if waits and not math.isnan(signals.long_level[row]):
            levels += 1
            reached = reached or high >= signals.long_level[row]
    if flags & forms.SHORT:
        mask |= signals.short_blocks[row]
        if waits and not math.isnan(signals.short_level[row]):
            levels += 1
            reached = reached or low <= signals.short_level[row]
    return mask | forms.NOT_REACHED if levels and not reached else mask
