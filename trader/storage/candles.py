"""Market data at rest: one Parquet file for each market and kind, readable by anyone.

Candles have the columns that `run_backtest.py --data` reads: timestamp (ms UTC, start of the
candle), open, high, low, close, volume; and turnover, which other readers ignore.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from trader.domain.candles import Candle
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, Instrument
from trader.domain.spans import Span, Spans, joined, without
from trader.domain.time import Millis, Timeframe
from trader.storage import parquet
from trader.storage.kinds import CANDLE, TIME, Columns, Kind, kind_of, runs
from trader.storage.merging import merged
from trader.storage.whole import only_writer

_FILE_NAMES = {BINANCE_SPOT: "binance", BINANCE_FUTURES: "binanceusdm"}
What = Timeframe | str  # a timeframe, `1h_mark`, `funding`, `trades` or `books`


@dataclass(frozen=True, slots=True)
class Merged:
    """What one merge came to: rows in the file now, new ones, and those that read differently."""

    rows: int
    new: int
    revised: int
    repairs: Mapping[str, int] = field(default_factory=dict)


class CandleStore:
    """A folder of market data. Files are replaced whole by one writer at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str, what: What) -> Path:
        """`<VENUE>__<BASE>-<QUOTE>__<TF>.parquet`; strange letters of coins are escaped."""
        market = Instrument.parse(key)
        venue = _FILE_NAMES.get(market.venue, market.venue)
        return self.folder / f"{venue}__{_safe(market.base)}-{_safe(market.quote)}__{what}.parquet"

    def append(self, key: str, timeframe: What, candles: Iterable[Candle]) -> int:
        """Merge candles into the file and return how many it holds now.

        Any order; of two candles of the same time the newly given one stays. Raises `BadInput`
        when the file there is no candle file, `OSError` when it cannot be written.
        """
        return self.merge(key, timeframe, _columns_of(candles)).rows

    def merge(self, key: str, what: What, columns: Columns, asked: Iterable[Span] = ()) -> Merged:
        """Merge rows in any order, repaired first; `asked`: what the exchange has answered for.

        Of rows that are one the newly given one stays. No columns at all: only `asked` is noted,
        and only beside rows. Raises as `append` does.
        """
        kind, path = kind_of(str(what)), self.path(key, what)
        mended, repairs = kind.mended(columns or _nothing(kind), kind.step)
        answered = without(asked, _dropped(columns, mended, kind))
        with only_writer(self.folder):
            stored = parquet.read(path, kind) if path.exists() else _nothing(kind)
            noted = _noted(path)
            known = () if noted else runs(stored[TIME], kind.step)
            result, new, revised = merged(stored, mended, kind.identity)
            rows = len(result[TIME])
            notes = _extended(noted, [*known, *answered], repairs) | {"rows": rows}
            if rows and (new or revised or notes != noted):
                parquet.write(path, result, notes)
        return Merged(rows, new, revised, repairs)

    def read(self, key: str, timeframe: What, last: int | None = None) -> list[Candle]:
        """The newest `last` candles (all: None), oldest first; empty when there is no file.

        Raises `BadInput` naming a file that cannot be read.
        """
        found = self.columns(key, timeframe) if last is None else self.newest(key, timeframe, last)
        rows = zip(*(found[name].tolist() for name in CANDLE), strict=True)
        return [Candle(key, *row) for row in rows]

    def columns(
        self, key: str, what: What, start: Millis | None = None, end: Millis | None = None
    ) -> Columns:
        """Arrays by column, rows with start <= timestamp < end, oldest first; empty without file.

        Raises `BadInput` naming a file that cannot be read.
        """
        kind, path = kind_of(str(what)), self.path(key, what)
        return parquet.read(path, kind, start, end) if path.exists() else _nothing(kind)

    def newest(self, key: str, what: What, rows: int) -> Columns:
        """The newest rows as `columns` gives them, read from the end of the file."""
        kind, path = kind_of(str(what)), self.path(key, what)
        return parquet.newest(path, kind, rows) if path.exists() else _nothing(kind)

    def span(self, key: str, what: What) -> Span | None:
        """First and last timestamp (both are rows); None when there is nothing."""
        path = self.path(key, what)
        return parquet.limits(path) if path.exists() else None

    def held(self, key: str, what: What) -> Spans:
        """The time that stored rows cover without a hole."""
        return runs(self.columns(key, what)[TIME], kind_of(str(what)).step)

    def asked(self, key: str, what: What) -> Spans | None:
        """What an exchange has answered for; None for a file of another program."""
        return spans_asked(self.path(key, what))

    def repairs(self, key: str, what: What) -> dict[str, int]:
        """How often what was repaired in all that was merged here."""
        return dict(_noted(self.path(key, what)).get("repairs", {}))


def spans_asked(path: Path) -> Spans | None:
    """What an exchange has answered for; None for a file of another program, or for none."""
    noted = _noted(path)
    return tuple((a, b) for a, b in noted["asked"]) if noted else None


def _noted(path: Path) -> dict[str, Any]:
    """Our notes; {} when there are none, or when another program has changed the rows since."""
    if not path.exists():
        return {}
    noted, rows = parquet.notes(path)
    return noted if noted.get("rows") == rows and "asked" in noted else {}


def _extended(
    noted: Mapping[str, Any], asked: Iterable[Span], repairs: Mapping[str, int]
) -> dict[str, Any]:
    spans = joined([*((a, b) for a, b in noted.get("asked", [])), *asked])
    before = noted.get("repairs", {})
    total = {name: before.get(name, 0) + count for name, count in repairs.items()}
    return {"asked": [list(span) for span in spans], "repairs": total}


def _dropped(columns: Columns, mended: Columns, kind: Kind) -> Spans:
    """Where rows came that could not be used: worth asking again."""
    if not columns or len(columns[TIME]) == len(mended[TIME]):
        return ()
    step = kind.step or 1
    return runs(np.setdiff1d(columns[TIME] // step * step, mended[TIME]), step)


def _nothing(kind: Kind) -> Columns:
    return {n: np.empty(0, np.int64 if n in kind.whole else np.float64) for n in kind.columns}


def _columns_of(candles: Iterable[Candle]) -> Columns:
    columns: list[tuple[Any, ...]] = list(zip(*candles, strict=True))[1:] or [()] * len(CANDLE)
    kinds = [np.int64] + [np.float64] * (len(CANDLE) - 1)
    pairs = zip(columns, kinds, strict=True)
    return dict(zip(CANDLE, (np.array(column, kind) for column, kind in pairs), strict=True))


def _safe(word: str) -> str:
    """A part of a file name on every system: letters, digits, dot; the rest as %XX."""
    return quote(word, safe="").replace("-", "%2D").replace("_", "%5F").replace("~", "%7E")
