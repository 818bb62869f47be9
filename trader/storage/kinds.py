"""The kinds of market data that are kept: columns, what tells rows apart, what is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.domain.rows import Rows
from trader.domain.spans import Spans, joined
from trader.domain.time import MINUTE, Millis, Timeframe
from trader.storage.repairs import repaired

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = dict[str, "NDArray[Any]"]  # arrays of one length by name; `timestamp` is int64 ms UTC
TIME = "timestamp"
CANDLE = (TIME, "open", "high", "low", "close", "volume", "turnover")
MARK = "_mark"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `whole`: its columns of whole numbers. `identity`: rows equal in it are one row.

    `step`: ms from row to row, 0 where rows come as they come.
    """

    columns: tuple[str, ...]
    whole: tuple[str, ...]
    identity: tuple[str, ...]
    mended: Callable[[Columns, Millis], tuple[Columns, dict[str, int]]]
    step: Millis = 0


def kind_of(what: str) -> Kind:
    """The kind of `1h`, `1h_mark`, `funding`, `trades`, `books`. Raises `BadInput`."""
    if what in _KINDS:
        return _KINDS[what]
    step = Timeframe.parse(what.removesuffix(MARK)).ms
    return Kind(CANDLE, (TIME,), (TIME,), _mended_candles, step)


def runs(time: NDArray[np.int64], step: Millis) -> Spans:
    """What ascending times cover without a hole; without a step from the first to the last."""
    if not len(time):
        return ()
    if not step:
        return ((int(time[0]), int(time[-1]) + 1),)
    breaks = np.flatnonzero(np.diff(time) > step)
    first = time[np.concatenate(([0], breaks + 1))]
    last = time[np.concatenate((breaks, [len(time) - 1]))]
    return joined(zip(first.tolist(), (last + step).tolist(), strict=True))


def is_candles(what: str) -> bool:
    """Whether these are candles of trades: neither mark prices nor anything else."""
    return what not in _KINDS and not what.endswith(MARK)


def rows_of(columns: Columns) -> Rows:
    """Columns of candles as `Rows`."""
    return Rows(*(columns[name] for name in CANDLE))


def columns_of(rows: Rows) -> Columns:
    """`Rows` as columns; what has no turnover gets volume x close."""
    turnover = rows.volume * rows.close if rows.turnover is None else rows.turnover
    numbers = (rows.open, rows.high, rows.low, rows.close, rows.volume, turnover)
    return dict(zip(CANDLE, (rows.time, *numbers), strict=True))


def _mended_candles(columns: Columns, step: Millis) -> tuple[Columns, dict[str, int]]:
    rows, counts = repaired(rows_of(columns), step)
    return columns_of(rows), counts


def _mended_funding(columns: Columns, _: Millis) -> tuple[Columns, dict[str, int]]:
    """Times moved down to the full minute: exchanges settle some milliseconds late."""
    known = np.isfinite(columns["rate"])
    kept = {name: column[known] for name, column in columns.items()}
    kept[TIME] = kept[TIME] - kept[TIME] % MINUTE
    return kept, {"nan_or_infinite": int(np.count_nonzero(~known))}


def _mended_trades(columns: Columns, _: Millis) -> tuple[Columns, dict[str, int]]:
    """A trade without a price or an amount is none."""
    good = (columns["price"] > 0) & (columns["quantity"] > 0)
    good &= np.isfinite(columns["price"]) & np.isfinite(columns["quantity"])
    kept = {name: column[good] for name, column in columns.items()}
    return kept, {"impossible": int(np.count_nonzero(~good))}


_KINDS = {
    "funding": Kind((TIME, "rate"), (TIME,), (TIME,), _mended_funding),
    "trades": Kind(
        (TIME, "id", "price", "quantity", "side"), (TIME, "id", "side"), (TIME, "id"),
        _mended_trades,
    ),
    "books": Kind(
        (TIME, "side", "level", "price", "quantity"), (TIME, "side", "level"),
        (TIME, "side", "level"), _mended_trades,
    ),
}  # fmt: skip
