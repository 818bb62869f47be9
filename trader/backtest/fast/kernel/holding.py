"""A position whose candles meet no level: passed over by blocks of candles (one symbol alone)."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import blocks, forms, money, position, rows
from trader.domain.time import DAY
from trader.rules import exits

_NEAR = 1.0 + 1e-9  # how near to a loss limit every candle is looked at closely


def skip(p: Any, a: Any, s: Any, world: Any) -> None:
    """A position whose candles meet no level, within the day that the limits know."""
    market, desk = world.market, world.desk
    best = s.best
    calm = _calm_until(p, a, s, world)
    end = _valued(p, a, s, market, calm) if calm > s.row else calm
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


def _calm_until(p: Any, a: Any, s: Any, world: Any) -> int:
    """First row that meets a level, brings funding or another day, or on which the owner leaves."""
    market, signals = world.market, world.signals
    until = (a.day + 1) * DAY
    if s.due < s.due_end:
        until = min(until, market.due_time[s.due])
    if p.max_holding > 0:
        until = min(until, s.entry_time + p.max_holding + 1)
    out = forms.SELL if s.d > 0 else forms.COVER
    offset = s.who * len(market.time) - 1
    row, last = s.row, _rows_before(p, market.time, s.row, s.end, until)
    while row < last:
        stop = blocks.end(row, last)
        if stop - row < forms.BLOCK or not _quiet_block(p, s, out, world, row):
            candles = (market.open[row:stop], market.high[row:stop], market.low[row:stop])
            flagged = signals.flags[offset + row : offset + stop]
            calm = _calm(p, s, out, flagged, candles, market.close[row:stop])
            if calm < stop - row:
                return int(row + calm)
        row = stop
    return int(row)


def _quiet_block(p: Any, s: Any, out: int, world: Any, row: int) -> bool:
    """Whether nothing in the block that begins at a row ends the position; the trail follows it.

    A trail as tight as the block's best price makes it is met by no price of the block: then in
    whatever order the prices came, no trail on the way was met.
    """
    market, block = world.market, row // forms.BLOCK
    if not len(world.signals.block_flags) or world.signals.block_flags[block] & out:
        return False
    d, high, low = s.d, market.block_high[block], market.block_low[block]
    adverse, best = (low, high) if d > 0 else (high, low)
    if position.quiet(s, adverse) and position.quiet(s, best):
        return True
    if p.trail <= 0.0 or s.fine != s.fine_end or d * adverse <= s.adverse:
        return False
    if exits.reached(d, best, s.target_at):
        return False
    tightest = exits.trail_level(d, s.entry, best, p.trail, p.activation)
    if exits.met(d, adverse, tightest):
        return False
    _follow(s, best, tightest)
    return True


def _rows_before(p: Any, time: Any, first: int, last: int, until: int) -> int:
    """First row at or after a moment; where no candle is missing, how far away that is is known."""
    if until <= time[first]:
        return first
    last = min(last, first + (until - 1 - time[first]) // p.timeframe + 1)
    if time[last - 1] < until:
        return last
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
    """Whether a candle brings a new best price and meets no level; only then the trail follows."""
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
    _follow(s, best, by_best)
    return True


def _follow(s: Any, best: float, by_best: float) -> None:
    """A new best price and the trail behind it.

    A trail only tightens and the other levels stay: the nearest is the tighter of two.
    """
    d = s.d
    s.best, s.trail_at = best, by_best
    if not math.isnan(by_best):
        s.adverse = max(s.adverse, d * by_best)
    s.limit = d * best if math.isnan(s.target_at) else min(d * s.target_at, d * best)


def _take_back(p: Any, s: Any, favourable: Any, best: float, end: int) -> None:
    """The best price and the trail as they were before row `end`."""
    s.best = best
    for row in range(s.row, end):
        if s.d * favourable[row] > s.d * s.best:
            s.best = favourable[row]
    position.raise_trail(p, s)


def _valued(p: Any, a: Any, s: Any, market: Any, end: int) -> int:
    """Equity of every close up to `end`, or up to one that may meet a loss limit."""
    rows.settle(a)  # the row before this stretch
    a.run_low = a.run_peak
    held = (money.wallet(a), p.margin, s.quantity, s.entry, s.d)
    floor, row = _floor(p, a), s.row
    while row < end:
        stop = blocks.end(row, end)
        if stop - row < forms.BLOCK or not _counted_whole(a, held, market, row, floor):
            seen = _counted(a, held, market.close[row:stop], floor)
            if seen < stop - row:
                end = stop = row + seen
        row = stop
    rows.deepen(a, a.run_peak, a.run_low)
    if row > s.row:
        a.last_equity = a.pending = _worth(held, market.close[row - 1])
        a.peak_equity = max(a.peak_equity, a.run_peak)
    return int(row)


def _counted_whole(a: Any, held: Any, market: Any, row: int, floor: float) -> bool:
    """Count a block by its extremes, unless it has a new peak or may meet a limit."""
    block = row // forms.BLOCK
    best, worst = _worth(held, market.block_top[block]), _worth(held, market.block_bottom[block])
    best, worst = max(best, worst), min(best, worst)
    if best > a.run_peak or worst <= floor:
        return False
    a.run_low = min(a.run_low, worst)
    return True


def _counted(a: Any, held: Any, close: Any, floor: float) -> int:
    """Count closes one by one, as many as are above the floor."""
    top, bottom = a.run_peak, a.run_low
    seen = len(close)
    for place in range(len(close)):
        now = _worth(held, close[place])
        if now <= floor:
            seen = place
            break
        if now > top:
            rows.deepen(a, top, bottom)
            top = bottom = now
        elif now < bottom:
            bottom = now
    a.run_peak, a.run_low = top, bottom
    return int(seen)


def _worth(held: Any, price: float) -> float:
    """Equity at a price. `held`: (wallet, margin venue, quantity, entry price, direction)."""
    base, margin, unit, cost, d = held
    return float(base + (unit * (price - cost) * d if margin else unit * price))


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
