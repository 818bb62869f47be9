"""Small candle files for tests of the replay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trader.domain.time import HOUR, MINUTE, Timeframe

FIRST = 500_000 * HOUR  # 2027-01-15 08:00 UTC

Row = tuple[float, float, float, float, float, float]


def write(path: Path, columns: dict[str, Any]) -> Path:
    """Write a Parquet file of these columns."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path)
    return path


def candle_file(folder: Path, name: str, rows: Sequence[Row]) -> Path:
    """A candle file; the first number of a row is its place, counted in candles from FIRST."""
    length = Timeframe.parse(name.split("__")[2]).ms
    names = ("open", "high", "low", "close", "volume")
    columns: dict[str, Any] = {"timestamp": [FIRST + int(row[0] * length) for row in rows]}
    columns |= {name: [row[place] for row in rows] for place, name in enumerate(names, 1)}
    return write(folder / f"{name}.parquet", columns)


def zigzag(count: int, price: float = 100.0, every: int = 1) -> list[Row]:
    """`count` candles that go up and down by one; with `every` > 1 the others are missing."""
    rows: list[Row] = []
    for number in range(0, count, every):
        up = number % 2 == 0
        first, last = (price, price + 1) if up else (price + 1, price)
        rows.append((number, first, price + 2, price - 1, last, 2.0))
    return rows


MINUTES_A_DAY = 24 * HOUR // MINUTE
