"""Answers of the exchanges read into columns: types and shapes are checked, nothing is guessed.

What has the shape of an answer is handed on, oldest first, however odd its numbers: those are
repaired and counted by the store. What has not is a `BrokenAnswer`, and is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from trader.domain.time import Millis
from trader.feeds.history.page import TIME, BrokenAnswer, Columns

Answer = Any  # JSON
CANDLE = (TIME, "open", "high", "low", "close", "volume", "turnover")
Place = str | int
_FIRST, _LAST = 1_000_000_000_000, 100_000_000_000_000  # ms: September 2001, the year 5138


def binance_candles(answer: Answer) -> Columns:
    """Rows of `[open time, o, h, l, c, volume, close time, quote volume, ...]`, ascending."""
    return _table(answer, CANDLE, (0, 1, 2, 3, 4, 5, 7))


def upbit_candles(answer: Answer) -> Columns:
    """Objects with `candle_date_time_utc`, newest first."""
    rows = [_with_time(row) for row in reversed(_listed(answer))]
    names = (TIME, "opening_price", "high_price", "low_price", "trade_price")
    volumes = ("candle_acc_trade_volume", "candle_acc_trade_price")
    return _table(rows, CANDLE, (*names, *volumes))


def funding(answer: Answer) -> Columns:
    """Objects with `fundingTime` and `fundingRate`, ascending."""
    return _table(answer, (TIME, "rate"), ("fundingTime", "fundingRate"))


def binance_trades(answer: Answer) -> Columns:
    """Aggregate trades: `T`, `a`, `p`, `q`, and `m` true where the seller took; ascending."""
    rows = _listed(answer)
    columns = _table(rows, (TIME, "id", "price", "quantity"), ("T", "a", "p", "q"))
    return columns | {"side": np.array([_taker(row, "m", sell=True) for row in rows], np.int64)}


def upbit_trades(answer: Answer) -> Columns:
    """Objects with `timestamp`, `sequential_id` and `ask_bid` (ASK: the seller took)."""
    rows = _listed(answer)[::-1]
    names = (TIME, "sequential_id", "trade_price", "trade_volume")
    columns = _table(rows, (TIME, "id", "price", "quantity"), names)
    return columns | {"side": np.array([_taker(row, "ask_bid", sell="ASK") for row in rows], int)}


def binance_book(answer: Answer, now: Millis) -> Columns:
    """`bids` and `asks` as `[price, quantity]`, best first; `T` is the time where there is one."""
    if not isinstance(answer, dict) or not answer.get("bids") or not answer.get("asks"):
        raise BrokenAnswer("an order book without bids or asks came back")
    sides = [_levels(answer["bids"], 1), _levels(answer["asks"], -1)]
    return _book(sides, int(answer.get("T", now)))


def upbit_book(answer: Answer, now: Millis) -> Columns:
    """A list of one book whose `orderbook_units` hold both sides, best first."""
    book = (_listed(answer) or [{}])[0]
    units = book.get("orderbook_units") if isinstance(book, dict) else None
    if not units:
        raise BrokenAnswer("an order book without levels came back")
    bids = _levels([[_of(unit, "bid_price"), _of(unit, "bid_size")] for unit in units], 1)
    asks = _levels([[_of(unit, "ask_price"), _of(unit, "ask_size")] for unit in units], -1)
    return _book([bids, asks], int(book.get("timestamp", now)))


def _table(answer: Answer, names: Sequence[str], places: Sequence[Place]) -> Columns:
    """Columns by name, each from its place in every row."""
    rows = _listed(answer)
    whole = (TIME, "id")
    return {
        name: _column(rows, place, int if name in whole else float, name)
        for name, place in zip(names, places, strict=True)
    }


def _column(rows: list[Any], place: Place, kind: Callable[[Any], Any], name: str) -> Any:
    try:
        values = [kind(row[place]) for row in rows]
        column = np.array(values, np.int64 if kind is int else np.float64)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        raise BrokenAnswer(f"an answer without a readable '{name}' came back") from None
    if name == TIME and len(column) and not _FIRST <= column.min() <= column.max() < _LAST:
        raise BrokenAnswer("an answer with times that are no milliseconds came back")
    return column


def _listed(answer: Answer) -> list[Any]:
    if not isinstance(answer, list):
        raise BrokenAnswer(f"{type(answer).__name__} came back where a list was due")
    return answer


def _of(row: Any, place: Place) -> Any:
    try:
        return row[place]
    except (TypeError, KeyError, IndexError):
        raise BrokenAnswer(f"an answer without '{place}' came back") from None


def _with_time(row: Any) -> dict[str, Any]:
    """A candle of Upbit whose `timestamp`, that of its last trade, becomes that of its start."""
    try:
        start = datetime.fromisoformat(row["candle_date_time_utc"]).replace(tzinfo=UTC)
    except (TypeError, KeyError, ValueError):
        raise BrokenAnswer("a candle without a readable time came back") from None
    return {**row, TIME: round(start.timestamp() * 1_000)}


def _taker(row: Any, place: Place, sell: object) -> int:
    """1: the buyer took, -1: the seller did."""
    return -1 if _of(row, place) == sell else 1


def _levels(rows: list[Any], side: int) -> Columns:
    book = _table(rows, ("price", "quantity"), (0, 1))
    level = np.arange(len(rows), dtype=np.int64)
    return {"side": np.full(len(rows), side, np.int64), "level": level, **book}


def _book(sides: list[Columns], at: Millis) -> Columns:
    """One snapshot: bids (1), then asks (-1), level 0 the best of each."""
    both = {name: np.concatenate([side[name] for side in sides]) for name in sides[0]}
    return {TIME: np.full(len(both["side"]), at, np.int64), **both}
