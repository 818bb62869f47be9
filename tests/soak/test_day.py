"""A day of market time: memory, tasks, files and every container stay as they were.

An hour with 30 symbols, or a day with 100 by `make soak`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.day import VENUES, Day, Seen
from trader.domain.time import HOUR, MINUTE
from trader.engine.closing import KELLY_KEPT
from trader.engine.orders import KEEP_ENDED

LONG = bool(os.environ.get("SOAK"))
HOURS, SYMBOLS = (24, 100) if LONG else (1, 30)
LOOK_EVERY = HOUR if LONG else 10 * MINUTE
SETTLED = 1  # the look from which on nothing may grow: after two hours, or twenty minutes
MEGABYTES = 50
REMEMBERED = 2_000  # orders that ended, on each exchange
STRATEGIES = 2

# What fills up to a bound, on three venues together; everything else is full from the start.
BOUNDS = {
    "State.fill_ids": 50_000,
    "State.venue_by_order": len(VENUES) * KEEP_ENDED + 5 * SYMBOLS,
    "VenueState.ended": len(VENUES) * KEEP_ENDED,
    "VenueState.entries_sent": len(VENUES) * 64,
    "VenueState.results": len(VENUES) * STRATEGIES * (KELLY_KEPT + 1),
    "Orders._ended": len(VENUES) * REMEMBERED,
    "Orders._latest": len(VENUES) * REMEMBERED + 5 * SYMBOLS,
}


@pytest.mark.soak
async def test_a_day_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = await Day(tmp_path, SYMBOLS).play(HOURS, LOOK_EVERY)
    with capsys.disabled():
        print(f"\n{told(seen)}")
    settled, last = seen.looks[SETTLED], seen.looks[-1]
    assert seen.trades > SYMBOLS, "too little happened to say anything"
    assert (last.memory - settled.memory) / 1e6 < MEGABYTES
    assert {look.tasks for look in seen.looks} == {settled.tasks}
    assert max(look.handles for look in seen.looks) <= settled.handles
    assert grown(seen) == {}


def grown(seen: Seen) -> dict[str, tuple[int, int]]:
    """Containers that hold more at the end than they may, with what they held once settled."""
    settled, last = seen.looks[SETTLED].sizes, seen.looks[-1].sizes
    bounds = BOUNDS | {"Orders._used": seen.orders}  # an exchange never takes an id twice
    return {
        name: (settled.get(name, 0), size)
        for name, size in last.items()
        if size > bounds.get(name, settled.get(name, 0) * 1.2 + 2 * SYMBOLS)
    }


def told(seen: Seen) -> str:
    """One line for people."""
    settled, last = seen.looks[SETTLED], seen.looks[-1]
    return (
        f"{HOURS} h of market time, {SYMBOLS} symbols: {seen.events:,} events, "
        f"{seen.orders:,} orders, {seen.trades:,} trades in {seen.seconds:.0f} s, "
        f"{seen.seconds / seen.events * 1e6:.0f} us an event, "
        f"memory {settled.memory / 1e6:.0f} -> {last.memory / 1e6:.0f} MB"
    )
