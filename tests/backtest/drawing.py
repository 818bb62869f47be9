"""Candle files, plans and results drawn in a few lines, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trader.backtest.data import Loaded, Wanted, find, load
from trader.backtest.plan import BacktestPlan, BacktestResult, Series, Source
from trader.backtest.rows import candles_of
from trader.domain.parameters import Parameters
from trader.domain.position import ClosedTrade, Direction, ExitReason
from trader.domain.rows import Rows
from trader.domain.time import HOUR, Timeframe

T0 = 1_704_067_200_000  # 2024-01-01 00:00 UTC, a Monday
H1 = Timeframe("1h", HOUR)
NAMES = ("timestamp", "open", "high", "low", "close", "volume")


def parquet(path: Path, rows: Sequence[Sequence[Any]], names: Sequence[str] = NAMES) -> Path:
    """A Parquet file of these rows."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    pq.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), path)
    return path


def flat(hours: Sequence[int], price: float = 100.0) -> list[tuple[Any, ...]]:
    """Candles that stand still, one at each of these hours after T0."""
    return [(T0 + hour * HOUR, price, price + 1, price - 1, price, 5.0) for hour in hours]


def loaded(*paths: Path, venue: str | None = None, **wanted: Any) -> Loaded:
    """What `find` and `load` make of these paths."""
    return load(find(paths, venue), Wanted(**wanted))


def series(closes: Sequence[float], key: str = "upbit:BTC/KRW", start: int = 0) -> Series:
    """Hourly candles from T0 that open where the last one closed."""
    close = np.array(closes, dtype=np.float64)
    first = np.concatenate((close[:1], close[:-1]))
    time = T0 + HOUR * np.arange(len(close), dtype=np.int64)
    rows = Rows(
        time, first, np.maximum(first, close), np.minimum(first, close), close, close * 0 + 9
    )
    source = Source("a.parquet", "1h", len(close), len(close), 0, T0, int(time[-1]))
    return Series(key, candles_of(rows, H1), source, start)


def plan(*symbols: Series, capital: float = 1_000.0, **parameters: Any) -> BacktestPlan:
    """A plan on hourly candles of Upbit."""
    shared = Parameters(timeframe=H1, initial_capital=capital, **parameters)
    return BacktestPlan(symbols, shared, symbols[0].key.partition(":")[0], "drawn")


def trade(pnl: float | Decimal, exit_hour: int = 1, **changed: Any) -> ClosedTrade:
    """A closed trade of one coin at 100 that made this much."""
    values: dict[str, Any] = {
        "id": f"t{exit_hour}",
        "key": "upbit:BTC/KRW",
        "strategy": "breakout",
        "direction": Direction.LONG,
        "entry_time": T0,
        "entry_price": Decimal(100),
        "quantity": Decimal(1),
        "exit_time": T0 + exit_hour * HOUR,
        "exit_price": Decimal(100),
        "exit_reason": ExitReason.TAKE_PROFIT,
        "leverage": 1.0,
        "fees": Decimal("0.1"),
        "funding": Decimal(0),
        "pnl": Decimal(str(pnl)),
        "pnl_percent": Decimal(str(pnl)),
        "opened_at": T0,
        "closed_at": T0 + exit_hour * HOUR,
    }
    return ClosedTrade(**(values | changed))


def result(
    equity: Sequence[float], trades: Sequence[ClosedTrade] = (), **changed: Any
) -> BacktestResult:
    """A result whose equity has one row an hour from T0."""
    values: dict[str, Any] = {
        "trades": tuple(trades),
        "time": T0 + HOUR * np.arange(len(equity), dtype=np.int64),
        "equity": np.array(equity, dtype=np.float64),
        "cash": np.array(equity, dtype=np.float64),
        "exposed": 0,
        "no_entry_reasons": {},
        "stopped_in_entry_candle": 0,
        "fee": 0.0005,
    }
    return BacktestResult(**(values | changed))
