"""One backtest: round after round, every symbol that has a candle at that moment (3.8, rule 7)."""

from __future__ import annotations

import math
from typing import Any

from trader.backtest.fast.kernel import entry, going, money, position, resting, rows
from trader.backtest.fast.kernel.forms import Desk, Market, Signals, World
from trader.rules import exits


def simulate(par: Any, acc: Any, sym: Any, market: Market, signals: Signals, desk: Desk) -> None:
    """Walk all candles; trades, account and `desk` hold what became of them.

    One record in `par` and `acc`, one a symbol in `sym`.
    """
    p, a = par[0], acc[0]
    world = World(sym, market, signals, desk)
    alone = len(sym) == 1
    while True:
        if alone:
            resting.skip(p, a, sym[0], world)
        at = _next(sym, market)
        if at < 0:
            break
        _first_prices(p, a, world, at)
        _settle(p, a, world, at)
        for s in sym:
            if s.here and (s.d or s.armed):
                _walk(p, a, s, world, at)
        for s in sym:
            if s.here:
                _close(s, market, desk)
        money.close_round(p, a, sym, at)
        rows.write(a, desk, at)
    _end(p, a, world)


def _next(sym: Any, market: Market) -> int:
    """Start of the next candle of any symbol; -1 at the end of the data."""
    at = -1
    for s in sym:
        if s.row < s.end and (at < 0 or market.time[s.row] < at):
            at = market.time[s.row]
    for s in sym:
        s.here = 1 if s.row < s.end and market.time[s.row] == at else 0
        if s.here:  # read side by side: far away in memory, each of them is waited for
            s.open, s.high = market.open[s.row], market.high[s.row]
            s.low, s.close = market.low[s.row], market.close[s.row]
    return at


def _first_prices(p: Any, a: Any, world: Any, at: int) -> None:
    """Funding, then all first prices: what is held may go, what is flat says what it wants."""
    sym, market = world.sym, world.market
    for s in sym:
        if s.here:
            _fund(a, s, market, at)
    money.begin_round(a, at)
    for s in sym:
        if not s.here:
            continue
        s.prior, s.mark = s.mark, s.open
        s.entered = s.armed = s.wants = s.levels = 0
        s.began_flat = 0 if s.d else 1
        if not s.d:
            entry.look(p, a, s, world, at)
            continue
        code = going.at_first_price(p, s, world, at)
        if code:
            going.go(p, a, s, world, code, at)


def _fund(a: Any, s: Any, market: Market, at: int) -> None:
    """Funding that fell due since this symbol's last candle, at this one's open."""
    while s.due < s.due_end and market.due_time[s.due] <= at:
        if s.d:
            paid = s.d * market.due_rate[s.due] * s.quantity * s.open
            money.pay(a, -paid)
            s.funding += paid
        s.due += 1


def _settle(p: Any, a: Any, world: Any, at: int) -> None:
    """All entries at first prices are decided before any of them meets its stop."""
    for s in world.sym:
        if s.here and s.wants:
            entry.settle(p, a, s, world, at)
    for s in world.sym:
        if s.here and s.d and s.began_flat:
            entry.met_at_once(p, a, s, world, at)


def _walk(p: Any, a: Any, s: Any, world: Any, at: int) -> None:
    """The candle behind its first price, on finer candles where there are some.

    Finer candles are looked at only where the candle itself meets something.
    """
    market, end = world.market, at + p.timeframe
    while s.fine < s.fine_end and market.fine_time[s.fine] < at:
        s.fine += 1
    if _nothing_there(s, world.desk, s.low, s.high):
        ended = False
    elif s.fine == s.fine_end or market.fine_time[s.fine] >= end:
        ended = _candle(p, a, s, world, (s.open, s.high, s.low, s.close), at)
    else:
        ended = _finer(p, a, s, world, at)
    if s.d and not ended:
        s.mark = s.close


def _nothing_there(s: Any, desk: Desk, low: float, high: float) -> bool:
    if s.d:
        return position.quiet(s, low) and position.quiet(s, high)
    return math.isnan(entry.next_level(s, desk.armed, (low, high)))


def _finer(p: Any, a: Any, s: Any, world: Any, at: int) -> bool:
    """All finer candles of a candle, one behind the other."""
    market, place, end = world.market, s.fine, at + p.timeframe
    first = s.mark  # the candle's own first price was seen already
    while place < s.fine_end and market.fine_time[place] < end:
        one = (first, market.fine_high[place], market.fine_low[place], market.fine_close[place])
        if _candle(p, a, s, world, one, at):
            return True
        place += 1
        if place < s.fine_end:
            first = market.fine_open[place]
    return False


def _candle(p: Any, a: Any, s: Any, world: Any, candle: Any, at: int) -> bool:
    """Enter at a level inside, then walk. Whether a position ended or nothing more can happen."""
    first, high, low, close = candle
    if s.d:
        s.mark = first
        code = 0 if position.quiet(s, first) else position.risk_exit(p, s, first)
        if code:
            going.go(p, a, s, world, code, at)
            return True
    elif not _entered(p, a, s, world, candle, at):
        return bool(s.entered or not s.armed)
    return going.through(p, a, s, world, (s.mark, high, low, close), at)


def _entered(p: Any, a: Any, s: Any, world: Any, candle: Any, at: int) -> bool:
    """Whether a level was reached, a position opened, and not lost again at once."""
    first, high, low, _ = candle
    beyond = first != s.mark and entry.touched(p, a, s, world, first, at)
    if not beyond and not entry.inside(p, a, s, world, (low, high), at):
        return False
    entry.met_at_once(p, a, s, world, at)
    return bool(s.d)


def _close(s: Any, market: Market, desk: Desk) -> None:
    """The candle is closed: why nothing was entered, the mark, the cooldown."""
    if s.began_flat and not s.entered and len(desk.masks):
        rows.count(desk, rows.reasons(s, market, desk), 1)
    s.mark = s.close
    s.armed = 0
    if s.rest:
        s.rest -= 1
    s.row += 1


def _end(p: Any, a: Any, world: Any) -> None:
    """What is still open is closed at the last close; the last row shows the books after it."""
    for s in world.sym:
        if s.d:
            at = world.market.time[s.row - 1]
            s.mark = world.market.close[s.row - 1]
            going.go(p, a, s, world, exits.END_OF_DATA, at)
    rows.finish(a, world.desk)
