"""Columns of numbers in one Parquet file, with notes about them: written whole, read in part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.time import Millis
from trader.storage.kinds import TIME, Columns, Kind
from trader.storage.whole import replacing

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
    from pyarrow.parquet import ParquetFile

_NOTES = b"trader"  # the key of our notes in the file's own metadata
_GROUP = 65_536  # rows that are read at once: the newest of a year come from one group
_REPEATING = ("open", "high", "low", "close", "price", "side", "level")  # few different values


def write(path: Path, columns: Columns, notes: Mapping[str, Any]) -> None:
    """Replace the file. Raises `OSError`; then the old one is whole."""
    import pyarrow as pa
    from pyarrow import parquet

    arrays = {name: _arrow(column) for name, column in columns.items()}
    table = pa.table(arrays).replace_schema_metadata({_NOTES: json.dumps(notes).encode()})
    with replacing(path) as draft:
        parquet.write_table(
            table,
            draft,
            compression="zstd",
            row_group_size=_GROUP,
            use_dictionary=[name for name in columns if name in _REPEATING],
            column_encoding={TIME: "DELTA_BINARY_PACKED"},
        )


def read(path: Path, kind: Kind, start: Millis | None = None, end: Millis | None = None) -> Columns:
    """Rows with start <= timestamp < end, None: all. Raises `BadInput` naming the file."""
    with _Opened(path) as file:
        groups = [
            number for number, (first, last) in enumerate(_limits(file))
            if (start is None or last >= start) and (end is None or first < end)
        ]  # fmt: skip
        return _between(_columns(file, groups, kind), start, end)


def newest(path: Path, kind: Kind, rows: int) -> Columns:
    """The last `rows` rows, fewer when there are fewer. Raises `BadInput` naming the file."""
    with _Opened(path) as file:
        groups: list[int] = []
        found = 0
        for number in reversed(range(file.metadata.num_row_groups)):
            if found >= rows:
                break
            groups.insert(0, number)
            found += file.metadata.row_group(number).num_rows
        columns = _columns(file, groups, kind)
        return {name: column[max(0, found - rows) :] for name, column in columns.items()}


def limits(path: Path) -> tuple[Millis, Millis] | None:
    """First and last timestamp, from the file's statistics; None when there is no row."""
    with _Opened(path) as file:
        found = [limit for limit in _limits(file) if limit[0] <= limit[1]]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def notes(path: Path) -> tuple[dict[str, Any], int]:
    """What `write` noted, {} for a file of another program; and how many rows there are."""
    with _Opened(path) as file:
        text = (file.schema_arrow.metadata or {}).get(_NOTES, b"{}")
        return json.loads(text), int(file.metadata.num_rows)


class _Opened:
    """A Parquet file; whatever is wrong with it becomes one sentence that names it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: ParquetFile | None = None

    def __enter__(self) -> ParquetFile:
        from pyarrow.parquet import ParquetFile

        try:
            self._file = ParquetFile(self._path)
        except Exception as error:
            self.__exit__(type(error), error, None)
            raise
        return self._file

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        import pyarrow as pa

        if self._file is not None:
            self._file.close()
        if isinstance(error, pa.ArrowException | OSError | KeyError | ValueError):
            reason = (str(error) or type(error).__name__).splitlines()[0][:200]
            raise BadInput(
                f"{self._path} is no candle file ({reason}); move it away or delete it, "
                "then download again"
            ) from error


def _limits(file: ParquetFile) -> list[tuple[Millis, Millis]]:
    """First and last time of each row group; of one without statistics by reading it."""
    place = file.schema_arrow.get_field_index(TIME)
    if place < 0:
        raise KeyError("it has no column 'timestamp'")
    found = []
    for number in range(file.metadata.num_row_groups):
        told = file.metadata.row_group(number).column(place).statistics
        if told is not None and told.has_min_max and isinstance(told.min, int):
            found.append((told.min, told.max))
        else:
            times = _numpy(file.read_row_group(number, columns=[TIME]).column(TIME), "int64")
            found.append((int(times.min()), int(times.max())) if len(times) else (1, 0))
    return found


def _columns(file: ParquetFile, groups: list[int], kind: Kind) -> Columns:
    """The kind's columns of these groups; a candle file of others has turnover volume x close."""
    there = set(file.schema_arrow.names)
    lacking = [name for name in kind.columns if name not in there and name != "turnover"]
    if lacking:
        raise KeyError(f"it has no column '{lacking[0]}'")
    names = [name for name in kind.columns if name in there]
    table = file.read_row_groups(groups, columns=names)
    found = {
        name: _numpy(table.column(name), "int64" if name in kind.whole else "float64")
        for name in names
    }
    if "turnover" in kind.columns and "turnover" not in there:
        found["turnover"] = found["close"] * found["volume"]
    return found


def _between(columns: Columns, start: Millis | None, end: Millis | None) -> Columns:
    if start is None and end is None:
        return columns
    time = columns[TIME]
    kept = np.ones(len(time), dtype=np.bool_)
    if start is not None:
        kept &= time >= start
    if end is not None:
        kept &= time < end
    return {name: column[kept] for name, column in columns.items()}


def _numpy(column: pa.ChunkedArray, kind: str) -> NDArray[Any]:
    """One array, over the door that does not import pandas; what is empty becomes NaN."""
    column = column if str(column.type) in ("double", kind) else column.cast(kind)
    column = column.fill_null(np.nan if kind == "float64" else 0) if column.null_count else column
    parts = [np.from_dlpack(chunk) for chunk in column.chunks]
    return np.concatenate(parts) if parts else np.empty(0, kind)


def _arrow(column: NDArray[Any]) -> pa.Array:
    """The same numbers without a copy, over the door that does not import pandas."""
    import pyarrow as pa

    column = np.ascontiguousarray(column)
    kind = pa.int64() if column.dtype == np.int64 else pa.float64()
    return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)])
