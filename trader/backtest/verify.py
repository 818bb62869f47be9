"""Both engines on the same plan, and where they differ: nowhere, if we did our work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trader.backtest.plan import BacktestPlan, BacktestResult, Progress
from trader.domain.instrument import symbol_of
from trader.domain.position import ClosedTrade
from trader.domain.time import Millis

NEAR = 1e-9  # relative, of prices, quantities and money (specification 3.8)
OF_VALUE = 1e-12  # money may differ by this share of the trade's value
_PRICES = ("entry_price", "exit_price", "quantity", "leverage")
_MONEY = ("fees", "funding", "pnl")
Engine = Callable[[BacktestPlan, Progress | None], BacktestResult]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which the engines do not agree. `at`: candle start (ms UTC), None: the whole."""

    what: str
    symbol: str
    at: Millis | None
    fast: str
    live: str


def engine(name: str) -> Engine:
    """`fast` or `live`."""
    if name == "live":
        from trader.backtest.run import run

        return run
    from trader.backtest.fast import run as run_fast

    return run_fast


def traded(
    plan: BacktestPlan, progress: Progress | None, name: str, *, compare: bool
) -> tuple[BacktestResult, list[Difference]]:
    """The engine's result; with `compare` the fast one's, and how the live one's differs."""
    if not compare:
        return engine(name)(plan, progress), []
    fast = engine("fast")(plan, None)
    return fast, differences(fast, engine("live")(plan, progress))


def differences(fast: BacktestResult, live: BacktestResult) -> list[Difference]:
    """Trades, equity, cash and reasons, compared one by one."""
    return [*_trades(fast, live), *_rows(fast, live), *_counts(fast, live)]


def _trades(fast: BacktestResult, live: BacktestResult) -> Iterator[Difference]:
    ours, theirs = ({_identity(t): t for t in one.in_exit_order()} for one in (fast, live))
    for identity in sorted(set(ours) | set(theirs)):
        if identity not in theirs:
            yield _alone(ours[identity], "fast")
        elif identity not in ours:
            yield _alone(theirs[identity], "live")
        else:
            yield from _numbers(ours[identity], theirs[identity])


def _alone(t: ClosedTrade, who: str) -> Difference:
    shown, none = f"{t.direction.word}, out by {t.exit_reason}", "no such trade"
    cells = (shown, none) if who == "fast" else (none, shown)
    return Difference("trade", symbol_of(t.key), t.entry_time, *cells)


def _identity(t: ClosedTrade) -> tuple[Any, ...]:
    return t.entry_time, t.exit_time, t.key, t.strategy, t.direction.word, str(t.exit_reason)


def _numbers(one: ClosedTrade, other: ClosedTrade) -> Iterator[Difference]:
    room = OF_VALUE * float(other.entry_price * other.quantity)
    for name in (*_PRICES, *_MONEY):
        a, b = float(getattr(one, name)), float(getattr(other, name))
        if abs(a - b) > NEAR * abs(b) + (room if name in _MONEY else 0.0):
            yield Difference(name, symbol_of(one.key), one.entry_time, repr(a), repr(b))


def _rows(fast: BacktestResult, live: BacktestResult) -> Iterator[Difference]:
    if fast.time.tolist() != live.time.tolist():
        yield Difference("candles", "", None, str(len(fast.time)), str(len(live.time)))
        return
    for name in ("equity", "cash"):
        a, b = getattr(fast, name), getattr(live, name)
        room = NEAR * np.maximum(np.abs(live.equity), np.abs(b))
        wrong = np.flatnonzero(np.abs(a - b) > room)
        if len(wrong):
            row = int(wrong[0])
            yield Difference(
                name, "", int(fast.time[row]), repr(float(a[row])), repr(float(b[row]))
            )


def _counts(fast: BacktestResult, live: BacktestResult) -> Iterator[Difference]:
    ours = dict(fast.no_entry_reasons) | _counted(fast)
    theirs = dict(live.no_entry_reasons) | _counted(live)
    for name in sorted(set(ours) | set(theirs)):
        if ours.get(name, 0) != theirs.get(name, 0):
            yield Difference(name, "", None, str(ours.get(name, 0)), str(theirs.get(name, 0)))


def _counted(result: BacktestResult) -> dict[str, int]:
    return {
        "exposed": result.exposed,
        "stopped_in_entry_candle": result.stopped_in_entry_candle,
    }
