"""The common strategy as vectorbt says it; the first word names its engine, `rust` or `numba`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import vectorbt as vbt
from vectorbt.generic import dispatch as generic
from vectorbt.portfolio.enums import StopEntryPrice, StopExitPrice, TradeStatus

from benchmarks.peers.theirs.stopwatch import (
    CAPITAL,
    FEE,
    TARGETS,
    TRAIL,
    WIDTHS,
    Came,
    Contestant,
    Told,
    main,
)

# A signal of row i fills at the open of row i + 1. Said as an order of row i at that price, not
# as one of row i + 1: vectorbt looks for stops only in rows after the order's.
ENGINE = sys.argv[1]


def load(file: str) -> Any:
    """Open, high, low, close, and the open that follows each row."""
    _, opens, high, low, close = np.load(file)[:5]
    return opens, high, low, close, np.append(opens[1:], np.nan)


def average(close: Any) -> Any:
    """EMA50 that begins as the mean of the first 50: the 49 before it are made unknown."""
    seeded = close.copy()
    seeded[:49], seeded[49] = np.nan, close[:50].mean()
    return generic.ewm_mean_1d(seeded, 50, 0, False, engine=ENGINE)  # noqa: FBT003  theirs


def entries(close: Any, trend: Any, width: float) -> Any:
    """The close crosses above the upper band and is above the EMA. vectorbt's ddof is 0."""
    upper = vbt.BBANDS.run(close, window=20, alpha=width, engine=ENGINE).upper.to_numpy()
    above = close > upper
    crossed = np.append(False, above[1:] & (close[:-1] <= upper[:-1]))
    crossed &= close > trend
    crossed[-1] = False  # no open follows
    return crossed


def portfolio(bars: Any, wanted: Any, target: Any) -> Any:
    """One stop is all vectorbt has: the trail, which lies above the 1.5 % stop from the start."""
    opens, high, low, close, following = bars
    columns = (wanted.shape[1],) if wanted.ndim > 1 else ()

    def wide(values: Any) -> Any:
        return np.broadcast_to(values[:, None], (len(values), *columns)) if columns else values

    return vbt.Portfolio.from_signals(
        wide(close),
        entries=wanted,
        exits=False,
        price=wide(following),
        open=wide(opens),
        high=wide(high),
        low=wide(low),
        sl_stop=TRAIL,
        sl_trail=True,
        tp_stop=target,
        stop_entry_price=StopEntryPrice.FillPrice,
        stop_exit_price=StopExitPrice.StopMarket,
        fees=FEE,
        init_cash=CAPITAL,
        direction="longonly",
        engine=ENGINE,
    )


def backtest(bars: Any, width: float, target: float) -> Any:
    """Indicators, signals, simulation."""
    close = bars[3]
    return portfolio(bars, entries(close, average(close), width), target)


def told(result: Any) -> Told:
    """Its closed trades; an order of row i filled at the open of row i + 1."""
    records = result.trades.records
    closed = records[records["status"] == TradeStatus.Closed]
    still = records[records["status"] == TradeStatus.Open]
    names = ("entry_idx", "exit_idx", "entry_price", "exit_price")
    rows = zip(*(closed[name].tolist() for name in names), strict=True)
    trades = [(entry + 1, last, paid, got) for entry, last, paid, got in rows]
    return Told(trades, float(result.final_value()), float(still["entry_price"].sum()))


def sweep(bars: Any) -> Iterator[Came]:
    """All targets of one width side by side: more columns at once do not fit into memory."""
    close = bars[3]
    trend = average(close)
    for width in WIDTHS:
        wanted = np.repeat(entries(close, trend, width)[:, None], len(TARGETS), axis=1)
        result = portfolio(bars, wanted, np.array(TARGETS))
        counts = np.asarray(result.trades.count())
        equities = np.asarray(result.final_value())
        yield from zip(counts.tolist(), equities.tolist(), strict=True)


if __name__ == "__main__":
    sys.exit(main(Contestant(load, backtest, told, sweep), sys.argv[2:]))
