"""Why a recorded trade is not the backtest's: which causes are asked, in which order.

A cause is a small function that answers with words when the recording proves it. What none of
them explains is unexplained.
"""

from __future__ import annotations

from trader.backtest.replay.trades import entering, filling, leaving, presence
from trader.backtest.replay.trades.case import (
    AGE,
    AWAY,
    BEYOND,
    BY_HAND,
    CHANGED,
    CONTROL,
    FOLLOWS,
    HALTED,
    INSIDE,
    LAST,
    MINIMUM,
    MISSED,
    NONE,
    REAL,
    SIZE,
    STREAM,
    UNFILLED,
    WARM_UP,
    Case,
)  # fmt: skip
from trader.backtest.replay.trades.entering import Cause, coded
from trader.backtest.replay.trades.trips import (
    ENTRY,
    ENTRY_PRICE,
    EXIT,
    EXIT_PRICE,
    QUANTITY,
    Unlike,
)  # fmt: skip
from trader.backtest.replay.wording import Why, why

_ABSENT: tuple[Cause, ...] = ((LAST, presence.last_candle), (BY_HAND, presence.by_hand))
_PRICES: tuple[Cause, ...] = (
    *_ABSENT, (AWAY, presence.away), (STREAM, filling.stream_price), (REAL, filling.real_fill),
)  # fmt: skip
_TABLE: dict[tuple[str, str], tuple[Cause, ...]] = {
    (ENTRY, "tested"): (
        (AWAY, presence.away), coded(HALTED), coded(WARM_UP), coded(AGE), coded(MINIMUM),
        coded(CONTROL), (UNFILLED, entering.unfilled), (MISSED, entering.level_missed),
        (CHANGED, presence.changed), (FOLLOWS, entering.other_books),
        (STREAM, entering.other_first_price),
    ),
    (ENTRY, "recorded"): (
        *_ABSENT, (AWAY, presence.away), (BEYOND, entering.price_beyond),
        (CHANGED, presence.changed), (FOLLOWS, entering.tested_busy),
        (STREAM, entering.other_first_price),
    ),
    (ENTRY_PRICE, "both"): _PRICES,
    (EXIT_PRICE, "both"): _PRICES,
    (QUANTITY, "both"): (
        (SIZE, filling.step_or_fee), (SIZE, filling.same_money), (AWAY, presence.away),
        (SIZE, filling.other_means),
    ),
    (EXIT, "both"): (
        *_ABSENT, (HALTED, presence.loss_limit), (AWAY, presence.away),
        (CHANGED, presence.changed), (BEYOND, leaving.exit_beyond), (MISSED, leaving.exit_missed),
        (INSIDE, leaving.inside), (STREAM, leaving.other_entry),
        (STREAM, entering.other_first_price),
    ),
}  # fmt: skip


def cause_of(case: Case) -> tuple[str, Why]:
    """The first cause that holds, and its words."""
    for name, holds in _TABLE[case.one.what, _side(case.one)]:
        found = holds(case)
        if found is not None:
            return name, found
    return NONE, why("no_reason")


def _side(one: Unlike) -> str:
    return "both" if one.recorded and one.tested else "recorded" if one.recorded else "tested"
