"""Stretches in which nothing happens, passed over at the speed of memory (one symbol alone)."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import forms, money, position, rows
from trader.domain.time import DAY
from trader.rules import exits

_NEAR = 1.0 + 1e-9  # how near to a loss limit every candle is looked at closely


def skip(p: Any, a: Any, s: Any, world: Any) -> None:
    """Move on to the next candle in which something may happen, writing the rows between."""
    if s.row >= s.end or s.row == s.begin:
        return
    if s.d:
        if not s.forced:
            _held(p, a, s, world)
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
    flags, high, low = signals.flags[row - 1 : end - 1], market.high[row:end], market.low[row:end]
    if not len(signals.long_level):
        return _without_wish(flags)
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


def _without_wish(flags: Any) -> int:
    for place in range(len(flags)):
        if flags[place] & (forms.LONG | forms.LONG_BLOCKED) == forms.LONG:
            return place
        if flags[place] & (forms.SHORT | forms.SHORT_BLOCKED) == forms.SHORT:
            return place
    return len(flags)


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


def _held(p: Any, a: Any, s: Any, world: Any) -> None:
    """A position whose candles meet no level, within the day that the limits know."""
    market, signals, desk = world.market, world.signals, world.desk
    best = s.best
    calm = _calm_until(p, a, s, market, signals.flags)
    end = _valued(p, a, s, market.close, calm) if calm > s.row else calm
    if end < calm and p.trail > 0.0:
        _take_back(p, s, market.high if s.d > 0 else market.low, best, end)
    if end == s.row:
        return
    if len(desk.equity):
        _write(p, a, s, market, desk, end)
    desk.daily[a.day - a.first_day] = a.last_equity
    a.rounds += end - s.row
    a.exposed += end - s.row
    s.mark = market.close[end - 1]
    s.row = end


def _calm_until(p: Any, a: Any, s: Any, market: Any, flags: Any) -> int:
    """First row that meets a level, brings funding or another day, or on which the owner leaves."""
    until = (a.day + 1) * DAY
    if s.due < s.due_end:
        until = min(until, market.due_time[s.due])
    if p.max_holding > 0:
        until = min(until, s.entry_time + p.max_holding + 1)
    out = forms.SELL if s.d > 0 else forms.COVER
    row, last = s.row, _rows_before(market.time, s.row, s.end, until)
    offset = s.who * len(market.time) - 1
    candles = (market.open[row:last], market.high[row:last], market.low[row:last])
    flagged = flags[offset + row : offset + last]
    return int(row + _calm(p, s, out, flagged, candles, market.close[row:last]))


def _rows_before(time: Any, first: int, last: int, until: int) -> int:
    """First row at or after a moment."""
    while first < last:
        middle = (first + last) // 2
        if time[middle] < until:
            first = middle + 1
        else:
            last = middle
    return first


def _calm(p: Any, s: Any, out: int, flags: Any, candles: Any, close: Any) -> int:
    """How many candles meet no level but a new best price, and bring no signal to leave.

    The slices begin with the candle at hand: a compiler sees that no place is negative.
    """
    opened, high, low = candles
    under = s.adverse if s.d > 0 else -s.limit
    over = s.limit if s.d > 0 else -s.adverse
    for place in range(len(low)):
        if flags[place] & out:
            return place
        if not (low[place] > under and high[place] < over):
            if not _rises(p, s, (opened[place], high[place], low[place], close[place])):
                return place
            under = s.adverse if s.d > 0 else -s.limit
            over = s.limit if s.d > 0 else -s.adverse
    return len(low)


def _rises(p: Any, s: Any, candle: Any) -> bool:
    """Whether a candle brings a new best price and meets no level; only then the trail follows.

    A trail only tightens and the other levels stay: the nearest is the tighter of two.
    """
    opened, high, low, close = candle
    d = s.d
    adverse, best = (low, high) if d > 0 else (high, low)
    if p.trail <= 0.0 or s.fine != s.fine_end or d * best < d * s.best:
        return False
    if exits.met(d, adverse, d * s.adverse) or exits.reached(d, best, s.target_at):
        return False
    if d * opened > d * s.best:  # the open raises the trail before the way down
        by_first = exits.trail_level(d, s.entry, opened, p.trail, p.activation)
        if exits.met(d, adverse, by_first):
            return False
    by_best = exits.trail_level(d, s.entry, best, p.trail, p.activation)
    if exits.met(d, close, by_best):
        return False
    s.best, s.trail_at = best, by_best
    if not math.isnan(by_best):
        s.adverse = max(s.adverse, d * by_best)
    s.limit = d * best if math.isnan(s.target_at) else min(d * s.target_at, d * best)
    return True


def _take_back(p: Any, s: Any, favourable: Any, best: float, end: int) -> None:
    """The best price and the trail as they were before row `end`."""
    s.best = best
    for row in range(s.row, end):
        if s.d * favourable[row] > s.d * s.best:
            s.best = favourable[row]
    position.raise_trail(p, s)


def _valued(p: Any, a: Any, s: Any, close: Any, end: int) -> int:
    """Equity of every close up to `end`, or up to one that may meet a loss limit."""
    floor, base = _floor(p, a), money.wallet(a)
    rows.settle(a)  # the row before this stretch
    top, bottom, worth = a.run_peak, a.run_peak, a.pending
    part, margin, unit, cost, d = close[s.row : end], p.margin, s.quantity, s.entry, s.d
    seen = len(part)
    for place in range(len(part)):
        now = base + (unit * (part[place] - cost) * d if margin else unit * part[place])
        if now <= floor:
            seen = place
            break
        worth = now
        if worth > top:
            rows.deepen(a, top, bottom)
            top = bottom = worth
        elif worth < bottom:
            bottom = worth
    rows.deepen(a, top, bottom)
    a.run_peak, a.pending = top, worth
    if seen:
        a.last_equity = worth
        a.peak_equity = max(a.peak_equity, top)
    return int(s.row + seen)


def _write(p: Any, a: Any, s: Any, market: Any, desk: Any, end: int) -> None:
    base, cash, shift = money.wallet(a), money.spendable(a), a.rounds - s.row
    close, margin, unit, cost, d = market.close, p.margin, s.quantity, s.entry, s.d
    for row in range(s.row, end):
        desk.round_time[row + shift] = market.time[row]
        held = unit * (close[row] - cost) * d if margin else unit * close[row]
        desk.equity[row + shift] = base + held
        desk.cash[row + shift] = cash


def _floor(p: Any, a: Any) -> float:
    """Equity at or under which a limit might be met (a little above: divisions round)."""
    floor = -math.inf
    if p.daily > 0.0:
        floor = max(floor, a.day_start * (1.0 - p.daily))
    if p.weekly > 0.0:
        floor = max(floor, a.week_start * (1.0 - p.weekly))
    if p.monthly > 0.0:
        floor = max(floor, a.month_start * (1.0 - p.monthly))
    if p.daily_amount > 0.0:
        floor = max(floor, a.day_start - p.daily_amount)
    return floor * _NEAR if floor > 0.0 else floor
