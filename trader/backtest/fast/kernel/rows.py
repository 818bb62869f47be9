"""What is written round by round: equity, cash, days, the deepest fall, reasons for nothing."""

from __future__ import annotations

from typing import Any

from trader.backtest.fast.kernel import forms, money
from trader.domain.time import day_of


def write(a: Any, desk: Any, at: int) -> None:
    """One row a round, values at its close."""
    if len(desk.equity):
        desk.round_time[a.rounds] = at
        desk.equity[a.rounds] = a.last_equity
        desk.cash[a.rounds] = money.spendable(a)
    a.rounds += 1
    a.exposed += a.round_held
    note(a, desk, a.last_equity, at)


def note(a: Any, desk: Any, worth: float, at: int) -> None:
    """A day's equity and the deepest fall; the newest row waits, the end of data may change it."""
    settle(a)
    a.pending = worth
    desk.daily[day_of(at) - a.first_day] = worth


def settle(a: Any) -> None:
    """The newest row counts."""
    if a.pending > a.run_peak:
        a.run_peak = a.pending
    else:
        deepen(a, a.run_peak, a.pending)


def deepen(a: Any, top: float, bottom: float) -> None:
    """The deepest fall so far, as a fraction of the peak before it."""
    if top > 0.0:
        a.fall = max(a.fall, (top - bottom) / top)


def finish(a: Any, desk: Any) -> None:
    """The last row shows the values after everything was closed."""
    if not a.rounds:
        return
    worth = money.wallet(a)
    if len(desk.equity):
        desk.equity[a.rounds - 1] = worth
        desk.cash[a.rounds - 1] = money.spendable(a)
    a.pending = worth
    settle(a)
    desk.daily[len(desk.daily) - 1] = worth


def reasons(s: Any, market: Any, desk: Any) -> int:
    """Why a symbol that began flat was not entered; a level that nobody touched is a reason."""
    high, low = s.high, s.low
    reached = s.levels == 0
    for place in range(s.levels):
        wish = desk.levels[s.place, place]
        within = high >= wish.level if wish.d > 0 else low <= wish.level
        reached = reached or within
    return int(s.mask) if reached else int(s.mask) | forms.NOT_REACHED


def count(desk: Any, mask: int, times: int) -> None:
    """Count a mask in an open-addressed table (nothing is no reason)."""
    size = len(desk.masks)
    if not mask or not size:
        return
    place = mask * 2_654_435_761 % size  # Knuth's multiplicative hash
    while desk.masks[place] != mask and desk.mask_counts[place]:
        place = (place + 1) % size
    desk.masks[place] = mask
    desk.mask_counts[place] += times
