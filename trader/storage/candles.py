"""Candles at rest: one Parquet file for each market and timeframe, readable by anyone.

The columns are those that `run_backtest.py --data` reads: timestamp (ms UTC, start of the candle),
open, high, low, close, volume; and turnover, which other readers ignore.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from trader.domain.candles import Candle
from trader.domain.errors import BadInput
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, Instrument
from trader.domain.time import Timeframe

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("timestamp", "open", "high", "low", "close", "volume", "turnover")
_FILE_NAMES = {BINANCE_SPOT: "binance", BINANCE_FUTURES: "binanceusdm"}


class CandleStore:
    """A folder of candle files. Files are replaced whole: a crash leaves the old one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, key: str, timeframe: Timeframe) -> Path:
        """`<VENUE>__<BASE>-<QUOTE>__<TF>.parquet`; strange letters of coins are escaped."""
        market = Instrument.parse(key)
        venue = _FILE_NAMES.get(market.venue, market.venue)
        name = f"{venue}__{_safe(market.base)}-{_safe(market.quote)}__{timeframe}.parquet"
        return self._folder / name

    def append(self, key: str, timeframe: Timeframe, candles: Iterable[Candle]) -> int:
        """Merge candles into the file and return how many it holds now.

        Any order; of two candles of the same time the newly given one stays. Raises `BadInput`
        when the file there is no candle file, `OSError` when it cannot be written.
        """
        path = self.path(key, timeframe)
        fresh = _table(candles)
        merged = _merged(_load(path), fresh) if path.exists() else _merged(None, fresh)
        self._write(path, merged)
        return int(merged.num_rows)

    def read(self, key: str, timeframe: Timeframe, last: int | None = None) -> list[Candle]:
        """The newest `last` candles (all: None), oldest first; empty when there is no file.

        Raises `BadInput` naming a file that cannot be read.
        """
        path = self.path(key, timeframe)
        if not path.exists():
            return []
        table = _load(path)
        start = 0 if last is None else max(0, table.num_rows - last)
        columns = [table.column(name).slice(start).to_pylist() for name in COLUMNS]
        return [Candle(key, *row) for row in zip(*columns, strict=True)]

    def _write(self, path: Path, table: pa.Table) -> None:
        from pyarrow import parquet

        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
        try:
            parquet.write_table(table, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _safe(word: str) -> str:
    """A part of a file name on every system: letters, digits, dot; the rest as %XX."""
    return quote(word, safe="").replace("-", "%2D").replace("_", "%5F").replace("~", "%7E")


def _table(candles: Iterable[Candle]) -> pa.Table:
    import pyarrow as pa

    columns: list[tuple[Any, ...]] = list(zip(*candles, strict=True))[1:] or [()] * len(COLUMNS)
    kinds = [pa.int64()] + [pa.float64()] * (len(COLUMNS) - 1)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.table(dict(zip(COLUMNS, arrays, strict=True)))


def _load(path: Path) -> pa.Table:
    """A stored file with all columns; one of another program has turnover = close x volume."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            table = file.read()
        if "turnover" not in table.column_names:
            worth = pc.multiply(table.column("close"), table.column("volume"))
            table = table.append_column("turnover", worth)
        return table.select(list(COLUMNS))
    except (pa.ArrowException, OSError, KeyError) as error:
        raise BadInput(
            f"{path} is no candle file ({error}); delete it to download again"
        ) from error


def _merged(stored: pa.Table | None, fresh: pa.Table) -> pa.Table:
    """Both, sorted by time; of equal times the later row of the later table."""
    import numpy as np
    import pyarrow as pa

    table = fresh if stored is None else pa.concat_tables([stored, fresh.cast(stored.schema)])
    times = table.column("timestamp").to_numpy()
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    last_of_time = np.append(ordered[1:] != ordered[:-1], True)[: len(ordered)]
    return table.take(order[last_of_time])
